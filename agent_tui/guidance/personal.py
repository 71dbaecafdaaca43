"""Personal data in free text: found and masked (POLICY T4, T5).

Rules and words are the packs of `personal/`. A text without a digit, an @ or a word for it costs next to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import structs

from agent_tui.domain.folding import fold
from agent_tui.domain.personal_data import Kind, Personal, PersonalRules
from agent_tui.packs.personal_rules import shipped_rules, spelt_mails

if TYPE_CHECKING:
    from agent_tui.guidance.personal_numbers import Found

__all__ = ["Kind", "Personal", "find", "mask", "masked", "may_hold"]

_WORTH_A_LOOK = re.compile(r"[\d@＠_]|[:：=] ?[A-Za-z]|\b[Ii][Dd]\b|年")
_KEPT = {Kind.CARD: 4, Kind.PHONE: 2}  # digits at the end by which people recognise it
_NAMES: Mapping[Kind, str] = MappingProxyType({})
_LEAST_LEFT = 4  # characters of an address that are worth a mask
_AGAIN = 4  # times that `masked` looks


def may_hold(text: str) -> bool:
    """Whether it is worth reading the rules for: a digit, an @ or _, something told behind a colon, a word for @."""
    if _WORTH_A_LOOK.search(text) is not None:
        return True
    spelt, low = spelt_mails(), text.lower() if text.isascii() else fold(text).low
    return spelt.sign.search(low) is not None or any(
        spelt.host.match(low, match.end()) for match in spelt.at.finditer(low)
    )


def find(text: str, regions: Sequence[str] = (), rules: PersonalRules | None = None) -> tuple[Personal, ...]:
    """The personal data in a text, in order and not overlapping.

    `regions` are those of the customer and the company, ISO 3166-1 alpha-2, the likeliest first. Without `rules` the
    shipped ones count.
    """
    if not may_hold(text):
        return ()
    from agent_tui.guidance.personal_addresses import addresses
    from agent_tui.guidance.personal_expiries import expiries
    from agent_tui.guidance.personal_handles import handles
    from agent_tui.guidance.personal_numbers import numbers
    from agent_tui.guidance.personal_parts import in_parts
    from agent_tui.guidance.personal_phones import phones
    from agent_tui.guidance.personal_plates import plates, vehicles
    from agent_tui.guidance.personal_secrets import secrets
    from agent_tui.guidance.personal_text import Reading
    from agent_tui.guidance.personal_words import birth_dates, mails, networks

    reading = Reading(text, regions, rules if rules is not None else shipped_rules())
    counted = list(numbers(reading))
    dated = expiries(reading, [each for each in counted if each.kind is Kind.CARD])
    finders = (in_parts, phones, mails, birth_dates, secrets, networks, plates, vehicles, handles, addresses)
    everything = chain(counted, dated, chain.from_iterable(finder(reading) for finder in finders))
    ranked = sorted(_joined(everything), key=lambda each: (-each.score, each.start - each.end, each.start))
    taken = bytearray(len(reading.plain))
    found: list[Personal] = []
    for each in ranked:
        for start, end in _free(taken, each.start, each.end):
            if (start, end) != (each.start, each.end) and (
                each.kind is not Kind.ADDRESS
                or end - start < _LEAST_LEFT
                or not _has_digit(reading.plain[start:end])
            ):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(Personal(each.kind, *reading.folded.span(start, end), each.sure, each.region))
    return tuple(sorted(found, key=lambda each: each.start))


def _joined(found: Iterable[Found]) -> list[Found]:
    """The same with addresses that overlap made into one, as several rules see parts of it."""
    rest: list[Found] = []
    places: list[Found] = []
    for each in found:
        (places if each.kind is Kind.ADDRESS else rest).append(each)
    places.sort(key=lambda each: each.start)
    for each in places:
        last = rest[-1] if rest and rest[-1].kind is Kind.ADDRESS else None
        if last is not None and each.start <= last.end:
            best = max(last, each, key=lambda one: one.score)
            rest[-1] = structs.replace(best, start=last.start, end=max(last.end, each.end))
        else:
            rest.append(each)
    return rest


def _free(taken: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts from `start` to `end` that nothing better has taken."""
    place = start
    while place < end:
        begin = taken.find(0, place, end)
        if begin < 0:
            return
        stop = taken.find(1, begin, end)
        place = stop if stop >= 0 else end
        yield begin, place


def _has_digit(text: str) -> bool:
    return any(sign.isdecimal() for sign in text)


def mask(text: str, found: Sequence[Personal], names: Mapping[Kind, str] = _NAMES) -> str:
    """The text with only what people need to recognise each thing: the end of a card, the host of a mail address.

    `names` are what stands in brackets; what it lacks is named by the kind's value. Cards and telephone numbers keep
    their length. Raises ValueError when the pieces overlap or are not in order.
    """
    parts: list[str] = []
    place = 0
    for each in found:
        if each.start < place or not each.start < each.end <= len(text):
            raise ValueError("the pieces overlap or lie outside the text")
        parts += (text[place : each.start], _masked(each.kind, text[each.start : each.end], names))
        place = each.end
    return "".join((*parts, text[place:]))


def masked(text: str, regions: Sequence[str] = (), rules: PersonalRules | None = None) -> str:
    """The text with all personal data masked; masking the result once more changes nothing."""
    for _ in range(_AGAIN):
        found = find(text, regions, rules)
        if not found:
            break
        text = mask(text, found)
    return text


def _masked(kind: Kind, part: str, names: Mapping[Kind, str]) -> str:
    if kind in _KEPT:
        return _stars(part, _KEPT[kind])
    if kind is Kind.EMAIL and ("@" in part or "＠" in part):
        local, _at, domain = part.replace("＠", "@").rpartition("@")
        return f"{local[0]}…@{domain.strip()}"
    return f"[{names.get(kind, kind.value)}]"


def _stars(part: str, kept: int) -> str:
    digits = [place for place, sign in enumerate(part) if sign.isdecimal()]
    shown = set(digits[-kept:])
    return "".join(
        ("＊" if unicodedata.east_asian_width(sign) == "F" else "*")
        if sign.isdecimal() and place not in shown
        else sign
        for place, sign in enumerate(part)
    )
