"""`kill -9` of the desk at every boundary of a push: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_tui.sync.backends.rt import mapping
from agent_tui.sync.backends.rt.writing import Writer
from agent_tui.sync.facts import differing, named, project
from tests.live.desks import join, now, settle, sitting
from tests.live.faults import Fault, Proxy, Request, between
from tests.live.server import Rt

REPO = Path(__file__).parents[2]


class Killer:
    """Chooses the fate of requests so that the process dies when the `at`-th one (from 0) of those that count comes.

    `acted`: the server gets that request all the same.
    """

    def __init__(self, at: int, *, acted: bool, counts: Callable[[Request], bool]) -> None:
        self.at = at
        self.acted = acted
        self.counts = counts
        self.seen = 0
        self.victim: subprocess.Popen[str] | None = None
        self.struck = False
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Fault:
        with self._lock:
            if self.victim is None or not self.counts(request):
                return Fault.NONE
            self.seen += 1
            if self.seen - 1 != self.at or self.struck:
                return Fault.NONE
            self.struck = True
        os.kill(self.victim.pid, signal.SIGKILL)
        return Fault.DROP_AFTER if self.acted else Fault.DROP_BEFORE


def _run(rt: Rt, folder: Path, proxy: Proxy, killer: Killer, ticket: int, other: int) -> bool:
    """Whether the process was killed; otherwise it came to its end."""
    command = [sys.executable, "-m", "tests.live.sync_child", str(folder), proxy.url, "alice"]
    child = subprocess.Popen(
        [*command, str(ticket), str(other)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPO,
    )
    killer.victim = child
    said, _nothing = child.communicate(rt.token("alice") + "\n", timeout=120)
    assert killer.struck or said == "done\n"
    return killer.struck


def _check(rt: Rt, folder: Path, writer: Writer, ticket: int) -> None:
    with sitting(rt, "alice", folder, patience=0.3) as (desk, engine):
        settle(engine)
        assert desk.repository.outbox.counts() == (0, 0)
        assert not list(desk.verify())
        opened = [number for number in desk.numbers("all", now()) if number > 10**8]
        assert len(opened) == 1
        [there] = writer.reader.find_client(next(e.id for e in desk.journal(opened[0]) if e.kind == "open"))
        for number, here in ((ticket, ticket), (there, opened[0])):
            done = [e.id for e in desk.journal(here) if e.kind not in ("open", "adopt", "receive")]
            done = [each for each in done if desk.repository.journal.actions([each])[each].ticket == here]
            arrived = [message.op for message in writer.reader.messages(number) if message.op]
            assert arrived == done
            [held] = writer.reader.tickets([number]).tickets
            assert not named(differing(project(desk.ticket(here)), mapping.facts(held)))
        assert (
            Counter(message.text for message in writer.reader.messages(ticket))["We are looking into it."]
            == 1
        )


@pytest.mark.parametrize("acted", [False, True], ids=["before the server acted", "after the server acted"])
def test_a_desk_that_is_killed_at_any_write_sends_everything_once(
    rt: Rt, tmp_path: Path, alice: Writer, new_ticket: Callable[..., int], acted: bool
) -> None:
    loaded = tmp_path / "loaded"
    loaded.mkdir()
    join(rt, "alice", loaded)
    with sitting(rt, "alice", loaded) as (_desk, engine):
        settle(engine)
    for at in range(50):
        folder = tmp_path / str(at)
        shutil.copytree(loaded, folder)
        ticket, other = new_ticket(), new_ticket()
        killer = Killer(at, acted=acted, counts=lambda request: request.changes)
        with between(rt.url, killer) as proxy:
            killed = _run(rt, folder, proxy, killer, ticket, other)
        _check(rt, folder, alice, ticket)
        if not killed:
            assert at > 6, "there were fewer writes than actions"
            return
    pytest.fail("the work never came to its end")


@pytest.mark.parametrize("after", range(1, 6))
def test_a_desk_that_is_killed_while_it_reads_back_sends_everything_once(
    rt: Rt, tmp_path: Path, alice: Writer, new_ticket: Callable[..., int], after: int
) -> None:
    wrote = 0

    def counts(request: Request) -> bool:
        nonlocal wrote
        wrote += request.changes
        return wrote >= 3 and not request.changes

    ticket, other = new_ticket(), new_ticket()
    join(rt, "alice", tmp_path)
    with sitting(rt, "alice", tmp_path) as (_desk, engine):
        settle(engine)
    killer = Killer(after - 1, acted=True, counts=counts)
    with between(rt.url, killer) as proxy:
        assert _run(rt, tmp_path, proxy, killer, ticket, other)
    _check(rt, tmp_path, alice, ticket)
