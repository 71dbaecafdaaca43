"""Moments for a revisit (POLICY C8): when customer and company are both at work, before the limit of the stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from agent_tui.domain.calendars import Calendar, Interval, Window, working, working_days_after
from agent_tui.domain.casework import Stage
from agent_tui.domain.casework_timers import casework_timers
from agent_tui.domain.policy import MARKET, Policy
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.zones import shift_calendar

MOST = 3
"""How many moments are offered."""
_SLOT = timedelta(minutes=30)
"""How long a revisit lasts, how far ahead it is proposed at least, and how far two moments lie apart."""
_DECENT = Window(9 * 60, 18 * 60)
"""The hours in which a customer may be rung up at all, on the working days of their market."""
_USUAL_DAYS = 3
"""The working days of C8 where policy sets no limit, and once the limit is over."""


class Basis(StrEnum):
    """Whose hours the moments lie in."""

    BOTH = "both"  # the customer's market and the company's own hours
    SHIFT = "shift"  # these never meet: the customer's decent hours while a shift of the team works
    CUSTOMER = "customer"  # nor does a shift: the customer's decent hours alone


class Offer(msgspec.Struct, frozen=True):
    """Up to three moments in UTC, what they rest on, and until when they may lie."""

    moments: tuple[datetime, ...]
    basis: Basis
    until: datetime


def propose(ticket: Ticket, policy: Policy, now: datetime) -> tuple[datetime, ...]:
    """Up to three moments for the revisit of this ticket."""
    return offer(ticket, policy, now).moments


def offer(ticket: Ticket, policy: Policy, now: datetime) -> Offer:
    """Moments on the half hour of the customer's clocks, on different days as far as there are any.

    They lie in both sides' working hours, outside the customer's public holidays, before the limit of the stage; once
    that is over, within as many working days from now.
    """
    ours, theirs = policy.calendars[policy.home], _theirs(ticket, policy)
    decent = _decent(theirs)
    shifts = [shift_calendar(shift) for shift in policy.casework.shifts.values()]
    until = _limit(ticket, policy, now)
    begin = now.astimezone(UTC) + _SLOT
    for basis, hours, sides in (
        (Basis.BOTH, theirs, (ours,)),
        (Basis.SHIFT, decent, tuple(shifts)),
        (Basis.CUSTOMER, decent, (decent,)),
    ):
        if slots := sorted({slot for side in sides for slot in _slots(hours, side, begin, until)}):
            return Offer(_spread(slots, ZoneInfo(theirs.zone)), basis, until)
    return Offer((), Basis.CUSTOMER, until)


def _theirs(ticket: Ticket, policy: Policy) -> Calendar:
    """The hours of the customer's market, on the clocks that the customer stated if there are such."""
    calendar = policy.calendar(MARKET, ticket.customer.market)
    return replace(calendar, zone=policy.zone_of(ticket.customer) or calendar.zone)


def _decent(calendar: Calendar) -> Calendar:
    """The same working days, from 9 to 18 o'clock."""
    week = calendar.week or ((_DECENT,),) * 7
    return replace(
        calendar,
        week=tuple((_DECENT,) if day else () for day in week),
        days={day: (_DECENT,) if hours else () for day, hours in calendar.days.items()},
    )


def _limit(ticket: Ticket, policy: Policy, now: datetime) -> datetime:
    name = f"complaint:{Stage.REVISIT.value}"
    running = (timer for timer in casework_timers(ticket, policy) if timer.ended is None)
    due = next((timer.due for timer in running if timer.name == name), None)
    if due is not None and due > now + _SLOT:
        return due
    rule = policy.casework.stages.get(Stage.REVISIT.value)
    days = rule.days if rule and rule.days else _USUAL_DAYS
    return working_days_after(policy.calendars[policy.home], now, days)


def _slots(one: Calendar, other: Calendar, begin: datetime, until: datetime) -> list[datetime]:
    """The half hours in which both calendars are open."""
    zone = ZoneInfo(one.zone)
    shared = (
        _both(first, second)
        for first in working(one, begin, until)
        for second in working(other, begin, until)
    )
    return list(chain.from_iterable(_halves(each, zone) for each in shared))


def _both(one: Interval, other: Interval) -> Interval:
    return max(one[0], other[0]), min(one[1], other[1])


def _halves(opening: Interval, zone: ZoneInfo) -> Iterable[datetime]:
    """The full and half hours of a zone's clocks after which half an hour is left."""
    begin, end = opening
    local = begin.astimezone(zone)
    past = timedelta(minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond)
    slot = begin + (_SLOT - past if past else timedelta())
    while slot + _SLOT <= end:
        yield slot
        slot += _SLOT


def _spread(slots: Sequence[datetime], zone: ZoneInfo) -> tuple[datetime, ...]:
    """A morning, a midday and an afternoon on three days; where there are fewer days, further ones of the same."""
    days: dict[date, list[datetime]] = {}
    for slot in slots:
        days.setdefault(slot.astimezone(zone).date(), []).append(slot)
    some = list(days.values())[:MOST]
    chosen = {day[place * (len(day) - 1) // (MOST - 1)] for place, day in enumerate(some)}
    while len(chosen) < MOST and (left := [slot for slot in slots if slot not in chosen]):
        chosen.add(max(left, key=lambda slot: (min(abs(slot - each) for each in chosen), -slot.timestamp())))
    return tuple(sorted(chosen))
