"""Runs that are not ended yet, kept as they are played: whatever ends the program, nothing of them is lost (POLICY Q1).

Each act is appended as it is done, and on disk before the desk shows it; drafts, replies that wait out their undo time,
the place at the desk and the clock stand beside the acts. Who goes on has the acts played again.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from agent_tui.desk.drafts import Draft, Drafts, Place, Sending
from agent_tui.domain import actions as do
from agent_tui.practice.exercise import Exercise, Record
from agent_tui.practice.training import replayed
from agent_tui.store.database import Database

T = TypeVar("T")

_RUNS, _ACTS, _STANDS = "practice_runs", "practice_acts", "practice_stands"


class Stand(msgspec.Struct, frozen=True):
    """Where a run stands, besides what was done in it."""

    reached: datetime  # the simulated moment
    took: float  # seconds of the trainee's own time
    drafts: tuple[tuple[int, Draft], ...] = ()  # each with its ticket
    held: tuple[Sending, ...] = ()
    place: Place = Place()


class OpenRun(msgspec.Struct, frozen=True):
    """A run that goes on another time. `number` tells it from the others, `at` is when it was begun (UTC)."""

    number: int
    at: datetime
    record: Record
    stand: Stand


class _Run(msgspec.Struct, frozen=True):
    at: datetime
    record: Record  # as it was when it was begun


class _Act(msgspec.Struct, frozen=True):
    run: int
    action: do.Action


class Keeper:
    """Keeps one exercise from now on, under its number, until `end`."""

    def __init__(self, database: Database, exercise: Exercise, number: int) -> None:
        self._database = database
        self._exercise = exercise
        self._number = number
        exercise.keeper = self
        self._listen()

    def note(self) -> None:
        """Keep where the run stands now."""
        stand = msgspec.json.encode(_stand(self._exercise))
        self._database.table(_STANDS).put_json(self._number, stand)

    def acted(self, action: do.Action) -> None:
        """Keep what the trainee did."""
        with self._database.transaction():
            self._append(action)
            self.note()

    def went_back(self) -> None:
        """What came after a decision is gone."""
        with self._database.transaction():
            _forget_acts(self._database, self._number)
            for action in self._exercise.moves:
                self._append(action)
            self._listen()
            self.note()

    def end(self) -> None:
        """The run was ended: it is not open any more."""
        training = self._exercise.training
        self._exercise.keeper = training.acted = None
        training.desk.drafts = Drafts(training.desk.repository)
        forget(self._database, self._number)

    def _append(self, action: do.Action) -> None:
        self._database.table(_ACTS).insert_json(msgspec.json.encode(_Act(self._number, action)))

    def _listen(self) -> None:
        training = self._exercise.training
        training.acted = self.acted
        training.desk.drafts = _Watched(self._exercise, self)


class _Watched(Drafts):
    """The drafts of an exercise, which are kept with its run as well."""

    def __init__(self, exercise: Exercise, keeper: Keeper) -> None:
        super().__init__(exercise.training.desk.repository)
        self._keeper = keeper

    def keep(self, ticket: int, draft: Draft) -> None:
        super().keep(ticket, draft)
        self._keeper.note()

    def forget(self, ticket: int, kind: str = "reply") -> None:
        super().forget(ticket, kind)
        self._keeper.note()

    def hold(self, sending: Sending) -> None:
        super().hold(sending)
        self._keeper.note()

    def release(self, ticket: int) -> None:
        super().release(ticket)
        self._keeper.note()

    def remember(self, place: Place) -> None:
        super().remember(place)
        self._keeper.note()


def begin(database: Database, exercise: Exercise, at: datetime) -> None:
    """Keep an exercise that has just begun. `at` is real time."""
    with database.transaction():
        run = _Run(at, replace(exercise.record(), actions=()))
        number = database.table(_RUNS).insert_json(msgspec.json.encode(run))
        Keeper(database, exercise, number).note()


def go_on(database: Database, exercise: Exercise, run: OpenRun) -> None:
    """Bring an exercise that has just begun to where a run of it was left, and keep it from there on."""
    training, stand = exercise.training, run.stand
    replayed(training, run.record.actions, stand.reached)
    exercise.took = stand.took
    done = {action.id for action in run.record.actions}
    training.reseed(f"{len(done)} {len(stand.held)}")
    for ticket, draft in stand.drafts:
        training.desk.drafts.keep(ticket, draft)
    for sending in stand.held:
        if sending.action.id not in done:  # it went out, and the end came before that was noted
            training.desk.drafts.hold(sending)
    training.desk.drafts.remember(stand.place)
    Keeper(database, exercise, run.number)


def open_runs(database: Database) -> tuple[OpenRun, ...]:
    """The runs that were left in the middle, the newest first."""
    acts: dict[int, list[do.Action]] = {}
    for _place, act in _all(database, _ACTS, _Act):
        acts.setdefault(act.run, []).append(act.action)
    stands = dict(_all(database, _STANDS, Stand))
    found = [
        OpenRun(
            number,
            run.at,
            replace(
                run.record,
                actions=tuple(acts.get(number, ())),
                reached=stands[number].reached,
                took=stands[number].took,
            ),
            stands[number],
        )
        for number, run in _all(database, _RUNS, _Run)
    ]
    return tuple(sorted(found, key=lambda each: (each.at, each.number), reverse=True))


def forget(database: Database, number: int) -> None:
    """A run is not open any more."""
    with database.transaction():
        _forget_acts(database, number)
        for table in (_RUNS, _STANDS):
            database.table(table).remove(doc_ids=[number])


def _stand(exercise: Exercise) -> Stand:
    drafts = exercise.training.desk.drafts
    return Stand(
        reached=exercise.now,
        took=round(exercise.took, 1),
        drafts=tuple((ticket, each) for ticket in sorted(drafts.drafted()) for each in drafts.of(ticket)),
        held=tuple(drafts.held()),
        place=drafts.place(),
    )


def _forget_acts(database: Database, number: int) -> None:
    rows = database.table(_ACTS)
    rows.remove(doc_ids=[place for place, act in _all(database, _ACTS, _Act) if act.run == number])


def _all(database: Database, table: str, shape: type[T]) -> list[tuple[int, T]]:
    """Every document of a table with its number, in the order in which they came."""
    rows = database.table(table)
    bodies = [(document.doc_id, rows.get_json(document.doc_id)) for document in rows]
    return [(number, msgspec.json.decode(body, type=shape)) for number, body in bodies if body is not None]
