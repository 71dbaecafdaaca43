"""Every screen as a picture (SVG), compared with the one that was looked at and kept in `snapshots/`.

`AGENT_TUI_SNAPSHOTS=update python -m pytest tests/tui/test_snapshots.py` draws them anew; look at the files that
`git status` names then, in a browser.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from textual.app import App
from textual.pilot import Pilot

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.desk.traffic import Traffic
from agent_tui.settings import Settings
from agent_tui.tui.app import DeskApp
from agent_tui.tui.look import ASCII, UNICODE, Glyphs
from agent_tui.tui.preferences import Preferences
from agent_tui.tui.screens import guiding
from agent_tui.tui.welcome import WelcomeApp
from tests.helpdesks import House, Ideal
from tests.syncing import Clock, Seat
from tests.tui.desks import MORNING, desk_at, sit
from tests.tui.test_flow import calm, keys
from tests.tui.test_sync import Line

FOLDER = Path(__file__).with_name("snapshots")
UPDATE = os.environ.get("AGENT_TUI_SNAPSHOTS") == "update"
SMALL, MEDIUM, WIDE = (80, 24), (120, 40), (160, 50)
LANGUAGES = ("en", "zh_CN")
THEMES = ("light", "high-contrast", "colour-blind", "monochrome", "ansi-16")

SCENES: dict[str, tuple[str, ...]] = {
    "list": (),
    "marked": ("x", "x", "k"),
    "search": ("slash", *"inv"),
    "ticket": ("o",),
    "writing": ("r", *"Dear", "space", *"Emma,"),
    "classify": ("c",),
    "resolve": ("G", "e"),
    "journal": ("J",),
    "explain": ("y",),
    "help": ("question_mark",),
    "palette": ("ctrl+p", *"sn"),
    "settings": ("comma",),
    "themes": ("ctrl+l",),
    # On the desk with a complaint.
    "complaint": ("o",),
    "assessed": ("c", "y", "b", "S", "W", "full_stop"),
    "similar": ("S",),
    "figures": ("F",),
    "handover": ("H",),
    "zones": ("Z",),
    # On the desk of a helpdesk.
    "held": ("o",),
    "outbox": ("O",),
    "clash": ("O", "j"),
    "replaced": ("O", "e"),
    # On the desk with a customer of whom the handbook knows.
    "advice": ("o",),
    "checked": (
        "o",
        "r",
        *(letter if letter != " " else "space" for letter in "Calm down! Send me your password."),
    ),
    "findings": ("o", "r", "ctrl+r"),
    "phrases": ("o", "r", "ctrl+n"),
    "etiquette": ("i",),
    "privacy": ("I",),
}
"""What is pressed to come to a screen from the list."""

CASEWORK = ("complaint", "assessed", "similar", "figures", "handover", "zones")
HELPDESK = ("held", "outbox", "clash", "replaced")
GUIDED = ("advice", "checked", "findings", "phrases", "etiquette", "privacy")
PLAIN = ("list", "marked", "ticket", "classify", "help")
SOME = ("list", "ticket", "writing", "classify", "palette", "settings")

BACK = ("escape", "escape", "escape", "X", "g")


@pytest.fixture
def busy(tmp_path: Path) -> Desk:
    """A desk with a ticket of each kind: urgent, answered, put aside, begun to be answered, new."""
    desk = desk_at(tmp_path / "desk")
    desk.act(
        2, "classify", {"verified": "yes", "type": "safety_incident", "level": "3", "urgent": "yes"}, MORNING
    )
    for number in (3, 4):
        desk.act(number, "classify", {"verified": "yes", "type": "logistics", "level": "1"}, MORNING)
    desk.act(4, "reply", {"text": "您好，我们马上补发。"}, MORNING)
    desk.act(4, "note", {"text": "called the carrier"}, MORNING)
    desk.act(5, "take", {}, MORNING)
    desk.act(5, "tag", {"add": "vip"}, MORNING)
    return desk


@pytest.fixture
def guided(tmp_path: Path) -> Desk:
    """A desk with a customer whose market and language are known, and who wishes for something."""
    desk = desk_at(
        tmp_path / "guided", (("佐藤 健一", "届いた商品が壊れています"), ("Emma Clarke", "Charged twice"))
    )
    desk.act(1, "customer", {"market": "JP", "language": "ja"}, MORNING)
    desk.act(2, "customer", {"market": "GB", "language": "en", "wishes": "call me Em"}, MORNING)
    return desk


@pytest.fixture
def upset(tmp_path: Path) -> Desk:
    """A desk with a complaint that was reported, a department asked, and three customers with one cause."""
    hot = (("Emma Clarke", "PB-20K hot"), ("佐藤 健一", "PB-20K 発熱"), ("Ana Souza", "PB-20K quente"))
    desk = desk_at(tmp_path / "upset", hot)
    for action, given in (
        ("complain", {}),
        ("reply", {"text": "We are sorry.", "outcome": "apologises"}),
        ("record", {"text": "gets hot", "wanted": "a new one", "product": "PB-20K"}),
        ("report", {"text": "Please verify."}),
        ("dispatch", {"department": "technical", "text": "Known?"}),
    ):
        desk.act(1, action, given, MORNING)
    return desk


@pytest.fixture
def stuck(tmp_path: Path) -> Seat:
    """A desk of a helpdesk: a reply that was overtaken, a clash, a note and a ticket on their way."""
    clock = Clock()
    house = House(clock)
    for name in ("emma", "ana", "leo"):
        house.contact(f"Where is the parcel of {name}?", f"{name}@customer.example")
    seat = Seat(tmp_path, Ideal(house, "alice"), "alice", clock)
    seat.sync()
    for number in (1, 2):
        seat.act(number, "classify", verified="yes", type="logistics", level="1")
    seat.settle()
    seat.act(1, "reply", text="Dear Emma,\n\nyour parcel is on its way.", outcome="solves")
    seat.act(2, "classify", verified="yes", type="order_change", level="2")
    house.mail(1, "Never mind, it is here!", "emma@customer.example")
    house.change(2, "bob", level=3)
    seat.sync()
    seat.act(3, "note", text="call back at nine")
    seat.open("He called about an invoice.")
    clock.now = MORNING
    return seat


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.chdir(tmp_path)
    yield
    i18n.use("en")


def picture(app: App[Any]) -> str:
    """The screen as an SVG; names that stand for nothing are the same in all of them."""
    drawn = re.sub(r"terminal-\d+", "terminal", app.export_screenshot())
    return "\n".join(line.strip() for line in drawn.splitlines() if line.strip()) + "\n"


@pytest.fixture(autouse=True)
def asked_at_once(monkeypatch: pytest.MonkeyPatch, unasked: None) -> None:
    """Guidance is asked without the pause that a person's next key would make."""
    monkeypatch.setattr(guiding, "PAUSE", 0.01)


