"""The one door to SQLCipher: a typed face for its driver, how a file is opened, how its errors are told.

sqlcipher3 has no type stubs; nothing else in agent_tui imports it.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

from sqlcipher3 import dbapi2 as _untyped  # pyright: ignore[reportMissingTypeStubs]

from agent_tui.domain.messages import N_, Told
from agent_tui.store.errors import DamagedStore, DiskFull, StoreBusy, StoreError, StoreUnusable
from agent_tui.system_errors import reason_of

KEY_BYTES = 32
PAGE_BYTES = 4096
SALT_BYTES = 16
BUSY_SECONDS = 10.0

# SQLCipher 4 keeps an initialisation vector and this HMAC-SHA512 at the end of each page.
_HMAC_BYTES = 64

Row = tuple[Any, ...]  # values as SQLite has them, typed like in the standard library's own stubs
Parameters = Sequence[int | float | str | bytes | None]


class Cursor(Protocol):
    """The part of a DB-API cursor that a store uses."""

    lastrowid: int
    rowcount: int

    def fetchone(self) -> Row | None: ...
    def fetchmany(self, size: int = ...) -> list[Row]: ...
    def fetchall(self) -> list[Row]: ...
    def __iter__(self) -> Iterator[Row]: ...


class Connection(Protocol):
    """The part of a DB-API connection that a store uses. Always in autocommit: transactions are explicit."""

    @property
    def in_transaction(self) -> bool: ...
    @property
    def total_changes(self) -> int: ...
    def execute(self, sql: str, parameters: Parameters = ..., /) -> Cursor: ...
    def executemany(self, sql: str, parameters: Iterable[Parameters], /) -> Cursor: ...
    def set_trace_callback(self, callback: object, /) -> None: ...
    def interrupt(self) -> None: ...
    def close(self) -> None: ...


class _Driver(Protocol):
    Error: type[Exception]
    OperationalError: type[Exception]
    IntegrityError: type[Exception]

    def connect(
        self, database: str, *, timeout: float, isolation_level: None, check_same_thread: bool
    ) -> Connection: ...


_driver = cast(_Driver, _untyped)
Error = _driver.Error
OperationalError = _driver.OperationalError
IntegrityError = _driver.IntegrityError

# SQLite's result codes (https://sqlite.org/rescode.html); the driver gives no extended ones.
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
_UNUSABLE = {
    _READONLY: N_("attempt to write a readonly database"),
    _IOERR: N_("disk I/O error"),
    _CANTOPEN: N_("unable to open database file"),
}
"""What SQLite says of a file that the machine keeps from it."""


class BrokenRow(Exception):
    """A row came back as SQLCipher hands out a page that fails its HMAC: as zeros, without an error."""


def result_code(error: Exception) -> int:
    """SQLite's result code of a driver's error; 0 if it carries none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_damage(error: Exception) -> bool:
    """Whether a read failed because of the file: malformed pages, a wrong HMAC, a disk that can't read."""
    return result_code(error) in (_CORRUPT, _NOTADB, _IOERR)


def translate(error: Exception, path: Path, *, writing: bool = False) -> StoreError | None:
    """The store's own error for an error of the driver or of the system on `path`.

    Returns None for mistakes of the calling code (bad SQL, a broken constraint), which stay as they are.
    """
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return DiskFull(path)
        return StoreUnusable(path, reason_of(error))
    code = result_code(error)
    # Writing beyond a quota or a limit is an I/O error for SQLite; only a full disk is FULL.
    if code == _FULL or (writing and code == _IOERR):
        return DiskFull(path)
    if code in (_BUSY, _LOCKED):
        return StoreBusy(path, Told(N_("another program")))
    if code in (_CORRUPT, _NOTADB) or isinstance(error, BrokenRow):
        return DamagedStore(path)
    return StoreUnusable(path, Told(_UNUSABLE[code])) if code in _UNUSABLE else None


@contextmanager
def translated(path: Path, *, system: bool = False, writing: bool = False) -> Generator[None]:
    """Turn what the driver raises inside into `StoreError`s that name `path`; with `system`, `OSError`s too.

    `writing` says that an I/O error is one of writing.
    """
    try:
        yield
    except (Error, BrokenRow, OSError) as error:
        if isinstance(error, OSError) and not system:
            raise  # of the caller's own files
        told = translate(error, path, writing=writing)
        if told is None:
            raise
        raise told from error


def still_reads(connection: Connection) -> bool:
    """Whether no page that fails its HMAC was met so far, asked outside a transaction.

    SQLCipher hands out such a page as zeros, and refuses to read further only at the next page. So a row
    is known to be sound when this is true after it.
    """
    connection.execute("PRAGMA shrink_memory")  # pages it has in memory it would still give
    try:
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except Error:
        return False
    return True


def salt_of(key: bytes) -> bytes:
    """The salt of a store: derived from its key, so that it can't be lost with the file's first bytes.

    SQLCipher uses it for the pages' HMAC key only, since a raw key goes through no key derivation.
    """
    return hmac.digest(key, b"agent-tui store salt", "sha256")[:SALT_BYTES]


def connect(path: Path, key: bytes) -> Connection:
    """A bare connection to the SQLCipher file `path` with the raw 32-byte `key`; about 1 ms.

    Nothing is read yet, so a wrong key is found by the first statement. Any thread may use the
    connection, one at a time.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a store's key has {KEY_BYTES} bytes")
    connection = _connect(path)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}{salt_of(key).hex()}'\"")
    return connection


def connect_passphrase(path: Path, passphrase: str) -> Connection:
    """Like `connect`, with a passphrase through SQLCipher's own key derivation; about 0.2 s.

    The text is prefixed, so that no passphrase is ever mistaken for a raw key.
    """
    connection = _connect(path)
    quoted = ("agent-tui:" + passphrase).replace("'", "''")
    connection.execute(f"PRAGMA key = '{quoted}'")
    return connection


def _connect(path: Path) -> Connection:
    connection = _driver.connect(
        str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    # SQLCipher writes its log to stderr, which is the agent's screen; errors arrive as exceptions anyway.
    connection.execute("PRAGMA cipher_log_level = NONE")
    return connection


def page_verifies(page: bytes, number: int, hmac_key: bytes) -> bool:
    """Whether `page` (as it is on disk, `number` counts from 1) carries the right HMAC."""
    if len(page) != PAGE_BYTES:
        return False
    start = SALT_BYTES if number == 1 else 0
    signed = page[start:-_HMAC_BYTES] + number.to_bytes(4, "little")
    found = page[-_HMAC_BYTES:]
    return hmac.compare_digest(hmac.digest(hmac_key, signed, "sha512"), found)


def hmac_key_of(key: bytes) -> bytes:
    """The key of the pages' HMACs, as SQLCipher 4 derives it from the raw key and the salt."""
    salt = bytes(byte ^ 0x3A for byte in salt_of(key))
    return hashlib.pbkdf2_hmac("sha512", key, salt, 2, KEY_BYTES)
