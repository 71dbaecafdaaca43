"""`practice course`: a trainer checks a course file, a trainee adds it and sees how far it is (POLICY Q1, Q3)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit
from agent_tui.cli.practice import academy
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _, ngettext
from agent_tui.packs.courses import Course, read_course
from agent_tui.packs.loader import PackError
from agent_tui.packs.scenarios import Scenarios
from agent_tui.packs.scoring import load_modes
from agent_tui.packs.theory import load_theory
from agent_tui.practice import courses
from agent_tui.practice.courses import Progress
from agent_tui.telling_errors import filled
from agent_tui.wording import name_of
from agent_tui.wording_practice import Titles, assigned, task_mark, task_state

_WRONG = N_("{file}, line {line}: {reason}")


def check(context: Context) -> Exit | None:
    """`practice course check FILE`."""
    course = read(context, context.args.file)
    if course is None:
        return Exit.BAD_INPUT
    tasks = ngettext("{count} task", "{count} tasks", len(course.tasks)).format(count=len(course.tasks))
    context.out.say(_("{course}: nothing is wrong, {tasks}").format(course=safe(course.id), tasks=tasks))
    return None


def show(context: Context) -> Exit | None:
    """`practice course show [FILE]`: a file, or the trainee's own courses and how far they are."""
    if context.args.file is None:
        _show_own(context)
        return None
    course = read(context, context.args.file)
    if course is None:
        return Exit.BAD_INPUT
    if context.json:
        context.out.json(msgspec.to_builtins(course))
        return None
    _head(context, course)
    names = titles(context)
    for task in course.tasks:
        mark = task_mark(task)
        told = _("due {day}").format(day=f"{task.due:%Y-%m-%d}") + (_(", ") + mark if mark else "")
        context.out.say(f"  {names.task(task)}: {told}")
    return None


def _show_own(context: Context) -> None:
    with academy(context) as found:
        given = found.courses
        stood = found.assigned(context.now)
    if context.json:
        context.out.json([as_json(each) for each in stood])
        return
    if not given:
        context.out.say(_("No course was added yet: agent-tui practice course add FILE"))
    names = titles(context)
    for course in given:
        own = tuple(each for each in stood if each.course == course.id)
        _head(context, course)
        context.out.say(f"  {assigned(own)}")
        for each in own:
            context.out.say(f"  {names.task(each.task)}: {task_state(each)}")
    ahead = courses.next_task(stood)
    if ahead is not None:
        context.out.say(_("Next: {drills}").format(drills=names.task(ahead.task)))


def add(context: Context) -> Exit | None:
    """`practice course add FILE`."""
    course = read(context, context.args.file)
    if course is None:
        return Exit.BAD_INPUT
    with academy(context) as found:
        before = courses.add(found.database, course)
    name = safe(name_of(course.name))
    if before is None:
        context.out.say(_("Added: {course}, due {day}").format(course=name, day=f"{course.due:%Y-%m-%d}"))
    else:
        told = _("Added: {course} in version {new}, in place of version {old}")
        context.out.say(told.format(course=name, new=course.version, old=before.version))
    return None


def read(context: Context, file: Path) -> Course | None:
    """The course in a file; None when it is bad, which is said with line and reason."""
    try:
        return read_course(file, courses.offer(context.locations.packs_dir))
    except PackError as error:
        wrong = error.problem
        details = {"file": wrong.file, "line": wrong.line, "reason": wrong.reason}
        context.out.complain(filled(_WRONG, details))
        return None


def titles(context: Context) -> Titles:
    """What things are called in this user's packs."""
    packs = context.locations.packs_dir
    return Titles(Scenarios(packs), load_modes(packs, []), load_theory(packs)[0])


def as_json(found: Progress) -> dict[str, object]:
    """A task as it stands, for a program."""
    task = found.task
    return {
        "course": found.course,
        "task": task.id,
        "kind": task.kind,
        "names": list(task.names),
        "mode": task.mode,
        "due": task.due.isoformat(),
        "state": found.state,
        "tries": found.tries,
        "best": found.best,
        "done_at": found.at,
    }


def _head(context: Context, course: Course) -> None:
    told = _("{course} (version {version}), by {trainer}").format(
        course=safe(name_of(course.name)), version=course.version, trainer=safe(course.trainer)
    )
    begins = _(", from {day} on").format(day=f"{course.begins:%Y-%m-%d}") if course.begins else ""
    context.out.say(told + begins)
