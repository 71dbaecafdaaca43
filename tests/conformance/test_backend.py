"""The backends that need no server keep the promises of `Backend`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from os import urandom
from pathlib import Path

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from agent_tui.desk.core import Desk
from agent_tui.domain import actions as do
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.ticket import Customer, MessageKind
from agent_tui.store import open_store
from agent_tui.store.repository import Repository
from agent_tui.sync.backends.base import Backend
from agent_tui.sync.backends.local import LocalBackend
from agent_tui.sync.facts import NAMES, Facts, named
from tests.conformance.settings import CAROL, Setting
from tests.factories import shipped
from tests.helpdesks import FEW, Down, House, Ideal, Weak, always
from tests.syncing import KEY, ROLES, Clock

pytest.register_assert_rewrite("tests.conformance.promises")

from tests.conformance.promises import *  # noqa: E402, F403  # the tests themselves


class InMemory:
    """The people of a helpdesk in memory."""

    def __init__(self, house: House, clock: Clock, kind: type[Ideal]) -> None:
        self._house = house
        self._clock = clock
        self._kind = kind

    def contact(self, text: str) -> int:
        return self._house.contact(text, CAROL)

    def mail(self, ticket: int, text: str) -> None:
        self._house.mail(ticket, text, CAROL)

    def write(self, ticket: int, text: str) -> None:
        self._house.write(ticket, "root", text)

    def change(self, ticket: int, facts: Facts) -> None:
        self._house.change(ticket, "root", **named(facts))

    def link(self, ticket: int, other: int) -> None:
        self._house.link(ticket, other, "root")

    def merge(self, ticket: int, into: int) -> None:
        self._house.merge(ticket, into, "root")

    def delete(self, ticket: int) -> bool:
        self._house.delete(ticket, "root")
        return True

    def hide(self, ticket: int, *, hidden: bool = True) -> bool:
        self._house.hide(ticket, "alice", hidden=hidden)
        return True

    def rest(self) -> None:
        self._clock.turn(timedelta(seconds=2))

    @contextmanager
    def _broken(self) -> Iterator[Backend]:
        backend = self._kind(self._house, "alice")
        backend.meet = always(Down())
        yield backend

    def broken(self) -> AbstractContextManager[Backend]:
        return self._broken()


class InStore:
    """The people of a helpdesk in a store: they sit at a desk on that store."""

    def __init__(self, repository: Repository, clock: Clock) -> None:
        self._desk = Desk(repository, shipped(), Actor("root", ROLES), "UTC", urandom)
        self._root = LocalBackend(repository, shipped(), "root", clock, urandom)
        self._clock = clock

    def contact(self, text: str) -> int:
        now = self._clock()
        content = do.Content(text=text, author=CAROL)
        customer = Customer(emails=(CAROL,))
        return self._desk.open_ticket("email", text[:40], customer, content, now, now, by=CAROL).id

    def mail(self, ticket: int, text: str) -> None:
        self._receive(ticket, do.Content(text=text, author=CAROL))

    def write(self, ticket: int, text: str) -> None:
        self._receive(ticket, do.Content(text=text, author="root", kind=MessageKind.NOTE))

    def _receive(self, ticket: int, content: do.Content) -> None:
        header = self._desk.header(ticket, self._clock())
        action = do.Receive(id=header.id, ticket=ticket, at=header.at, by=content.author, content=content)
        self._desk.perform(action, self._clock())

    def change(self, ticket: int, facts: Facts) -> None:
        self._root.mend(ticket, facts)

    def link(self, ticket: int, other: int) -> None:
        self._desk.act(ticket, "link", {"other": str(other)}, self._clock())

    def merge(self, ticket: int, into: int) -> None:
        self._desk.act(ticket, "merge", {"into": str(into)}, self._clock())

    def delete(self, ticket: int) -> bool:
        return False

    def hide(self, ticket: int, *, hidden: bool = True) -> bool:
        return False

    def rest(self) -> None:
        self._clock.turn(timedelta(seconds=2))

    def broken(self) -> None:
        return None


def in_memory(kind: type[Ideal], more: int, places: tuple[str, ...]) -> Setting:
    clock = Clock()
    house = House(clock, places)
    people = InMemory(house, clock, kind)
    return Setting(kind(house, "alice"), kind(house, "bob"), people, more=more, places=places)


@pytest.fixture(params=["ideal", "weak", "local"])
def setting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Setting]:
    if request.param == "ideal":
        yield in_memory(Ideal, 5, NAMES)
        return
    if request.param == "weak":
        yield in_memory(Weak, 25, FEW)
        return
    clock = Clock()
    repository = Repository(open_store(tmp_path / "helpdesk.db", KEY))
    alice, bob = (LocalBackend(repository, shipped(), name, clock, urandom) for name in ("alice", "bob"))
    for backend in (alice, bob):
        backend.capabilities = replace(backend.capabilities, page=4)
    yield Setting(alice, bob, InStore(repository, clock), more=5)
    faults = list(Desk(repository, shipped(), Actor("root"), "UTC", urandom).verify())
    repository.database.close()
    assert faults == []


def test_every_fact_has_a_value_in_the_facts_of_a_new_ticket(setting: Setting) -> None:
    """What is UNSET has no place: the suite knows the places of each helpdesk."""
    held = setting.facts(setting.people.contact("Hello"))
    assert {name for name in NAMES if getattr(held, name) is not UNSET} == set(setting.places)
