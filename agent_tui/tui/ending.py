"""The end that comes from outside: SIGHUP when the connection dropped, SIGTERM when somebody wants the machine."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

PATIENCE = 3.0
"""Seconds for an orderly end. A terminal that is gone can block every write for ever, and with it the event loop."""


class Leaving(Protocol):
    """An application that can be told to end from anywhere."""

    def leave_soon(self) -> bool:
        """End as soon as the event loop gets to it; False when it does not run yet."""


def last_resort() -> None:
    """End the process if it has not ended by itself in time: a desk without a terminal would keep its lock."""
    timer = threading.Timer(PATIENCE, os._exit, (128 + signal.SIGTERM,))
    timer.daemon = True
    timer.start()


@contextmanager
def ended_by_signals(app: Leaving) -> Iterator[None]:
    """Let signals end the application in order inside the block."""
    if sys.platform == "win32":
        yield
        return

    # Not asyncio's handlers: those wait for the loop, which may be blocked by a write to a terminal that is gone.
    def told(number: int, frame: FrameType | None) -> None:
        last_resort()
        if not app.leave_soon():
            sys.exit(128 + number)

    before = {number: signal.signal(number, told) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
