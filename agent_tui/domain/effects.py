"""What the actions of casework do to a ticket (POLICY P3, P4, C1–C10); `apply` has the table of all the others."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.casework import (
    Complaint,
    Dispatch,
    Escalation,
    Handover,
    Review,
    RevisitResult,
    Stage,
)
from agent_tui.domain.changes import enter, with_note
from agent_tui.domain.complaints import begin
from agent_tui.domain.ticket import UNSAID, Status, Ticket

MAJOR = 4
"""The level that is led by the team lead (POLICY L4)."""

WITHDRAWABLE = (Stage.APOLOGISE, Stage.RECORD, Stage.REPORT, Stage.VERIFY, Stage.PLAN, Stage.TELL)
"""The stages in which a complaint can turn out to be none: the customer has heard of no plan yet."""

SUPERVISOR = "supervisor"
"""The role that a complaint is reported to (POLICY C3)."""


def _complaint(ticket: Ticket) -> Complaint:
    if ticket.complaint is None:
        raise no.NoComplaint
    return ticket.complaint


def _complain(ticket: Ticket, action: do.Complain) -> Ticket:
    return begin(ticket, action.at)


def _record(ticket: Ticket, action: do.Record) -> Ticket:
    complaint = replace(_complaint(ticket), detail=action.text, wanted=action.wanted)
    product = action.product or ticket.product
    return with_note(replace(ticket, complaint=complaint, product=product), action)


def _report(ticket: Ticket, action: do.Report) -> Ticket:
    _complaint(ticket)
    return with_note(_escalated(ticket, action, SUPERVISOR), action)


def _verify(ticket: Ticket, action: do.Verify) -> Ticket:
    # Level 4 is led by the team lead, whatever the supervisor thinks of it (POLICY L4, C5).
    difficult = action.complex or ticket.level == MAJOR
    complaint = replace(_complaint(ticket), plan=action.plan, complex=difficult)
    return with_note(replace(ticket, complaint=complaint), action)


def _plan(ticket: Ticket, action: do.Plan) -> Ticket:
    complaint = replace(_complaint(ticket), plan=action.text, departments=action.departments)
    return with_note(replace(ticket, complaint=complaint), action)


def _accept(ticket: Ticket, action: do.Accept) -> Ticket:
    complaint = replace(_complaint(ticket), recourse="" if action.accepted else action.recourse.strip())
    if not action.accepted:
        complaint = replace(complaint, declined=complaint.declined + 1)
    return with_note(replace(ticket, complaint=complaint), action)


def _carry_out(ticket: Ticket, action: do.CarryOut) -> Ticket:
    _complaint(ticket)
    return with_note(ticket, action)


def _appoint(ticket: Ticket, action: do.Appoint) -> Ticket:
    if action.moment <= action.at:
        raise no.InThePast(moment=action.moment)
    return replace(ticket, complaint=replace(_complaint(ticket), appointment=action.moment))


def _revisit(ticket: Ticket, action: do.Revisit) -> Ticket:
    complaint = replace(_complaint(ticket), appointment=None)
    ticket = with_note(replace(ticket, complaint=complaint, awaiting_since=None), action)
    if action.result is RevisitResult.STILL_UNSOLVED:
        return replace(enter(ticket, Status.OPEN, action.at), resolution=None)
    return ticket


def _close(ticket: Ticket, action: do.Close) -> Ticket:
    complaint = replace(
        _complaint(ticket), satisfaction=action.satisfaction.value, suggestions=action.suggestions
    )
    resolution = ticket.resolution
    if resolution is not None:  # what the customer says in the end is what counts, if anything was said
        recommend = resolution.recommend if action.recommend is None else action.recommend
        comfort = resolution.comfort if action.comfort is None else action.comfort
        unsaid = action.satisfaction in UNSAID
        satisfaction = resolution.satisfaction if unsaid else action.satisfaction
        resolution = replace(resolution, satisfaction=satisfaction, recommend=recommend, comfort=comfort)
    return replace(ticket, complaint=complaint, resolution=resolution)


def _escalated(ticket: Ticket, action: do.Base, to: str) -> Ticket:
    step = Escalation(to=to, at=action.at, by=action.by, role=action.role)
    return replace(ticket, escalations=(*ticket.escalations, step))


def _escalate(ticket: Ticket, action: do.Escalate) -> Ticket:
    return with_note(_escalated(ticket, action, action.to), action)


def _dispatch(ticket: Ticket, action: do.Dispatch) -> Ticket:
    asked = Dispatch(action.id, action.department, action.at, action.by, action.risk)
    return with_note(replace(ticket, dispatches=(*ticket.dispatches, asked)), action)


def _advise(ticket: Ticket, action: do.Advise) -> Ticket:
    open_ones = [
        each for each in ticket.dispatches if each.department == action.department and each.answered is None
    ]
    if not open_ones:
        raise no.NoQuestionOpen
    answered = replace(open_ones[0], answered=action.at, answered_by=action.by)
    dispatches = tuple(answered if each is open_ones[0] else each for each in ticket.dispatches)
    return with_note(replace(ticket, dispatches=dispatches), action)


def _hand_over(ticket: Ticket, action: do.HandOver) -> Ticket:
    handover = Handover(action.batch, action.to, action.at, action.by)
    return with_note(replace(ticket, handover=handover), action)


def _acknowledge(ticket: Ticket, action: do.Acknowledge) -> Ticket:
    if ticket.handover is None or ticket.handover.batch != action.batch:
        raise no.NoHandover
    return replace(ticket, owner=action.by, handover=None)


def _review(ticket: Ticket, action: do.Review) -> Ticket:
    if ticket.resolution is None:
        raise no.NotResolvedYet
    review = Review(
        id=action.id,
        at=action.at,
        by=action.by,
        sample=action.sample,
        points=action.points,
        fatal=action.fatal,
        violations=action.violations,
        comment=action.comment,
    )
    return replace(ticket, reviews=(*ticket.reviews, review))


def _withdraw(ticket: Ticket, action: do.Withdraw) -> Ticket:
    if _complaint(ticket).stage not in WITHDRAWABLE:
        raise no.TooLateToWithdraw
    return with_note(replace(ticket, complaint=None), action)


EFFECTS: dict[type[do.Base], Callable[..., Ticket]] = {
    do.Complain: _complain,
    do.Withdraw: _withdraw,
    do.Record: _record,
    do.Report: _report,
    do.Verify: _verify,
    do.Plan: _plan,
    do.Accept: _accept,
    do.CarryOut: _carry_out,
    do.Appoint: _appoint,
    do.Revisit: _revisit,
    do.Close: _close,
    do.Escalate: _escalate,
    do.Dispatch: _dispatch,
    do.Advise: _advise,
    do.HandOver: _hand_over,
    do.Acknowledge: _acknowledge,
    do.Review: _review,
}
