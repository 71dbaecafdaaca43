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
from agent_tui.domain.casework import Complaint
from agent_tui.domain.changes import earliest, end_steps, enter, head, sorted_tags, with_message
from agent_tui.domain.complaints import advance, check_stage, is_afterwards, is_asked_again
from agent_tui.domain.effects import EFFECTS as CASEWORK
from agent_tui.domain.privacy_effects import EFFECTS as PRIVACY
from agent_tui.domain.ticket import Customer, Link, MessageKind, Resolution, Span, Status, Step, Ticket

PROMISE = "promise"
"""The name of the step that an unsolved reply starts (POLICY H3)."""

UPDATE = "update"
"""The name of the step for the next progress message that such a reply promises (POLICY H3)."""

# What may still be done to a ticket that is resolved, and what besides while its complaint waits for the revisit.
_AFTER_RESOLVING = (
    do.Receive,
    do.Reopen,
    do.Note,
    do.Tag,
    do.Link,
    do.Unlink,
    do.EditCustomer,
    do.Undo,
    do.Review,
    do.Dispatch,
    do.Advise,
    do.Consent,
    do.Unmask,
    do.WithoutConsent,
)
_REVISITING = (
    do.Appoint,
    do.Revisit,
    do.Close,
    do.Reply,
    do.Take,
    do.Release,
    do.HandOver,
    do.Acknowledge,
)
# What only the owner may do; on a ticket without one, the agent becomes the owner by doing it (POLICY H5).
_OWNERS_WORK = (
    do.Release,
    do.Classify,
    do.Reply,
    do.Snooze,
    do.Wait,
    do.Resume,
    do.Resolve,
    do.Merge,
    do.Complain,
    do.Withdraw,
    do.Record,
    do.Report,
    do.Accept,
    do.CarryOut,
    do.Appoint,
    do.Revisit,
    do.Close,
    do.Escalate,
)


def start(action: do.Open) -> Ticket:
    """The ticket that begins with a contact (POLICY H5).

    Automatic mail and bounces that belong to no ticket begin one that is out of the queue: nothing is lost, nobody
    waits.
    """
    message = head(action, action.content)
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
    late = _AFTER_RESOLVING + (_REVISITING if is_afterwards(ticket) else ())
    if ticket.status is Status.RESOLVED and kind not in late:
        raise no.NotOpen
    if kind not in (do.Reply, do.Reopen, do.Receive):  # what these mean, their fields say
        check_stage(ticket, str(kind.__struct_config__.tag))
    if kind in _OWNERS_WORK and ticket.owner not in (None, by):
        raise no.NotYours(owner=ticket.owner)


def apply(ticket: Ticket, action: do.Action, other: Ticket | None = None) -> Ticket:
    """The ticket after the action. For a `Merge`, applied to the receiving ticket, `other` is the one that ends.

    Raises a Refusal when the ticket's state makes the action impossible.
    """
    if isinstance(action, do.Open | do.Destroy | do.Destroyed):
        raise no.NothingChanges
    if isinstance(action, do.Adopt):
        return action.state
    if isinstance(action, do.Unmask | do.WithoutConsent):  # they change nothing, wherever the ticket stands
        return ticket
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
        changed = advance(_EFFECTS[type(action)](ticket, action), action)
    return replace(changed, changed=max(ticket.changed or ticket.created, action.at))


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
    message = head(action, action.content)
    ticket = with_message(ticket, message)
    match message.kind:
        case MessageKind.CUSTOMER:
            if ticket.status is not Status.OPEN and not is_asked_again(ticket):
                ticket = replace(enter(ticket, Status.OPEN, action.at), resolution=None)
            return replace(ticket, awaiting_since=earliest(ticket.awaiting_since, message.at))
        case MessageKind.REPLY:  # one of ours that another program sent
            answered = earliest(ticket.answered, message.at)
            return replace(ticket, answered=answered, awaiting_since=_unanswered(ticket))
        case MessageKind.BOUNCE:  # the customer was not reached: the agent has to know
            if ticket.status in (Status.WAITING, Status.SNOOZED):
                ticket = enter(ticket, Status.OPEN, action.at)
            return replace(ticket, tags=sorted_tags((*ticket.tags, "bounce")))
        case MessageKind.AUTOMATIC | MessageKind.NOTE:
            return ticket


def _take(ticket: Ticket, action: do.Take) -> Ticket:
    if ticket.owner == action.by:
        raise no.AlreadyYours
    if ticket.owner is not None and action.from_owner is None:
        raise no.NotYours(owner=ticket.owner)
    if ticket.owner != action.from_owner:
        raise no.OwnerChanged(owner=ticket.owner or "–", expected=action.from_owner)
    return replace(ticket, owner=action.by, handover=None)


def _release(ticket: Ticket, action: do.Release) -> Ticket:
    if ticket.owner is None:
        raise no.NotOwned
    return replace(ticket, owner=None)


