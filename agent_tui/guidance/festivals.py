"""The festivals of a market around a day, with the care they need (POLICY E3).

Dates come by rule and from the libraries `holidays` and `hijridate`.
They are imported when a market is first asked for: about 100 ms.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.packs.culture import MarketPack
from agent_tui.packs.festivals import (
    DateRule,
    Easter,
    Effect,
    FestivalBook,
    FestivalRule,
    Fixed,
    Greeting,
    Hijri,
    Holiday,
    Nth,
    Tone,
    load_festivals,
)

AHEAD = 14
"""Days that are looked ahead, the day itself included: this week and the next."""
_LONGEST = 62  # days: no festival of the packs lasts longer
_DAY = timedelta(days=1)
_OTHER_YEARS = (1924, 2076)  # hijridate knows 1343 to 1500 AH
_MARKS = (" (observed)", " (estimated)", " (observed, estimated)", " (in lieu)", " (substitute)")


class Festival(msgspec.Struct, frozen=True, kw_only=True):
    """A festival or public holiday and its days, the last one included."""

    id: str  # of `festivals.toml`; `holiday` for a public holiday that has no rule there
    name: Names
    start: date
    end: date
    day: date  # the main one: Easter Sunday, the first day of the new year
    approximate: bool = False  # the sighting of the moon may move it by a day
    public: bool = False  # at least one of the days is a public holiday
    regions: tuple[str, ...] = ()  # subdivisions, where only some keep it and the customer's is not known
    greeting: Greeting | None = None
    tone: Tone = "neutral"
    effect: Effect = "closed"
    care: tuple[Names, ...] = ()  # the market's own sentence first, then greeting, tone, effect
    source: str = ""


class _PublicDay(msgspec.Struct, frozen=True):
    names: tuple[str, ...]  # English
    local: str


def festivals(
    market: str,
    day: date,
    subdivision: str = "",
    *,
    pack: MarketPack | None = None,
    book: FestivalBook | None = None,
    ahead: int = AHEAD,
) -> tuple[Festival, ...]:
    """What is kept in the `ahead` days from `day` on, by its first day; with the sentences of `pack`.

    `subdivision` is ISO 3166-2 without the market, such as `BY`. A market nobody knows has none.
    """
    book = _shipped() if book is None else book
    last = day + (ahead - 1) * _DAY
    public = _public(market, subdivision, day, last)
    found: list[Festival] = []
    told: set[tuple[date, str]] = set()
    for rule in book.rules.values():
        regions = _regions(rule, market, subdivision)
        if regions is None:
            continue
        for start, end in _spans(rule, market, day, last, book):
            days = [start + number * _DAY for number in range((end - start).days + 1)]
            own = {
                (each, name)
                for each in days
                if each in public
                for name in public[each].names
                if name.startswith(rule.stands_for)
            }
            told |= own
            main = _main(rule.starts_in.get(market, rule.starts), start, end)
            found.append(_told(rule, start, end, book, pack, public=bool(own), regions=regions, day=main))
    for each, holiday in public.items():
        found += [
            _holiday(name, each, holiday.local, market, subdivision, book, pack)
            for name in holiday.names
            if (each, name) not in told
        ]
    return tuple(sorted(_once(found), key=lambda each: (each.start, each.id == "holiday", each.end, each.id)))


def day_off(market: str, day: date, subdivision: str = "", book: FestivalBook | None = None) -> Names | None:
    """The public holiday of a day, or None."""
    holiday = _public(market, subdivision, day, day).get(day)
    if holiday is None:
        return None
    return _names(holiday.names[0], holiday.local, _shipped() if book is None else book)


def is_kept(festival: str, market: str, day: date, book: FestivalBook) -> bool:
    """Whether a festival of the book falls on a day in a market."""
    rule = book.rules.get(festival)
    return rule is not None and any(_spans(rule, market, day, day, book))


@lru_cache(maxsize=1)
def _shipped() -> FestivalBook:
    return load_festivals(None, [])


def _regions(rule: FestivalRule, market: str, subdivision: str) -> tuple[str, ...] | None:
    """Where in the market it is kept; nothing for everywhere, None for nowhere."""
    if market in rule.places:
        return ()
    inside = tuple(each.partition("-")[2] for each in rule.places if each.startswith(f"{market}-"))
    if not inside or (subdivision and subdivision not in inside):
        return None
    return () if subdivision else inside


def _spans(
    rule: FestivalRule, market: str, day: date, last: date, book: FestivalBook
) -> Iterator[tuple[date, date]]:
    """The times in which it is kept that touch the days from `day` to `last`."""
    starts = rule.starts_in.get(market, rule.starts)
    days = rule.days_in.get(market, rule.days)
    for year in range((day - _LONGEST * _DAY).year, last.year + 2):
        for start in _dates(starts, year):
            end = start + (days - 1) * _DAY
            if rule.ends is not None:
                end = _end(rule.ends, market, start, book) or end
            if start <= last and end >= day:
                yield start, end


def _main(starts: DateRule, start: date, end: date) -> date:
    """The day that the rule names, when the festival begins before it."""
    named = start - starts.offset * _DAY
    return named if start <= named <= end else start


def _end(ends: DateRule, market: str, start: date, book: FestivalBook) -> date | None:
    """The last day. Where Eid is counted otherwise, Ramadan ends before that market's own."""
    eid = book.rules.get("eid_fitr")
    if eid is not None and ends.base == eid.starts.base and market in eid.starts_in:
        own = eid.starts_in[market]
        ends = DateRule(own.base, own.offset + ends.offset)
    found = (end for year in (start.year, start.year + 1) for end in _dates(ends, year))
    return next((end for end in found if start <= end <= start + _LONGEST * _DAY), None)


