"""The clocks of complaints (POLICY C1–C8) and of the laws of their markets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.casework import RevisitResult, Stage
from agent_tui.domain.casework_rules import LegalRule, StageRule, in_force
from agent_tui.domain.clocks import Timer, TimerState
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Customer, MessageKind, Relation
from agent_tui.domain.timers import timers
from agent_tui.domain.views import row
from tests.factories import CUSTOMER, DAY, Story, action, at, complaint_at, opening, shipped

STAGES = shipped().casework.stages


def in_market(market: str) -> Customer:
    return replace(CUSTOMER, market=market)


def with_stage(**rules: StageRule) -> Policy:
    """The shipped policy with other rules for some stages."""
    return replace(shipped(), casework=replace(shipped().casework, stages={**STAGES, **rules}))


def with_law(*laws: LegalRule) -> Policy:
    return replace(shipped(), casework=replace(shipped().casework, legal=laws))


def law(ends: str = "resolve", market: str = "XX", limit: timedelta = DAY) -> LegalRule:
    return LegalRule("law", {"en": "law"}, "The Law", market, ends, "https://example.org", limit=limit)


# C1–C4: minutes and hours.


@pytest.mark.parametrize("channel", ["phone", "chat", "messenger", "social", "email"])
def test_C1_at_once_is_half_an_hour_on_every_channel(channel: str) -> None:
    clock = complaint_at(Stage.APOLOGISE, channel=channel).clock("complaint:apologise")
    assert (clock.rule, clock.start, clock.due) == ("C1", at("09:10"), at("09:40"))


def test_C1_an_apology_ends_its_clock() -> None:
    clock = complaint_at(Stage.RECORD, channel="social").clock("complaint:apologise")
    assert (clock.ended, clock.state(at("12:00"))) == (at("09:20"), TimerState.MET)


def test_C2_recording_is_due_with_the_report() -> None:
    story = complaint_at(Stage.RECORD)
    assert (story.clock("complaint:record").rule, story.clock("complaint:record").due) == ("C2", at("10:10"))


def test_C3_the_report_is_due_an_hour_after_taking() -> None:
    clock = complaint_at(Stage.REPORT).clock("complaint:report")
    assert (clock.rule, clock.start, clock.due) == ("C3", at("09:10"), at("10:10"))


@pytest.mark.parametrize("stage", [Stage.APOLOGISE, Stage.RECORD, Stage.REPORT])
def test_C3_the_hour_runs_and_is_seen_from_the_taking_on(stage: Stage) -> None:
    """Whoever apologises late has to report all the sooner."""
    story = complaint_at(stage)
    assert (story.clock("complaint:report").due, story.clock("complaint:report").ended) == (at("10:10"), None)
    assert row(story.ticket, shipped()).due == at("09:40" if stage is Stage.APOLOGISE else "10:10")


@pytest.mark.parametrize(("reported", "state"), [("10:10", TimerState.MET), ("10:10:01", TimerState.MISSED)])
def test_C3_the_report_counts_to_the_second(reported: str, state: TimerState) -> None:
    clock = complaint_at(Stage.REPORT).report(at(reported)).clock("complaint:report")
    assert clock.state(at("12:00")) is state


def test_C3_the_hour_counts_from_the_taking_not_from_the_customers_message() -> None:
    story = Story(opening(at("02-27 09:00"))).complain(at("09:10"))
    assert story.clock("complaint:report").due == at("10:10")


def test_C4_verification_is_due_an_hour_after_the_report() -> None:
    clock = complaint_at(Stage.VERIFY).clock("complaint:verify")
    assert (clock.rule, clock.start, clock.due) == ("C4", at("09:40"), at("10:40"))
    assert clock.state(at("10:41")) is TimerState.BREACHED


def test_C4_a_revised_plan_has_its_hour_too_and_the_first_ones_record_stays() -> None:
    story = complaint_at(Stage.ACCEPT).accept(at("11:00"), accepted=False)
    assert [(timer.due, timer.ended) for timer in story.named("complaint:verify")] == [
        (at("10:40"), at("09:50")),
        (at("12:00"), None),
    ]


def test_C5_the_special_plan_and_C6_the_telling_have_limits_of_the_company() -> None:
    assert complaint_at(Stage.PLAN).clock("complaint:plan").due == at("03-03 09:50")
    assert complaint_at(Stage.TELL).clock("complaint:tell").due == at("13:50")


def test_C6_the_customer_takes_the_time_it_takes() -> None:
    story = complaint_at(Stage.ACCEPT)
    assert story.named("complaint:accept") == []
    assert story.resolution.state(at("03-20 09:00")) is TimerState.PAUSED


def test_C1_to_C8_waiting_and_snoozing_stop_no_stage() -> None:
    story = complaint_at(Stage.VERIFY).snooze(at("09:45"), at("03-20 09:00"))
    assert story.clock("complaint:verify").due == at("10:40")
    assert complaint_at(Stage.VERIFY).wait(at("09:45")).clock("complaint:verify").due == at("10:40")


def test_C1_to_C8_a_company_may_count_a_stage_in_business_hours() -> None:
    story = complaint_at(Stage.VERIFY)
    story.policy = with_stage(verify=replace(STAGES["verify"], calendar="home"))
    # Reported at 17:40 in Shanghai, closed at 18:00: 20 minutes that day, 40 the next morning.
    assert story.clock("complaint:verify").due == at("03-03 09:40", "Asia/Shanghai")


def test_C1_to_C8_a_limit_from_the_taking_is_for_every_stage_that_wants_it() -> None:
    story = complaint_at(Stage.REPORT)
    story.policy = with_stage(
        plan=replace(STAGES["plan"], from_taking=True),
        close=StageRule("close", {"en": "close"}, "C8", "agent", days=10, calendar="home", from_taking=True),
    )
    assert story.clock("complaint:close").due == at("03-16 10:00")
    assert story.named("complaint:plan") == []  # nobody has called it complex
    story.report(at("09:40")).verify(at("09:50"), complex=True)
    assert [(timer.start, timer.due) for timer in story.named("complaint:plan")] == [
        (at("09:10"), at("03-03 09:10"))
    ]


def test_C1_to_C8_a_resolved_merged_or_closed_complaint_has_no_clock_left() -> None:
    gone = complaint_at(Stage.RECORD).perform(action(do.Merge, at("09:25"), into=2))
    for story in (gone, complaint_at(Stage.CLOSED)):
        assert all(timer.ended is not None for timer in timers(story.ticket, shipped()))


# C8: three working days.


@pytest.mark.parametrize(
    ("resolved", "due"),
    [
        ("03-02 23:59", "03-05 18:00"),
        ("03-03 00:00", "03-06 18:00"),
        ("03-03 11:00", "03-06 18:00"),
        ("03-06 11:00", "03-11 18:00"),  # Friday: over the weekend
        ("03-07 11:00", "03-11 18:00"),  # Saturday
        ("03-08 11:00", "03-11 18:00"),  # Sunday
        ("04-02 11:00", "04-08 18:00"),  # Qingming on Monday the 6th
        ("04-30 11:00", "05-08 18:00"),  # Labour Day, the 1st to the 5th
        ("09-30 11:00", "10-12 18:00"),  # National Day, the 1st to the 7th
    ],
)
def test_C8_revisit_is_due_three_working_days_after_resolving(resolved: str, due: str) -> None:
    """The working days are the company's own: its calendar and its public holidays, at its clocks."""
    story = complaint_at(Stage.RESOLVE).settle(at(resolved, "Asia/Shanghai"))
    clock = story.clock("complaint:revisit")
    assert (clock.rule, clock.start) == ("C8", at(resolved, "Asia/Shanghai"))
    assert clock.due == at(due, "Asia/Shanghai")


