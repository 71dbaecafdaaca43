"""Syncing with a real Request Tracker, which it starts: `python -m tests.bench.syncing [--quick]`.

What 1,000 changed tickets cost against the same requests by bare httpx, and whether 20 agents on one server lose or
double anything. Memory is that of whole processes that load 1,000 and 10,000 tickets (`loading`).
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import httpx

from agent_tui.desk import connecting
from agent_tui.desk.opening import open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.refusals import Refusal
from agent_tui.sync.backends.rt.backend import RtBackend
from agent_tui.sync.backends.rt.http import Client
from agent_tui.sync.backends.rt.reading import Reader
from agent_tui.sync.backends.rt.writing import Edit, Writer
from tests.bench.measure import Goal, Line, Times, of_pairs, process, table, timed
from tests.live.desks import join, now, place_of, settle, sitting
from tests.live.server import Rt, shared

USERS = ("alice", "bob", "mei")
_BARE = "bare httpx, the same requests"


class Recorder(httpx.BaseTransport):
    """Sends what it is given and keeps it."""

    def __init__(self) -> None:
        self._onward = httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append((request.method, str(request.url), dict(request.headers), request.read()))
        return self._onward.handle_request(request)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.syncing", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes: shows that it works, not how fast")
    quick = parser.parse_args().quick
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="agent-tui-bench-") as name:
        folder = Path(name)
        lines += _memory(folder, (100, 200) if quick else (1_000, 10_000))
        with shared(folder, "rt", mail=False) as rt:
            lines += _changed(rt, folder, 20 if quick else 1_000, 1 if quick else 3)
        with shared(folder, "rt-of-a-team", mail=False) as rt:
            print(_together(rt, folder, 3 if quick else 20, 3 if quick else 25))
    print(table(lines))
    return 0


def _changed(rt: Rt, folder: Path, count: int, rounds: int) -> Iterator[Line]:
    """Reading `count` tickets that changed since the desk looked last."""
    writers = [Writer(Reader(Client(rt.url, rt.token(user)))) for user in USERS]
    with ThreadPoolExecutor(len(writers)) as pool:

        def create(number: int) -> int:
            said = "Where is my parcel? " * 20
            writer = writers[number % len(writers)]
            return writer.create(
                "Support", f"T {number}", f"c{number}@customer.invalid", said, {}, f"B{number}"
            ).id

        ids = list(pool.map(create, range(count)))
        before = folder / "before"
        before.mkdir()
        join(rt, "alice", before)
        with sitting(rt, "alice", before) as (_desk, engine):
            settle(engine)

        def change(number: int) -> None:
            writer = writers[number % len(writers)]
            edit = Edit(fields={"Level": str(1 + number % 3)})
            writer.send("comment", number, "Asked the carrier.", f"bench-{number}", edit=edit)

        list(pool.map(change, ids))
    ours: list[float] = []
    theirs: list[float] = []
    asked = 0
    for number in range(rounds):
        place = folder / f"round-{number}"
        shutil.copytree(before, place)
        desk = open_desk(place_of(place), "alice", "UTC")
        recorder = Recorder()
        client = Client(rt.url, rt.token("alice"), transport=recorder)
        engine = connecting.engine_of(desk, RtBackend(client, "alice"))
        ours.append(timed(engine.once))
        assert len(desk.ticket(ids[-1]).messages) == 2
        desk.close()
        client.close()
        asked = len(recorder.requests)
        theirs.append(timed(lambda: _replay(recorder)))  # noqa: B023
    times, bare = Times(ours), Times(theirs)
    name = f"sync: {count:,} changed tickets, {asked} requests"
    yield Line(name, times, _BARE, bare, of_pairs(times, bare), Goal("<=", 1.2))


def _replay(recorder: Recorder) -> None:
    """The same requests by httpx alone, one after the other, each answer read in full."""
    with httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), timeout=60) as client:
        for method, url, headers, content in recorder.requests:
            client.request(method, url, headers=headers, content=content).raise_for_status()


def _memory(folder: Path, counts: tuple[int, int]) -> Iterator[Line]:
    """Whole processes that load so many tickets from a helpdesk without a server."""
    script = str(Path(__file__).with_name("loading.py"))
    few, many = (process((script, str(count), str(folder)), os.environ) for count in counts)
    yield Line(
        f"sync: load {counts[1]:,} tickets",
        Times([many[0]]),
        f"{counts[0]:,} tickets",
        Times([few[0]]),
        many[0] / few[0],
        None,
        (many[1], few[1]),
    )


def _together(rt: Rt, folder: Path, agents: int, actions: int) -> str:
    """So many agents who work the same tickets at once; what of theirs is there, and how often."""
    writer = Writer(Reader(Client(rt.url, rt.token("bob"))))
    ids = [
        writer.create("Support", f"Shared {n}", f"s{n}@customer.invalid", "Hello", {}, f"S{n}-{agents}").id
        for n in range(agents * 2)
    ]
    with ExitStack() as stack:
        desks = []
        for number in range(agents):
            place = folder / f"agent-{number}"
            place.mkdir()
            desks.append(stack.enter_context(sitting(rt, USERS[number % len(USERS)], place, seed=number)))
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda seat: settle(seat[1]), desks))
        for _desk, engine in desks:
            engine.start()
        began = monotonic()
        dice = random.Random(1)  # noqa: S311
        for _turn in range(actions):
            for desk, _engine in desks:
                ticket = dice.choice(ids)
                kind, given = dice.choice(
                    [
                        ("note", {"text": "a note"}),
                        ("take", {}),
                        ("reply", {"text": "an answer", "outcome": "solves"}),
                        ("tag", {"add": f"t{dice.random()}"}),
                        ("release", {}),
                    ]
                )
                try:
                    desk.act(ticket, kind, given, now())
                except Refusal:
                    continue
        while not all(engine.is_idle() for _desk, engine in desks):
            sleep(0.2)
        took = monotonic() - began
        done: set[str] = set()
        held = 0
        for desk, engine in desks:
            engine.stop(60)
            waiting = {each.id for each in desk.repository.outbox.waiting()}
            held += len(waiting)
            known = {entry.id for entry in desk.journal() if _is_own(entry.action)} - waiting
            done |= known
            assert not list(desk.verify())
    there = Counter(m.op for number in ids for m in writer.reader.messages(number) if m.op)
    lost, doubled = len(done - there.keys()), sum(count > 1 for count in there.values())
    assert not lost
    assert not doubled
    return (
        f"{agents} agents, {len(there)} actions sent and {held} held for a decision in {took:.0f} s: "
        f"{lost} lost, {doubled} doubled"
    )


def _is_own(action: do.Action | None) -> bool:
    return action is not None and not isinstance(action, do.Adopt | do.Receive | do.Open)


if __name__ == "__main__":
    sys.exit(main())
