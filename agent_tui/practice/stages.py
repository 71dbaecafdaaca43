"""The stages of the training (POLICY Q1): each has a test; who fails is retrained on what was missed, and retested."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from agent_tui.desk.errors import DeskError
from agent_tui.domain.messages import N_
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


class NotNow(DeskError):
    """The stage is not where this can happen."""

    text = N_("This stage is not where this can be done.")


class LockedStage(NotNow):
    text = N_("This stage is locked: pass the stages before it first. (Q1)")


class RetrainFirst(NotNow):
    text = N_(
        "Repeat what was missed first, until it is right; {count} to go. Then take the test again. (Q1)"
    )


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
        if state is not None:
            return replace(self, state=state)
        if self.state is State.LOCKED:
            raise LockedStage
        if self.state in (State.FAILED, State.RETRAINING):
            raise RetrainFirst(count=len(self.missed))
        raise NotNow


def standings(
    rules: Mapping[str, StageRule], kept: Mapping[str, Standing], known: Collection[str]
) -> dict[str, Standing]:
    """Every stage there is, those unlocked whose stages before are passed.

    `known` are the questions there are: what a company has taken out of its banks need not be repeated.
    """
    found: dict[str, Standing] = {}
    for rule in rules.values():
        standing = kept.get(rule.id, Standing(rule.id))
        ready = all(found[other].state is State.PASSED for other in rule.after)
        if standing.state is State.LOCKED and ready:
            standing = standing.moved(Event.UNLOCKED)
        missed = tuple(each for each in standing.missed if each in known)
        if missed != standing.missed:
            standing = replace(standing if missed else standing.moved(Event.RETRAINED), missed=missed)
        found[rule.id] = standing
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
