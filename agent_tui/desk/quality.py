"""Quality assurance at a desk (POLICY T7): samples to review, and what reviews found."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from agent_tui.desk.core import Desk
from agent_tui.domain.casework import Review
from agent_tui.domain.figures import Retraining, retraining
from agent_tui.domain.measuring import of_the_review
from agent_tui.domain.periods import Period, day_of
from agent_tui.domain.permit import permit_role
from agent_tui.domain.quality import agent_of, drawn, may_be_drawn, newest, reviewed, score
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket

REVIEW = "review"
"""The kind of action that only some roles may do (POLICY P1)."""


class Sample(msgspec.Struct, frozen=True):
    """Cases to review, in the order in which they were drawn, and of how many."""

    seed: str
    of: int
    tickets: tuple[Ticket, ...]


class Found(msgspec.Struct, frozen=True):
    """One review of one case; `agent` is whose work it was."""

    ticket: Ticket
    agent: str
    review: Review
    score: int


class Results(msgspec.Struct, frozen=True):
    """Reviews, the newest first, and whether they call for retraining (POLICY 8)."""

    found: tuple[Found, ...]
    retraining: tuple[Retraining, ...]


def may_review(desk: Desk, ticket: Ticket | None = None) -> bool:
    """Whether this person reviews: cases at all, or this one, which may lie in another region (POLICY P2)."""
    try:
        permit_role(ticket, REVIEW, desk.policy, desk.actor)
    except Refusal:
        return False
    return True


def draw(desk: Desk, seed: str, count: int, period: Period, agent: str = "") -> Sample:
    """A random sample of the cases resolved in a period, which the same seed draws again; of one agent, if named.

    Only cases that this person may review are drawn. Raises NotYourRole for one who may review none.
    """
    permit_role(None, REVIEW, desk.policy, desk.actor)
    zone = ZoneInfo(desk.zone)
    cases = {
        ticket.id: ticket
        for ticket in desk.repository.all()
        if ticket.resolution is not None
        and may_be_drawn(ticket)
        and period.holds(day_of(ticket.resolution.at, zone))
        and agent in ("", agent_of(ticket))
        and may_review(desk, ticket)
    }
    return Sample(seed, len(cases), tuple(drawn(cases, seed, count)))


def results(desk: Desk, now: datetime, agent: str = "") -> Results:
    """What reviews found: who may review sees all of them, or those of one agent; everybody else their own.

    Raises NotYourRole for somebody who asks for a colleague's without a role that reviews.
    """
    if not may_review(desk):
        if agent not in ("", desk.agent):
            permit_role(None, REVIEW, desk.policy, desk.actor)
        agent = desk.agent
    tickets = [
        ticket for ticket in desk.repository.all() if ticket.reviews and _is_shown(desk, ticket, agent)
    ]
    found = (Found(ticket, agent_of(ticket), review, score(review)) for ticket, review in reviewed(tickets))
    zone = ZoneInfo(desk.zone)
    marks = (mark for ticket in tickets for mark in of_the_review(newest(ticket), desk.policy))
    due = retraining(marks, desk.policy.casework.retraining, zone, day_of(now, zone))
    return Results(tuple(found), due)


def _is_shown(desk: Desk, ticket: Ticket, agent: str) -> bool:
    mine = agent_of(ticket) == desk.agent
    return (mine or may_review(desk, ticket)) and agent in ("", agent_of(ticket))
