"""A real pseudo-terminal in which commands run, and the bytes that reach it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# Imports everything once; then each request is a child of its own on a new pseudo-terminal.
STAGE = r"""
import contextlib, fcntl, io, json, os, pty, struct, sys, termios

from agent_tui.cli.main import main

with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    main(["tickets"])

def play(request):
    os.environ.update(request["environment"])
    os.environ.pop("COLUMNS", None)
    os.chdir(request["folder"])
    for stream, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        number = ("stdin", "stdout", "stderr").index(stream)
        errors = "backslashreplace" if number == 2 else "strict"
        setattr(sys, stream, open(number, mode, encoding="utf-8", errors=errors, closefd=False))
    try:
        code = main([bytes.fromhex(word).decode("utf-8", "surrogateescape") for word in request["words"]])
    except SystemExit as left:
        code = left.code
    sys.stdout.flush()
    sys.stderr.flush()
    return code

for line in sys.stdin:
    request = json.loads(line)
    child, terminal = pty.fork()
    if child == 0:
        code = 99
        try:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, request["columns"], 0, 0))
            code = play(request)
        finally:
            os._exit(code)
    seen = b""
    with contextlib.suppress(OSError):  # the child has closed its side
        while piece := os.read(terminal, 65536):
            seen += piece
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps({"code": code, "seen": seen.hex()}), flush=True)
"""


@dataclass(frozen=True)
class Seen:
    """An exit code, and what reached the terminal."""

    code: int
    bytes: bytes

    @property
    def text(self) -> str:
        return self.bytes.decode()


class Terminal:
    """Runs commands on a pseudo-terminal of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stage = subprocess.Popen(
            [sys.executable, "-c", STAGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, *words: str | bytes, columns: int = 80) -> Seen:
        raw = [word.encode("utf-8", "surrogateescape") if isinstance(word, str) else word for word in words]
        names = ("AGENT_TUI_HOME", "AGENT_TUI_PROFILE", "AGENT_TUI_KEY", "TZ", "LANG", "HOME")
        request = {
            "words": [word.hex() for word in raw],
            "columns": columns,
            "folder": str(self._folder),
            "environment": {name: os.environ[name] for name in names if name in os.environ},
        }
        assert self._stage.stdin is not None
        assert self._stage.stdout is not None
        self._stage.stdin.write(json.dumps(request) + "\n")
        self._stage.stdin.flush()
        answer = json.loads(self._stage.stdout.readline())
        return Seen(answer["code"], bytes.fromhex(answer["seen"]))

    def close(self) -> None:
        self._stage.communicate()


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hundreds of processes start here: the first one compiles the modules for all, into a folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture(scope="module")
def _terminal(tmp_path_factory: pytest.TempPathFactory, _compiled_once: None) -> Iterator[Terminal]:
    folder = tmp_path_factory.mktemp("terminal")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AGENT_TUI_HOME", str(folder / "home"))
        terminal = Terminal(folder)
    yield terminal
    terminal.close()


@pytest.fixture
def terminal(_terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("AGENT_TUI_PROFILE", raising=False)
    return _terminal
