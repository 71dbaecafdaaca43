"""Days of the week and opening times, as pack files write them."""

from __future__ import annotations

import re
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent_tui.domain.calendars import Window
from agent_tui.packs.loader import Place

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")

Week = tuple[tuple[Window, ...], ...]
"""The windows of each day from Monday to Sunday."""


def week(place: Place, field: str, hours: dict[str, tuple[str, ...]]) -> Week:
    """The hours of a week, written as `{ mon-fri = ["09:00-12:00"] }`; other days are closed. Raises PackError."""
    found: list[tuple[Window, ...]] = [()] * 7
    for days, times in hours.items():
        for day in day_range(place, field, days):
            found[day] = windows(place, field, times)
    return tuple(found)


def weekday(place: Place, field: str, text: str) -> int:
    """The number of `mon`, Monday being 0. Raises PackError."""
    if text not in _DAYS:
        raise place.error(field, f"{text!r} is no day of the week; write one of: {', '.join(_DAYS)}")
    return _DAYS.index(text)


def check_zone(place: Place, field: str, name: str) -> str:
    """An IANA time zone. Raises PackError."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise place.error(field, f"there is no time zone {name!r}") from error
    return name


def day_range(place: Place, field: str, text: str) -> list[int]:
    """The days of `mon-fri` or `sat`, Monday being 0. Raises PackError."""
    first, _, last = text.lower().partition("-")
    last = last or first
    if first not in _DAYS or last not in _DAYS:
        raise place.error(field, f"{text!r} is no day or range of days; write mon-fri or sat")
    start = _DAYS.index(first)
    return [(start + step) % 7 for step in range((_DAYS.index(last) - start) % 7 + 1)]


def windows(place: Place, field: str, hours: tuple[str, ...]) -> tuple[Window, ...]:
    """Opening times of one day, in order. Raises PackError."""
    found: list[Window] = []
    for text in hours:
        match = _HOURS.fullmatch(text.replace(" ", ""))
        start, end = (
            (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])) if match else (0, 0)
        )
        if match is None or start >= 1440 or end > 1440 or start == end:
            raise place.error(
                field, f"{text!r} is no opening time; write 09:00-17:30, or 22:00-06:00 for a night"
            )
        found.append(Window(start, end if end > start else end + 1440))
    found.sort(key=lambda window: window.start)
    for one, other in pairwise(found):
        if other.start < one.end:
            raise place.error(field, "opening times of one day overlap")
    return tuple(found)
