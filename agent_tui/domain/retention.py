"""How long what is kept (POLICY T5): which tickets, attachments, drafts and exports are due, and what holds them.

Pure: the periods come from a pack, the moment is an argument, and what is in the store is told by values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from agent_tui.domain.casework import Stage
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.messages import N_
from agent_tui.domain.privacy_actions import Scope
from agent_tui.domain.ticket import Status, Ticket


class Period(msgspec.Struct, frozen=True):
    """How long one kind of data is kept, with other times for some markets (ISO 3166-1 alpha-2)."""

    scope: Scope
    name: Names
    keep: timedelta
    markets: Mapping[str, timedelta] = {}
    source: str = ""

    def of(self, market: str | None) -> timedelta:
        """The time for a customer of this market."""
        return self.markets.get(market or "", self.keep)


class RetentionRule(msgspec.Struct, frozen=True):
    """Every period, and the tags of a legal hold."""

    periods: Mapping[Scope, Period]
    hold_tags: tuple[str, ...] = ()


class Hold(StrEnum):
    """What keeps data that is due."""

    UNSENT = "unsent"
    COMPLAINT = "complaint"
    LEGAL = "legal"


HOLDS = {
    Hold.UNSENT: N_("something is still to be sent to the helpdesk"),
    Hold.COMPLAINT: N_("a complaint is open"),
    Hold.LEGAL: N_("a legal hold"),
}
"""What holds data, in words."""


class Export(msgspec.Struct, frozen=True):
    """A file that was written outside, by its id in the store, with the tickets in it."""

    id: int
    made: datetime
    tickets: tuple[int, ...]


class Due(msgspec.Struct, frozen=True):
    """Data whose time is over since `due`: of which tickets, or which export, and what holds it."""

    scope: Scope
    tickets: tuple[int, ...]
    since: datetime  # the time counts from here
    due: datetime
    export: int | None = None
    holds: tuple[Hold, ...] = ()


def closed_at(ticket: Ticket) -> datetime | None:
    """When a ticket was closed: its resolution, or the last word after it; None while it is worked on."""
    if ticket.status is not Status.RESOLVED:
        return None
    begun = ticket.resolution.at if ticket.resolution is not None else ticket.created
    passages = ticket.complaint.passages if ticket.complaint is not None else ()
    return max((begun, *(each.at for each in ticket.messages), *(each.ended for each in passages)))


def holds_on(ticket: Ticket, rule: RetentionRule, unsent: Collection[int]) -> tuple[Hold, ...]:
    """What keeps a ticket's data beyond its time. `unsent` are tickets with something still to be sent."""
    tags = {tag.casefold() for tag in ticket.tags}
    found = (
        (Hold.UNSENT, ticket.id in unsent),
        (Hold.COMPLAINT, ticket.complaint is not None and ticket.complaint.stage is not Stage.CLOSED),
        (Hold.LEGAL, not tags.isdisjoint(tag.casefold() for tag in rule.hold_tags)),
    )
    return tuple(hold for hold, true in found if true)


def merges(tickets: Iterable[Ticket]) -> dict[int, set[int]]:
    """Which tickets were merged with which, seen from both sides."""
    near: dict[int, set[int]] = {}
    for ticket in tickets:
        if ticket.merged_into is not None:
            near.setdefault(ticket.id, set()).add(ticket.merged_into)
            near.setdefault(ticket.merged_into, set()).add(ticket.id)
    return near


def together(near: Mapping[int, Collection[int]], number: int) -> tuple[int, ...]:
    """A ticket and those it was merged with, as `merges` tells: one conversation, which goes as one."""
    found, waiting = {number}, [number]
    while waiting:
        others = set(near.get(waiting.pop(), ())) - found
        found |= others
        waiting += others
    return tuple(sorted(found))


def due(
    tickets: Iterable[Ticket],
    rule: RetentionRule,
    now: datetime,
    *,
    unsent: Collection[int] = (),
    attached: Collection[int] = (),
    drafted: Collection[int] = (),
    exports: Iterable[Export] = (),
) -> Iterator[Due]:
    """Everything whose time is over at `now`, held or not: tickets, attachments, drafts, then exports.

    `attached` are tickets whose attachments have bytes in the store, `drafted` those with something begun.
    """
    known = {ticket.id: ticket for ticket in tickets}
    groups = _groups(known)
    gone: set[int] = set()
    for scope in (Scope.TICKETS, Scope.ATTACHMENTS, Scope.DRAFTS):
        for group in groups:
            if gone.issuperset(group):
                continue
            found = _due(scope, [known[each] for each in group], rule, now, unsent)
            some = {Scope.ATTACHMENTS: attached, Scope.DRAFTS: drafted}.get(scope, group)
            here = tuple(each for each in group if each in some)
            if found is None or not here:
                continue
            if scope is Scope.TICKETS and not found.holds:  # what belongs to it goes with it
                gone |= set(group)
            yield msgspec.structs.replace(found, tickets=here)
    period = rule.periods[Scope.EXPORTS]
    for each in exports:
        if each.made + period.keep <= now:
            yield Due(Scope.EXPORTS, each.tickets, each.made, each.made + period.keep, each.id)


def _groups(tickets: Mapping[int, Ticket]) -> list[tuple[int, ...]]:
    """The conversations, each with everything that was merged into it."""
    near = merges(tickets.values())
    groups = (together(near, number) for number in tickets)
    here = (tuple(each for each in group if each in tickets) for group in groups)
    return list(dict.fromkeys(here))


def _due(
    scope: Scope, group: list[Ticket], rule: RetentionRule, now: datetime, unsent: Collection[int]
) -> Due | None:
    head = next((each for each in group if each.status is not Status.MERGED), group[0])
    since = (head.changed or head.created) if scope is Scope.DRAFTS else closed_at(head)
    if since is None:
        return None
    end = since + rule.periods[scope].of(head.customer.market)
    if end > now:
        return None
    holds = {hold for each in group for hold in holds_on(each, rule, unsent)}
    if scope is Scope.DRAFTS:  # what was only begun is no part of a complaint
        holds -= {Hold.COMPLAINT}
    return Due(scope, (), since, end, holds=tuple(hold for hold in Hold if hold in holds))
