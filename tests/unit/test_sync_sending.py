"""Exactly once: whatever fails between desk and helpdesk, each action is there once, and in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Status
from agent_tui.store.outbox import Cause
from agent_tui.sync.backends.base import Ask, BackendError, Fetched, Opening, Page, Push
from agent_tui.sync.sending import MOST
from agent_tui.sync.status import State
from tests.helpdesks import Down, Ideal, Moment, NoEntry, NotThat, Weak, always, once
from tests.syncing import PATIENCE, Team


@pytest.fixture(params=[Ideal, Weak])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    with Team(tmp_path, request.param) as found:
        yield found


def try_to_sync(team: Team) -> None:
    with pytest.raises(BackendError):
        team.alice.sync()


FAILURES: list[tuple[BackendError, str, Moment]] = [
    (Down(), "push", Moment.BEFORE),
    (Down(doubtful=True), "push", Moment.BEFORE),
    (Down(doubtful=True), "push", Moment.AFTER),
    (Down(), "fetch", Moment.BEFORE),
    (NoEntry(), "push", Moment.BEFORE),
]


@pytest.mark.parametrize(("error", "method", "moment"), FAILURES)
def test_an_answer_is_sent_once_whatever_failed(
    team: Team, error: BackendError, method: str, moment: Moment
) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.alice.act(ticket, "note", text="Carrier called.")
    team.line(team.alice).meet = once(error, method, moment)
    try_to_sync(team)
    team.alice.settle()
    assert team.ops(ticket) == ["Where is my parcel?", "Dear Carol", "Carrier called."]
    assert team.alice.waiting() == []
    assert team.alice.texts(ticket) == team.ops(ticket)


@pytest.mark.parametrize(("error", "method", "moment"), FAILURES)
def test_it_is_sent_once_though_the_program_ended_then(
    team: Team, error: BackendError, method: str, moment: Moment
) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.line(team.alice).meet = once(error, method, moment)
    try_to_sync(team)
    team.alice.restart()
    team.alice.settle()
    team.alice.restart()
    team.alice.settle()
    assert team.ops(ticket) == ["Where is my parcel?", "Dear Carol"]
    assert team.alice.texts(ticket) == team.ops(ticket)


@pytest.mark.parametrize(
    ("error", "method", "moment"),
    [
        (Down(), "open", Moment.BEFORE),
        (Down(doubtful=True), "open", Moment.BEFORE),
        (Down(doubtful=True), "open", Moment.AFTER),
        (Down(), "fetch", Moment.BEFORE),
    ],
)
@pytest.mark.parametrize("restart", [False, True])
def test_a_ticket_is_opened_once_whatever_failed(
    team: Team, error: BackendError, method: str, moment: Moment, *, restart: bool
) -> None:
    team.begin()
    ticket = team.alice.open("He called.")
    team.alice.act(ticket, "note", text="call back")
    team.line(team.alice).meet = once(error, method, moment)
    try_to_sync(team)
    if restart:
        team.alice.restart()
    team.alice.settle()
    assert len(team.house.cases) == 2
    assert team.ops(team.alice.there(ticket)) == ["He called.", "call back"]
    assert team.alice.texts(ticket) == ["He called.", "call back"]
    assert team.alice.waiting() == []


def test_a_ticket_whose_opening_is_in_doubt_is_recognised_when_it_is_read_first(team: Team) -> None:
    team.begin()
    ticket = team.alice.open("He called.")
    team.line(team.alice).meet = always(Down(doubtful=True), "open", Moment.AFTER)
    try_to_sync(team)
    team.line(team.alice).meet = always(Down(), "find_opened")
    team.alice.settle()
    assert team.alice.here(2) == ticket
    assert team.alice.waiting() == []
    assert len(team.house.cases) == 2


def test_a_ticket_that_was_merged_before_its_opening_was_known(team: Team) -> None:
    known = team.begin()
    ticket = team.alice.open("He called.")
    team.alice.act(ticket, "note", text="call back")
    team.line(team.alice).meet = once(Down(doubtful=True), "open", Moment.AFTER)
    try_to_sync(team)
    team.house.merge(2, known, "root")
    team.alice.settle()
    assert len(team.house.cases) == 2
    assert team.alice.ticket(ticket).merged_into == known
    assert team.alice.only_held().cause is Cause.IMPOSSIBLE
    assert sorted(team.alice.texts(known)) == ["He called.", "Where is my parcel?"]


def test_a_helpdesk_that_is_still_at_work_is_given_time(team: Team) -> None:
    """The answer was lost and the helpdesk acts when the desk has looked once in vain."""
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    backend = team.line(team.alice)
    push, later = backend.push, list[Push]()

    def slow(what: Push) -> None:
        later.append(what)
        raise Down(doubtful=True)

    backend.push = slow  # type: ignore[method-assign]
    try_to_sync(team)
    backend.push = push  # type: ignore[method-assign]
    team.alice.sync()
    assert [each.sent is not None for each in team.alice.waiting()] == [True]
    push(later[0])
    team.clock.turn(PATIENCE)
    team.alice.settle()
    assert team.ops(ticket) == ["Where is my parcel?", "Carrier called."]


def test_what_a_helpdesk_shows_while_it_is_still_at_work_is_not_its_last_word(team: Team) -> None:
    """It has written the words and not yet the facts that came with them."""
    ticket = team.begin()
    team.alice.classify(ticket)
    backend = team.line(team.alice)
    push = backend.push

    def half(what: Push) -> None:
        team.house.deaf.update(("type", "level"))
        push(what)
        team.house.deaf.clear()
        raise Down(doubtful=True)

    backend.push = half  # type: ignore[method-assign]
    try_to_sync(team)
    backend.push = push  # type: ignore[method-assign]
    backend.mend = pytest.fail  # type: ignore[method-assign, assignment]
    team.alice.sync()
    assert team.alice.ticket(ticket).level == 2
    assert [each.sent is not None for each in team.alice.waiting()] == [True]
    team.house.change(ticket, "alice", type="logistics", level=2)
    team.clock.turn(PATIENCE)
    team.alice.settle()
    assert (team.alice.waiting(), team.alice.notes()) == ([], [])
    assert (team.alice.ticket(ticket).type, team.alice.ticket(ticket).level) == ("logistics", 2)


def half_done(team: Team) -> None:
    """Alice's next push leaves its words without its facts, and no answer comes."""
    backend = team.line(team.alice)
    push = backend.push

    def half(what: Push) -> None:
        backend.push = push  # type: ignore[method-assign]
        team.house.deaf.update(("type", "level"))
        push(what)
        team.house.deaf.clear()
        raise Down(doubtful=True)

    backend.push = half  # type: ignore[method-assign]


