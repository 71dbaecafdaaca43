"""Simulated customers whom nobody answers: they speak up, and not for ever."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from agent_tui.packs.scenario import Scenario
from agent_tui.packs.scenarios import Scenarios
from agent_tui.practice.world import Done, Kind, World, begin, heard, opened, step

A_DAY = timedelta(days=1)


def said(world: World, scenario: Scenario) -> Counter[str]:
    """What is said in a day in which nobody answers, and how often."""
    found: Counter[str] = Counter()
    while True:
        world, due = step(world, scenario, scenario.begins + A_DAY)
        if due is None:
            return found
        if due.kind is Kind.SAY:
            found[due.text] += 1


def rung(name: str, persona: str) -> tuple[World, Scenario]:
    """A scenario's world when its first customer has just made contact."""
    scenario = Scenarios().get(name)
    assert scenario is not None
    world, due = step(begin(scenario), scenario, scenario.begins)
    assert due is not None
    assert due.kind is Kind.OPEN
    return opened(world, scenario, persona, 1, due.at), scenario


def test_who_gets_no_answer_says_the_same_twice_at_most() -> None:
    world, scenario = rung("sa_direct", "abdulaziz")
    words = said(world, scenario)
    assert words
    assert max(words.values()) == 2


def test_the_silence_of_a_call_counts_from_the_first_words_and_not_from_the_ringing() -> None:
    world, scenario = rung("battery_fire", "sabine")
    at = scenario.begins + timedelta(seconds=50)
    world = heard(world, scenario, Done(persona="sabine", event="take", at=at))
    spoken = []
    while True:
        world, due = step(world, scenario, at + timedelta(seconds=70))
        if due is None:
            break
        spoken += [(due.at - at, due.text)] if due.kind is Kind.SAY else []
    assert spoken[0] == (timedelta(seconds=2), scenario.personas["sabine"].opening.text)
    assert [after for after, _text in spoken[1:]] == [timedelta(seconds=2 + 60)]
