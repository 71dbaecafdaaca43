"""Files only their owner can read, written so that a crash leaves the old content or the new one."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def private_folder(folder: Path) -> None:
    """Make `folder` and its missing parents, all with mode 0700 whatever the umask.

    Folders that exist keep their mode: they may be the user's home or a shared mount.
    """
    missing = [folder, *folder.parents]
    for each in reversed([one for one in missing if not one.exists()]):
        each.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


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


def write_private(path: Path, content: bytes) -> None:
    """Replace the content of `path` in one step, mode 0600, on disk when this returns."""
    draft = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def with_suffix_of(path: Path, suffix: str) -> Path:
    """The file that goes with `path`: SQLite's `-wal` and `-shm`, our `.id`."""
    return path.with_name(path.name + suffix)
