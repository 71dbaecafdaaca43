"""What commands print: for people, text that is safe for a terminal; for machines, JSON that is plain ASCII.

Everything a person reads goes through `Output.say`, which makes sure once more that nothing but this program's own
characters reaches the terminal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TextIO

from agent_tui.domain.cells import fit, width
from agent_tui.domain.text import is_safe, safe
from agent_tui.formats import iso


class Output:
    """Standard output and standard error of one command."""

    def __init__(self, stream: TextIO | None = None, errors: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._errors = errors or sys.stderr

    def say(self, text: str = "") -> None:
        """A line, or several, for people."""
        self._write(self._stream, text + "\n")

    def complain(self, text: str) -> None:
        """A line on standard error."""
        self._write(self._errors, text + "\n")

    @property
    def watched(self) -> bool:
        """Whether somebody sees progress."""
        return self._errors.isatty()

    def progress(self, text: str) -> None:
        """A line on standard error that the next one replaces; nothing where nobody watches."""
        if self.watched:
            self._errors.write("\r\x1b[K" + safe(text))
            self._errors.flush()

    def json(self, value: object) -> None:
        """A value for machines: control characters and everything beyond ASCII are escaped."""
        self._stream.write(dump(value) + "\n")

    def raw(self, lines: Iterable[str]) -> None:
        """Text for machines, in UTF-8 whatever the locale is; on a terminal it is made safe like any other."""
        binary = getattr(self._stream, "buffer", None)
        if self._stream.isatty() or binary is None:
            for line in lines:
                self._write(self._stream, line)
            return
        self._stream.flush()
        for line in lines:
            binary.write(line.encode("utf-8", "replace"))

    def table(
        self, head: Sequence[str], lines: Sequence[Sequence[str]], widths: Sequence[int], flexible: int
    ) -> None:
        """Columns of the given widths in cells (0: as wide as their content); `flexible` takes what is left."""
        texts = [[safe(cell) for cell in line] for line in (head, *lines)]
        cells = [given or max(width(line[place]) for line in texts) for place, given in enumerate(widths)]
        cells[flexible] = max(10, self.columns() - sum(cells) + cells[flexible] - len(cells) + 1)
        last = len(cells) - 1
        for line in texts:
            fitted = [fit(cell, cells[place]) for place, cell in enumerate(line)]
            fitted[last] = fitted[last].rstrip()
            self.say(" ".join(fitted))

    def columns(self) -> int:
        """How wide the terminal is; 120 where there is none."""
        import shutil

        return shutil.get_terminal_size((120, 24)).columns

    def _write(self, stream: TextIO, text: str) -> None:
        if not is_safe(text):
            text = safe(text, lines=True)
        try:
            stream.write(text)
        except UnicodeEncodeError:  # a terminal that is not UTF-8
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "replace").decode(encoding))


def dump(value: object) -> str:
    """JSON on one line; moments in ISO 8601."""
    return json.dumps(value, ensure_ascii=True, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    raise TypeError(f"{type(value).__name__} is not for output")
