"""The parts of a customer's name, by market and script: titles, given names, family name.

A gender is known only from a title that the customer uses; it is never guessed from a first name.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

import msgspec

from agent_tui.packs.culture import MarketPack, NameOrder
from agent_tui.packs.naming import Gender, NameLists, Title, company_word, folded

_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff々〆]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_THAI = re.compile("[\u0e01-\u0e4e]")
_PATRONYMIC = re.compile(
    "(?:ович|евич|ьич|[ие]ич|овна|евна|ична|инична)$|(?:ovich|evich|ievich|ovna|evna|ichna)$"
)
_RUSSIAN_FAMILY = re.compile(
    "(?:ов|ова|ев|ева|ёв|ёва|ин|ина|ын|ына|ский|ская|цкий|цкая|ской|енко|чук|юк|ян|швили|дзе|ых|их)$"
)
_ABDUL = frozenset({"abdul", "abd", "abdel", "abu", "عبد", "أبو", "ابو"})
_AL = re.compile(r"(?:al|el|ال)-?", re.IGNORECASE)
_MAIL = re.compile(r"\S+@\S+\.\S+")
_SPLIT = re.compile(r"[\s\u3000]+")
_MIDDOT = re.compile("[・･·•]")
_BRACKETS = re.compile(r"[(（\[【<《].*?[)）\]】>》]")


_WITH_SHORT_FAMILY = 3  # signs of a whole Japanese name whose family name has one


class NameKind(StrEnum):
    """Whose name it is."""

    PERSON = "person"
    COMPANY = "company"
    NOBODY = "nobody"  # no name, or an address in its place


class PersonName(msgspec.Struct, frozen=True, kw_only=True):
    """A name and its parts. `certain` is False where family and given name could be the other way round."""

    kind: NameKind
    full: str  # in the customer's own order, titles left out
    given: str = ""
    family: str = ""
    patronymic: str = ""
    titles: tuple[str, ...] = ()  # as they are shown: Dr.
    gender: Gender = ""
    certain: bool = True
    suffix: str = ""  # Jr., Filho


_LONGEST = 200  # characters of a name: whatever is longer is none


def parse(name: str, pack: MarketPack | None, lists: NameLists, language: str = "") -> PersonName:
    """The parts of a name as the people of a market write it; `language` (BCP 47) is the customer's."""
    text = _tidy(name[:_LONGEST])
    if not text or _MAIL.fullmatch(text) or not any(char.isalpha() for char in text):
        return PersonName(kind=NameKind.NOBODY, full="")
    if _is_company(text, lists):
        return PersonName(kind=NameKind.COMPANY, full=text)
    spoken = {language.partition("-")[0], language}
    if pack is not None:
        spoken |= {part for each in pack.languages for part in (each, each.partition("-")[0])}
    text = _BRACKETS.sub(" ", text).strip() or text
    bare, titles = _without_titles(text, lists, spoken)
    gender: Gender = next((title.gender for title in titles if title.gender), "")
    kept = tuple(dict.fromkeys(title.kept for title in titles if title.kept))
    if not bare:
        return PersonName(kind=NameKind.NOBODY, full="", titles=kept, gender=gender)
    found = _person(bare, pack, lists, titled=bool(titles), language=language)
    return msgspec.structs.replace(found, titles=kept, gender=gender)


def _tidy(name: str) -> str:
    kept = "".join(
        char for char in unicodedata.normalize("NFC", name) if char.isprintable() or char.isspace()
    )
    wide = "".join(unicodedata.normalize("NFKC", char) if "！" <= char <= "～" else char for char in kept)
    return _SPLIT.sub(" ", wide).strip(" \"'“”„,;")


def _is_company(text: str, lists: NameLists) -> bool:
    words = text.replace(",", " ").split()
    known = lists.lists["company"]
    if len(words) > 1 and any(company_word(word) in known for word in words):
        return True
    plain = f" {folded(text)} "
    if any(f" {each} " in plain for each in known if " " in each):
        return True
    return any(each in text or each in plain for each in lists.lists["company_cjk"])


