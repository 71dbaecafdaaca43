"""Where a profile's key is kept: 32 random bytes that open its store.

Looked for in this order, and the first that is there counts:
1. the environment variable AGENT_TUI_KEY (64 hexadecimal digits),
2. the key file `<config>/keys/<profile>.key`, which only its owner may read,
3. the key under a passphrase, `<config>/keys/<profile>.locked` (`agent-tui lock`),
4. the system's keyring, where a real one exists.
A new key goes to the keyring, else to the key file: apart from the store, so that a copy of the data
folder alone says nothing. A key is never part of an error, a log or a command line.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path

from agent_tui.locations import private_dir, write_private
from agent_tui.store.cipher import KEY_BYTES, Error, connect_passphrase, is_damage, translated
from agent_tui.store.errors import (
    ExposedKey,
    KeyProblem,
    NoKey,
    PassphraseNeeded,
    WrongPassphrase,
)
from agent_tui.store.files import private_file, sync_folder
from agent_tui.store.keyring_access import Keyring, KeyringFailed, system_keyring

KEY_VARIABLE = "AGENT_TUI_KEY"
PASSPHRASE_VARIABLE = "AGENT_TUI_PASSPHRASE"  # noqa: S105  its name, not its value

_HEXADECIMAL = re.compile(f"[0-9A-Fa-f]{{{2 * KEY_BYTES}}}")

AskPassphrase = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class KeyPlaces:
    """Where the key of one profile may be. `config` is agent-tui's folder of settings."""

    profile: str
    config: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    keyring: Callable[[], Keyring | None] = system_keyring

    def __post_init__(self) -> None:
        """Refuse a profile name that would lead out of the folder."""
        if self.profile in ("", ".", "..") or "/" in self.profile or "\\" in self.profile:
            raise KeyProblem(self.profile, "a profile's name is one plain word")

    @property
    def file(self) -> Path:
        """The key file."""
        return self.config / "keys" / f"{self.profile}.key"

    @property
    def locked(self) -> Path:
        """The key under a passphrase."""
        return self.config / "keys" / f"{self.profile}.locked"


def find_key(places: KeyPlaces, ask: AskPassphrase | None = None) -> bytes:
    """The profile's key. `ask` is how a face gets a passphrase, if one is needed.

    Raises `NoKey`, `ExposedKey`, `PassphraseNeeded`, `WrongPassphrase`, or `KeyProblem` with the reason.
    """
    given = places.environment.get(KEY_VARIABLE)
    if given:
        return _parse(places, given, KEY_VARIABLE)
    if places.file.exists():
        return _read_file(places)
    if places.locked.exists():
        return _read_locked(places, _passphrase(places, ask))
    kept = _ask_keyring(places)
    if kept is None:
        raise NoKey(places.profile, places.file)
    return _parse(places, kept, "the keyring")


def derived(environment: Mapping[str, str], purpose: str) -> Mapping[str, str]:
    """The environment with another key in AGENT_TUI_KEY, made of the one there and a purpose; it leads to no other.

    One variable serves every profile: who got hold of a key that was made of it opens nothing but what it is for.
    """
    given = environment.get(KEY_VARIABLE, "").strip()
    if not _HEXADECIMAL.fullmatch(given):  # none, or one that `find_key` refuses as it stands
        return environment
    made = blake2b(purpose.encode(), key=bytes.fromhex(given), digest_size=KEY_BYTES)
    return {**environment, KEY_VARIABLE: made.hexdigest()}


def is_locked(places: KeyPlaces) -> bool:
    """Whether `find_key` will need a passphrase."""
    return not (places.environment.get(KEY_VARIABLE) or places.file.exists()) and places.locked.exists()


def create_key(places: KeyPlaces) -> bytes:
    """Make the key of a new profile and keep it. With AGENT_TUI_KEY set, that is the key.

    Raises `KeyProblem` if the profile has a key already: another one would make its store unreadable.
    """
    given = places.environment.get(KEY_VARIABLE)
    if given:
        return _parse(places, given, KEY_VARIABLE)
    if places.file.exists() or places.locked.exists():
        raise KeyProblem(places.profile, "there is a key already, and it is never replaced.")
    try:
        kept = _ask_keyring(places)
    except KeyProblem:
        kept = None  # a keyring that can't answer can't keep the new key either: the file does
    if kept is not None:
        raise KeyProblem(places.profile, "the keyring has a key already, and it is never replaced.")
    key = os.urandom(KEY_BYTES)
    _keep(places, key)
    return key