def test_C8_the_day_is_that_of_the_company_wherever_the_customer_is() -> None:
    story = complaint_at(Stage.RESOLVE, customer=in_market("US")).settle(at("17:00"))  # Tuesday in Shanghai
    assert story.clock("complaint:revisit").due == at("03-06 18:00", "Asia/Shanghai")


def test_C8_trying_again_moves_nothing() -> None:
    story = complaint_at(Stage.REVISIT)
    before = story.clock("complaint:revisit")
    story.revisit(at("03-03 09:00"), RevisitResult.NOT_REACHED)
    assert story.clock("complaint:revisit") == before
    assert (
        story.revisit(at("03-05 10:00")).clock("complaint:revisit").state(at("03-09 09:00")) is TimerState.MET
    )


def test_C8_each_time_it_is_resolved_it_is_revisited_in_three_days() -> None:
    story = complaint_at(Stage.REVISIT).revisit(at("03-03 09:00"), RevisitResult.STILL_UNSOLVED)
    story.verify(at("03-03 10:00")).proposes(at("03-03 10:10")).accept(at("03-03 10:20"))
    story.carry_out(at("03-03 10:30")).settle(at("03-04 09:00"))
    assert [timer.due for timer in story.named("complaint:revisit")] == [at("03-05 10:00"), at("03-09 10:00")]


