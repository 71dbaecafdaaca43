"""The one error of the room, apart from what reads files, so that every command can know it."""

from __future__ import annotations

from pathlib import Path

from agent_tui.domain.messages import Told


class IntakeError(Exception):
    """A file that cannot be imported at all: which one, why, and what to do about it."""

    def __init__(self, path: Path, reason: Told) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
