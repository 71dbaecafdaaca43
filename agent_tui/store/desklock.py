"""One desk a profile: a lock that dies with its process, and tells a second desk who is there.

The kernel holds the lock (flock), not the file's content: after `kill -9` or a power cut it is free at
once. The content only says who to ask. The file stays behind; an empty one means nobody.
"""

from __future__ import annotations

import errno
import getpass
import os
import socket
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from agent_tui.domain.messages import N_, Told
from agent_tui.locations import private_dir
from agent_tui.store.errors import LockUnsupported, StoreBusy
from agent_tui.store.files import PRIVATE_FILE
from agent_tui.system_errors import reason_of

_HELD_ELSEWHERE = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)


class Holder(msgspec.Struct, frozen=True):
    """Who sits at the desk."""

    pid: int
    user: str
    host: str
    tty: str
    since: datetime

    def __str__(self) -> str:
        terminal = f", {self.tty}" if self.tty else ""
        return f"{self.user}@{self.host} (pid {self.pid}{terminal}, {self.since:%Y-%m-%d %H:%M %Z})"


class DeskLock:
    """The lock at `path`, held inside its `with` block. `now` is when the desk opens, with its time zone.

    Raises `StoreBusy` naming the holder if another desk has it, `LockUnsupported` where there are no locks.
    """

    def __init__(self, path: Path, now: datetime) -> None:
        self.path = path
        self._now = now
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise; it does not wait."""
        if self._descriptor is not None:
            return
        private_dir(self.path.parent)
        # Not inheritable (PEP 446): an editor started from the desk does not keep the desk locked.
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            if error.errno in _HELD_ELSEWHERE:
                holder = holder_of(self.path)
                raise StoreBusy(self.path, str(holder) if holder else Told(N_("another desk"))) from error
            raise LockUnsupported(self.path, reason_of(error)) from error
        self._descriptor = descriptor
        with suppress(OSError):  # on a full disk nobody is named; the lock holds all the same
            os.ftruncate(descriptor, 0)
            os.write(descriptor, msgspec.json.encode(_myself(self._now)))

    def release(self) -> None:
        """Give the lock back. The file is emptied and stays: removing it would race with the next desk."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        try:
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def holder_of(path: Path) -> Holder | None:
    """Who the lock file names; None if it names nobody or can't be read. It does not say they live."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):
        return None


def _myself(now: datetime) -> Holder:
    return Holder(os.getpid(), _user(), socket.gethostname(), _terminal(), now)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in many containers
        return "?"


def _terminal() -> str:
    for stream in (0, 1, 2):
        try:
            return os.ttyname(stream)
        except OSError:
            continue  # piped; another of the three may be the terminal
    return ""


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        # Far behind the content: Windows' locks forbid reading what they cover.
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
