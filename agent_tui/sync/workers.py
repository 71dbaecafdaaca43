"""Threads that send. Unlike those of an executor they hold nobody up when the program ends.

An answer may take half a minute, and nobody waits so long for a desk to close: what was under way is looked after
the next time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from types import TracebackType
from typing import Self

Work = Callable[[int], bool]


class Workers:
    """So many threads, which end with the `with` block; leaving it waits for what they are at."""

    def __init__(self, count: int) -> None:
        self._tasks: SimpleQueue[tuple[Future[bool], Work, int] | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"sync-send-{number}", daemon=True)
            for number in range(count)
        ]

    def submit(self, work: Work, ticket: int) -> Future[bool]:
        """Let the next thread that is free work on a ticket."""
        future: Future[bool] = Future()
        self._tasks.put((future, work, ticket))
        return future

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, work, ticket = task
            try:
                future.set_result(work(ticket))
            except BaseException as error:  # noqa: BLE001  handed to whoever asks for the result
                future.set_exception(error)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _thread in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
