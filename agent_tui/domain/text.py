"""`SafeText`: text of strangers, made harmless for a terminal and left as readable as it was.

Whoever writes to a desk can put anything into a message: escape sequences that rewrite the screen or
the clipboard, bidirectional overrides that show `exe.fdp` as `pdf.exe`, invisible characters that hide
words from the reader, towers of accents that cover the lines above. `safe` is applied on the way to
a face; `is_safe` is what a face checks before it writes.

What happens to which characters:

- control characters (C0, DEL) are shown as control pictures: ESC as `␛`; C1 controls, lone surrogates and
  noncharacters as `�`;
- invisible formatting (bidi controls, zero-width characters, tags, soft hyphens, annotations) is removed;
  what a script or an emoji can't do without stays: joiners between the letters of Arabic and Indic scripts,
  the parts of an emoji sequence, one variation selector after a character that has variants;
- no character carries more than `MAX_MARKS` combining marks; a mark with nothing to stand on gets a `◌`;
- everything is NFC (never NFKC: `㍻`, `ﬁ` and full-width letters are what the customer wrote).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from agent_tui.domain.cells import EMOJI_VARIATION, ZWJ, ZWNJ, fit, is_boundary, width
from agent_tui.domain.characters import (
    BLANK_FILLERS,
    BLANKS,
    CALM_LINE,
    CALM_TEXT,
    HAS_SKIN,
    JOINING,
    KEYCAP,
    LINE_END,
    PICTURE,
    UNWANTED,
    VARIANTS,
    Kind,
    is_mark,
    kind_of,
)

__all__ = ["MAX_MARKS", "SafeText", "fit", "is_safe", "safe", "width"]

MAX_MARKS: Final = 5  # on one character. Living orthographies use four (Tibetan stacks, pointed Hebrew)
_MAX_JOINS: Final = 3  # in one emoji: a kiss of two people is the longest (Unicode 15.1)
_TAB: Final = 8  # columns


class SafeText(str):
    """Text that may be written to a terminal, made by `safe` alone; anything built from it is plain `str`."""

    __slots__ = ()


def safe(text: str, *, lines: bool = False, limit: int | None = None) -> SafeText:
    """Return `text` made harmless for a terminal. Doing it twice changes nothing.

    Without `lines` the result is one line: breaks, tabs and rows of blanks become one space each. With
    `lines` every kind of line end becomes a line feed and tabs become spaces. `limit` is the longest
    result in code points; what is cut off shows as `…`.
    """
    if not CALM_LINE.fullmatch(text):
        text = _harmless(text, lines=lines)
    if limit is not None and len(text) > limit:
        text = _shorten(text, limit)
    return SafeText(text)


def is_safe(text: str) -> bool:
    """Say whether `text` may be written to a terminal as it is; line feeds are allowed."""
    if CALM_TEXT().fullmatch(text) and unicodedata.is_normalized("NFC", text):
        return True
    return "\t" not in text and text == _harmless(text, lines=True)


def _harmless(text: str, *, lines: bool) -> str:
    if lines:
        text = LINE_END().sub("\n", text).expandtabs(_TAB)
    if not CALM_TEXT().fullmatch(text):
        text = _settle(UNWANTED().sub(_substitute, text))
    if not unicodedata.is_normalized("NFC", text):
        # Only after the marks were thinned out: normalizing a long row of them takes quadratic time.
        text = _settle(unicodedata.normalize("NFC", text))
    if not lines:
        text = BLANKS().sub(" ", text).strip()
        if text and is_mark(text[0]):
            text = "◌" + text
    return text


def _substitute(match: re.Match[str]) -> str:
    if flag := match[1]:
        return flag
    character = match[0]
    if character < " ":
        return chr(0x2400 + ord(character))
    if character == "\x7f":
        return "␡"
    if character in BLANK_FILLERS:
        return " "
    if (
        unicodedata.category(character) in ("Cc", "Cs")
        or character > "\U000e0fff"
        or _is_noncharacter(character)
    ):
        return "\ufffd"
    return ""


def _is_noncharacter(character: str) -> bool:
    code = ord(character)
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


_ROUNDS = 4
"""How often text is settled: what goes may have been what its neighbour stood on. Floods get no more."""


def _settle(text: str) -> str:
    """Drop from `text` what depends on its neighbours: joiners, selectors, skin tones, marks without end."""
    for _round in range(_ROUNDS):
        before, text = text, _settled_once(text)
        if text == before:
            break
    return text


def _settled_once(text: str) -> str:
    out: list[str] = []
    position = 0
    state = _Neighbours()
    calm_text = CALM_TEXT()
    while position < len(text):
        calm = calm_text.match(text, position)
        if calm and calm[0]:
            out.append(calm[0])
            state.calm(calm[0])
            position = calm.end()
        else:
            out.append(state.take(text[position], text[position + 1 : position + 2]))
            position += 1
    return "".join(out)


class _Neighbours:
    """What stood before the character that is looked at."""

    __slots__ = ("base", "half", "joins", "marks", "tail")

    def __init__(self) -> None:
        self.base = ""  # the last character that stands by itself
        self.tail = ""  # the last character of all; "" where a line starts
        self.marks = 0  # combining marks on `base`
        self.joins = 0  # joiners in the emoji sequence so far
        self.half = False  # `base` is the first half of a flag

    def calm(self, text: str) -> None:
        """Step over `text`, which stays as it is."""
        if self.tail != ZWJ or len(text) > 1:
            self.joins = 0
        self.base = self.tail = text[-1]
        self.marks = 0

    def take(self, character: str, following: str) -> str:
        """Return what `character` becomes when `following` stands after it ("" at the end)."""
        kept = self._judge(character, following)
        if kept:
            self.tail = kept[-1]
        return kept

    def _judge(self, character: str, following: str) -> str:
        kind = kind_of(character)
        if kind is Kind.PLAIN:
            return self._stand(character)
        if kind is Kind.MARK:
            return self._mark(character)
        if character in (ZWJ, ZWNJ):
            return character if self._joins(character, following) else ""
        if character == EMOJI_VARIATION:
            return character if self._has_emoji_form(following) else ""
        for selectors, bases in VARIANTS:
            if selectors().match(character):
                return character if self._is_bare() and bases().match(self.base) else ""
        if "\U0001f3fb" <= character <= "\U0001f3ff":
            return self._skin_tone(character)
        return self._regional(character, following)

    def _stand(self, character: str) -> str:
        if self.tail != ZWJ:
            self.joins = 0
        self.base = character
        self.marks = 0
        return character

    def _is_bare(self) -> bool:
        return bool(self.base) and self.tail == self.base and not self.marks

    def _has_emoji_form(self, following: str) -> bool:
        if not self._is_bare():
            return False
        return bool(PICTURE().match(self.base)) or (self.base in "0123456789#*" and following == KEYCAP)

    def _joins(self, joiner: str, following: str) -> bool:
        if joiner == ZWJ and PICTURE().match(self.base) and not self.marks and PICTURE().match(following):
            if self.tail == ZWJ or self.joins == _MAX_JOINS:
                return False
            self.joins += 1
            return True
        if not JOINING().match(self.tail) or not (self.tail.isalpha() or is_mark(self.tail)):
            return False
        if (
            joiner == ZWJ and unicodedata.combining(self.tail) == 9
        ):  # after a virama, at the end of a word too
            return True
        if not JOINING().match(following):
            return False
        return following.isalpha() or (is_mark(following) and self.marks < MAX_MARKS)

    def _skin_tone(self, character: str) -> str:
        if HAS_SKIN().match(self.base) and not self.marks and self.tail in (self.base, EMOJI_VARIATION):
            return character
        return self._stand("\ufffd")  # alone it is a coloured square, on whose width no two terminals agree

    def _mark(self, character: str) -> str:
        if self.tail in ("", "\n"):
            self._stand("◌")
            self.marks = 1
            return "◌" + character
        if self.marks == MAX_MARKS:
            return ""
        self.marks += 1
        return character

    def _regional(self, character: str, following: str) -> str:
        """Two make a flag; one alone becomes its letter, since terminals disagree on its width."""
        if self.half and self.tail == self.base:
            self.half = False
            return self._stand(character)
        self.half = "\U0001f1e6" <= following <= "\U0001f1ff"
        return self._stand(character if self.half else chr(ord(character) - 0x1F1E6 + ord("A")))


def _shorten(text: str, limit: int) -> str:
    if limit <= 0:
        return ""
    cut = limit - 1
    while not is_boundary(text, cut):
        cut -= 1
    return text[:cut].rstrip() + "…"
