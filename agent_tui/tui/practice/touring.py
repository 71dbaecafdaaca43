"""The newcomer's tour: one line that says what to press now, from the first key to the card (POLICY Q1)."""

from __future__ import annotations

from datetime import timedelta

from textual.screen import Screen

from agent_tui.domain.durations import parse_duration
from agent_tui.packs.tour import ELSEWHERE, OTHER, OVER, SENT, WAIT, Tip, Tour
from agent_tui.practice.exercise import Exercise
from agent_tui.practice.model_agent import Advice
from agent_tui.tui.casework import COMMANDS
from agent_tui.tui.commands import BY_ID, Where
from agent_tui.tui.keymap import Keymap, keys_at, shown
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.desk import DeskScreen
from agent_tui.tui.screens.reading import Reading
from agent_tui.wording import name_of

SKIP = "f9"
_PROMISE = 240  # minutes, where the model agent would promise nothing
_OUTCOMES = {"solves": "1", "asks": "2", "unsolved": "3"}  # as the question after a reply has them


class Helps(Choice):
    """What practice offers over the desk; the tour goes on saying what to press at the desk."""

    CSS_PATH = "../screens/panel.tcss"


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"  # a pack may ask for what is no command


class Guide:
    """Leads through one exercise. What it says follows from where the run and the screen stand."""

    def __init__(self, tour: Tour, exercise: Exercise, keys: Keymap) -> None:
        self._tour = tour
        self._exercise = exercise
        self._keys = keys

    def line(self, desk: DeskScreen, over: Screen[object]) -> str:
        """What to press now. `over` is the screen on top, which may be the desk."""
        number = next((each.ticket for each in self._exercise.training.world.standings.values()), 0)
        turn, advice = self._turn(desk, number)
        tip = self._tour.tips.get(turn, self._tour.tips[OTHER])
        outcome = _OUTCOMES.get(advice.given.get("outcome", ""), "1") if advice is not None else ""
        names = _part(tip, desk, over)
        words = {"skip": shown(SKIP), "outcome": outcome, "ticket": str(number), "deadline": _span(advice)}
        words["step"] = self._step(desk, turn)
        keys = {name: self._key(name, desk.where) for name in BY_ID}
        return name_of(names).format_map(_Words(keys | words))

    def _turn(self, desk: DeskScreen, number: int) -> tuple[str, Advice | None]:
        """Which tip is told, and what the model agent would do."""
        training = self._exercise.training
        if training.over:
            return OVER, None
        if not number:
            return WAIT, None
        if any(each.action.ticket == number for each in desk.sitting.waiting_to_go()):
            return SENT, None
        advice = self._exercise.hint(number)
        if advice is None:
            return self._asked(desk, number), None
        if desk.sitting.ticket != number:
            return ELSEWHERE, None
        return advice.action, advice

    def _asked(self, desk: DeskScreen, number: int) -> str:
        """Where the model agent would not be: what policy asks for, unless somebody else does something first."""
        case = desk.case
        if self._exercise.comes or case is None or case.ticket.id != number:
            return WAIT
        return case.step.do or WAIT

    def _step(self, desk: DeskScreen, action: str) -> str:
        """What leads to an action: the next step where it is that, else its own key."""
        case = desk.case
        asked = case is not None and case.step.do == action
        command = COMMANDS.get(action, action)
        return self._key("next_step" if asked or command not in BY_ID else command, desk.where)

    def _key(self, command: str, where: Where) -> str:
        """The key of a command, of those that count where one is."""
        keys = self._keys.of(command)
        here = keys_at(keys, where) or keys
        return shown(here[0]) if here else BY_ID[command].title


def _span(advice: Advice | None) -> str:
    """The deadline that the model agent would promise, in whole hours."""
    text = advice.given.get("deadline", "") if advice is not None else ""
    minutes = parse_duration(text) // timedelta(minutes=1) if text else _PROMISE
    return f"{max(1, minutes // 60)}h"


def _part(tip: Tip, desk: DeskScreen, over: Screen[object]) -> dict[str, str]:
    """What is told at the desk, while one writes, at a question or in a form."""
    if over is desk or isinstance(over, Helps | Reading):
        return (desk.writing and tip.writing) or tip.desk
    if isinstance(over, Choice):
        return tip.choice or tip.writing or tip.desk
    return tip.form or tip.choice or tip.desk
