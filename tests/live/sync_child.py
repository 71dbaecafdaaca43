"""A desk in a process of its own, to be killed: does a fixed day's work once, then sends until all is there."""

from __future__ import annotations

import random
import sys
from datetime import timedelta
from pathlib import Path

from agent_tui.desk import connecting
from agent_tui.desk.core import Desk
from agent_tui.desk.opening import open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Customer
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import BackendError
from agent_tui.sync.pacing import pace
from tests.live.desks import now, place_of


def work(desk: Desk, ticket: int, other: int) -> None:
    """A bit of everything that is sent in ways of its own."""
    desk.act(ticket, "take", {}, now())
    desk.act(
        ticket, "classify", {"verified": "yes", "type": "logistics", "level": "2", "urgent": "no"}, now()
    )
    desk.act(ticket, "reply", {"text": "We are looking into it.", "outcome": "solves"}, now())
    desk.act(ticket, "note", {"text": "Called the carrier."}, now())
    desk.act(ticket, "link", {"other": str(other)}, now())
    opened = desk.open_ticket(
        "phone",
        "A call",
        Customer(name="Dan", emails=("dan@customer.invalid",)),
        do.Content(text="He called about it."),
        now(),
        now(),
    )
    desk.act(opened.id, "note", {"text": "He will write."}, now())
    desk.act(ticket, "release", {}, now())


def main(folder: str, url: str, user: str, ticket: str, other: str) -> None:
    desk = open_desk(place_of(Path(folder)), user, "UTC")
    token = sys.stdin.readline().strip()
    backend = connecting.backend_of(Connected("rt", url, user), token)
    engine = connecting.engine_of(
        desk,
        backend,
        patience=timedelta(seconds=0.3),
        wait_after=pace(random.Random(1), 0.05, 0.2),  # noqa: S311
    )
    while desk.repository.get(int(ticket)) is None or desk.repository.get(int(other)) is None:
        try:
            engine.once()
        except BackendError:
            continue
    work(desk, int(ticket), int(other))
    while not engine.is_idle():
        try:
            engine.once()
        except BackendError:
            continue
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
