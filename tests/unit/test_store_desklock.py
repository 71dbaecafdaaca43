"""One desk a profile."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_tui.store.desklock import DeskLock, holder_of
from agent_tui.store.errors import LockUnsupported, StoreBusy

NOW = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)
HOLD = (
    "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
    "from agent_tui.store.desklock import DeskLock\n"
    "lock = DeskLock(Path(sys.argv[1]), datetime(2026, 3, 9, 14, 5, tzinfo=UTC)); lock.acquire()\n"
    "print('held', flush=True); sys.stdin.read()\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "li.lock"


def hold(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_desk_is_told_who_holds_the_first(path: Path) -> None:
    process = hold(path)
    try:
        with pytest.raises(StoreBusy) as told:
            DeskLock(path, NOW).acquire()
    finally:
        process.kill()
        process.communicate()
    holder = holder_of(path)
    assert holder is not None
    assert holder.pid == process.pid
    assert holder.since == NOW
    for part in (str(process.pid), holder.user, holder.host, "2026-03-09 14:05 UTC", str(path)):
        assert part in str(told.value)
    assert str(holder) in told.value.holder


def test_a_killed_desk_is_free_at_once(path: Path) -> None:
    process = hold(path)
    process.kill()
    process.communicate()
    with DeskLock(path, NOW):
        assert holder_of(path).pid == os.getpid()  # type: ignore[union-attr]


def test_a_closed_desk_is_free_and_names_nobody(path: Path) -> None:
    lock = DeskLock(path, NOW)
    for _ in range(2):
        with lock:
            lock.acquire()  # twice is fine
            with pytest.raises(StoreBusy):
                DeskLock(path, NOW).acquire()
        lock.release()
        assert holder_of(path) is None
        assert path.exists()


def test_what_the_desk_starts_does_not_keep_it_locked(path: Path) -> None:
    with DeskLock(path, NOW):
        editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with DeskLock(path, NOW):
            pass
    finally:
        editor.communicate(b"\n")


def test_the_lock_and_its_folder_are_private(path: Path) -> None:
    before = os.umask(0)
    try:
        with DeskLock(path, NOW):
            modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
    finally:
        os.umask(before)
    assert modes == [0o600, 0o700]


@pytest.mark.parametrize("content", [b"", b"garbage", b"{}", b'{"pid":"x"}'])
def test_a_holder_that_can_not_be_read_is_still_a_holder(path: Path, content: bytes) -> None:
    process = hold(path)
    try:
        path.write_bytes(content)
        with pytest.raises(StoreBusy, match="another desk"):
            DeskLock(path, NOW).acquire()
    finally:
        process.kill()
        process.communicate()


def test_a_full_disk_names_nobody_and_locks_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with DeskLock(path, NOW):
        with pytest.raises(StoreBusy, match="another desk"):
            DeskLock(path, NOW).acquire()
        assert holder_of(path) is None


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_system_without_locks_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(LockUnsupported, match="local disk"):
        DeskLock(path, NOW).acquire()
