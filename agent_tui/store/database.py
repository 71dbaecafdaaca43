"""Opening a store: one encrypted file that is a TinyDB."""

# TinyDB's own annotations have holes.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import hmac
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import cast

from tinydb import TinyDB

from agent_tui.domain.messages import N_, Told
from agent_tui.locations import private_dir
from agent_tui.store import sidecar
from agent_tui.store.cipher import KEY_BYTES, Connection, Error, connect, translated
from agent_tui.store.documents import DocumentStorage, DocumentTable
from agent_tui.store.errors import DamagedStore, NoSuchProfile, StoreBusy, WrongKey
from agent_tui.store.files import private_file, with_suffix_of
from agent_tui.store.health import fits
from agent_tui.store.schema import MIGRATIONS, Migration, migrate
from agent_tui.store.session import Session, Sessions, configure


class Database(TinyDB):
    """A TinyDB over one SQLCipher file. Made by `open_store`.

    Any thread may use it, and any number of processes. Whatever TinyDB or these methods raise about the
    file is a `StoreError`. `close()` once the other threads have ended their work.
    """

    table_class = DocumentTable  # type: ignore[assignment]  # TinyDB declares it as exactly Table

    def __init__(self, sessions: Sessions, key: bytes) -> None:
        self._sessions = sessions
        self._key = key
        super().__init__(storage=lambda: DocumentStorage(sessions))

    @property
    def path(self) -> Path:
        """The file."""
        return self._sessions.path

    def secret(self, purpose: str) -> bytes:
        """32 bytes for one purpose, derived from the store's key: they cannot be lost with a page of the file."""
        return hmac.digest(self._key, f"agent-tui {purpose}".encode(), "sha256")

    @property
    def connection(self) -> Connection:
        """The calling thread's connection, for SQL of one's own: inside `transaction()` or `reading()`."""
        return self._sessions.current().connection

    def transaction(self) -> AbstractContextManager[Connection]:
        """Everything in the block is committed together, and on disk when it ends; an exception undoes it.

        Nested blocks join. TinyDB's methods inside join as well. Raises `StoreBusy` when another writer
        takes more than 10 s, `DiskFull`, `DamagedStore`.
        """
        return self._connection_of(self._sessions.transaction())

    def reading(self) -> AbstractContextManager[Connection]:
        """Everything read in the block is of one moment, whoever writes meanwhile. Nothing can be written."""
        return self._connection_of(self._sessions.reading())

    def changed(self) -> bool:
        """Whether another thread or process committed since the calling thread last asked."""
        return self._sessions.changed()

    def compact(self) -> None:
        """Write the file anew without what was deleted, and empty its log: no page keeps it after that.

        Not inside a transaction. Raises `StoreBusy` when another program holds the file for more than 10 s, `DiskFull`.
        """
        with translated(self.path, system=True, writing=True):
            connection = self.connection
            connection.execute("VACUUM")
            row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if row is not None and row[0]:
                raise StoreBusy(self.path, Told(N_("another program")))
            sidecar.refresh(connection, self.path, self._key)

    def close(self) -> None:
        """Close every thread's connection. A closed store can't be used again; closing twice is fine."""
        self._sessions.close()
        self._opened = False

    def table(self, name: str, **options: int) -> DocumentTable:
        """The table of that name; its first write creates it. `options` are TinyDB's, like `cache_size`."""
        return cast(DocumentTable, super().table(name, **options))

    @staticmethod
    @contextmanager
    def _connection_of(block: AbstractContextManager[Session]) -> Generator[Connection]:
        with block as session:
            yield session.connection


def open_store(
    path: Path, key: bytes, *, create: bool = True, migrations: Sequence[Migration] = MIGRATIONS
) -> Database:
    """Open the store at `path` with its 32-byte `key`, bringing an older layout up to date. About 3 ms.

    With `create`, a missing file is made, in folders only the user can enter. Raises `NoSuchProfile`,
    `WrongKey`, `DamagedStore`, `NewerStore`, `NotAStore`, `StoreBusy`, `DiskFull`, `StoreUnusable`.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a store's key has {KEY_BYTES} bytes")
    with translated(path, system=True, writing=True):
        _prepare_file(path, create=create)

    def connect_configured() -> Connection:
        connection = connect(path, key)
        configure(connection)
        return connection

    def refresh_sidecar(connection: Connection) -> None:
        sidecar.refresh(connection, path, key)

    sessions = Sessions(path, connect_configured, refresh_sidecar)
    try:
        connection = sessions.current().connection
        with translated(path, system=True, writing=True):
            migrate(connection, path, migrations)
            refresh_sidecar(connection)
    except DamagedStore as error:
        sessions.close()
        # SQLCipher says the same of a page it can't decrypt and of one that is broken.
        if isinstance(error.__cause__, Error) and not fits(path, key):
            raise WrongKey(path) from error
        raise
    except BaseException:  # Ctrl-C included: nobody else would close them
        sessions.close()
        raise
    return Database(sessions, key)


def _prepare_file(path: Path, *, create: bool) -> None:
    """Refuse a file that lost its content, and create one that is not there."""
    size = path.stat().st_size if path.exists() else None
    if not size:
        # SQLite would take an empty file for a new one, and an agent's work would silently be gone.
        log = with_suffix_of(path, "-wal")
        lost_content = size == 0 and sidecar.path_of(path).exists()
        if lost_content or (log.exists() and log.stat().st_size):
            raise DamagedStore(path)
        if not create:
            raise NoSuchProfile(path)
        private_dir(path.parent)
    private_file(path)
