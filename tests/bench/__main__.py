"""Speed and memory as ratios, taken in one run against named baselines: `python -m tests.bench --help`.

Nothing here asserts a time, and nothing fails when a goal is missed: the table says so, and people read it.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.bench import action, desk, figures, importing, listing, searching
from tests.bench.measure import Line, table


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    documents: int  # in the store that an action is done in
    actions: int
    stores: tuple[int, ...]  # how many tickets `tickets --json` meets
    runs: int  # of each process
    cases: int  # that a search is made in
    searches: int  # of each query
    mails: int
    imports: int
    memory: tuple[int, ...]  # how many mails, for the memory of an import
    keys: int  # presses at the desk
    idle: float  # seconds in which nobody does anything: minutes turn in them as well


FULL = Sizes(20_000, 900, (10_000, 100_000), 9, 100_000, 6, 2_000, 5, (2_000, 10_000), 240, 60)
QUICK = Sizes(200, 30, (40, 80), 1, 120, 1, 20, 1, (20,), 6, 1)

BENCHES: dict[str, Callable[[Path, Sizes], Iterator[Line]]] = {
    "action": lambda folder, sizes: action.bench(folder, sizes.documents, sizes.actions),
    "tickets": lambda folder, sizes: listing.bench(folder, sizes.stores, sizes.runs),
    "search": lambda folder, sizes: searching.bench(folder, sizes.cases, sizes.searches),
    "figures": lambda folder, sizes: figures.bench(folder, sizes.documents, sizes.runs),
    "import": lambda folder, sizes: importing.bench(folder, sizes.mails, sizes.memory, sizes.imports),
    "desk": lambda folder, sizes: desk.bench(folder, sizes.stores, sizes.runs, sizes.keys, sizes.idle),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="BENCH", help=f"only these: {', '.join(BENCHES)}")
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes: shows that the benches work, not how fast"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the stores and mails it makes, for the next run"
    )
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHES]
    if unknown:
        parser.error(f"there is no bench {unknown[0]!r}; there are: {', '.join(BENCHES)}")
    sizes = QUICK if given.quick else FULL
    lines: list[Line] = []
    temporary = (
        nullcontext(given.keep) if given.keep else tempfile.TemporaryDirectory(prefix="agent-tui-bench-")
    )
    with temporary as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for name in given.names or BENCHES:
            began = perf_counter()
            lines += BENCHES[name](Path(folder), sizes)
            print(f"{name}: {perf_counter() - began:.0f} s", file=sys.stderr)  # with the data it had to make
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(table(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
