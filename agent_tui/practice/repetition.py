"""Spaced repetition: when a question comes again, by FSRS. The same answers at the same times give the same days.

The scheduler (`fsrs`, 20 ms) is imported on first use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from fsrs import Scheduler

_LEARNING = 1  # the state of a new card, as FSRS numbers them


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a question: its version, and the values of FSRS. `due` and `last` in UTC."""

    question: str
    version: str
    due: datetime
    state: int = _LEARNING
    step: int | None = 0
    stability: float | None = None  # days until nine of ten would still know it
    difficulty: float | None = None  # 1 to 10
    last: datetime | None = None
    lapses: int = 0  # how often it was wrong


def reviewed(card: Card | None, question: str, version: str, at: datetime, *, right: bool) -> Card:
    """The card after an answer at `at`. None, or a card of another version of the question, begins anew."""
    from fsrs import Card as Memory
    from fsrs import Rating, State

    at = at.astimezone(UTC)
    if card is None or card.version != version:
        card = Card(question=question, version=version, due=at)
    memory = Memory(
        card_id=0,  # not asked for: FSRS would take it from the clock on the wall
        state=State(card.state),
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        due=card.due.astimezone(UTC),
        last_review=None if card.last is None else min(card.last.astimezone(UTC), at),
    )
    after, _log = _scheduler().review_card(memory, Rating.Good if right else Rating.Again, at)
    return Card(
        question=question,
        version=version,
        due=after.due,
        state=int(after.state),
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        last=at,
        lapses=card.lapses + (not right),
    )


@lru_cache(maxsize=1)
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(enable_fuzzing=False)  # chance would make two runs of the same answers differ


def due(cards: Iterable[Card], versions: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    """The questions to repeat at `now`, the longest due first.

    `versions` has the questions there are: one that is gone is not asked, one that changed since is due at once.
    """
    waiting = [
        (card.version == versions[card.question], card.due, card.question)
        for card in cards
        if card.question in versions and (card.due <= now or card.version != versions[card.question])
    ]
    return tuple(question for _same, _due, question in sorted(waiting))
