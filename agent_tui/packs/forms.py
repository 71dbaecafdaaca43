"""How people are addressed, greeted and taken leave of, by language (`culture/forms.toml`)."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from agent_tui.packs.loader import Place, Problem, pick, read_entries

_PLACEHOLDER = re.compile(r"\{([^{}|]*)(?:\|[^{}]*)?\}")
_NAME_PARTS = frozenset({"titles", "given", "family", "patronymic", "full", "name"})
_TEXT_PARTS = frozenset({"customer.name:address"})


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a name is written with its honorific. `{full}` is in the customer's own order."""

    female: str
    male: str
    neutral: str  # the gender is not known
    informal: str
    single: str = "{name}"  # only one name is known, and not which
    patronymic: str = ""  # where one is known, whatever the gender


class Greeting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """First lines; `{customer.name:address}` is the form of address."""

    female: str
    male: str
    neutral: str
    informal: str
    company: str
    nobody: str  # no name is known


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Last lines, which the agent's name follows."""

    formal: str
    informal: str


class Forms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The forms of one language. `honorific`: even a name that the customer asked for has one."""

    address: Address
    greeting: Greeting
    closing: Closing
    joined: bool = False  # the honorific follows its script without a space
    honorific: bool = False
    capital_prefix: bool = False  # without a given name before it: mevrouw De Vries

    def changed(self, change: FormsChange | None) -> Forms:
        """These forms with what a market has otherwise."""
        if change is None:
            return self
        return msgspec.structs.replace(
            self,
            address=msgspec.structs.replace(self.address, **change.address),
            greeting=msgspec.structs.replace(self.greeting, **change.greeting),
            closing=msgspec.structs.replace(self.closing, **change.closing),
        )


class FormsChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is otherwise in one market, by the names of the fields."""

    address: dict[str, str] = {}
    greeting: dict[str, str] = {}
    closing: dict[str, str] = {}


def load_forms(user: Path | None, problems: list[Problem]) -> dict[str, Forms]:
    """The forms of every language (BCP 47); what had to be left out goes into `problems`.

    Raises PackError when the shipped file itself is bad.
    """
    return pick("culture", "forms.toml", user, _forms, problems)


def _forms(file: Path) -> dict[str, Forms]:
    found: dict[str, Forms] = {}
    for key, (forms, place) in read_entries(file, Forms).items():
        _check(place, "address", msgspec.structs.asdict(forms.address), _NAME_PARTS)
        _check(place, "greeting", msgspec.structs.asdict(forms.greeting), _TEXT_PARTS)
        _check(place, "closing", msgspec.structs.asdict(forms.closing), frozenset())
        found[key] = forms
    return found


def check_change(place: Place, change: FormsChange) -> None:
    """Whether a market's own forms have known fields and placeholders. Raises PackError."""
    for part, texts, shape, allowed in (
        ("address", change.address, Address, _NAME_PARTS),
        ("greeting", change.greeting, Greeting, _TEXT_PARTS),
        ("closing", change.closing, Closing, frozenset[str]()),
    ):
        for field in texts:
            if field not in shape.__struct_fields__:
                known = ", ".join(shape.__struct_fields__)
                raise place.error(part, f"{part} has no {field!r}; there are: {known}")
        _check(place, part, texts, allowed)


def _check(place: Place, field: str, texts: dict[str, str], allowed: frozenset[str]) -> None:
    for text in texts.values():
        for name in _PLACEHOLDER.findall(text):
            if name not in allowed:
                known = ", ".join(f"{{{each}}}" for each in sorted(allowed)) or "none"
                raise place.error(field, f"{{{name}}} is no placeholder here; there are: {known}")
