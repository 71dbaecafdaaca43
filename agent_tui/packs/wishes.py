"""How customers word their wishes, as data (`culture/wishes.toml`)."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from agent_tui.domain.calendars import Window
from agent_tui.packs.loader import PackError, Place, Problem, pick, read_entries
from agent_tui.packs.week import windows

_TABLES = ("name", "languages", "channels", "words", "day")
_WORDS = ("avoid", "avoid_endings", "instead", "rather", "before", "after", "weekend")
_NO_SPACES = re.compile("[\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_NEVER = re.compile("(?!)")


class WishWords(msgspec.Struct, frozen=True, eq=False):
    """The words, ready for searching a folded text (see `guidance.wishes.fold`). Each file makes a value of its own."""

    names: tuple[re.Pattern[str], ...]
    not_names: frozenset[str]
    endings: re.Pattern[str]
    languages: dict[str, re.Pattern[str]]  # BCP 47
    channels: dict[str, re.Pattern[str]]  # by the ids of `policy/channels.toml`
    words: dict[str, re.Pattern[str]]
    parts: tuple[tuple[Window, re.Pattern[str]], ...]  # of the day
    noon: re.Pattern[str]
    afternoon: re.Pattern[str]  # 12 hours are added to the number beside it


def load_wishes(user: Path | None, problems: list[Problem]) -> WishWords:
    """The words that are shipped, or those in the user's folder. Raises PackError when the shipped file is bad."""
    return pick("culture", "wishes.toml", user, _wishes, problems)


def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for any of the words: scripts without spaces anywhere, others from the beginning of a word.

    `*` at the end of a word stands for the rest of it.
    """
    if not words:
        return _NEVER
    found = []
    for word in sorted(words, key=len, reverse=True):
        text = re.escape(word.removesuffix("*"))
        if _NO_SPACES.search(word):
            found.append(text)
        else:
            letter = "[a-z0-9]" if word.isascii() else r"\w"  # LINE has no blank around it in Japanese
            found.append(f"(?<!{letter}){text}" + ("" if word.endswith("*") else f"(?!{letter})"))
    return re.compile("|".join(found))


def _wishes(file: Path) -> WishWords:
    entries = read_entries(file, dict[str, tuple[str, ...]])
    if missing := [name for name in _TABLES if name not in entries]:
        raise PackError(file, 0, f"[{missing[0]}] is missing")
    (name, place), (words, words_place), (day, day_place) = (entries[key] for key in ("name", "words", "day"))
    _need(place, name, ("patterns", "not_names", "endings"))
    _need(words_place, words, _WORDS)
    _need(day_place, day, ("noon", "pm"))
    return WishWords(
        names=tuple(_pattern(place, text) for text in name["patterns"]),
        not_names=frozenset(name["not_names"]),
        endings=any_of(name["endings"]),
        languages={key: any_of(listed) for key, listed in entries["languages"][0].items()},
        channels={key: any_of(listed) for key, listed in entries["channels"][0].items()},
        words={
            key: re.compile(f"(?:{'|'.join(map(re.escape, listed))})\\b")
            if key == "avoid_endings"
            else any_of(listed)
            for key, listed in words.items()
        },
        parts=tuple(
            (windows(day_place, key, (key,))[0], any_of(listed))
            for key, listed in day.items()
            if key not in ("noon", "pm")
        ),
        noon=any_of(day["noon"]),
        afternoon=any_of(day["pm"]),
    )


def _need(place: Place, table: dict[str, tuple[str, ...]], keys: tuple[str, ...]) -> None:
    for key in keys:
        if key not in table:
            raise place.error("", f"{key} is missing")


def _pattern(place: Place, text: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise place.error("patterns", f"{text!r} is no regular expression: {error}") from error
    if "name" not in pattern.groupindex:
        raise place.error("patterns", f"{text!r} has no group (?P<name>…)")
    return pattern
