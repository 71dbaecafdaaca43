"""Doing actions to a ticket that moved on meanwhile: what stands, what meets, what goes back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.apply import apply, start
from agent_tui.domain.rebase import accounted, away, back, clashes, reapply, unseen
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Message, MessageKind, Relation, Satisfaction, Status, Ticket
from tests.factories import AGENT, COLLEAGUE, HOUR, Story, action, at, opening

NINE, TEN = at("09:00"), at("10:00")


BEGIN = opening(NINE)


def ticket() -> Ticket:
    return start(BEGIN)


def undo(of: do.Action, before: Ticket) -> do.Undo:
    return action(do.Undo, TEN, of=of.id, before=before)


# What is possible


@pytest.mark.parametrize(
    "done",
    [
        action(do.Take, TEN),
        action(do.Wait, TEN),
        action(do.Tag, TEN, add=("x",)),
        action(do.Link, TEN, other=2),
    ],
)
def test_what_has_its_effect_already_is_no_obstacle(done: do.Action) -> None:
    once = apply(ticket(), done)
    assert reapply(once, done, None) == once


def test_what_is_impossible_now_is_refused() -> None:
    theirs = apply(ticket(), action(do.Take, TEN, by=COLLEAGUE))
    with pytest.raises(no.NotYours):
        reapply(theirs, action(do.Wait, TEN), None)


# What did happen


def test_what_fits_is_done() -> None:
    done = action(do.Classify, TEN, verified=True, type="logistics", level=2, urgent=False)
    assert accounted(ticket(), done, None) == apply(ticket(), done)


def test_a_resolution_that_is_told_late_is_kept_and_the_state_stays() -> None:
    closed = replace(ticket(), status=Status.RESOLVED, owner=COLLEAGUE)
    done = action(
        do.Resolve, TEN, by=AGENT, result="sent", satisfaction=Satisfaction.SATISFIED, summary="found"
    )
    after = accounted(closed, done, None)
    assert (after.status, after.owner) == (Status.RESOLVED, COLLEAGUE)
    assert after.resolution is not None
    assert after.resolution.summary == "found"


def test_a_reopening_that_is_told_late_moves_the_complaint_on() -> None:
    story = Story(opening(NINE)).classify(NINE).complain(NINE).apologise(NINE).record(NINE).report(NINE)
    story.verify(NINE).proposes(NINE).accept(NINE).carry_out(NINE).settle(NINE)
    opened = replace(story.ticket, status=Status.OPEN)
    after = accounted(opened, action(do.Reopen, TEN, reason="not solved"), None)
    assert after.complaint is not None
    assert after.complaint.stage.value == "verify"
    assert after.status is Status.OPEN


def test_a_takeover_that_is_told_late_is_one() -> None:
    late = replace(ticket(), owner="somebody else")
    after = accounted(late, action(do.Take, TEN, from_owner=COLLEAGUE), None)
    assert after.owner == AGENT


@pytest.mark.parametrize(
    ("done", "kind"),
    [
        (action(do.Reply, TEN, text="Dear Emma"), MessageKind.REPLY),
        (action(do.Record, TEN, text="lost", wanted="a new one"), MessageKind.NOTE),
    ],
)
def test_what_fits_into_no_state_leaves_its_words(done: do.Action, kind: MessageKind) -> None:
    ended = replace(ticket(), status=Status.MERGED, merged_into=9)
    after = accounted(ended, done, None)
    assert [message.kind for message in after.messages][1:] == [kind]
    assert replace(after, messages=ended.messages) == ended


def test_what_fits_into_no_state_and_has_no_words_leaves_nothing() -> None:
    ended = replace(ticket(), status=Status.MERGED, merged_into=9)
    assert accounted(ended, action(do.Take, TEN), None) == ended


# Undo


DONE = [
    action(do.Take, TEN),
    action(do.Classify, TEN, verified=True, type="logistics", level=3, urgent=True, product="K2"),
    action(do.Snooze, TEN, until=TEN + HOUR),
    action(do.Tag, TEN, add=("x", "y")),
    action(do.Escalate, TEN, to="lead", text="brief"),
    action(do.Dispatch, TEN, department="legal", text="may we?"),
    action(do.EditCustomer, TEN, facts=do.CustomerFacts(market="JP", name="Emma C.")),
    action(do.Complain, TEN),
]


@pytest.mark.parametrize("done", DONE)
def test_an_undo_leads_back_where_nothing_else_happened(done: do.Action) -> None:
    before = ticket()
    after = reapply(apply(before, done), undo(done, before), done)
    assert replace(after, changed=None, spans=()) == replace(before, changed=None, spans=())
    assert after.spans[-1].status is before.status


@pytest.mark.parametrize("done", DONE)
def test_an_undo_leaves_what_came_in_since(done: do.Action) -> None:
    before = ticket()
    mail = action(do.Receive, TEN, by="emma", content=do.Content(text="Any news?"))
    tagged = action(do.Tag, TEN, by=COLLEAGUE, add=("theirs",))
    since = apply(apply(apply(before, done), mail), tagged)
    after = reapply(since, undo(done, before), done)
    assert [message.id for message in after.messages] == [before.messages[0].id, mail.id]
    assert after.tags == ("theirs",)
    assert (after.owner, after.level, after.complaint, after.escalations) == (None, None, None, ())


def test_an_undo_leaves_what_was_changed_again() -> None:
    before = ticket()
    done = DONE[1]
    since = replace(apply(before, done), level=4)
    after = reapply(since, undo(done, before), done)
    assert (after.level, after.type, after.product) == (4, None, "")


def test_an_undo_of_a_customers_facts_leaves_a_colleagues() -> None:
    before = ticket()
    done = DONE[6]
    theirs = action(do.EditCustomer, TEN, by=COLLEAGUE, facts=do.CustomerFacts(wishes="by phone"))
    after = reapply(apply(apply(before, done), theirs), undo(done, before), done)
    assert (after.customer.market, after.customer.name) == (before.customer.market, before.customer.name)
    assert after.customer.wishes == "by phone"


def test_an_undo_of_what_never_happened_here_changes_nothing() -> None:
    before = replace(ticket(), level=2)
    done = DONE[1]
    assert reapply(before, undo(done, ticket()), None) == before
    assert reapply(before, undo(done, ticket()), done) == before


def test_an_undo_on_a_ticket_that_ended_is_refused() -> None:
    ended = replace(ticket(), status=Status.MERGED, merged_into=9)
    with pytest.raises(no.Merged):
        reapply(ended, undo(DONE[0], ticket()), DONE[0])


def test_an_undo_of_what_could_not_be_done_changes_nothing() -> None:
    ended = replace(ticket(), status=Status.RESOLVED)
    assert reapply(ticket(), undo(DONE[0], ended), DONE[0]) == ticket()


# Where both changed the same


def test_fields_that_both_changed_to_different_values_meet() -> None:
    base = ticket()
    done = action(do.Classify, TEN, verified=True, type="logistics", level=3, urgent=True)
    now = replace(base, level=1, type="logistics", urgent=False)
    (met,) = clashes(done, base, now, apply(base, done))
    assert (met.field, met.before, met.theirs, met.mine) == ("level", None, 1, 3)


def test_a_customers_facts_meet_one_by_one() -> None:
    base = ticket()
    done = action(do.EditCustomer, TEN, facts=do.CustomerFacts(market="JP", wishes="by phone"))
    now = replace(base, customer=replace(base.customer, market="DE", name="E. Clarke"))
    assert [met.field for met in clashes(done, base, now, apply(base, done))] == ["market"]


def test_other_actions_meet_nothing() -> None:
    base = ticket()
    done = action(do.Tag, TEN, add=("x",))
    assert clashes(done, base, replace(base, tags=("y",)), apply(base, done)) == ()


# What one should have read


def message(kind: MessageKind, author: str) -> Message:
    return Message(f"{kind}{author}", kind, TEN, author)


NEWS = [
    message(MessageKind.CUSTOMER, "emma"),
    message(MessageKind.REPLY, COLLEAGUE),
    message(MessageKind.NOTE, COLLEAGUE),
    message(MessageKind.NOTE, AGENT),
    message(MessageKind.AUTOMATIC, "emma"),
]


@pytest.mark.parametrize(
    ("done", "places"),
    [
        (action(do.Reply, TEN, text="x"), (0, 1, 2)),
        (action(do.Wait, TEN), (0,)),
        (action(do.Snooze, TEN, until=TEN + HOUR), (0,)),
        (action(do.Merge, TEN, into=2), (0,)),
        (action(do.Note, TEN, text="x"), ()),
        (action(do.Tag, TEN, add=("x",)), ()),
    ],
)
def test_who_answers_reads_all_and_who_puts_aside_the_customer(
    done: do.Action, places: tuple[int, ...]
) -> None:
    assert unseen(done, NEWS, AGENT) == tuple(NEWS[place] for place in places)


# Away and back


def test_a_ticket_that_is_away_is_marked_and_out_of_the_queue() -> None:
    gone = away(ticket(), "deleted", TEN)
    assert (gone.status, gone.tags, gone.awaiting_since) == (Status.RESOLVED, ("deleted",), None)
    assert gone.messages == ticket().messages
    assert away(gone, "deleted", TEN + HOUR) == gone
    assert back(gone, ("deleted", "hidden")).tags == ()


def test_a_refused_relation_is_no_harm() -> None:
    linked = apply(ticket(), action(do.Link, TEN, other=2, relation=Relation.REPEAT))
    with pytest.raises(Refusal):
        reapply(linked, action(do.Link, TEN, other=1), None)
    assert accounted(linked, action(do.Link, TEN, other=1), None) == linked
