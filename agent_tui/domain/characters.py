"""Which characters `domain.text` treats how: tables over Unicode, checked against `unicodedata` by a test.

They are written out, because asking `unicodedata` for each of a million characters takes 100 ms at every
start, and because phones write a newer Unicode than the oldest Python here knows. Most are compiled on
first use: ASCII, which is most of the output, needs none of them.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from agent_tui.domain.patterns import pattern

# Characters that stay whatever stands beside them: nearly all that people write.
_CALM: Final = (
    "\n -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0373\u0375-\u037d\u037f-\u0386\u0388-\u0482\u048a-\u0588"
    "\u05d0-\u05ea\u0620-\u064a\u0660-\u066f\u0671-\u06d5\u0e01-\u0e30\u0e32\u0e33\u0e3f-\u0e46\u0e50-\u0e59"
    "\u1e00-\u1eff\u2002-\u200a\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2328\u232b-\u2adb"
    "\u3000-\u3029\u3030-\u3096\u309b-\u30ff\u3105-\u312f\u3131-\u3163\u3190-\u9fff\uac00-\ud7a3"
    "\uff01-\uff9f\ufffc\ufffd\U0001f300-\U0001f3fa\U0001f400-\U0001faff\U00020000-\U0002f7ff"
)
CALM_TEXT = pattern(f"[{_CALM}]*+")
CALM_LINE = re.compile("[!-~]++(?: [!-~]++)*+")  # printable ASCII with single spaces: ready as it is
LINE_END = pattern("\r\n?|[\x85\u2028\u2029]")
_SPACE: Final = " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAK: Final = "\t\n\r\x85\u2028\u2029"
BLANKS = pattern(f"[{_SPACE}]*[{_BREAK}][{_SPACE}{_BREAK}]*|[{_SPACE}]{{2,}}")

# The flags of England, Scotland and Wales: the only tag sequences there are (UTS 51).
_TAGGED_FLAG = "\U0001f3f4\U000e0067\U000e0062(?:{})\U000e007f".format(
    "|".join("".join(chr(0xE0000 + ord(letter)) for letter in place) for place in ("eng", "sct", "wls"))
)
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
UNWANTED = pattern(
    f"({_TAGGED_FLAG})"
    "|[\0-\x08\x0b-\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe0e\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    f"{_NONCHARACTERS}]"
)
BLANK_FILLERS = "\u3164\uffa0"  # Hangul fillers: they look like a space, so a space they become

# Extended_Pictographic of Unicode's emoji-data, rounded up to whole blocks.
PICTURE = pattern(
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
# Emoji_Modifier_Base of Unicode's emoji-data: the only ones that take a skin tone.
HAS_SKIN = pattern(
    "[\u261d\u26f9\u270a-\u270d\U0001f385\U0001f3c2-\U0001f3c4\U0001f3c7\U0001f3ca-\U0001f3cc\U0001f442\U0001f443"
    "\U0001f446-\U0001f450\U0001f466-\U0001f478\U0001f47c\U0001f481-\U0001f483\U0001f485-\U0001f487\U0001f48f"
    "\U0001f491\U0001f4aa\U0001f574\U0001f575\U0001f57a\U0001f590\U0001f595\U0001f596\U0001f645-\U0001f647"
    "\U0001f64b-\U0001f64f\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f6c0\U0001f6cc\U0001f90c\U0001f90f"
    "\U0001f918-\U0001f91f\U0001f926\U0001f930-\U0001f939\U0001f93c-\U0001f93e\U0001f977\U0001f9b5\U0001f9b6"
    "\U0001f9b8\U0001f9b9\U0001f9bb\U0001f9cd-\U0001f9cf\U0001f9d1-\U0001f9dd\U0001fac3-\U0001fac5"
    "\U0001faf0-\U0001faf8]"
)
# Scripts whose letters change shape by a joiner between them: Arabic to Sinhala, Myanmar, Khmer, Mongolian.
JOINING = pattern("[\u0600-\u0dff\u1000-\u109f\u1780-\u18af]")
# Which characters have variants, by the selector that asks for one.
VARIANTS = (
    (pattern("[\u180b-\u180d\u180f]"), pattern("[\u1800-\u18af]")),
    (
        pattern("[\ufe00-\ufe0d]"),
        pattern("[\u1000-\u109f\u2205-\u2aff\u3001-\u9fff\ua840-\ua877\uff01-\uff9f]"),
    ),
    (pattern("[\U000e0100-\U000e01ef]"), pattern("[\u3400-\u9fff\U00020000-\U0003ffff]")),
)
KEYCAP = "\u20e3"


class Kind(Enum):
    PLAIN = auto()  # stands by itself
    MARK = auto()  # combines with what stands before it
    SPECIAL = auto()  # its neighbours decide: joiners, selectors, skin tones, regional indicators


_SPECIAL = pattern(
    "[\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)


@lru_cache(maxsize=4096)
def kind_of(character: str) -> Kind:
    if _SPECIAL().match(character):
        return Kind.SPECIAL
    return Kind.MARK if is_mark(character) else Kind.PLAIN


def is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"
