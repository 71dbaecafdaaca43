"""What a trainee has to do for a course, and how far it is (POLICY Q1, Q3, Q4). Pure but for the two tables it keeps.

A state follows from what was done: nothing is ticked off by hand, and a pass stands whatever is done later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec.structs import replace

from agent_tui.desk.errors import DeskError
from agent_tui.domain.messages import N_
from agent_tui.packs.courses import WHOLE, Course, Offer, Task, TaskKind
from agent_tui.packs.scenarios import Scenarios
from agent_tui.packs.scoring import load_modes
from agent_tui.packs.theory import load_theory
from agent_tui.practice.stages import Attempt
from agent_tui.store.database import Database

_COURSES, _SIGNED = "practice_courses", "practice_signed"
_FIRST, _LAST = 1900, 9000  # years


class TaskState(StrEnum):
    """Where a trainee stands with a task."""

    OPEN = "open"
    OVERDUE = "overdue"
    UNSIGNED = "unsigned"  # passed; the mentor's signature is missing
    DONE = "done"
    LATE = "late"  # done, after the day it was due


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run that was ended: what it was worth, without a word of what was written in it. `took` is in seconds."""

    id: str
    at: datetime
    scenario: str
    version: int
    mode: str
    took: float
    points: int
    score: int
    passed: bool
    sections: dict[str, tuple[int, int]] = {}  # reached, possible
    fatal: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()  # checks


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question of the theory, and when."""

    question: str
    topic: str
    right: bool
    at: datetime


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A mentor's word that a run, or with it a stage, was reviewed and is good (POLICY Q4)."""

    by: str
    at: datetime
    run: str
    scenario: str
    stage: str = ""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that counts for courses, each the oldest first. `pass_mark` is the company's own."""

    runs: tuple[Run, ...] = ()
    answers: tuple[Answer, ...] = ()
    tests: tuple[Attempt, ...] = ()
    signatures: tuple[Signature, ...] = ()
    pass_mark: int = WHOLE  # points of a run


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """A task and how far it is: `best` of 100 so far, None before the first try; `at` is when it was done."""

    course: str
    task: Task
    state: TaskState
    tries: int
    best: int | None = None
    at: datetime | None = None

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do, in time or late."""
        return self.state in (TaskState.DONE, TaskState.LATE)


class OlderCourse(DeskError):
    text = N_("Version {kept} of the course {course} is here already; version {given} is older.")


def offer(packs: Path | None) -> Offer:
    """What a course can name under a user's folder of packs. Raises PackError when a shipped pack is bad."""
    book, _problems = load_theory(packs)
    topics = {topic: len(bank.items) for topic, bank in book.banks.items()}
    return Offer(Scenarios(packs).names(), tuple(load_modes(packs, [])), tuple(book.stages), topics)


# What is kept


def courses(database: Database) -> tuple[Course, ...]:
    """The courses that were added, in the order of their last days."""
    kept = _kept(database, _COURSES)
    found = [msgspec.json.decode(body, type=Course) for _number, body in kept]
    return tuple(sorted(found, key=lambda each: (each.due, each.id)))


def add(database: Database, course: Course) -> Course | None:
    """Keep a course in place of the one with its id, which is returned. Raises OlderCourse."""
    for number, body in _kept(database, _COURSES):
        before = msgspec.json.decode(body, type=Course)
        if before.id != course.id:
            continue
        if before.version > course.version:
            raise OlderCourse(course=course.id, kept=before.version, given=course.version)
        database.table(_COURSES).put_json(number, msgspec.json.encode(course))
        return before
    database.table(_COURSES).insert_json(msgspec.json.encode(course))
    return None


def signatures(database: Database) -> tuple[Signature, ...]:
    """What mentors signed, the oldest first."""
    found = [msgspec.json.decode(body, type=Signature) for _number, body in _kept(database, _SIGNED)]
    return tuple(sorted(found, key=lambda each: each.at))


def sign(database: Database, signature: Signature) -> None:
    """Keep a signature; one that is kept already changes nothing."""
    if signature not in signatures(database):
        database.table(_SIGNED).insert_json(msgspec.json.encode(signature))


def _kept(database: Database, table: str) -> list[tuple[int, bytes]]:
    rows = database.table(table)
    found = ((document.doc_id, rows.get_json(document.doc_id)) for document in rows)
    return [(number, body) for number, body in found if body is not None]


# How far it is


def progress(course: Course, work: Work, now: datetime, zone: tzinfo) -> tuple[Progress, ...]:
    """Every task of a course, as it stands now for a trainee whose days are those of `zone`."""
    if course.begins is not None:
        work = _since(work, course.begins, zone)
    return tuple(_progress(course.id, task, work, now, zone) for task in course.tasks)


