"""Replaying the journal: the tickets as its actions made them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, start
from agent_tui.domain.privacy_actions import NO_TICKET
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket
from agent_tui.store.errors import DamagedStore
from agent_tui.store.journal import Entry, Fault
from agent_tui.store.repository import Repository


def replay(entries: Iterable[Entry]) -> dict[int, Ticket | None]:
    """Every ticket of the journal; None for those that cannot be computed, since an entry is erased or lost."""
    tickets: dict[int, Ticket | None] = {}
    for entry in entries:
        action = entry.action
        if entry.ticket == NO_TICKET:  # of a destruction
            continue
        if action is None:
            tickets[entry.ticket] = None
        elif isinstance(action, do.Open):
            tickets[action.ticket] = start(action)
        elif isinstance(action, do.Adopt):  # whatever it was before
            tickets[action.ticket] = action.state
        else:
            tickets |= _after(action, {number: tickets.get(number) for number in do.tickets_of(action)})
    return tickets


def _after(action: do.Action, before: dict[int, Ticket | None]) -> dict[int, Ticket | None]:
    source = before[action.ticket]
    after: dict[int, Ticket | None] = {}
    for number, ticket in before.items():
        if ticket is None or (isinstance(action, do.Merge) and source is None):
            after[number] = None
            continue
        try:
            after[number] = apply(ticket, action, source if number != action.ticket else None)
        except Refusal:  # an entry before it is missing, so that the ticket is not what it was then
            after[number] = None
    return after


def verify_tickets(repository: Repository) -> Iterator[Fault]:
    """Every ticket that is not what the journal says; one of which an entry was erased cannot be compared."""
    try:
        known = replay(repository.journal.entries())
    except msgspec.DecodeError:  # the journal's own check has named the entry
        return
    for number, expected in known.items():
        if expected is not None and not _is(repository, number, expected):
            yield Fault(number, Fault.TICKET)
    try:
        for ticket in repository.all():
            if ticket.id not in known:
                yield Fault(ticket.id, Fault.TICKET)
    except (msgspec.DecodeError, DamagedStore):  # a ticket that was named above
        return


def _is(repository: Repository, number: int, expected: Ticket) -> bool:
    try:
        return repository.get(number) == expected
    except msgspec.DecodeError:
        return False
