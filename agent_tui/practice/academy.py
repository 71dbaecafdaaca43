"""Everything a trainee has: scenarios, runs, results, lessons, over the practice profile's own store (POLICY Q1, Q4).

It opens that one store and no other: a live profile is neither needed nor touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from agent_tui.desk.errors import DeskError
from agent_tui.desk.guiding import Guidance
from agent_tui.domain.ids import ENTROPY, action_id
from agent_tui.domain.policy import Policy
from agent_tui.domain.refusals import Refusal
from agent_tui.packs.courses import Course
from agent_tui.packs.loader import Problem
from agent_tui.packs.scenario import Scenario
from agent_tui.packs.scenarios import Scenarios
from agent_tui.packs.scoring import Mode, Scoring, load_modes, load_scoring
from agent_tui.packs.tour import Tour, load_tour
from agent_tui.practice import courses, keeping, progress, reports, results, reviews
from agent_tui.practice.assessor import Assessment
from agent_tui.practice.courses import Progress, Work
from agent_tui.practice.exercise import Exercise, Record
from agent_tui.practice.keeping import OpenRun
from agent_tui.practice.lessons import Lessons
from agent_tui.practice.reports import Report
from agent_tui.practice.results import Certificate, Result
from agent_tui.practice.reviews import OtherRun, Review, Story
from agent_tui.practice.training import replayed
from agent_tui.store.database import Database


class Academy:
    """One trainee's practice."""

    def __init__(
        self,
        database: Database,
        policy: Policy,
        packs: Path | None,
        keys: Mapping[str, str],
        trainee: str,
        zone: str,
    ) -> None:
        self.database = database
        self._packs = packs
        self.policy = policy
        self.trainee = trainee
        self.zone = zone
        self.lessons = Lessons(database, policy, packs, keys)
        self._problems: list[Problem] = []

    @cached_property
    def scenarios(self) -> Scenarios:
        """The exercises there are."""
        return Scenarios(self._packs)

    @cached_property
    def modes(self) -> dict[str, Mode]:
        """The ways to practise."""
        return load_modes(self._packs, self._problems)

    @cached_property
    def tour(self) -> Tour:
        """What a newcomer is led through."""
        return load_tour(self._packs, self._problems)

    @property
    def newcomer(self) -> bool:
        """Whether no run was ended yet."""
        return not self.results()

    def guides(self, exercise: Exercise) -> bool:
        """Whether an exercise is the newcomer's tour."""
        return self.newcomer and (exercise.scenario.id, exercise.mode) == (self.tour.scenario, self.tour.mode)

    @cached_property
    def scoring(self) -> Scoring:
        """How runs are scored."""
        return load_scoring(self._packs, self._problems)

    @cached_property
    def guidance(self) -> Guidance:
        """What the company's packs say in every run."""
        return Guidance(self._packs, self.policy)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The pack files that were left out, each with line and reason."""
        return tuple(dict.fromkeys((*self._problems, *self.scenarios.problems, *self.lessons.problems)))

    # Runs

    def begin(self, scenario: Scenario, mode: str, seed: int) -> Exercise:
        """A new run."""
        return self._exercise(scenario, mode, seed, self.trainee, self.zone)

    def again(self, record: Record) -> Exercise | None:
        """A run as it was; None when its scenario, mode or the policy is not what it was."""

        def play(exercise: Exercise) -> None:
            replayed(exercise.training, record.actions, record.reached)
            exercise.took = record.took

        return self._played(record, play)

    def _played(self, record: Record, play: Callable[[Exercise], None]) -> Exercise | None:
        exercise = self._anew(record)
        if exercise is None:
            return None
        try:
            play(exercise)
        except (Refusal, DeskError):  # what was right to do then is refused by the packs of now
            exercise.close()
            return None
        return exercise

    def _anew(self, record: Record) -> Exercise | None:
        scenario = self.scenarios.get(record.scenario)
        if scenario is None or not self._is_current(record):
            return None
        return self._exercise(scenario, record.mode, record.seed, record.trainee, record.zone)

    def _exercise(self, scenario: Scenario, mode: str, seed: int, trainee: str, zone: str) -> Exercise:
        return Exercise(
            scenario,
            mode,
            self.modes[mode],
            seed,
            self.policy,
            self._packs,
            trainee,
            zone,
            self.guidance,
            self.scoring,
        )

    # Open runs

    def open_runs(self) -> tuple[OpenRun, ...]:
        """The runs that go on another time, the newest first; those whose scenario is another one by now left out."""
        return tuple(each for each in keeping.open_runs(self.database) if self._is_current(each.record))

    def open_run(self, scenario: str, mode: str) -> OpenRun | None:
        """The newest open run of a scenario in a mode."""
        asked = (scenario, mode)
        return next(
            (each for each in self.open_runs() if (each.record.scenario, each.record.mode) == asked), None
        )

    def keep(self, exercise: Exercise, at: datetime) -> None:
        """Keep a new run as it is played. `at` is real time."""
        keeping.begin(self.database, exercise, at)

    def go_on(self, run: OpenRun) -> Exercise | None:
        """An open run as it was left, kept further on; None when scenario, mode or policy are not what they were."""
        return self._played(run.record, lambda exercise: keeping.go_on(self.database, exercise, run))

    def counts(self, run: OpenRun) -> bool:
        """Whether an open run is an attempt, whatever becomes of it: a timed one is."""
        return self.modes[run.record.mode].timed

    def give_up(self, run: OpenRun, at: datetime, entropy: bytes) -> Result | None:
        """Have done with an open run. One that counts is judged as it stands; another one leaves nothing."""
        exercise = self.go_on(run) if self.counts(run) else None
        if exercise is None:
            keeping.forget(self.database, run.number)
            return None
        with closing(exercise):
            return self.finish(exercise, at, entropy)[0]

    def _is_current(self, record: Record) -> bool:
        scenario = self.scenarios.get(record.scenario)
        return scenario is not None and scenario.version == record.version and record.mode in self.modes

    # Results

    def finish(self, exercise: Exercise, at: datetime, entropy: bytes) -> tuple[Result, Assessment]:
        """End a run and keep what it is worth. `entropy` are 10 random bytes, for its id."""
        found = exercise.assessment()
        result = results.judged(
            action_id(at, entropy[:ENTROPY]), at, exercise.record(), found, self.scoring.pass_mark
        )
        with self.database.transaction():
            results.keep(self.database, result)
            if exercise.keeper is not None:
                exercise.keeper.end()
        return result, found

    def results(self) -> tuple[Result, ...]:
        """Every run that was ended, the oldest first."""
        return results.results(self.database)

    def judge_again(self, result: Result) -> Assessment | None:
        """The card of a kept run, from playing it again; None when its scenario is not what it was."""
        exercise = self.again(result.record)
        if exercise is None:
            return None
        with closing(exercise):
            return exercise.assessment()

    def verify(self, made: Certificate) -> bool | None:
        """Whether a certificate's run is worth what it says; None when its scenario is not there in that version."""
        found = self.judge_again(made.result)
        return None if found is None else results.agrees(made, found, self.scoring.pass_mark)

    # Courses

    @property
    def work(self) -> Work:
        """Everything that counts for courses."""
        return Work(
            runs=tuple(reports.run_of(each) for each in self.results()),
            answers=reports.answers_of(progress.answers(self.database)),
            tests=progress.attempts(self.database),
            signatures=courses.signatures(self.database),
            pass_mark=self.scoring.pass_mark,
        )

    @property
    def courses(self) -> tuple[Course, ...]:
        """The courses that the trainee was given."""
        return courses.courses(self.database)

    def assigned(self, now: datetime) -> tuple[Progress, ...]:
        """Every task of every course, as it stands now."""
        given = self.courses
        if not given:
            return ()
        work, zone = self.work, ZoneInfo(self.zone)
        return tuple(task for each in given for task in courses.progress(each, work, now, zone))

    def report(self, now: datetime) -> Report:
        """What a trainer is sent."""
        return reports.sealed(
            Report(
                trainee=self.trainee,
                zone=self.zone,
                made=now,
                work=self.work,
                courses=self.courses,
                certificates=reports.certificates_of(self.results()),
            )
        )

    # Reviews

    def story(self, result: Result) -> tuple[Story, Assessment] | None:
        """A run to step through, and its card; None when its scenario is not what it was."""
        exercise = self.again(result.record)
        if exercise is None:
            return None
        with closing(exercise):
            found = exercise.assessment()
            return reviews.story(exercise, found), found

    def take_review(self, review: Review) -> Result:
        """Keep what a mentor said to one of the runs, and signed (POLICY Q4). Raises OtherRun."""
        reviewed = next((each for each in self.results() if each.id == review.run), None)
        if reviewed is None:
            raise OtherRun
        said = reviews.with_comments(reviewed, review)
        with self.database.transaction():
            results.keep(self.database, said)
            for each in review.signatures:
                courses.sign(self.database, each)
        return said
