"""Addresses of any shape: a row of parts between commas or lines, with numbers, words of a house or quarter, a town."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

import msgspec

from agent_tui.domain.personal_data import Kind, Role
from agent_tui.guidance.personal_numbers import Found
from agent_tui.guidance.personal_text import Reading

_SPLIT = re.compile(r"[ ]?[,;،、][ \n]{0,2}|[ ]+[-|/][ ]+|\n|(?<=[a-z]{4})[.!?] |$")
_TOKEN = re.compile(r"[^\s]+")
_DIGIT = re.compile(r"\d")
_CODE = re.compile(
    r"(?<![\d-])(?:\d{5,6}|\d{3} \d{3}|\d{4} [A-Z]{2}"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?![\d-])"
)
_LONG = re.compile(r"\d{7}")
_NUMBER = re.compile(r"(?:\d[ ().-]{0,2}){8,}")  # of a telephone, in groups
_UNCASED = re.compile(r"[\u0590-\u0fff\u3040-\ud7ff]")
_REACH = 120  # characters before a place, and from a word for an address to it
_ENDS = 4  # letters of a word with a capital that can begin something else; `Dan` is a name here, `and` there
_MOST_TOKENS = 7  # words in one part
_ENOUGH, _ENOUGH_TOLD = 6, 4  # half points, the second behind a word for an address
_TOLD_NEAR = 24  # characters between that word and the address
_BREAKING = frozenset(
    (Role.OTHER, Role.PHONE, Role.CARD, Role.BIRTH, Role.PASSPORT, Role.BANK, Role.EXPIRY, Role.PASSWORD)
)


class _Part(msgspec.Struct, frozen=True):
    start: int
    end: int
    points: int  # in halves
    place: bool
    town: bool  # a name without a number, or a postal code
    whole: bool  # it goes to the end of its part, so another may follow


def chains(reading: Reading) -> Iterator[Found]:
    """Rows of parts that together tell where somebody lives."""
    rules, low = reading.rules, reading.low
    announcing = [label for label in reading.labels if Role.ADDRESS in label.roles]
    done = 0
    triggers = [match.start() for match in rules.places.finditer(low)]
    if announcing:
        triggers = sorted(triggers + [match.start() for match in _CODE.finditer(reading.plain)])
    for trigger in triggers:
        if trigger < done:
            continue
        told = any(label.start < trigger and trigger - label.end <= _REACH for label in announcing)
        run = _row(reading, trigger, done, told=told)
        if not run:
            continue
        start, end = run[0].start, run[-1].end
        done = max(done, end)
        if len(run) < 2 or not _DIGIT.search(low, start, end):
            continue
        told = any(label.start <= start and start - label.end <= _TOLD_NEAR for label in announcing)
        points = sum(part.points for part in run)
        if not any(part.place for part in run) and not (
            told and len(run) > 2 and _CODE.search(reading.plain, start, end)
        ):
            continue
        if not (told or any(part.town for part in run)):
            continue  # `Table 4, Block C, Row 12`
        if points >= (_ENOUGH_TOLD if told else _ENOUGH) and reading.beside(start, start + 1).other < 3:
            yield Found(Kind.ADDRESS, start, end, 66, sure=False)


def _row(reading: Reading, place: int, least: int, *, told: bool) -> list[_Part]:
    """The parts around a place that hang together."""
    bounds = _bounds(reading.plain, place, least)
    middle = next(
        number for number, (start, end) in enumerate(bounds) if start <= place < max(end, start + 1)
    )
    row: list[_Part] = []
    for start, end in bounds[middle:]:
        part = _part(reading, start, end, begins=not row, told=told)
        if part is None or (row and part.start != start):
            break
        row.append(part)
        if not part.whole:
            break
    if not row:
        return []
    for start, end in reversed(bounds[:middle]):
        if row[0].start != _next_start(bounds, end):
            break
        part = _part(reading, start, end, begins=True, told=told)
        if part is None or not part.whole:
            break
        row.insert(0, part)
        if part.start != start:
            break
    return row


def _next_start(bounds: list[tuple[int, int]], end: int) -> int:
    return next((start for start, _ in bounds if start >= end), -1)


def _bounds(plain: str, place: int, least: int) -> list[tuple[int, int]]:
    begin, stop = max(least, place - _REACH), min(len(plain), place + 160)
    bounds: list[tuple[int, int]] = []
    start = begin
    for match in _SPLIT.finditer(plain, begin, stop):
        bounds.append((start, match.start()))
        start = match.end()
    bounds.append((start, stop))
    return bounds


def _part(reading: Reading, start: int, end: int, *, begins: bool, told: bool) -> _Part | None:
    """What of a part belongs to an address: its end if the address begins in it, else its front."""
    plain, low, rules = reading.plain, reading.low, reading.rules
    inside = list(takewhile(lambda label: label.start < end, reading.labels_from(start)))
    announced = [label.end for label in inside if Role.ADDRESS in label.roles and label.end <= end]
    tokens = [match.span() for match in _TOKEN.finditer(plain, announced[-1] if announced else start, end)]
    tokens = [token for token in tokens if plain[token[0] : token[1]].strip(":=-")]
    if not tokens:
        return None
    here = [span.span() for span in rules.places.finditer(low, start, end)]
    rooms = [span.span() for span in rules.rooms.finditer(low, start, end)]
    known = here + rooms
    short = bool(here) and told and len(tokens) <= 4
    fits = [
        (
            (plain[a].isupper() and (b - a < _ENDS or low[a:b].strip(".,:") not in rules.ends))
            or _DIGIT.search(plain, a, b) is not None
            or plain[a] in "#("
            or _UNCASED.match(plain[a]) is not None
            or any(one <= a < other or one < b <= other for one, other in known)
            or (short and low[a:b].strip(".,:") not in rules.ends)
        )
        for a, b in tokens
    ]
    breaking = [
        label.start
        for label in inside
        if not label.roles.isdisjoint(_BREAKING) and not any(a <= label.start < b for a, b in known)
    ]
    if breaking and begins:
        return None
    kept = [token for token in tokens if not breaking or token[1] <= breaking[0]]
    first, last = 0, len(kept)
    if announced and not begins:
        return None
    if begins:
        while first < last and not all(fits[first:]):
            first += 1
        uncased = first < last and _UNCASED.match(plain[tokens[first][0]]) is not None
        while (
            uncased
            and first < last - 1
            and not _is_known(tokens[first], known)
            and not plain[tokens[first][0]].isdigit()
        ):
            first += 1
        if first == last and here and all(fits[: (cut := fits.index(False))] or [False]) and cut > 0:
            first, last = 0, cut  # the address ends in the part where it begins
    else:
        while last > first and not all(fits[:last]):
            last -= 1
    if first == last or last - first > _MOST_TOKENS:
        return None
    begin, stop = tokens[first][0], tokens[last - 1][1]
    text = plain[begin:stop]
    if _LONG.search(text) or _NUMBER.fullmatch(text) or "@" in text:
        return None
    strong = any(begin <= one < stop for one, _ in here)
    digits, code = _DIGIT.search(text) is not None, _CODE.search(text) is not None
    points = 2 * (strong + digits + code) + (not strong and text[:1].isupper())
    return _Part(begin, stop, points, strong, code or not (digits or strong), last == len(tokens))


def _is_known(token: tuple[int, int], known: list[tuple[int, int]]) -> bool:
    return any(start <= token[0] < end for start, end in known)
