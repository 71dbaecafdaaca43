"""Two thousand actions over a line that fails a third of the time: none lost, none doubled, each ticket's in order."""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent_tui.desk.core import Desk
from agent_tui.domain import actions as do
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Customer, Message
from agent_tui.sync.backends.rt import mapping
from agent_tui.sync.backends.rt.writing import Writer
from agent_tui.sync.engine import Engine
from agent_tui.sync.facts import differing, named, project
from tests.live.desks import now, settle, sitting
from tests.live.faults import Proxy, at_random, between, never
from tests.live.server import Rt

ACTIONS = int(os.environ.get("RT_ACTIONS", "2000"))
SEATS = tuple((name, f"{name} at desk {desk}") for desk in (1, 2) for name in ("alice", "bob", "mei"))
TICKETS = 20  # of each desk's own
RATE = 0.3
DEADLINE = 2400  # seconds, for a machine that is busy otherwise

KINDS = (
    ("note", 4),
    ("reply", 4),
    ("classify", 3),
    ("tag", 2),
    ("snooze", 1),
    ("wait", 1),
    ("resume", 2),
    ("take", 1),
    ("release", 1),
    ("link", 1),
    ("open", 1),
)


class Day:
    """What one agent does; `spoken` is what was said on each ticket, in order."""

    def __init__(self, desk: Desk, tickets: Sequence[int], seed: int) -> None:
        self.desk = desk
        self.tickets = list(tickets)
        self.dice = random.Random(seed)  # noqa: S311
        self.done: Counter[str] = Counter()

    def act(self) -> bool:
        """Do something to some ticket; whether it was possible."""
        ticket = self.dice.choice(self.tickets)
        [kind] = self.dice.choices([name for name, _often in KINDS], [often for _name, often in KINDS])
        try:
            self._do(kind, ticket)
        except Refusal:
            return False
        self.done[kind] += 1
        return True

    def _do(self, kind: str, ticket: int) -> None:
        number = self.done.total()
        given: dict[str, str] = {}
        match kind:
            case "note" | "reply":
                given = {"text": f"{kind} {number} on {ticket} — 感谢您的耐心\nsecond line"}
                if kind == "reply":
                    given["outcome"] = "solves"
            case "classify":
                given = {
                    "verified": "yes",
                    "type": self.dice.choice(["logistics", "account", "contact"]),
                    "level": self.dice.choice("123"),
                    "urgent": self.dice.choice(["yes", "no"]),
                }
            case "tag":
                given = {"add": f"tag-{number}"}
            case "snooze":
                given = {"until": "2h"}
            case "link":
                given = {"other": str(self.dice.choice(self.tickets))}
            case "open":
                self._open(number)
                return
            case _:
                pass
        self.desk.act(ticket, kind, given, now())

    def _open(self, number: int) -> None:
        customer = Customer(name="Dan", emails=(f"dan{number}@customer.invalid",))
        said = do.Content(text=f"call {number}")
        opened = self.desk.open_ticket("phone", f"Call {number}", customer, said, now(), now())
        self.tickets.append(opened.id)


@pytest.mark.parametrize("seed", [1])
def test_two_thousand_actions_arrive_once_and_in_order(
    rt: Rt,
    tmp_path: Path,
    alice: Writer,
    new_ticket: Callable[..., int],
    seed: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = {seat: [new_ticket(f"{seat} {number}") for number in range(TICKETS)] for _name, seat in SEATS}
    with ExitStack() as stack:
        desks: dict[str, tuple[Desk, Engine, Proxy]] = {}
        for number, (name, seat) in enumerate(SEATS):
            folder = tmp_path / seat
            folder.mkdir()
            proxy = stack.enter_context(between(rt.url))
            desk, engine = stack.enter_context(
                sitting(rt, name, folder, proxy.url, patience=5, poll=15, seed=seed + number)
            )
            settle(engine)
            proxy.choose = at_random(seed + number, RATE)
            desks[seat] = desk, engine, proxy
        days = [Day(desk, own[seat], seed) for seat, (desk, _engine, _proxy) in desks.items()]
        for _desk, engine, _proxy in desks.values():
            engine.start()
        began = time.monotonic()
        while sum(day.done.total() for day in days) < ACTIONS:
            for day in days:
                day.act()
        _wait([engine for _desk, engine, _proxy in desks.values()], began)
        took = time.monotonic() - began
        for _desk, engine, proxy in desks.values():
            proxy.choose = never
            engine.stop(60)
        for _desk, engine, _proxy in desks.values():
            settle(engine)
        for (name, _seat), day in zip(SEATS, days, strict=True):
            _check(day, name, alice)
        _same_everywhere([desk for desk, _engine, _proxy in desks.values()], own)
        fates = Counter(fate for _desk, _engine, proxy in desks.values() for _request, fate in proxy.log)
    with capsys.disabled():
        kinds = sum((day.done for day in days), Counter())
        print(f"\n{kinds.total()} actions in {took:.0f} s, {fates.total()} requests")
        print(", ".join(f"{name} {count}" for name, count in kinds.most_common()))
        print(", ".join(f"{fate} {count}" for fate, count in fates.most_common()))


def _wait(engines: Sequence[Engine], began: float) -> None:
    while not all(engine.is_idle() for engine in engines):
        if os.environ.get("RT_TALK"):
            print(
                round(time.monotonic() - began),
                [(e.status().state, e.status().to_send, str(e.status().problem)[:60]) for e in engines],
                file=sys.__stdout__,
                flush=True,
            )
        assert time.monotonic() - began < DEADLINE, [engine.status() for engine in engines]
        time.sleep(5)


def _check(day: Day, name: str, rt: Writer) -> None:
    """Everything that was done at a desk stands in RT once, in its order, and RT's facts are the desk's.

    Other tests' tickets are on the same server: theirs is what they left there.
    """
    desk = day.desk
    assert not [(each.id, each.tries, each.held) for each in desk.repository.outbox.waiting()]
    assert not list(desk.verify())
    done: dict[int, list[str]] = {}
    for entry in desk.journal():
        action = entry.action
        if (
            action is not None
            and action.by == name
            and action.ticket in day.tickets
            and not isinstance(action, do.Adopt | do.Receive | do.Open)
        ):
            done.setdefault(action.ticket, []).append(action.id)
    assert done
    facts = {}
    theirs = {number: desk.repository.remotes.there(number) for number in done}
    assert None not in theirs.values()
    for ticket in rt.reader.tickets([each for each in theirs.values() if each is not None]).tickets:
        facts[ticket.id] = mapping.facts(ticket)
    for number, ids in done.items():
        there = theirs[number]
        assert there is not None
        said = [message for message in rt.reader.messages(there) if message.op and message.by.name == name]
        assert [message.op for message in said] == ids
        assert not named(differing(project(desk.ticket(number)), facts[there]))


def _same_everywhere(desks: Sequence[Desk], own: dict[str, list[int]]) -> None:
    """Every desk shows the same conversation and the same facts."""

    def words(messages: tuple[Message, ...]) -> list[tuple[str, str, str]]:
        return [(message.id, message.author, message.preview) for message in messages]

    for number in [each for tickets in own.values() for each in tickets if each < 10**8]:
        first, *others = [desk.ticket(number) for desk in desks]
        for other in others:
            assert words(other.messages) == words(first.messages)
            assert project(other) == project(first)
            assert other.tags == first.tags
