"""The rules by which personal data is found, put together from the pack files in `personal/`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import msgspec

from agent_tui.domain.folding import fold
from agent_tui.domain.personal_data import (
    AddressRule,
    Bare,
    CardRule,
    Form,
    IdRule,
    Kind,
    PersonalRules,
    PhoneRule,
    Role,
    SpeltMails,
)
from agent_tui.packs.loader import BUILT_IN, PackError, Place, Problem, pick, read_entries
from agent_tui.packs.word_tries import words_of

T = TypeVar("T")

OWN_CHECKS = frozenset(
    ("hkid", "tw", "jp_company", "rrn", "nric", "nik", "clabe", "nir", "pl_card", "hetu", "snils", "iin", "luhn",
     "medicare", "uy_ci")
)  # fmt: skip
"""The checks that `guidance.personal_checks` has; packs write them `own.luhn`."""
_LENGTHS = frozenset(range(3, 35))
_FIELDS = {
    "{n}": r"(?<!\d)\d{1,5}(?: ?[A-Za-z](?![A-Za-z:]| \d))?(?:[-/]\d{1,4}[A-Za-z]?){0,3}(?!\d|\.?°)",
    "{w}": r"(?:[^\W_][\w.'’/-]{0,24})",
    "{u}": r"(?![^\W\d_])\.? ?(?:n[or°]{1,2}\.? ?)?[#:]{0,2} ?(?:\d{1,5}[A-Za-z]?|[A-Za-z]-?\d{0,4}|[IVX]{1,4})(?!\w)",
    "{C}": r"(?:[A-Z][A-Za-z.'’-]{0,24}|\d{1,3}(?:st|nd|rd|th))",
}


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Labels(_Strict):
    regions: tuple[str, ...] = ()
    card: tuple[str, ...] = ()
    bank: tuple[str, ...] = ()
    passport: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    tax: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    birth: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    password: tuple[str, ...] = ()
    ip: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    expiry: tuple[str, ...] = ()
    plate: tuple[str, ...] = ()
    vehicle: tuple[str, ...] = ()
    bank_name: tuple[str, ...] = ()
    handle: tuple[str, ...] = ()
    extension: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


class _Id(_Strict):
    kind: str
    region: str
    form: str
    lengths: frozenset[int]
    bare: str
    groups: tuple[str, ...] = ()
    check: str = ""
    words: tuple[str, ...] = ()


class _Card(_Strict):
    begin: str
    lengths: frozenset[int]
    groups: tuple[str, ...] = ()
    bare: bool = True


class _Phone(_Strict):
    always: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    letters: str = ""


class _Mails(_Strict):
    sign: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    dot: tuple[str, ...] = ()


class _Address(_Strict):
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

    labels, said = read("words.toml", _labels)
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
        said=said,
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
    )


@cache
def spelt_mails() -> SpeltMails:
    """How mail addresses are written out, by the shipped pack alone; read on first use: about 2 ms."""
    return _mails(BUILT_IN / "personal" / "mails.toml")


def _labels(file: Path) -> tuple[dict[str, set[str]], re.Pattern[str]]:
    said: list[str] = []
    found: dict[str, set[str]] = {}
    languages: dict[str, set[str]] = {}
    regions: dict[str, tuple[str, ...]] = {}
    for language, (entry, place) in read_entries(file, _Labels).items():
        regions[language] = entry.regions
        said += _terms(place, "said", entry.said)
        for role in Role:
            for term in _terms(place, role, getattr(entry, role)):
                found.setdefault(term, set()).add(role)
                languages.setdefault(term, set()).add(language)
    for term, spoken in languages.items():
        if len(spoken) == 1:  # a word that only one language has tells where its writer is
            found[term].update(f"in:{region}" for region in regions[next(iter(spoken))])
    longest_first = sorted(map(re.escape, set(said)), key=len, reverse=True)
    return found, re.compile(
        rf"(?<![^\W\d_])(?:{'|'.join(longest_first)})[ :]{{0,2}}[\"'«“„「(]?$" if said else r"(?!)"
    )


def _terms(place: Place, field: str, words: Iterable[str]) -> list[str]:
    terms = [fold(word).low for word in words]
    for term in terms:
        if not any(sign.isalnum() for sign in term):
            raise place.error(field, f"{term!r} is no word")
    return terms


def _pattern(place: Place, field: str, text: str, flags: int = 0) -> re.Pattern[str]:
    for name, meaning in _FIELDS.items():
        text = text.replace(name, meaning)
    try:
        found = re.compile(text, flags)
    except re.error as error:
        raise place.error(field, f"{field} is no regular expression: {error}") from error
    if found.match(""):
        raise place.error(field, f"{field} matches nothing at all, and so everywhere")
    return found


def _form(place: Place, field: str, text: str, flags: int = 0) -> Form:
    """The same for one that is compiled on first use; those of the user's own files are checked at once."""
    if not place.file.is_relative_to(BUILT_IN):
        _pattern(place, field, text, flags)
    for name, meaning in _FIELDS.items():
        text = text.replace(name, meaning)
    return Form(text, flags)


