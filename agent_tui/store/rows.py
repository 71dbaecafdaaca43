"""A document table as SQL rows: the mappings that TinyDB reads from and writes to.

A TinyDB table named N is the SQL table `doc_N` (id INTEGER PRIMARY KEY, body TEXT, home TEXT), body being JSON.
Reading one document is reading one row, and writing writes the rows that changed.
"""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterator, Mapping, MutableMapping, ValuesView
from functools import lru_cache
from typing import Any

import msgspec

from agent_tui.store.cipher import BrokenRow, Connection, OperationalError, Parameters, Row

PREFIX = "doc_"
_CHUNK = 256  # rows fetched at a time: no statement stays open between two of them

DocId = int | str
Fields = dict[str, Any]  # a TinyDB document: whatever JSON can hold

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Fields)


def _decode(body: bytes) -> Fields:
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise BrokenRow from error


def _sound(body: bytes) -> bytes:
    """The body; JSON has no NUL, so one that has was read from a broken page."""
    if b"\0" in body:
        raise BrokenRow
    return body


def sql_name(table: str) -> str:
    """The SQL table of a TinyDB table.

    SQLite does not tell A from a, TinyDB does: capitals are written as %41. Raises ValueError for a name
    SQLite can't hold (NUL, half a surrogate pair).
    """
    if "\0" in table:
        raise ValueError("a table's name holds no NUL character")
    table.encode()
    return PREFIX + re.sub(r"[A-Z%]", lambda found: f"%{ord(found[0]):02x}", table)


def table_name(sql: str) -> str:
    """The TinyDB table of an SQL table; the reverse of `sql_name`."""
    return re.sub(r"%([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), sql.removeprefix(PREFIX))


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def sql_tables(connection: Connection) -> list[str]:
    """The SQL names of all document tables."""
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 4) = 'doc_' ORDER BY rowid"
    )
    return [str(row[0]) for row in found.fetchall()]


def exists(connection: Connection, sql: str) -> bool:
    """Whether there is such an SQL table."""
    found = connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (sql,))
    return found.fetchone() is not None


def create_statement(sql: str, *, text_ids: bool) -> str:
    """How a document table is made.

    AUTOINCREMENT: an id is never given twice, even when its document was deleted, by any process. `home`
    says in each row where it belongs, so that a page found alone in a damaged file can be put back.
    """
    home = table_name(sql).replace("'", "''")
    key = "TEXT PRIMARY KEY NOT NULL" if text_ids else "INTEGER PRIMARY KEY AUTOINCREMENT"
    return f"CREATE TABLE {quoted(sql)} (id {key}, body TEXT NOT NULL, home TEXT NOT NULL DEFAULT '{home}')"


class Statements:
    """The SQL of one document table."""

    def __init__(self, sql: str) -> None:
        table = quoted(sql)
        self.count = f"SELECT count(*) FROM {table}"
        # The body travels as the bytes it is: no detour over a Python string.
        self.body = f"SELECT CAST(body AS BLOB) FROM {table} WHERE id = ?"
        self.first = f"SELECT id, CAST(body AS BLOB) FROM {table} ORDER BY id LIMIT {_CHUNK}"
        self.after = f"SELECT id, CAST(body AS BLOB) FROM {table} WHERE id > ? ORDER BY id LIMIT {_CHUNK}"
        self.starting = f"SELECT id, CAST(body AS BLOB) FROM {table} WHERE id >= ? ORDER BY id LIMIT {_CHUNK}"
        self.ids = f"SELECT id FROM {table} ORDER BY id"
        self.highest = (
            f"SELECT max(coalesce((SELECT max(id) FROM {table}), 0), "
            "coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0))"
        )
        self.update = f"UPDATE {table} SET body = CAST(? AS TEXT) WHERE id = ?"
        self.put = (
            f"INSERT INTO {table} (id, body) VALUES (?, CAST(? AS TEXT)) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body"
        )
        self.insert = f"INSERT INTO {table} (body) VALUES (CAST(? AS TEXT))"
        self.delete = f"DELETE FROM {table} WHERE id = ?"
        self.clear = f"DELETE FROM {table}"


@lru_cache(maxsize=256)
def statements_of(sql: str) -> Statements:
    """The SQL of a document table, put together once."""
    return Statements(sql)


