"""Patterns that are compiled when they are first needed: together they would cost every start 10 ms."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache


def pattern(text: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """A function that returns the compiled pattern, always the same one."""
    return cache(lambda: re.compile(text, flags))
