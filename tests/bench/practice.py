"""The figures of practice that take too long for every run of the tests: whole tables of runs, not how fast they are.

`python -m tests.bench.practice --mistakes [SCENARIO …]` makes every mistake in every scenario in which it can be made,
and says where it costs other points than those of its rule. `--fuzz N` plays N agents at random over all scenarios and
says which run crashed, came to a dead end, or gave a mark without evidence. Returns 1 when there is any.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from time import perf_counter

from tests.practice.fuzzing import played
from tests.practice.mistakes import MISTAKES
from tests.practice.playing import SHIPPED, Outcome, by_mistake, table


def mistakes(names: Iterable[str]) -> Iterator[str]:
    """What is wrong, a line each; the table is printed on the way."""
    wanted = set(names)
    runs = 0
    for mistake, where in table().items():
        mine = [name for name in where if name in wanted]
        wrong = [
            (name, found)
            for name in mine
            if not (found := by_mistake(name, mistake)).is_exact(MISTAKES[mistake].error)
        ]
        runs += len(mine)
        print(f"{mistake:16} {len(mine) - len(wrong):3} of {len(mine):3}", flush=True)
        yield from (f"{mistake} in {name}: {_told(found)}" for name, found in wrong)
    print(f"{runs} runs")


def _told(found: Outcome) -> str:
    """What is wrong with an outcome."""
    parts = [
        "not made" if not found.broken else "",
        "not lost: " + _keys(found.due - found.lost) if found.due - found.lost else "",
        "lost as well: " + _keys(found.strange) if found.strange else "",
        "for nothing: " + ", ".join(sorted(found.free)) if found.free else "",
        "errors: " + (", ".join(sorted(found.errors)) or "none"),
        f"stuck: {found.stuck}" if found.stuck else "",
    ]
    return "; ".join(part for part in parts if part)


def _keys(keys: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{check} of {persona}" for persona, check in sorted(keys))


def fuzz(count: int, names: list[str]) -> Iterator[str]:
    """What is wrong, a line each, in `count` runs that are dealt out over the scenarios."""
    marks = actions = 0
    for seed in range(count):
        name = names[seed % len(names)]
        run = played(name, seed)
        marks, actions = marks + run.marks, actions + run.actions
        yield from (f"{name}, seed {seed}: {each}" for each in run.wrong)
    print(f"{count} runs, {actions} actions, {marks} marks")


def main() -> int:
    """Print the tables; 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.practice", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help="only these")
    parser.add_argument("--mistakes", action="store_true", help="every mistake in every scenario")
    parser.add_argument("--fuzz", type=int, default=0, metavar="N", help="so many agents at random")
    given = parser.parse_args()
    names = given.names or list(SHIPPED.names())
    began = perf_counter()
    wrong: list[str] = []
    if given.mistakes:
        wrong += mistakes(names)
    if given.fuzz:
        wrong += fuzz(given.fuzz, names)
    print("\n".join(wrong) if wrong else "nothing is wrong")
    print(f"{perf_counter() - began:.0f} s", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
