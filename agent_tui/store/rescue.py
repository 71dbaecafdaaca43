"""Copying the rows of a damaged store into a new one, table by table."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby

from agent_tui.store.carve import Column, Incomplete
from agent_tui.store.cipher import Connection, Error, Row, is_damage
from agent_tui.store.rows import PREFIX, quoted, table_name
from agent_tui.store.salvage import UNKNOWN, Found, TableReader, read_both_ends

Connect = Callable[[], Connection]


class Rowid(Enum):
    """What a table's rows are numbered by."""

    COLUMN = "an INTEGER PRIMARY KEY"
    HIDDEN = "a number that is no column"
    NONE = "nothing: WITHOUT ROWID"


@dataclass(slots=True)
class Source:
    """A table of the damaged store, and how its rescue goes."""

    table: str
    sql: str
    columns: list[str]
    rules: list[Column]
    keys: list[str]  # the columns of the primary key
    rowid: Rowid
    sequence: int | None  # the largest rowid it ever had, where SQLite counts
    found: Found = field(default_factory=Found)
    arrived: int = 0
    carved: int = 0

    @property
    def lost(self) -> int | None:
        """How many rows it can have lost; None if that can't be said."""
        gaps = self.found.lost_at_most
        return None if gaps is None else gaps - self.carved

    def incomplete(self) -> Incomplete | None:
        """What to look for in pages that nothing leads to; None if nothing is missing."""
        if not self.found.gaps or self.rowid is Rowid.NONE:
            return None
        home = table_name(self.table) if self.table.startswith(PREFIX) else None
        return Incomplete(self.table, self.rules, self.found.gaps, home)


def sources(connect: Connect) -> list[Source]:
    """The tables that have rows of their own; none if the list of tables can't be read."""
    connection = connect()
    try:
        listed = connection.execute("PRAGMA main.table_list").fetchall()
        tables = [row for row in listed if row[2] == "table" and not str(row[1]).startswith("sqlite_")]
        found = [_source(connection, str(row[1]), without_rowid=bool(row[4])) for row in tables]
    except Error as error:
        if not is_damage(error):
            raise
        return []
    finally:
        connection.close()
    for source in found:
        source.sequence = _sequence(connect, source.table)
    return found


def copy_rows(connect: Connect, target: Connection, source: Source) -> None:
    """Copy what the table's tree leads to."""
    if not target.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (source.table,)).fetchone():
        target.execute(source.sql)
    source.arrived = add_rows(target, source, _rows(connect, source))
    if source.sequence is not None:  # ids of lost rows are not given again
        target.execute("DELETE FROM sqlite_sequence WHERE name = ?", (source.table,))
        target.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (source.table, source.sequence))


def add_rows(target: Connection, source: Source, rows: Iterable[Row]) -> int:
    """Add rows (each with its rowid first, if it has one) in one transaction; return how many were new."""
    names = [quoted(column) for column in source.columns]
    if source.rowid is Rowid.HIDDEN:
        names.insert(0, "rowid")
    before = target.total_changes
    target.execute("BEGIN")
    # Sound rows never clash; a row that was read twice arrives once.
    target.executemany(
        f"INSERT OR IGNORE INTO {quoted(source.table)} ({', '.join(names)}) "
        f"VALUES ({', '.join('?' * len(names))})",
        (row[1:] if source.rowid is Rowid.COLUMN else row for row in rows),
    )
    target.execute("COMMIT")
    return target.total_changes - before


def add_carved(target: Connection, found: list[Source], rows: Iterable[tuple[str, Row]]) -> None:
    """Add rows that `carve` found."""
    by_name = {source.table: source for source in found}
    for table, group in groupby(rows, key=lambda each: each[0]):
        source = by_name[table]
        source.carved += add_rows(target, source, (_with_rowid(source, row) for _, row in group))


def _with_rowid(source: Source, row: Row) -> Row:
    """The row with its rowid in the column that stands for it: stored rows hold NULL there."""
    return (
        row[0],
        *(row[0] if rule.is_rowid else value for value, rule in zip(row[1:], source.rules, strict=True)),
    )


def rebuilt_tables(connection: Connection) -> set[str]:
    """Virtual tables and what they keep their index in: filled by the code that owns them."""
    listed = connection.execute("PRAGMA table_list").fetchall()
    return {str(row[1]) for row in listed if row[2] in ("virtual", "shadow")}


@contextmanager
def without_triggers(connection: Connection) -> Generator[None]:
    """Copied rows are history: nothing is to happen because of them."""
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in found:
        connection.execute(f"DROP TRIGGER {quoted(str(name))}")
    yield
    for _, sql in found:
        connection.execute(str(sql))


def _rows(connect: Connect, source: Source) -> Iterator[Row]:
    if source.rowid is not Rowid.NONE:
        yield from TableReader(connect, source.table, source.columns, source.sequence, source.found).rows()
        return
    whole = yield from read_both_ends(connect, source.table, source.columns, source.keys)
    if not whole:
        source.found.gaps.append(UNKNOWN)


def _source(connection: Connection, name: str, *, without_rowid: bool) -> Source:
    columns = connection.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
    sql = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (name,)
    ).fetchone()
    keys = sorted((column for column in columns if column[5]), key=lambda column: int(column[5]))
    numbered = not without_rowid and [str(key[2]).upper() for key in keys] == ["INTEGER"]
    return Source(
        table=name,
        sql=str(sql[0]) if sql else "",
        columns=[str(column[1]) for column in columns],
        rules=[
            Column(str(column[2]).upper(), required=bool(column[3]), is_rowid=numbered and bool(column[5]))
            for column in columns
        ],
        keys=[str(key[1]) for key in keys],
        rowid=Rowid.NONE if without_rowid else Rowid.COLUMN if numbered else Rowid.HIDDEN,
        sequence=None,
    )


def _sequence(connect: Connect, table: str) -> int | None:
    connection = connect()
    try:
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    except Error:  # its page is broken, or no table counts its ids
        return None
    finally:
        connection.close()
    return None if row is None else int(row[0])
