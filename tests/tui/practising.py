"""Practice without a terminal: a trainee's own store, an exercise on a clock that stands still, a way to play it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from agent_tui.locations import locate
from agent_tui.packs.tour import Tour
from agent_tui.practice import opening
from agent_tui.practice.academy import Academy
from agent_tui.practice.exercise import Exercise
from agent_tui.practice.results import Result
from agent_tui.settings import Settings
from agent_tui.tui.keymap import keymap
from agent_tui.tui.look import UNICODE
from agent_tui.tui.practice.app import PracticeApp
from agent_tui.tui.practice.home import Chosen, HomeApp
from agent_tui.tui.preferences import Preferences
from agent_tui.tui.widgets.bars import Bar
from tests.tui.desks import press, settle

SMALL, WIDE = (80, 24), (120, 40)
TRAINEE, ZONE = "Alex", "Europe/London"
TODAY = datetime(2026, 11, 22, 9, tzinfo=UTC)

Story = Callable[[PracticeApp, Pilot[None]], Awaitable[None]]


@contextmanager
def academy() -> Iterator[Academy]:
    """The trainee's own store in the test's home."""
    place = opening.place_of(locate())
    with opening.opened(place, TRAINEE, ZONE) as desk:
        yield Academy(desk.repository.database, desk.policy, place.packs, {}, TRAINEE, ZONE)


@contextmanager
def exercise(found: Academy, name: str = "broken_kettle", mode: str = "learn") -> Iterator[Exercise]:
    """A run that has just begun."""
    scenario = found.scenarios.get(name)
    assert scenario is not None
    with closing(found.begin(scenario, mode, 1)) as begun:
        yield begun


class Watch:
    """Seconds of the trainee's own time, as a test lets them pass."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def preferences(language: str = "en") -> Preferences:
    return Preferences(locate().settings_file, Settings(theme="dark", language=language))


def practise(
    exercise: Exercise,
    play: Story,
    size: tuple[int, int] = SMALL,
    tour: Tour | None = None,
    watch: Callable[[], float] | None = None,
) -> PracticeApp:
    """Sit at an exercise, play a story, and return the sitting as it ended."""
    app = PracticeApp(exercise, keymap(), UNICODE, preferences(), watch or Watch(), tour)

    async def story() -> None:
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            await play(app, pilot)

    asyncio.run(story())
    return app


def at_home(
    found: Academy,
    play: Callable[[HomeApp, Pilot[Chosen]], Awaitable[None]],
    size: tuple[int, int] = SMALL,
    shown: Result | None = None,
    language: str = "en",
) -> HomeApp:
    """The training ground's first page, played and returned as it ended."""
    app = HomeApp(preferences(language), found, lambda: TODAY, shown)

    async def story() -> None:
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            await play(app, pilot)

    asyncio.run(story())
    return app


async def fill(pilot: Pilot[Any], given: dict[str, str]) -> None:
    """Fill in the form on the screen and send it."""
    for entry in pilot.app.screen.query(Input):
        name = (entry.id or "").removeprefix("field-")
        if not entry.value and name in given:
            entry.value = given[name]
    await press(pilot, "ctrl+o")


def seen(app: PracticeApp | HomeApp) -> str:
    """What stands on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def practice_bar(app: PracticeApp | HomeApp) -> str:
    """The line that says that nothing is real."""
    return (
        app.screen_stack[0 if isinstance(app, PracticeApp) else 1]
        .query_one("#practice", Bar)
        .render_line(0)
        .text
    )
