"""The culture packs (POLICY E1–E6): one file a market in `culture/`, read when somebody asks for that market.

`[market]` has the facts that are worked with, `[forms.LANGUAGE]` what differs from `forms.toml` there, and every other
table is one entry of the handbook: a sentence with its source that is shown as a hint at its moments.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.packs.festivals import FestivalBook, load_festivals
from agent_tui.packs.forms import Forms, FormsChange, check_change, load_forms
from agent_tui.packs.loader import BUILT_IN, PackError, Place, Problem, pick, pick_any, read_entries
from agent_tui.packs.naming import LISTS, NameLists, load_names
from agent_tui.packs.week import Week, check_zone, week, weekday
from agent_tui.packs.wishes import WishWords, load_wishes

T = TypeVar("T")

FOLDER = "culture"
MomentName = Literal[
    "greeting",
    "first_answer",
    "progress",
    "bad_news",
    "complaint",
    "call",
    "closing",
    "revisit",
    "festival",
]
"""The values of `guidance.situation.Moment`, which stands above the packs."""


class Section(StrEnum):
    """The parts of a market's handbook page, in their order."""

    ADDRESS = "address"
    FORMALITY = "formality"
    GREETING = "greeting"
    CLOSING = "closing"
    DIRECTNESS = "directness"
    APOLOGY = "apology"
    SMALL_TALK = "small_talk"
    TABOO = "taboo"
    HOURS = "hours"
    CHANNELS = "channels"
    COMPLAINTS = "complaints"
    FESTIVALS = "festivals"
    LAW = "law"
    PRIVACY = "privacy"


class Confidence(StrEnum):
    """How sure the source is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Topic(StrEnum):
    """What a hint speaks of; a customer's own wish about the same wins over it (POLICY E6)."""

    NAME = "name"
    LANGUAGE = "language"
    CHANNEL = "channel"
    TIME = "time"


class NameOrder(StrEnum):
    """In which order people of a market write their names."""

    GIVEN_FAMILY = "given_family"
    FAMILY_GIVEN = "family_given"
    FAMILY_MIDDLE_GIVEN = "family_middle_given"
    GIVEN_FAMILY_FAMILY = "given_family_family"  # two surnames, of which the first counts
    GIVEN_MOTHER_FATHER = "given_mother_father"  # two surnames, of which the last counts
    GIVEN_FATHER_FAMILY = "given_father_family"  # given name, father's, grandfather's, family
    GIVEN_PATRONYMIC_FAMILY = "given_patronymic_family"
    MIXED = "mixed"  # by the origin of the name


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence of a handbook. `weight` (0 to 100) ranks it among the hints of its moments."""

    id: str
    section: Section
    text: Names
    source: str
    confidence: Confidence
    weight: int
    moments: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()  # empty: any
    about: tuple[Topic, ...] = ()
    festival: str = ""  # the id in `festivals.toml` that it speaks of
    checked: bool = True  # a fact of law: somebody has compared it with the law's text


class MarketPack(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a market (ISO 3166-1 alpha-2)."""

    market: str
    name: Names
    languages: tuple[str, ...]  # BCP 47, the main one first
    order: NameOrder
    register: Literal["formal", "informal"]
    zones: tuple[str, ...]  # IANA, the one most people live in first
    call: Week  # local hours in which a telephone call is welcome
    call_during: dict[str, Week]  # by festival
    entries: dict[str, Entry]
    forms: dict[str, Forms]  # by language
    called: Literal["given", "family"]  # the name that goes with a title
    family_lists: tuple[
        str, ...
    ] = ()  # lists of `names.toml` by which family names in Latin letters are known
    initials_of_father: bool = False  # R. Venkatesh is called Venkatesh
    high_context: bool = False  # what is meant is often not said (POLICY E4)


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Market(_Strict):
    name: Names
    languages: tuple[str, ...]
    order: NameOrder
    register: Literal["formal", "informal"]
    zones: tuple[str, ...]
    call: dict[str, tuple[str, ...]]
    call_during: dict[str, dict[str, tuple[str, ...]]] = {}
    called: Literal["given", "family"] = "family"
    family_lists: tuple[str, ...] = ()
    initials_of_father: bool = False
    high_context: bool = False


