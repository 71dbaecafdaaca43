"""Dates in tables: ISO, slashes either way round, epochs, Excel serials, months by name. Without a zone: UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from agent_tui.intake import dates

_ISO = re.compile(
    r"(\d{4})[-/.年년]\s?(\d{1,2})[-/.月월]\s?(\d{1,2})[日일.]?(?:[T ,]*(?:\([^)]*\)|[^\d\s]{1,6})?\s*"
    r"(上午|下午|午前|午後|오전|오후)?\s?(\d{1,2})[:時시点](\d{2})?[:分분]?(?:(\d{2})秒?(?:[.,](\d{1,9}))?)?)?"
    r"\s*(AM|PM)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?\s*\Z",
    re.IGNORECASE,
)
_SLASHES = re.compile(
    r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?:[, T]+(?:um |à |at )?(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?)?"
    r"\s*([AaPp])?\.?\s?(?:[Mm]\.?)?\s*(?:Uhr)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?\s*\Z"
)
_NAMED = re.compile(r"(?:(\d{1,2})[-. ]+([^\W\d]{3,10})\.?[-., ]+|([^\W\d]{3,10})\.? (\d{1,2}),? +)(\d{4})"
                    r"(?:[, ]+(?:at )?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?)?", re.UNICODE)  # fmt: skip
_MONTHS = {
    prefix: number
    for number, prefixes in enumerate(
        [
            "jan ene gen янв sty",
            "feb fév fev фев lut şub",
            "mar mär maa mrt мар",
            "apr avr abr апр kwi nis",
            "may mai mag maj mei май мая",
            "jun jui giu июн cze haz",
            "jul lug июл lip tem",
            "aug ago aoû авг sie ağu",
            "sep set сен wrz eyl",
            "oct okt ott out окт paź eki",
            "nov ноя lis kas",
            "dec dez dic déc дек gru ara",
        ],
        1,
    )
    for prefix in prefixes.split()
} | {"juil": 7, "mayo": 5, "juin": 6, "marzo": 3, "mars": 3}
_EXCEL_START = datetime(1899, 12, 30, tzinfo=UTC)


def day_first(values: Iterable[str]) -> bool | None:
    """Whether a column writes the day before the month; None when no value tells.

    A number above twelve tells; failing that, am/pm (written where the month comes first), then which reading puts
    the rows in order of time, as exports are.
    """
    pairs: list[tuple[int, int, int]] = []
    for value in values:
        match = _SLASHES.match(value.strip())
        if match is None or match[2] == ".":
            continue
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second:
            return True
        if second > 12 >= first:
            return False
        if match[8] and match[2] == "/":
            return False
        pairs.append((int(match[4]), first, second))
    by_month = [(year, first, second) for year, first, second in pairs]
    by_day = [(year, second, first) for year, first, second in pairs]
    ordered_month = by_month in (sorted(by_month), sorted(by_month, reverse=True))
    ordered_day = by_day in (sorted(by_day), sorted(by_day, reverse=True))
    if len(set(pairs)) >= 3 and ordered_month != ordered_day:
        return ordered_day
    return None


def parse(value: str, *, days_first: bool = True) -> datetime | None:
    """A moment in UTC, or None when it can't be read. `days_first` settles 04/05/2026."""
    text = value.strip().strip("'\"").translate(_WIDE_DIGITS)
    if not text:
        return None
    try:
        return _number(text) or _iso(text) or _slashed(text, days_first) or _named(text) or _mail(text)
    except (ValueError, OverflowError):  # the thirtieth of February, hour 25, year 99999
        return None


_WIDE_DIGITS = {ord(wide): str(index % 10) for index, wide in enumerate("０１２３４５６７８９٠١٢٣٤٥٦٧٨٩")} | {
    ord("／"): "/",
    ord("："): ":",
}


def _number(text: str) -> datetime | None:
    if not re.fullmatch(r"\d{5,19}(?:[.,]\d{1,12})?", text):
        return None
    number = float(text.replace(",", "."))
    if 20_000 <= number < 80_000:  # Excel: days since 1900, that is 1954 to 2119
        return _EXCEL_START + timedelta(seconds=round(number * 86_400))
    for scale in (1, 1e3, 1e6, 1e9):
        if 5e8 <= number / scale < 4.2e9:  # 1985 to 2103
            return datetime.fromtimestamp(number / scale, UTC)
    if re.fullmatch(r"(?:19|20)\d{12}|(?:19|20)\d{6}", text):
        shape = "%Y%m%d%H%M%S" if len(text) == 14 else "%Y%m%d"
        return datetime.strptime(text, shape).replace(tzinfo=UTC)
    return None


def _iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    hour = int(match[5] or 0)
    half = (match[4] or match[9] or "").lower()
    if half in ("下午", "午後", "오후", "pm") and hour < 12:
        hour += 12
    elif half in ("上午", "午前", "오전", "am") and hour == 12:
        hour = 0
    micro = int((match[8] or "").ljust(6, "0")[:6])
    naive = datetime(
        int(match[1]), int(match[2]), int(match[3]), hour, int(match[6] or 0), int(match[7] or 0), micro, UTC
    )
    return naive - _zone(match[10])


def _slashed(text: str, days_first: bool) -> datetime | None:
    match = _SLASHES.match(text)
    if match is None:
        return None
    day, month = int(match[1]), int(match[3])
    if month > 12 or (not days_first and match[2] != "." and day <= 12):
        day, month = month, day
    year = int(match[4])
    year += 0 if year > 99 else 2000 if year < 70 else 1900
    hour = int(match[5] or 0)
    if match[8]:
        hour = hour % 12 + (12 if match[8] in "Pp" else 0)
    return datetime(year, month, day, hour, int(match[6] or 0), int(match[7] or 0), tzinfo=UTC) - _zone(
        match[9]
    )


def _named(text: str) -> datetime | None:
    match = _NAMED.search(text)
    if match is None or re.search(r"[+-]\d{4}\b|GMT|UTC", text):
        return None  # with a zone it is a mail date
    word = (match[2] or match[3]).lower()
    month = _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])
    if month is None:
        return None
    hour = int(match[6] or 0)
    if match[9]:
        hour = hour % 12 + (12 if match[9] in "Pp" else 0)
    return datetime(
        int(match[5]),
        month,
        int(match[1] or match[4]),
        hour,
        int(match[7] or 0),
        int(match[8] or 0),
        tzinfo=UTC,
    )


def _mail(text: str) -> datetime | None:
    found = dates.parse(text)
    return found[0] if found else None


def _zone(zone: str | None) -> timedelta:
    if not zone or zone.upper() in ("Z", "UTC", "GMT"):
        return timedelta()
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset
