"""The shapes of REST2's answers, and what they become. Everything odd about RT's JSON is dealt with here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from agent_tui.sync.backends.rt.fields import FIELDS
from agent_tui.sync.backends.rt.values import (
    NOBODY,
    Change,
    Fate,
    Person,
    Ticket,
)

_LOWER = frozenset({"id", "name", "values", "items", "total", "ref", "type"})
_NAMES = {field.name.casefold(): field.name for field in FIELDS}
_MERGED_INTO = "MergedInto"

TICKET_FIELDS: dict[str, str] = {
    "fields": "Subject,Status,Owner,Requestor,Queue,Created,Creator,LastUpdated,LastUpdatedBy,Resolved,Due,Type,"
    "EffectiveId,CustomFields",
    "fields[Requestor]": "Name,EmailAddress,RealName",
    "fields[Queue]": "Name",
}
CHANGE_FIELDS: dict[str, str] = {"fields": "Type,Field,OldValue,NewValue,Created,Creator,ObjectId"}
SPOKEN_FIELDS: dict[str, str] = {
    "fields": "Type,Created,Creator,ObjectId,CustomFields",
    "fields[Creator]": "Name,EmailAddress,RealName",
}
PART_FIELDS: dict[str, str] = {
    "fields": "TransactionId,ContentType,Filename,ContentLength,MessageId,Subject,Headers"
}


def _rename(name: str) -> str:
    """How RT calls it: `object_id` is ObjectId, but `id` is id."""
    return name if name in _LOWER else "".join(word.capitalize() for word in name.split("_"))


class _Wire(msgspec.Struct, frozen=True, rename=_rename):
    """Fields that are not named here are not read."""


class Row(_Wire, frozen=True):
    """Anything with an id."""

    id: int


class Ref(_Wire, frozen=True):
    """A user that something points to; the id is the login. Of a user that is gone only a number is left, as text."""

    id: str
    email_address: str = ""
    real_name: str = ""


class NamedRef(_Wire, frozen=True):
    """A queue, named `Name` where it was asked for."""

    id: str
    queue: str = msgspec.field(name="Name", default="")


class Values(_Wire, frozen=True):
    """A custom field with its values: text, null, or an object for a file."""

    name: str
    values: list[object] = []


class TicketRow(Row, frozen=True):
    """A ticket of a search. RT leaves nothing out, but writes what is empty as ''."""

    subject: str
    status: str
    owner: Ref | str
    queue: NamedRef
    created: datetime
    creator: Ref | str
    last_updated: datetime
    last_updated_by: Ref | str
    resolved: str
    due: str
    effective_id: int
    kind: str = msgspec.field(name="Type")
    requestor: list[Ref] | str = ""
    custom_fields: list[Values] | str = ""


class TicketState(Row, frozen=True):
    """What of a single ticket tells where it went."""

    status: str
    kind: str = msgspec.field(name="Type")
    owner: Ref | str
    links: list[LinkRow] = msgspec.field(name="_hyperlinks", default=[])


class LinkRow(_Wire, frozen=True):
    """One of a record's links: to another ticket, to what may be done with it, to its fields."""

    ref: str
    id: int | str = ""
    type: str = ""


class Head(Row, frozen=True):
    """When a ticket was changed last."""

    last_updated: datetime


class Effective(Row, frozen=True):
    """Under which id a ticket is found."""

    effective_id: int


class ChangeRow(Row, frozen=True):
    """A transaction."""

    kind: str = msgspec.field(name="Type")
    object_id: int
    created: datetime
    creator: Ref | str
    field: str = ""
    old_value: str = ""
    new_value: str = ""


class SpokenRow(Row, frozen=True):
    """A transaction that carries words."""

    kind: str = msgspec.field(name="Type")
    object_id: int
    created: datetime
    creator: Ref | str
    custom_fields: list[Values] | str = ""


class Part(Row, frozen=True):
    """An attachment: a body, a file, or the container of others."""

    transaction_id: int
    content_type: str
    content_length: int | str = 0
    filename: str = ""
    message_id: str = ""
    subject: str = ""
    headers: str = ""


class PartRow(Row, frozen=True):
    """An attachment, and whose it is."""

    transaction_id: int


class Body(Row, frozen=True):
    """The text of an attachment."""

    content: str = ""


class FileBody(_Wire, frozen=True):
    """The bytes of an attachment, in base64 with line ends; there is no `Content` in an empty one."""

    content: str = ""


class QueueHead(Row, frozen=True):
    """A queue of a list."""

    disabled: int = 0


