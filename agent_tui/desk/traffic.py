"""The traffic of an open desk with its helpdesk: what a face holds, from the first frame to the last.

Everything heavy is imported, asked and waited for in a thread of its own. What stands in the way - another program
that syncs, no token, a wrong address - is part of the status, and looked at again by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_tui.desk.core import Desk
from agent_tui.desk.errors import DeskError
from agent_tui.domain.messages import N_, Told
from agent_tui.locations import locate
from agent_tui.store.desklock import DeskLock
from agent_tui.store.errors import StoreBusy, StoreError, StoreUnusable
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import Backend, BackendError
from agent_tui.sync.status import State, Status, counted
from agent_tui.system_errors import reason_of

if TYPE_CHECKING:
    from agent_tui.sync.engine import Engine

_SOON, _LATER = 5.0, 60.0  # seconds until what stands in the way is looked at again

_PATIENCE = 10.0
"""Seconds for which a pause waits for what is under way."""

_BUSY = N_("{holder} syncs this profile already. This desk goes on as soon as that ends.")


class StillSyncing(DeskError):
    text = N_("A request to the helpdesk is still under way. Nothing was changed; try again in a moment.")


class Traffic:
    """The traffic of one open desk of `profile`. All methods may be called from any thread, and return at once.

    `load_file` and `presence` alone ask the helpdesk, so they belong into a thread of the caller's.
    """

    def __init__(
        self,
        desk: Desk,
        profile: str,
        lock: Path | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`lock` is the file that keeps two programs from syncing one profile, where it is not at its usual place."""
        self._desk = desk
        self._profile = profile
        self._now = now
        self._lock = DeskLock(lock or locate().sync_lock_file(profile), now())
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._end = threading.Event()
        self._hurried = False
        self._guard = threading.Lock()  # around the backend
        self._backend: Backend | None = None
        self._token = ""
        self._reached: Connected | None = None  # with what the backend was built
        self._engine: Engine | None = None
        self._examined = False
        self._warning: Told | None = None  # what the helpdesk lacks, though it can be used
        connected = desk.repository.remotes.connection
        self._status = Status(name=connected.name or connected.url if connected is not None else "")

    def start(self) -> None:
        """Begin to sync in the background; call it once the first frame is painted. Again: nothing happens."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, args=(self._end,), name="traffic", daemon=True)
            self._thread.start()

    def stop(self, seconds: float = 2.0) -> None:
        """End the traffic before the store is closed; what is under way is looked after the next time."""
        self._end.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(seconds)
        self._let_go(seconds)

    @contextmanager
    def paused(self, seconds: float = _PATIENCE) -> Iterator[None]:
        """Nobody syncs the profile inside the block, neither this desk nor another program; then it goes on.

        Waits up to `seconds` for what is under way. Raises StillSyncing, StoreBusy while another program syncs,
        LockUnsupported, StoreUnusable.
        """
        thread, engine = self._thread, self._engine
        try:
            self.stop(seconds)
            ended = engine is None or engine.stop(seconds)
            if not ended or (thread is not None and thread.is_alive()):
                raise StillSyncing
            try:
                self._lock.acquire()
            except OSError as error:
                raise StoreUnusable(self._lock.path, reason_of(error)) from error
            try:
                yield
            finally:
                self._lock.release()
        finally:
            self._thread, self._end = None, threading.Event()  # an old thread still ends by its own
            self._wake.clear()
            if thread is not None:
                self.start()

    def status(self) -> Status:
        """How things stand; cheap enough to be asked every second."""
        engine = self._engine
        if engine is None:
            return counted(self._status, self._desk.repository)
        status = engine.status()
        return status if status.state is not State.ONLINE else replace(status, problem=self._warning)

    def hurry(self) -> None:
        """Try everything now that waits for its time: what is to be sent, and what stands in the way."""
        self._hurried = True
        self._wake.set()

    def load_file(self, digest: str) -> None:
        """Bring the bytes of an attachment here that stayed on the helpdesk: `repository.blob` has them then.

        Asks the helpdesk. Raises BackendError (offline, above all), DeskError without a token, StoreError.
        """
        from agent_tui.desk import connecting

        connecting.load_file(self._desk, self._backend_now(), digest)

    def presence(self, ticket: int) -> Sequence[str]:
        """Who else has a ticket open, as far as the helpdesk can tell. Asks it; nobody is told when it can't answer."""
        remote = self._desk.repository.remotes.there(ticket)
        if remote is None or self._engine is None:
            return ()
        try:
            backend = self._backend_now()
            return backend.presence(remote) if backend.capabilities.presence else ()
        except (BackendError, DeskError):
            return ()

    # In the thread

    def _run(self, end: threading.Event) -> None:
        pause = _SOON
        while not end.is_set():
            hurried, self._hurried = self._hurried, False
            try:
                pause = self._look(pause, end, hurried=hurried)
            except StoreError as error:  # a full disk, say: the engine tells of it too
                self._hindered(State.BLOCKED, error.told)
                self._hurried = hurried
                pause = _SOON
            self._wake.wait(pause)
            self._wake.clear()
        if end is self._end:
            self._let_go()

    def _look(self, pause: float, end: threading.Event, *, hurried: bool) -> float:
        """Begin, or hurry what goes on already; returns in how many seconds to look again."""
        engine = self._engine
        if engine is not None and engine.status().state is State.BLOCKED:
            if hurried or pause == _LATER:
                self._renew()
            pause = _LATER
        engine = self._engine
        if engine is None:
            return self._begin(end)
        if hurried:
            engine.hurry()
        if not self._examined and engine.status().state is State.ONLINE:
            self._examine()
        return pause

    def _examine(self) -> None:
        """Ask once whether anything has changed since connecting that people should know: rights, fields, the clock."""
        from agent_tui.desk import connecting

        try:
            backend = self._backend_now()
            standing = connecting.examine(backend, self._now(), self._reached)
        except (BackendError, DeskError):  # whatever it is, the engine meets it too, and tells
            return
        self._examined = True
        self._warning = next(iter(standing.warnings), None)
        remotes, version = self._desk.repository.remotes, standing.identity.version
        if self._reached is not None and self._reached.version != version:
            self._reached = replace(self._reached, version=version)
            with self._desk.repository.transaction():
                if (connected := remotes.connection) is not None:
                    remotes.connection = replace(connected, version=version)

    def _begin(self, end: threading.Event) -> float:
        """Try to set the engine to work; returns in how many seconds to look again."""
        from agent_tui.desk import connecting  # with all that speaks to a helpdesk, after the first frame

        try:
            try:
                self._lock.acquire()
            except OSError as error:
                raise StoreUnusable(self._lock.path, reason_of(error)) from error
            backend = self._backend_now()
            engine = connecting.engine_of(self._desk, backend)
        except StoreBusy as busy:  # it goes away by itself
            self._hindered(State.STARTING, Told(_BUSY, {"holder": busy.told.details["holder"]}))
            return _SOON
        except (BackendError, DeskError, StoreError) as error:
            self._lock.release()
            self._hindered(State.BLOCKED, error.told)
            return _LATER
        with self._guard:
            if not end.is_set():
                engine.start()
                self._engine = engine
        return _SOON

    def _hindered(self, state: State, problem: Told) -> None:
        since = self._status.since or self._now() if state is State.BLOCKED else None
        self._status = replace(self._status, state=state, since=since, problem=problem)

    def _renew(self) -> None:
        """Begin anew if somebody connected again meanwhile, with another token or certificate."""
        from agent_tui.desk import connecting

        try:
            connected = self._desk.repository.remotes.connection
            token = connecting.token_of(self._profile, connected) if connected is not None else ""
        except (DeskError, StoreError):
            return
        if (connected, token) != (self._reached, self._token):
            self._let_go()

    def _backend_now(self) -> Backend:
        """The way to the helpdesk, built when somebody first needs it."""
        from agent_tui.desk import connecting

        with self._guard:
            if self._backend is not None:
                return self._backend
        connected = self._desk.repository.remotes.connection
        if connected is None:
            raise connecting.NotConnected
        token = connecting.token_of(self._profile, connected)  # a keyring may take its time
        backend = connecting.backend_of(connected, token)
        with self._guard:
            if self._backend is None:
                self._backend, self._reached, self._token = backend, connected, token
            return self._backend

    def _let_go(self, seconds: float = 2.0) -> None:
        self._examined = False
        with self._guard:
            engine, self._engine = self._engine, None
            backend, self._backend = self._backend, None
        if engine is not None:
            engine.stop(seconds)
        if backend is not None:
            backend.close()
        self._lock.release()
