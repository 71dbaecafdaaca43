"""The two or three hints that matter now, and the handbook page of a market (POLICY E1–E6).

What the customer wished stands first, and a hint that speaks of the same thing is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.guidance.festivals import Festival
from agent_tui.guidance.situation import Moment, Situation
from agent_tui.guidance.wishes import Wish, WishKind
from agent_tui.guidance.wishes import read as read_wishes
from agent_tui.packs.culture import Confidence, Entry, MarketPack, RegionRule, Section, Topic
from agent_tui.packs.wishes import WishWords

WISH = "wish"
REGION = "region"

_FIRST_MOMENT = 40  # points for the most pressing moment; each one after it gets 12 less
_LATER = 12
_FESTIVAL_NOW, _FESTIVAL_SOON, _FESTIVAL_LATER = 30, 12, -40
_CHANNEL = 10
_CONFIDENCE = {Confidence.HIGH: 6, Confidence.MEDIUM: 3, Confidence.LOW: 0}
_UNCHECKED = 8
_SOON, _WEEK = 3, 7  # days
_TOPIC = {
    WishKind.NAME: Topic.NAME,
    WishKind.LANGUAGE: Topic.LANGUAGE,
    WishKind.CHANNEL: Topic.CHANNEL,
    WishKind.TIME: Topic.TIME,
}


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """One hint. `kind` is `wish`, `region` or a `Section`; `moment` is why it is shown now."""

    id: str
    kind: str
    text: Names  # in the interface's languages; of a wish, the customer's own words under `en` alone
    source: str
    rule: str  # of POLICY
    confidence: Confidence = Confidence.HIGH
    checked: bool = True
    moment: Moment | None = None
    wish: Wish | None = None


class PageSection(msgspec.Struct, frozen=True):
    """A part of the handbook page."""

    section: Section
    entries: tuple[Entry, ...]


class Page(msgspec.Struct, frozen=True):
    """The handbook page of a market; `policies` may differ from each other, and both stand (E2)."""

    market: str
    name: Names
    sections: tuple[PageSection, ...]
    policies: tuple[RegionRule, ...]
    greetings: dict[str, tuple[str, str]]  # by language: greeting and closing with {customer.name:address}
    festivals: tuple[Festival, ...] = ()


def hints(
    situation: Situation,
    pack: MarketPack | None,
    festivals: Iterable[Festival] = (),
    limit: int = 3,
    *,
    regions: Iterable[RegionRule] = (),
    words: WishWords | None = None,
) -> tuple[Hint, ...]:
    """At most `limit` hints, the best first: wishes, then what fits moment, channel, step and festival.

    No two are of one section while another one fits, so that they are not all of one kind. `words` are those of wishes,
    as shipped where there are none.
    """
    wishes = read_wishes(situation.customer.wishes, words)
    found = [_wish(wish, number) for number, wish in enumerate(_at_once(wishes))]
    if pack is None:
        return tuple(found[:limit])
    taken = {_TOPIC[wish.kind] for wish in wishes if wish.kind in _TOPIC}
    now = tuple(festivals)
    moments = _moments(situation, now, wishes)
    ranked = sorted(
        _ranked(situation, pack, now, moments, taken, tuple(regions)),
        key=lambda item: (-item[0], item[1].id),
    )
    return tuple(_mixed(found[:limit], [hint for _points, hint in ranked], limit))


def page(pack: MarketPack, regions: Iterable[RegionRule] = (), festivals: Iterable[Festival] = ()) -> Page:
    """The whole handbook of a market, in the order of `Section`."""
    sections = tuple(
        PageSection(section, entries)
        for section in Section
        if (entries := tuple(entry for entry in pack.entries.values() if entry.section is section))
    )
    formal = pack.register == "formal"
    greetings = {
        language: (
            forms.greeting.neutral if formal else forms.greeting.informal,
            forms.closing.formal if formal else forms.closing.informal,
        )
        for language in pack.languages
        if (forms := pack.forms.get(language)) is not None
    }
    return Page(
        market=pack.market,
        name=pack.name,
        sections=sections,
        policies=tuple(rule for rule in regions if pack.market in rule.markets),
        greetings=greetings,
        festivals=tuple(festivals),
    )


def _at_once(wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """Several wishes of one clause are one line."""
    return tuple({wish.text: wish for wish in reversed(wishes)}.values())[::-1]


def _wish(wish: Wish, number: int) -> Hint:
    return Hint(
        id=f"{WISH}.{number}",
        kind=WISH,
        text={"en": wish.text},
        source="customer",
        rule="E6",
        wish=wish,
    )


def _moments(
    situation: Situation, festivals: tuple[Festival, ...], wishes: tuple[Wish, ...]
) -> tuple[Moment, ...]:
    """The moments of the situation, a call on the telephone and a festival that is near among them."""
    found = list(situation.moments) or [Moment.PROGRESS]
    if situation.outcome == "unsolved" and Moment.BAD_NEWS not in found:
        found.insert(0, Moment.BAD_NEWS)
    if situation.channel == "phone" and Moment.CALL not in found:
        found.append(Moment.CALL)
    if festivals and Moment.FESTIVAL not in found:
        found.append(Moment.FESTIVAL)
    if any(wish.kind is WishKind.CHANNEL and wish.value == "phone" and wish.avoid for wish in wishes):
        found = [moment for moment in found if moment is not Moment.CALL] or [Moment.PROGRESS]
    return tuple(dict.fromkeys(found))


def _ranked(
    situation: Situation,
    pack: MarketPack,
    festivals: tuple[Festival, ...],
    moments: tuple[Moment, ...],
    taken: set[Topic],
    regions: tuple[RegionRule, ...],
) -> Iterator[tuple[int, Hint]]:
    near = {festival.id: festival for festival in reversed(festivals)}
    today = situation.now.date()
    for entry in pack.entries.values():
        if taken & set(entry.about):
            continue
        if entry.channels and situation.channel not in entry.channels:
            continue
        if entry.festival and entry.festival not in near:
            continue
        moment = next((each for each in moments if each.value in entry.moments), None)
        if moment is None:
            continue
        points = entry.weight + _FIRST_MOMENT - _LATER * moments.index(moment)
        points += _CONFIDENCE[entry.confidence] - (0 if entry.checked else _UNCHECKED)
        points += _CHANNEL if entry.channels else 0
        if entry.festival:
            points += _festival_points(near[entry.festival], today)
        yield points, _hint(entry, moment)
    for rule in regions:
        if pack.market in rule.markets and moments[0] in (
            Moment.FIRST_ANSWER,
            Moment.GREETING,
            Moment.COMPLAINT,
        ):
            yield (
                60,
                Hint(id=rule.id, kind=REGION, text=rule.text, source=f"POLICY {rule.policy}", rule=rule.rule),
            )


def _festival_points(festival: Festival, today: date) -> int:
    if festival.start <= today <= festival.end:
        return _FESTIVAL_NOW
    ahead = (festival.start - today).days
    return _FESTIVAL_SOON if ahead <= _SOON else 0 if ahead <= _WEEK else _FESTIVAL_LATER


def _hint(entry: Entry, moment: Moment) -> Hint:
    return Hint(
        id=entry.id,
        kind=entry.section.value,
        text=entry.text,
        source=entry.source,
        rule=_RULES.get(entry.section, "E1"),
        confidence=entry.confidence,
        checked=entry.checked,
        moment=moment,
    )


_RULES = {
    Section.DIRECTNESS: "E4",
    Section.TABOO: "E3",
    Section.FESTIVALS: "E3",
    Section.APOLOGY: "C1",
    Section.COMPLAINTS: "E2",
    Section.LAW: "T6",
    Section.PRIVACY: "T6",
    Section.FORMALITY: "E2",
}


def _mixed(first: list[Hint], ranked: list[Hint], limit: int) -> list[Hint]:
    """The best ones, each of another kind as long as there are other kinds."""
    chosen = list(first)
    kinds: set[str] = set()
    for hint in ranked:
        if len(chosen) >= limit:
            return chosen
        if hint.kind not in kinds:
            kinds.add(hint.kind)
            chosen.append(hint)
    for hint in ranked:
        if len(chosen) >= limit:
            break
        if hint not in chosen:
            chosen.append(hint)
    return chosen
