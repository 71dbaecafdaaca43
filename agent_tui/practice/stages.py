"""The stages of the training (POLICY Q1): each has a test; who fails is retrained on what was missed, and retested."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from agent_tui.packs.theory import StageRule
from agent_tui.practice.theory import Session, to_repeat


class State(StrEnum):
    """Where a trainee stands with a stage."""

    LOCKED = "locked"  # the stages before it are not passed
    OPEN = "open"  # its test can be taken
    FAILED = "failed"  # and nothing of what was missed is repeated yet
    RETRAINING = "retraining"  # some of it is
    PASSED = "passed"


class Event(StrEnum):
    """What moves a stage on."""

    UNLOCKED = "unlocked"
    PASSED = "passed"
    FAILED = "failed"
    REPEATED = "repeated"  # a missed question answered right, others are left
    RETRAINED = "retrained"  # the last of them


TABLE: Mapping[tuple[State, Event], State] = {
    (State.LOCKED, Event.UNLOCKED): State.OPEN,
    (State.OPEN, Event.PASSED): State.PASSED,
    (State.OPEN, Event.FAILED): State.FAILED,
    (State.FAILED, Event.REPEATED): State.RETRAINING,
    (State.FAILED, Event.RETRAINED): State.OPEN,
    (State.RETRAINING, Event.REPEATED): State.RETRAINING,
    (State.RETRAINING, Event.RETRAINED): State.OPEN,
    # Who passed may take the test again; the pass stands whatever comes of it.
    (State.PASSED, Event.PASSED): State.PASSED,
    (State.PASSED, Event.FAILED): State.PASSED,
}


class NotNow(ValueError):
    """The stage is not where this can happen: its test is locked, or what was missed is to be repeated first."""

    def __init__(self, stage: str, state: State, event: Event) -> None:
        self.stage = stage
        self.state = state
        super().__init__(f"stage {stage} is {state}: {event} is not possible")


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One test that was taken: its result and when (UTC). `seed` and `questions` say which paper it was."""

    id: str
    stage: str
    seed: int
    right: int
    asked: int
    passed: bool
    at: datetime
    pass_mark: float
    questions: tuple[tuple[str, str], ...] = ()  # id and version of each

    @property
    def share(self) -> float:
        """The right answers, from 0 to 1."""
        return self.right / self.asked if self.asked else 0.0


class Standing(msgspec.Struct, frozen=True):
    """Where a trainee stands with one stage. `missed` are the questions to repeat before the test can be retaken."""

    stage: str
    state: State = State.LOCKED
    attempts: int = 0
    best: float = 0.0
    missed: tuple[str, ...] = ()
    passed_at: datetime | None = None

    def moved(self, event: Event) -> Standing:
        """One step on. Raises NotNow."""
        state = TABLE.get((self.state, event))
        if state is None:
            raise NotNow(self.stage, self.state, event)
        return replace(self, state=state)


def standings(rules: Mapping[str, StageRule], kept: Mapping[str, Standing]) -> dict[str, Standing]:
    """Every stage there is, those unlocked whose stages before are passed."""
    found: dict[str, Standing] = {}
    for rule in rules.values():
        standing = kept.get(rule.id, Standing(rule.id))
        ready = all(found[other].state is State.PASSED for other in rule.after if other in found)
        found[rule.id] = (
            standing.moved(Event.UNLOCKED) if standing.state is State.LOCKED and ready else standing
        )
    return found


def after_test(
    standing: Standing, rule: StageRule, session: Session, seed: int, at: datetime
) -> tuple[Standing, Attempt]:
    """What a test leads to. A question that was not answered counts as missed. Raises NotNow."""
    tally = session.tally
    passed = bool(tally.asked) and tally.share >= rule.pass_mark
    attempt = Attempt(
        id=session.attempt,
        stage=rule.id,
        seed=seed,
        right=tally.right,
        asked=tally.asked,
        passed=passed,
        at=at,
        pass_mark=rule.pass_mark,
        questions=tuple((each.question.id, each.question.version) for each in session.paper),
    )
    unanswered = tuple(each.question.id for each in session.paper[len(session.marked) :])
    after = standing.moved(Event.PASSED if passed else Event.FAILED)
    missed = (*to_repeat(session.marked), *unanswered)
    return (
        replace(
            after,
            attempts=standing.attempts + 1,
            best=max(standing.best, tally.share),
            missed=() if after.state is State.PASSED else missed,
            passed_at=standing.passed_at or (at if passed else None),
        ),
        attempt,
    )


def repeated(standing: Standing, question: str, *, right: bool) -> Standing:
    """After a question was practised: what was missed and is right now need not be repeated any more."""
    if not right or question not in standing.missed or standing.state not in (State.FAILED, State.RETRAINING):
        return standing
    missed = tuple(each for each in standing.missed if each != question)
    return replace(standing.moved(Event.REPEATED if missed else Event.RETRAINED), missed=missed)