def lock(places: KeyPlaces, passphrase: str) -> None:
    """Put the key under a passphrase, and take it out of the key file and the keyring.

    The locked key is on disk and read back before the open one is removed. Raises `KeyProblem`.
    """
    if not passphrase:
        raise KeyProblem(places.profile, "an empty passphrase protects nothing. Choose a longer one.")
    if places.locked.exists() and not places.file.exists():
        raise KeyProblem(places.profile, "it is locked already. Unlock it first to change its passphrase.")
    kept = replace(places, environment={})  # what is locked away must be what is removed
    try:
        key = find_key(kept)
    except NoKey:
        if KEY_VARIABLE in places.environment:
            raise KeyProblem(
                places.profile, f"it comes from {KEY_VARIABLE}: there is nothing to lock."
            ) from None
        raise
    private_dir(places.locked.parent)
    write_private(places.locked, _wrapped(places, key, passphrase))
    if _read_locked(places, passphrase) != key:
        raise KeyProblem(places.profile, "the locked key could not be read back. The open key was kept.")
    if places.file.exists():
        _shred(places.file)
        return
    keyring = places.keyring()
    if keyring is not None:
        try:
            keyring.delete(places.profile)
        except KeyringFailed as error:
            reason = f"it is locked now, but the keyring kept its copy ({error}). Delete it there."
            raise KeyProblem(places.profile, reason) from error


def unlock(places: KeyPlaces, passphrase: str) -> None:
    """Undo `lock`: keep the key in the keyring or the key file again, without a passphrase."""
    if not places.locked.exists():
        raise KeyProblem(places.profile, "it is not locked.")
    key = _read_locked(places, passphrase)
    if not places.file.exists():
        _keep(places, key)
    elif _read_file(places) != key:
        raise KeyProblem(places.profile, f"{places.file} holds another key. Move it away first.")
    _shred(places.locked)


def _keep(places: KeyPlaces, key: bytes) -> None:
    keyring = places.keyring()
    if keyring is not None:
        try:
            if keyring.get(places.profile) is None:
                keyring.set(places.profile, key.hex())
            if keyring.get(places.profile) == key.hex():
                return
        except KeyringFailed:
            pass  # locked, or of a desktop nobody sits at: the file is the place where that is so
    private_dir(places.file.parent)
    write_private(places.file, key.hex().encode() + b"\n")


def _ask_keyring(places: KeyPlaces) -> str | None:
    keyring = places.keyring()
    if keyring is None:
        return None
    try:
        return keyring.get(places.profile)
    except KeyringFailed as error:
        reason = f"the keyring failed: {error}. Unlock the keyring, or set {KEY_VARIABLE}."
        raise KeyProblem(places.profile, reason) from error


def _parse(places: KeyPlaces, text: str, source: str) -> bytes:
    digits = text.strip()
    if len(digits) == 2 * KEY_BYTES:
        try:
            return bytes.fromhex(digits)
        except ValueError:
            pass  # told below, without the value that the exception holds
    raise KeyProblem(places.profile, f"{source} does not hold {2 * KEY_BYTES} hexadecimal digits.")


def _read_file(places: KeyPlaces) -> bytes:
    with places.file.open(encoding="ascii", errors="replace") as file:
        mode = os.fstat(file.fileno()).st_mode & 0o777
        if os.name == "posix" and mode & 0o077:
            raise ExposedKey(places.file, mode)
        return _parse(places, file.read(), str(places.file))


def _passphrase(places: KeyPlaces, ask: AskPassphrase | None) -> str:
    given = places.environment.get(PASSPHRASE_VARIABLE) or (ask() if ask else None)
    if not given:
        raise PassphraseNeeded(places.profile)
    return given


def _typed(passphrase: str) -> str:
    # One keyboard sends é as one character, another as two.
    return unicodedata.normalize("NFC", passphrase).replace("\0", "")


def _wrapped(places: KeyPlaces, key: bytes, passphrase: str) -> bytes:
    """The bytes of a SQLCipher file that holds the key, encrypted through SQLCipher's key derivation."""
    draft = places.locked.with_name(f"{places.locked.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    with translated(draft, system=True, writing=True):
        private_file(draft)
        try:
            connection = connect_passphrase(draft, _typed(passphrase))
            try:
                connection.execute("CREATE TABLE kept (key TEXT NOT NULL)")
                connection.execute("INSERT INTO kept VALUES (?)", (key.hex(),))
            finally:
                connection.close()
            return draft.read_bytes()
        finally:
            draft.unlink()


def _read_locked(places: KeyPlaces, passphrase: str) -> bytes:
    path = places.locked
    with translated(path, system=True):
        connection = connect_passphrase(path, _typed(passphrase))
        try:
            row = connection.execute("SELECT key FROM kept").fetchone()
        except Error as error:
            if is_damage(error):
                # A wrong passphrase and a broken file look the same; the first is what happens.
                raise WrongPassphrase(path) from None
            row = None  # an empty file: it has no table
        finally:
            connection.close()
    if row is None:
        raise KeyProblem(places.profile, f"{path} holds no key. Put back a copy of that file.")
    return _parse(places, str(row[0]), str(path))


def _shred(path: Path) -> None:
    """Overwrite and remove a small secret file. A file system that copies on write may keep the old bytes."""
    with path.open("r+b") as file:
        size = os.fstat(file.fileno()).st_size
        file.write(b"\0" * size)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)
