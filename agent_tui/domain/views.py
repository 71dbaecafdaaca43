"""Rows of the queue, views as filters over them, and the order in which agents work (POLICY S6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from agent_tui.domain.casework import AFTERWARDS, Stage
from agent_tui.domain.casework_rules import Actor, Casework
from agent_tui.domain.complaints import is_afterwards
from agent_tui.domain.messages import N_
from agent_tui.domain.next_step import next_step
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Status, Ticket
from agent_tui.domain.timers import timers


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as one line of the queue."""

    id: int
    live: bool  # there is still something to do or to wait for
    status: Status
    wakes: datetime  # from when it is in sight: the end of a snooze, otherwise its start
    urgent: bool
    due: datetime | None  # the earliest open timer
    risk: datetime | None  # from when it counts as at risk
    timer: str  # the name of the earliest open timer
    owner: str | None
    level: int | None
    type: str | None
    channel: str
    customer: str
    market: str | None
    language: str | None
    subject: str
    step: str  # what to do next: the id of a `NextStep`
    created: datetime
    changed: datetime
    solved: bool  # resolved with a summary: a case of the archive
    tags: tuple[str, ...]
    stage: str = ""  # of a complaint: what is to be done next on it
    turn: str = ""  # the role whose turn it is
    region: str = ""  # a region of the policy
    product: str = ""
    handed: str = ""  # the colleague or shift who has not confirmed the handover yet
    held: bool = False  # something done here waits for the agent's decision before the helpdesk gets it


def row(ticket: Ticket, policy: Policy) -> Row:
    """The line of the queue for a ticket. Raises UnknownWord when the policy lacks a word the ticket uses."""
    live = ticket.status not in (Status.RESOLVED, Status.MERGED) or is_afterwards(ticket)
    step = next_step(ticket, policy)
    running = (
        [timer for timer in timers(ticket, policy) if timer.ended is None and timer.due is not None]
        if live
        else []
    )
    first = min(running, key=lambda timer: (timer.due, timer.start), default=None)
    customer = ticket.customer
    address = (*customer.emails, *customer.phones, *customer.handles)
    return Row(
        id=ticket.id,
        live=live,
        status=ticket.status,
        wakes=_wakes(ticket),
        urgent=ticket.urgent,
        due=first.due if first else None,
        risk=first.risk if first else None,  # of the clock that is counted down and named
        timer=first.name if first else "",
        owner=ticket.owner,
        level=ticket.level,
        type=ticket.type,
        channel=ticket.channel,
        customer=customer.name or (address[0] if address else ""),
        market=customer.market,
        language=customer.language,
        subject=ticket.subject,
        step=step.id,
        created=ticket.created,
        changed=ticket.changed or ticket.created,
        solved=ticket.resolution is not None,
        tags=ticket.tags,
        stage=ticket.complaint.stage.value if ticket.complaint else "",
        turn=step.role if live else "",
        region=policy.casework.region_of(customer.market) or "",
        product=ticket.product,
        handed=ticket.handover.to if ticket.handover else "",
    )


def _wakes(ticket: Ticket) -> datetime:
    until = ticket.spans[-1].until if ticket.status is Status.SNOOZED else None
    return until or ticket.created


def order(row: Row) -> tuple[bool, bool, datetime | None, datetime, int]:
    """Sorts urgent tickets first (POLICY S6), then by due time, then those without one by age."""
    return (not row.urgent, row.due is None, row.due or row.created, row.created, row.id)


class Symbol(StrEnum):
    """A value that is only known when a view is looked at."""

    NOW = "$now"
    ME = "$me"


class Is(StrEnum):
    """How a field is compared. Nothing compares with a field that has no value, except `EQUAL` to None."""

    EQUAL = "="
    NOT = "!="
    LESS = "<"
    MORE = ">"
    AT_MOST = "<="
    AT_LEAST = ">="
    IN = "in"
    HAS = "has"  # for tags


class Condition(msgspec.Struct, frozen=True):
    """One field of a `Row` compared with a value."""

    field: str
    compare: Is
    value: str | int | bool | datetime | timedelta | tuple[str, ...] | None  # a timedelta counts from now


class View(msgspec.Struct, frozen=True):
    """A named filter: every condition holds."""

    id: str
    title: str
    where: tuple[Condition, ...]

    def narrowed(self, only: Iterable[Condition]) -> View:
        """The view with further conditions."""
        return msgspec.structs.replace(self, where=(*self.where, *only))


LIVE = Condition("live", Is.EQUAL, True)
_RESOLVED = Condition("status", Is.EQUAL, Status.RESOLVED.value)
_AWAKE = Condition("wakes", Is.AT_MOST, Symbol.NOW)

VIEWS: dict[str, View] = {
    view.id: view
    for view in (
        View(
            "open",
            N_("Open"),
            (LIVE, Condition("status", Is.IN, ("open", "snoozed", "resolved")), _AWAKE),
        ),
        View("mine", N_("Mine"), (LIVE, Condition("owner", Is.EQUAL, Symbol.ME))),
        View("urgent", N_("Urgent"), (LIVE, Condition("urgent", Is.EQUAL, True))),
        View(
            "complaints",
            N_("Complaints"),
            (LIVE, Condition("stage", Is.NOT, ""), Condition("stage", Is.NOT, Stage.CLOSED.value)),
        ),
        View("revisits", N_("Revisits"), (LIVE, Condition("stage", Is.IN, tuple(AFTERWARDS)))),
        View("waiting", N_("Waiting"), (LIVE, Condition("status", Is.EQUAL, Status.WAITING.value))),
        View(
            "at-risk",
            N_("At risk"),
            (LIVE, Condition("risk", Is.AT_MOST, Symbol.NOW), Condition("due", Is.AT_LEAST, Symbol.NOW)),
        ),
        View("breached", N_("Breached"), (LIVE, Condition("due", Is.LESS, Symbol.NOW))),
        View("unclassified", N_("Unclassified"), (LIVE, Condition("level", Is.EQUAL, None))),
        View(
            "snoozed",
            N_("Snoozed"),
            (
                LIVE,
                Condition("status", Is.EQUAL, Status.SNOOZED.value),
                Condition("wakes", Is.MORE, Symbol.NOW),
            ),
        ),
        View("handed", N_("Handed over"), (LIVE, Condition("handed", Is.NOT, ""))),
        View("all", N_("All"), (LIVE,)),
        View("archive", N_("Archive"), (_RESOLVED, Condition("solved", Is.EQUAL, True))),
        View("aside", N_("Set aside"), (_RESOLVED, Condition("solved", Is.EQUAL, False))),
    )
}


def views_for(actor: Actor, rules: Casework) -> dict[str, View]:
    """The views of a person: before the others, what waits for a role of theirs besides the agent's (POLICY P1, P2)."""
    roles = tuple(name for name in actor.roles if name not in _EVERYBODY and name in rules.roles)
    if not any(rules.roles[name].handles for name in roles):
        return VIEWS
    where = [LIVE, Condition("turn", Is.IN, roles)]
    if actor.regions:
        where.append(Condition("region", Is.IN, ("", *actor.regions)))
    return {"turn": View("turn", N_("My turn"), tuple(where)), **VIEWS}


_EVERYBODY = ("agent", "senior")


def meaning(condition: Condition, now: datetime, me: str) -> str | int | datetime | tuple[str, ...] | None:
    """The value a condition compares with at this moment, for this agent."""
    if condition.value == Symbol.NOW:
        return now
    if isinstance(condition.value, timedelta):
        return now + condition.value
    return me if condition.value == Symbol.ME else condition.value
