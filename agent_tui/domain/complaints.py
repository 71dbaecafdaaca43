"""The way of a complaint (POLICY C1–C10): one table of stages, and what leads from each to the next.

`MOVES` is the whole machine. An event is the name of an action, for replies with their outcome; a condition is a
property of the action or of the ticket after it. Nothing moves a complaint but these lines.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.casework import Complaint, Passage, RevisitResult, Stage
from agent_tui.domain.changes import enter
from agent_tui.domain.ticket import MessageKind, Relation, Status, Ticket


class Move(msgspec.Struct, frozen=True):
    """From a stage, by an event, when a condition holds, to the next stage. The first line that fits counts."""

    stage: Stage
    event: str
    to: Stage
    when: str = ""


MOVES: tuple[Move, ...] = (
    Move(Stage.APOLOGISE, "reply:apologises", Stage.RECORD),
    Move(Stage.RECORD, "record", Stage.REPORT),
    Move(Stage.REPORT, "report", Stage.VERIFY),
    Move(Stage.VERIFY, "verify", Stage.PLAN, "complex"),
    Move(Stage.VERIFY, "verify", Stage.TELL),
    Move(Stage.PLAN, "plan", Stage.TELL),
    Move(Stage.TELL, "reply:proposes", Stage.ACCEPT),
    Move(Stage.ACCEPT, "accept", Stage.CARRY_OUT, "accepted"),
    Move(Stage.ACCEPT, "accept", Stage.RESOLVE, "recourse"),
    Move(Stage.ACCEPT, "accept", Stage.PLAN, "complex"),
    Move(Stage.ACCEPT, "accept", Stage.VERIFY),
    Move(Stage.ACCEPT, "reply:proposes", Stage.ACCEPT),
    Move(Stage.CARRY_OUT, "carry_out", Stage.RESOLVE),
    Move(Stage.CARRY_OUT, "report", Stage.PLAN, "complex"),
    Move(Stage.CARRY_OUT, "report", Stage.VERIFY),
    Move(Stage.RESOLVE, "resolve", Stage.REVISIT),
    Move(Stage.RESOLVE, "report", Stage.PLAN, "complex"),
    Move(Stage.RESOLVE, "report", Stage.VERIFY),
    Move(Stage.REVISIT, "appoint", Stage.REVISIT),
    Move(Stage.REVISIT, "revisit", Stage.CLOSE, "reached"),
    Move(Stage.REVISIT, "revisit", Stage.PLAN, "unsolved and complex"),
    Move(Stage.REVISIT, "revisit", Stage.VERIFY, "unsolved"),
    Move(Stage.REVISIT, "revisit", Stage.REVISIT),
    Move(Stage.REVISIT, "reopen", Stage.PLAN, "complex"),
    Move(Stage.REVISIT, "reopen", Stage.VERIFY),
    Move(Stage.REVISIT, "receive", Stage.RESOLVE, "customer"),
    Move(Stage.CLOSE, "receive", Stage.RESOLVE, "customer"),
    Move(Stage.CLOSED, "receive", Stage.RESOLVE, "customer"),
    Move(Stage.CLOSE, "close", Stage.CLOSED),
    Move(Stage.CLOSE, "reopen", Stage.VERIFY),
    Move(Stage.CLOSED, "reopen", Stage.VERIFY),
)

_ELSEWHERE = frozenset({"reply:apologises", "reopen", "receive"})
"""Events that are also possible where the table has no line for them: then they move nothing."""

_EVENTS = frozenset(move.event for move in MOVES) - _ELSEWHERE


def event_of(action: do.Action) -> str:
    """The name under which the table knows an action."""
    kind = do.kind_of(action)
    if isinstance(action, do.Reply):
        return f"{kind}:{action.outcome.__struct_config__.tag}"
    return kind


def is_risk(ticket: Ticket) -> bool:
    """Whether the complaint is a repeated one or one of a group, confirmed by a link (POLICY C9)."""
    return any(link.relation in (Relation.REPEAT, Relation.GROUP) for link in ticket.links)


def is_alerted(ticket: Ticket) -> bool:
    """Whether a risk was reported to the department for it (POLICY C9, T7)."""
    return any(dispatch.risk for dispatch in ticket.dispatches)


def must_alert(ticket: Ticket) -> bool:
    """Whether compliance/risk hears of this complaint before anybody else does (POLICY C9)."""
    complaint = ticket.complaint
    return complaint is not None and is_risk(ticket) and not is_alerted(ticket)


_CONDITIONS: dict[str, Callable[[Complaint, do.Action], bool]] = {
    "": lambda complaint, action: True,
    "complex": lambda complaint, action: complaint.complex,
    "accepted": lambda complaint, action: isinstance(action, do.Accept) and action.accepted,
    "recourse": lambda complaint, action: isinstance(action, do.Accept) and bool(action.recourse.strip()),
    "reached": lambda complaint, action: (
        isinstance(action, do.Revisit) and action.result is RevisitResult.REACHED
    ),
    "unsolved": lambda complaint, action: (
        isinstance(action, do.Revisit) and action.result is RevisitResult.STILL_UNSOLVED
    ),
    "unsolved and complex": lambda complaint, action: (
        isinstance(action, do.Revisit) and action.result is RevisitResult.STILL_UNSOLVED and complaint.complex
    ),
    "customer": lambda complaint, action: (
        isinstance(action, do.Receive) and action.content.kind is MessageKind.CUSTOMER
    ),
}


def check_stage(ticket: Ticket, kind: str) -> None:
    """Raises the Refusal that an event of the table would meet at the complaint's present stage."""
    if kind not in _EVENTS:
        return
    complaint = ticket.complaint
    if complaint is None:
        if kind != "resolve":
            raise no.NoComplaint
        return
    if kind == "report" and must_alert(ticket):
        raise no.AlertFirst
    if not any(move.stage is complaint.stage and move.event == kind for move in MOVES):
        raise no.NotThisStage(now=complaint.stage.value, asked=kind.partition(":")[2] or kind)


