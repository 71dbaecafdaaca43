"""Retention (POLICY T5): what of this profile is past its time, and carrying that out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from agent_tui.desk.core import Desk
from agent_tui.desk.erasing import Destruction, destroy
from agent_tui.domain import retention
from agent_tui.domain.consent import ConsentRule
from agent_tui.domain.privacy_actions import Scope
from agent_tui.domain.retention import Due, RetentionRule
from agent_tui.domain.ticket import Ticket
from agent_tui.packs.privacy_rules import RETENTION


def due(desk: Desk, rule: RetentionRule, now: datetime) -> tuple[Due, ...]:
    """Everything whose time is over at `now`, held or not."""
    store = desk.repository
    tickets = list(store.all())
    holders = _holders(tickets, store.erasure.stored())
    found = retention.due(
        tickets,
        rule,
        now,
        unsent={each.ticket for each in store.outbox.waiting()},
        attached={number for some in holders.values() for number in some},
        drafted=desk.drafts.begun(),
        exports=[retention.Export(each.id, each.made, each.tickets) for each in store.erasure.exports()],
    )
    return _without_shared(tuple(found), holders)


def _holders(tickets: Iterable[Ticket], stored: Collection[str]) -> dict[str, set[int]]:
    """Which tickets hold each file whose bytes are here."""
    holders: dict[str, set[int]] = {}
    for ticket in tickets:
        for message in ticket.messages:
            for each in message.attachments:
                if each.sha256 in stored:
                    holders.setdefault(each.sha256, set()).add(ticket.id)
    return holders


def _without_shared(found: tuple[Due, ...], holders: Mapping[str, set[int]]) -> tuple[Due, ...]:
    """Those without attachments that stay anyway, since a ticket that is not due holds the same file."""
    going = {number for each in found if not each.holds for number in each.tickets}
    free = {number for some in holders.values() if some <= going for number in some}
    return tuple(
        each
        for each in found
        if each.scope is not Scope.ATTACHMENTS or each.holds or not free.isdisjoint(each.tickets)
    )


def carry_out(
    desk: Desk, rule: RetentionRule, consents: ConsentRule, now: datetime
) -> tuple[Destruction, ...]:
    """Destroy what is due and not held, one record a kind. Raises StoreBusy when the rest goes on at the next start."""
    free = [each for each in due(desk, rule, now) if not each.holds]
    done: list[Destruction] = []
    for scope in Scope:
        some = [each for each in free if each.scope is scope]
        if not some:
            continue
        exports = [each.export for each in some if each.export is not None]
        tickets = sorted({number for each in some for number in each.tickets}) if not exports else []
        laws = _laws(desk, tickets, consents)
        done.append(destroy(desk, scope, tickets, exports, RETENTION, laws, now))
    return tuple(done)


def _laws(desk: Desk, tickets: Sequence[int], consents: ConsentRule) -> tuple[str, ...]:
    known = [ticket for number in tickets if (ticket := desk.repository.get(number)) is not None]
    return laws_of({ticket.customer.market for ticket in known}, consents)


def laws_of(markets: set[str | None], consents: ConsentRule) -> tuple[str, ...]:
    """The ids of the laws of some markets."""
    return tuple(sorted({law.id for market in markets for law in consents.laws_of(market)}))
