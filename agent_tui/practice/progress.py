"""What a trainee did, kept in the practice profile's own store, and the figures that a progress screen plots.

Each function takes the practice profile's database; a live one is never given to them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import TypeVar

import msgspec

from agent_tui.packs.theory import StageRule
from agent_tui.practice import repetition
from agent_tui.practice.repetition import Card
from agent_tui.practice.stages import Attempt, Standing, after_test, repeated, standings
from agent_tui.practice.theory import Answered, Marked, Session, Tally, tallies
from agent_tui.store.database import Database

T = TypeVar("T")

_ANSWERS, _CARDS, _STAGES, _ATTEMPTS = "theory_answers", "theory_cards", "theory_stages", "theory_attempts"


def answers(database: Database) -> tuple[Answered, ...]:
    """Every answer, the oldest first."""
    return tuple(value for _id, value in _kept(database, _ANSWERS, Answered))


def cards(database: Database) -> dict[str, Card]:
    """The cards by question."""
    return {value.question: value for _id, value in _kept(database, _CARDS, Card)}


def attempts(database: Database) -> tuple[Attempt, ...]:
    """Every test that was taken, the oldest first."""
    return tuple(value for _id, value in _kept(database, _ATTEMPTS, Attempt))


def stages(database: Database, rules: Mapping[str, StageRule], known: Collection[str]) -> dict[str, Standing]:
    """Where the trainee stands with every stage there is; `known` are the questions there are."""
    kept = {value.stage: value for _id, value in _kept(database, _STAGES, Standing)}
    return standings(rules, kept, known)


def keep(database: Database, marked: Marked, at: datetime, attempt: str = "") -> Answered:
    """Keep an answer at once: the answer itself, when its question comes again, and what it does for a retraining.

    A test repeats nothing: what is right there was not practised.
    """
    answered = marked.answered(at, attempt)
    with database.transaction():
        database.table(_ANSWERS).insert_json(msgspec.json.encode(answered))
        if marked.shown.question.lasting:
            card = cards(database).get(answered.question)
            card = repetition.reviewed(card, answered.question, answered.version, at, right=answered.right)
            _put(database, _CARDS, "question", answered.question, card)
        if not attempt:
            for _id, standing in list(_kept(database, _STAGES, Standing)):
                after = repeated(standing, answered.question, right=answered.right)
                if after != standing:
                    _put(database, _STAGES, "stage", standing.stage, after)
    return answered


def finish(
    database: Database, standing: Standing, rule: StageRule, session: Session, seed: int, at: datetime
) -> tuple[Standing, Attempt]:
    """Keep the result of a test. Raises NotNow when the stage is locked or a retraining is not done."""
    standing, attempt = after_test(standing, rule, session, seed, at)
    with database.transaction():
        _put(database, _STAGES, "stage", rule.id, standing)
        database.table(_ATTEMPTS).insert_json(msgspec.json.encode(attempt))
    return standing, attempt


def _kept(database: Database, table: str, shape: type[T]) -> Iterable[tuple[int, T]]:
    rows = database.table(table)
    for document in rows:
        body = rows.get_json(document.doc_id)
        if body is not None:
            yield document.doc_id, msgspec.json.decode(body, type=shape)


def _put(database: Database, table: str, field: str, name: str, value: msgspec.Struct) -> None:
    """Store a value in place of the one of the same name, inside the current transaction."""
    rows = database.table(table)
    known = next((document.doc_id for document in rows if document[field] == name), None)
    if known is None:
        rows.insert_json(msgspec.json.encode(value))
    else:
        rows.put_json(known, msgspec.json.encode(value))


# What is plotted.


def by_day(kept: Iterable[Answered], zone: tzinfo) -> dict[date, Tally]:
    """The answers of each day in the trainee's zone, the first day first."""
    days: dict[date, list[bool]] = defaultdict(list)
    for each in kept:
        days[each.at.astimezone(zone).date()].append(each.right)
    return {day: Tally(sum(right), len(right)) for day, right in sorted(days.items())}


def by_topic(kept: Iterable[Answered]) -> dict[str, Tally]:
    """The share of right answers by topic, the newest answer to each question alone; the weakest topic first."""
    newest = {each.question: each for each in sorted(kept, key=lambda each: each.at)}
    return tallies(newest.values())


def due_by_day(kept: Iterable[Card], now: datetime, zone: tzinfo, days: int) -> dict[date, int]:
    """How many questions come again on each of the next days, today's with those overdue."""
    today = now.astimezone(zone).date()
    counts = Counter(max(today, card.due.astimezone(zone).date()) for card in kept)
    return {day: counts[day] for day in (today + timedelta(days=each) for each in range(days))}
