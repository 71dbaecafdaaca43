"""`kill -9` at random moments: what was confirmed is there exactly once, and work goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from agent_tui.locations import samples_dir
from tests.cli.conftest import Cli

KILLS = 40

# Forks one agent after another, and tells when each is dead. An agent confirms an action on a line of its
# own, only after its exit code was 0; a line this short is written whole or not at all.
NURSERY = """
import contextlib, io, itertools, os, signal, sys, time
from agent_tui.cli.main import main

def work(name):
    for count in itertools.count():
        words = ["do", "1", "note", "--text", f"{name}-{count}"]
        if count % 5 == 4:
            words = ["new", "--channel", "chat", "--subject", f"{name}-{count}", "--set", "name=K"]
        with contextlib.redirect_stdout(io.StringIO()):
            code = main(words)
        if code != 0:
            os.write(1, f"failed {code}\\n".encode())
            time.sleep(60)
        os.write(1, f"{name}-{count}\\n".encode())

with contextlib.redirect_stdout(io.StringIO()):
    main(["show", "1"])  # everything is imported
for line in sys.stdin:
    agent = os.fork()
    if agent == 0:
        work(line.strip())
    os.write(1, f"agent {agent}\\n".encode())
    assert os.waitpid(agent, 0)[1] == signal.SIGKILL
    os.write(1, b"killed\\n")
"""


def marks(cli: Cli) -> list[str]:
    """What the journal says the agents did."""
    found = []
    for entry in cli("journal", "--json").lines():
        fields = entry["fields"]
        found.append(fields["text"] if entry["action"] == "note" else fields["subject"])
    return found


def test_confirmed_actions_survive_kill_9(cli: Cli) -> None:
    cli.new(subject="begin")
    chance = random.Random(20261122)  # noqa: S311  the same moments every time
    confirmed: list[str] = []
    nursery = subprocess.Popen(
        [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    for kill in range(KILLS):
        nursery.stdin.write(f"{kill}\n")
        nursery.stdin.flush()
        pid, wanted, told = 0, chance.randrange(6), 0
        while (line := nursery.stdout.readline()) != "killed\n":
            assert not line.startswith("failed"), line
            if line.startswith("agent "):
                pid = int(line.split()[1])
            else:
                confirmed.append(line.rstrip())
                told += 1
            if pid and told >= wanted:  # so many are confirmed; somewhere in the next one it ends
                time.sleep(chance.uniform(0, 0.015))
                os.kill(pid, signal.SIGKILL)
                pid = 0
        if kill % 5 == 4:  # the store opens, and the next action works
            cli("do", "1", "note", "--text", f"after {kill}")
            confirmed.append(f"after {kill}")
    nursery.stdin.close()
    assert nursery.wait() == 0
    nursery.stdout.close()
    found = marks(cli)
    assert len(confirmed) >= KILLS
    assert len(found) == len(set(found))
    assert set(confirmed) <= set(found)
    assert len(set(found) - set(confirmed)) <= KILLS + 1  # done, but killed before it could be said
    assert cli("journal", "--verify").code == 0
    assert cli("doctor").code == 0
    numbers = [row["id"] for row in cli("tickets", "--json").json()]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_a_profile_whose_making_was_killed_can_be_made(cli: Cli) -> None:
    chance = random.Random(3)  # noqa: S311
    for number in range(8):
        words = ["--profile", f"p{number}", "new", "--channel", "chat", "--subject", "x", "--set", "name=K"]
        child = subprocess.Popen(
            [sys.executable, "-m", "agent_tui", *words], stdout=subprocess.PIPE, text=True
        )
        folder = cli.home / "data" / f"p{number}"
        for _wait in range(2000):
            if folder.exists() or child.poll() is not None:
                break
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.03))
        child.kill()
        confirmed = bool(child.communicate()[0])
        cli(*words)
        rows = cli("--profile", f"p{number}", "tickets", "--json").json()
        assert len(rows) - 1 >= confirmed
        assert cli("--profile", f"p{number}", "journal", "--verify").code == 0


def test_an_import_that_was_killed_can_be_resumed(cli: Cli, tmp_path: Path) -> None:
    inbox = tmp_path / "big.mbox"
    one = (samples_dir() / "inbox.mbox").read_bytes()
    copies = [
        one.replace(b"Message-ID: <", f"Message-ID: <{copy}.".encode()).replace(b"@", f"@{copy}.".encode(), 0)
        for copy in range(6)
    ]
    inbox.write_bytes(b"\n".join(copies))
    words = ["import", str(inbox), "--own", "support@miralume.example"]
    cli("--profile", "whole", *words)
    chance = random.Random(7)  # noqa: S311
    killed = 0
    for _attempt in range(12):
        child = subprocess.Popen(
            [sys.executable, "-m", "agent_tui", "--profile", "pieces", *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        store = cli.home / "data" / "pieces" / "store.db-wal"
        for _wait in range(2000):  # until it has begun to write
            if store.exists() or child.poll() is not None:
                break
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.15))
        child.kill()
        killed += child.wait() == -signal.SIGKILL
        if killed >= 4:
            break
    assert killed
    cli("--profile", "pieces", *words)

    def told(profile: str) -> list[tuple[object, ...]]:
        rows = cli("--profile", profile, "tickets", "--json").json()
        return sorted((row["id"], row["subject"], row["customer"], row["created"]) for row in rows)

    assert told("pieces") == told("whole")
    assert cli("--profile", "pieces", "journal", "--verify").code == 0
    counts = [cli("--profile", name, "tickets", "--counts", "--json").json() for name in ("whole", "pieces")]
    assert counts[0] == counts[1]
    again = cli("--profile", "pieces", *words, "--json").json()
    assert (again["opened"], again["added"], again["aside"]) == (0, 0, 0)
