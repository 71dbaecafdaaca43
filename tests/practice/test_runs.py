"""Runs at random: the same seed gives the same run, its journal gives it back, and none of them goes wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent_tui.practice.inspecting import at_random
from agent_tui.practice.training import replayed
from tests.practice.fuzzing import played
from tests.practice.playing import SHIPPED, begun, journal, scenario

NAMES = SHIPPED.names()
SEEDS = range(60)
ROOT = Path(__file__).parents[2]
_DIGESTS = """
import hashlib
from agent_tui.practice.inspecting import at_random
from tests.practice.playing import begun, journal, scenario
for name in ("broken_kettle", "cn_group", "sg_chat_and_call"):
    exercise = at_random(lambda seed: begun(scenario(name), seed), 7)
    print(name, hashlib.sha256(journal(exercise)).hexdigest())
    exercise.close()
"""


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_run_and_its_journal_gives_it_back(name: str) -> None:
    first, second = (at_random(lambda seed: begun(scenario(name), seed), 11) for _ in range(2))
    try:
        assert journal(first) == journal(second)
        record = first.record()
        again = begun(scenario(name), record.seed)
        try:
            replayed(again.training, record.actions, record.reached)
            assert journal(again) == journal(first)
            assert again.assessment() == first.assessment()
        finally:
            again.close()
    finally:
        first.close()
        second.close()


def test_another_seed_gives_another_run() -> None:
    runs = [at_random(lambda seed: begun(scenario("broken_kettle"), seed), seed) for seed in (1, 2)]
    assert len({journal(each) for each in runs}) == len(runs)
    for each in runs:
        each.close()


def test_a_run_depends_on_nothing_of_its_process() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", _DIGESTS],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0].count("\n") == 3
    assert told[0] == told[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_agent_at_random_meets_a_crash_a_dead_end_or_a_mark_without_evidence(seed: int) -> None:
    run = played(NAMES[seed % len(NAMES)], seed)
    assert run.wrong == ()
    assert run.marks > 0
