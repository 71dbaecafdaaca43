"""The way of a complaint (POLICY C1–C10): each step, its owner, what it demands, and every way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.apply import apply, guard
from agent_tui.domain.casework import Complaint, Passage, RevisitResult, Stage
from agent_tui.domain.complaints import MOVES, must_alert
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.ticket import Customer, MessageKind, Relation, Satisfaction, Status
from agent_tui.domain.undo import inverse
from agent_tui.domain.views import VIEWS, Condition, Is, row
from agent_tui.packs import compliance
from tests.factories import (
    AGENT,
    COLLEAGUE,
    CUSTOMER,
    LEAD,
    SUPERVISOR,
    Story,
    action,
    at,
    complaint_at,
    opening,
    shipped,
)

LATER = at("03-09 09:00")
JAPANESE = Customer(name="Sato", emails=("sato@example.jp",), market="JP", language="ja")
GERMAN = Customer(name="Anna Weber", emails=("a@example.de",), market="DE", language="de")
SORRY_IN_JAPANESE = "誠に申し訳ございません。新しいものをお送りします。"

Attempt = Callable[[Story], Story]


def taken(customer: Customer = CUSTOMER, channel: str = "email") -> Story:
    return Story(opening(at("09:00"), channel, customer=customer)).complain(at("09:10"))


def stages(story: Story) -> list[str]:
    """The stages that were left, and the present one."""
    return [*(passage.stage.value for passage in story.complaint.passages), story.complaint.stage.value]


# The whole way.


def test_C1_to_C8_a_simple_complaint_goes_from_apology_to_close() -> None:
    story = complaint_at(Stage.CLOSED)
    assert stages(story) == [
        "apologise",
        "record",
        "report",
        "verify",
        "tell",
        "accept",
        "carry_out",
        "resolve",
        "revisit",
        "close",
        "closed",
    ]
    assert (story.ticket.status, story.next) == (Status.RESOLVED, ("done", "", "", "agent"))


def test_C1_to_C8_the_next_step_names_action_rule_and_role() -> None:
    assert {stage.value: complaint_at(stage, complex=True).next for stage in Stage} == {
        "apologise": ("apologise", "reply", "C1", "agent"),
        "record": ("record", "record", "C2", "agent"),
        "report": ("report", "report", "C3", "agent"),
        "verify": ("verify", "verify", "C4", "supervisor"),
        "plan": ("plan", "plan", "C5", "lead"),
        "tell": ("tell", "reply", "C6", "agent"),
        "accept": ("accept", "accept", "C6", "agent"),
        "carry_out": ("carry_out", "carry_out", "C7", "agent"),
        "resolve": ("resolve", "resolve", "C7", "agent"),
        "revisit": ("revisit", "revisit", "C8", "agent"),
        "close": ("close", "close", "C8", "agent"),
        "closed": ("done", "", "", "agent"),
    }


def test_C1_to_C8_limits_owners_and_calendars_come_from_the_pack() -> None:
    rules = shipped().casework.stages
    assert {key: (rule.rule, rule.owner, str(rule.limit), rule.days) for key, rule in rules.items()} == {
        "apologise": ("C1", "agent", "0:30:00", None),
        "record": ("C2", "agent", "1:00:00", None),
        "report": ("C3", "agent", "1:00:00", None),
        "verify": ("C4", "supervisor", "1:00:00", None),
        "plan": ("C5", "lead", "1 day, 0:00:00", None),
        "tell": ("C6", "agent", "4:00:00", None),
        "accept": ("C6", "agent", "None", None),
        "carry_out": ("C7", "agent", "None", None),
        "resolve": ("C7", "agent", "None", None),
        "revisit": ("C8", "agent", "None", 3),
        "close": ("C8", "agent", "1 day, 0:00:00", None),
        "closed": ("C8", "agent", "None", None),
    }
    assert rules["revisit"].calendar == "home"


def test_C1_to_C8_a_company_may_give_a_stage_to_another_role() -> None:
    stages_of_ours = {**shipped().casework.stages}
    stages_of_ours["verify"] = replace(stages_of_ours["verify"], owner="lead", rule="our 4.2")
    policy = replace(shipped(), casework=replace(shipped().casework, stages=stages_of_ours))
    assert complaint_at(Stage.VERIFY, policy=policy).next == ("verify", "verify", "our 4.2", "lead")


def test_every_passage_says_who_ended_it_when_and_in_which_role() -> None:
    passages = complaint_at(Stage.TELL, complex=True).complaint.passages
    assert passages == (
        Passage(Stage.APOLOGISE, at("09:10"), at("09:20"), AGENT),
        Passage(Stage.RECORD, at("09:20"), at("09:30"), AGENT),
        Passage(Stage.REPORT, at("09:30"), at("09:40"), AGENT),
        Passage(Stage.VERIFY, at("09:40"), at("09:50"), SUPERVISOR, "supervisor"),
        Passage(Stage.PLAN, at("09:50"), at("10:00"), LEAD, "lead"),
    )


def test_an_action_from_a_clock_that_goes_wrong_never_ends_a_stage_before_it_began() -> None:
    story = taken().apologise(at("09:05"))
    assert story.complaint.passages == (Passage(Stage.APOLOGISE, at("09:10"), at("09:10"), AGENT),)
    assert story.complaint.entered == at("09:10")


# Every step has its turn.

STEPS: dict[str, Attempt] = {
    "record": lambda s: s.record(LATER),
    "report": lambda s: s.report(LATER),
    "verify": lambda s: s.verify(LATER),
    "plan": lambda s: s.plan(LATER),
    "reply:proposes": lambda s: s.proposes(LATER),
    "accept": lambda s: s.accept(LATER),
    "carry_out": lambda s: s.carry_out(LATER),
    "resolve": lambda s: s.settle(LATER),
    "appoint": lambda s: s.appoint(LATER, at("03-10 09:00")),
    "revisit": lambda s: s.revisit(LATER),
    "close": lambda s: s.close(LATER),
}


@pytest.mark.parametrize("stage", Stage)
def test_C1_to_C8_no_step_is_skipped_and_none_is_done_twice(stage: Stage) -> None:
    possible = {move.event for move in MOVES if move.stage is stage}
    for event, attempt in STEPS.items():
        story = complaint_at(stage, complex=True)
        before = story.ticket
        if event in possible:
            attempt(story)
        else:
            with pytest.raises((no.NotThisStage, no.NotOpen, no.ApologiseFirst, no.NotAnswered)):
                attempt(story)
            assert story.ticket == before


@pytest.mark.parametrize("event", [event for event in STEPS if event != "resolve"])
def test_C2_what_is_no_complaint_has_none_of_these_steps(event: str) -> None:
    with pytest.raises(no.NoComplaint) as refused:
        STEPS[event](Story().classify(at("09:05")))
    assert refused.value.rule == "C2"


def test_a_step_out_of_turn_is_refused_with_the_one_whose_turn_it_is() -> None:
    with pytest.raises(no.NotThisStage, match="next step is “record”") as refused:
        complaint_at(Stage.RECORD).report(LATER)
    assert (refused.value.details["now"], refused.value.rule) == ("record", "C1–C8")


def test_a_face_learns_beforehand_which_steps_are_out_of_turn() -> None:
    ticket = complaint_at(Stage.RECORD).ticket
    guard(ticket, do.Record, AGENT)
    guard(ticket, do.Reply, AGENT)
    with pytest.raises(no.NotThisStage):
        guard(ticket, do.Report, AGENT)


def test_every_stage_but_the_last_has_a_way_on() -> None:
    assert {move.stage for move in MOVES} == set(Stage)
    assert {move.to for move in MOVES} | {Stage.APOLOGISE} == set(Stage)


# C1: apologise first.


def test_C1_taking_a_complaint_begins_it() -> None:
    story = taken()
    assert story.complaint == Complaint(taken=at("09:10"), received=at("09:00"), entered=at("09:10"))
    assert (story.ticket.owner, story.ticket.status) == (AGENT, Status.OPEN)


def test_C1_a_ticket_is_taken_as_a_complaint_once() -> None:
    with pytest.raises(no.NothingChanges):
        taken().complain(at("09:20"))
    with pytest.raises(no.NothingChanges):
        complaint_at(Stage.CARRY_OUT).complain(LATER)


def test_C1_a_resolved_ticket_is_reopened_before_it_is_taken_as_a_complaint() -> None:
    solved = Story().classify(at("09:05")).reply(at("09:10")).resolve(at("09:20"))
    with pytest.raises(no.NotOpen):
        solved.complain(at("09:30"))
    assert solved.reopen(at("09:30")).complain(at("09:31")).complaint.stage is Stage.APOLOGISE


@pytest.mark.parametrize(
    "aside", [lambda s: s.wait(at("09:06")), lambda s: s.snooze(at("09:06"), at("03-05 09:00"))]
)
def test_C1_a_complaint_is_no_longer_put_aside(aside: Attempt) -> None:
    story = aside(Story().reply(at("09:05"))).complain(at("09:10"))
    assert (story.ticket.status, story.ticket.spans[-1].start) == (Status.OPEN, at("09:10"))


def test_C1_the_customer_complained_when_the_oldest_unanswered_message_came() -> None:
    story = Story().reply(at("09:05")).customer(at("10:00")).customer(at("11:00")).complain(at("12:00"))
    assert story.complaint.received == at("10:00")


@pytest.mark.parametrize(
    "outcome",
    [
        do.Solves(),
        do.Asks(),
        do.Unsolved("carrier", at("12:00"), "daily"),
        do.Proposes(),
    ],
)
def test_C1_the_first_answer_apologises_whatever_else_it_does(outcome: do.Outcome) -> None:
    with pytest.raises(no.ApologiseFirst) as refused:
        taken().reply(at("09:20"), outcome, "We are sorry.")
    assert refused.value.rule == "C1"


def test_C1_an_apology_answers_the_customer_and_leads_to_recording() -> None:
    story = taken().apologise(at("09:20"))
    assert (story.ticket.answered, story.ticket.awaiting_since) == (at("09:20"), None)
    assert stages(story) == ["apologise", "record"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Please accept our apologies for the delay."),
        ("en-GB", "SORRY for that"),
        ("EN", "We regret it."),
        ("de", "Es tut uns leid."),
        ("de", "Wir entschuldigen uns."),
        ("de-AT", "Sorry!"),  # another language's word will do
        ("ja", SORRY_IN_JAPANESE),
        ("ja-JP", "お詫び申し上げます"),
        ("ko", "정말 죄송합니다"),
        ("zh-CN", "给您带来不便，非常抱歉。"),
        ("fr", "Nous sommes de\u0301sole\u0301s."),  # accents written as letters of their own
        ("ar", "ونعتذر لكم"),
        ("th", "ทางเราขออภัยในความไม่สะดวก"),
        ("vi", "Chúng tôi thành thật xin lỗi."),
        ("es", "Le pedimos disculpas."),
        ("eo", "Mi bedaŭras."),  # nobody has listed its words
        (None, "Dear Emma, we are so sorry."),
    ],
)
def test_C1_words_of_apology_are_known_in_the_customers_language(language: str | None, text: str) -> None:
    customer = replace(CUSTOMER, language=language)
    assert taken(customer).apologise(at("09:20"), text=text).complaint.stage is Stage.RECORD


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Thank you for your message."),
        ("en", "We have discussed it."),  # no "scus" (it)
        ("en", "This is an unapologetic answer."),
        ("de", "Vielen Dank."),
        ("ja", "ありがとうございます"),
        ("zh", "收到您的来信。"),
    ],
)
def test_C1_an_apology_without_words_of_apology_is_refused(language: str, text: str) -> None:
    with pytest.raises(no.NoApology) as refused:
        taken(replace(CUSTOMER, language=language)).apologise(at("09:20"), text=text)
    assert refused.value.rule == "C1"
    acts = compliance.shipped().acts(language)
    assert acts is not None
    assert refused.value.details["words"] == acts.rules["apology"].phrase != ""


def test_C1_an_apology_at_a_later_stage_is_just_a_reply() -> None:
    story = complaint_at(Stage.TELL).customer(at("10:05")).apologise(at("10:06"))
    assert story.complaint.stage is Stage.TELL
    assert Story().apologise(at("09:10")).ticket.complaint is None


# C2: record in detail.


def test_C2_recording_keeps_the_wish_and_the_detail() -> None:
    story = complaint_at(Stage.RECORD).record(at("09:30"), "The corner is broken.", "a refund", "Kettle K2")
    assert (story.complaint.wanted, story.ticket.product, story.complaint.stage) == (
        "a refund",
        "Kettle K2",
        Stage.REPORT,
    )
    note = story.ticket.messages[-1]
    assert (note.kind, note.preview) == (MessageKind.NOTE, "The corner is broken.")


@pytest.mark.parametrize(("text", "wanted", "what"), [("", "a refund", "detail"), ("broken", " ", "wish")])
def test_C2_recording_needs_detail_and_wish(text: str, wanted: str, what: str) -> None:
    with pytest.raises(no.Empty, match=what):
        complaint_at(Stage.RECORD).record(at("09:30"), text, wanted)


def test_C2_recording_without_a_product_keeps_the_known_one() -> None:
    story = Story().classify(at("09:05"), product="Kettle K2").complain(at("09:10")).apologise(at("09:20"))
    assert story.record(at("09:30")).ticket.product == "Kettle K2"


# C3: report.


def test_C3_a_report_is_a_handing_up_to_the_supervisor_with_a_brief() -> None:
    story = complaint_at(Stage.REPORT).report(at("09:40"), "Lost twice, wants a refund.")
    assert [(each.to, each.at, each.by) for each in story.ticket.escalations] == [
        ("supervisor", at("09:40"), AGENT)
    ]
    assert story.ticket.messages[-1].preview == "Lost twice, wants a refund."
    assert story.ticket.owner == AGENT


def test_C3_a_report_needs_a_brief() -> None:
    with pytest.raises(no.Empty, match="brief"):
        complaint_at(Stage.REPORT).report(at("09:40"), "  ")


def test_C3_apology_record_and_report_come_before_anything_else() -> None:
    unclassified = taken().customer(at("09:12"))
    assert unclassified.next[0] == "apologise"
    assert unclassified.apologise(at("09:20")).customer(at("09:21")).next[0] == "record"
    assert unclassified.record(at("09:30")).next[0] == "report"
    assert unclassified.report(at("09:40")).next == ("classify", "classify", "H1", "supervisor")


# C4: verify, first plan.


def test_C4_verifying_keeps_the_plan_and_what_was_found() -> None:
    story = complaint_at(Stage.VERIFY).verify(at("09:50"), "Wrong label.", "A new one by courier.")
    assert (story.complaint.plan, story.complaint.stage) == ("A new one by courier.", Stage.TELL)
    assert story.ticket.messages[-1].preview.startswith("Wrong label.")


@pytest.mark.parametrize(("text", "plan", "what"), [("", "a plan", "finding"), ("found", "\t", "plan")])
def test_C4_verifying_needs_finding_and_plan(text: str, plan: str, what: str) -> None:
    with pytest.raises(no.Empty, match=what):
        complaint_at(Stage.VERIFY).verify(at("09:50"), text, plan)


def test_C4_the_supervisor_verifies_a_ticket_that_the_agent_owns() -> None:
    story = complaint_at(Stage.VERIFY).verify(at("09:50"))
    assert (story.ticket.owner, story.complaint.passages[-1].by) == (AGENT, SUPERVISOR)


def test_C4_verifying_takes_no_ticket_that_nobody_has() -> None:
    story = complaint_at(Stage.VERIFY).release(at("09:45")).verify(at("09:50"))
    assert story.ticket.owner is None


# C5: a complex one goes to the team lead.


def test_C5_a_complex_complaint_goes_to_the_team_lead() -> None:
    story = complaint_at(Stage.VERIFY).verify(at("09:50"), complex=True)
    assert story.next == ("plan", "plan", "C5", "lead")
    story.plan(at("10:00"), "Courier and voucher.", ("compliance", "business"))
    assert (story.complaint.plan, story.complaint.departments) == (
        "Courier and voucher.",
        ("compliance", "business"),
    )
    assert story.complaint.stage is Stage.TELL


def test_C5_a_simple_complaint_needs_no_special_plan() -> None:
    assert "plan" not in stages(complaint_at(Stage.CLOSED))


def test_C5_a_special_plan_needs_text_and_departments_of_the_policy() -> None:
    with pytest.raises(no.Empty, match="plan"):
        complaint_at(Stage.PLAN).plan(at("10:00"), " ")
    with pytest.raises(no.FieldRequired) as refused:
        complaint_at(Stage.PLAN).plan(at("10:00"), departments=())
    assert (refused.value.rule, refused.value.details["field"]) == ("C5", "departments")
    with pytest.raises(UnknownWord, match="circus") as unknown:
        complaint_at(Stage.PLAN).plan(at("10:00"), departments=("compliance", "circus"))
    assert unknown.value.details["known"] == "business, compliance, technical, legal"


# C6: tell the customer, get acceptance.


def test_C6_telling_the_plan_waits_for_the_customer() -> None:
    story = complaint_at(Stage.ACCEPT)
    assert (story.ticket.status, story.next[0]) == (Status.WAITING, "accept")
    assert story.customer(at("11:00"), "Yes, fine.").next == ("accept", "accept", "C6", "agent")


def test_C6_an_accepted_plan_is_carried_out() -> None:
    story = complaint_at(Stage.ACCEPT).accept(at("11:00"), "Yes, fine.")
    assert (story.complaint.stage, story.complaint.declined, story.ticket.status) == (
        Stage.CARRY_OUT,
        0,
        Status.OPEN,
    )


def test_C6_a_plan_that_is_not_accepted_is_revised() -> None:
    story = complaint_at(Stage.ACCEPT).accept(at("11:00"), "No, I want my money.", accepted=False)
    assert (story.complaint.stage, story.complaint.declined) == (Stage.VERIFY, 1)
    story.verify(at("11:30"), "Agreed.", "Refund.").proposes(at("11:40")).accept(at("12:00"))
    assert (story.complaint.plan, story.complaint.stage) == ("Refund.", Stage.CARRY_OUT)


def test_C6_a_complex_plan_that_is_not_accepted_goes_back_to_the_team_lead() -> None:
    story = complaint_at(Stage.ACCEPT, complex=True).accept(at("11:00"), accepted=False)
    assert story.next[0] == "plan"
    story.plan(at("11:30")).proposes(at("11:40")).accept(at("12:00"), accepted=False)
    assert story.complaint.declined == 2


def test_C6_after_a_final_no_the_customer_is_told_where_to_turn() -> None:
    story = complaint_at(Stage.ACCEPT).accept(at("11:00"), accepted=False, recourse=" ECC-Net ")
    assert (story.complaint.stage, story.complaint.recourse, story.complaint.declined) == (
        Stage.RESOLVE,
        "ECC-Net",
        1,
    )
    assert story.settle(at("11:10")).complaint.stage is Stage.REVISIT


def test_C6_blank_recourse_is_none() -> None:
    assert complaint_at(Stage.ACCEPT).accept(at("11:00"), accepted=False, recourse=" ").next[0] == "verify"


def test_C6_a_plan_accepted_in_the_end_forgets_the_recourse() -> None:
    story = complaint_at(Stage.ACCEPT).accept(at("11:00"), accepted=False, recourse="ECC-Net")
    story.report(at("11:10")).verify(at("11:20")).proposes(at("11:30")).accept(at("11:40"))
    assert story.complaint.recourse == ""


def test_C6_a_plan_is_told_to_a_complaint_only() -> None:
    with pytest.raises(no.NoComplaint):
        Story().proposes(at("09:10"))


def test_C6_the_plan_can_be_told_again_after_a_question_or_a_bounce() -> None:
    story = complaint_at(Stage.ACCEPT).customer(at("10:15"), "When?").proposes(at("10:20"), "Tomorrow. OK?")
    assert (story.complaint.stage, story.ticket.status) == (Stage.ACCEPT, Status.WAITING)
    assert [passage.stage for passage in story.complaint.passages].count(Stage.TELL) == 1
    story.receive(at("10:21"), MessageKind.BOUNCE)
    assert (story.ticket.status, story.next[0]) == (Status.OPEN, "accept")
    assert story.proposes(at("10:30")).complaint.stage is Stage.ACCEPT


# C7: carry it out, resolve.


def test_C7_carrying_out_needs_what_was_done() -> None:
    with pytest.raises(no.Empty, match="text"):
        complaint_at(Stage.CARRY_OUT).carry_out(at("10:30"), " ")
    assert complaint_at(Stage.CARRY_OUT).carry_out(at("10:30")).complaint.stage is Stage.RESOLVE


def test_C7_a_complaint_is_resolved_after_its_plan_was_carried_out() -> None:
    with pytest.raises(no.NotThisStage):
        complaint_at(Stage.CARRY_OUT).settle(at("10:40"))


def test_C7_resolving_a_complaint_needs_root_cause_and_improvement() -> None:
    with pytest.raises(no.SummaryRequired) as refused:
        complaint_at(Stage.RESOLVE).resolve(at("10:40"))
    assert (refused.value.rule, refused.value.details["missing"]) == ("H4", "root_cause, improvement")


@pytest.mark.parametrize("stage", [Stage.CARRY_OUT, Stage.RESOLVE])
@pytest.mark.parametrize(("complex", "back"), [(False, Stage.VERIFY), (True, Stage.PLAN)])
def test_C7_a_plan_that_cannot_be_carried_out_or_did_not_help_is_reported_again(
    stage: Stage, complex: bool, back: Stage
) -> None:
    story = complaint_at(stage, complex=complex).report(at("11:00"), "No stock left.")
    assert story.complaint.stage is back
    assert [each.to for each in story.ticket.escalations] == ["supervisor", "supervisor"]


# C8: revisit.


def test_C8_a_resolved_complaint_stays_in_sight_until_it_is_closed() -> None:
    lines = {stage: row(complaint_at(stage).ticket, shipped()) for stage in Stage}
    assert [stage.value for stage, line in lines.items() if not line.live] == ["closed"]
    assert lines[Stage.REVISIT].timer == "complaint:revisit"
    assert lines[Stage.CLOSED].due is None
    assert Condition("stage", Is.IN, ("revisit", "close")) in VIEWS["revisits"].where


def test_C8_a_reached_customer_is_asked_for_satisfaction_and_suggestions() -> None:
    story = complaint_at(Stage.CLOSE)
    with pytest.raises(no.Empty, match="suggestions"):
        story.close(at("03-04 10:10"), suggestions=" ")
    story.close(at("03-04 10:10"), Satisfaction.VERY_SATISFIED, "Ship faster.", recommend=9)
    assert (story.complaint.satisfaction, story.complaint.suggestions) == ("very_satisfied", "Ship faster.")
    resolution = story.ticket.resolution
    assert resolution is not None
    assert (resolution.satisfaction, resolution.recommend) == (Satisfaction.VERY_SATISFIED, 9)


def test_C8_closing_without_a_recommendation_keeps_the_one_given_before() -> None:
    story = complaint_at(Stage.RESOLVE).perform(
        action(
            do.Resolve,
            at("10:40"),
            result="sent",
            satisfaction=Satisfaction.ASKED,
            summary="sent again",
            root_cause="label",
            improvement="print",
            recommend=7,
        )
    )
    story.revisit(at("03-04 10:00")).close(at("03-04 10:10"))
    assert story.ticket.resolution is not None
    assert story.ticket.resolution.recommend == 7


@pytest.mark.parametrize("comfort", [0, 6])
def test_E5_the_customers_ease_goes_from_1_to_5(comfort: int) -> None:
    with pytest.raises(no.OutOfRange, match="comfort"):
        complaint_at(Stage.CLOSE).perform(closing(comfort))


def test_E5_what_the_customer_says_in_the_end_is_what_counts() -> None:
    closed = complaint_at(Stage.CLOSE).perform(closing(4)).ticket.resolution
    assert closed is not None
    assert closed.comfort == 4


def closing(comfort: int) -> do.Close:
    return action(
        do.Close,
        at("03-04 10:10"),
        satisfaction=Satisfaction.SATISFIED,
        suggestions="none",
        comfort=comfort,
    )


@pytest.mark.parametrize("recommend", [-1, 11])
def test_C8_a_recommendation_goes_from_0_to_10(recommend: int) -> None:
    with pytest.raises(no.OutOfRange):
        complaint_at(Stage.CLOSE).close(at("03-04 10:10"), recommend=recommend)


@pytest.mark.parametrize("recommend", [0, 10])
def test_C8_the_lowest_and_the_highest_recommendation_count(recommend: int) -> None:
    resolution = complaint_at(Stage.CLOSE).close(at("03-04 10:10"), recommend=recommend).ticket.resolution
    assert resolution is not None
    assert resolution.recommend == recommend


def test_C8_a_customer_who_is_not_reached_is_tried_again() -> None:
    story = complaint_at(Stage.REVISIT)
    before = story.complaint
    story.revisit(at("03-03 10:00"), RevisitResult.NOT_REACHED, "no answer")
    story.revisit(at("03-03 15:00"), RevisitResult.NOT_REACHED)
    assert story.complaint == before
    assert (story.ticket.status, story.next[0]) == (Status.RESOLVED, "revisit")
    assert story.revisit(at("03-04 10:00")).next[0] == "close"


@pytest.mark.parametrize(("complex", "back"), [(False, "verify"), (True, "plan")])
def test_C8_a_problem_that_is_still_there_leads_back_to_planning(complex: bool, back: str) -> None:
    story = complaint_at(Stage.REVISIT, complex=complex)
    story.revisit(at("03-04 10:00"), RevisitResult.STILL_UNSOLVED, "broken again")
    assert (story.ticket.status, story.ticket.resolution, story.next[0]) == (Status.OPEN, None, back)
    assert stages(story)[-2:] == ["revisit", back]


@pytest.mark.parametrize(
    ("stage", "complex", "back"),
    [
        (Stage.REVISIT, False, Stage.VERIFY),
        (Stage.REVISIT, True, Stage.PLAN),
        (Stage.CLOSE, True, Stage.VERIFY),
        (Stage.CLOSED, False, Stage.VERIFY),
    ],
)
def test_C8_a_complaint_that_is_reopened_is_planned_again(stage: Stage, complex: bool, back: Stage) -> None:
    story = complaint_at(stage, complex=complex).reopen(LATER)
    assert (story.complaint.stage, story.ticket.status, story.ticket.resolution) == (back, Status.OPEN, None)


@pytest.mark.parametrize("stage", [Stage.REVISIT, Stage.CLOSE, Stage.CLOSED])
def test_C8_a_customer_who_writes_after_resolving_is_answered_and_resolved_again(stage: Stage) -> None:
    story = complaint_at(stage).customer(LATER, "It broke again.")
    assert (story.complaint.stage, story.ticket.status) == (Stage.RESOLVE, Status.OPEN)
    assert story.next[:2] == ("reply", "reply")
    story.reply(LATER).settle(LATER).revisit(LATER).close(LATER)
    assert story.complaint.stage is Stage.CLOSED


@pytest.mark.parametrize("kind", [MessageKind.AUTOMATIC, MessageKind.BOUNCE, MessageKind.NOTE])
@pytest.mark.parametrize("stage", [Stage.REVISIT, Stage.CLOSE, Stage.CLOSED])
def test_C8_an_out_of_office_mail_changes_nothing_after_resolving(stage: Stage, kind: MessageKind) -> None:
    story = complaint_at(stage).receive(LATER, kind)
    assert (story.complaint.stage, story.ticket.status) == (stage, Status.RESOLVED)


def test_C8_a_moment_is_chosen_for_the_revisit_and_gone_after_it() -> None:
    story = complaint_at(Stage.REVISIT).appoint(at("11:00"), at("03-04 15:00"))
    assert (story.complaint.appointment, story.complaint.stage) == (at("03-04 15:00"), Stage.REVISIT)
    story.appoint(at("12:00"), at("03-05 10:00"))
    assert story.complaint.appointment == at("03-05 10:00")
    story.revisit(at("03-05 10:00"), RevisitResult.NOT_REACHED)
    assert story.complaint.appointment is None


def test_C8_the_moment_for_the_revisit_lies_in_the_future() -> None:
    with pytest.raises(no.InThePast):
        complaint_at(Stage.REVISIT).appoint(at("11:00"), at("11:00"))


def test_C8_a_complaint_that_leaves_the_revisit_forgets_the_moment() -> None:
    ways: list[Attempt] = [lambda s: s.customer(LATER), lambda s: s.reopen(LATER), lambda s: s.revisit(LATER)]
    for way in ways:
        story = complaint_at(Stage.REVISIT).appoint(at("11:00"), at("03-10 15:00"))
        assert way(story).complaint.appointment is None


def test_C8_a_customer_is_written_to_for_the_revisit_and_the_case_stays_resolved() -> None:
    for outcome in (do.Solves(), do.Asks(), do.Unsolved("x", at("03-20 09:00"), "y"), do.Apologises()):
        story = complaint_at(Stage.REVISIT).reply(LATER, outcome, "Is all well? Sorry again.")
        assert (story.ticket.status, story.complaint.stage) == (Status.RESOLVED, Stage.REVISIT)
        assert story.ticket.steps == ()


# C9: repeats and groups.


@pytest.mark.parametrize("relation", [Relation.REPEAT, Relation.GROUP])
def test_C9_a_repeated_or_group_complaint_is_reported_to_compliance_before_the_supervisor(
    relation: Relation,
) -> None:
    story = complaint_at(Stage.REPORT).link(at("09:31"), 7, relation)
    assert story.next == ("alert", "dispatch", "C9", "agent")
    with pytest.raises(no.AlertFirst) as refused:
        story.report(at("09:40"))
    assert refused.value.rule == "C9"
    story.dispatch(at("09:41"), "compliance", "Third one this month.", risk=True)
    assert story.next[0] == "report"
    assert story.report(at("09:42")).complaint.stage is Stage.VERIFY


@pytest.mark.parametrize("relation", [Relation.RELATED, Relation.DUPLICATE, Relation.CASE])
def test_C9_other_links_ask_for_no_alert(relation: Relation) -> None:
    story = complaint_at(Stage.REPORT).link(at("09:31"), 7, relation)
    assert story.report(at("09:40")).complaint.stage is Stage.VERIFY


def test_C9_an_ordinary_question_to_compliance_is_no_alert() -> None:
    story = complaint_at(Stage.REPORT).link(at("09:31"), 7, Relation.REPEAT)
    story.dispatch(at("09:35"), "compliance", "Is that legal?")
    with pytest.raises(no.AlertFirst):
        story.report(at("09:40"))


@pytest.mark.parametrize("department", ["business", "technical", "legal"])
def test_C9_T7_a_risk_is_reported_to_the_department_for_risks(department: str) -> None:
    with pytest.raises(UnknownWord) as refused:
        complaint_at(Stage.REPORT).dispatch(at("09:35"), department, "Danger!", risk=True)
    assert refused.value.details["known"] == "compliance"


def test_C9_a_link_that_was_a_mistake_asks_for_no_alert() -> None:
    story = complaint_at(Stage.REPORT).link(at("09:31"), 7, Relation.REPEAT)
    story.perform(action(do.Unlink, at("09:32"), other=7))
    assert not must_alert(story.ticket)
    assert story.report(at("09:40")).complaint.stage is Stage.VERIFY


def test_C9_a_group_that_is_found_later_is_reported_as_soon_as_it_is_found() -> None:
    story = complaint_at(Stage.CARRY_OUT).link(at("10:25"), 7, Relation.GROUP)
    assert story.next == ("alert", "dispatch", "C9", "agent")
    story.dispatch(at("10:26"), "compliance", "Group.", risk=True)
    assert story.next[0] == "carry_out"


def test_C9_T7_a_risk_can_be_reported_of_any_ticket_even_of_a_solved_one() -> None:
    solved = Story().classify(at("09:05")).reply(at("09:10")).resolve(at("09:20"))
    solved.dispatch(at("10:00"), "compliance", "The label names a drug.", risk=True)
    assert solved.ticket.dispatches[0].risk


def test_C9_both_tickets_of_a_link_know_of_it() -> None:
    story = complaint_at(Stage.REPORT)
    linked = apply(story.ticket, action(do.Link, at("09:31"), 7, other=1, relation=Relation.REPEAT))
    assert must_alert(linked)


# C10: East Asia.


@pytest.mark.parametrize("market", ["CN", "HK", "JP", "KR", "MO", "TW"])
def test_C10_the_first_answer_to_east_asia_holds_the_direction_of_the_solution(market: str) -> None:
    customer = replace(CUSTOMER, market=market)
    with pytest.raises(no.NeededHere) as refused:
        taken(customer).apologise(at("09:20"), direction="  ")
    assert (refused.value.rule, refused.value.details["field"]) == ("C10", "direction")
    assert taken(customer).apologise(at("09:20"), "a new one").complaint.stage is Stage.RECORD


@pytest.mark.parametrize("market", ["JP", "CN"])
def test_C10_resolving_for_east_asia_needs_a_care_phrase(market: str) -> None:
    story = complaint_at(Stage.RESOLVE, customer=replace(CUSTOMER, market=market))
    with pytest.raises(no.NeededHere) as refused:
        story.settle(at("10:40"))
    assert (refused.value.rule, refused.value.details["field"]) == ("C10", "care")
    story.settle(at("10:40"), "どうぞご自愛ください。")
    assert story.ticket.resolution is not None
    assert story.ticket.resolution.care == "どうぞご自愛ください。"


@pytest.mark.parametrize("market", ["DE", "US", "SG", None])
def test_C10_other_markets_need_neither(market: str | None) -> None:
    story = complaint_at(Stage.CLOSED, customer=replace(CUSTOMER, market=market))
    assert story.complaint.stage is Stage.CLOSED


def test_C10_an_ordinary_ticket_of_east_asia_needs_neither() -> None:
    story = Story(opening(at("09:00"), customer=JAPANESE)).classify(at("09:05")).reply(at("09:10"))
    assert story.resolve(at("09:20")).ticket.status is Status.RESOLVED


def test_C10_later_apologies_to_east_asia_need_no_direction() -> None:
    story = complaint_at(Stage.RECORD, customer=JAPANESE).apologise(at("09:25"), text=SORRY_IN_JAPANESE)
    assert story.complaint.stage is Stage.RECORD


# Nobody gets stuck.

WAYS_ON: dict[Stage, Attempt] = {
    Stage.APOLOGISE: lambda s: s.apologise(LATER, "a new one", SORRY_IN_JAPANESE),
    Stage.RECORD: STEPS["record"],
    Stage.REPORT: STEPS["report"],
    Stage.VERIFY: STEPS["verify"],
    Stage.PLAN: STEPS["plan"],
    Stage.TELL: STEPS["reply:proposes"],
    Stage.ACCEPT: STEPS["accept"],
    Stage.CARRY_OUT: STEPS["carry_out"],
    Stage.RESOLVE: lambda s: s.settle(LATER, "どうぞご自愛ください。"),
    Stage.REVISIT: STEPS["revisit"],
    Stage.CLOSE: STEPS["close"],
}
OPEN_STAGES = [stage for stage in WAYS_ON if stage not in (Stage.REVISIT, Stage.CLOSE)]


def to_the_end(story: Story) -> Story:
    for _ in range(2 * len(Stage)):
        if story.complaint.stage is Stage.CLOSED:
            return story
        WAYS_ON[story.complaint.stage](story)
    raise AssertionError(f"stuck at {story.complaint.stage.value}")


@pytest.mark.parametrize("stage", Stage)
def test_whoever_writes_or_is_away_the_complaint_still_comes_to_its_end(stage: Stage) -> None:
    for customer in (CUSTOMER, GERMAN, JAPANESE):
        story = complaint_at(stage, complex=True, customer=customer)
        for kind in MessageKind:
            story.receive(LATER, kind)
        to_the_end(story)


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_a_complaint_that_was_put_aside_comes_back_when_it_moves_on(stage: Stage) -> None:
    aside: list[Attempt] = [lambda s: s.snooze(at("11:00"), at("03-20 09:00"))]
    if stage is not Stage.ACCEPT:  # it is waiting already
        aside.append(lambda s: s.wait(at("11:00")))
    for way in aside:
        story = way(complaint_at(stage, complex=True))
        WAYS_ON[stage](story)
        expected = {Stage.TELL: Status.WAITING, Stage.RESOLVE: Status.RESOLVED}.get(stage, Status.OPEN)
        assert (story.ticket.status, story.ticket.spans[-1].status) == (expected, expected)
        to_the_end(story)


@pytest.mark.parametrize("stage", WAYS_ON)
def test_a_colleague_takes_a_complaint_over_at_any_stage(stage: Stage) -> None:
    story = complaint_at(stage, complex=True)
    story.take(LATER, COLLEAGUE, from_owner=AGENT)
    assert story.ticket.owner == COLLEAGUE
    story.release(LATER, COLLEAGUE)
    to_the_end(story)
    assert story.ticket.owner in (None, AGENT)


@pytest.mark.parametrize("stage", WAYS_ON)
def test_a_complaint_is_handed_over_at_any_stage(stage: Stage) -> None:
    story = complaint_at(stage, complex=True)
    story.perform(action(do.HandOver, LATER, to=COLLEAGUE, text="Please go on.", batch="B1"))
    story.perform(action(do.Acknowledge, LATER, by=COLLEAGUE, batch="B1"))
    assert (story.ticket.owner, story.ticket.handover) == (COLLEAGUE, None)
    story.take(LATER, from_owner=COLLEAGUE)
    to_the_end(story)


SAID = (Stage.APOLOGISE, Stage.TELL)  # what the customer may have read stays said


@pytest.mark.parametrize("stage", [stage for stage in WAYS_ON if stage not in SAID])
def test_a_step_can_be_undone_and_done_again_at_any_stage(stage: Stage) -> None:
    story = complaint_at(stage, complex=True)
    before = story.ticket
    WAYS_ON[stage](story)
    header = do.Note(id="U" * 26, ticket=1, at=LATER, by=AGENT, text="")
    story.perform(inverse(before, story.actions[-1], header))
    assert story.ticket == replace(before, changed=LATER)
    to_the_end(story)


def test_taking_it_as_a_complaint_can_be_undone() -> None:
    story = Story()
    before = story.ticket
    complained = story.complain(at("09:10")).actions[-1]
    header = do.Note(id="U" * 26, ticket=1, at=at("09:11"), by=AGENT, text="")
    story.perform(inverse(before, complained, header))
    assert (story.ticket.complaint, story.ticket.owner) == (None, None)


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_a_complaint_goes_on_in_the_ticket_that_it_is_merged_into(stage: Stage) -> None:
    gone = complaint_at(stage, complex=True).link(at("10:39"), 9, Relation.GROUP)
    kept = Story(opening(at("08:00"), ticket=2)).classify(at("08:05"))
    merge = action(do.Merge, LATER, 1, into=2)
    kept.perform(merge, gone.ticket)
    gone.perform(merge)
    assert kept.ticket.complaint == gone.ticket.complaint
    assert kept.ticket.links == gone.ticket.links
    kept.dispatch(LATER, "compliance", "Group.", risk=True)
    to_the_end(kept)
    assert (gone.next[0], row(gone.ticket, shipped()).live) == ("done", False)
    with pytest.raises(no.Merged):
        WAYS_ON[stage](gone)


def test_an_alert_counts_wherever_it_was_made_before_a_merge() -> None:
    gone = complaint_at(Stage.REPORT).dispatch(at("09:35"), "compliance", "Group.", risk=True)
    kept = Story(opening(at("08:00"), ticket=2)).classify(at("08:05")).link(at("08:06"), 9, Relation.GROUP)
    kept.perform(action(do.Merge, LATER, 1, into=2), gone.ticket)
    assert kept.report(LATER).complaint.stage is Stage.VERIFY


# What the queue shows.


def test_a_complaint_stays_the_supervisors_turn_while_the_agent_answers() -> None:
    story = complaint_at(Stage.VERIFY).customer(at("09:45"))
    assert story.next == ("reply", "reply", "H2", "supervisor")
    assert row(story.ticket, shipped()).turn == "supervisor"
    assert story.reply(at("09:46")).next == ("verify", "verify", "C4", "supervisor")


def test_the_line_of_a_complaint_names_stage_turn_and_region() -> None:
    line = row(complaint_at(Stage.PLAN, customer=GERMAN).ticket, shipped())
    assert (line.stage, line.turn, line.region) == ("plan", "lead", "europe_americas")
    assert row(Story().ticket, shipped()).stage == ""


def test_a_policy_without_stages_still_tells_the_next_step() -> None:
    story = complaint_at(Stage.REPORT)
    story.policy = replace(shipped(), casework=replace(shipped().casework, stages={}))
    assert story.next == ("report", "report", "C3", "agent")
    story = complaint_at(Stage.APOLOGISE, customer=JAPANESE)
    story.policy = replace(shipped(), casework=replace(shipped().casework, stages={}))
    assert story.apologise(at("09:20"), text=SORRY_IN_JAPANESE).complaint.stage is Stage.RECORD