async def settled(app: App[Any], pilot: Pilot[Any]) -> str:
    """The screen when nothing moves any more."""
    await pilot.pause(0.05)
    drawn = ""
    while drawn != (now := picture(app)):
        drawn = now
        await calm(pilot)
    return drawn


def differing(pictures: dict[str, str], drawn: Path) -> list[str]:
    """The pictures that are not as they were kept; they are kept now when that was asked for."""
    wrong: list[str] = []
    for name, svg in pictures.items():
        kept = FOLDER / f"{name}.svg"
        if UPDATE:
            FOLDER.mkdir(exist_ok=True)
            kept.write_text(svg, "utf-8")
        elif not kept.exists() or kept.read_text("utf-8") != svg:
            (drawn / kept.name).write_text(svg, "utf-8")
            wrong.append(f"{kept.name}: see {drawn / kept.name}")
    return wrong


def taken(
    desk: Desk,
    name: str,
    scenes: tuple[str, ...],
    size: tuple[int, int],
    glyphs: Glyphs = UNICODE,
    theme: str = "dark",
    line: Line | None = None,
) -> dict[str, str]:
    """One sitting, and a picture of each of these scenes. `line` is the traffic with a helpdesk."""
    pictures: dict[str, str] = {}

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        for scene in scenes:
            for key in SCENES[scene]:
                await keys(pilot, key)
            pictures[f"{name}-{scene}"] = await settled(app, pilot)
            for key in BACK:
                await keys(pilot, key)

    preferences = Preferences(Path("settings.toml"), Settings(theme=theme))
    traffic = cast(Traffic, line) if line else None
    sit(desk, play, size, glyphs=glyphs, preferences=preferences, traffic=traffic)
    return pictures


def scenes_at(size: tuple[int, int]) -> tuple[str, ...]:
    """Every scene where there is least room, some where there is more."""
    return (
        tuple(scene for scene in SCENES if scene not in CASEWORK + HELPDESK + GUIDED)
        if size == SMALL
        else SOME
        if size == MEDIUM
        else SOME[:3]
    )


