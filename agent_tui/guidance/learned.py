"""What sentences do, by models that were learned from examples; what the expressions found is part of what they see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from agent_tui.packs.compliance import Packs, base
from agent_tui.packs.expressions import fold
from agent_tui.packs.learned import Model, features, model

_LONGEST = 600  # characters: nobody writes such a sentence, and a flood of letters must cost nothing
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?]+(?=\s|$)|[。！？]+|[.!?](?=\S))?[^\S\n]*|[.!?。！？]+")
_LETTER = re.compile(r"[^\W\d_]")


class Judged(msgspec.Struct, frozen=True):
    """A sentence of a text: its place, what expressions found in it, and by output how far the model is beyond 0."""

    start: int
    end: int
    found: frozenset[str]
    margins: dict[str, float]


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a text stand; a full stop within a word or number ends none."""
    start = 0
    for match in _SENTENCE.finditer(text):
        piece = match[0].rstrip()
        inside = (
            piece.endswith((".", "!", "?"))
            and match.end() < len(text)
            and not text[match.end() - 1].isspace()
        )
        if inside and text[match.end()] != "\n":
            continue
        if _LETTER.search(text, start, match.end()):
            yield start, min(match.end(), start + _LONGEST)
        start = match.end()
    if start < len(text) and _LETTER.search(text, start):
        yield start, min(len(text), start + _LONGEST)


@lru_cache(maxsize=64)
def judged(text: str, language: str, packs: Packs) -> tuple[Judged, ...] | None:
    """Each sentence of a text (in `language`, BCP 47) as the model sees it; None where nothing was learned."""
    name = base(language)
    learned = model(name)
    if learned is None:
        return None
    hits = tuple(_hits(text, name, packs))
    letters = packs.letters(name)
    found: list[Judged] = []
    for start, end in sentences(text):
        here = frozenset(rule for rule, low, high in hits if low < end and start < high)
        folded = fold(text[start:end], letters).text
        found.append(Judged(start, end, here, _margins(learned, folded, name, here)))
    return tuple(found)


@lru_cache(maxsize=64)
def in_context(text: str, language: str, packs: Packs) -> tuple[Judged, ...] | None:
    """Each sentence as the model sees it by itself and with those beside it, the margins being the means of both.

    “We looked at it. A new one leaves today.” is told from what is not said in one sentence alone.
    """
    name = base(language)
    learned = model(name)
    alone = judged(text, language, packs)
    if learned is None or alone is None:
        return None
    letters = packs.letters(name)
    seen = [_features(fold(text[each.start : each.end], letters).text, name, each.found) for each in alone]
    found: list[Judged] = []
    for place, each in enumerate(alone):
        near = learned.margins(frozenset().union(*seen[max(0, place - 1) : place + 2]))
        means = {output: (margin + near[output]) / 2 for output, margin in each.margins.items()}
        found.append(Judged(each.start, each.end, each.found, means))
    return tuple(found)


@lru_cache(maxsize=128)
def _features(folded: str, language: str, found: frozenset[str]) -> frozenset[str]:
    return frozenset(features(folded, language, found))


@lru_cache(maxsize=2048)
def _margins(learned: Model, folded: str, language: str, found: frozenset[str]) -> dict[str, float]:
    return learned.margins(_features(folded, language, found))


def found_by_rules(text: str, language: str, packs: Packs) -> frozenset[str]:
    """The names of the kinds and acts that the expressions find in a text; a kind that is excused ends in `?`."""
    return frozenset(rule for rule, _start, _end in _hits(text, language, packs))


def _hits(text: str, language: str, packs: Packs) -> Iterator[tuple[str, int, int]]:
    for pack, doubtful in ((packs.rules(language), True), (packs.acts(language), False)):
        if pack is not None:
            folded = fold(text, pack.letters)
            for name, spans in packs.found(pack, folded.text).items():
                for start, end, excused in spans:
                    if doubtful or not excused:
                        yield f"{name}?" if excused else name, folded.place(start), folded.place(end)
