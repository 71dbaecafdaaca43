"""Masking as recorded (POLICY T4): which texts of an action an agent wrote down, and which are shown behind a mask.

What hides the data is an argument: `Mask` takes a text and gives it back without personal data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Customer, Resolution, Ticket

Mask = Callable[[str], str]

RECORDED: Mapping[type[do.Base], tuple[str, ...]] = {
    do.Classify: ("reason",),
    do.Note: ("text",),
    do.Reply: ("because",),
    do.Snooze: ("reason",),
    do.Wait: ("reason",),
    do.Resolve: ("result", "summary", "root_cause", "improvement"),
    do.Reopen: ("reason",),
    do.Withdraw: ("text",),
    do.Record: ("text", "wanted"),
    do.Report: ("text",),
    do.Verify: ("text", "plan"),
    do.Plan: ("text",),
    do.Accept: ("text", "recourse"),
    do.CarryOut: ("text",),
    do.Revisit: ("text",),
    do.Close: ("suggestions",),
    do.Escalate: ("text",),
    do.Dispatch: ("text",),
    do.Advise: ("text",),
    do.HandOver: ("text",),
    do.Review: ("comment",),
    do.Unmask: ("reason",),
    do.WithoutConsent: ("reason",),
}
"""The texts of agents, by kind of action: they are masked before the action is journaled."""

_NOT_COLLECTED = (do.Unmask, do.WithoutConsent, do.HandOver, do.Review)
"""Those whose texts say nothing new of a customer: why one looked, what is known already, how a colleague worked."""

_SHOWN: Mapping[type[do.Base], tuple[str, ...]] = {
    **RECORDED,
    do.Open: ("subject",),
    do.Reply: ("text", "because"),
    do.Resolve: (*RECORDED[do.Resolve], "care"),
    do.Consent: ("text",),
}


def recorded(action: do.Action, mask: Mask) -> do.Action:
    """The action as it is journaled: what the agent wrote is masked, what the customer reads or wrote is not.

    A promise's reason and follow-up are the agent's notes, although they come with a reply. A contact that an agent
    typed in is the agent's record of it; whether it is one, only the caller knows.
    """
    if isinstance(action, do.Reply) and isinstance(action.outcome, do.Unsolved):
        promise = action.outcome
        masked = replace(promise, reason=mask(promise.reason), follow_up=mask(promise.follow_up))
        action = action if masked == promise else replace(action, outcome=masked)
    return _with(action, RECORDED.get(type(action), ()), mask)


def collected(action: do.Action) -> tuple[str, ...]:
    """What an agent writes down of a customer with an action; nothing of what customers wrote or read (POLICY T5)."""
    if isinstance(action, _NOT_COLLECTED):
        return ()
    texts = [getattr(action, name) for name in RECORDED.get(type(action), ())]
    if isinstance(action, do.Reply) and isinstance(action.outcome, do.Unsolved):
        texts += (action.outcome.reason, action.outcome.follow_up)
    if isinstance(action, do.EditCustomer):
        texts += [each for each in (action.facts.wishes,) if isinstance(each, str)]
    return tuple(text for text in texts if text)


def typed_in(action: do.Open, mask: Mask) -> do.Open:
    """A contact that an agent recorded by hand: subject and text are the agent's words."""
    content = replace(action.content, text=mask(action.content.text))
    return replace(action, subject=mask(action.subject), content=content)


def shown(action: do.Action, mask: Mask) -> do.Action:
    """The action as a journal view tells it: every text behind the mask, the customer's own words too."""
    action = recorded(action, mask)
    if isinstance(action, do.Open):
        action = replace(action, customer=shown_customer(action.customer, mask))
    if isinstance(action, do.Open | do.Receive):
        content = replace(action.content, text=mask(action.content.text), author=mask(action.content.author))
        action = replace(action, content=content, by=mask(action.by))
    if isinstance(action, do.EditCustomer):
        facts = {
            name: _masked(value, mask)
            for name in ("emails", "phones", "handles", "wishes")
            if (value := getattr(action.facts, name))
        }
        action = replace(action, facts=replace(action.facts, **facts))
    if isinstance(action, do.Undo):
        return replace(action, before=shown_ticket(action.before, mask))
    if isinstance(action, do.Adopt):
        return replace(action, state=shown_ticket(action.state, mask))
    return _with(action, _SHOWN.get(type(action), ()), mask)


def shown_customer(customer: Customer, mask: Mask) -> Customer:
    """A customer with addresses and wishes behind the mask; the name stays, since people speak to people."""
    return replace(
        customer,
        emails=tuple(map(mask, customer.emails)),
        phones=tuple(map(mask, customer.phones)),
        handles=tuple(map(mask, customer.handles)),
        wishes=mask(customer.wishes),
    )


def shown_ticket(ticket: Ticket, mask: Mask) -> Ticket:
    """A ticket as it leaves the desk in an export or the clipboard."""
    messages = tuple(
        replace(each, preview=mask(each.preview), author=mask(each.author)) for each in ticket.messages
    )
    done = ticket.resolution
    return replace(
        ticket,
        subject=mask(ticket.subject),
        customer=shown_customer(ticket.customer, mask),
        messages=messages,
        steps=tuple(replace(each, note=mask(each.note)) for each in ticket.steps),
        resolution=_resolution(done, mask) if done is not None else None,
        complaint=None
        if ticket.complaint is None
        else replace(
            ticket.complaint,
            **{
                name: mask(getattr(ticket.complaint, name))
                for name in ("direction", "detail", "wanted", "plan", "recourse", "suggestions")
            },
        ),
        reviews=tuple(replace(each, comment=mask(each.comment)) for each in ticket.reviews),
    )


def _resolution(done: Resolution, mask: Mask) -> Resolution:
    names = ("result", "summary", "root_cause", "improvement", "care")
    return replace(done, **{name: mask(getattr(done, name)) for name in names})


def _with(action: do.Action, fields: tuple[str, ...], mask: Mask) -> do.Action:
    """The same action where nothing was to be hidden, so that it stays one value from key press to helpdesk."""
    masked = {name: mask(text) for name in fields if (text := getattr(action, name))}
    changed = {name: text for name, text in masked.items() if text != getattr(action, name)}
    return replace(action, **changed) if changed else action


def _masked(value: object, mask: Mask) -> object:
    match value:
        case str():
            return mask(value)
        case tuple():
            return tuple(mask(str(each)) for each in value)
        case _:
            return value
