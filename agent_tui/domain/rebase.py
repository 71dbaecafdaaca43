"""Doing an action to a ticket that is no longer the one it was done to: the helpdesk's state moved on meanwhile.

What both sides changed in different places stands on both sides; where they meet, somebody has to decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.apply import apply, guard
from agent_tui.domain.changes import enter, head, sorted_tags, text_of, with_message
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Customer, Message, MessageKind, Status, Ticket

Value = TypeVar("Value")

_ALREADY = (no.AlreadyYours, no.NothingChanges, no.NotOwned)
_PREPARES = (no.NotOpen, no.NotResolved, no.NotYours, no.OwnerChanged)
_OF_TIME = ("spans", "messages", "changed")
"""What an `Undo` does not put back as it was."""
_PUTS_ASIDE = (do.Reply, do.Resolve, do.Wait, do.Snooze, do.Close, do.Merge)


class Clash(msgspec.Struct, frozen=True):
    """A field that both sides changed, with what each wants there and what stood there before."""

    field: str
    before: object
    theirs: object
    mine: object


def reapply(
    ticket: Ticket, action: do.Action, undone: do.Action | None, other: Ticket | None = None
) -> Ticket:
    """The ticket after an action that may have been done to an older state of it.

    `undone` is the action that an `Undo` takes back: only what it changed goes back, and what came in since stays. One
    that is not known here has changed nothing here. `other` is as for `apply`. Raises a Refusal when the action is
    impossible now; what has its effect already is not impossible.
    """
    try:
        if isinstance(action, do.Undo):
            return _undo(ticket, action, undone)
        return apply(ticket, action, other)
    except _ALREADY:
        return ticket


def accounted(
    ticket: Ticket, action: do.Action, undone: do.Action | None, other: Ticket | None = None
) -> Ticket:
    """The ticket after something that did happen on the helpdesk, whether or not it fits.

    Whoever did it saw the ticket in another state than it is known here, and what the helpdesk says of owner and
    status was read later: both stay as they are where the action does not set them. If it fits into no state, its
    words are there all the same.
    """
    seen = ticket
    for _each in _PREPARES:
        try:
            after = reapply(seen, action, undone, other)
        except _PREPARES as refusal:
            seen = _as_seen(seen, action, refusal)
            continue
        except Refusal:
            break
        kept: dict[str, object] = {
            name: getattr(ticket, name)
            for name in ("owner", "status")
            if getattr(after, name) == getattr(seen, name)
        }
        return replace(after, **kept) if seen is not ticket else after
    text = text_of(action)
    if text is None or not text.strip():
        return ticket
    kind = MessageKind.REPLY if isinstance(action, do.Reply) else MessageKind.NOTE
    content = action.content if isinstance(action, do.Receive) else do.Content(text=text, kind=kind)
    return with_message(ticket, head(action, content))


def _as_seen(ticket: Ticket, action: do.Action, refusal: Refusal) -> Ticket:
    """The ticket in a state in which an action that was refused must have found it."""
    if isinstance(refusal, no.NotOpen):
        return replace(ticket, status=Status.OPEN)
    if isinstance(refusal, no.NotResolved):
        return replace(ticket, status=Status.RESOLVED)
    return replace(ticket, owner=action.from_owner if isinstance(action, do.Take) else action.by)


def _undo(ticket: Ticket, action: do.Undo, undone: do.Action | None) -> Ticket:
    """The ticket without what the undone action changed, as far as nobody changed that again; the rest stays."""
    guard(ticket, do.Undo, action.by)
    before = action.before
    if undone is None:
        return ticket
    try:
        after = apply(before, undone)
    except (Refusal, ValueError):
        return ticket
    back: dict[str, object] = {
        name: _restored(getattr(before, name), getattr(after, name), getattr(ticket, name))
        for name in ticket.__struct_fields__
        if name not in _OF_TIME and getattr(before, name) != getattr(after, name)
    }
    if isinstance(tags := back.get("tags"), tuple):
        back["tags"] = sorted_tags(tags)
    if "status" in back and back["status"] != ticket.status:
        entered = enter(ticket, before.status, action.at)
        back["spans"] = before.spans if ticket.spans == after.spans else entered.spans
    messages = tuple(message for message in ticket.messages if message.id != undone.id)
    return replace(ticket, **back, messages=messages)


def _restored(before: Value, after: Value, now: Value) -> Value:
    """A value with the step from `before` to `after` taken back; what was changed again since stays."""
    if now == after:
        return before
    if isinstance(before, tuple) and isinstance(after, tuple) and isinstance(now, tuple):
        kept = tuple(each for each in now if each in before or each not in after)
        again = tuple(each for each in before if each not in after and each not in kept)
        return type(now)((*kept, *again))
    if isinstance(before, Customer) and isinstance(after, Customer) and isinstance(now, Customer):
        names = now.__struct_fields__
        return replace(
            now, **{n: _restored(getattr(before, n), getattr(after, n), getattr(now, n)) for n in names}
        )
    return now


def clashes(action: do.Action, base: Ticket, now: Ticket, mine: Ticket) -> tuple[Clash, ...]:
    """Where an action and the helpdesk changed the same field to different values.

    `base` is the state that the action was done to, `now` is the helpdesk's, `mine` is `base` after the action.
    """
    if isinstance(action, do.Classify):
        names: tuple[str, ...] = ("type", "product", "level", "urgent", "deadline")
        return _met(names, base, now, mine)
    if isinstance(action, do.EditCustomer):
        return _met(tuple(mine.customer.__struct_fields__), base.customer, now.customer, mine.customer)
    return ()


def _met(names: tuple[str, ...], base: object, now: object, mine: object) -> tuple[Clash, ...]:
    found = (
        Clash(name, getattr(base, name), getattr(now, name), getattr(mine, name))
        for name in names
        if name != "guesses"
    )
    return tuple(
        each for each in found if each.mine != each.before and each.theirs not in (each.before, each.mine)
    )


def unseen(action: do.Action, arrived: Iterable[Message], agent: str) -> tuple[Message, ...]:
    """Which of the messages that arrived since an action was done `agent` should have seen before doing it.

    Whoever answers must know what the customer and colleagues wrote; whoever puts a ticket aside, what the
    customer did.
    """
    if not isinstance(action, _PUTS_ASIDE):
        return ()
    counts = [MessageKind.CUSTOMER]
    if isinstance(action, do.Reply):
        counts += [MessageKind.REPLY, MessageKind.NOTE]
    return tuple(message for message in arrived if message.kind in counts and message.author != agent)


def away(ticket: Ticket, reason: str, at: datetime) -> Ticket:
    """A ticket that the helpdesk has no more, or hides: out of the queue, marked, its conversation kept."""
    if reason in ticket.tags and ticket.status is Status.RESOLVED:
        return ticket
    if ticket.status is not Status.RESOLVED:
        ticket = enter(ticket, Status.RESOLVED, at)
    return replace(ticket, tags=sorted_tags((*ticket.tags, reason)), awaiting_since=None, handover=None)


def back(ticket: Ticket, reasons: Collection[str]) -> Ticket:
    """A ticket that is there again, without the marks of having been away."""
    tags = tuple(tag for tag in ticket.tags if tag not in reasons)
    return ticket if tags == ticket.tags else replace(ticket, tags=tags)
