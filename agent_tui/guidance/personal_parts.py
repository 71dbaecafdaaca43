"""Numbers in parts, each of which says nothing alone: branches and accounts of banks, papers with words in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_tui.domain.personal_data import Kind, Role
from agent_tui.guidance.personal_numbers import Found
from agent_tui.guidance.personal_text import Reading

_SORT_CODE = re.compile(
    r"(\d{2}(?<![\d-]..)-\d{2}-\d{2})(?: ?[/|,+&] ?| {1,2}| - |,? ?(?:and )?acc(?:oun)?t?(?: no| number)?[.:]{0,2} ?)"
    r"(\d{8})(?![\d-])"
)
_REG_AND_ACCOUNT = re.compile(  # Denmark
    r"\breg\.? ?(?:nr\.?|nummer)?[: ]{0,2}(\d{4})[ ,/-]{1,3}(?:og )?konto(?:nr\.?|nummer)?[.: ]{0,2}(\d{6,10})(?!\d)"
)
_CZECH_ACCOUNT = re.compile(
    r"(?<![\d/-])(?:\d{2,6}-)?\d{6,10}/(?:0[1236891]00|0710|20[16]0|2250|2[67]00|3[01][03]0|5[258]00|5600|6[2158]\d0|7500|79[49]0|8[039]\d0)(?!\d)"
)
_DRIVER = re.compile(r"\b[A-Z][A-Z9]{4} \d{6} [A-Z][A-Z9][A-Z\d]{3}\b")  # United Kingdom
_NRC = re.compile(  # Myanmar
    r"/(?<=\d/)(?:[A-Za-z]{4,14} ?\([A-Za-z]{1,7}\)|[\u1000-\u109f]{2,14}\([\u1000-\u109f]{1,7}\)) ?\d{6}(?!\d)"
)
_BRANCH_AND_ACCOUNT = (
    (
        re.compile(  # Australia
            r"\bbsb(?: (?:is|no|number|code))?[:. ]{0,3}(\d{3}[ -]?\d{3})[ ,;/]{1,3}(?:(?:and|&) )?(?:my )?"
            r"(?:acc(?:oun)?t?|a/c)(?: ?(?:no|num|number))?(?: is)?[.:# ]{0,3}(\d(?:[ -]?\d){4,9})(?!\d)"
        ),
        "AU",
    ),
    (
        re.compile(  # United States
            r"\b(?:aba|routing)[a-z #.]{0,16}?[: ]{0,2}(\d{9})[ ,;/&]{1,4}(?:and )?"
            r"(?:(?:my )?(?:account|acct|acc|a/c|checking|savings)[a-z #.]{0,10}[: ]{0,2})?(\d(?:[ -]?\d){3,16})(?!\d)"
        ),
        "US",
    ),
)
_OF_BANK = re.compile(  # `2204817736 del Pichincha`
    r"(?<![\w.,/-])\d(?:[ -]?\d){7,19}"
    r"(?= (?:del?|of|from|at|with|in|en|da|do|di|der|bei(?: der)?|chez|a la|au|no|na|w|v|у|в|из) "
    r"(?:(?:the|el|la|banco|bank) )?$)"
)
_BEFORE_BANK = 44  # characters before the name of a bank within which its account stands


def in_parts(reading: Reading) -> Iterator[Found]:
    """Numbers in parts: sort codes and branches with the account behind them, cards of Myanmar."""
    banks = [label for label in reading.labels if label.roles & {Role.BANK, Role.BANK_NAME}]
    for match in _SORT_CODE.finditer(reading.plain) if "-" in reading.plain else ():
        if banks or {"GB", "IE"} & reading.regions.keys():
            yield Found(Kind.BANK, *match.span(1), 86, region="GB")
            yield Found(Kind.BANK, *match.span(2), 86, region="GB")
    for match in _REG_AND_ACCOUNT.finditer(reading.low) if "konto" in reading.low else ():
        yield Found(Kind.BANK, *match.span(1), 86, region="DK")
        yield Found(Kind.BANK, *match.span(2), 86, region="DK")
    if {"CZ", "SK"} & reading.regions.keys() and "/" in reading.plain:
        for match in _CZECH_ACCOUNT.finditer(reading.plain):
            yield Found(Kind.BANK, *match.span(), 75, region="CZ")
    if any(Role.ID in label.roles for label in reading.labels):
        for match in _DRIVER.finditer(reading.plain):
            yield Found(Kind.NATIONAL_ID, *match.span(), 88, region="GB")
    if "(" in reading.plain and "/" in reading.plain:
        for match in _NRC.finditer(reading.plain):
            first = match.start() - 1 - reading.plain[max(0, match.start() - 2)].isdigit()
            yield Found(Kind.NATIONAL_ID, first, match.end(), 90, region="MM")
    if banks:
        for form, region in _BRANCH_AND_ACCOUNT:
            for match in form.finditer(reading.low):
                yield Found(Kind.BANK, *match.span(1), 87, region=region)
                yield Found(Kind.BANK, *match.span(2), 87, region=region)
    for label in banks:
        account = _OF_BANK.search(reading.plain, max(0, label.start - _BEFORE_BANK), label.start)
        if account is not None:
            beside = reading.beside(*account.span())
            if (
                not beside.other
                and not beside.says(Role.PHONE, Role.CARD)
                and not reading.is_amount(*account.span())
            ):
                yield Found(Kind.BANK, *account.span(), 57, sure=False)
