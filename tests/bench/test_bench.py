"""The benches work: a run with tiny sizes fills every line of the table. How fast they are is not asserted here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = {
    "one durable action": 3,
    "the same, its form filled in first": 1,
    "tickets --json": 7,
    "search": 7,
    "first search": 1,
    "figures": 2,
    "import": 2,
    "reading": 2,
    "process: import": 1,
    "desk: start": 4,
    "desk: key": 8,
    "desk: idle": 2,
}


def test_a_quick_run_fills_every_line_of_the_table() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()[3:]
    for begins, count in LINES.items():
        assert sum(line.startswith(begins) for line in lines) == count, run.stdout
    assert len(lines) == sum(LINES.values()), run.stdout
