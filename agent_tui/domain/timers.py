"""Timers: the promises on time that a ticket stands under, computed from its history (POLICY S1–S8, L1–L4).

A timer derives from its start, its limit and the paused intervals, never from ticks. It is met when it ends at the
very moment its limit runs out, and missed after it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from agent_tui.domain.calendars import ALWAYS
from agent_tui.domain.casework_timers import casework_timers
from agent_tui.domain.clocks import FOREVER, Timer, TimerKind, make_timer, step_timer
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Message, MessageKind, Status, Ticket

ON_THE_SPOT = "on_the_spot"
DEADLINE = "deadline"
"""The limit of a level whose end is set explicitly (POLICY L4)."""


def timers(ticket: Ticket, policy: Policy) -> tuple[Timer, ...]:
    """Every clock of the ticket, ended ones included, in the order of their starts.

    Raises UnknownWord when the ticket's channel, type or level is not in the policy.
    """
    found = [
        *_first_response(ticket, policy),
        *_next_responses(ticket, policy),
        *_resolution(ticket, policy),
        *(step_timer(step, ticket, policy) for step in ticket.steps),
        *casework_timers(ticket, policy),
    ]
    return tuple(sorted(found, key=lambda timer: timer.start))


def due(ticket: Ticket, policy: Policy) -> Timer | None:
    """The ticket's earliest open timer: what the queue sorts and counts down by."""
    running = [timer for timer in timers(ticket, policy) if timer.ended is None and timer.due is not None]
    return min(running, key=lambda timer: timer.due or FOREVER, default=None)


def _contact(ticket: Ticket) -> Message | None:
    """The message with which the conversation begins; notes and automatic mail before it say nothing."""
    speaking = (MessageKind.CUSTOMER, MessageKind.REPLY)
    return next((message for message in ticket.messages if message.kind in speaking), None)


def _first_response(ticket: Ticket, policy: Policy) -> list[Timer]:
    contact = _contact(ticket)
    if ticket.messages and (contact is None or contact.kind is MessageKind.REPLY):
        return []  # we wrote first, or nobody is waiting
    start = max(ticket.created, contact.at) if contact else ticket.created
    channel = policy.channel_of(ticket.channel)
    calendar = policy.calendar(channel.calendar, ticket.customer.market)
    ended = ticket.answered or _closed(ticket)
    return [
        make_timer(
            TimerKind.FIRST_RESPONSE,
            channel.rule,
            start,
            channel.first_response,
            calendar,
            ticket,
            policy,
            ended,
        )
    ]


def _next_responses(ticket: Ticket, policy: Policy) -> list[Timer]:
    """One timer for each time the customer had to wait for a further answer; more messages do not move it."""
    channel = policy.channel_of(ticket.channel)
    calendar = policy.calendar(channel.calendar, ticket.customer.market)
    turns: list[tuple[datetime, datetime | None]] = []
    if ticket.answered is None:
        return []
    since: datetime | None = None
    closings = [span.start for span in ticket.spans if span.status in (Status.RESOLVED, Status.MERGED)]
    contact = _contact(ticket)  # the first response is its answer, even if it came in the same instant
    events = [
        (message.at, message.kind)
        for message in ticket.messages
        if message is not contact and message.at >= ticket.answered
    ]
    for at, kind in sorted(
        [*events, *((closing, MessageKind.REPLY) for closing in closings)], key=lambda each: each[0]
    ):
        if kind is MessageKind.CUSTOMER and since is None:
            since = at
        elif kind is MessageKind.REPLY and since is not None:
            turns.append((since, at))
            since = None
    if ticket.awaiting_since is not None:
        turns.append((since or ticket.awaiting_since, None))
    return [
        make_timer(
            TimerKind.NEXT_RESPONSE,
            channel.rule,
            start,
            channel.next_response,
            calendar,
            ticket,
            policy,
            ended,
        )
        for start, ended in turns
    ]


def _closed(ticket: Ticket) -> datetime | None:
    """When the ticket was last resolved or merged away, if it is now."""
    return ticket.spans[-1].start if ticket.status in (Status.RESOLVED, Status.MERGED) else None


def _resolution(ticket: Ticket, policy: Policy) -> list[Timer]:
    if ticket.level is None or ticket.type is None:
        return []
    level, kind = policy.level(ticket.level), policy.type_of(ticket.type)
    ended = _closed(ticket)
    if level.limit == DEADLINE and ticket.deadline is not None:
        return [_agreed(ticket, policy, ended, ticket.deadline, level.rule)]
    candidates: list[tuple[timedelta, str, str]] = []
    if isinstance(level.limit, timedelta):
        candidates.append((level.limit, level.calendar, level.rule))
    elif level.limit == ON_THE_SPOT:
        channel = policy.channel_of(ticket.channel)
        candidates.append((channel.on_the_spot, channel.calendar, level.rule))
    if kind.resolve_within is not None:
        candidates.append((kind.resolve_within, level.calendar, kind.rule))
    found = [
        make_timer(
            TimerKind.RESOLUTION,
            rule,
            ticket.created,
            limit,
            policy.calendar(calendar, ticket.customer.market),
            ticket,
            policy,
            ended,
        )
        for limit, calendar, rule in candidates
    ]
    if ticket.deadline is not None:  # below level 4 a deadline may tighten the limit, not stretch it
        found.append(_agreed(ticket, policy, ended, ticket.deadline, level.rule))
    return [min(found, key=lambda timer: timer.due or FOREVER)] if found else []


def _agreed(ticket: Ticket, policy: Policy, ended: datetime | None, deadline: datetime, rule: str) -> Timer:
    """An explicit deadline stands whatever the ticket waits for (POLICY L4)."""
    share = policy.clocks[TimerKind.RESOLUTION].at_risk
    return Timer(
        kind=TimerKind.RESOLUTION,
        name=TimerKind.RESOLUTION.value,
        rule=rule,
        start=ticket.created,
        limit=None,
        calendar=ALWAYS.id,
        due=deadline,
        risk=ticket.created + (deadline - ticket.created) * share,
        ended=ended,
    )
