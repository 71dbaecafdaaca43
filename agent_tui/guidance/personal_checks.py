"""Whether the digits of a number fit each other: by python-stdnum, imported module by module, and a few of our own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

Check = Callable[[str], bool]


@cache
def check_of(name: str) -> Check:
    """The check that a pack names: `own.luhn`, or a module of python-stdnum such as `br.cpf`."""
    if name.startswith("own."):
        return _OWN[name.removeprefix("own.")]
    found: Check = import_module(f"stdnum.{name}").is_valid
    return found


def is_iban(compact: str) -> bool:
    """Whether country, length and check digits of an IBAN fit; its parts by the rules of each country do not count."""
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    try:
        iban.validate(compact, check_country=False)
    except ValidationError:
        return False
    return True


def luhn(digits: str) -> bool:
    """The check of cards and of many other numbers."""
    total = sum(map(int, digits[-1::-2])) + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0 and len(set(digits)) > 1


_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def _weighted(text: str, weights: tuple[int, ...]) -> int:
    return sum(int(sign, 36) * weight for sign, weight in zip(text, weights, strict=False))


def _date(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _hkid(text: str) -> bool:
    """Hong Kong: letters count from A = 10, a missing first one as a space, 36."""
    body = text[:-1]
    values = [36] * (8 - len(body)) + [int(sign, 36) for sign in body]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + int(text[-1], 36)) % 11 == 0


_TW_AREAS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # 10, 11, … in this order


def _tw(text: str) -> bool:
    """Taiwan: citizens 1 and 2, residents 8 and 9, older residence permits a second letter."""
    area = _TW_AREAS.index(text[0]) + 10
    second = text[1] if text[1].isdigit() else str((_TW_AREAS.index(text[1]) + 10) % 10)
    digits = [area // 10, area % 10, *map(int, second + text[2:])]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 10 == 0


def _jp_company(text: str) -> bool:
    return check_of("jp.cn")(text.removeprefix("T"))


def _rrn(text: str) -> bool:
    """Korea: a date of birth and a digit for century and sex; those issued since October 2020 have no check digit."""
    return _date(text[2:4], text[4:6])


def _nric(text: str) -> bool:
    """Singapore: citizens S and T, foreigners F, G and, since 2022, M."""
    total = _weighted(text[1:8], (2, 7, 6, 5, 4, 3, 2))
    first = text[0]
    if first == "M":
        return "KLJNPQRTUWX"[10 - (total + 3) % 11] == text[8]
    letters = "JZIHGFEDCBA" if first in "ST" else "XWUTRQPNMLK"
    return letters[(total + (4 if first in "TG" else 0)) % 11] == text[8]


def _nik(text: str) -> bool:
    """Indonesia: a province, and a date of birth with 40 added to a woman's day."""
    day = int(text[6:8])
    return 11 <= int(text[:2]) <= 97 and _date(text[8:10], str(day - 40 if day > 40 else day))


def _clabe(text: str) -> bool:
    """Mexico's bank accounts."""
    total = sum(int(digit) * (3, 7, 1)[place % 3] % 10 for place, digit in enumerate(text[:17]))
    return (10 - total % 10) % 10 == int(text[17]) and text[:3] != "000"


def _nir(text: str) -> bool:
    """France: with its key the remainder by 97 decides; without it only the form does."""
    if len(text) == 13:
        return _date(text[3:5], "1")
    number = text[:13].replace("2A", "19", 1) if text[5:7] == "2A" else text[:13].replace("2B", "18", 1)
    return number.isdigit() and 97 - int(number) % 97 == int(text[13:])


def _pl_card(text: str) -> bool:
    """Poland's identity card."""
    return _weighted(text, (7, 3, 1, 9, 7, 3, 1, 7, 3)) % 10 == 0


def _hetu(text: str) -> bool:
    """Finland; the sign of the century is a hyphen, which is no part of the number, or a letter."""
    digits = text[:6] + text[-4:-1]
    return (
        digits.isdigit()
        and _date(text[2:4], text[:2])
        and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31] == text[-1]
    )


def _snils(text: str) -> bool:
    """Russia's pension number."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:9], range(9, 0, -1), strict=True))
    return total % 101 % 100 == int(text[9:])


def _iin(text: str) -> bool:
    """Kazakhstan."""
    digits = [int(digit) for digit in text[:11]]
    for weights in (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return rest == int(text[11])
    return False


def _medicare(text: str) -> bool:
    """Australia's Medicare card."""
    total = sum(int(digit) * weight for digit, weight in zip(text, (1, 3, 7, 9, 1, 3, 7, 9), strict=False))
    return total % 10 == int(text[8])


def _uy_ci(text: str) -> bool:
    """Uruguay's identity card."""
    total = sum(
        int(digit) * weight for digit, weight in zip(text[:-1].zfill(7), (2, 9, 8, 7, 6, 3, 4), strict=True)
    )
    return -total % 10 == int(text[-1])


_OWN: dict[str, Check] = {
    "hkid": _hkid,
    "tw": _tw,
    "jp_company": _jp_company,
    "rrn": _rrn,
    "nric": _nric,
    "nik": _nik,
    "clabe": _clabe,
    "nir": _nir,
    "pl_card": _pl_card,
    "hetu": _hetu,
    "snils": _snils,
    "iin": _iin,
    "luhn": luhn,
    "medicare": _medicare,
    "uy_ci": _uy_ci,
}
OWN_NAMES = frozenset(_OWN)
