"""How the benches measure: two things in turn, whole processes with their memory, and one table of ratios."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

ROOT = Path(__file__).parents[2]

# A process of its own starts what is measured: the memory of the bench itself would count as the child's (a process
# inherits the mark of the one that it was forked from).
_LAUNCH = """
import json, os, sys, time
nothing = os.open(os.devnull, os.O_WRONLY)
began = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 1)])
_, status, used = os.wait4(child, 0)
print(json.dumps([time.perf_counter() - began, used.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""


@dataclass(frozen=True, slots=True)
class Times:
    """What one side took, in seconds, in the order in which it was measured."""

    each: Sequence[float]

    @property
    def median(self) -> float:
        return median(self.each)

    @property
    def p95(self) -> float:
        return quantiles(self.each, n=20, method="inclusive")[-1] if len(self.each) > 1 else self.each[0]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio is to be: at most, or at least, a number."""

    word: str  # "<=" or ">="
    number: float

    def met(self, ratio: float) -> bool:
        return ratio <= self.number if self.word == "<=" else ratio >= self.number


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `memory` is the peak of ours, then that of the baseline."""

    name: str
    ours: Times
    baseline: str
    theirs: Times
    ratio: float
    goal: Goal | None = None
    memory: tuple[float, float] | None = None  # MB


def paired(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[Times, Times]:
    """Both in turn, A B A B, so that a noisy minute of the machine meets both."""
    mine: list[float] = []
    other: list[float] = []
    for _ in range(rounds):
        mine.append(timed(ours))
        other.append(timed(theirs))
    return Times(mine), Times(other)


def timed(work: Callable[[], object]) -> float:
    """How long one call takes, in seconds; rubbish of what came before is not its fault."""
    gc.collect(0)
    began = perf_counter()
    work()
    return perf_counter() - began


def of_pairs(ours: Times, theirs: Times) -> float:
    """The median of the pairs' ratios, ours : theirs."""
    return median(mine / other for mine, other in zip(ours.each, theirs.each, strict=True))


def process(command: Sequence[str], env: Mapping[str, str]) -> tuple[float, float]:
    """Run Python with `command`, its output thrown away: seconds, and its peak memory in MB."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LAUNCH, sys.executable, *command],
        env=dict(env), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    seconds, kilobytes, code = json.loads(done.stdout)
    if code != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {code}")
    return seconds, kilobytes / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def processes(
    ours: Sequence[str],
    theirs: Sequence[str],
    env: Mapping[str, str],
    rounds: int,
    their_env: Mapping[str, str] = {},
) -> tuple[Times, Times, tuple[float, float]]:
    """Two commands in turn as whole processes: their times and the highest memory of each."""
    mine: list[tuple[float, float]] = []
    other: list[tuple[float, float]] = []
    for _ in range(rounds):
        mine.append(process(ours, env))
        other.append(process(theirs, their_env or env))
    memory = (max(peak for _, peak in mine), max(peak for _, peak in other))
    return Times([seconds for seconds, _ in mine]), Times([seconds for seconds, _ in other]), memory


_HEAD = ("what", "ours", "p95", "baseline", "median", "p95", "ratio", "goal", "", "MB ours", "MB base")


def table(lines: Sequence[Line]) -> str:
    """The lines as text, in columns."""
    cells = [_HEAD, *(_cells(line) for line in lines)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(_HEAD))]
    left = (0, 3, 8)
    texts = [
        "  ".join(
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join((texts[0], "-" * max(map(len, texts)), *texts[1:]))


def _cells(line: Line) -> tuple[str, ...]:
    goal = line.goal
    return (
        line.name,
        _span(line.ours.median),
        _span(line.ours.p95),
        line.baseline,
        _span(line.theirs.median),
        _span(line.theirs.p95),
        f"{line.ratio:.2f}" if line.ratio < 10 else f"{line.ratio:.0f}",
        f"{goal.word} {goal.number:g}" if goal else "",
        "" if goal is None else "ok" if goal.met(line.ratio) else "MISSED",
        *((f"{line.memory[0]:.0f}", f"{line.memory[1]:.0f}") if line.memory else ("", "")),
    )


def _span(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 0.01 else f"{seconds * 1e6:.0f} us"
