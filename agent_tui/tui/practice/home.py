"""The training ground before and between exercises: scenarios, theory, progress (POLICY section 9)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Static

from agent_tui import i18n
from agent_tui.domain.ids import ENTROPY
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.packs.courses import TaskKind
from agent_tui.packs.scenario import Difficulty, Scenario
from agent_tui.practice.academy import Academy
from agent_tui.practice.courses import Progress, TaskState
from agent_tui.practice.keeping import OpenRun
from agent_tui.practice.results import Result, best
from agent_tui.settings import AUTO, SettingsError
from agent_tui.tui.base import BaseApp
from agent_tui.tui.practice import assigning, leaving, progressing, quizzing, telling
from agent_tui.tui.practice.running import RunsPanel
from agent_tui.tui.preferences import LANGUAGES, Preferences
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.bars import Bar, Item
from agent_tui.tui.widgets.menu import Item as MenuItem
from agent_tui.tui.widgets.menu import Menu
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import name_of
from agent_tui.wording_practice import Titles, task_state


class Go(StrEnum):
    """What the trainee chose to do."""

    BEGIN = "begin"
    CONTINUE = "continue"


class Chosen(msgspec.Struct, frozen=True):
    """The exercise to begin, or to go on with."""

    go: Go
    scenario: str = ""
    mode: str = ""
    run: int = 0  # the number of the open run to go on with, or to have done with before another one is begun


class HomeApp(BaseApp[Chosen]):
    """Ends with what was chosen; None when the trainee left."""

    CSS_PATH: ClassVar[list[str]] = ["../app.tcss", "practice.tcss"]  # type: ignore[assignment]  # as the desk has

    def __init__(
        self,
        preferences: Preferences,
        academy: Academy,
        now: Callable[[], datetime],
        shown: Result | None = None,
        told: str = "",
    ) -> None:
        """`shown` is a result whose card is looked at first, `told` what is said first."""
        super().__init__(preferences)
        self.academy = academy
        self.now = now
        self.shown = shown
        self.told = told

    def on_mount(self) -> None:
        """The one screen."""
        self.push_screen(HomeScreen(self))


class HomeScreen(Screen[None]):
    """A list of what there is to do; Enter begins it."""

    CSS_PATH = ["../welcome.tcss", "home.tcss"]
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        ("down,j", "move(1)", ""),
        ("up,k", "move(-1)", ""),
        ("pagedown", "page(1)", ""),
        ("pageup", "page(-1)", ""),
        ("enter", "choose", ""),
        ("t", "theory", ""),
        ("p", "progress", ""),
        ("c", "card", ""),
        ("x", "give_up", ""),
        ("a", "assigned", ""),
        ("r", "runs", ""),
        ("question_mark,f1", "help", ""),
        ("q,ctrl+c,escape", "leave", ""),
    ]

    def __init__(self, app: HomeApp) -> None:
        super().__init__()
        self._app = app
        self._academy = app.academy
        self._scenarios: Sequence[Scenario] = ()
        self._tasks: Sequence[Progress] = ()
        self._open: Sequence[OpenRun] = ()

    def compose(self) -> ComposeResult:
        """A title, what practice is, the list, and what keys do."""
        yield Bar(id="practice")
        with Vertical(id="home"):
            yield Menu(id="home-list")
            yield Static(id="home-about", markup=False)
            yield Static(id="home-hint", markup=False)

    def on_mount(self) -> None:
        """The easy ones first."""
        order = {each: place for place, each in enumerate(Difficulty)}
        self._scenarios = sorted(
            self._academy.scenarios.all(), key=lambda each: (order[each.difficulty], each.id)
        )
        self._retell()
        if self._app.shown is not None:
            self._show_card(self._app.shown)
        elif self._app.told:
            self._app.push_screen(Reading(_("Practice"), [Line(self._app.told)]))
        elif self._academy.newcomer and not self._open:
            self._welcome()

    def _retell(self) -> None:
        told = _("PRACTICE: nothing here is real")
        self.query_one("#practice", Bar).show([Item("practice", (((f" {told} ", "warn"),),))])
        self._list(top=True)

    def _welcome(self) -> None:
        """Whoever was never here is asked for the language, as at the desk's first start, and offered the tour."""
        if self._app.preferences.settings.language != AUTO:
            self._offer_tour()
            return
        options = [(str(place), name, title) for place, (name, title) in enumerate(LANGUAGES, 1)]

        def speak(name: str | None) -> None:
            if name is not None:
                i18n.use(name)
                with suppress(SettingsError, OSError):  # for this sitting at least
                    self._app.preferences.change("language", (name,))
                self._retell()
            self._offer_tour()

        now = "zh_CN" if i18n.language().startswith("zh") else "en"
        self._app.push_screen(Choice("Language · 语言", options, now=now), speak)

    def _offer_tour(self) -> None:
        tour = self._academy.tour
        scenario = self._academy.scenarios.get(tour.scenario)
        if scenario is None or tour.mode not in self._academy.modes:
            return
        options = [
            (
                "1",
                "tour",
                _("The tour: a first customer, and a line that says what to press"),
            ),
            ("2", "", _("Look around first")),
        ]

        def begin(answer: str | None) -> None:
            if answer:
                self._app.exit(Chosen(Go.BEGIN, scenario.id, tour.mode))

        self._app.push_screen(Choice(_("Are you new here?"), options, now="tour"), begin)

    def _list(self, *, top: bool = False) -> None:
        kept = self._academy.results()
        self._tasks = assigning.ahead(self._academy.assigned(self._app.now()))
        self._open = self._academy.open_runs()
        items = [leaving.item(each, self._academy, self._titles) for each in self._open]
        items += [self._task_item(each) for each in self._tasks]
        items += [self._item(each, best(kept, each.id)) for each in self._scenarios]
        self.query_one(Menu).show(items, _("There are no scenarios."), top=top)
        self._tell()

    def _item(self, scenario: Scenario, found: Result | None) -> MenuItem:
        persona = next(iter(scenario.personas.values()))
        markets = " ".join(dict.fromkeys(each.customer.market or "–" for each in scenario.personas.values()))
        channel = name_of(self._academy.policy.channel_of(persona.channel).name)
        about = f"{telling.difficulty(scenario.difficulty)} · {markets} · {channel}"
        return MenuItem(safe(name_of(scenario.title)), about, "–" if found is None else str(found.score))

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._academy.zone)

    @cached_property
    def _titles(self) -> Titles:
        academy = self._academy
        return Titles(academy.scenarios, academy.modes, academy.lessons.book)

    def _task_item(self, found: Progress) -> MenuItem:
        sign = "!" if found.state is TaskState.OVERDUE else "→"
        return MenuItem(self._titles.task(found.task), task_state(found), sign)

    def _chosen(self) -> OpenRun | Progress | Scenario | None:
        """The open run, the task or the scenario under the cursor."""
        place = self.query_one(Menu).cursor
        entries: list[OpenRun | Progress | Scenario] = [*self._open, *self._tasks, *self._scenarios]
        return entries[place] if place < len(entries) else None

    def _tell(self) -> None:
        chosen = self._chosen()
        hint = _("Enter begins · t theory · p progress · a courses · r runs · ? help · q quit")
        if isinstance(chosen, OpenRun):
            about = leaving.about(chosen, self._academy)
            hint = _("Enter goes on · x gives it up · t theory · p progress · ? help · q quit")
        elif isinstance(chosen, Progress):
            about = assigning.about(chosen, self._academy, first=chosen is self._tasks[0])
        else:
            about = safe(name_of(chosen.brief)) if chosen is not None else ""
        self.query_one("#home-about", Static).update(about)
        self.query_one("#home-hint", Static).update(hint)

    # Keys

    def action_move(self, by: int) -> None:
        """Another line."""
        self.query_one(Menu).move(by)
        self._tell()

    def action_page(self, by: int) -> None:
        """A page of lines."""
        menu = self.query_one(Menu)
        menu.move(by * menu.page())
        self._tell()

    def action_choose(self) -> None:
        """Begin, in one of the modes; or go on; or do what a course asks for."""
        scenario = self._chosen()
        if isinstance(scenario, OpenRun):
            self._go_on(scenario)
            return
        if isinstance(scenario, Progress):
            self._do(scenario)
            return
        if scenario is None:
            return
        options = [
            (str(place), name, f"{name_of(mode.name)}: {telling.mode(mode, scenario)}")
            for place, (name, mode) in enumerate(self._academy.modes.items(), 1)
        ]

        def begin(mode: str | None) -> None:
            if mode is not None:
                self._begin(scenario.id, mode)

        first = next(iter(self._academy.modes))
        self._app.push_screen(Choice(safe(name_of(scenario.title)), options, now=first), begin)

    def _go_on(self, run: OpenRun) -> None:
        self._app.exit(Chosen(Go.CONTINUE, run.record.scenario, run.record.mode, run.number))

    def _begin(self, scenario: str, mode: str) -> None:
        """Begin a run; who left one of the same kind is asked what becomes of it."""
        left = self._academy.open_run(scenario, mode)
        if left is None:
            self._app.exit(Chosen(Go.BEGIN, scenario, mode))
            return

        def chosen(answer: str | None) -> None:
            if answer == "on":
                self._go_on(left)
            elif answer == "anew":
                self._app.exit(Chosen(Go.BEGIN, scenario, mode, left.number))

        options = [("1", "on", _("Go on with it")), ("2", "anew", _("Begin another one"))]
        title = self._titles.scenario(scenario)
        self._app.push_screen(Choice(title, options, leaving.asked(left, self._academy), now="on"), chosen)

    def action_give_up(self) -> None:
        """Have done with the open run under the cursor."""
        left = self._chosen()
        if not isinstance(left, OpenRun):
            return

        def chosen(answer: str | None) -> None:
            if answer != "yes":
                return
            result = self._academy.give_up(left, self._app.now(), os.urandom(ENTROPY))
            self._list()
            if result is not None:
                self._show_card(result)

        options = [("y", "yes", _("Give it up")), ("n", "no", _("Keep it"))]
        title = self._titles.scenario(left.record.scenario)
        self._app.push_screen(Choice(title, options, leaving.asked(left, self._academy)), chosen)

    def _do(self, found: Progress) -> None:
        task = found.task
        if task.kind is TaskKind.SCENARIO:
            self._begin(task.names[0], task.mode)
            return
        topics = task.names if task.kind is TaskKind.TOPICS else ()
        chosen = quizzing.PRACTISE if topics else task.names[0]
        quizzing.ask(self._app, self._academy, self._app.now, chosen, topics, self._list)

    def action_assigned(self) -> None:
        """Every course, and how far it is."""
        lines = assigning.lines(self._academy, self._app.now(), self._titles)
        self._app.push_screen(Reading(_("Courses"), lines))

    def action_runs(self) -> None:
        """The runs that were ended, the newest first; Enter shows the card and what a mentor said."""
        kept = self._academy.results()[::-1]
        if not kept:
            self._nothing_yet()
        else:
            self._app.push_screen(
                RunsPanel(kept, self._titles, self._zone),
                lambda place: self._show_card(kept[place]) if place is not None else None,
            )

    def action_theory(self) -> None:
        """Questions on what policy asks for."""
        quizzing.choose(self._app, self._academy, self._app.now)

    def action_progress(self) -> None:
        """Scores, passes and what comes next."""
        across = max(20, self._app.size.width - 4)
        lines = progressing.lines(self._academy, self._app.now(), self._zone, across)
        self._app.push_screen(Reading(_("Progress"), lines))

    def action_card(self) -> None:
        """The card of the newest run."""
        kept = self._academy.results()
        if kept:
            self._show_card(kept[-1])
        else:
            self._nothing_yet()

    def _nothing_yet(self) -> None:
        told = Line(_("No run was ended yet: choose a scenario, work on it, and its card is here."))
        self._app.push_screen(Reading(_("Runs"), [told]))

    def _show_card(self, result: Result) -> None:
        found = self._academy.judge_again(result)
        scenario = self._academy.scenarios.get(result.record.scenario)
        if found is None or scenario is None:
            told = Line(_("This run can't be judged again: its scenario is not what it was."))
            self._app.push_screen(Reading(_("Runs"), [told, *telling.comments(result, self._zone)]))
            return
        lines = telling.card(
            found,
            scenario,
            self._academy.scoring,
            self._academy.policy,
            self._zone,
        )
        lines += telling.comments(result, self._zone)
        self._app.push_screen(Reading(safe(name_of(scenario.title)), lines))

    def action_help(self) -> None:
        """What this is, and its keys."""
        self._app.push_screen(Reading(_("Help: {title}").format(title=_("Practice")), telling.help_lines()))

    def action_leave(self) -> None:
        """Leave the training ground."""
        self._app.exit(None)
