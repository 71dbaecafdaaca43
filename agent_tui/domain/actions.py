"""Actions: everything that can happen to a ticket, each one frozen value.

An action travels unchanged from the key press through `apply`, the outbox and the journal to the backend.
Later rooms add their own kinds: a new struct here, one entry in the table of `apply`.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from agent_tui.domain.action_parts import Base as Base
from agent_tui.domain.action_parts import Content as Content
from agent_tui.domain.casework import RevisitResult
from agent_tui.domain.privacy_actions import Consent as Consent
from agent_tui.domain.privacy_actions import Destroy as Destroy
from agent_tui.domain.privacy_actions import Destroyed as Destroyed
from agent_tui.domain.privacy_actions import Unmask as Unmask
from agent_tui.domain.privacy_actions import WithoutConsent as WithoutConsent
from agent_tui.domain.ticket import Customer, Relation, Satisfaction, Ticket


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
    """Verified, and of which type, level and urgency (POLICY H1). Level 4 needs `deadline` (L4).

    `answers` are those to the questions of the assessment, `proposed` the level that followed from them: a level that
    differs needs `reason`.
    """

    verified: bool
    type: str
    level: int
    urgent: bool
    product: str = ""
    deadline: datetime | None = None
    answers: dict[str, str] = {}
    proposed: int | None = None
    reason: str = ""


class Solves(msgspec.Struct, frozen=True, tag="solves"):
    """The reply answers the question or tells the result."""


class Asks(msgspec.Struct, frozen=True, tag="asks"):
    """The reply asks the customer for something; the ticket waits for the answer."""


class Unsolved(msgspec.Struct, frozen=True, tag="unsolved"):
    """The reply leaves the issue open: why, until when, and how it is followed up (POLICY H3).

    `update` is when the customer hears from us next, if that is before the deadline.
    """

    reason: str
    deadline: datetime
    follow_up: str
    update: datetime | None = None


class Apologises(msgspec.Struct, frozen=True, omit_defaults=True, tag="apologises"):
    """The reply apologises for what is complained of (POLICY C1), with the direction of the solution (C10)."""

    direction: str = ""


class Proposes(msgspec.Struct, frozen=True, tag="proposes"):
    """The reply tells the plan and asks whether the customer accepts it (POLICY C6); the ticket waits."""


Outcome = Solves | Asks | Unsolved | Apologises | Proposes


class Reply(Base, frozen=True, kw_only=True, tag="reply"):
    """A message from the desk to the customer."""

    text: str
    outcome: Outcome = Solves()
    despite: tuple[str, ...] = ()  # what would have kept it back: codes of findings (POLICY T2)
    because: str = ""  # why it went out all the same
    translated: str = ""  # the service that translated it; the agent has read it (POLICY E6)
    phrases: tuple[str, ...] = ()  # ids of the phrase book's that stand in it (POLICY T3)


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
    care: str = ""  # the care phrase told to the customer (POLICY C10)
    recommend: int | None = None  # 0 to 10 (POLICY 8, NPS)
    comfort: int | None = None  # 1 to 5: how at ease the customer was (POLICY E5)


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


class Complain(Base, frozen=True, kw_only=True, tag="complain"):
    """The ticket is taken as a complaint (POLICY section 5): from `at` the hour of C3 runs."""


class Withdraw(Base, frozen=True, kw_only=True, tag="withdraw"):
    """The ticket was taken as a complaint and is none; `text` says why."""

    text: str


class Record(Base, frozen=True, kw_only=True, tag="record"):
    """The complaint in detail, and the remedy that the customer asks for (POLICY C2)."""

    text: str
    wanted: str
    product: str = ""


class Report(Base, frozen=True, kw_only=True, tag="report"):
    """The complaint goes to the regional supervisor with a brief (POLICY C3)."""

    text: str


class Verify(Base, frozen=True, kw_only=True, tag="verify"):
    """What the supervisor found, and the first plan (POLICY C4); a complex one goes on to the team lead (C5)."""

    text: str  # what was found
    plan: str
    complex: bool = False


class Plan(Base, frozen=True, kw_only=True, tag="plan"):
    """The team lead's special plan, made with departments (POLICY C5)."""

    text: str
    departments: tuple[str, ...]


class Accept(Base, frozen=True, kw_only=True, tag="accept"):
    """The customer's answer to the plan (POLICY C6).

    Not accepted, the plan is revised; with `recourse`, the body to turn to instead, planning ends there (ISO 10002).
    """

    accepted: bool
    text: str = ""
    recourse: str = ""


class CarryOut(Base, frozen=True, kw_only=True, tag="carry_out"):
    """The accepted plan was carried out (POLICY C7)."""

    text: str


class Appoint(Base, frozen=True, kw_only=True, tag="appoint"):
    """A moment is chosen for the revisit (POLICY C8)."""

    moment: datetime


class Revisit(Base, frozen=True, kw_only=True, tag="revisit"):
    """The customer was asked again (POLICY C8), or was not reached, or has the problem still."""

    result: RevisitResult
    text: str = ""


class Close(Base, frozen=True, kw_only=True, tag="close"):
    """The complaint ends with the customer's satisfaction and suggestions (POLICY C8)."""

    satisfaction: Satisfaction
    suggestions: str
    recommend: int | None = None
    comfort: int | None = None


class Escalate(Base, frozen=True, kw_only=True, tag="escalate"):
    """Hand the ticket up to the role that leads its level (POLICY L3, L4) with a brief."""

    to: str
    text: str


class Dispatch(Base, frozen=True, kw_only=True, tag="dispatch"):
    """Ask a department (POLICY P3); `risk` reports a danger to it (C9, T7)."""

    department: str
    text: str
    risk: bool = False


class Advise(Base, frozen=True, kw_only=True, tag="advise"):
    """A department's answer to the oldest open question to it (POLICY P3)."""

    department: str
    text: str


class HandOver(Base, frozen=True, kw_only=True, tag="hand_over"):
    """Give the ticket to a colleague or a shift (POLICY P4); `text` is its line of the handover list."""

    to: str
    text: str
    batch: str


class Acknowledge(Base, frozen=True, kw_only=True, tag="acknowledge"):
    """Confirm a handover: the ticket is the confirming agent's from now on (POLICY P4)."""

    batch: str


class Review(Base, frozen=True, kw_only=True, tag="review"):
    """Score a case on the quality card (POLICY T7): points by section, fatal errors and violations apart."""

    sample: str
    points: dict[str, int]
    fatal: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    comment: str = ""


class Undo(Base, frozen=True, kw_only=True, tag="undo"):
    """Take the newest action on the ticket, `of`, back: the ticket is again what it was before."""

    of: str
    before: Ticket


class Adopt(Base, frozen=True, kw_only=True, tag="adopt"):
    """The ticket is what the helpdesk says it is, `state`, where that does not follow from the actions before."""

    state: Ticket


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
    | Complain
    | Withdraw
    | Record
    | Report
    | Verify
    | Plan
    | Accept
    | CarryOut
    | Appoint
    | Revisit
    | Close
    | Escalate
    | Dispatch
    | Advise
    | HandOver
    | Acknowledge
    | Review
    | Consent
    | Unmask
    | WithoutConsent
    | Destroy
    | Destroyed
    | Undo
    | Adopt
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