def test_a_ticket_in_doubt_is_given_time_though_another_is_merged_into_it(team: Team) -> None:
    source, ticket = team.begin(), team.begin("Another one")
    team.alice.classify(ticket)
    half_done(team)
    try_to_sync(team)
    team.house.merge(source, ticket, "bob")
    team.alice.sync()
    assert team.alice.ticket(ticket).level == 2
    team.house.change(ticket, "alice", type="logistics", level=2)
    team.alice.settle()
    assert team.alice.ticket(source).merged_into == ticket
    assert (team.alice.waiting(), team.alice.notes()) == ([], [])
    assert team.alice.ticket(ticket).level == 2


def test_so_it_is_when_the_one_that_is_merged_has_something_to_send(team: Team) -> None:
    source, ticket = team.begin(), team.begin("Another one")
    team.alice.classify(ticket)
    half_done(team)
    try_to_sync(team)
    team.alice.act(source, "merge", into=str(ticket))
    team.alice.sync()
    assert team.alice.ticket(ticket).level == 2
    team.house.change(ticket, "alice", type="logistics", level=2)
    team.alice.settle()
    assert team.alice.ticket(source).merged_into == ticket
    assert (team.alice.waiting(), team.alice.notes()) == ([], [])
    assert team.alice.ticket(ticket).level == 2


@pytest.mark.parametrize("opening", [False, True])
def test_what_never_arrives_is_left_to_the_agent_in_the_end(team: Team, *, opening: bool) -> None:
    """A helpdesk may fail at one request for ever; nobody waits for ever, and what stands behind goes on."""
    ticket = team.begin()
    if opening:
        ticket = team.alice.open("He called.")
    team.alice.act(ticket, "note", text="One.")
    if not opening:
        team.alice.act(ticket, "note", text="Two.")
    team.line(team.alice).meet = always(Down(doubtful=True), "open" if opening else "push")
    tries = 0
    while not team.alice.held():
        team.clock.turn(PATIENCE)
        with suppress(BackendError):
            team.alice.sync()
        tries += 1
        assert tries <= 2 * MOST
    held = team.alice.only_held()
    assert held.cause is Cause.REFUSED
    assert str(held.told).startswith(f"It was tried {MOST} times and never arrived")
    assert team.alice.engine.is_idle()
    team.alice.discard()
    team.line(team.alice).meet = lambda method, moment: None
    team.alice.settle()
    assert team.alice.waiting() == []
    assert len(team.house.cases) == 1
    assert team.ops(1)[1:] == ([] if opening else ["Two."])


