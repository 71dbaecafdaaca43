"""Cards, accounts, identity numbers, telephone numbers and birth dates with right check digits, made by dice."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import phonenumbers

from agent_tui.guidance.personal_checks import check_of, is_iban, luhn
from agent_tui.packs.personal_rules import shipped_rules
from tests.bench.personal_texts import MONTHS

_IBAN_LENGTHS = {
    "DE": 22,
    "FR": 27,
    "ES": 24,
    "IT": 27,
    "NL": 18,
    "PL": 28,
    "TR": 26,
    "SA": 24,
    "GB": 22,
    "SE": 24,
    "AE": 23,
    "IL": 23,
    "PT": 25,
}
PHONE_REGIONS = (
    "US",
    "GB",
    "DE",
    "FR",
    "ES",
    "IT",
    "NL",
    "PL",
    "RU",
    "TR",
    "CN",
    "TW",
    "HK",
    "JP",
    "KR",
    "TH",
    "VN",
    "ID",
    "MY",
    "SG",
    "IN",
    "BR",
    "MX",
    "SA",
    "AE",
    "IL",
    "SE",
    "UA",
    "AU",
    "PH",
    "CA",
)


def card(dice: random.Random) -> str:
    begin, length = dice.choice(
        [
            ("4", 16),
            ("51", 16),
            ("55", 16),
            ("2720", 16),
            ("37", 15),
            ("34", 15),
            ("6011", 16),
            ("65", 16),
            ("3530", 16),
            ("62", 16),
            ("36", 14),
            ("2200", 16),
        ]
    )
    body = begin + "".join(dice.choices("0123456789", k=length - len(begin) - 1))
    number = next(body + last for last in "0123456789" if luhn(body + last))
    sizes = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[length]
    return _grouped(dice, number, sizes)


def _grouped(dice: random.Random, number: str, sizes: tuple[int, ...]) -> str:
    sign = dice.choice(["", "", " ", "-", "\u00a0"])
    parts, place = [], 0
    for size in sizes:
        parts.append(number[place : place + size])
        place += size
    return sign.join(parts)


def iban(dice: random.Random) -> str:
    country = dice.choice([*_IBAN_LENGTHS])
    letters = {"GB": "NWBK", "NL": "ABNA", "IT": "X"}.get(country, "")
    body = letters + "".join(dice.choices("0123456789", k=_IBAN_LENGTHS[country] - 4 - len(letters)))
    number = next(
        f"{country}{check:02}{body}" for check in range(2, 99) if is_iban(f"{country}{check:02}{body}")
    )
    return " ".join(re.findall(".{1,4}", number)) if dice.random() < 0.5 else number


def phone(dice: random.Random, region: str, form: int) -> str:
    """A valid mobile or fixed number of the region in a form of the library."""
    sort = dice.choice([phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE])
    example = phonenumbers.example_number_for_type(region, sort)
    while True:
        tail = dice.randrange(1000)
        number = phonenumbers.PhoneNumber(
            country_code=example.country_code,
            national_number=example.national_number // 1000 * 1000 + tail,
            italian_leading_zero=example.italian_leading_zero,
        )
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, form)


def identity(dice: random.Random, rule_id: str) -> str:
    """A number of the rule's form with right check digits."""
    rule = shipped_rules().ids[rule_id]
    while True:
        number = DRAWN[rule_id](dice)
        if rule.form.compiled.fullmatch(number) and (not rule.check or check_of(rule.check)(number)):
            break
    groups = [group for group in sorted(rule.groups) if sum(group) == len(number)]
    if groups and dice.random() < 0.6:
        number = GROUPED.get(rule_id, lambda text: text)(number)
    return number


def digits(count: int) -> Callable[[random.Random], str]:
    return lambda dice: "".join(dice.choices("0123456789", k=count))


def _born(dice: random.Random) -> tuple[str, str, str]:
    return f"{dice.randrange(1950, 2005)}", f"{dice.randrange(1, 13):02}", f"{dice.randrange(1, 29):02}"


def _of_birth(form: str, rest: int) -> Callable[[random.Random], str]:
    def draw(dice: random.Random) -> str:
        year, month, day = _born(dice)
        return form.format(y=year[2:], Y=year, m=month, d=day) + digits(rest)(dice)

    return draw


def letters(form: str) -> Callable[[random.Random], str]:
    """`A` a letter, `9` a digit, the rest as it is written."""
    return lambda dice: "".join(
        dice.choice("ABCDEFGHJKLMNPQRSTVWXYZ")
        if sign == "A"
        else dice.choice("0123456789")
        if sign == "9"
        else sign
        for sign in form
    )


