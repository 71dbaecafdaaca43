"""The engine in the background: it reads and sends beside the desk, and says how things stand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from os import urandom
from pathlib import Path

import pytest

from agent_tui.desk.connecting import absorber_of
from agent_tui.desk.core import Desk
from agent_tui.domain import actions as do
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.ticket import Customer, Status
from agent_tui.store import open_store
from agent_tui.store.repository import Repository
from agent_tui.sync.backends.base import Ask, Backend, Fetched, Opening
from agent_tui.sync.backends.local import LocalBackend
from agent_tui.sync.engine import Engine
from agent_tui.sync.facts import project
from agent_tui.sync.status import State
from tests.factories import shipped
from tests.helpdesks import QUEUE, Down, Moment, NoEntry, always, once
from tests.syncing import KEY, ROLES, Clock, Seat, Team

SOON = timedelta(seconds=0.02)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with Team(tmp_path) as found:
        yield found


def now() -> datetime:
    return datetime.now(UTC)


def in_background(
    seat: Seat,
    backend: Backend | None = None,
    patience: timedelta = SOON,
    by: Callable[[], datetime] = now,
) -> Engine:
    """An engine that runs by the wall clock, and quickly."""
    engine = Engine(
        absorber_of(seat.desk),
        backend or seat.backend,
        seat.login,
        QUEUE,
        now=by,
        wait_after=lambda tries, wait=None: SOON,
        patience=patience,
        poll=SOON,
    )
    seat.desk.changed_here = engine.nudge
    return engine


def until(holds: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


def test_it_reads_and_sends_by_itself(team: Team) -> None:
    ticket = team.house.contact()
    engine = in_background(team.alice)
    engine.start()
    try:
        until(lambda: team.alice.desk.repository.get(ticket))
        team.alice.desk.act(ticket, "note", {"text": "Carrier called."}, now())
        until(lambda: "Carrier called." in team.ops(ticket))
        team.house.mail(ticket, "Any news?")
        until(lambda: "Any news?" in team.alice.texts(ticket))
        until(lambda: engine.status().to_send == 0)
        status = engine.status()
        assert status.state is State.ONLINE
        assert status.synced is not None
    finally:
        engine.stop(10)


def test_many_tickets_are_sent_beside_each_other_and_each_in_order(team: Team) -> None:
    numbers = [team.house.contact(f"Number {number}") for number in range(8)]
    team.alice.settle()
    for text in ("One.", "Two.", "Three."):
        for number in numbers:
            team.alice.desk.act(number, "note", {"text": text}, now())
    engine = in_background(team.alice)
    engine.start()
    try:
        until(lambda: engine.status().to_send == 0, 30)
    finally:
        engine.stop(10)
    for number in numbers:
        assert team.ops(number)[1:] == ["One.", "Two.", "Three."]


def test_it_says_since_when_it_is_offline_and_comes_back(team: Team) -> None:
    team.house.contact()
    line = team.line(team.alice)
    line.meet = always(Down())
    engine = in_background(team.alice)
    engine.start()
    try:
        until(lambda: engine.status().state is State.OFFLINE)
        status = engine.status()
        assert str(status.problem) == "The helpdesk does not answer."
        assert status.since is not None
        line.meet = lambda method, moment: None
        until(lambda: engine.status().state is State.ONLINE)
        assert (engine.status().since, engine.status().problem) == (None, None)
    finally:
        engine.stop(10)


def test_it_says_when_somebody_has_to_do_something(team: Team) -> None:
    team.line(team.alice).meet = always(NoEntry())
    engine = in_background(team.alice)
    engine.start()
    try:
        until(lambda: engine.status().state is State.BLOCKED)
    finally:
        engine.stop(10)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # loud it stays
def test_a_fault_of_its_own_is_seen_and_stays_seen(team: Team) -> None:
    def broken(method: str, moment: object) -> None:
        if method == "fetch":
            raise ZeroDivisionError

    ticket = team.begin()
    line = team.line(team.alice)
    engine = in_background(team.alice, line)
    team.alice.desk.act(ticket, "note", {"text": "Carrier called."}, now())
    line.meet = broken
    engine.start()
    try:
        until(lambda: "ZeroDivisionError" in str(engine.status().problem))
        line.meet = lambda method, moment: None
        time.sleep(0.3)
        assert engine.status().state is State.BLOCKED
        assert engine.status().to_send == 1
    finally:
        engine.stop(10)


def test_a_change_of_a_ticket_that_is_being_sent_is_not_missed_by_a_crash(team: Team) -> None:
    """It can't be read while a worker has it; until it is, the store does not say that it was."""
    ticket = team.begin()
    under_way, go_on = threading.Event(), threading.Event()
    polls = [0]

    def meet(method: str, moment: Moment) -> None:
        if (method, moment) == ("push", Moment.AFTER):
            under_way.set()
            go_on.wait(10)
            raise Down(doubtful=True)
        if (method, moment) == ("changes", Moment.AFTER):
            polls[0] += 1

    team.line(team.alice).meet = meet
    progress = team.alice.desk.repository.remotes
    before = progress.progress.cursor
    team.alice.desk.act(ticket, "note", {"text": "Carrier called."}, now())
    engine = in_background(team.alice)
    engine.start()
    try:
        assert under_way.wait(10)
        team.house.mail(ticket, "Any news?")
        seen = polls[0]
        until(lambda: polls[0] > seen + 3)
        assert progress.progress.cursor == before  # what a crash now would leave behind
        go_on.set()
        team.line(team.alice).meet = lambda method, moment: None
        until(lambda: progress.progress.cursor != before)
        until(lambda: "Any news?" in team.alice.texts(ticket))
    finally:
        go_on.set()
        engine.stop(10)
    assert sorted(team.ops(ticket)) == ["Any news?", "Carrier called.", "Where is my parcel?"]


