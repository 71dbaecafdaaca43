"""Consent before an agent writes personal data of a customer down (POLICY T5): asked for once a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent_tui.domain import actions as do
from agent_tui.domain.consent import is_known, unasked
from agent_tui.domain.masking import collected
from agent_tui.domain.personal_data import Kind
from agent_tui.domain.refusals import ConsentFirst
from agent_tui.domain.ticket import Customer, Ticket

if TYPE_CHECKING:
    from agent_tui.desk.core import Desk


def require_consent(desk: Desk, action: do.Action, ticket: Ticket) -> None:
    """Raises ConsentFirst where personal data is about to be recorded that the customer was not asked about.

    What is known of the customer counts for nothing, and a reason that was recorded on the ticket lets everything by.
    """
    kinds = tuple(_kinds(desk, action, ticket.customer))
    if not kinds:
        return
    from agent_tui.desk import privacy  # with the packs, which few actions need

    states, market = privacy.states_of(desk, ticket.customer), ticket.customer.market
    found = unasked(kinds, states, market, privacy.rules(desk).consents)
    if found and not desk.repository.journal.has_kind(ticket.id, "without_consent"):
        raise ConsentFirst(ticket.id, found, privacy.consent_needed(desk, ticket.customer))


def _kinds(desk: Desk, action: do.Action, customer: Customer) -> Iterator[Kind]:
    for text in collected(action):
        for kind, piece in desk.guidance.pieces_in(text, customer):
            if not is_known(piece, customer):
                yield kind
    if isinstance(action, do.EditCustomer):
        yield from _added(action, customer)


def _added(action: do.EditCustomer, customer: Customer) -> Iterator[Kind]:
    """The sorts of addresses that an agent adds to what is known of a customer."""
    for name, kind in (("emails", Kind.EMAIL), ("phones", Kind.PHONE), ("handles", Kind.HANDLE)):
        given = getattr(action.facts, name)
        if isinstance(given, tuple) and any(not is_known(each, customer) for each in given):
            yield kind
