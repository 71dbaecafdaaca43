"""Taking data out of a store for good (POLICY T5): rows, index, blobs, exports, and what the file remembers of them.

Rows go inside the caller's transaction. `Database.compact` then writes the file anew, so that no free page, no log and
no index segment keeps a trace. Journal entries keep their number, kind, moment and salted digest: the chain holds.
Everything here can be done twice, so that a destruction that was interrupted is simply done again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b, sha256
from pathlib import Path

import msgspec

from agent_tui.domain.privacy_actions import Destroy, Destroyed
from agent_tui.domain.ticket import Customer, Status, Ticket
from agent_tui.store import sidecar
from agent_tui.store.cipher import Connection
from agent_tui.store.database import Database
from agent_tui.store.files import sync_folder, with_suffix_of
from agent_tui.store.moments import to_int, to_moment
from agent_tui.store.remotes import ERASED, REMOTE_FILE
from agent_tui.store.rows import quoted, sql_tables

_OF_TICKETS = re.compile(r"doc_(tickets|sending|(\w+_)?drafts)")
"""The document tables whose ids are numbers of tickets."""

_DRAFTS = re.compile(r"doc_(sending|(\w+_)?drafts)")
_FILE = re.compile(rb'"sha256":"([0-9a-f]{64}|' + REMOTE_FILE.encode() + rb'\d+)"')
_LEFT = re.compile(r"\.(damaged-[0-9]{8}-[0-9]{6}(-\d+)?|rescue|loose|recovered)(-wal|-shm|-journal|\.id)?")
_THESE = "IN (SELECT value FROM json_each(?))"
# A link between two tickets says nothing about either customer, and the other ticket is proven by it.
_WIPED = (
    f"ticket {_THESE} AND body IS NOT NULL"
    f" AND NOT (kind IN ('link', 'unlink') AND other IS NOT NULL AND other NOT {_THESE})"
)
_BLOCK = 1 << 20


class Export(msgspec.Struct, frozen=True):
    """A file with customers' data that was written outside the store."""

    id: int
    path: Path
    sha256: bytes
    made: datetime
    tickets: tuple[int, ...]


