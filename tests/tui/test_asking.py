"""Consent at the desk before personal data is written down (POLICY T5): three ways on, and nothing typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from agent_tui.desk.core import Desk
from agent_tui.domain import actions as do
from agent_tui.tui.app import DeskApp
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.desk import DeskScreen
from agent_tui.tui.screens.form import FormPanel
from tests.tui.desks import MORNING, Clock, bar, desk_at, press, screen_of, settle, sit, write

PHONE = "+49 30 901820"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = desk_at(tmp_path / "desk", (("Emma Clarke", "Double charge"), ("Jürgen Ö", "Reklamation")))
    made.act(2, "customer", {"market": "DE", "language": "de"}, MORNING)
    return made


async def go_to(app: DeskApp, pilot: Pilot[None], number: int) -> None:
    place = list(screen_of(app).queue.numbers).index(number)
    await press(pilot, "g", *["j"] * place)
    assert screen_of(app).sitting.ticket == number


async def begin_note(app: DeskApp, pilot: Pilot[None], number: int = 2) -> None:
    await go_to(app, pilot, number)
    await press(pilot, "n")
    screen_of(app).composer.load_text(f"Ring {PHONE}")
    await press(pilot, "ctrl+o")
    assert isinstance(app.screen, Choice)


def done(desk: Desk, number: int = 2) -> list[str]:
    return [do.kind_of(each.action) for each in desk.journal(number) if each.action is not None]


def test_T5_a_note_goes_on_with_a_reason_and_is_not_asked_again(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await begin_note(app, pilot)
        await press(pilot, "3")
        assert isinstance(app.screen, FormPanel)
        await write(pilot, "he waits on the line")
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, DeskScreen)
        assert done(desk)[-2:] == ["without_consent", "note"]
        assert not screen_of(app).writing
        await press(pilot, "n")
        screen_of(app).composer.load_text("Or +49 30 901821")
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, DeskScreen)
        assert done(desk)[-1] == "note"

    sit(desk, play, size=(100, 40))


def test_T5_the_answer_is_recorded_and_the_note_goes_on(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await begin_note(app, pilot)
        await press(pilot, "2")
        assert isinstance(app.screen, FormPanel)
        await press(pilot, "1", "ctrl+o")
        assert isinstance(app.screen, DeskScreen)
        assert done(desk)[-2:] == ["consent", "note"]

    sit(desk, play, size=(100, 40))


def test_T5_telling_the_customer_keeps_the_note_as_a_draft(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await begin_note(app, pilot)
        await press(pilot, "1")
        screen = screen_of(app)
        assert screen.writing == "reply"
        assert screen.composer.text.startswith("Bevor wir fortfahren")
        await press(pilot, "escape", "n")
        assert screen.composer.text == f"Ring {PHONE}"
        assert done(desk)[-1] == "edit_customer"

    sit(desk, play, size=(100, 40))


def test_T5_the_notice_comes_under_what_was_begun_of_a_reply(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        await press(pilot, "r")
        await write(pilot, "Guten Tag")
        await press(pilot, "escape")
        await begin_note(app, pilot)
        await press(pilot, "1")
        assert screen_of(app).composer.text.startswith("Guten Tag\n\nBevor wir fortfahren")

    sit(desk, play, size=(100, 40))


def test_leaving_the_question_leaves_the_note_open(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await begin_note(app, pilot)
        await press(pilot, "escape")
        assert screen_of(app).writing == "note"
        assert screen_of(app).composer.text == f"Ring {PHONE}"
        assert done(desk)[-1] == "edit_customer"

    sit(desk, play, size=(100, 40))


def test_T5_a_form_goes_on_where_it_was(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        await press(pilot, "f")
        form = app.screen
        assert isinstance(form, FormPanel)
        form.query_one("#field-phones", Input).value = PHONE
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, Choice)
        await press(pilot, "3")
        await write(pilot, "he rang from it")
        await press(pilot, "ctrl+o")
        await settle(pilot)
        assert isinstance(app.screen, DeskScreen)
        assert desk.ticket(2).customer.phones == (PHONE,)

    sit(desk, play, size=(100, 40))


def test_T5_a_form_is_as_it_was_after_the_customer_was_told(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        await press(pilot, "f")
        app.screen.query_one("#field-phones", Input).value = PHONE
        await press(pilot, "ctrl+o", "1")
        assert isinstance(app.screen, DeskScreen)
        assert screen_of(app).composer.text.startswith("Bevor wir fortfahren")
        await press(pilot, "escape", "f")
        assert app.screen.query_one("#field-phones", Input).value == PHONE
        await press(pilot, "escape", "f")
        assert app.screen.query_one("#field-phones", Input).value == ""  # put aside once, taken up once
        await press(pilot, "escape", "escape")
        await go_to(app, pilot, 1)
        await press(pilot, "f")
        assert app.screen.query_one("#field-phones", Input).value == ""

    sit(desk, play, size=(100, 40))


def test_T5_a_promise_is_asked_about_when_it_is_confirmed(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        await press(pilot, "r")
        await write(pilot, "Wir klaeren das.")
        await press(pilot, "ctrl+o", "3")
        app.screen.query_one("#field-reason", Input).value = f"Rueckruf unter {PHONE}"
        app.screen.query_one("#field-deadline", Input).value = "2h"
        app.screen.query_one("#field-follow_up", Input).value = "Anruf"
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, Choice)
        await press(pilot, "3")
        await write(pilot, "am Telefon")
        await press(pilot, "ctrl+o")
        await settle(pilot)
        assert isinstance(app.screen, DeskScreen)
        assert app.sitting.waiting_to_go()

    sit(desk, play, size=(100, 40), clock=Clock())


def test_T5_without_a_notice_in_the_language_the_agent_says_it(desk: Desk) -> None:
    desk.act(2, "customer", {"language": "fi"}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await begin_note(app, pilot)
        await press(pilot, "1")
        assert screen_of(app).writing == "reply"
        assert screen_of(app).composer.text == ""
        assert "tell it in your own words" in bar(app, "notice")

    sit(desk, play, size=(120, 40))
