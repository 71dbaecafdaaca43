"""Rows that no tree leads to any more: their page is sound, and a page that leads to it is broken.

Every page is opened as if a table began there. What it holds belongs to a table that lost rows if the ids
lie in its gaps and the values are of its columns' types; a document says itself where it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent_tui.store.cipher import Connection, Error, Row, connect, is_damage, still_reads
from agent_tui.store.health import bad_pages
from agent_tui.store.salvage import Range
from agent_tui.store.sidecar import Entry
from agent_tui.store.transplant import list_tables, transplant

_BATCH = 2000  # tables a connection has to learn about
_TYPES: dict[str, tuple[type, ...]] = {
    "INTEGER": (int,),
    "REAL": (float, int),
    "TEXT": (str,),
    "BLOB": (bytes,),
}


@dataclass(frozen=True, slots=True)
class Column:
    """What a value must be like."""

    type: str
    required: bool
    is_rowid: bool  # then the row itself holds NULL


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A table that lost rows. `home` is the last value of each of its rows, where it has one."""

    table: str
    columns: Sequence[Column]
    gaps: Sequence[Range]
    home: str | None

    def has(self, row: Row) -> bool:
        """Whether `row`, its rowid first, can be one of those."""
        rowid, values, rest = row[0], row[1 : len(self.columns) + 1], row[len(self.columns) + 1 :]
        return (
            any(first <= rowid <= last for first, last in self.gaps)
            and all(value is None for value in rest)
            and all(_fits(value, column) for value, column in zip(values, self.columns, strict=True))
            and (self.home is None or values[-1] == self.home)
        )


def carve(
    damaged: Path, into: Path, key: bytes, tables: Sequence[Incomplete], *, pages: int
) -> Iterator[tuple[str, Row]]:
    """Rows of `tables` found anywhere in `damaged`, with the name of their table; one may come twice.

    `into` is a file to work in. A page that could belong to several tables is left alone.
    """
    width = max(len(table.columns) for table in tables) + 1
    names = ", ".join(f"c{number}" for number in range(width))
    count = transplant(damaged, into, key, (), layout=0, pages=pages)
    broken = set(bad_pages(into, key))
    sound = [number for number in range(2, count + 1) if number not in broken]
    for start in range(0, len(sound), _BATCH):
        numbers = sound[start : start + _BATCH]
        connection = connect(into, key)
        try:
            list_tables(connection, [_as_table(number, names) for number in numbers])
        finally:
            connection.close()
        for rows in _pages(lambda: connect(into, key), numbers):
            owners = [table for table in tables if rows and all(table.has(row) for row in rows)]
            if len(owners) == 1:
                yield from ((owners[0].table, row[: len(owners[0].columns) + 1]) for row in rows)


def _as_table(page: int, names: str) -> Entry:
    return Entry("table", f"page_{page}", f"page_{page}", page, f"CREATE TABLE page_{page} ({names})")


def _pages(connect_to_copy: Callable[[], Connection], numbers: Sequence[int]) -> Iterator[list[Row]]:
    connection = connect_to_copy()
    try:
        for number in numbers:
            rows: list[Row] = []
            try:
                rows.extend(connection.execute(f"SELECT rowid, * FROM page_{number:d}"))
            except Error as error:
                if not is_damage(error):
                    raise
                del rows[-1:]  # it may have been read from a page that is broken
            if not still_reads(connection):
                connection.close()
                connection = connect_to_copy()
                del rows[-1:]
            yield rows
    finally:
        connection.close()


def _fits(value: object, column: Column) -> bool:
    if value is None:
        return column.is_rowid or not column.required
    return not column.is_rowid and isinstance(value, _TYPES.get(column.type, (object,)))
