"""Theory from the training ground: practise, take a stage's test, drill (POLICY Q1, Q2)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TypeVar

from textual.app import App

from agent_tui.desk.errors import DeskError
from agent_tui.domain.text import safe
from agent_tui.i18n import _, language, ngettext
from agent_tui.practice.academy import Academy
from agent_tui.practice.stages import State
from agent_tui.practice.theory import Marked, Session
from agent_tui.telling_errors import sentence
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.quiz import QuizScreen
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import name_of

Answer = TypeVar("Answer")

PRACTISE, DRILL = "practise", "drill"
_SEEDS = 1 << 32


def choose(app: App[Answer], academy: Academy, now: Callable[[], datetime]) -> None:
    """Ask which questions, then ask them."""
    lessons = academy.lessons
    due = len(lessons.due(now()))
    come = ngettext("{count} question comes again", "{count} questions come again", due).format(count=due)
    come = come if due else _("questions of every topic")
    options = [
        ("p", PRACTISE, _("Practise: {come}").format(come=come)),
        ("d", DRILL, _("Drill: spot what breaks a rule, choose the level")),
    ]
    standings = lessons.standings()
    for place, (stage, rule) in enumerate(lessons.book.stages.items(), 1):
        name, state = name_of(rule.name), state_name(standings[stage].state)
        options.append((str(place), stage, _("Test: {name} ({state})").format(name=name, state=state)))

    def begin(chosen: str | None) -> None:
        if chosen is not None:
            ask(app, academy, now, chosen)

    app.push_screen(Choice(_("Theory"), options, now=PRACTISE), begin)


def ask(
    app: App[Answer],
    academy: Academy,
    now: Callable[[], datetime],
    chosen: str,
    topics: Collection[str] = (),
    after: Callable[[], None] | None = None,
) -> None:
    """Ask the questions of a stage's test, of a drill, or of a practice of some topics (all of them when empty).

    `after` is called when the trainee is back.
    """
    lessons = academy.lessons
    seed = secrets.randbelow(_SEEDS)
    stage = lessons.book.stages.get(chosen)
    try:
        if stage is not None:
            session = lessons.test(chosen, seed)
        elif chosen == DRILL:
            session = lessons.drill(seed, tuple(dict.fromkeys((language().partition("_")[0], "en"))))
        else:
            session = lessons.practice(seed, now(), topics)
    except DeskError as error:
        app.push_screen(Reading(_("Theory"), [Line(sentence(error), "bad")]))
        return

    def keep(marked: Marked) -> None:
        lessons.keep(marked, now(), session.attempt)

    def done(ended: Session | None) -> None:
        if stage is not None and ended is not None and ended.current is None:
            lessons.finish(chosen, ended, seed, now())
        if after is not None:
            after()

    app.push_screen(
        QuizScreen(
            session,
            lessons.topics,
            keep,
            title=safe(name_of(stage.name)) if stage is not None else _("Theory"),
            rules=lessons.rules,
            pass_mark=stage.pass_mark if stage is not None else None,
        ),
        done,
    )


def state_name(state: State) -> str:
    """Where one stands with a stage, in a word."""
    return {
        State.LOCKED: _("locked"),
        State.OPEN: _("unlocked"),
        State.FAILED: _("failed"),
        State.RETRAINING: _("retraining"),
        State.PASSED: _("passed"),
    }[state]
