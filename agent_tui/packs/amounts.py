"""By what a number is money or a measure: `personal/amounts.toml`."""

from __future__ import annotations

import re
from pathlib import Path

from agent_tui.domain.personal_data import Amounts
from agent_tui.packs.loader import read_entries
from agent_tui.packs.personal_fields import Strict, any_of


class _Amounts(Strict):
    signs: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def read_amounts(file: Path) -> Amounts:
    """What stands before and behind such a number. Raises PackError."""
    signs: list[str] = []
    codes: list[str] = []
    before: list[str] = []
    after: list[str] = []
    for entry, place in read_entries(file, _Amounts).values():
        for field, words, form, what in (
            ("signs", entry.signs, r"[^\w\s]", "one sign, such as €"),
            ("codes", entry.codes, "[A-Z]{3}", "a currency; write three capital letters, such as EUR"),
            ("before", entry.before, r"\S{1,4}", "a word of at most four characters"),
            ("after", entry.after, r"[^\W\d]+", "a word of letters"),
        ):
            for word in words:
                if not re.fullmatch(form, word):
                    raise place.error(field, f"{word!r} is not {what}")
        signs += entry.signs
        codes += entry.codes
        before += entry.before
        after += entry.after
    any_sign = f"[{re.escape(''.join(signs))}]" if signs else r"(?!)"
    glued = any_of(word for word in after if word[-1] >= "\u0e00")
    spaced = any_of([*codes, *(word for word in after if word[-1] < "\u0e00")])
    return Amounts(
        before=re.compile(rf"{any_sign} ?$|(?<![A-Za-z]){any_of([*codes, *before])} ?$"),
        after=re.compile(rf" ?(?:[%‰]|{any_sign}|{glued}|(?:{spaced})\b)|,\d{{1,2}}(?!\d)"),
        units=frozenset((*codes, *after)),
    )
