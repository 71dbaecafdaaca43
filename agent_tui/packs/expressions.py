"""Expressions of the language packs: regular expressions as people write languages, safe and quick to search.

An expression is Python's, with these differences. It matches whole words where a language has spaces. A space is any
white space. `…` is a gap of up to 40 characters within the sentence. `*`, `+` and `{n,}` repeat 30 times at most, so
that no text makes a search slow. Case, accents, full width and the form of apostrophes and hyphens make no difference,
save where a caller asks for text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from agent_tui.packs.loader import BUILT_IN, Place
from agent_tui.packs.needs import Needs, alternatives, needs_of

SHORT = r"[^.!?。\n]{0,40}?"
"""The gap of what is looked for: as little as possible."""
LONG = r"[^.!?。\n]{0,60}"
"""The gap of what excuses: as much as possible, since it is to reach over what it excuses."""
_MOST = 30  # repetitions
_NO_SPACES = frozenset({"zh", "ja", "th"})
_MARKED = {"hi": "\u0900-\u0963", "th": "\u0e31-\u0e4e"}  # vowel signs that Python's \w leaves out
_KEEPS_ACCENTS = frozenset({"vi"})  # there, they make other words
_AROUND = 130  # characters around a needed word in which an expression can match
_AROUND_DENSE = 70  # the same in scripts that say more with fewer characters
_SHORT_TEXT = 300  # characters, which are searched as a whole
_STRIDE = 40  # within that many characters, one more needed word changes little
_SAME = {
    **dict.fromkeys(map(ord, "’‘ʼ＇`´"), "'"),
    **dict.fromkeys(map(ord, "‐‑–—−"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u202f\u3000"), " "),
}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u064b-\u0652\u0640]")


class Letters(dict[int, str]):
    """What each character is read as in a language, one for one; filled as characters are met."""

    def __init__(self, language: str, same: Mapping[str, str]) -> None:
        super().__init__(_SAME)
        self._accents = language in _KEEPS_ACCENTS
        self._same = same
        self.update({ord(char): other for char, other in same.items()})

    __hash__ = object.__hash__  # type: ignore[assignment]  # it is filled, and yet the same letters

    def __eq__(self, other: object) -> bool:
        return self is other

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char).casefold()
        if not self._accents and code < 0x2000:
            bare = unicodedata.normalize("NFD", plain)
            if len(bare) > 1 and bare[0].isascii():
                plain = "".join(each for each in bare if not unicodedata.combining(each))
        if len(plain) != 1:
            plain = char.lower() if len(char.lower()) == 1 else char
        self[code] = plain = self._same.get(plain, plain)
        return plain


class Folded(msgspec.Struct, frozen=True):
    """A text as expressions read it; `places` says where each character stood when some were left out."""

    text: str
    places: tuple[int, ...] | None = None

    def place(self, index: int) -> int:
        """The place in the text as it was written."""
        return index if self.places is None else self.places[index]

    def between(self, start: int, end: int) -> str:
        """What became of the characters between two places of the text as it was written."""
        if self.places is None:
            return self.text[start:end]
        return self.text[bisect_left(self.places, start) : bisect_left(self.places, end)]


@lru_cache(maxsize=16)
def fold(text: str, letters: Letters) -> Folded:
    """The text without the differences that don't matter, each character with its place."""
    if _INVISIBLE.search(text) is None and unicodedata.is_normalized("NFC", text):
        return Folded(text.translate(letters))
    kept: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        if _INVISIBLE.match(char):
            continue
        if kept and unicodedata.combining(char):
            joined = unicodedata.normalize("NFC", kept[-1] + char)
            if len(joined) == 1:
                kept[-1] = joined
                continue
        kept.append(char)
        places.append(index)
    return Folded("".join(kept).translate(letters), (*places, len(text)))


