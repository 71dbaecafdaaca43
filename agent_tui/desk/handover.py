"""Handing tickets over to a colleague or a shift, and confirming what was handed over (POLICY P4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from agent_tui.desk.errors import DeskError
from agent_tui.domain import actions as do
from agent_tui.domain.handover import Batch, Entry, batches, entries
from agent_tui.domain.messages import N_
from agent_tui.domain.refusals import NotYours
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.views import LIVE, Condition, Is, Symbol, View

if TYPE_CHECKING:
    from agent_tui.desk.core import Desk

_MINE = View("mine", "", (LIVE, Condition("owner", Is.EQUAL, Symbol.ME)))
_HANDED = View("handed", "", (LIVE, Condition("handed", Is.NOT, "")))


class NobodyNamed(DeskError):
    text = N_("Name a colleague or a shift. Shifts: {shifts}.")


class ToYourself(DeskError):
    text = N_("You have these tickets already. Name a colleague or a shift: {shifts}.")


class NoSuchHandover(DeskError):
    text = N_("No handover {batch} waits for you; there are: {known}.")


class NothingWaits(NoSuchHandover):
    text = N_("No handover waits for you.")


class SeveralHandovers(DeskError):
    text = N_("Several handovers wait for you. Name one: {known}.")


def to_give(desk: Desk, now: datetime, only: Sequence[int] = ()) -> tuple[Entry, ...]:
    """The handover list: what is open of this agent's and not handed over yet, or the named tickets alone.

    Raises NoSuchTicket, and NotYours for a ticket that somebody else has.
    """
    if not only:
        tickets = [ticket for ticket in _tickets(desk, _MINE, now) if ticket.handover is None]
        return entries(tickets, desk.policy, now)
    named = [desk.ticket(number) for number in dict.fromkeys(only)]
    for ticket in named:
        if ticket.owner not in (None, desk.agent):
            raise NotYours(owner=ticket.owner)
    return entries(named, desk.policy, now)


def give(
    desk: Desk, to: str, given: Sequence[Entry], line: Callable[[Entry], str], now: datetime
) -> list[Ticket]:
    """Hand all of these tickets over, or none; `line` writes what the receiver reads of each.

    Raises what `recipient` raises, and Refusal.
    """
    receiver = recipient(desk, to)
    actions: list[do.Action] = []
    for each in given:
        header = desk.header(each.ticket.id, now)
        actions.append(
            do.HandOver(
                id=header.id,
                ticket=header.ticket,
                at=header.at,
                by=header.by,
                to=receiver,
                text=line(each),
                batch=actions[0].id if actions else header.id,
            )
        )
    return desk.perform_all(actions, now)


def recipient(desk: Desk, text: str) -> str:
    """A shift by its id or any of its names, otherwise a colleague's name. Raises NobodyNamed and ToYourself."""
    word, shifts = text.strip(), desk.policy.casework.shifts
    if not word:
        raise NobodyNamed(shifts=", ".join(shifts))
    if (shift := desk.policy.casework.shift(word)) is not None:
        return shift.id
    if word == desk.agent:
        raise ToYourself(shifts=", ".join(shifts))
    return word


def receivers(desk: Desk, now: datetime) -> tuple[str, ...]:
    """Whom tickets can be given to, as far as the desk knows: the shifts, their people, and whoever has a ticket."""
    shifts = desk.policy.casework.shifts
    people = {name for shift in shifts.values() for name in shift.members}
    people |= {row.owner for row in desk.rows("all", now) if row.owner is not None}
    return (*shifts, *sorted(people - {desk.agent}))


def waiting(desk: Desk, now: datetime) -> tuple[Batch, ...]:
    """The handovers that this agent may confirm, for them by name or for a shift of theirs."""
    rules = desk.policy.casework
    return tuple(
        batch
        for batch in batches(_tickets(desk, _HANDED, now), desk.policy)
        if batch.by != desk.agent and rules.is_addressed(desk.agent, batch.to)
    )


def given(desk: Desk, now: datetime) -> tuple[Batch, ...]:
    """The handovers that this agent gave and nobody has confirmed yet."""
    found = batches(_tickets(desk, _HANDED, now), desk.policy)
    return tuple(batch for batch in found if batch.by == desk.agent)


def confirm(desk: Desk, now: datetime, name: str = "") -> list[Ticket]:
    """Confirm a handover as a whole: its tickets are this agent's now. It is named by its id or the beginning of it.

    Raises NothingWaits or NoSuchHandover; SeveralHandovers where none is named and more than one waits.
    """
    found = waiting(desk, now)
    known = ", ".join(batch.id for batch in found)
    if not found:
        raise NothingWaits
    chosen = [batch for batch in found if batch.id.startswith(name.strip().upper())]
    if not chosen:
        raise NoSuchHandover(batch=name.strip(), known=known)
    if len(chosen) > 1:
        raise SeveralHandovers(known=known)
    actions: list[do.Action] = []
    for ticket in chosen[0].tickets:
        header = desk.header(ticket.id, now)
        actions.append(
            do.Acknowledge(id=header.id, ticket=header.ticket, at=header.at, by=header.by, batch=chosen[0].id)
        )
    return desk.perform_all(actions, now)


def _tickets(desk: Desk, view: View, now: datetime) -> Iterator[Ticket]:
    for number in desk.repository.queue.numbers(view, now, desk.agent):
        yield desk.ticket(number)