class _Entry(_Strict):
    section: Section
    text: Names
    source: str
    confidence: Confidence
    weight: int
    moments: tuple[MomentName, ...] = ()
    channels: tuple[str, ...] = ()
    about: tuple[Topic, ...] = ()
    festival: str = ""
    checked: bool = True


class _Weekend(_Strict):
    days: tuple[str, ...]
    source: str
    subdivisions: dict[str, tuple[str, ...]] = {}


class Weekend(msgspec.Struct, frozen=True):
    """The days of rest of a market, Monday being 0, and those of its subdivisions that differ."""

    days: frozenset[int]
    source: str
    subdivisions: dict[str, frozenset[int]]


class RegionRule(msgspec.Struct, frozen=True):
    """How one company policy wants a region spoken to (POLICY E2)."""

    id: str
    markets: tuple[str, ...]
    text: Names
    policy: str
    rule: str


class _Region(_Strict):
    markets: tuple[str, ...]
    text: Names
    policy: str
    rule: str


class CultureBook:
    """The culture packs of a company: what is shipped and what lies in the user's folder, each file read once.

    `problems` grows by the files that had to be left out. Raises PackError when a shipped file itself is bad.
    """

    def __init__(self, user: Path | None = None) -> None:
        self.user = user
        self.problems: list[Problem] = []
        self._markets: dict[str, MarketPack | None] = {}
        self._festivals: FestivalBook | None = None
        self._forms: dict[str, Forms] | None = None
        self._names: NameLists | None = None
        self._weekends: dict[str, Weekend] | None = None
        self._regions: tuple[RegionRule, ...] | None = None
        self._wishes: WishWords | None = None

    def market(self, market: str) -> MarketPack | None:
        """The pack of a market, or None when there is none."""
        if market not in self._markets:
            self._markets[market] = self._read_market(market)
        return self._markets[market]

    @property
    def festivals(self) -> FestivalBook:
        """The festivals of all markets."""
        if self._festivals is None:
            self._festivals = load_festivals(self.user, self.problems)
        return self._festivals

    @property
    def forms(self) -> dict[str, Forms]:
        """Forms of address, greetings and closings by language."""
        if self._forms is None:
            self._forms = load_forms(self.user, self.problems)
        return self._forms

    @property
    def names(self) -> NameLists:
        """Titles, family names and company forms."""
        if self._names is None:
            self._names = load_names(self.user, self.problems)
        return self._names

    @property
    def regions(self) -> tuple[RegionRule, ...]:
        """What the policies ask for by region; where they differ, both stand."""
        if self._regions is None:
            self._regions = pick(FOLDER, "regions.toml", self.user, _regions, self.problems)
        return self._regions

    @property
    def wishes(self) -> WishWords:
        """How customers word their wishes."""
        if self._wishes is None:
            self._wishes = load_wishes(self.user, self.problems)
        return self._wishes

    def weekend(self, market: str, subdivision: str = "") -> frozenset[int]:
        """The days of rest, Monday being 0; Saturday and Sunday where nothing else is known."""
        if self._weekends is None:
            self._weekends = pick(FOLDER, "weekends.toml", self.user, _weekends, self.problems)
        rule = self._weekends.get(market)
        if rule is None:
            return frozenset({5, 6})
        return rule.subdivisions.get(subdivision, rule.days)

    def _read_market(self, market: str) -> MarketPack | None:
        if not re.fullmatch("[A-Z]{2}", market):
            return None

        def read(file: Path) -> MarketPack:
            return _market(file, market, self.festivals, self.forms)

        return pick_any(FOLDER, f"{market}.toml", self.user, read, self.problems)


def shipped_markets() -> tuple[str, ...]:
    """The markets that come with a pack."""
    return tuple(sorted(file.stem for file in (BUILT_IN / FOLDER).glob("[A-Z][A-Z].toml")))


