"""The language changes while the desk runs: everything that can be seen at once, nothing that was typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.settings_keys import KEYS
from agent_tui.tui.app import DeskApp
from agent_tui.tui.preferences import Preferences, apply
from agent_tui.tui.screens.settings import SettingsPanel
from agent_tui.tui.widgets.pager import Pager
from tests.tui.desks import bar, press, screen_of, sit, write

LANGUAGE = [key.name for key in KEYS].index("language")


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    i18n.use("en")
    return Preferences(tmp_path / "settings.toml")


def speak(app: DeskApp, language: str) -> None:
    app.preferences.change("language", (language,))
    apply(app, "language")


def visible(app: DeskApp) -> str:
    """Every text of the desk that is ours: the bars, the guide, the search field."""
    desk = screen_of(app)
    pages = [desk.query_one(f"#{name}", Pager).text() for name in ("guide", "headline")]
    rows = [desk.queue.render_line(y).text for y in range(len(desk.queue.numbers))]
    return "\n".join([*(bar(app, name) for name in ("views", "notice", "hints")), *pages, *rows])


def test_the_settings_change_the_language_under_everything(desk: Desk, preferences: Preferences) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        number = app.sitting.ticket
        await press(pilot, "comma", *["down"] * LANGUAGE, "enter", "3")
        assert i18n.language() == "zh_CN"
        assert isinstance(app.screen, SettingsPanel)
        assert "设置" in str(app.screen.query_one("#panel-title").render())
        await press(pilot, "escape")
        text = visible(app)
        for word in ("全部", "我的", "分级分类", "下一步", "无人负责", "首次响应"):
            assert word in text
        for word in ("All", "Mine", "classify", "Next", "first response", "nobody"):
            assert not re.search(rf"\b{word}\b", text), word
        assert app.sitting.ticket == number

    sit(desk, play, size=(120, 30), preferences=preferences)


def test_back_to_english(desk: Desk, preferences: Preferences) -> None:
    i18n.use("zh_CN")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert "全部" in visible(app)
        speak(app, "en")
        await pilot.pause()
        text = visible(app)
        assert "All 5" in text
        assert "全部" not in text

    sit(desk, play, size=(120, 30), preferences=preferences)


def test_what_is_being_written_stays(desk: Desk, preferences: Preferences) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Dear Emma")
        await press(pilot, "left", "left")
        composer = screen_of(app).composer
        before = (composer.text, composer.cursor_location)
        speak(app, "zh_CN")
        await pilot.pause()
        assert (composer.text, composer.cursor_location) == before == ("Dear Emma", (0, 7))
        assert app.focused is composer
        assert screen_of(app).writing == "reply"
        assert "回复" in str(screen_of(app).query_one("#writing-title").render())
        await write(pilot, "X")
        assert composer.text == "Dear EmXma"

    sit(desk, play, preferences=preferences)


def test_search_marks_and_place_stay(desk: Desk, preferences: Preferences) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "x", "slash")
        await write(pilot, "help")
        await press(pilot, "enter", "j")
        found = (app.sitting.search, screen_of(app).queue.current, set(screen_of(app).queue.marks))
        speak(app, "zh_CN")
        await pilot.pause()
        assert (app.sitting.search, screen_of(app).queue.current, set(screen_of(app).queue.marks)) == found
        assert found[0] == "help"

    sit(desk, play, preferences=preferences)
