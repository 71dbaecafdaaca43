"""The clocks of casework: complaint stages, departments, legal limits, progress messages (POLICY C1–C8, P3, H3, L4)."""

from __future__ import annotations

from datetime import datetime

from agent_tui.domain.casework import Complaint, Dispatch, Stage
from agent_tui.domain.casework_rules import ANSWER, PLAN, LegalRule, in_force
from agent_tui.domain.changes import earliest
from agent_tui.domain.clocks import Timer, TimerKind, make_timer, step_timer
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import MessageKind, Status, Step, Ticket

PROGRESS = "progress"
"""The name of the clock for the next progress message (POLICY H3, L4)."""
APPOINTMENT = "appointment"
"""The name of the clock for the moment chosen for the revisit (POLICY C8)."""
_OURS = (Status.OPEN, Status.SNOOZED)
"""The statuses in which the customer waits for us."""


def casework_timers(ticket: Ticket, policy: Policy) -> list[Timer]:
    """Every clock that casework sets on a ticket, ended ones included."""
    found = [_department(dispatch, ticket, policy) for dispatch in ticket.dispatches]
    complaint = ticket.complaint
    if complaint is not None:
        found += _stages(complaint, ticket, policy)
        found += [
            _legal(rule, complaint, ticket, policy)
            for rule in policy.casework.legal
            if in_force(rule, ticket.customer.market, complaint.taken)
        ]
        if complaint.appointment is not None:
            due = complaint.appointment
            step = Step(name=APPOINTMENT, start=complaint.entered, rule="C8", due=due)
            found.append(step_timer(step, ticket, policy))
    return [*found, *_progress(ticket, policy)]


def _closed(ticket: Ticket) -> datetime | None:
    ended = ticket.status in (Status.RESOLVED, Status.MERGED)
    return ticket.spans[-1].start if ended and ticket.spans else None


def _department(dispatch: Dispatch, ticket: Ticket, policy: Policy) -> Timer:
    rule = policy.casework.departments.get(dispatch.department)
    limit = None if rule is None or rule.limit is None else int(rule.limit.total_seconds())
    step = Step(
        name=f"department:{dispatch.department}",
        start=dispatch.at,
        rule="C9" if dispatch.risk else rule.rule if rule else "P3",
        limit=limit,
        calendar=rule.calendar if rule else "always",
        ended=dispatch.answered or _unneeded(dispatch, ticket),
    )
    return step_timer(step, ticket, policy)


def _unneeded(dispatch: Dispatch, ticket: Ticket) -> datetime | None:
    """When the end of the ticket ended a question; one that is asked after it waits for its answer all the same."""
    closed = _closed(ticket)
    return closed if closed is not None and closed >= dispatch.at else None


def _stages(complaint: Complaint, ticket: Ticket, policy: Policy) -> list[Timer]:
    """One clock for each stage that was left and for the present one, where policy sets a limit.

    A limit that counts from the taking runs before its stage begins: who apologises late has to report all the sooner.
    """
    rules = policy.casework.stages
    turns: list[tuple[Stage, datetime, datetime | None]] = [
        (passage.stage, passage.began, passage.ended) for passage in complaint.passages
    ]
    if complaint.stage is not Stage.CLOSED:
        ended = _closed(ticket) if complaint.stage not in (Stage.REVISIT, Stage.CLOSE) else None
        turns.append((complaint.stage, complaint.entered, ended))
        turns += [(stage, complaint.taken, ended) for stage in _ahead(complaint, policy)]
    found: list[Timer] = []
    for stage, began, ended in turns:
        rule = rules.get(stage.value)
        if rule is None or (rule.limit is None and rule.days is None):
            continue
        start = complaint.taken if rule.from_taking else began
        step = Step(
            name=f"complaint:{stage.value}",
            start=start,
            rule=rule.rule,
            limit=None if rule.limit is None else int(rule.limit.total_seconds()),
            days=rule.days,
            calendar=rule.calendar,
            ended=ended,
        )
        found.append(step_timer(step, ticket, policy))
    return found


def _ahead(complaint: Complaint, policy: Policy) -> list[Stage]:
    """The stages to come whose limits count from the taking; the special plan is only to come once it is asked for."""
    begun = {complaint.stage, *(passage.stage for passage in complaint.passages), Stage.CLOSED}
    if not complaint.complex:
        begun.add(Stage.PLAN)
    rules = policy.casework.stages
    return [
        stage
        for stage in Stage
        if stage not in begun and stage.value in rules and rules[stage.value].from_taking
    ]


def _legal(rule: LegalRule, complaint: Complaint, ticket: Ticket, policy: Policy) -> Timer:
    """A legal clock runs from when the customer complained, not from when we noticed."""
    step = Step(
        name=f"legal:{rule.id}",
        start=complaint.received,
        rule=rule.law,
        limit=None if rule.limit is None else int(rule.limit.total_seconds()),
        days=rule.days,
        calendar=rule.calendar,
        note=rule.source,
        ended=earliest(_answered(rule, ticket, complaint), _closed(ticket)),
    )
    return step_timer(step, ticket, policy)


def _answered(rule: LegalRule, ticket: Ticket, complaint: Complaint) -> datetime | None:
    """When we did what ends a legal clock: wrote for the first time since the complaint, or told our plan."""
    if rule.ends == ANSWER:
        replies = (message.at for message in ticket.messages if message.kind is MessageKind.REPLY)
        return earliest(*(at for at in replies if at >= complaint.received))
    if rule.ends == PLAN:
        return earliest(*(turn.ended for turn in complaint.passages if turn.stage is Stage.TELL))
    return None


def _progress(ticket: Ticket, policy: Policy) -> list[Timer]:
    """At a level that has a rhythm of progress messages, the next one counts from our newest message (POLICY L4)."""
    level = policy.levels.get(ticket.level or 0)
    replies = [message.at for message in ticket.messages if message.kind is MessageKind.REPLY]
    if level is None or level.progress is None or not replies or ticket.status not in _OURS:
        return []
    calendar = policy.calendar("always", ticket.customer.market)
    return [
        make_timer(
            TimerKind.STEP,
            level.rule,
            max(replies),
            level.progress,
            calendar,
            ticket,
            policy,
            None,
            name=PROGRESS,
        )
    ]
