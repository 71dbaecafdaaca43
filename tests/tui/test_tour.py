"""The newcomer's tour: who presses what its line says, and nothing else, comes to the end and to a card (POLICY Q1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from agent_tui import i18n
from agent_tui.domain.cells import width
from agent_tui.packs.loader import BUILT_IN, Problem
from agent_tui.packs.tour import load_tour
from agent_tui.tui.practice.app import Left, PracticeApp
from agent_tui.tui.practice.home import Chosen, Go, HomeApp
from tests.tui.desks import press
from tests.tui.newcomer import follow
from tests.tui.practising import SMALL, academy, at_home, exercise, practise, seen


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_newcomer_who_follows_the_tour_comes_to_the_end(language: str) -> None:
    i18n.use(language)
    met: set[str] = set()
    with academy() as found, exercise(found) as begun:
        assert found.guides(begun)

        async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
            met.update(await follow(app, pilot, found.tour, language))

        app = practise(begun, play, SMALL, found.tour)
        assert app.outcome is Left.FINISHED
        result, _card = found.finish(begun, begun.now, bytes(10))
        assert {"take", "complain", "reply", "record", "report", "classify", "resolve", "over"} <= met
        assert result.points >= 60
        assert not found.newcomer


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_tip_has_room_in_two_lines_of_a_small_terminal(language: str) -> None:
    for turn, tip in load_tour(None, []).tips.items():
        for part in ("desk", "writing", "choice", "form"):
            text = getattr(tip, part).get(language, "")
            assert width(re.sub(r"{\w+}", "Enter", text)) <= 2 * (SMALL[0] - 8), (turn, part)


def test_the_tour_is_offered_to_a_newcomer_alone() -> None:
    async def begin(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        assert "Are you new here?" in seen(app)
        await press(pilot, "enter")

    async def look(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        assert "Are you new here?" not in seen(app)
        await press(pilot, "q")

    with academy() as found:
        assert at_home(found, begin).return_value == Chosen(Go.BEGIN, "broken_kettle", "learn")
        with exercise(found) as begun:
            assert found.guides(begun)
            found.finish(begun, begun.now, bytes(10))
        assert at_home(found, look).return_value is None
        with exercise(found) as begun:
            assert not found.guides(begun)


def test_who_was_never_here_chooses_the_language_first() -> None:
    async def choose(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        assert "Language · 语言" in seen(app)
        await press(pilot, "2")
        assert i18n.language() == "zh_CN"
        assert "第一次来吗" in seen(app) or "Are you new here?" in seen(app)
        await press(pilot, "escape", "q")

    with academy() as found:
        app = at_home(found, choose, language="auto")
    assert app.preferences.settings.language == "zh_CN"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('mode = "learn"\n', ""), "mode is missing"),
        (("[over]", "[overs]"), "[over] is missing"),
        (("{palette}, then", "{palette, then"), "expected"),
        ((', zh_CN = "简要写明做了什么，回车完成。"', ""), "form is missing in zh_CN"),
    ],
)
def test_a_bad_tour_is_left_out_and_the_shipped_one_holds(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    shipped = (BUILT_IN / "scenarios" / "_tour.toml").read_text("utf-8")
    assert change[0] in shipped
    own = tmp_path / "scenarios" / "_tour.toml"
    own.parent.mkdir()
    own.write_text(shipped.replace(*change), "utf-8")
    problems: list[Problem] = []
    assert load_tour(tmp_path, problems) == load_tour(None, [])
    assert [problem.file for problem in problems] == [str(own)]
    assert reason in problems[0].reason
