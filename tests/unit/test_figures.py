"""The figures of POLICY 8 on journals small enough to be computed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.casework_rules import RetrainingRule
from agent_tui.domain.figure_definitions import DEFINITIONS, WHEN, Better, Unit
from agent_tui.domain.figures import (
    COMPLIANCE,
    TOTAL,
    UNKNOWN,
    Parts,
    Table,
    pains,
    retraining,
    table,
    topics,
)
from agent_tui.domain.measuring import Counted, Mark, is_issue, measure
from agent_tui.domain.periods import By, Period, days_of, group_of, place_of, spans
from agent_tui.domain.ticket import Customer, MessageKind, Relation, Satisfaction, Ticket
from tests.factories import AGENT, CUSTOMER, DAY, HOUR, MIN, Story, action, at, opening, shipped

NOW = at("03-09 09:00")
EVERYTHING = Period()
POINTS = {"opening": 10, "listening": 15, "solution": 30, "tone": 20, "process": 15, "closing": 10}


def story(
    when: str = "09:00", number: int = 1, channel: str = "email", customer: Customer = CUSTOMER
) -> Story:
    return Story(opening(at(when), channel, number, customer=customer))


def solved(number: int = 1, when: str = "09:00", **resolution: object) -> Story:
    """A ticket answered after an hour and resolved after two."""
    begun = at(when)
    told = story(when, number).classify(begun + HOUR).reply(begun + HOUR)
    return told.perform(resolving(begun + 2 * HOUR, number, **resolution))


def resolving(when: datetime, number: int = 1, **fields: object) -> do.Resolve:
    given = {
        "result": "sent again",
        "satisfaction": Satisfaction.ASKED,
        "summary": "Parcel sent again.",
    } | fields
    return action(do.Resolve, when, number, **given)


def reviewed(number: int, when: str = "03-03 09:00", **fields: object) -> Story:
    return review(solved(number), when, **fields)


def review(told: Story, when: str, **fields: object) -> Story:
    given = {"sample": "s", "points": POINTS} | fields
    return told.perform(action(do.Review, at(when), told.ticket.id, "mei", **given))


def counted(*stories: Story, now: datetime = NOW) -> list[Counted]:
    tickets = [each.ticket for each in stories]
    begun = {ticket.id: ticket.created for ticket in tickets}
    found = (measure(ticket, shipped(), now, begun) for ticket in tickets)
    return [each for each in found if each is not None]


def figures(*stories: Story, by: By = By.TOTAL, period: Period = EVERYTHING, now: datetime = NOW) -> Table:
    return table(counted(*stories, now=now), by, period, UTC, now.date())


def value(figure: str, *stories: Story, now: datetime = NOW) -> float | None:
    return figures(*stories, now=now).parts(figure).value


# Each figure.


def test_POLICY8_response_in_time_is_kept_ones_of_those_that_came_or_are_overdue() -> None:
    kept = story(number=1).reply(at("03-03 09:00"))  # at exactly 24 h
    late = story(number=2).reply(at("03-03 09:01"))
    overdue = story(number=3)
    open_still = story("03-09 08:00", 4)
    parts = figures(kept, late, overdue, open_still).parts("response_in_time")
    assert (parts.numerator, parts.denominator, parts.value) == (1, 3, 1 / 3)
    assert parts.tickets(added=True) == (1,)
    assert parts.tickets(added=False) == (2, 3)


def test_POLICY8_response_in_time_follows_the_channel() -> None:
    call = Story(opening(at("09:00"), "phone", 1, answered=at("09:00:30")))
    chat = story("09:00", 2, "chat").reply(at("09:06"))
    assert value("response_in_time", call, chat) == 1 / 2


def test_POLICY8_resolution_rate_is_what_is_resolved_now() -> None:
    again = solved(2).reopen(at("12:00"))
    parts = figures(solved(1), again, story(number=3)).parts("resolution")
    assert (parts.value, parts.tickets(added=True)) == (1 / 3, (1,))


def test_POLICY8_resolution_in_time_asks_the_timer_of_the_level() -> None:
    in_time = solved(1)  # level 2: 24 h
    late = story(number=2).classify(at("10:00")).reply(at("10:00")).resolve(at("03-03 09:01"))
    overdue = story(number=3).classify(at("10:00"))
    not_classified = story(number=4)
    assert value("resolution_in_time", in_time, late, overdue, not_classified) == 1 / 3


def test_POLICY8_resolution_in_time_leaves_waiting_out_as_the_timer_does() -> None:
    told = (
        story().classify(at("10:00")).asks(at("11:00")).customer(at("03-04 11:00")).reply(at("03-04 12:00"))
    )
    assert value("resolution_in_time", told.resolve(at("03-04 13:00"))) == 1


def test_POLICY8_satisfaction_counts_those_who_answered() -> None:
    answers = (
        Satisfaction.VERY_SATISFIED,
        Satisfaction.SATISFIED,
        Satisfaction.NEUTRAL,
        Satisfaction.VERY_DISSATISFIED,
        Satisfaction.ASKED,
        Satisfaction.NOT_REACHED,
    )
    told = [solved(number, satisfaction=each) for number, each in enumerate(answers, 1)]
    parts = figures(*told).parts("csat")
    assert (parts.value, parts.denominator) == (2 / 4, 4)


def test_POLICY8_recommendation_is_promoters_minus_detractors() -> None:
    told = [solved(number, recommend=each) for number, each in enumerate((10, 9, 8, 7, 6, None), 1)]
    parts = figures(*told).parts("nps")
    assert (parts.value, parts.numerator, parts.denominator) == (20, 1, 5)


def test_E5_the_customers_ease_is_a_share_of_the_most_there_is() -> None:
    told = [solved(number, comfort=each) for number, each in enumerate((5, 4, None), 1)]
    parts = figures(*told).parts("comfort")
    assert (parts.value, parts.denominator) == (9 / 10, 10)


def test_POLICY8_complaint_rate() -> None:
    complaint = story(number=1).perform(action(do.Complain, at("10:00"), 1))
    assert value("complaint", complaint, story(number=2), story(number=3), story(number=4)) == 1 / 4


def test_C9_of_two_linked_complaints_the_later_is_the_repeat() -> None:
    first = story("09:00", 1).perform(action(do.Complain, at("10:00"), 1))
    again = story("03-04 09:00", 2).perform(action(do.Complain, at("03-04 10:00"), 2))
    link = action(do.Link, at("03-04 11:00"), 2, other=1, relation=Relation.REPEAT)
    parts = figures(first.perform(link), again.perform(link)).parts("repeat_complaint")
    assert (parts.value, parts.tickets(added=True)) == (1 / 2, (2,))


def test_C9_a_repeat_of_a_ticket_that_is_erased_goes_by_its_number() -> None:
    again = story("03-04 09:00", 2).perform(action(do.Complain, at("03-04 10:00"), 2))
    link = action(do.Link, at("03-04 11:00"), 2, other=1, relation=Relation.REPEAT)
    assert value("repeat_complaint", again.perform(link)) == 1


def test_C9_another_link_makes_no_repeat() -> None:
    told = story(number=2).perform(action(do.Complain, at("10:00"), 2))
    assert value("repeat_complaint", told.perform(action(do.Link, at("11:00"), 2, other=1))) == 0


def test_POLICY8_mean_first_response_time() -> None:
    assert (
        value("first_response_time", solved(1), story(number=2).reply(at("12:00")), story(number=3)) == 7200
    )


def test_POLICY8_mean_handling_time_leaves_waiting_for_the_customer_out() -> None:
    waited = story().classify(at("10:00")).asks(at("11:00")).customer(at("15:00")).reply(at("16:00"))
    waited.resolve(at("17:00"))  # eight hours, four of them waiting
    assert value("handling_time", waited) == 4 * 3600
    assert value("handling_time", waited, solved(2)) == 3 * 3600


def test_POLICY8_mean_handling_time_counts_what_was_snoozed() -> None:
    told = (
        story().classify(at("10:00")).snooze(at("10:00"), at("12:00")).resume(at("12:00")).reply(at("12:00"))
    )
    assert value("handling_time", told.resolve(at("13:00"))) == 4 * 3600


def test_POLICY8_issues_a_day_counts_every_day_of_the_period() -> None:
    told = [story("03-02 09:00", 1), story("03-02 10:00", 2), story("03-04 09:00", 3)]
    parts = figures(*told, now=at("03-05 23:00")).parts("issues_a_day")
    assert (parts.value, parts.denominator) == (3 / 4, 4)
    asked = figures(*told, period=Period(date(2026, 3, 1), date(2026, 3, 10)), now=at("03-05 23:00"))
    assert asked.parts("issues_a_day").denominator == 5  # days to come do not count


def test_T1_compliant_phrases_and_T5_data_violations_are_shares_of_reviewed_cases() -> None:
    told = [
        reviewed(1),
        reviewed(2, violations=("phrase",)),
        reviewed(3, violations=("phrase", "data")),
        solved(4),
    ]
    found = figures(*told)
    assert found.parts("phrase_compliance").value == 1 / 3
    assert found.parts("data_violations").value == 1 / 3


def test_E5_culture_score_is_the_share_of_the_points_for_tone() -> None:
    assert value("culture", reviewed(1, points=POINTS | {"tone": 10}), reviewed(2)) == 30 / 40


def test_POLICY8_referrals_are_dispatches_escalations_and_reports() -> None:
    told = story().perform(action(do.Complain, at("09:10"), 1))
    told.reply(at("09:11"), do.Apologises("we look"), "We are sorry, we look.")
    told.perform(action(do.Record, at("09:12"), text="broken", wanted="a new one"))
    told.perform(action(do.Report, at("09:13"), text="brief"))
    told.perform(action(do.Escalate, at("09:14"), to="lead", text="brief"))
    told.perform(action(do.Dispatch, at("09:15"), department="legal", text="?"))
    assert value("referrals", told, story(number=2)) == 3


@pytest.mark.parametrize(
    ("customer", "complete"),
    [
        (CUSTOMER, 1),
        (Customer(name="Emma"), 0),  # no way to reach her
        (Customer(emails=("emma@example.com",)), 0),  # no name
        (Customer(name="Emma", handles=("@emma",)), 1),
    ],
)
def test_H6_a_record_is_complete_with_name_and_address(customer: Customer, complete: int) -> None:
    told = story(customer=customer).classify(at("10:00")).reply(at("10:00")).resolve(at("11:00"))
    assert value("records_completed", told) == complete


def test_H4_a_complaint_s_record_needs_causes() -> None:
    told = solved(1)
    without = replace(
        told.ticket, complaint=Story().perform(action(do.Complain, at("10:00"))).ticket.complaint
    )
    told.ticket = without
    assert value("records_completed", told) == 0
    resolution = told.ticket.resolution
    assert resolution is not None
    told.ticket = replace(without, resolution=replace(resolution, root_cause="a", improvement="b"))
    assert value("records_completed", told) == 1


def test_T7_a_fatal_error_makes_the_score_nothing_and_is_counted_apart() -> None:
    fatal = reviewed(1, fatal=("unmasked_data", "off_platform"))
    found = figures(fatal, reviewed(2, points=POINTS | {"tone": 0}))
    assert found.parts("quality_score").value == (0 + 80) / 2
    assert found.parts("fatal_errors").value == 2
    assert found.parts("fatal_errors").tickets(added=True) == (1,)


def test_T7_critical_errors_are_three_classes_that_never_mix() -> None:
    found = figures(
        reviewed(1, fatal=("off_platform",)),
        reviewed(2, fatal=("discrimination",), violations=("data",)),
        reviewed(3),
        reviewed(4),
    )
    shares = {kind: found.parts(f"{kind}_critical").value for kind in ("customer", "business", "compliance")}
    assert shares == {"customer": 1 / 4, "business": 1 / 4, "compliance": 1 / 4}


def test_T7_of_several_reviews_of_a_case_the_newest_counts() -> None:
    told = review(reviewed(1, violations=("phrase",)), "03-05 09:00")
    parts = figures(told).parts("phrase_compliance")
    assert (parts.value, parts.denominator) == (1, 1)


# What counts, when, and in which group.


def test_what_is_merged_away_or_set_aside_is_no_issue() -> None:
    automatic = Story(opening(at("09:00"), kind=MessageKind.AUTOMATIC))
    assert not is_issue(automatic.ticket)
    assert is_issue(automatic.customer(at("10:00")).ticket)
    merged = story(number=2)
    merged.perform(action(do.Merge, at("10:00"), 2, into=1))
    assert figures(merged).cells == {}


def test_a_period_holds_its_first_and_last_day_in_the_desk_s_zone() -> None:
    told = counted(story("03-02 23:30", 1), story("03-03 12:00", 2), story("03-04 12:00", 3))
    day = Period(date(2026, 3, 3), date(2026, 3, 3))
    zones = {"UTC": (2,), "Asia/Shanghai": (1, 2)}
    for name, expected in zones.items():
        found = table(told, By.TOTAL, day, ZoneInfo(name), NOW.date())
        assert found.parts("resolution").tickets(added=False) == expected


def test_each_figure_counts_at_its_own_moment() -> None:
    told = reviewed(1, "04-02 09:00")
    march, april = (
        figures(told, period=days_of(month), now=at("05-01 09:00")) for month in ("2026-03", "2026-04")
    )
    assert march.parts("response_in_time").denominator == 1
    assert march.parts("quality_score").value is None
    assert april.parts("response_in_time").denominator == 0
    assert april.parts("quality_score").value == 100


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        (By.TOTAL, ()),
        (By.DAY, ("2026-03-02", "2026-04-01")),
        (By.MONTH, ("2026-03", "2026-04")),
        (By.QUARTER, ("2026-Q1", "2026-Q2")),
        (By.CHANNEL, ("chat", "email")),
        (By.LEVEL, ("2", UNKNOWN)),
        (By.MARKET, ("JP", UNKNOWN)),
    ],
)
def test_figures_by_group_add_up_to_the_total(by: By, groups: tuple[str, ...]) -> None:
    japan = replace(CUSTOMER, market="JP")
    found = figures(solved(1), story("04-01 09:00", 2, "chat", japan), by=by, now=at("04-02 09:00"))
    assert found.groups == groups
    total = found.parts("resolution")
    assert (total.group, total.value) == (TOTAL, 1 / 2)
    if groups:
        parts = [found.parts("resolution", group) for group in groups]
        assert sum(each.numerator for each in parts) == total.numerator
        assert sum(each.denominator for each in parts) == total.denominator


def test_issues_a_day_divide_by_the_days_of_their_group() -> None:
    told = [story("03-30 09:00", 1), story("04-01 09:00", 2), story("04-01 10:00", 3, "chat")]
    now = at("04-02 09:00")
    by_month = figures(*told, by=By.MONTH, now=now)
    assert by_month.parts("issues_a_day", "2026-03").denominator == 2
    assert by_month.parts("issues_a_day", "2026-04").value == 1
    by_channel = figures(*told, by=By.CHANNEL, now=now)
    assert by_channel.parts("issues_a_day", "chat").value == 1 / 4
    assert by_channel.parts("issues_a_day").value == 3 / 4


def test_a_desk_without_tickets_has_no_figures() -> None:
    found = figures()
    assert found.period == Period()
    assert {found.parts(figure).value for figure in DEFINITIONS} == {None, 0}


def test_a_period_to_come_has_no_figures() -> None:
    assert figures(solved(1), period=Period(date(2027, 1, 1))).period == Period()


@pytest.mark.parametrize("by", [By.DAY, By.MONTH, By.QUARTER])
def test_groups_of_the_calendar_have_places_that_follow_each_other(by: By) -> None:
    day, seen = date(2026, 1, 1), []
    while day < date(2027, 2, 1):
        group = group_of(day, by)
        assert days_of(group).holds(day)
        seen.append(place_of(group))
        day += DAY
    distinct = sorted(set(seen))
    assert seen == sorted(seen)
    assert distinct == list(range(distinct[0], distinct[-1] + 1))


def test_the_periods_that_are_offered() -> None:
    offered = spans(date(2026, 1, 15))
    assert offered["the last 7 days"] == Period(date(2026, 1, 9), date(2026, 1, 15))
    assert offered["last month"] == Period(date(2025, 12, 1), date(2025, 12, 31))
    assert offered["last quarter"] == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert offered["this quarter"] == Period(date(2026, 1, 1), date(2026, 1, 15))


# Hot topics and pain points.


def test_POLICY8_hot_topics_and_pain_points_say_how_often() -> None:
    told = [story(number=number).classify(at("10:00"), type="logistics") for number in (1, 2, 3)]
    told.append(story(number=4).classify(at("10:00"), type="billing_doubt"))
    told.append(story(number=5))
    for number in (0, 3):
        told[number].perform(action(do.Complain, at("11:00"), number + 1))
    told[3].ticket = replace(told[3].ticket, product="Hub X")
    found = topics(counted(*told), EVERYTHING, UTC)
    assert [(each.type, each.product, each.tickets) for each in found] == [
        ("logistics", "", (1, 2, 3)),
        ("billing_doubt", "Hub X", (4,)),
        (None, "", (5,)),
    ]
    assert [each.complaints for each in pains(found)] == [(1,), (4,)]


def test_topics_are_those_of_the_period() -> None:
    told = counted(story("03-02 09:00", 1), story("03-05 09:00", 2))
    (found,) = topics(told, Period(date(2026, 3, 3)), UTC)
    assert found.tickets == (2,)


# Retraining.


def marks(figure: str, rates: Iterable[tuple[str, int, int]]) -> list[Mark]:
    """So many of so many that complied, in a month."""
    sign = figure == "data_violations"
    return [
        Mark(figure, at(f"{month}-15 09:00"), (number < good) is not sign)
        for month, good, count in rates
        for number in range(count)
    ]


RULE = RetrainingRule()
UNTIL = date(2026, 12, 31)


@pytest.mark.parametrize("figure", COMPLIANCE)
def test_POLICY8_below_95_per_cent_two_quarters_running_calls_for_retraining(figure: str) -> None:
    (due,) = retraining(marks(figure, [("2026-02", 94, 100), ("2026-05", 18, 20)]), RULE, UTC, UNTIL)
    assert due.figure == figure
    assert due.quarters == ("2026-Q1", "2026-Q2")
    assert due.rates == pytest.approx((0.94, 0.9))


@pytest.mark.parametrize(
    "rates",
    [
        [("2026-05", 1, 2)],  # one quarter alone
        [("2026-02", 95, 100), ("2026-05", 1, 2)],  # exactly what must be reached
        [("2026-02", 1, 2), ("2026-08", 1, 2)],  # not running
        [("2026-02", 1, 2), ("2026-05", 1, 2), ("2026-08", 2, 2)],  # better since
    ],
)
def test_POLICY8_otherwise_no_retraining_is_due(rates: list[tuple[str, int, int]]) -> None:
    assert retraining(marks("phrase_compliance", rates), RULE, UTC, UNTIL) == ()


def test_POLICY8_what_calls_for_retraining_is_the_company_s_own() -> None:
    found = marks("phrase_compliance", [("2026-02", 97, 100)])
    assert retraining(found, RULE, UTC, UNTIL) == ()
    assert retraining(found, RetrainingRule(0.98, 1), UTC, UNTIL) != ()
    assert retraining(found, RetrainingRule(0.98, 1), UTC, date(2026, 1, 31)) == ()


# Definitions.


def test_every_figure_says_what_it_is() -> None:
    for figure, known in DEFINITIONS.items():
        assert known.id == figure
        assert known.text.endswith(".")
        assert known.rule.startswith("8")
        assert known.counts in WHEN


def test_a_ticket_adds_to_known_figures_alone() -> None:
    told = review(solved(1, recommend=9, comfort=4, satisfaction=Satisfaction.SATISFIED), "03-03 09:00")
    told.perform(action(do.Dispatch, at("03-04 09:00"), department="legal", text="?"))
    (found,) = counted(told)
    assert {mark.figure for mark in found.marks} == DEFINITIONS.keys() - {"repeat_complaint"}


@pytest.mark.parametrize(
    ("figure", "expected"),
    [("csat", None), ("nps", None), ("handling_time", None), ("fatal_errors", 0), ("issues_a_day", None)],
)
def test_a_figure_without_anything_is_unknown_unless_it_counts(figure: str, expected: float | None) -> None:
    assert Parts(figure, TOTAL, 0, 0).value == expected


def test_directions_and_units_are_told_for_each() -> None:
    assert {known.better for known in DEFINITIONS.values()} == set(Better)
    assert {known.unit for known in DEFINITIONS.values()} == set(Unit)


def test_whose_work_a_case_is() -> None:
    (resolved,) = counted(solved(1))
    (again,) = counted(solved(1).reopen(at("12:00")))
    (nobody,) = counted(Story())
    assert (resolved.agent, again.agent, nobody.agent) == (AGENT, AGENT, "")


def test_a_ticket_of_the_store_is_measured_like_one_of_a_story() -> None:
    ticket: Ticket = solved(1).ticket
    assert measure(ticket, shipped(), NOW, {}) == measure(ticket, shipped(), NOW + MIN, {1: ticket.created})
