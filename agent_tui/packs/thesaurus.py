"""Words of one meaning, by language: `phrases/thesaurus/<language>.toml`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent_tui.packs.loader import Problem, pick_any, read_entries

FOLDER = "phrases/thesaurus"
LONGEST = 4
"""How many words an expression may have."""


class Meaning(msgspec.Struct, frozen=True):
    """What several words say alike. `weight` is how much it tells of what a customer is after, 0 to 1.

    `when` has pairs of meanings that say it together, such as a negation and an arrival: nothing came.
    """

    id: str
    words: tuple[str, ...]
    near: tuple[str, ...] = ()
    when: tuple[tuple[str, str], ...] = ()
    weight: float = 1.0


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    words: tuple[str, ...]
    near: tuple[str, ...] = ()
    when: tuple[tuple[str, str], ...] = ()
    weight: float = 1.0


def load_thesaurus(language: str, user: Path | None, problems: list[Problem]) -> dict[str, Meaning]:
    """The meanings of a language (BCP 47), none where nobody wrote them down.

    What had to be left out goes into `problems`. Raises PackError when the shipped file itself is bad.
    """
    return pick_any(FOLDER, f"{language}.toml", user, _meanings, problems) or {}


def _meanings(file: Path) -> dict[str, Meaning]:
    entries = read_entries(file, _Entry)
    meanings: dict[str, Meaning] = {}
    for key, (entry, place) in entries.items():
        for word in entry.words:
            if not 0 < len(word.split()) <= LONGEST:
                raise place.error("words", f"{word!r} is no expression of one to {LONGEST} words")
        for field, others in (("near", entry.near), ("when", sum(entry.when, ()))):
            for other in others:
                if other not in entries:
                    raise place.error(field, f"there is no {other!r}")
        if not 0 <= entry.weight <= 1:
            raise place.error("weight", "a weight is a number from 0 to 1")
        meanings[key] = Meaning(key, entry.words, entry.near, entry.when, entry.weight)
    return meanings
