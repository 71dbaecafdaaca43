"""Driving the command line as a person or a program does: words in, text and an exit code out."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent_tui.cli.main import main


@dataclass(frozen=True)
class Result:
    """What one command printed, and its exit code."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401  whatever a command prints
        assert self.out.isascii()
        assert not [letter for letter in self.out if letter < " " and letter != "\n"]
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """JSON lines."""
        assert self.out.isascii()
        return [json.loads(line) for line in self.out.splitlines()]


class Cli:
    """Runs commands in this process. `cli("show", "1")` fails the test unless the exit code is 0 or the given one."""

    def __init__(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
    ) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.home = home

    def __call__(self, *words: str, code: int = 0, stdin: str | None = None) -> Result:
        result = self.any(*words, stdin=stdin)
        assert result.code == code, (words, result)
        return result

    def any(self, *words: str, stdin: str | None = None) -> Result:
        """What a command says, whatever its exit code."""
        if stdin is not None:
            stream = io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogatepass")), encoding="utf-8")
            self._monkeypatch.setattr(sys, "stdin", stream)
        self._capsys.readouterr()
        try:
            found: object = main(words)
        except SystemExit as left:  # argparse
            found = left.code
        printed = self._capsys.readouterr()
        assert isinstance(found, int)
        return Result(int(found), printed.out, printed.err)

    def new(self, name: str = "Emma Clarke", **fields: str) -> int:
        """A new ticket's number."""
        given = {
            "channel": "email",
            "subject": "Double charge",
            "name": name,
            "text": "Charged twice.",
        } | fields
        return int(self("new", "--json", *sets(given)).json()["id"])

    def do(self, ticket: int, action: str, **fields: str) -> Any:  # noqa: ANN401
        """The ticket after the action."""
        return self("do", str(ticket), action, "--json", *sets(fields)).json()


def sets(fields: Mapping[str, str]) -> list[str]:
    """Fields as arguments."""
    return [word for name, value in fields.items() for word in ("--set", f"{name}={value}")]


def run(
    words: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "agent_tui", *words],
        env=os.environ | (environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hundreds of processes start here: the first one compiles the modules for all, into a folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Cli:
    return Cli(capsys, monkeypatch, home)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, _compiled_once: None) -> Path:
    """A home with the sample inbox, to be copied."""
    folder = tmp_path_factory.mktemp("sample") / "home"
    subprocess.run(
        [sys.executable, "-m", "agent_tui", "sample", "--json"],
        env=os.environ | {"AGENT_TUI_HOME": str(folder), "TZ": "UTC", "LANG": "C.UTF-8"},
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def sample(home: Path, sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample inbox is the desk that opens; returns its store."""
    shutil.copytree(sample_home, home)
    monkeypatch.setenv("AGENT_TUI_PROFILE", "sample")
    return home / "data" / "sample" / "store.db"


@pytest.fixture
def store(home: Path) -> Path:
    """Where the store of the profile that opens by itself will be."""
    return home / "data" / "default" / "store.db"
