"""Making a damaged store readable: its pages under a list of tables that is sound.

SQLite gives up on a store whose first page is gone, or whose list of tables lies in a page that is. The
sidecar knows that list. So a new file is made that has the list on pages behind the damaged file's last
one, and nothing else; then the damaged file's pages are laid into it, each at its own place. They fit,
since each is encrypted and sealed on its own, with the store's key, its salt and its number.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from agent_tui.store.cipher import PAGE_BYTES, Connection, connect, hmac_key_of, page_verifies
from agent_tui.store.files import private_file, with_suffix_of
from agent_tui.store.sidecar import Entry

# https://sqlite.org/fileformat2.html#the_write_ahead_log
_WAL_HEADER = 32
_FRAME_HEADER = 24
_ROOM = 64  # pages


def transplant(
    damaged: Path, into: Path, key: bytes, entries: Iterable[Entry], *, layout: int, pages: int
) -> int:
    """Make the file `into` of the pages of `damaged` and its -wal, under the tables `entries`.

    `pages` is how long the store may have been before it was cut. Returns how many pages it has now.
    """
    log = with_suffix_of(damaged, "-wal")
    newer = dict(committed_pages(log, key)) if log.exists() else {}
    found = max(-(-damaged.stat().st_size // PAGE_BYTES), *newer, 1)
    private_file(into)
    free = _lay_out(into, key, max(found, pages) + _ROOM, entries, layout)
    with damaged.open("rb") as source, into.open("r+b") as target:
        source.seek(PAGE_BYTES)
        target.seek(PAGE_BYTES)
        shutil.copyfileobj(source, target, 1 << 20)
        # Rows may go on behind a cut: there they must find nothing, not what this made up.
        target.seek(found * PAGE_BYTES)
        for _ in range(found, free):
            target.write(bytes(PAGE_BYTES))
        for number, page in newer.items():
            if number > 1:
                target.seek((number - 1) * PAGE_BYTES)
                target.write(page)
    return found


def list_tables(connection: Connection, entries: Iterable[Entry]) -> None:
    """Replace a transplant's list of tables. Takes effect for the next connection."""
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("BEGIN")
    connection.execute("DELETE FROM sqlite_schema")
    connection.executemany(
        "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)",
        ((entry.type, entry.name, entry.table, entry.page, entry.sql) for entry in entries),
    )
    connection.execute("COMMIT")


def committed_pages(log: Path, key: bytes) -> Iterator[tuple[int, bytes]]:
    """The pages in a -wal file that belong to finished transactions; the last one of a number counts."""
    hmac_key = hmac_key_of(key)
    waiting: list[tuple[int, bytes]] = []
    with log.open("rb") as file:
        generation = file.read(_WAL_HEADER)[16:24]
        while len(frame := file.read(_FRAME_HEADER)) == _FRAME_HEADER:
            number = int.from_bytes(frame[:4], "big")
            page = file.read(PAGE_BYTES)
            if frame[8:16] != generation or not page_verifies(page, number, hmac_key):
                return  # left over from an earlier use of the file, or broken
            waiting.append((number, page))
            if frame[4:8] != bytes(4):  # the transaction's last page
                yield from waiting
                waiting.clear()


def _lay_out(path: Path, key: bytes, pages: int, entries: Iterable[Entry], layout: int) -> int:
    """Make a file whose list of tables lies behind its first `pages` pages; return how many those became."""
    connection = connect(path, key)
    try:
        connection.execute("PRAGMA journal_mode = OFF")  # nothing here needs to survive a crash
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE place_holder (content BLOB)")
        connection.execute("INSERT INTO place_holder VALUES (zeroblob(?))", (pages * PAGE_BYTES,))
        connection.execute(f"PRAGMA user_version = {layout:d}")
        row = connection.execute("PRAGMA page_count").fetchone()
        list_tables(connection, entries)
    finally:
        connection.close()
    return int(row[0]) if row else pages