def test_what_is_opened_is_in_one_pair_of_hands_as_soon_as_it_has_a_number(team: Team) -> None:
    """Whoever read it when it was new does not overwrite what a worker read later."""
    team.begin()
    ticket = team.alice.open("He called.")
    was_read, go_on = threading.Event(), threading.Event()
    backend = team.line(team.alice)
    fetch, opens = backend.fetch, backend.open

    def slow(asked: Collection[Ask]) -> Fetched:
        backend.fetch = fetch  # type: ignore[method-assign]
        found = fetch(asked)
        was_read.set()
        go_on.wait(10)
        return found

    reader = threading.Thread(target=team.alice.engine._read_changes)

    def opened(what: Opening) -> int:
        number = opens(what)
        team.alice.classify(ticket)
        backend.fetch = slow  # type: ignore[method-assign]
        reader.start()
        assert was_read.wait(10)
        return number

    backend.open = opened  # type: ignore[method-assign]
    try:
        team.alice.engine._send_ready()
        team.alice.classify(ticket, level="3")
    finally:
        go_on.set()
        reader.join(10)
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.house.case(team.alice.there(ticket)).facts.level == 3


def test_what_is_in_other_hands_is_waited_for_in_peace(team: Team) -> None:
    ticket = team.begin()
    being_read, go_on = threading.Event(), threading.Event()
    looks = [0]

    def meet(method: str, moment: Moment) -> None:
        if (method, moment) == ("fetch", Moment.AFTER) and not being_read.is_set():
            being_read.set()
            go_on.wait(10)

    engine = in_background(team.alice)
    outbox = team.alice.desk.repository.outbox
    ready = outbox.ready

    def counted(moment: datetime) -> list[int]:
        looks[0] += 1
        return ready(moment)

    outbox.ready = counted  # type: ignore[method-assign]
    team.line(team.alice).meet = meet
    team.house.mail(ticket)
    engine.start()
    try:
        assert being_read.wait(10)
        team.alice.desk.act(ticket, "note", {"text": "Carrier called."}, now())
        before = looks[0]
        time.sleep(0.5)
        assert looks[0] - before < 20
        go_on.set()
        until(lambda: "Carrier called." in team.ops(ticket))
    finally:
        go_on.set()
        engine.stop(10)


