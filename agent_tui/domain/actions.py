"""Actions: everything that can happen to a ticket, each one frozen value.

An action travels unchanged from the key press through `apply`, the outbox and the journal to the backend.
Later rooms add their own kinds: a new struct here, one entry in the table of `apply`.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from agent_tui.domain.messages import Told
from agent_tui.domain.ticket import Attachment, Customer, MessageKind, Relation, Satisfaction, Ticket


class Base(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="do"):
    """What every action has: its time-ordered id, the ticket, the moment (UTC), and who did it."""

    id: str
    ticket: int
    at: datetime
    by: str


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message with its text, on its way into a ticket."""

    text: str = ""
    author: str = ""
    kind: MessageKind = MessageKind.CUSTOMER
    message_id: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[Told, ...] = ()  # what was broken in the original


class Open(Base, frozen=True, kw_only=True, tag="open"):
    """A ticket begins. `at` is when the customer made contact (for a call, the ring); `answered` when one picked up."""

    channel: str
    subject: str
    customer: Customer
    content: Content
    answered: datetime | None = None


class Receive(Base, frozen=True, kw_only=True, tag="receive"):
    """A further message arrives on the ticket."""

    content: Content


class Take(Base, frozen=True, kw_only=True, tag="take"):
    """The agent takes the ticket; to take it over, `from_owner` names its present owner."""

    from_owner: str | None = None


class Release(Base, frozen=True, kw_only=True, tag="release"):
    """The agent gives the ticket back to the queue."""


class Classify(Base, frozen=True, kw_only=True, tag="classify"):
    """Verified, and of which type, level and urgency (POLICY H1). Level 4 needs `deadline` (L4)."""

    verified: bool
    type: str
    level: int
    urgent: bool
    deadline: datetime | None = None
    reason: str = ""


class Solves(msgspec.Struct, frozen=True, tag="solves"):
    """The reply answers the question or tells the result."""


class Asks(msgspec.Struct, frozen=True, tag="asks"):
    """The reply asks the customer for something; the ticket waits for the answer."""


class Unsolved(msgspec.Struct, frozen=True, tag="unsolved"):
    """The reply leaves the issue open: why, until when, and how it is followed up (POLICY H3)."""

    reason: str
    deadline: datetime
    follow_up: str


Outcome = Solves | Asks | Unsolved


class Reply(Base, frozen=True, kw_only=True, tag="reply"):
    """A message from the desk to the customer."""

    text: str
    outcome: Outcome = Solves()


class Note(Base, frozen=True, kw_only=True, tag="note"):
    """An internal note; the customer never sees it and no clock notices."""

    text: str


class Snooze(Base, frozen=True, kw_only=True, tag="snooze"):
    """Put aside until a moment."""

    until: datetime
    reason: str = ""


class Wait(Base, frozen=True, kw_only=True, tag="wait"):
    """Nothing to do until the customer answers."""

    reason: str = ""


class Resume(Base, frozen=True, kw_only=True, tag="resume"):
    """Go on with a ticket that was snoozed or waiting."""


class Resolve(Base, frozen=True, kw_only=True, tag="resolve"):
    """The issue is solved: the result told, satisfaction asked (POLICY H2), the case summed up (H4)."""

    result: str
    satisfaction: Satisfaction
    summary: str
    root_cause: str = ""
    improvement: str = ""


class Reopen(Base, frozen=True, kw_only=True, tag="reopen"):
    """A resolved ticket is not solved after all; its clocks run from the original start."""

    reason: str


class Tag(Base, frozen=True, kw_only=True, tag="tag"):
    """Add and remove tags."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Link(Base, frozen=True, kw_only=True, tag="link"):
    """Tie two tickets together; both show it."""

    other: int
    relation: Relation = Relation.RELATED


class Unlink(Base, frozen=True, kw_only=True, tag="unlink"):
    """Undo a link, on both tickets."""

    other: int


class Merge(Base, frozen=True, kw_only=True, tag="merge"):
    """Move the conversation into another ticket of the same customer; this ticket ends there."""

    into: int


class CustomerFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Corrections to what is known of a customer; what is not given stays. None forgets a fact."""

    name: str | UnsetType = UNSET
    emails: tuple[str, ...] | UnsetType = UNSET
    phones: tuple[str, ...] | UnsetType = UNSET
    handles: tuple[str, ...] | UnsetType = UNSET
    market: str | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    time_zone: str | UnsetType | None = UNSET
    wishes: str | UnsetType = UNSET


class EditCustomer(Base, frozen=True, kw_only=True, tag="edit_customer"):
    """Correct or complete the customer's facts."""

    facts: CustomerFacts


class Undo(Base, frozen=True, kw_only=True, tag="undo"):
    """Take the newest action on the ticket, `of`, back: the ticket is again what it was before."""

    of: str
    before: Ticket


Action = (
    Open
    | Receive
    | Take
    | Release
    | Classify
    | Reply
    | Note
    | Snooze
    | Wait
    | Resume
    | Resolve
    | Reopen
    | Tag
    | Link
    | Unlink
    | Merge
    | EditCustomer
    | Undo
)


def kind_of(action: Action) -> str:
    """The action's name as the journal and the command line write it."""
    return str(type(action).__struct_config__.tag)


def tickets_of(action: Action) -> tuple[int, ...]:
    """The tickets an action changes: the one it is done on first, then the other end of a link or merge."""
    match action:
        case Link(other=other) | Unlink(other=other):
            return (action.ticket, other)
        case Merge(into=other):
            return (action.ticket, other)
        case _:
            return (action.ticket,)
