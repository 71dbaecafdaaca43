"""A small desk to sit at: a few tickets, a clock that a test turns, and an app without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Customer
from agent_tui.tui.app import DeskApp
from agent_tui.tui.keymap import keymap
from agent_tui.tui.look import UNICODE, Glyphs
from agent_tui.tui.preferences import Preferences
from agent_tui.tui.screens.desk import DeskScreen
from agent_tui.tui.widgets.bars import Bar
from agent_tui.tui.widgets.pager import Pager
from tests.factories import at

if TYPE_CHECKING:
    from agent_tui.desk.traffic import Traffic

AGENT = "li.wei"
MORNING = at("09:00")

People = tuple[tuple[str, str], ...]
PEOPLE: People = (
    ("Emma Clarke", "Double charge on invoice 1182"),
    ("佐藤 健一", "届いた商品が壊れています"),
    ("Ana Souza", "Atraso na entrega"),
    ("李雷", "充电器不见了"),
    ("Müller GmbH", "Reklamation Lieferung 4471"),
)


class Clock:
    """Time, as a test turns it."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


def desk_at(folder: Path, people: People = PEOPLE, now: datetime = MORNING) -> Desk:
    """A desk with one ticket for each of `people`, an hour apart, the newest just now."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Place("test", folder / "store.db", folder / "config", folder / "packs")
    desk = open_desk(place, AGENT, "UTC", create=True)
    for number, (name, subject) in enumerate(people):
        begun = now - timedelta(hours=len(people) - 1 - number)
        address = f"customer{number + 1}@example.com"
        content = do.Content(text=f"{subject}.\nPlease help.", author=name)
        desk.open_ticket(
            "email", subject, Customer(name=name, emails=(address,)), content, begun, begun, by="import"
        )
    return desk


def sit(
    desk: Desk,
    play: Callable[[DeskApp, Pilot[None]], Awaitable[None]],
    size: tuple[int, int] = (80, 24),
    clock: Callable[[], datetime] | None = None,
    own_keys: dict[str, tuple[str, ...]] | None = None,
    glyphs: Glyphs = UNICODE,
    preferences: Preferences | None = None,
    told: Sequence[str] = (),
    traffic: Traffic | None = None,
) -> None:
    """Open the desk, play a story on it, and close it. `traffic` is one with a helpdesk, or what stands for it."""

    async def story() -> None:
        app = DeskApp(desk, keymap(own_keys), glyphs, clock or Clock(), preferences, told, traffic=traffic)
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            await play(app, pilot)

    try:
        asyncio.run(story())
    finally:
        desk.close()


async def settle(pilot: Pilot[None]) -> None:
    """Wait until threads have told what they found and everything is painted."""
    while True:
        try:
            await pilot.app.workers.wait_for_complete()
            break
        except WorkerCancelled:  # a newer count took its place: that one is waited for
            await pilot.pause()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and wait for what they do."""
    for key in keys:
        await pilot.press(key)
    await settle(pilot)


async def write(pilot: Pilot[None], text: str) -> None:
    """Type text letter by letter."""
    await press(pilot, *("space" if letter == " " else letter for letter in text))


def screen_of(app: DeskApp) -> DeskScreen:
    """The desk's own screen, whatever lies over it."""
    return next(screen for screen in app.screen_stack if isinstance(screen, DeskScreen))


def bar(app: DeskApp, name: str) -> str:
    """What a bar of the desk says."""
    return screen_of(app).query_one(f"#{name}", Bar).render_line(0).text


def page(app: DeskApp) -> str:
    """What the page over the desk says."""
    return app.screen.query_one(Pager).text()


pressed: set[str] = set()
"""The commands whose key a story presses."""


def presses(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A story that presses the keys of these commands."""
    pressed.update(names)
    return lambda story: story
