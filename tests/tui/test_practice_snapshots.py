"""The training ground as pictures: first page, a run and its tour, the card, a quiz, progress; made like the desk's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from agent_tui import i18n
from agent_tui.practice.academy import Academy
from agent_tui.practice.model_agent import ModelAgent
from agent_tui.practice.results import Result
from agent_tui.tui.practice import quizzing
from agent_tui.tui.practice.app import PracticeApp
from agent_tui.tui.practice.home import Chosen, HomeApp
from tests.tui import test_snapshots
from tests.tui.desks import press
from tests.tui.practising import SMALL, TODAY, WIDE, academy, at_home, exercise, practise
from tests.tui.test_snapshots import LANGUAGES, settled

FOLDER = test_snapshots.FOLDER / "practice"
SCENES = ("home", "modes", "theory", "quiz", "progress", "card", "new", "run", "helps", "writing")


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setattr(test_snapshots, "FOLDER", FOLDER)
    monkeypatch.setattr(quizzing.secrets, "randbelow", lambda most: 7)
    yield
    i18n.use("en")


def ran(found: Academy, days: int, name: str, mode: str, *, well: bool) -> Result:
    """A run of some days ago, worked by the model agent or not at all."""
    with exercise(found, name, mode) as begun:
        if well:
            ModelAgent(begun.training).play()
        at = TODAY - timedelta(days=days)
        return found.finish(begun, at, days.to_bytes(10, "big"))[0]


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_training_ground(tmp_path: Path, language: str, size: tuple[int, int]) -> None:
    i18n.use(language)
    name = f"{size[0]}x{size[1]}-{language}"
    pictures: dict[str, str] = {}

    async def new(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        pictures[f"{name}-new"] = await settled(app, pilot)

    async def run(app: PracticeApp, pilot: Pilot[None]) -> None:
        await press(pilot, "t")
        app._tell()  # as each tick does
        pictures[f"{name}-run"] = await settled(app, pilot)
        await press(pilot, "f8")
        app._tell()
        pictures[f"{name}-helps"] = await settled(app, pilot)
        await press(pilot, "escape", "C", "r", "f8", "u")
        app._tell()
        pictures[f"{name}-writing"] = await settled(app, pilot)

    async def home(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        pictures[f"{name}-card"] = await settled(app, pilot)
        await press(pilot, "escape")
        pictures[f"{name}-home"] = await settled(app, pilot)
        await press(pilot, "enter")
        pictures[f"{name}-modes"] = await settled(app, pilot)
        await press(pilot, "escape", "t")
        pictures[f"{name}-theory"] = await settled(app, pilot)
        await press(pilot, "p", "1", "enter")
        pictures[f"{name}-quiz"] = await settled(app, pilot)
        await press(pilot, "escape", "p")
        pictures[f"{name}-progress"] = await settled(app, pilot)

    with academy() as found:
        at_home(found, new, size, language=language)
        with exercise(found) as begun:
            practise(begun, run, size, found.tour)
        ran(found, 3, "broken_kettle", "learn", well=False)
        ran(found, 2, "broken_kettle", "rehearse", well=True)
        shown = ran(found, 1, "cn_first_response", "certify", well=False)
        at_home(found, home, size, shown, language)
    assert test_snapshots.differing(pictures, tmp_path) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_colours(tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    i18n.use(language)
    pictures: dict[str, str] = {}

    async def run(app: PracticeApp, pilot: Pilot[None]) -> None:
        await press(pilot, "t", "f8")
        app._tell()
        pictures[f"no-color-{language}-helps"] = await settled(app, pilot)

    with academy() as found, exercise(found) as begun:
        practise(begun, run, SMALL, found.tour)
    assert test_snapshots.differing(pictures, tmp_path) == []


def test_no_picture_is_kept_that_nobody_takes() -> None:
    names = {
        f"{size}-{language}-{scene}"
        for size in ("80x24", "120x40")
        for language in LANGUAGES
        for scene in SCENES
    }
    names |= {f"no-color-{language}-helps" for language in LANGUAGES}
    assert {path.stem for path in FOLDER.glob("*.svg")} == names