class Rows(Mapping[str, Fields]):
    """What TinyDB reads: documents by their id as text, in the order of ids, fetched when asked for."""

    def __init__(self, connection: Connection, sql: str, *, text_ids: bool) -> None:
        self._connection = connection
        self._sql = sql
        self._text_ids = text_ids
        self._statements = statements_of(sql)

    @property
    def sql(self) -> str:
        """The SQL table these are the rows of."""
        return self._sql

    def _query(self, statement: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a statement; none if the table was never written to."""
        try:
            return self._connection.execute(statement, parameters).fetchall()
        except OperationalError:
            if not exists(self._connection, self._sql):
                return []
        # Another thread may have made the table between the two looks; what else is wrong is raised here.
        return self._connection.execute(statement, parameters).fetchall()

    def _key(self, text: str) -> DocId | None:
        if self._text_ids:
            return text
        # Only what `str(id)` gives: "07" is not 7, and SQLite's integers have 64 bits.
        if re.fullmatch(r"0|-?[1-9][0-9]{0,18}", text) and -(2**63) <= int(text) < 2**63:
            return int(text)
        return None

    def order(self, item: tuple[str, object]) -> DocId:
        """Where an item stands among the others: sorts like the table is sorted."""
        return item[0] if self._text_ids else self._key(item[0]) or 0

    def body(self, key: str) -> bytes | None:
        """A document's JSON as it is stored."""
        doc_id = self._key(key)
        found = [] if doc_id is None else self._query(self._statements.body, (doc_id,))
        return _sound(found[0][0]) if found else None

    def __getitem__(self, key: str) -> Fields:
        body = self.body(key)
        if body is None:
            raise KeyError(key)
        return _decode(body)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.body(key) is not None

    def __len__(self) -> int:
        found = self._query(self._statements.count)
        return int(found[0][0]) if found else 0

    def __iter__(self) -> Iterator[str]:
        return iter([str(row[0]) for row in self._query(self._statements.ids)])

    def pairs(self) -> Iterator[tuple[str, Fields]]:
        """All documents, some hundred rows in memory at a time."""
        chunk = self._query(self._statements.first)
        while chunk:
            for doc_id, body in chunk:
                yield str(doc_id), _decode(body)
            chunk = self._query(self._statements.after, (chunk[-1][0],)) if len(chunk) == _CHUNK else []

    def items(self) -> ItemsView[str, Fields]:
        """See `pairs`."""
        return _Items(self)

    def values(self) -> ValuesView[Fields]:
        """See `pairs`."""
        return _Values(self)


class _Items(ItemsView[str, Fields]):
    def __init__(self, rows: Rows) -> None:
        super().__init__(rows)
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[str, Fields]]:
        return self._rows.pairs()


class _Values(ValuesView[Fields]):
    def __init__(self, rows: Rows) -> None:
        super().__init__(rows)
        self._rows = rows

    def __iter__(self) -> Iterator[Fields]:
        return (fields for _, fields in self._rows.pairs())


class Changes(MutableMapping[Any, Fields]):
    """What TinyDB's updaters work on, inside a write transaction.

    Documents handed out are remembered, since an updater changes them in place; `flush` writes those that
    differ from their row. Setting and deleting go to the file at once. Keys are of `id_class`.
    """

    def __init__(self, connection: Connection, sql: str, id_class: type) -> None:
        self._connection = connection
        self._statements = statements_of(sql)
        self._sql = sql
        self._id_class = id_class
        self._text_ids = not issubclass(id_class, int)
        self._seen: dict[DocId, tuple[Fields, bytes]] = {}
        self._scanning = False

    def _key(self, key: object) -> DocId | None:
        if self._text_ids:
            return str(key)
        if isinstance(key, int | float) and key == key and -(2**63) <= key < 2**63:
            return int(key) if key == int(key) else None
        return None

    def _load(self, doc_id: DocId) -> bool:
        """Read a document into memory; after a walk over the keys, its neighbours with it."""
        if doc_id in self._seen:
            return True
        if not self._scanning:
            found = self._connection.execute(self._statements.body, (doc_id,)).fetchone()
            if found is not None:
                self._seen[doc_id] = (_decode(found[0]), found[0])
            return found is not None
        for each, body in self._connection.execute(self._statements.starting, (doc_id,)).fetchall():
            if each not in self._seen:
                self._seen[each] = (_decode(body), body)
        return doc_id in self._seen

    def __contains__(self, key: object) -> bool:
        doc_id = self._key(key)
        return doc_id is not None and self._load(doc_id)

    def __getitem__(self, key: object) -> Fields:
        doc_id = self._key(key)
        if doc_id is None or not self._load(doc_id):
            raise KeyError(key)
        return self._seen[doc_id][0]

    def __setitem__(self, key: object, document: Mapping[str, Any]) -> None:
        doc_id = self._key(key)
        if doc_id is None:
            raise ValueError(f"{key!r} can't be the id of a document in this table")
        fields = dict(document)
        body = _encode(fields)
        self._connection.execute(self._statements.put, (doc_id, body))
        self._seen[doc_id] = (fields, body)

    def __delitem__(self, key: object) -> None:
        doc_id = self._key(key)
        if doc_id is None or self._connection.execute(self._statements.delete, (doc_id,)).rowcount != 1:
            raise KeyError(key)
        self._seen.pop(doc_id, None)

    def __len__(self) -> int:
        found = self._connection.execute(self._statements.count).fetchone()
        return 0 if found is None else int(found[0])

    def __iter__(self) -> Iterator[Any]:
        self._scanning = True
        return iter(
            [self._id_class(row[0]) for row in self._connection.execute(self._statements.ids).fetchall()]
        )

    def clear(self) -> None:
        """Delete all documents; ids start again at 1."""
        self._connection.execute(self._statements.clear)
        if not self._text_ids:
            self._connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (self._sql,))
        self._seen.clear()

    def flush(self) -> None:
        """Write the documents that were changed in place."""
        for doc_id, (fields, body) in self._seen.items():
            now = _encode(fields)
            # A row may hold the same document in other words (spaces, 1e3): that is no change.
            if now != body and now != _encode(_decode(body)):
                self._connection.execute(self._statements.update, (now, doc_id))