@pytest.mark.parametrize("size", [SMALL, MEDIUM, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen(busy: Desk, tmp_path: Path, language: str, size: tuple[int, int]) -> None:
    i18n.use(language)
    name = f"{size[0]}x{size[1]}-{language}"
    assert differing(taken(busy, name, scenes_at(size), size), tmp_path) == []


@pytest.mark.parametrize("size", [SMALL, MEDIUM], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screens_of_casework(upset: Desk, tmp_path: Path, language: str, size: tuple[int, int]) -> None:
    i18n.use(language)
    name = f"{size[0]}x{size[1]}-{language}"
    assert differing(taken(upset, name, CASEWORK, size), tmp_path) == []


@pytest.mark.parametrize("size", [SMALL, MEDIUM], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screens_of_a_helpdesk(stuck: Seat, tmp_path: Path, language: str, size: tuple[int, int]) -> None:
    i18n.use(language)
    name = f"{size[0]}x{size[1]}-{language}"
    assert differing(taken(stuck.desk, name, HELPDESK, size, line=Line(stuck)), tmp_path) == []


@pytest.mark.parametrize("size", [SMALL, MEDIUM], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screens_of_guidance(guided: Desk, tmp_path: Path, language: str, size: tuple[int, int]) -> None:
    i18n.use(language)
    name = f"{size[0]}x{size[1]}-{language}"
    assert differing(taken(guided, name, GUIDED, size), tmp_path) == []


def test_the_outbox_in_ascii_only(stuck: Seat, tmp_path: Path) -> None:
    pictures = taken(stuck.desk, "ascii", ("held", "outbox"), SMALL, ASCII, line=Line(stuck))
    assert differing(pictures, tmp_path) == []


def test_ascii_only(busy: Desk, tmp_path: Path) -> None:
    assert differing(taken(busy, "ascii", PLAIN, SMALL, glyphs=ASCII), tmp_path) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_colours(busy: Desk, tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    i18n.use(language)
    assert differing(taken(busy, f"no-color-{language}", PLAIN, SMALL), tmp_path) == []


@pytest.mark.parametrize("theme", THEMES)
def test_themes(busy: Desk, tmp_path: Path, theme: str) -> None:
    assert differing(taken(busy, f"theme-{theme}", ("list",), SMALL, theme=theme), tmp_path) == []


@pytest.mark.parametrize("size", [SMALL, MEDIUM], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_start(tmp_path: Path, language: str, size: tuple[int, int]) -> None:
    i18n.use(language)
    pictures: dict[str, str] = {}

    async def story() -> None:
        preferences = Preferences(tmp_path / "settings.toml", Settings(theme="dark"))
        app = WelcomeApp(preferences, lambda path: "")
        async with app.run_test(size=size) as pilot:
            for number, key in enumerate(("1" if language == "en" else "2", "2", "escape")):
                await pilot.pause()
                pictures[f"{size[0]}x{size[1]}-{language}-welcome-{number + 1}"] = await settled(app, pilot)
                await pilot.press(key)

    asyncio.run(story())
    assert differing(pictures, tmp_path) == []


def test_no_picture_is_kept_that_nobody_takes() -> None:
    """A renamed scene leaves its old picture behind."""
    sizes = {f"{across}x{down}": scenes_at((across, down)) for across, down in (SMALL, MEDIUM, WIDE)}
    looks = ("ascii", *(f"no-color-{language}" for language in LANGUAGES))
    names = {
        f"{size}-{language}-{scene}"
        for size, scenes in sizes.items()
        for language in LANGUAGES
        for scene in scenes
    }
    names |= {
        f"{size}-{language}-{scene}"
        for size in list(sizes)[:2]
        for language in LANGUAGES
        for scene in CASEWORK + HELPDESK + GUIDED
    }
    names |= {
        f"{size}-{language}-welcome-{n}"
        for size in list(sizes)[:2]
        for language in LANGUAGES
        for n in (1, 2, 3)
    }
    names |= {"ascii-held", "ascii-outbox"}
    names |= {f"{look}-{scene}" for look in looks for scene in PLAIN}
    names |= {f"theme-{theme}-list" for theme in THEMES}
    assert {path.stem for path in FOLDER.glob("*.svg")} == names
