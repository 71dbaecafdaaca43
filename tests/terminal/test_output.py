"""Pipes that close, streams that are closed, terminals without UTF-8, Ctrl-C, and the line of progress."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent_tui.locations import samples_dir
from tests.terminal.conftest import Terminal

AGENT = [sys.executable, "-m", "agent_tui"]
INBOX = str(samples_dir() / "inbox.mbox")


@pytest.fixture(scope="module")
def sample_home(tmp_path_factory: pytest.TempPathFactory, _compiled_once: None) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "home"
    environment = os.environ | {"AGENT_TUI_HOME": str(folder)}
    subprocess.run([*AGENT, "sample", "--json"], capture_output=True, check=True, env=environment)
    return folder


@pytest.fixture
def sample(home: Path, sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AGENT_TUI_PROFILE", "sample")
    shutil.copytree(sample_home, home)
    return home


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command line with `agent` for the program."""
    agent = f'{sys.executable} -m agent_tui "$@"'
    return subprocess.run(
        ["/bin/sh", "-c", f"agent() {{ {agent}; }}\n{command}"],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
    )


@pytest.mark.parametrize("words", ["tickets", "export", "journal --json"])
def test_a_reader_that_has_seen_enough(sample: Path, words: str) -> None:
    child = subprocess.Popen([*AGENT, *words.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stderr is not None
    assert child.stdout.read(1)
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait() == 0


@pytest.mark.parametrize("words", ["--help", "tickets", "show 1", "tickets --json"])
def test_a_reader_that_is_gone(sample: Path, words: str) -> None:
    done = shell(f"agent {words} | true; agent {words} | head -1")
    assert done.stderr == b""


def test_closed_streams(sample: Path) -> None:
    for command in (
        "agent tickets >&-",
        "agent tickets 2>&-",
        "agent show 1 >&- 2>&-",
        "agent tickets <&-",
        "agent export >&-",
        "agent --help >&-",
    ):
        done = shell(command)
        assert done.returncode == 0, command
        assert done.stderr == b"", command
    assert shell("agent show 999 >&- 2>&-").returncode == 4
    assert shell("agent frobnicate >&- 2>&-").returncode == 2
    assert shell("agent do 1 note --text closed <&- >&- 2>&-").returncode == 0
    done = shell("agent journal --verify")
    assert done.returncode == 0, done.stdout
    assert b"closed" in shell("agent journal 1").stdout


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii", "LC_ALL": "POSIX"},
        {"PYTHONIOENCODING": "gbk", "LC_ALL": "no_SUCH.locale"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_a_terminal_without_utf_8(sample: Path, environment: dict[str, str]) -> None:
    words = ("tickets", "show 8", "journal", "doctor", "--help", "settings")
    commands = "; ".join(f"agent --lang zh_CN {each} || echo FAILED {each}" for each in words)
    done = shell(commands, **environment)
    assert b"FAILED" not in done.stdout
    assert b"Traceback" not in done.stderr
    assert shell("agent --lang zh_CN show 999", **environment).returncode == 4
    assert shell("agent --lang zh_CN frobnicate", **environment).returncode == 2
    for kind in ("csv", "jsonl"):  # a file for programs is UTF-8 wherever it is made
        assert (
            "佐伯" in shell(f"agent export --format {kind}", **environment).stdout.decode() or kind == "jsonl"
        )
    typed = shell("agent do 1 note --text '佐藤 caf\u00e9'; agent show 1 --json", **environment)
    assert typed.returncode == 0
    assert b"\\u4f50\\u85e4 caf\\u00e9" in typed.stdout


def test_every_line_of_json_is_whole_when_piped(sample: Path) -> None:
    import json

    done = shell("agent tickets --json")
    assert len(json.loads(done.stdout)) > 70
    assert all(json.loads(line) for line in shell("agent journal --json").stdout.splitlines())


def test_progress_is_shown_to_a_watcher_only(terminal: Terminal, home: Path) -> None:
    seen = terminal("import", INBOX)
    assert seen.code == 0
    assert seen.bytes.count(b"\r\x1b[K") >= 2
    assert (
        seen.bytes.rpartition(b"\r\x1b[K")[2].startswith(b"93 messages read")
        or b"messages read" in seen.bytes
    )
    done = shell(f"agent --profile piped import {INBOX}")
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"\r" not in done.stdout + done.stderr
    assert b"%" not in done.stderr


def test_ctrl_c_loses_nothing_confirmed(home: Path, tmp_path: Path) -> None:
    box = tmp_path / "many.mbox"
    content = Path(INBOX).read_bytes()
    box.write_bytes(b"\n".join(content.replace(b"Message-ID: <", b"Message-ID: <%d." % n) for n in range(12)))
    child = subprocess.Popen([*AGENT, "import", str(box)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    store = home / "data" / "default" / "store.db-wal"
    for _wait in range(5000):
        if store.exists() and store.stat().st_size > 300_000:
            break
        time.sleep(0.002)
    child.send_signal(signal.SIGINT)
    out, errors = child.communicate()
    assert child.returncode == 130, errors
    assert errors.decode().count("\n") == 1
    assert b"Interrupted" in errors
    assert out == b""
    assert shell("agent journal --verify").returncode == 0
    assert shell(f"agent import {box}").returncode == 0
    assert b'"opened": 0' in shell(f"agent import {box} --json").stdout


def test_ctrl_c_at_a_prompt(home: Path) -> None:
    import pty

    assert shell("agent new --channel chat --subject x --set name=x").returncode == 0
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [*AGENT, "lock"], stdin=slave, stdout=slave, stderr=slave, start_new_session=True, close_fds=True
    )
    os.close(slave)
    seen = b""
    while b"New passphrase" not in seen:
        seen += os.read(master, 1000)
    child.send_signal(signal.SIGINT)
    assert child.wait() == 130
    os.close(master)
    assert (home / "config" / "keys" / "default.key").exists()
    assert shell("agent tickets").returncode == 0


def test_a_passphrase_is_asked_for_unseen(home: Path) -> None:
    import pty

    def typing(words: list[str], *answers: bytes) -> tuple[int, bytes]:
        pid, master = pty.fork()
        if pid == 0:
            os.execv(sys.executable, [*AGENT, *words])  # noqa: S606
        seen, left = b"", list(answers)
        while True:
            try:
                piece = os.read(master, 1000)
            except OSError:
                break
            if not piece:
                break
            seen += piece
            if left and seen.endswith(b": "):
                os.write(master, left.pop(0) + b"\n")
        os.close(master)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen

    assert shell("agent new --channel chat --subject x --set name=x").returncode == 0
    code, seen = typing(["lock"], b"geheim", b"anders")
    assert code == 2
    assert b"differ" in seen
    assert (home / "config" / "keys" / "default.key").exists()
    code, seen = typing(["lock"], b"geheim", b"geheim")
    assert code == 0, seen
    assert b"geheim" not in seen
    code, seen = typing(["tickets"], b"geheim")
    assert code == 0
    assert b"geheim" not in seen
    code, seen = typing(["tickets"], b"falsch")
    assert code == 5
    assert b"falsch" not in seen
    assert shell("agent tickets").returncode == 5  # nobody can be asked
    code, seen = typing(["unlock"], b"geheim")
    assert code == 0
    assert shell("agent tickets").returncode == 0


@pytest.mark.parametrize("columns", [20, 40, 80, 120, 300])
def test_tables_fit_the_terminal(terminal: Terminal, sample: Path, columns: int) -> None:
    from agent_tui.domain.cells import width

    for language in ("en", "zh_CN"):
        seen = terminal("--lang", language, "tickets", columns=columns)
        assert seen.code == 0
        if columns >= 80:
            assert max(width(line) for line in seen.text.splitlines()) <= columns
        seen = terminal("--lang", language, "journal", columns=columns)
        assert max(width(line) for line in seen.text.splitlines()) <= columns
