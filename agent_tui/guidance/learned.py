"""What sentences do, by models that were learned from examples; what the expressions found is part of what they see."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from agent_tui.packs.compliance import Packs, base
from agent_tui.packs.expressions import fold
from agent_tui.packs.learned import Margins, Model, model

_LONGEST = 600  # characters: nobody writes such a sentence, and a flood of letters must cost nothing
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?]+(?=\s|$)|[。！？]+|[.!?](?=\S))?[^\S\n]*|[.!?。！？]+")
_LETTER = re.compile(r"[^\W\d_]")


class Judged(msgspec.Struct, frozen=True):
    """A sentence of a text: its place, what expressions found in it, and what the model thinks and knows of it."""

    start: int
    end: int
    found: frozenset[str]
    margins: Margins
    known: frozenset[int]


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
    folded = fold(text, packs.letters(name))
    places = tuple(sentences(text))
    ends = [end for _start, end in places]
    told: list[set[str]] = [set() for _place in places]
    for rule, low, high in _hits(text, name, packs):
        for place in range(bisect_right(ends, low), len(places)):
            if places[place][0] >= high:
                break
            told[place].add(rule)
    found: list[Judged] = []
    for (start, end), rules in zip(places, told, strict=True):
        here = frozenset(rules)
        known = _known(learned, folded.between(start, end), here)
        found.append(Judged(start, end, here, learned.margins(known), known))
    return tuple(found)


@lru_cache(maxsize=64)
def in_context(text: str, language: str, packs: Packs) -> tuple[Judged, ...] | None:
    """Each sentence as the model sees it by itself and with those beside it, the margins being the means of both.

    “We looked at it. A new one leaves today.” is told from what is not said in one sentence alone.
    """
    learned = model(base(language))
    alone = judged(text, language, packs)
    if learned is None or alone is None:
        return None
    return tuple(
        replace(
            each,
            margins=learned.margins(
                each.known, each.known.union(*(one.known for one in alone[max(0, place - 1) : place + 2]))
            ),
        )
        for place, each in enumerate(alone)
    )


@lru_cache(maxsize=256)
def _known(learned: Model, folded: str, found: frozenset[str]) -> frozenset[int]:
    return learned.known(folded, found)


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
