"""Which tickets tell of one problem (POLICY C9): proposals with their reasons, for the agent to confirm.

A repeat is the same customer with the same type or product again. A group is several customers with one cause: the same
product, or the same serial, order or batch number in their words, whatever language they write in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from agent_tui.domain.casework_rules import Casework
from agent_tui.domain.ticket import Relation, Ticket


class Sign(StrEnum):
    """What two tickets have in common."""

    TYPE = "type"
    PRODUCT = "product"
    CODE = "code"


class Likeness(msgspec.Struct, frozen=True):
    """Another ticket that may be the same problem, and the signs of it: `(sign, what is shared)`."""

    ticket: int
    relation: Relation
    signs: tuple[tuple[Sign, str], ...]


_SETTLED = (Relation.REPEAT, Relation.GROUP, Relation.DUPLICATE)
"""Links with which somebody has said already how two tickets are alike."""


class Facts(msgspec.Struct, frozen=True):
    """What is compared of a ticket; `people` are the customer's addresses."""

    ticket: int
    at: datetime
    people: frozenset[str]
    type: str | None
    product: str
    codes: frozenset[str]


# A code holds letters and digits: a model, a batch, an article. Plain numbers are dates, amounts and telephones.
# Chinese, Japanese, Korean and Thai put no spaces around them: only letters that are written apart may not touch them.
_APART = r"A-Z0-9_\u00c0-\u06ff@"
_CODE = re.compile(
    rf"(?<![{_APART}./-])(?=[A-Z0-9-]*[0-9])(?=[A-Z0-9-]*[A-Z])[A-Z0-9]{{1,12}}(?:-[A-Z0-9]{{1,12}}){{0,4}}(?![{_APART}])"
)
_SHORTEST = 4
_MEASURE = re.compile(
    r"\d+(AM|PM|MM|CM|KM|ML|MG|KG|GB|TB|MB|KB|MAH|HZ|KHZ|MHZ|USD|EUR|GBP|RMB|CNY|JPY|ST|ND|RD|TH)"
)
"""A number with its unit is a time, a size or a price."""


def codes_of(*texts: str) -> frozenset[str]:
    """The models, batches and article numbers in a text, written alike: capitals and digits, full width or not."""
    found: set[str] = set()
    for text in texts:
        plain = unicodedata.normalize("NFKC", text)[:20_000].upper()
        found |= {
            code
            for code in _CODE.findall(plain)
            if len(code.replace("-", "")) >= _SHORTEST and not _MEASURE.fullmatch(code)
        }
    return frozenset(found)


def facts_of(ticket: Ticket, texts: Iterable[str] = ()) -> Facts:
    """What a ticket is compared by; `texts` are its customer's own messages."""
    customer = ticket.customer
    return Facts(
        ticket=ticket.id,
        at=ticket.created,
        people=frozenset(
            each.casefold() for each in (*customer.emails, *customer.phones, *customer.handles) if each
        ),
        type=ticket.type,
        product=_plain(ticket.product),
        codes=codes_of(ticket.subject, *texts),
    )


def alike(
    of: Facts, others: Iterable[Facts], linked: Mapping[int, Relation], rules: Casework
) -> list[Likeness]:
    """The tickets that may be the same problem and are not linked as such yet, repeats first, then a group.

    A group is only proposed when it has as many customers as policy asks for, those that are linked counted.
    """
    repeats: list[Likeness] = []
    group: list[Likeness] = []
    crowd = [of.people]
    for other in others:
        if other.ticket == of.ticket:
            continue
        known = linked.get(other.ticket)
        same = bool(of.people & other.people)
        relation = Relation.REPEAT if same else Relation.GROUP
        within = rules.repeat.within if same else rules.group.within
        signs = _signs(of, other, same_customer=same) if abs(other.at - of.at) <= within else ()
        if known is Relation.GROUP or (signs and not same):
            crowd.append(other.people)
        if signs and known not in _SETTLED:
            (repeats if same else group).append(Likeness(other.ticket, relation, signs))
    return [*repeats, *(group if _customers(crowd) >= rules.group.least else [])]


def _customers(crowd: Iterable[frozenset[str]]) -> int:
    """How many people these are: who shares an address is one, and so are all those of whom none is known."""
    apart: list[frozenset[str]] = []
    for people in crowd:
        mine = [each for each in apart if each & people or each == people]
        apart = [each for each in apart if each not in mine]
        apart.append(people.union(*mine))
    return len(apart)


def _signs(one: Facts, other: Facts, *, same_customer: bool) -> tuple[tuple[Sign, str], ...]:
    """The same type alone says little of two strangers, and much of one customer who comes again."""
    signs: list[tuple[Sign, str]] = []
    if one.product and one.product == other.product:
        signs.append((Sign.PRODUCT, one.product))
    signs += [(Sign.CODE, code) for code in sorted(one.codes & other.codes)[:3]]
    if one.type and one.type == other.type and (same_customer or signs):
        signs.append((Sign.TYPE, one.type))
    return tuple(signs)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
