"""The newcomer's tour: who presses what its line says, and nothing else, comes to the end and to a card (POLICY Q1)."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from agent_tui import i18n
from agent_tui.domain.cells import width
from agent_tui.packs.loader import BUILT_IN, Problem
from agent_tui.packs.tour import Tour, load_tour
from agent_tui.tui.practice.app import Left, PracticeApp
from agent_tui.tui.practice.home import Chosen, Go, HomeApp
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.form import FormPanel
from tests.tui.desks import press
from tests.tui.practising import SMALL, academy, at_home, exercise, fill, practise, seen

KEYS = {"Enter": "enter", "^o": "ctrl+o", "^p": "ctrl+p", "F8": "f8", "F9": "f9", "Esc": "escape"}
PRESSED = {
    "take": "take",
    "complain": "complain",
    "reply": "step",
    "record": "step",
    "report": "step",
    "classify": "step",
    "accept": "step",
    "carry_out": "step",
    "resolve": "step",
    "revisit": "step",
    "close": "step",
    "wait": "skip",
    "sent": "skip",
    "elsewhere": "palette",
    "over": "practice",
}
"""Which of the keys in the line of each turn a newcomer takes."""
WORDS = {
    "text": "The kettle leaks, a new one was sent.",
    "wanted": "A kettle that does not leak.",
    "product": "Kettle",
    "reason": "We look for the cause.",
    "deadline": "4h",
    "follow_up": "in writing",
    "accepted": "yes",
    "result": "New kettle delivered.",
    "satisfaction": "satisfied",
    "summary": "Leaking kettle replaced.",
    "root_cause": "Weak seal.",
    "improvement": "Check the batch.",
    "revisit": "reached",
    "suggestions": "Test them.",
}
MOST = 80  # turns; the tour takes about half of them


def read(tour: Tour, line: str, language: str) -> tuple[str, str, dict[str, str]]:
    """Which turn and part a line is, and the keys that it names."""
    for turn, tip in tour.tips.items():
        for part in ("form", "choice", "writing", "desk"):
            text = getattr(tip, part).get(language, "")
            names, pattern = [], ""
            for literal, name, _spec, _conversion in Formatter().parse(text):
                pattern += re.escape(literal)
                if name is not None:
                    names.append(name)
                    pattern += r"(\S+?)"
            if text and (found := re.fullmatch(pattern, line)):
                return turn, part, dict(zip(names, found.groups(), strict=True))
    raise AssertionError(f"no tip reads so: {line!r}")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_newcomer_who_follows_the_tour_comes_to_the_end(language: str) -> None:
    i18n.use(language)
    met: set[str] = set()
    with academy() as found, exercise(found) as begun:
        assert found.guides(begun)
        tour = found.tour

        async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
            for _turn in range(MOST):
                app._tell()
                line = str(app.screen_stack[0].query_one("#tour", Static).render())
                turn, part, named = read(tour, line, language)
                met.add(turn)
                keys = {name: KEYS.get(key, key) for name, key in named.items()}
                if isinstance(app.screen, FormPanel):
                    assert part == "form", line
                    await fill(pilot, WORDS | {"deadline": named.get("deadline", "")})
                elif turn == "classify" and part == "form":
                    await press(pilot, "y", "b", "full_stop", "enter")
                elif isinstance(app.screen, Choice):
                    # What a check found is read, and the reply goes on all the same.
                    await press(pilot, keys["outcome"])
                elif part == "writing" and turn == "reply":
                    await press(pilot, keys["practice"], "u")
                    await press(pilot, keys["send"])
                elif part == "writing":
                    await press(pilot, keys["send"])
                elif turn == "elsewhere":
                    await press(pilot, keys["palette"], *f"#{named['ticket']}".replace("#", ""), "enter")
                elif turn == "over":
                    await press(pilot, keys["practice"], "e")
                    return
                else:
                    await press(pilot, keys[PRESSED[turn]])
            raise AssertionError(f"the tour does not end; the last line was {line!r}")

        app = practise(begun, play, SMALL, tour)
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
        assert "是否初次使用" in seen(app) or "Are you new here?" in seen(app)
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
