"""The newcomer's tour as data: `scenarios/_tour.toml` says which exercise, and what to press when (POLICY Q1)."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.packs.loader import PackError, Place, Problem, pick, read_entries
from agent_tui.packs.scoring import FOLDER

LANGUAGES = {"en", "zh_CN"}
WAIT, SENT, ELSEWHERE, OVER, OTHER = "wait", "sent", "elsewhere", "over", "other"
"""Turns at which nothing is to be done to the ticket, and what is told of an action without a tip of its own."""


class Tip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is told before an action: at the desk, while its text is written, at a question, in its form.

    Where one of the last three is missing, the one before it is told.
    """

    desk: Names
    writing: Names = {}
    choice: Names = {}
    form: Names = {}


class Tour(msgspec.Struct, frozen=True):
    """The exercise and its tips, by the action that comes next."""

    scenario: str
    mode: str
    tips: dict[str, Tip]


class _Tour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scenario: str = ""
    mode: str = ""
    desk: Names = {}
    writing: Names = {}
    choice: Names = {}
    form: Names = {}


def load_tour(user: Path | None, problems: list[Problem]) -> Tour:
    """The shipped tour, or the one in the user's folder. Raises PackError when the shipped file is bad."""
    return pick(FOLDER, "_tour.toml", user, _tour, problems)


def _tour(file: Path) -> Tour:
    entries = read_entries(file, _Tour)
    if missing := [name for name in ("tour", WAIT, SENT, ELSEWHERE, OVER, OTHER) if name not in entries]:
        raise PackError(file, 0, f"[{missing[0]}] is missing")
    tour, place = entries.pop("tour")
    for field in ("scenario", "mode"):
        if not getattr(tour, field):
            raise place.error(field, f"{field} is missing")
    tips = {name: _tip(each, where) for name, (each, where) in entries.items()}
    return Tour(tour.scenario, tour.mode, tips)


def _tip(found: _Tour, place: Place) -> Tip:
    for field in ("desk", "writing", "choice", "form"):
        names = getattr(found, field)
        for text in names.values():
            try:
                list(Formatter().parse(text))
            except ValueError as error:
                raise place.error(field, str(error)) from error
        if (names or field == "desk") and (missing := LANGUAGES - set(names)):
            raise place.error(field, f"{field} is missing in {', '.join(sorted(missing))}")
    return Tip(found.desk, found.writing, found.choice, found.form)