def test_what_can_never_be_mended_settles_without_it_in_the_end(tmp_path: Path) -> None:
    with Team(tmp_path) as team:
        ticket = team.begin()
        team.house.deaf.add("type")
        team.alice.classify(ticket)
        team.line(team.alice).meet = always(Down(doubtful=True), "mend")
        for _again in range(20):
            team.clock.turn(PATIENCE)
            with suppress(BackendError):
                team.alice.sync()
        assert team.alice.waiting() == []
        assert team.alice.notes() == ["The helpdesk kept its own values: type."]


@pytest.mark.parametrize("restart", [False, True])
def test_a_clock_that_is_put_back_holds_nothing_up(team: Team, *, restart: bool) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.line(team.alice).meet = once(Down(doubtful=True), "push", Moment.BEFORE)
    try_to_sync(team)
    team.clock.turn(-timedelta(hours=2))
    if restart:
        team.alice.restart()
    team.house.mail(ticket, "Any news?")
    for _again in range(3):
        team.clock.turn(PATIENCE)
        team.alice.sync()
    assert team.alice.waiting() == []
    assert sorted(team.alice.texts(ticket)) == ["Any news?", "Carrier called.", "Where is my parcel?"]


@pytest.mark.parametrize("opening", [False, True])
def test_what_is_discarded_in_the_very_moment_is_not_sent(team: Team, *, opening: bool) -> None:
    ticket = team.begin()
    if opening:
        ticket = team.alice.open("He called.")
    team.alice.act(ticket, "note", text="Carrier called.")
    outbox = team.alice.desk.repository.outbox
    begin = outbox.begin

    def at_last(action_id: str, moment: datetime) -> bool:
        outbox.begin = begin  # type: ignore[method-assign]
        team.alice.discard()
        return begin(action_id, moment)

    outbox.begin = at_last  # type: ignore[method-assign]
    team.alice.settle()
    assert team.alice.waiting() == []
    assert len(team.house.cases) == 1
    assert team.ops(1) == ["Where is my parcel?"]


def test_an_opening_that_is_still_under_way_is_given_time(team: Team) -> None:
    team.begin()
    team.alice.open("He called.")
    backend = team.line(team.alice)
    opens, later = backend.open, list[Opening]()

    def slow(what: Opening) -> int:
        later.append(what)
        raise Down(doubtful=True)

    backend.open = slow  # type: ignore[method-assign]
    try_to_sync(team)
    backend.open = opens  # type: ignore[method-assign]
    team.alice.sync()
    assert len(team.house.cases) == 1
    opens(later[0])
    team.clock.turn(PATIENCE)
    team.alice.settle()
    assert len(team.house.cases) == 2
    assert team.alice.waiting() == []


