"""How long to wait before something is tried again."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Protocol

_FIRST, _LONGEST = 1.0, 60.0  # seconds


class Pace(Protocol):
    """When to try again after the `tries`-th failure; `wait` is how many seconds the helpdesk asked for."""

    def __call__(self, tries: int, wait: int | None = None) -> timedelta: ...


def pace(dice: random.Random, first: float = _FIRST, longest: float = _LONGEST) -> Pace:
    """Exponential backoff with full jitter; a server that says how long to wait is obeyed."""

    def after(tries: int, wait: int | None = None) -> timedelta:
        most = min(longest, first * 2 ** min(tries, 16))
        return timedelta(seconds=max(float(wait or 0), dice.uniform(first / 2, most)))

    return after
