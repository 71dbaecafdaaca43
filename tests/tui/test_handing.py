"""The shift handover and the time-zone table on the screen (POLICY P4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Customer
from agent_tui.tui.app import DeskApp
from agent_tui.tui.commands import BY_ID
from agent_tui.tui.screens.handover import HandoverPanel
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.screens.zones import Zones
from tests.factories import HOUR
from tests.tui.desks import (
    AGENT,
    MORNING,
    Clock,
    bar,
    desk_at,
    page,
    press,
    presses,
    screen_of,
    settle,
    sit,
    write,
)

COLLEAGUE = "zhang.min"
HANDOVER, ZONES = BY_ID["handover"].keys[0], BY_ID["zones"].keys[0]


def taken(folder: Path, *numbers: int) -> Desk:
    """A desk where the agent has some of the tickets."""
    desk = desk_at(folder / "desk")
    for number in numbers:
        desk.act(number, "take", {}, MORNING)
    return desk


def given(folder: Path, to: str = AGENT) -> Desk:
    """A desk where a colleague's handover of two tickets waits."""
    desk_at(folder / "desk").close()
    place = Place("test", folder / "desk/store.db", folder / "desk/config", folder / "desk/packs")
    other = open_desk(place, COLLEAGUE, "UTC")
    batch = ""
    for number in (1, 2):
        other.act(number, "take", {}, MORNING)
        header = other.header(number, MORNING)
        batch = batch or header.id
        give = do.HandOver(
            id=header.id, ticket=number, at=MORNING, by=COLLEAGUE, to=to, text="open, reply next", batch=batch
        )
        other.perform(give, MORNING)
    other.close()
    return open_desk(place, AGENT, "UTC")


def said(app: DeskApp) -> str:
    """What the panel complains of."""
    return str(app.screen.query_one("#panel-error", Static).content)


@presses("handover")
def test_P4_one_key_shows_the_list_and_another_gives_it(tmp_path: Path) -> None:
    desk = taken(tmp_path, 1, 2)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, HANDOVER)
        assert isinstance(app.screen, HandoverPanel)
        told = page(app)
        assert "#1 Emma Clarke · Double charge on invoice 1182" in told
        assert "#2 佐藤 健一" in told
        assert "Ana Souza" not in told
        assert "next: classify (H1)" in told
        await press(pilot, "ctrl+o")
        assert said(app).startswith("Name a colleague or a shift")
        await write(pilot, AGENT)
        await press(pilot, "enter")
        assert said(app).startswith("You have these tickets already")
        app.screen.query_one(Input).value = "europe"
        await press(pilot, "ctrl+o")
        assert not isinstance(app.screen, HandoverPanel)
        assert bar(app, "notice").strip() == "2 tickets handed over to Europe shift."
        ticket = desk.ticket(2)
        assert ticket.handover is not None
        assert (ticket.owner, ticket.handover.to) == (AGENT, "europe")
        assert desk.ticket(1).handover == ticket.handover  # one handover
        await press(pilot, HANDOVER)
        await press(pilot, "ctrl+o")
        assert said(app) == "You have no open ticket to hand over."
        await press(pilot, "escape")

    sit(desk, play)


def test_P4_marked_tickets_alone_are_given(tmp_path: Path) -> None:
    desk = taken(tmp_path, 1, 2)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "x", HANDOVER)
        assert "佐藤" not in page(app)
        await write(pilot, COLLEAGUE)
        await press(pilot, "enter")
        assert not screen_of(app).queue.marks
        handed = [number for number in (1, 2) if desk.ticket(number).handover is not None]
        assert handed == [1]

    sit(desk, play)


