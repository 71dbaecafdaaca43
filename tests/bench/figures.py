"""The figures of a large journal, against reading the journal alone: nothing of it is kept between two runs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path

from agent_tui.desk.figures import read, report
from agent_tui.domain.periods import By, Period
from tests.bench import data
from tests.bench.measure import Line, of_pairs, paired

_AT_WORK = 2_000


def bench(folder: Path, tickets: int, rounds: int) -> Iterator[Line]:
    """Measuring every ticket, then a grouping of what was measured."""
    desk = data.desk_at(data.store(folder, tickets, min(_AT_WORK, tickets // 10)))
    ledger = read(desk, data.NOW)

    def entries() -> None:
        deque(desk.journal(), maxlen=0)

    try:
        ours, theirs = paired(lambda: read(desk, data.NOW), entries, rounds)
        baseline = "every entry read and decoded"
        yield Line(f"figures: {tickets:,} tickets measured", ours, baseline, theirs, of_pairs(ours, theirs))
        ours, theirs = paired(lambda: report(desk, ledger, By.DAY, Period()), entries, rounds)
        yield Line("figures: one more grouping", ours, baseline, theirs, of_pairs(ours, theirs))
    finally:
        desk.close()