def _without_titles(text: str, lists: NameLists, spoken: set[str]) -> tuple[str, tuple[Title, ...]]:
    """The name without the titles around it."""
    found: list[Title] = []
    words = text.split()

    def title(word: str, *, after: bool) -> Title | None:
        for each in lists.titles.get(folded(word), ()):
            if each.after is after and (not each.languages or spoken & set(each.languages) or spoken == {""}):
                return each
        return None

    changed = True
    while changed and words:
        changed = False
        for length in (2, 1):
            if (
                len(words) > length - 1
                and (first := title(" ".join(words[:length]), after=False)) is not None
            ):
                found.append(first)
                del words[:length]
                changed = True
                break
        if len(words) > 1 and (last := title(words[-1].lstrip(","), after=True)) is not None:
            found.append(last)
            words.pop()
            words[-1] = words[-1].rstrip(",")
            changed = True
    rest = " ".join(words)
    if _THAI.match(rest):  # คุณสมชาย: the title stands without a space
        for word in sorted(lists.titles, key=len, reverse=True):
            if _THAI.match(word) and rest.startswith(word) and len(rest) > len(word):
                return rest.removeprefix(word).strip(), (*found, lists.titles[word][0])
    for folded_word, titles in lists.titles.items():
        for each in titles:
            if not each.after or (each.languages and not spoken & set(each.languages)):
                continue
            if not folded_word.isascii() and len(rest) > len(folded_word) and rest.endswith(folded_word):
                return rest.removesuffix(folded_word).strip(), (*found, each)
            if folded_word.startswith("-") and rest.casefold().endswith(folded_word):
                return rest[: -len(folded_word)].strip(), (*found, each)
    return rest, tuple(found)


def _person(
    text: str, pack: MarketPack | None, lists: NameLists, *, titled: bool, language: str
) -> PersonName:
    if "," in text:
        parts = [part for each in text.split(",") if (part := each.strip())]
        parts = [
            part for part in parts if folded(part) not in lists.lists["suffixes"]
        ] or parts  # Smith, Jr., Robert
        if len(parts) > 1:
            family, given = parts[0], " ".join(parts[1:])
            return _named(_ordered(given, family, pack), given.split(), family)
        text = parts[0]
    if _MIDDOT.search(text):  # a foreign name in kana or Chinese: its own order
        parts = [part.strip() for part in _MIDDOT.split(text) if part.strip()]
        if len(parts) > 1:
            return PersonName(
                kind=NameKind.PERSON, full=text, given=parts[0], family=parts[-1], certain=False
            )
    words = text.split()
    if _HANGUL.search(text):
        return _korean(words, text, lists)
    if _HAN.search(text) or _KANA.search(text):
        return _east_asian(words, text, pack, lists, language)
    if len(words) == 1:
        return _single(words[0], titled=titled, pack=pack)
    if titled and folded(words[0]) in lists.lists["particles"] and (pack is None or pack.called == "family"):
        return _named(text, [], text)  # Frau von der Heide
    return _spelled(words, text, pack, lists)


def _single(word: str, *, titled: bool, pack: MarketPack | None) -> PersonName:
    """One name: a family name after a title where titles go with it, else nobody knows which."""
    if titled and (pack is None or pack.called == "family"):
        return PersonName(kind=NameKind.PERSON, full=word, family=word)
    if titled:
        return PersonName(kind=NameKind.PERSON, full=word, given=word)
    return PersonName(kind=NameKind.PERSON, full=word, certain=False)


def _korean(words: list[str], text: str, lists: NameLists) -> PersonName:
    families, double = lists.lists["family_ko"], lists.lists["family_ko_double"]
    if len(words) == 1:
        word = words[0]
        length = 2 if word[:2] in double and len(word) > 2 else 1
        if len(word) == 1 or word[:length] not in families | double:
            return PersonName(kind=NameKind.PERSON, full=word, given=word, certain=False)
        return _named(word, [word[length:]], word[:length])
    if words[-1] in families | double and words[0] not in families | double:
        return _named(words[-1] + "".join(words[:-1]), words[:-1], words[-1], joined=True)
    return _named("".join(words), words[1:], words[0], joined=True)


