"""How plates of vehicles are written, by region: `personal/plates.toml`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from agent_tui.domain.personal_data import Form, Plates
from agent_tui.packs.loader import Place, read_entries
from agent_tui.packs.personal_fields import (
    Strict,
    any_of,
    check_region,
    either_of,
    form_of,
    pattern_of,
    terms_of,
)

_ANY = (
    r"(?=[^\n,;]{0,9}\d)(?:[A-ZА-ЯІЇЄΑ-Ω]{1,4}|\d{1,5})"
    r"(?:[ .\-]{0,3}(?:[A-ZА-ЯІЇЄΑ-Ω]{1,5}|\d{1,5})(?![a-zа-яії])){1,4}"
    r"|(?=[a-z\d \-]{0,6}\d)(?:[a-z]{1,3}[ \-]?\d{1,4}(?:[ \-]?[a-z]{1,3})?|"
    r"\d{1,4}[ \-]?[a-z]{2,3}[ \-]?\d{1,4})(?![\w])"
)
"""Groups of letters and digits, as plates of any region have them behind a word for one."""


_ASCII = "".join(map(chr, range(128)))


class _Plates(Strict):
    always: tuple[str, ...] = ()
    letters: str = ""
    here: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    vehicle: tuple[str, ...] = ()
    vehicle_here: tuple[str, ...] = ()
    plate: tuple[str, ...] = ()
    plate_here: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()


def read_plates(file: Path) -> Plates:
    """The forms of all regions. Raises PackError."""
    always: list[tuple[re.Pattern[str] | None, Form]] = []
    here: dict[str, Form] = {}
    vehicle_here: dict[str, Form] = {}
    plate_here: dict[str, Form] = {}
    near: list[str] = []
    vehicle: list[str] = []
    plate: list[str] = []
    towns: list[str] = []
    for region, (entry, place) in read_entries(file, _Plates).items():
        check_region(place, region)
        _check_forms(place, entry)
        letters = pattern_of(place, "letters", entry.letters) if entry.letters else None
        if letters is not None and letters.search(_ASCII):
            raise place.error("letters", "letters are none of A to Z, nor digits: those are in every text")
        if (form := either_of(place, "always", entry.always)) is not None:
            always.append((letters, form))
        for field, texts, known in (
            ("here", entry.here, here),
            ("plate_here", entry.plate_here, plate_here),
        ):
            if (form := either_of(place, field, texts)) is not None:
                known[region] = form
        if entry.vehicle_here:
            vehicle_here[region] = _whole(entry.vehicle_here)
        near += entry.near
        vehicle += entry.vehicle
        plate += entry.plate
        terms_of(place, "towns", entry.towns)
        towns += entry.towns
    return Plates(
        always=tuple(always),
        here=here,
        near=_whole(near),
        vehicle=_whole(vehicle),
        vehicle_here=vehicle_here,
        plate=Form("|".join((*plate, _ANY))),
        plate_here=plate_here,
        towns=Form(
            rf"{any_of(towns)}".replace(r"\ ", " ?")
            + r"[ :]{1,2}(?:[A-Z]{1,2} ?|\d{1,2} ?[/-] ?)?(\d{3,6})(?![\w-])"
        ),
    )


def _check_forms(place: Place, entry: _Plates) -> None:
    """Raises PackError when a form that is put together with those of other regions cannot be."""
    for field, texts in (
        ("near", entry.near),
        ("vehicle", entry.vehicle),
        ("vehicle_here", entry.vehicle_here),
        ("plate", entry.plate),
    ):
        for text in texts:
            form_of(place, field, text)
            if re.search(r"\\[1-9]|\(\?P", text):
                raise place.error(field, f"{text!r} speaks of a group; forms of all regions are read as one")


def _whole(forms: Sequence[str]) -> Form:
    """One of the forms, neither begun nor ended within a word."""
    return Form(rf"(?<![\w-])(?:{'|'.join(forms) or '(?!)'})(?![\w-])")