def _classify(ticket: Ticket, action: do.Classify) -> Ticket:
    return replace(
        ticket,
        verified=action.verified,
        type=action.type,
        product=action.product or ticket.product,
        level=action.level,
        urgent=action.urgent,
        deadline=action.deadline,
        answers=action.answers,
    )


def _reply(ticket: Ticket, action: do.Reply) -> Ticket:
    content = do.Content(text=action.text, kind=MessageKind.REPLY)
    ticket = replace(
        with_message(ticket, head(action, content)),
        answered=ticket.answered or action.at,
        awaiting_since=None,
    )
    if is_afterwards(ticket):  # the issue is solved: nothing waits, nothing is promised
        return ticket
    match action.outcome:
        case do.Asks() | do.Proposes():
            return ticket if ticket.status is Status.WAITING else enter(ticket, Status.WAITING, action.at)
        case do.Solves():
            return end_steps(end_steps(ticket, action.at, PROMISE), action.at, UPDATE)
        case do.Apologises(direction=direction):
            if ticket.complaint is not None and direction:
                ticket = replace(ticket, complaint=replace(ticket.complaint, direction=direction))
            return ticket if ticket.status is not Status.WAITING else enter(ticket, Status.OPEN, action.at)
        case do.Unsolved(deadline=deadline, follow_up=follow_up, update=update):
            ticket = end_steps(end_steps(ticket, action.at, PROMISE), action.at, UPDATE)
            if ticket.status is Status.WAITING:  # it is our turn again
                ticket = enter(ticket, Status.OPEN, action.at)
            steps = [Step(name=PROMISE, start=action.at, rule="H3", due=deadline, note=follow_up)]
            if update is not None:
                steps.append(Step(name=UPDATE, start=action.at, rule="H3", due=update, note=follow_up))
            return replace(ticket, steps=(*ticket.steps, *steps))


def _note(ticket: Ticket, action: do.Note) -> Ticket:
    return with_message(ticket, head(action, do.Content(text=action.text, kind=MessageKind.NOTE)))


def _snooze(ticket: Ticket, action: do.Snooze) -> Ticket:
    if action.until <= action.at:
        raise no.InThePast(moment=action.until)
    return enter(ticket, Status.SNOOZED, action.at, action.until)


def _wait(ticket: Ticket, action: do.Wait) -> Ticket:
    if ticket.status is Status.WAITING:
        raise no.NothingChanges
    return enter(ticket, Status.WAITING, action.at)


def _resume(ticket: Ticket, action: do.Resume) -> Ticket:
    if ticket.status is Status.OPEN:
        raise no.NothingChanges
    return enter(ticket, Status.OPEN, action.at)


def _resolve(ticket: Ticket, action: do.Resolve) -> Ticket:
    ticket = end_steps(enter(ticket, Status.RESOLVED, action.at), action.at)
    resolution = Resolution(
        at=action.at,
        by=action.by,
        result=action.result,
        satisfaction=action.satisfaction,
        summary=action.summary,
        root_cause=action.root_cause,
        improvement=action.improvement,
        care=action.care,
        recommend=action.recommend,
        comfort=action.comfort,
    )
    return replace(ticket, resolution=resolution, awaiting_since=None, handover=None)


def _reopen(ticket: Ticket, action: do.Reopen) -> Ticket:
    if ticket.status is not Status.RESOLVED:
        raise no.NotResolved
    return replace(enter(ticket, Status.OPEN, action.at), resolution=None)


def _tag(ticket: Ticket, action: do.Tag) -> Ticket:
    tags = sorted_tags(tuple(tag for tag in (*ticket.tags, *action.add) if tag not in action.remove))
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
    ended = end_steps(enter(ticket, Status.MERGED, action.at), action.at)
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
        answered=earliest(ticket.answered, source.answered),
        awaiting_since=earliest(ticket.awaiting_since, source.awaiting_since),
        urgent=ticket.urgent or source.urgent,
        tags=sorted_tags((*ticket.tags, *source.tags)),
        links=tuple(links.values()),
        steps=(*ticket.steps, *source.steps),
        complaint=_one_complaint(ticket, source),
        escalations=(*ticket.escalations, *source.escalations),
        dispatches=(*ticket.dispatches, *source.dispatches),
    )
    if source.awaiting_since is not None and merged.status is not Status.OPEN:
        return enter(merged, Status.OPEN, source.awaiting_since)
    return merged


def _one_complaint(ticket: Ticket, source: Ticket) -> Complaint | None:
    """The receiving ticket's complaint goes on; legal clocks count from the earlier of the two."""
    one, other = ticket.complaint, source.complaint
    if one is None or other is None:
        return one or other
    return replace(one, received=min(one.received, other.received))


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
    **CASEWORK,
    **PRIVACY,
}