def _east_asian(
    words: list[str], text: str, pack: MarketPack | None, lists: NameLists, language: str
) -> PersonName:
    """Family name first. Without a space, Japanese names are cut by the list, Chinese after the first sign."""
    if len(words) > 1:
        return _named(text.replace(" ", ""), words[1:], words[0], joined=True)
    word = words[0]
    japanese = bool(_KANA.search(word)) or language == "ja" or (pack is not None and "ja" in pack.languages)
    if len(word) == 1:
        return PersonName(kind=NameKind.PERSON, full=word, family=word, certain=False)
    if not japanese:
        length = 2 if word[:2] in lists.lists["family_zh_double"] and len(word) > 2 else 1
        return _named(word, [word[length:]], word[:length])
    families = lists.lists["family_ja"]
    for length in (3, 2, 1):
        if word[:length] in families:
            if length == 1 and len(word) > _WITH_SHORT_FAMILY:
                break  # 東海林さだお is no 東
            if len(word) == length:
                return PersonName(kind=NameKind.PERSON, full=word, family=word)
            return _named(word, [word[length:]], word[:length])
    return PersonName(kind=NameKind.PERSON, full=word, family=word, certain=False)


def _spelled(words: list[str], text: str, pack: MarketPack | None, lists: NameLists) -> PersonName:
    """A name of several words in an alphabet."""
    order = pack.order if pack is not None else NameOrder.GIVEN_FAMILY
    if found := _by_father(words, text, order, lists):
        return found
    if found := _by_capitals(words, pack, lists):
        return found
    if found := _by_patronymic(words, text):
        return found
    if found := _by_family_list(words, text, pack, lists):
        return found
    if order is NameOrder.GIVEN_PATRONYMIC_FAMILY and len(words) == 2:
        first, second = (_RUSSIAN_FAMILY.search(word.lower()) for word in words)
        if first and not second:  # Иванов Сергей
            return _named(f"{words[1]} {words[0]}", words[1:], words[0])
    if order is NameOrder.FAMILY_GIVEN:
        return _named(text, words[1:], words[0], certain=False)
    if order is NameOrder.GIVEN_FATHER_FAMILY:
        length = 2 if folded(words[0]) in _ABDUL and len(words) > 1 else 1
        family = " ".join(words[-2:]) if len(words) > 2 and _AL.fullmatch(words[-2]) else words[-1]
        return _named(text, words[:length], family if len(words) > length else "")
    return _western(words, text, pack, lists)


def _by_father(words: list[str], text: str, order: NameOrder, lists: NameLists) -> PersonName | None:
    """`Ahmad bin Ismail`: what stands before the link is the given name; a family name may follow in Arabia."""
    for index, word in enumerate(words[1:-1], 1):
        if folded(word) in lists.lists["father_links"]:
            family = words[-1] if order is NameOrder.GIVEN_FATHER_FAMILY and len(words) > index + 2 else ""
            return _named(text, words[:index], family)
    return None


def _by_capitals(words: list[str], pack: MarketPack | None, lists: NameLists) -> PersonName | None:
    """`MÜLLER Hans`, `Jean-Pierre DE LA TOUR`: the family name in capitals."""
    high = [_is_capital(word) for word in words]
    if all(high) or not any(high):
        return None
    first, last = high.index(True), len(high) - 1 - high[::-1].index(True)
    if not all(high[first : last + 1]) or (first > 0 and last < len(words) - 1):
        return None
    while first > 0 and folded(words[first - 1]) in lists.lists["particles"] and first > 1:
        first -= 1
    family = " ".join(
        word.lower() if folded(word) in lists.lists["particles"] else _capitalised(word)
        for word in words[first : last + 1]
    )
    given = words[:first] + words[last + 1 :]
    return _named(_ordered(" ".join(given), family, pack), given, family)


def _ordered(given: str, family: str, pack: MarketPack | None) -> str:
    """Both names as people of the market write them, when the form turned them round."""
    first = pack is not None and pack.order is NameOrder.FAMILY_GIVEN
    return f"{family} {given}" if first else f"{given} {family}"


