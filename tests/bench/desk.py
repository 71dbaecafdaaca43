"""The desk in a real terminal against a bare line-API list of Textual: start, idling, keys and memory.

`python -m tests.bench.desk ROWS` is the baseline: a list of so many rows with countdowns and a cursor, no more.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Customer
from tests.bench import data
from tests.bench.measure import ROOT, Goal, Line, Times, of_pairs

_COLUMNS, _LINES = 120, 42  # forty rows of the list
_QUIET = 0.25  # seconds without output: the screen has settled
_FRAME = 0.04  # the same, after a key
_STANDS = (
    0.06  # the same, at the start: the desk can be worked on, and customs are still read in another thread
)
_MOST = 60.0
_OURS = ("-m", "agent_tui")
_DAY = 24 * 60  # minutes that an e-mail may wait (POLICY S3)


class Terminal:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.began = perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execve(sys.executable, [sys.executable, *command], dict(env))  # noqa: S606
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, _COLUMNS, 0, 0))

    def settled(self, quiet: float = _QUIET) -> tuple[float, float, int]:
        """Wait for output and then for silence: when the first and the last of it came, and how many bytes."""
        first, last, count = 0.0, perf_counter(), 0
        patience = _MOST
        while select.select([self._master], [], [], patience)[0]:
            count += len(os.read(self._master, 1 << 16))
            last = perf_counter()
            first = first or last
            patience = quiet
        return first, last, count

    def started(self, quiet: float) -> float:
        """Seconds from the beginning of the process until its screen stood for as long as `quiet`."""
        return self.settled(quiet)[1] - self.began

    def key(self, key: str) -> tuple[float, float, int]:
        """Seconds from a key press until its frame and until everything that follows it was painted, and all bytes."""
        pressed = perf_counter()
        os.write(self._master, key.encode())
        first, last, count = self.settled(_FRAME)
        return first - pressed, last - pressed, count

    def idle(self, seconds: float) -> tuple[float, float]:
        """Bytes a second, and seconds of computing a second, while nobody does anything."""
        begun, used, count = perf_counter(), self._used(), 0
        while (left := begun + seconds - perf_counter()) > 0:
            if select.select([self._master], [], [], left)[0]:
                count += len(os.read(self._master, 1 << 16))
        return count / seconds, (self._used() - used) / seconds

    def memory(self) -> float:
        """The most it held so far, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)

    def _used(self) -> float:
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text("ascii").split()[0]) for thread in threads) / 1e9


def bench(folder: Path, sizes: Sequence[int], rounds: int, keys: int, seconds: float) -> Iterator[Line]:
    """Stores of these sizes with as many tickets at work as the smallest, each against a bare list of those; then
    the largest against the smallest, also with all of its tickets at work.
    """
    few, many = sizes[0], sizes[-1]
    envs = {size: _environment(folder, data.store(folder, size, few)) for size in sizes}
    all_live = _environment(folder, data.store(folder, many, many))
    bare = ("-m", "tests.bench.desk", str(few))
    for size in sizes:
        yield _start(f"desk: start, {size:,} tickets", envs[size], bare, envs[size], rounds, Goal("<=", 1.15))
    against = f"the desk, {few:,} tickets"
    name = f"desk: start, {many:,} tickets"
    yield _start(f"{name} against {few:,}", envs[many], _OURS, envs[few], rounds, Goal("<=", 1.1), against)
    name = f"desk: start with customs, {many:,} tickets, all at work"
    yield _start(name, all_live, _OURS, envs[few], rounds, None, against, _QUIET)
    for size in sizes:
        yield from _keys(f"desk: key, {size:,} tickets", envs[size], bare, envs[size], keys, Goal("<=", 1.5))
    name = f"desk: key, {many:,} tickets"
    yield from _keys(f"{name} against {few:,}", envs[many], _OURS, envs[few], keys, Goal("<=", 1.1), against)
    yield from _keys(f"{name}, all at work", all_live, _OURS, envs[few], keys, None, against)
    yield from _idle(_environment(folder, timers(folder)), seconds)


def _start(
    name: str,
    env: Mapping[str, str],
    other: Sequence[str],
    other_env: Mapping[str, str],
    rounds: int,
    goal: Goal | None,
    baseline: str = "bare line-API list",
    quiet: float = _STANDS,
) -> Line:
    mine: list[float] = []
    theirs: list[float] = []
    memory = [0.0, 0.0]
    for turn in range(rounds + 1):
        sides = ((_OURS, env, mine), (other, other_env, theirs))
        for side, (command, environment, times) in enumerate(sides):
            terminal = Terminal(command, environment)
            took = terminal.started(quiet)
            if turn:  # the first one compiles and reads from disk
                times.append(took)
                memory[side] = max(memory[side], terminal.memory())
            terminal.close()
    ours, others = Times(mine), Times(theirs)
    return Line(name, ours, baseline, others, of_pairs(ours, others), goal, (memory[0], memory[1]))


