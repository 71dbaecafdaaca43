"""The rules by which personal data is found, put together from the pack files in `personal/`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from agent_tui.domain.personal_data import (
    AddressRule,
    Bare,
    CardRule,
    IdRule,
    Kind,
    PersonalRules,
    PhoneRule,
    SpeltMails,
)
from agent_tui.packs.amounts import read_amounts
from agent_tui.packs.loader import BUILT_IN, PackError, Problem, pick, read_entries
from agent_tui.packs.payments import read_payments
from agent_tui.packs.personal_fields import (
    Strict,
    any_of,
    check_region,
    either_of,
    form_of,
    groups_of,
    pattern_of,
    terms_of,
)
from agent_tui.packs.personal_words import read_words
from agent_tui.packs.plates import read_plates
from agent_tui.packs.word_tries import words_of

T = TypeVar("T")

OWN_CHECKS = frozenset(
    ("hkid", "tw", "jp_company", "rrn", "nric", "nik", "clabe", "nir", "pl_card", "hetu", "snils", "iin", "luhn",
     "medicare", "uy_ci")
)  # fmt: skip
"""The checks that `guidance.personal_checks` has; packs write them `own.luhn`."""
_LENGTHS = frozenset(range(3, 35))


class _Id(Strict):
    kind: str
    region: str
    form: str
    lengths: frozenset[int]
    bare: str
    groups: tuple[str, ...] = ()
    check: str = ""
    words: tuple[str, ...] = ()


class _Card(Strict):
    begin: str
    lengths: frozenset[int]
    groups: tuple[str, ...] = ()
    bare: bool = True


class _Phone(Strict):
    always: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    letters: str = ""


class _Mails(Strict):
    sign: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    dot: tuple[str, ...] = ()


class _Address(Strict):
    forms: tuple[str, ...]
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    letters: str = ""


@cache
def shipped_rules() -> PersonalRules:
    """The shipped rules alone, read on first use: about 150 ms."""
    return load_personal_rules(None, [])


def load_personal_rules(user: Path | None, problems: list[Problem]) -> PersonalRules:
    """The rules of the shipped packs and those in the user's folder; what had to be left out goes into `problems`.

    Raises PackError when a shipped file itself is bad.
    """

    def read(name: str, reader: Callable[[Path], T]) -> T:
        return pick("personal", name, user, reader, problems)

    labels, telling = read("words.toml", read_words)
    ids, named = read("ids.toml", _ids)
    for term, roles in named.items():
        labels.setdefault(term, set()).update(roles)
    addresses, streets, codes, (places, rooms, ends) = read("addresses.toml", _addresses)
    months, between, eras = read("dates.toml", _dates)
    by_length: dict[int, list[IdRule]] = {}
    for rule in ids.values():
        for length in rule.lengths:
            by_length.setdefault(length, []).append(rule)
    return PersonalRules(
        labels=words_of(labels),
        telling=telling,
        ids=ids,
        ids_by_length={length: tuple(rules) for length, rules in by_length.items()},
        cards=read("cards.toml", _cards),
        phones=read("phones.toml", _phones),
        streets=words_of(streets),
        addresses=addresses,
        codes=codes,
        places=places,
        rooms=rooms,
        ends=ends,
        months=months,
        between=between,
        eras=eras,
        mails=read("mails.toml", _mails),
        plates=read("plates.toml", read_plates),
        payments=read("handles.toml", read_payments),
        amounts=read("amounts.toml", read_amounts),
    )


@cache
def spelt_mails() -> SpeltMails:
    """How mail addresses are written out, by the shipped pack alone; read on first use: about 2 ms."""
    return _mails(BUILT_IN / "personal" / "mails.toml")


def _ids(file: Path) -> tuple[dict[str, IdRule], dict[str, set[str]]]:
    rules: dict[str, IdRule] = {}
    words: dict[str, set[str]] = {}
    kinds = (Kind.NATIONAL_ID, Kind.TAX_ID, Kind.PASSPORT, Kind.BANK)
    for key, (entry, place) in read_entries(file, _Id).items():
        check_region(place, entry.region)
        for field, word, known in (("kind", entry.kind, [*kinds]), ("bare", entry.bare, [*Bare])):
            if word not in known:
                raise place.error(field, f"there is no {word!r}; there are: {', '.join(sorted(known))}")
        if entry.check and not _is_check(entry.check):
            raise place.error("check", f"there is no check {entry.check!r} in python-stdnum, nor one of ours")
        form = form_of(place, "form", entry.form)
        if not entry.lengths or not entry.lengths <= _LENGTHS:
            raise place.error("lengths", "a number has 3 to 34 characters")
        rules[key] = IdRule(
            id=key,
            kind=Kind(entry.kind),
            region=entry.region,
            form=form,
            lengths=entry.lengths,
            bare=Bare(entry.bare),
            groups=groups_of(place, entry.groups),
            check=entry.check,
        )
        for term in terms_of(place, "words", entry.words):
            words.setdefault(term, set()).add(f"id:{key}")
    return rules, words


def _is_check(name: str) -> bool:
    if name.startswith("own."):
        return name.removeprefix("own.") in OWN_CHECKS
    spec = find_spec("stdnum")
    places = spec.submodule_search_locations if spec is not None else None
    return bool(places) and re.fullmatch(r"[a-z_]+(\.[a-z_\d]+)?", name) is not None and any(
        Path(place, *name.split(".")).with_suffix(".py").is_file() for place in places or ()
    )  # fmt: skip


def _cards(file: Path) -> tuple[CardRule, ...]:
    rules: list[CardRule] = []
    for entry, place in read_entries(file, _Card).values():
        if not entry.lengths or not entry.lengths <= set(range(12, 20)):
            raise place.error("lengths", "a card number has 12 to 19 digits")
        begin = pattern_of(place, "begin", entry.begin)
        rules.append(CardRule(begin, entry.lengths, groups_of(place, entry.groups), entry.bare))
    return tuple(rules)


def _phones(file: Path) -> tuple[PhoneRule, ...]:
    rules: list[PhoneRule] = []
    for region, (entry, place) in read_entries(file, _Phone).items():
        check_region(place, region)
        rules.append(
            PhoneRule(
                region,
                either_of(place, "always", entry.always),
                either_of(place, "here", entry.here),
                pattern_of(place, "letters", entry.letters) if entry.letters else None,
            )
        )
    return tuple(rules)


_Parts = tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]


def _addresses(file: Path) -> tuple[dict[str, AddressRule], dict[str, set[str]], re.Pattern[str], _Parts]:
    rules: dict[str, AddressRule] = {}
    codes: list[str] = []
    words: dict[str, set[str]] = {}
    places: list[str] = []
    rooms: list[str] = []
    ends: list[str] = []
    for language, (entry, place) in read_entries(file, _Address).items():
        rules[language] = AddressRule(
            language=language,
            anywhere=not entry.words,
            forms=tuple(form_of(place, "forms", form) for form in entry.forms),
            more=either_of(place, "more", entry.more, re.IGNORECASE),
            letters=pattern_of(place, "letters", entry.letters) if entry.letters else None,
        )
        for term in terms_of(place, "words", entry.words):
            words.setdefault(term, set()).add(language)
        codes += [pattern_of(place, "codes", code).pattern for code in entry.codes]
        places += terms_of(place, "places", entry.places)
        rooms += terms_of(place, "rooms", entry.rooms)
        ends += terms_of(place, "ends", entry.ends)
    parts = (_whole_words(places), _whole_words(rooms), frozenset(ends))
    return rules, words, re.compile("|".join(codes) or r"(?!)"), parts


def _whole_words(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_]){any_of(words)}(?![^\W\d_])")


def _dates(file: Path) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    tables = read_entries(file, dict[str, tuple[str, ...]])
    if missing := {"months", "parts"} - tables.keys():
        raise PackError(file, 0, f"the table [{min(missing)}] is missing")
    months, place = tables["months"]
    parts, also = tables["parts"]
    for field in ("between", "eras"):
        if field not in parts:
            raise also.error(field, f"{field} is missing")
    return (
        frozenset(name for language in months for name in terms_of(place, language, months[language])),
        frozenset(terms_of(also, "between", parts["between"])),
        frozenset(terms_of(also, "eras", parts["eras"])),
    )


def _mails(file: Path) -> SpeltMails:
    sign: list[str] = []
    at: list[str] = []
    dot: list[str] = []
    for entry, place in read_entries(file, _Mails).values():
        for field, known in (("sign", sign), ("at", at), ("dot", dot)):
            known.extend(terms_of(place, field, getattr(entry, field)))
    signs, ats, dots = (
        "|".join(sorted(map(re.escape, set(words)), key=len, reverse=True)) for words in (sign, at, dot)
    )
    glued = (
        "|".join(sorted({re.escape(word) for word in sign if word[0] >= "\u0e00"}, key=len, reverse=True))
        or "(?!)"
    )
    begin, end = r"(?<![A-Za-z])", r"(?![A-Za-z])"
    spelt = (
        rf"(?: ?[(\[{{<] ?(?:{dots}|\.) ?[)\]}}>] ?| {{1,2}}(?:{dots}){end} {{0,2}}"
        rf"| ?(?:(?=[^\x00-\x7f])(?:{dots})) ?)"
    )
    label, top = r"[A-Za-z0-9][A-Za-z0-9\-]{1,62}", r"[A-Za-z0-9\-]{2,24}(?![A-Za-z])"
    return SpeltMails(
        sign=re.compile(
            rf" @ |(?<=\w)@ |@(?=[A-Za-z0-9-]{{2,40}} \.[a-z])|"
            rf" ?[(\[{{<]? ?(?:{begin}(?:{signs}){end}|(?:{glued})) ?[)\]}}>]? ?"
        ),
        at=re.compile(rf" ?[(\[{{<#*_] ?(?:{ats}|@) ?[)\]}}>#*_] ?| (?:{ats}) "),
        before=re.compile(
            rf"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-]{{0,63}}(?:{spelt}[A-Za-z0-9_\-]{{1,40}}){{0,2}}$",
            re.IGNORECASE,
        ),
        host=re.compile(
            rf"{label}(?:(?:\.| \.(?=[a-z]{{2,4}}(?![a-z]))|{spelt}){top}){{1,5}}", re.IGNORECASE
        ),
        spelt=re.compile(rf"{label}(?:{spelt}{top}){{1,5}}", re.IGNORECASE),
    )
