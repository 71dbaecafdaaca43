"""Runs of scenarios: what one of them has read, the next one does not read again."""

from __future__ import annotations

import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from agent_tui.packs.policies import load_policy
from agent_tui.packs.scenario import Scenario
from agent_tui.packs.scenarios import Scenarios
from agent_tui.practice.inspecting import beginning
from agent_tui.practice.model_agent import ModelAgent

POLICY, _problems = load_policy(None)
SHIPPED = Scenarios()


def scenario(name: str) -> Scenario:
    found = SHIPPED.get(name)
    assert found is not None
    return found


def test_a_second_run_reads_no_pack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    begin = beginning(POLICY, tmp_path, "Alex", "Europe/London")(scenario("broken_kettle"))
    read: list[str] = []
    loads = tomllib.loads

    def counted(source: str) -> object:
        read.append(source[:60])
        return loads(source)

    monkeypatch.setattr(tomllib, "loads", counted)
    for seed in (1, 2):
        with closing(begin(seed)) as exercise:
            ModelAgent(exercise.training).play()
            exercise.assessment()
        if seed == 1:
            assert read  # the handbook and the compliance packs are read on first use
            read.clear()
    assert read == []
