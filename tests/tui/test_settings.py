"""Settings and themes at the desk: changed in place, written with comments kept, counting at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from agent_tui import settings
from agent_tui.desk.core import Desk
from agent_tui.settings_keys import KEYS
from agent_tui.tui.app import DeskApp
from agent_tui.tui.look import ASCII
from agent_tui.tui.preferences import Preferences
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.desk import DeskScreen
from agent_tui.tui.screens.settings import SettingsPanel, ThemePanel
from agent_tui.tui.widgets.menu import Menu
from tests.tui.desks import bar, press, screen_of, sit, write

NAMES = [key.name for key in KEYS]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


@pytest.fixture
def preferences(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Preferences:
    monkeypatch.delenv("NO_COLOR")
    return Preferences(file, settings.load(file), tmp_path / "themes")


async def go_to(pilot: Pilot[None], name: str) -> None:
    """Open the settings with the cursor on one."""
    await press(pilot, "comma", "home", *["down"] * NAMES.index(name))


def shown(app: DeskApp) -> list[str]:
    """The lines of the list."""
    menu = app.screen.query_one(Menu)
    return [menu.render_line(y).text.rstrip() for y in range(menu.size.height)]


def said(app: DeskApp, name: str) -> str:
    return str(app.screen.query_one(f"#{name}", Static).render())


def test_every_setting_is_listed_with_its_value(desk: Desk, preferences: Preferences) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "comma")
        assert isinstance(app.screen, SettingsPanel)
        lines = shown(app)
        assert [line.removeprefix("> ").split()[0] for line in lines] == NAMES
        assert lines[NAMES.index("undo_seconds")].endswith(" 8")
        await press(pilot, "escape")
        assert isinstance(app.screen, DeskScreen)

    sit(desk, play, size=(120, 40), preferences=preferences)


def test_a_switch_turns_and_is_written_with_comments_kept(
    desk: Desk, file: Path, preferences: Preferences
) -> None:
    file.write_text("# mine\nmouse = true  # at home\n")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(pilot, "mouse")
        await press(pilot, "enter")
        assert shown(app)[NAMES.index("mouse")].endswith(" false")
        await press(pilot, "down", "space")

    sit(desk, play, preferences=preferences)
    assert file.read_text() == "# mine\nmouse = false  # at home\nbell = false\n"


def test_a_text_is_typed_and_what_is_wrong_is_said(desk: Desk, file: Path, preferences: Preferences) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(pilot, "undo_seconds")
        await press(pilot, "enter", "9", "enter")
        assert "undo_seconds must be a whole number from 0 to 60; it is “89”" in said(app, "panel-error")
        assert app.screen.query_one(Input).value == "89"
        assert not file.exists()
        await press(pilot, "backspace", "backspace", "2", "0", "enter")
        assert said(app, "panel-error") == ""
        assert not app.screen.query_one(Input).display
        assert app.sitting.undo_seconds == 20
        await press(pilot, "escape")
        assert isinstance(app.screen, DeskScreen)

    sit(desk, play, preferences=preferences)
    assert file.read_text() == "undo_seconds = 20\n"


def test_escape_leaves_the_line_and_then_the_settings(
    desk: Desk, file: Path, preferences: Preferences
) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(pilot, "quiet_hours")
        await press(pilot, "enter")
        await write(pilot, "22")
        await press(pilot, "escape")
        assert isinstance(app.screen, SettingsPanel)
        await press(pilot, "escape")
        assert isinstance(app.screen, DeskScreen)

    sit(desk, play, preferences=preferences)
    assert not file.exists()


def test_name_zone_and_signs_count_at_once(desk: Desk, preferences: Preferences) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(pilot, "agent.name")
        await press(pilot, "enter")
        await write(pilot, "Wei")
        await press(pilot, "enter", "escape")
        await go_to(pilot, "time_zone")
        await press(pilot, "enter", *["backspace"] * 4)
        await write(pilot, "Asia/Tokyo")
        await press(pilot, "enter", "escape")
        assert "Wei · 18:00" in bar(app, "views")
        await go_to(pilot, "glyphs")
        await press(pilot, "enter", "3", "escape")
        assert app.glyphs == ASCII
        assert "Wei - 18:00" in bar(app, "views")
        assert screen_of(app).queue.render_line(0).text.startswith(">")

    sit(desk, play, preferences=preferences)


def test_of_more_than_two_values_one_is_chosen_from_a_list(
    desk: Desk, file: Path, preferences: Preferences
) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(pilot, "language")
        await press(pilot, "enter")
        assert isinstance(app.screen, Choice)
        lines = [str(line.render()).split() for line in app.screen.query(".choice").results(Static)]
        assert [line[:2] for line in lines] == [["1", "auto"], ["2", "en"], ["3", "zh_CN"]]
        assert [line.has_class("-chosen") for line in app.screen.query(".choice")] == [True, False, False]
        await press(pilot, "escape")
        assert isinstance(app.screen, SettingsPanel)
        assert not file.exists()
        await press(pilot, "enter", "down", "down", "down", "enter")
        assert isinstance(app.screen, SettingsPanel)
        assert shown(app)[NAMES.index("language")].endswith(" zh_CN")
        await press(pilot, "enter", "2")
        assert shown(app)[NAMES.index("language")].endswith(" en")

    sit(desk, play, preferences=preferences)
    assert file.read_text() == 'language = "en"\n'


def test_a_list_is_typed_with_commas_and_counts_later(
    desk: Desk, file: Path, preferences: Preferences
) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(pilot, "own_addresses")
        await press(pilot, "enter")
        for letter in "a@b.c, d@e.f":
            await pilot.press({"@": "at", ".": "full_stop", ",": "comma", " ": "space"}.get(letter, letter))
        await press(pilot, "enter")

    sit(desk, play, preferences=preferences)
    assert file.read_text() == 'own_addresses = ["a@b.c", "d@e.f"]\n'


def test_d_takes_a_setting_back(desk: Desk, file: Path, preferences: Preferences) -> None:
    preferences.change("undo_seconds", ("3",))

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert app.sitting.undo_seconds == 3
        await go_to(pilot, "undo_seconds")
        await press(pilot, "d")
        assert app.sitting.undo_seconds == 8

    sit(desk, play, preferences=preferences)
    assert file.read_text() == ""


def test_a_file_that_broke_meanwhile_is_told_and_left(
    desk: Desk, file: Path, preferences: Preferences
) -> None:
    file.write_text("language = \n")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(pilot, "bell")
        await press(pilot, "enter")
        assert "this is not TOML" in said(app, "panel-error")

    sit(desk, play, preferences=preferences)
    assert file.read_text() == "language = \n"


def test_no_bell_is_no_bell(desk: Desk, preferences: Preferences, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr("textual.app.App.bell", lambda app: rung.append("ring"))

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        app.bell()
        preferences.change("bell", ("false",))
        app.bell()

    sit(desk, play, preferences=preferences)
    assert rung == ["ring"]


def test_quiet_hours_count_at_once(desk: Desk, preferences: Preferences) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert not app.quiet.holds(app.sitting.now())
        await go_to(pilot, "quiet_hours")
        await press(pilot, "enter")
        for letter in "08:00-10:00":
            await pilot.press({":": "colon", "-": "minus"}.get(letter, letter))
        await press(pilot, "enter", "escape")
        assert app.quiet.holds(app.sitting.now())
        assert screen_of(app)._alerts.quiet == app.quiet

    sit(desk, play, preferences=preferences)


# Themes.


def test_a_theme_is_seen_while_moving_and_kept_by_enter(
    desk: Desk, file: Path, preferences: Preferences
) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        app.use_theme("dark")
        await press(pilot, "ctrl+l")
        assert isinstance(app.screen, ThemePanel)
        seen = []
        for _each in app.own_themes:
            await press(pilot, "down")
            seen.append(app.theme)
        assert seen == list(app.own_themes)
        await press(pilot, "home", *["down"] * (1 + app.own_themes.index("light")), "enter")
        assert app.theme == "light"
        assert isinstance(app.screen, DeskScreen)

    sit(desk, play, preferences=preferences)
    assert file.read_text() == 'theme = "light"\n'


def test_escape_brings_the_old_theme_back(desk: Desk, file: Path, preferences: Preferences) -> None:
    preferences.change("theme", ("high-contrast",))

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert app.theme == "high-contrast"
        await press(pilot, "ctrl+l")
        assert app.screen.query_one(Menu).cursor == 1 + app.own_themes.index("high-contrast")
        await press(pilot, "down")
        assert app.theme == "light"
        await press(pilot, "escape")
        assert app.theme == "high-contrast"

    sit(desk, play, preferences=preferences)
    assert file.read_text() == 'theme = "high-contrast"\n'


def test_a_bad_theme_only_warns(desk: Desk, tmp_path: Path, preferences: Preferences) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "bad.toml").write_text('name = "bad"\nprimary = "[/b]"\n')
    preferences.change("theme", ("gone",))

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert "bad.toml, line 2: “[/b]” is no colour" in bar(app, "notice")
        assert "(1 more)" in bar(app, "notice")
        assert "gone" in app.warnings[1]
        assert app.theme in app.own_themes

    sit(desk, play, size=(160, 24), preferences=preferences)


def test_the_theme_setting_opens_the_themes(desk: Desk, file: Path, preferences: Preferences) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(pilot, "theme")
        await press(pilot, "enter")
        assert isinstance(app.screen, ThemePanel)
        await press(pilot, "end", "enter")
        assert shown(app)[NAMES.index("theme")].endswith(" monochrome")

    sit(desk, play, preferences=preferences)
    assert file.read_text() == 'theme = "monochrome"\n'


def test_without_colours_nothing_is_said_by_colour(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert app.no_color
        assert app.native_ansi_color
        assert app.theme == "ansi-16"
        queue = screen_of(app).queue
        cursor = [segment.style for segment in queue.render_line(0) if segment.style]
        assert all(style.reverse for style in cursor)
        await press(pilot, "ctrl+l")
        assert "NO_COLOR" in said(app, "panel-hint")

    sit(desk, play)


# Keys of one's own.


def test_own_keys_work_and_old_ones_do_not(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "comma")
        assert isinstance(app.screen, DeskScreen)
        await press(pilot, "f5")
        assert isinstance(app.screen, SettingsPanel)
        await press(pilot, "escape", "ctrl+l")
        assert isinstance(app.screen, DeskScreen)
        first = screen_of(app).queue.current
        await press(pilot, "n")
        assert screen_of(app).queue.current != first
        assert not screen_of(app).writing

    own = {"settings": ("f5",), "theme": (), "down": ("n",)}
    sit(desk, play, own_keys=own)


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (80, 24), (120, 40), (160, 50)])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_settings_and_themes_fit_every_size(
    desk: Desk, preferences: Preferences, size: tuple[int, int], language: str
) -> None:
    from agent_tui import i18n

    i18n.use(language)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+l", "down", "down", "escape", "comma", "end")
        menu = app.screen.query_one(Menu)
        assert menu.size.height >= 1
        assert any("undo_seconds"[: size[0] - 10] in line for line in shown(app))  # beside the scrollbar
        await pilot.resize_terminal(20, 5)
        await press(pilot, "enter", "1")
        await pilot.resize_terminal(100, 30)
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, DeskScreen)

    sit(desk, play, size=size, preferences=preferences, glyphs=ASCII)