def test_C8_the_chosen_moment_has_a_clock_beside_the_three_days() -> None:
    story = complaint_at(Stage.REVISIT).appoint(at("11:00"), at("03-04 15:00"))
    clock = story.clock("appointment")
    assert (clock.rule, clock.start, clock.due, clock.limit) == ("C8", at("10:40"), at("03-04 15:00"), None)
    assert row(story.ticket, shipped()).timer == "appointment"
    assert story.revisit(at("03-04 15:00"), RevisitResult.NOT_REACHED).named("appointment") == []


def test_C8_closing_has_a_limit_of_the_company() -> None:
    assert complaint_at(Stage.CLOSE).clock("complaint:close").due == at("03-05 10:00")


# C9: the alert.


def test_C9_reporting_to_compliance_stops_no_hour() -> None:
    story = complaint_at(Stage.REPORT).link(at("09:31"), 7, Relation.REPEAT)
    story.dispatch(at("09:35"), "compliance", "Again.", risk=True)
    assert story.clock("complaint:report").due == at("10:10")
    assert story.clock("department:compliance").due == at("13:35")


# The laws of the markets.


@pytest.mark.parametrize(
    ("market", "name", "due"),
    [
        ("IN", "legal:in_acknowledge", at("03-04 09:00")),
        ("IN", "legal:in_redress", at("2026-04-01 09:00")),
        ("ES", "legal:es_resolve", at("03-23 19:00", "Europe/Madrid")),
        ("PL", "legal:pl_answer", at("03-16 09:00")),
        ("CN", "legal:cn_odr", at("03-16 18:00", "Asia/Shanghai")),
    ],
)
def test_T6_legal_clocks_count_from_when_the_customer_complained(market: str, name: str, due: object) -> None:
    clock = complaint_at(Stage.APOLOGISE, customer=in_market(market)).clock(name)
    assert (clock.start, clock.due, clock.ended) == (at("09:00"), due, None)


def test_T6_every_legal_clock_names_its_law_and_its_source() -> None:
    laws = {rule.id: rule for rule in shipped().casework.legal}
    assert {key: (rule.market, rule.ends, str(rule.limit), rule.days) for key, rule in laws.items()} == {
        "in_acknowledge": ("IN", "answer", "2 days, 0:00:00", None),
        "in_redress": ("IN", "resolve", "30 days, 0:00:00", None),
        "es_resolve": ("ES", "resolve", "None", 15),
        "pl_answer": ("PL", "plan", "14 days, 0:00:00", None),
        "cn_odr": ("CN", "resolve", "None", 10),
    }
    for rule in laws.values():
        clock = complaint_at(Stage.APOLOGISE, customer=in_market(rule.market)).clock(f"legal:{rule.id}")
        assert (clock.rule, clock.note) == (rule.law, rule.source)
        assert rule.source.startswith("https://")


def test_T6_the_working_days_of_a_law_leave_out_the_markets_holidays() -> None:
    def due(day: str) -> object:
        story = Story(opening(at(f"{day} 09:00"), customer=in_market("ES"))).complain(at(f"{day} 09:10"))
        return story.clock("legal:es_resolve").due

    assert due("03-02") == at("03-23 19:00", "Europe/Madrid")
    assert due("03-16") == at("04-07 19:00", "Europe/Madrid")  # Good Friday on 3 April


