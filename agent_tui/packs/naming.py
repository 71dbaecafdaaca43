"""What parts of names mean: titles (`culture/titles.toml`) and lists of words (`culture/names.toml`)."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Literal

import msgspec

from agent_tui.packs.loader import PackError, Problem, pick, read_entries

Gender = Literal["female", "male", ""]

_SHORT = 3  # letters
LISTS = (
    "company",
    "company_cjk",
    "particles",
    "father_links",
    "suffixes",
    "second_given_es",
    "family_ja",
    "family_ja_latin",
    "family_zh_double",
    "family_zh_latin",
    "family_ko",
    "family_ko_double",
    "family_ko_latin",
    "family_vi",
)


class Title(msgspec.Struct, frozen=True, kw_only=True):
    """A word before or after a name. `gender` is known from it, and `kept` is what is shown of it."""

    words: tuple[str, ...]
    gender: Gender = ""
    kept: str = ""
    after: bool = False  # it stands behind the name, without a space in scripts that have none
    languages: tuple[str, ...] = ()  # empty: wherever it is written


class NameLists(msgspec.Struct, frozen=True):
    """The titles by their folded words, and the lists by their ids.

    Words of lists are folded, save for the short forms of companies: in small letters those are everyday words.
    """

    titles: dict[str, tuple[Title, ...]]
    lists: dict[str, frozenset[str]]


class _Title(msgspec.Struct, forbid_unknown_fields=True):
    words: tuple[str, ...]
    gender: Gender = ""
    kept: str = ""
    after: bool = False
    languages: tuple[str, ...] = ()


class _List(msgspec.Struct, forbid_unknown_fields=True):
    words: tuple[str, ...]


def folded(word: str) -> str:
    """A word for comparing: without case, accents of Latin letters, full width and dots."""
    plain = unicodedata.normalize("NFKC", word.replace("’", "'"))
    if not plain.isascii():
        plain = "".join(_base(char) for char in plain)
    return plain.casefold().replace("ı", "i").rstrip(".")


def _base(char: str) -> str:
    """A Latin letter without its accents; other scripts have marks that are letters."""
    if not ("\u00c0" <= char <= "\u024f" or "\u1e00" <= char <= "\u1eff"):
        return char
    return {"đ": "d", "Đ": "d", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o"}.get(
        char, unicodedata.normalize("NFKD", char)[0]
    )


def company_word(word: str) -> str:
    """A form of companies for comparing: short ones, such as AG, count only as they are written."""
    return word if len(word) <= _SHORT else folded(word)


def load_names(user: Path | None, problems: list[Problem]) -> NameLists:
    """The titles and lists that are shipped, or those in the user's folder.

    Raises PackError when a shipped file itself is bad.
    """
    return NameLists(
        pick("culture", "titles.toml", user, _titles, problems),
        pick("culture", "names.toml", user, _lists, problems),
    )


def _titles(file: Path) -> dict[str, tuple[Title, ...]]:
    titles: dict[str, tuple[Title, ...]] = {}
    for entry, place in read_entries(file, _Title).values():
        title = Title(
            words=entry.words,
            gender=entry.gender,
            kept=entry.kept,
            after=entry.after,
            languages=entry.languages,
        )
        for word in entry.words:
            if not word.strip():
                raise place.error("words", "a word is empty: every name would hold it")
            others = titles.get(folded(word), ())
            titles[folded(word)] = others if title in others else (*others, title)
    return titles


def _lists(file: Path) -> dict[str, frozenset[str]]:
    lists = {
        key: frozenset(map(company_word if key == "company" else folded, entry.words))
        for key, (entry, _place) in read_entries(file, _List).items()
    }
    if missing := [name for name in LISTS if name not in lists]:
        raise PackError(file, 0, f"[{missing[0]}] is missing")
    return lists
