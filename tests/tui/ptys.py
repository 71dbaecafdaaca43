"""The program on a pseudo-terminal of its own, looked at through the eyes of a terminal (pyte)."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping

import pyte

PATIENCE = 60.0
"""Seconds until a text that never comes is a failure."""


class Terminal:
    """`agent-tui WORDS` on a terminal; `screen` is what a person sees, `raw` every byte that came."""

    def __init__(
        self, *words: str, size: tuple[int, int] = (80, 24), environment: Mapping[str, str] | None = None
    ) -> None:
        columns, lines = size
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        child, self._terminal = pty.fork()
        if child == 0:
            os.environ.update({"TERM": "xterm-256color", **(environment or {})})
            os.environ.pop("COLUMNS", None)
            os.execv(sys.executable, [sys.executable, "-m", "agent_tui", *words])  # noqa: S606
        self.resize(columns, lines)
        self.process = child

    def resize(self, columns: int, lines: int) -> None:
        """Make the window larger or smaller; one of no cells at all does not tell its size."""
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines or 24, columns or 80)

    def type(self, text: str) -> None:
        """Keys, as a terminal sends them."""
        os.write(self._terminal, text.encode())

    def until(self, text: str) -> str:
        """Wait until a text is to be seen; returns all that is."""
        end = time.monotonic() + PATIENCE
        while text not in self.seen():
            if not self._read(max(0.0, end - time.monotonic())):
                raise AssertionError(f"{text!r} did not come; there is:\n{self.seen()}")
        return self.seen()

    def seen(self) -> str:
        """What stands on the terminal."""
        # Not pyte's own `display`: it stumbles over wide letters that were half overwritten.
        rows = (self.screen.buffer[y] for y in range(self.screen.lines))
        return "\n".join("".join(row[x].data for x in range(self.screen.columns)).rstrip() for row in rows)

    def after(self) -> str:
        """What came once the program had given the terminal back."""
        return self.raw.rpartition(b"\x1b[?1049l")[2].decode()

    def kill(self, number: signal.Signals) -> None:
        """Send a signal."""
        os.kill(self.process, number)

    def end(self) -> int:
        """Wait until the program has ended; returns its exit code, or minus the signal."""
        while self._read(PATIENCE):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])

    def hang_up(self) -> int:
        """Close the terminal, as a dropped connection does."""
        os.close(self._terminal)
        self._terminal = -1
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])

    def close(self) -> None:
        """Whatever a failed test left behind."""
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        if self._terminal >= 0:
            os.close(self._terminal)

    def _read(self, patience: float) -> bool:
        ready, _write, _errors = select.select([self._terminal], [], [], patience)
        piece = b""
        if ready:
            with contextlib.suppress(OSError):  # the program has closed its side
                piece = os.read(self._terminal, 65536)
        self.raw += piece
        self._stream.feed(piece)
        return bool(piece)


@contextlib.contextmanager
def running(
    *words: str, size: tuple[int, int] = (80, 24), environment: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """The program, ended at the end of the block whatever happens."""
    terminal = Terminal(*words, size=size, environment=environment)
    try:
        yield terminal
    finally:
        terminal.close()
