"""The words of `personal/words.toml`: those that tell what stands beside them, and the small ones between."""

from __future__ import annotations

import re
from pathlib import Path

from agent_tui.domain.personal_data import Role, Telling
from agent_tui.packs.loader import read_entries
from agent_tui.packs.personal_fields import Strict, any_of, single_terms_of, terms_of
from agent_tui.packs.word_tries import is_spaced

_QUOTES = "\"'“„”«「『`"


class _Words(Strict):
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
    tells: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    behind_card: tuple[str, ...] = ()


def read_words(file: Path) -> tuple[dict[str, set[str]], Telling]:
    """What each folded word tells, and the small words. Raises PackError."""
    found: dict[str, set[str]] = {}
    languages: dict[str, set[str]] = {}
    regions: dict[str, tuple[str, ...]] = {}
    small: dict[str, set[str]] = {field: set() for field in _SMALL}
    for language, (entry, place) in read_entries(file, _Words).items():
        regions[language] = entry.regions
        for field in _SMALL:
            read = single_terms_of if field in _SINGLE else terms_of
            small[field].update(read(place, field, getattr(entry, field)))
        for role in Role:
            for term in terms_of(place, role, getattr(entry, role)):
                found.setdefault(term, set()).add(role)
                languages.setdefault(term, set()).add(language)
    for term, spoken in languages.items():
        if len(spoken) == 1:  # a word that only one language has tells where its writer is
            found[term].update(f"in:{region}" for region in regions[next(iter(spoken))])
    return found, _telling(small)


_SINGLE = ("links", "apart")  # compared with one word of a text
_SMALL = ("tells", "said", "named", "behind_card", *_SINGLE)


def _telling(small: dict[str, set[str]]) -> Telling:
    glued = any_of(word for word in small["tells"] if not is_spaced(word))
    tells = any_of(word for word in small["tells"] if is_spaced(word))
    said = any_of(small["said"] | small["tells"])
    return Telling(
        password=re.compile(
            rf"[ \t]*(?:(?:[^\W\d_]{{1,6}}[ ]?)?[:=][ ]?|(?:(?:{tells})(?![^\W\d_])|{glued})[ ]?|[ ])"
            rf"[{_QUOTES}]?(?P<token>[!-~]{{4,64}})"
        ),
        said=re.compile(rf"(?:[:=(\"'«“”„「]|(?<![^\W\d_]){said}|{glued})[ :]{{0,2}}[\"'«“”„「(#]?$"),
        named=re.compile(rf"(?:[:=]|{glued}|(?<!\w){any_of(small['named'])})[ ]?[\"'“「(]?$"),
        plate=re.compile(rf"(?:[:=#\-]|{glued})?[\s\"'“(「]{{0,2}}"),
        check_digits=re.compile(
            rf"[\s,;/|(]{{0,3}}{any_of(small['behind_card'])}(?: ?:)? ?(\d{{3,4}})(?![\w%€$£]|[.,]\d)"
        ),
        links=frozenset(small["links"]),
        apart=frozenset(small["apart"]),
    )
