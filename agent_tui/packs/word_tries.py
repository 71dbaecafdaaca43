"""Thousands of words as regular expressions that look at each character of a text about once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agent_tui.domain.personal_data import Form, Words

_SEPARATORS = " ._-"
_BETWEEN = r"[ ._\-]{0,2}"
_LETTER = "a-z\u0370-\u052f"  # of the scripts that put spaces between words, folded: Latin, Greek, Cyrillic
_SPACED = re.compile(f"[{_LETTER}]")
_NO_SEPARATOR = re.compile(r"[ ._\-]+")

_Node = dict[str, "_Node"]
_END, _STEM = "\0", "\1"  # the word ends here; it may go on here


def bare(word: str) -> str:
    """A word without what may stand between its parts."""
    return _NO_SEPARATOR.sub("", word)


def is_spaced(word: str) -> bool:
    """Whether a folded word is of a script that puts spaces between words."""
    return _SPACED.match(word.strip(_SEPARATORS)) is not None


def words_of(told: dict[str, set[str]]) -> Words:
    """What finds the folded words; `*` stands for any ending, or beginning, of a word with spaces around it."""
    ahead, inside, glued = [], [], []
    for word in told:
        core = word.strip("*")
        if not is_spaced(core):
            glued.append(core)
        elif word.startswith("*"):
            inside.append(core)
        else:
            ahead.append(core + (_STEM if word.endswith("*") else _END))
    begins: dict[str, list[str]] = {}
    for word in ahead:
        begins.setdefault(bare(word)[:2].rstrip(_END + _STEM), []).append(word)
    meaning: dict[str, set[str]] = {}
    for word, roles in told.items():
        meaning.setdefault(bare(word.strip("*")), set()).update(roles)
    return Words(
        begins={first: Form(_trie(words)) for first, words in begins.items()},
        inside=Form(_trie([word + _END for word in inside])) if inside else None,
        glued=Form(_trie([word + _STEM for word in glued]) or _NEVER),
        told={word: frozenset(roles) for word, roles in meaning.items()},
    )


def spaced(words: Words, low: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The words of scripts with spaces between two places of a folded text, in order and not overlapping."""
    inside = words.inside.compiled if words.inside is not None else None
    late = inside.search(low, start, end) if inside is not None else None
    begins = words.begins
    place = start
    while (first := _FIRST.search(low, place, end)) is not None:
        place = first.start()
        while inside is not None and late is not None and late.start() < place:
            yield late
            place = max(place, late.end())
            late = inside.search(low, late.end(), end)
        if place > first.start():
            continue
        one, other = first.groups()
        match = None
        for form in (begins.get(one + other), begins.get(one)):
            if form is not None and (match := form.compiled.match(low, place, end)) is not None:
                break
        if match is None:
            place += 1
            continue
        yield match
        place = match.end()
        if inside is not None and late is not None and late.start() < place:
            late = inside.search(low, place, end)
    while inside is not None and late is not None:
        yield late
        late = inside.search(low, late.end(), end)


_FIRST = re.compile(rf"(?<![{_LETTER}])([{_LETTER}])[ ._\-]{{0,2}}(.?)", re.DOTALL)
_NEVER = r"(?!)"


def _trie(words: Iterable[str]) -> str:
    root: _Node = {}
    for word in words:
        node = root
        mark = word[-1]
        for sign in re.sub(r"[ ._\-]+", " ", word[:-1].strip(_SEPARATORS)):
            node = node.setdefault(sign, {})
        node[mark] = {}
    return _written(root)


def _written(node: _Node) -> str:
    """A node as an expression; longer words come first."""
    branches: list[str] = []
    for sign, below in node.items():
        if sign in (_END, _STEM):
            continue
        after = _written(below)
        head = _BETWEEN if sign == " " else re.escape(sign)
        branches.append(head + after)
    if _STEM in node:
        branches.append("")
    elif _END in node:
        branches.append(f"(?![{_LETTER}])")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})" if branches else ""
