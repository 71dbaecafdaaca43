"""Trainees with a practice profile of their own, and runs that they have ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.ids import ENTROPY
from agent_tui.locations import PRACTICE, locate
from agent_tui.practice.academy import Academy
from agent_tui.practice.model_agent import ModelAgent
from agent_tui.practice.opening import place_of
from agent_tui.practice.results import Result

SCENARIO = "broken_kettle"
DAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = timedelta(days=1)


@contextmanager
def academy_at(folder: Path, trainee: str = "Alex", zone: str = "UTC") -> Iterator[Academy]:
    """The practice of somebody whose profile lies in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(PRACTICE, folder / "store.db", folder / "config", folder / "packs")
    desk = open_desk(place, Actor(trainee), zone, create=True, now=DAY)
    with closing(desk):
        yield Academy(desk.repository.database, desk.policy, place.packs, {}, trainee, zone)


@contextmanager
def academy_of_commands(trainee: str) -> Iterator[Academy]:
    """The practice that the command line opens in the test's home."""
    where = locate()
    place = place_of(where)
    desk = open_desk(place, Actor(trainee), "UTC", create=True, now=DAY)
    with closing(desk):
        yield Academy(desk.repository.database, desk.policy, place.packs, {}, trainee, "UTC")


def ended(
    academy: Academy, at: datetime = DAY, mode: str = "certify", *, idle: bool = False, name: str = SCENARIO
) -> Result:
    """A run that a model agent worked, or that was ended with nothing done."""
    scenario = academy.scenarios.get(name)
    assert scenario is not None
    exercise = academy.begin(scenario, mode, 1)
    with closing(exercise):
        if not idle:
            ModelAgent(exercise.training).play()
        return academy.finish(exercise, at, sha256(at.isoformat().encode()).digest()[:ENTROPY])[0]
