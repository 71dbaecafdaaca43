"""How a customer is addressed, greeted and taken leave of: in their own order, with the honorific of the language.

A wish ("call me Ana") wins (POLICY E6). Where an honorific needs the gender and nobody knows it, the neutral
form of the language stands: "Guten Tag Anna Müller".
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from agent_tui.domain.ticket import Customer
from agent_tui.guidance.names import NameKind, PersonName, parse
from agent_tui.guidance.wishes import WishKind
from agent_tui.guidance.wishes import read as read_wishes
from agent_tui.packs.culture import CultureBook, MarketPack, NameOrder
from agent_tui.packs.forms import Forms

Register = Literal["formal", "informal"]

_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^{}]*))?\}")
_LATIN_END = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff'’.]$")
_COMPOUND = frozenset({"abdul", "abd", "abdel", "abu", "عبد", "أبو", "ابو", "van", "de"})
_DEFAULT = "en"


class FormOfAddress(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a message to a customer. `address` is empty when no name is known."""

    address: str  # Frau Dr. Müller
    greeting: str  # Sehr geehrte Frau Dr. Müller,
    closing: str  # Mit freundlichen Grüßen
    language: str  # of the forms, BCP 47
    register: Register
    name: PersonName
    neutral: bool = False  # the gender would be needed and is not known
    wished: bool = False  # the customer asked for it
    certain: bool = True


def form_of_address(
    customer: Customer,
    pack: MarketPack | None,
    language: str = "",
    register: Register | None = None,
    *,
    book: CultureBook,
) -> FormOfAddress:
    """The form of address for a customer in a language (BCP 47; empty: theirs, else the market's main one).

    Without `register` it is the market's usual one, and formal for customers who write a title with their name.
    """
    tag, forms = _forms(language or customer.language or "", pack, book)
    name = parse(customer.name, pack, book.names, customer.language or language)
    titled = bool(name.titles or name.gender)
    tone: Register = register or (pack.register if pack is not None and not titled else "formal")
    wished = next(
        (wish.value for wish in read_wishes(customer.wishes, book.wishes) if wish.kind is WishKind.NAME), ""
    )
    neutral, certain = False, True
    if wished:
        named = parse(wished, pack, book.names, language)
        gender = named.gender
        address = wished
        if forms.honorific and not named.titles and not gender:
            address = _filled(forms.address.single, forms, {"name": wished})
        greeting = getattr(forms.greeting, gender) if gender else forms.greeting.informal
    elif name.kind is NameKind.NOBODY:
        address, greeting = "", forms.greeting.nobody
    elif name.kind is NameKind.COMPANY:
        address, greeting = name.full, forms.greeting.company
    else:
        address = _address(name, forms, tone, pack)
        certain = name.certain
        if tone == "informal" and not name.titles:
            greeting = forms.greeting.informal
        elif name.gender:
            greeting = getattr(forms.greeting, name.gender)
        else:
            greeting = forms.greeting.neutral
            neutral = forms.address.female != forms.address.male
    return FormOfAddress(
        address=address,
        greeting=greeting.replace("{customer.name:address}", address),
        closing=forms.closing.informal if tone == "informal" else forms.closing.formal,
        language=tag,
        register=tone,
        name=name,
        neutral=neutral,
        wished=bool(wished),
        certain=certain,
    )


def _forms(language: str, pack: MarketPack | None, book: CultureBook) -> tuple[str, Forms]:
    """The forms of a language, as the market has them; the market's own language, or English, where it has none."""
    known = pack.forms if pack is not None else book.forms
    wanted = [language, *(pack.languages if pack is not None and not language else ()), _DEFAULT]
    for each in wanted:
        for tag in (each, _script(each), each.partition("-")[0]):
            if tag in known:
                return tag, known[tag]
        family = next(
            (tag for tag in known if each and tag.partition("-")[0] == each.partition("-")[0]), None
        )
        if family is not None:
            return family, known[family]
    first = next(iter(known))
    return first, known[first]


def _script(tag: str) -> str:
    """`zh-TW` is written in `zh-Hant`."""
    base, _, rest = tag.partition("-")
    if base != "zh":
        return tag
    return "zh-Hant" if rest.upper() in ("TW", "HK", "MO") or rest.startswith("Hant") else "zh-Hans"


def _address(name: PersonName, forms: Forms, register: Register, pack: MarketPack | None) -> str:
    address = forms.address
    called = _called(name, pack)
    one = not name.given or not name.family
    values = {
        "titles": " ".join(name.titles),
        "given": called or name.family,
        "family": name.family or called,
        "patronymic": name.patronymic,
        "full": name.full,
        "name": name.full,
    }
    if not name.certain:
        known = (
            name.family if name.family and not name.given else name.full
        )  # P. de Vries: only the given is not
        values |= {"family": known, "given": name.full if one else values["given"]}
    if register == "informal" and not name.titles:
        return _filled(address.informal, forms, values)
    if name.patronymic and address.patronymic:
        return _filled(address.patronymic, forms, values)
    if name.gender:
        return _filled(getattr(address, name.gender), forms, values)
    if one and not name.certain:
        return _filled(address.single, forms, values)
    return _filled(address.neutral, forms, values)


def _called(name: PersonName, pack: MarketPack | None) -> str:
    """The given name that is used: the first, or both where a double name is usual."""
    words = name.given.split()
    if len(words) < 2 or name.patronymic:
        return name.given
    if pack is not None and pack.order in (
        NameOrder.GIVEN_FAMILY_FAMILY,
        NameOrder.FAMILY_GIVEN,
        NameOrder.MIXED,
    ):
        return name.given
    return " ".join(words[:2]) if words[0].lower() in _COMPOUND else words[0]


def _filled(template: str, forms: Forms, values: dict[str, str]) -> str:
    """The template with its placeholders filled; what is empty leaves no gap."""

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1]) or match[2] or ""
        if match[1] == "family" and forms.capital_prefix and match.start() > 0:
            return found[:1].upper() + found[1:]
        if forms.joined and _LATIN_END.search(found) and match.end() < len(template):
            return f"{found} "
        return found

    return " ".join(_PLACEHOLDER.sub(value, template).split())
