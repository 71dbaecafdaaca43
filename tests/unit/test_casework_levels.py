"""Levels and handling beside complaints (POLICY L1–L4, H1–H6): the assessment, handing up, promises, the record."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.apply import guard
from agent_tui.domain.assessment import ordinary, propose
from agent_tui.domain.casework import Stage
from agent_tui.domain.casework_rules import Casework
from agent_tui.domain.changes import text_of
from agent_tui.domain.clocks import TimerState
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.ticket import MessageKind, Satisfaction, Status
from agent_tui.domain.timers import timers
from tests.factories import (
    AGENT,
    COLLEAGUE,
    HOUR,
    LEAD,
    MIN,
    SUPERVISOR,
    Story,
    action,
    at,
    complaint_at,
    opening,
    shipped,
)

RULES = shipped().casework
ORDINARY = {
    "severity": "minor",
    "safety": "no",
    "complexity": "simple",
    "impact": "one",
    "action": "now",
    "helpers": "nobody",
}


def proposed(**answers: str) -> tuple[int, list[str], bool]:
    """The level that follows when these answers are not the ordinary ones, with the rules that lead to it."""
    proposal = propose({**ORDINARY, **answers}, RULES)
    assert proposal is not None
    return proposal.level, [rule.id for rule in proposal.because], proposal.forced


# L1–L4: the assessment.


def test_L1_an_issue_with_nothing_out_of_the_ordinary_is_level_1() -> None:
    assert ordinary(RULES) == ORDINARY
    assert proposed() == (1, ["simple"], False)


@pytest.mark.parametrize(
    ("question", "answer", "because"),
    [
        ("severity", "serious", "serious"),
        ("complexity", "several", "several_causes"),
        ("action", "later", "later"),
        ("helpers", "colleagues", "colleagues"),
    ],
)
def test_L2_whatever_is_not_solved_on_the_spot_or_alone_is_level_2(
    question: str, answer: str, because: str
) -> None:
    assert proposed(**{question: answer}) == (2, [because], False)


@pytest.mark.parametrize(
    ("question", "answer", "because"),
    [
        ("severity", "severe", "severe"),
        ("complexity", "complex", "complex"),
        ("impact", "several", "several_customers"),
        ("helpers", "supervisor", "supervisor"),
    ],
)
def test_L3_complexity_and_scope_make_it_level_3(question: str, answer: str, because: str) -> None:
    assert proposed(**{question: answer}) == (3, [because], False)


@pytest.mark.parametrize(
    ("question", "answer", "because"), [("impact", "many", "many"), ("helpers", "task_force", "task_force")]
)
def test_L4_many_customers_or_a_task_force_make_it_level_4(question: str, answer: str, because: str) -> None:
    assert proposed(**{question: answer}) == (4, [because], False)


def test_L4_safety_forces_level_4_before_any_other_answer() -> None:
    proposal = propose({"safety": "yes"}, RULES)
    assert proposal is not None
    assert (proposal.level, proposal.forced, [rule.rule for rule in proposal.because]) == (4, True, ["L4"])
    assert proposed(safety="yes", impact="many") == (4, ["safety"], True)


def test_L1_to_L4_the_highest_rule_counts_and_every_reason_of_it_is_told() -> None:
    assert proposed(severity="serious", action="later", complexity="complex") == (3, ["complex"], False)
    assert proposed(severity="severe", complexity="complex")[1] == ["severe", "complex"]
    reasons = propose({**ORDINARY, "impact": "many"}, RULES)
    assert reasons is not None
    assert reasons.because[0].because == {"en": "many customers are affected", "zh_CN": "影响多名客户"}


@pytest.mark.parametrize("question", ORDINARY)
def test_L1_to_L4_nothing_is_proposed_while_a_question_is_open(question: str) -> None:
    answers = {key: answer for key, answer in ORDINARY.items() if key != question}
    assert propose(answers, RULES) is None


def test_L1_to_L4_a_company_that_asks_nothing_gets_no_proposal() -> None:
    assert propose({}, replace(RULES, questions={})) is None
    assert propose({}, Casework()) is None


def test_L1_to_L4_answers_are_words_of_the_policy() -> None:
    with pytest.raises(ValueError, match="safety has no answer 'maybe'"):
        propose({"safety": "maybe"}, RULES)
    with pytest.raises(KeyError):
        propose({"mood": "bad"}, RULES)
    with pytest.raises(UnknownWord, match="mood"):
        Story().classify(at("09:05"), answers={"mood": "bad"})
    with pytest.raises(UnknownWord, match="maybe") as refused:
        Story().classify(at("09:05"), answers={"safety": "maybe"})
    assert refused.value.details["known"] == "no, yes"


def test_L1_to_L4_another_level_than_the_proposed_one_needs_a_reason() -> None:
    for level in (2, 3):
        with pytest.raises(no.ReasonRequired) as refused:
            Story().classify(at("09:05"), level, answers=ORDINARY, reason=" ")
        assert refused.value.rule == "L1–L4"
        assert refused.value.details == {"proposed": 1, "level": level}
    assert Story().classify(at("09:05"), 3, answers=ORDINARY, reason="known troublemaker").ticket.level == 3
    assert Story().classify(at("09:05"), 1, answers=ORDINARY).ticket.level == 1


def test_L1_to_L4_the_classification_keeps_answers_and_reason() -> None:
    story = Story().classify(at("09:05"), 2, answers=ORDINARY, reason="the customer insists")
    classified = story.actions[-1]
    assert isinstance(classified, do.Classify)
    assert (classified.answers, classified.reason) == (ORDINARY, "the customer insists")


def test_L4_no_reason_makes_a_danger_less_than_level_4() -> None:
    for answers in ({"safety": "yes"}, {**ORDINARY, "safety": "yes"}):
        with pytest.raises(no.LevelForced) as refused:
            Story().classify(at("09:05"), 3, answers=answers, reason="it smokes only a little")
        assert (refused.value.rule, refused.value.details["level"]) == ("L4", 4)
        story = Story().classify(at("09:05"), 4, answers=answers, deadline=at("12:00"))
        assert story.ticket.level == 4


def test_L1_to_L4_a_level_can_be_chosen_without_the_questions() -> None:
    assert Story().classify(at("09:05"), 3).ticket.level == 3
    assert Story().classify(at("09:05"), 3, answers={"impact": "one"}).ticket.level == 3


# L1–L4: who leads, and until when.


def test_L1_to_L4_leaders_and_limits_come_from_the_pack() -> None:
    levels = shipped().levels
    assert {level: (rule.rule, rule.leader, str(rule.limit)) for level, rule in levels.items()} == {
        1: ("L1", "agent", "on_the_spot"),
        2: ("L2", "agent", "1 day, 0:00:00"),
        3: ("L3", "supervisor", "3 days, 0:00:00"),
        4: ("L4", "lead", "deadline"),
    }
    assert levels[4].progress == 24 * HOUR


def test_L1_and_L2_the_agent_leads() -> None:
    for level in (1, 2):
        assert Story().classify(at("09:05"), level).next == ("reply", "reply", "H2", "agent")


@pytest.mark.parametrize(("level", "leader"), [(3, "supervisor"), (4, "lead")])
def test_L3_and_L4_the_ticket_is_handed_up_with_a_brief(level: int, leader: str) -> None:
    story = Story().classify(at("09:05"), level, deadline=at("03-05 09:00") if level == 4 else None)
    assert story.next == ("escalate", "escalate", f"L{level}", "agent")
    story.escalate(at("09:10"), leader, "Ten parcels lost.")
    assert [(each.to, each.by) for each in story.ticket.escalations] == [(leader, AGENT)]
    assert story.ticket.messages[-1].preview == "Ten parcels lost."
    assert story.next[0] == "reply"
    assert story.reply(at("09:20")).next == ("resolve", "resolve", "H4", leader)


def test_L3_handing_up_needs_a_role_of_the_policy_and_a_brief() -> None:
    story = Story().classify(at("09:05"), 3)
    with pytest.raises(UnknownWord, match="boss") as unknown:
        story.escalate(at("09:10"), "boss")
    assert "supervisor" in str(unknown.value.details["known"])
    with pytest.raises(no.Empty, match="brief"):
        story.escalate(at("09:10"), text="")


def test_L3_whoever_has_it_resolves_it_handed_up_or_not() -> None:
    """The chain is proposed, not forced: a supervisor who has the ticket hands it up to nobody."""
    story = Story().take(at("09:01"), SUPERVISOR)
    for act in (
        action(
            do.Classify, at("09:05"), by=SUPERVISOR, verified=True, type="logistics", level=3, urgent=False
        ),
        action(do.Reply, at("09:10"), by=SUPERVISOR, text="Found."),
        action(
            do.Resolve,
            at("09:20"),
            by=SUPERVISOR,
            result="found",
            satisfaction=Satisfaction.SATISFIED,
            summary="found",
        ),
    ):
        assert isinstance(act, do.Classify | do.Reply | do.Resolve)
        story.perform(act)
    assert story.ticket.status is Status.RESOLVED


def test_L4_a_report_to_the_supervisor_is_not_one_to_the_team_lead() -> None:
    story = Story().classify(at("09:05"), 4, deadline=at("03-05 09:00")).escalate(at("09:10"), "supervisor")
    assert story.next[0] == "escalate"
    assert story.escalate(at("09:20"), "lead").next[0] == "reply"


def test_L1_to_L4_changing_the_level_restarts_nothing() -> None:
    story = Story().classify(at("09:05"), 2)
    assert story.resolution.due == at("03-03 09:00")
    story.classify(at("15:00"), 3)
    assert (story.resolution.start, story.resolution.due) == (at("09:00"), at("03-05 09:00"))
    story.classify(at("03-04 15:00"), 2)
    assert (story.resolution.start, story.resolution.due) == (at("09:00"), at("03-03 09:00"))
    assert story.resolution.state(at("03-04 15:00")) is TimerState.BREACHED


def test_L1_to_L4_changing_the_level_of_a_complaint_moves_none_of_its_clocks() -> None:
    story = complaint_at(Stage.VERIFY)
    before = [timer for timer in timers(story.ticket, shipped()) if timer.name != "resolution"]
    story.classify(at("09:45"), 3, type="billing_doubt", urgent=True)
    assert [timer for timer in timers(story.ticket, shipped()) if timer.name != "resolution"] == before


# H1–H4.


def test_H1_the_ticket_is_verified_and_classified_before_it_is_answered() -> None:
    assert Story().next == ("classify", "classify", "H1", "agent")


def test_H1_a_classification_names_the_product() -> None:
    story = Story().classify(at("09:05"), product="Kettle K2").classify(at("09:06"), 3)
    assert story.ticket.product == "Kettle K2"


def test_H2_the_way_of_an_ordinary_ticket() -> None:
    story = Story().classify(at("09:05"))
    steps = [story.next[0]]
    for act in (story.asks, story.customer, story.reply, story.resolve):
        act(at("10:00"))
        steps.append(story.next[0])
    assert steps == ["reply", "wait", "reply", "resolve", "done"]


def test_H3_a_promise_holds_the_next_progress_message_and_the_deadline() -> None:
    promise = do.Unsolved("at customs", at("03-04 18:00"), "by e-mail", update=at("03-03 12:00"))
    story = Story().classify(at("09:05")).reply(at("09:10"), promise)
    assert (story.clock("update").due, story.clock("promise").due) == (at("03-03 12:00"), at("03-04 18:00"))
    assert {story.clock(name).rule for name in ("update", "promise")} == {"H3"}
    assert story.due == at("03-03 09:00")  # the resolution's
    assert story.next == ("progress", "reply", "H3", "agent")


def test_H3_reporting_progress_ends_the_message_that_was_promised() -> None:
    promise = do.Unsolved("at customs", at("03-04 18:00"), "by e-mail", update=at("03-03 12:00"))
    again = do.Unsolved("still there", at("03-04 18:00"), "by e-mail", update=at("03-04 09:00"))
    story = Story().classify(at("09:05")).reply(at("09:10"), promise).reply(at("03-03 11:00"), again)
    assert [timer.ended for timer in story.named("update")] == [at("03-03 11:00"), None]
    story.reply(at("03-04 08:00"))
    assert all(timer.ended is not None for timer in (*story.named("update"), *story.named("promise")))


@pytest.mark.parametrize("update", ["09:09", "09:10"])
def test_H3_the_next_progress_message_lies_in_the_future(update: str) -> None:
    with pytest.raises(no.InThePast):
        Story().reply(at("09:10"), do.Unsolved("customs", at("12:00"), "by e-mail", update=at(update)))


def test_H3_resolving_ends_every_promise() -> None:
    promise = do.Unsolved("at customs", at("03-04 18:00"), "by e-mail", update=at("03-03 12:00"))
    story = Story().classify(at("09:05")).reply(at("09:10"), promise).resolve(at("11:00"))
    assert {story.clock(name).ended for name in ("update", "promise")} == {at("11:00")}


def test_L4_the_customer_hears_of_progress_in_the_rhythm_of_the_level() -> None:
    story = Story().classify(at("09:05"), 4, deadline=at("03-06 09:00"))
    assert story.named("progress") == []  # the first response has its own clock
    story.reply(at("10:00"))
    assert (story.clock("progress").due, story.clock("progress").rule) == (at("03-03 10:00"), "L4")
    story.reply(at("03-03 09:00"))
    assert story.clock("progress").due == at("03-04 09:00")


def test_L4_putting_the_ticket_aside_stops_no_progress_message() -> None:
    story = Story().classify(at("09:05"), 4, deadline=at("03-06 09:00")).reply(at("10:00"))
    story.snooze(at("11:00"), at("03-05 09:00"))
    assert story.clock("progress").due == at("03-03 10:00")


def test_L4_a_customer_who_owes_an_answer_awaits_no_progress() -> None:
    story = Story().classify(at("09:05"), 4, deadline=at("03-06 09:00")).asks(at("10:00"))
    assert story.named("progress") == []
    assert story.customer(at("11:00")).clock("progress").due == at("03-03 10:00")


def test_L1_to_L3_have_no_rhythm_unless_a_company_gives_them_one() -> None:
    story = Story().classify(at("09:05"), 3).reply(at("10:00"))
    assert story.named("progress") == []
    levels = {**shipped().levels, 3: replace(shipped().levels[3], progress=8 * HOUR)}
    story.policy = replace(shipped(), levels=levels)
    assert story.clock("progress").due == at("18:00")


def test_L4_a_resolved_ticket_owes_no_progress() -> None:
    story = Story().classify(at("09:05"), 4, deadline=at("03-06 09:00")).reply(at("10:00"))
    assert story.resolve(at("11:00")).named("progress") == []


def test_H4_a_solved_case_holds_result_cause_and_improvement() -> None:
    resolution = complaint_at(Stage.REVISIT).ticket.resolution
    assert resolution is not None
    assert (resolution.result, resolution.summary, resolution.root_cause, resolution.improvement) == (
        "sent again",
        "Parcel sent again.",
        "wrong label",
        "print it bigger",
    )


@pytest.mark.parametrize("recommend", [-1, 11])
def test_H2_a_recommendation_goes_from_0_to_10(recommend: int) -> None:
    story = Story().classify(at("09:05")).reply(at("09:10"))
    with pytest.raises(no.OutOfRange):
        story.perform(
            action(
                do.Resolve,
                at("09:20"),
                result="sent",
                satisfaction=Satisfaction.SATISFIED,
                summary="sent",
                recommend=recommend,
            )
        )


# H5 and H6: owners, and a complete record.


@pytest.mark.parametrize("kind", [do.Complain, do.Record, do.Report, do.Accept, do.CarryOut, do.Escalate])
def test_H5_only_the_owner_does_the_agents_part(kind: type[do.Base]) -> None:
    stage = {do.Record: Stage.RECORD, do.Report: Stage.REPORT, do.Accept: Stage.ACCEPT}.get(
        kind, Stage.CARRY_OUT
    )
    ticket = Story().take(at("09:01")).ticket if kind is do.Complain else complaint_at(stage).ticket
    guard(ticket, kind, AGENT)
    with pytest.raises(no.NotYours, match=AGENT):
        guard(ticket, kind, COLLEAGUE)


def test_H5_departments_supervisors_and_leads_do_their_part_on_a_ticket_of_the_agents() -> None:
    story = complaint_at(Stage.VERIFY, complex=True).dispatch(at("09:45"))
    story.advise(at("09:46"), by="eng.ma").verify(at("09:50"), complex=True).plan(at("10:00"))
    assert story.ticket.owner == AGENT


def test_H6_every_step_leaves_who_when_and_what_in_the_conversation() -> None:
    story = complaint_at(Stage.CLOSED, complex=True)
    story = story.dispatch(at("03-04 11:00"), "compliance").advise(at("03-04 12:00"), "compliance")
    notes = [
        (message.at, message.author) for message in story.ticket.messages if message.kind is MessageKind.NOTE
    ]
    assert notes == [
        (at("09:30"), AGENT),
        (at("09:40"), AGENT),
        (at("09:50"), SUPERVISOR),
        (at("10:00"), LEAD),
        (at("10:30"), AGENT),
        (at("03-04 10:00"), AGENT),
        (at("03-04 11:00"), AGENT),
        (at("03-04 12:00"), COLLEAGUE),
    ]
    assert {act.id for act in story.actions} >= {message.id for message in story.ticket.messages}


def test_H6_the_text_of_every_message_is_that_of_the_action_that_brought_it() -> None:
    story = complaint_at(Stage.CLOSED, complex=True)
    texts = {act.id: text_of(act) for act in story.actions}
    assert all(texts[message.id] for message in story.ticket.messages)
    verified = next(act for act in story.actions if isinstance(act, do.Verify))
    assert texts[verified.id] == "The carrier lost it.\n\nWe send a new one."
    assert text_of(action(do.Take, at("09:00"))) is None


def test_H6_a_step_without_words_brings_no_empty_message() -> None:
    story = complaint_at(Stage.ACCEPT)
    count = len(story.ticket.messages)
    assert len(story.accept(at("10:20")).ticket.messages) == count


def test_H6_internal_steps_answer_no_customer_and_start_no_clock() -> None:
    story = complaint_at(Stage.RECORD).customer(at("09:25"))
    story.record(at("09:30")).report(at("09:40")).verify(at("09:50")).dispatch(at("09:55")).advise(
        at("09:56")
    )
    assert story.ticket.awaiting_since == at("09:25")
    assert story.next_response.ended is None


def test_H6_the_ticket_keeps_when_it_was_changed() -> None:
    assert complaint_at(Stage.CLOSED).ticket.changed == at("03-04 10:10")
    story = Story(opening(at("09:00"))).note(at("10:00")).note(at("09:30"))
    assert story.ticket.changed == at("09:00") + 60 * MIN
