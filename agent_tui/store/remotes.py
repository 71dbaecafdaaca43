"""What a helpdesk elsewhere said last: each ticket's state there, where its stream stands, how to reach it."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec

from agent_tui.domain.ticket import Ticket
from agent_tui.store.cipher import Connection
from agent_tui.store.database import Database
from agent_tui.store.moments import to_int, to_moment

BORN_HERE = 100_000_001
"""The first number of tickets that were opened here; the others have the helpdesk's own."""

REMOTE_FILE = "remote:"
"""How the digest of an attachment begins whose bytes stay on the helpdesk until they are asked for; its id follows."""

ERASED = "erased"
"""The fate of a ticket whose data was destroyed here: it is not read in again."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Ticket).decode

T = TypeVar("T")


class Elsewhere(msgspec.Struct, frozen=True):
    """A ticket of the helpdesk: its number there (None until it was opened there), and its state as it was read."""

    ticket: int
    remote: int | None
    mark: int
    base: Ticket
    fate: str = ""
    updated: datetime | None = None  # by the helpdesk's clock
    facts: bytes = b""  # as they were last read there, in the words of `sync`


class Connected(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the helpdesk is reached. The token stands here only where there is no keyring; the file is encrypted."""

    kind: str
    url: str
    login: str
    name: str = ""  # of the product, for people
    queue: str = ""  # for tickets that are opened here
    authority: str = ""  # a PEM file
    allow_plain: bool = False
    version: str = ""
    token: str = ""
    account: int = 0  # what a token of this login tells of whose it is; 0: nothing

    def __repr__(self) -> str:
        return f"Connected({self.kind!r}, {self.url!r}, {self.login!r})"


class Progress(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far reading has come."""

    cursor: str = ""  # of the stream of changes
    after: str = ""  # of the first load
    loaded: bool = False
    left: int | None = None  # tickets still to load, as far as is known
    synced: datetime | None = None


class Remotes:
    """The helpdesk's side of one store. Write inside a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def _db(self) -> Connection:
        return self._database.connection

    def of(self, ticket: int) -> Elsewhere | None:
        """The helpdesk's state of a ticket, by its number here."""
        row = self._db.execute(
            "SELECT ticket, remote, mark, base, fate, updated, facts FROM remote WHERE ticket = ?", (ticket,)
        ).fetchone()
        if row is None:
            return None
        number, remote, mark, base, fate, updated, facts = row
        return Elsewhere(
            number, remote, mark, _decode(base), fate, None if updated is None else to_moment(updated), facts
        )

    def here(self, remote: int) -> int | None:
        """The number here of one of the helpdesk's tickets."""
        row = self._db.execute("SELECT ticket FROM remote WHERE remote = ?", (remote,)).fetchone()
        return None if row is None else int(row[0])

    def there(self, ticket: int) -> int | None:
        """The helpdesk's number of a ticket; None for one that was not opened there yet."""
        row = self._db.execute("SELECT remote FROM remote WHERE ticket = ?", (ticket,)).fetchone()
        return None if row is None or row[0] is None else int(row[0])

    def put(self, elsewhere: Elsewhere) -> None:
        """Keep what was read."""
        self._db.execute(
            "INSERT OR REPLACE INTO remote VALUES (?,?,?,?,?,?,?)",
            (
                elsewhere.ticket,
                elsewhere.remote,
                elsewhere.mark,
                _encode(elsewhere.base),
                elsewhere.fate,
                None if elsewhere.updated is None else to_int(elsewhere.updated),
                elsewhere.facts,
            ),
        )

    def is_erased(self, remote: int) -> bool:
        """Whether the data of one of the helpdesk's tickets was destroyed here."""
        row = self._db.execute("SELECT fate FROM remote WHERE remote = ?", (remote,)).fetchone()
        return row is not None and row[0] == ERASED

    def live(self) -> dict[int, datetime | None]:
        """The helpdesk's numbers of the tickets that are worked on here, with when they were changed there."""
        rows = self._db.execute(
            "SELECT r.remote, r.updated FROM remote r JOIN queue q ON q.ticket = r.ticket"
            " WHERE q.live AND r.fate = '' AND r.remote IS NOT NULL"
        )
        return {int(number): None if updated is None else to_moment(updated) for number, updated in rows}

    def count(self) -> int:
        """How many tickets of the helpdesk are here."""
        row = self._db.execute("SELECT count(*) FROM remote").fetchone()
        return int(row[0]) if row else 0

    # Files

    def file(self, remote: int) -> str | None:
        """The SHA-256 of an attachment that was loaded, in hex."""
        row = self._db.execute("SELECT sha256 FROM remote_files WHERE remote = ?", (remote,)).fetchone()
        return None if row is None else bytes(row[0]).hex()

    def keep_file(self, remote: int, digest: str) -> None:
        """Note where an attachment's bytes are."""
        self._db.execute("INSERT OR REPLACE INTO remote_files VALUES (?,?)", (remote, bytes.fromhex(digest)))

    # How to reach it, and how far reading has come

    @property
    def connection(self) -> Connected | None:
        """How the helpdesk is reached; None where this store is itself the helpdesk."""
        return self._value("connection", Connected)

    @connection.setter
    def connection(self, value: Connected) -> None:
        self._set("connection", value)

    @property
    def progress(self) -> Progress:
        """How far reading has come."""
        return self._value("progress", Progress) or Progress()

    @progress.setter
    def progress(self, value: Progress) -> None:
        self._set("progress", value)

    def _value(self, name: str, kind: type[T]) -> T | None:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=kind)

    def _set(self, name: str, value: object) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (name, msgspec.json.encode(value)))
