"""The ways in: files that other programs wrote, read into `Contact` values. Nothing here touches the store.

What reads files is imported when there is a file to read: every command knows the room's names, few need its work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from agent_tui.intake.contact import Contact, ContactKind, File, Unreadable
from agent_tui.intake.errors import IntakeError

__all__ = ["Contact", "ContactKind", "File", "IntakeError", "Unreadable", "read", "size"]


def read(
    path: Path, *, own: Collection[str] = (), progress: Callable[[int], None] | None = None
) -> Iterator[Contact | Unreadable]:
    """Read an mbox, a Maildir, a folder of mails, one mail, CSV or JSON lines; gzip too.

    `own` are the desk's addresses; `@example.org` stands for a whole domain. `progress` hears the bytes done so
    far, out of `size(path)`. A message that makes no sense comes as `Unreadable` and the rest goes on.

    Raises `IntakeError`, at once, when the path does not exist, and on iteration when the file is of no known kind.
    """
    from agent_tui.intake import sources

    sources.files(path)
    return sources.read(path, own, progress)


def size(path: Path) -> int:
    """Bytes that `read` will go through, for a progress display. Raises `IntakeError`."""
    from agent_tui.intake import sources

    return sources.size(path)