def test_what_is_said_to_be_done_and_can_not_be_seen_is_never_sent_again(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    sent = list[Push]()
    team.line(team.alice).push = sent.append  # type: ignore[method-assign]
    team.alice.settle()
    assert team.alice.only_held().cause is Cause.REFUSED
    assert len(sent) == 1


def test_what_the_helpdesk_does_not_take_is_held_and_the_rest_goes_on(team: Team) -> None:
    ticket, other = team.begin(), team.begin("Another one")
    team.alice.act(ticket, "note", text="Carrier called.")
    team.alice.act(other, "note", text="Elsewhere.")
    backend = team.line(team.alice)
    push = backend.push

    def closed(what: Push) -> None:
        if what.ticket == ticket:
            raise NotThat(reason="comments are closed")
        push(what)

    backend.push = closed  # type: ignore[method-assign]
    team.alice.settle()
    held = team.alice.only_held()
    assert (held.cause, str(held.told)) == (Cause.REFUSED, "You may not do this: comments are closed.")
    assert team.ops(other)[-1] == "Elsewhere."
    backend.push = push  # type: ignore[method-assign]
    team.alice.send_anyway()
    team.alice.settle()
    assert team.ops(ticket)[-1] == "Carrier called."


def test_a_queue_that_takes_no_ticket_holds_the_opening(team: Team) -> None:
    ticket = team.alice.open("He called.")
    team.line(team.alice).meet = once(NotThat(reason="the queue is closed"), "open", Moment.BEFORE)
    team.alice.settle()
    assert team.alice.only_held().cause is Cause.REFUSED
    assert team.house.cases == {}
    team.alice.send_anyway()
    team.alice.settle()
    assert team.alice.there(ticket) == 1


@pytest.mark.parametrize("action", ["link", "merge"])
def test_what_was_tied_before_the_words_failed_is_done_once(team: Team, action: str) -> None:
    one, two = team.begin(), team.begin("Another one")
    given = {"other": str(two)} if action == "link" else {"into": str(two)}
    team.alice.act(one, action, **given)
    team.line(team.alice).meet = once(Down(doubtful=True), "push", Moment.BETWEEN)
    try_to_sync(team)
    team.sync()
    assert team.alice.waiting() == []
    if action == "link":
        assert team.house.case(one).links == {two}
        assert len([text for text in team.ops(one) if text.startswith("[link]")]) == 1
    else:
        assert team.house.cases[one].into == two
        assert team.alice.ticket(one).merged_into == two
        assert sorted(text for text in team.alice.texts(two)) == ["Another one", "Where is my parcel?"]


def test_in_order_on_each_ticket_though_each_step_fails_once(team: Team) -> None:
    ticket = team.begin()
    texts = [f"Note {number}." for number in range(5)]
    for text in texts:
        team.alice.act(ticket, "note", text=text)
    failures = [
        once(Down(doubtful=True), "push", Moment.AFTER),
        once(Down(doubtful=True), "push", Moment.BEFORE),
        once(Down(), "push", Moment.BEFORE),
        once(Down(), "fetch", Moment.AFTER),
        once(Down(doubtful=True), "push", Moment.AFTER),
    ]
    for meet in failures:
        team.line(team.alice).meet = meet
        team.clock.turn(PATIENCE)
        with suppress(BackendError):
            team.alice.sync()
    team.alice.settle()
    assert team.ops(ticket)[1:] == texts


def test_an_action_that_was_erased_before_it_could_be_sent_is_dropped(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    store = team.alice.desk.repository
    with store.transaction() as connection:
        connection.execute("UPDATE journal SET body = NULL, salt = NULL WHERE kind = 'note'")
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.ops(ticket) == ["Where is my parcel?"]


def test_an_opening_that_was_erased_before_it_could_be_sent_holds_nothing_up(team: Team) -> None:
    known = team.begin()
    ticket = team.alice.open("He called.")
    team.alice.act(ticket, "note", text="call back")
    team.alice.act(known, "link", other=str(ticket))
    store = team.alice.desk.repository
    with store.transaction() as connection:
        connection.execute("UPDATE journal SET body = NULL, salt = NULL WHERE ticket = ?", (ticket,))
    team.alice.settle()
    assert [each.ticket for each in team.alice.waiting()] == [known]
    assert team.alice.only_held().cause is Cause.AWAY
    assert len(team.house.cases) == 1


def test_the_same_action_that_arrived_twice_counts_once(team: Team) -> None:
    """A line may double a request; the desk shows it once, and has not sent it twice."""
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    backend = team.line(team.alice)
    push = backend.push

    def twice(what: Push) -> None:
        push(what)
        push(what)

    backend.push = twice  # type: ignore[method-assign]
    team.sync()
    assert team.alice.waiting() == []
    assert team.alice.texts(ticket) == ["Where is my parcel?", "Carrier called."]
    if team.kind is Ideal:
        assert team.bob.texts(ticket) == ["Where is my parcel?", "Carrier called."]


def test_words_of_ones_own_that_were_there_before_are_not_taken_for_the_action(team: Team) -> None:
    ticket = team.begin()
    team.house.write(ticket, "alice", "Carrier called.")
    team.sync()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.line(team.alice).meet = once(Down(doubtful=True), "push", Moment.BEFORE)
    try_to_sync(team)
    team.alice.settle()
    assert team.ops(ticket)[1:] == ["Carrier called.", "Carrier called."]


# Reading


def test_a_load_that_was_interrupted_goes_on(team: Team) -> None:
    numbers = [team.house.contact(f"Number {number}") for number in range(30)]
    left = [3]

    def meet(method: str, moment: Moment) -> None:
        if method == "load" and moment is Moment.BEFORE:
            left[0] -= 1
            if not left[0]:
                left[0] = 3
                raise Down

    team.line(team.alice).meet = meet
    rounds = 0
    while team.alice.engine.status().loading:
        rounds += 1
        try:
            team.alice.sync()
        except BackendError:
            team.alice.restart()
    assert rounds > 1
    assert [team.alice.ticket(number).subject for number in numbers] == [
        f"Number {number}" for number in range(30)
    ]
    assert team.alice.kinds(numbers[0]) == ["open"]


def test_what_changes_during_the_load_is_not_missed(team: Team) -> None:
    numbers = [team.house.contact(f"Number {number}") for number in range(30)]
    said = list[int]()

    def meet(method: str, moment: Moment) -> None:
        if method == "load" and moment is Moment.AFTER and len(said) < 30:
            said.append(team.house.mail(numbers[len(said)], "Any news?"))

    team.line(team.alice).meet = meet
    team.sync()
    for number in numbers[: len(said)]:
        assert team.alice.texts(number)[-1] == "Any news?"


def test_a_page_of_the_load_is_not_taken_for_newer_than_what_came_meanwhile(team: Team) -> None:
    """The page was asked for, then the ticket was read in another way and worked on, then the page came."""
    ticket = team.house.contact()
    line, engine = team.line(team.alice), team.alice.engine
    load = line.load

    def slow(after: str) -> Iterator[Page]:
        for page in load(after):
            if team.alice.desk.repository.get(ticket) is None:
                engine._take_in([Ask(ticket=ticket)])
                team.alice.classify(ticket)
                engine._send_ready()
                team.alice.classify(ticket, level="3")
            yield page

    line.load = slow  # type: ignore[method-assign]
    team.alice.sync()
    assert team.alice.held() == []
    assert team.alice.ticket(ticket).level == 3


def test_a_ticket_in_doubt_is_left_alone_by_the_load(team: Team) -> None:
    """It was loaded among those being worked on, and comes again among the others."""
    ticket = team.begin()
    team.alice.classify(ticket)
    half_done(team)
    try_to_sync(team)
    remotes = team.alice.desk.repository.remotes
    with team.alice.desk.repository.transaction():
        remotes.progress = replace(remotes.progress, loaded=False, after="")
    team.alice.sync()
    assert team.alice.ticket(ticket).level == 2
    team.house.change(ticket, "alice", type="logistics", level=2)
    team.alice.settle()
    assert (team.alice.waiting(), team.alice.notes()) == ([], [])


def test_words_that_are_left_out_as_yet_are_read_after_a_restart(team: Team) -> None:
    """Who answers and resolves without a desk changes nothing more that would be noticed later."""
    ticket = team.begin()
    line = team.line(team.alice)
    fetch = line.fetch

    def hasty(asked: Collection[Ask]) -> Fetched:
        found = fetch(asked)
        without = tuple(replace(each, entries=(), mark=0) for each in found.tickets)
        return replace(found, tickets=without, more=True)

    line.fetch = hasty  # type: ignore[method-assign]
    team.house.write(ticket, "bob", "It is in the post.", public=True)
    team.house.change(ticket, "bob", status=Status.RESOLVED)
    team.alice.sync()
    assert team.alice.ticket(ticket).status is Status.RESOLVED
    line.fetch = fetch  # type: ignore[method-assign]
    team.alice.restart()
    team.alice.sync()
    assert team.alice.texts(ticket)[-1] == "It is in the post."


def test_nothing_is_written_down_when_nothing_changed(team: Team) -> None:
    ticket = team.begin()
    team.clock.turn()
    team.sync()
    length = team.alice.desk.repository.journal.length()
    for _again in range(3):
        team.clock.turn()
        team.alice.sync()
    assert team.alice.desk.repository.journal.length() == length
    assert team.alice.kinds(ticket) == ["open"]


# What is told


def test_the_status_counts_what_is_to_be_sent_and_what_is_held(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.alice.act(ticket, "note", text="After.")
    team.house.mail(ticket)
    status = team.alice.settle()
    assert (status.to_send, status.held, status.noted) == (2, 1, 0)
    assert status.state is State.ONLINE
    assert status.synced == team.clock()
    assert not status.loading


Broken = Callable[[], BackendError]


@pytest.mark.parametrize("broken", [Down, NoEntry])
def test_what_can_not_be_reached_is_told_and_loses_nothing(team: Team, broken: Broken) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.line(team.alice).meet = always(broken())
    for _again in range(3):
        try_to_sync(team)
    (waiting,) = team.alice.waiting()
    assert isinstance(waiting.action, do.Note)
    team.line(team.alice).meet = lambda method, moment: None
    team.alice.settle()
    assert team.ops(ticket)[-1] == "Carrier called."
