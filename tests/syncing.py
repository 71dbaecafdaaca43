"""Desks at a helpdesk in memory: a few lines to sit down, work, sync, crash and look."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from agent_tui.desk import outbox
from agent_tui.desk.connecting import absorber_of
from agent_tui.desk.core import Desk
from agent_tui.domain import actions as do
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.ticket import Customer, Ticket
from agent_tui.store import open_store
from agent_tui.store.outbox import Held, Waiting
from agent_tui.store.remotes import Connected, Progress
from agent_tui.store.repository import Repository
from agent_tui.sync.backends.base import Backend, BackendError
from agent_tui.sync.engine import Engine
from agent_tui.sync.facts import NAMES, Facts, differing, named, project
from agent_tui.sync.status import Status
from tests.factories import MIN, at, shipped
from tests.helpdesks import FEW, QUEUE, House, Ideal, Weak

KEY = bytes(range(32))
URL = "https://helpdesk.example"
PATIENCE = timedelta(seconds=10)
ROLES = ("agent", "supervisor", "lead")


class Clock:
    """Time, as a test turns it."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or at("09:00")

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta = MIN) -> datetime:
        self.now += by
        return self.now


def at_once(tries: int, wait: int | None = None) -> timedelta:
    """Try again after a second: the tests' clock stands still unless it is turned."""
    return timedelta(seconds=max(1, wait or 0))


class Seat:
    """One agent's desk with its engine, at the helpdesk that `backend` reaches."""

    def __init__(self, folder: Path, backend: Backend, login: str, clock: Clock, seed: int = 0) -> None:
        self.login = login
        self.backend = backend
        self.clock = clock
        self._path = folder / f"{login}.db"
        self._dice = random.Random(f"{login} {seed}")  # noqa: S311  # ids that are the same in every run
        self._sit()

    def _sit(self) -> None:
        repository = Repository(open_store(self._path, KEY))
        if repository.remotes.connection is None:
            with repository.transaction():
                repository.remotes.connection = Connected("memory", URL, self.login, queue=QUEUE)
                repository.remotes.progress = Progress()
            repository.elsewhere = True
        self.desk = Desk(repository, shipped(), Actor(self.login, ROLES), "UTC", self._dice.randbytes)
        self.engine = Engine(
            absorber_of(self.desk),
            self.backend,
            self.login,
            QUEUE,
            now=self.clock,
            wait_after=at_once,
            patience=PATIENCE,
        )

    def close(self) -> None:
        self.desk.close()

    def restart(self) -> None:
        """Everything that was in memory alone is gone."""
        self.close()
        self._sit()

    # Working

    def act(self, number: int, action: str, **given: str) -> Ticket:
        """Do something, a second after whatever was before."""
        return self.desk.act(number, action, given, self.clock.turn(timedelta(seconds=1)))

    def open(self, text: str = "He called.", email: str = "dan@customer.example", **given: str) -> int:
        """Open a ticket here, as after a call; returns its number."""
        moment = self.clock.turn(timedelta(seconds=1))
        content = do.Content(text=text)
        customer = Customer(emails=(email,) if email else ())
        channel = given.get("channel", "phone")
        opened = self.desk.open_ticket(channel, text[:40], customer, content, moment, moment)
        return opened.id

    def classify(self, number: int, level: str = "2", type: str = "logistics", **given: str) -> Ticket:
        return self.act(number, "classify", verified="yes", type=type, level=level, **given)

    def undo(self, number: int) -> Ticket:
        return self.desk.undo(number, self.clock.turn(timedelta(seconds=1)))[1]

    def sync(self) -> Status:
        """Read and send, once. Raises `BackendError`."""
        self.clock.turn(timedelta(seconds=1))
        return self.engine.once()

    def settle(self, rounds: int = 100) -> Status:
        """Go on until nothing can be sent any more."""
        for _round in range(rounds):
            self.clock.turn(PATIENCE)
            try:
                status = self.engine.once()
            except BackendError:
                continue
            if self.desk.repository.outbox.next_due() is None:  # the rest stands behind what is held
                return status
        raise AssertionError(f"{self.login} does not come to rest: {self.waiting()}")

    # Looking

    def ticket(self, number: int) -> Ticket:
        return self.desk.ticket(number)

    def here(self, remote: int) -> int:
        """The number here of one of the helpdesk's tickets."""
        number = self.desk.repository.remotes.here(remote)
        assert number is not None, f"{self.login} does not know {remote}"
        return number

    def there(self, number: int) -> int:
        """The helpdesk's number of a ticket."""
        remote = self.desk.repository.remotes.there(number)
        assert remote is not None, f"the helpdesk does not know {number}"
        return remote

    def waiting(self, number: int | None = None) -> list[Waiting]:
        return self.desk.repository.outbox.waiting(number)

    def held(self) -> list[Waiting]:
        return [each for each in self.waiting() if each.held is not None]

    def only_held(self) -> Held:
        """Why the one action that is held is held."""
        (each,) = self.held()
        assert each.held is not None
        return each.held

    def send_anyway(self) -> None:
        """Send the first action that is held all the same."""
        outbox.send(self.desk, self.held()[0].id, self.clock())

    def discard(self) -> None:
        """Take the first action that waits out."""
        outbox.discard(self.desk, self.waiting()[0].id, self.clock())

    def notes(self) -> list[str]:
        return [str(each.note) for each in outbox.notes(self.desk)]

    def texts(self, number: int) -> list[str]:
        """What is said on a ticket, in order."""
        ticket = self.ticket(number)
        texts = self.desk.repository.texts(ticket)
        return [texts.get(message.id, "?").replace("\r\n", "\n") for message in ticket.messages]

    def kinds(self, number: int) -> list[str]:
        """The kinds of actions that the journal has of a ticket."""
        return [entry.kind for entry in self.desk.journal(number)]

    def differs(self, number: int, held: Facts) -> Mapping[str, object]:
        """The facts in which a ticket is not as the helpdesk has it."""
        return named(differing(project(self.ticket(number)), held))

    def faults(self) -> list[str]:
        """What is wrong with the journal or with tickets that do not follow from it."""
        return [fault.text.format(seq=fault.seq) for fault in self.desk.verify()]


