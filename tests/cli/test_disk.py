"""Full disks, folders that cannot be written to: a clear sentence, nothing lost, and it works again afterwards."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

# A command in a process whose files may not grow beyond a size: the kernel answers as on a full disk.
LIMITED = """
import resource, signal, sys
from agent_tui.cli.main import main

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
sys.dont_write_bytecode = True  # a compiled file that is cut short would trouble every later process
sys.exit(main(sys.argv[2:]))
"""

# A process that root's rights do not help.
POWERLESS = """
import os, sys
if os.geteuid() == 0:
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(24, 1, 0, 0, 0) == 0  # without CAP_DAC_OVERRIDE in the bounding set an exec as root lacks it
    assert libc.prctl(24, 2, 0, 0, 0) == 0  # CAP_DAC_READ_SEARCH
os.execv(sys.executable, [sys.executable, "-m", "agent_tui", *sys.argv[1:]])
"""


def limited(limit: int, words: Sequence[str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), *words], input=stdin, capture_output=True
    )


def powerless(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", POWERLESS, *words], capture_output=True, text=True)


def state(cli: Cli) -> tuple[str, str]:
    return cli("journal", "--json").out, cli("tickets", "--json").out


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_an_action_on_a_full_disk(cli: Cli, sample: Path, language: str) -> None:
    before = state(cli)
    words = ["--lang", language, "do", "1", "note", "--text", "-"]
    done = limited(sample.stat().st_size, words, b"x" * 3_000_000)
    said = done.stderr.decode()
    assert done.returncode == 5, said
    assert str(sample) in said
    assert {"en": "no space", "zh_CN": "空间"}[language] in said
    assert said.count("\n") == 1
    assert done.stdout == b""
    assert state(cli) == before
    assert cli("journal", "--verify").code == 0
    cli("do", "1", "note", "--text", "again there is space")
    assert cli("doctor").code == 0


@pytest.mark.parametrize("limit", [0, 100, 4096, 20_000, 100_000])
def test_making_a_profile_on_a_full_disk(cli: Cli, limit: int) -> None:
    words = ["new", "--channel", "chat", "--subject", "x", "--set", "name=x", "--text", "y" * 90_000]
    done = limited(limit, words)
    assert done.returncode == 5, done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert b"Traceback" not in done.stderr
    assert cli(*words[:-2]).code == 0
    assert len(cli("tickets", "--json").json()) == 1
    assert cli("doctor").code == 0


def test_an_import_on_a_full_disk_goes_on_later(cli: Cli, tmp_path: Path) -> None:
    from agent_tui.locations import samples_dir

    inbox = tmp_path / "many.mbox"
    content = (samples_dir() / "inbox.mbox").read_bytes()
    inbox.write_bytes(
        b"\n".join(content.replace(b"Message-ID: <", b"Message-ID: <%d." % n) for n in range(4))
    )
    words = ["import", str(inbox)]
    done = limited(900_000, words)
    assert done.returncode == 5, done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    cli("journal", "--verify")
    cli(*words)
    cli("--profile", "whole", *words)
    assert cli("tickets", "--counts").out == cli("--profile", "whole", "tickets", "--counts").out
    assert cli(*words, "--json").json()["opened"] == 0


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_an_export_to_a_full_disk_keeps_the_old_file(
    cli: Cli, sample: Path, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "out" / f"cases.{kind}"
    path.parent.mkdir()
    path.write_text("old")
    for ticket in range(1, 9):  # random, so that a workbook cannot pack it
        cli("do", str(ticket), "customer", "--set", f"name={os.urandom(15_000).hex()}")
    done = limited(40_000, ["export", "--output", str(path)])
    assert done.returncode == 5, done.stderr.decode()
    assert str(path) in done.stderr.decode()
    assert ".tmp" not in done.stderr.decode()
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.read_text() == "old"
    cli("export", "--output", str(path))
    assert path.stat().st_size > 40_000


def test_settings_on_a_full_disk(cli: Cli) -> None:
    cli("settings", "agent.name", "Li")
    done = limited(3, ["settings", "agent.name", "Wang"])
    assert done.returncode == 5, done.stderr.decode()
    assert cli("settings", "agent.name", "--json").json() == {"agent.name": "Li"}


def test_a_full_standard_output(sample: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        for words in (
            ["tickets"],
            ["tickets", "--json"],
            ["export"],
            ["show", "1"],
            ["--help"],
            ["tickets", "--help"],
        ):
            done = subprocess.run(
                [sys.executable, "-m", "agent_tui", *words], stdout=full, stderr=subprocess.PIPE
            )
            assert done.returncode == 5, words
            assert done.stderr.decode().startswith("standard output: ")
            assert done.stderr.count(b"\n") == 1, done.stderr


def test_a_store_in_a_folder_that_cannot_be_written_to(cli: Cli, sample: Path) -> None:
    before = state(cli)
    sample.parent.chmod(0o500)
    sample.chmod(0o400)
    try:
        done = powerless("do", "1", "take")
        assert done.returncode == 5, done.stderr
        assert str(sample) in done.stderr
        assert done.stderr.count("\n") == 1
    finally:
        sample.parent.chmod(0o700)
        sample.chmod(0o600)
    assert state(cli) == before
    assert powerless("do", "1", "take").returncode == 0


def test_a_home_that_cannot_be_written_to(cli: Cli, home: Path) -> None:
    home.mkdir(mode=0o500)
    for words in (["sample"], ["new", "--channel", "chat", "--subject", "x", "--set", "name=x"]):
        done = powerless(*words)
        assert done.returncode in (2, 5)
        assert str(home) in done.stderr
        assert done.stderr.count("\n") == 1
    home.chmod(0o700)
    assert powerless("new", "--channel", "chat", "--subject", "x", "--set", "name=x").returncode == 0
    assert not stat.S_IMODE(home.stat().st_mode) & 0o077


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_files_and_folders_that_may_not_be_touched(
    cli: Cli, sample: Path, tmp_path: Path, language: str
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    secret = tmp_path / "secret.mbox"
    secret.write_text("From x\n")
    secret.chmod(0)
    for words, named in (
        (["export", "--output", str(closed / "x.csv")], closed / "x.csv"),
        (["export", "--output", str(folder)], folder),
        (["export", "--output", "/dev/null/x.csv"], "/dev/null/x.csv"),
        (["import", str(secret)], secret),
        (["do", "1", "note", "--set-from", str(secret)], secret),
        (["do", "1", "note", "--set-from", str(closed)], closed),
    ):
        done = powerless("--lang", language, *words)
        assert done.returncode == 2, (words, done.stderr)
        assert str(named) in done.stderr
        assert done.stderr.count("\n") == 1
        assert ".tmp" not in done.stderr
        if language == "zh_CN":  # the system's reasons, too
            assert not re.search("[A-Za-z]", done.stderr.replace(str(named), ""))
    assert list(closed.iterdir()) == []
