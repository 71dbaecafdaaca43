"""The result file of a trainee, for a trainer: runs, answers, tests, courses, certificates (POLICY Q1).

Of the runs it has what they were worth and no text; only a certificate holds its run, since it is proved by playing it
again. The seal shows a change by mistake or by hand, but whoever makes a new file can make a new seal: what has to be
proved is a certificate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec.structs import replace

from agent_tui.desk.errors import DeskError
from agent_tui.domain.messages import N_
from agent_tui.packs.courses import Course
from agent_tui.packs.scoring import Scoring
from agent_tui.practice import courses
from agent_tui.practice.courses import Progress, Run, Work
from agent_tui.practice.results import (
    CERTIFY,
    Broken,
    Certificate,
    NoCertificate,
    Result,
    certificate,
    read_certificate,
    written,
)
from agent_tui.practice.theory import Answered

WEAKEST = 3
"""How many of a trainee's weakest topics are told."""


class Report(msgspec.Struct, frozen=True, kw_only=True, tag="agent_tui results", tag_field="format"):
    """A result file. `made` is when; `seal` is the SHA-256 of everything else."""

    trainee: str
    zone: str  # IANA name: whose days the due dates are
    made: datetime
    work: Work
    courses: tuple[Course, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    seal: str = ""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One trainee in a group's table; `made` is when their file was."""

    trainee: str
    made: datetime
    tasks: tuple[Progress, ...]
    runs: int
    runs_passed: int
    tests: int
    tests_passed: int
    certificates: int
    weakest: tuple[tuple[str, int], ...]  # topic, how often something was lost

    @property
    def done(self) -> int:
        """The tasks that are done."""
        return sum(each.is_done for each in self.tasks)

    @property
    def overdue(self) -> int:
        """The tasks that are not done though their day is over."""
        return courses.overdue(self.tasks)


class NoReport(DeskError):
    text = N_("this is no result file: {reason}")


class Changed(DeskError):
    text = N_("it was changed after it was made")


class NoMoment(DeskError):
    text = N_("it tells a moment that can't be")


class Disagrees(DeskError):
    text = N_("its certificate for {scenario} is of another trainee, or of no run in the file")


class NotWorth(DeskError):
    text = N_(
        "its certificate for {scenario} is not worth what it says: played again, the run has another card"
    )


def run_of(result: Result) -> Run:
    """What a run was worth, without its texts."""
    record = result.record
    return Run(
        id=result.id,
        at=result.at,
        scenario=record.scenario,
        version=record.version,
        mode=record.mode,
        took=record.took,
        points=result.points,
        score=result.score,
        passed=result.passed,
        sections=result.sections,
        fatal=result.fatal,
        missed=result.missed,
    )


def answers_of(kept: Iterable[Answered]) -> tuple[courses.Answer, ...]:
    """Answers as they count for courses."""
    return tuple(
        courses.Answer(question=each.question, topic=each.topic, right=each.right, at=each.at)
        for each in sorted(kept, key=lambda each: each.at)
    )


def certificates_of(kept: Iterable[Result]) -> tuple[Certificate, ...]:
    """A certificate of the best passed run in certify mode of each scenario, the newest of equals."""
    found: dict[str, Result] = {}
    for each in kept:
        name = each.record.scenario
        if (
            each.passed
            and each.record.mode == CERTIFY
            and (name not in found or each.score >= found[name].score)
        ):
            found[name] = each
    return tuple(certificate(replace(found[name], comments=())) for name in sorted(found))


def sealed(report: Report) -> Report:
    """The report with its seal."""
    return replace(report, seal=_seal(report))


def report_file(report: Report) -> bytes:
    """A report as a file has it."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def read_report(content: bytes) -> Report:
    """The report in a file.

    Raises NoReport, or Changed where a seal is not that of its content, NoMoment, or Disagrees where the
    parts don't fit.
    """
    try:
        found = msgspec.json.decode(content, type=Report)
        ZoneInfo(found.zone)
    except (msgspec.DecodeError, UnicodeDecodeError, ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NoReport(reason=str(error)) from error  # the name of a zone is looked for in the file system
    if found.seal != _seal(found):
        raise Changed
    work = found.work
    told = (each.at for part in (work.runs, work.answers, work.tests, work.signatures) for each in part)
    if not courses.are_moments((found.made, *told)):
        raise NoMoment
    for each in found.certificates:
        try:
            read_certificate(written(each))
        except (Broken, NoCertificate) as error:
            raise Changed from error
        if each.result.record.trainee != found.trainee or run_of(each.result) not in found.work.runs:
            raise Disagrees(scenario=each.result.record.scenario)
    return found


def member(report: Report, course: Course | None, now: datetime, scoring: Scoring) -> Member:
    """A trainee's line: the tasks of a course, or of all those in the file, as they stand now.

    `scoring` is the trainer's own: its pass mark holds, whatever the file says.
    """
    zone = ZoneInfo(report.zone)
    asked = report.courses if course is None else (course,)
    work = replace(report.work, pass_mark=scoring.pass_mark)
    drills = {name: rule.drill for name, rule in scoring.checks.items()}
    return Member(
        trainee=report.trainee,
        made=report.made,
        tasks=tuple(task for each in asked for task in courses.progress(each, work, now, zone)),
        runs=len(work.runs),
        runs_passed=sum(run.passed for run in work.runs),
        tests=len(work.tests),
        tests_passed=sum(test.passed for test in work.tests),
        certificates=len(report.certificates),
        weakest=tuple(courses.lost(work, drills).items())[:WEAKEST],
    )


def newest(reports: Iterable[tuple[str, Report]]) -> dict[str, tuple[str, Report]]:
    """By trainee the newest of their files, each with its name."""
    found: dict[str, tuple[str, Report]] = {}
    for name, report in reports:
        if report.trainee not in found or report.made > found[report.trainee][1].made:
            found[report.trainee] = (name, report)
    return dict(sorted(found.items()))


def _seal(report: Report) -> str:
    return sha256(msgspec.json.encode(replace(report, seal=""), order="sorted")).hexdigest()
