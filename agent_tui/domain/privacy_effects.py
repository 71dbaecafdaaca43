"""What consent does to a ticket (POLICY T5)."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.changes import with_note
from agent_tui.domain.ticket import ConsentState, Ticket


def _consent(ticket: Ticket, action: do.Consent) -> Ticket:
    """The newest answer for a purpose takes the place of the one before; the journal keeps both."""
    state = ConsentState(action.purpose, action.answer, action.at, action.scope, action.channel)
    others = tuple(each for each in ticket.customer.consents if each.purpose != action.purpose)
    customer = replace(ticket.customer, consents=(*others, state))
    return with_note(replace(ticket, customer=customer), action)


EFFECTS: dict[type[do.Base], Callable[..., Ticket]] = {do.Consent: _consent}
