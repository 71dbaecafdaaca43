"""The shift handover (POLICY P4): for each ticket its state, promise, next step, due time, and what to look out for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from agent_tui.domain.apply import PROMISE
from agent_tui.domain.casework import Stage
from agent_tui.domain.clocks import Timer, TimerState
from agent_tui.domain.complaints import is_risk
from agent_tui.domain.next_step import NextStep, next_step
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Status, Step, Ticket
from agent_tui.domain.timers import due
from agent_tui.domain.views import order, row


class Caution(StrEnum):
    """What whoever takes a ticket over has to know before anything else."""

    BREACHED = "breached"
    AT_RISK = "at_risk"
    URGENT = "urgent"
    COMPLAINT = "complaint"
    REPEATED = "repeated"  # a repeat or one of a group (POLICY C9)
    UNANSWERED = "unanswered"  # the customer wrote last
    WAITING = "waiting"  # for the customer
    ASKED = "asked"  # a department owes an answer (POLICY P3)
    WISHES = "wishes"  # what the customer asked for or does not want


class Entry(msgspec.Struct, frozen=True):
    """One line of the handover list."""

    ticket: Ticket
    step: NextStep
    promise: Step | None  # the newest one that is still open
    due: Timer | None  # the earliest open clock
    there: str | None  # the customer's time zone (IANA), where it is known
    cautions: tuple[Caution, ...]


class Batch(msgspec.Struct, frozen=True):
    """A handover that waits to be confirmed: its id, to whom, by whom, and its tickets in the order of work."""

    id: str
    to: str
    by: str
    at: datetime
    tickets: tuple[Ticket, ...]


def entry(ticket: Ticket, policy: Policy, now: datetime) -> Entry:
    """What is told of a ticket when it is handed over."""
    promises = [step for step in ticket.steps if step.name == PROMISE and step.ended is None]
    first = due(ticket, policy)
    return Entry(
        ticket=ticket,
        step=next_step(ticket, policy),
        promise=promises[-1] if promises else None,
        due=first,
        there=policy.zone_of(ticket.customer),
        cautions=_cautions(ticket, first, now),
    )


def entries(tickets: Iterable[Ticket], policy: Policy, now: datetime) -> tuple[Entry, ...]:
    """The handover list, in the order of work (POLICY S6)."""
    return tuple(entry(ticket, policy, now) for ticket in _in_order(tickets, policy))


def batches(tickets: Iterable[Ticket], policy: Policy) -> tuple[Batch, ...]:
    """The handovers that tickets wait in, the oldest first."""
    found: dict[str, list[Ticket]] = {}
    for ticket in _in_order(tickets, policy):
        if ticket.handover is not None:
            found.setdefault(ticket.handover.batch, []).append(ticket)
    given = [(each[0].handover, tuple(each)) for each in found.values()]
    made = [Batch(one.batch, one.to, one.by, one.at, some) for one, some in given if one is not None]
    return tuple(sorted(made, key=lambda batch: (batch.at, batch.id)))


def _in_order(tickets: Iterable[Ticket], policy: Policy) -> list[Ticket]:
    return sorted(tickets, key=lambda ticket: order(row(ticket, policy)))


def _cautions(ticket: Ticket, first: Timer | None, now: datetime) -> tuple[Caution, ...]:
    state = first.state(now) if first else None
    complaint = ticket.complaint
    asked = any(dispatch.answered is None for dispatch in ticket.dispatches)
    table = (
        (state is TimerState.BREACHED, Caution.BREACHED),
        (state is TimerState.AT_RISK, Caution.AT_RISK),
        (ticket.urgent, Caution.URGENT),
        (complaint is not None and complaint.stage is not Stage.CLOSED, Caution.COMPLAINT),
        (is_risk(ticket), Caution.REPEATED),
        (ticket.awaiting_since is not None, Caution.UNANSWERED),
        (ticket.status is Status.WAITING, Caution.WAITING),
        (asked, Caution.ASKED),
        (bool(ticket.customer.wishes.strip()), Caution.WISHES),
    )
    return tuple(caution for holds, caution in table if holds)
