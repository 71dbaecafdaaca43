"""Whether a message greets and takes leave (POLICY E1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from agent_tui.packs.scoring import Manners

_BEGINNING = 60  # characters in which a greeting stands
_END = 160  # characters in which a farewell stands


def acts(text: str, language: str, manners: Mapping[str, Manners]) -> frozenset[str]:
    """`greeting` and `farewell`, where the text (in `language`, BCP 47) has them."""
    known = manners.get(language.partition("-")[0].lower())
    plain = unicodedata.normalize("NFC", text).casefold().strip()
    found: set[str] = set()
    if known is not None and known.greeting.search(plain[:_BEGINNING]):
        found.add("greeting")
    if known is not None and known.farewell.search(plain[-_END:]):
        found.add("farewell")
    return frozenset(found)
