"""The festivals of `culture/festivals.toml`: when they are and what care they need, as data (POLICY E3)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.packs.loader import PackError, Place, Problem, pick, read_entries
from agent_tui.packs.week import weekday

Greeting = Literal["welcome", "if_celebrated", "never"]
Tone = Literal["festive", "neutral", "quiet", "solemn"]
Effect = Literal["closed", "slow", "open"]

_FIXED = re.compile(r"(\d{2})-(\d{2})")
_NTH = re.compile(r"nth (-?[1-5]) ([a-z]{3}) (\d{1,2})")
_EASTER = re.compile(r"(easter|orthodox)")
_HIJRI = re.compile(r"hijri (\d{1,2})-(\d{1,2})")
_HOLIDAY = re.compile(r"holiday ([A-Z]{2})(?:-([A-Z0-9]{1,3}))? ([^+]+?)")
_OFFSET = re.compile(r"(.+?)(?: ([+-]\d{1,3}))?")
_PLACE = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")


class Fixed(msgspec.Struct, frozen=True):
    """The same day of every year."""

    month: int
    day: int


class Nth(msgspec.Struct, frozen=True):
    """The n-th weekday of a month (Monday is 0), from the end when negative."""

    n: int
    weekday: int
    month: int


class Easter(msgspec.Struct, frozen=True):
    """Easter Sunday, western or orthodox, on the Gregorian calendar."""

    orthodox: bool


class Hijri(msgspec.Struct, frozen=True):
    """A day of the Islamic calendar (Umm al-Qura)."""

    month: int
    day: int


class Holiday(msgspec.Struct, frozen=True):
    """The first day that the `holidays` library calls by a name, in English, in a country or subdivision."""

    country: str
    subdivision: str
    name: str


class DateRule(msgspec.Struct, frozen=True):
    """When something is: a kind of day and how many days after it (before, when negative)."""

    base: Fixed | Nth | Easter | Hijri | Holiday
    offset: int = 0


class FestivalRule(msgspec.Struct, frozen=True, kw_only=True):
    """One festival. `places` are markets (`DE`) and subdivisions (`DE-BY`) where people keep it."""

    id: str
    name: Names
    starts: DateRule
    places: tuple[str, ...]
    source: str
    days: int = 1
    ends: DateRule | None = None  # the last day; wins over `days`
    starts_in: dict[str, DateRule] = {}  # by market, where it is counted otherwise
    days_in: dict[str, int] = {}
    moon: bool = False  # the sighting of the moon may move it by a day
    stands_for: tuple[str, ...] = ()  # beginnings of the library's names for its days
    greeting: Greeting
    tone: Tone
    effect: Effect


class FestivalBook(msgspec.Struct, frozen=True):
    """All festivals; the sentences that say what greeting, tone and effect mean; public holidays in Chinese."""

    rules: dict[str, FestivalRule]
    words: dict[str, Names]  # `greeting_never`, `tone_quiet`, `effect_slow`, `moon`
    holiday_names: dict[str, dict[str, str]]  # interface language: English name of the library: name


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Festival(_Strict):
    name: Names
    starts: str
    places: tuple[str, ...]
    source: str
    greeting: Greeting
    tone: Tone
    effect: Effect
    days: int = 1
    ends: str = ""
    starts_in: dict[str, str] = {}
    days_in: dict[str, int] = {}
    moon: bool = False
    stands_for: tuple[str, ...] = ()


class _Word(_Strict):
    text: Names


def load_festivals(user: Path | None, problems: list[Problem]) -> FestivalBook:
    """The festivals that are shipped and those in the user's folder; what had to be left out goes into `problems`.

    Raises PackError when a shipped file itself is bad.
    """
    return FestivalBook(
        pick("culture", "festivals.toml", user, _rules, problems),
        pick("culture", "festival_words.toml", user, _words, problems),
        pick("culture", "holiday_names.toml", user, _holiday_names, problems),
    )


def _rules(file: Path) -> dict[str, FestivalRule]:
    return {key: _rule(key, entry, place) for key, (entry, place) in read_entries(file, _Festival).items()}


def _rule(key: str, entry: _Festival, place: Place) -> FestivalRule:
    for field, places in (
        ("places", entry.places),
        ("starts_in", entry.starts_in),
        ("days_in", entry.days_in),
    ):
        for each in places:
            if not _PLACE.fullmatch(each):
                raise place.error(field, f"{each!r} is no market or subdivision; write DE or DE-BY")
    if entry.days < 1 or any(days < 1 for days in entry.days_in.values()):
        raise place.error("days", "a festival lasts at least one day")
    if not entry.source.strip():
        raise place.error("source", "a fact about a culture needs its source")
    return FestivalRule(
        id=key,
        name=entry.name,
        starts=_date_rule(place, "starts", entry.starts),
        places=entry.places,
        source=entry.source,
        days=entry.days,
        ends=_date_rule(place, "ends", entry.ends) if entry.ends else None,
        starts_in={each: _date_rule(place, "starts_in", text) for each, text in entry.starts_in.items()},
        days_in=entry.days_in,
        moon=entry.moon,
        stands_for=entry.stands_for,
        greeting=entry.greeting,
        tone=entry.tone,
        effect=entry.effect,
    )


def _date_rule(place: Place, field: str, text: str) -> DateRule:
    """`12-25`, `nth 4 thu 11`, `easter -2`, `orthodox`, `hijri 9-1`, `holiday KR Chuseok +1`. Raises PackError."""
    parts = _OFFSET.fullmatch(text.strip())
    base = _base(place, field, parts[1]) if parts is not None else None
    if parts is None or base is None:
        raise place.error(field, f"{text!r} is no date; write 12-25, nth 4 thu 11, easter -2 or hijri 9-1")
    return DateRule(base, int(parts[2] or 0))


def _base(place: Place, field: str, text: str) -> Fixed | Nth | Easter | Hijri | Holiday | None:
    if match := _FIXED.fullmatch(text):
        month, day = int(match[1]), int(match[2])
        valid = 1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)
        return Fixed(month, day) if valid else None
    if match := _NTH.fullmatch(text):
        n, month = int(match[1]), int(match[3])
        return Nth(n, weekday(place, field, match[2]), month) if n and 1 <= month <= 12 else None
    if match := _EASTER.fullmatch(text):
        return Easter(match[1] == "orthodox")
    if match := _HIJRI.fullmatch(text):
        month, day = int(match[1]), int(match[2])
        return Hijri(month, day) if 1 <= month <= 12 and 1 <= day <= 30 else None
    if match := _HOLIDAY.fullmatch(text):
        return Holiday(match[1], match[2] or "", match[3])
    return None


_NEEDED_WORDS = frozenset(
    {
        "moon",
        *(f"greeting_{word}" for word in ("welcome", "if_celebrated", "never")),
        *(f"tone_{word}" for word in ("festive", "neutral", "quiet", "solemn")),
        *(f"effect_{word}" for word in ("closed", "slow", "open")),
    }
)


def _words(file: Path) -> dict[str, Names]:
    words = {key: entry.text for key, (entry, _place) in read_entries(file, _Word).items()}
    if missing := sorted(_NEEDED_WORDS - set(words)):
        raise PackError(file, 0, f"[{missing[0]}] is missing")
    return words


def _holiday_names(file: Path) -> dict[str, dict[str, str]]:
    return {key: names for key, (names, _place) in read_entries(file, dict[str, str]).items()}