class Erasure:
    """What one store can take out of itself. Methods that write do so inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def _db(self) -> Connection:
        return self._database.connection

    # What there is

    def counts(self, tickets: Sequence[int]) -> dict[str, int]:
        """How many of what belongs to these tickets: rows by table, files, and what was not sent yet."""
        these = _json(tickets)
        counts = {
            "tickets": self._count(f"doc_tickets WHERE id {_THESE}", these)
            if self._has("doc_tickets")
            else 0,
            "journal": self._count(f"journal WHERE {_WIPED}", these, these),
            "attachments": len(self._blobs_of(tickets)),
            "drafts": sum(
                self._count(f"{quoted(table)} WHERE id {_THESE}", these) for table in self._tables(_DRAFTS)
            ),
            "addresses": self._count(f"addresses WHERE ticket {_THESE}", these),
            "unsent": self._count(f"outbox WHERE ticket {_THESE} AND settled IS NULL", these),
            "exports": len(self.exports_of(tickets)),
        }
        return {name: count for name, count in counts.items() if count}

    def fingerprint(self, tickets: Sequence[int]) -> str:
        """A BLAKE2b in hex over the salted digests of the entries that a wipe empties; it tells nothing of them."""
        these = _json(tickets)
        found = blake2b(digest_size=32)
        for (digest,) in self._db.execute(
            f"SELECT digest FROM journal WHERE {_WIPED} ORDER BY seq", (these, these)
        ).fetchall():
            found.update(digest)
        return found.hexdigest()

    def stored(self) -> set[str]:
        """The digests in hex of every file whose bytes are here, and the helpdesk's ids of those that were loaded."""
        blobs = self._db.execute("SELECT sha256 FROM blobs").fetchall()
        loaded = self._db.execute("SELECT remote FROM remote_files").fetchall()
        return {bytes(row[0]).hex() for row in blobs} | {f"{REMOTE_FILE}{row[0]}" for row in loaded}

    def remote(self, tickets: Sequence[int]) -> tuple[int, ...]:
        """The numbers of these tickets on the helpdesk."""
        rows = self._db.execute(
            f"SELECT remote FROM remote WHERE remote IS NOT NULL AND ticket {_THESE} ORDER BY remote",
            (_json(tickets),),
        )
        return tuple(int(row[0]) for row in rows.fetchall())

    # Tickets

    def wipe(self, tickets: Sequence[int], now: datetime) -> None:
        """Take everything about these tickets out of every table."""
        these = _json(tickets)
        self.drop_files(tickets)
        self._db.execute(f"UPDATE journal SET salt = NULL, body = NULL WHERE {_WIPED}", (these, these))
        for table in self._tables(_OF_TICKETS):
            self._db.execute(f"DELETE FROM {quoted(table)} WHERE id {_THESE}", (these,))
        if self._has("doc_place"):
            self._db.execute(f"DELETE FROM doc_place WHERE json_extract(body, '$.ticket') {_THESE}", (these,))
        for table in ("queue", "addresses", "mails", "seen"):
            self._db.execute(f"DELETE FROM {table} WHERE ticket {_THESE}", (these,))
        self._db.execute(
            "UPDATE outbox SET held = NULL, note = NULL, sent = NULL,"
            f" dropped = dropped OR settled IS NULL, settled = coalesce(settled, ?) WHERE ticket {_THESE}",
            (to_int(now), these),
        )
        self._forget_remote(tickets)
        self._db.execute(f"DELETE FROM search WHERE rowid {_THESE}", (these,))
        # A segment of the index keeps the words of deleted rows until it is merged.
        self._db.execute("INSERT INTO search (search) VALUES ('optimize')")

    def drop_files(self, tickets: Sequence[int]) -> None:
        """Drop the bytes of attachments that belong to these tickets alone."""
        names = self._files_of(tickets)
        self._db.executemany(
            "DELETE FROM blobs WHERE sha256 = ?", [(digest,) for digest in self._blobs_of(tickets)]
        )
        loaded = [name.removeprefix(REMOTE_FILE) for name in names if name.startswith(REMOTE_FILE)]
        self._db.executemany("DELETE FROM remote_files WHERE remote = ?", [(int(each),) for each in loaded])

    def drop_drafts(self, tickets: Sequence[int]) -> None:
        """Drop what was begun on these tickets and never sent."""
        for table in self._tables(_DRAFTS):
            self._db.execute(f"DELETE FROM {quoted(table)} WHERE id {_THESE}", (_json(tickets),))

    def _forget_remote(self, tickets: Sequence[int]) -> None:
        """Keep of the helpdesk's side its number alone, so that the ticket is not read in again."""
        these = _json(tickets)
        self._db.execute(f"DELETE FROM remote WHERE remote IS NULL AND ticket {_THESE}", (these,))
        rows = self._db.execute(f"SELECT ticket FROM remote WHERE ticket {_THESE}", (these,)).fetchall()
        for (number,) in rows:
            base = Ticket(number, "", "", Customer(), to_moment(0), status=Status.RESOLVED)
            self._db.execute(
                "UPDATE remote SET base = ?, facts = x'', fate = ? WHERE ticket = ?",
                (msgspec.json.encode(base), ERASED, number),
            )

    # Files of customers

    def _files_of(self, tickets: Sequence[int]) -> set[str]:
        """The digests of attachments that these tickets hold or once held."""
        these = _json(tickets)
        found: set[str] = set()
        for sql in self._bodies():
            for (body,) in self._db.execute(f"{sql} {_THESE}", (these,)).fetchall():
                found |= {name.decode() for name in _FILE.findall(body or b"")}
        return found

    def _blobs_of(self, tickets: Sequence[int]) -> set[bytes]:
        """The SHA-256 of the files that are here and that no other ticket holds."""
        mine = self._resolved(self._files_of(tickets))
        if not mine:
            return mine
        others: set[str] = set()
        for sql in self._bodies():
            for (body,) in self._db.execute(f"{sql} NOT {_THESE}", (_json(tickets),)):
                others |= {name.decode() for name in _FILE.findall(body or b"")}
        here = {
            digest
            for digest in mine
            if self._db.execute("SELECT 1 FROM blobs WHERE sha256 = ?", (digest,)).fetchone()
        }
        return here - self._resolved(others)

    def _resolved(self, names: Iterable[str]) -> set[bytes]:
        """Digests, those of the helpdesk's files by what was loaded of them."""
        found: set[bytes] = set()
        for name in names:
            if name.startswith(REMOTE_FILE):
                row = self._db.execute(
                    "SELECT sha256 FROM remote_files WHERE remote = ?", (int(name.removeprefix(REMOTE_FILE)),)
                ).fetchone()
                found |= {bytes(row[0])} if row else set()
            else:
                found.add(bytes.fromhex(name))
        return found

    def _bodies(self) -> tuple[str, ...]:
        tickets = ("SELECT CAST(body AS BLOB) FROM doc_tickets WHERE id",) if self._has("doc_tickets") else ()
        return (
            *tickets,
            "SELECT body FROM journal WHERE ticket",
            "SELECT CAST(base AS BLOB) FROM remote WHERE ticket",
        )

    # Exports

    def note_export(self, path: Path, content: bytes, tickets: Sequence[int], now: datetime) -> None:
        """Remember a file that was written, so that it ends when its time or its customer's data does."""
        self._db.execute(
            "INSERT OR REPLACE INTO exports (path, sha256, made, tickets) VALUES (?,?,?,?)",
            (os.fsencode(path.absolute()), sha256(content).digest(), to_int(now), _json(tickets)),
        )

    def exports(self) -> list[Export]:
        """The files that were written and not destroyed since, the oldest first."""
        rows = self._db.execute("SELECT id, path, sha256, made, tickets FROM exports ORDER BY made, id")
        return [
            Export(
                id_,
                Path(os.fsdecode(path)),
                digest,
                to_moment(made),
                msgspec.json.decode(held, type=tuple[int, ...]),
            )
            for id_, path, digest, made, held in rows.fetchall()
        ]

    def exports_of(self, tickets: Sequence[int]) -> list[Export]:
        """Those that hold any of these tickets."""
        wanted = set(tickets)
        return [each for each in self.exports() if wanted.intersection(each.tickets)]

    def forget_exports(self, ids: Sequence[int]) -> None:
        """They are destroyed, or changed since and not the program's any more."""
        self._db.executemany("DELETE FROM exports WHERE id = ?", [(each,) for each in ids])

    # Records

    def records(self) -> list[tuple[Destroy, Destroyed | None]]:
        """Every destruction with its end, the oldest first; without one it was interrupted."""
        begun: dict[str, Destroy] = {}
        ended: dict[str, Destroyed] = {}
        # Said as the partial index says it, or it would not be used.
        for (body,) in self._db.execute(
            "SELECT body FROM journal WHERE kind IN ('destroy', 'destroyed') ORDER BY seq"
        ).fetchall():
            try:
                action = msgspec.json.decode(body or b"", type=Destroy | Destroyed)
            except (msgspec.DecodeError, UnicodeDecodeError):  # the journal's own check names the entry
                continue
            if isinstance(action, Destroy):
                begun[action.id] = action
            else:
                ended[action.of] = action
        return [(each, ended.get(id_)) for id_, each in begun.items()]

    def wiped(self) -> set[int]:
        """The tickets with an entry whose content is gone."""
        rows = self._db.execute("SELECT DISTINCT ticket FROM journal WHERE body IS NULL").fetchall()
        return {int(row[0]) for row in rows}

    # Helpers

    def _tables(self, pattern: re.Pattern[str]) -> list[str]:
        return [table for table in sql_tables(self._db) if pattern.fullmatch(table)]

    def _has(self, table: str) -> bool:
        return table in sql_tables(self._db)

    def _count(self, what: str, *values: str) -> int:
        row = self._db.execute(f"SELECT count(*) FROM {what}", values).fetchone()
        return int(row[0]) if row else 0


