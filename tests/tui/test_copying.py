"""Copying from the desk: what is selected, what is hidden, and what Textual's own keys put out (POLICY T4)."""

from __future__ import annotations

import base64
import re

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from agent_tui.desk.core import Desk
from agent_tui.domain import actions as do
from agent_tui.tui.app import DeskApp
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.widgets.pager import Pager
from tests.tui.desks import MORNING, Clock, bar, press, presses, screen_of, settle, sit, write

CARD, MAIL = "4111 1111 1111 1111", "emma.other@shop.example"
_OSC52 = re.compile("\x1b\\]52;c;([A-Za-z0-9+/=]*)\x07")


@pytest.fixture
def put_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the terminal is told to put into the clipboard."""
    found: list[str] = []
    from textual.drivers.headless_driver import HeadlessDriver

    def write(driver: HeadlessDriver, data: str) -> None:
        found.extend(base64.b64decode(each).decode() for each in _OSC52.findall(data))

    monkeypatch.setattr(HeadlessDriver, "write", write)
    return found


def tell(desk: Desk, number: int, text: str) -> None:
    content = do.Content(text=text, author="Emma Clarke")
    header = desk.header(number, MORNING)
    desk.perform(do.Receive(id=header.id, ticket=number, at=MORNING, by="import", content=content), MORNING)


def looks(desk: Desk) -> list[do.Unmask]:
    return [each.action for each in desk.journal(1) if isinstance(each.action, do.Unmask)]


async def open_first(app: DeskApp, pilot: Pilot[None]) -> None:
    place = list(screen_of(app).queue.numbers).index(1)
    await press(pilot, "g", *["j"] * place, "o")
    assert screen_of(app).sitting.ticket == 1


@presses("copy", "next_message", "previous_message")
def test_T4_a_selected_message_is_copied_behind_the_mask(desk: Desk, put_out: list[str]) -> None:
    tell(desk, 1, f"My card is {CARD}, write to {MAIL}. Order 20260302-17.")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_first(app, pilot)
        pane = screen_of(app).query_one("#conversation", Pager)
        assert CARD in pane.text()  # at the desk the customer's words stand as they came
        await press(pilot, "left_parenthesis")
        assert pane.text().count("▌ customer") == 1
        await press(pilot, "ctrl+y")
        [copied] = put_out
        assert "20260302-17" in copied
        assert "4111 1111" not in copied
        assert MAIL not in copied
        assert "Message of Emma Clarke copied; masked: card number, e-mail address." in bar(app, "notice")
        await press(pilot, "left_parenthesis", "ctrl+y")
        assert put_out[-1] == "Double charge on invoice 1182.\nPlease help."
        assert "nothing had to be masked" in bar(app, "notice")
        await press(pilot, "right_parenthesis", "right_parenthesis")  # behind the newest there is none
        assert "▌" not in pane.text()
        assert looks(desk) == []

    sit(desk, play, size=(120, 40))


def test_T4_without_a_message_the_ticket_is_copied(desk: Desk, put_out: list[str]) -> None:
    given = {"verified": "yes", "type": "billing_doubt", "level": "1", "urgent": "no"}
    desk.act(1, "classify", given, MORNING)
    desk.act(1, "reply", {"text": "We paid it back.", "outcome": "solves"}, MORNING)
    desk.act(1, "without_consent", {"reason": "she gave it"}, MORNING)
    needs = {"root_cause": "two clicks", "improvement": "a button that waits"}
    desk.act(
        1,
        "resolve",
        {"result": "paid back", "satisfaction": "satisfied", "summary": f"Paid to {CARD}", **needs},
        MORNING,
    )

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+y")
        number = screen_of(app).sitting.ticket
        assert put_out[-1] == f"#{number} {desk.ticket(number or 0).subject}"
        screen_of(app).sitting.view = "archive"
        screen_of(app).reload()
        await settle(pilot)
        await open_first(app, pilot)
        await press(pilot, "ctrl+y")
        assert put_out[-1].startswith("#1 Double charge on invoice 1182\nPaid to ")
        assert "4111 1111" not in put_out[-1]

    sit(desk, play, size=(120, 40))


@presses("copy_unmasked")
def test_T4_copying_without_the_mask_asks_why_and_is_journaled(desk: Desk, put_out: list[str]) -> None:
    tell(desk, 1, f"My card is {CARD}.")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_first(app, pilot)
        await press(pilot, "left_parenthesis", "ctrl+x")
        assert isinstance(app.screen, FormPanel)
        await press(pilot, "ctrl+o")  # without a reason
        assert isinstance(app.screen, FormPanel)
        assert put_out == []
        await press(pilot, "escape")
        assert (put_out, looks(desk)) == ([], [])
        await press(pilot, "ctrl+x")
        await write(pilot, "the bank asks")
        await press(pilot, "ctrl+o")
        assert put_out == [f"My card is {CARD}."]
        [look] = looks(desk)
        assert (look.kinds, look.reason) == (("card",), "the bank asks")
        assert "copied as it is; that is journaled" in bar(app, "notice")

    sit(desk, play, size=(120, 40))


def test_T4_where_nothing_is_hidden_nothing_is_asked(desk: Desk, put_out: list[str]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_first(app, pilot)
        await press(pilot, "left_parenthesis", "ctrl+x")
        assert put_out == ["Double charge on invoice 1182.\nPlease help."]
        assert looks(desk) == []

    sit(desk, play)


def test_a_message_that_is_too_long_is_cut_and_that_is_said(desk: Desk, put_out: list[str]) -> None:
    tell(desk, 1, "word " * 20_000)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_first(app, pilot)
        await press(pilot, "left_parenthesis", "ctrl+y")
        assert len(put_out[0]) == 74_994
        assert "found no room" in bar(app, "notice")

    sit(desk, play, size=(120, 24))


def test_T4_textuals_own_selection_goes_out_masked(desk: Desk, put_out: list[str]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_first(app, pilot)
        app.push_screen(Choice("Kept back", [("1", "a", "one")], [f"Card {CARD}"]))
        await settle(pilot)
        line = next(each for each in app.screen.query(Static) if "Card" in str(each.render()))
        await pilot.mouse_down(line, offset=(0, 0))
        await pilot.hover(line, offset=(23, 0))
        await pilot.mouse_up(line, offset=(23, 0))
        await settle(pilot)
        assert CARD in (app.screen.get_selected_text() or "")
        await press(pilot, "ctrl+c")
        [copied] = put_out
        assert copied.startswith("Card")
        assert "4111 1111" not in copied

    sit(desk, play, size=(120, 40))


def test_T4_what_is_cut_in_the_composer_comes_back_whole_here_and_masked_elsewhere(
    desk: Desk, put_out: list[str]
) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_first(app, pilot)
        await press(pilot, "r")
        composer = screen_of(app).composer
        composer.load_text(f"Ring +44 20 7946 0958, {MAIL}")
        composer.select_all()
        await press(pilot, "ctrl+x")
        assert composer.text == ""
        [copied] = put_out
        assert MAIL not in copied
        assert "7946" not in copied
        assert "other programs get it masked" in bar(app, "notice")
        await press(pilot, "ctrl+v")
        assert composer.text == f"Ring +44 20 7946 0958, {MAIL}"
        assert looks(desk) == []

    sit(desk, play, size=(120, 40), clock=Clock())
