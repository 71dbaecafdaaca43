"""How much personal data is found, by kind, and how often something else is taken for it: `python -m tests.bench.personal`.

Numbers are made with right check digits and put into sentences of many languages, with a word that announces them and
without one; `personal_cases.tsv` has sentences that people wrote. `--misses` shows what went wrong.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import phonenumbers

from agent_tui.domain.personal_data import Kind
from agent_tui.guidance.personal import find
from agent_tui.guidance.personal_checks import check_of, is_iban, luhn
from agent_tui.packs.personal_rules import shipped_rules
from tests.bench.personal_texts import ANNOUNCED, BARE, MONTHS, OTHERS, REGION_OF

CASES = Path(__file__).with_name("personal_cases.tsv")
_MARK = re.compile(r"«(\w+):(.*?)»", re.DOTALL)
_IBAN_LENGTHS = {"DE": 22, "FR": 27, "ES": 24, "IT": 27, "NL": 18, "PL": 28, "TR": 26, "SA": 24, "GB": 22, "SE": 24, "AE": 23, "IL": 23, "PT": 25}  # fmt: skip
_PHONE_REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "RU", "TR", "CN", "TW", "HK", "JP", "KR", "TH", "VN", "ID", "MY", "SG", "IN", "BR", "MX", "SA", "AE", "IL", "SE", "UA", "AU", "PH", "CA")  # fmt: skip


class Case(tuple[str, str, tuple[tuple[str, str], ...], str]):
    """A text, the customer's region, what is personal in it as kind and part, and the sort of the case."""

    __slots__ = ()


def card(dice: random.Random) -> str:
    begin, length = dice.choice([("4", 16), ("51", 16), ("55", 16), ("2720", 16), ("37", 15), ("34", 15), ("6011", 16), ("65", 16), ("3530", 16), ("62", 16), ("36", 14), ("2200", 16)])  # fmt: skip
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
        number = _DRAWN[rule_id](dice)
        if rule.form.fullmatch(number) and (not rule.check or check_of(rule.check)(number)):
            break
    groups = [group for group in sorted(rule.groups) if sum(group) == len(number)]
    if groups and dice.random() < 0.6:
        number = _GROUPED.get(rule_id, lambda text: text)(number)
    return number


def _digits(count: int) -> Callable[[random.Random], str]:
    return lambda dice: "".join(dice.choices("0123456789", k=count))


def _born(dice: random.Random) -> tuple[str, str, str]:
    return f"{dice.randrange(1950, 2005)}", f"{dice.randrange(1, 13):02}", f"{dice.randrange(1, 29):02}"


def _of_birth(form: str, rest: int) -> Callable[[random.Random], str]:
    def draw(dice: random.Random) -> str:
        year, month, day = _born(dice)
        return form.format(y=year[2:], Y=year, m=month, d=day) + _digits(rest)(dice)

    return draw


def _letters(form: str) -> Callable[[random.Random], str]:
    """`A` a letter, `9` a digit, the rest as it is written."""
    return lambda dice: "".join(
        dice.choice("ABCDEFGHJKLMNPQRSTVWXYZ")
        if sign == "A"
        else dice.choice("0123456789")
        if sign == "9"
        else sign
        for sign in form
    )


_DRAWN: dict[str, Callable[[random.Random], str]] = {
    "CN_RIC": lambda dice: "310104" + "".join(_born(dice)) + _digits(3)(dice) + dice.choice("0123456789X"),
    "KR_RRN": lambda dice: _of_birth("{y}{m}{d}", 0)(dice) + dice.choice("12") + _digits(6)(dice),
    "BR_CPF": _digits(11), "PL_PESEL": _of_birth("{y}{m}{d}", 5), "TR_TCKIMLIK": _digits(11),
    "ES_DNI": _letters("99999999A"), "ES_NIE": _letters("X9999999A"), "SG_NRIC": _letters("S9999999A"),
    "HK_HKID": _letters("A9999999"), "TW_ID": _letters("A199999999"), "US_SSN": _digits(9), "IN_PAN": _letters("ABCPA9999A"),
    "GB_NINO": lambda dice: _letters("AB999999")(dice) + dice.choice("ABCD"), "FR_NIR": lambda dice: "1" + _of_birth("{y}{m}75", 8)(dice),
    "MX_CURP": lambda dice: "GOMC" + _of_birth("{y}{m}{d}", 0)(dice) + "HDFRRL0" + _digits(1)(dice),
    "IT_CF": lambda dice: "RSSMRA" + _letters("99")(dice) + dice.choice("ABCDEHLMPRST") + _letters("10H501A")(dice),
    "ZA_ID": _of_birth("{y}{m}{d}", 7), "IN_AADHAAR": _digits(12), "MY_NRIC": lambda dice: _of_birth("{y}{m}{d}", 0)(dice) + "14" + _digits(4)(dice),
    "RU_SNILS": _digits(11), "SE_PERSONNUMMER": _of_birth("{y}{m}{d}", 4), "CH_AHV": lambda dice: "756" + _digits(10)(dice),
    "AE_ID": lambda dice: "784" + _of_birth("{Y}", 8)(dice), "FI_HETU": lambda dice: _of_birth("{d}{m}{y}", 3)(dice) + dice.choice("0123456789ABCDEFHJKLMNPRSTUVWXY"),
    "CL_RUT": lambda dice: "1" + _digits(7)(dice) + dice.choice("0123456789K"), "EG_ID": lambda dice: "2" + _of_birth("{y}{m}{d}", 0)(dice) + "01" + _digits(5)(dice),
}  # fmt: skip


