"""TinyDB's table and storage over SQL rows (see `rows`)."""

# TinyDB's own annotations have holes.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast, overload

from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document, Table
from tinydb.utils import LRUCache

from agent_tui.store.cipher import OperationalError, translated
from agent_tui.store.rows import (
    Changes,
    DocId,
    Rows,
    create_statement,
    exists,
    quoted,
    sql_name,
    sql_tables,
    statements_of,
    table_name,
)
from agent_tui.store.session import Session, Sessions


class QueryCache(threading.local, LRUCache[QueryLike, list[Document]]):
    """Results of queries, for each thread its own: each thread has its own view of the file."""

    def __init__(self, capacity: int | None = None) -> None:
        super().__init__(capacity)
        self.stamp: tuple[int, int, int] = (0, 0, 0)


class DocumentStorage(Storage):
    """TinyDB's storage: a dict of lazy tables. Only `tables()` and `drop_table(s)` come this way."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    def read(self) -> dict[str, Any]:
        """All tables; their documents are read when they are asked for."""
        with self.sessions.reading() as session:
            return {table_name(sql): self.rows(session, sql, int) for sql in sql_tables(session.connection)}

    def rows(self, session: Session, sql: str, id_class: type) -> Rows:
        """The documents of one table."""
        return Rows(session.connection, sql, text_ids=not issubclass(id_class, int))

    def write(self, data: Mapping[str, Mapping[Any, Any]]) -> None:
        """Make the tables what `data` says: those missing are dropped, those from `read` stay as they are."""
        with self.sessions.transaction() as session:
            wanted = {sql_name(name): table for name, table in data.items()}
            for sql in sql_tables(session.connection):
                if sql not in wanted:
                    session.connection.execute(f"DROP TABLE {quoted(sql)}")
                    session.drops += 1
            for sql, table in wanted.items():
                if not (isinstance(table, Rows) and table.sql == sql):
                    self.ensure(session, sql, int)
                    changes = Changes(session.connection, sql, int)
                    changes.clear()
                    changes.update({int(doc_id): fields for doc_id, fields in table.items()})

    def ensure(self, session: Session, sql: str, id_class: type) -> None:
        """Create a table that is not there yet, inside the current transaction."""
        if not exists(session.connection, sql):
            session.connection.execute(create_statement(sql, text_ids=not issubclass(id_class, int)))
            session.schema_touched = True

    def close(self) -> None:
        """Close the store."""
        self.sessions.close()


class DocumentTable(Table):
    """A TinyDB table whose documents are rows. Made by `Database.table`.

    Documents come in the order of their ids. The JSON methods skip TinyDB's dicts: for callers that have
    their own types.
    """

    document_id_class: type = int  # type: ignore[assignment]  # or a str, a UUID: subclasses choose
    query_cache_class = QueryCache  # type: ignore[assignment]  # declared for caches of any key

    def __init__(
        self,
        storage: DocumentStorage,
        name: str,
        cache_size: int = Table.default_query_cache_capacity,
        persist_empty: bool = False,
    ) -> None:
        self._documents = storage
        self._sessions = storage.sessions
        self._sql = sql_name(name)
        self._statements = statements_of(self._sql)
        self._promised = 0
        super().__init__(storage, name, cache_size)
        if persist_empty:  # TinyDB would empty a table that is there already
            self._update_table(lambda table: None)

    # -- reading: each call sees one moment of the file ----------------------------------------------

    def search(self, cond: QueryLike) -> list[Document]:
        """All documents that match."""
        with self._sessions.reading() as session:
            cache = self._fresh_cache(session)
            found = super().search(cond)
            if session.depth:
                cache.clear()  # what a transaction sees may be rolled back
            return found

    @overload  # type: ignore[override]  # TinyDB's own eight say the same
    def get(self, cond: QueryLike | None = ...) -> Document | None: ...
    @overload
    def get(self, cond: QueryLike | None = ..., *, doc_id: DocId) -> Document | None: ...
    @overload
    def get(self, cond: QueryLike | None = ..., *, doc_ids: Iterable[DocId]) -> list[Document]: ...

    def get(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        cond: QueryLike | None = None,
        doc_id: DocId | None = None,
        doc_ids: Iterable[DocId] | None = None,
    ) -> Document | list[Document] | None:
        """One document by query or id, or several by ids: then it reads as many rows as there are ids."""
        with self._sessions.reading():
            rows = self._read_table()
            if doc_id is not None:
                found = rows.get(str(doc_id))
                return None if found is None else self.document_class(found, cast(int, doc_id))
            if doc_ids is None:
                return super().get(cast(QueryLike, cond))
            bodies = {key: rows.get(key) for key in {str(each) for each in doc_ids}}
            return [
                self.document_class(body, self.document_id_class(key))
                for key, body in sorted(bodies.items(), key=rows.order)
                if body is not None
            ]

    def all(self) -> list[Document]:
        """All documents."""
        with self._sessions.reading():
            return super().all()

    def __iter__(self) -> Iterator[Document]:
        """All documents, some hundred in memory at a time.

        The loop may write: then later documents are seen as they are by then.
        """
        with translated(self._sessions.path):
            yield from super().__iter__()

    def __len__(self) -> int:
        with self._sessions.reading():
            return len(self._read_table())

    def get_json(self, doc_id: DocId) -> bytes | None:
        """A document's JSON as it is stored; None if there is no such document."""
        with self._sessions.reading():
            return self._read_table().body(str(doc_id))

    # -- writing: each call is one transaction, or part of the current one ---------------------------

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert a document; its id is chosen inside the transaction, so no other process can take it."""
        with self._writing():
            return super().insert(document)

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """Update the documents that match, or insert one."""
        with self._writing():
            return super().upsert(document, cond)

    def put_json(self, doc_id: DocId, body: bytes) -> None:
        """Store a document under an id, new or not. `body` must be a JSON object in UTF-8."""
        with self._sessions.transaction(savepoint=False) as session:
            try:
                session.connection.execute(self._statements.put, (doc_id, body))
            except OperationalError:
                # Asking first whether the table is there would cost every action a statement.
                if exists(session.connection, self._sql):
                    raise
                self._documents.ensure(session, self._sql, self.document_id_class)
                session.connection.execute(self._statements.put, (doc_id, body))
        self.clear_cache()

    def insert_json(self, body: bytes) -> int:
        """Store a new document and return its id. `body` must be a JSON object in UTF-8."""
        self._refuse_text_ids()
        with self._writing() as session:
            return session.connection.execute(self._statements.insert, (body,)).lastrowid

    # -- what TinyDB's own methods stand on ----------------------------------------------------------

    @contextmanager
    def _writing(self) -> Generator[Session]:
        # A single statement undoes itself: only the outermost block needs BEGIN, none a savepoint.
        with self._sessions.transaction(savepoint=False) as session:
            self._documents.ensure(session, self._sql, self.document_id_class)
            yield session
        self.clear_cache()

    def _update_table(self, updater: Callable[[Any], object]) -> None:
        with self._sessions.transaction() as session:
            self._documents.ensure(session, self._sql, self.document_id_class)
            changes = Changes(session.connection, self._sql, self.document_id_class)
            updater(changes)
            changes.flush()
        self.clear_cache()

    def _read_table(self) -> Rows:  # type: ignore[override]  # a mapping, read like the dict of TinyDB
        session = self._sessions.current()
        return self._documents.rows(session, self._sql, self.document_id_class)

    def _get_next_id(self) -> int:
        """The next id, right while the caller is in a transaction: then nobody else can insert."""
        self._refuse_text_ids()
        session = self._sessions.current()
        highest = 0
        if exists(session.connection, self._sql):
            row = session.connection.execute(self._statements.highest, (self._sql,)).fetchone()
            highest = 0 if row is None else int(row[0])
        if session.depth:
            return highest + 1
        # Outside a transaction TinyDB promises another id for each call.
        promised = max(highest + 1, self._promised + 1)
        self._promised = promised
        return promised

    def truncate(self) -> None:
        """Delete all documents; ids start again at 1."""
        super().truncate()
        self._promised = 0

    def _refuse_text_ids(self) -> None:
        if not issubclass(self.document_id_class, int):
            raise TypeError(f"documents of table {self.name!r} need an id of their own")

    def _fresh_cache(self, session: Session) -> QueryCache:
        cache = self._query_cache
        if not isinstance(cache, QueryCache):
            raise TypeError("a document table needs a QueryCache")
        stamp = session.stamp()
        if stamp != cache.stamp or session.depth:
            cache.clear()
            cache.stamp = stamp
        return cache
