"""Themes: shipped ones can be read by every eye, own ones are found, bad ones are told and do no harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console
from textual.color import Color
from textual.theme import Theme

from agent_tui.telling_errors import told
from agent_tui.tui import themes

SHIPPED = ("ansi-16", "colour-blind", "dark", "high-contrast", "light", "monochrome")
TEXTS = ("foreground", "text-muted", "primary", "secondary", "accent", "success", "warning", "error")
GROUNDS = ("background", "surface", "panel", "boost", "row-cursor")


def luminance(color: Color) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [part / 255 for part in (color.r, color.g, color.b)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def shipped() -> dict[str, Theme]:
    found, problems = themes.load(None)
    assert problems == []
    return found


def test_these_are_shipped() -> None:
    assert tuple(shipped()) == SHIPPED


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "ansi-16"])
def test_every_text_can_be_read_on_every_ground(name: str) -> None:
    theme = shipped()[name]
    colours = theme.to_color_system().generate() | theme.variables
    least = 7.0 if name == "high-contrast" else 4.5
    poor = {
        f"{text} on {ground}": round(contrast(colours[text], colours[ground]), 2)
        for ground in GROUNDS
        for text in TEXTS
        if contrast(colours[text], colours[ground]) < least
    }
    assert poor == {}


def test_monochrome_has_no_colour() -> None:
    theme = shipped()["monochrome"]
    for field in (
        "primary",
        "secondary",
        "accent",
        "foreground",
        "background",
        "success",
        "warning",
        "error",
    ):
        color = Color.parse(getattr(theme, field))
        assert color.r == color.g == color.b


def test_ansi_uses_the_terminals_own_colours_alone() -> None:
    theme = shipped()["ansi-16"]
    assert theme.ansi
    for field in ("primary", "secondary", "accent", "success", "warning", "error"):
        assert getattr(theme, field).startswith("ansi_")
    assert theme.background is None
    assert theme.foreground is None


def test_own_themes_come_on_top_and_take_the_place_of_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "sea.toml").write_text('name = "sea"\nprimary = "#00aaff"\nbackground = "#001020"\n')
    (tmp_path / "dark.toml").write_text('name = "dark"\nprimary = "#123456"\n')
    found, problems = themes.load(tmp_path)
    assert problems == []
    assert found["sea"].variables["row-cursor"] not in ("", "#001020")
    assert found["dark"].primary == "#123456"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('name = "x"\nprimary = "#12"\n', 2, "“#12” is no colour"),
        ('name = "x"\nprimary = \n', 2, "this is not TOML"),
        ('name = "x"\nprimary = 3\n', 2, "this is no theme: Expected `str`, got `int`"),
        ('name = "x"\nprimary = "red"\ncolour = "red"\n', 3, "unknown field `colour`"),
        ('primary = "red"\n', 0, "missing required field `name`"),
        ('name = "../x"\nprimary = "red"\n', 1, "a theme's name is made of letters"),
        ('name = "x"\nprimary = "red"\n[variables]\nborder = "red; } * { display: none"\n', 4, "is no value"),
    ],
)
def test_a_bad_theme_is_told_with_its_line_and_left_out(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    (tmp_path / "bad.toml").write_text(text)
    found, problems = themes.load(tmp_path)
    assert tuple(found) == SHIPPED
    (problem,) = problems
    assert problem.line == line
    assert reason in str(problem.reason)
    assert "bad.toml" in told(problem.told)


def test_a_theme_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "folder.toml").mkdir()
    problems = themes.load(tmp_path)[1]
    assert [str(problem.reason).partition(":")[0] for problem in problems] == [
        "this is not UTF-8 text",
        "can't be read",
    ]


@pytest.mark.parametrize(
    ("choice", "system", "no_color", "expected"),
    [
        ("auto", "truecolor", False, "dark"),
        ("auto", "256", False, "dark"),
        ("auto", "standard", False, "ansi-16"),
        ("auto", "truecolor", True, "ansi-16"),
        ("light", "standard", False, "light"),
        ("light", "truecolor", True, "ansi-16"),
        ("gone", "truecolor", False, "dark"),
    ],
)
def test_auto_follows_what_the_terminal_shows(
    choice: str, system: str, no_color: bool, expected: str
) -> None:
    console = Console(color_system=system, force_terminal=True)  # type: ignore[arg-type]
    assert themes.fitting(choice, SHIPPED, console, no_color=no_color) == expected
