"""Between Request Tracker's words and the desk's: facts and fields, messages and entries, customers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from msgspec import UNSET, UnsetType

from agent_tui.domain.casework import Stage
from agent_tui.domain.ticket import Customer, MessageKind, Satisfaction, Status
from agent_tui.intake import kinds, mime
from agent_tui.intake.contact import ContactKind
from agent_tui.intake.headers import Fields
from agent_tui.sync.backends.base import Entry, File
from agent_tui.sync.backends.rt.values import Message, Person, Spoken, Ticket
from agent_tui.sync.backends.rt.writing import Edit
from agent_tui.sync.facts import Facts, named

Word = TypeVar("Word", bound=StrEnum)

_DIGITS = 10  # no level has so many, and Python refuses to read thousands of them
_STATUS_OF = {
    "new": Status.OPEN,
    "open": Status.OPEN,
    "stalled": Status.WAITING,
    "resolved": Status.RESOLVED,
    "rejected": Status.RESOLVED,
}
_STATUS = {Status.OPEN: "open", Status.WAITING: "stalled", Status.RESOLVED: "resolved"}
_FIELDS = {
    "level": "Level",
    "type": "Type",
    "channel": "Channel",
    "urgent": "Urgent",
    "product": "Product",
    "market": "Market",
    "language": "Language",
    "promised": "PromisedDeadline",
    "revisit": "RevisitAt",
    "satisfaction": "Satisfaction",
    "stage": "ComplaintStage",
    "complaint": "ComplaintFacts",
}
_KINDS = {
    ContactKind.AUTOMATIC: MessageKind.AUTOMATIC,
    ContactKind.BOUNCE: MessageKind.BOUNCE,
}


def facts(ticket: Ticket) -> Facts:
    """What RT holds. An empty channel is one that RT was not told; a word that makes no sense to us is left out."""
    held = ticket.fields
    level = held.get("Level", "")
    return Facts(
        subject=ticket.subject,
        status=_status(ticket),
        owner=ticket.owner,
        level=int(level) if level.isdecimal() and len(level) < _DIGITS else None,
        type=held.get("Type") or None,
        channel=held.get("Channel") or UNSET,
        urgent=held["Urgent"] == "yes" if "Urgent" in held else UNSET,
        product=held.get("Product", ""),
        market=held.get("Market") or None,
        language=held.get("Language") or None,
        promised=_moment(held.get("PromisedDeadline")),
        revisit=_moment(held.get("RevisitAt")),
        satisfaction=_word(Satisfaction, held.get("Satisfaction", "")),
        stage=_word(Stage, held.get("ComplaintStage", "")),
        complaint=held.get("ComplaintFacts", ""),
    )


def edit(changed: Facts) -> Edit:
    """Facts as RT is told them, but for the owner, who is changed by ways of its own."""
    values = named(changed)
    fields = {_FIELDS[name]: _text(value) for name, value in values.items() if name in _FIELDS}
    subject: str | UnsetType = values.get("subject", UNSET)
    return Edit(
        subject=subject, status=_STATUS[values["status"]] if "status" in values else UNSET, fields=fields
    )


def customer(people: tuple[Person, ...]) -> Customer:
    """The first requestor by name, with the addresses of all."""
    first = people[0] if people else Person("")
    emails = tuple(dict.fromkeys(address for each in people if (address := _address(each))))
    return Customer(name=first.real_name or ("" if "@" in first.name else first.name), emails=emails)


def entry(message: Message, ticket: Ticket) -> Entry:
    """A message as an entry of the conversation."""
    return Entry(
        id=message.id,
        at=message.at,
        by=_address(message.by) if _is_requestor(message.by, ticket) else message.by.name,
        kind=_kind(message, ticket),
        opens=message.kind is Spoken.CREATE and message.ticket == ticket.id,
        text=message.text,
        message_id=message.message_id,
        files=tuple(File(each.id, each.name, each.media_type, each.size) for each in message.files),
        op=message.op,
        action=message.action,
    )


def _kind(message: Message, ticket: Ticket) -> MessageKind:
    """Who speaks. RT's customers have their address for a login; who opens a ticket for one speaks for them."""
    if message.kind is Spoken.COMMENT:
        return MessageKind.NOTE
    by_staff = not _is_requestor(message.by, ticket) and "@" not in message.by.name
    if by_staff and message.kind is Spoken.CORRESPOND:
        return MessageKind.REPLY
    if by_staff:
        return MessageKind.CUSTOMER
    head = Fields(message.head.encode("utf-8", "replace"))
    found = kinds.kind(
        head, mime.parse(head, b""), _address(message.by), message.subject, message.text, form=False
    )
    return _KINDS.get(found, MessageKind.CUSTOMER)


def _is_requestor(person: Person, ticket: Ticket) -> bool:
    return any(person.name == each.name for each in ticket.requestors)


def _address(person: Person) -> str:
    return (person.email or (person.name if "@" in person.name else "")).casefold()


def _status(ticket: Ticket) -> Status:
    """A status of the company's own counts by whether RT thinks the ticket is done."""
    known = _STATUS_OF.get(ticket.status)
    return known or (Status.RESOLVED if ticket.resolved is not None else Status.OPEN)


def _moment(text: str | None) -> datetime | None:
    """A moment as somebody may have typed it; one without a time zone is in UTC, as the field says."""
    try:
        moment = datetime.fromisoformat(text) if text else None
        if moment is None or moment.tzinfo is not None:
            return moment and moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC)


def _word(words: type[Word], text: str | None) -> Word | None:
    return next((word for word in words if word.value == text), None)


def _text(value: object) -> str | None:
    match value:
        case None | "":
            return None
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case _:
            return str(value)


def texts(fields: Mapping[str, str | None]) -> dict[str, str]:
    """Only the fields that have a value: those are given when a ticket is opened."""
    return {name: value for name, value in fields.items() if value}
