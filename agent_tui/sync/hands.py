"""Whose hands a ticket is in: of several threads one at a time reads or writes it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager


class Hands:
    """The hands of all threads of one engine, on the helpdesk's tickets by their numbers there.

    One that is not open there yet is called by a number below zero, and has nothing to be read.
    """

    def __init__(self) -> None:
        self._busy: set[int] = set()
        self._again: set[int] = set()
        self._guard = threading.Lock()

    @contextmanager
    def on(self, numbers: Collection[int], leave: Collection[int] = ()) -> Iterator[list[int]]:
        """Those tickets that no other thread has and that are not to be left alone; the others are read again."""
        with self._guard:
            free = [number for number in numbers if number not in self._busy and number not in leave]
            self._again |= {number for number in numbers if number > 0} - set(free)
            self._busy |= set(free)
        try:
            yield free
        except BaseException:  # whatever it was, they were not read to the end
            self.read_again(free)
            raise
        finally:
            with self._guard:
                self._busy -= set(free)

    def read_again(self, numbers: Collection[int]) -> None:
        """What was read of these is not all there is."""
        with self._guard:
            self._again |= {number for number in numbers if number > 0}

    def is_read(self, numbers: Collection[int]) -> None:
        """Of these everything is being read."""
        with self._guard:
            self._again -= set(numbers)

    def unread(self) -> list[int]:
        """The tickets to be read again that nobody has."""
        with self._guard:
            return sorted(self._again - self._busy)

    @property
    def missed_nothing(self) -> bool:
        """Whether no ticket is to be read again."""
        with self._guard:
            return not self._again
