"""What a ticket holds of its casework: the complaint's way, escalations, dispatches, handovers, reviews.

Plain frozen values, as in `ticket`; the rules stand in `complaints` and `effects`, the numbers in the policy packs.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

AGENT = "agent"
"""The role that everybody who works a queue has (POLICY P1)."""


class Stage(StrEnum):
    """What is to be done next on a complaint (POLICY C1–C8)."""

    APOLOGISE = "apologise"
    RECORD = "record"
    REPORT = "report"
    VERIFY = "verify"
    PLAN = "plan"  # the special plan of a complex complaint (C5)
    TELL = "tell"
    ACCEPT = "accept"  # the customer's answer to the plan (C6)
    CARRY_OUT = "carry_out"
    RESOLVE = "resolve"
    REVISIT = "revisit"
    CLOSE = "close"
    CLOSED = "closed"


AFTERWARDS = (Stage.REVISIT, Stage.CLOSE)
"""The stages of a complaint that is resolved and still has work to do."""


class RevisitResult(StrEnum):
    """How a revisit went (POLICY C8)."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    STILL_UNSOLVED = "still_unsolved"  # the same problem, or a new one that came of it


class Passage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stage that was left: when it began and ended, and who ended it in which role."""

    stage: Stage
    began: datetime
    ended: datetime
    by: str
    role: str = AGENT


class Complaint(msgspec.Struct, frozen=True, omit_defaults=True):
    """A complaint on its way from apology to revisit (POLICY section 5)."""

    taken: datetime  # when it was taken as a complaint: the hour of C3 counts from here
    received: datetime  # when the customer complained: legal clocks count from here
    entered: datetime  # when the present stage began
    stage: Stage = Stage.APOLOGISE
    passages: tuple[Passage, ...] = ()
    complex: bool = False
    direction: str = ""  # of the solution, as the first answer named it (POLICY C10)
    detail: str = ""  # what happened, as it was recorded (POLICY C2)
    wanted: str = ""  # the remedy that the customer asks for (ISO 10002, 8.2)
    plan: str = ""
    departments: tuple[str, ...] = ()  # that make the special plan
    declined: int = 0  # how many plans the customer did not accept
    recourse: str = ""  # where the customer was told to turn instead, when no plan was accepted
    appointment: datetime | None = None  # the moment agreed for the revisit
    satisfaction: str = ""
    suggestions: str = ""


class Escalation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The ticket was handed up to a role with a brief (POLICY L3, L4, C3)."""

    to: str
    at: datetime
    by: str
    role: str = AGENT


class Dispatch(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question to a department (POLICY P3), or a risk reported to it first (C9, T7)."""

    id: str  # of the action that asked
    department: str
    at: datetime
    by: str
    risk: bool = False
    answered: datetime | None = None
    answered_by: str = ""


class Handover(msgspec.Struct, frozen=True, omit_defaults=True):
    """The ticket is given to a colleague or a shift, who has not confirmed it yet (POLICY P4)."""

    batch: str  # the handover it belongs to: the id of its first action
    to: str
    at: datetime
    by: str


class Review(msgspec.Struct, frozen=True, omit_defaults=True):
    """A case scored on the quality card (POLICY T7, section 8)."""

    id: str
    at: datetime
    by: str
    sample: str  # the sample it was drawn in
    points: dict[str, int]  # by section of the card
    fatal: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()  # of compliance, apart from the points
    comment: str = ""
