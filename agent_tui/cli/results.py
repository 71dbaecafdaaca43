"""`practice results`, `practice group`: a trainee's result file, and a group's table from such files (POLICY Q1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from agent_tui.cli import courses
from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit, UsageError
from agent_tui.cli.files import write
from agent_tui.cli.practice import academy
from agent_tui.desk.errors import DeskError
from agent_tui.desk.sheets import Cell, Sheet, as_csv
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.text import safe
from agent_tui.i18n import _, ngettext
from agent_tui.packs.courses import Course
from agent_tui.packs.scoring import load_scoring
from agent_tui.practice import reports
from agent_tui.practice.academy import Academy
from agent_tui.practice.courses import Progress
from agent_tui.practice.reports import Member, NotWorth, Report, read_report, report_file
from agent_tui.practice.results import Result
from agent_tui.practice.reviews import read_review, run_file
from agent_tui.telling_errors import refused, sentence
from agent_tui.wording_practice import Titles, signature, task_state

_SHORT = 6  # letters of a run's id that a list shows
_LAST = "last"


def results(context: Context) -> Exit | None:
    """`practice results [--export FILE] [--run RUN] [--comments FILE]`."""
    args = context.args
    if args.which is not None and args.export is None:
        raise UsageError(_("--run says which run to write: give --export FILE too."))
    with academy(context) as found:
        if args.comments is not None:
            said = found.take_review(read_review(args.comments.read_bytes()))
            told = _("Taken in: the review of the run {run}; `r` in practice shows it.")
            context.out.say(told.format(run=said.id[-_SHORT:]))
        if args.export is not None:
            _export(context, found)
        elif args.comments is None:
            _list(context, found)
    return None


def _export(context: Context, found: Academy) -> None:
    path: Path = context.args.export
    which = context.args.which
    run = _run_named(found.results(), which) if which is not None else None
    write(path, report_file(found.report(context.now)) if run is None else run_file(run))
    context.out.say(_("Written: {path}").format(path=safe(str(path))))


def _run_named(kept: Sequence[Result], which: str) -> Result:
    """The run that the command line names. Raises UsageError."""
    own = kept[-1:] if which == _LAST else [each for each in kept if each.id.endswith(which.upper())]
    if len(own) != 1:
        told = _("There is no single run {name}; `agent-tui practice results` lists them.")
        raise UsageError(told.format(name=safe(which)))
    return own[0]


def _list(context: Context, found: Academy) -> None:
    kept = found.results()
    if context.json:
        context.out.json([msgspec.to_builtins(each) for each in kept])
        return
    names = courses.titles(context)
    for each in kept:
        moment = f"{each.at.astimezone(context.zone):%Y-%m-%d %H:%M}"
        count = len(each.comments)
        said = ngettext("{count} comment", "{count} comments", count).format(count=count) if count else ""
        run = f"{each.id[-_SHORT:]}  {moment}  {each.score:>3}  {each.record.mode:<9}"
        context.out.say(f"{run} {names.scenario(each.record.scenario)}  {said}".rstrip())
    for one in found.work.signatures:
        context.out.say(signature(one, names, context.zone))


# A group


def group(context: Context) -> Exit | None:
    """`practice group FILE… [--course FILE] [--verify] [--json | --csv]`."""
    args, out = context.args, context.out
    course: Course | None = None
    if args.course is not None:
        course = courses.read(context, args.course)
        if course is None:
            return Exit.BAD_INPUT
    read: list[tuple[str, Report]] = []
    wrong = False
    with ExitStack() as open_:
        proving = open_.enter_context(academy(context)) if args.verify else None
        for file in _files(args.files):
            try:
                read.append((str(file), _read(context, file, proving)))
            except (DeskError, Refusal, OSError) as error:
                wrong = True
                reason = refused(error) if isinstance(error, OSError) else sentence(error)
                out.complain(_("{path}: {reason}").format(path=safe(str(file)), reason=reason))
    kept = reports.newest(read)
    used = {name for name, _report in kept.values()}
    for name, report in read:
        if name not in used:
            told = _("{path}: left out, there is a newer file of {trainee}")
            out.complain(told.format(path=safe(name), trainee=safe(report.trainee)))
    scoring = load_scoring(context.locations.packs_dir, [])
    members = [reports.member(report, course, context.now, scoring) for _name, report in kept.values()]
    _tell(context, members)
    return Exit.BAD_INPUT if wrong else None


def _files(named: Sequence[Path]) -> Iterator[Path]:
    """The files, those of a folder in the order of the alphabet."""
    for each in named:
        if each.is_dir():
            yield from sorted(each.glob("*.json"))
        else:
            yield each


def _read(context: Context, file: Path, proving: Academy | None) -> Report:
    """A result file, its certificates played again where somebody can prove them.

    Raises OSError, or a DeskError that says what is wrong with it.
    """
    report = read_report(file.read_bytes())
    for made in report.certificates if proving is not None else ():
        worth = proving.verify(made) if proving is not None else None
        scenario = made.result.record.scenario
        if worth is None:
            told = _("{path}: the scenario {name} is not here in version {version}: not played again")
            version = made.result.record.version
            context.out.complain(told.format(path=safe(str(file)), name=safe(scenario), version=version))
        elif not worth:
            raise NotWorth(scenario=scenario)
    return report


def _tell(context: Context, members: Sequence[Member]) -> None:
    out, names = context.out, courses.titles(context)
    if context.json:
        out.json([_as_json(each) for each in members])
    elif context.args.csv:
        out.raw(as_csv(_sheet(members)))
    elif not members:
        out.say(_("There is no result file."))
    else:
        head = (
            _("trainee"),
            _("tasks"),
            _("overdue"),
            _("runs"),
            _("tests"),
            _("certificates"),
            _("weakest"),
        )
        out.table(head, [_line(each, names) for each in members], (0, 0, 0, 0, 0, 0, 0), 6)
        for each in members:
            for task in each.tasks:
                if not task.is_done:
                    out.say(f"{safe(each.trainee)}: {_task_line(task, names)}")


def _task_line(task: Progress, names: Titles) -> str:
    return f"{names.task(task.task)}: {task_state(task)}"


def _line(each: Member, names: Titles) -> tuple[str, ...]:
    return (
        each.trainee,
        f"{each.done}/{len(each.tasks)}",
        str(each.overdue),
        _("{passed} of {all} passed").format(passed=each.runs_passed, all=each.runs),
        _("{passed} of {all} passed").format(passed=each.tests_passed, all=each.tests),
        str(each.certificates),
        _(", ").join(f"{names.topic(topic)} –{count}" for topic, count in each.weakest),
    )


def _as_json(each: Member) -> dict[str, object]:
    return {
        "trainee": each.trainee,
        "made": each.made,
        "tasks": [courses.as_json(task) for task in each.tasks],
        "done": each.done,
        "overdue": each.overdue,
        "runs": each.runs,
        "runs_passed": each.runs_passed,
        "tests": each.tests,
        "tests_passed": each.tests_passed,
        "certificates": each.certificates,
        "weakest": [{"topic": topic, "lost": count} for topic, count in each.weakest],
    }


_COLUMNS = (
    "trainee",
    "made",
    "course",
    "task",
    "kind",
    "names",
    "mode",
    "due",
    "state",
    "tries",
    "best",
    "done_at",
    "runs",
    "runs_passed",
    "tests",
    "tests_passed",
    "certificates",
    "weakest",
)


def _sheet(members: Sequence[Member]) -> Sheet:
    """A line a task; one line for a trainee without any."""
    return Sheet("group", _COLUMNS, [line for each in members for line in _rows(each)])


def _rows(each: Member) -> Iterator[tuple[Cell, ...]]:
    own: tuple[Cell, ...] = (each.trainee, each.made.isoformat())
    sums: tuple[Cell, ...] = (
        each.runs,
        each.runs_passed,
        each.tests,
        each.tests_passed,
        each.certificates,
        " ".join(topic for topic, _count in each.weakest),
    )
    for found in each.tasks:
        task = found.task
        done = found.at.isoformat() if found.at is not None else ""
        yield (
            *own,
            found.course,
            task.id,
            str(task.kind),
            " ".join(task.names),
            task.mode,
            task.due.isoformat(),
            str(found.state),
            found.tries,
            found.best,
            done,
            *sums,
        )
    if not each.tasks:
        yield (*own, *("" for _column in range(len(_COLUMNS) - len(own) - len(sums))), *sums)
