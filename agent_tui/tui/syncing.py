"""What the desk makes of the traffic with a helpdesk: how it stands, and what of that is said, each change once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from agent_tui.store.outbox import Waiting
from agent_tui.sync.status import State, Status
from agent_tui.tui import telling_sync as telling

PATIENCE = timedelta(seconds=5)
"""How long nothing is said of a helpdesk that is out of reach: most of the time it is there again by then."""


class News(msgspec.Struct, frozen=True):
    """A sentence about what changed; `tickets` are those that it is about."""

    text: str
    style: str = ""
    tickets: frozenset[int] = frozenset()


class Watch:
    """Remembers what was said of the traffic. `key` is how a sentence calls the outbox."""

    def __init__(self, zone: ZoneInfo, key: Callable[[], str]) -> None:
        self._zone = zone
        self._key = key
        self._held: frozenset[str] = frozenset()
        self._noted = 0
        self._counts: tuple[int, int] | None = None
        self._link: tuple[State, object] = (State.STARTING, None)
        self._loading = False
        self._warned: object = None

    def seen(self, status: Status, now: datetime) -> Status:
        """The status as it is shown: a short absence is none."""
        if status.state is State.OFFLINE and status.since is not None and now - status.since < PATIENCE:
            return replace(status, state=State.ONLINE, since=None, problem=None)
        return status

    def news(self, status: Status, waiting: Callable[[], Sequence[Waiting]], now: datetime) -> News | None:
        """What changed since this was last asked, as one sentence. `waiting` reads the outbox."""
        found = [each for each in (self._newly_held(status, waiting), self._linked(status, now)) if each]
        if status.noted > self._noted:
            found.append(News(telling.fresh_notes(status, self._key()), "warn"))
        self._noted = status.noted
        if self._loading and not status.loading:
            found.append(News(telling.loaded(status)))
        self._loading = status.loading
        if not found:
            return None
        return News(
            " ".join(each.text for each in found),
            next((each.style for each in found if each.style), ""),
            frozenset().union(*(each.tickets for each in found)),
        )

    def _newly_held(self, status: Status, waiting: Callable[[], Sequence[Waiting]]) -> News | None:
        counts = (status.to_send, status.held)
        if counts == self._counts:
            return None
        self._counts = counts
        held = [each for each in waiting() if each.held is not None] if status.held else []
        fresh = [each for each in held if each.id not in self._held]
        self._held = frozenset(each.id for each in held)
        if not fresh:
            return None
        return News(telling.fresh_held(fresh, self._key()), "warn", frozenset(each.ticket for each in fresh))

    def _linked(self, status: Status, now: datetime) -> News | None:
        before, self._link = self._link, (status.state, status.problem)
        if self._link == before:
            return None
        if status.state in (State.OFFLINE, State.BLOCKED) or (
            status.state is State.STARTING and status.problem
        ):
            return News(telling.hindered(status), "bad" if status.state is State.BLOCKED else "warn")
        if status.state is State.ONLINE and status.problem not in (None, self._warned):
            self._warned = status.problem  # it can be used, and something is wrong with it
            return News(telling.hindered(status), "warn")
        return News(telling.reached(status)) if before[0] in (State.OFFLINE, State.BLOCKED) else None