def _keys(
    name: str,
    env: Mapping[str, str],
    other: Sequence[str],
    other_env: Mapping[str, str],
    keys: int,
    goal: Goal | None,
    baseline: str = "bare line-API list",
) -> Iterator[Line]:
    """Down within the window, down beyond it, a page, and up again: p95 of the time until the cursor's frame stood."""
    found: list[list[tuple[float, float, int]]] = [[], []]
    terminals = [Terminal(_OURS, env), Terminal(other, other_env)]
    for terminal in terminals:
        terminal.settled()
    for number in range(keys):
        key = "\x1b[6~" if number % 40 == 39 else "k" if number % 3 == 2 else "j"
        for terminal, presses in zip(terminals, found, strict=True):
            presses.append(terminal.key(key))
    memory = (terminals[0].memory(), terminals[1].memory())
    for terminal in terminals:
        terminal.close()
    ours, theirs = (Times([first for first, _last, _size in presses]) for presses in found)
    yield Line(f"{name}: ratio of p95", ours, baseline, theirs, ours.p95 / theirs.p95, goal)
    if not baseline.startswith("bare"):
        return
    mine, other_size = (median(size for _first, _last, size in presses) for presses in found)
    alls = [Times([last for _first, last, _size in presses]) for presses in found]
    sizes = f"all that follows, {mine:.0f} bytes, theirs {other_size:.0f}"
    yield Line(f"{name}: {sizes}", alls[0], baseline, alls[1], alls[0].p95 / alls[1].p95)
    yield Line(
        f"{name}: memory afterwards", ours, baseline, theirs, memory[0] / memory[1], Goal("<=", 2), memory
    )


def _idle(env: Mapping[str, str], seconds: float) -> Iterator[Line]:
    terminals = [Terminal(_OURS, env), Terminal(("-m", "tests.bench.desk", "40"), env)]
    for terminal in terminals:
        terminal.settled()
        terminal.idle(2)  # counting and looking at the clocks
    (sent, used), (their_bytes, their_use) = (
        terminal.idle(seconds) for terminal in terminals
    )  # a whole minute
    for terminal in terminals:
        terminal.close()
    spans = Times([used]), Times([their_use])
    name = "desk: idle with 40 timers, computing a second"
    ratio = used / their_use if their_use else 0.0
    yield Line(name, spans[0], "bare line-API list", spans[1], ratio, Goal("<=", 1.5))
    name = f"desk: idle with 40 timers, {sent:.0f} bytes/s, theirs {their_bytes:.0f}: share of 100"
    yield Line(name, spans[0], "100 bytes/s", spans[1], sent / 100, Goal("<=", 1))


def _environment(folder: Path, home: Path) -> dict[str, str]:
    """A usual terminal, and modules that are compiled already, as an installed program has them."""
    env = data.environment(home) | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    del env["PYTHONDONTWRITEBYTECODE"]
    return env | {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def timers(folder: Path) -> Path:
    """The home of a store with forty tickets as a morning has them: from late by two hours to a day away."""
    home = folder / "timers"
    shutil.rmtree(home, ignore_errors=True)  # deadlines are of now
    desk = data.desk_at(home)
    now = datetime.now(UTC)
    with desk.repository.transaction():
        for minutes in dues():
            begun = now + timedelta(minutes=minutes - _DAY)
            customer = Customer(name="Emma Clarke", emails=(f"c{minutes}@x.example",), market="GB")
            content = do.Content(text="Please help.", author="Emma")
            desk.open_ticket("email", "Where is my parcel?", customer, content, begun, begun, by="import")
    desk.close()
    return home


def dues() -> list[float]:
    """When forty tickets are due, in minutes from now: one in its last ten minutes, most further away."""
    return [
        -130,
        -70,
        -35,
        8,
        *(20 + 12 * place for place in range(8)),
        *(130 + 45 * place for place in range(28)),
    ]


def bare(rows: int) -> None:
    """The least that shows a list with countdowns and a cursor, painting only what changed."""
    from rich.segment import Segment
    from rich.style import Style
    from textual.app import App, ComposeResult
    from textual.geometry import Region, Size
    from textual.scroll_view import ScrollView
    from textual.strip import Strip
    from textual.widgets import Static

    from agent_tui.formats import countdown

    begun = datetime.now(UTC)
    spread = [begun + timedelta(minutes=minutes) for minutes in dues()]

    class Rows(ScrollView, can_focus=True):
        BINDINGS = [("j", "move(1)"), ("k", "move(-1)"), ("pagedown", "move(39)")]
        cursor = 0

        def on_mount(self) -> None:
            self.virtual_size = Size(0, rows)
            self.painted: dict[int, str] = {}
            self.set_interval(1.0, self.tick)

        def left(self, place: int) -> str:
            return countdown((spread[place % len(spread)] - datetime.now(UTC)).total_seconds())

        def tick(self) -> None:
            top = self.scroll_offset.y
            for line in range(min(self.size.height, rows)):
                if self.painted.get(line + top) != self.left(line + top):
                    self.refresh(Region(0, line, 7, 1))

        def action_move(self, by: int) -> None:
            before, self.cursor = self.cursor, max(0, min(rows - 1, self.cursor + by))
            top, height = self.scroll_offset.y, self.size.height
            if not top <= self.cursor < top + height:
                target = self.cursor if self.cursor < top else self.cursor - height + 1
                self.scroll_to(y=target, animate=False, force=True, immediate=True)
            else:
                self.refresh_line(before)
                self.refresh_line(self.cursor)

        def render_line(self, y: int) -> Strip:
            place = y + self.scroll_offset.y
            if place >= rows:
                return Strip.blank(self.size.width)
            self.painted[place] = left = self.left(place)
            text = f"{left}  2 MAIL Emma Clarke          GB Where is my parcel {place}?"
            style = Style(bold=place == self.cursor, reverse=place == self.cursor)
            return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, style)

    class Bare(App[None]):
        ENABLE_COMMAND_PALETTE = False

        def compose(self) -> ComposeResult:
            yield Static("All Mine Open Urgent Waiting")
            yield Rows()
            yield Static("Enter next step  r Reply  c Classify")

        def on_mount(self) -> None:
            self.query_one(Rows).focus()

    Bare().run()


if __name__ == "__main__":
    bare(int(sys.argv[1]))
