"""One clock: its kind, its state at a moment, and how it is made (POLICY S7).

A clock derives from its start, its limit and the paused intervals, never from ticks. It is met when it ends at the
very moment its limit runs out, and missed after it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from agent_tui.domain.calendars import Calendar, Interval, after, elapsed, working_days_after
from agent_tui.domain.policy import ClockRule, Policy
from agent_tui.domain.ticket import Step, Ticket

FOREVER = datetime.max.replace(tzinfo=UTC)


class TimerKind(StrEnum):
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    STEP = "step"


class TimerState(StrEnum):
    RUNNING = "running"
    AT_RISK = "at_risk"
    BREACHED = "breached"  # still open, past its limit
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """One clock. Of `limit` and an agreed moment, `limit` is None for the latter."""

    kind: TimerKind
    name: str  # the step's name, otherwise the kind
    rule: str  # the policy rule it comes from
    start: datetime
    limit: timedelta | None
    calendar: str  # the calendar's id
    pauses: tuple[Interval, ...] = ()
    due: datetime | None = None  # None while it is paused without a known end
    risk: datetime | None = None  # from when it counts as at risk
    ended: datetime | None = None
    note: str = ""
    days: int | None = None  # working days, where that is how it was set

    def state(self, now: datetime) -> TimerState:
        """How the timer stands at `now`; met at exactly the limit, missed after it."""
        if self.ended is not None:
            return TimerState.MET if self.due is None or self.ended <= self.due else TimerState.MISSED
        if self.due is not None and now > self.due:
            return TimerState.BREACHED
        if self.due is None or any(begin <= now < end for begin, end in self.pauses):
            return TimerState.PAUSED
        return TimerState.AT_RISK if self.risk is not None and now >= self.risk else TimerState.RUNNING


def pauses_of(ticket: Ticket, clock: ClockRule) -> tuple[Interval, ...]:
    """The intervals a clock does not count; the last one may have no end yet."""
    found: list[Interval] = []
    for index, span in enumerate(ticket.spans):
        if span.status not in clock.paused_by:
            continue
        end = ticket.spans[index + 1].start if index + 1 < len(ticket.spans) else FOREVER
        if span.until is not None:
            end = min(end, span.until)
        if found and found[-1][1] >= span.start:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif span.start < end:
            found.append((span.start, end))
    return tuple(found)


def make_timer(
    kind: TimerKind,
    rule: str,
    start: datetime,
    limit: timedelta,
    calendar: Calendar,
    ticket: Ticket,
    policy: Policy,
    ended: datetime | None,
    name: str = "",
    note: str = "",
) -> Timer:
    """A clock that counts a limit in a calendar, its pauses cut out."""
    clock = policy.clocks[kind]
    pauses = pauses_of(ticket, clock)
    return Timer(
        kind=kind,
        name=name or kind.value,
        rule=rule,
        start=start,
        limit=limit,
        calendar=calendar.id,
        pauses=pauses,
        due=after(calendar, start, limit, pauses),
        risk=after(calendar, start, limit * clock.at_risk, pauses),
        ended=ended,
        note=note,
    )


def step_timer(step: Step, ticket: Ticket, policy: Policy) -> Timer:
    """The clock of a step: a limit, working days or an agreed moment."""
    clock = policy.clocks[TimerKind.STEP]
    if step.limit is not None:
        calendar = policy.calendar(step.calendar, ticket.customer.market)
        limit = timedelta(seconds=step.limit)
        return make_timer(
            TimerKind.STEP,
            step.rule,
            step.start,
            limit,
            calendar,
            ticket,
            policy,
            step.ended,
            step.name,
            step.note,
        )
    due = step.due
    if step.days is not None:
        due = working_days_after(
            policy.calendar(step.calendar, ticket.customer.market), step.start, step.days
        )
    risk = step.start + (due - step.start) * clock.at_risk if due else None
    return Timer(
        kind=TimerKind.STEP,
        name=step.name,
        rule=step.rule,
        start=step.start,
        limit=None,
        calendar=step.calendar,
        due=due,
        risk=risk,
        ended=step.ended,
        note=step.note,
        days=step.days,
    )


def counted(timer: Timer, calendar: Calendar, now: datetime) -> timedelta:
    """How much of the limit has been used by `now`, or by the timer's end."""
    return elapsed(calendar, timer.start, min(timer.ended or now, now), timer.pauses)
