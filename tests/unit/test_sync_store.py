"""The store's part in it: the outbox, what was read of the helpdesk, how it is reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, start
from agent_tui.domain.messages import Told
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.views import row
from agent_tui.store import open_store
from agent_tui.store.outbox import Cause, Held
from agent_tui.store.remotes import BORN_HERE, Connected, Elsewhere, Progress
from agent_tui.store.repository import Repository
from tests.factories import HOUR, MIN, action, at, opening, shipped
from tests.syncing import KEY

NINE, TEN = at("09:00"), at("10:00")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Repository]:
    """A store that works on a helpdesk elsewhere."""
    database = open_store(tmp_path / "store.db", KEY)
    repository = Repository(database)
    with repository.transaction():
        repository.remotes.connection = Connected("memory", "https://desk.example", "li.wei")
    repository.elsewhere = True
    yield repository
    database.close()


def begin(store: Repository, number: int) -> Ticket:
    opened = opening(NINE, ticket=number)
    ticket = start(opened)
    with store.transaction():
        store.save([opened], {number: ticket}, [row(ticket, shipped())], NINE, settled=True)
    return ticket


def do_to(store: Repository, ticket: Ticket, *actions: do.Action, now: datetime = NINE) -> list[str]:
    with store.transaction():
        for each in actions:
            ticket = apply(ticket, each)
            store.save([each], {ticket.id: ticket}, [row(ticket, shipped())], now)
    return [each.id for each in actions]


def held(cause: Cause = Cause.STALE) -> Held:
    return Held(cause, Told("Because."), TEN, messages=("m",))


# The outbox


def test_what_is_done_here_waits_and_what_came_from_there_does_not(store: Repository) -> None:
    ticket = begin(store, 1)
    (take,) = do_to(store, ticket, action(do.Take, NINE))
    (waiting,) = store.outbox.waiting()
    assert (waiting.id, waiting.ticket, waiting.tries, waiting.sent, waiting.held) == (take, 1, 0, None, None)
    assert isinstance(waiting.action, do.Take)
    assert store.outbox.counts() == (1, 0)


def test_a_store_that_is_the_helpdesk_has_nothing_to_send(store: Repository) -> None:
    store.elsewhere = False
    do_to(store, begin(store, 1), action(do.Take, NINE))
    assert store.outbox.waiting() == []


def test_tickets_are_ready_by_their_first_action(store: Repository) -> None:
    one, two = begin(store, 1), begin(store, 2)
    (first,) = do_to(store, two, action(do.Take, NINE, ticket=2))
    (second, _third) = do_to(store, one, action(do.Take, NINE), action(do.Tag, NINE, add=("x",)))
    assert store.outbox.ready(NINE) == [2, 1]
    with store.transaction():
        store.outbox.later(first, TEN, doubtful=False)
        store.outbox.hold(second, held())
    assert store.outbox.ready(NINE) == []
    assert store.outbox.ready(TEN) == [2]
    assert store.outbox.next_due() == TEN
    assert store.outbox.counts() == (3, 1)
    with store.transaction():
        store.outbox.hurry(NINE)
    assert store.outbox.ready(NINE) == [2]


def test_an_attempt_is_in_doubt_until_something_is_known(store: Repository) -> None:
    (take,) = do_to(store, begin(store, 1), action(do.Take, NINE))
    with store.transaction():
        store.outbox.begin(take, NINE)
    assert (store.outbox.waiting()[0].sent, store.outbox.waiting()[0].tries) == (NINE, 1)
    with store.transaction():
        store.outbox.later(take, NINE + MIN, doubtful=True)
    assert store.outbox.waiting()[0].sent == NINE
    with store.transaction():
        store.outbox.later(take, NINE + MIN, doubtful=False)
    assert store.outbox.waiting()[0].sent is None
    with store.transaction():
        store.outbox.begin(take, TEN)
        store.outbox.settle([take], TEN)
    assert store.outbox.waiting() == []
    assert store.outbox.unsettled(take) is None


def test_what_is_held_is_released_by_force(store: Repository) -> None:
    (take,) = do_to(store, begin(store, 1), action(do.Take, NINE))
    with store.transaction():
        store.outbox.hold(take, held())
    assert store.outbox.waiting()[0].held == held()
    with store.transaction():
        store.outbox.release(take, TEN)
    (waiting,) = store.outbox.waiting()
    assert (waiting.held, waiting.due) == (None, TEN)


def test_what_was_dropped_may_have_arrived_all_the_same(store: Repository) -> None:
    (take,) = do_to(store, begin(store, 1), action(do.Take, NINE))
    with store.transaction():
        store.outbox.drop(take, TEN)
    assert store.outbox.waiting() == []
    again = store.outbox.unsettled(take)
    assert again is not None
    assert again.id == take
    with store.transaction():
        store.outbox.settle([take], TEN)
    assert store.outbox.unsettled(take) is None


def test_what_is_done_on_another_ticket_and_changes_this_one_waits_here_too(store: Repository) -> None:
    one, _two = begin(store, 1), begin(store, 2)
    (link,) = do_to(store, one, action(do.Link, NINE, other=2))
    assert [each.id for each in store.outbox.waiting(2)] == [link]


def test_notes_are_kept_until_they_are_seen(store: Repository) -> None:
    (take,) = do_to(store, begin(store, 1), action(do.Take, NINE))
    with store.transaction():
        store.outbox.note(take, Told("It kept {fields}.", {"fields": "level"}))
    (noted,) = store.outbox.notes()
    assert (noted.id, noted.ticket, str(noted.note)) == (take, 1, "It kept level.")
    with store.transaction():
        store.outbox.note(take, None)
    assert store.outbox.notes() == []


def test_an_attempt_that_was_not_committed_was_none(store: Repository) -> None:
    (take,) = do_to(store, begin(store, 1), action(do.Take, NINE))
    with suppress(RuntimeError), store.transaction():
        store.outbox.begin(take, NINE)
        raise RuntimeError
    assert store.outbox.waiting()[0].sent is None


# The helpdesk's side


def test_a_ticket_is_found_by_its_number_on_either_side(store: Repository) -> None:
    ticket = begin(store, 1)
    with store.transaction():
        store.remotes.put(Elsewhere(1, 700, 5, ticket, updated=TEN, facts=b"{}"))
    known = store.remotes.of(1)
    assert known == Elsewhere(1, 700, 5, ticket, updated=TEN, facts=b"{}")
    assert (store.remotes.here(700), store.remotes.there(1), store.remotes.count()) == (1, 700, 1)
    assert (store.remotes.here(1), store.remotes.there(700), store.remotes.of(2)) == (None, None, None)


def test_what_is_worked_on_is_told_with_when_it_changed(store: Repository) -> None:
    one, two = begin(store, 1), begin(store, 2)
    with store.transaction():
        store.remotes.put(Elsewhere(1, 700, 5, one, updated=TEN))
        store.remotes.put(Elsewhere(2, 800, 5, two, fate="hidden"))
    assert store.remotes.live() == {700: TEN}


def test_tickets_opened_here_have_numbers_of_their_own(store: Repository) -> None:
    begin(store, 7)
    assert store.next_id() == BORN_HERE
    ticket = begin(store, BORN_HERE)
    assert store.next_id() == BORN_HERE + 1
    with store.transaction():
        store.open_elsewhere(ticket)
    assert store.remotes.of(BORN_HERE) == Elsewhere(BORN_HERE, None, 0, ticket)
    assert store.remotes.there(BORN_HERE) is None


def test_a_file_is_found_by_its_number_there_once_it_was_loaded(store: Repository) -> None:
    assert store.blob("remote:5") is None
    with store.transaction():
        store.remotes.keep_file(5, store.put_blob(b"bytes"))
    assert store.blob("remote:5") == b"bytes"


def test_how_far_reading_has_come_is_kept(store: Repository) -> None:
    assert store.remotes.progress == Progress()
    with store.transaction():
        store.remotes.progress = Progress(cursor="c", after="a", loaded=True, left=3, synced=NINE + HOUR)
    assert store.remotes.progress == Progress(cursor="c", after="a", loaded=True, left=3, synced=NINE + HOUR)
