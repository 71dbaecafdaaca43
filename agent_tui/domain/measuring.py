"""What each ticket adds to the figures (POLICY 8). A figure is never more than the sum of what single tickets added.

Whether something was in time is asked of the same timers that the queue counts down by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from agent_tui.domain.calendars import ALWAYS, elapsed
from agent_tui.domain.casework import Review
from agent_tui.domain.clocks import Timer, TimerKind, TimerState, pauses_of
from agent_tui.domain.policy import ClockRule, Policy
from agent_tui.domain.quality import DATA, PHRASE, TONE, agent_of, critical_errors, newest, score
from agent_tui.domain.ticket import UNSAID, MessageKind, Relation, Satisfaction, Status, Ticket
from agent_tui.domain.timers import timers

_SATISFIED = (Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED)
_DECIDED = {TimerState.MET: 1, TimerState.MISSED: 0, TimerState.BREACHED: 0}
_PROMOTERS, _DETRACTORS = 9, 6
_MOST_COMFORT = 5
"""From which answer on a customer counts as a promoter, and up to which as a detractor (NPS)."""
_WAITING = ClockRule((Status.WAITING,), at_risk=1)


class Mark(msgspec.Struct, frozen=True):
    """What one ticket adds to one figure: `value` to its numerator, `weight` to its denominator, at a moment."""

    figure: str
    at: datetime
    value: float
    weight: float = 1


class Counted(msgspec.Struct, frozen=True):
    """What figures need of a ticket."""

    ticket: int
    begun: datetime
    channel: str
    level: int | None
    market: str | None
    type: str | None
    product: str
    agent: str  # whose work it is; "" for nobody
    complaint: bool
    marks: tuple[Mark, ...]


def is_issue(ticket: Ticket) -> bool:
    """Whether a ticket is an issue of a customer. One merged away is not, its target is; nor is mail set aside."""
    if ticket.status is Status.MERGED:
        return False
    spoken = (MessageKind.CUSTOMER, MessageKind.REPLY)
    return not ticket.messages or any(message.kind in spoken for message in ticket.messages)


def measure(ticket: Ticket, policy: Policy, now: datetime, begun: Mapping[int, datetime]) -> Counted | None:
    """What a ticket adds; None when it is no issue. `begun` tells when other tickets began, as far as is known.

    Raises UnknownWord when the ticket's level is not in the policy.
    """
    if not is_issue(ticket):
        return None
    return Counted(
        ticket=ticket.id,
        begun=ticket.created,
        channel=ticket.channel,
        level=ticket.level,
        market=ticket.customer.market,
        type=ticket.type,
        product=ticket.product,
        agent=agent_of(ticket),
        complaint=ticket.complaint is not None,
        marks=(
            *_of_the_issue(ticket, policy, now, begun),
            *_of_the_resolution(ticket, policy),
            *of_the_review(newest(ticket), policy),
            *_of_referrals(ticket),
        ),
    )


def _holds(figure: str, at: datetime, is_so: bool) -> Mark:
    """What a ticket adds to a share: 1 where it is so, 0 where not."""
    return Mark(figure, at, int(is_so))


def _of_the_issue(
    ticket: Ticket, policy: Policy, now: datetime, begun: Mapping[int, datetime]
) -> Iterator[Mark]:
    """What counts in the period in which the ticket began."""
    at = ticket.created
    clocks: dict[TimerKind, Timer] = {}
    for timer in timers(ticket, policy):
        clocks.setdefault(timer.kind, timer)
    yield Mark("issues_a_day", at, 1, 0)
    yield _holds("resolution", at, ticket.status is Status.RESOLVED)
    for figure, kind in (
        ("response_in_time", TimerKind.FIRST_RESPONSE),
        ("resolution_in_time", TimerKind.RESOLUTION),
    ):
        clock = clocks.get(kind)
        if clock is not None and (decided := _DECIDED.get(clock.state(now))) is not None:
            yield Mark(figure, at, decided)
    first = clocks.get(TimerKind.FIRST_RESPONSE)
    if first is not None and ticket.answered is not None:
        yield Mark("first_response_time", at, max(0.0, (ticket.answered - first.start).total_seconds()))
    yield _holds("complaint", at, ticket.complaint is not None)
    if ticket.complaint is not None:
        yield _holds("repeat_complaint", at, _is_repeat(ticket, begun))


def _is_repeat(ticket: Ticket, begun: Mapping[int, datetime]) -> bool:
    """Whether an earlier ticket was the same problem (POLICY C9); the link stands on both, the repeat is the later."""
    return any(
        (begun.get(link.other, ticket.created), link.other) < (ticket.created, ticket.id)
        for link in ticket.links
        if link.relation is Relation.REPEAT
    )


def _of_the_resolution(ticket: Ticket, policy: Policy) -> Iterator[Mark]:
    """What counts in the period in which the ticket was resolved; a reopened one counts when it is resolved again."""
    done = ticket.resolution
    if done is None:
        return
    spent = elapsed(ALWAYS, ticket.created, done.at, pauses_of(ticket, _WAITING))
    yield Mark("handling_time", done.at, spent.total_seconds())
    yield _holds("records_completed", done.at, is_complete(ticket, policy))
    if done.satisfaction not in UNSAID:
        yield _holds("csat", done.at, done.satisfaction in _SATISFIED)
    if done.recommend is not None:
        yield Mark("nps", done.at, (done.recommend >= _PROMOTERS) - (done.recommend <= _DETRACTORS))
    if done.comfort is not None:
        yield Mark("comfort", done.at, done.comfort, _MOST_COMFORT)


def is_complete(ticket: Ticket, policy: Policy) -> bool:
    """Whether everything that belongs into the record of a resolved case is there (POLICY H4, H6)."""
    customer, done = ticket.customer, ticket.resolution
    if done is None or ticket.type is None or ticket.level is None:
        return False
    needed = [customer.name, done.result, done.summary]
    if ticket.complaint is not None:
        needed += [done.root_cause, done.improvement]
    else:
        needed += [getattr(done, part) for part in policy.type_of(ticket.type).summary_needs]
    reachable = any((*customer.emails, *customer.phones, *customer.handles))
    return ticket.verified and reachable and all(text.strip() for text in needed)


def of_the_review(review: Review | None, policy: Policy) -> Iterator[Mark]:
    """What counts in the period in which the case was reviewed."""
    if review is None:
        return
    at, card = review.at, policy.casework.card
    yield Mark("quality_score", at, score(review))
    yield Mark("fatal_errors", at, len(review.fatal))
    for kind, errors in critical_errors(review, card).items():
        yield _holds(f"{kind}_critical", at, bool(errors))
    yield _holds("phrase_compliance", at, PHRASE not in review.violations)
    yield _holds("data_violations", at, DATA in review.violations)
    if TONE in review.points and TONE in card:
        yield Mark("culture", at, review.points[TONE], card[TONE].points)


def _of_referrals(ticket: Ticket) -> Iterator[Mark]:
    """What was passed on, when it was (POLICY P3, L3, C3, C9); a report to the supervisor is an escalation."""
    moments = [each.at for each in ticket.escalations] + [each.at for each in ticket.dispatches]
    yield from (Mark("referrals", at, 1, 0) for at in moments)
