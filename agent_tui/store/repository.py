"""The store as the desk sees it: tickets, their rows, texts and files, written together or not at all.

One action is one transaction over the ticket, the queue, the journal and the outbox. When `save` has returned and the
transaction is left, it is on disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from agent_tui.domain import actions as do
from agent_tui.domain.changes import text_of
from agent_tui.domain.quoting import fold
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.views import Row
from agent_tui.store.cipher import Connection
from agent_tui.store.database import Database
from agent_tui.store.journal import Journal
from agent_tui.store.outbox import Outbox
from agent_tui.store.queue import Queue
from agent_tui.store.remotes import BORN_HERE, REMOTE_FILE, Elsewhere, Remotes
from agent_tui.store.search import Search

if TYPE_CHECKING:
    from agent_tui.store.erasure import Erasure

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Ticket).decode


class Repository:
    """Everything one profile knows."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._tickets = database.table("tickets")
        self.journal = Journal(database)
        self.queue = Queue(database)
        self.search = Search(database)
        self.outbox = Outbox(database)
        self.remotes = Remotes(database)
        self.elsewhere = self.remotes.connection is not None
        """Whether a server is the helpdesk, so that what is done here is still to be sent there."""

    @cached_property
    def erasure(self) -> Erasure:
        """What takes data out for good."""
        from agent_tui.store.erasure import Erasure  # a day rarely needs it

        return Erasure(self.database)

    @property
    def _db(self) -> Connection:
        return self.database.connection  # each thread has its own

    def transaction(self) -> AbstractContextManager[Connection]:
        """All or nothing; waits for other writers. Joins a transaction that is already open."""
        return self.database.transaction()

    def next_id(self) -> int:
        """The number of the next new ticket. Call it inside the transaction that saves the ticket."""
        # The journal too: the number of a ticket that was erased is not given again.
        rows = [
            self._db.execute(f"SELECT max(ticket) FROM {table}").fetchone() for table in ("queue", "journal")
        ]
        newest = max(int(row[0]) if row and row[0] is not None else 0 for row in rows)
        return max(newest + 1, BORN_HERE if self.elsewhere else 1)

    def get(self, ticket: int) -> Ticket | None:
        """A ticket by its number."""
        body = self._tickets.get_json(ticket)
        return None if body is None else _decode(body)

    def all(self) -> Iterator[Ticket]:
        """Every ticket, by number."""
        for number in sorted(document.doc_id for document in self._tickets):
            if (ticket := self.get(number)) is not None:
                yield ticket

    def count(self) -> int:
        """How many tickets are here."""
        return len(self._tickets)

    def live(self) -> list[int]:
        """The numbers of the tickets whose clocks run."""
        return [
            int(row[0]) for row in self._db.execute("SELECT ticket FROM queue WHERE live ORDER BY ticket")
        ]

    def restore(self, ticket: Ticket) -> None:
        """Write a ticket that the journal tells of and nothing else, inside the caller's transaction."""
        self._tickets.put_json(ticket.id, _encode(ticket))

    def save(
        self,
        actions: Sequence[do.Action],
        tickets: Mapping[int, Ticket],
        rows: Sequence[Row],
        now: datetime,
        *,
        settled: bool = False,
    ) -> None:
        """Write what some actions did, inside the caller's transaction. `now` is when they are recorded (UTC).

        Where this store is itself the helpdesk, its commit is the receipt, and the outbox entries are settled with it;
        so are those that `settled` says the helpdesk has.
        """
        for number, ticket in tickets.items():
            self._tickets.put_json(number, _encode(ticket))
        self.queue.put(rows)
        self.journal.append(actions, now, settled=now if settled or not self.elsewhere else None)

    def record(self, actions: Sequence[do.Action], now: datetime) -> None:
        """Journal what changes no ticket and no helpdesk has to hear of, inside the caller's transaction."""
        self.journal.append(actions, now, settled=now)

    def refresh(self, rows: Sequence[Row]) -> None:
        """Write rows anew, after the policy changed."""
        self.queue.put(rows)

    # What an import must recognise.

    def remember(self, ticket: Ticket, fingerprint: str = "", message_id: str = "") -> None:
        """Note a ticket's addresses, and the message that came in, inside the caller's transaction."""
        customer = ticket.customer
        addresses = {
            each.casefold() for each in (*customer.emails, *customer.phones, *customer.handles) if each
        }
        self._db.executemany(
            "INSERT OR IGNORE INTO addresses VALUES (?,?)", [(each, ticket.id) for each in addresses]
        )
        if message_id:
            self._db.execute("INSERT OR IGNORE INTO mails VALUES (?,?)", (message_id, ticket.id))
        if fingerprint:
            self.recognise(fingerprint, ticket.id)

    def open_elsewhere(self, ticket: Ticket) -> None:
        """Note a ticket that was opened here and is still to be opened on the helpdesk."""
        if self.elsewhere and self.remotes.of(ticket.id) is None:
            self.remotes.put(Elsewhere(ticket.id, None, 0, ticket))

    def recognise(self, fingerprint: str, ticket: int) -> None:
        """Note that what has this fingerprint is known, inside the caller's transaction."""
        self._db.execute("INSERT OR IGNORE INTO seen VALUES (?,?)", (bytes.fromhex(fingerprint), ticket))

    def seen(self, fingerprint: str) -> int | None:
        """The ticket that a message with these bytes went into."""
        row = self._db.execute(
            "SELECT ticket FROM seen WHERE fingerprint = ?", (bytes.fromhex(fingerprint),)
        ).fetchone()
        return None if row is None else int(row[0])

    def with_mail(self, message_id: str) -> tuple[int, ...]:
        """The tickets that hold a mail with this Message-ID; different senders may have used the same one."""
        rows = self._db.execute(
            "SELECT ticket FROM mails WHERE message_id = ? ORDER BY ticket", (message_id,)
        )
        return tuple(int(row[0]) for row in rows)

    def with_address(self, address: str) -> tuple[int, ...]:
        """The tickets of whoever has this e-mail address, telephone number or account, the newest first."""
        rows = self._db.execute(
            "SELECT ticket FROM addresses WHERE address = ? ORDER BY ticket DESC", (address.casefold(),)
        )
        return tuple(int(row[0]) for row in rows)

    # Texts and files.

    def texts(self, ticket: Ticket) -> dict[str, str]:
        """The text of each message, by message id; a message whose text was erased is left out."""
        found = self.journal.actions([message.id for message in ticket.messages])
        return {id_: text for id_, action in found.items() if (text := text_of(action)) is not None}

    def put_blob(self, content: bytes) -> str:
        """Keep a file's bytes once, inside the caller's transaction; returns their SHA-256 in hex."""
        digest = sha256(content)
        self._db.execute("INSERT OR IGNORE INTO blobs VALUES (?,?)", (digest.digest(), content))
        return digest.hexdigest()

    def blob(self, digest: str) -> bytes | None:
        """The bytes of a file by their SHA-256 in hex, or by its id on the helpdesk; None if they are not here."""
        if digest.startswith(REMOTE_FILE):
            loaded = self.remotes.file(int(digest.removeprefix(REMOTE_FILE)))
            return None if loaded is None else self.blob(loaded)
        row = self._db.execute(
            "SELECT content FROM blobs WHERE sha256 = ?", (bytes.fromhex(digest),)
        ).fetchone()
        return None if row is None else bytes(row[0])

    def settle_search(self) -> None:
        """Index every ticket whose words changed since somebody last searched."""
        while self.settle_some():
            pass

    def settle_some(self, most: int | None = None) -> bool:
        """Index a slice of them, or nothing when those are more than `most`; returns whether it indexed any."""
        tickets, _upto = self.search.stale()
        if not tickets or (most is not None and len(tickets) > most):
            return False
        with self.transaction():
            self.search.index(*self.search.stale(), self._words_of)
        return True

    def _words_of(self, number: int) -> Iterable[str]:
        ticket = self.get(number)
        if ticket is None:
            return
        customer = ticket.customer
        yield f"{number} {ticket.subject} {customer.name}"
        yield " ".join((*customer.emails, *customer.phones, *customer.handles, *ticket.tags))
        if ticket.resolution is not None:
            done = ticket.resolution
            yield f"{done.result} {done.summary} {done.root_cause} {done.improvement}"
        for text in self.texts(ticket).values():
            yield from (part.text for part in fold(text) if not part.quoted)

    # What the queue's lines were computed with.

    def basis(self) -> bytes | None:
        """The mark that `set_basis` left, if any."""
        row = self._db.execute("SELECT value FROM meta WHERE name = 'basis'").fetchone()
        return None if row is None else bytes(row[0])

    def set_basis(self, mark: bytes) -> None:
        """Note what the lines of the queue were computed with, inside the caller's transaction."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('basis', ?)", (mark,))