def _either(place: Place, field: str, texts: tuple[str, ...], flags: int = 0) -> Form | None:
    for text in texts:
        _form(place, field, text)
    # A number in an alternative (`\1`) counts the groups of its own alternative alone.
    joined = "|".join(f"(?:{text})" for text in sorted(texts, key=lambda text: "\\1" not in text))
    return _form(place, field, joined, flags) if texts else None


def _groups(place: Place, texts: tuple[str, ...]) -> frozenset[tuple[int, ...]]:
    for text in texts:
        if not re.fullmatch(r"\d{1,2}(?:-\d{1,2})*", text):
            raise place.error("groups", f"{text!r} is no row of lengths, such as 3-2-4")
    return frozenset(tuple(map(int, text.split("-"))) for text in texts)


def _region(place: Place, region: str) -> None:
    if not re.fullmatch("[A-Z]{2}|", region):
        raise place.error("region", f"{region!r} is no region; write two capital letters, such as JP")


def _ids(file: Path) -> tuple[dict[str, IdRule], dict[str, set[str]]]:
    rules: dict[str, IdRule] = {}
    words: dict[str, set[str]] = {}
    kinds = (Kind.NATIONAL_ID, Kind.TAX_ID, Kind.PASSPORT, Kind.BANK)
    for key, (entry, place) in read_entries(file, _Id).items():
        _region(place, entry.region)
        for field, word, known in (("kind", entry.kind, [*kinds]), ("bare", entry.bare, [*Bare])):
            if word not in known:
                raise place.error(field, f"there is no {word!r}; there are: {', '.join(sorted(known))}")
        if entry.check and not _is_check(entry.check):
            raise place.error("check", f"there is no check {entry.check!r} in python-stdnum, nor one of ours")
        form = _form(place, "form", entry.form)
        if not entry.lengths or not entry.lengths <= _LENGTHS:
            raise place.error("lengths", "a number has 3 to 34 characters")
        rules[key] = IdRule(
            id=key,
            kind=Kind(entry.kind),
            region=entry.region,
            form=form,
            lengths=entry.lengths,
            bare=Bare(entry.bare),
            groups=_groups(place, entry.groups),
            check=entry.check,
        )
        for term in _terms(place, "words", entry.words):
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
        begin = _pattern(place, "begin", entry.begin)
        rules.append(CardRule(begin, entry.lengths, _groups(place, entry.groups), entry.bare))
    return tuple(rules)


def _phones(file: Path) -> tuple[PhoneRule, ...]:
    rules: list[PhoneRule] = []
    for region, (entry, place) in read_entries(file, _Phone).items():
        _region(place, region)
        rules.append(
            PhoneRule(
                region,
                _either(place, "always", entry.always),
                _either(place, "here", entry.here),
                _pattern(place, "letters", entry.letters) if entry.letters else None,
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
            forms=tuple(_form(place, "forms", form) for form in entry.forms),
            more=_either(place, "more", entry.more, re.IGNORECASE),
            letters=_pattern(place, "letters", entry.letters) if entry.letters else None,
        )
        for term in _terms(place, "words", entry.words):
            words.setdefault(term, set()).add(language)
        codes += [_pattern(place, "codes", code).pattern for code in entry.codes]
        places += _terms(place, "places", entry.places)
        rooms += _terms(place, "rooms", entry.rooms)
        ends += _terms(place, "ends", entry.ends)
    parts = (_any_of(places), _any_of(rooms), frozenset(ends))
    return rules, words, re.compile("|".join(codes) or r"(?!)"), parts


def _any_of(words: list[str]) -> re.Pattern[str]:
    """What finds whole words, the longest first; those that begin alike stand together, so that few are tried."""
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words), key=len, reverse=True):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    alike = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items())
    return re.compile(rf"(?<![^\W\d_])(?:{alike})(?![^\W\d_])" if words else r"(?!)")


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
        frozenset(name for language in months for name in _terms(place, language, months[language])),
        frozenset(_terms(also, "between", parts["between"])),
        frozenset(_terms(also, "eras", parts["eras"])),
    )


def _mails(file: Path) -> SpeltMails:
    sign: list[str] = []
    at: list[str] = []
    dot: list[str] = []
    for entry, place in read_entries(file, _Mails).values():
        for field, known in (("sign", sign), ("at", at), ("dot", dot)):
            known.extend(_terms(place, field, getattr(entry, field)))
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
