"""Keys and passphrases: where they are taken from, who may read them, and that nobody ever sees them."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from agent_tui.store.cipher import connect
from tests.cli.conftest import Cli, run

KEY = "ab" * 32
OTHER = "cd" * 32
PASSPHRASE = "correct horse 電池 'staple'"


@pytest.fixture
def key_file(home: Path) -> Path:
    return home / "config" / "keys" / "default.key"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AGENT_TUI_KEY", "AGENT_TUI_PASSPHRASE"):
        monkeypatch.delenv(variable, raising=False)


def test_a_key_from_the_environment_leaves_no_file(
    cli: Cli, key_file: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TUI_KEY", KEY)
    cli.new()
    assert not key_file.exists()
    assert connect(store, bytes.fromhex(KEY)).execute("SELECT count(*) FROM journal").fetchone() == (1,)
    assert "environment" in cli("doctor").out
    monkeypatch.setenv("AGENT_TUI_KEY", OTHER)
    said = cli("tickets", code=5)
    assert "does not open" in said.err
    assert OTHER not in said.err
    monkeypatch.delenv("AGENT_TUI_KEY")
    assert str(key_file) in cli("tickets", code=5).err
    both_languages(cli, "tickets")


def both_languages(cli: Cli, *words: str) -> None:
    english, chinese = (cli("--lang", language, *words, code=5).err for language in ("en", "zh_CN"))
    assert english != chinese


@pytest.mark.parametrize("bad", ["x", "ab" * 31, "ab" * 33, "zz" * 32, "\u0661" * 64, "ab" * 32 + "\n;"])
def test_a_key_that_is_none_is_not_repeated(cli: Cli, monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("AGENT_TUI_KEY", bad)
    said = cli("new", "--channel", "chat", "--subject", "x", "--set", "name=x", code=5)
    assert bad not in said.err or len(bad) == 1
    assert "64" in said.err


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o666])
def test_an_exposed_key_is_refused(cli: Cli, key_file: Path, mode: int) -> None:
    cli.new()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    key_file.chmod(mode)
    said = cli("tickets", code=5)
    assert str(key_file) in said.err
    assert "chmod" in said.err
    both_languages(cli, "tickets")
    assert any(each["weight"] == "bad" for each in cli("doctor", "--json", code=5).json())
    key_file.chmod(0o600)
    cli("tickets")


@pytest.mark.parametrize("content", ["", "hello", "ab" * 31])
def test_a_spoiled_key_file(cli: Cli, key_file: Path, content: str) -> None:
    cli.new()
    key_file.write_text(content)
    said = cli("tickets", code=5)
    assert str(key_file) in said.err
    both_languages(cli, "tickets")


def test_a_lost_key_is_told_and_never_replaced(cli: Cli, key_file: Path) -> None:
    cli.new()
    key = key_file.read_bytes()
    key_file.unlink()
    for words in (
        ("tickets",),
        ("new", "--channel", "chat", "--subject", "x", "--set", "name=x"),
        ("import", __file__),
    ):
        assert "no key" in cli(*words, code=5).err
    assert not key_file.exists()
    key_file.write_bytes(key)
    key_file.chmod(0o600)
    cli("tickets")


def test_lock_and_unlock(cli: Cli, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.new()
    key = key_file.read_text().strip()
    assert "AGENT_TUI_PASSPHRASE" in cli("lock", code=2, stdin="").err
    monkeypatch.setenv("AGENT_TUI_PASSPHRASE", PASSPHRASE)
    assert "default" in cli("lock").out
    assert not key_file.exists()
    locked = key_file.with_name("default.locked")
    assert stat.S_IMODE(locked.stat().st_mode) == 0o600
    assert key.encode() not in locked.read_bytes()
    cli("tickets")
    cli.do(1, "note", text="with the passphrase")
    cli("lock", code=5)  # it is locked already
    for wrong in ("wrong", PASSPHRASE + " ", PASSPHRASE.upper()):
        monkeypatch.setenv("AGENT_TUI_PASSPHRASE", wrong)
        for words in (("tickets",), ("unlock",), ("doctor",), ("export",), ("journal", "--verify")):
            said = cli(*words, code=5)
            assert wrong not in said.err + said.out
        both_languages(cli, "tickets")
    monkeypatch.delenv("AGENT_TUI_PASSPHRASE")
    assert "AGENT_TUI_PASSPHRASE" in cli("tickets", code=5, stdin="").err
    monkeypatch.setenv("AGENT_TUI_PASSPHRASE", PASSPHRASE)
    assert "default" in cli("unlock").out
    assert key_file.read_text().strip() == key
    assert not locked.exists()
    monkeypatch.delenv("AGENT_TUI_PASSPHRASE")
    cli("tickets")
    cli("unlock", code=5)  # it is not locked
    assert cli("journal", "--verify").code == 0


@pytest.mark.parametrize("words", [("doctor",), ("doctor", "--recover"), ("tickets",)])
def test_a_command_asks_for_the_passphrase_once(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return PASSPHRASE

    cli.new()
    monkeypatch.setenv("AGENT_TUI_PASSPHRASE", PASSPHRASE)
    cli("lock")
    monkeypatch.delenv("AGENT_TUI_PASSPHRASE")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", typed)
    cli(*words)
    assert asked == ["Passphrase: "]


def test_a_passphrase_is_written_in_any_form_of_unicode(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.new()
    monkeypatch.setenv("AGENT_TUI_PASSPHRASE", "caf\u00e9")
    cli("lock")
    monkeypatch.setenv("AGENT_TUI_PASSPHRASE", "cafe\u0301")
    cli("tickets")


def test_an_empty_passphrase_protects_nothing(
    cli: Cli, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.new()
    monkeypatch.setenv("AGENT_TUI_PASSPHRASE", "")
    cli("lock", code=2, stdin="")
    assert key_file.exists()


def test_key_and_passphrase_are_never_told(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TUI_KEY", KEY)
    monkeypatch.setenv("AGENT_TUI_PASSPHRASE", PASSPHRASE)
    cli.new()
    told = ""
    for words in (
        ("tickets",),
        ("show", "1"),
        ("show", "1", "--json"),
        ("journal", "--json"),
        ("doctor",),
        ("locate",),
        ("doctor", "--json"),
        ("locate", "--json"),
        ("settings",),
        ("export",),
        ("explain", "1"),
    ):
        said = cli(*words)
        told += said.out + said.err
    for words in (("lock",), ("unlock",)):
        said = cli(*words, code=5)
        told += said.out + said.err
    monkeypatch.setenv("AGENT_TUI_KEY", OTHER)
    said = cli("tickets", code=5)
    told += said.out + said.err
    for secret in (KEY, OTHER, PASSPHRASE):
        assert secret.casefold() not in told.casefold()
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert KEY.encode() not in content
            assert bytes.fromhex(KEY) not in content
            assert PASSPHRASE.encode() not in content


def test_texts_of_customers_are_nowhere_in_the_clear(cli: Cli, home: Path) -> None:
    cli.new("Zyxwvut Kunde", text="Geheimnisvoll", email="zyxwvut@shop.example")
    cli("tickets", "--search", "Geheimnisvoll")
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [
                word
                for word in (b"Zyxwvut", b"zyxwvut", b"Geheimnisvoll", b"geheimnisvoll")
                if word in content
            ]


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_nobody_else_may_read_anything(home: Path, tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        environment = {"AGENT_TUI_PASSPHRASE": PASSPHRASE}
        for words in (
            ["sample"],
            ["--profile", "sample", "tickets", "--search", "TrailFold"],
            ["settings", "agent.name", "Li"],
            ["--profile", "sample", "export", "--output", str(home / "x.xlsx")],
            ["--profile", "sample", "lock"],
            ["--profile", "sample", "do", "1", "take"],
        ):
            done = run(words, environment=environment)
            assert done.returncode == 0, done.stderr
    finally:
        os.umask(before)
    found = [home, *home.rglob("*")]
    assert len([path for path in found if path.is_file()]) >= 4
    for path in found:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
