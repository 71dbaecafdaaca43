"""Postal addresses in a text: by their form in each language, by postal code, or behind a word for address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_tui.domain.personal_data import AddressRule, Kind, Role
from agent_tui.guidance.personal_chains import chains
from agent_tui.guidance.personal_numbers import Found
from agent_tui.guidance.personal_text import Reading
from agent_tui.packs.word_tries import bare, spaced

_AHEAD, _BEHIND = 90, 90  # characters around a word for a street
_JOIN = re.compile(r"(?:\.(?=,))?[ ]?[,;،、]?[ ]?\n?[ ]?(?:[-–/][ ])?")
_CAPITAL = r"[A-ZА-ЯІЇЄҐ][\w'’.-]{1,24}"
_SMALL = r"(?:am|an der|sur|de|del|la|le|les|aan)"
_TOWN = re.compile(
    rf"(?:[A-Z]{{1,2}}-)?\d{{4,6}}(?:-\d{{3,4}})?(?: ?[A-Z]{{2}}\b)?,? "
    rf"{_CAPITAL}(?:[ -](?:{_CAPITAL}|{_SMALL})){{0,3}}(?: [A-Z]\b| \d{{1,2}}\b)?(?: \([A-Z]{{2}}\))?"
    rf"|{_CAPITAL}(?: {_CAPITAL}){{0,2}},? ?(?:-? ?[A-Z]{{2}}\b,? )?"
    r"(?:\d{5}(?:-\d{3,4})?|\d{4,6}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?!\d)"
    r"|(?:\d{2}-\d{3}|\d{3} \d{2}) [A-Z][\w-]{1,24}(?: \d{1,2}\b)?"
    r"|[A-Z][\w-]{2,24}(?: \d{1,2})?, ?\d{3} \d{2}\b"
    r"|\d{5}(?:-\d{3})?(?!\d)(?=[ ]*(?:[,.;\n]|$))"
)
_DISTRICT = re.compile(rf"(?:{_CAPITAL}(?:[ -]{_CAPITAL}){{0,2}},[ \n]?){{1,2}}")
_NAMES = re.compile(rf"{_CAPITAL}(?:[ -](?:{_CAPITAL}|{_SMALL})){{0,3}}(?:[ -]\d{{1,2}}\b)?(?![\w@])")
_FIRST_WORD = re.compile(r"[ '’-]")
_BEFORE_CODE = re.compile(
    r"(?:#\w{1,5}|(?i:unit|apt|suite|ste|flat|lot|level|shop|u)\.? ?\w{1,5})?[,/ -]{0,3}"
    r"(?<![\w./#-])\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?){0,3},? "
    r"(?:(?:[A-Z#][\w'’.-]{0,20}|of|the|de|du|la|on|\d{1,4}[A-Z]?)[ ,\n]{1,2}){2,9}$"
)
_COMMA = re.compile(r"[ ]?[,\n/،-][ \n]{0,2}(?:[-–] )?$")
_LINE = re.compile(
    r"[A-ZА-ЯΑ-Ω][\w'’.-]{1,24}(?: [\w'’.-]{1,24}){0,3},? "
    r"(?:\d{1,4}(?:[ ]?[a-zA-Z](?![a-zA-Z]))?(?:[-/]\d{1,4}[a-zA-Z]?)?)"
    r"(?:[ ]?[,\n/][ ]?[\w.°]{1,12}(?: [\w.]{1,8}){0,2}){0,2}[ ]?[,\n][ ]?"
    r"(?:[A-Z]{1,2}-)?(?:\d{4,5}(?: [A-Z]{2})?|\d{2}-\d{3}|\d{3} \d{2}) [A-ZА-ЯΑ-Ω][\w'’-]{2,24}(?: \d{1,2}\b)?"
    r"|[A-Z][\w'’.-]{1,24}(?: [\w'’.-]{1,24}){0,3} \d{1,4}(?:/\d{1,4})?, ?"
    r"[A-Z][\w-]{2,24}(?: \d{1,2})?,? \d{3} \d{2}(?!\d)"
)
_NAME_AND_NUMBER = re.compile(
    rf"[ :]{{1,3}}(?:[a-z]{{1,3}} )?"
    rf"({_CAPITAL}(?:[ -](?:{_CAPITAL}|{_SMALL})){{0,4}},? (?:n[°o]\.? ?)?\d{{1,5}})[A-Za-z]?(?![\w.:])"
)
_SAID = re.compile(
    r"[ ]{0,2}(?:[(（][^)）\n]{0,20}[)）])?[ ]?(?:[:=]|是|为|為|は|係|is:?|ist:?|est:?|es:?|e:|-)\s{0,3}"
)
_CALLED = re.compile(r"[^\W\d_]{1,5}\.? (?:\d[ .-]?){7,}")  # `richiama al 347 492 61 24`
_LEAD = re.compile(
    r"(?<![\w-])(?<!\d )(?:\d{4,6}|\d{2}-\d{3}|〒?\d{3}-\d{4}|[A-Z]{1,2}-\d{4,5})[ ,]{1,2}"
    r"(?:[^\W\d_][\w'’.-]{0,24}[ ,]{1,2}){0,5}$"
)
_REST = re.compile(r"[^\n。;；!?！？]{4,110}")
_SENTENCE_END = re.compile(r"\.\s+(?=[A-ZА-ЯІ][a-zа-я])|\. *$", re.IGNORECASE)
_SPLIT_NUMBER = re.compile(r"\d[ .-]?$")  # what stands before is a part of the same number
_SHORT = 3  # letters of a word that may mean something else in another language
_LEAST_ADDRESS = 4  # characters
_GOES_ON = re.compile(r" [^\W\d_]{2,}")
_CASED = re.compile(r"[A-Za-z\u0370-\u052f]")
_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_TOLD_NEAR = 24  # characters between a word for an address and the address
_MOST_MORE = 8  # parts that follow or go before
_ELSE = frozenset((Role.PASSPORT, Role.PHONE, Role.CARD, Role.BIRTH, Role.BANK))
"""What words tell that end an address."""


def addresses(reading: Reading) -> Iterator[Found]:
    """The addresses of a text."""
    rules = reading.rules
    seen: set[tuple[str, int]] = set()
    plain = reading.plain
    yield from chains(reading)
    for start, end in reading.around_digits(_AHEAD):
        for match in spaced(rules.streets, reading.low, start, end):
            yield from _around(reading, match, seen)
        patterns = ((rules.codes, 65), (_LINE, 64))
        for pattern, score in patterns:
            for match in pattern.finditer(plain, start, end):
                if reading.beside(*match.span()).other < 2:
                    first = _led(reading, match.start()) if score > 64 else match.start()
                    yield Found(Kind.ADDRESS, first, match.end(), score, sure=score > 64)
    if not reading.low.isascii():
        for match in rules.streets.glued.compiled.finditer(reading.low):
            yield from _around(reading, match, seen)
        for rule in rules.addresses.values():
            if not rule.anywhere or (rule.letters is not None and not rule.letters.search(plain)):
                continue
            for form in rule.forms:
                for found in form.compiled.finditer(plain):
                    yield _with_more(reading, rule, _clipped(reading, *found.span()), found.end(), 75)
    yield from _said(reading)
    yield from _announced(reading)


def _led(reading: Reading, start: int) -> int:
    """Where the number and names right before a postal code begin, whatever kind of street it is."""
    least = max(0, start - _BEHIND)
    before = _BEFORE_CODE.search(reading.plain[least:start])
    if before is None or any(
        label.start < start for label in reading.labels_from(least + before.start())[:1]
    ):
        return start
    first = least + before.start()
    first += len(before[0]) - len(before[0].lstrip(" ,/-"))
    return start if reading.beside(first, first + 1).other > 1 else first


def _clipped(reading: Reading, start: int, end: int) -> int:
    """Where an address begins if the words before it, as in `寄到杭州市…`, are left out."""
    inside = [
        label.end
        for label in reading.labels
        if Role.ADDRESS in label.roles and start <= label.start and label.end < end - _LEAST_ADDRESS
    ]
    return inside[0] if inside else start


def _around(reading: Reading, match: re.Match[str], seen: set[tuple[str, int]]) -> Iterator[Found]:
    """The address around a word for a street."""
    if reading.plain[match.end() : match.end() + 1].isdigit():
        return  # `SK2516` is no Sokak
    begin = max(0, match.start() - _BEHIND)
    end = min(len(reading.plain), match.end() + _AHEAD)
    for language in reading.rules.streets.told[bare(match[0])]:
        rule = reading.rules.addresses[language]
        for form in rule.forms:
            for found in form.compiled.finditer(reading.plain, begin, end):
                if found.start() <= match.start() < found.end() and (language, found.start()) not in seen:
                    seen.add((language, found.start()))
                    if _CALLED.match(reading.plain, found.start()):
                        break
                    if reading.beside(found.start(), found.start() + 1).other < 3:
                        clip = _clipped(reading, *found.span())
                        begins = clip if "," in reading.plain[found.start() : clip] else found.start()
                        whole = _with_more(reading, rule, begins, found.end(), 74)
                        if _is_named(reading, whole, match.start()):
                            yield whole
                        break


def _is_named(reading: Reading, found: Found, street: int) -> bool:
    """Whether a street has a name, ends a clause or is announced: `calle cortada 3 horas` is none."""
    if (
        reading.plain[found.start].isdigit()
        or _GOES_ON.match(reading.plain, found.end) is None
        or not _CASED.match(reading.plain, street)
    ):
        return True
    if any(
        match.start() != street and match[0][0].isupper()
        for match in _WORD.finditer(reading.plain, found.start, found.end)
    ):
        return True
    return any(
        (Role.ADDRESS in label.roles and 0 <= found.start - label.end <= _TOLD_NEAR)
        or (Role.ADDRESS in label.roles and found.start <= label.start < found.end)
        for label in reading.labels
    )


def _with_more(reading: Reading, rule: AddressRule, start: int, end: int, score: int) -> Found:
    """The address with the flat, postal code and town beside it."""
    plain = reading.plain
    stop = next((label.start for label in reading.labels_from(end) if label.roles & _ELSE), len(plain))
    for _ in range(_MOST_MORE):
        gap = _JOIN.match(plain, end)
        place = gap.end() if gap is not None else end
        district = _DISTRICT.match(plain, place)
        match = _TOWN.match(plain, place) or (district and _TOWN.match(plain, district.end()))
        if match is None and rule.more is not None:
            match = rule.more.compiled.match(plain, place)
        if match is None or match.end() <= end:
            match = _names(reading, end, place)
        if match is None or match.end() > stop:
            break
        end = match.end()
    before = plain[max(0, start - 60) : start]
    lead = _LEAD.search(before)
    if (
        lead is not None
        and reading.beside(start - len(lead[0]), start).other < 2
        and not any(label.start < start for label in reading.labels_from(start - len(lead[0]))[:1])
    ):
        start -= len(lead[0])
    flat = list(rule.more.compiled.finditer(plain, max(0, start - 30), start)) if rule.more else []
    if (
        flat
        and not plain[flat[-1].end() : start].strip(" ,\n/")
        and not _SPLIT_NUMBER.search(plain, max(0, flat[-1].start() - 2), flat[-1].start())
    ):
        start = flat[-1].start()
    kept = plain[start:end]
    return Found(
        Kind.ADDRESS, start + len(kept) - len(kept.lstrip(" ,\n")), start + len(kept.rstrip(" ,\n;")), score
    )


def _names(reading: Reading, end: int, place: int) -> re.Match[str] | None:
    """The name of a quarter or town behind a comma, if nothing else begins there."""
    if _COMMA.search(reading.plain, end, place) is None:
        return None
    match = _NAMES.match(reading.plain, place)
    if match is None:
        return None
    first = _FIRST_WORD.split(match[0].lower(), maxsplit=1)[0]
    return None if len(first) > _SHORT and first in reading.rules.ends else match


def _announced(reading: Reading) -> Iterator[Found]:
    """A name and number right behind a word for address, if more of an address follows."""
    for label in reading.labels:
        if Role.ADDRESS not in label.roles:
            continue
        match = _NAME_AND_NUMBER.match(reading.plain, label.end)
        if match is None:
            continue
        gap = _JOIN.match(reading.plain, match.end())
        place = gap.end() if gap is not None else match.end()
        town = _TOWN.match(reading.plain, place) or _names(reading, match.end(), place)
        rest = [
            _with_more(reading, rule, match.start(1), match.end(), 67)
            for rule in reading.rules.addresses.values()
            if rule.more is not None and (town or rule.more.compiled.match(reading.plain, place))
        ]
        longest = max(rest, key=lambda each: each.end, default=None)
        if longest is not None and longest.end > match.end():
            yield longest


def _said(reading: Reading) -> Iterator[Found]:
    """What stands behind a word for address and a colon, when it has a number and words in it."""
    for place, label in enumerate(reading.labels):
        if Role.ADDRESS not in label.roles:
            continue
        said = _SAID.match(reading.plain, label.end)
        if said is None:
            continue
        rest = _REST.match(reading.plain, said.end())
        if rest is None:
            continue
        text = rest[0]
        cut = _SENTENCE_END.search(text)
        if cut is not None and re.search(r"\d", text[: cut.start()]):
            text = text[: cut.start()]
        stops = [
            other.start - rest.start()
            for other in reading.labels[place + 1 :]
            if rest.start() <= other.start < rest.start() + len(text)
            and other.roles & {Role.OTHER, Role.PHONE, Role.CARD, Role.ID, Role.PASSPORT, Role.BIRTH, Role.IP}
        ]
        text = text[: min(stops)] if stops else text
        text = text.rstrip(" ,.(")
        if (
            "@" in text
            or "://" in text
            or not re.search(r"\d", text)
            or len(re.findall(r"[^\W\d_]", text)) < 4
        ):
            continue
        yield Found(Kind.ADDRESS, rest.start(), rest.start() + len(text), 68, sure=False)
