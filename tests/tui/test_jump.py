"""Jump mode: labels on tabs, rows and panes; typing one goes there, any other key leaves."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot

from agent_tui.desk.core import Desk
from agent_tui.tui.app import DeskApp
from agent_tui.tui.screens.jump import LETTERS, Jump, labels
from tests.tui.desks import press, screen_of, sit


@pytest.mark.parametrize("count", [0, 1, 26, 27, 51, 60, 120, 600])
def test_labels_are_enough_and_none_begins_another(count: int) -> None:
    found = labels(count)
    assert len(found) == len(set(found)) == count
    assert not [one for one in found for other in found if one != other and other.startswith(one)]


def test_the_home_row_comes_first() -> None:
    assert labels(4) == list(LETTERS[:4]) == ["a", "s", "d", "f"]


def label_of(app: DeskApp, kind: str, value: str) -> str:
    jump = app.screen
    assert isinstance(jump, Jump)
    return next(
        label for label, target in jump.targets.items() if (target.kind, target.value) == (kind, value)
    )


def test_a_row(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+g")
        await press(pilot, *label_of(app, "row", "3"))
        assert screen_of(app).queue.current == screen_of(app).queue.numbers[3]
        assert app.screen is screen_of(app)

    sit(desk, play)


def test_a_view(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "l", "ctrl+g")
        await press(pilot, *label_of(app, "view", "urgent"))
        assert (app.sitting.view, app.sitting.opened) == ("urgent", False)

    sit(desk, play)


def test_a_pane(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+g")
        await press(pilot, *label_of(app, "pane", "guide"))
        assert app.focused is not None
        assert app.focused.id == "guide"

    sit(desk, play, size=(160, 50))


def test_from_writing_to_a_row_keeps_the_draft(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r", "H", "i", "ctrl+g")
        assert label_of(app, "pane", "composer")
        await press(pilot, *label_of(app, "row", "1"))
        assert screen_of(app).writing == ""
        draft = desk.drafts.draft(1)
        assert draft is not None
        assert draft.text == "Hi"

    sit(desk, play, size=(160, 50))


def test_any_other_key_leaves(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        for key in ("escape", "1", "ctrl+g", "enter"):
            await press(pilot, "ctrl+g")
            assert isinstance(app.screen, Jump)
            await press(pilot, key)
            assert app.screen is screen_of(app)
            assert screen_of(app).queue.current == 1

    sit(desk, play)


def test_what_is_out_of_sight_has_no_label(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "l", "ctrl+g")
        assert isinstance(app.screen, Jump)
        kinds = {target.kind for target in app.screen.targets.values()}
        assert "row" not in kinds
        assert all(target.y < 24 and target.x < 80 for target in app.screen.targets.values())

    sit(desk, play)


def test_a_resize_leaves(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+g")
        await pilot.resize_terminal(60, 20)
        await press(pilot)
        assert app.screen is screen_of(app)

    sit(desk, play)


def test_two_escapes_at_once_leave_the_desk_where_it_is(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        for key in ("ctrl+g", "ctrl+p", "c", "s", "J", "question_mark"):
            await press(pilot, key)
            assert app.screen is not screen_of(app)
            for _time in range(3):  # as from a terminal: the second comes before the first has been done
                app.post_message(events.Key("escape", None))
            await press(pilot)
            assert app.screen is screen_of(app)

    sit(desk, play)
