"""Personal data that words announce or that has a form of its own: mail, birth dates, network addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_tui.domain.personal_data import Kind, Role
from agent_tui.guidance.personal_numbers import Found
from agent_tui.guidance.personal_text import Reading

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u0370-\u058f\u0600-\u06ff\u0900-\u097f]")
_DOMAIN = re.compile(
    r"(?:\n|[ ](?=[a-z0-9\-]{1,63}\.(?:com|net|org)\b))?"
    r"((?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,8}(?:xn--[a-z0-9\-]{2,59}|[A-Za-z]{2,24})(?![A-Za-z0-9])"
    r"|(?:[^\W_](?:[\w\-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24})"
)
_LONGEST_LOCAL = 64
_BRACKETS = "([{<#*_"

_NUMERIC = re.compile(
    r"(?<!\d)(?:(?P<y>\d{4})(?P<s>[-./ ]{1,2})(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<t> ?[-./] ?|\s)(?P<b>\d{1,2})(?P=t)(?P<c>\d{4}|\d{2})"
    r"|(?P<e>(?:18|19|20|25)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"|(?P<f>(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d{2})"
    r"|(?P<g>\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])))(?!\d|[.,]\d)"
)
_CHARACTERS = re.compile(
    r"(?:(?P<era>[^\W\d_]{1,2})[ .]?)?(?P<y>\d{1,4}|元)\s?(?:年|년)\s?"
    r"(?P<m>\d{1,2})\s?(?:月|월)(?:\s?(?P<d>\d{1,2})\s?(?:日|号|號|일))?"
    r"|(?P<roman>\d{1,2}[. ]{1,2}[ivx]{1,4}[. ]{1,2}(?:19|20)?\d{2})"
    r"|(?P<old>[smtrh])[ .]?\d{1,2}[./-]\d{1,2}[./-]\d{1,2}"
    r"|(?P<short>\d{2,4})\s?년\s?생"
)
_NUMERALS = re.compile(
    r"[〇零一二三四五六七八九]{2,4}年[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}[日号號])?"
)
_BORN_WORDS = re.compile(
    r"(?:[一二]?[〇零一二三四五六七八九]{2,4})年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}[日号號](?=出?生(?![产產成效鲜鮮活意]))"
)
_BORN = re.compile(r"(?:\d{4}|\d{2})年\d{1,2}月(?:\d{1,2}[日号號])?(?=出?生(?![产產成效鲜鮮活意]))")
_WORDY = re.compile(r"(?:[^\W\d_]|[\u0900-\u0965\u0e30-\u0e4e])+(?:\.(?:[^\W\d_]|[\u0e30-\u0e4e])+)*|\d{1,4}")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_BETWEEN = re.compile(r"[\s,./'’\-()]{0,3}")
_FIRST_YEAR, _LAST_YEAR = (
    1900,
    2599,
)  # the Buddhist calendar counts from 543 years earlier, the Muslim one is in it too
_MUSLIM = (1300, 1500)
_YEAR = re.compile(
    r"[ :=]{0,3}(?P<small>(?:[^\W\d_]{1,6} ){0,2})"
    r"(?P<year>(?:19[2-9]|200|201|24[6-9]|25[0-5])\d)(?![\d\-/.]?\d)(?! ?[^\W\d_])"
)
_AHEAD = 40  # characters after a word within which a date begins
_CLOSE = 20  # letters between them

_IPV4 = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)"
)
_IPV6 = re.compile(
    r"(?<![\w:.])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}"
    r"|(?=[0-9A-Fa-f:]{6,39}(?![\w:]))[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){1,6}::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,5})?"
    r"|[23][0-9A-Fa-f]{3}::[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,5})(?![\w:])"
)


_DOTS = 3  # in an address of version 4
_PROGRAM = re.compile(
    r"(?:\bv|ver|version|build|firmware|fw|driver|release|chrome|firefox|edge|safari|app|ios)[ .:]*$"
)
_VERSIONS, _LOW = 30, 20  # the first number of most program versions is below, the others are low


def mails(reading: Reading) -> Iterator[Found]:
    """Mail addresses, those that are written to hide from machines too."""
    plain = reading.plain
    at = plain.find("@")
    while at >= 0:
        domain = _DOMAIN.match(plain, at + 1)
        if domain is not None:
            start = _local(plain, at, spaced=not domain[1].isascii())
            end = domain.end() - len(domain[0]) + len(domain[0].rstrip("-."))
            if start < at:
                yield Found(Kind.EMAIL, start, end, 97)
        at = plain.find("@", at + 1)
    spelt = reading.rules.mails
    spelt_out = [(match, spelt.host) for match in spelt.sign.finditer(reading.low)]
    for match in spelt.at.finditer(reading.low):
        if match[0].strip()[0] in _BRACKETS or _is_shouted(plain, match):
            spelt_out.append((match, spelt.host))
        spelt_out.append((match, spelt.spelt))
    for match, hosts in spelt_out:
        host = hosts.match(plain, match.end())
        if host is None:
            continue
        local = spelt.before.search(plain[max(0, match.start() - 2 * _LONGEST_LOCAL) : match.start()])
        if local is not None:
            yield Found(Kind.EMAIL, match.start() - len(local[0]), host.end(), 97)


def _is_shouted(plain: str, match: re.Match[str]) -> bool:
    """Whether it is `AT` in capitals among words that are not."""
    end = match.end()
    return (
        match[0].strip().isascii() and plain[match.start() : end].isupper() and plain[end : end + 1].islower()
    )


def _local(plain: str, at: int, *, spaced: bool) -> int:
    """Where the part before the @ begins; beside a domain in other letters it may have them as well."""
    start = at
    if plain[at - 1 : at] == '"':  # "john smith"@example.com
        return max(0, plain.rfind('"', max(0, at - _LONGEST_LOCAL), at - 1))
    while start > 0 and at - start < _LONGEST_LOCAL:
        sign = plain[start - 1]
        if not (_LOCAL.match(sign) or (spaced and sign.isalnum())):
            break
        start -= 1
    while start < at and plain[start] in ".'*/=?{|}`~!&":
        start += 1
    equal = plain.rfind("=", start, at)
    return equal + 1 if equal >= 0 else start


def _is_public(address: str) -> bool:
    """Whether an address can be one on the net and is unlike a version: high numbers, no private range."""
    parts = [int(part) for part in address.split(".")]
    private = parts[0] in (10, 127) or parts[:2] in ([192, 168], [169, 254]) or parts[0] >= 224
    return not private and parts[0] >= _VERSIONS and sum(part >= _LOW for part in parts) >= _DOTS


def birth_dates(reading: Reading) -> Iterator[Found]:
    """Dates beside a word for birth, or that end in `生`."""
    if "生" in reading.plain:
        for form in (_BORN, _BORN_WORDS):
            for match in form.finditer(reading.plain):
                yield Found(Kind.BIRTH_DATE, *match.span(), 92)
    for place, label in enumerate(reading.labels):
        if Role.BIRTH not in label.roles:
            continue
        following = reading.labels[place + 1].start if place + 1 < len(reading.labels) else len(reading.plain)
        end = min(label.end + _AHEAD, max(following, label.end + 12))
        span = _date(reading, label.end, end)
        if span is None or len(_LETTER.findall(reading.plain, label.end, span[0])) > _CLOSE:
            span = _date_before(reading, label.start) or _year(reading, label.end)
        if span is not None:
            yield Found(Kind.BIRTH_DATE, *span, 92)


def _year(reading: Reading, start: int) -> tuple[int, int] | None:
    """The year alone, as in `sinh năm 1995`."""
    match = _YEAR.match(reading.low, start)
    small = match and all(word in reading.rules.between for word in match["small"].split())
    return match.span("year") if match and small else None


def _date_before(reading: Reading, end: int) -> tuple[int, int] | None:
    """A date that ends right before a word, as in `1990年5月1日生まれ`."""
    start = max(0, end - _AHEAD)
    while True:
        span = _date(reading, start, end)
        if span is None or len(_BETWEEN.sub("", reading.plain[span[1] : end])) <= 6:
            return span
        start = span[1]


def _date(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    """The first date that begins between two places, with no other number before it."""
    low = reading.low
    stop = min(len(low), end + 32)
    if (numerals := _NUMERALS.search(low, start, stop)) is not None:
        return numerals.span()
    for match in re.finditer(r"\d", low[start:end]):
        at = start + match.start()
        if at > start and low[at - 1].isdigit():
            continue
        numeric = _NUMERIC.match(low, at, stop)
        if numeric is not None and _is_date(numeric):
            return numeric.span()
        begin = at
        while begin > start and at - begin < 4 and (low[begin - 1].isalpha() or low[begin - 1] in " ."):
            begin -= 1
        for place in range(begin, at + 1):
            written = _CHARACTERS.match(low, place, stop)
            if written is not None and _era(reading, written):
                return written.span()
        break
    return _worded(reading, start, end, stop)


def _is_date(match: re.Match[str]) -> bool:
    if match["e"] or match["f"] or match["g"]:
        return True
    if match["y"]:
        return _is_year(int(match["y"])) and 1 <= int(match["m"]) <= 12 and 1 <= int(match["d"]) <= 31
    one, other = int(match["a"]), int(match["b"])
    year = int(match["c"])
    return (
        1 <= min(one, other) <= 12 and max(one, other) <= 31 and (len(match["c"]) == 2 or _is_year(year))
    ) or (len(match["c"]) == 2 and other <= 12 and 1 <= year <= 31)


def _is_year(year: int) -> bool:
    return _FIRST_YEAR <= year <= _LAST_YEAR or _MUSLIM[0] <= year <= _MUSLIM[1]


def _era(reading: Reading, match: re.Match[str]) -> bool:
    if match["y"] is None:
        return True
    return not match["era"] or match["era"] in reading.rules.eras


def _worded(reading: Reading, start: int, end: int, stop: int) -> tuple[int, int] | None:
    """A date with the name of a month: two or three parts, in any order, with small words between."""
    rules, low = reading.rules, reading.low
    parts: list[tuple[int, int]] = []
    months = numbers = small = 0
    place = start
    while place < stop:
        match = _WORDY.search(low, place, stop)
        if match is None:
            break
        word = match[0].rstrip(".")
        gap = low[place : match.start()] if parts else ""
        if parts and len(gap) > 4:
            break
        number = word.isdecimal()
        month = (
            not number and not months and (word in rules.months or word.replace("ב", "", 1) in rules.months)
        )
        if number or month:
            enough = numbers == (2 if months else 3)
            if (number and enough) or match.start() >= (stop if parts else end):
                break
            parts.append(match.span())
            months += month
            numbers += number
        elif parts and word in rules.between:
            small += 1
        elif parts or (not parts and match.start() - start > _AHEAD):
            break
        place = match.end()
    while parts and not low[parts[-1][0] : parts[-1][1]].isdecimal() and numbers < 2:
        parts.pop()
    last = low[slice(*parts[-1])] if parts else ""
    if (months and numbers and len(parts) >= 2) or (numbers == 3 and small and len(last) == 4):
        return parts[0][0], parts[-1][1]
    return None


def networks(reading: Reading) -> Iterator[Found]:
    """IP addresses: of version 4 beside a word for one, or such as no program version looks like."""
    if reading.plain.count(".") >= _DOTS:
        told = any(Role.IP in label.roles for label in reading.labels)
        for match in _IPV4.finditer(reading.plain):
            beside = reading.beside(*match.span())
            if beside.says(Role.IP) or (
                not beside.other
                and (told or _is_public(match[0]))
                and not _PROGRAM.search(reading.low, max(0, match.start() - 24), match.start())
            ):
                yield Found(Kind.IP, *match.span(), 86)
    if ":" in reading.plain:
        for match in _IPV6.finditer(reading.plain):
            yield Found(Kind.IP, *match.span(), 86)
