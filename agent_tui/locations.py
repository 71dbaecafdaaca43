"""Where everything of a user lives, and how private files are written.

`AGENT_TUI_HOME=DIR` puts configuration, data, state and cache under one folder; without it each
lies where the platform keeps such things.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

HOME_VARIABLE = "AGENT_TUI_HOME"
_APP = "agent_tui"
PRACTICE = "practice"
"""The profile that practice lives in: no desk of real work has this name (POLICY Q4)."""
_PACKAGE = Path(__file__).parent
_LONGEST_PROFILE = 64  # characters; at 4 bytes each it still fits a file name of 255 bytes
# Windows opens a device instead of a file for these names, with or without an extension.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class InvalidProfileError(ValueError):
    """A profile name that can't safely become a folder name. `name` is what was asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"invalid profile name: {name!r}")
        self.name = name


class ReservedProfileError(InvalidProfileError):
    """The name of practice, for a profile of real work."""


class Locations(NamedTuple):
    """The folders of one user. Nothing is created until it is written to."""

    config_dir: Path
    data_dir: Path
    state_dir: Path
    cache_dir: Path

    @property
    def settings_file(self) -> Path:
        return self.config_dir / "settings.toml"

    @property
    def keys_dir(self) -> Path:
        return self.config_dir / "keys"

    @property
    def packs_dir(self) -> Path:
        """The user's own packs, which override the shipped ones file by file."""
        return self.config_dir / "packs"

    @property
    def user_themes_dir(self) -> Path:
        return self.config_dir / "themes"

    def store_file(self, profile: str) -> Path:
        """The encrypted store of `profile`. Raises `InvalidProfileError`."""
        return self.data_dir / profile_name(profile) / "store.db"

    def lock_file(self, profile: str) -> Path:
        """Held by the one desk that may write to `profile`. Raises `InvalidProfileError`."""
        return self.state_dir / profile_name(profile) / "desk.lock"

    def sync_lock_file(self, profile: str) -> Path:
        """Held by the one program that syncs `profile` with its helpdesk. Raises `InvalidProfileError`."""
        return self.state_dir / profile_name(profile) / "sync.lock"


def locate(environ: Mapping[str, str] = os.environ) -> Locations:
    """Return the folders of the user whose environment is `environ`."""
    if home := environ.get(HOME_VARIABLE):
        root = Path(home).expanduser().absolute()
        return Locations(root / "config", root / "data", root / "state", root / "cache")
    from platformdirs import PlatformDirs  # 22 ms, and not needed with AGENT_TUI_HOME

    dirs = PlatformDirs(_APP, appauthor=False)
    # On macOS and Windows several of these are one folder: names below keep the parts from colliding.
    return Locations(
        dirs.user_config_path,
        dirs.user_data_path / "profiles",
        dirs.user_state_path / "state",
        dirs.user_cache_path,
    )


def profile_name(name: str) -> str:
    """Return `name` in NFC, made of letters, digits, `-`, `_`, `.`. Raises `InvalidProfileError` otherwise.

    Letters of every script count, with their marks; a dot neither begins nor ends the name.
    """
    name = unicodedata.normalize("NFC", name[: _LONGEST_PROFILE * 4])
    plain = all(c in "-_." or unicodedata.category(c)[0] in "LMN" for c in name)
    if (
        not plain
        or not 0 < len(name) <= _LONGEST_PROFILE
        or name[0] in ".-"
        or name[-1] == "."
        or unicodedata.category(name[0])[0] == "M"
        or _DEVICES.fullmatch(name)
    ):
        raise InvalidProfileError(name)
    return name


def live_profile(name: str) -> str:
    """`profile_name` of real work. Raises `ReservedProfileError` for the one of practice, `InvalidProfileError`."""
    found = profile_name(name)
    if found.casefold() == PRACTICE:  # many file systems take both spellings for one folder
        raise ReservedProfileError(found)
    return found


def themes_dir() -> Path:
    """Return the folder of the shipped themes: inside an installed package, beside it in a checkout."""
    installed = _PACKAGE / "themes"
    return installed if installed.is_dir() else _PACKAGE.parent / "themes"


def packs_dir() -> Path:
    """Return the folder of the shipped packs."""
    return _PACKAGE / "packs"


def samples_dir() -> Path:
    """Return the folder of the shipped samples."""
    return _PACKAGE / "samples"


def private_dir(path: Path) -> Path:
    """Create `path` and its missing parents for the user alone (0700); return it. Raises `OSError`."""
    missing = []
    folder = path
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing or [path]):  # `path` itself: a file in its place is an error
        folder.mkdir(mode=0o700, exist_ok=True)  # exist_ok: another process may have been faster
    return path


def write_private(path: Path, content: bytes) -> None:
    """Replace the file `path` by `content`, readable for the user alone (0600). Raises `OSError`.

    A reader sees the old content or the new, never a part, even when the power fails. A symbolic link
    stays one: the file that it points to is replaced.
    """
    target = Path(os.path.realpath(path))
    private_dir(target.parent)
    temporary = target.with_name(f".{target.name}.{os.urandom(6).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:  # Ctrl-C included: whatever happened, no half-written file stays behind
        temporary.unlink(missing_ok=True)
        raise
    if os.name != "nt":  # Windows can't open a folder; it keeps the rename by itself
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
