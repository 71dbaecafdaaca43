"""What is read from a Request Tracker, as frozen values. Times are aware and in UTC, to the second; None is unset."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from agent_tui.domain.messages import Told

NOBODY = "Nobody"
"""RT's user that owns what nobody owns."""


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """A user of RT, customers included; `name` is the login, for customers commonly the address."""

    name: str
    email: str = ""
    real_name: str = ""


class Ticket(msgspec.Struct, frozen=True, omit_defaults=True):
    """A ticket without its messages. `fields` holds those custom fields of `fields.FIELDS` that have a value."""

    id: int
    subject: str
    status: str  # of the queue's lifecycle: new, open, stalled, resolved, rejected
    queue: str
    created: datetime
    updated: datetime
    creator: str
    updated_by: str
    owner: str | None = None  # the login
    requestors: tuple[Person, ...] = ()
    resolved: datetime | None = None
    due: datetime | None = None
    fields: dict[str, str] = {}


class Fate(StrEnum):
    """Why a ticket that was asked for is not among those that came."""

    DELETED = "deleted"
    HIDDEN = "hidden"  # moved to where this user sees nothing
    MISSING = "missing"  # never was, or was wiped out
    OTHER = "other"  # a reminder or an approval, which RT keeps as tickets too


class Fetched(msgspec.Struct, frozen=True):
    """The tickets asked for. One that was merged stands in `merged` with where to, and its goal in `tickets`."""

    tickets: tuple[Ticket, ...]
    merged: dict[int, int] = {}
    gone: dict[int, Fate] = {}


class Which(StrEnum):
    """Which tickets an initial load brings: those that are being worked on first, then the rest."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """A transaction: one thing that happened to a ticket. The values are RT's own, untranslated."""

    id: int
    ticket: int
    type: str  # Create, Correspond, Comment, Status, Set, CustomField, AddLink, …
    at: datetime
    by: str  # the login
    field: str = ""
    old: str = ""
    new: str = ""
    into: int | None = None  # the ticket this one was merged into


class Cursor(msgspec.Struct, frozen=True):
    """How far the stream of transactions was read; `seen` are those of the last `WINDOW` ids that were."""

    last: int
    seen: tuple[int, ...] = ()


class Page(msgspec.Struct, frozen=True):
    """Some transactions, oldest first, and the cursor to go on from once they are dealt with."""

    changes: tuple[Change, ...]
    cursor: Cursor


class Spoken(StrEnum):
    """The transactions that carry words of people."""

    CREATE = "Create"
    CORRESPOND = "Correspond"  # customers see it
    COMMENT = "Comment"  # internal


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """An attachment; its bytes are read by `Reader.file`."""

    id: int
    name: str  # may be empty, as for a mail that came as an attachment
    media_type: str
    size: int  # bytes


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody wrote. `text` is exact where it was plain text, and made readable where it was HTML alone."""

    id: int  # of the transaction
    ticket: int  # where it was written; after a merge it is read from another
    kind: Spoken
    by: Person
    at: datetime
    text: str = ""
    html: bool = False  # the text was made of HTML
    subject: str = ""
    message_id: str = ""  # RFC 5322, without the angle brackets
    head: str = ""  # the header lines of the mail, as RT keeps them
    files: tuple[File, ...] = ()
    op: str = ""  # the action that wrote it, if agent_tui did
    action: str = ""  # that action as JSON
    last: int = 0  # the highest attachment id in it


class Batch(msgspec.Struct, frozen=True):
    """Some messages, and the attachment id to go on from once they are dealt with."""

    messages: tuple[Message, ...]
    last: int


class LinkKind(StrEnum):
    """How one ticket points at another, in RT's words."""

    REFERS_TO = "RefersTo"
    REFERRED_TO_BY = "ReferredToBy"
    DEPENDS_ON = "DependsOn"
    DEPENDED_ON_BY = "DependedOnBy"
    PARENT = "MemberOf"
    CHILD = "Members"


class Link(msgspec.Struct, frozen=True, order=True):
    """A tie to another ticket of the same RT."""

    other: int
    kind: LinkKind


class Mark(msgspec.Struct, frozen=True):
    """A transaction that carries the id of an action."""

    transaction: int
    ticket: int
    type: str


class Queue(msgspec.Struct, frozen=True, omit_defaults=True):
    """A queue that the user sees, with what the user may do there; None is not known while it has no ticket.

    Whether tickets may be owned, taken and taken over is told by RT only when it is tried.
    """

    id: int
    name: str
    lifecycle: str
    create: bool
    show: bool | None = None
    reply: bool | None = None
    comment: bool | None = None
    modify: bool | None = None
    lacking: tuple[str, ...] = ()  # the custom fields that are not there


class Identity(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who the token belongs to, on which server, and what that user finds there."""

    user: Person
    user_id: int
    staff: bool  # RT's "privileged": customers are not
    version: str
    server_time: datetime | None
    queues: tuple[Queue, ...]
    flaws: tuple[Told, ...] = ()  # custom fields that are there and can't be used


class Dropped(msgspec.Struct, frozen=True):
    """A value that was sent and does not hold: RT took the request and left this out, or cut it."""

    field: str
    wanted: str
    got: str


class Written(msgspec.Struct, frozen=True):
    """What holds after a write, read back. `ticket` is None when the user does not see it.

    Another id than the one written to means that it was merged; `said` are RT's own sentences, in English.
    """

    id: int
    ticket: Ticket | None
    dropped: tuple[Dropped, ...] = ()
    said: tuple[str, ...] = ()


class Posted(msgspec.Struct, frozen=True):
    """A message that was sent, read back; None when the user does not see it."""

    transaction: int
    message: Message | None
    dropped: tuple[Dropped, ...] = ()
    said: tuple[str, ...] = ()


class Ownership(msgspec.Struct, frozen=True):
    """Who has the ticket after an attempt to change that, and whether it is as wanted."""

    done: bool
    owner: str | None
    said: tuple[str, ...] = ()
