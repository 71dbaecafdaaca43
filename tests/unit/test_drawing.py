"""Drawings of scenarios: every way on is in each of them, a line each, and nothing breaks their grammar."""

from __future__ import annotations

import re

import pytest

from agent_tui.cli.main import main
from agent_tui.packs.scenario import Scenario
from agent_tui.packs.scenarios import Scenarios
from agent_tui.practice.drawing import FORMATS

SCENARIOS = Scenarios()
ARROWS = {"tree": " → ", "mermaid": " -->|", "dot": " -> "}


def edges(scenario: Scenario) -> int:
    return sum(len(node.edges) for each in scenario.personas.values() for node in each.nodes.values())


@pytest.mark.parametrize("name", FORMATS)
def test_every_way_on_has_a_line(name: str) -> None:
    for scenario in SCENARIOS.all():
        lines = list(FORMATS[name](scenario))
        drawn = [line for line in lines if ARROWS[name] in line]
        assert len(drawn) == edges(scenario), scenario.id
        assert not any("\n" in line for line in lines), scenario.id


def test_labels_break_neither_grammar() -> None:
    for scenario in SCENARIOS.all():
        for line in FORMATS["mermaid"](scenario):
            assert line.count('"') in (0, 2), line
        for line in FORMATS["dot"](scenario):
            assert '"' not in re.sub(r'"(?:[^"\\]|\\.)*"', "", line), line


@pytest.mark.parametrize("name", [*FORMATS, ""])
def test_the_command_prints_a_line_each(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = SCENARIOS.get("broken_kettle")
    assert scenario is not None
    assert main(["scenario", "graph", "broken_kettle", *(["--format", name] if name else [])]) == 0
    assert capsys.readouterr().out.splitlines() == list(FORMATS[name or "tree"](scenario))
