"""Checking a store for damage, for `agent-tui doctor`: reads the whole file, changes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from agent_tui.store import sidecar
from agent_tui.store.cipher import PAGE_BYTES, Error, connect, is_damage, translated
from agent_tui.store.errors import NoSuchProfile, WrongKey


@dataclass(frozen=True, slots=True)
class Health:
    """What `check` found: numbers of pages that fail their HMAC, and what SQLite says of the structure."""

    bad_pages: tuple[int, ...]
    complaints: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.bad_pages and not self.complaints


def bad_pages(path: Path, key: bytes) -> list[int]:
    """The pages of the file, counted from 1, that were changed since they were written with `key`.

    SQLCipher reads them: had Python opened the file, closing it would end this process's SQLite locks on it
    (https://sqlite.org/howtocorrupt.html#posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
    """
    if not path.stat().st_size:
        return []
    connection = connect(path, key)
    try:
        answers = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check").fetchall()]
    finally:
        connection.close()
    return [int(number) for answer in answers for number in re.findall(r"page (\d+)", answer)]


def fits(path: Path, key: bytes) -> bool:
    """Whether the file, damaged as it may be, was written with `key`. Reads the whole file."""
    pages = -(-path.stat().st_size // PAGE_BYTES)
    return len(bad_pages(path, key)) < pages or sidecar.read(path, key) is not None


def check(path: Path, key: bytes) -> Health:
    """Say what is broken in a store; damage is an answer here, not an exception. About 1 s for 300 MB.

    Raises `NoSuchProfile`, and `WrongKey` if the key is another one.
    """
    if not path.exists():
        raise NoSuchProfile(path)
    with translated(path, system=True):
        bad = tuple(bad_pages(path, key))
        pages = -(-path.stat().st_size // PAGE_BYTES)
        if pages and len(bad) == pages and sidecar.read(path, key) is None:
            raise WrongKey(path)
        # Behind a broken page SQLCipher reads nothing more: every further complaint would be about that.
        complaints = [] if bad else ["the file is empty"] if not pages else _complaints(path, key)
    return Health(bad, tuple(complaints))


def _complaints(path: Path, key: bytes) -> list[str]:
    connection = connect(path, key)
    try:
        connection.execute("PRAGMA query_only = ON")
        answers = connection.execute("PRAGMA quick_check").fetchall()
    except Error as error:
        if not is_damage(error):
            raise
        return [str(error)]
    finally:
        connection.close()
    lines = [line for answer in answers for line in str(answer[0]).splitlines()]
    return [line for line in lines if line != "ok"]