def leftovers(store: Path) -> list[Path]:
    """Copies of the store that recoveries set aside or left behind: they hold what the store held then."""
    if not store.parent.is_dir():
        return []
    found = (path for path in store.parent.iterdir() if path.name.startswith(store.name))
    return sorted(path for path in found if _LEFT.fullmatch(path.name.removeprefix(store.name)))


def destroy_file(path: Path, *, spare: Sequence[Path] = ()) -> bool:
    """Overwrite a file and remove it; whether it was there. A name of one of `spare` is removed and no more.

    Raises OSError. On disks that write changes elsewhere (SSD, copy-on-write) encryption is what protects the rest.
    """
    try:
        if not any(each.exists() and path.samefile(each) for each in spare):
            with path.open("r+b", buffering=0) as file:
                left = os.fstat(file.fileno()).st_size
                while left > 0:
                    left -= file.write(bytes(min(left, _BLOCK)))
                os.fsync(file.fileno())
                file.truncate(0)
        path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(path.parent)
    return True


def is_as_written(export: Export) -> bool | None:
    """Whether a file is still what was exported; None when it is not there any more."""
    try:
        with export.path.open("rb") as file:
            found = sha256()
            while block := file.read(_BLOCK):
                found.update(block)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.digest() == export.sha256


def spared(store: Path) -> tuple[Path, ...]:
    """The names of the living store: a copy can be another name of the same file after a crash."""
    return (store, with_suffix_of(store, "-wal"), with_suffix_of(store, "-shm"), sidecar.path_of(store))


def _json(tickets: Sequence[int]) -> str:
    return msgspec.json.encode(list(tickets)).decode()
