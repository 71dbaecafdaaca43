"""What a search asks for besides words: `market:JP level:3 type:billing_doubt product:PB-20K`."""

from __future__ import annotations

import re

from agent_tui.domain.views import Condition, Is

FIELDS = ("type", "product", "market", "level", "channel", "language")
"""The fields of the queue by which a search can be narrowed (POLICY H4: the archive of cases)."""

_TOKEN = re.compile(rf"(?<!\S)({'|'.join(FIELDS)})[:：](\S+)", re.IGNORECASE)


def narrowed(text: str) -> tuple[str, tuple[Condition, ...]]:
    """The words of a search, and the conditions that stand among them; what is no field stays a word."""
    found: list[Condition] = []

    def take(token: re.Match[str]) -> str:
        field, value = token[1].lower(), token[2]
        if field == "level":
            if not value.isdecimal():
                return token[0]
            found.append(Condition(field, Is.EQUAL, int(value)))
        else:
            found.append(Condition(field, Is.EQUAL, value.upper() if field == "market" else value))
        return " "

    words = _TOKEN.sub(take, text)
    return words.strip(), tuple(found)