def test_P4_what_somebody_else_has_is_not_given(tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        screen_of(app).queue.marks.add(1)
        await press(pilot, HANDOVER)
        assert not isinstance(app.screen, HandoverPanel)
        assert COLLEAGUE in bar(app, "notice")

    sit(given(tmp_path), play)


@pytest.mark.parametrize("to", [AGENT, "asia"])
def test_P4_what_waits_is_said_and_confirmed_with_a_key(tmp_path: Path, to: str) -> None:
    desk = given(tmp_path, to)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert f"{COLLEAGUE} hands 2 tickets over to" in bar(app, "notice")
        assert "H shows and confirms it." in bar(app, "notice")
        await press(pilot, HANDOVER)
        assert f"{COLLEAGUE} hands 2 tickets over" in str(
            app.screen.query_one("#handover-waiting", Static).content
        )
        listed = page(app)
        assert (
            listed.index("What waits for you:")
            < listed.index("#1 ")
            < listed.index("What you would hand over:")
        )
        await press(pilot, "ctrl+r")
        assert bar(app, "notice").strip() == "2 tickets are yours now."
        assert [desk.ticket(number).owner for number in (1, 2)] == [AGENT, AGENT]
        await press(pilot, HANDOVER)
        assert not app.screen.query("#handover-waiting")
        await press(pilot, "ctrl+r")
        assert said(app) == "No handover waits for you."

    sit(desk, play, size=(120, 30))


def test_P4_a_handover_is_said_once(tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert "hands 2 tickets over" in bar(app, "notice")
        screen_of(app).say("")
        screen_of(app).recount()
        await settle(pilot)
        assert "hands" not in bar(app, "notice")

    sit(given(tmp_path), play)


def test_P4_of_a_handover_to_somebody_else_nothing_is_said(tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert "hands" not in bar(app, "notice")

    sit(given(tmp_path, "wang.fang"), play)


def test_P4_the_list_scrolls_and_help_tells_its_keys(tmp_path: Path) -> None:
    people = tuple((f"Customer {number}", f"Question {number}") for number in range(1, 21))
    desk = desk_at(tmp_path / "desk", people)
    for number in range(1, 21):
        desk.act(number, "take", {}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, HANDOVER)
        pager = app.screen.query_one("#reading")
        await press(pilot, "down", "down")
        assert pager.scroll_offset.y == 2
        await press(pilot, "pagedown")
        assert pager.scroll_offset.y > 5
        await press(pilot, "pageup", "up", "f1")
        assert isinstance(app.screen, Reading)
        assert "confirm what was handed to you" in page(app)
        await press(pilot, "escape", "escape")
        assert desk.ticket(1).handover is None

    sit(desk, play)


@pytest.mark.parametrize("size", [(20, 8), (40, 12), (200, 50)])
def test_P4_both_screens_fit_any_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        for key in (HANDOVER, ZONES):
            await press(pilot, key)
            await pilot.resize_terminal(80, 24)
            await pilot.resize_terminal(*size)
            await press(pilot, "escape")

    sit(given(tmp_path), play, size=size)


@presses("zones")
def test_P4_the_time_zone_table_moves_with_time(tmp_path: Path) -> None:
    desk = desk_at(tmp_path / "desk", people=())
    customer = Customer(name="佐藤", emails=("s@example.jp",), market="JP")
    desk.open_ticket("email", "x", customer, do.Content(text="x", author="佐藤"), MORNING, MORNING)
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, ZONES)
        assert isinstance(app.screen, Zones)
        told = page(app)
        assert "JP Japan" in told
        assert "18:00 Mon" in told
        assert "Europe shift" in told
        styles = [line.style for line in app.screen._told if line.text.startswith("JP ")]
        assert styles == ["key"]  # the customer on the screen
        clock.turn(HOUR)
        app.screen._tell_again()
        assert "19:00 Mon" in page(app)
        await press(pilot, "escape")

    sit(desk, play, clock=clock)


def test_P4_in_chinese(tmp_path: Path) -> None:
    i18n.use("zh_CN")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, ZONES)
        assert "JP 日本" in page(app)
        await press(pilot, "escape", HANDOVER)
        await write(pilot, "asia")
        await press(pilot, "ctrl+o")
        assert "亚洲班次" in bar(app, "notice")

    sit(taken(tmp_path, 1), play)
