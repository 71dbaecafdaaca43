"""Several commands on one profile at once."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_tui.locations import samples_dir
from agent_tui.store.cipher import connect
from agent_tui.store.desklock import DeskLock
from tests.cli.conftest import Cli

# Works `count` commands in one process and prints what was confirmed.
WORKER = """
import contextlib, io, json, sys
from agent_tui.cli.main import main

kind, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.stdin.readline()  # all start together
for turn in range(count):
    words = (["do", "1", "note", "--json", "--text", f"{name}-{turn}"] if kind == "note"
             else ["new", "--json", "--channel", "chat", "--subject", f"{name}-{turn}", "--set", "name=N"])
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = main(words)
    print(json.dumps([code, f"{name}-{turn}", json.loads(out.getvalue())["id"]]), flush=True)
"""


def at_once(*workers: tuple[str, str, str]) -> list[list[object]]:
    """What the workers confirmed."""
    import json

    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, *worker],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for worker in workers
    ]
    for each in running:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    lines = []
    for each in running:
        told, complaints = each.communicate()
        assert complaints == ""
        assert each.returncode == 0
        lines += [json.loads(line) for line in told.splitlines()]
    return lines


def test_four_agents_work_on_one_profile_at_once(cli: Cli) -> None:
    cli.new(subject="begin")
    confirmed = at_once(("note", "a", "25"), ("note", "b", "25"), ("new", "c", "25"), ("new", "d", "25"))
    assert {line[0] for line in confirmed} == {0}
    entries = cli("journal", "--json").lines()
    assert [entry["seq"] for entry in entries] == list(range(1, 102))
    said = [entry["fields"].get("text") or entry["fields"]["subject"] for entry in entries[1:]]
    assert sorted(said) == sorted(str(line[1]) for line in confirmed)
    numbers = [line[2] for line in confirmed if line[2] != 1]
    assert sorted(map(str, numbers)) == sorted(str(number) for number in range(2, 52))
    assert len({entry["fields"]["id"] for entry in entries}) == 101
    assert cli("journal", "--verify").code == 0


def test_the_first_two_contacts_of_a_profile_may_come_at_once(cli: Cli) -> None:
    confirmed = at_once(*[("new", name, "1") for name in "abcd"])
    assert [line[0] for line in confirmed] == [0, 0, 0, 0]
    assert sorted(str(line[2]) for line in confirmed) == ["1", "2", "3", "4"]
    assert cli("journal", "--verify").code == 0


def test_a_second_desk_is_told_that_the_first_is_open(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.new()
    monkeypatch.setattr("agent_tui.cli.desk_command.on_terminal", lambda: True)
    with DeskLock(home / "state" / "default" / "desk.lock", datetime.now(UTC)):
        for language, begins in (("en", "Already open: "), ("zh_CN", "已经打开：")):
            said = cli("--lang", language, code=5).err
            assert said.startswith(begins)
            assert f"pid {os.getpid()}" in said


def test_a_command_that_another_program_keeps_out_says_so(
    cli: Cli, home: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.new()
    monkeypatch.setattr("agent_tui.store.cipher.BUSY_SECONDS", 0.1)
    key = bytes.fromhex((home / "config" / "keys" / "default.key").read_text().strip())
    other = connect(store, key)
    other.execute("BEGIN IMMEDIATE")
    try:
        for language, begins, holder in (
            ("en", "Already open: ", "another program"),
            ("zh_CN", "已经打开：", "另一个程序"),
        ):
            said = cli("--lang", language, "do", "1", "take", code=5).err
            assert said.startswith(begins)
            assert holder in said
    finally:
        other.close()


def test_an_action_while_an_import_runs(cli: Cli) -> None:
    cli.new(subject="begin")
    words = ["import", str(samples_dir() / "inbox.mbox"), "--own", "support@miralume.example"]
    importing = subprocess.Popen(
        [sys.executable, "-m", "agent_tui", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    turns = 0
    while importing.poll() is None or turns < 5:
        cli("do", "1", "note", "--text", f"turn {turns}")
        turns += 1
    assert importing.wait() == 0
    importing.communicate()
    entries = cli("journal", "--json").lines()
    assert [e["fields"]["text"] for e in entries if e["action"] == "note"] == [
        f"turn {n}" for n in range(turns)
    ]
    assert len(cli("tickets", "--json").json()) > 70
    assert cli("journal", "--verify").code == 0
