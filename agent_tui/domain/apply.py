"""`apply(ticket, action) → ticket`: what each action does, and the states in which it is impossible.

This file knows states, not policy: whatever was once journaled can be applied again under any later policy.
What the company's policy demands of an action before it is done stands in `permit`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import UNSET
from msgspec.structs import asdict, replace

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.quoting import preview
from agent_tui.domain.ticket import (
    Customer,
    Link,
    Message,
    MessageKind,
    Resolution,
    Span,
    Status,
    Step,
    Ticket,
)

PROMISE = "promise"
"""The name of the step that an unsolved reply starts (POLICY H3)."""

# What may still be done to a ticket that is resolved.
_AFTER_RESOLVING = (do.Receive, do.Reopen, do.Note, do.Tag, do.Link, do.Unlink, do.EditCustomer, do.Undo)
# What only the owner may do; on a ticket without one, the agent becomes the owner by doing it (POLICY H5).
_OWNERS_WORK = (do.Release, do.Classify, do.Reply, do.Snooze, do.Wait, do.Resume, do.Resolve, do.Merge)


def start(action: do.Open) -> Ticket:
    """The ticket that begins with a contact (POLICY H5).

    Automatic mail and bounces that belong to no ticket begin one that is out of the queue: nothing is lost, nobody
    waits.
    """
    message = _head(action, action.content)
    from_customer = message.kind is MessageKind.CUSTOMER
    asleep = message.kind in (MessageKind.AUTOMATIC, MessageKind.BOUNCE)
    status = Status.RESOLVED if asleep else Status.OPEN
    answered = action.answered or (action.at if message.kind is MessageKind.REPLY else None)
    return Ticket(
        id=action.ticket,
        subject=action.subject,
        channel=action.channel,
        customer=action.customer,
        created=action.at,
        status=status,
        answered=answered,
        awaiting_since=action.at if from_customer and answered is None else None,
        spans=(Span(status, action.at),),
        messages=(message,),
        tags=(message.kind.value,) if asleep else (),
        changed=action.at,
    )


def guard(ticket: Ticket, kind: type[do.Base], by: str | None) -> None:
    """Raises the Refusal that any action of this kind by this agent would meet, whatever its fields say."""
    if ticket.status is Status.MERGED:
        raise no.Merged(into=ticket.merged_into)
    if ticket.status is Status.RESOLVED and kind not in _AFTER_RESOLVING:
        raise no.NotOpen
    if kind in _OWNERS_WORK and ticket.owner not in (None, by):
        raise no.NotYours(owner=ticket.owner)


def apply(ticket: Ticket, action: do.Action, other: Ticket | None = None) -> Ticket:
    """The ticket after the action. For a `Merge`, applied to the receiving ticket, `other` is the one that ends.

    Raises a Refusal when the ticket's state makes the action impossible.
    """
    if isinstance(action, do.Open):
        raise no.NothingChanges
    if isinstance(action, do.Merge) and action.into == action.ticket:
        raise no.SameTicket
    receives = isinstance(action, do.Merge) and ticket.id == action.into
    guard(ticket, type(action), ticket.owner if receives else action.by)
    if receives:
        if other is None:
            raise ValueError("a merge into this ticket needs the ticket that ends")
        changed = _absorb(ticket, other)
    else:
        if ticket.owner is None and isinstance(action, _OWNERS_WORK) and not isinstance(action, do.Release):
            ticket = replace(ticket, owner=action.by)
        changed = _EFFECTS[type(action)](ticket, action)
    return replace(changed, changed=max(ticket.changed or ticket.created, action.at))


def _head(action: do.Base, content: do.Content) -> Message:
    return Message(
        id=action.id,
        kind=content.kind,
        at=action.at,
        author=content.author or action.by,
        preview=preview(content.text),
        message_id=content.message_id,
        attachments=content.attachments,
    )


def _enter(ticket: Ticket, status: Status, at: datetime, until: datetime | None = None) -> Ticket:
    """The ticket in another status from `at` on; time never runs backwards in its history."""
    begins = max(at, ticket.spans[-1].start) if ticket.spans else at
    return replace(ticket, status=status, spans=(*ticket.spans, Span(status, begins, until)))


def _with_message(ticket: Ticket, message: Message) -> Ticket:
    messages = (*ticket.messages, message)
    if len(messages) > 1 and message.at < messages[-2].at:  # a late arrival, such as an imported older mail
        messages = tuple(sorted(messages, key=lambda each: (each.at, each.id)))
    return replace(ticket, messages=messages)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _unanswered(ticket: Ticket) -> datetime | None:
    """The oldest customer message after the newest answer: later ones do not move the clock."""
    since: datetime | None = None
    for message in ticket.messages:
        if message.kind is MessageKind.REPLY:
            since = None
        elif message.kind is MessageKind.CUSTOMER and since is None:
            since = message.at
    return since


def _receive(ticket: Ticket, action: do.Receive) -> Ticket:
    message = _head(action, action.content)
    ticket = _with_message(ticket, message)
    match message.kind:
        case MessageKind.CUSTOMER:
            if ticket.status is not Status.OPEN:
                ticket = replace(_enter(ticket, Status.OPEN, action.at), resolution=None)
            return replace(ticket, awaiting_since=_earliest(ticket.awaiting_since, message.at))
        case MessageKind.REPLY:  # one of ours that another program sent
            answered = _earliest(ticket.answered, message.at)
            return replace(ticket, answered=answered, awaiting_since=_unanswered(ticket))
        case MessageKind.BOUNCE:  # the customer was not reached: the agent has to know
            if ticket.status in (Status.WAITING, Status.SNOOZED):
                ticket = _enter(ticket, Status.OPEN, action.at)
            return replace(ticket, tags=_sorted((*ticket.tags, "bounce")))
        case MessageKind.AUTOMATIC | MessageKind.NOTE:
            return ticket


def _take(ticket: Ticket, action: do.Take) -> Ticket:
    if ticket.owner == action.by:
        raise no.AlreadyYours
    if ticket.owner is not None and action.from_owner is None:
        raise no.NotYours(owner=ticket.owner)
    if ticket.owner != action.from_owner:
        raise no.OwnerChanged(owner=ticket.owner or "–", expected=action.from_owner)
    return replace(ticket, owner=action.by)


def _release(ticket: Ticket, action: do.Release) -> Ticket:
    if ticket.owner is None:
        raise no.NotOwned
    return replace(ticket, owner=None)


def _classify(ticket: Ticket, action: do.Classify) -> Ticket:
    return replace(
        ticket,
        verified=action.verified,
        type=action.type,
        level=action.level,
        urgent=action.urgent,
        deadline=action.deadline,
    )


def _reply(ticket: Ticket, action: do.Reply) -> Ticket:
    content = do.Content(text=action.text, kind=MessageKind.REPLY)
    ticket = replace(
        _with_message(ticket, _head(action, content)),
        answered=ticket.answered or action.at,
        awaiting_since=None,
    )
    match action.outcome:
        case do.Asks():
            return ticket if ticket.status is Status.WAITING else _enter(ticket, Status.WAITING, action.at)
        case do.Solves():
            return _end_steps(ticket, action.at, PROMISE)
        case do.Unsolved(deadline=deadline, follow_up=follow_up):
            ticket = _end_steps(ticket, action.at, PROMISE)
            if ticket.status is Status.WAITING:  # it is our turn again
                ticket = _enter(ticket, Status.OPEN, action.at)
            promise = Step(name=PROMISE, start=action.at, rule="H3", due=deadline, note=follow_up)
            return replace(ticket, steps=(*ticket.steps, promise))


def _end_steps(ticket: Ticket, at: datetime, name: str | None = None) -> Ticket:
    steps = tuple(
        replace(step, ended=at) if step.ended is None and name in (None, step.name) else step
        for step in ticket.steps
    )
    return replace(ticket, steps=steps)


def _note(ticket: Ticket, action: do.Note) -> Ticket:
    return _with_message(ticket, _head(action, do.Content(text=action.text, kind=MessageKind.NOTE)))


def _snooze(ticket: Ticket, action: do.Snooze) -> Ticket:
    if action.until <= action.at:
        raise no.InThePast(moment=action.until)
    return _enter(ticket, Status.SNOOZED, action.at, action.until)


def _wait(ticket: Ticket, action: do.Wait) -> Ticket:
    if ticket.status is Status.WAITING:
        raise no.NothingChanges
    return _enter(ticket, Status.WAITING, action.at)


def _resume(ticket: Ticket, action: do.Resume) -> Ticket:
    if ticket.status is Status.OPEN:
        raise no.NothingChanges
    return _enter(ticket, Status.OPEN, action.at)


def _resolve(ticket: Ticket, action: do.Resolve) -> Ticket:
    ticket = _end_steps(_enter(ticket, Status.RESOLVED, action.at), action.at)
    resolution = Resolution(
        at=action.at,
        by=action.by,
        result=action.result,
        satisfaction=action.satisfaction,
        summary=action.summary,
        root_cause=action.root_cause,
        improvement=action.improvement,
    )
    return replace(ticket, resolution=resolution, awaiting_since=None)


def _reopen(ticket: Ticket, action: do.Reopen) -> Ticket:
    if ticket.status is not Status.RESOLVED:
        raise no.NotResolved
    return replace(_enter(ticket, Status.OPEN, action.at), resolution=None)


def _sorted(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({tag.strip() for tag in tags if tag.strip()}))


def _tag(ticket: Ticket, action: do.Tag) -> Ticket:
    tags = _sorted(tuple(tag for tag in (*ticket.tags, *action.add) if tag not in action.remove))
    if tags == ticket.tags:
        raise no.NothingChanges
    return replace(ticket, tags=tags)


def _other_end(ticket: Ticket, action: do.Link | do.Unlink) -> int:
    if action.ticket == action.other:
        raise no.SameTicket
    return action.other if ticket.id == action.ticket else action.ticket


def _link(ticket: Ticket, action: do.Link) -> Ticket:
    link = Link(_other_end(ticket, action), action.relation)
    if link in ticket.links:
        raise no.NothingChanges
    kept = tuple(each for each in ticket.links if each.other != link.other)
    return replace(ticket, links=(*kept, link))


def _unlink(ticket: Ticket, action: do.Unlink) -> Ticket:
    other = _other_end(ticket, action)
    kept = tuple(link for link in ticket.links if link.other != other)
    if kept == ticket.links:
        raise no.NothingChanges
    return replace(ticket, links=kept)


def _merge(ticket: Ticket, action: do.Merge) -> Ticket:
    ended = _end_steps(_enter(ticket, Status.MERGED, action.at), action.at)
    return replace(ended, merged_into=action.into, awaiting_since=None)


def _absorb(ticket: Ticket, source: Ticket) -> Ticket:
    """The receiving side of a merge: one conversation, counted from the earlier start."""
    one, other = ticket.customer, source.customer
    if set(_addresses(one)).isdisjoint(_addresses(other)):
        raise no.OtherCustomer(one=one.name or "?", other=other.name or "?")
    links = {
        link.other: link
        for link in (*source.links, *ticket.links)
        if link.other not in (ticket.id, source.id)
    }
    merged = replace(
        ticket,
        created=min(ticket.created, source.created),
        messages=tuple(sorted((*ticket.messages, *source.messages), key=lambda each: (each.at, each.id))),
        answered=_earliest(ticket.answered, source.answered),
        awaiting_since=_earliest(ticket.awaiting_since, source.awaiting_since),
        urgent=ticket.urgent or source.urgent,
        tags=_sorted((*ticket.tags, *source.tags)),
        links=tuple(links.values()),
        steps=(*ticket.steps, *source.steps),
    )
    if source.awaiting_since is not None and merged.status is not Status.OPEN:
        return _enter(merged, Status.OPEN, source.awaiting_since)
    return merged


def _addresses(customer: Customer) -> tuple[str, ...]:
    return tuple(
        address.casefold() for address in (*customer.emails, *customer.phones, *customer.handles) if address
    )


def _edit_customer(ticket: Ticket, action: do.EditCustomer) -> Ticket:
    facts = {name: value for name, value in asdict(action.facts).items() if value is not UNSET}
    customer = replace(ticket.customer, **facts)
    # Once an agent has stated a fact, it is no guess any more.
    guesses = tuple(guess for guess in customer.guesses if guess.partition(" ")[0] not in facts)
    customer = replace(customer, guesses=guesses)
    if customer == ticket.customer:
        raise no.NothingChanges
    return replace(ticket, customer=customer)


def _undo(ticket: Ticket, action: do.Undo) -> Ticket:
    return action.before


_EFFECTS: dict[type[do.Base], Callable[..., Ticket]] = {
    do.Receive: _receive,
    do.Take: _take,
    do.Release: _release,
    do.Classify: _classify,
    do.Reply: _reply,
    do.Note: _note,
    do.Snooze: _snooze,
    do.Wait: _wait,
    do.Resume: _resume,
    do.Resolve: _resolve,
    do.Reopen: _reopen,
    do.Tag: _tag,
    do.Link: _link,
    do.Unlink: _unlink,
    do.Merge: _merge,
    do.EditCustomer: _edit_customer,
    do.Undo: _undo,
}
