"""Looking for all rules of a language at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import msgspec

from agent_tui.packs.expressions import Expression, Letters
from agent_tui.packs.needs import Index


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one kind, or one speech act, sounds in a language."""

    kind: str
    found: tuple[Expression, ...]
    unless: tuple[Expression, ...]
    phrase: str
    severity: str
    channels: tuple[str, ...]
    markets: tuple[str, ...]


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of one language and how its letters are read."""

    letters: Letters
    rules: dict[str, Rule]


class Span(NamedTuple):
    """Where a rule finds something in a folded text, first and last place, and whether something there excuses it."""

    start: int
    end: int
    excused: bool


def spans(rule: Rule, text: str, candidates: Collection[int] | None = None, first: int = 0) -> list[Span]:
    """What a rule finds in a folded text; what `unless` touches is excused.

    `candidates` are what an `Index` found, where there is one. It numbers the rule's expressions from `first` on, those
    of `unless` last.
    """
    found = _places(rule.found, text, candidates, first)
    if not found:
        return []
    innocent = _places(rule.unless, text, candidates, first + len(rule.found))
    return [Span(*place, excused=_touched(place, innocent)) for place in found]


def matches(rule: Rule, text: str) -> list[tuple[int, int]]:
    """Where a rule finds something in a folded text that nothing excuses, first and last place."""
    return [(each.start, each.end) for each in spans(rule, text) if not each.excused]


def _places(
    expressions: tuple[Expression, ...], text: str, candidates: Collection[int] | None, first: int
) -> list[tuple[int, int]]:
    return [
        match.span()
        for number, each in enumerate(expressions, first)
        if candidates is None or number in candidates
        for match in each.matches(text)
    ]


def _touched(span: tuple[int, int], innocent: list[tuple[int, int]]) -> bool:
    return any(low < span[1] and span[0] < high for low, high in innocent)


class Search:
    """All rules of a language, looked for at once."""

    def __init__(self, pack: Language) -> None:
        every: list[Expression] = []
        self._rules: list[tuple[str, Rule, int]] = []
        self._owners: dict[
            int, int
        ] = {}  # by the number of an expression that finds something, its rule's place
        for place, (name, rule) in enumerate(pack.rules.items()):
            self._rules.append((name, rule, len(every)))
            self._owners |= dict.fromkeys(range(len(every), len(every) + len(rule.found)), place)
            every += [*rule.found, *rule.unless]
        self._index = Index([each.needs for each in every])

    def found(self, text: str) -> dict[str, list[Span]]:
        """By rule what it finds in a folded text."""
        candidates = self._index.candidates(text)
        found: dict[str, list[Span]] = {}
        for place in sorted({self._owners[number] for number in candidates if number in self._owners}):
            name, rule, first = self._rules[place]
            if told := spans(rule, text, candidates, first):
                found[name] = told
        return found
