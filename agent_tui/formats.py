"""Dates, durations and numbers as people of a place write them: CLDR, through Babel.

Babel is imported on first use (26 ms, and 12 more to read a place's words). `locale` is a CLDR name such
as `en_GB` or `zh_CN`, usually `i18n.format_locale()`; every moment is an aware datetime and is shown in the
zone `tz`.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

MINUS = "\u2212"  # the sign; a hyphen is not one

COUNTDOWN_CELLS = 6  # the width of every `countdown`
_SECONDS_BELOW = 10 * 60
_MINUTES_BELOW = 120 * 60
_HOURS_BELOW = 48 * 3600

# CLDR's short English units are "2 hr, 15 min"; the desk writes the symbols that travel.
_ENGLISH = {"day": "{} d", "hour": "{} h", "minute": "{} min", "second": "{} s"}
_FOR_TERMINALS = {0x202F: " ", 0x00A0: " ", 0x200E: None, 0x200F: None, 0x061C: None}


class _Place(NamedTuple):
    """How moments are written in a place."""

    hours: int
    date: str
    both: str
    weekdays: str
    months: str = "1 2 3 4 5 6 7 8 9 10 11 12"


_ENGLISH_DAYS = "Mon Tue Wed Thu Fri Sat Sun"
# What CLDR says of the usual places: a desk shows clocks at once, and would wait for Babel. A test compares the two.
_PLACES = {
    "en_GB": _Place(
        24,
        "{day} {month} {year}",
        "{date}, {time}",
        _ENGLISH_DAYS,
        "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    ),
    "en_US": _Place(
        12,
        "{month} {day}, {year}",
        "{date}, {time}",
        _ENGLISH_DAYS,
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    ),
    "zh_CN": _Place(24, "{year}年{month}月{day}日", "{date} {time}", "周一 周二 周三 周四 周五 周六 周日"),
}
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def iso(moment: datetime) -> str:
    """Return `moment`, which is in UTC, in ISO 8601 for programs: `2026-11-22T14:02:00Z`."""
    return moment.isoformat().replace("+00:00", "Z")


def date(moment: datetime, locale: str, tz: tzinfo) -> str:
    """Return the day of `moment`: `22 Nov 2026`, `2026年11月22日`."""
    local = moment.astimezone(tz)
    if place := _PLACES.get(locale):
        month = place.months.split()[local.month - 1]
        return place.date.format(day=local.day, month=month, year=local.year)
    from babel.dates import format_date

    return _plain(format_date(local, format="medium", locale=locale))


def time(moment: datetime, locale: str, tz: tzinfo) -> str:
    """Return the time of day of `moment`, to the minute: `14:02`, `2:02 PM`."""
    if place := _PLACES.get(locale):
        local = moment.astimezone(tz)
        if place.hours == 24:
            return f"{local:%H:%M}"
        return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"
    from babel.dates import format_time

    return _plain(format_time(moment, format="short", tzinfo=tz, locale=locale))


def date_time(moment: datetime, locale: str, tz: tzinfo) -> str:
    """Return day and time of `moment`, to the minute."""
    if place := _PLACES.get(locale):
        return place.both.format(date=date(moment, locale, tz), time=time(moment, locale, tz))
    from babel.dates import get_datetime_format

    pattern = str(get_datetime_format("medium", locale=locale))
    return _plain(pattern.format(time(moment, locale, tz), date(moment, locale, tz)))


def weekday(moment: datetime, locale: str, tz: tzinfo) -> str:
    """Return the short name of the day of the week: `Thu`, `周四`."""
    local = moment.astimezone(tz)
    if place := _PLACES.get(locale):
        return place.weekdays.split()[local.weekday()]
    from babel.dates import format_date

    return format_date(local, format="ccc", locale=locale)


def duration(span: timedelta, locale: str) -> str:
    """Return `span` in its two largest units, cut to whole ones: `2 h 15 min`, `2小时15分钟`, `−3 d`."""
    total = math.floor(abs(span).total_seconds())
    parts = []
    for unit, size in _UNITS:
        count, total = divmod(total, size)
        parts.append((unit, count))
    first = next((index for index, (_unit, count) in enumerate(parts) if count), len(parts) - 1)
    shown = [parts[first], *(part for part in parts[first + 1 : first + 2] if part[1])]
    texts = [_amount(count, unit, locale) for unit, count in shown]
    joined = ("" if locale[:2] == "zh" else " ").join(texts)  # Chinese puts no space between the parts
    negative = span < timedelta(0) and any(count for _unit, count in shown)
    return MINUS + joined if negative else joined


def relative(moment: datetime, now: datetime, locale: str) -> str:
    """Return where `moment` lies seen from `now`: `3 minutes ago`, `in 2 days`, `3分钟前`."""
    from babel.dates import format_timedelta

    apart = abs((moment - now).total_seconds())
    size = next((size for _unit, size in _UNITS if apart >= size), 1)
    whole = timedelta(
        seconds=apart // size * size
    )  # Babel rounds up, and would promise time that isn't there
    text = format_timedelta(
        whole if moment >= now else -whole, add_direction=True, threshold=1, locale=locale
    )
    return _plain(text)


def number(value: float, locale: str, *, digits: int | None = None) -> str:
    """Return `value` with the separators of the place; `digits` fixes how many follow the decimal sign."""
    from babel.numbers import format_decimal

    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return _plain(format_decimal(value, format=pattern, locale=locale))


def percent(value: float, locale: str, *, digits: int = 0) -> str:
    """Return the share `value` (1 is everything) in per cent: `92.5%`, `92,5 %`."""
    from babel import Locale
    from babel.numbers import parse_pattern

    pattern = parse_pattern(Locale.parse(locale).percent_formats[None].pattern)
    pattern.frac_prec = (digits, digits)
    return _plain(pattern.apply(value, locale))


def territory(code: str, locale: str) -> str:
    """Return the name of the country with an ISO 3166-1 code: `Japan`, `日本`; the code where there is none."""
    from babel import Locale

    short = _SHORT_NAMES.get((code, locale.partition("_")[0]))
    return short or _plain(Locale.parse(locale).territories.get(code, code))


_SHORT_NAMES = {
    ("HK", "zh"): "中国香港",
    ("MO", "zh"): "中国澳门",
    ("TW", "zh"): "中国台湾",
    ("HK", "en"): "Hong Kong",
    ("MO", "en"): "Macao",
}
"""Names as companies write them, alike and short; CLDR's are long for some and not for others."""