def next_task(found: Iterable[Progress]) -> Progress | None:
    """What to do next: of what is open the one that is due first; what waits for a mentor is not the trainee's."""
    ahead = [each for each in found if each.state in (TaskState.OPEN, TaskState.OVERDUE)]
    return min(ahead, key=lambda each: each.task.due, default=None)


def _progress(course: str, task: Task, work: Work, now: datetime, zone: tzinfo) -> Progress:
    tried = {
        TaskKind.SCENARIO: _runs,
        TaskKind.TOPICS: _answers,
        TaskKind.STAGE: _tests,
    }[task.kind](task, work)
    tries, best, passed = tried
    if passed is None:
        state = TaskState.OVERDUE if _is_after(now, task.due, zone) else TaskState.OPEN
        return Progress(course=course, task=task, state=state, tries=tries, best=best)
    if task.mentor:
        signed = _signed(task, work)
        if signed is None:
            return Progress(
                course=course, task=task, state=TaskState.UNSIGNED, tries=tries, best=best, at=passed
            )
    else:
        signed = passed
    # A mentor who takes their time makes no trainee late.
    state = TaskState.LATE if _is_after(passed, task.due, zone) else TaskState.DONE
    return Progress(course=course, task=task, state=state, tries=tries, best=best, at=max(passed, signed))


_Tried = tuple[int, int | None, datetime | None]
"""How often, the best of 100, and when it was passed first."""


def _runs(task: Task, work: Work) -> _Tried:
    own = _own_runs(task, work)
    passed = next((run.at for run in own if run.score >= _mark(task, work)), None)
    return len(own), max((run.score for run in own), default=None), passed


def _own_runs(task: Task, work: Work) -> list[Run]:
    return [run for run in work.runs if (run.scenario,) == task.names and run.mode == task.mode]


def _mark(task: Task, work: Work) -> int:
    return task.pass_mark if task.pass_mark is not None else work.pass_mark


def _tests(task: Task, work: Work) -> _Tried:
    own = [test for test in work.tests if (test.stage,) == task.names]
    passed = next((test.at for test in own if _is_passed(test, task.pass_mark)), None)
    return len(own), max((int(WHOLE * test.share) for test in own), default=None), passed


def _is_passed(test: Attempt, mark: int | None) -> bool:
    """By the mark that held for the test, or by the course's own."""
    return test.passed if mark is None else WHOLE * test.right >= mark * test.asked > 0


def _answers(task: Task, work: Work) -> _Tried:
    """So many different questions were answered, and of the newest answers to each the share was right."""
    newest: dict[str, bool] = {}
    best, passed = None, None
    for answer in work.answers:
        if answer.topic not in task.names:
            continue
        newest[answer.question] = answer.right
        right = sum(newest.values())
        if len(newest) < task.questions:
            continue
        best = max(best or 0, WHOLE * right // len(newest))
        if passed is None and WHOLE * right >= (task.pass_mark or WHOLE) * len(newest):
            passed = answer.at
    return len(newest), best, passed


def _signed(task: Task, work: Work) -> datetime | None:
    """When a mentor first signed it: the stage, or a passed run of the scenario."""
    good = {run.id for run in _own_runs(task, work) if run.score >= _mark(task, work)}
    for each in work.signatures:
        if task.kind is TaskKind.STAGE and (each.stage,) == task.names:
            return each.at
        if each.run in good:
            return each.at
    return None


def _is_after(moment: datetime, day: date, zone: tzinfo) -> bool:
    return moment.astimezone(zone).date() > day


def _since(work: Work, day: date, zone: tzinfo) -> Work:
    """What was done on that day or later."""

    def counts(at: datetime) -> bool:
        return at.astimezone(zone).date() >= day

    return replace(
        work,
        runs=tuple(each for each in work.runs if counts(each.at)),
        answers=tuple(each for each in work.answers if counts(each.at)),
        tests=tuple(each for each in work.tests if counts(each.at)),
        signatures=tuple(each for each in work.signatures if counts(each.at)),
    )


def are_moments(found: Iterable[datetime]) -> bool:
    """Whether moments that a file tells have a zone and lie where every zone can tell them."""
    return all(each.tzinfo is not None and _FIRST < each.year < _LAST for each in found)


def overdue(found: Sequence[Progress]) -> int:
    """How many tasks are not done though their day is over."""
    return sum(each.state is TaskState.OVERDUE for each in found)


def lost(work: Work, drills: Mapping[str, str]) -> dict[str, int]:
    """What was lost by topic, the most first: wrong newest answers, and checks missed in runs by their drill."""
    newest = {answer.question: answer for answer in work.answers}
    counts: dict[str, int] = {}
    for topic in (answer.topic for answer in newest.values() if not answer.right):
        counts[topic] = counts.get(topic, 0) + 1
    for topic in (drills[check] for run in work.runs for check in run.missed if check in drills):
        counts[topic] = counts.get(topic, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
