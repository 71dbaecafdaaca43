"""Result files, runs and reviews as files: what they hold, and that a change shows (POLICY Q1, Q4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent_tui.packs.scoring import load_scoring
from agent_tui.practice import courses, reports, reviews
from agent_tui.practice.academy import Academy
from agent_tui.practice.reports import (
    Changed,
    Disagrees,
    NoMoment,
    NoReport,
    Report,
    read_report,
    report_file,
    sealed,
)
from agent_tui.practice.results import Broken, Result, certificate, written
from agent_tui.practice.reviews import (
    ChangedReview,
    ChangedRun,
    NoReview,
    NoRun,
    NoRunMoment,
    NotGood,
    NothingSaid,
    OtherRun,
    OwnRun,
    Who,
)
from tests.practice.trainees import DAY, LATER, SCENARIO, academy_at, ended
from tests.unit.test_courses import STAGE

SCORING = load_scoring(None, [])


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TUI_KEY", "6265" * 16)


@pytest.fixture
def academy(tmp_path: Path) -> Iterator[Academy]:
    with academy_at(tmp_path / "alex") as found:
        yield found


@pytest.fixture
def result(academy: Academy) -> Result:
    return ended(academy)


# Result files


def test_a_result_file_has_scores_and_certificates_and_comes_back_whole(
    academy: Academy, result: Result
) -> None:
    ended(academy, DAY + LATER, idle=True)
    ended(academy, DAY + 2 * LATER, "learn")
    report = academy.report(DAY + 3 * LATER)
    assert read_report(report_file(report)) == report
    assert report.work.runs[0].score == result.score
    assert len(report.work.runs) == 3
    assert [each.result.id for each in report.certificates] == [result.id]
    assert academy.verify(report.certificates[0]) is True


def test_no_text_of_a_run_is_in_a_result_file_but_in_a_certificate(academy: Academy) -> None:
    result = ended(academy, mode="rehearse")
    scenario = academy.scenarios.get(SCENARIO)
    assert scenario is not None
    (persona,) = scenario.personas.values()
    content = report_file(academy.report(DAY)).decode()
    texts = [text for each in result.record.actions if (text := getattr(each, "text", ""))]
    assert texts
    own = json.loads(content)
    assert own["certificates"] == []
    for text in (*texts, persona.customer.name, *persona.customer.emails, *persona.customer.phones):
        assert json.dumps(text)[1:-1] not in content
        assert text not in content


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"trainee": "Alex"', '"trainee": "Ben"'),
        ('"passed": false', '"passed": true'),
        ('"zone": "UTC"', '"zone": "Asia/Tokyo"'),
    ],
)
def test_a_result_file_that_was_edited_is_refused(academy: Academy, old: str, new: str) -> None:
    ended(academy, idle=True)
    content = report_file(academy.report(DAY)).decode()
    assert old in content
    with pytest.raises(Changed):
        read_report(content.replace(old, new).encode())


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[]", b'{"format": "agent_tui certificate"}'])
def test_what_is_no_result_file_is_told(content: bytes) -> None:
    with pytest.raises(NoReport):
        read_report(content)


def test_a_zone_that_is_none_is_told(academy: Academy) -> None:
    for zone in ("Mars/Base", "../etc/passwd", "America", ""):
        report = sealed(replace(academy.report(DAY), zone=zone))
        with pytest.raises(NoReport):
            read_report(report_file(report))


@pytest.mark.parametrize("moment", [datetime(2026, 6, 1), datetime(1, 1, 1, tzinfo=UTC)])  # noqa: DTZ001
def test_a_moment_that_can_not_be_is_told(academy: Academy, moment: datetime) -> None:
    result = ended(academy, mode="learn", idle=True)
    report = academy.report(DAY)
    runs = (replace(report.work.runs[0], at=moment),)
    with pytest.raises(NoMoment):
        read_report(resealed(report, work=replace(report.work, runs=runs)))
    record = replace(result.record, reached=moment)
    with pytest.raises(NoRunMoment):
        reviews.read_run(reviews.run_file(replace(result, record=record)))


def resealed(report: Report, **fields: object) -> bytes:
    """The file of somebody who knows how to make a seal."""
    return report_file(sealed(replace(report, **fields)))


def test_a_certificate_has_to_fit_the_rest_of_the_file(academy: Academy, result: Result) -> None:
    report = academy.report(DAY)
    with pytest.raises(Disagrees):
        read_report(resealed(report, trainee="Ben"))
    with pytest.raises(Disagrees):
        read_report(resealed(report, work=replace(report.work, runs=())))
    forged = replace(report.certificates[0], seal="0" * 64)
    with pytest.raises(Changed):
        read_report(resealed(report, certificates=(forged,)))


def test_a_forged_certificate_with_a_good_seal_is_found_by_playing_it_again(academy: Academy) -> None:
    idle = ended(academy, idle=True)
    forged = certificate(replace(idle, score=100, points=100, passed=True, fatal=(), missed=()))
    assert academy.verify(forged) is False


def test_a_trainee_s_line_goes_by_the_trainer_s_pass_mark_and_course(academy: Academy) -> None:
    ended(academy, idle=True)
    report = replace(academy.report(DAY), work=replace(academy.work, pass_mark=0))
    task = replace(STAGE, kind=courses.TaskKind.SCENARIO, names=(SCENARIO,), mode="certify")
    course = reports.Course(id="c", name={"en": "C"}, version=1, trainer="W", tasks=(task,))
    line = reports.member(report, course, DAY, SCORING)
    assert (line.done, len(line.tasks), line.overdue) == (0, 1, 0)
    assert reports.member(report, course, DAY + 30 * LATER, SCORING).overdue == 1
    assert reports.member(report, None, DAY, SCORING).tasks == ()
    assert (line.runs, line.runs_passed, line.certificates) == (1, 0, 0)
    assert 1 <= len(line.weakest) <= reports.WEAKEST
    assert [count for _topic, count in line.weakest] == sorted(
        (count for _topic, count in line.weakest), reverse=True
    )


def test_of_two_files_of_a_trainee_the_newer_one_counts(academy: Academy) -> None:
    old, new = academy.report(DAY), academy.report(DAY + LATER)
    assert reports.newest([("b", new), ("a", old)]) == {"Alex": ("b", new)}
    assert reports.newest([("a", old), ("b", new)]) == {"Alex": ("b", new)}


def test_a_course_is_kept_once_and_an_older_version_is_refused(academy: Academy) -> None:
    course = reports.Course(id="c", name={"en": "C"}, version=2, trainer="W", tasks=(STAGE,))
    assert courses.add(academy.database, course) is None
    newer = replace(course, version=3)
    assert courses.add(academy.database, newer) == course
    assert academy.courses == (newer,)
    with pytest.raises(courses.OlderCourse):
        courses.add(academy.database, course)
    assert [each.course for each in academy.assigned(DAY)] == ["c"]
    assert academy.report(DAY).courses == (newer,)


# Runs and reviews


def test_the_story_has_every_moment_and_every_mark_once(academy: Academy, result: Result) -> None:
    told = academy.story(result)
    assert told is not None
    story, card = told
    assert {moment.who for moment in story.moments} >= {Who.TRAINEE, Who.CUSTOMER}
    own = [moment.action for moment in story.moments if moment.who is Who.TRAINEE]
    assert own == [action.id for action in result.record.actions]
    marks = [mark for moment in story.moments for mark in moment.marks]
    assert len(marks) + len(story.missing) == len(card.marks)
    assert sum(mark.points for mark in (*marks, *story.missing) if mark.met) == result.points
    assert [moment.at for moment in story.moments] == sorted(moment.at for moment in story.moments)


def test_a_customer_sees_messages_and_no_work_on_the_ticket(academy: Academy, result: Result) -> None:
    told = academy.story(result)
    assert told is not None
    for moment in told[0].moments:
        assert moment.seen == (moment.kind in ("open", "receive", "reply"))


def test_what_an_idle_run_lacks_is_missing(academy: Academy) -> None:
    told = academy.story(ended(academy, idle=True))
    assert told is not None
    assert told[0].missing
    assert not any(mark.met for mark in told[0].missing if mark.at is not None)


def test_a_run_goes_out_and_comes_back_without_comments(academy: Academy, result: Result) -> None:
    said = reviews.commented(reviews.begun(result), "Mia", DAY, "Good.")
    with_words = reviews.with_comments(result, said)
    content = reviews.run_file(with_words)
    assert reviews.read_run(content) == result
    assert reviews.read_run(written(certificate(result))) == result
    with pytest.raises(ChangedRun):
        reviews.read_run(content.replace(b'"score": ', b'"score": 1'))
    with pytest.raises(Broken):
        reviews.read_run(written(certificate(result)).replace(b'"score": ', b'"score": 1'))
    with pytest.raises(NoRun):
        reviews.read_run(report_file(academy.report(DAY)))


def test_Q4_a_trainee_takes_in_what_a_mentor_said_and_signed(academy: Academy, result: Result) -> None:
    action = result.record.actions[0].id
    said = reviews.commented(reviews.begun(result), "Mia", DAY, " Ask first. ", action)
    said = reviews.commented(said, "Mia", DAY + LATER, "Well done.")
    said = reviews.signed(said, result, "Mia", DAY + LATER, "basics")
    came = reviews.read_review(reviews.review_file(said))
    for _time in range(2):  # taken in twice, it is there once
        academy.take_review(came)
    (kept,) = academy.results()
    assert [(each.by, each.action, each.text) for each in kept.comments] == [
        ("Mia", action, "Ask first."),
        ("Mia", "", "Well done."),
    ]
    assert [(each.by, each.stage, each.run) for each in academy.work.signatures] == [
        ("Mia", "basics", result.id)
    ]
    assert academy.verify(certificate(kept)) is True


def test_a_review_is_refused_when_it_is_changed_or_of_another_run(
    academy: Academy, result: Result, tmp_path: Path
) -> None:
    said = reviews.commented(reviews.begun(result), "Mia", DAY, "Fine.")
    content = reviews.review_file(said)
    with pytest.raises(ChangedReview):
        reviews.read_review(content.replace(b"Fine.", b"Poor."))
    with pytest.raises(NoReview):
        reviews.read_review(reviews.run_file(result))
    with pytest.raises(OtherRun):
        academy.take_review(replace(said, run="0" * 26))
    with pytest.raises(NothingSaid):
        reviews.commented(said, "Mia", DAY, "  \n")
    with pytest.raises(NotGood):
        reviews.signed(said, replace(result, passed=False), "Mia", DAY)
    with pytest.raises(OwnRun):
        reviews.signed(said, result, "Alex", DAY)


def test_a_mentor_signs_once(result: Result) -> None:
    said = reviews.begun(result)
    for day in range(2):
        said = reviews.signed(said, result, "Mia", DAY + day * LATER)
    said = reviews.signed(said, result, "Mia", DAY, "basics")
    assert [(each.at, each.stage) for each in said.signatures] == [(DAY + LATER, ""), (DAY, "basics")]


def test_the_review_lies_beside_the_run() -> None:
    assert reviews.beside(Path("a/run.json")) == Path("a/run.review.json")
    assert reviews.beside(Path("a/run")) == Path("a/run.review.json")


def test_a_story_of_a_scenario_that_is_gone_is_none(academy: Academy, result: Result) -> None:
    gone = replace(result, record=replace(result.record, version=99))
    assert academy.story(gone) is None
    with closing(academy.begin(next(iter(academy.scenarios.all())), "learn", 1)) as exercise:
        assert reviews.story(exercise, exercise.assessment()).missing