def _is_capital(word: str) -> bool:
    letters = [char for char in word if char.isalpha()]
    return len(letters) > 1 and all(char.isupper() for char in letters) and not word.endswith(".")


def _capitalised(word: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda match: match[0][0] + match[0][1:].lower(), word)


def _by_patronymic(words: list[str], text: str) -> PersonName | None:
    for index, word in enumerate(words):
        if len(word) > 4 and _PATRONYMIC.search(word.lower()) and index > 0:
            others = words[:index] + words[index + 1 :]
            if index == 1:  # Анна Петровна (Иванова)
                return _named(text, words[:1], " ".join(words[2:]), patronymic=word)
            return _named(text, others[1:], others[0], patronymic=word)  # Иванова Анна Петровна
    return None


def _by_family_list(
    words: list[str], text: str, pack: MarketPack | None, lists: NameLists
) -> PersonName | None:
    """East and South-East Asian names in Latin letters: the family name is one of few, wherever it stands."""
    if pack is None or not pack.family_lists:
        return None
    families = frozenset[str]().union(*(lists.lists[each] for each in pack.family_lists))
    plain = [folded(word.strip("-")) for word in words]
    first, last = plain[0] in families, plain[-1] in families
    if pack.order is NameOrder.FAMILY_MIDDLE_GIVEN:
        if first or not last:
            return _named(text, words[-1:], words[0])
        return _named(text, words[:-1], words[-1])
    if first and not last:
        return _named(text, words[1:], words[0])
    if last and not first:
        return _named(text, words[:-1], words[-1])
    if pack.order is NameOrder.MIXED:
        for index, each in enumerate(plain[1:-1], 1):  # David Tan Wei Ming
            if each in families and not first:
                return _named(text, words[:index], words[index])
        if not first:  # Malay, Indian or from elsewhere: perhaps there is no family name
            return _named(text, words[:1], words[-1], certain=False)
    return _named(text, words[1:], words[0], certain=first)


def _western(words: list[str], text: str, pack: MarketPack | None, lists: NameLists) -> PersonName:
    order = pack.order if pack is not None else NameOrder.GIVEN_FAMILY
    suffix = ""
    if len(words) > 2 and folded(words[-1]) in lists.lists["suffixes"]:
        suffix = words[-1]
        words = words[:-1]
    start, end = _family_span(words, order, lists)
    given, family = words[:start], words[start:end]
    if given and all(len(word.strip(".")) <= 1 for word in given):  # initials alone call nobody
        if pack is not None and pack.initials_of_father:
            return _named(text, family, "", suffix=suffix)
        return _named(text, [], " ".join(family), suffix=suffix, certain=False)
    return _named(text, given, " ".join(family), suffix=suffix)


def _family_span(words: list[str], order: NameOrder, lists: NameLists) -> tuple[int, int]:
    """Where the family name begins and ends, prefixes (van der, de la) included; the first of two Spanish ones."""
    particles = lists.lists["particles"]
    start = len(words) - 1
    if order is NameOrder.GIVEN_FAMILY_FAMILY and len(words) > 2:
        groups = _grouped(words, particles)
        second_given = len(groups) > 1 and folded(words[groups[1]]) in lists.lists["second_given_es"]
        if len(groups) >= 4 or (len(groups) == 3 and not second_given):
            return groups[-2], groups[-1]
        return groups[-1], len(words)
    while start > 1 and folded(words[start - 1]) in particles:
        start -= 1
    return start, len(words)


def _grouped(words: list[str], particles: frozenset[str]) -> list[int]:
    """Where each name begins; a prefix belongs to the name after it."""
    starts: list[int] = []
    previous = False
    for index, word in enumerate(words):
        if not previous:
            starts.append(index)
        previous = folded(word) in particles and index > 0
    return starts


def _named(
    full: str,
    given: list[str],
    family: str,
    *,
    patronymic: str = "",
    certain: bool = True,
    suffix: str = "",
    joined: bool = False,
) -> PersonName:
    return PersonName(
        kind=NameKind.PERSON,
        full=full,
        given=("" if joined else " ").join(given),
        family=family,
        patronymic=patronymic,
        certain=certain,
        suffix=suffix,
    )
