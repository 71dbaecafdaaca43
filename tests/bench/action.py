"""One durable action against the bare commit of what it writes, and against TinyDB's own JSON file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from tinydb import TinyDB
from tinydb.table import Document

from agent_tui.desk.core import Desk
from agent_tui.desk.forms import fill
from agent_tui.domain import actions as do
from agent_tui.store.cipher import Connection, Row, connect
from agent_tui.store.session import configure
from tests.bench import data
from tests.bench.measure import Goal, Line, Times, of_pairs

# In the order in which `Repository.save` writes them.
_TABLES = ("doc_tickets", "queue", "outbox", "journal")


def bench(folder: Path, tickets: int, rounds: int) -> Iterator[Line]:
    """Notes, replies and tags on a store with `tickets` documents; the other files begin as copies of it."""
    home = data.store(folder, tickets, tickets // 10)
    ours, copy = data.copy_of(home, "action"), data.copy_of(home, "rows")
    desk = data.desk_at(ours)
    try:
        rows, blobs = _Rows(data.place_of(copy).store), _Blobs(copy / "blobs.db")
        json_file = _JsonFile(copy / "tickets.json", desk)
        mine: list[float] = []
        from_form: list[float] = []
        same_rows: list[float] = []
        one_blob: list[float] = []
        written: list[tuple[str, Row]] = []
        for turn in range(rounds + 1):
            action, filling = _made(desk, tickets, turn)
            # The rows of the action before: so each side can be the first, the second and the third in its turn.
            sides: list[tuple[list[float], Callable[[], float]]] = [
                (mine, lambda: _performed(desk, action)),  # noqa: B023
                (same_rows, lambda: rows.commit(written)),  # noqa: B023
                (one_blob, lambda: blobs.commit(sum(_size(row) for _, row in written))),  # noqa: B023
            ]
            for place in range(3):
                times, work = sides[(turn + place) % 3]
                if times is mine or written:
                    times.append(work())
            from_form.append(filling + mine[-1])
            written = list(_written(desk, action.ticket))
        del mine[-1], from_form[-1]  # its rows were written by nobody else
        name = f"one durable action, {tickets:,} tickets"
        yield Line(name, Times(mine), "the same rows by raw SQLCipher, one commit", Times(same_rows),
                   of_pairs(Times(mine), Times(same_rows)), Goal("<=", 1.5))  # fmt: skip
        yield Line(name, Times(mine), "as many bytes, one blob row, raw SQLCipher", Times(one_blob),
                   of_pairs(Times(mine), Times(one_blob)))  # fmt: skip
        yield Line("the same, its form filled in first", Times(from_form), "the same rows by raw SQLCipher, one commit",
                   Times(same_rows), of_pairs(Times(from_form), Times(same_rows)))  # fmt: skip
        again: list[float] = []
        whole: list[float] = []
        for turn in range(max(3, rounds // 60)):
            action, filling = _made(desk, tickets, rounds + 1 + turn)
            again.append(filling + _performed(desk, action))
            whole.append(json_file.update(desk, action.ticket))
        yield Line(f"{name} (ratio: times faster)", Times(again), "TinyDB JSONStorage, one update", Times(whole),
                   1 / of_pairs(Times(again), Times(whole)), Goal(">=", 200))  # fmt: skip
        rows.connection.close()
        blobs.connection.close()
    finally:
        desk.close()


def _made(desk: Desk, tickets: int, turn: int) -> tuple[do.Action, float]:
    """An action, made of what an agent typed, and how long that took."""
    number = tickets - turn % (tickets // 10)
    now = data.NOW + timedelta(seconds=turn)
    text = data.words_of("en").text(data.maker_of("act", turn), 40)
    action, given = (
        ("note", {"text": text}),
        ("reply", {"text": text, "outcome": "solves"}),
        ("tag", {"add": f"turn{turn}"}),
    )[turn % 3]
    began = perf_counter()
    made = fill(action, desk.header(number, now), given)
    return made, perf_counter() - began


def _performed(desk: Desk, action: do.Action) -> float:
    began = perf_counter()
    desk.perform(action, action.at)
    return perf_counter() - began


def _written(desk: Desk, number: int) -> Iterator[tuple[str, Row]]:
    """The rows of the newest action: what its commit put into each table, body for body."""
    connection = desk.repository.database.connection
    for table, key, value in (
        ("doc_tickets", "id", number),
        ("queue", "ticket", number),
        ("outbox", "id", None),
        ("journal", "seq", None),
    ):
        newest = (
            f"(SELECT {key} FROM journal ORDER BY seq DESC LIMIT 1)" if value is None else str(value)  # noqa: S608
        )
        row = connection.execute(f"SELECT * FROM {table} WHERE {key} = {newest}").fetchone()  # noqa: S608
        if row is not None:
            yield table, row


def _size(row: Row) -> int:
    return sum(
        len(value) if isinstance(value, bytes) else len(value.encode()) if isinstance(value, str) else 8
        for value in row
    )


class _Rows:
    """A store's file without the store: the same settings, tables, indexes, and rows."""

    def __init__(self, path: Path) -> None:
        self.connection = _configured(path)
        self._puts = {table: self._put(table) for table in _TABLES}

    def _put(self, table: str) -> str:
        columns = [row[1] for row in self.connection.execute(f"PRAGMA table_info({table})").fetchall()]
        sql = f"INSERT INTO {table} VALUES ({','.join('?' * len(columns))})"  # noqa: S608
        if table in ("outbox", "journal"):
            return sql
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
        return f"{sql} ON CONFLICT ({columns[0]}) DO UPDATE SET {changes}"

    def commit(self, rows: list[tuple[str, Row]]) -> float:
        execute, puts = self.connection.execute, self._puts
        began = perf_counter()
        execute("BEGIN IMMEDIATE")
        for table, row in rows:
            execute(puts[table], row)
        execute("COMMIT")
        return perf_counter() - began


class _Blobs:
    """A file with one table of blobs, and the store's settings."""

    def __init__(self, path: Path) -> None:
        self.connection = _configured(path)
        self.connection.execute("CREATE TABLE blobs (content BLOB)")

    def commit(self, size: int) -> float:
        content = data.maker_of("blob", size).randbytes(size)
        execute = self.connection.execute
        began = perf_counter()
        execute("BEGIN IMMEDIATE")
        execute("INSERT INTO blobs VALUES (?)", (content,))
        execute("COMMIT")
        return perf_counter() - began


class _JsonFile:
    """The same tickets as TinyDB keeps them by itself: plain JSON, rewritten whole and synced by each update."""

    def __init__(self, path: Path, desk: Desk) -> None:
        everything = {
            str(ticket.doc_id): dict(ticket) for ticket in desk.repository.database.table("tickets")
        }
        path.write_text(json.dumps({"tickets": everything}), encoding="utf-8")
        self._table = TinyDB(path).table("tickets")

    def update(self, desk: Desk, number: int) -> float:
        body = desk.repository.database.table("tickets").get_json(number)
        document = Document(json.loads(body or b"{}"), number)
        upsert: Callable[[Document], object] = self._table.upsert
        began = perf_counter()
        upsert(document)
        return perf_counter() - began


def _configured(path: Path) -> Connection:
    connection = connect(path, bytes.fromhex(data.KEY))
    configure(connection)
    return connection
