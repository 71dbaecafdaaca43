"""Where a profile's key comes from, where it goes, and that it is seen nowhere else."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from agent_tui.store import keys
from agent_tui.store.errors import (
    ExposedKey,
    KeyProblem,
    NoKey,
    PassphraseNeeded,
    StoreError,
    WrongPassphrase,
)
from agent_tui.store.keyring_access import KeyringFailed, SystemKeyring, is_real, system_keyring, within
from agent_tui.store.keys import KeyPlaces, create_key, find_key, is_locked, lock, unlock

KEY = bytes(range(32))


class MemoryKeyring:
    """A keyring that works, or that fails with what it is told to."""

    def __init__(self, error: str = "") -> None:
        self.kept: dict[str, str] = {}
        self.error = error

    def _answer(self) -> None:
        if self.error:
            raise KeyringFailed(self.error)

    def get(self, profile: str) -> str | None:
        self._answer()
        return self.kept.get(profile)

    def set(self, profile: str, secret: str) -> None:
        self._answer()
        self.kept[profile] = secret

    def delete(self, profile: str) -> None:
        self._answer()
        del self.kept[profile]


def places(tmp_path: Path, keyring: MemoryKeyring | None = None, **environment: str) -> KeyPlaces:
    return KeyPlaces("li", tmp_path / "config", environment, lambda: keyring)


def no_keyring() -> MemoryKeyring:
    raise AssertionError("the keyring was asked although a file has the key")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_key_goes_to_a_private_file_where_no_keyring_is(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        key = create_key(places(tmp_path))
    finally:
        os.umask(before)
    file = tmp_path / "config" / "keys" / "li.key"
    assert file.read_text() == key.hex() + "\n"
    assert (mode(file), mode(file.parent)) == (0o600, 0o700)
    assert len(key) == 32
    assert find_key(places(tmp_path)) == key


def test_a_new_key_goes_to_a_real_keyring_and_to_no_file(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    key = create_key(places(tmp_path, keyring))
    assert keyring.kept == {"li": key.hex()}
    assert not (tmp_path / "config").exists()
    assert find_key(places(tmp_path, keyring)) == key


def test_a_keyring_that_fails_is_passed_over_for_a_new_key(tmp_path: Path) -> None:
    key = create_key(places(tmp_path, MemoryKeyring("it did not answer within 5 s")))
    assert find_key(places(tmp_path)) == key


def test_a_keyring_that_fails_is_told_when_the_key_may_be_in_it(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match=r"locked out.*AGENT_TUI_KEY"):
        find_key(places(tmp_path, MemoryKeyring("locked out")))


def test_the_environment_counts_first_then_the_file_then_the_locked_key_then_the_keyring(
    tmp_path: Path,
) -> None:
    keyring = MemoryKeyring()
    kept = create_key(places(tmp_path, keyring))
    locked = KeyPlaces("li", tmp_path / "config", {}, lambda: None)
    locked.file.parent.mkdir(parents=True)
    for_file = bytes(32)
    locked.file.write_text("11" * 32)
    locked.file.chmod(0o600)
    lock(locked, "open sesame")
    assert find_key(places(tmp_path, keyring), lambda: "open sesame") == bytes([0x11]) * 32
    locked.file.write_text(for_file.hex())
    locked.file.chmod(0o600)
    assert find_key(KeyPlaces("li", tmp_path / "config", {}, no_keyring)) == for_file
    assert find_key(places(tmp_path, keyring, AGENT_TUI_KEY=KEY.hex().upper())) == KEY
    locked.file.unlink()
    locked.locked.unlink()
    assert find_key(places(tmp_path, keyring)) == kept


def test_an_existing_key_is_never_replaced(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    create_key(places(tmp_path, keyring))
    with pytest.raises(KeyProblem, match="never replaced"):
        create_key(places(tmp_path, keyring))
    create_key(places(tmp_path))
    with pytest.raises(KeyProblem, match="never replaced"):
        create_key(places(tmp_path))


@pytest.mark.parametrize("text", ["", "xyz", "0" * 63, "0" * 65, "g" * 64, "é" * 32])
def test_a_key_that_is_none_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    where = places(tmp_path)
    where.file.parent.mkdir(parents=True)
    where.file.write_text(text)
    where.file.chmod(0o600)
    with pytest.raises(KeyProblem, match="64 hexadecimal digits") as told:
        find_key(where)
    assert not text or text not in str(told.value)
    if text:
        with pytest.raises(KeyProblem, match="AGENT_TUI_KEY does not hold"):
            find_key(places(tmp_path, AGENT_TUI_KEY=text))


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o666, 0o620])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, bits: int) -> None:
    where = places(tmp_path)
    create_key(where)
    where.file.chmod(bits)
    with pytest.raises(ExposedKey, match="chmod 600"):
        find_key(where)


def test_no_key_anywhere_is_told_with_the_places(tmp_path: Path) -> None:
    with pytest.raises(NoKey, match=r"li\.key"):
        find_key(places(tmp_path))


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../x", "a\\b"])
def test_a_profile_name_can_not_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyProblem, match="plain word"):
        KeyPlaces(name, tmp_path)


@pytest.mark.parametrize(
    "passphrase", ["correct horse", "it's", "密码 短语", "x'" + "00" * 32 + "'", '"; --', "p" * 500]
)
def test_locking_and_unlocking_gives_the_same_key_back(tmp_path: Path, passphrase: str) -> None:
    where = places(tmp_path)
    key = create_key(where)
    lock(where, passphrase)
    assert [file.name for file in where.file.parent.iterdir()] == ["li.locked"]
    assert mode(where.locked) == 0o600
    assert is_locked(where)
    assert find_key(where, lambda: passphrase) == key
    assert find_key(places(tmp_path, AGENT_TUI_PASSPHRASE=passphrase)) == key
    assert key.hex().encode() not in where.locked.read_bytes()
    assert key not in where.locked.read_bytes()
    for wrong in (passphrase + "x", passphrase.upper() + "!"):
        with pytest.raises(WrongPassphrase, match=r"li\.locked"):
            find_key(where, lambda wrong=wrong: wrong)  # type: ignore[misc]
    with pytest.raises(WrongPassphrase):
        unlock(where, "wrong")
    unlock(where, passphrase)
    assert [file.name for file in where.file.parent.iterdir()] == ["li.key"]
    assert find_key(where) == key
    assert not is_locked(where)


def test_an_accent_typed_in_two_ways_is_one_passphrase(tmp_path: Path) -> None:
    where = places(tmp_path)
    key = create_key(where)
    lock(where, "caf\u00e9")
    assert find_key(where, lambda: "cafe\u0301") == key


def test_locking_takes_the_key_out_of_the_keyring_and_unlocking_puts_it_back(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    where = places(tmp_path, keyring)
    key = create_key(where)
    lock(where, "a b c")
    assert keyring.kept == {}
    unlock(where, "a b c")
    assert keyring.kept == {"li": key.hex()}
    assert not where.locked.exists()


@pytest.mark.parametrize("answer", [None, ""])
def test_a_locked_key_needs_a_passphrase(tmp_path: Path, answer: str | None) -> None:
    where = places(tmp_path)
    create_key(where)
    lock(where, "a")
    for ask in (None, lambda: answer):
        with pytest.raises(PassphraseNeeded, match="AGENT_TUI_PASSPHRASE"):
            find_key(where, ask)


def test_locking_is_refused_where_it_would_protect_nothing_or_lose_a_key(tmp_path: Path) -> None:
    where = places(tmp_path)
    with pytest.raises(NoKey):
        lock(where, "a")
    with pytest.raises(KeyProblem, match="comes from AGENT_TUI_KEY"):
        lock(places(tmp_path, AGENT_TUI_KEY=KEY.hex()), "a")
    with pytest.raises(KeyProblem, match="not locked"):
        unlock(where, "a")
    key = create_key(where)
    with pytest.raises(KeyProblem, match="empty"):
        lock(where, "")
    lock(places(tmp_path, AGENT_TUI_KEY=KEY.hex()), "a")  # locks the file's key, not the environment's
    assert find_key(where, lambda: "a") == key
    with pytest.raises(KeyProblem, match="locked already"):
        lock(where, "b")
    where.file.write_text(KEY.hex())
    where.file.chmod(0o600)
    with pytest.raises(KeyProblem, match="another key"):
        unlock(where, "a")
    assert find_key(where) == KEY


def test_a_key_stays_open_if_its_locked_form_can_not_be_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = places(tmp_path)
    key = create_key(where)
    monkeypatch.setattr(keys, "_read_locked", lambda *_: bytes(32))
    with pytest.raises(KeyProblem, match="read back"):
        lock(where, "a")
    assert find_key(where) == key


def test_a_keyring_that_keeps_its_copy_is_told(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    where = places(tmp_path, keyring)
    key = create_key(where)

    def refuse(profile: str) -> None:
        raise KeyringFailed("PasswordDeleteError")

    keyring.delete = refuse  # type: ignore[method-assign]
    with pytest.raises(KeyProblem, match="kept its copy"):
        lock(where, "a")
    assert find_key(where, lambda: "a") == key


def test_a_broken_locked_file_is_no_traceback(tmp_path: Path) -> None:
    where = places(tmp_path)
    create_key(where)
    lock(where, "a")
    where.locked.write_bytes(b"")
    with pytest.raises(StoreError):
        find_key(where, lambda: "a")
    where.locked.write_bytes(os.urandom(5_000))
    with pytest.raises(WrongPassphrase):
        find_key(where, lambda: "a")


def test_nothing_shows_a_key(tmp_path: Path) -> None:
    where = places(tmp_path, AGENT_TUI_KEY=KEY.hex())
    assert KEY.hex() not in repr(where)


# -- the keyring of the system ---------------------------------------------------------------------------


def backend(module: str, priority: float = 5.0, **extra: object) -> object:
    kind = type("Keyring", (), {"__module__": module, "priority": priority, **extra})
    return kind()


def test_a_keyring_that_keeps_nothing_or_in_the_clear_is_not_real() -> None:
    secret_service = backend("keyring.backends.SecretService")
    plaintext = backend("keyrings.alt.file", 0.5)
    assert is_real(secret_service)  # type: ignore[arg-type]
    assert is_real(backend("keyring.backends.chainer", 10, backends=[secret_service, plaintext]))  # type: ignore[arg-type]
    for unreal in (
        plaintext,
        backend("keyring.backends.fail", 0),
        backend("keyring.backends.null", -1),
        backend("keyring.backends.chainer", 10, backends=[]),
        backend("keyring.backends.chainer", 10, backends=[plaintext, secret_service]),
    ):
        assert not is_real(unreal)  # type: ignore[arg-type]


def test_without_a_desktop_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    code = "from agent_tui.store.keyring_access import system_keyring; print(system_keyring())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "None\n", done.stderr
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Backend")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "None\n", done.stderr


def test_the_answer_of_a_backend_arrives_and_its_errors_say_only_their_kind() -> None:
    class Strange(Exception):
        pass

    class Backend:
        priority = 1.0

        def get_password(self, service: str, username: str) -> str | None:
            return f"{service}/{username}"

        def set_password(self, service: str, username: str, password: str) -> None:
            raise Strange(password)

        def delete_password(self, service: str, username: str) -> None:
            raise SystemExit(3)

    keyring = SystemKeyring(Backend())
    assert keyring.get("li") == "agent-tui/li"
    with pytest.raises(KeyringFailed, match=r"^Strange$"):
        keyring.set("li", "secret")
    with pytest.raises(KeyringFailed, match=r"^SystemExit$"):
        keyring.delete("li")


def test_a_backend_that_waits_for_nobody_is_given_up_on() -> None:
    release = threading.Event()
    try:
        with pytest.raises(KeyringFailed, match="did not answer"):
            within(0.05, release.wait)
    finally:
        release.set()


def test_a_hanging_keyring_does_not_keep_the_program_from_ending() -> None:
    code = (
        "import time\n"
        "from agent_tui.store.keyring_access import KeyringFailed, within\n"
        "try: within(0.05, lambda: time.sleep(600))\n"
        "except KeyringFailed: print('given up')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "given up\n"


def test_finding_a_key_in_a_file_does_not_import_keyring(tmp_path: Path) -> None:
    create_key(places(tmp_path))
    code = (
        "import sys; from pathlib import Path; from agent_tui.store.keys import KeyPlaces, find_key\n"
        "find_key(KeyPlaces('li', Path(sys.argv[1]), {})); print('keyring' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "config")], capture_output=True, text=True
    )
    assert done.stdout == "False\n", done.stderr


def test_asking_this_machine_gives_an_answer() -> None:
    assert system_keyring() is None or isinstance(system_keyring(), SystemKeyring)
