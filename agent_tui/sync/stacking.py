"""What the agent sees of a ticket: the helpdesk's state with what is still to be sent on top.

An action that the new state makes impossible, or that was done without knowing what somebody wrote, is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.rebase import Clash, clashes, reapply, unseen
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Message, MessageKind, Ticket
from agent_tui.store.outbox import Cause, Difference, Held, Waiting
from agent_tui.store.repository import Repository

_CUSTOMER_WROTE = N_("The customer wrote meanwhile. Read it, then send this, change it or leave it.")
_COLLEAGUE_WROTE = N_("{who} wrote meanwhile. Read it, then send this, change it or leave it.")
_CLASH = N_("It was changed on the helpdesk too: {fields}. Which value shall hold?")


class Stacked(msgspec.Struct, frozen=True):
    """The ticket as it is shown, and the actions that can't go on as they are."""

    shown: Ticket
    held: dict[str, Held]


def stacked(
    store: Repository,
    number: int,
    was: Ticket,
    base: Ticket,
    arrived: Sequence[Message],
    agent: str,
    now: datetime,
) -> Stacked:
    """`was` is the helpdesk's state that the waiting actions were done to, `base` the one that it has now."""
    shown, mine = base, was
    held: dict[str, Held] = {}
    for each in store.outbox.waiting(number):
        action = each.action
        if action is None or isinstance(action, do.Open):
            continue
        if each.held is not None:
            if each.held.cause is Cause.STALE and (news := unseen(action, arrived, agent)):
                held[each.id] = _also(each.held, news)
            continue
        undone = store.journal.actions([action.of]).get(action.of) if isinstance(action, do.Undo) else None
        before = mine
        mine = _or_same(mine, action, undone)
        # Also of what is in doubt: it is not there, or it would be settled, and would be sent again.
        reason = _obstacle(each, action, before, shown, mine, arrived, agent, now)
        if reason is None:
            try:
                shown = reapply(shown, action, undone, source_of(store, number, action))
            except ValueError:  # the ticket that ends is not on the helpdesk yet
                continue
            except Refusal as refusal:
                if each.sent is None:  # what is in doubt may be there already: the next look tells
                    reason = Held(Cause.IMPOSSIBLE, told_of(refusal), now)
        if reason is not None:
            held[each.id] = reason
    return Stacked(shown, held)


def source_of(store: Repository, number: int, action: do.Action) -> Ticket | None:
    """The ticket that ends, on the receiving side of a merge."""
    if not isinstance(action, do.Merge) or action.into != number:
        return None
    ends = store.remotes.of(action.ticket)
    return ends.base if ends is not None else None


def _obstacle(
    waiting: Waiting,
    action: do.Action,
    before: Ticket,
    shown: Ticket,
    mine: Ticket,
    arrived: Sequence[Message],
    agent: str,
    now: datetime,
) -> Held | None:
    """What speaks against sending an action that would be possible."""
    news = unseen(action, arrived, agent)
    if news:
        return Held(Cause.STALE, _wrote(news), now, messages=tuple(message.id for message in news))
    met = clashes(action, before, shown, mine)
    if met:
        told = Told(_CLASH, {"fields": ", ".join(clash.field for clash in met)})
        return Held(Cause.CLASH, told, now, differences=tuple(map(_difference, met)))
    return None


def _also(held: Held, news: Sequence[Message]) -> Held:
    """What is held already, with what was written since."""
    told = _wrote(news)
    return replace(
        held,
        told=told if told.text == _CUSTOMER_WROTE else held.told,
        messages=(*held.messages, *(message.id for message in news)),
    )


def _wrote(news: Sequence[Message]) -> Told:
    colleague = next((message for message in news if message.kind is not MessageKind.CUSTOMER), None)
    if colleague is None or any(message.kind is MessageKind.CUSTOMER for message in news):
        return Told(_CUSTOMER_WROTE)
    return Told(_COLLEAGUE_WROTE, {"who": colleague.author})


def _difference(clash: Clash) -> Difference:
    return Difference(clash.field, *(_text(value) for value in (clash.before, clash.theirs, clash.mine)))


def _text(value: object) -> str:
    match value:
        case None | "" | ():
            return ""
        case tuple():
            return ", ".join(str(each) for each in value)
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


def told_of(refusal: Refusal) -> Told:
    """A refusal to keep."""
    return Told(refusal.text, {name: str(value) for name, value in refusal.details.items()})


def _or_same(ticket: Ticket, action: do.Action, undone: do.Action | None) -> Ticket:
    try:
        return reapply(ticket, action, undone)
    except (Refusal, ValueError):
        return ticket
