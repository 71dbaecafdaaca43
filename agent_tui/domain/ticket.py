"""The values a desk works with: `Ticket`, `Message`, `Customer` and their parts.

All are frozen; all times are aware datetimes in UTC. Text is kept exactly as it was received: what
reaches a terminal goes through `domain.text.safe` first.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from agent_tui.domain.casework import Complaint, Dispatch, Escalation, Handover, Review


class Status(StrEnum):
    """Where a ticket stands. `MERGED` is final; every other status can be left again."""

    OPEN = "open"
    WAITING = "waiting"  # for the customer
    SNOOZED = "snoozed"  # until a moment the agent chose
    RESOLVED = "resolved"
    MERGED = "merged"


class MessageKind(StrEnum):
    """Who speaks in a message, and whether it counts for the clocks."""

    CUSTOMER = "customer"
    REPLY = "reply"  # from the desk to the customer
    NOTE = "note"  # internal
    AUTOMATIC = "automatic"  # out-of-office and the like: starts and stops no clock
    BOUNCE = "bounce"  # a reply of ours that did not arrive


class Satisfaction(StrEnum):
    """What the customer said when asked (POLICY H2), or why there is no answer."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"
    ASKED = "asked"  # asked, no answer yet
    NOT_REACHED = "not_reached"


UNSAID = (Satisfaction.ASKED, Satisfaction.NOT_REACHED)
"""Why there is no answer."""


class Relation(StrEnum):
    """How two tickets belong together."""

    RELATED = "related"
    DUPLICATE = "duplicate"
    REPEAT = "repeat"  # the same customer with the same problem again (POLICY C9)
    GROUP = "group"  # several customers, one cause (POLICY C9)
    CASE = "case"  # a solved case that helps with this one (POLICY H4)


class Guess(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value nobody stated, with the evidence for it.

    `because` holds codes such as `phone:+49`, `zone:+0900`, `domain:.de`, `language:ja`, `text:Deutschland`.
    """

    value: str
    because: tuple[str, ...] = ()


class ConsentAnswer(StrEnum):
    """What a customer said about the use of their personal data (POLICY T5)."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ConsentState(msgspec.Struct, frozen=True, omit_defaults=True):
    """The newest answer for one purpose: to which scope, when, and by which channel."""

    purpose: str
    answer: ConsentAnswer
    at: datetime
    scope: tuple[str, ...] = ()
    channel: str = ""


class Customer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the desk knows of a customer. A wish the customer stated wins over every guess (POLICY E6)."""

    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()  # messenger and social media accounts
    market: str | None = None  # ISO 3166-1 alpha-2
    language: str | None = None  # BCP 47
    time_zone: str | None = None  # IANA
    wishes: str = ""
    guesses: tuple[str, ...] = ()  # evidence for market and language while they are guesses
    consents: tuple[ConsentState, ...] = ()  # one a purpose (POLICY T5)


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that came with a message; its bytes stand in the store under `sha256`."""

    name: str
    media_type: str
    size: int  # bytes
    sha256: str


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message of a conversation, without its text: the store keeps that under `id`."""

    id: str  # the id of the action that brought it
    kind: MessageKind
    at: datetime
    author: str
    preview: str = ""  # the first words, quoted history left out
    message_id: str = ""  # RFC 5322 Message-ID, without the angle brackets
    attachments: tuple[Attachment, ...] = ()


class Span(msgspec.Struct, frozen=True, omit_defaults=True):
    """The ticket was in `status` from `start` on, until the next span begins (or `until`, for a snooze)."""

    status: Status
    start: datetime
    until: datetime | None = None


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of work with a clock of its own: a promise, a report, a department's answer, a revisit.

    One of `limit` (seconds, counted in `calendar`), `days` (working days of `calendar`) and `due` (an agreed
    moment) is set.
    """

    name: str
    start: datetime
    rule: str  # the policy rule that asks for it, such as `H3`
    limit: int | None = None  # seconds
    days: int | None = None
    due: datetime | None = None
    calendar: str = "always"
    note: str = ""
    ended: datetime | None = None


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tie to another ticket."""

    other: int
    relation: Relation


class Resolution(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a ticket was solved (POLICY H2, H4)."""

    at: datetime
    by: str
    result: str
    satisfaction: Satisfaction
    summary: str
    root_cause: str = ""
    improvement: str = ""
    care: str = ""  # the care phrase told to the customer (POLICY C10)
    recommend: int | None = None  # 0 to 10: would the customer recommend us (POLICY 8, NPS)
    comfort: int | None = None  # 1 to 5: how at ease the customer was with the conversation (POLICY E5)


class Ticket(msgspec.Struct, frozen=True, omit_defaults=True):
    """One issue of one customer. Changed by `domain.apply.apply` alone."""

    id: int
    subject: str
    channel: str  # a channel of the policy
    customer: Customer
    created: datetime  # the start of every clock; for a call, the ring (POLICY S1)
    status: Status = Status.OPEN
    owner: str | None = None
    verified: bool = False
    type: str | None = None  # an issue type of the policy
    product: str = ""  # in the company's own words
    level: int | None = None  # 1 to 4
    urgent: bool = False
    answers: dict[str, str] = {}  # to the questions that the level follows from
    deadline: datetime | None = None  # set explicitly at level 4 (POLICY L4)
    answered: datetime | None = None  # first response to the customer
    awaiting_since: datetime | None = None  # the customer's oldest message without an answer
    spans: tuple[Span, ...] = ()
    messages: tuple[Message, ...] = ()
    steps: tuple[Step, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    merged_into: int | None = None
    resolution: Resolution | None = None
    complaint: Complaint | None = None
    escalations: tuple[Escalation, ...] = ()
    dispatches: tuple[Dispatch, ...] = ()
    handover: Handover | None = None
    reviews: tuple[Review, ...] = ()
    changed: datetime | None = None  # the newest action
