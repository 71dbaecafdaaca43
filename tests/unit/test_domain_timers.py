"""The service policy's promises on time (POLICY S1–S8, L1–L4), told as stories of tickets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.clocks import TimerKind, TimerState, counted
from agent_tui.domain.ticket import MessageKind, Status, Step
from agent_tui.domain.timers import timers
from tests.factories import (
    CUSTOMER,
    DAY,
    EVERY_DAY,
    HOUR,
    MIN,
    SEC,
    WEEKDAYS,
    Story,
    action,
    at,
    office,
    opening,
    pause,
    policy_with,
    shipped,
)

FOREVER = datetime.max.replace(tzinfo=UTC)
BERLIN = office("09:00-18:00", "Europe/Berlin", EVERY_DAY)


def story(channel: str = "email", when: str = "09:00") -> Story:
    return Story(opening(at(when), channel))


# S1–S5: the first response, by channel.


@pytest.mark.parametrize(
    ("rule", "channel", "limit"),
    [
        ("S1", "phone", 30 * SEC),
        ("S2", "chat", 5 * MIN),
        ("S3", "email", 24 * HOUR),
        ("S4", "social", 1 * HOUR),
        ("S5", "messenger", 5 * MIN),
    ],
)
def test_S1_to_S5_the_first_response_by_channel(rule: str, channel: str, limit: timedelta) -> None:
    timer = story(channel).first_response
    assert (timer.rule, timer.limit, timer.calendar, timer.start) == (rule, limit, "always", at("09:00"))
    assert timer.due == at("09:00") + limit


def test_S1_a_call_counts_from_the_ring_to_the_pick_up() -> None:
    picked_up = Story(opening(at("09:00"), "phone", answered=at("09:00:30")))
    assert picked_up.first_response.state(at("09:01")) is TimerState.MET
    late = Story(opening(at("09:00"), "phone", answered=at("09:00:31")))
    assert late.first_response.state(at("09:01")) is TimerState.MISSED
    assert late.first_response.start == at("09:00")


def test_S1_picking_up_answers_the_customer() -> None:
    call = Story(opening(at("09:00"), "phone", answered=at("09:00:12")))
    assert call.all(TimerKind.NEXT_RESPONSE) == []
    assert call.due is None
    call.reply(at("11:00"))  # a written confirmation, two hours later
    assert call.all(TimerKind.NEXT_RESPONSE) == []


def test_S1_a_call_that_is_picked_up_within_the_second_awaits_no_further_answer() -> None:
    call = Story(opening(at("09:00"), "phone", answered=at("09:00")))
    assert call.first_response.state(at("09:00")) is TimerState.MET
    call.reply(at("11:00"))
    assert call.all(TimerKind.NEXT_RESPONSE) == []


def test_S1_a_missed_call_waits_for_a_call_back() -> None:
    missed = story("phone")
    assert missed.due == at("09:00:30")
    assert missed.first_response.state(at("09:00:31")) is TimerState.BREACHED
    missed.reply(at("09:10"))
    assert missed.first_response.state(at("09:10")) is TimerState.MISSED
    assert missed.first_response.ended == at("09:10")


def test_S3_email_first_reply_is_due_after_24_hours() -> None:
    mail = story("email")
    assert mail.due == at("03-03 09:00")


@pytest.mark.parametrize(
    ("answered", "state"),
    [
        ("03-03 08:59:59", TimerState.MET),
        ("03-03 09:00", TimerState.MET),
        ("03-03 09:00:01", TimerState.MISSED),
    ],
)
def test_S3_met_at_exactly_the_limit_and_missed_after_it(answered: str, state: TimerState) -> None:
    assert story().reply(at(answered)).first_response.state(at(answered)) is state


def test_a_running_clock_is_at_risk_near_its_limit_and_breached_after_it() -> None:
    timer = story().first_response
    assert timer.risk == at("03-03 03:00")
    assert timer.state(at("03-03 02:59:59")) is TimerState.RUNNING
    assert timer.state(at("03-03 03:00")) is TimerState.AT_RISK
    assert timer.state(at("03-03 09:00")) is TimerState.AT_RISK  # exactly at the limit it can still be met
    assert timer.state(at("03-03 09:00") + timedelta(microseconds=1)) is TimerState.BREACHED


def test_a_met_clock_stays_met() -> None:
    timer = story().reply(at("10:00")).first_response
    assert timer.state(at("04-01 00:00")) is TimerState.MET


@pytest.mark.parametrize("kind", [MessageKind.NOTE, MessageKind.AUTOMATIC])
def test_what_the_customer_does_not_read_is_no_response(kind: MessageKind) -> None:
    mail = story().receive(at("09:30"), kind).note(at("09:40"))
    assert mail.first_response.ended is None
    assert mail.due == at("03-03 09:00")


def test_a_reply_from_another_program_is_a_response() -> None:
    mail = story().receive(at("09:30"), MessageKind.REPLY)
    assert mail.first_response.ended == at("09:30")
    assert mail.due is None


def test_a_ticket_that_we_began_has_no_first_response() -> None:
    ours = Story(opening(at("09:00"), kind=MessageKind.REPLY))
    assert ours.all(TimerKind.FIRST_RESPONSE) == []
    ours.customer(at("10:00"))
    assert ours.due == at("03-03 10:00")
    assert ours.next_response.start == at("10:00")


@pytest.mark.parametrize("kind", [MessageKind.AUTOMATIC, MessageKind.NOTE, MessageKind.BOUNCE])
def test_a_customer_who_writes_on_a_ticket_that_nobody_began_waits_for_a_first_response(
    kind: MessageKind,
) -> None:
    silent = Story(opening(at("09:00"), kind=kind))
    assert silent.due is None
    silent.customer(at("12:00"))
    assert silent.first_response.start == at("12:00")
    assert silent.due == at("03-03 12:00")


def test_an_older_automatic_mail_that_arrives_late_does_not_take_the_promise_away() -> None:
    mail = story().receive(at("08:00"), MessageKind.AUTOMATIC)
    assert mail.first_response.start == at("09:00")
    assert mail.due == at("03-03 09:00")


@pytest.mark.parametrize(
    "change", [lambda s: s.wait(at("09:10")), lambda s: s.snooze(at("09:10"), at("03-09 09:00"))]
)
def test_waiting_or_a_snooze_never_pauses_the_first_response(change: object) -> None:
    assert callable(change)
    mail = story()
    change(mail)
    assert mail.first_response.due == at("03-03 09:00")
    assert mail.first_response.pauses == ()
    assert mail.first_response.state(at("03-03 10:00")) is TimerState.BREACHED


# The next response.


def test_a_further_question_starts_the_next_response() -> None:
    mail = story().reply(at("10:00")).customer(at("12:00"))
    assert (mail.next_response.start, mail.next_response.due) == (at("12:00"), at("03-03 12:00"))
    assert mail.next_response.rule == "S3"


def test_repeated_customer_messages_do_not_move_the_next_response() -> None:
    mail = story().reply(at("10:00")).customer(at("12:00")).customer(at("13:00")).customer(at("20:00"))
    assert mail.next_response.due == at("03-03 12:00")


def test_repeated_customer_messages_do_not_move_the_first_response() -> None:
    mail = story().customer(at("12:00")).customer(at("20:00"))
    assert mail.first_response.due == at("03-03 09:00")
    assert mail.all(TimerKind.NEXT_RESPONSE) == []
    mail.reply(at("21:00"))
    assert mail.all(TimerKind.NEXT_RESPONSE) == []  # one answer for all of them


def test_every_turn_has_a_clock_of_its_own() -> None:
    chat = (
        story("chat")
        .reply(at("09:01"))
        .customer(at("09:02"))
        .reply(at("09:07"))  # met at exactly 5 minutes
        .customer(at("09:08"))
        .customer(at("09:09"))
        .reply(at("09:14"))  # missed: counted from 9:08
        .customer(at("09:20"))
    )
    found = chat.all(TimerKind.NEXT_RESPONSE)
    assert [(timer.start, timer.ended) for timer in found] == [
        (at("09:02"), at("09:07")),
        (at("09:08"), at("09:14")),
        (at("09:20"), None),
    ]
    now = at("09:21")
    assert [timer.state(now) for timer in found] == [TimerState.MET, TimerState.MISSED, TimerState.RUNNING]
    assert chat.due == at("09:25")


def test_our_own_second_reply_starts_nothing() -> None:
    mail = story().reply(at("10:00")).reply(at("11:00"))
    assert mail.all(TimerKind.NEXT_RESPONSE) == []
    assert mail.due is None


@pytest.mark.parametrize("kind", [MessageKind.NOTE, MessageKind.AUTOMATIC, MessageKind.BOUNCE])
def test_only_a_customer_starts_the_next_response(kind: MessageKind) -> None:
    assert story().reply(at("10:00")).receive(at("12:00"), kind).all(TimerKind.NEXT_RESPONSE) == []


def test_a_resolution_ends_the_turn_that_is_open() -> None:
    mail = story().classify(at("09:30")).reply(at("10:00")).customer(at("12:00")).resolve(at("13:00"))
    assert mail.next_response.ended == at("13:00")
    assert mail.next_response.state(at("03-09 09:00")) is TimerState.MET


def test_the_next_response_has_a_limit_of_its_own() -> None:
    mail = Story(opening(at("09:00")), policy_with(first=HOUR, following=4 * HOUR))
    mail.reply(at("09:10")).customer(at("10:00"))
    assert mail.next_response.due == at("14:00")


# Messages out of order.


def test_a_late_reply_from_before_the_question_does_not_answer_it() -> None:
    mail = story().reply(at("10:00")).customer(at("12:00")).receive(at("11:00"), MessageKind.REPLY)
    assert mail.next_response.due == at("03-03 12:00")
    assert [message.at for message in mail.ticket.messages] == [
        at("09:00"),
        at("10:00"),
        at("11:00"),
        at("12:00"),
    ]


def test_a_late_reply_from_before_ours_was_the_first_response() -> None:
    mail = story().reply(at("03-03 12:00")).receive(at("10:00"), MessageKind.REPLY)
    assert mail.first_response.ended == at("10:00")


def test_a_late_question_counts_from_when_it_was_written() -> None:
    mail = story().reply(at("10:00")).customer(at("14:00")).customer(at("12:00"))
    assert mail.next_response.start == at("12:00")


# L1–L4, S8: the resolution, by level.


def test_an_unclassified_ticket_has_no_resolution_yet() -> None:
    assert story().all(TimerKind.RESOLUTION) == []


@pytest.mark.parametrize(
    ("channel", "limit"),
    [
        ("phone", 30 * MIN),
        ("chat", 30 * MIN),
        ("messenger", 30 * MIN),
        ("social", HOUR),
        ("email", 24 * HOUR),
    ],
)
def test_L1_is_solved_on_the_spot_as_the_channel_allows(channel: str, limit: timedelta) -> None:
    timer = story(channel).classify(at("09:05"), level=1).resolution
    assert (timer.rule, timer.limit, timer.due) == ("L1", limit, at("09:00") + limit)


@pytest.mark.parametrize(("level", "rule", "hours"), [(2, "L2", 24), (3, "L3", 72)])
def test_L2_and_L3_are_solved_within_24_and_72_hours(level: int, rule: str, hours: int) -> None:
    timer = story().classify(at("09:05"), level=level).resolution
    assert (timer.rule, timer.start, timer.due) == (rule, at("09:00"), at("09:00") + hours * HOUR)


def test_L4_stands_by_its_explicit_deadline() -> None:
    timer = story().classify(at("09:05"), level=4, deadline=at("03-12 18:00")).resolution
    assert (timer.rule, timer.limit, timer.due) == ("L4", None, at("03-12 18:00"))
    assert timer.risk == at("09:00") + 0.75 * (at("03-12 18:00") - at("09:00"))


def test_L4_an_explicit_deadline_stands_whatever_the_ticket_waits_for() -> None:
    major = story().classify(at("09:05"), level=4, deadline=at("03-12 18:00")).wait(at("10:00"))
    assert major.resolution.due == at("03-12 18:00")
    assert major.resolution.state(at("03-05 09:00")) is not TimerState.PAUSED


def test_S8_a_fault_is_resolved_within_3_days_also_at_level_3() -> None:
    fault = story().classify(at("09:05"), level=3, type="after_sales_fault")
    assert fault.resolution.due == at("03-05 09:00")
    slow = replace(shipped().levels[3], limit=10 * DAY)
    fault.policy = replace(shipped(), levels=shipped().levels | {3: slow})
    assert (fault.resolution.rule, fault.resolution.due) == ("S8", at("03-05 09:00"))


def test_S8_the_level_wins_where_it_is_stricter() -> None:
    fault = story().classify(at("09:05"), level=2, type="after_sales_fault")
    assert (fault.resolution.rule, fault.resolution.due) == ("L2", at("03-03 09:00"))


def test_a_level_that_changes_late_counts_from_the_original_start() -> None:
    mail = story().classify(at("09:05"), level=3).reply(at("10:00"))
    mail.classify(at("03-04 09:00"), level=2)
    assert mail.resolution.due == at("03-03 09:00")
    assert mail.resolution.state(at("03-04 09:00")) is TimerState.BREACHED
    mail.classify(at("03-04 10:00"), level=4, deadline=at("03-20 12:00"))
    assert mail.resolution.due == at("03-20 12:00")
    mail.classify(at("03-04 11:00"), level=3)
    assert mail.resolution.due == at("03-05 09:00")


@pytest.mark.parametrize(
    ("solved", "state"),
    [("03-03 09:00", TimerState.MET), ("03-03 09:00:01", TimerState.MISSED)],
)
def test_L2_met_at_exactly_the_limit_and_missed_after_it(solved: str, state: TimerState) -> None:
    mail = story().classify(at("09:30")).reply(at("10:00")).resolve(at(solved))
    assert mail.resolution.state(at("04-01 00:00")) is state
    assert mail.due is None


def test_L2_pauses_while_it_waits_for_the_customer() -> None:
    mail = story().classify(at("09:30")).asks(at("10:00"))  # 1 hour used
    assert mail.resolution.due is None
    assert mail.resolution.state(at("03-20 09:00")) is TimerState.PAUSED
    assert mail.due is None
    mail.customer(at("03-05 10:00"))
    assert mail.resolution.pauses == (pause("10:00", "03-05 10:00"),)
    assert mail.resolution.due == at("03-06 09:00")
    assert mail.due == at("03-06 09:00")


def test_L2_pauses_while_it_is_snoozed_and_says_when_it_will_be_due() -> None:
    mail = story().classify(at("09:30")).reply(at("10:00")).snooze(at("11:00"), at("03-04 11:00"))
    assert mail.resolution.due == at("03-05 09:00")
    assert mail.resolution.state(at("03-03 11:00")) is TimerState.PAUSED
    assert (
        mail.resolution.state(at("03-04 11:00")) is not TimerState.PAUSED
    )  # the snooze has run out by itself


def test_a_snooze_that_was_ended_early_pauses_only_until_then() -> None:
    mail = story().classify(at("09:30")).reply(at("10:00")).snooze(at("11:00"), at("03-04 11:00"))
    mail.resume(at("13:00"))
    assert mail.resolution.pauses == (pause("11:00", "13:00"),)
    assert mail.resolution.due == at("03-03 11:00")


def test_a_snooze_that_ran_out_before_the_ticket_was_touched_again() -> None:
    mail = (
        story().classify(at("09:30")).reply(at("10:00")).snooze(at("11:00"), at("13:00")).resume(at("20:00"))
    )
    assert mail.resolution.pauses == (pause("11:00", "13:00"),)


def test_a_snooze_inside_a_wait_is_one_pause() -> None:
    mail = story().classify(at("09:30")).asks(at("10:00")).snooze(at("12:00"), at("20:00")).wait(at("14:00"))
    assert mail.resolution.pauses == ((at("10:00"), FOREVER),)
    mail.resume(at("16:00"))
    assert mail.resolution.pauses == (pause("10:00", "16:00"),)
    assert mail.resolution.due == at("03-03 15:00")


def test_a_snooze_after_a_wait_ends_the_pause_when_it_runs_out() -> None:
    mail = story().classify(at("09:30")).asks(at("10:00")).snooze(at("12:00"), at("14:00"))
    assert mail.resolution.pauses == (pause("10:00", "14:00"),)
    assert mail.resolution.due == at("03-03 13:00")


def test_snoozing_again_moves_the_end() -> None:
    mail = story().classify(at("09:30")).reply(at("10:00")).snooze(at("11:00"), at("12:00"))
    mail.snooze(at("11:30"), at("15:00"))
    assert list(mail.resolution.pauses) == [pause("11:00", "15:00")]
    mail.snooze(at("16:00"), at("17:00"))
    assert list(mail.resolution.pauses) == [pause("11:00", "15:00"), pause("16:00", "17:00")]
    assert mail.resolution.due == at("03-03 14:00")


def test_a_pause_that_begins_at_the_limit_changes_nothing() -> None:
    mail = story().classify(at("09:30")).reply(at("10:00")).wait(at("03-03 09:00"))
    assert mail.resolution.due == at("03-03 09:00")
    assert mail.resolution.state(at("03-03 09:00:01")) is TimerState.BREACHED


def test_a_pause_after_the_breach_heals_nothing() -> None:
    mail = story().classify(at("09:30")).reply(at("10:00")).wait(at("03-03 10:00"))
    assert mail.resolution.state(at("03-10 10:00")) is TimerState.BREACHED


def test_a_reply_while_paused_keeps_the_pause() -> None:
    mail = story().classify(at("09:30")).asks(at("10:00")).reply(at("12:00"))
    assert mail.ticket.status is Status.WAITING
    assert mail.resolution.pauses == ((at("10:00"), FOREVER),)


def test_reopening_counts_from_the_original_start_with_the_pauses_cut_out() -> None:
    mail = story().classify(at("09:30")).asks(at("10:00")).customer(at("14:00"))  # 4 hours paused
    mail.reply(at("15:00")).resolve(at("16:00")).reopen(at("20:00"))
    assert mail.resolution.start == at("09:00")
    assert mail.resolution.pauses == (pause("10:00", "14:00"),)
    assert mail.resolution.due == at("03-03 13:00")  # time spent resolved counts
    assert mail.resolution.ended is None
    mail.resolve(at("21:00"))
    assert mail.resolution.state(at("21:00")) is TimerState.MET
    assert mail.resolution.ended == at("21:00")


def test_reopening_after_a_breach_is_still_a_breach() -> None:
    mail = (
        story().classify(at("09:30")).reply(at("10:00")).resolve(at("03-03 10:00")).reopen(at("03-04 09:00"))
    )
    assert mail.resolution.state(at("03-04 09:00")) is TimerState.BREACHED


def test_a_policy_may_let_the_time_spent_resolved_not_count() -> None:
    """As Zammad does with its closed states: 9:00, closed 10:00 to 10:30, the rest counts."""
    policy = policy_with(paused_by={"resolution": (Status.WAITING, Status.SNOOZED, Status.RESOLVED)})
    mail = Story(opening(at("09:00")), policy).classify(at("09:05")).reply(at("09:10"))
    mail.resolve(at("10:00"))
    assert mail.resolution.state(at("03-20 10:00")) is TimerState.MET
    mail.reopen(at("10:30"))
    assert mail.resolution.due == at("03-03 09:30")


def test_a_customer_who_writes_on_a_resolved_ticket_reopens_it() -> None:
    mail = story().classify(at("09:30")).reply(at("10:00")).resolve(at("11:00")).customer(at("12:00"))
    assert mail.ticket.status is Status.OPEN
    assert mail.resolution.due == at("03-03 09:00")
    assert mail.next_response.due == at("03-03 12:00")
    assert mail.due == at("03-03 09:00")


# S7: business hours.


def test_S7_limits_may_count_in_the_business_hours_of_the_customers_market() -> None:
    policy = replace(
        shipped(),
        channels={key: replace(rule, calendar="market") for key, rule in shipped().channels.items()},
    )
    tokyo = replace(CUSTOMER, market="JP")
    mail = Story(opening(at("2026-05-01 17:30", "Asia/Tokyo"), "social", customer=tokyo), policy)
    assert mail.first_response.calendar == "JP"
    assert mail.due == at("2026-05-07 09:30", "Asia/Tokyo")


def test_S7_a_market_without_hours_of_its_own_has_those_of_the_company() -> None:
    policy = shipped()
    assert policy.calendar("market", "JP").id == "JP"
    assert policy.calendar("market", "ZZ").id == policy.calendar("market", None).id == "home"
    assert policy.calendar("DE", "JP").id == "DE"
    assert policy.calendar("always", "JP").id == "always"


def test_S7_a_limit_that_runs_out_at_closing_time_is_due_at_closing_time() -> None:
    mail = Story(opening(at("16:00")), policy_with(hours=office(), first=HOUR))
    assert mail.due == at("17:00")
    assert mail.first_response.state(at("17:00")) is TimerState.AT_RISK
    assert mail.first_response.state(at("03-03 09:00")) is TimerState.BREACHED
    assert mail.reply(at("17:00")).first_response.state(at("18:00")) is TimerState.MET


def test_S7_a_reply_outside_business_hours_is_in_time_until_the_next_opening() -> None:
    mail = Story(opening(at("16:30")), policy_with(hours=office(), first=HOUR))
    assert mail.due == at("03-03 09:30")
    assert mail.reply(at("22:00")).first_response.state(at("22:00")) is TimerState.MET


def test_S7_a_ticket_that_waits_overnight_loses_only_business_hours() -> None:
    mail = Story(opening(at("09:00")), policy_with(hours=office(), level_2=8 * HOUR))
    mail.classify(at("09:05")).reply(at("09:10")).wait(at("16:00")).resume(at("03-03 11:00"))
    assert mail.resolution.due == at("03-03 12:00")  # 7 hours on Monday, 1 on Tuesday


def test_S7_a_ticket_that_waits_outside_business_hours_loses_nothing() -> None:
    mail = Story(opening(at("09:00")), policy_with(hours=office(), level_2=10 * HOUR))
    mail.classify(at("09:05")).reply(at("09:10")).wait(at("17:00")).resume(at("03-03 09:00"))
    assert mail.resolution.due == at("03-03 11:00")


def test_S7_over_a_change_of_clocks() -> None:
    hours = office("09:00-17:00", "Europe/Berlin")
    mail = Story(opening(at("2026-03-27 16:00", "Europe/Berlin")), policy_with(hours=hours, first=2 * HOUR))
    assert mail.due == at("2026-03-30 10:00", "Europe/Berlin")


def test_counted_is_what_has_been_used_of_the_limit() -> None:
    hours = office()
    mail = Story(opening(at("09:00")), policy_with(hours=hours, level_2=8 * HOUR))
    mail.classify(at("09:05")).reply(at("09:30")).wait(at("10:00")).resume(at("12:00"))
    assert counted(mail.resolution, hours, at("13:00")) == 2 * HOUR
    assert counted(mail.resolution, hours, at("20:00")) == 6 * HOUR
    assert counted(mail.first_response, hours, at("20:00")) == 30 * MIN


# Cases of other helpdesks.


def test_zammad_standard_mail() -> None:
    """Berlin 8 to 18; written at 10:30, first answer within 1 hour, solution within 3."""
    hours = office("08:00-18:00", "Europe/Berlin", WEEKDAYS)
    policy = policy_with(hours=hours, first=HOUR, following=2 * HOUR, level_2=3 * HOUR)
    mail = Story(opening(at("2013-03-21 09:30")), policy).classify(at("2013-03-21 09:31"))
    assert mail.due == mail.first_response.due == at("2013-03-21 10:30")
    assert mail.resolution.due == at("2013-03-21 12:30")
    mail.reply(at("2013-03-21 10:00"))
    assert mail.first_response.state(at("2013-03-21 10:00")) is TimerState.MET
    assert counted(mail.first_response, hours, at("2013-03-21 15:00")) == 30 * MIN
    assert mail.due == at("2013-03-21 12:30")
    mail.customer(at("2013-03-21 12:05"))
    assert mail.next_response.due == at("2013-03-21 14:05")
    assert mail.due == at("2013-03-21 12:30")
    mail.reply(at("2013-03-21 12:10"))
    assert mail.next_response.state(at("2013-03-21 12:10")) is TimerState.MET
    mail.resolve(at("2013-03-21 13:00"))
    assert mail.resolution.state(at("2013-03-21 13:00")) is TimerState.MISSED
    assert counted(mail.resolution, hours, at("2013-03-21 18:00")) == 210 * MIN


def test_zammad_pending_and_open_again() -> None:
    """Berlin 9 to 18 (UTC 7 to 16), solved within 2 hours, pending from 10:00 to 15:00: due at opening next day."""
    policy = policy_with(hours=BERLIN, level_2=2 * HOUR)
    mail = Story(opening(at("2013-06-04 09:00")), policy).classify(at("2013-06-04 09:01"))
    mail.wait(at("2013-06-04 10:00")).resume(at("2013-06-04 15:00"))
    assert mail.resolution.due == at(
        "2013-06-04 16:00"
    )  # exactly at closing; Zammad says 7:00 of the next day


def test_zammad_reopened() -> None:
    """Pending from 9:30 to 9:45; closed from 10:00 to 10:30, which Zammad leaves out as well."""
    policy = policy_with(hours=BERLIN, level_2=2 * HOUR)
    mail = (
        Story(opening(at("2013-06-04 09:00")), policy)
        .classify(at("2013-06-04 09:01"))
        .reply(at("2013-06-04 09:10"))
    )
    mail.wait(at("2013-06-04 09:30")).resume(at("2013-06-04 09:45")).resolve(at("2013-06-04 10:00"))
    mail.reopen(at("2013-06-04 10:30"))
    assert mail.resolution.due == at("2013-06-04 11:15")
    mail.policy = policy_with(
        policy, paused_by={"resolution": (Status.WAITING, Status.SNOOZED, Status.RESOLVED)}
    )
    assert mail.resolution.due == at("2013-06-04 11:45")  # Zammad's answer


def test_zammad_pending_then_answered_and_closed() -> None:
    policy = policy_with(hours=BERLIN, first=2 * HOUR, level_2=250 * MIN)
    mail = Story(opening(at("2013-06-04 09:00")), policy).classify(at("2013-06-04 09:01"))
    mail.wait(at("2013-06-04 10:00")).resume(at("2013-06-04 10:30"))
    mail.reply(at("2013-06-04 10:45")).resolve(at("2013-06-04 12:00"))
    now = at("2013-06-04 12:00")
    assert counted(mail.resolution, BERLIN, now) == 150 * MIN
    assert mail.resolution.state(now) is TimerState.MET
    assert counted(mail.first_response, BERLIN, now) == 105 * MIN  # Zammad pauses it, 75; we never do


def test_zammad_opened_for_half_an_hour_between_two_waits() -> None:
    mail = Story(opening(at("2013-06-04 09:00")), policy_with(hours=BERLIN, level_2=4 * HOUR))
    mail.classify(at("2013-06-04 09:00")).wait(at("2013-06-04 09:00")).resume(at("2013-06-04 10:30"))
    mail.asks(at("2013-06-04 11:00")).resolve(at("2013-06-04 12:00"))
    assert counted(mail.resolution, BERLIN, at("2013-06-04 12:00")) == 30 * MIN


def test_a_friday_evening_ticket_is_due_on_monday() -> None:
    """Freshdesk's and others' manuals: created on Friday 16:00, 4 business hours: Monday noon."""
    mail = Story(opening(at("03-06 16:00")), policy_with(hours=office(), first=4 * HOUR))
    assert mail.due == at("03-09 12:00")


# Steps: pieces of work with a clock of their own.


def test_a_step_counts_its_limit_from_its_start() -> None:
    report = Step("report", at("10:00"), "C3", limit=3600)
    mail = story().step(report)
    timer = mail.timer(TimerKind.STEP)
    assert (timer.name, timer.rule, timer.due) == ("report", "C3", at("11:00"))
    assert mail.due == at("11:00")


def test_a_step_counts_in_its_calendar_and_is_not_paused() -> None:
    mail = story().step(
        Step("engineer", at("2026-03-02 16:00", "Europe/Berlin"), "P3", limit=4 * 3600, calendar="DE")
    )
    mail.snooze(at("16:30"), at("03-09 09:00"))
    timer = mail.timer(TimerKind.STEP)
    assert timer.calendar == "DE"
    assert timer.due == at("2026-03-03 12:00", "Europe/Berlin")


def test_C8_a_step_of_three_working_days() -> None:
    mail = story().step(Step("revisit", at("03-05 10:00"), "C8", days=3, calendar="DE"))
    assert mail.timer(TimerKind.STEP).due == at("2026-03-10 17:00", "Europe/Berlin")
    assert mail.timer(TimerKind.STEP).limit is None


def test_H3_a_promise_is_a_clock_until_the_agreed_moment() -> None:
    mail = story().unsolved(at("10:00"), at("03-04 18:00"))
    promise = mail.timer(TimerKind.STEP)
    assert (promise.rule, promise.due, promise.note) == ("H3", at("03-04 18:00"), "by e-mail every day")
    assert mail.due == at("03-04 18:00")
    mail.reply(at("03-04 18:00"))
    assert mail.timer(TimerKind.STEP).state(at("03-05 09:00")) is TimerState.MET


def test_H3_a_broken_promise_is_missed() -> None:
    mail = story().unsolved(at("10:00"), at("12:00")).reply(at("12:00:01"))
    assert mail.timer(TimerKind.STEP).state(at("13:00")) is TimerState.MISSED


def test_H3_a_new_promise_takes_the_place_of_the_old_one() -> None:
    mail = story().unsolved(at("10:00"), at("12:00")).unsolved(at("11:00"), at("15:00"))
    old, new = mail.all(TimerKind.STEP)
    assert (old.ended, new.ended, new.due) == (at("11:00"), None, at("15:00"))
    assert mail.due == at("15:00")


# The due time of a ticket.


def test_a_tickets_due_time_is_its_earliest_open_timer() -> None:
    chat = story("chat")
    assert chat.due == at("09:05")
    chat.classify(at("09:01"), level=2)
    assert chat.due == at("09:05")
    chat.reply(at("09:02"))
    assert chat.due == at("03-03 09:00")  # the resolution
    chat.unsolved(at("09:10"), at("12:00"))
    assert chat.due == at("12:00")  # the promise
    chat.customer(at("09:20"))
    assert chat.due == at("09:25")  # the next response
    chat.resolve(at("09:21"))
    assert chat.due is None


def test_all_clocks_of_a_ticket_come_in_the_order_of_their_starts() -> None:
    chat = story("chat").classify(at("09:01")).unsolved(at("09:02"), at("12:00")).customer(at("09:20"))
    starts = [timer.start for timer in timers(chat.ticket, chat.policy)]
    assert starts == sorted(starts)
    assert set(chat.states(at("09:21"))) == {"first_response", "next_response", "resolution", "promise"}


def test_a_channel_that_nobody_knows_any_more_counts_as_the_slowest() -> None:
    policy = shipped()
    ticket = replace(story().ticket, channel="fax")
    limits = {timer.kind: timer.limit for timer in timers(ticket, policy)}
    assert limits[TimerKind.FIRST_RESPONSE] == max(rule.first_response for rule in policy.channels.values())


# Merged tickets.


def test_a_merged_ticket_has_no_open_clock_and_the_other_counts_from_the_earlier_start() -> None:
    late = Story(opening(at("10:00"), ticket=1)).classify(at("10:05"))
    early = Story(opening(at("08:00"), ticket=2))
    merge = action(do.Merge, at("11:00"), ticket=2, into=1)
    source = early.ticket
    early.perform(merge)
    late.perform(merge, source)
    assert early.due is None
    assert early.first_response.ended == at("11:00")
    assert late.first_response.start == late.resolution.start == at("08:00")
    assert late.due == at("03-03 08:00")


def test_merging_a_question_into_a_waiting_ticket_wakes_it() -> None:
    waiting = Story(opening(at("08:00"), ticket=1)).classify(at("08:05")).asks(at("08:30"))
    asking = Story(opening(at("10:00"), ticket=2))
    waiting.perform(action(do.Merge, at("11:00"), ticket=2, into=1), asking.ticket)
    assert waiting.ticket.status is Status.OPEN
    assert waiting.resolution.pauses == (pause("08:30", "10:00"),)
    assert waiting.next_response.due == at("03-03 10:00")
