"""What a text must hold for an expression to match, and the search for it: most expressions are never run at all.

An expression needs groups of words: of each, one stands in every text it matches. The words of all expressions are
looked for in one pass (Aho and Corasick, 1975).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import ahocorasick

Needs = tuple[tuple[str, ...], ...]
"""One of each of these stands in the text; the group that tells most comes first. Empty where nobody knows."""

_MOST_WORDS = 400  # of a group
_MOST_GROUPS = 2  # what more of them would rule out is not worth the search
_TELLING = 6  # letters from which on a longer word tells no more
_QUANTIFIER = re.compile(r"([?*+]|\{(\d*)(?:,\d*)?\})[?+]?")
_LOOKS = re.compile(r"\?(<?[=!])")
_OPENS = re.compile(r"\?(?::|<?[=!]|P<\w+>)")


def alternatives(pattern: str) -> Iterator[str]:
    """The patterns that one of the form `a|b|c` stands for, so that each can be looked for by its own words."""
    start = depth = at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = _class_end(pattern, at + 1)
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            yield pattern[start:at]
            start = at + 1
        at += 1
    yield pattern[start:]


def needs_of(pattern: str) -> Needs:
    """What every text holds that a folded pattern matches. Raises IndexError or ValueError when brackets don't fit."""
    branches = _Reader(pattern).read()
    groups = branches[0] if len(branches) == 1 else _any_of(branches)
    return tuple(tuple(sorted(group)) for group in sorted(groups, key=_telling, reverse=True)[:_MOST_GROUPS])


def _class_end(pattern: str, at: int) -> int:
    """Where the `]` stands of the class whose `[` stands before `at`."""
    end = pattern.index("]", at + 1)
    while pattern[end - 1] == "\\":
        end = pattern.index("]", end + 1)
    return end


class _Reader:
    """Reads a pattern as branches of groups; an empty branch is one that needs nothing."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def read(self) -> list[list[frozenset[str]]]:
        """The branches, to the closing bracket or the end."""
        branches = [self._sequence()]
        while self._pattern[self._at : self._at + 1] == "|":
            self._at += 1
            branches.append(self._sequence())
        return branches

    def _sequence(self) -> list[frozenset[str]]:
        groups: list[frozenset[str]] = []
        run = ""
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            literal, inner = self._item()
            optional = self._optional()
            if literal is not None and optional is not True:
                run += literal
                if optional is None:
                    continue
            if run:  # after `x+`, too: the character is there, what follows is not next to it
                groups.append(frozenset({run}))
                run = ""
            if optional is not True:
                groups += inner
        if run:
            groups.append(frozenset({run}))
        return groups

    def _item(self) -> tuple[str | None, list[frozenset[str]]]:
        """The next character, or the groups of the bracket that comes next."""
        char = self._pattern[self._at]
        self._at += 1
        if char == "\\":
            escaped = self._pattern[self._at]
            self._at += 1
            return (None if escaped.isalnum() else escaped), []
        if char == "[":
            self._at = _class_end(self._pattern, self._at) + 1
            return None, []
        if char == "(":
            looks = _LOOKS.match(self._pattern, self._at)
            opens = _OPENS.match(self._pattern, self._at)
            self._at = opens.end() if opens else self._at
            branches = self.read()
            self._at += 1
            if looks:
                return None, []
            return None, branches[0] if len(branches) == 1 else _any_of(branches)
        return (None if char in ".^$ …" else char), []

    def _optional(self) -> bool | None:
        """Whether what came last may be missing; None when nothing is said of how often it stands there."""
        match = _QUANTIFIER.match(self._pattern, self._at)
        if match is None:
            return None
        self._at = match.end()
        return match[1] in ("?", "*") or (match[2] is not None and int(match[2] or 0) == 0)


def _any_of(branches: Sequence[Sequence[frozenset[str]]]) -> list[frozenset[str]]:
    """The group of which one word stands in each text that holds one of the branches; none when nobody knows."""
    if not all(branches):
        return []
    words = frozenset[str]().union(*(max(branch, key=_telling) for branch in branches))
    return [words] if len(words) <= _MOST_WORDS else []


def _telling(group: frozenset[str]) -> tuple[int, int]:
    """How much a group tells: by its shortest word, then by how few there are."""
    return min(_TELLING, *map(len, group)), -len(group)


class Index:
    """The words that many expressions need, looked for in one go."""

    def __init__(self, every: Sequence[Needs]) -> None:
        self._always = frozenset(number for number, needs in enumerate(every) if not needs)
        self._also = [frozenset(needs[1]) if len(needs) > 1 else None for needs in every]
        self._first: dict[str, list[int]] = {}  # by word, the expressions it tells most of
        for number, needs in enumerate(every):
            for word in needs[0] if needs else ():
                self._first.setdefault(word, []).append(number)
        self._words = ahocorasick.Automaton()
        for word in {word for needs in every for group in needs for word in group}:
            self._words.add_word(word, word)
        self._words.make_automaton()

    def candidates(self, text: str) -> set[int]:
        """The numbers of the expressions that can match a folded text."""
        words = {word for _last, word in self._words.iter(text)} if self._first else set[str]()
        also = self._also
        found = set(self._always)
        for word in self._first.keys() & words:
            for number in self._first[word]:
                group = also[number]
                if group is None or not group.isdisjoint(words):
                    found.add(number)
        return found
