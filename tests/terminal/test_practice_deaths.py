"""Practice on a real terminal, killed in the middle of a run: acts, draft and place are offered at the next start."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_tui.locations import locate
from agent_tui.practice import opening
from agent_tui.practice.academy import Academy
from agent_tui.practice.keeping import OpenRun
from tests.tui.ptys import PATIENCE, Terminal, running

TEXT = "Dear Emma, we are sorry"


@pytest.fixture
def beside(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Academy]:
    """The trainee's store, seen by another process."""
    monkeypatch.setenv("AGENT_TUI_KEY", "6265" * 16)
    place = opening.place_of(locate({"AGENT_TUI_HOME": str(home)}))
    with opening.opened(place, "Alex", "UTC") as desk:
        yield Academy(desk.repository.database, desk.policy, place.packs, {}, "Alex", "UTC")


def left(beside: Academy, acts: int, *texts: str) -> OpenRun:
    """The open run, once so much of it is on disk: the screen shows it a moment before."""
    end = time.monotonic() + PATIENCE
    while True:
        found = beside.open_runs()
        if found:
            run = found[0]
            if len(run.record.actions) == acts and tuple(each.text for _n, each in run.stand.drafts) == texts:
                return run
        assert time.monotonic() < end, found
        time.sleep(0.02)


def begin_a_reply(terminal: Terminal, beside: Academy) -> None:
    """Take the first ticket, take it as a complaint, and type."""
    terminal.until("Kettle leaks")
    terminal.type("t")
    left(beside, 1)
    terminal.type("C")
    left(beside, 2)
    terminal.type("r")
    terminal.until("Apologise to Emma")
    terminal.type(TEXT)
    left(beside, 2, TEXT)


@pytest.mark.parametrize("mode", ["learn", "certify"])
def test_kill_9_loses_nothing_of_a_run(beside: Academy, mode: str) -> None:
    with running("practice", "broken_kettle", "--mode", mode) as terminal:
        begin_a_reply(terminal, beside)
        terminal.kill(signal.SIGKILL)
        assert terminal.end() == -signal.SIGKILL
    before = left(beside, 2, TEXT)
    with running("practice") as terminal:
        screen = terminal.until("2 things are done, and a text is begun")
        assert ("counts as an attempt" in " ".join(screen.replace("▌", "").split())) == (mode == "certify")
        terminal.type("\r")
        terminal.until("Here it goes on")
        terminal.type("r")
        terminal.until(TEXT)
        terminal.kill(signal.SIGKILL)
        terminal.end()
    after = left(beside, 2, TEXT)
    assert after.record.actions == before.record.actions
    assert after.record.reached >= before.record.reached
    assert len(beside.open_runs()) == 1


def test_a_terminal_that_hangs_up_keeps_the_run(beside: Academy) -> None:
    with running("practice", "broken_kettle") as terminal:
        begin_a_reply(terminal, beside)
        assert terminal.hang_up() == 0
    left(beside, 2, TEXT)
