"""What sentences do, by the models that were learned from examples, with what the expressions found among their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from agent_tui.packs.compliance import Language, Packs, base, matches
from agent_tui.packs.expressions import fold
from agent_tui.packs.learned import Model, features, model

_LONGEST = 600  # characters: nobody writes such a sentence, and a flood of letters must cost nothing
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?]+(?=\s|$)|[。！？]+|[.!?](?=\S))?[^\S\n]*|[.!?。！？]+")
_LETTER = re.compile(r"[^\W\d_]")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a text stand; a full stop within a word or number ends none."""
    start = 0
    for match in _SENTENCE.finditer(text):
        piece = match[0].rstrip()
        inside = piece.endswith((".", "!", "?")) and match.end() < len(text) and not text[match.end() - 1].isspace()
        if inside and text[match.end()] != "\n":
            continue
        if _LETTER.search(text, start, match.end()):
            yield start, min(match.end(), start + _LONGEST)
        start = match.end()
    if start < len(text) and _LETTER.search(text, start):
        yield start, min(len(text), start + _LONGEST)


def margins(text: str, language: str, packs: Packs) -> dict[str, float] | None:
    """By output of the model how far one sentence, or a short text, is beyond the line; None without a model."""
    name = base(language)
    learned = model(name)
    if learned is None:
        return None
    folded = fold(text, packs.letters(name)).text
    return _margins(learned, folded, name, found_by_rules(text, name, packs))


@lru_cache(maxsize=1024)
def _margins(learned: Model, folded: str, language: str, found: frozenset[str]) -> dict[str, float]:
    return learned.margins(features(folded, language, found))


def found_by_rules(text: str, language: str, packs: Packs) -> frozenset[str]:
    """The names of what the expressions find in a text: kinds of findings and acts of speech."""
    found: set[str] = set()
    for pack in (packs.rules(language), packs.acts(language)):
        found.update(_names(text, pack))
    return frozenset(found)


def _names(text: str, pack: Language | None) -> Iterator[str]:
    if pack is None:
        return
    folded = fold(text, pack.letters).text
    for name, rule in pack.rules.items():
        if matches(rule, folded):
            yield name