def test_T6_what_is_no_complaint_has_no_legal_clock() -> None:
    story = Story(opening(at("09:00"), customer=in_market("IN"))).reply(at("09:10"))
    assert [timer.name for timer in timers(story.ticket, shipped()) if timer.name.startswith("legal")] == []


@pytest.mark.parametrize("market", ["DE", "US"])
def test_T6_a_market_without_a_law_has_no_clock(market: str) -> None:
    story = complaint_at(Stage.APOLOGISE, customer=in_market(market))
    assert [timer.name for timer in timers(story.ticket, shipped()) if timer.name.startswith("legal")] == []


def named_law(story: Story) -> Timer:
    return story.clock("legal:law")


def test_T6_a_clock_on_the_answer_ends_with_our_first_message_since_the_complaint() -> None:
    story = Story(opening(at("09:00"), customer=in_market("XX")), with_law(law("answer")))
    story.reply(at("09:05")).customer(at("10:00"), "This is a scandal!").complain(at("10:10"))
    assert (named_law(story).start, named_law(story).ended) == (at("10:00"), None)
    story.note(at("10:15")).dispatch(at("10:16"))
    assert named_law(story).ended is None
    assert named_law(story.apologise(at("10:20"))).ended == at("10:20")
    assert named_law(story.customer(at("11:00")).reply(at("12:00"), do.Apologises())).ended == at("10:20")


def test_T6_a_clock_on_the_plan_takes_no_apology_for_an_answer() -> None:
    policy = with_law(law("plan"))
    assert named_law(complaint_at(Stage.TELL, customer=in_market("XX"), policy=policy)).ended is None
    told = complaint_at(Stage.ACCEPT, customer=in_market("XX"), policy=policy)
    assert named_law(told).ended == at("10:10")
    told.accept(at("11:00"), accepted=False).verify(at("11:10")).proposes(at("11:20"))
    assert named_law(told).ended == at("10:10")


@pytest.mark.parametrize("ends", ["answer", "plan", "resolve"])
def test_T6_every_legal_clock_ends_with_the_case_at_the_latest(ends: str) -> None:
    story = Story(opening(at("09:00"), customer=in_market("XX")), with_law(law(ends))).complain(at("09:10"))
    story.perform(action(do.Merge, at("09:20"), into=2))
    assert named_law(story).ended == at("09:20")


def test_T6_a_reopened_complaint_is_not_settled_and_its_clock_goes_on() -> None:
    story = complaint_at(Stage.REVISIT, customer=in_market("XX"), policy=with_law(law()))
    assert named_law(story).ended == at("10:40")
    story.reopen(at("15:00"))
    assert (named_law(story).ended, named_law(story).due) == (None, at("03-03 09:00"))
    assert named_law(story).state(at("03-03 09:01")) is TimerState.BREACHED


def test_T6_the_promises_to_the_customer_pause_no_law() -> None:
    story = complaint_at(Stage.ACCEPT, customer=in_market("XX"), policy=with_law(law()))
    assert named_law(story).due == at("03-03 09:00")


def test_T6_the_clock_follows_the_market_that_is_known_now() -> None:
    story = complaint_at(Stage.APOLOGISE)
    story.perform(action(do.EditCustomer, at("09:15"), facts=do.CustomerFacts(market="IN")))
    assert story.clock("legal:in_acknowledge").due == at("03-04 09:00")


def test_T6_a_law_holds_from_its_first_day_on() -> None:
    rule = replace(law(), since=date(2026, 3, 2))
    assert [in_force(rule, "XX", at(text)) for text in ("03-01 23:59", "03-02 00:00", "03-09 09:00")] == [
        False,
        True,
        True,
    ]
    assert not in_force(rule, "DE", at("03-09 09:00"))
    assert in_force(law(), "XX", at("2020-01-01 09:00"))


# Waiting.


@pytest.mark.parametrize("stage", Stage)
def test_notes_and_tags_move_no_clock(stage: Stage) -> None:
    story = complaint_at(stage, complex=True, customer=in_market("IN"))
    before = timers(story.ticket, shipped())
    story.note(at("03-09 09:00")).receive(at("03-09 09:01"), MessageKind.AUTOMATIC)
    story.perform(action(do.Tag, at("03-09 09:02"), add=("vip",)))
    assert timers(story.ticket, shipped()) == before
