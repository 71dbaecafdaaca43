"""The system's keyring, if there is a real one, within a few seconds.

`keyring` costs 134 ms to import and may ask a desktop that nobody sits at: it is asked only when no key
file exists, and in a thread of its own that is given up on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar, cast

SERVICE = "agent-tui"
SECONDS = 5.0
# Back ends that keep nothing, or keep it readable.
_UNREAL = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")

Answer = TypeVar("Answer")


class KeyringFailed(Exception):
    """The keyring could not do it, or did not answer. Says which error it was, never what it held."""


class Backend(Protocol):
    """A back end of the package `keyring`, as far as it is used here."""

    priority: float

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


class Keyring(Protocol):
    """What a profile's key needs of a keyring. Its methods raise `KeyringFailed`."""

    def get(self, profile: str) -> str | None: ...
    def set(self, profile: str, secret: str) -> None: ...
    def delete(self, profile: str) -> None: ...


class SystemKeyring:
    """The keyring of this machine, behind the package `keyring`."""

    def __init__(self, backend: Backend, seconds: float = SECONDS) -> None:
        self._backend = backend
        self._seconds = seconds

    def get(self, profile: str) -> str | None:
        """The profile's secret; None if the keyring has none."""
        return within(self._seconds, lambda: self._backend.get_password(SERVICE, profile))

    def set(self, profile: str, secret: str) -> None:
        """Keep a secret for the profile."""
        within(self._seconds, lambda: self._backend.set_password(SERVICE, profile, secret))

    def delete(self, profile: str) -> None:
        """Forget the profile's secret."""
        within(self._seconds, lambda: self._backend.delete_password(SERVICE, profile))


def system_keyring(seconds: float = SECONDS) -> Keyring | None:
    """The machine's keyring; None if there is no real one: a bare SSH session has none."""
    try:
        backend = within(seconds, _choose)
        real = within(seconds, lambda: is_real(backend))
    except KeyringFailed:
        return None
    return SystemKeyring(backend, seconds) if real else None


def is_real(backend: Backend) -> bool:
    """Whether a back end keeps secrets, and keeps them encrypted."""
    module = type(backend).__module__
    if module == "keyring.backends.chainer":
        chained: list[Backend] = list(getattr(backend, "backends", ()))
        # The chain hands a secret to its first member.
        return bool(chained) and is_real(chained[0])
    return not module.startswith(_UNREAL) and backend.priority > 0


def within(seconds: float, ask: Callable[[], Answer]) -> Answer:
    """What `ask` returns, if it does so in time. Raises `KeyringFailed`."""
    from concurrent.futures import Future  # with `logging`, 2 ms

    answer: Future[Answer] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # noqa: BLE001  back ends are plug-ins: it is handed on, whatever it is
            answer.set_exception(error)

    # Not an executor's thread: those are waited for when the program ends.
    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        error = answer.exception(timeout=seconds)
    except TimeoutError:
        raise KeyringFailed(f"it did not answer within {seconds:.0f} s") from None
    if error is not None:
        # Only the kind: a back end's message may hold what it was asked to keep.
        raise KeyringFailed(type(error).__name__) from None
    return answer.result()


def _choose() -> Backend:
    import keyring  # 134 ms

    return cast(Backend, keyring.get_keyring())
