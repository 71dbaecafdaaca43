"""How much personal data is found, and how often something else is taken for it: `python -m tests.bench.personal`.

Numbers are made with right check digits and put into sentences of many languages, with a word that announces them and
without one; `personal_cases.tsv` has sentences that people wrote. `--misses` shows what went wrong. `--file
tests/bench/personal_unseen.tsv` takes sentences alone that people wrote who saw none of the rules.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from phonenumbers import PhoneNumberFormat

from agent_tui.domain.personal_data import Kind
from agent_tui.guidance.personal import find
from agent_tui.packs.personal_rules import shipped_rules
from tests.bench.personal_made import (
    DRAWN,
    GROUPED,
    ONLY_WRITTEN,
    PHONE_REGIONS,
    birth_date,
    card,
    digits,
    iban,
    identity,
    letters,
    phone,
)
from tests.bench.personal_texts import ANNOUNCED, BARE, OTHERS, REGION_OF

CASES = Path(__file__).with_name("personal_cases.tsv")
MAILS = ("anna@gmail.com", "j.kim@mail.ru", "li_wei88@163.com", "o-neil@firma.co.uk", "m+shop@example.museum")
_MARK = re.compile(r"«(\w+):(.*?)»", re.DOTALL)


class Case(tuple[str, str, tuple[tuple[str, str], ...], str]):
    """A text, the customer's region, what is personal in it as kind and part, and the sort of the case."""

    __slots__ = ()


def cases(dice: random.Random, rounds: int) -> Iterator[Case]:
    """Sentences with made numbers: sort `kind, announced` or `kind, bare`, or a sort of what is not personal."""
    form = PhoneNumberFormat
    for _ in range(rounds):
        for language, templates in ANNOUNCED.items():
            region = REGION_OF[language]
            local = region if region in PHONE_REGIONS else "US"
            values = {
                Kind.CARD: card(dice),
                Kind.IBAN: iban(dice),
                Kind.BIRTH_DATE: birth_date(dice, language),
                Kind.PHONE: phone(dice, local, dice.choice([form.NATIONAL, form.INTERNATIONAL, form.E164])),
                Kind.PASSPORT: dice.choice([letters("A9999999"), letters("AA9999999"), digits(9)])(dice),
                Kind.EMAIL: dice.choice(MAILS),
            }
            for kind, sentence in templates.items():
                value = values[Kind(kind)]
                yield Case((sentence.format(value), region, ((kind, value),), f"{kind}, announced"))
            bare = dice.choice(BARE[language])
            for kind in (Kind.CARD, Kind.IBAN, Kind.EMAIL):
                yield Case((bare.format(values[kind]), "", ((kind, values[kind]),), f"{kind}, bare"))
            number = phone(dice, dice.choice(PHONE_REGIONS), dice.choice([form.INTERNATIONAL, form.E164]))
            yield Case((bare.format(number), "", ((Kind.PHONE, number),), "phone, bare +"))
            for sort, made in OTHERS.items():
                for sentence in made[language]:
                    yield Case((_filled(dice, sentence), region, (), sort))
        for rule in DRAWN:
            number = identity(dice, rule)
            if rule in ONLY_WRITTEN and number.isalnum():
                number = GROUPED[rule](number)
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


def written_cases(file: Path = CASES) -> Iterator[Case]:
    """The sentences of `personal_cases.tsv`: region, tab, text with `«kind:part»` around what is personal."""
    for line in file.read_text(encoding="utf-8").splitlines():
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
    parser.add_argument("--file", type=Path, help="judge the sentences of this file, and no made ones")
    given = parser.parse_args()
    made = () if given.file else cases(random.Random(given.seed), given.rounds)  # noqa: S311
    hits, all_of, alarms, negatives = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    times: list[float] = []
    for case in (*written_cases(given.file or CASES), *made):
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