def advance(ticket: Ticket, action: do.Action) -> Ticket:
    """The ticket with its complaint moved on by an action that has had its other effects.

    Raises NotThisStage for an event that belongs to another stage, AlertFirst and NoComplaint.
    """
    event = event_of(action)
    check_stage(ticket, event)
    complaint = ticket.complaint
    if complaint is None or (isinstance(action, do.Receive) and is_asked_again(ticket)):
        return ticket
    for move in MOVES:
        if (
            move.stage is complaint.stage
            and move.event == event
            and _CONDITIONS[move.when](complaint, action)
        ):
            moved = replace(ticket, complaint=_moved(complaint, move.to, action))
            return _awake(moved, action.at) if move.to not in (move.stage, Stage.ACCEPT) else moved
    return ticket


def _awake(ticket: Ticket, at: datetime) -> Ticket:
    """A complaint that begins or has moved on waits for nobody outside any more, and is put aside no longer."""
    aside = ticket.status in (Status.WAITING, Status.SNOOZED)
    return enter(ticket, Status.OPEN, at) if aside else ticket


def _moved(complaint: Complaint, to: Stage, action: do.Action) -> Complaint:
    at = max(action.at, complaint.entered)
    if to is complaint.stage:  # tried again: its clock goes on
        return complaint
    passage = Passage(complaint.stage, complaint.entered, at, action.by, action.role)
    passages = (*complaint.passages, passage)
    return replace(complaint, stage=to, entered=at, passages=passages, appointment=None)


def begin(ticket: Ticket, at: datetime) -> Ticket:
    """The ticket taken as a complaint. Raises NothingChanges when it is one."""
    if ticket.complaint is not None:
        raise no.NothingChanges
    begun = Complaint(taken=at, received=ticket.awaiting_since or ticket.created, entered=at)
    return _awake(replace(ticket, complaint=begun), at)


def is_asked_again(ticket: Ticket) -> bool:
    """Whether we wrote to the customer for the revisit: what they answer is no new beginning (POLICY C8)."""
    resolved = ticket.resolution
    return (
        is_afterwards(ticket)
        and resolved is not None
        and any(each.kind is MessageKind.REPLY and each.at > resolved.at for each in ticket.messages)
    )


def is_afterwards(ticket: Ticket) -> bool:
    """Whether the ticket is resolved and its complaint still wants a revisit (POLICY C8)."""
    complaint = ticket.complaint
    return (
        complaint is not None
        and complaint.stage in (Stage.REVISIT, Stage.CLOSE)
        and ticket.status is Status.RESOLVED
    )
