"""Looking over many scenarios: by reading each, by a model agent, and by agents at random."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import msgspec

from agent_tui.domain.messages import N_, Told
from agent_tui.domain.policy import Policy
from agent_tui.packs.policies import load_policy
from agent_tui.packs.scenario import Scenario
from agent_tui.packs.scenarios import Scenarios
from agent_tui.packs.scoring import load_scoring
from agent_tui.practice import inspecting
from agent_tui.practice.model_agent import Stuck


class Trial(msgspec.Struct, frozen=True):
    """What scenarios are tried with: the company's packs, who plays, in which time zone, and how many at random."""

    packs: Path | None
    trainee: str
    zone: str
    agents: int


Checked = tuple[str, tuple[Told, ...]]
"""A scenario by its id, and what is wrong with it, in words; nothing for one that can't be read."""


def checked(names: Sequence[str], trial: Trial) -> Iterator[Checked]:
    """Each scenario as it is done, in the order of the names. Several are looked over beside each other."""
    workers = min(len(names), os.cpu_count() or 1)
    if workers <= 1:
        yield from (_checked(trial, name) for name in names)
        return
    with ProcessPoolExecutor(workers, initializer=_leave_interrupts) as pool:
        try:
            yield from pool.map(partial(_checked, trial), names)
        finally:
            pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl-C is the asking process's, which ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@cache
def _prepared(trial: Trial) -> tuple[Scenarios, Policy, Callable[[Scenario], inspecting.Begin]]:
    """What a process reads once for all scenarios."""
    policy, _problems = load_policy(trial.packs)
    begin = inspecting.beginning(policy, trial.packs, trial.trainee, trial.zone)
    return Scenarios(trial.packs), policy, begin


def _checked(trial: Trial, name: str) -> Checked:
    scenarios, policy, beginning = _prepared(trial)
    scenario = scenarios.get(name)
    if scenario is None:
        return name, ()
    told = [each.told for each in inspecting.faults(scenario, policy, load_scoring(trial.packs, []))]
    begin = beginning(scenario)
    try:
        points = inspecting.model_points(begin)
        if points < inspecting.GOOD:
            told.append(Told(N_("a model agent reaches {points} points only"), {"points": str(points)}))
    except Stuck as stuck:
        told.append(Told(N_("a model agent can't come to the end: {where}"), {"where": str(stuck)}))
    for seed in range(trial.agents):
        inspecting.at_random(begin, seed).close()
    return name, tuple(told)
