"""The program on a real terminal, ended in every way while somebody writes: nothing of it is lost."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.locations import locate
from tests.tui.desks import desk_at
from tests.tui.ptys import PATIENCE, Terminal, running

TEXT = "Dear Emma, we are sorry"
WRITING = "Reply to"


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A profile `test` with five tickets."""
    monkeypatch.setenv("AGENT_TUI_KEY", "6265" * 16)
    monkeypatch.setenv("AGENT_TUI_PROFILE", "test")
    desk_at(tmp_path / "made").close()
    where = locate({"AGENT_TUI_HOME": str(home)})
    store = where.store_file("test")
    store.parent.mkdir(parents=True, mode=0o700)
    (tmp_path / "made" / "store.db").rename(store)
    return Place("test", store, where.config_dir, where.packs_dir)


@pytest.fixture
def beside(place: Place) -> Iterator[Desk]:
    """The same store, seen by another process."""
    desk = open_desk(place, "mei", "UTC")
    yield desk
    desk.close()


def begin_a_reply(terminal: Terminal) -> None:
    """Go to the second ticket of the list, and type."""
    terminal.until("Double charge")
    terminal.type("jr")
    terminal.until(WRITING)
    terminal.type(TEXT)
    terminal.until(TEXT)


def saved(desk: Desk) -> None:
    """Wait until what was typed is on disk: the screen shows it a moment before."""
    end = time.monotonic() + PATIENCE
    while [draft.text for draft in drafts(desk)] != [TEXT]:
        assert time.monotonic() < end, drafts(desk)
        time.sleep(0.02)


def drafts(desk: Desk) -> list[object]:
    return [desk.drafts.draft(number) for number in sorted(desk.drafts.drafted())]


def all_is_back(beside: Desk) -> None:
    """The next start shows the ticket that was open, and `r` goes on with the text."""
    place = beside.drafts.place()
    assert place.opened
    assert beside.drafts.drafted() == {place.ticket}
    with running() as terminal:
        terminal.until(f"#{place.ticket} ")
        terminal.type("r")
        terminal.until(TEXT)
        terminal.type("!\x1b")
        terminal.until("The draft is kept")
        terminal.type("q")
        assert terminal.end() == 0
    assert [draft.text for draft in drafts(beside)] == [f"{TEXT}!"]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_while_typing_loses_nothing(beside: Desk, number: signal.Signals) -> None:
    with running() as terminal:
        begin_a_reply(terminal)
        terminal.kill(number)
        assert terminal.end() == 0
    assert [draft.text for draft in drafts(beside)] == [TEXT]
    all_is_back(beside)


def test_kill_9_while_typing_loses_nothing_that_was_on_the_screen_for_a_moment(beside: Desk) -> None:
    with running() as terminal:
        begin_a_reply(terminal)
        saved(beside)
        terminal.kill(signal.SIGKILL)
        assert terminal.end() == -signal.SIGKILL
    all_is_back(beside)


def test_text_is_saved_while_the_typing_goes_on(beside: Desk) -> None:
    """Who types without a pause is saved too: the first letters are on disk while later ones still come."""
    with running() as terminal:
        terminal.until("Double charge")
        terminal.type("jr")
        terminal.until(WRITING)
        end = time.monotonic() + PATIENCE
        while not beside.drafts.drafted():
            assert time.monotonic() < end
            terminal.type("x")
            terminal._read(0.05)
        terminal.kill(signal.SIGKILL)
        terminal.end()
    assert beside.drafts.drafted()


def test_a_terminal_that_hangs_up_ends_the_program_and_keeps_the_text(beside: Desk) -> None:
    with running() as terminal:
        begin_a_reply(terminal)
        assert terminal.hang_up() == 0
    assert [draft.text for draft in drafts(beside)] == [TEXT]
    all_is_back(beside)


def test_a_reply_that_was_confirmed_goes_out_at_the_next_start(beside: Desk) -> None:
    with running() as terminal:
        begin_a_reply(terminal)
        terminal.type("\x0f")
        terminal.until("answers or solves it")
        terminal.type("1")
        terminal.until("u takes it back")
        terminal.kill(signal.SIGKILL)
        terminal.end()
    [sending] = beside.drafts.held()
    number = sending.action.ticket
    with running() as terminal:
        terminal.until(f"#{number}")
        end = time.monotonic() + PATIENCE
        while beside.drafts.held():
            assert time.monotonic() < end
            terminal._read(0.05)
        terminal.type("q")
        assert terminal.end() == 0
    case = beside.case(number)
    assert list(case.texts.values())[-1] == TEXT
    assert beside.drafts.drafted() == set()


def test_writing_in_an_editor_of_ones_own(
    beside: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor.py"
    script.write_text(
        "import os, sys\n"
        "from pathlib import Path\n"
        "path = Path(sys.argv[-1])\n"
        "assert os.isatty(0) and os.isatty(1)\n"
        "assert path.stat().st_mode & 0o77 == 0\n"
        "text = path.read_text()\n"
        "Path(sys.argv[1]).write_text(str(path))\n"
        "path.write_text(text + ' \\u2013 from my editor\\n')\n"
    )
    seen = tmp_path / "seen"
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script} {seen}")
    with running() as terminal:
        begin_a_reply(terminal)
        terminal.type("\x14")
        terminal.until(f"{TEXT} – from my editor")
        assert not os.path.lexists(seen.read_text())
        terminal.type("!")
        terminal.until("from my editor!")
        terminal.kill(signal.SIGTERM)
        assert terminal.end() == 0
    assert [draft.text for draft in drafts(beside)] == [f"{TEXT} – from my editor!"]


@pytest.mark.parametrize(
    ("editor", "told"), [("false", "ended with an error"), ("no-such-editor-anywhere", "No such")]
)
def test_an_editor_that_fails_leaves_the_text_and_says_so(
    beside: Desk, monkeypatch: pytest.MonkeyPatch, editor: str, told: str
) -> None:
    monkeypatch.setenv("EDITOR", editor)
    with running() as terminal:
        begin_a_reply(terminal)
        terminal.type("\x14")
        terminal.until(told)
        terminal.type("!")
        terminal.until(f"{TEXT}!")
        terminal.kill(signal.SIGTERM)
        assert terminal.end() == 0
    assert [draft.text for draft in drafts(beside)] == [f"{TEXT}!"]
