"""Desks on a real Request Tracker, for the live tests and the bench."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent_tui.desk import connecting
from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain.casework import AGENT
from agent_tui.domain.casework_rules import Actor
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import BackendError
from agent_tui.sync.engine import SURVEY, Engine
from agent_tui.sync.pacing import pace
from tests.live.server import Rt

QUEUE = "Support"


def now() -> datetime:
    return datetime.now(UTC)


def place_of(folder: Path) -> Place:
    return Place("rt", folder / "rt.db", folder, folder / "packs")


def join(rt: Rt, user: str, folder: Path, url: str = "") -> None:
    """Make the profile of `user` in `folder`, connected to the server or to a proxy before it."""
    connected = Connected("rt", url or rt.url, user, queue=QUEUE)
    backend = connecting.backend_of(connected, rt.token(user))
    desk = open_desk(place_of(folder), user, "UTC", create=True)
    try:
        direct = connecting.backend_of(Connected("rt", rt.url, user), rt.token(user))
        standing = connecting.examine(direct, now())
        direct.close()
        connecting.join(desk, "rt", connected, standing.identity)
    finally:
        desk.close()
        backend.close()


@contextmanager
def sitting(
    rt: Rt,
    user: str,
    folder: Path,
    url: str = "",
    *,
    roles: tuple[str, ...] = (AGENT,),
    patience: float = 1.0,
    poll: float = 0.5,
    look_everywhere: bool = False,
    seed: int = 1,
) -> Iterator[tuple[Desk, Engine]]:
    """The desk of `user` with its engine; a second time it goes on where it was."""
    if not place_of(folder).store.exists():
        join(rt, user, folder, url)
    desk = open_desk(place_of(folder), Actor(user, roles), "UTC")
    backend = connecting.backend_of(Connected("rt", url or rt.url, user), rt.token(user))
    engine = connecting.engine_of(
        desk,
        backend,
        patience=timedelta(seconds=patience),
        poll=timedelta(seconds=poll),
        survey=timedelta(0) if look_everywhere else SURVEY,
        wait_after=pace(random.Random(seed), 0.05, 1.0),  # noqa: S311
    )
    try:
        yield desk, engine
    finally:
        engine.stop(60)
        backend.close()
        desk.close()


def settle(engine: Engine, rounds: int = 200) -> None:
    """Go on until everything is sent and read, whatever the line does."""
    for _round in range(rounds):
        try:
            status = engine.once()
        except BackendError:
            continue
        if not status.to_send or engine.is_idle():
            return
    raise AssertionError(f"not settled: {engine.status()}")
