"""Search as one types, over queue and archive; and what is written stays with its ticket whatever the list does."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from agent_tui.desk.core import Desk
from agent_tui.tui.app import DeskApp
from agent_tui.tui.session import StillGoing
from tests.tui.desks import AGENT, MORNING, Clock, bar, desk_at, press, screen_of, settle, sit, write


def numbers(app: DeskApp) -> list[int]:
    return list(screen_of(app).queue.numbers)


def resolve(desk: Desk, number: int) -> None:
    desk.act(number, "classify", {"verified": "yes", "type": "logistics", "level": "1"}, MORNING)
    desk.act(number, "reply", {"text": "Here it is."}, MORNING)
    given = {"result": "sent again", "satisfaction": "satisfied", "summary": "lost parcel"}
    desk.act(number, "resolve", given, MORNING)


def test_the_list_follows_what_is_typed(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "slash")
        await write(pilot, "invoi")
        assert numbers(app) == [1]
        assert "1 ticket found" in bar(app, "notice")
        await press(pilot, *["backspace"] * 5)
        assert numbers(app) == [1, 2, 3, 4, 5]

    sit(desk, play)


def test_the_archive_is_searched_too(desk: Desk) -> None:
    resolve(desk, 3)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert 3 not in numbers(app)
        await press(pilot, "slash")
        await write(pilot, "entrega")
        assert numbers(app) == [3]

    sit(desk, play)


@pytest.mark.parametrize(("words", "number"), [("壊れ", 2), ("充电器", 4), ("müller", 5), ("customer3", 3)])
def test_in_every_script(desk: Desk, words: str, number: int) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "slash")
        await write(pilot, words)
        assert numbers(app) == [number]

    sit(desk, play)


def test_enter_stays_with_what_was_found_and_escape_ends_it_with_the_cursor_on_its_ticket(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "slash")
        await write(pilot, "atraso")
        await press(pilot, "enter")
        assert app.focused is screen_of(app).queue
        await press(pilot, "l")
        assert (app.sitting.ticket, app.sitting.opened) == (3, True)
        await press(pilot, "escape")
        assert numbers(app) == [3]
        await press(pilot, "escape")
        assert numbers(app) == [1, 2, 3, 4, 5]
        assert screen_of(app).queue.current == 3

    sit(desk, play)


def test_nothing_found_says_so(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "slash")
        await write(pilot, "xyzzy")
        assert "Nothing found." in screen_of(app).queue.render_line(0).text
        await press(pilot, "enter", "enter")
        assert "There is no ticket here." in bar(app, "notice")

    sit(desk, play)


@pytest.mark.parametrize("typed", ["q", "x", "[b]", "\"'*()", "%"])
def test_what_is_typed_is_text(desk: Desk, typed: str) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "slash")
        await write(pilot, typed)
        assert app.sitting.search == typed
        assert not screen_of(app).queue.marks

    sit(desk, play)


# Words stay with their ticket.


@pytest.mark.parametrize("reading_on", [(), ("tab",)], ids=["in the text", "in the conversation"])
def test_the_list_moving_by_itself_does_not_take_the_composer_along(
    desk: Desk, reading_on: tuple[str, ...]
) -> None:
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Dear Emma")
        await press(pilot, *reading_on)
        resolve(desk, 1)  # by another hand: the ticket leaves the view
        screen_of(app).reload()
        await settle(pilot)
        assert screen_of(app).composer.text == "Dear Emma"
        assert app.sitting.ticket == 1
        await press(pilot, "escape")
        draft = desk.drafts.draft(1)
        assert draft is not None
        assert draft.text == "Dear Emma"
        assert desk.drafts.drafted() == {1}

    sit(desk, play, size=(160, 50), clock=clock)


def test_going_on_to_another_ticket_keeps_the_draft_where_it_belongs(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Dear Emma")
        screen_of(app).queue.focus()
        await press(pilot, "greater_than_sign")
        assert app.sitting.ticket == 2
        assert screen_of(app).writing == ""
        assert desk.drafts.drafted() == {1}

    sit(desk, play, size=(160, 50))


def test_a_note_begun_does_not_push_a_reply_out(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Dear Emma")
        await press(pilot, "escape", "n")
        await write(pilot, "angry")
        await press(pilot, "escape", "r")
        assert screen_of(app).composer.text == "Dear Emma"
        await press(pilot, "escape", "n")
        assert screen_of(app).composer.text == "angry"

    sit(desk, play)


def test_a_second_reply_does_not_take_the_place_of_one_that_is_going_out(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "First")
        await press(pilot, "ctrl+o", "1", "r")
        await write(pilot, "Second")
        await press(pilot, "ctrl+o", "1")
        assert [each.action.text for each in desk.drafts.held()] == ["First"]
        assert screen_of(app).composer.text == "Second"
        await press(pilot, "escape", "u")
        draft = desk.drafts.draft(1)
        assert draft is not None
        assert draft.text == "First\n\nSecond"

    assert StillGoing.code == "still_going"
    sit(desk, play)


def test_what_needs_no_ticket_works_on_an_empty_desk(tmp_path: Path) -> None:
    desk = desk_at(tmp_path / "empty", people=())
    assert desk.agent == AGENT

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        for key in (
            "enter",
            "r",
            "c",
            "s",
            "u",
            "a",
            "J",
            "y",
            "v",
            "x",
            "X",
            "t",
            "T",
            "M",
            "g",
            "G",
            "j",
            "k",
        ):
            await press(pilot, key)
            assert app.screen is screen_of(app), key
        for key in ("ctrl+p", "ctrl+g", "question_mark", "slash"):
            await press(pilot, key, "escape")
        assert app.screen is screen_of(app)

    sit(desk, play)
