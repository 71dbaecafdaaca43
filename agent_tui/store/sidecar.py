"""The small file `<store>.id` beside a store: tells a wrong key from damage, and knows where tables start.

It lists the store's tables with their first pages, sealed with the key. SQLCipher encrypts each page on its
own, so with that list a store whose beginning was overwritten, or whose end is missing, can still be read.
The list is renewed when tables change. It holds no secret and no row; a store works without it.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from pathlib import Path

import msgspec

from agent_tui.locations import write_private
from agent_tui.store.cipher import Connection
from agent_tui.store.files import with_suffix_of

SUFFIX = ".id"
_FORMAT = 1


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A table or an index, like in `sqlite_schema`."""

    type: str
    name: str
    table: str
    page: int  # where it starts, counted from 1
    sql: str | None


class Sidecar(msgspec.Struct, frozen=True):
    """What the file says, apart from its seal."""

    format: int
    layout: int  # of `schema`, the module: the store's version
    schema_version: int  # SQLite's counter of changes to the tables
    pages: int  # how long the store was, about
    entries: tuple[Entry, ...]


class _Sealed(msgspec.Struct, frozen=True):
    seal: str
    content: msgspec.Raw


def path_of(store: Path) -> Path:
    """Where the sidecar of `store` lies."""
    return with_suffix_of(store, SUFFIX)


def read(store: Path, key: bytes) -> Sidecar | None:
    """The sidecar of `store`; None if there is none to be read, or if another key sealed it."""
    try:
        sealed = msgspec.json.decode(path_of(store).read_bytes(), type=_Sealed)
        content = bytes(sealed.content)
        if not hmac.compare_digest(sealed.seal.encode(), _seal(key, content).encode()):
            return None
        return msgspec.json.decode(content, type=Sidecar)
    except (OSError, msgspec.MsgspecError):
        return None


def refresh(connection: Connection, store: Path, key: bytes) -> None:
    """Write the sidecar of `store` anew, if its tables changed since or it grew. Not inside a transaction."""
    known = read(store, key)
    connection.execute("BEGIN")  # so that the list and its version are of one moment
    try:
        names = ("schema_version", "user_version", "page_count")
        version, layout, pages = (_pragma(connection, name) for name in names)
        if known and (known.schema_version, known.layout) == (version, layout) and pages <= known.pages:
            return
        rows = connection.execute(
            "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema "
            "WHERE type IN ('table', 'index') AND rootpage > 0 ORDER BY rowid"
        ).fetchall()
    finally:
        connection.execute("ROLLBACK")
    entries = tuple(Entry(*row) for row in rows)
    # With room to grow: a store is not to write its sidecar each time it is opened.
    content = msgspec.json.encode(Sidecar(_FORMAT, layout, version, pages + pages // 4, entries))
    # The store is worth more than its helper: on a full disk it opens and saves without, and the next
    # opening writes the file.
    with suppress(OSError):
        write_private(path_of(store), msgspec.json.encode(_Sealed(_seal(key, content), msgspec.Raw(content))))


def _seal(key: bytes, content: bytes) -> str:
    return hmac.digest(key, b"agent-tui sidecar" + content, "sha256").hex()


def _pragma(connection: Connection, name: str) -> int:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    return 0 if row is None else int(row[0])