def _dates(rule: DateRule, year: int) -> Iterator[date]:
    for found in _base_dates(rule.base, year):
        yield found + rule.offset * _DAY


def _base_dates(base: Fixed | Nth | Easter | Hijri | Holiday, year: int) -> tuple[date, ...]:
    if isinstance(base, Fixed):
        if (base.month, base.day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400)):
            return ()
        return (date(year, base.month, base.day),)
    if isinstance(base, Nth):
        found = _nth(base, year)
        return (found,) if found is not None else ()
    if isinstance(base, Easter):
        return (easter(year, orthodox=base.orthodox),)
    if isinstance(base, Hijri):
        return _hijri(base, year)
    return _library(base, year)


def _nth(rule: Nth, year: int) -> date | None:
    if rule.n > 0:
        first = date(year, rule.month, 1)
        found = first + ((rule.weekday - first.weekday()) % 7 + 7 * (rule.n - 1)) * _DAY
    else:
        end = date(year + rule.month // 12, rule.month % 12 + 1, 1) - _DAY
        found = end - ((end.weekday() - rule.weekday) % 7 + 7 * (-rule.n - 1)) * _DAY
    return found if found.month == rule.month else None


def easter(year: int, *, orthodox: bool = False) -> date:
    """Easter Sunday on the Gregorian calendar: the computus of Meeus, *Astronomical Algorithms*, chapter 8."""
    if orthodox:
        a, b, c = year % 4, year % 7, year % 19
        d = (19 * c + 15) % 30
        e = (2 * a + 4 * b - d + 34) % 7
        julian = date(year, (d + e + 114) // 31, (d + e + 114) % 31 + 1)
        return julian + (year // 100 - year // 400 - 2) * _DAY
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return date(year, month, (h - m + r + month + 19) % 32)


@lru_cache(maxsize=256)
def _hijri(rule: Hijri, year: int) -> tuple[date, ...]:
    from hijridate import Gregorian
    from hijridate import Hijri as Moment

    if not _OTHER_YEARS[0] < year < _OTHER_YEARS[1]:
        return ()
    first = Gregorian(year, 1, 1).to_hijri().year
    found = (
        Moment(each, rule.month, rule.day).to_gregorian()
        for each in (first, first + 1)
        if rule.day <= Moment(each, rule.month, 1).month_length()
    )
    return tuple(date(each.year, each.month, each.day) for each in found if each.year == year)


@lru_cache(maxsize=512)
def _library(rule: Holiday, year: int) -> tuple[date, ...]:
    """The first day of each run of days that bear the name."""
    found = sorted(
        each
        for each, names in _year(rule.country, rule.subdivision, year).items()
        if any(_plain(name) == rule.name for name in names.names)
    )
    moved = sorted(
        each
        for each, names in _year(rule.country, rule.subdivision, year).items()
        if f"{rule.name} (observed)" in names.names and rule.country == "IL"
    )
    days = moved or found
    return tuple(each for each in days if not any(_DAY <= each - other <= 10 * _DAY for other in days))


def _plain(name: str) -> str:
    for mark in _MARKS:
        name = name.removesuffix(mark)
    return name


def _public(market: str, subdivision: str, day: date, last: date) -> dict[date, _PublicDay]:
    return {
        each: found
        for year in range(day.year, last.year + 1)
        for each, found in _year(market, subdivision, year).items()
        if day <= each <= last
    }


@lru_cache(maxsize=256)
def _year(country: str, subdivision: str, year: int) -> dict[date, _PublicDay]:
    """The public holidays of a year, with English names where the library has them."""
    import holidays

    try:
        calendar = _calendar(country, subdivision, year, english=True)
    except NotImplementedError:
        return {}
    local = _calendar(country, subdivision, year, english=False)
    return {
        each: _PublicDay(tuple(names.split(holidays.HOLIDAY_NAME_DELIMITER)), local.get(each, names))
        for each, names in calendar.items()
    }


def _calendar(country: str, subdivision: str, year: int, *, english: bool) -> dict[date, str]:
    """Raises NotImplementedError for a country that the library does not know."""
    import holidays

    inside = subdivision if subdivision in holidays.list_supported_countries().get(country, []) else None
    with warnings.catch_warnings():
        # For years beyond its tables the library still gives the other holidays, and warns.
        warnings.simplefilter("ignore", UserWarning)
        found = holidays.country_holidays(country, subdiv=inside, years=year, language="en_US")
        if english or found.default_language is None:
            return dict(found)
        return dict(
            holidays.country_holidays(country, subdiv=inside, years=year, language=found.default_language)
        )


def _told(
    rule: FestivalRule,
    start: date,
    end: date,
    book: FestivalBook,
    pack: MarketPack | None,
    *,
    public: bool,
    regions: tuple[str, ...] = (),
    name: Names | None = None,
    day: date | None = None,
) -> Festival:
    own = (
        () if pack is None else tuple(each.text for each in pack.entries.values() if each.festival == rule.id)
    )
    words = [f"greeting_{rule.greeting}", f"tone_{rule.tone}", f"effect_{rule.effect}"]
    return Festival(
        id=rule.id,
        name=rule.name if name is None else name,
        start=start,
        end=end,
        day=start if day is None else day,
        approximate=rule.moon,
        public=public,
        regions=regions,
        greeting=rule.greeting,
        tone=rule.tone,
        effect=rule.effect,
        care=(*own, *(book.words[word] for word in (*words, *(["moon"] if rule.moon else [])))),
        source=rule.source,
    )


def _holiday(
    name: str,
    day: date,
    local: str,
    market: str,
    subdivision: str,
    book: FestivalBook,
    pack: MarketPack | None,
) -> Festival:
    """A public holiday outside every rule's days: with the care of the rule it belongs to, if there is one."""
    names = _names(name, local, book)
    for rule in book.rules.values():
        if name.startswith(rule.stands_for) and _regions(rule, market, subdivision) is not None:
            return _told(rule, day, day, book, pack, public=True, name=names)
    return Festival(
        id="holiday",
        name=names,
        start=day,
        end=day,
        day=day,
        approximate="estimated" in name,
        public=True,
        care=(book.words["tone_neutral"], book.words["effect_closed"]),
        source="holidays",
    )


def _names(name: str, local: str, book: FestivalBook) -> Names:
    """The name in the interface's languages, and under `local` as people there write it."""
    translated = {
        language: found
        for language, table in book.holiday_names.items()
        if (found := _translated(name, table))
    }
    return {"en": name, **translated, "local": local}


def _translated(name: str, table: dict[str, str]) -> str:
    """The name by the table, in which `Alternative holiday for *` stands for all that begin so."""
    for each in (name, _plain(name)):
        if each in table:
            return table[each]
    for key, text in table.items():
        if key.endswith("*") and name.startswith(key[:-1]):
            return text.replace("*", _translated(name.removeprefix(key[:-1]), table))
    return ""


def _once(found: list[Festival]) -> Iterator[Festival]:
    """Days of one festival that follow each other, told as one."""
    merged: dict[tuple[str, str], Festival] = {}
    for each in sorted(found, key=lambda each: (each.start, each.end)):
        key = (each.id, each.name["en"] if each.id == "holiday" else "")
        before = merged.get(key)
        if before is not None and each.start <= before.end + _DAY:
            # A single day that the library names stands before the festival itself: the eve of the new year.
            named = each if "local" in before.name and "local" not in each.name else before
            merged[key] = msgspec.structs.replace(
                named,
                start=before.start,
                end=max(before.end, each.end),
                public=before.public or each.public,
            )
            continue
        if before is not None:
            yield before
        merged[key] = each
    yield from merged.values()
