"""Quality assurance (POLICY T7, section 8): the score of a review, its critical errors, a sample anybody can repeat.

Errors that are critical for the customer, for the business and for compliance are counted in three classes and never
averaged together, nor into the points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TypeVar

from agent_tui.domain.casework import Review
from agent_tui.domain.casework_rules import CardSection
from agent_tui.domain.messages import N_
from agent_tui.domain.ticket import Status, Ticket

T = TypeVar("T")

CRITICAL: dict[str, str] = {
    "customer": N_("customer-critical"),
    "business": N_("business-critical"),
    "compliance": N_("compliance-critical"),
}
"""The three classes of errors, each for whom they are critical."""

PHRASE, DATA = "phrase", "data"
"""The violations of the card that the figures ask for: of the phrase book, and of the rules on data."""
TONE = "tone"
"""The section of the card that scores tone, empathy and the etiquette of the market (POLICY E5)."""


def score(review: Review) -> int:
    """The points of a review, of 100; 0 when it found a fatal error."""
    return 0 if review.fatal else sum(review.points.values())


def critical_errors(review: Review, card: Mapping[str, CardSection]) -> dict[str, tuple[str, ...]]:
    """The fatal errors and violations of a review by their class, classes without any included.

    What the card does not know any more, or gives no class, belongs to none.
    """
    found = (*review.fatal, *review.violations)
    return {kind: tuple(word for word in found if _class_of(word, card) == kind) for kind in CRITICAL}


def _class_of(word: str, card: Mapping[str, CardSection]) -> str:
    return card[word].critical if word in card else ""


def sections(card: Mapping[str, CardSection], kind: str) -> tuple[CardSection, ...]:
    """The lines of the card of one kind: `section`, `fatal` or `violation`."""
    return tuple(each for each in card.values() if each.kind == kind)


def newest(ticket: Ticket) -> Review | None:
    """The review that counts: after an appeal or a calibration the newest one takes the place of those before it."""
    return max(ticket.reviews, key=lambda review: (review.at, review.id), default=None)


def agent_of(ticket: Ticket) -> str:
    """Whose work the case is: who resolved it or, while it is open again, who has it; "" for nobody."""
    return ticket.resolution.by if ticket.resolution is not None else ticket.owner or ""


def may_be_drawn(ticket: Ticket) -> bool:
    """Whether a case can be reviewed: it is resolved, with a summary."""
    return ticket.status is Status.RESOLVED and ticket.resolution is not None


def drawn(cases: Mapping[int, T], seed: str, count: int) -> list[T]:
    """A random sample of cases by ticket number, in the order in which they were drawn (POLICY T7).

    Cases are sorted by the BLAKE2b of their number, keyed with the BLAKE2b of the seed, and the first `count` taken.
    So nobody chooses, and everybody who has the seed draws the same; a larger sample begins with the smaller one.
    """
    key = blake2b(seed.encode()).digest()
    order = sorted(cases, key=lambda number: blake2b(str(number).encode(), key=key).digest())
    return [cases[number] for number in order[: max(0, count)]]


def reviewed(tickets: Iterable[Ticket]) -> list[tuple[Ticket, Review]]:
    """Every review with its case, the newest first."""
    found = [(ticket, review) for ticket in tickets for review in ticket.reviews]
    return sorted(found, key=lambda each: (each[1].at, each[1].id), reverse=True)