class Team:
    """A helpdesk with some agents, each at a desk of their own."""

    def __init__(self, folder: Path, kind: type[Ideal] = Ideal) -> None:
        self.clock = Clock()
        self.house = House(self.clock, FEW if kind is Weak else NAMES)
        self.kind = kind
        self.folder = folder
        self._seats: dict[str, Seat] = {}

    def seat(self, login: str) -> Seat:
        """The desk of somebody."""
        if login not in self._seats:
            self._seats[login] = Seat(self.folder, self.kind(self.house, login), login, self.clock)
        return self._seats[login]

    @property
    def alice(self) -> Seat:
        return self.seat("alice")

    @property
    def bob(self) -> Seat:
        return self.seat("bob")

    def begin(self, text: str = "Where is my parcel?") -> int:
        """A customer begins a ticket, which alice and bob read; returns its number."""
        number = self.house.contact(text)
        self.sync()
        return number

    def sync(self) -> None:
        """Everybody reads and sends until nothing is left to do."""
        for seat in (self.alice, self.bob, self.alice):
            seat.settle()

    def line(self, seat: Seat) -> Ideal:
        """The way to the helpdesk, to break it."""
        assert isinstance(seat.backend, Ideal)
        return seat.backend

    def ops(self, number: int) -> list[str]:
        """The lines that the helpdesk's own users see of what was done."""
        return [entry.text.replace("\r\n", "\n") for entry in self.house.case(number).entries]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        """Whatever was done, every ticket follows from its journal."""
        faults = {login: seat.faults() for login, seat in self._seats.items()}
        for seat in self._seats.values():
            seat.close()
        if _exception[0] is None:
            assert not any(faults.values()), faults
