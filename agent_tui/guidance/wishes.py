"""What a customer wished for, read from the free text that was recorded (POLICY E6): it wins over every hint.

Four sorts are understood, in the languages of the phrase book: the name to be called by, the language, the channel and
the time of calls. Everything else is shown as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

import msgspec

from agent_tui.domain.calendars import Window
from agent_tui.domain.ticket import Customer
from agent_tui.packs.wishes import WishWords, load_wishes

# A full stop behind a title belongs to the name.
_CLAUSES = re.compile(
    r"[!?;\n\r|。！？；،؛]+|(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bSr)(?<!\bSra)(?<!\bProf)(?<!\bFr)(?<!\bHr)"
    r"\.(?=\s|$)|[,，、](?=\D|$)|\s[-–—·•]\s"
)
_TIME = re.compile(r"(?<![\da-z])(\d{1,2})(?:(?:[:.h]|[時时点點시])([0-5]\d)?)?(?!\d)")
_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_SPECIAL = {"đ": "d", "ł": "l", "ı": "i", "ø": "o", "ß": "s", "’": "'", "‘": "'"}
_LONGEST_NAME = 40
_MOST_WORDS = 4
_NOON = 12 * 60
_DAY = 24 * 60
_WEEKDAYS = frozenset(range(5))
_JAPANESE_TITLE = re.compile("(?<=.)(?:さん|ちゃん|様)(?=[」』]?$)")
_NAME_END = " \t'\"“”„«»「」『』()（）:：,，.。!！"


class WishKind(StrEnum):
    """What a wish is about."""

    NAME = "name"
    LANGUAGE = "language"
    CHANNEL = "channel"
    TIME = "time"
    OTHER = "other"


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """One wish in the customer's words. `value` is the name, the language (BCP 47) or the channel's id.

    Of a wish about time, `times` are the local hours in which a call is welcome and `days` the days (Monday is 0);
    None stands for any.
    """

    kind: WishKind
    text: str
    value: str = ""
    avoid: bool = False
    times: tuple[Window, ...] | None = None
    days: frozenset[int] | None = None


@lru_cache(maxsize=1)
def _shipped() -> WishWords:
    return load_wishes(None, [])


_READ = 2_000  # characters of what was recorded
_LONGEST = 300  # of one clause: nobody says what to be called at greater length


@lru_cache(maxsize=256)
def read(text: str, words: WishWords | None = None) -> tuple[Wish, ...]:
    """The wishes in a text, in its order; what nobody understands is a wish of the kind OTHER."""
    known = _shipped() if words is None else words
    found: list[Wish] = []
    for each in _CLAUSES.split(_MARKS.sub("", unicodedata.normalize("NFC", text[:_READ]))):
        if len(each) > _LONGEST:
            found.append(Wish(WishKind.OTHER, each.strip()))
        elif (clause := each.strip()) and known.endings.sub("", fold(clause)).strip(_NAME_END):
            found += _clause(clause, known) or [Wish(WishKind.OTHER, clause)]
    return tuple(found)


def reply_language(customer: Customer) -> str:
    """The language to answer in (BCP 47): the one they wished for, or their own; empty while nobody knows (E6)."""
    if customer.wishes:
        for wish in read(customer.wishes):
            if wish.kind is WishKind.LANGUAGE and not wish.avoid:
                return wish.value
    return customer.language or ""


def fold(text: str) -> str:
    """Small letters, Latin ones without accents, half width; as long as the text was."""
    return "".join(map(_folded, text))


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        char = chr(code - 0xFEE0)
    elif 0xC0 <= code <= 0x24F or 0x1E00 <= code <= 0x1EFF:
        char = unicodedata.normalize("NFKD", char)[0]
    lower = char.lower()
    return _SPECIAL.get(lower, lower if len(lower) == 1 else lower[0])


def _clause(clause: str, words: WishWords) -> list[Wish]:
    plain = fold(clause)
    name = _name(clause, plain, words)
    if name:
        rest = _wishes(clause, plain.replace(fold(name), " ", 1), words, calls=False)
        return [
            Wish(WishKind.NAME, clause, name),
            *(wish for wish in rest if wish.kind is not WishKind.CHANNEL),
        ]
    if match := words.words["instead"].search(plain):
        return [
            *_wishes(clause, plain[: match.start()], words),
            *_wishes(clause, plain[match.end() :], words, avoid=True),
        ]
    if match := words.words["rather"].search(plain):
        before, after = plain[: match.start()], plain[match.end() :]
        if _mentions(before, words) and _mentions(after, words):
            return [*_wishes(clause, after, words), *_wishes(clause, before, words, avoid=True)]
    return _wishes(clause, plain, words)


def _mentions(plain: str, words: WishWords) -> bool:
    return any(each.search(plain) for each in (*words.channels.values(), *words.languages.values()))


def _wishes(
    clause: str, plain: str, words: WishWords, *, avoid: bool | None = None, calls: bool = True
) -> list[Wish]:
    """The wishes about language, channel and time in a clause."""
    no = _is_no(plain, words) if avoid is None else avoid
    time = _time(clause, plain, words, avoid=no)
    found = _mentioned(WishKind.LANGUAGE, clause, plain, words.languages, words, avoid=avoid)
    if time is not None:
        # `no calls before noon` says when, not whether.
        return [*found, time]
    if calls:
        found += _mentioned(WishKind.CHANNEL, clause, plain, words.channels, words, avoid=avoid)
    return found


def _mentioned(
    kind: WishKind,
    clause: str,
    plain: str,
    patterns: dict[str, re.Pattern[str]],
    words: WishWords,
    *,
    avoid: bool | None,
) -> list[Wish]:
    """What is named, in the order of the text. `A, not B` avoids B alone; a `not` at the end, as in Japanese, all."""
    found = {key: match.start() for key, pattern in patterns.items() if (match := pattern.search(plain))}
    no = words.words["avoid"].search(plain)
    begin = no.start() if no is not None and any(each > no.start() for each in found.values()) else 0
    return [
        Wish(kind, clause, key, avoid=(_is_no(plain, words) and start >= begin) if avoid is None else avoid)
        for key, start in sorted(found.items(), key=lambda item: (item[1], item[0]))
    ]


def _is_no(plain: str, words: WishWords) -> bool:
    return bool(words.words["avoid"].search(plain) or words.words["avoid_endings"].search(plain))


def _name(clause: str, plain: str, words: WishWords) -> str:
    for pattern in words.names:
        match = pattern.search(plain)
        if match is None:
            continue
        start, end = match.span("name")
        if ending := words.endings.search(plain, start + 1, end):
            end = ending.start()
        name = _without_ending(clause[start:end].strip(_NAME_END))
        first = re.split(r"[\s:]", fold(name), maxsplit=1)[0] if name else ""
        if not name or len(name) > _LONGEST_NAME or len(name.split()) > _MOST_WORDS:
            continue
        if first in words.not_names or any(char.isdigit() for char in name) or _mentions(fold(name), words):
            continue
        return name
    return ""


def _without_ending(name: str) -> str:
    """민준이라고: the 이 is no part of a Korean name that ends in a consonant, nor is さん of a Japanese one."""
    name = _JAPANESE_TITLE.sub("", name).strip(_NAME_END)
    if len(name) > 1 and name.endswith("이") and "가" <= name[-2] <= "힣" and (ord(name[-2]) - 0xAC00) % 28:
        return name[:-1]
    return name


def _time(clause: str, plain: str, words: WishWords, *, avoid: bool) -> Wish | None:
    times = _times(plain, words)
    before = bool(words.words["before"].search(plain))
    after = bool(words.words["after"].search(plain))
    days = None
    if words.words["weekend"].search(plain):
        days = _WEEKDAYS if avoid else frozenset({5, 6})
    windows: tuple[Window, ...] | None = None
    if len(times) >= 2 and times[0] != times[1]:
        start, end = min(times[:2]), max(times[:2])
        windows = (Window(start, end),)
        if avoid:
            windows = _without(start, end)
    elif times and before != after:
        until = before != avoid
        windows = (Window(0, times[0]),) if until else (Window(times[0], _DAY),)
    elif not times:
        parts = [window for window, pattern in words.parts if pattern.search(plain)]
        if parts:
            windows = tuple(parts)
            if avoid:
                windows = _without(parts[0].start, parts[-1].end)
    if windows is None and days is None:
        return None
    return Wish(WishKind.TIME, clause, avoid=avoid, times=windows, days=days)


def _without(start: int, end: int) -> tuple[Window, ...]:
    return tuple(window for window in (Window(0, start), Window(end, _DAY)) if window.start < window.end)


def _times(plain: str, words: WishWords) -> list[int]:
    """The clock times that are named, in minutes from midnight."""
    found: list[int] = []
    for match in _TIME.finditer(plain):
        hour, minute = int(match[1]), int(match[2] or 0)
        # A blank, so that the `pm` of `6pm` begins a word.
        around = f"{plain[max(0, match.start() - 6) : match.end()]} {plain[match.end() : match.end() + 12]}"
        if hour < 12 and words.afternoon.search(around):
            hour += 12
        if hour <= 24:
            found.append(hour * 60 + minute)
    if not found and words.noon.search(plain):
        found.append(_NOON)
    return found