def _market(file: Path, market: str, festivals: FestivalBook, forms: dict[str, Forms]) -> MarketPack:
    tables = read_entries(file, dict[str, object])
    if "market" not in tables:
        raise PackError(file, 0, "[market] is missing")
    table, place = tables.pop("market")
    facts = _checked(table, _Market, place)
    changes: dict[str, FormsChange] = {}
    if "forms" in tables:
        changes_table, forms_place = tables.pop("forms")
        changes = _checked(changes_table, dict[str, FormsChange], forms_place)
        for language in changes:
            if language not in forms:
                raise forms_place.error(language, f"forms.toml has no language {language!r}")
            check_change(forms_place, changes[language])
    if not facts.zones:
        raise place.error("zones", "a market has at least one time zone")
    for festival in facts.call_during:
        _known_festival(place, "call_during", festival, festivals)
    return MarketPack(
        market=market,
        name=_both(place, "name", facts.name),
        languages=facts.languages,
        order=facts.order,
        register=facts.register,
        zones=tuple(check_zone(place, "zones", zone) for zone in facts.zones),
        call=week(place, "call", facts.call),
        call_during={key: week(place, "call_during", hours) for key, hours in facts.call_during.items()},
        entries={key: _entry(key, table, place, festivals) for key, (table, place) in tables.items()},
        forms={key: base.changed(changes.get(key)) for key, base in forms.items()},
        called=facts.called,
        family_lists=tuple(_known_list(place, each) for each in facts.family_lists),
        initials_of_father=facts.initials_of_father,
        high_context=facts.high_context,
    )


def _entry(key: str, table: dict[str, object], place: Place, festivals: FestivalBook) -> Entry:
    entry = _checked(table, _Entry, place)
    if not 0 <= entry.weight <= 100:
        raise place.error("weight", "a weight is a number from 0 to 100")
    if not entry.source.strip():
        raise place.error("source", "a fact about a culture or a law needs its source")
    if (entry.section is Section.FESTIVALS) != bool(entry.festival):
        raise place.error("festival", "an entry names its festival if, and only if, it is in that section")
    if entry.festival:
        _known_festival(place, "festival", entry.festival, festivals)
    return Entry(
        id=key,
        section=entry.section,
        text=_both(place, "text", entry.text),
        source=entry.source,
        confidence=entry.confidence,
        weight=entry.weight,
        moments=entry.moments,
        channels=entry.channels,
        about=entry.about,
        festival=entry.festival,
        checked=entry.checked,
    )


def _checked(table: dict[str, object], shape: type[T], place: Place) -> T:
    try:
        return msgspec.convert(table, shape)
    except msgspec.ValidationError as error:
        field = re.search(r"`\$\.(\w+)|unknown field `(\w+)`", str(error))
        raise place.error(next(filter(None, field.groups())) if field else "", str(error)) from error


def _both(place: Place, field: str, names: Names) -> Names:
    if not names.get("en", "").strip():
        raise place.error(field, "the English text is missing: en")
    return names


def _known_list(place: Place, name: str) -> str:
    if name not in LISTS:
        raise place.error("family_lists", f"names.toml has no {name!r}; there are: {', '.join(LISTS)}")
    return name


def _known_festival(place: Place, field: str, festival: str, book: FestivalBook) -> None:
    if festival not in book.rules:
        raise place.error(field, f"festivals.toml has no {festival!r}")


def _weekends(file: Path) -> dict[str, Weekend]:
    found: dict[str, Weekend] = {}
    for key, (entry, place) in read_entries(file, _Weekend).items():
        if not re.fullmatch("[A-Z]{2}", key):
            raise place.error("", f"{key!r} is no market; write two capital letters, such as JP")
        found[key] = Weekend(
            frozenset(weekday(place, "days", day) for day in entry.days),
            entry.source,
            {
                name: frozenset(weekday(place, "subdivisions", day) for day in days)
                for name, days in entry.subdivisions.items()
            },
        )
    return found


def _regions(file: Path) -> tuple[RegionRule, ...]:
    return tuple(
        RegionRule(key, entry.markets, _both(place, "text", entry.text), entry.policy, entry.rule)
        for key, (entry, place) in read_entries(file, _Region).items()
    )
