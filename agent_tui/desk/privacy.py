"""Personal data over its life, for the privacy screen: what is held, consent, retention, records (POLICY T4–T6)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from agent_tui.desk import keeping
from agent_tui.desk.consenting import Rules, load, told
from agent_tui.desk.core import Desk
from agent_tui.desk.erasing import Destruction, Plan, destructions, erase, plan, tickets_of
from agent_tui.domain import consent as consenting
from agent_tui.domain.consent import ConsentRule, LawRule, Standing
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.privacy_actions import Scope
from agent_tui.domain.retention import Due, Hold, closed_at, holds_on
from agent_tui.domain.ticket import ConsentState, Customer

if TYPE_CHECKING:
    from agent_tui.desk.traffic import Traffic


def rules(desk: Desk) -> Rules:
    """The packs of this desk."""
    return load(desk.packs)


# Consent


def states_of(desk: Desk, customer: Customer) -> tuple[ConsentState, ...]:
    """The newest answers of a customer, from whichever of their tickets they stand on."""
    found = list(customer.consents)
    for number in desk.tickets_of(customer):
        ticket = desk.repository.get(number)
        found += ticket.customer.consents if ticket is not None else ()
    return tuple(consenting.newest(found).values())


def standing(desk: Desk, customer: Customer) -> tuple[Standing, ...]:
    """Where a customer stands, purpose by purpose."""
    return consenting.standing(states_of(desk, customer), customer.market, rules(desk).consents)


def consent_needed(desk: Desk, customer: Customer) -> tuple[str, ...]:
    """The purposes that still need consent before personal data of this customer is recorded (POLICY T5)."""
    return consenting.needed(states_of(desk, customer), customer.market, rules(desk).consents)


def notice(desk: Desk, customer: Customer, purpose: str, language: str = "") -> tuple[str, str] | None:
    """How to tell this customer about a purpose, and in which language; None where a person has to translate it.

    `language` (BCP 47) goes before the customer's own. Raises UnknownWord.
    """
    return told(rules(desk), customer, purpose, language)


# What is held


class Holding(msgspec.Struct, frozen=True):
    """Everything the privacy screen tells of one customer."""

    plan: Plan
    laws: tuple[LawRule, ...]
    standing: tuple[Standing, ...]
    due: tuple[
        tuple[int, datetime | None, tuple[Hold, ...]], ...
    ]  # by ticket: the end of its time, what holds it
    records: tuple[Destruction, ...]  # of the whole profile, the newest first


def holding(desk: Desk, customer: str) -> Holding:
    """What is held about a customer, named as for `tickets_of`. Raises NoSuchCustomer."""
    found = rules(desk)
    tickets = tickets_of(desk, customer)
    known = [ticket for number in tickets if (ticket := desk.repository.get(number)) is not None]
    newest = known[-1].customer
    unsent = {each.ticket for each in desk.repository.outbox.waiting()}
    period = found.retention.periods[Scope.TICKETS]
    return Holding(
        plan=plan(desk, tickets, found.retention),
        laws=found.consents.laws_of(newest.market),
        standing=standing(desk, newest),
        due=tuple(
            (
                ticket.id,
                closed + period.of(ticket.customer.market) if (closed := closed_at(ticket)) else None,
                holds_on(ticket, found.retention, unsent),
            )
            for ticket in known
        ),
        records=tuple(reversed(destructions(desk))),
    )


# Ending


def plan_for(desk: Desk, customer: str) -> Plan:
    """What erasing a customer would take away, named as for `tickets_of`. Raises NoSuchCustomer."""
    return plan(desk, tickets_of(desk, customer), rules(desk).retention)


def erase_customer(desk: Desk, customer: str, reason: str, now: datetime) -> Destruction:
    """Destroy everything about a customer (GDPR 17, CCPA 1798.105, PIPL 47). It cannot be undone.

    Raises NoSuchCustomer, HeldByLaw, UnknownWord, and StoreBusy when the rest goes on at the next start.
    """
    found = rules(desk)
    check_reason(found.consents, reason)
    tickets = tickets_of(desk, customer)
    markets = {ticket.customer.market for number in tickets if (ticket := desk.repository.get(number))}
    laws = keeping.laws_of(markets, found.consents)
    return erase(desk, tickets, found.retention, reason, laws, now)


def erase_here(
    desk: Desk, customer: str, reason: str, now: datetime, traffic: Traffic | None = None
) -> Destruction:
    """The same at an open desk: its own traffic with the helpdesk rests meanwhile, and goes on after it.

    Raises StillSyncing, and StoreBusy while another program syncs: both before anything is changed.
    """
    with traffic.paused() if traffic is not None else nullcontext():
        return erase_customer(desk, customer, reason, now)


def check_reason(consents: ConsentRule, reason: str) -> None:
    """Raises UnknownWord for a reason that no pack has: a record takes no free text."""
    if reason not in consents.reasons:
        raise UnknownWord(what="reason", word=reason, known=", ".join(consents.reasons))


def due(desk: Desk, now: datetime) -> tuple[Due, ...]:
    """What is past its time at `now`, held or not."""
    return keeping.due(desk, rules(desk).retention, now)


def carry_out(desk: Desk, now: datetime) -> Sequence[Destruction]:
    """Destroy what is past its time and not held."""
    found = rules(desk)
    return keeping.carry_out(desk, found.retention, found.consents, now)
