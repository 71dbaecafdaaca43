"""How languages show formality: the pack files in `compliance/register/`, one for each language."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent_tui.packs.expressions import LONG, Expression, one_of, read_expressions
from agent_tui.packs.loader import read_entries


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that shows formality.

    `where` its words stand is `start` (of a clause, or after one of `after`), `question`, `statement` or empty.
    """

    formality: str
    weight: float
    found: tuple[Expression, ...]
    unless: tuple[Expression, ...]
    where: str
    after: frozenset[str]
    cased: bool


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one language shows formality; `words` has the places in `signs` for each word, in small letters."""

    signs: tuple[Sign, ...]
    words: dict[str, tuple[int, ...]]
    enclitics: tuple[str, ...]


class _Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    formality: str
    weight: float = 2
    patterns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    words: str = ""
    stems: str = ""
    endings: str = ""
    without: str = ""
    where: str = ""
    after: str = ""
    cased: bool = False
    enclitics: str = ""


def read_register(file: Path) -> Register:
    """How the language that the file is named after shows formality. Raises PackError."""
    signs: list[Sign] = []
    words: dict[str, tuple[int, ...]] = {}
    enclitics: list[str] = []
    for entry, place in read_entries(file, _Sign).values():
        one_of(place, "formality", entry.formality, ("formal", "informal"))
        if entry.where:
            one_of(place, "where", entry.where, ("start", "question", "statement"))
        if bool(entry.stems) != bool(entry.endings):
            raise place.error("stems", "stems need endings, and endings stems")
        if not (entry.patterns or entry.words or entry.stems):
            raise place.error("", "a sign needs patterns, words or stems")
        made = {
            (stem + ending).replace("-", "")
            for stem in entry.stems.split()
            for ending in entry.endings.split()
        }
        for word in sorted((made | set(entry.words.split())) - set(entry.without.split())):
            words[word] = (*words.get(word, ()), len(signs))
        enclitics += entry.enclitics.split()
        signs.append(
            Sign(
                formality=entry.formality,
                weight=entry.weight,
                found=read_expressions(place, "patterns", entry.patterns, file.stem, None),
                unless=read_expressions(place, "unless", entry.unless, file.stem, None, LONG),
                where=entry.where,
                after=frozenset(entry.after.split()),
                cased=entry.cased,
            )
        )
    return Register(tuple(signs), words, tuple(sorted(set(enclitics), key=len, reverse=True)))
