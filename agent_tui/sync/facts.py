"""What a helpdesk keeps of a ticket besides the conversation.

`project` says what it should hold, `overlay` takes in what it does hold. Pure functions. A fact that is UNSET is one
that the helpdesk has no place for, or did not tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from agent_tui.domain.apply import PROMISE
from agent_tui.domain.casework import AFTERWARDS, Stage
from agent_tui.domain.changes import end_steps, enter
from agent_tui.domain.ticket import Satisfaction, Status, Step, Ticket


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Facts in the desk's own words; times are aware and in UTC.

    `status` is open, waiting or resolved: a helpdesk knows no snooze, and merging it tells apart.
    """

    subject: str | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    owner: str | UnsetType | None = UNSET  # a login
    level: int | UnsetType | None = UNSET
    type: str | UnsetType | None = UNSET
    channel: str | UnsetType = UNSET
    urgent: bool | UnsetType = UNSET
    product: str | UnsetType = UNSET
    market: str | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    promised: datetime | UnsetType | None = UNSET  # POLICY H3, L4
    revisit: datetime | UnsetType | None = UNSET  # POLICY C8
    satisfaction: Satisfaction | UnsetType | None = UNSET
    # These two tell the helpdesk's own users where a complaint stands; what they write there is not taken over.
    stage: Stage | UnsetType | None = UNSET
    complaint: str | UnsetType = UNSET


NAMES = Facts.__struct_fields__
FILLED = ("channel", "market", "language", "urgent")
"""What the desk writes when it is empty there, whatever an action was about: it may have guessed it."""
_SHOWN_STATUS = {Status.SNOOZED: Status.WAITING, Status.MERGED: Status.RESOLVED}


def project(ticket: Ticket) -> Facts:
    """What the helpdesk should hold of a ticket."""
    complaint = ticket.complaint
    promise = _promise(ticket)
    satisfaction = complaint.satisfaction if complaint and complaint.satisfaction else None
    if satisfaction is None and ticket.resolution is not None:
        satisfaction = ticket.resolution.satisfaction
    return Facts(
        subject=ticket.subject,
        status=_SHOWN_STATUS.get(ticket.status, ticket.status),
        owner=ticket.owner,
        level=ticket.level,
        type=ticket.type,
        channel=ticket.channel,
        urgent=ticket.urgent,
        product=ticket.product,
        market=ticket.customer.market,
        language=ticket.customer.language,
        promised=_second(promise.due if promise else ticket.deadline),
        revisit=_second(complaint.appointment) if complaint else None,
        satisfaction=Satisfaction(satisfaction) if satisfaction else None,
        stage=complaint.stage if complaint else None,
        complaint=f"{complaint.detail}\n\n{complaint.wanted}".strip() if complaint else "",
    )


def differing(wanted: Facts, held: Facts, names: Iterable[str] = NAMES) -> Facts:
    """Those of the wanted facts that the helpdesk has a place for and that are otherwise there."""
    found: dict[str, Any] = {}
    for name in names:
        mine, there = getattr(wanted, name), getattr(held, name)
        if mine is not UNSET and there is not UNSET and mine != there:
            found[name] = mine
    return Facts(**found)


def named(facts: Facts) -> dict[str, Any]:
    """The facts that are set."""
    return {name: value for name in NAMES if (value := getattr(facts, name)) is not UNSET}


def encoded(facts: Facts) -> bytes:
    """Facts to keep."""
    return msgspec.json.encode(facts)


def changed_since(kept: bytes, now: Facts) -> set[str]:
    """The names of the facts that are not as they were kept; all of them where nothing was."""
    if not kept:
        return set(NAMES)
    before = msgspec.json.decode(kept, type=Facts)
    return {name for name in NAMES if getattr(before, name) != getattr(now, name)}


def overlay(
    ticket: Ticket, held: Facts, levels: Iterable[int], at: datetime, names: Iterable[str] = NAMES
) -> Ticket:
    """The ticket with those facts that somebody changed on the helpdesk, at `at` as far as is known.

    `names` are the facts to take over. A level that the policy does not know is left as it was.
    """
    other = named(differing(held, project(ticket), names))
    changes: dict[str, Any] = {
        name: other[name]
        for name in ("subject", "owner", "type", "channel", "urgent", "product")
        if name in other
    }
    if "level" in other and (other["level"] is None or other["level"] in levels):
        changes["level"] = other["level"]
    # An empty field says nothing: the desk may have guessed what nobody wrote down there.
    people = {name: other[name] for name in ("market", "language") if other.get(name)}
    if people:
        guesses = tuple(each for each in ticket.customer.guesses if each.partition(" ")[0] not in people)
        changes["customer"] = replace(ticket.customer, **people, guesses=guesses)
    if "owner" in changes:
        changes["handover"] = None
    ticket = replace(ticket, **changes) if changes else ticket
    if "status" in other:
        ticket = _in_status(ticket, other["status"], at)
    if "promised" in other and ticket.status is not Status.RESOLVED:  # then nothing is promised any more
        ticket = _promised(ticket, other["promised"], at)
    if "revisit" in other and ticket.complaint is not None and ticket.complaint.stage in AFTERWARDS:
        ticket = replace(ticket, complaint=replace(ticket.complaint, appointment=other["revisit"]))
    if "satisfaction" in other and ticket.resolution is not None and other["satisfaction"] is not None:
        answer: Satisfaction = other["satisfaction"]
        ticket = replace(ticket, resolution=replace(ticket.resolution, satisfaction=answer))
        if ticket.complaint is not None and ticket.complaint.satisfaction:
            ticket = replace(ticket, complaint=replace(ticket.complaint, satisfaction=answer.value))
    return ticket


def _in_status(ticket: Ticket, status: Status, at: datetime) -> Ticket:
    ticket = enter(ticket, status, at)
    if status is Status.RESOLVED:
        return replace(end_steps(ticket, at), awaiting_since=None, handover=None)
    return replace(ticket, resolution=None) if ticket.resolution is not None else ticket


def _promise(ticket: Ticket) -> Step | None:
    """The newest promise that is still to be kept."""
    open_ones = [step for step in ticket.steps if step.name == PROMISE and step.ended is None]
    return open_ones[-1] if open_ones else None


def _promised(ticket: Ticket, until: datetime | None, at: datetime) -> Ticket:
    promise = _promise(ticket)
    if promise is None:
        return replace(ticket, deadline=until)
    if until is None:
        return end_steps(ticket, at, PROMISE)
    steps = tuple(replace(step, due=until) if step is promise else step for step in ticket.steps)
    return replace(ticket, steps=steps)


def _second(moment: datetime | None) -> datetime | None:
    """Helpdesks keep whole seconds."""
    return None if moment is None else moment.replace(microsecond=0)
