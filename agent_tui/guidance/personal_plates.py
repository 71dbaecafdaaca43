"""Plates of vehicles: behind a word for one, near a word for a vehicle, or by their own form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_tui.domain.personal_data import Form, Kind, Role
from agent_tui.guidance.personal_numbers import Found
from agent_tui.guidance.personal_text import Label, Reading

_WEAK = re.compile(r"[:=#]?[\s\"'(]{0,2}")
_WEAK_PLATE = re.compile(
    r"(?=[A-Z\d -]{0,6}\d)(?=[A-Z\d -]{0,8}[A-Z])(?:[A-Z]{1,4}|\d{1,4})(?:[ -]?(?:[A-Z]{1,4}|\d{1,4})){1,3}(?![\w-])"
)
_BEHIND_PLATE = re.compile(r"[ (\[\-]{0,3}(?:[^\W\d_]{1,14} ){0,2}")  # `NKD 7714 (Ohio tags)`
_BEFORE_WORD = 30  # characters before a word for a plate in which one may stand
_BEHIND_VEHICLE, _LONGEST = 16, 12  # characters from a word for a vehicle to a plate; of a plate
_BEHIND_WORD = 28  # characters behind a word for a plate in which one stands
_CAPITALS = re.compile("[A-Z]+")
_LETTER = re.compile(r"[^\W\d_]")
_GROUPS = re.compile(r"\d{1,3}[ \-]\d{2,3}[ \-]\d{2,3}")  # Israel has plates of digits alone
_PLATE_SIGNS = range(4, 11)
_NOT_PLATES = re.compile(r"(?:19|20)\d{2}|\d+ ?(?:cm|mm|kg|km|pm|am|x|pcs|eur|usd)\b.*", re.IGNORECASE)


def plates(reading: Reading) -> Iterator[Found]:
    """Plates behind a word for one, or right before it."""
    plain, rules = reading.plain, reading.rules.plates
    for label in reading.labels:
        if Role.PLATE not in label.roles:
            continue
        said = reading.rules.telling.plate.match(reading.low, label.end)
        place = said.end() if said is not None else label.end
        match = rules.towns.compiled.match(plain, place) or _behind_here(reading, place)
        if match is not None:
            yield Found(Kind.PLATE, *match.span(), 62, sure=False)
            continue
        for start in range(place, label.end - 1, -1):
            if start != label.end and not _is_start(plain, start):
                continue
            match = rules.plate.compiled.match(plain, start)
            if match is not None and _is_plate(match[0]):
                yield Found(Kind.PLATE, *match.span(), 76, sure=False)
                break
        else:
            match = rules.plate.compiled.search(plain, label.end, label.end + _BEHIND_WORD)
            if (
                match is not None
                and _is_start(plain, match.start())
                and _is_plate(match[0])
                and "\n" not in plain[label.end : match.start()]
            ):
                yield Found(Kind.PLATE, *match.span(), 62, sure=False)
            else:
                yield from _plate_before(reading, label)


def _behind_here(reading: Reading, place: int) -> re.Match[str] | None:
    """The plate that begins at a place, as one of the text's regions writes them."""
    forms = reading.rules.plates.plate_here
    for region in reading.regions:
        if region in forms and (match := forms[region].compiled.match(reading.plain, place)) is not None:
            return match
    return None


def _plate_before(reading: Reading, label: Label) -> Iterator[Found]:
    """The plate that ends right before a word for one."""
    for match in _WEAK_PLATE.finditer(reading.plain, max(0, label.start - _BEFORE_WORD), label.start):
        gap = _BEHIND_PLATE.match(reading.plain, match.end(), label.start)
        if (
            gap is not None
            and gap.end() == label.start
            and _is_start(reading.plain, match.start())
            and _is_plate(match[0])
            and reading.beside(match.start(), match.end()).other < 3
        ):
            yield Found(Kind.PLATE, *match.span(), 61, sure=False)


def vehicles(reading: Reading) -> Iterator[Found]:
    """Plates by their own form: some anywhere, others in a text about a vehicle, or behind `reg is` in one."""
    plain, rules = reading.plain, reading.rules.plates
    about = [label for label in reading.labels if Role.VEHICLE in label.roles]
    strange = not reading.low.isascii()
    own = [
        form
        for letters, form in rules.always
        if letters is None or (strange and letters.search(plain) is not None)
    ]
    own += [form for region, form in rules.here.items() if region in reading.regions]
    for form in own:
        for match in form.compiled.finditer(plain):
            if _is_start(plain, match.start()) and not reading.beside(*match.span()).other:
                yield Found(Kind.PLATE, *match.span(), 61, sure=False)
    if not about:
        return
    for match in rules.near.compiled.finditer(plain):
        inside = reading.labels_from(match.start())[:1]  # `RO 55208` is a repair order
        named = any(Role.OTHER in label.roles and label.end <= match.end() for label in inside)
        if not named and not reading.beside(*match.span()).other:
            yield Found(Kind.PLATE, *match.span(), 61, sure=False)
    behind = [rules.vehicle]
    behind += [rules.vehicle_here[region] for region in reading.regions if region in rules.vehicle_here]
    for label in about:
        for form in behind:
            plate = _behind_vehicle(reading, label, form)
            if plate is not None:
                yield Found(Kind.PLATE, *plate.span(), 60, sure=False)
    if len(about) > 1:
        for label in about:
            said = _WEAK.match(plain, label.end)
            plate = _WEAK_PLATE.match(plain, said.end()) if said is not None else None
            if plate is not None and _is_plate(plate[0]):
                yield Found(Kind.PLATE, *plate.span(), 61, sure=False)


def _behind_vehicle(reading: Reading, label: Label, form: Form) -> re.Match[str] | None:
    """The plate right behind a word for a vehicle, or behind `is`; an amount of money is none."""
    if reading.plain[label.end : label.end + 1] != " ":
        return None
    place = label.end + 1
    match = form.compiled.search(reading.plain, place, place + _BEHIND_VEHICLE + _LONGEST)
    if match is None or match.start() - place > _BEHIND_VEHICLE:
        return None
    said = match.start() == place or reading.rules.telling.said.match(reading.low, place, match.start())
    amount = not reading.rules.amounts.units.isdisjoint(_CAPITALS.findall(match[0]))
    return match if said and not amount else None


def _is_start(plain: str, place: int) -> bool:
    return place == 0 or not (
        plain[place - 1].isalnum() and plain[place - 1].isascii() and plain[place : place + 1].isascii()
    )


def _is_plate(text: str) -> bool:
    signs = sum(sign.isalnum() for sign in text)
    return (
        signs in _PLATE_SIGNS
        and any(sign.isdigit() for sign in text)
        and (_LETTER.search(text) is not None or _GROUPS.fullmatch(text) is not None)
        and not _NOT_PLATES.fullmatch(text)
    )
