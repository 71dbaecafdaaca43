"""Tasks of a course and moments of a run in words, the same on the screen and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _, ngettext
from agent_tui.packs.courses import Task, TaskKind
from agent_tui.packs.scenarios import Scenarios
from agent_tui.packs.scoring import Mode, Scoring
from agent_tui.packs.theory import TheoryBook
from agent_tui.practice.assessor import Mark
from agent_tui.practice.courses import Progress, Signature, TaskState
from agent_tui.practice.reviews import Moment, Who
from agent_tui.wording import action_title, name_of

STATES = {
    TaskState.OPEN: N_("to do"),
    TaskState.OVERDUE: N_("overdue"),
    TaskState.UNSIGNED: N_("waits for the mentor's signature"),
    TaskState.DONE: N_("done"),
    TaskState.LATE: N_("done, late"),
}


class Titles:
    """What scenarios, modes, topics and stages are called; what is not there any more keeps its id."""

    def __init__(self, scenarios: Scenarios, modes: Mapping[str, Mode], book: TheoryBook) -> None:
        self._scenarios = scenarios
        self._modes = modes
        self._book = book

    def scenario(self, name: str) -> str:
        """A scenario's title."""
        found = self._scenarios.get(name)
        return safe(name_of(found.title) if found is not None else name)

    def mode(self, name: str) -> str:
        """A way to practise."""
        return safe(name_of(self._modes[name].name) if name in self._modes else name)

    def topic(self, name: str) -> str:
        """A topic of the theory."""
        return safe(name_of(self._book.banks[name].name) if name in self._book.banks else name)

    def stage(self, name: str) -> str:
        """A stage of the training."""
        return safe(name_of(self._book.stages[name].name) if name in self._book.stages else name)

    def task(self, task: Task) -> str:
        """What a task asks for."""
        match task.kind:
            case TaskKind.SCENARIO:
                mode, scenario = self.mode(task.mode), self.scenario(task.names[0])
                return _("{name}: {value}").format(name=mode, value=scenario)
            case TaskKind.STAGE:
                return _("Test: {name}").format(name=self.stage(task.names[0]))
            case TaskKind.TOPICS:
                count = ngettext("{count} question", "{count} questions", task.questions)
                topics = _(", ").join(self.topic(name) for name in task.names)
                return f"{count.format(count=task.questions)} · {topics}"


def task_mark(task: Task) -> str:
    """What has to be reached, where the course says it, and whether a mentor signs."""
    told = []
    if task.pass_mark is not None:
        mark = _("{mark} points") if task.kind is TaskKind.SCENARIO else _("{mark} % right")
        told.append(mark.format(mark=task.pass_mark))
    if task.mentor:
        told.append(_("a mentor signs it"))
    return _(", ").join(told)


def task_state(found: Progress) -> str:
    """How far a task is: its state, the day it is due, the tries and the best of them."""
    told = [_(STATES[found.state])]
    if not found.is_done:
        told.append(_("due {day}").format(day=f"{found.task.due:%Y-%m-%d}"))
    if found.task.kind is TaskKind.TOPICS:
        told.append(_("{count} of {all} answered").format(count=found.tries, all=found.task.questions))
    elif found.tries:
        tries = ngettext("{count} attempt", "{count} attempts", found.tries)
        told.append(tries.format(count=found.tries))
    if found.best is not None:
        told.append(_("best {best}").format(best=found.best))
    return _(", ").join(told)


def assigned(found: tuple[Progress, ...]) -> str:
    """How many tasks are done, open and overdue."""
    late = sum(each.state is TaskState.OVERDUE for each in found)
    told = _("{done} of {all} tasks done").format(done=sum(each.is_done for each in found), all=len(found))
    return told + _(", {count} overdue").format(count=late) if late else told


def signature(found: Signature, titles: Titles, zone: tzinfo) -> str:
    """Who signed what, and when."""
    what = titles.stage(found.stage) if found.stage else titles.scenario(found.scenario)
    when = f"{found.at.astimezone(zone):%Y-%m-%d %H:%M}"
    return _("{when}  {who} signed off: {what}").format(when=when, who=safe(found.by), what=what)


_SEEN = {
    Who.TRAINEE: N_("the customer reads this"),
    Who.CUSTOMER: N_("the customer"),
    Who.OTHERS: N_("the customer sees this"),
}


def moment(found: Moment, zone: tzinfo) -> str:
    """A moment in one line: when, who, on which ticket, what."""
    return f"{found.at.astimezone(zone):%m-%d %H:%M:%S}  #{found.ticket} {safe(found.by)}: {action_title(found.kind)}"


def seen(found: Moment) -> str:
    """Whether the customer saw it."""
    return _(_SEEN[found.who]) if found.seen else _("the customer does not see this")


def mark(found: Mark, rules: Scoring) -> str:
    """A mark in one line: whether it was met, its points, its name and rule."""
    points = f"{found.points if found.met else 0}/{found.points}"
    name = name_of(rules.checks[found.check].name) if found.check in rules.checks else found.check
    return f"{'+' if found.met else '–'} {points}  {name} ({found.rule})"
