"""`tickets --json` as a whole process: time and memory, for stores of different sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench import data
from tests.bench.measure import Goal, Line, of_pairs, processes

_OURS = ("-m", "agent_tui", "tickets", "--json")
_START = ("-c", "import agent_tui.cli.main, agent_tui.cli.parser")
_AT_WORK = 500


def bench(folder: Path, sizes: Sequence[int], rounds: int) -> Iterator[Line]:
    """Each size twice: with all tickets solved but 500, and with all at work."""
    raw = str(Path(__file__).with_name("raw_tickets.py"))
    homes: list[Path] = []
    for tickets in sizes:
        for live in (min(_AT_WORK, tickets // 4), tickets):
            home = data.store(folder, tickets, live)
            env = data.environment(home)
            name = f"tickets --json, {tickets:,} stored, {live:,} at work"
            some = max(3, rounds // 3) if live >= 50_000 else rounds
            plain = (raw, str(data.place_of(home).store))
            ours, theirs, memory = processes(_OURS, plain, env, some)
            yield Line(
                name, ours, "process: raw SQL + json.dumps", theirs, of_pairs(ours, theirs), None, memory
            )
            if live < tickets:
                homes.append(home)
                ours, theirs, memory = processes(_OURS, _START, env, rounds)
                yield Line(
                    name, ours, "process: import agent_tui.cli", theirs, of_pairs(ours, theirs), None, memory
                )
    ours, theirs, memory = processes(
        _OURS, _OURS, data.environment(homes[-1]), rounds, data.environment(homes[0])
    )
    yield Line(
        f"tickets --json, {sizes[-1]:,} stored, few at work", ours, f"the same, {sizes[0]:,} stored", theirs,
        of_pairs(ours, theirs), Goal("<=", 1.2), memory,
    )  # fmt: skip
