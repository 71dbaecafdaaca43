"""Where a user's files lie, and that they are the user's alone."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest

from agent_tui import locations


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_one_folder_holds_everything(home: Path) -> None:
    found = locations.locate()
    assert found.settings_file == home / "config" / "settings.toml"
    assert found.keys_dir == home / "config" / "keys"
    assert found.packs_dir == home / "config" / "packs"
    assert found.user_themes_dir == home / "config" / "themes"
    assert found.store_file("default") == home / "data" / "default" / "store.db"
    assert found.lock_file("default") == home / "state" / "default" / "desk.lock"
    assert found.cache_dir == home / "cache"
    assert not home.exists()  # looking creates nothing


def test_the_home_may_be_relative_or_begin_with_a_tilde(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert locations.locate({"AGENT_TUI_HOME": "here"}).config_dir == tmp_path / "here" / "config"
    assert locations.locate({"AGENT_TUI_HOME": "~/desk"}).config_dir == tmp_path / "desk" / "config"


def test_without_a_home_the_platform_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    found = locations.locate({})
    folders = [found.config_dir, found.data_dir, found.state_dir, found.cache_dir]
    assert len(set(folders)) == 4
    assert all("agent_tui" in folder.parts for folder in folders)


@pytest.mark.parametrize("name", ["default", "Müller", "佐藤", "हिन्दी", "eu-west_2.test", "0", "a" * 64])
def test_profile_names(name: str) -> None:
    assert locations.profile_name(name) == name


def test_profile_names_are_composed() -> None:
    assert locations.profile_name("Mu\u0308ller") == "Müller"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../other",
        "a/b",
        "a\\b",
        "a\0b",
        ".hidden",
        "-rf",
        "end.",
        "a b",
        "a" * 65,
        "a" * 1_000_000,
        "CON",
        "lpt1.txt",
        "a\u202eb",
        "a\u200db",
        "\u0301a",
        "c:x",
        "😀",
        "\ud800",
    ],
)
def test_names_that_are_no_profile(name: str) -> None:
    with pytest.raises(locations.InvalidProfileError):
        locations.profile_name(name)
    with pytest.raises(locations.InvalidProfileError):
        locations.locate().store_file(name)


def test_folders_are_private(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        made = locations.private_dir(tmp_path / "a" / "b")
    finally:
        os.umask(old)
    assert mode(made) == mode(tmp_path / "a") == 0o700
    assert locations.private_dir(made) == made


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    folder.chmod(0o750)
    locations.private_dir(folder)
    assert mode(folder) == 0o750


def test_a_file_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        locations.private_dir(tmp_path / "file" / "below")
    with pytest.raises(FileExistsError):
        locations.private_dir(tmp_path / "file")


def test_files_are_private_and_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "key"
    locations.write_private(target, b"first")
    locations.write_private(target, b"second")
    assert target.read_bytes() == b"second"
    assert mode(target) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["key"]


def test_a_file_that_was_open_to_others_is_closed_again(tmp_path: Path) -> None:
    target = tmp_path / "settings.toml"
    target.write_text("x")
    target.chmod(0o644)
    locations.write_private(target, b"y")
    assert mode(target) == 0o600


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "settings.toml"
    link = tmp_path / "settings.toml"
    real.parent.mkdir()
    real.write_text("old")
    link.symlink_to(real)
    locations.write_private(link, b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "key"
    locations.write_private(target, b"old")

    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space left"):
        locations.write_private(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_shipped_folders_are_found() -> None:
    assert locations.themes_dir().is_dir()
    assert locations.packs_dir().is_dir()
    assert locations.samples_dir().is_dir()


def test_shipped_themes_are_textual_themes() -> None:
    from textual.theme import Theme

    files = sorted(locations.themes_dir().glob("*.toml"))
    assert {"dark", "light", "high-contrast", "colour-blind", "monochrome", "ansi-16"} == {
        file.stem for file in files
    }
    for file in files:
        theme = Theme(**tomllib.loads(file.read_text("utf-8")))
        assert theme.name == file.stem
        assert theme.to_color_system().generate()
