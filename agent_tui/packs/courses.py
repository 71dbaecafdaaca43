"""Courses: what a trainer asks of trainees, and by when (POLICY Q1, Q3), one TOML file each.

`[course]` says which course it is; every other table is one task: a scenario, topics of the theory, or a stage's test.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.domain.messages import N_, Told
from agent_tui.packs.loader import PackError, Place, read_entries

T = TypeVar("T")

WHOLE = 100
"""The highest pass mark."""
_HEAD = "course"
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_FIELD = re.compile(r"`\$\.(\w+)|unknown field `(\w+)`")


class TaskKind(StrEnum):
    """What a task asks for."""

    SCENARIO = "scenario"  # a run of it in a mode
    TOPICS = "topics"  # questions of the theory
    STAGE = "stage"  # a stage's test


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do. `due` is the last day on which it is in time, in the trainee's own zone.

    `pass_mark` is in points of 100 for a scenario, in percent of right answers otherwise; None, which topics never
    have: the company's own.
    """

    id: str
    kind: TaskKind
    names: tuple[str, ...]  # the scenario, the topics, or the stage
    due: date
    mode: str = ""  # of a scenario
    questions: int = 0  # how many different ones are to be answered, of topics
    pass_mark: int | None = None
    mentor: bool = False  # done only when a mentor has signed it off (POLICY Q4)


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A course. What was done before the day `begins` does not count for it; None: everything does."""

    id: str
    name: Names
    version: int
    trainer: str
    tasks: tuple[Task, ...]
    begins: date | None = None

    @property
    def due(self) -> date:
        """The last day of the whole."""
        return max(task.due for task in self.tasks)


class Offer(msgspec.Struct, frozen=True):
    """What a course can name: the ids of scenarios, modes and stages, and the questions there are by topic."""

    scenarios: Collection[str]
    modes: Collection[str]
    stages: Collection[str]
    topics: Mapping[str, int]


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: Names
    trainer: str
    version: int = 1
    begins: date | None = None
    pass_mark: int | None = None


class _Task(msgspec.Struct, forbid_unknown_fields=True):
    due: date
    scenario: str = ""
    mode: str = ""
    topics: tuple[str, ...] = ()
    questions: int = 0
    stage: str = ""
    pass_mark: int | None = None
    mentor: bool = False


def read_course(file: Path, offer: Offer) -> Course:
    """The course in a file. Raises PackError with line and reason."""
    tables = read_entries(file, dict[str, object])
    if _HEAD not in tables:
        raise PackError(file, 0, Told(N_("[course] is missing")))
    table, place = tables.pop(_HEAD)
    head = _checked(table, _Head, place)
    if not _NAME.fullmatch(head.id):
        raise place.error("id", Told(N_("an id is made of small letters, digits, - and _")))
    if not any(text.strip() for text in head.name.values()):
        raise place.error("name", Told(N_("the name is empty")))
    if head.version < 1:
        raise place.error("version", Told(N_("versions are counted from 1")))
    _fits_mark(head.pass_mark, place)
    if not tables:
        raise PackError(file, 0, Told(N_("the course has no task")))
    tasks = tuple(
        _task(key, _checked(table, _Task, place), head, offer, place)
        for key, (table, place) in tables.items()
    )
    return Course(
        id=head.id,
        name=head.name,
        version=head.version,
        trainer=head.trainer,
        tasks=tasks,
        begins=head.begins,
    )


def _task(key: str, entry: _Task, head: _Head, offer: Offer, place: Place) -> Task:
    named = {
        TaskKind.SCENARIO: (entry.scenario,) if entry.scenario else (),
        TaskKind.TOPICS: entry.topics,
        TaskKind.STAGE: (entry.stage,) if entry.stage else (),
    }
    given = [kind for kind, names in named.items() if names]
    if len(given) != 1:
        raise place.error("", Told(N_("a task has one of these: scenario, topics, stage")))
    (kind,) = given
    known: Collection[str] = {
        TaskKind.SCENARIO: offer.scenarios,
        TaskKind.TOPICS: offer.topics,
        TaskKind.STAGE: offer.stages,
    }[kind]
    for name in named[kind]:
        _is_known(name, known, str(kind), place)
    if kind is TaskKind.SCENARIO:
        if not entry.mode:
            raise place.error(
                "", Told(N_("a scenario has a mode: {known}"), {"known": ", ".join(offer.modes)})
            )
        _is_known(entry.mode, offer.modes, "mode", place)
    elif entry.mode:
        raise place.error("mode", Told(N_("only a scenario has a mode")))
    _fits_questions(entry, kind, offer, place)
    _fits_mark(entry.pass_mark, place)
    mark = entry.pass_mark if entry.pass_mark is not None else head.pass_mark
    if kind is TaskKind.TOPICS and mark is None:
        raise place.error("", Told(N_("topics have a pass mark, here or in [course]")))
    if kind is TaskKind.TOPICS and entry.mentor:
        raise place.error("mentor", Told(N_("a mentor signs runs and stages, not topics")))
    if head.begins is not None and entry.due < head.begins:
        raise place.error("due", Told(N_("it is due before the course begins")))
    return Task(
        id=key,
        kind=kind,
        names=named[kind],
        due=entry.due,
        mode=entry.mode,
        questions=entry.questions,
        pass_mark=mark,
        mentor=entry.mentor,
    )


def _fits_questions(entry: _Task, kind: TaskKind, offer: Offer, place: Place) -> None:
    if kind is not TaskKind.TOPICS:
        if entry.questions:
            raise place.error("questions", Told(N_("only topics have a number of questions")))
        return
    there = sum(offer.topics[topic] for topic in set(entry.topics))
    if not 1 <= entry.questions <= there:
        told = Told(N_("the number of questions is from 1 to {most}"), {"most": str(there)})
        raise place.error("questions", told)


def _fits_mark(mark: int | None, place: Place) -> None:
    if mark is not None and not 1 <= mark <= WHOLE:
        raise place.error("pass_mark", Told(N_("the pass mark is from 1 to 100")))


def _is_known(name: str, known: Collection[str], field: str, place: Place) -> None:
    if name not in known:
        details = {"name": name, "known": ", ".join(sorted(known))}
        raise place.error(field, Told(N_("there is no {name}; there are: {known}"), details))


def _checked(table: dict[str, object], shape: type[T], place: Place) -> T:
    for field in table.keys() & {"due", "begins"}:
        day = table[field]
        if isinstance(day, datetime) or not isinstance(day, date):
            raise place.error(field, Told(N_("this is a day without a time or quotes, such as 2026-06-12")))
    try:
        return msgspec.convert(table, shape)
    except msgspec.ValidationError as error:
        found = _FIELD.search(str(error))
        raise place.error(next(filter(None, found.groups())) if found else "", str(error)) from error
