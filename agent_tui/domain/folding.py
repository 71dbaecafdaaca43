"""Text as a search sees it: half-width, plain digits and hyphens, no accents; each character still knows its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import msgspec

# Signs that show nothing or only colour a letter: marks of Latin, Hebrew, Arabic and Devanagari, joiners, directions.
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u093c\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u2069\ufeff]"
)
_ALIKE = {
    "ß": "s", "ẞ": "S", "đ": "d", "Đ": "D", "ð": "d", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "İ": "I",
    "æ": "e", "Æ": "E", "œ": "e", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "º": "°", "˚": "°", "−": "-", "ー": "-",
    "ﾞ": "゛", "·": ".", "･": ".", "・": ".", "•": " ", "。": "。", "｡": "。", "、": "、", "､": "、",
    "\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\t": " ", "\r": " ", "\x0b": " ", "\x0c": "\n",
}  # fmt: skip
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "DEVANAGARI", "FULLWIDTH", "HALFWIDTH")


class _Table(dict[int, str]):
    """The sign for each sign, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _plain(chr(code))
        return found


def _plain(sign: str) -> str:
    if sign in _ALIKE:
        return _ALIKE[sign]
    if sign.isascii():
        return sign
    if sign.isdecimal():
        return str(unicodedata.digit(sign))
    category = unicodedata.category(sign)
    if category == "Pd":
        return "-"
    if category == "Zs":
        return " "
    if unicodedata.name(sign, "").startswith(_ACCENTED):
        parts = [part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part)]
        if len(parts) == 1:
            return _ALIKE.get(parts[0], parts[0])
    return sign


_TABLE = _Table()


class Folded(msgspec.Struct, frozen=True):
    """A folded text: `plain` keeps capitals, `low` has none; both are of the same length."""

    plain: str
    low: str
    places: Sequence[int] = ()  # of each character in the original; empty when none was left out

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of a part that is not empty."""
        return (self.places[start], self.places[end - 1] + 1) if self.places else (start, end)


def fold(text: str) -> Folded:
    """Fold a text; digits of every script become 0 to 9."""
    if text.isascii():
        plain = text.translate(_TABLE) if _CONTROLS.search(text) else text
        return Folded(plain, plain.lower())
    places: list[int] = []
    if _UNSEEN.search(text):
        places = [place for place, sign in enumerate(text) if not _UNSEEN.match(sign)]
        text = "".join([text[place] for place in places])
    plain = text.translate(_TABLE)
    low = plain.lower()
    if len(low) != len(plain):  # a few letters have no single small one
        low = "".join([small if len(small := sign.lower()) == 1 else sign for sign in plain])
    return Folded(plain, low, places)


_CONTROLS = re.compile("[\t\r\x0b\x0c]")
