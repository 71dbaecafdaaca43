"""How the desk opens and ends: on a terminal and without one, twice, by signals, with a fault of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent_tui.locations import samples_dir
from tests.tui.ptys import running

AGENT = [sys.executable, "-m", "agent_tui"]


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "home"
    environment = os.environ | {"AGENT_TUI_HOME": str(folder)}
    environment.pop("AGENT_TUI_KEY", None)
    subprocess.run([*AGENT, "sample", "--json"], check=True, capture_output=True, env=environment)
    return folder


@pytest.fixture
def sample(home: Path, sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample inbox is there; returns the home."""
    monkeypatch.delenv("AGENT_TUI_KEY")
    shutil.copytree(sample_home, home)
    return home


def test_without_a_terminal_it_lists(sample: Path) -> None:
    for words in (["--profile", "sample"], ["sample"], ["sample", "--list"]):
        done = subprocess.run([*AGENT, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0
        assert done.stderr == ""
        assert done.stdout.count("\n") > 70
        assert "\x1b" not in done.stdout


def test_without_a_profile_and_a_terminal_it_says_what_is_missing(home: Path) -> None:
    done = subprocess.run(AGENT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 5
    assert "store" in done.stderr
    assert not (home / "data").exists()


@pytest.mark.parametrize("words", [["--profile", "sample"], ["sample"]])
def test_on_a_terminal_it_opens_and_leaves_it_as_it_was(sample: Path, words: list[str]) -> None:
    with running(*words) as terminal:
        terminal.until("next: classify (H1)")
        terminal.type("q")
        assert terminal.end() == 0
        assert terminal.raw.endswith(b"\x1b[?1049l\x1b[?25h") or b"\x1b[?1049l" in terminal.raw[-200:]


def test_sample_list_lists_on_a_terminal(sample: Path) -> None:
    with running("sample", "--list") as terminal:
        assert terminal.end() == 0
        assert b"\x1b[?1049h" not in terminal.raw


def test_a_profile_that_was_named_wrongly_is_not_made(home: Path) -> None:
    with running("--profile", "smaple") as terminal:
        assert terminal.end() == 5
        assert "smaple" in terminal.seen()
        assert b"\x1b[?1049h" not in terminal.raw
    assert not (home / "data" / "smaple").exists()
    assert not (home / "state" / "smaple").exists()


def test_a_second_desk_is_told_who_sits_there(sample: Path) -> None:
    with running("sample") as first:
        first.until("next: classify (H1)")
        with running("sample") as second:
            assert second.end() == 5
            assert f"pid {first.process}" in second.seen().replace("\n", "")
            assert b"\x1b[?1049h" not in second.raw
        # A command works on beside it.
        done = subprocess.run([*AGENT, "--profile", "sample", "show", "1"], capture_output=True)
        assert done.returncode == 0
        first.type("q")
        assert first.end() == 0
    with running("sample") as third:
        third.until("next: classify (H1)")


def test_a_terminal_may_tell_its_size_late_or_several_at_once(sample: Path) -> None:
    with running("sample", size=(0, 0)) as terminal:
        terminal.until("next: classify (H1)")
        for columns in (60, 120, 90, 160):
            terminal.resize(columns, columns // 4)
        terminal.until(" Help ")
        terminal.type("q")
        assert terminal.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order_and_the_draft_is_back(sample: Path, number: signal.Signals) -> None:
    with running("sample") as terminal:
        terminal.until("next: classify (H1)")
        terminal.type("jjr")
        title = terminal.until("Reply to").partition("Reply to ")[2].partition("\n")[0]
        terminal.type("Dear customer, xyz")
        terminal.until("Dear customer, xyz")
        terminal.kill(number)
        assert terminal.end() == 0
    with running("sample") as terminal:
        terminal.until("Esc")  # the ticket is open again
        terminal.type("r")
        assert title in terminal.until("Dear customer, xyz")


def test_a_dropped_connection_keeps_the_draft(sample: Path) -> None:
    with running("sample") as terminal:
        terminal.until("next: classify (H1)")
        terminal.type("r")
        terminal.until("Reply to")
        terminal.type("not lost")
        terminal.until("not lost")
        terminal.hang_up()
    with running("sample") as terminal:
        terminal.until("Esc")
        terminal.type("r")
        terminal.until("not lost")


def test_a_fault_tells_where_and_quotes_nobody(sample: Path, tmp_path: Path) -> None:
    # The fault: a pane that fails while it holds a customer's words.
    (tmp_path / "sitecustomize.py").write_text(
        "from agent_tui.tui import doing\n"
        "def broken(desk):\n"
        "    secret = 'card 4111 1111 1111 1111'\n"
        "    raise RuntimeError(secret)\n"
        "doing.journal = broken\n"
    )
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    with running("sample", environment={"PYTHONPATH": path}) as terminal:
        terminal.until("next: classify (H1)")
        terminal.type("J")
        assert terminal.end() == 1
        assert "RuntimeError" in terminal.after()
        assert "sitecustomize.py:4 broken" in terminal.after()
        assert b"4111" not in terminal.raw
        assert b"secret" not in terminal.raw


def test_a_first_start_leads_to_the_sample(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AGENT_TUI_KEY")
    with running() as terminal:
        terminal.until("Language · 语言")
        terminal.type("2")
        terminal.until("您想怎样开始")
        terminal.type("1")
        terminal.until("Enter 执行下一步")
        terminal.type("q")
        assert terminal.end() == 0
    assert (home / "data" / "sample" / "store.db").exists()
    settings = (home / "config" / "settings.toml").read_text("utf-8")
    assert settings.splitlines() == ['language = "zh_CN"', 'profile = "sample"']
    with running() as terminal:  # the next plain start asks nothing, and opens the same tickets
        terminal.until("下一步：")
        assert "您想怎样开始" not in terminal.seen()
        terminal.type("q")
        assert terminal.end() == 0
    assert not (home / "data" / "default").exists()


def test_a_first_start_with_files_of_ones_own(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AGENT_TUI_KEY")
    (tmp_path / "no.pdf").write_bytes(b"%PDF-1.7\n")
    shutil.copy(samples_dir() / "inbox.mbox", tmp_path / "box.mbox")
    with running() as terminal:
        terminal.until("Language")
        terminal.type("1")
        terminal.until("How do you want to begin?")
        terminal.type("2")
        terminal.until("Which file or folder?")
        terminal.type(f"{tmp_path}/no.pdf\r")
        terminal.until("PDF document")  # where the line breaks depends on the path
        terminal.type(f"{tmp_path}/box.mbox\r")
        terminal.until("75 new tickets, 0 unreadable")
        terminal.type("q")
        assert terminal.end() == 0
    assert (home / "data" / "default" / "store.db").exists()


def test_a_first_start_that_is_left_makes_nothing(home: Path) -> None:
    with running() as terminal:
        terminal.until("Language")
        terminal.type("q")
        assert terminal.end() == 0
    assert not home.exists() or not (home / "data").exists()


def test_a_terminal_of_sixteen_colours_gets_only_those(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    with running("sample", environment={"TERM": "xterm-color", "COLORTERM": ""}) as terminal:
        terminal.until("next: classify (H1)")
        assert b"\x1b[38;2;" not in terminal.raw
        assert b";38;5;" not in terminal.raw


def test_no_color_means_no_colour(sample: Path) -> None:
    with running("sample", environment={"NO_COLOR": "1", "COLORTERM": "truecolor"}) as terminal:
        terminal.until("next: classify (H1)")
        colours = {cell.fg for line in terminal.screen.buffer.values() for cell in line.values()}
        assert colours == {"default"}
        grounds = {cell.bg for line in terminal.screen.buffer.values() for cell in line.values()}
        assert grounds == {"default"}