def _written(*sizes: int, sign: str = "-") -> Callable[[str], str]:
    def write(number: str) -> str:
        parts, place = [], 0
        for size in sizes:
            parts.append(number[place : place + size])
            place += size
        return sign.join(parts)

    return write


_GROUPED = {
    "BR_CPF": lambda text: f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}", "KR_RRN": _written(6, 7), "US_SSN": _written(3, 2, 4),
    "GB_NINO": _written(2, 2, 2, 2, 1, sign=" "), "FR_NIR": _written(1, 2, 2, 2, 3, 3, 2, sign=" "), "IN_AADHAAR": _written(4, 4, 4, sign=" "),
    "MY_NRIC": _written(6, 2, 4), "RU_SNILS": lambda text: f"{text[:3]}-{text[3:6]}-{text[6:9]} {text[9:]}", "SE_PERSONNUMMER": _written(6, 4),
    "FI_HETU": _written(6, 4), "CH_AHV": _written(3, 4, 4, 2, sign="."), "AE_ID": _written(3, 4, 7, 1), "HK_HKID": lambda text: f"{text[:7]}({text[7]})",
    "CL_RUT": lambda text: f"{text[:2]}.{text[2:5]}.{text[5:8]}-{text[8]}", "ES_DNI": _written(8, 1), "ES_NIE": _written(1, 7, 1),
}  # fmt: skip
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
        "zh-Hant": [f"{year}年{int(month)}月{int(day)}日", f"民國{int(year) - 1911}年{int(month)}月{int(day)}日", f"{year}/{month}/{day}"],
        "ja": [f"{year}年{int(month)}月{int(day)}日", f"{year}/{month}/{day}", f"昭和{dice.randrange(20, 63)}年{int(month)}月{int(day)}日"],
        "ko": [f"{year}년 {int(month)}월 {int(day)}일", f"{year}.{month}.{day}", f"{year[2:]}{month}{day}"],
        "th": [f"{int(day)} {MONTHS['th'][int(month) - 1]} {int(year) + 543}", f"{day}/{month}/{int(year) + 543}"],
        "en": [f"{MONTHS['en'][int(month) - 1]} {int(day)}, {year}", f"{int(day)} {MONTHS['en'][int(month) - 1]} {year}", f"{month}/{day}/{year}", f"{year}-{month}-{day}"],
    }.get(language, [f"{int(day)} {MONTHS.get(language, MONTHS['en'])[int(month) - 1]} {year}", f"{day}.{month}.{year}", f"{day}/{month}/{year}"])  # fmt: skip
    return dice.choice(forms)


