"""Calendars: the time that counts for a clock, round the clock or in business hours.

Windows are wall-clock times of a time zone; moments may be given in any zone, and are returned in UTC. A day's
length follows the zone: across a change to or from daylight saving, time is counted as it really passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

DAY = timedelta(days=1)
HORIZON = timedelta(days=3653)
"""A clock that has not run out ten years after its start will never run out."""

Interval = tuple[datetime, datetime]


class CalendarError(ValueError):
    """A calendar that never opens, so that no limit could run out in it."""


class DaysOff(Protocol):
    """Answers which days are public holidays."""

    def name(self, day: date) -> str | None:
        """The holiday's name, or None on an ordinary day."""
        ...


class NoDaysOff:
    """The calendar of a place without public holidays."""

    def name(self, day: date) -> str | None:
        return None


class Window(msgspec.Struct, frozen=True):
    """An opening time in minutes from local midnight; `end` beyond 1440 reaches into the next day."""

    start: int
    end: int


class Calendar(msgspec.Struct, frozen=True):
    """When time counts. `week` holds the windows of Monday to Sunday; None means round the clock.

    `days` overrides single days (an empty tuple closes the day), holidays included. A window belongs to the
    day on which it opens: a night shift that begins before a holiday is worked to its end.
    """

    id: str
    zone: str = "UTC"  # IANA
    week: tuple[tuple[Window, ...], ...] | None = None
    holidays: DaysOff = NoDaysOff()
    days: dict[date, tuple[Window, ...]] = {}


ALWAYS = Calendar("always")


def windows(calendar: Calendar, day: date) -> tuple[Window, ...]:
    """The opening times of one local day."""
    if calendar.week is None:
        return (Window(0, 1440),)
    if (special := calendar.days.get(day)) is not None:
        return special
    regular = calendar.week[day.weekday()]
    return () if not regular or calendar.holidays.name(day) else regular


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether the calendar opens at all on that local day."""
    return bool(windows(calendar, day))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def instant(zone: str, day: date, minutes: int) -> datetime:
    """The moment, in UTC, of a wall-clock time `minutes` after local midnight of `day`.

    A time that a change of clocks leaves out is the moment of the change; one that happens twice is the first.
    """
    tz = _zone(zone)
    days, rest = divmod(minutes, 1440)
    wall = datetime.combine(day + days * DAY, time(rest // 60, rest % 60))
    first = wall.replace(tzinfo=tz).astimezone(UTC)
    if first.astimezone(tz).replace(tzinfo=None) == wall:
        return first
    # In a gap, the offset before it (fold 0) leads past the change and the offset after it (fold 1) before it.
    low, high = wall.replace(tzinfo=tz, fold=1).astimezone(UTC), first
    before = low.astimezone(tz).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(tz).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def working(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Interval]:
    """The open intervals between two moments, in order, without overlap, in UTC."""
    # Two moments of one zone are compared and subtracted by their wall clocks: wrong across a change of clocks.
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if calendar.week is None:
        if start < end:
            yield start, end
        return
    # A window may begin the day before and reach past midnight.
    day = start.astimezone(_zone(calendar.zone)).date() - DAY
    last = end.astimezone(_zone(calendar.zone)).date()
    reached = start
    while day <= last:
        for window in windows(calendar, day):
            opens = max(instant(calendar.zone, day, window.start), reached)
            closes = min(instant(calendar.zone, day, window.end), end)
            if opens < closes:
                yield opens, closes
                reached = closes
        day += DAY


def _without(interval: Interval, pauses: tuple[Interval, ...]) -> Iterator[Interval]:
    start, end = interval
    for paused, resumed in ((begin.astimezone(UTC), until.astimezone(UTC)) for begin, until in pauses):
        if resumed <= start or paused >= end:
            continue
        if start < paused:
            yield start, paused
        start = resumed
        if start >= end:
            return
    if start < end:
        yield start, end


def elapsed(
    calendar: Calendar, start: datetime, end: datetime, pauses: tuple[Interval, ...] = ()
) -> timedelta:
    """How much time counted between two moments, `pauses` (sorted, disjoint) cut out."""
    return sum(
        (
            stop - begin
            for opening in working(calendar, start, end)
            for begin, stop in _without(opening, pauses)
        ),
        timedelta(),
    )


def after(
    calendar: Calendar, start: datetime, limit: timedelta, pauses: tuple[Interval, ...] = ()
) -> datetime | None:
    """The first moment at which `limit` has been counted since `start`.

    A limit that runs out exactly when the calendar closes, or a pause begins, runs out then and not at the next
    opening. None when a pause without an end (`datetime.max`) comes first. Raises CalendarError when the
    calendar has no such moment within ten years.
    """
    if limit <= timedelta():
        return start.astimezone(UTC)
    left = limit
    for opening in working(calendar, start, start + HORIZON + limit):
        for begin, stop in _without(opening, pauses):
            if left <= stop - begin:
                return begin + left
            left -= stop - begin
    if pauses and pauses[-1][1] >= start + HORIZON + limit:
        return None
    raise CalendarError(f"the calendar {calendar.id!r} never opens for long enough")


def working_days_after(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The close of the `days`-th working day after the day of `start`, which itself does not count.

    So do the periods of EU Regulation 1182/71, article 3. Round the clock, every day is a working day
    and closes at midnight. Raises CalendarError when there are not so many within ten years.
    """
    if days < 1:
        raise ValueError("a period lasts at least one working day")
    day = start.astimezone(_zone(calendar.zone)).date()
    last = day + HORIZON
    while days > 0 and day < last:
        day += DAY
        days -= is_working_day(calendar, day)
    if days > 0:
        raise CalendarError(f"the calendar {calendar.id!r} never opens for long enough")
    return instant(calendar.zone, day, max(window.end for window in windows(calendar, day)))
