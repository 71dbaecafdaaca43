"""Phrases with the ticket's own facts in them: names, dates, deadlines and money as the customer writes them.

Dates and money follow CLDR through Babel, imported on first use (26 ms, and 12 more for a language).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from agent_tui.packs.phrases import PLACEHOLDERS, Form, Phrase, Slot

if TYPE_CHECKING:
    from babel import Locale


class Money(msgspec.Struct, frozen=True):
    """An amount with its currency (ISO 4217)."""

    amount: Decimal
    currency: str


Value = str | datetime | Money
"""Moments are aware datetimes."""
Address = Callable[[str], str]
"""Makes of a name the form of address of its language and culture."""


class Gap(msgspec.Struct, frozen=True):
    """A placeholder that is left for the agent to fill; `start` and `end` count characters of the text."""

    name: str
    start: int
    end: int


class Filled(msgspec.Struct, frozen=True):
    """A phrase ready for the composer. The gaps stand in it as `{name}`, in their order: Tab goes through them."""

    text: str
    gaps: tuple[Gap, ...] = ()


def filled(
    phrase: Phrase, values: Mapping[str, Value], locale: str, zone: str, address: Address = str
) -> Filled:
    """The phrase with its placeholders filled from `values`.

    `locale` is the customer's language with or without a market (`de`, `de-AT`, `zh-Hant-TW`), `zone` their time zone
    (IANA). A value that is missing, empty or of another kind than its place asks for leaves a gap.
    """
    parts: list[str] = []
    gaps: list[Gap] = []
    length = end = 0

    def add(part: str) -> None:
        nonlocal length
        parts.append(part)
        length += len(part)

    for slot in phrase.slots:
        add(phrase.text[end : slot.start])
        end = slot.end
        written = _written(slot, values.get(slot.name), locale or phrase.language, zone, address)
        if written:
            add(written)
        else:
            start = length
            add(f"{{{slot.name}}}")
            gaps.append(Gap(slot.name, start, length))
    add(phrase.text[end:])
    return Filled("".join(parts), tuple(gaps))


def gaps_in(text: str) -> tuple[Gap, ...]:
    """The gaps that still stand in a text that the agent has worked on: it should not go out with one."""
    return tuple(
        Gap(match[1], match.start(), match.end())
        for match in re.finditer(r"\{([a-z.]+)\}", text)
        if match[1] in PLACEHOLDERS
    )


def _written(slot: Slot, value: Value | None, locale: str, zone: str, address: Address) -> str:
    if isinstance(value, str):
        if slot.form is Form.ADDRESS:
            return address(value).strip() if value.strip() else ""
        return value.strip() if slot.form is Form.TEXT else ""
    if isinstance(value, Money):
        return money(value, locale) if slot.form is Form.MONEY else ""
    if isinstance(value, datetime) and slot.form in (Form.DATETIME, Form.DATE, Form.TIME):
        return moment(value, slot.form, locale, zone)
    return ""


def money(value: Money, locale: str) -> str:
    """An amount as people of a place write it: `1.234,50 €`, `￥1,235`."""
    from babel.numbers import format_currency

    return _clean(str(format_currency(value.amount, value.currency, locale=_locale(locale))))


def moment(value: datetime, form: Form, locale: str, zone: str) -> str:
    """A moment in the customer's own time, with the zone's name beside a time: `24 November 2026, 15:00 (CET)`.

    The date stands in its long form, which needs no preposition and, in languages with cases, is the form that
    follows one.
    """
    from babel.dates import format_date, format_time, get_datetime_format, get_timezone_name

    cldr = _locale(locale)
    local = value.astimezone(ZoneInfo(zone))
    if form is Form.DATE:
        return _clean(str(format_date(local, "long", locale=cldr)))
    # The day period in full: `오후 11:00`, where the short form would be Latin.
    pattern = str(cldr.time_formats["short"].pattern)
    clock = format_time(local, re.sub(r"\ba\b", "aaaa", pattern), locale=cldr)
    name = str(get_timezone_name(local, width="short", locale=cldr))
    clock = f"{clock} ({_offset(local) if name.startswith(('+', '-')) else name})"
    if form is Form.TIME:
        return _clean(clock)
    both = str(get_datetime_format("medium", locale=cldr)).replace("'", "")
    return _clean(both.replace("{1}", str(format_date(local, "long", locale=cldr))).replace("{0}", clock))


def _offset(local: datetime) -> str:
    """`GMT+8`, `GMT-3:30`: what people say of a zone that has no name."""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _locale(tag: str) -> Locale:
    """CLDR's locale for a language tag; of the language alone where CLDR has no such market."""
    from babel import Locale, UnknownLocaleError

    parts = tag.replace("_", "-").split("-")
    while parts:
        try:
            return Locale.parse("_".join(parts))
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Locale.parse("en_GB")


_ODD_SIGNS = str.maketrans({"\u202f": "\u00a0", "\u200e": None, "\u200f": None, "\u061c": None})


def _clean(text: str) -> str:
    """Without the narrow space and the direction marks that CLDR writes: terminals and plain mails lose them."""
    return text.translate(_ODD_SIGNS)