class QueueRow(Row, frozen=True):
    """A queue."""

    queue: str = msgspec.field(name="Name")
    lifecycle: str = ""
    ticket_custom_fields: list[Values] = []
    ticket_transaction_custom_fields: list[Values] = []
    links: list[LinkRow] = msgspec.field(name="_hyperlinks", default=[])


class FieldRow(Row, frozen=True):
    """A custom field's definition."""

    field: str = msgspec.field(name="Name")
    kind: str = msgspec.field(name="Type")
    max_values: int
    lookup_type: str
    disabled: int = 0


class UserRow(Row, frozen=True):
    """The user who asks."""

    login: str = msgspec.field(name="Name")
    email_address: str = ""
    real_name: str = ""
    privileged: int = 0


class About(_Wire, frozen=True):
    """The server."""

    version: str


class Tickets(_Wire, frozen=True):
    items: list[TicketRow]
    total: int | None = None


class Changes(_Wire, frozen=True):
    items: list[ChangeRow]


class Spokens(_Wire, frozen=True):
    items: list[SpokenRow]


class Parts(_Wire, frozen=True):
    items: list[Part]


class PartRows(_Wire, frozen=True):
    items: list[PartRow]


class Bodies(_Wire, frozen=True):
    items: list[Body]


class Rows(_Wire, frozen=True):
    items: list[Row]
    total: int | None = None


class Heads(_Wire, frozen=True):
    items: list[Head]
    total: int | None = None


class Effectives(_Wire, frozen=True):
    items: list[Effective]


class Queues(_Wire, frozen=True):
    items: list[QueueHead]


class FieldRows(_Wire, frozen=True):
    items: list[FieldRow]


def optional(text: str) -> datetime | None:
    """A time of RT that may be unset, which it writes as the year 1970 or not at all."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when.astimezone(UTC) if when.tzinfo is not None and when.year > 1970 else None


def person(ref: Ref | str) -> Person:
    """A user."""
    return Person(ref) if isinstance(ref, str) else Person(ref.id, ref.email_address, ref.real_name)


def held(values: list[Values] | str) -> dict[str, str]:
    """Our custom fields with a value. A field that was emptied by '' holds one null."""
    found: dict[str, str] = {}
    for field in values if isinstance(values, list) else ():
        name = _NAMES.get(field.name.casefold())
        value = field.values[0] if field.values else None
        if name is not None and isinstance(value, str) and value:
            found[name] = value
    return found


def ticket(row: TicketRow) -> Ticket:
    """A ticket."""
    return Ticket(
        id=row.id,
        subject=row.subject,
        status=row.status,
        queue=row.queue.queue,
        created=row.created,
        updated=row.last_updated,
        creator=person(row.creator).name,
        updated_by=person(row.last_updated_by).name,
        owner=owner(row.owner),
        requestors=tuple(map(person, row.requestor)) if isinstance(row.requestor, list) else (),
        resolved=optional(row.resolved),
        due=optional(row.due),
        fields=held(row.custom_fields),
    )


def owner(ref: Ref | str) -> str | None:
    """The owner's login; None for nobody."""
    name = person(ref).name
    return None if name == NOBODY else name


def change(row: ChangeRow) -> Change:
    """A transaction. A merge names its goal by an address that ends with the id, and on the goal itself too."""
    into: int | None = None
    if row.kind == "AddLink" and row.field == _MERGED_INTO:
        goal = row.new_value.rpartition("/")[2]
        into = int(goal) if goal.isdecimal() and int(goal) != row.object_id else None
    return Change(
        id=row.id,
        ticket=row.object_id,
        type=row.kind,
        at=row.created,
        by=person(row.creator).name,
        field=row.field,
        old=row.old_value,
        new=row.new_value,
        into=into,
    )


def other_end(row: ChangeRow) -> int | None:
    """The ticket that a link was made to, or undone; None for a merge, and for what is no ticket of this RT."""
    if row.field == _MERGED_INTO:
        return None
    address = row.new_value if row.kind == "AddLink" else row.old_value
    number = address.rpartition("/ticket/")[2] if "/ticket/" in address else ""
    return int(number) if number.isdecimal() and int(number) != row.object_id else None


def fate(state: TicketState) -> Fate | None:
    """Why a ticket that can be read is not found by searching; None if it should be."""
    if state.kind != "ticket":
        return Fate.OTHER
    return Fate.DELETED if state.status == "deleted" else None


def size(part: Part) -> int:
    """The length of an attachment in bytes; RT writes an unknown one as ''."""
    return int(part.content_length) if str(part.content_length).isdecimal() else 0


def any_of(ids: Iterable[int]) -> str:
    """The condition that a ticket's id is one of these; RT's query language has no IN."""
    return " OR ".join(f"id={number}" for number in ids)
