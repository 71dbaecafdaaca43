"""What a start may import: seconds of an agent's day are spent here, and a contract keeps them few."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Each costs 20 to 400 ms, and none is needed to say what a command would do.
HEAVY = frozenset(
    {
        "babel",
        "fasttext",
        "fsrs",
        "hijridate",
        "holidays",
        "httpx",
        "keyring",
        "phonenumbers",
        "platformdirs",
        "plotext",
        "rich",
        "sqlcipher3",
        "stdnum",
        "textual",
        "tinydb",
        "tomlkit",
        "wcwidth",
        "xlsxwriter",
    }
)


def imported_by(code: str, home: Path) -> set[str]:
    """Return the packages that a fresh Python has imported after running `code`."""
    script = f"""
import sys
try:
{chr(10).join("    " + line for line in code.splitlines())}
except SystemExit:
    pass
sys.stdout.flush()
print("\\n".join(["imported:", *sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"AGENT_TUI_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.rpartition("imported:\n")[2].split()}


def run(*arguments: str) -> str:
    return f"from agent_tui.cli.main import main\nmain({list(arguments)!r})"


@pytest.mark.parametrize(
    "module",
    [
        "agent_tui.__main__",
        "agent_tui.formats",
        "agent_tui.i18n",
        "agent_tui.locations",
        "agent_tui.settings",
        "agent_tui.domain.text",
        "agent_tui.guidance.addressing",
        "agent_tui.guidance.etiquette",
        "agent_tui.guidance.hours",
        "agent_tui.packs.culture",
        "agent_tui.packs.theory",
        "agent_tui.practice.making",
        "agent_tui.practice.repetition",
        "agent_tui.practice.stages",
    ],
)
def test_modules_are_light(module: str, home: Path) -> None:
    assert imported_by(f"import {module}", home) & HEAVY == set()


def test_ascii_is_measured_without_tables(home: Path) -> None:
    code = "from agent_tui.domain.text import fit, safe\nfit(safe('Double charge'), 20)"
    assert imported_by(code, home) & HEAVY == set()


def test_widths_are_measured_without_textual(home: Path) -> None:
    found = imported_by("from agent_tui.domain.text import fit, safe\nfit(safe('佐藤'), 20)", home)
    assert found & HEAVY == {"rich"}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_commands_that_need_nothing_import_nothing(arguments: tuple[str, ...], home: Path) -> None:
    assert imported_by(run(*arguments), home) & HEAVY == set()


# What each command may import of the heavy packages, and nothing more; none needs the screens or the network.
STORE = {"sqlcipher3", "tinydb"}
COMMANDS: dict[tuple[str, ...], set[str]] = {
    ("tickets",): STORE,
    ("tickets", "--json"): STORE,
    ("tickets", "--search", "double"): STORE,
    ("show", "1"): STORE | {"babel"},
    ("show", "1", "--json"): STORE,
    ("explain", "1"): STORE | {"babel"},
    ("explain", "C3"): STORE | {"babel"},
    ("explain", "not_verified"): STORE,
    ("similar", "1"): STORE,
    ("handover",): STORE | {"babel"},
    ("zones",): STORE | {"babel", "holidays", "rich"},
    ("journal",): STORE | {"babel", "rich"},  # rich: widths of the signs that are not ASCII
    ("journal", "--verify"): STORE,
    ("do", "1", "note", "--text", "x"): STORE,
    ("new", "--channel", "chat", "--subject", "x", "--set", "name=x"): STORE,
    ("export",): STORE,
    ("save", "1", "1"): STORE,
    ("actions",): STORE,
    ("status",): STORE,
    ("outbox",): STORE,
    ("sync",): STORE,  # nothing is behind the profile
    ("rt", "initialdata"): STORE,
    ("figures",): STORE | {"babel", "rich"},
    ("figures", "--json"): STORE,
    ("qa", "card"): STORE,
    ("qa", "results"): STORE,
    ("etiquette",): STORE | {"rich"},  # it is named Türkiye
    ("etiquette", "1"): STORE | {"babel", "rich"},
    ("phrases", "1", "--json"): STORE | {"babel", "fasttext"},
    ("check", "1", "--text", "Hello Emma, your refund is on its way."): STORE | {"fasttext"},
    ("doctor",): STORE,
    ("locate",): STORE,
    ("settings",): STORE,
    ("settings", "agent.name", "Li"): STORE | {"tomlkit"},
    ("completion", "bash"): STORE | {"shtab"},
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one ticket."""
    folder = tmp_path_factory.mktemp("desk")
    imported_by(run("new", "--channel", "chat", "--subject", "Double charge", "--set", "name=Emma"), folder)
    return folder


@pytest.mark.parametrize("arguments", COMMANDS)
def test_commands_import_what_they_need(arguments: tuple[str, ...], desk: Path) -> None:
    found = imported_by(run(*arguments), desk)
    assert found & (HEAVY | {"asyncio", "charset_normalizer", "shtab", "ssl"}) <= COMMANDS[arguments]
    assert len(found) < 200


def test_an_import_of_plain_mail_needs_no_tables_or_network(desk: Path, tmp_path: Path) -> None:
    mail = tmp_path / "one.eml"
    mail.write_text("From: Emma <e@shop.example>\nSubject: Hi\nMessage-ID: <1@shop.example>\n\nHello\n")
    found = imported_by(run("import", str(mail)), desk)
    assert not found & {"asyncio", "httpx", "keyring", "ssl", "textual", "tomlkit", "xlsxwriter"}
