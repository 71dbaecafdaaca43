"""Moments for the revisit (POLICY C8)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agent_tui.domain.calendars import windows
from agent_tui.domain.revisits import Basis, offer, propose
from agent_tui.domain.ticket import Customer, Ticket
from tests.factories import DAY, MIN, Story, at, opening, shipped

HOME = shipped().calendars["home"]


def resolved(market: str | None, when: datetime | None = None, zone: str | None = None) -> Ticket:
    """A complaint that was resolved and waits for its revisit."""
    customer = Customer(name="Emma", emails=("emma@example.com",), market=market, time_zone=zone)
    begun = when or at("06:00")
    story = Story(opening(begun, customer=customer)).complain(begun + MIN)
    story.apologise(begun + 2 * MIN, direction="a new one").record(begun + 3 * MIN)
    story.report(begun + 4 * MIN).verify(begun + 5 * MIN).classify(begun + 6 * MIN)
    story.proposes(begun + 7 * MIN).accept(begun + 8 * MIN).carry_out(begun + 9 * MIN)
    return story.settle(begun + 10 * MIN, care="Take care.").ticket


def is_open(zone: str, moment: datetime, calendar: str) -> bool:
    """Whether a calendar of the policy is open for half an hour from a moment on."""
    local = moment.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    hours = windows(shipped().calendars[calendar], local.date())
    return any(window.start <= minute and minute + 30 <= window.end for window in hours)


@pytest.mark.parametrize("market", ["JP", "KR", "DE", "GB", "IN", "TH", "ZA"])
def test_C8_three_moments_on_three_days_inside_both_sides_hours(market: str) -> None:
    now = at("07:00")
    found = offer(resolved(market), shipped(), now)
    assert found.basis is Basis.BOTH
    assert len(found.moments) == 3
    for moment in found.moments:
        assert now < moment < at("03-05 18:00", HOME.zone)  # the close of the third working day
        assert is_open(HOME.zone, moment, "home")
        assert is_open(shipped().calendars[market].zone, moment, market)
        assert moment.minute in (0, 30)


def test_C8_the_days_differ_where_there_are_three() -> None:
    zone = ZoneInfo("Asia/Tokyo")
    days = [each.astimezone(zone).date() for each in propose(resolved("JP"), shipped(), at("07:00"))]
    assert len(set(days)) == 3


def test_C8_no_moment_on_the_customers_public_holiday() -> None:
    # Good Friday and Easter Monday 2026, 3 and 6 April: Germany is closed, the company is not.
    ticket = resolved("DE", at("2026-04-01 06:00"))
    found = offer(ticket, shipped(), at("2026-04-01 12:00"))
    assert found.until == at("2026-04-07 18:00", HOME.zone)  # Qingming on 6 April, observed
    days = {moment.astimezone(ZoneInfo("Europe/Berlin")).date().isoformat() for moment in found.moments}
    assert days == {"2026-04-02", "2026-04-07"}
    assert len(found.moments) == 3  # two of them on one day


@pytest.mark.parametrize("market", ["US", "BR", "MX"])
def test_C8_hours_that_never_meet_leave_decent_ones_while_a_shift_works(market: str) -> None:
    found = offer(resolved(market), shipped(), at("07:00"))
    assert found.basis is Basis.SHIFT
    zone = ZoneInfo(shipped().calendars[market].zone)
    assert len(found.moments) == 3
    assert all(9 <= moment.astimezone(zone).hour < 18 for moment in found.moments)


def test_C8_without_a_shift_the_customers_decent_hours_remain() -> None:
    policy = shipped()
    alone = replace(policy, casework=replace(policy.casework, shifts={}))
    found = offer(resolved("US"), alone, at("07:00"))
    assert found.basis is Basis.CUSTOMER
    zone = ZoneInfo("America/New_York")
    assert all(9 <= moment.astimezone(zone).hour < 18 for moment in found.moments)


def test_C8_the_zone_that_the_customer_stated_counts() -> None:
    found = propose(resolved("US", zone="America/Los_Angeles"), shipped(), at("07:00"))
    hours = [moment.astimezone(ZoneInfo("America/Los_Angeles")).hour for moment in found]
    assert all(9 <= hour < 18 for hour in hours)


def test_C8_an_unknown_market_means_the_companys_own_hours() -> None:
    found = offer(resolved(None), shipped(), at("07:00"))
    assert found.basis is Basis.BOTH
    assert all(is_open(HOME.zone, moment, "home") for moment in found.moments)


def test_C8_half_hours_are_those_of_the_customers_clocks() -> None:
    zone = ZoneInfo("Asia/Kathmandu")  # 5:45 ahead of UTC
    found = propose(resolved("IN", zone="Asia/Kathmandu"), shipped(), at("07:00"))
    assert found
    assert all(moment.astimezone(zone).minute in (0, 30) for moment in found)


def test_C8_once_the_limit_is_over_the_next_three_working_days_are_offered() -> None:
    late = at("03-09 06:00")
    found = offer(resolved("JP"), shipped(), late)
    assert found.until == at("03-12 18:00", HOME.zone)
    assert len(found.moments) == 3
    assert all(late < moment <= found.until for moment in found.moments)


def test_C8_an_hour_before_the_limit_there_may_be_no_moment_left() -> None:
    ticket = resolved("US")
    assert propose(ticket, shipped(), at("03-05 17:00", HOME.zone)) == ()


@given(
    market=st.sampled_from([*shipped().markets, None]),
    minutes=st.integers(0, 400 * 24 * 60),
)
def test_C8_moments_always_lie_ahead_and_apart(market: str | None, minutes: int) -> None:
    now = at("07:00") + minutes * MIN
    found = offer(resolved(market, now - 60 * MIN), shipped(), now)
    assert list(found.moments) == sorted(set(found.moments))
    assert all(now + 30 * MIN <= moment for moment in found.moments)
    assert all(moment + 30 * MIN <= found.until for moment in found.moments)
    assert found.until <= now + 20 * DAY
    assert len(found.moments) <= 3
