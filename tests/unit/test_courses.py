"""Courses: the file of a trainer with line and reason, and how far a trainee is (POLICY Q1, Q3, Q4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from agent_tui.packs.courses import Course, Offer, Task, TaskKind, read_course
from agent_tui.packs.loader import PackError
from agent_tui.practice.courses import (
    Answer,
    Progress,
    Run,
    Signature,
    TaskState,
    Work,
    lost,
    next_task,
    offer,
    overdue,
    progress,
)
from agent_tui.practice.stages import Attempt

OFFER = Offer(("kettle", "fire"), ("learn", "certify"), ("basics",), {"levels": 5, "channels": 4})
WHOLE = """\
[course]
id = "first-month"
name = { en = "First month", zh_CN = "入职首月" }
trainer = "Wang Fang"
begins = 2026-06-01
pass_mark = 70

[hot]
scenario = "kettle"
mode = "certify"
due = 2026-06-12
mentor = true

[theory]
topics = ["levels", "channels"]
questions = 9
pass_mark = 90
due = 2026-06-20

[test]
stage = "basics"
due = 2026-06-30
"""
MORNING = datetime(2026, 6, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCENARIO = Task(id="t", kind=TaskKind.SCENARIO, names=("kettle",), due=date(2026, 6, 12), mode="certify")
TOPICS = Task(
    id="t", kind=TaskKind.TOPICS, names=("levels",), due=date(2026, 6, 12), questions=2, pass_mark=50
)
STAGE = Task(id="t", kind=TaskKind.STAGE, names=("basics",), due=date(2026, 6, 12))


def written(folder: Path, text: str) -> Path:
    file = folder / "course.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_course_is_read_whole(tmp_path: Path) -> None:
    course = read_course(written(tmp_path, WHOLE), OFFER)
    hot, theory, test = course.tasks
    assert (course.id, course.version, course.trainer) == ("first-month", 1, "Wang Fang")
    assert course.begins == date(2026, 6, 1)
    assert course.due == date(2026, 6, 30)
    assert (hot.kind, hot.names, hot.mode, hot.mentor) == (TaskKind.SCENARIO, ("kettle",), "certify", True)
    assert (hot.pass_mark, theory.pass_mark, test.pass_mark) == (70, 90, 70)
    assert (theory.kind, theory.questions, test.kind) == (TaskKind.TOPICS, 9, TaskKind.STAGE)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('scenario = "kettle"', 'scenario = "kettel"', 9, "there is no kettel; there are: fire, kettle"),
        ('mode = "certify"', 'mode = "exam"', 10, "there is no exam"),
        ('mode = "certify"\n', "", 8, "a scenario has a mode: learn, certify"),
        ('stage = "basics"', 'stage = "final"', 21, "there is no final"),
        ('"channels"]', '"colours"]', 15, "there is no colours"),
        ('stage = "basics"', 'stage = "basics"\nscenario = "kettle"', 20, "a task has one of these"),
        ('stage = "basics"\n', "", 20, "a task has one of these"),
        ('stage = "basics"', 'stage = "basics"\nmode = "learn"', 22, "only a scenario has a mode"),
        ('stage = "basics"', 'stage = "basics"\nquestions = 3', 22, "only topics have a number"),
        ("questions = 9", "questions = 10", 16, "from 1 to 9"),
        ("questions = 9", "questions = 0", 16, "from 1 to 9"),
        ("pass_mark = 90", "pass_mark = 101", 17, "from 1 to 100"),
        ("pass_mark = 70", "pass_mark = 0", 6, "from 1 to 100"),
        ("questions = 9", "questions = 9\nmentor = true", 17, "not topics"),
        ("due = 2026-06-12", "due = 2026-05-12", 11, "due before the course begins"),
        ("due = 2026-06-12", 'due = "2026-06-12"', 11, "without a time or quotes"),
        ("due = 2026-06-12", "due = 2026-06-12T10:00:00Z", 11, "without a time or quotes"),
        ("due = 2026-06-12\n", "", 8, "missing required field `due`"),
        ("mentor = true", "tutor = true", 12, "unknown field `tutor`"),
        ('id = "first-month"', 'id = "First month"', 2, "small letters"),
        ('{ en = "First month", zh_CN = "入职首月" }', '{ en = " " }', 3, "the name is empty"),
        ("begins = 2026-06-01", "version = 0", 5, "counted from 1"),
        ("[course]", "[curse]", 0, "[course] is missing"),
        ("[hot]", "[hot", 8, ""),
    ],
)
def test_what_is_wrong_is_told_with_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in WHOLE
    with pytest.raises(PackError) as caught:
        read_course(written(tmp_path, WHOLE.replace(old, new, 1)), OFFER)
    assert caught.value.problem.line == line
    assert reason in str(caught.value.problem.reason)


def test_topics_have_no_pass_mark_of_the_company_s(tmp_path: Path) -> None:
    bare = WHOLE.replace("pass_mark = 70\n", "").replace("pass_mark = 90\n", "")
    with pytest.raises(PackError, match="topics have a pass mark") as caught:
        read_course(written(tmp_path, bare), OFFER)
    assert caught.value.problem.line == bare[: bare.index("[theory]")].count("\n") + 1


def test_a_course_without_a_task_is_none(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no task"):
        read_course(written(tmp_path, WHOLE.partition("[hot]")[0]), OFFER)


def test_everything_that_is_shipped_can_be_asked_for() -> None:
    found = offer(None)
    assert "broken_kettle" in found.scenarios
    assert {"learn", "rehearse", "certify"} <= set(found.modes)
    assert "basics" in found.stages
    assert all(found.topics.values())


# How far it is


def run(score: int, at: datetime = MORNING, mode: str = "certify", id: str = "r") -> Run:
    return Run(
        id=id,
        at=at,
        scenario="kettle",
        version=1,
        mode=mode,
        took=60.0,
        points=score,
        score=score,
        passed=score >= 80,
    )


def answer(question: str, at: datetime = MORNING, *, right: bool, topic: str = "levels") -> Answer:
    return Answer(question=question, topic=topic, right=right, at=at)


def attempt(right: int, at: datetime = MORNING, mark: float = 0.8) -> Attempt:
    return Attempt(
        id="basics-1",
        stage="basics",
        seed=1,
        right=right,
        asked=10,
        passed=right >= mark * 10,
        at=at,
        pass_mark=mark,
    )


def stood(task: Task, work: Work, now: datetime = MORNING, zone: str = "UTC", **course: object) -> Progress:
    whole = replace(Course(id="c", name={"en": "C"}, version=1, trainer="W", tasks=(task,)), **course)
    (found,) = progress(whole, replace(work, pass_mark=80), now, ZoneInfo(zone))
    return found


def test_a_task_is_overdue_when_its_last_day_is_over_where_the_trainee_is() -> None:
    end = datetime(2026, 6, 13, tzinfo=UTC)
    assert stood(SCENARIO, Work(), end - timedelta(seconds=1)).state is TaskState.OPEN
    assert stood(SCENARIO, Work(), end).state is TaskState.OVERDUE
    assert stood(SCENARIO, Work(), end, "America/New_York").state is TaskState.OPEN
    assert stood(SCENARIO, Work(), end - 9 * HOUR, "Asia/Tokyo").state is TaskState.OVERDUE


def test_the_last_day_there_is_is_a_day_like_others() -> None:
    last = replace(SCENARIO, due=date.max)
    assert stood(last, Work(), begins=date.min).state is TaskState.OPEN
    assert stood(last, Work(runs=(run(90),)), begins=date.min).state is TaskState.DONE


def test_a_scenario_is_done_by_a_passed_run_in_its_mode() -> None:
    assert stood(SCENARIO, Work(runs=(run(79),))).state is TaskState.OPEN
    assert stood(SCENARIO, Work(runs=(run(95, mode="learn"),))).tries == 0
    found = stood(SCENARIO, Work(runs=(run(60), run(80, MORNING + HOUR), run(40, MORNING + 2 * HOUR))))
    assert (found.state, found.tries, found.best, found.at) == (TaskState.DONE, 3, 80, MORNING + HOUR)


def test_a_course_has_a_pass_mark_of_its_own() -> None:
    strict = replace(SCENARIO, pass_mark=90)
    assert stood(strict, Work(runs=(run(89),))).state is TaskState.OPEN
    assert stood(strict, Work(runs=(run(90),))).state is TaskState.DONE


def test_what_is_passed_after_its_day_is_late() -> None:
    late = datetime(2026, 6, 13, 0, 0, tzinfo=UTC)
    assert stood(SCENARIO, Work(runs=(run(90, late),)), late).state is TaskState.LATE
    assert stood(SCENARIO, Work(runs=(run(90, late - HOUR),)), late).state is TaskState.DONE


def test_what_was_done_before_a_course_begins_does_not_count() -> None:
    work = Work(
        runs=(run(90),), answers=(answer("a", right=True), answer("b", right=True)), tests=(attempt(9),)
    )
    for task in (SCENARIO, TOPICS, STAGE):
        assert stood(task, work, begins=date(2026, 6, 10)).state is TaskState.DONE
        assert stood(task, work, begins=date(2026, 6, 11)).state is TaskState.OPEN


def test_topics_need_different_questions_and_count_the_newest_answers() -> None:
    again = (answer("a", right=True), answer("a", right=True))
    assert stood(TOPICS, Work(answers=again)).tries == 1
    assert stood(TOPICS, Work(answers=again)).state is TaskState.OPEN
    elsewhere = (*again, answer("b", right=True, topic="channels"))
    assert stood(TOPICS, Work(answers=elsewhere)).state is TaskState.OPEN
    both = (answer("a", right=False), answer("b", right=False))
    found = stood(TOPICS, Work(answers=both))
    assert (found.state, found.best) == (TaskState.OPEN, 0)
    mended = (*both, answer("a", MORNING + HOUR, right=True))
    found = stood(TOPICS, Work(answers=mended))
    assert (found.state, found.best, found.at) == (TaskState.DONE, 50, MORNING + HOUR)
    forgotten = (*mended, answer("a", MORNING + 2 * HOUR, right=False))
    assert stood(TOPICS, Work(answers=forgotten)).state is TaskState.DONE


def test_Q1_a_stage_is_done_by_its_test() -> None:
    assert stood(STAGE, Work(tests=(attempt(7),))).state is TaskState.OPEN
    found = stood(STAGE, Work(tests=(attempt(7), attempt(8, MORNING + HOUR))))
    assert (found.state, found.tries, found.best) == (TaskState.DONE, 2, 80)
    strict = replace(STAGE, pass_mark=90)
    assert stood(strict, Work(tests=(attempt(8),))).state is TaskState.OPEN
    assert stood(strict, Work(tests=(attempt(9),))).state is TaskState.DONE


def test_Q4_where_a_mentor_signs_a_pass_alone_is_not_enough() -> None:
    task = replace(SCENARIO, mentor=True)
    work = Work(runs=(run(90, id="good"), run(10, id="bad")))
    assert stood(task, work).state is TaskState.UNSIGNED

    def signed(run: str, stage: str = "") -> Work:
        sign = Signature(by="M", at=MORNING + HOUR, run=run, scenario="kettle", stage=stage)
        return replace(work, signatures=(sign,), tests=(attempt(9),))

    assert stood(task, signed("bad")).state is TaskState.UNSIGNED
    assert stood(task, signed("good")).state is TaskState.DONE
    assert stood(task, signed("good")).at == MORNING + HOUR
    long_after = replace(signed("good").signatures[0], at=datetime(2026, 7, 1, tzinfo=UTC))
    assert stood(task, replace(work, signatures=(long_after,))).state is TaskState.DONE
    stage = replace(STAGE, mentor=True)
    assert stood(stage, signed("good")).state is TaskState.UNSIGNED
    assert stood(stage, signed("good", "basics")).state is TaskState.DONE


def test_next_comes_what_is_due_first_and_not_what_waits_for_a_mentor() -> None:
    first = Progress(course="c", task=SCENARIO, state=TaskState.UNSIGNED, tries=1)
    second = Progress(course="c", task=replace(STAGE, due=date(2026, 6, 14)), state=TaskState.OPEN, tries=0)
    third = replace(second, task=replace(TOPICS, due=date(2026, 6, 13)), state=TaskState.OVERDUE)
    assert next_task((first, second, third)) is third
    assert next_task((first,)) is None
    assert overdue((first, second, third)) == 1


def test_the_weakest_topic_is_where_most_was_lost() -> None:
    missed = replace(run(50), missed=("greeting", "apology", "unknown"))
    answers = (
        answer("a", right=False),
        answer("a", MORNING + HOUR, right=True),
        answer("b", right=False, topic="channels"),
    )
    drills = {"greeting": "culture", "apology": "culture"}
    assert lost(Work(runs=(missed,), answers=answers), drills) == {"culture": 2, "channels": 1}
