"""Names for attachments on this machine's disk: the sender chose them, so they are not to be trusted."""

from __future__ import annotations

from pathlib import Path

from agent_tui.domain.text import safe

_NOT_IN_NAMES = '<>:"|?*/\\'


def plain_name(name: str) -> str:
    """The last part of a name without anything that a shell, a terminal or a file system would read otherwise."""
    last = safe(name.replace("\\", "/").rpartition("/")[2]).strip(". ").lstrip("-")
    return "".join(letter for letter in last if letter not in _NOT_IN_NAMES)[:120] or "attachment"


def free_name(path: Path) -> Path:
    """`path`, or with a number before its suffix where that is taken already."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free