def cases(dice: random.Random, rounds: int) -> Iterator[Case]:
    """Sentences with made numbers: sort `kind, announced` or `kind, bare`, or a sort of what is not personal."""
    form = phonenumbers.PhoneNumberFormat
    for _ in range(rounds):
        for language, templates in ANNOUNCED.items():
            region = REGION_OF[language]
            local = region if region in _PHONE_REGIONS else "US"
            values = {
                Kind.CARD: card(dice), Kind.IBAN: iban(dice), Kind.BIRTH_DATE: birth_date(dice, language),
                Kind.PHONE: phone(dice, local, dice.choice([form.NATIONAL, form.INTERNATIONAL, form.E164])),
                Kind.PASSPORT: dice.choice([_letters("A9999999"), _letters("AA9999999"), _digits(9)])(dice),
                Kind.EMAIL: f"{dice.choice(['anna', 'j.kim', 'li_wei88', 'o-neil'])}@{dice.choice(['gmail.com', 'mail.ru', 'firma.co.uk', '163.com'])}",
            }  # fmt: skip
            for kind, sentence in templates.items():
                value = values[Kind(kind)]
                yield Case((sentence.format(value), region, ((kind, value),), f"{kind}, announced"))
            bare = dice.choice(BARE[language])
            for kind in (Kind.CARD, Kind.IBAN, Kind.EMAIL):
                yield Case((bare.format(values[kind]), "", ((kind, values[kind]),), f"{kind}, bare"))
            number = phone(dice, dice.choice(_PHONE_REGIONS), dice.choice([form.INTERNATIONAL, form.E164]))
            yield Case((bare.format(number), "", ((Kind.PHONE, number),), "phone, bare +"))
            for sort, made in OTHERS.items():
                for sentence in made[language] if isinstance(made, dict) else made:
                    yield Case((_filled(dice, sentence), region, (), sort))
        for rule in _DRAWN:
            number = identity(dice, rule)
            if rule in ONLY_WRITTEN and number.isalnum():
                number = _GROUPED[rule](number)
            region = shipped_rules().ids[rule].region
            kind = shipped_rules().ids[rule].kind
            sentence = dice.choice(BARE[next((one for one in REGION_OF if REGION_OF[one] == region), "en")])
            yield Case((sentence.format(number), region, ((kind, number),), f"{kind}, bare"))


def _filled(dice: random.Random, sentence: str) -> str:
    """A sentence with each `#` a digit and each `@` a capital letter."""
    return "".join(
        dice.choice("0123456789")
        if sign == "#"
        else dice.choice("ABCDEFGHJKLMNPRSTUVWX")
        if sign == "¤"
        else sign
        for sign in sentence
    )


def written_cases() -> Iterator[Case]:
    """The sentences of `personal_cases.tsv`: region, tab, text with `«kind:part»` around what is personal."""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        region, _tab, marked = line.partition("\t")
        marked = marked.replace("\\n", "\n")
        parts = tuple((match[1], match[2]) for match in _MARK.finditer(marked))
        text = _MARK.sub(lambda match: match[2], marked)
        sort = "written, not personal" if not parts else "written"
        yield Case((text, region.strip("-"), parts, sort))


def judge(case: Case) -> tuple[list[tuple[str, bool]], list[str]]:
    """For each personal part its sort and whether all its digits or letters were found; then the false alarms."""
    text, region, parts, sort = case
    found = find(text, (region,) if region else ())
    covered = bytearray(len(text))
    for each in found:
        covered[each.start : each.end] = b"\1" * (each.end - each.start)
    results: list[tuple[str, bool]] = []
    spans: list[tuple[int, int]] = []
    for kind, part in parts:
        start = text.index(part)
        spans.append((start, start + len(part)))
        key = [place for place in range(start, start + len(part)) if text[place].isdecimal()] or [start]
        hit = all(covered[place] for place in key) and any(
            each.kind == kind or sort != "written"
            for each in found
            if each.start < start + len(part) and start < each.end
        )
        results.append((f"{kind}, written" if sort == "written" else sort, hit))
    wrong = [
        f"{each.kind}: {text[each.start : each.end]}"
        for each in found
        if not any(start < each.end and each.start < end for start, end in spans)
    ]
    return results, wrong


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.personal", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="show what was missed or wrongly found")
    given = parser.parse_args()
    hits, all_of, alarms, negatives = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    times: list[float] = []
    for case in (*written_cases(), *cases(random.Random(given.seed), given.rounds)):
        began = perf_counter()
        results, wrong = judge(case)
        times.append(perf_counter() - began)
        for sort, hit in results:
            all_of[sort] += 1
            hits[sort] += hit
            if given.misses and not hit:
                print(f"missed  {sort}: {case[0]!r}")
        if not case[2]:
            negatives[case[3]] += 1
            alarms[case[3]] += bool(wrong)
        if given.misses and wrong:
            print(f"wrong   {case[3]}: {wrong} in {case[0]!r}")
    for sort in sorted(all_of):
        print(f"{sort:32} recall {hits[sort] / all_of[sort]:.3f}  of {all_of[sort]:,}")
    print(f"{'all':32} recall {hits.total() / all_of.total():.3f}  of {all_of.total():,}")
    for sort in sorted(negatives):
        print(f"{sort:32} false alarms {alarms[sort] / negatives[sort]:.3%}  of {negatives[sort]:,}")
    print(f"{'all':32} false alarms {alarms.total() / negatives.total():.3%}  of {negatives.total():,}")
    print(f"median of a case {median(times) * 1e6:.0f} us")


if __name__ == "__main__":
    main()
