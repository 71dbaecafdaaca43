"""The time-zone table (POLICY P4): the hours of the team's shifts and of the markets at a moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from agent_tui.domain.calendars import Calendar, Window, working
from agent_tui.domain.casework_rules import Shift
from agent_tui.domain.policy import Policy

_AWAKE = (7, 22)
"""From which hour to which people are awake, local time."""
_AHEAD = timedelta(days=60)
"""How far the next opening is looked for: longer than any row of holidays."""


class Whose(StrEnum):
    """Whose hours a line of the table tells."""

    SHIFT = "shift"
    MARKET = "market"


class Place(msgspec.Struct, frozen=True):
    """A shift or a market at a moment. `opens` is the next opening while it is closed, `closes` the end of this one."""

    id: str
    whose: Whose
    zone: str  # IANA
    is_open: bool
    awake: bool
    opens: datetime | None = None
    closes: datetime | None = None
    holiday: str = ""  # the public holiday of that local day
    members: tuple[str, ...] = ()


def shift_calendar(shift: Shift) -> Calendar:
    """A shift's hours, on every day of the week; a night shift reaches into the next day."""
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in shift.hours.split("-"))
    window = Window(start, end if end > start else end + 1440)
    return Calendar(shift.id, shift.zone, ((window,),) * 7)


def table(policy: Policy, now: datetime) -> tuple[Place, ...]:
    """The shifts, then the markets, each from east to west."""
    shifts = [
        _place(shift_calendar(shift), Whose.SHIFT, shift.id, now, shift.members)
        for shift in policy.casework.shifts.values()
    ]
    markets = [
        _place(policy.calendars[word], Whose.MARKET, market, now) for market, word in policy.markets.items()
    ]
    return (*_from_the_east(shifts, now), *_from_the_east(markets, now))


def _from_the_east(places: list[Place], now: datetime) -> list[Place]:
    def offset(place: Place) -> timedelta:
        return now.astimezone(ZoneInfo(place.zone)).utcoffset() or timedelta()

    return sorted(places, key=lambda place: (-offset(place), place.id))


def _place(
    calendar: Calendar, whose: Whose, name: str, now: datetime, members: tuple[str, ...] = ()
) -> Place:
    local = now.astimezone(ZoneInfo(calendar.zone))
    begin, end = next(working(calendar, now, now + _AHEAD), (None, None))
    is_open = begin is not None and begin <= now
    return Place(
        id=name,
        whose=whose,
        zone=calendar.zone,
        is_open=is_open,
        awake=_AWAKE[0] <= local.hour < _AWAKE[1],
        opens=None if is_open else begin,
        closes=end if is_open else None,
        holiday=_holiday(calendar, local.date()),
        members=members,
    )


def _holiday(calendar: Calendar, day: date) -> str:
    """The public holiday, unless the company's file makes it a working day."""
    return "" if calendar.days.get(day) else calendar.holidays.name(day) or ""
