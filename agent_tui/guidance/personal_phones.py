"""Telephone numbers in a text: with +, beside a word for telephone, or written as at home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import structs

from agent_tui.domain.personal_data import Kind, Role
from agent_tui.guidance.personal_numbers import Found
from agent_tui.guidance.personal_text import Beside, Reading

_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_*@$€£¥.,])(?:\+ ?\(?|\(\+?|(?=\d))\d(?:(?:[ ().\-]{0,3}| ?/ ?(?!0)|\n)\d){4,17}(?![\d@_%])"
)
_SPLIT = re.compile(r"\n|\s{2,}|(?<=\d) ?/ ?")
_NO_DIGITS = re.compile(r"\D+")
_DATE = re.compile(
    r"(?:19|20)\d{2}([-./])\d{1,2}\1\d{1,2}(?!\d)|\d{1,2}([-./])\d{1,2}\2(?:19|20)\d{2}(?!\d)"
    r"|\d{1,2}\.\d{1,2}\.\d{2}(?!\d|\.\d)"
)
_DOTTED = re.compile(
    r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?: \d{3})+|\d+\.\d+\.\d+\.\d+|(?:19|20)\d{2} ?- ?(?:19|20)\d{2}"
)
_EXTENSION = re.compile(r"[ .:]{0,2}\d{1,5}(?!\d)")
_WHOLE = 9  # digits that make a number of their own, whatever follows in the next line
_COUNTED = (Role.BANK, Role.ID, Role.TAX, Role.PASSPORT, Role.CARD, Role.BANK_NAME)
_TINY = 2  # letters of a word that means something else in another language, as `po` does in Tagalog
_LEAST, _MOST = 7, 15  # digits, by ITU-T E.164


def phones(reading: Reading) -> Iterator[Found]:
    """The telephone numbers of a text."""
    place = 0
    while match := _NUMBER.search(reading.plain, place):
        start, end = match.span()
        gap = _SPLIT.search(reading.plain, start, end)
        first = gap.start() if gap is not None else end
        whole = gap is None or len(_NO_DIGITS.sub("", reading.plain[start:first])) < _WHOLE
        found = list(_phone(reading, start, end if whole else first))
        if not found and gap is not None:
            found = list(_phone(reading, start, first if whole else end))
        found = [_with_extension(reading, each) for each in found]
        yield from found
        place = found[0].end if found else first


def _with_extension(reading: Reading, found: Found) -> Found:
    """The number with the extension behind it."""
    for label in reading.labels_from(found.end):
        if label.start - found.end > 2 or Role.EXTENSION not in label.roles:
            break
        match = _EXTENSION.match(reading.plain, label.end)
        if match is not None:
            return structs.replace(found, end=match.end())
    return found


def _phone(reading: Reading, start: int, end: int) -> Iterator[Found]:
    text = reading.plain[start:end]
    if text.startswith("(") and ")" not in text:
        start, text = start + 1, text[1:]
    digits = _NO_DIGITS.sub("", text)
    if not 5 <= len(digits) <= 17 or reading.is_left_over(start):
        return
    beside = reading.beside(start, end)
    if text.startswith(("+", "(+")) or (digits.startswith("00") and not digits.startswith("000")):
        yield from _international(reading, start, end, text, digits, beside)
        return
    if _DATE.match(text) or reading.is_code(start, end) or len(digits) > _MOST:
        return
    if beside.says(Role.PHONE):
        yield from _told(reading, start, end, text, digits, beside)
    elif (
        len(digits) >= _LEAST
        and (beside.other < 2 or (beside.length <= _TINY and not text.isdigit()))
        and not reading.is_amount(start, end)
        and not (text.isdigit() and beside.says(*_COUNTED, near=3))
    ):
        yield from _at_home(reading, start, end, text, digits, beside)


def _international(
    reading: Reading, start: int, end: int, text: str, digits: str, beside: Beside
) -> Iterator[Found]:
    plus = "+" in text
    region = _region_of("+" + (digits if plus else digits[2:]))
    if region is None or (not plus and (beside.other >= 2 or beside.says(*_COUNTED, near=2))):
        return
    if region == "?" and not plus and not beside.says(Role.PHONE):
        return
    yield Found(Kind.PHONE, start, end, 85, sure=region != "?", region="" if region == "?" else region)


def _told(reading: Reading, start: int, end: int, text: str, digits: str, beside: Beside) -> Iterator[Found]:
    """A number beside a word for telephone: right beside, any that could be one; further off, only a valid one."""
    region = next((place for place in reading.regions if _is_valid(digits, place)), "")
    if beside.near == 1 and not region and not _home_form(reading, text, anywhere=True):
        return
    if (len(digits) < _LEAST and beside.near < 3) or reading.is_amount(start, end):
        return
    if (
        _DOTTED.fullmatch(text)
        and not region
        and not text.startswith("0")
        and (beside.near < 3 or len(digits) < _WHOLE)
    ):
        return
    yield Found(Kind.PHONE, start, end, 80, sure=bool(region) or beside.near == 3, region=region)


def _at_home(
    reading: Reading, start: int, end: int, text: str, digits: str, beside: Beside
) -> Iterator[Found]:
    region = _home_form(reading, text, anywhere=not beside.other)
    if beside.other >= 2 and region not in reading.given:
        return
    if region:
        surely = (
            region in reading.given and not text.isdigit()
        )  # then no foreign number with groups like these
        yield Found(Kind.PHONE, start, end, 71 if surely else 60, sure=not text.isdigit(), region=region)


def _home_form(reading: Reading, text: str, *, anywhere: bool) -> str:
    """The country in whose form the number is written, those of the text first; empty when there is none."""
    for rule in reading.rules.phones:
        if rule.region in reading.regions and any(
            form is not None and form.compiled.fullmatch(text) for form in (rule.always, rule.here)
        ):
            digits = _NO_DIGITS.sub("", text)
            if _is_valid(digits, rule.region):
                return rule.region
    if anywhere and not text.isdigit():
        for rule in reading.rules.phones:
            if (
                rule.always is not None
                and rule.always.compiled.fullmatch(text)
                and _is_valid(_NO_DIGITS.sub("", text), rule.region)
            ):
                return rule.region
    return ""


@lru_cache(maxsize=4096)
def _region_of(number: str) -> str | None:
    """The country of an international number, `?` when no such number is given out, None when there can be none."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):  # numbering plans change, and people keep the old form
        return "?" if _WHOLE < len(number) <= _MOST + 1 and "0000" not in number else None
    region: str | None = phonenumbers.region_code_for_number(parsed)
    return region or "?"


@lru_cache(maxsize=4096)
def _is_valid(digits: str, region: str) -> bool:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(parsed))
