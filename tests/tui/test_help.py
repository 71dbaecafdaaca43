"""Help for exactly where one is, made of the registry and the user's keys."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.i18n import _
from agent_tui.tui import helping
from agent_tui.tui.app import DeskApp
from agent_tui.tui.commands import COMMANDS, Where, commands_at
from agent_tui.tui.keymap import keymap, keys_at
from agent_tui.tui.look import ASCII, UNICODE, plain
from agent_tui.tui.screens.desk import DeskScreen
from tests.tui.desks import page, press, sit

HERE = (Where.LIST, Where.TICKET, Where.WRITING)


def told(where: Where, own: dict[str, tuple[str, ...]] | None = None) -> str:
    return "\n".join(line.text for line in helping.desk_lines(where, keymap(own), UNICODE, helpdesk=True))


@pytest.mark.parametrize("where", HERE)
def test_every_command_that_counts_here_is_told(where: Where) -> None:
    text = told(where)
    for command in commands_at(where):
        if keys_at(command.keys, where):
            assert command.title in text, command.id


def test_commands_of_other_places_are_not() -> None:
    assert "Send" not in told(Where.LIST)
    assert "Snooze" not in told(Where.WRITING)


def test_every_command_is_told_somewhere() -> None:
    everywhere = "\n".join(map(told, HERE))
    assert all(command.title in everywhere for command in COMMANDS)


def test_the_users_keys_are_told() -> None:
    lines = told(Where.LIST, {"snooze": ("Z", "f5")}).splitlines()
    assert any("Z F5" in line and "Snooze" in line for line in lines)


def test_a_command_without_a_key_is_left_to_the_palette() -> None:
    assert "Snooze" not in told(Where.LIST, {"snooze": ()})


def test_where_one_writes_only_keys_that_are_no_text_are_told() -> None:
    lines = told(Where.WRITING).splitlines()
    (help_line,) = (line for line in lines if line.endswith("Help"))
    assert "F1" in help_line
    assert "?" not in help_line


def test_the_legend_tells_every_sign_in_words() -> None:
    for glyphs in (UNICODE, ASCII):
        text = "\n".join(line.text for line in helping.desk_lines(Where.LIST, keymap(), glyphs))
        for sign in (glyphs.cursor, glyphs.marked, glyphs.urgent, glyphs.draft):
            assert f" {sign} " in text


def test_ascii_help_is_ascii() -> None:
    lines = helping.desk_lines(Where.TICKET, keymap(), ASCII)
    assert all(plain(line.text).isascii() for line in lines)


@pytest.mark.parametrize(
    ("keys", "title", "words"),
    [
        (("question_mark",), "Help: the list", "yellow: at risk"),
        (("f1",), "Help: the list", "Open the ticket"),
        (("l", "question_mark"), "Help: the ticket", "Back to the list"),
        (("r", "f1"), "Help: writing", "Send"),
        (("c", "question_mark"), "Help: Classify #1", "the issue type"),
        (("s", "f1"), "Help: #1", "tomorrow 9"),
        (("r", "a", "ctrl+o", "question_mark"), "Help: This reply", "not solved yet"),
        (("J", "f1"), "Help: Journal of #1", "scroll"),
        (("ctrl+p", "f1"), "Help: Commands and tickets", "ticket 12"),
    ],
)
def test_help_is_for_where_one_is(desk: Desk, keys: tuple[str, ...], title: str, words: str) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, *keys)
        assert str(app.screen.query_one("#panel-title").render()).startswith(title)
        assert words in page(app)
        await press(pilot, "escape")
        assert not str(app.screen.id or "").startswith("help")

    sit(desk, play)


def test_where_one_types_a_question_mark_is_text(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r", "question_mark", "q")
        assert isinstance(app.screen, DeskScreen)
        assert app.screen.composer.text == "?q"

    sit(desk, play)


def test_in_chinese_every_line_of_the_idea_is_translated() -> None:
    i18n.use("zh_CN")
    text = told(Where.LIST)
    assert _("The idea") in text
    assert "Enter does the next step" not in text
