"""From what a helpdesk tells to actions of the desk, and from actions to what a helpdesk is told.

What a colleague's desk did comes back as the action it was, with its own id; what people did without a desk becomes a
`Receive` whose id follows from the entry's, so that nothing is taken in twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import asdict, replace

from agent_tui.domain import actions as do
from agent_tui.domain.changes import text_of
from agent_tui.domain.ids import ENTROPY, action_id, is_action_id
from agent_tui.domain.ticket import Attachment, Customer, MessageKind, Ticket
from agent_tui.guidance import language, market
from agent_tui.store.remotes import REMOTE_FILE
from agent_tui.sync.backends.base import Entry, Remote

DEFAULT_CHANNEL = "email"

_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_LARGEST = 1 << 53
_NEVER_FROM_OUTSIDE = (do.Open, do.Receive, do.Adopt)
_HEADER = ("id", "ticket", "at", "by", "role")

Numbers = Callable[[int], int | None]
"""From a ticket's number on one side to that on the other; None where it has none."""


def entry_id(server: str, entry: int, at: datetime, what: str = "") -> str:
    """The id of the action that an entry becomes: the same whenever it is read."""
    entropy = blake2b(f"{server}\n{what}\n{entry}".encode(), digest_size=ENTROPY).digest()
    return action_id(at, entropy)


def opening(remote: Remote, ticket: int, server: str) -> do.Open:
    """The action with which a ticket of the helpdesk begins here."""
    first = next((entry for entry in remote.entries if entry.opens), None)
    content = content_of(first) if first is not None else do.Content()
    if remote.opened:
        said = _decoded(remote.opened)
        if isinstance(said, do.Open):
            content = replace(
                said.content, text=content.text or said.content.text, attachments=content.attachments
            )
            return replace(said, ticket=ticket, content=content)
    facts = remote.facts
    channel = facts.channel if isinstance(facts.channel, str) else DEFAULT_CHANNEL
    return do.Open(
        id=entry_id(server, remote.id, remote.created, "ticket"),
        ticket=ticket,
        at=remote.created,
        by=first.by if first is not None else "",
        channel=channel,
        subject=facts.subject if isinstance(facts.subject, str) else "",
        customer=_guessed(remote.customer, content),
        content=content,
    )


def _guessed(customer: Customer, content: do.Content) -> Customer:
    """The customer with market and language as their first words suggest, as an import does it."""
    if content.kind is not MessageKind.CUSTOMER:
        return customer
    tongue = language.identify(content.text)
    place = market.guess(
        email=customer.emails[0] if customer.emails else "",
        name=customer.name,
        text=content.text,
        language=tongue.value if tongue else None,
    )
    guesses = [f"market {reason}" for reason in (place.because if place else ())]
    guesses += [f"language {reason}" for reason in (tongue.because if tongue else ())]
    return replace(
        customer,
        market=place.value if place else None,
        language=tongue.value if tongue else None,
        guesses=tuple(guesses),
    )


def content_of(entry: Entry) -> do.Content:
    """What an entry says, with its attachments still to be loaded."""
    return do.Content(
        text=entry.text,
        author=entry.by,
        kind=entry.kind,
        message_id=entry.message_id,
        attachments=tuple(
            Attachment(file.name, file.media_type, file.size, f"{REMOTE_FILE}{file.id}")
            for file in entry.files
        ),
    )


def action_of(entry: Entry, ticket: int, server: str, here: Numbers) -> do.Action:
    """What an entry is: a colleague's action, or words."""
    said = _colleagues(entry, here) if entry.op and entry.action else None
    if said is not None:
        return said
    return do.Receive(
        id=entry.op if is_action_id(entry.op) else entry_id(server, entry.id, entry.at),
        ticket=ticket,
        at=entry.at,
        by=entry.by,
        content=content_of(entry),
    )


def _colleagues(entry: Entry, here: Numbers) -> do.Action | None:
    """The action that an entry carries; None when it can't be one, whoever wrote it there.

    Nobody is to read less for it, nor to think that the customer was answered: what people there read is what was said.
    """
    action = _decoded(entry.action)
    if action is None or action.id != entry.op or isinstance(action, _NEVER_FROM_OUTSIDE):
        return None
    if isinstance(action, do.Reply) is not (entry.kind is MessageKind.REPLY):
        return None
    numbered = renumbered(action, here)
    if numbered is None:
        return None
    text = text_of(numbered)
    if text is None or not text.strip():
        return replace(numbered, by=entry.by) if entry.text.startswith(_line(action)) else None
    if same_words(text, entry.text):
        return replace(numbered, by=entry.by)
    return None if isinstance(numbered, do.Verify) else replace(numbered, by=entry.by, text=entry.text)


def _decoded(text: str) -> do.Action | None:
    """An action that came from outside; None for what is none, or could not have been done at any desk."""
    try:
        action: do.Action = msgspec.json.decode(text, type=do.Action)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    plain = msgspec.to_builtins(action, builtin_types=(datetime,))
    return action if is_action_id(action.id) and _is_sound(plain) else None


def _is_sound(value: object) -> bool:
    """Whether numbers, moments and time zones are such that one can count with them."""
    match value:
        case datetime():
            return value.utcoffset() is not None and _EARLIEST < value < _LATEST
        case int():
            return abs(value) < _LARGEST
        case dict():
            return all(map(_is_sound, value.values())) and _is_zone(value.get("time_zone"))
        case list() | tuple():
            return all(map(_is_sound, value))
        case _:
            return True


def _is_zone(name: object) -> bool:
    try:
        return not isinstance(name, str) or bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return False


def renumbered(action: do.Action, numbers: Numbers) -> do.Action | None:
    """The action with the other side's ticket numbers; None when one of them is not there."""
    tickets = {number: numbers(number) for number in do.tickets_of(action)}
    if None in tickets.values():
        return None
    changes: dict[str, Any] = {"ticket": tickets[action.ticket]}
    match action:
        case do.Link(other=other) | do.Unlink(other=other):
            changes["other"] = tickets[other]
        case do.Merge(into=other):
            changes["into"] = tickets[other]
        case do.Undo(before=before):
            changes["before"] = _renumbered_ticket(before, numbers)
        case _:
            pass
    return replace(action, **changes)


def _renumbered_ticket(ticket: Ticket, numbers: Numbers) -> Ticket:
    links = tuple(
        replace(link, other=other) for link in ticket.links if (other := numbers(link.other)) is not None
    )
    return replace(ticket, id=numbers(ticket.id) or ticket.id, links=links)


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same; helpdesks change line ends and add one."""
    return one.replace("\r\n", "\n").rstrip() == other.replace("\r\n", "\n").rstrip()


def spoken(action: do.Action) -> str:
    """What the helpdesk's own users read of an action: its text, or in a line what was done."""
    text = text_of(action)
    if text is not None and text.strip():
        return text
    told = [
        f"{name.replace('_', ' ')}: {shown}"
        for name, value in asdict(action).items()
        if name not in (*_HEADER, "before", "answers") and (shown := _shown(value))
    ]
    return f"{_line(action)} {'; '.join(told)}".strip()


def _line(action: do.Action) -> str:
    """How the line begins that tells of an action without words."""
    return f"[{do.kind_of(action).replace('_', ' ')}]"


def _shown(value: object) -> str:
    match value:
        case None | "" | () | False:
            return ""
        case True:
            return "yes"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case tuple():
            return ", ".join(str(each) for each in value)
        case str() | int():
            return str(value)
        case _:
            return ""