class Expression(msgspec.Struct, frozen=True):
    """An expression that is compiled when a text first holds one of the words it needs."""

    source: str  # Python's
    needs: Needs
    around: int = _AROUND

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Every place where it matches a folded text."""
        if not self.needs or len(text) <= _SHORT_TEXT:
            yield from compiled(self.source).finditer(text)
            return
        for start, end in self._windows(text):
            yield from compiled(self.source).finditer(text, start, end)

    def _windows(self, text: str) -> list[tuple[int, int]]:
        """The parts of a long text around the words that tell most."""
        hits: list[int] = []
        for word in self.needs[0]:
            place = text.find(word)
            while place >= 0:
                hits.append(place)
                if len(hits) * self.around > len(text):
                    return [(0, len(text))]
                place = text.find(word, place + _STRIDE)
        windows: list[tuple[int, int]] = []
        for hit in sorted(hits):
            start, end = max(0, hit - self.around), min(len(text), hit + _STRIDE + self.around)
            if windows and start <= windows[-1][1]:
                windows[-1] = (windows[-1][0], end)
            else:
                windows.append((start, end))
        return windows


@lru_cache(maxsize=16384)
def compiled(source: str) -> re.Pattern[str]:
    """Python's own pattern, made once. Raises re.error."""
    return re.compile(source)


def expression(
    pattern: str, language: str, letters: Mapping[int, str] | None, gap: str = SHORT
) -> Expression:
    """The expression that a pack file writes as `pattern`; `letters` None keeps it as it is written.

    Raises re.error when its brackets don't fit.
    """
    plain = pattern if letters is None else _fold_pattern(pattern, letters)
    needs = needs_of(plain)
    body = _to_python(plain, language, gap)
    if language == "ko":
        body = rf"(?<!\w)(?:{body})"
    elif language not in _NO_SPACES:
        word = rf"[\w{_MARKED.get(language, '')}]"
        body = f"(?<!{word})(?:{body})(?!{word})"
    dense = language in _NO_SPACES or language == "ko"
    return Expression(body, needs, _AROUND_DENSE if dense else _AROUND)


def _fold_pattern(pattern: str, letters: Mapping[int, str]) -> str:
    out: list[str] = []
    escaped = False
    for char in pattern:
        out.append(char if escaped or char == "…" else letters[ord(char)])
        escaped = char == "\\" and not escaped
    return "".join(out)


_TOKEN = re.compile(r"\\.|\{(\d+),\}| … |\(\?<[=!]|.", re.DOTALL)


def _to_python(pattern: str, language: str, gap: str) -> str:
    """The expression in Python's own syntax."""
    marks = _MARKED.get(language, "")
    written = {"…": gap, " … ": rf"\s(?:{gap}\s)?"}
    space = r"\s{0,3}" if language in _NO_SPACES else r"\s{1,3}"
    out: list[str] = []
    in_class = behind = False
    previous = ""
    for match in _TOKEN.finditer(pattern):
        piece = match[0]
        if piece == r"\w" and marks:
            out.append(rf"\w{marks}" if in_class else rf"[\w{marks}]")
        elif in_class:
            in_class = piece != "]" or previous in ("[", "[^")
            out.append(piece)
        elif piece == "[":
            in_class = True
            out.append(piece)
        elif behind:  # Python looks back by a fixed width alone
            behind = piece != ")"
            out.append(r"\s" if piece == " " else piece)
        elif piece.startswith("(?<"):
            behind = True
            out.append(piece)
        elif match[1] is not None:
            out.append(f"{{{match[1]},{_MOST}}}")
        elif piece == "*":
            out.append(f"{{0,{_MOST}}}")
        elif piece == "+" and previous not in ("*", "+", "?"):
            out.append(f"{{1,{_MOST}}}")
        else:
            repeated = pattern[match.end() : match.end() + 1] in ("?", "*", "+", "{")
            out.append(written.get(piece) or (space if piece == " " and not repeated else piece))
        previous = piece
    return "".join(out)


def read_expressions(
    place: Place,
    field: str,
    patterns: tuple[str, ...],
    language: str,
    letters: Letters | None,
    gap: str = SHORT,
) -> tuple[Expression, ...]:
    """The expressions in a field of a pack file; those of a user's own are tried at once. Raises PackError."""
    own = not place.file.is_relative_to(BUILT_IN)
    made: list[Expression] = []
    for pattern in patterns:
        try:
            every = [expression(each, language, letters, gap) for each in alternatives(pattern)]
            for each in every if own else ():
                compiled(each.source)
        except (re.error, ValueError, IndexError) as error:
            raise place.error(field, f"{pattern!r} is no expression: {error}") from error
        made += every
    return tuple(made)


def one_of(place: Place, field: str, word: str, known: tuple[str, ...]) -> None:
    """Raises PackError when a field holds a word that nobody knows."""
    if word not in known:
        raise place.error(field, f"there is no {word!r}; there are: {', '.join(known)}")
