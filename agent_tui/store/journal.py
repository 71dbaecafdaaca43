"""The journal: every action, in the order in which it was recorded, append-only and hash-chained.

Each entry's link is a keyed BLAKE2b over the link before it, the entry's header and the salted digest of its body, so
that a change, a gap, a swap or a cut tail shows. A body can be wiped with its salt (erasure, POLICY T5): the digest
that stays behind tells nothing, and the chain still holds.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from os import urandom

import msgspec

from agent_tui.domain.actions import Action, kind_of, tickets_of
from agent_tui.domain.messages import N_
from agent_tui.store.cipher import Connection, Parameters
from agent_tui.store.database import Database
from agent_tui.store.moments import to_int, to_moment

_START = bytes(32)
_SALT = 16

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Action).decode


class Entry(msgspec.Struct, frozen=True):
    """One line of the journal; `action` is None once its body was wiped."""

    seq: int
    id: str
    ticket: int
    kind: str
    recorded: datetime
    action: Action | None


class Fault(msgspec.Struct, frozen=True):
    """Something in the journal that is not as it was written."""

    seq: int
    text: str

    CHANGED = N_("entry {seq}: its content was changed")
    BROKEN = N_("entry {seq}: it does not follow from the entry before it")
    MISSING = N_("entry {seq}: it is missing")
    UNSENT = N_("entry {seq}: it was put in by somebody else")
    TICKET = N_("ticket {seq}: it is not what the journal says")


class Journal:
    """The journal table of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._secret = database.secret("journal")

    @property
    def _db(self) -> Connection:
        return self._database.connection

    def append(self, actions: Sequence[Action], recorded: datetime, settled: datetime | None) -> None:
        """Write actions behind the newest entry, and into the outbox, inside the caller's transaction.

        `settled` is when the helpdesk has them, None while they are still to be sent. Raises sqlite's IntegrityError
        when an action with the same id was written before.
        """
        seq, chain = self._head()
        moment, arrived = to_int(recorded), None if settled is None else to_int(settled)
        entries: list[Parameters] = []
        outbox: list[Parameters] = []
        for action in actions:
            seq += 1
            kind, tickets = kind_of(action), tickets_of(action)
            other = tickets[1] if len(tickets) > 1 else None
            body, salt = _encode(action), urandom(_SALT)
            digest = _digest(salt, body)
            chain = _link(self._secret, chain, (seq, action.id, tickets[0], other, kind, moment), digest)
            entries.append((seq, action.id, tickets[0], other, kind, moment, salt, body, digest, chain))
            outbox.append((action.id, seq, tickets[0], arrived))
        self._db.executemany("INSERT INTO outbox (id, seq, ticket, settled) VALUES (?,?,?,?)", outbox)
        self._db.executemany("INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?,?)", entries)

    def entries(self, ticket: int | None = None, after: int = 0) -> Iterator[Entry]:
        """The entries behind number `after`, of one ticket (links and merges count for both) or of all."""
        sql = "SELECT seq, id, ticket, kind, recorded, body FROM journal WHERE seq > ?"
        values: tuple[int, ...] = (after,)
        if ticket is not None:
            sql += " AND (ticket = ? OR other = ?)"
            values = (after, ticket, ticket)
        for seq, id_, number, kind, recorded, body in self._db.execute(sql + " ORDER BY seq", values):
            yield Entry(seq, id_, number, kind, to_moment(recorded), _read(body))

    def actions(self, ids: Sequence[str]) -> dict[str, Action]:
        """The actions with these ids, those whose bodies were wiped left out."""
        found: dict[str, Action] = {}
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            # By way of the outbox: it is sorted by id, the journal by number alone.
            bodies = self._bodies(
                "SELECT o.id, j.body FROM outbox o LEFT JOIN journal j ON j.seq = o.seq AND j.id = o.id"
                " WHERE o.id IN ({marks})",
                some,
            )
            if len(bodies) < len(set(some)):  # a damaged outbox hides no text: then the whole journal is read
                lost = tuple(set(some) - bodies.keys())
                bodies |= self._bodies("SELECT id, body FROM journal WHERE id IN ({marks})", lost)
            found |= {id_: action for id_, body in bodies.items() if (action := _read(body)) is not None}
        return found

    def _bodies(self, sql: str, ids: Sequence[str]) -> dict[str, object]:
        marks = ",".join("?" * len(ids))
        return dict(self._db.execute(sql.format(marks=marks), tuple(ids)))

    def has(self, action_id: str) -> bool:
        """Whether an action with this id was recorded."""
        return self._db.execute("SELECT 1 FROM outbox WHERE id = ?", (action_id,)).fetchone() is not None

    def has_kind(self, ticket: int, kind: str) -> bool:
        """Whether an action of that kind was recorded on a ticket."""
        found = self._db.execute(
            "SELECT 1 FROM journal WHERE ticket = ? AND kind = ? LIMIT 1", (ticket, kind)
        )
        return found.fetchone() is not None

    def has_open_destruction(self) -> bool:
        """Whether a destruction was recorded (POLICY T5) that has not come to its end."""
        # Said as the partial index says it, or it would not be used.
        row = self._db.execute(
            "SELECT count(*), coalesce(sum(kind = 'destroy'), 0) FROM journal WHERE kind IN ('destroy', 'destroyed')"
        ).fetchone()
        return row is not None and int(row[0]) != 2 * int(row[1])

    def length(self) -> int:
        """The number of the newest entry."""
        return self._head()[0]

    def verify(self) -> Iterator[Fault]:
        """Read the whole chain and yield everything that is not as it was written."""
        expected, chain = 0, _START
        rows = self._db.execute(
            "SELECT seq, id, ticket, other, kind, recorded, salt, body, digest, chain FROM journal ORDER BY seq"
        )
        for seq, id_, ticket, other, kind, recorded, salt, body, digest, link in rows:
            while (expected := expected + 1) < seq:
                yield Fault(expected, Fault.MISSING)
            wiped = body is None and salt is None
            if not wiped and not (
                isinstance(body, bytes) and isinstance(salt, bytes) and _digest(salt, body) == digest
            ):
                yield Fault(seq, Fault.CHANGED)
            if not hmac.compare_digest(
                _link(self._secret, chain, (seq, id_, ticket, other, kind, recorded), digest), link
            ):
                yield Fault(seq, Fault.BROKEN)
            chain = link
        # An entry that is gone without a gap, the newest ones above all, is still known to the outbox.
        for (seq,) in self._db.execute(
            "SELECT o.seq FROM outbox o LEFT JOIN journal j ON j.seq = o.seq AND j.id = o.id WHERE j.seq IS NULL"
        ):
            if seq > expected:
                yield Fault(seq, Fault.MISSING)
        for (seq,) in self._db.execute(
            "SELECT j.seq FROM journal j LEFT JOIN outbox o ON o.id = j.id WHERE o.id IS NULL"
        ):
            yield Fault(seq, Fault.UNSENT)

    def _head(self) -> tuple[int, bytes]:
        row = self._db.execute("SELECT seq, chain FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
        return (0, _START) if row is None else (int(row[0]), bytes(row[1]))


def _read(body: object) -> Action | None:
    """The action of a body; None for one that was wiped, or is not what was written (`verify` tells which)."""
    if not isinstance(body, bytes):
        return None
    try:
        action: Action = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return action


def _digest(salt: bytes, body: bytes) -> bytes:
    return blake2b(body, key=salt, digest_size=32).digest()


def _link(secret: bytes, before: bytes, header: tuple[object, ...], digest: bytes) -> bytes:
    return blake2b(before + msgspec.json.encode(header) + digest, key=secret, digest_size=32).digest()
