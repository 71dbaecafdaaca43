"""Words of a text as they are compared: without case, width, accents and, in English, without their endings."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile("['’‘`´ʼ]")
_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0640]")
# Scripts that write no spaces between words: their texts are compared by neighbouring characters.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]+")
_HANGUL = re.compile("[\uac00-\ud7a3]+")
_ARABIC = str.maketrans("أإآٱىة", "اااايه")
_LATIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})


def plain(text: str) -> str:
    """The text in small letters of normal width, without accents, harakat and apostrophes."""
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _APOSTROPHES.sub("", text).translate(_LATIN)
    # Kana keep their voicing and Hangul its syllables: only marks on letters of alphabets are dropped.
    text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))
    return text.translate(_ARABIC)


def words(prose: str) -> list[str]:
    """The words of a `plain` text; a run of an unspaced script is one word."""
    found: list[str] = []
    for word in _WORD.findall(prose):
        found += _parts(word) if not word.isascii() else [word]
    return found


def _parts(word: str) -> list[str]:
    """Chinese and Latin letters may touch: `iPhone坏了` is two words."""
    parts: list[str] = []
    end = 0
    for match in _UNSPACED.finditer(word):
        parts += [word[end : match.start()], match[0]]
        end = match.end()
    return [part for part in (*parts, word[end:]) if part]


def is_unspaced(word: str) -> bool:
    """Whether a word is a run of a script that writes no spaces."""
    return not word.isascii() and _UNSPACED.match(word) is not None


def grams(word: str) -> list[str]:
    """The neighbouring characters by which a word is compared with its other forms."""
    if word.isascii() or not (_UNSPACED.match(word) or _HANGUL.match(word)):
        if len(word) < 4:
            return [f"_{word}_"]
        padded = f"_{word}_"
        return [padded[at : at + 4] for at in range(len(padded) - 3)]
    twos = [word[at : at + 2] for at in range(len(word) - 1)]
    threes = [word[at : at + 3] for at in range(len(word) - 2)]
    return [*twos, *threes] or [word]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """An English word without its regular endings: `cancelled`, `cancelling` and `cancels` are `cancel`."""
    if len(word) < 4 or not word.isalpha():
        return word
    for ending, rest in (("ies", "y"), ("sses", "ss"), ("ied", "y")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            word = word.removesuffix(ending) + rest
            break
    else:
        if word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
        for ending in ("ing", "ed"):
            bare = word.removesuffix(ending)
            if bare != word and len(bare) > 2 and any(vowel in bare for vowel in "aeiouy"):
                word = _undoubled(bare)
                break
    if word.endswith("ly") and len(word) > 5:
        word = word[:-2]
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _undoubled(bare: str) -> str:
    """What is before an ending: `shipp` is `ship`, `call` stays, `cancell` (British) is `cancel`."""
    if len(bare) < 4 or bare[-1] != bare[-2] or bare[-1] in "aeious":
        return bare
    return bare if bare[-1] in "lz" and len(bare) < 6 else bare[:-1]


def distance(one: str, other: str, most: int) -> int:
    """How many letters differ, are missing or stand in the wrong order; `most + 1` when it is more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        last, before, row = before, row, [at]
        for to, opposite in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != opposite))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == opposite:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
