"""A newcomer who does what the line of the tour says, and nothing else."""

from __future__ import annotations

import re
from string import Formatter

from textual.pilot import Pilot
from textual.widgets import Static

from agent_tui.packs.tour import Tour
from agent_tui.tui.practice.app import PracticeApp
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.form import FormPanel
from tests.tui.desks import press
from tests.tui.practising import fill

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


async def follow(app: PracticeApp, pilot: Pilot[None], tour: Tour, language: str = "en") -> set[str]:
    """Press what the line says until the exercise is ended; returns the turns that were met."""
    met: set[str] = set()
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
            await press(pilot, keys["outcome"])
        elif part == "writing" and turn == "reply":
            await press(pilot, keys["practice"], "u", keys["send"])
        elif part == "writing":
            await press(pilot, keys["send"])
        elif turn == "elsewhere":
            await press(pilot, keys["palette"], *named["ticket"], "enter")
        elif turn == "over":
            await press(pilot, keys["practice"], "e")
            return met
        else:
            await press(pilot, keys[PRESSED[turn]])
    raise AssertionError(f"the tour does not end; the last line was {line!r}")
