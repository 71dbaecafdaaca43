"""How wide text is in a terminal, and how to cut and pad it so that columns never shift.

Widths come from `rich.cells`: it is the measure that Textual lays out with, so both faces agree; it
needs no further package; without Textual it costs 3 ms (`wcwidth`: 25 ms), and only for text
beyond ASCII. All functions expect text made by `domain.text.safe`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal

from agent_tui.domain.patterns import pattern

ZWJ = "\u200d"
ZWNJ = "\u200c"
EMOJI_VARIATION = "\ufe0f"  # asks for the colourful, two-cell form of the character before it

# `rich.cells` takes whatever follows a ZWJ as part of an emoji. In the scripts from Arabic to Mongolian
# it is a letter of its own.
_LETTER_JOINER = pattern("(?<=[\u0600-\u1fff])\u200d")
# A skin tone makes a narrow emoji wide, just as the variation selector does.
_SKIN_TONE = pattern("[\U0001f3fb-\U0001f3ff]")
# What belongs to the character before it: joiners, skin tones, tags of flags, vowels and finals of Hangul.
_EXTENDS = pattern("[\u200c\u200d\u1160-\u11ff\ud7b0-\ud7ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_REGIONAL = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def width(text: str) -> int:
    """Return how many terminal cells the one line `text` takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # only now: most command output is ASCII

    if ZWJ in text:
        text = _LETTER_JOINER().sub("", text)
    return cell_len(_SKIN_TONE().sub(EMOJI_VARIATION, text))


def is_boundary(text: str, index: int) -> bool:
    """Say whether `text` may be cut before `index` without tearing what a reader sees as one character."""
    if not 0 < index < len(text):
        return True
    here, before = text[index], text[index - 1]
    if here < "\u0300":
        return before not in (ZWJ, ZWNJ)
    if before in (ZWJ, ZWNJ) or _EXTENDS().match(here) or unicodedata.category(here)[0] == "M":
        return False
    if "\U0001f1e6" <= here <= "\U0001f1ff":  # flags are pairs, counted from the start of their row
        return (index - len(text[:index].rstrip(_REGIONAL))) % 2 == 0
    return True


def graphemes(text: str) -> Iterator[str]:
    """Yield `text` in pieces of what a reader sees as one character each."""
    start = 0
    for index in range(1, len(text) + 1):
        if is_boundary(text, index):
            yield text[start:index]
            start = index


def fit(text: str, cells: int, *, ellipsis: str = "…", align: Literal["left", "right"] = "left") -> str:
    """Return the one line `text` cut or padded to exactly `cells` terminal cells.

    A cut shows as `ellipsis`; where a two-cell character doesn't fit any more, a space fills its place.
    """
    cells = max(cells, 0)
    used = width(text)
    if used > cells:
        room = cells - width(ellipsis)
        if room < 0:
            ellipsis, room = "", cells
        taken = []
        used = cells - room
        for grapheme in graphemes(text):
            step = width(grapheme)
            if used + step > cells:
                break
            taken.append(grapheme)
            used += step
        text = "".join(taken) + ellipsis
    padding = " " * (cells - used)
    return padding + text if align == "right" else text + padding
