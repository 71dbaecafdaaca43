"""Whatever agents, customers and the line between them do: nothing is lost, nothing is doubled, all see the same.

Chance decides, with a seed: a red run is the same again. What happened is printed.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from agent_tui.desk import outbox
from agent_tui.desk.errors import DeskError
from agent_tui.domain import actions as do
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import MessageKind, Status
from agent_tui.store.outbox import Cause
from agent_tui.sync.backends.base import BackendError, Entry, Opening, Push
from agent_tui.sync.facts import NAMES
from agent_tui.sync.incoming import spoken
from tests.factories import at
from tests.helpdesks import FEW, Case, Down, House, Ideal, Moment, NoEntry, NotThat, Weak
from tests.syncing import PATIENCE, Clock, Seat

AGENTS = ("alice", "bob", "mei")
PLAIN = ("root", "eve")
"""People who work the helpdesk without a desk."""
EMAILS = ("carol@customer.example", "dan@customer.example")
ONE_WAY = ("stage", "complaint")  # the desk alone knows where a complaint stands
WORD = re.compile(r"(?<!\[tag\] add: )\bword \d+")
SOLVED = {"result": "done", "summary": "a parcel", "root_cause": "rain", "improvement": "a roof"}
NEXT_MONTH = at("2026-04-02 12:00").isoformat()
STEPS: dict[str, dict[str, str]] = {
    "take": {},
    "release": {},
    "classify": {"verified": "yes"},
    "reply": {"outcome": "solves"},
    "note": {},
    "wait": {},
    "snooze": {"until": NEXT_MONTH},
    "resume": {},
    "resolve": SOLVED | {"satisfaction": "satisfied"},
    "reopen": {"reason": "still broken"},
    "complain": {},
    "withdraw": {"text": "no complaint"},
    "record": {"text": "lost", "wanted": "a new one"},
    "report": {"text": "lost, customer upset"},
    "verify": {"text": "lost indeed", "plan": "send a new one"},
    "accept": {"accepted": "yes"},
    "carry_out": {"text": "sent"},
    "appoint": {"moment": NEXT_MONTH},
    "revisit": {"result": "reached", "text": "fine"},
    "close": {"satisfaction": "satisfied", "suggestions": "none"},
    "escalate": {"to": "lead", "text": "brief"},
    "dispatch": {"department": "legal", "text": "may we?"},
    "tag": {},
    "customer": {},
    "link": {},
    "unlink": {},
    "merge": {},
}
TIES = ("link", "unlink", "merge")
OUTCOMES = ("solves", "asks", "apologises", "proposes", "unsolved")
READS = (
    "identify",
    "cursor",
    "changes",
    "load",
    "survey",
    "fetch",
    "find_opened",
    "file",
    "presence",
    "owner",
)


class Busy(Down):
    """No answer in time; the helpdesk is still at it."""

    busy = True


class World:
    """A helpdesk with agents, customers and plain users, and chance, which decides what they do."""

    def __init__(self, folder: Path, seed: int, kind: type[Ideal], agents: int, fails: float) -> None:
        self.dice = random.Random(seed)  # noqa: S311
        self.clock = Clock()
        self.kind = kind
        self.house = House(self.clock, FEW if kind is Weak else NAMES)
        if self.dice.random() < 0.3:  # as some helpdesks do
            self.house.reopens.remove(Status.WAITING)
        self.fails = fails
        self.words = 0
        self.late: list[tuple[datetime, Callable[[], object]]] = []
        self.log: list[str] = []
        self.done: dict[str, list[do.Action]] = {name: [] for name in AGENTS[:agents]}
        self.discarded: set[str] = set()
        self.blind: set[str] = set()  # discarded while nobody could tell whether they had arrived
        self.seats = [Seat(folder, self._backend(name), name, self.clock, seed) for name in self.done]

    def _backend(self, name: str) -> Ideal:
        backend = self.kind(self.house, name)
        page = self.dice.choice((1, 2, 5))
        # One worker: chance is to be the same in every run.
        backend.capabilities = replace(backend.capabilities, workers=1, page=page)  # type: ignore[misc]
        backend.meet = self.meet
        push, opens = backend.push, backend.open

        def late_push(what: Push) -> None:
            self._delayed(lambda: push(what))
            push(what)

        def late_open(what: Opening) -> int:
            self._delayed(lambda: opens(what))
            return opens(what)

        backend.push, backend.open = late_push, late_open  # type: ignore[method-assign]
        return backend

    # The line

    def meet(self, method: str, moment: Moment) -> None:
        """Let some requests fail, in all the ways in which they can."""
        if self.dice.random() >= self.fails / 2:
            return
        self.log.append(f"    {method} fails {moment}")
        if method in READS:
            raise self.dice.choice((Down(), NoEntry()))
        if moment is not Moment.BEFORE:
            raise self.dice.choice((Down(doubtful=True), NotThat(doubtful=True, reason="the rest")))
        raise self.dice.choice((Down(doubtful=True), Down(doubtful=True), Down(), NoEntry()))

    def _delayed(self, act: Callable[[], object]) -> None:
        """Now and then the helpdesk acts when nobody waits for its answer any more."""
        if self.dice.random() < self.fails / 6:
            after = timedelta(seconds=self.dice.randrange(int(PATIENCE.total_seconds())))
            self.log.append(f"    is done in {after}")
            self.late.append((self.clock() + after, act))
            raise Busy(doubtful=True)

    def catch_up(self) -> None:
        """What the helpdesk was still at comes to be."""
        due = [each for each in self.late if each[0] <= self.clock()]
        self.late = [each for each in self.late if each[0] > self.clock()]
        fails, self.fails = self.fails, 0.0
        for _moment, act in due:
            with suppress(BackendError):
                act()
        self.fails = fails

    # People

    def step(self) -> None:
        self.clock.turn(timedelta(seconds=self.dice.choice((0, 1, 1, 3, 30))))
        self.catch_up()
        acts: Sequence[tuple[int, Callable[[], None]]] = (
            (46, self.agent),
            (26, self.sync),
            (8, self.customer),
            (10, self.plain),
            (4, self.restart),
            (3, self.decide),
            (3, self.undo),
        )
        self.dice.choices([act for _weight, act in acts], [weight for weight, _act in acts])[0]()

    def say(self) -> str:
        self.words += 1
        return f"word {self.words}"

    def customer(self) -> None:
        tickets = self._there()
        email = self.dice.choice(EMAILS)
        if len(tickets) < 2 or self.dice.random() < 0.3:
            number = self.house.contact(self.say(), email)
        else:
            number = self.dice.choice(tickets)
            self.house.mail(number, self.say(), email)
        self.log.append(f"customer {number}: {self.words}")

    def plain(self) -> None:
        """Somebody without a desk does something; what was hidden comes back as often as not."""
        tickets = self._there()
        if not tickets:
            return
        number, other = self.dice.choice(tickets), self.dice.choice(tickets)
        by, seat = self.dice.choice(PLAIN), self.dice.choice(self.seats).login
        house = self.house
        name, act = self.dice.choice(
            [
                ("writes", lambda: house.write(number, by, self.say())),
                ("answers", lambda: house.write(number, by, self.say(), public=True)),
                ("owner", lambda: house.change(number, by, owner=self.dice.choice((by, seat, None)))),
                ("status", lambda: house.change(number, by, status=self.dice.choice(list(Status)[:2]))),
                ("resolves", lambda: house.change(number, by, status=Status.RESOLVED)),
                ("level", lambda: house.change(number, by, level=self.dice.randint(1, 4), type="complaint")),
                ("urgent", lambda: house.change(number, by, urgent=True)),
                ("market", lambda: house.change(number, by, market="DE", language="de")),
                ("subject", lambda: house.change(number, by, subject=self.say())),
                ("links", lambda: house.link(number, other, by)),
                ("unlinks", lambda: house.link(number, other, by, tied=False)),
                ("merges", lambda: house.merge(number, other, by)),
                ("hides", lambda: house.hide(number, seat)),
                ("hides", lambda: house.hide(number, seat)),
                ("deletes", lambda: self.dice.random() < 0.3 and house.delete(number, by)),
            ]
        )
        act()
        self.log.append(f"{by} {name} {number} {other} {seat} ({self.words})")
        if self.dice.random() < 0.5:
            self._show_all()

    def _show_all(self) -> None:
        for case in self.house.cases.values():
            for login in sorted(case.hidden_from):
                self.house.hide(case.id, login, hidden=False)

    def _there(self) -> list[int]:
        return [case.id for case in self.house.cases.values() if case.into is None and not case.deleted]

    # Agents

    def agent(self) -> None:
        """Somebody does something that is possible, or is refused for its details."""
        seat = self.dice.choice(self.seats)
        numbers = [ticket.id for ticket in seat.desk.repository.all()]
        if not numbers or self.dice.random() < 0.06:
            email = self.dice.choice(("", EMAILS[1]))
            self.record(seat, lambda: seat.open(self.say(), email))
            return
        number = self.dice.choice(numbers)
        possible = [name for name in STEPS if seat.desk.refusal(number, name) is None]
        if possible:
            name = self.dice.choice([*possible, *(3 * [each for each in TIES if each in possible])])
            ticket = seat.ticket(number)
            if name == "merge":
                numbers = seat.desk.tickets_of(ticket.customer) or numbers
            given = STEPS[name] | self._details(name, numbers, ticket.owner)
            self.record(seat, lambda: seat.act(number, name, **given))

    def _details(self, name: str, numbers: Sequence[int], owner: str | None) -> dict[str, str]:
        match name:
            case "link" | "unlink":
                return {"other": str(self.dice.choice(numbers))}
            case "merge":
                return {"into": str(self.dice.choice(numbers))}
            case "note":
                return {"text": self.say()}
            case "reply":
                outcome = self.dice.choice(OUTCOMES)
                promise = {"reason": "r", "follow_up": "f", "deadline": NEXT_MONTH}
                text = f"We are sorry, {self.say()}"
                return {"outcome": outcome, "text": text} | (promise if outcome == "unsolved" else {})
            case "tag":
                return {"add": self.say()}
            case "customer":
                return {"market": self.dice.choice(("JP", "FR"))}
            case "classify":
                return {
                    "type": self.dice.choice(("logistics", "complaint")),
                    "level": self.dice.choice("123"),
                }
            case "take" if owner:
                return {"from": owner}
            case _:
                return {}

    def record(self, seat: Seat, act: Callable[[], object]) -> None:
        """Do something, and note what it was."""
        journal = seat.desk.repository.journal
        before = journal.length()
        with suppress(Refusal, DeskError):
            act()
        for entry in journal.entries(after=before):
            assert entry.action is not None
            self.done[seat.login].append(entry.action)
            self.log.append(f"{seat.login} {entry.kind} {do.tickets_of(entry.action)} {entry.id[-4:]}")

    def undo(self) -> None:
        seat = self.dice.choice(self.seats)
        numbers = [ticket.id for ticket in seat.desk.repository.all()]
        if numbers:
            self.record(seat, lambda: seat.undo(self.dice.choice(numbers)))

    def sync(self) -> None:
        seat = self.dice.choice(self.seats)
        self.log.append(f"{seat.login} syncs")
        with suppress(BackendError):
            seat.sync()

    def restart(self) -> None:
        seat = self.dice.choice(self.seats)
        self.log.append(f"{seat.login} restarts")
        seat.restart()

    def decide(self) -> None:
        """An agent looks at what is held."""
        seat = self.dice.choice(self.seats)
        for each in seat.held():
            before = {waiting.id for waiting in seat.waiting()}
            send = self.dice.random() < 0.5
            try:
                (outbox.send if send else outbox.discard)(seat.desk, each.id, self.clock())
            except DeskError:
                continue
            gone = before - {waiting.id for waiting in seat.waiting()}
            self.discarded |= gone
            unsure = self.kind is Weak and each.tries > 0  # its ticket was merged meanwhile
            if unsure or (each.held is not None and each.held.cause is Cause.AWAY):
                self.blind |= gone
            self.log.append(f"{seat.login} {'sends' if send else 'discards'} {each.id[-4:]}")

    # The end

    def calm(self) -> None:
        """The line is good again, everything comes into sight, and all that is held is decided."""
        self.fails = 0.0
        self.clock.turn(timedelta(minutes=10))
        self.catch_up()
        self._show_all()
        for _round in range(100):
            for seat in self.seats:
                seat.settle()
            if not any(seat.waiting() for seat in self.seats):
                break
            self.decide()
        for seat in self.seats:
            seat.settle()

    def check(self) -> None:
        for seat in self.seats:
            assert seat.waiting() == []
            assert not seat.faults(), seat.faults()
            self.check_once(seat)
        for number in self._there():
            for seat in self.seats:
                self.check_equal(seat, self.house.cases[number])

    def check_once(self, seat: Seat) -> None:
        """Everything that was done and not discarded is there once, and in the order in which it was done."""
        entries = [entry for case in self.house.cases.values() for entry in case.entries]
        done = self.done[seat.login]
        mine = [each for each in done if each.id not in self.discarded]
        key = plain if self.kind is Weak else id_of
        there = Counter(key(entry) for entry in entries if entry.by == seat.login)
        wanted = Counter(key(each) for each in mine)
        unknown = Counter(key(each) for each in done if each.id in self.blind)
        excused = Counter(key(each) for each in mine if self._shows(seat, each))
        assert not wanted - there - excused, f"lost by {seat.login}"
        assert not there - wanted - unknown, f"doubled by {seat.login}"
        place = {entry.op: entry.id for entry in entries}
        for number in {each.ticket for each in mine} if self.kind is Ideal else ():
            order = [place[each.id] for each in mine if each.ticket == number and each.id in place]
            assert order == sorted(order), f"the order of {seat.login} on {number}"

    def _shows(self, seat: Seat, action: do.Action) -> bool:
        """Whether that it was done shows without words: the line broke between the merge and its words."""
        remote = seat.desk.repository.remotes.there(action.ticket)
        return isinstance(action, do.Merge) and self.house.cases[remote or 0].into is not None

    def check_equal(self, seat: Seat, case: Case) -> None:
        """A desk has the helpdesk's facts and everybody's words."""
        number = seat.here(case.id)
        ticket = seat.ticket(number)
        differs = set(seat.differs(number, replace(case.facts, **dict.fromkeys(ONE_WAY, UNSET))))
        spoken_ = [message.kind for message in ticket.messages if message.kind is not MessageKind.NOTE]
        if ticket.status is Status.OPEN and spoken_[-1:] == [MessageKind.CUSTOMER]:
            differs.discard("status")  # somebody waits for an answer, whatever the helpdesk makes of it
        if ticket.status is Status.RESOLVED:
            differs.discard("promised")  # somebody left it there
        assert not differs, f"{differs} of {case.id} at the desk of {seat.login}"
        here = Counter(text for text in seat.texts(number) if WORD.search(text))
        texts = [entry.text.replace("\r\n", "\n") for entry in case.entries]
        assert here == Counter(text for text in texts if WORD.search(text)), f"{seat.login} {case.id}"


def id_of(each: do.Action | Entry) -> str:
    return each.op if isinstance(each, Entry) else each.id


def plain(each: do.Action | Entry) -> str:
    """The words, without the numbers of tickets, which are other ones on a desk."""
    text = each.text.replace("\r\n", "\n") if isinstance(each, Entry) else spoken(each)
    return re.sub(r"\[(link|unlink|merge)\] .*", r"\1", text)


def run(folder: Path, seed: int, kind: type[Ideal], agents: int, steps: int, fails: float) -> None:
    world = World(folder, seed, kind, agents, fails)
    try:
        for _step in range(steps):
            world.step()
        world.calm()
        world.check()
    except BaseException:
        print("\n".join(world.log))
        raise
    finally:
        for seat in world.seats:
            seat.close()


@pytest.mark.parametrize("seed", range(5))
def test_two_desks_and_a_good_line(tmp_path: Path, seed: int) -> None:
    run(tmp_path, seed, Ideal, agents=2, steps=60, fails=0.0)


@pytest.mark.parametrize("seed", range(100, 109))
def test_three_desks_and_a_line_that_fails_every_third_time(tmp_path: Path, seed: int) -> None:
    run(tmp_path, seed, Ideal, agents=3, steps=70, fails=0.3)


@pytest.mark.parametrize("seed", range(200, 207))
def test_a_helpdesk_that_keeps_no_ids(tmp_path: Path, seed: int) -> None:
    run(tmp_path, seed, Weak, agents=3, steps=60, fails=0.3)


def test_a_long_story(tmp_path: Path) -> None:
    run(tmp_path, 300, Ideal, agents=3, steps=250, fails=0.3)
