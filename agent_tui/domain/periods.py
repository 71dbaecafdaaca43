"""Days, months and quarters as figures are grouped by them (POLICY 8)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

import msgspec

from agent_tui.domain.messages import N_

_DAY = timedelta(days=1)


class By(StrEnum):
    """What figures are grouped by."""

    TOTAL = "total"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    CHANNEL = "channel"
    LEVEL = "level"
    MARKET = "market"


GROUPINGS: dict[By, str] = {
    By.TOTAL: N_("in total"),
    By.DAY: N_("by day"),
    By.MONTH: N_("by month"),
    By.QUARTER: N_("by quarter"),
    By.CHANNEL: N_("by channel"),
    By.LEVEL: N_("by level"),
    By.MARKET: N_("by market"),
}

IN_TIME = (By.DAY, By.MONTH, By.QUARTER)
"""The groupings along the calendar."""


class Period(msgspec.Struct, frozen=True):
    """From the first to the last day, both included; None is as far as there is something."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


def spans(today: date) -> dict[str, Period]:
    """The periods that people ask for, by their titles."""
    month = today.replace(day=1)
    quarter = days_of(group_of(today, By.QUARTER))
    begun = quarter.first or today
    return {
        N_("the last 7 days"): Period(today - 6 * _DAY, today),
        N_("the last 30 days"): Period(today - 29 * _DAY, today),
        N_("this month"): Period(month, today),
        N_("last month"): days_of(group_of(month - _DAY, By.MONTH)),
        N_("this quarter"): Period(begun, today),
        N_("last quarter"): days_of(group_of(begun - _DAY, By.QUARTER)),
        N_("this year"): Period(today.replace(month=1, day=1), today),
        N_("everything"): Period(),
    }


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The day of a moment in a zone."""
    return moment.astimezone(zone).date()


def group_of(day: date, by: By) -> str:
    """The day, month or quarter that a day lies in, as `2026-03-02`, `2026-03` or `2026-Q1`, so that text sorts."""
    match by:
        case By.MONTH:
            return day.isoformat()[:7]
        case By.QUARTER:
            return f"{day.isoformat()[:4]}-Q{(day.month + 2) // 3}"
        case _:
            return day.isoformat()


def place_of(group: str) -> int:
    """The number of a day, month or quarter along its axis: the one after it has the next number."""
    year, _dash, rest = group.partition("-")
    if rest.startswith("Q"):
        return int(year) * 4 + int(rest[1:]) - 1
    if "-" not in rest:
        return int(year) * 12 + int(rest) - 1
    return date.fromisoformat(group).toordinal()


def days_of(group: str) -> Period:
    """The first and last day of a day, month or quarter."""
    if "Q" in group:
        place = place_of(group)
        return Period(_month(place // 4, place % 4 * 3), _month(place // 4, place % 4 * 3 + 3) - _DAY)
    if group.count("-") == 1:
        place = place_of(group)
        return Period(_month(place // 12, place % 12), _month(place // 12, place % 12 + 1) - _DAY)
    day = date.fromisoformat(group)
    return Period(day, day)


def _month(year: int, months: int) -> date:
    """The first day of a month, counted from January of a year as 0."""
    return date(year + months // 12, months % 12 + 1, 1)


def common_days(one: Period, other: Period) -> int:
    """How many days two bounded periods share."""
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return 0
    return max(0, (min(one.last, other.last) - max(one.first, other.first)).days + 1)