def test_a_worker_that_asked_for_nothing_does_not_say_that_the_helpdesk_is_back(team: Team) -> None:
    ticket = team.begin()
    line = team.line(team.alice)
    line.meet = always(Down(doubtful=True))
    team.alice.desk.act(ticket, "note", {"text": "Carrier called."}, now())
    engine = in_background(team.alice, patience=timedelta(minutes=1))
    with team.alice.desk.repository.transaction():  # it was sent, so that for a while nothing is asked for
        team.alice.desk.repository.outbox.begin(team.alice.waiting()[0].id, now())
    engine.start()
    try:
        until(lambda: engine.status().state is State.OFFLINE)
        since = engine.status().since
        with team.alice.desk.repository.transaction():
            team.alice.desk.repository.outbox.hurry(now())
        engine.nudge()
        time.sleep(0.5)
        assert (engine.status().state, engine.status().since) == (State.OFFLINE, since)
    finally:
        engine.stop(10)


def test_a_clock_that_is_put_back_does_not_keep_it_offline(team: Team) -> None:
    ticket = team.house.contact()
    line = team.line(team.alice)
    line.meet = always(Down())
    ahead = [timedelta(hours=2)]
    engine = in_background(team.alice, by=lambda: now() + ahead[0])
    engine.start()
    try:
        until(lambda: engine.status().state is State.OFFLINE)
        ahead[0] = timedelta()
        line.meet = lambda method, moment: None
        until(lambda: team.alice.desk.repository.get(ticket))
    finally:
        engine.stop(10)


def test_hurry_tries_at_once_what_waits_for_its_time(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.line(team.alice).meet = once(Down(), "push", Moment.BEFORE)
    with pytest.raises(Down):
        team.alice.sync()
    with team.alice.desk.repository.transaction():
        team.alice.desk.repository.outbox.later(
            team.alice.waiting()[0].id, team.clock() + timedelta(hours=1), doubtful=False
        )
    team.alice.sync()
    assert team.ops(ticket) == ["Where is my parcel?"]
    team.alice.engine.hurry()
    team.alice.sync()
    assert team.ops(ticket)[-1] == "Carrier called."


# A helpdesk in a store: the third one


def test_two_desks_on_a_helpdesk_in_a_store(tmp_path: Path) -> None:
    clock = Clock()
    helpdesk = Repository(open_store(tmp_path / "helpdesk.db", KEY))
    root = Desk(helpdesk, shipped(), Actor("root", ROLES), "UTC", urandom)
    seats = [
        Seat(tmp_path, LocalBackend(helpdesk, shipped(), name, clock, urandom), name, clock)
        for name in ("alice", "bob")
    ]
    alice, bob = seats
    customer = Customer(name="Carol", emails=("carol@customer.example",))
    ticket = root.open_ticket(
        "chat", "Parcel", customer, do.Content(text="Where is my parcel?"), clock(), clock(), by="carol"
    ).id
    alice.settle()
    alice.classify(ticket)
    alice.act(ticket, "complain")
    alice.act(ticket, "reply", text="We are sorry.", outcome="apologises")
    born = alice.open("He called.")
    alice.act(born, "link", other=str(ticket))
    alice.settle()
    bob.settle()
    bob.act(ticket, "note", text="Carrier called.")
    bob.settle()
    header = root.header(ticket, clock())
    mail = do.Receive(
        id=header.id, ticket=ticket, at=clock(), by="carol", content=do.Content(text="Any news?")
    )
    root.perform(mail, clock())
    for seat in (alice, bob, alice):
        seat.settle()
        assert seat.waiting() == []
    there = root.ticket(ticket)
    for seat in seats:
        assert project(seat.ticket(ticket)) == project(there)
        assert seat.texts(ticket) == [
            "Where is my parcel?",
            "We are sorry.",
            "Carrier called.",
            "Any news?",
        ]
        assert seat.ticket(ticket).complaint == there.complaint
        assert seat.faults() == []
    assert there.status is Status.OPEN
    assert list(root.verify()) == []
    for seat in seats:
        seat.close()
    root.close()
