"""The small changes to a ticket that the effects of actions are made of."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.quoting import preview
from agent_tui.domain.ticket import Message, MessageKind, Span, Status, Ticket


def head(action: do.Base, content: do.Content) -> Message:
    """The message that an action brings, without its text."""
    return Message(
        id=action.id,
        kind=content.kind,
        at=action.at,
        author=content.author or action.by,
        preview=preview(content.text),
        message_id=content.message_id,
        attachments=content.attachments,
    )


def enter(ticket: Ticket, status: Status, at: datetime, until: datetime | None = None) -> Ticket:
    """The ticket in another status from `at` on; time never runs backwards in its history."""
    begins = max(at, ticket.spans[-1].start) if ticket.spans else at
    return replace(ticket, status=status, spans=(*ticket.spans, Span(status, begins, until)))


def with_message(ticket: Ticket, message: Message) -> Ticket:
    """The ticket with one message more, in the order of their moments."""
    messages = (*ticket.messages, message)
    if len(messages) > 1 and message.at < messages[-2].at:  # a late arrival, such as an imported older mail
        messages = tuple(sorted(messages, key=lambda each: (each.at, each.id)))
    return replace(ticket, messages=messages)


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of those that are known."""
    return min((moment for moment in moments if moment is not None), default=None)


def end_steps(ticket: Ticket, at: datetime, name: str | None = None) -> Ticket:
    """The ticket with its open steps ended, all of them or those called `name`."""
    steps = tuple(
        replace(step, ended=at) if step.ended is None and name in (None, step.name) else step
        for step in ticket.steps
    )
    return replace(ticket, steps=steps)


def sorted_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Each tag once, in order."""
    return tuple(sorted({tag.strip() for tag in tags if tag.strip()}))


def text_of(action: do.Action) -> str | None:
    """The text of the message that an action brings into the conversation; None when it brings none."""
    match action:
        case do.Open(content=content) | do.Receive(content=content):
            return content.text
        case do.Verify(text=text, plan=plan):
            return f"{text}\n\n{plan}"
        case do.Reply() | do.Note() | do.Record() | do.Report() | do.Plan() | do.Accept() | do.CarryOut():
            return action.text
        case do.Withdraw() | do.Revisit() | do.Escalate() | do.Dispatch() | do.Advise() | do.HandOver():
            return action.text
        case do.Consent():
            return action.text
        case _:
            return None


def with_note(ticket: Ticket, action: do.Action) -> Ticket:
    """The ticket with the action's text as an internal message; the customer never sees it and no clock notices."""
    text = text_of(action) or ""
    if not text.strip():
        return ticket
    return with_message(ticket, head(action, do.Content(text=text, kind=MessageKind.NOTE)))
