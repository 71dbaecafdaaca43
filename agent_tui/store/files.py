"""Files only their owner can read, and the names that stand beside a store."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PRIVATE_FILE = 0o600


def private_file(path: Path) -> bool:
    """Make sure `path` exists with mode 0600; return whether it was created.

    SQLite gives -wal and -shm the mode of the file they belong to, so that they are private as well.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(PRIVATE_FILE)
        return False
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Put the names in `folder` on disk: a new or renamed file is only then there after a power cut."""
    if sys.platform == "win32":
        return  # Windows opens no folders, and its file systems journal their names
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def with_suffix_of(path: Path, suffix: str) -> Path:
    """The file that goes with `path`: SQLite's `-wal` and `-shm`, our `.id`."""
    return path.with_name(path.name + suffix)
