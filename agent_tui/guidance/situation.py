"""Where a conversation stands, as far as guidance depends on it: the value that hints, phrases and findings ask for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from agent_tui.domain.casework import AFTERWARDS, Stage
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.next_step import next_step
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Customer, MessageKind, Ticket


class Moment(StrEnum):
    """What is about to happen in the conversation; the situations of the culture packs."""

    GREETING = "greeting"
    FIRST_ANSWER = "first_answer"
    PROGRESS = "progress"
    BAD_NEWS = "bad_news"
    COMPLAINT = "complaint"
    CALL = "call"
    CLOSING = "closing"
    REVISIT = "revisit"
    FESTIVAL = "festival"


class Situation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ticket at a moment (UTC), and what the agent is about to write on it.

    `outcome` is the tag of a reply's outcome (`solves`, `asks`, `unsolved`, `apologises`, `proposes`), empty for a
    note. `moments` has the most pressing one first.
    """

    now: datetime
    customer: Customer = Customer()
    channel: str = "email"
    type: str | None = None
    level: int | None = None
    urgent: bool = False
    step: str = "reply"  # the id of `domain.next_step.NextStep`
    outcome: str = ""
    moments: tuple[Moment, ...] = (Moment.GREETING, Moment.FIRST_ANSWER)
    first: bool = True  # nobody has answered the customer yet
    complaint: bool = False
    live: bool = False  # the customer waits on the line
    promised: datetime | None = None  # until when an answer is promised

    @property
    def market(self) -> str:
        """ISO 3166-1 alpha-2; empty while nobody knows."""
        return self.customer.market or ""

    @property
    def language(self) -> str:
        """The customer's, BCP 47; empty while nobody knows."""
        return self.customer.language or ""


def situation(ticket: Ticket, policy: Policy, now: datetime, outcome: str = "") -> Situation:
    """Where a ticket stands at `now`."""
    step = next_step(ticket, policy).id
    channel = policy.channels.get(ticket.channel)
    promise = ticket.deadline
    return Situation(
        now=now,
        customer=ticket.customer,
        channel=ticket.channel,
        type=ticket.type,
        level=ticket.level,
        urgent=ticket.urgent,
        step=step,
        outcome=outcome,
        moments=_moments(ticket, step, outcome, live=channel is not None and channel.live),
        first=_is_first(ticket),
        complaint=ticket.complaint is not None,
        live=channel is not None and channel.live,
        promised=promise,
    )


def _is_first(ticket: Ticket) -> bool:
    return not any(message.kind is MessageKind.REPLY for message in ticket.messages)


def _moments(ticket: Ticket, step: str, outcome: str, *, live: bool) -> tuple[Moment, ...]:
    stage = ticket.complaint.stage if ticket.complaint is not None else None
    found: list[Moment] = []
    if stage is not None and stage not in AFTERWARDS:
        found.append(Moment.COMPLAINT)
    if stage is Stage.REVISIT:
        found.append(Moment.REVISIT)
    if outcome == "unsolved" or ticket.deadline is not None:
        found.append(Moment.BAD_NEWS)
    if live:
        found.append(Moment.CALL)
    if _is_first(ticket):
        found += [Moment.GREETING, Moment.FIRST_ANSWER]
    elif step == "progress":
        found.append(Moment.PROGRESS)
    if step in ("resolve", "done", "close"):
        found.append(Moment.CLOSING)
    return tuple(found)


class Severity(StrEnum):
    """How much a finding matters: what blocks goes out only with a reason, which is journaled."""

    BLOCK = "block"
    WARN = "warn"
    HINT = "hint"


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something about a text that is being written. `start` and `end` count characters; equal where something lacks.

    `why` and `better` have the interface's languages; `phrase` is what could stand there, in the text's language.
    """

    code: str  # the pack's id of it, such as `promise.guarantee`
    rule: str  # of POLICY, such as `T2`
    severity: Severity
    start: int
    end: int
    why: Names
    better: Names = {}
    phrase: str = ""
    guessed: bool = False  # a model thinks so, and no rule says so
