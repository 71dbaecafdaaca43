"""Sentences of the core: marked for translation here, translated by the faces when they show them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


def N_(text: str) -> str:
    """Return `text` unchanged; the catalogue tools collect it."""
    return text


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence that is kept: `text` is the English template, marked with `N_`; `details` fill its named fields.

    `str()` is the English sentence; a face translates the template and makes the details safe for a terminal.
    """

    text: str
    details: Mapping[str, str | Told] = {}

    def __str__(self) -> str:
        return self.text.format(**self.details)

    def __hash__(self) -> int:
        return hash((self.text, frozenset(self.details.items())))


def told(text: str, details: Mapping[str, object]) -> Told:
    """A sentence to keep, whatever fills it."""
    return Told(text, {name: each if isinstance(each, Told) else str(each) for name, each in details.items()})


class NotUnderstood(ValueError):
    """What somebody typed makes no sense; `told` says how it can be written."""

    def __init__(self, text: str, /, **details: str) -> None:
        self.told = Told(text, details)
        super().__init__(self.told)