DRAWN: dict[str, Callable[[random.Random], str]] = {
    "CN_RIC": lambda dice: "310104" + "".join(_born(dice)) + digits(3)(dice) + dice.choice("0123456789X"),
    "KR_RRN": lambda dice: _of_birth("{y}{m}{d}", 0)(dice) + dice.choice("12") + digits(6)(dice),
    "BR_CPF": digits(11),
    "PL_PESEL": _of_birth("{y}{m}{d}", 5),
    "TR_TCKIMLIK": digits(11),
    "ES_DNI": letters("99999999A"),
    "ES_NIE": letters("X9999999A"),
    "SG_NRIC": letters("S9999999A"),
    "HK_HKID": letters("A9999999"),
    "TW_ID": letters("A199999999"),
    "US_SSN": digits(9),
    "IN_PAN": letters("ABCPA9999A"),
    "GB_NINO": lambda dice: letters("AB999999")(dice) + dice.choice("ABCD"),
    "FR_NIR": lambda dice: "1" + _of_birth("{y}{m}75", 8)(dice),
    "MX_CURP": lambda dice: "GOMC" + _of_birth("{y}{m}{d}", 0)(dice) + "HDFRRL0" + digits(1)(dice),
    "IT_CF": lambda dice: (
        "RSSMRA" + letters("99")(dice) + dice.choice("ABCDEHLMPRST") + letters("10H501A")(dice)
    ),
    "ZA_ID": _of_birth("{y}{m}{d}", 7),
    "IN_AADHAAR": digits(12),
    "MY_NRIC": lambda dice: _of_birth("{y}{m}{d}", 0)(dice) + "14" + digits(4)(dice),
    "RU_SNILS": digits(11),
    "SE_PERSONNUMMER": _of_birth("{y}{m}{d}", 4),
    "CH_AHV": lambda dice: "756" + digits(10)(dice),
    "AE_ID": lambda dice: "784" + _of_birth("{Y}", 8)(dice),
    "FI_HETU": lambda dice: _of_birth("{d}{m}{y}", 3)(dice) + dice.choice("0123456789ABCDEFHJKLMNPRSTUVWXY"),
    "CL_RUT": lambda dice: "1" + digits(7)(dice) + dice.choice("0123456789K"),
    "EG_ID": lambda dice: "2" + _of_birth("{y}{m}{d}", 0)(dice) + "01" + digits(5)(dice),
}


def _written(*sizes: int, sign: str = "-") -> Callable[[str], str]:
    def write(number: str) -> str:
        parts, place = [], 0
        for size in sizes:
            parts.append(number[place : place + size])
            place += size
        return sign.join(parts)

    return write


GROUPED = {
    "BR_CPF": lambda text: f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}",
    "KR_RRN": _written(6, 7),
    "US_SSN": _written(3, 2, 4),
    "GB_NINO": _written(2, 2, 2, 2, 1, sign=" "),
    "FR_NIR": _written(1, 2, 2, 2, 3, 3, 2, sign=" "),
    "IN_AADHAAR": _written(4, 4, 4, sign=" "),
    "MY_NRIC": _written(6, 2, 4),
    "RU_SNILS": lambda text: f"{text[:3]}-{text[3:6]}-{text[6:9]} {text[9:]}",
    "SE_PERSONNUMMER": _written(6, 4),
    "FI_HETU": _written(6, 4),
    "CH_AHV": _written(3, 4, 4, 2, sign="."),
    "AE_ID": _written(3, 4, 7, 1),
    "HK_HKID": lambda text: f"{text[:7]}({text[7]})",
    "CL_RUT": lambda text: f"{text[:2]}.{text[2:5]}.{text[5:8]}-{text[8]}",
    "ES_DNI": _written(8, 1),
    "ES_NIE": _written(1, 7, 1),
}
ONLY_WRITTEN = frozenset(
    (
        "KR_RRN",
        "US_SSN",
        "IN_AADHAAR",
        "MY_NRIC",
        "RU_SNILS",
        "SE_PERSONNUMMER",
        "FI_HETU",
        "HK_HKID",
        "CL_RUT",
    )
)
"""Without a word beside them they are known by how they are written alone."""


def birth_date(dice: random.Random, language: str) -> str:
    year, month, day = _born(dice)
    forms = {
        "zh-Hans": [f"{year}年{int(month)}月{int(day)}日", f"{year}-{month}-{day}", f"{year}{month}{day}"],
        "zh-Hant": [
            f"{year}年{int(month)}月{int(day)}日",
            f"民國{int(year) - 1911}年{int(month)}月{int(day)}日",
            f"{year}/{month}/{day}",
        ],
        "ja": [
            f"{year}年{int(month)}月{int(day)}日",
            f"{year}/{month}/{day}",
            f"昭和{dice.randrange(20, 63)}年{int(month)}月{int(day)}日",
        ],
        "ko": [f"{year}년 {int(month)}월 {int(day)}일", f"{year}.{month}.{day}", f"{year[2:]}{month}{day}"],
        "th": [
            f"{int(day)} {MONTHS['th'][int(month) - 1]} {int(year) + 543}",
            f"{day}/{month}/{int(year) + 543}",
        ],
        "en": [
            f"{MONTHS['en'][int(month) - 1]} {int(day)}, {year}",
            f"{int(day)} {MONTHS['en'][int(month) - 1]} {year}",
            f"{month}/{day}/{year}",
            f"{year}-{month}-{day}",
        ],
    }.get(
        language,
        [
            f"{int(day)} {MONTHS.get(language, MONTHS['en'])[int(month) - 1]} {year}",
            f"{day}.{month}.{year}",
            f"{day}/{month}/{year}",
        ],
    )
    return dice.choice(forms)
