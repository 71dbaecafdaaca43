"""Handling an issue (POLICY H1–H5, L4, S6): what each action does to a ticket, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.apply import PROMISE, apply
from agent_tui.domain.next_step import STEPS, next_step
from agent_tui.domain.permit import permit
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.ticket import (
    Customer,
    Link,
    MessageKind,
    Relation,
    Satisfaction,
    Span,
    Status,
    Step,
    Ticket,
)
from tests.factories import AGENT, COLLEAGUE, CUSTOMER, Story, action, at, opening, shipped

EMMA_ELSEWHERE = Customer(name="E. Clarke", emails=("EMMA@example.com",), phones=("+44 1",))
SOMEBODY_ELSE = Customer(name="Ana Souza", emails=("ana@example.com",))


def story(channel: str = "email") -> Story:
    return Story(opening(at("09:00"), channel))


def handled() -> Story:
    """Classified and answered: only the resolution is missing."""
    return story().classify(at("09:10")).reply(at("09:20"))


def resolved() -> Story:
    return handled().resolve(at("10:00"))


def merged() -> Story:
    gone = story()
    return gone.perform(action(do.Merge, at("10:00"), 1, into=2))


def step_of(ticket: Story) -> tuple[str, str, str]:
    step = next_step(ticket.ticket, shipped())
    return step.id, step.do, step.rule


# The beginning.


def test_H5_a_customer_starts_a_ticket() -> None:
    ticket = story().ticket
    assert (ticket.status, ticket.owner, ticket.created, ticket.awaiting_since) == (
        Status.OPEN,
        None,
        at("09:00"),
        at("09:00"),
    )
    assert ticket.spans == (Span(Status.OPEN, at("09:00")),)
    assert [message.preview for message in ticket.messages] == ["The parcel never came."]


def test_a_ticket_that_we_begin_is_answered_and_awaits_nothing() -> None:
    ticket = Story(opening(at("09:00"), kind=MessageKind.REPLY)).ticket
    assert (ticket.status, ticket.answered, ticket.awaiting_since) == (Status.OPEN, at("09:00"), None)


@pytest.mark.parametrize("kind", [MessageKind.AUTOMATIC, MessageKind.BOUNCE])
def test_automatic_mail_begins_a_ticket_out_of_the_queue(kind: MessageKind) -> None:
    ticket = Story(opening(at("09:00"), kind=kind)).ticket
    assert (ticket.status, ticket.resolution, ticket.awaiting_since) == (Status.RESOLVED, None, None)
    assert ticket.tags == (kind.value,)


def test_a_channel_that_the_policy_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownWord, match="pigeon") as refused:
        permit(None, opening(at("09:00"), "pigeon"), shipped())
    assert refused.value.details["known"] == "phone, chat, email, social, messenger"


def test_a_ticket_begins_only_once() -> None:
    with pytest.raises(no.NothingChanges):
        apply(story().ticket, opening(at("10:00")))


# H5: an owner for every step.


def test_H5_an_agent_accepts_a_ticket_and_gives_it_back() -> None:
    ticket = story().take(at("09:05"))
    assert ticket.ticket.owner == AGENT
    assert ticket.release(at("09:06")).ticket.owner is None


def test_H5_doing_the_work_takes_a_ticket_that_nobody_has() -> None:
    assert story().reply(at("09:05")).ticket.owner == AGENT


def test_H5_a_note_or_a_tag_does_not_take_it() -> None:
    ticket = story().note(at("09:05"), COLLEAGUE)
    ticket.perform(action(do.Tag, at("09:06"), by=COLLEAGUE, add=("vip",)))
    assert ticket.ticket.owner is None


def test_H5_only_the_owner_works_on_a_ticket() -> None:
    ticket = story().take(at("09:05"), COLLEAGUE)
    attempts: list[Callable[[], Story]] = [
        lambda: ticket.reply(at("09:10")),
        lambda: ticket.classify(at("09:10")),
        lambda: ticket.wait(at("09:10")),
        lambda: ticket.snooze(at("09:10"), at("10:00")),
        lambda: ticket.resume(at("09:10")),
        lambda: ticket.release(at("09:10")),
        lambda: ticket.perform(action(do.Merge, at("09:10"), into=2)),
    ]
    for attempt in attempts:
        with pytest.raises(no.NotYours, match=COLLEAGUE) as refused:
            attempt()
        assert refused.value.rule == "H5"
    ticket.note(at("09:20"))
    assert ticket.ticket.owner == COLLEAGUE


def test_H5_taking_over_names_the_present_owner() -> None:
    ticket = story().take(at("09:05"), COLLEAGUE)
    with pytest.raises(no.NotYours):
        ticket.take(at("09:10"))
    with pytest.raises(no.OwnerChanged, match=r"zhang\.min now, not to wang\.fang"):
        ticket.take(at("09:10"), from_owner="wang.fang")
    assert ticket.take(at("09:10"), from_owner=COLLEAGUE).ticket.owner == AGENT


def test_H5_taking_over_a_ticket_that_was_given_back_meanwhile_is_noticed() -> None:
    with pytest.raises(no.OwnerChanged):
        story().take(at("09:10"), from_owner=COLLEAGUE)


def test_H5_nobody_takes_what_they_have_or_gives_back_what_nobody_has() -> None:
    with pytest.raises(no.AlreadyYours):
        story().take(at("09:05")).take(at("09:06"))
    with pytest.raises(no.NotOwned):
        story().release(at("09:05"))


# H1: verify, then classify.


def test_H1_classifying_records_type_level_and_urgency() -> None:
    ticket = story().classify(at("09:10"), level=3, type="billing_doubt", urgent=True).ticket
    assert (ticket.verified, ticket.type, ticket.level, ticket.urgent) == (True, "billing_doubt", 3, True)


def test_H1_an_issue_is_verified_before_it_is_classified() -> None:
    with pytest.raises(no.NotVerified) as refused:
        story().classify(at("09:10"), verified=False)
    assert refused.value.rule == "H1"


def test_H1_type_and_level_are_words_of_the_policy() -> None:
    with pytest.raises(UnknownWord, match="weather"):
        story().classify(at("09:10"), type="weather")
    with pytest.raises(UnknownWord, match="5"):
        story().classify(at("09:10"), level=5)


def test_H1_nothing_is_resolved_without_being_classified() -> None:
    with pytest.raises(no.NotClassified) as refused:
        story().reply(at("09:10")).resolve(at("10:00"))
    assert refused.value.rule == "H1"


def test_L4_a_major_issue_needs_an_explicit_deadline() -> None:
    with pytest.raises(no.DeadlineRequired, match="Level 4") as refused:
        story().classify(at("09:10"), level=4)
    assert refused.value.rule == "L4"
    assert story().classify(at("09:10"), level=4, deadline=at("03-05 12:00")).ticket.deadline == at(
        "03-05 12:00"
    )


@pytest.mark.parametrize("deadline", ["09:09", "09:10"])
def test_L4_a_deadline_lies_in_the_future(deadline: str) -> None:
    with pytest.raises(no.InThePast):
        story().classify(at("09:10"), level=4, deadline=at(deadline))


# H2 and H3: replies.


def test_H2_a_reply_answers_the_customer() -> None:
    ticket = story().reply(at("09:10")).ticket
    assert (ticket.answered, ticket.awaiting_since, ticket.messages[-1].kind) == (
        at("09:10"),
        None,
        MessageKind.REPLY,
    )


def test_repeated_customer_messages_do_not_move_the_waiting() -> None:
    assert story().customer(at("09:10")).customer(at("09:20")).ticket.awaiting_since == at("09:00")
    asked = story().reply(at("09:10")).customer(at("09:20")).customer(at("09:30"))
    assert asked.ticket.awaiting_since == at("09:20")


def test_H2_only_the_first_reply_is_the_first_response() -> None:
    assert story().reply(at("09:10")).customer(at("09:20")).reply(at("09:30")).ticket.answered == at("09:10")


def test_H2_the_result_is_told_before_a_ticket_is_resolved() -> None:
    with pytest.raises(no.NotAnswered) as refused:
        story().classify(at("09:10")).resolve(at("10:00"))
    assert refused.value.rule == "H2"


def test_H2_satisfaction_is_recorded_with_the_result() -> None:
    resolution = resolved().ticket.resolution
    assert resolution is not None
    assert (resolution.result, resolution.satisfaction, resolution.by) == (
        "sent again",
        Satisfaction.SATISFIED,
        AGENT,
    )


def test_a_question_to_the_customer_waits_for_the_answer() -> None:
    ticket = story().asks(at("09:10")).ticket
    assert ticket.status is Status.WAITING
    assert ticket.spans == (Span(Status.OPEN, at("09:00")), Span(Status.WAITING, at("09:10")))
    again = story().asks(at("09:10")).asks(at("09:20")).ticket
    assert len(again.spans) == 2


def test_H3_an_unsolved_reply_needs_reason_deadline_and_follow_up() -> None:
    for reason, follow_up, missing in (
        ("", "daily mail", "reason"),
        ("carrier", " ", "follow_up"),
        ("", "", "reason, follow_up"),
    ):
        with pytest.raises(no.PromiseRequired) as refused:
            story().reply(at("09:10"), do.Unsolved(reason, at("12:00"), follow_up))
        assert refused.value.rule == "H3"
        assert refused.value.details["missing"] == missing
    for late in ("09:00", "09:10"):
        with pytest.raises(no.InThePast):
            story().unsolved(at("09:10"), at(late))


def test_H3_an_unsolved_reply_promises_a_report() -> None:
    ticket = story().unsolved(at("09:10"), at("12:00")).ticket
    assert ticket.steps == (Step(PROMISE, at("09:10"), "H3", due=at("12:00"), note="by e-mail every day"),)
    assert ticket.status is Status.OPEN


def test_H3_the_report_ends_the_promise_and_may_make_a_new_one() -> None:
    told = story().unsolved(at("09:10"), at("12:00")).reply(at("11:00")).ticket
    assert [step.ended for step in told.steps] == [at("11:00")]
    again = story().unsolved(at("09:10"), at("12:00")).unsolved(at("11:00"), at("14:00")).ticket
    assert [(step.due, step.ended) for step in again.steps] == [
        (at("12:00"), at("11:00")),
        (at("14:00"), None),
    ]


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_nothing_empty_is_sent_or_noted(text: str) -> None:
    with pytest.raises(no.Empty, match="reply"):
        story().reply(at("09:10"), text=text)
    with pytest.raises(no.Empty, match="note"):
        story().note(at("09:10"), text=text)
    with pytest.raises(no.Empty, match="reason"):
        resolved().reopen(at("11:00"), reason=text)


# H4: the summary.


@pytest.mark.parametrize("summary", ["", "  "])
def test_H4_resolving_needs_a_summary(summary: str) -> None:
    with pytest.raises(no.SummaryRequired, match="summary") as refused:
        handled().resolve(at("10:00"), summary=summary)
    assert refused.value.rule == "H4"


@pytest.mark.parametrize("type", ["after_sales_fault", "safety_incident"])
def test_H4_a_fault_needs_root_cause_and_improvement(type: str) -> None:
    ticket = story().classify(at("09:10"), type=type).reply(at("09:20"))
    with pytest.raises(no.SummaryRequired) as refused:
        ticket.resolve(at("10:00"))
    assert refused.value.details["missing"] == "root_cause, improvement"
    with pytest.raises(no.SummaryRequired, match=r"Missing: improvement\."):
        ticket.resolve(at("10:00"), root_cause="a loose plug")
    ticket.resolve(at("10:00"), root_cause="a loose plug", improvement="glue it")
    assert ticket.ticket.resolution is not None


def test_H4_resolving_archives_the_case_and_ends_its_steps() -> None:
    ticket = handled().unsolved(at("09:30"), at("12:00")).customer(at("09:40")).resolve(at("10:00")).ticket
    assert (ticket.status, ticket.awaiting_since) == (Status.RESOLVED, None)
    assert all(step.ended == at("10:00") for step in ticket.steps)


Attempt = Callable[[Story], Story]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda s: s.take(at("11:00")),
        lambda s: s.release(at("11:00")),
        lambda s: s.classify(at("11:00")),
        lambda s: s.reply(at("11:00")),
        lambda s: s.wait(at("11:00")),
        lambda s: s.snooze(at("11:00"), at("12:00")),
        lambda s: s.resume(at("11:00")),
        lambda s: s.resolve(at("11:00")),
        lambda s: s.perform(action(do.Merge, at("11:00"), into=2)),
    ],
)
def test_a_resolved_ticket_is_reopened_first(attempt: Attempt) -> None:
    with pytest.raises(no.NotOpen, match="resolved"):
        attempt(resolved())


def test_a_resolved_ticket_still_takes_notes_tags_links_and_facts() -> None:
    case = resolved().note(at("11:00"), COLLEAGUE)
    case.perform(action(do.Tag, at("11:01"), by=COLLEAGUE, add=("vip",)))
    case.perform(action(do.Link, at("11:02"), other=9))
    case.perform(action(do.Unlink, at("11:03"), other=9))
    case.perform(action(do.EditCustomer, at("11:04"), facts=do.CustomerFacts(name="Emma C.")))
    assert case.ticket.status is Status.RESOLVED
    assert case.ticket.resolution is not None


def test_reopening_takes_the_resolution_back() -> None:
    case = resolved().reopen(at("11:00")).ticket
    assert (case.status, case.resolution, case.awaiting_since) == (Status.OPEN, None, None)
    with pytest.raises(no.NotResolved, match="open"):
        handled().reopen(at("11:00"))


def test_a_customer_who_writes_again_reopens_the_case() -> None:
    case = resolved().customer(at("12:00")).ticket
    assert (case.status, case.resolution, case.awaiting_since) == (Status.OPEN, None, at("12:00"))


@pytest.mark.parametrize(
    "kind", [MessageKind.AUTOMATIC, MessageKind.BOUNCE, MessageKind.REPLY, MessageKind.NOTE]
)
def test_nobody_else_reopens_a_case(kind: MessageKind) -> None:
    case = resolved().receive(at("12:00"), kind).ticket
    assert case.status is Status.RESOLVED
    assert case.messages[-1].kind is kind


# Waiting and snoozing.


@pytest.mark.parametrize(
    "pausing", [lambda s: s.wait(at("09:30")), lambda s: s.snooze(at("09:30"), at("18:00"))]
)
def test_a_customer_wakes_a_waiting_or_snoozed_ticket(pausing: Attempt) -> None:
    ticket = pausing(handled()).customer(at("10:00")).ticket
    assert ticket.status is Status.OPEN
    assert ticket.spans[-1] == Span(Status.OPEN, at("10:00"))


@pytest.mark.parametrize(
    "pausing", [lambda s: s.wait(at("09:30")), lambda s: s.snooze(at("09:30"), at("18:00"))]
)
def test_an_out_of_office_mail_wakes_nothing_and_a_bounce_does(pausing: Attempt) -> None:
    quiet = pausing(handled()).receive(at("10:00"), MessageKind.AUTOMATIC).ticket
    assert quiet.status is not Status.OPEN
    bounced = pausing(handled()).receive(at("10:00"), MessageKind.BOUNCE).ticket
    assert (bounced.status, bounced.tags) == (Status.OPEN, ("bounce",))


@pytest.mark.parametrize("until", ["09:29", "09:30"])
def test_a_snooze_ends_in_the_future(until: str) -> None:
    with pytest.raises(no.InThePast):
        handled().snooze(at("09:30"), at(until))


def test_what_changes_nothing_is_refused() -> None:
    with pytest.raises(no.NothingChanges):
        handled().wait(at("09:30")).wait(at("09:40"))
    with pytest.raises(no.NothingChanges):
        handled().resume(at("09:30"))
    with pytest.raises(no.NothingChanges):
        handled().perform(action(do.Tag, at("09:30"), remove=("vip",)))
    with pytest.raises(no.NothingChanges):
        handled().perform(action(do.EditCustomer, at("09:30"), facts=do.CustomerFacts(name=CUSTOMER.name)))


def test_time_never_runs_backwards_in_the_history() -> None:
    ticket = handled().wait(at("12:00")).customer(at("11:00")).ticket
    assert ticket.spans[-1] == Span(Status.OPEN, at("12:00"))
    assert ticket.changed == at("12:00")


# Tags, links, customers.


def test_tags_are_sorted_and_unique() -> None:
    ticket = handled().perform(action(do.Tag, at("09:30"), add=(" vip ", "asia", "vip", "")))
    assert ticket.ticket.tags == ("asia", "vip")
    ticket.perform(action(do.Tag, at("09:31"), add=("new",), remove=("vip",)))
    assert ticket.ticket.tags == ("asia", "new")


def test_a_link_shows_on_both_tickets() -> None:
    tie = action(do.Link, at("09:30"), 1, other=2, relation=Relation.DUPLICATE)
    assert do.tickets_of(tie) == (1, 2)
    one, other = apply(handled().ticket, tie), apply(Story(opening(at("09:00"), ticket=2)).ticket, tie)
    assert one.links == (Link(2, Relation.DUPLICATE),)
    assert other.links == (Link(1, Relation.DUPLICATE),)
    with pytest.raises(no.NothingChanges):
        apply(one, tie)
    changed = apply(one, action(do.Link, at("09:40"), 1, other=2, relation=Relation.GROUP))
    assert changed.links == (Link(2, Relation.GROUP),)
    untie = action(do.Unlink, at("09:50"), 2, other=1)
    assert apply(one, untie).links == apply(other, untie).links == ()
    with pytest.raises(no.NothingChanges):
        apply(apply(one, untie), untie)


@pytest.mark.parametrize(
    "act",
    [
        action(do.Link, at("09:30"), 1, other=1),
        action(do.Unlink, at("09:30"), 1, other=1),
        action(do.Merge, at("09:30"), 1, into=1),
    ],
)
def test_a_ticket_is_not_tied_to_itself(act: do.Action) -> None:
    with pytest.raises(no.SameTicket):
        apply(handled().ticket, act)


def test_the_customers_facts_are_corrected_and_forgotten() -> None:
    ticket = handled()
    facts = do.CustomerFacts(market="JP", language="ja", emails=("e@example.com",))
    ticket.perform(action(do.EditCustomer, at("09:30"), facts=facts))
    assert ticket.ticket.customer == replace(CUSTOMER, market="JP", language="ja", emails=("e@example.com",))
    ticket.perform(action(do.EditCustomer, at("09:31"), facts=do.CustomerFacts(market=None)))
    assert ticket.ticket.customer.market is None
    assert ticket.ticket.customer.language == "ja"


def test_a_fact_that_an_agent_states_is_no_guess_any_more() -> None:
    guessed = replace(CUSTOMER, market="DE", language="de", guesses=("market phone:+49", "language text:de"))
    ticket = Story(opening(at("09:00"), customer=guessed))
    ticket.perform(action(do.EditCustomer, at("09:30"), facts=do.CustomerFacts(market="DE")))
    assert ticket.ticket.customer.guesses == ("language text:de",)


# Merging.


def two(customer: Customer = EMMA_ELSEWHERE) -> tuple[Story, Story]:
    """A ticket of 8:00 that ends, and one of 9:00 that goes on."""
    return Story(opening(at("08:00"), ticket=2, customer=customer)), story()


def test_a_merge_moves_the_conversation() -> None:
    source, target = two()
    source.perform(action(do.Tag, at("08:10"), 2, add=("vip",)))
    source.perform(action(do.Link, at("08:20"), 2, other=7))
    source.perform(action(do.Link, at("08:20"), 2, other=1))
    target.reply(at("09:10"))
    before = source.ticket
    merge = action(do.Merge, at("10:00"), 2, into=1)
    assert do.tickets_of(merge) == (2, 1)
    source.perform(merge)
    target.perform(merge, before)
    ended, merged = source.ticket, target.ticket
    assert (ended.status, ended.merged_into, ended.awaiting_since) == (Status.MERGED, 1, None)
    assert (merged.created, merged.awaiting_since, merged.tags) == (at("08:00"), at("08:00"), ("vip",))
    assert [message.at for message in merged.messages] == [at("08:00"), at("09:00"), at("09:10")]
    assert [link.other for link in merged.links] == [7]


def test_a_merge_keeps_what_is_urgent_urgent() -> None:
    source, target = two()
    source.classify(at("08:10"), urgent=True)
    target.perform(action(do.Merge, at("10:00"), 2, into=1), source.ticket)
    assert target.ticket.urgent


def test_T5_tickets_of_different_customers_are_not_merged() -> None:
    source, target = two(SOMEBODY_ELSE)
    with pytest.raises(no.OtherCustomer, match="Emma Clarke and Ana Souza") as refused:
        target.perform(action(do.Merge, at("10:00"), 2, into=1), source.ticket)
    assert refused.value.rule == "T5"


def test_a_merge_needs_the_ticket_that_ends() -> None:
    with pytest.raises(ValueError, match="merge"):
        apply(story().ticket, action(do.Merge, at("10:00"), 2, into=1))


def test_nothing_more_happens_to_a_merged_ticket() -> None:
    for act in (
        action(do.Note, at("11:00"), text="x"),
        action(do.Receive, at("11:00"), content=do.Content(text="x")),
        action(do.Reopen, at("11:00"), reason="x"),
        action(do.Take, at("11:00")),
    ):
        with pytest.raises(no.Merged, match="into 2"):
            apply(merged().ticket, act)


# The next step.


def test_the_chain_of_H5_step_by_step() -> None:
    ticket = story()
    assert step_of(ticket) == ("classify", "classify", "H1")
    assert step_of(ticket.classify(at("09:10"))) == ("reply", "reply", "H2")
    assert step_of(ticket.asks(at("09:20"))) == ("wait", "", "")
    assert step_of(ticket.customer(at("09:30"))) == ("reply", "reply", "H2")
    assert step_of(ticket.unsolved(at("09:40"), at("12:00"))) == ("progress", "reply", "H3")
    assert step_of(ticket.reply(at("11:00"))) == ("resolve", "resolve", "H4")
    assert step_of(ticket.resolve(at("11:10"))) == ("done", "", "")
    assert step_of(ticket.reopen(at("11:20"))) == ("resolve", "resolve", "H4")


def test_a_merged_ticket_has_no_next_step() -> None:
    assert step_of(merged()) == ("done", "", "")


def test_the_step_of_every_name_is_its_own() -> None:
    assert {step.id for step in STEPS.values()} == set(STEPS)


# Refusals as sentences.


def test_every_refusal_has_a_code_of_its_own_and_a_sentence() -> None:
    refusals = [kind for kind in vars(no).values() if isinstance(kind, type) and issubclass(kind, no.Refusal)]
    refusals.append(UnknownWord)
    codes = [kind.code for kind in refusals]
    assert len(set(codes)) == len(codes)
    assert all(kind.text.endswith(".") for kind in refusals)


def test_a_refusal_tells_its_details() -> None:
    refusal = no.NotYours(owner=COLLEAGUE)
    assert str(refusal) == "zhang.min has this ticket. Take it over first, or leave a note."
    assert refusal.details == {"owner": COLLEAGUE}


def test_a_refused_action_changes_nothing() -> None:
    ticket = handled()
    before = ticket.ticket
    with pytest.raises(no.Refusal):
        ticket.resume(at("10:00"))
    assert ticket.ticket is before


def test_policy_is_not_asked_again_when_the_journal_is_replayed() -> None:
    """What was once done under an older policy can still be applied."""
    bare = action(do.Resolve, at("10:00"), result="", satisfaction=Satisfaction.ASKED, summary="")
    assert apply(story().ticket, bare).status is Status.RESOLVED


def test_every_kind_of_action_has_a_name() -> None:
    assert do.kind_of(opening(at("09:00"))) == "open"
    assert do.kind_of(action(do.EditCustomer, at("09:00"), facts=do.CustomerFacts())) == "edit_customer"


def test_changed_is_the_newest_action() -> None:
    ticket = handled().note(at("12:00")).note(at("11:00")).ticket
    assert ticket.changed == at("12:00")


def test_a_ticket_without_history_can_be_worked_on() -> None:
    bare = Ticket(1, "x", "email", CUSTOMER, at("09:00"))
    waiting = apply(bare, action(do.Wait, at("10:00")))
    assert waiting.spans == (Span(Status.WAITING, at("10:00")),)


def test_a_snooze_may_last_long() -> None:
    far = datetime(2999, 1, 1, tzinfo=UTC)
    ticket = handled().snooze(at("10:00"), far)
    assert ticket.ticket.spans[-1].until == far
    assert ticket.due is None
