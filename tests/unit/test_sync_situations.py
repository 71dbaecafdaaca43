"""What can happen to a ticket on the helpdesk while an agent works on it, and how the agent sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent_tui.desk import outbox
from agent_tui.desk.errors import DeskError
from agent_tui.domain.refusals import NotYours
from agent_tui.domain.ticket import MessageKind, Status
from agent_tui.domain.undo import NothingToUndo
from agent_tui.store.outbox import Cause
from agent_tui.tui.look import step
from tests.factories import at
from tests.helpdesks import Down, Ideal, Moment, NotThat, Weak, once
from tests.syncing import PATIENCE, Team


@pytest.fixture(params=[Ideal, Weak])
def any_team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    with Team(tmp_path, request.param) as found:
        yield found


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with Team(tmp_path) as found:
        yield found


# Somebody else was faster


def test_someone_else_took_the_ticket(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "take")
    team.house.change(ticket, "bob", owner="bob")
    team.alice.settle()
    held = team.alice.only_held()
    assert held.cause is Cause.IMPOSSIBLE
    assert str(held.told) == str(NotYours(owner="bob"))
    assert team.alice.ticket(ticket).owner == "bob"
    assert team.house.case(ticket).facts.owner == "bob"
    assert team.ops(ticket) == ["Where is my parcel?"]
    other = team.begin("Another one")
    team.alice.sync()
    assert {row.id: row.held for row in team.alice.desk.rows("all", team.clock())} == {
        ticket: True,
        other: False,
    }
    assert team.alice.desk.lines([ticket])[ticket].held
    assert step(team.alice.desk.lines([ticket])[ticket], team.clock()) == "held: see outbox"


def test_someone_else_took_the_ticket_in_the_very_moment(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    line = team.line(team.alice)

    def meanwhile(method: str, _moment: object) -> None:
        if method == "push":
            team.house.change(ticket, "bob", owner="bob")

    line.meet = meanwhile
    team.alice.settle()
    assert team.alice.only_held().cause is Cause.IMPOSSIBLE
    assert team.ops(ticket) == ["Where is my parcel?"]
    assert team.alice.ticket(ticket).owner == "bob"


def test_what_the_new_owner_allows_goes_on(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.house.change(ticket, "bob", owner="bob")
    team.alice.settle()
    assert team.alice.held() == []
    assert team.ops(ticket)[-1] == "Carrier called."


def test_a_held_action_can_be_sent_once_it_is_possible_again(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "wait")
    team.house.change(ticket, "bob", owner="bob")
    team.alice.settle()
    with pytest.raises(outbox.CantBeSent):
        team.alice.send_anyway()
    assert team.alice.only_held().cause is Cause.IMPOSSIBLE
    team.house.change(ticket, "bob", owner=None)
    team.alice.settle()
    team.alice.send_anyway()
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.house.case(ticket).facts.status is Status.WAITING


def test_it_was_resolved(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.house.change(ticket, "bob", status=Status.RESOLVED)
    team.alice.settle()
    assert team.alice.only_held().cause is Cause.IMPOSSIBLE
    assert team.alice.ticket(ticket).status is Status.RESOLVED
    assert team.ops(ticket) == ["Where is my parcel?"]


def test_it_was_merged(any_team: Team) -> None:
    team = any_team
    ticket, other = team.begin(), team.begin("Another one")
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.house.merge(ticket, other, "bob")
    team.alice.settle()
    assert team.alice.only_held().cause is Cause.IMPOSSIBLE
    assert team.alice.ticket(ticket).merged_into == other
    assert sorted(team.alice.texts(other)) == ["Another one", "Where is my parcel?"]
    team.alice.discard()
    assert team.alice.waiting() == []


def test_it_was_merged_into_a_ticket_out_of_sight_which_came_back(any_team: Team) -> None:
    team = any_team
    ticket, other = team.begin(), team.begin("Another one")
    team.house.hide(other, "alice")
    team.house.merge(ticket, other, "bob")
    team.alice.restart()  # it looks at everything at once
    team.alice.settle()
    assert team.alice.ticket(ticket).tags == ("hidden",)
    team.house.hide(other, "alice", hidden=False)
    team.alice.settle()
    assert team.alice.ticket(ticket).merged_into == other
    assert sorted(team.alice.texts(other)) == ["Another one", "Where is my parcel?"]


def test_what_was_in_doubt_when_its_ticket_was_merged_is_found_where_it_went(any_team: Team) -> None:
    team = any_team
    ticket, other = team.begin(), team.begin("Another one")
    team.alice.act(ticket, "note", text="Carrier called.")
    team.line(team.alice).meet = once(Down(doubtful=True), "push", Moment.AFTER)
    with pytest.raises(Down):
        team.alice.sync()
    team.house.merge(ticket, other, "bob")
    team.sync()
    assert team.alice.waiting() == []
    said = ["Another one", "Carrier called.", "Where is my parcel?"]
    assert sorted(team.alice.texts(other)) == sorted(team.bob.texts(other)) == said


def test_what_never_arrived_on_a_ticket_that_was_merged_is_held(any_team: Team) -> None:
    team = any_team
    ticket, other = team.begin(), team.begin("Another one")
    team.alice.act(ticket, "note", text="Carrier called.")
    team.line(team.alice).meet = once(Down(doubtful=True), "push", Moment.BEFORE)
    with pytest.raises(Down):
        team.alice.sync()
    team.house.merge(ticket, other, "bob")
    team.alice.settle()
    assert team.alice.only_held().cause is Cause.IMPOSSIBLE
    assert "Carrier called." not in team.ops(other)


def test_it_was_deleted(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.house.delete(ticket, "root")
    team.alice.settle()
    held = team.alice.only_held()
    assert held.cause is Cause.AWAY
    assert str(held.told) == "The ticket was deleted on the helpdesk."
    with pytest.raises(outbox.CantBeSent):
        team.alice.send_anyway()
    team.alice.discard()
    shown = team.alice.ticket(ticket)
    assert (shown.status, shown.tags) == (Status.RESOLVED, ("deleted",))
    assert team.alice.texts(ticket) == ["Where is my parcel?"]


def test_what_is_done_to_a_ticket_that_is_away_already_is_held_too(team: Team) -> None:
    ticket = team.begin()
    team.house.delete(ticket, "root")
    team.alice.settle()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.alice.settle()
    assert team.alice.only_held().cause is Cause.AWAY


def test_it_was_moved_out_of_sight_and_came_back(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.house.hide(ticket, "alice")
    team.alice.settle()
    assert str(team.alice.only_held().told) == "The ticket was moved to where you can't see it."
    assert team.alice.ticket(ticket).tags == ("hidden",)
    team.house.write(ticket, "root", "Said out of sight.")
    team.house.change(ticket, "root", urgent=True)
    team.house.hide(ticket, "alice", hidden=False)
    team.alice.settle()
    back = team.alice.ticket(ticket)
    assert (back.tags, back.urgent, back.status) == ((), True, Status.OPEN)
    team.alice.send_anyway()
    team.alice.settle()
    assert team.alice.waiting() == []
    assert sorted(team.alice.texts(ticket)) == [
        "Carrier called.",
        "Said out of sight.",
        "Where is my parcel?",
    ]


def test_what_was_in_doubt_when_its_ticket_went_out_of_sight_is_recognised_when_it_is_back(
    any_team: Team,
) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.line(team.alice).meet = once(Down(doubtful=True), "push", Moment.AFTER)
    with pytest.raises(Down):
        team.alice.sync()
    team.house.hide(ticket, "alice")
    team.alice.settle()
    assert team.alice.only_held().cause is Cause.AWAY
    team.house.hide(ticket, "alice", hidden=False)
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.ops(ticket)[1:] == ["Carrier called."]
    assert team.alice.texts(ticket) == team.ops(ticket)


def test_what_was_discarded_and_had_arrived_by_half_does_not_keep_the_ticket_from_being_read(
    team: Team,
) -> None:
    ticket = team.begin()
    team.alice.classify(ticket)
    team.house.deaf.update(("type", "level"))
    team.line(team.alice).meet = once(Down(doubtful=True), "push", Moment.AFTER)
    with pytest.raises(Down):
        team.alice.sync()
    team.house.hide(ticket, "alice")
    team.alice.settle()
    team.alice.discard()
    team.house.hide(ticket, "alice", hidden=False)
    team.house.write(ticket, "alice", "Written without the desk.")
    team.alice.settle()
    assert team.alice.texts(ticket)[-1] == "Written without the desk."
    assert team.alice.ticket(ticket).tags == ()


def test_it_was_moved_out_of_sight_unnoticed(team: Team) -> None:
    """Nobody tells; the look at everything that is worked on shows it."""
    ticket = team.begin()
    team.house.hide(ticket, "alice")
    team.alice.sync()
    assert team.alice.ticket(ticket).tags == ()
    team.alice.restart()  # it looks at once
    team.alice.sync()
    assert team.alice.ticket(ticket).tags == ("hidden",)
    assert team.alice.ticket(ticket).status is Status.RESOLVED


def test_what_was_said_while_it_was_out_of_sight_unnoticed_is_read_when_it_is_back(team: Team) -> None:
    ticket = team.begin()
    team.house.hide(ticket, "alice")
    team.house.write(ticket, "root", "Said out of sight.")
    team.alice.sync()
    team.house.hide(ticket, "alice", hidden=False)
    team.house.write(ticket, "root", "Said in sight.")
    team.alice.sync()
    assert team.alice.texts(ticket)[1:] == ["Said out of sight.", "Said in sight."]


@pytest.mark.parametrize("action", ["link", "merge"])
def test_what_was_tied_to_a_ticket_that_is_not_opened_is_as_before(team: Team, action: str) -> None:
    ticket = team.begin()
    other = team.alice.open("He called.", email="carol@customer.example")
    given = {"other": str(other)} if action == "link" else {"into": str(other)}
    team.alice.act(ticket, action, **given)
    team.alice.discard()
    assert team.alice.waiting() == []
    shown = team.alice.ticket(ticket)
    assert (shown.status, shown.merged_into, shown.links) == (Status.OPEN, None, ())


@pytest.mark.parametrize("action", ["note", "link"])
def test_what_is_done_with_a_ticket_that_was_not_opened_is_held(any_team: Team, action: str) -> None:
    team = any_team
    ticket = team.begin()
    other = team.alice.open("He called.")
    team.alice.discard()
    if action == "note":
        team.alice.act(other, "note", text="Carrier called.")
    else:
        team.alice.act(ticket, "link", other=str(other))
    team.alice.settle()
    held = team.alice.only_held()
    assert (held.cause, str(held.told)) == (Cause.AWAY, f"#{other} was never opened on the helpdesk.")
    team.alice.discard()
    assert team.alice.waiting() == []


# Fields


def test_a_value_was_refused(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.house.deaf.add("type")
    team.alice.classify(ticket)
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.alice.notes() == ["The helpdesk kept its own values: type."]
    assert team.alice.ticket(ticket).type is None
    assert team.house.case(ticket).facts.type is None
    outbox.seen(team.alice.desk, outbox.notes(team.alice.desk)[0].id)
    assert team.alice.notes() == []


def test_an_empty_value_was_not_filled(team: Team) -> None:
    ticket = team.begin()
    team.house.deaf.add("market")
    team.alice.act(ticket, "customer", market="JP")
    team.alice.settle()
    assert team.alice.notes() == ["The helpdesk kept its own values: market."]
    team.alice.act(ticket, "note", text="Carrier called.")
    team.alice.settle()
    assert len(team.alice.notes()) == 1


def test_a_value_that_was_left_out_is_written_once_more(team: Team) -> None:
    ticket = team.begin()
    team.house.deaf.add("level")
    line = team.line(team.alice)

    def meanwhile(method: str, _moment: object) -> None:
        if method == "mend":
            team.house.deaf.clear()

    line.meet = meanwhile
    team.alice.classify(ticket)
    team.alice.settle()
    assert team.alice.notes() == []
    assert team.house.case(ticket).facts.level == 2
    assert team.alice.ticket(ticket).level == 2


def test_what_goes_along_with_every_action_is_written_once_more_too(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "customer", language="en")
    team.alice.settle()
    team.house.change(ticket, "bob", language=None)
    team.alice.sync()
    assert team.alice.ticket(ticket).customer.language == "en"  # an empty field says nothing
    team.house.deaf.add("language")

    def meanwhile(method: str, _moment: object) -> None:
        if method == "mend":
            team.house.deaf.clear()

    team.line(team.alice).meet = meanwhile
    team.alice.act(ticket, "note", text="Carrier called.")
    team.alice.settle()
    assert team.house.case(ticket).facts.language == "en"
    assert team.alice.notes() == []


def test_different_fields_stand_on_both_sides(team: Team) -> None:
    ticket = team.begin()
    team.alice.classify(ticket, level="3")
    team.house.change(ticket, "bob", product="K2 kettle", market="JP")
    team.alice.settle()
    assert team.alice.waiting() == []
    shown, facts = team.alice.ticket(ticket), team.house.case(ticket).facts
    assert (shown.level, shown.product, shown.customer.market) == (3, "K2 kettle", "JP")
    assert (facts.level, facts.product, facts.market) == (3, "K2 kettle", "JP")


def test_where_both_changed_the_same_field_the_agent_decides(team: Team) -> None:
    ticket = team.begin()
    team.alice.classify(ticket, level="3")
    team.house.change(ticket, "bob", level=1, type="complaint")
    team.alice.settle()
    held = team.alice.only_held()
    assert held.cause is Cause.CLASH
    assert [(each.field, each.before, each.theirs, each.mine) for each in held.differences] == [
        ("type", "", "complaint", "logistics"),
        ("level", "", "1", "3"),
    ]
    assert (team.alice.ticket(ticket).level, team.house.case(ticket).facts.level) == (1, 1)
    team.alice.send_anyway()
    assert team.alice.ticket(ticket).level == 3
    team.alice.settle()
    assert team.alice.waiting() == []
    assert (team.house.case(ticket).facts.level, team.house.case(ticket).facts.type) == (3, "logistics")


def test_the_same_value_on_both_sides_is_no_conflict(team: Team) -> None:
    ticket = team.begin()
    team.alice.classify(ticket, level="3")
    team.house.change(ticket, "bob", level=3, type="logistics")
    team.alice.settle()
    assert team.alice.waiting() == []


def test_what_another_agent_classified_meets_ours(team: Team) -> None:
    ticket = team.begin()
    team.alice.classify(ticket, level="3")
    team.bob.classify(ticket, level="1")
    team.bob.settle()
    team.alice.settle()
    assert team.alice.only_held().cause in (Cause.IMPOSSIBLE, Cause.CLASH)
    assert team.alice.ticket(ticket).level == 1


# Stale replies


def test_a_reply_is_held_when_the_customer_wrote_meanwhile(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.house.mail(ticket, "It came just now!")
    team.alice.settle()
    held = team.alice.only_held()
    assert held.cause is Cause.STALE
    shown = team.alice.ticket(ticket)
    assert [message.id for message in shown.messages if message.id in held.messages] == list(held.messages)
    news = outbox.written(team.alice.desk, team.alice.held()[0])
    assert [text for _message, text in news] == ["It came just now!"]
    assert team.ops(ticket) == ["Where is my parcel?", "It came just now!"]
    assert shown.answered is None


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_a_reply_in_doubt_is_held_too_unless_it_is_there(any_team: Team, moment: Moment) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.line(team.alice).meet = once(Down(doubtful=True), "push", moment)
    with pytest.raises(Down):
        team.alice.sync()
    team.house.mail(ticket, "It came just now!")
    team.alice.settle()
    if moment is Moment.AFTER:
        assert team.alice.waiting() == []
        return
    assert team.alice.only_held().cause is Cause.STALE
    assert team.ops(ticket) == ["Where is my parcel?", "It came just now!"]
    team.alice.send_anyway()
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.ops(ticket)[-1] == "Dear Carol"


def test_what_is_held_in_doubt_can_be_discarded_once_the_helpdesk_had_time(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")

    def meet(method: str, moment: Moment) -> None:
        if (method, moment) == ("push", Moment.BEFORE):
            team.house.mail(ticket, "It came just now!")
            raise NotThat(doubtful=True, reason="no receipt")

    team.line(team.alice).meet = meet
    team.alice.sync()
    assert team.alice.only_held().cause is Cause.STALE
    with pytest.raises(outbox.StillUnderWay):
        team.alice.discard()
    team.clock.turn(PATIENCE)
    team.alice.discard()
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.ops(ticket) == ["Where is my parcel?", "It came just now!"]


def test_who_sends_it_all_the_same_knows_what_was_written_until_then(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.house.mail(ticket, "It came just now!")
    team.alice.settle()
    team.alice.send_anyway()
    team.house.mail(ticket, "And it is broken.")
    team.alice.settle()
    news = outbox.written(team.alice.desk, team.alice.held()[0])
    assert [text for _message, text in news] == ["And it is broken."]
    team.alice.send_anyway()
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.ops(ticket)[-1] == "Dear Carol"


def test_what_is_written_while_a_reply_is_held_is_shown_too(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.house.write(ticket, "bob", "I answered by phone.")
    team.alice.settle()
    team.house.mail(ticket, "And it is broken.")
    team.alice.settle()
    (held,) = team.alice.held()
    assert held.held is not None
    assert str(held.held.told).startswith("The customer wrote meanwhile.")
    news = outbox.written(team.alice.desk, held)
    assert [text for _message, text in news] == ["I answered by phone.", "And it is broken."]


def test_a_level_that_is_changed_again_after_it_was_decided_is_decided_again(team: Team) -> None:
    ticket = team.begin()
    team.alice.classify(ticket, level="3")
    team.house.change(ticket, "bob", level=1, type="complaint")
    team.alice.settle()
    team.alice.send_anyway()
    team.house.change(ticket, "bob", level=2)
    team.alice.settle()
    assert [(each.field, each.theirs, each.mine) for each in team.alice.only_held().differences] == [
        ("level", "2", "3")
    ]
    team.alice.send_anyway()
    team.alice.settle()
    assert team.house.case(ticket).facts.level == 3


def test_a_reply_is_held_when_a_colleague_wrote_meanwhile(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.house.write(ticket, "bob", "I answered by phone.")
    team.alice.settle()
    held = team.alice.only_held()
    assert held.cause is Cause.STALE
    assert str(held.told).startswith("bob wrote meanwhile.")


def test_who_puts_a_ticket_aside_must_know_the_customers_words_and_not_the_colleagues(team: Team) -> None:
    one, two = team.begin(), team.begin("Another one")
    for ticket in (one, two):
        team.alice.act(ticket, "wait")
    team.house.mail(one)
    team.house.write(two, "bob", "For your information.")
    team.alice.settle()
    assert [each.ticket for each in team.alice.held()] == [one]


def test_a_note_is_sent_whoever_wrote_meanwhile(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.house.mail(ticket)
    team.alice.settle()
    assert team.alice.waiting() == []


def test_ones_own_words_from_another_machine_hold_nothing(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.house.write(ticket, "alice", "From my telephone.")
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.ops(ticket)[1:] == ["From my telephone.", "Dear Carol"]


def test_ones_own_earlier_words_hold_nothing_that_comes_after_them(team: Team) -> None:
    ticket = team.begin()
    for text in ("One.", "Two.", "Three."):
        team.alice.act(ticket, "reply", text=text, outcome="solves")
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.ops(ticket)[1:] == ["One.", "Two.", "Three."]


def test_a_held_reply_is_sent_all_the_same(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.house.mail(ticket, "It came just now!")
    team.alice.settle()
    team.alice.send_anyway()
    assert team.alice.ticket(ticket).answered is not None
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.ops(ticket) == ["Where is my parcel?", "It came just now!", "Dear Carol"]


def test_what_stands_behind_a_held_action_waits_and_other_tickets_do_not(team: Team) -> None:
    ticket, other = team.begin(), team.begin("Another one")
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.alice.act(ticket, "note", text="After the reply.")
    team.alice.act(other, "note", text="Elsewhere.")
    team.house.mail(ticket)
    team.alice.settle()
    assert [(each.ticket, each.held is not None) for each in team.alice.waiting()] == [
        (ticket, True),
        (ticket, False),
    ]
    assert team.ops(other)[-1] == "Elsewhere."


# Deciding


def test_what_is_discarded_is_never_sent_and_the_ticket_is_shown_without_it(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    before = team.alice.ticket(ticket)
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="asks")
    assert team.alice.ticket(ticket).status is Status.WAITING
    team.alice.discard()
    shown = team.alice.ticket(ticket)
    assert (shown.status, shown.messages, shown.owner) == (before.status, before.messages, before.owner)
    team.sync()
    assert team.ops(ticket) == ["Where is my parcel?"]
    assert team.alice.waiting() == []


def test_an_undo_goes_with_what_it_takes_back_when_that_is_discarded(team: Team) -> None:
    ticket = team.begin()
    team.alice.classify(ticket)
    team.alice.undo(ticket)
    team.alice.discard()
    assert team.alice.waiting() == []
    team.sync()
    assert team.ops(ticket) == ["Where is my parcel?"]


def test_a_discarded_merge_leaves_both_tickets_as_they_were(team: Team) -> None:
    ticket, other = team.begin(), team.begin("Another one")
    before = team.alice.ticket(other)
    team.alice.act(ticket, "merge", into=str(other))
    team.alice.discard()
    assert team.alice.ticket(ticket).status is Status.OPEN
    assert team.alice.ticket(other).messages == before.messages


def test_discarding_an_opening_discards_all_that_was_done_to_the_ticket(team: Team) -> None:
    team.begin()
    ticket = team.alice.open()
    team.alice.act(ticket, "note", text="call back")
    team.alice.discard()
    assert team.alice.waiting() == []
    team.sync()
    assert len(team.house.cases) == 1
    assert team.alice.ticket(ticket).status is Status.RESOLVED


def test_what_may_have_arrived_is_not_discarded(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "note", text="Carrier called.")
    team.line(team.alice).meet = once(Down(doubtful=True), "push", Moment.AFTER)
    with pytest.raises(Down):
        team.alice.sync()
    with pytest.raises(outbox.StillUnderWay):
        team.alice.discard()


def test_an_unknown_action_can_not_be_decided_on(team: Team) -> None:
    team.begin()
    with pytest.raises(DeskError):
        outbox.send(team.alice.desk, "0" * 26, team.clock())


# Undo


def test_undo_of_what_was_sent_with_changes_of_others_in_between(team: Team) -> None:
    ticket = team.begin()
    team.alice.classify(ticket, level="3")
    team.alice.settle()
    team.alice.undo(ticket)
    team.house.mail(ticket, "Any news?")
    team.house.change(ticket, "bob", product="K2 kettle")
    team.alice.settle()
    shown, facts = team.alice.ticket(ticket), team.house.case(ticket).facts
    assert (shown.level, shown.type, shown.product) == (None, None, "K2 kettle")
    assert (facts.level, facts.type, facts.product) == (None, None, "K2 kettle")
    assert team.alice.texts(ticket) == ["Where is my parcel?", "Any news?"]
    team.bob.settle()
    assert (team.bob.ticket(ticket).level, team.bob.ticket(ticket).verified) == (None, False)


def test_undo_leaves_what_somebody_changed_again(team: Team) -> None:
    ticket = team.begin()
    team.alice.classify(ticket, level="3")
    team.alice.settle()
    team.alice.undo(ticket)
    team.house.change(ticket, "bob", level=4)
    team.alice.settle()
    assert team.house.case(ticket).facts.level == 4
    assert team.house.case(ticket).facts.type is None
    assert team.alice.ticket(ticket).level == 4


def test_undo_of_what_was_not_sent_yet(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    before = team.alice.ticket(ticket)
    team.alice.act(ticket, "wait")
    team.alice.undo(ticket)
    team.sync()
    assert team.alice.ticket(ticket).status is before.status
    assert team.house.case(ticket).facts.status is Status.OPEN


def test_what_the_helpdesk_did_is_not_undone(team: Team) -> None:
    ticket = team.begin()
    team.house.change(ticket, "alice", urgent=True)
    team.alice.settle()
    with pytest.raises(NothingToUndo):
        team.alice.undo(ticket)


# Opened here


def test_a_ticket_born_offline_arrives_with_notes_and_links_in_order(any_team: Team) -> None:
    team = any_team
    known = team.begin()
    one, two = team.alice.open("He called."), team.alice.open("She called.")
    team.alice.act(one, "note", text="call back")
    team.alice.act(one, "link", other=str(two))
    team.alice.act(two, "link", other=str(known))
    team.alice.act(one, "reply", text="We called back.", outcome="solves")
    team.sync()
    assert team.alice.waiting() == []
    there, other = team.alice.there(one), team.alice.there(two)
    assert [text for text in team.ops(there) if not text.startswith("[")] == [
        "He called.",
        "call back",
        "We called back.",
    ]
    assert team.ops(there)[2] == f"[link] other: {other}; relation: related"
    assert team.house.case(there).links == {other}
    assert team.house.case(other).links == {there, known}
    assert [link.other for link in team.alice.ticket(one).links] == [two]
    assert {link.other for link in team.bob.ticket(team.bob.here(other)).links} == {
        team.bob.here(there),
        known,
    }
    assert team.alice.kinds(one)[0] == "open"
    assert team.alice.kinds(one).count("open") == 1


def test_a_born_ticket_keeps_its_number_here_and_gets_one_there(team: Team) -> None:
    ticket = team.alice.open()
    assert ticket > 100_000_000
    team.sync()
    assert team.alice.there(ticket) == 1
    assert team.bob.ticket(1).messages[0].id == team.alice.ticket(ticket).messages[0].id
    assert team.bob.ticket(1).channel == "phone"


def test_two_openings_with_the_same_words_are_two_tickets(any_team: Team) -> None:
    team = any_team
    one, two = team.alice.open("He called."), team.alice.open("He called.")
    team.sync()
    assert {team.alice.there(one), team.alice.there(two)} == {1, 2}
    assert len(team.house.cases) == 2


# Links and merges


def test_links_are_the_same_in_whatever_order_tickets_are_read(any_team: Team) -> None:
    team = any_team
    one, two, three = (team.house.contact(f"Number {number}") for number in range(3))
    team.house.link(one, three, "root")
    team.house.change(three, "root", status=Status.RESOLVED)  # it is read last
    team.house.link(two, three, "root")
    team.sync()
    for seat in (team.alice, team.bob):
        assert {link.other for link in seat.ticket(three).links} == {one, two}
        assert {link.other for link in seat.ticket(one).links} == {three}
    team.house.link(one, three, "root", tied=False)
    team.sync()
    assert {link.other for link in team.alice.ticket(three).links} == {two}
    assert team.alice.ticket(one).links == ()


def test_a_colleagues_link_keeps_its_relation(team: Team) -> None:
    one, two = team.begin(), team.begin("Another one")
    team.bob.act(one, "link", other=str(two), relation="repeat")
    team.sync()
    for ticket, other in ((one, two), (two, one)):
        (link,) = team.alice.ticket(ticket).links
        assert (link.other, link.relation.value) == (other, "repeat")


def test_our_own_merge(any_team: Team) -> None:
    team = any_team
    one, two = team.begin(), team.begin("Another one")
    team.alice.act(one, "merge", into=str(two))
    team.sync()
    assert team.alice.waiting() == []
    assert team.house.cases[one].into == two
    for seat in (team.alice, team.bob):
        assert (seat.ticket(one).status, seat.ticket(one).merged_into) == (Status.MERGED, two)
        said = [text for text in seat.texts(two) if not text.startswith("[")]
        assert sorted(said) == ["Another one", "Where is my parcel?"]
    assert team.alice.kinds(one).count("merge") == 1


def test_a_colleagues_merge_is_the_same_action_in_the_journal(team: Team) -> None:
    one, two = team.begin(), team.begin("Another one")
    team.bob.act(one, "merge", into=str(two))
    team.sync()
    ids = {
        entry.id
        for seat in (team.alice, team.bob)
        for entry in seat.desk.journal(one)
        if entry.kind == "merge"
    }
    assert len(ids) == 1


def test_a_merge_brings_a_waiting_customer_back_to_work(team: Team) -> None:
    """The helpdesk leaves the ticket that goes on as it was; nobody may be forgotten for it."""
    one, two = team.begin(), team.begin("Another one")
    team.alice.act(two, "reply", text="Which one?", outcome="asks")
    team.sync()
    assert team.house.case(two).facts.status is Status.WAITING
    team.alice.act(one, "merge", into=str(two))
    team.sync()
    assert team.house.case(two).facts.status is Status.OPEN
    assert team.alice.ticket(two).status is Status.OPEN


def test_a_merge_into_what_is_gone_is_refused_and_nothing_is_done(team: Team) -> None:
    one, two = team.begin(), team.begin("Another one")
    team.alice.act(one, "merge", into=str(two))
    team.house.hide(two, "alice")
    team.alice.settle()
    assert team.alice.only_held().cause in (Cause.REFUSED, Cause.AWAY)
    assert team.house.cases[one].into is None
    assert team.alice.ticket(one).status is Status.OPEN


def test_the_words_of_a_ticket_that_was_merged_before_it_was_read_are_there(any_team: Team) -> None:
    team = any_team
    known = team.begin()
    other = team.house.contact("Another one")
    team.house.write(other, "root", "A note.")
    team.house.merge(other, known, "root")
    team.sync()
    assert sorted(team.alice.texts(known)) == ["A note.", "Another one", "Where is my parcel?"]


def test_the_words_of_a_merged_ticket_are_not_told_twice(any_team: Team) -> None:
    team = any_team
    one, two = team.begin(), team.begin("Another one")
    team.alice.act(one, "note", text="Carrier called.")
    team.sync()
    team.house.merge(one, two, "root")
    team.sync()
    for seat in (team.alice, team.bob):
        assert sorted(seat.texts(two)) == ["Another one", "Carrier called.", "Where is my parcel?"]


# Colleagues


def test_a_colleagues_action_is_the_same_action_in_the_journal(team: Team) -> None:
    """So that figures, audit and undo see who did what."""
    ticket = team.begin()
    for action, given in (
        ("take", {}),
        ("reply", {"text": "Dear Carol", "outcome": "solves"}),
        ("note", {"text": "Carrier called."}),
    ):
        team.bob.act(ticket, action, **given)
    team.bob.classify(ticket)
    team.bob.act(
        ticket, "resolve", result="sent", satisfaction="satisfied", summary="A parcel was lost and found."
    )
    team.sync()
    mine = {each.id: each.action for each in team.alice.desk.journal(ticket) if each.kind != "adopt"}
    theirs = {each.id: each.action for each in team.bob.desk.journal(ticket) if each.kind != "adopt"}
    assert mine == theirs
    shown = team.alice.ticket(ticket)
    assert shown.resolution == team.bob.ticket(ticket).resolution
    assert shown.resolution is not None
    assert (shown.level, shown.verified, shown.owner) == (2, True, "bob")


def test_a_colleagues_resolution_that_is_told_late_is_kept(team: Team) -> None:
    """The facts are newer than the entries: the ticket is resolved before it is told by whom and how."""
    ticket = team.begin()
    backend = team.line(team.alice)
    backend.capabilities = replace(backend.capabilities, page=1)
    team.bob.classify(ticket)
    team.bob.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.bob.act(ticket, "resolve", result="sent", satisfaction="satisfied", summary="Lost and found.")
    team.bob.settle()
    team.alice.settle()
    shown = team.alice.ticket(ticket)
    assert shown.status is Status.RESOLVED
    assert shown.resolution is not None
    assert shown.resolution.summary == "Lost and found."


def test_what_people_say_without_a_desk_is_taken_in_once(any_team: Team) -> None:
    team = any_team
    ticket = team.begin()
    team.house.write(ticket, "root", "An answer.", public=True)
    team.house.write(ticket, "root", "A note.")
    for _again in range(3):
        team.sync()
    kinds = [message.kind for message in team.alice.ticket(ticket).messages]
    assert kinds == [MessageKind.CUSTOMER, MessageKind.REPLY, MessageKind.NOTE]
    assert team.alice.ticket(ticket).answered is not None


def test_a_customer_who_writes_on_a_waiting_ticket_that_stays_so_there_is_not_forgotten(team: Team) -> None:
    team.house.reopens.clear()
    ticket = team.begin()
    team.house.change(ticket, "root", status=Status.WAITING)
    team.sync()
    assert team.alice.ticket(ticket).status is Status.WAITING
    team.house.mail(ticket, "Any news?")
    team.sync()
    assert team.alice.ticket(ticket).status is Status.OPEN
    assert team.house.case(ticket).facts.status is Status.WAITING
    team.clock.turn()
    team.house.write(ticket, "root", "Only a note.")
    team.sync()
    assert team.alice.ticket(ticket).status is Status.OPEN
    team.alice.act(ticket, "reply", text="Dear Carol", outcome="solves")
    team.sync()
    assert team.house.case(ticket).facts.status is Status.OPEN


def test_facts_that_change_there_and_back_are_as_they_are_there(team: Team) -> None:
    ticket = team.begin()
    team.house.change(ticket, "root", status=Status.WAITING)
    team.sync()
    team.house.mail(ticket, "Any news?")
    team.house.write(ticket, "root", "We are looking.", public=True)
    team.house.change(ticket, "root", status=Status.WAITING)
    team.sync()
    assert team.alice.ticket(ticket).status is Status.WAITING


def test_a_promise_and_a_revisit_are_seen_on_the_helpdesk_and_can_be_changed_there(team: Team) -> None:
    ticket = team.begin()
    until = at("03-05 12:00")
    team.alice.act(
        ticket,
        "reply",
        text="We are looking.",
        outcome="unsolved",
        reason="the carrier is looking",
        follow_up="by e-mail",
        deadline=until.isoformat(),
    )
    team.sync()
    assert team.house.case(ticket).facts.promised == until
    later = at("03-06 12:00")
    team.house.change(ticket, "root", promised=later)
    team.sync()
    (step,) = team.alice.ticket(ticket).steps
    assert step.due == later