def countdown(seconds: float | None) -> str:
    """Return the time that is left in `COUNTDOWN_CELLS` ASCII cells: `-02:15`, ` 00:42`, `  38m `, `  2h  `.

    Minutes, hours and days are cut, never rounded up: no more time is shown than there is. None, no
    deadline, is blank.
    """
    if seconds is None:
        return " " * COUNTDOWN_CELLS
    left = math.floor(seconds)
    sign, left = ("-", -left) if left < 0 else (" ", left)
    if left < _SECONDS_BELOW:
        return f"{sign}{left // 60:02}:{left % 60:02}"
    if left < _MINUTES_BELOW:
        text = f"{left // 60}m"
    elif left < _HOURS_BELOW:
        text = f"{left // 3600}h"
    else:
        text = f"{min(left // 86400, 999)}d"
    # The number begins at one place, its sign right before it.
    return f" {sign}{text}".ljust(COUNTDOWN_CELLS)


def _amount(count: int, unit: str, locale: str) -> str:
    if locale[:2] == "en":
        return _ENGLISH[unit].format(count)
    from babel.units import format_unit

    return _plain(format_unit(count, f"duration-{unit}", length="short", locale=locale))


def _plain(text: str) -> str:
    """Return text of CLDR for a terminal.

    Narrow and no-break spaces are missing from many terminal fonts, and bidi marks are nothing that a
    face lets through; the sign becomes a real one.
    """
    text = text.translate(_FOR_TERMINALS)
    return MINUS + text[1:] if text.startswith("-") else text
