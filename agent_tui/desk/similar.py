"""Finding the tickets that tell of one problem (POLICY C9), and confirming them in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from agent_tui.domain import actions as do
from agent_tui.domain.likeness import Facts, Likeness, alike, facts_of
from agent_tui.domain.ticket import MessageKind, Status, Ticket
from agent_tui.store.search import query

if TYPE_CHECKING:
    from datetime import datetime

    from agent_tui.desk.core import Desk

MOST = 60
"""How many tickets are compared for each sign: a group that large is known by then."""
_CODES = 5  # of a message are looked up
_FRESH = 20
"""So many tickets are indexed while somebody looks at one; more of them, after a rebuild, wait for a search."""


def similar(desk: Desk, ticket: Ticket, texts: Mapping[str, str], earlier: Sequence[int]) -> list[Likeness]:
    """The tickets that may be the same problem as this one, with the reason.

    `texts` are its messages by id, `earlier` the other tickets of its customer.
    """
    facts = _facts(ticket, texts)
    others = (
        _facts(other, desk.repository.texts(other)) for other in _candidates(desk, ticket, facts, earlier)
    )
    linked = {link.other: link.relation for link in ticket.links}
    return alike(facts, others, linked, desk.policy.casework)


def confirm(desk: Desk, number: int, found: Sequence[Likeness], now: datetime) -> list[Ticket]:
    """Link a ticket with all of these, as repeats or as one group, or with none. Raises Refusal."""
    actions: list[do.Action] = []
    for each in found:
        header = desk.header(number, now)
        actions.append(
            do.Link(
                id=header.id,
                ticket=number,
                at=header.at,
                by=header.by,
                other=each.ticket,
                relation=each.relation,
            )
        )
    return desk.perform_all(actions, now)


def _candidates(desk: Desk, ticket: Ticket, facts: Facts, earlier: Sequence[int]) -> Iterator[Ticket]:
    repository = desk.repository
    numbers: dict[int, None] = dict.fromkeys(earlier[:MOST])
    if ticket.product:
        numbers |= dict.fromkeys(repository.queue.of_product(ticket.product, MOST))
    if facts.codes:
        repository.settle_some(_FRESH)
    for code in sorted(facts.codes)[:_CODES]:
        if matching := query(code):
            numbers |= dict.fromkeys(repository.queue.matches(matching, MOST))
    numbers.pop(ticket.id, None)
    for number in numbers:
        found = repository.get(number)
        if found is not None and found.status is not Status.MERGED:
            yield found


def _facts(ticket: Ticket, texts: Mapping[str, str]) -> Facts:
    spoken = [
        texts[message.id]
        for message in ticket.messages
        if message.kind is MessageKind.CUSTOMER and message.id in texts
    ]
    return facts_of(ticket, spoken)
