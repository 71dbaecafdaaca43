"""How things stand between a desk and its helpdesk."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from agent_tui.domain.messages import Told
from agent_tui.store.repository import Repository


class State(StrEnum):
    """Whether the helpdesk can be used."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"  # it comes back by itself
    BLOCKED = "blocked"  # somebody has to do something


class Status(msgspec.Struct, frozen=True):
    """What the status line tells."""

    name: str  # of the helpdesk
    state: State = State.STARTING
    since: datetime | None = None  # offline or blocked
    problem: Told | None = None
    synced: datetime | None = None
    to_send: int = 0
    held: int = 0  # of those, waiting for the agent
    noted: int = 0  # sent, with something left out
    loading: bool = False
    left: int | None = None  # tickets still to load, as far as is known
    loaded: int = 0  # tickets that are here, while there are more to load

    @property
    def needs_agent(self) -> bool:
        """Whether something stays as it is until the agent looks at it."""
        return bool(self.held or self.noted) or self.state is State.BLOCKED


def counted(status: Status, store: Repository) -> Status:
    """A status with what the store knows: how far reading has come, and what waits. Cheap enough for every second."""
    waiting, held = store.outbox.counts()
    progress = store.remotes.progress
    return replace(
        status,
        to_send=waiting,
        held=held,
        noted=len(store.outbox.notes()),
        synced=progress.synced,
        left=progress.left,
        loading=not progress.loaded,
        loaded=0 if progress.loaded else store.remotes.count(),
    )
