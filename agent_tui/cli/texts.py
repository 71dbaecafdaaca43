"""Longer texts of commands: from an argument, a file, or standard input, which no other user of the machine sees."""

from __future__ import annotations

import sys
from pathlib import Path


def read(source: str) -> str:
    """A file as text, or standard input for `-`. What is no UTF-8 becomes U+FFFD. Raises OSError."""
    content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    return content.decode("utf-8", "replace").removesuffix("\n")


def given(text: str | None) -> str:
    """The text of `--text`; without it, or as `-`, that of standard input."""
    return read("-") if text in (None, "-") else text or ""
