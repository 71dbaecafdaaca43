"""Passwords, PINs and other codes that a word tells, before it or behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent_tui.domain.personal_data import Kind, Role
from agent_tui.guidance.personal_numbers import Found
from agent_tui.guidance.personal_text import Label, Reading

_DIGIT = re.compile(r"\d")
_TRAILING = ".,;!?\"'`)>]}"
_SYMBOLS = re.compile(r"[\d@#$%^&*!]")

_CODE = re.compile(r"(?:\d{3}[ -]\d{3}|\d{2}(?:[ -]\d{2}){2}|\d{3,8})(?![\w%€$£@]|[.,:/\-]\d)")
_CODE_AHEAD, _TOLD_AHEAD = (
    56,
    48,
)  # characters behind a word for a code, for a password, within which it begins
_BEFORE_CODE = re.compile(r"[^\w]|[\u0590-\uffef]")  # no letter, or one of a script that puts no spaces
_LONGEST_SAID = 24  # characters of the words that tell it
_BESIDE_CODES = frozenset((Role.CODE, Role.CARD, Role.PASSWORD, Role.PHONE))  # `the code for my card is …`
_LIKE_A_PASSWORD = re.compile(
    r"(?<![^\s(\"'«“”„「:=])(?=[^\s]{0,30}[a-z])(?=[^\s]{0,30}\d)[A-Za-z\d!#-&*+~^_][!-~]{5,39}(?![^\s)\"'»”“」,.;!?])"
)
_INSIDE = re.compile(r"[A-Za-z\d][!#$%^&*_?+~][A-Za-z\d]")
_WORD_AND_YEAR = re.compile(r"[A-Z][a-z]{3,16}(?:19|20)\d{2}")
_HOST = re.compile(r"@[\w-]+\.\w")
_SENTENCE = re.compile(r"[.!?]\s+[^\W\d_a-zа-я]|[。！？।\n]")

_SIGNS = re.compile(r"[!#$%^&*?+~_]")
_FEW_WORDS = re.compile(r" (?:[^\W\d_]{1,12} ){0,4}")
_CODE_FIRST = re.compile(
    r"(?<![\w.,:/#$€£₹-])(\d{3}[ -]\d{3}|\d{2}(?:-\d{2}){2}|\d{3,8})(,? (?:[^\W\d_]{1,9} ){0,3})(?:[34] )?$"
)
_CODE_DIGITS, _CHECK_DIGITS = (4, 6), 3


def secrets(reading: Reading) -> Iterator[Found]:
    """Passwords and codes that stand behind a word for one, or before it."""
    told = reading.rules.telling.password
    for label in reading.labels:
        if Role.PASSWORD not in label.roles:
            continue
        match = told.match(reading.low, label.end)
        token = ""
        if match is not None:
            token = reading.plain[slice(*match.span("token"))]
            token = token.rstrip(_TRAILING) if len(token) > 4 else token
        if (
            match is not None
            and len(token) >= 4
            and _SYMBOLS.search(token)
            and "://" not in token
            and set(token) != {"*"}
        ):
            start = match.start("token")
            yield Found(Kind.SECRET, start, start + len(token), 88)
        else:
            yield from _later_password(reading, label)
            yield from _earlier_password(reading, label)
    for place, label in enumerate(reading.labels):
        if Role.CODE in label.roles:
            yield from _later_code(reading, label, reading.labels[place + 1 :])
            yield from _earlier_code(reading, label)


def _later_password(reading: Reading, label: Label) -> Iterator[Found]:
    """What looks like a password some words behind a word for one: told by a colon or bracket, or with signs in it."""
    plain = reading.plain
    for match in _LIKE_A_PASSWORD.finditer(plain, label.end, min(len(plain), label.end + _TOLD_AHEAD)):
        token = match[0].rstrip(_TRAILING)
        if _SENTENCE.search(plain, label.end, match.start()) or _HOST.search(token) or "://" in token:
            return
        said = _is_said(reading, label.end, match.start())
        if (said or _INSIDE.search(token) or _is_mixed(token)) and reading.beside(*match.span()).other < 2:
            yield Found(Kind.SECRET, match.start(), match.start() + len(token), 84)
            return


def _is_mixed(token: str) -> bool:
    """Whether it is a word with a capital letter and a year or so, unlike the name of an article: `Pejsek2020`."""
    return _WORD_AND_YEAR.fullmatch(token) is not None


def _later_code(reading: Reading, label: Label, following: Sequence[Label]) -> Iterator[Found]:
    """The digits some words behind a word for a code, when they are the first and told by a verb or a colon."""
    plain = reading.plain
    end = min(len(plain), label.end + _CODE_AHEAD)
    for other in following:
        if other.start >= label.end and other.roles.isdisjoint(_BESIDE_CODES):
            end = min(end, other.start)
            break
    digit = _DIGIT.search(plain, label.end, end)
    match = _CODE.match(plain, digit.start()) if digit is not None else None
    if (
        match is not None
        and _BEFORE_CODE.match(plain, match.start() - 1) is not None
        and _SENTENCE.search(plain, label.end, match.start()) is None
        and _is_said(reading, label.end, match.start())
        and not reading.is_amount(*match.span())
    ):
        yield Found(Kind.SECRET, *match.span(), 59, sure=False)


def _is_said(reading: Reading, start: int, end: int) -> bool:
    """Whether what begins at `end` is told by a verb or a colon behind `start`."""
    place = max(start, end - _LONGEST_SAID)
    return reading.rules.telling.said.search(reading.low, place, end) is not None


def _earlier_password(reading: Reading, label: Label) -> Iterator[Found]:
    """What looks like a password a few words before a word for one: `I typed Luna.2019$ as my password`."""
    plain = reading.plain
    for match in _LIKE_A_PASSWORD.finditer(plain, max(0, label.start - _TOLD_AHEAD), label.start):
        token = match[0].rstrip(",.;:")
        gap = reading.low[match.start() + len(token) : label.start]
        if (
            _SIGNS.search(token)
            and "://" not in token
            and not _HOST.search(token)
            and _FEW_WORDS.fullmatch(gap)
            and reading.rules.telling.apart.isdisjoint(gap.split())
            and reading.beside(*match.span()).other < 2
        ):
            yield Found(Kind.SECRET, match.start(), match.start() + len(token), 84)


def _earlier_code(reading: Reading, label: Label) -> Iterator[Found]:
    """The digits right before a word for a code, or with small words between: `604829 was the OTP`."""
    match = _CODE_FIRST.search(reading.plain, max(0, label.start - _CODE_AHEAD), label.start)
    if match is None:
        return
    digits = sum(map(str.isdigit, match[1]))
    words = reading.low[slice(*match.span(2))].replace(",", " ").split()
    back = len(reading.low[label.start : label.end].split()) > 2  # `3 digits on back`
    if (
        (digits in _CODE_DIGITS or (digits == _CHECK_DIGITS and back and not words))
        and reading.rules.telling.links.issuperset(words)
        and not ("," in match[2] and not back)
        and not reading.beside(*match.span(1)).other
        and not reading.is_amount(*match.span(1))
    ):
        yield Found(Kind.SECRET, *match.span(1), 58, sure=False)
