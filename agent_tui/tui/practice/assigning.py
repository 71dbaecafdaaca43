"""What courses ask for, on the screen: what is open and due, and the page of all courses (POLICY Q1, Q3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.practice.academy import Academy
from agent_tui.practice.courses import Progress, TaskState
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import name_of
from agent_tui.wording_practice import Titles, assigned, signature, task_mark, task_state

_STYLES = {
    TaskState.OVERDUE: "bad",
    TaskState.UNSIGNED: "warn",
    TaskState.DONE: "good",
    TaskState.LATE: "good",
}


def ahead(found: Sequence[Progress]) -> tuple[Progress, ...]:
    """What is left for the trainee to do, the first due first."""
    left = [each for each in found if each.state in (TaskState.OPEN, TaskState.OVERDUE)]
    return tuple(sorted(left, key=lambda each: each.task.due))


def about(found: Progress, academy: Academy, *, first: bool) -> str:
    """Which course asks for a task, and what has to be reached; `first` is what is to be done next."""
    course = next(each for each in academy.courses if each.id == found.course)
    parts = [_("Next") if first else "", safe(name_of(course.name)), task_state(found), task_mark(found.task)]
    return " · ".join(part for part in parts if part)


def lines(academy: Academy, now: datetime, titles: Titles) -> list[Line]:
    """Every course with its tasks, and what mentors signed."""
    stood = academy.assigned(now)
    told: list[Line] = []
    for course in academy.courses:
        own = tuple(each for each in stood if each.course == course.id)
        told += [Line(safe(name_of(course.name)), "title"), Line(assigned(own))]
        for each in own:
            line = _("{name}: {value}").format(name=titles.task(each.task), value=task_state(each))
            told.append(Line(line, _STYLES.get(each.state, ""), 4))
        told.append(Line())
    if not told:
        told.append(Line(_("No course was added yet: agent-tui practice course add FILE")))
    zone = ZoneInfo(academy.zone)
    return told + [Line(signature(each, titles, zone)) for each in academy.work.signatures]
