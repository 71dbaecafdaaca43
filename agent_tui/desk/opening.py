"""Opening a desk: the profile's key, its store, the policy, and the agent who sits there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from time import sleep

import msgspec

from agent_tui import __version__
from agent_tui.desk.core import Desk
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.policy import Policy
from agent_tui.packs.days_off import PublicHolidays
from agent_tui.packs.policies import load_policy
from agent_tui.store import open_store
from agent_tui.store.database import Database
from agent_tui.store.desklock import DeskLock
from agent_tui.store.errors import LockUnsupported, NoSuchProfile, StoreBusy
from agent_tui.store.keys import AskPassphrase, KeyPlaces, create_key, find_key
from agent_tui.store.repository import Repository

_PAUSE = 0.02  # seconds between two looks at a lock
_TRIES = 500
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)  # nobody asks since when a profile is being made


class Place(msgspec.Struct, frozen=True):
    """Where a profile is: its store, the folder that holds the keys' folder, and the user's packs.

    `environment` is where a key or passphrase may stand; that of the process when None.
    """

    profile: str
    store: Path
    config: Path
    packs: Path
    environment: Mapping[str, str] | None = None

    @property
    def keys(self) -> KeyPlaces:
        """Where its key may be."""
        return KeyPlaces(
            self.profile, self.config, os.environ if self.environment is None else self.environment
        )


def open_desk(
    place: Place,
    agent: str | Actor,
    zone: str,
    ask: AskPassphrase | None = None,
    *,
    create: bool = False,
    now: datetime | None = None,
) -> Desk:
    """The desk of `agent`, who reads times in `zone` (IANA); `create` makes a profile that is not there yet.

    A mere name is a frontline agent's of all regions (POLICY P1, P2). A destruction that was interrupted is carried to
    its end, where `now` is given.

    Raises a StoreError naming what is wrong with the store or its key, NoSuchProfile among them, or PackError when the
    shipped policy is broken.
    """
    if not is_there(place) and not create:
        raise NoSuchProfile(place.store)
    database = _existing(place, ask) if is_there(place) else _made(place, ask)
    try:
        policy, problems = load_policy(place.packs)
        actor = Actor(agent) if isinstance(agent, str) else agent
        repository = Repository(database)
        if (helpdesk := repository.remotes.connection) is not None:  # there the agent has a login
            actor = msgspec.structs.replace(actor, name=helpdesk.login)
        desk = Desk(repository, policy, actor, zone, os.urandom, problems)
        desk.packs = place.packs
        desk.settle_policy(_mark(policy))
        if now is not None and repository.journal.has_open_destruction():
            from agent_tui.desk.erasing import resume  # with all that destroys, which a day rarely needs

            resume(desk, now)
    except BaseException:  # Ctrl-C included: nobody else would close it
        database.close()
        raise
    return desk


def is_there(place: Place) -> bool:
    """Whether there is a store. An empty file is what a crash in the middle of making one leaves."""
    return place.store.exists() and place.store.stat().st_size > 0


def _existing(place: Place, ask: AskPassphrase | None) -> Database:
    return open_store(place.store, find_key(place.keys, ask), create=False)


def _made(place: Place, ask: AskPassphrase | None) -> Database:
    """Make the profile. Of two commands that want to, one makes it: a second key would lock the first one's work in."""
    with _alone(place.store.with_name("making")):
        if is_there(place):
            return _existing(place, ask)
        return open_store(place.store, _key_of_new(place, ask), create=True)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait for every other command that is inside this block; a lock dies with its process. Raises StoreBusy."""
    held = DeskLock(lock, _NO_MOMENT)
    for left in reversed(range(_TRIES)):
        try:
            held.acquire()
            break
        except LockUnsupported:  # a file system without locks, or a full one: making the store tells which
            break
        except StoreBusy:
            if not left:
                raise
            sleep(_PAUSE)
    try:
        yield
    finally:
        held.release()


def _key_of_new(place: Place, ask: AskPassphrase | None) -> bytes:
    """A profile whose store was lost or never made may have a key all the same."""
    if place.keys.file.exists() or place.keys.locked.exists():
        return find_key(place.keys, ask)
    return create_key(place.keys)


def _mark(policy: Policy) -> bytes:
    """Stands for everything that the lines of the queue depend on besides the tickets."""

    def plain(value: object) -> str:
        return value.place if isinstance(value, PublicHolidays) else type(value).__name__

    return blake2b(
        __version__.encode() + msgspec.json.encode(policy, enc_hook=plain), digest_size=16
    ).digest()
