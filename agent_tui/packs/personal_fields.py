"""What the pack files of `personal/` have in common: their words and expressions, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from agent_tui.domain.folding import fold
from agent_tui.domain.personal_data import Form
from agent_tui.packs.loader import BUILT_IN, Place

_FIELDS = {
    "{n}": r"(?<!\d)\d{1,5}(?: ?[A-Za-z](?![A-Za-z:]| \d))?(?:[-/]\d{1,4}[A-Za-z]?){0,3}(?!\d|\.?°)",
    "{w}": r"(?:[^\W_][\w.'’/-]{0,24})",
    "{u}": r"(?![^\W\d_])\.? ?(?:n[or°]{1,2}\.? ?)?[#:]{0,2} ?(?:\d{1,5}[A-Za-z]?|[A-Za-z]-?\d{0,4}|[IVX]{1,4})(?!\w)",
    "{C}": r"(?:[A-Z][A-Za-z.'’-]{0,24}|\d{1,3}(?:st|nd|rd|th))",
}


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    """A table of a pack file, which has no fields but those that it names."""


def terms_of(place: Place, field: str, words: Iterable[str]) -> list[str]:
    """The words, folded. Raises PackError when one has neither letter nor digit."""
    terms = [fold(word).low for word in words]
    for term in terms:
        if not any(sign.isalnum() for sign in term):
            raise place.error(field, f"{term!r} is no word")
    return terms


def single_terms_of(place: Place, field: str, words: Iterable[str]) -> list[str]:
    """The same for words that are compared with one word of a text."""
    terms = terms_of(place, field, words)
    for term in terms:
        if not term.isalpha():
            raise place.error(field, f"{term!r} is not one word of letters")
    return terms


def any_of(words: Iterable[str]) -> str:
    """The words as an expression, the longest first; it matches nothing without any.

    Those that begin alike stand together, so that few are tried.
    """
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    alike = "|".join(
        re.escape(first) + (rest[0] if len(rest) == 1 else f"(?:{'|'.join(rest)})")
        for first, rest in rests.items()
    )
    return f"(?:{alike or '(?!)'})"


def pattern_of(place: Place, field: str, text: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression of a pack file. Raises PackError when it is none, or matches nothing at all."""
    for name, meaning in _FIELDS.items():
        text = text.replace(name, meaning)
    try:
        found = re.compile(text, flags)
    except re.error as error:
        raise place.error(field, f"{field} is no regular expression: {error}") from error
    if found.match(""):
        raise place.error(field, f"{field} matches nothing at all, and so everywhere")
    return found


def form_of(place: Place, field: str, text: str, flags: int = 0) -> Form:
    """The same for one that is compiled on first use; those of the user's own files are checked at once."""
    if not place.file.is_relative_to(BUILT_IN):
        pattern_of(place, field, text, flags)
    for name, meaning in _FIELDS.items():
        text = text.replace(name, meaning)
    return Form(text, flags)


def either_of(place: Place, field: str, texts: tuple[str, ...], flags: int = 0) -> Form | None:
    """One of several expressions, each checked alone; None without any."""
    for text in texts:
        form_of(place, field, text)
    # A number in an alternative (`\1`) counts the groups of its own alternative alone.
    joined = "|".join(f"(?:{text})" for text in sorted(texts, key=lambda text: "\\1" not in text))
    return form_of(place, field, joined, flags) if texts else None


def groups_of(place: Place, texts: tuple[str, ...]) -> frozenset[tuple[int, ...]]:
    """Rows of lengths, written `3-2-4`. Raises PackError."""
    for text in texts:
        if not re.fullmatch(r"\d{1,2}(?:-\d{1,2})*", text):
            raise place.error("groups", f"{text!r} is no row of lengths, such as 3-2-4")
    return frozenset(tuple(map(int, text.split("-"))) for text in texts)


def check_region(place: Place, region: str) -> None:
    """Raises PackError when it is no region; an empty one is none in particular."""
    if not re.fullmatch("[A-Z]{2}|", region):
        raise place.error("region", f"{region!r} is no region; write two capital letters, such as JP")
