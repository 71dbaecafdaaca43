"""One connection for each thread, and the transactions on it.

Why not one connection behind a lock: with its own connection the screen reads its snapshot while a sync
thread waits for the disk, and no thread ever sees what another has not committed. A connection costs
1 ms, once a thread.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from agent_tui.store.cipher import Connection, translated
from agent_tui.store.errors import DamagedStore, StoreUnusable, TransactionLost

# After the first commits that grow it, the -wal file is cut back to this.
_WAL_BYTES = 16 * 1024 * 1024

_SETTINGS = (
    "PRAGMA journal_mode = WAL",  # readers never wait for a writer
    "PRAGMA synchronous = FULL",  # a commit that returned is on disk
    "PRAGMA fullfsync = ON",  # … on macOS, too; elsewhere it says nothing
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what retention erased is not left in free pages
    "PRAGMA temp_store = MEMORY",  # no plain text in temporary files
    f"PRAGMA journal_size_limit = {_WAL_BYTES}",
)


def configure(connection: Connection) -> None:
    """Set up a connection. The first statement on it, so a wrong key or a damaged file shows here."""
    for setting in _SETTINGS:
        connection.execute(setting)


class Session:
    """A thread's connection and what it is in the middle of."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.depth = 0  # of nested transaction() blocks
        self.reading = 0  # of nested reading() blocks
        self.lost = False  # SQLite rolled the open transaction back by itself
        self.schema_touched = False
        self.drops = 0
        self.seen = self.data_version()

    def data_version(self) -> int:
        """SQLite's counter of commits by other connections."""
        row = self.connection.execute("PRAGMA data_version").fetchone()
        return 0 if row is None else int(row[0])

    def stamp(self) -> tuple[int, int, int]:
        """Changes whenever the file may have: by another connection, by this one, by a dropped table."""
        return (self.data_version(), self.connection.total_changes, self.drops)

    def __del__(self) -> None:
        self.connection.close()


class Sessions:
    """The connections of one open store."""

    def __init__(
        self,
        path: Path,
        connect: Callable[[], Connection],
        on_schema_change: Callable[[Connection], None],
    ) -> None:
        self.path = path
        self._connect = connect
        self._on_schema_change = on_schema_change
        self._mine = threading.local()
        self._all: weakref.WeakSet[Session] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._closed = False

    def current(self) -> Session:
        """The calling thread's session, connected on first use. Raises `StoreUnusable` once closed."""
        session: Session | None = getattr(self._mine, "session", None)
        if session is not None and not self._closed:
            return session
        with self._guard:
            if self._closed:
                raise StoreUnusable(self.path, "it was closed")
            with translated(self.path):
                session = Session(self._connect())
            self._all.add(session)
        self._mine.session = session
        return session

    @contextmanager
    def transaction(self, *, savepoint: bool = True) -> Generator[Session]:
        """Write: all of the block or nothing.

        A nested block joins the outer one, and is undone alone if an exception leaves it (not without
        `savepoint`, which is for a block of one statement).

        The file is locked for other writers at once (`BEGIN IMMEDIATE`), so what the block reads stays
        true until it ends. Raises `StoreBusy` after 10 s of waiting, `DiskFull`, `DamagedStore`.
        """
        session = self.current()
        if session.reading:
            raise RuntimeError("a transaction can't start inside reading(): its snapshot may be old")
        with translated(self.path, writing=True):
            if session.depth and not savepoint:
                yield session
            elif session.depth:
                yield from self._nested(session)
            else:
                yield from self._outermost(session)
        if session.schema_touched and not session.depth:
            session.schema_touched = False
            with translated(self.path, system=True, writing=True):
                self._on_schema_change(session.connection)

    def _outermost(self, session: Session) -> Iterator[Session]:
        connection = session.connection
        connection.execute("BEGIN IMMEDIATE")
        session.depth = 1
        session.lost = False
        try:
            yield session
            if session.lost or not connection.in_transaction:
                raise TransactionLost(self.path)
            self._commit(connection)
        except BaseException:  # whatever it was, half a block is not kept
            session.schema_touched = False
            if connection.in_transaction:  # SQLite ends it by itself when the disk is full
                connection.execute("ROLLBACK")
            raise
        finally:
            session.depth = 0

    def _commit(self, connection: Connection) -> None:
        try:
            connection.execute("COMMIT")
        except MemoryError as error:  # what SQLCipher answers after it met a page that fails its HMAC
            raise DamagedStore(self.path) from error

    def _nested(self, session: Session) -> Iterator[Session]:
        connection = session.connection
        name = f"level_{session.depth}"
        connection.execute(f"SAVEPOINT {name}")
        session.depth += 1
        try:
            yield session
            connection.execute(f"RELEASE {name}")
        except BaseException:  # whatever it was, half a block is not kept
            if connection.in_transaction:
                connection.execute(f"ROLLBACK TO {name}")
                connection.execute(f"RELEASE {name}")
            else:
                session.lost = True
            raise
        finally:
            session.depth -= 1

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Read: everything inside the block is of one moment. Inside a transaction it is that transaction."""
        session = self.current()
        with translated(self.path):
            if session.depth or session.reading:
                yield session
                return
            session.connection.execute("BEGIN")
            session.reading = 1
            try:
                yield session
            finally:
                session.reading = 0
                if session.connection.in_transaction:
                    session.connection.execute("ROLLBACK")  # nothing was written; ends also after an error

    def changed(self) -> bool:
        """Whether another connection (thread or process) committed since this thread last asked."""
        session = self.current()
        with translated(self.path):
            now = session.data_version()
        before, session.seen = session.seen, now
        return now != before

    def close(self) -> None:
        """Close every thread's connection. Other threads must have ended their work with the store."""
        with self._guard:
            self._closed = True
            for session in list(self._all):
                session.connection.close()
