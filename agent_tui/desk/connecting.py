"""Working on a helpdesk elsewhere: joining it, where its token is kept, and the engine that talks to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec.structs import replace

from agent_tui.desk.core import Desk
from agent_tui.desk.errors import DeskError
from agent_tui.domain.messages import N_, Told
from agent_tui.store.keyring_access import KeyringFailed, system_keyring
from agent_tui.store.remotes import REMOTE_FILE, Connected, Progress
from agent_tui.store.repository import Repository
from agent_tui.sync.absorb import Absorber
from agent_tui.sync.backends.base import Backend, Identity
from agent_tui.sync.engine import POLL, SURVEY, Engine
from agent_tui.sync.pacing import Pace
from agent_tui.sync.sending import PATIENCE

TOKEN = "AGENT_TUI_TOKEN"  # noqa: S105  # the name of the variable, no secret
"""The environment variable that holds the helpdesk's token, where it is not asked for."""

READ_TRIES = 4
"""How often a request that only reads is tried when the line breaks."""

CLOCK_SKEW = timedelta(minutes=2)
"""How far the two clocks may be apart before somebody is told."""


class NotConnected(DeskError):
    text = N_("This profile works on its own store. `agent-tui connect rt URL` puts a helpdesk behind it.")


class NoToken(DeskError):
    text = N_("There is no token for {url}: type it, or put it into {variable}.")


class HasTickets(DeskError):
    text = N_(
        "The profile {profile} has tickets of its own, which the helpdesk would not know. Choose a new one with "
        "--profile."
    )


class ConnectedElsewhere(DeskError):
    text = N_("The profile {profile} is connected to {url}. Choose another one with --profile.")


class AnotherAgent(DeskError):
    text = N_(
        "The token belongs to {new}, and the profile {profile} still has actions of {old} to send. Send or discard "
        "those first, or choose another profile with --profile."
    )


class NoQueue(DeskError):
    text = N_("You can't open tickets in the queue {queue}; you can in: {known}.")


class Kept(StrEnum):
    """Where the token is."""

    KEYRING = "keyring"
    STORE = "store"  # which is encrypted


def backend_of(connected: Connected, token: str) -> Backend:
    """The backend of a kind; httpx is imported here.

    Raises `BackendError` for an address or token that can't be one, and for another user's token.
    """
    from agent_tui.sync.backends.rt import errors
    from agent_tui.sync.backends.rt.backend import RtBackend
    from agent_tui.sync.backends.rt.http import Client

    authority = Path(connected.authority) if connected.authority else None
    client = Client(
        connected.url, token, tries=READ_TRIES, authority=authority, allow_plain=connected.allow_plain
    )
    if connected.account and client.user_id not in (None, connected.account):
        client.close()
        raise errors.NotYourToken(connected.login)
    return RtBackend(client, connected.login)


# The token


def token_of(profile: str, connected: Connected, environ: Mapping[str, str] = os.environ) -> str:
    """The token: from the environment, the keyring or the store, in this order. Raises NoToken."""
    if environ.get(TOKEN):
        return environ[TOKEN].strip()
    if connected.token:
        return connected.token
    keyring = system_keyring()
    try:
        found = keyring.get(_entry(profile)) if keyring is not None else None
    except KeyringFailed:
        found = None
    if not found:
        raise NoToken(url=connected.url, variable=TOKEN)
    return found


def keep_token(profile: str, repository: Repository, token: str) -> Kept:
    """Keep a token: in the keyring, or where there is none in the store, which is encrypted."""
    connected = repository.remotes.connection
    if connected is None:
        raise NotConnected
    keyring = system_keyring()
    kept = Kept.STORE
    if keyring is not None:
        try:
            keyring.set(_entry(profile), token)
            kept = Kept.KEYRING
        except KeyringFailed:
            pass
    with repository.transaction():
        repository.remotes.connection = replace(connected, token=token if kept is Kept.STORE else "")
    return kept


def _entry(profile: str) -> str:
    return f"{profile} token"


# Joining


def addressed(connected: Connected) -> Connected:
    """The same with its address as it is kept: one helpdesk has one. Raises `BackendError` for one that can't be."""
    from agent_tui.sync.backends.rt.address import checked_address

    url, _local = checked_address(connected.url, allow_plain=connected.allow_plain)
    return replace(connected, url=url)


def check_joining(desk: Desk, profile: str, connected: Connected) -> Connected | None:
    """How the profile was connected before. Raises HasTickets, ConnectedElsewhere."""
    before = desk.repository.remotes.connection
    if before is not None and (before.kind, before.url) != (connected.kind, connected.url):
        raise ConnectedElsewhere(profile=profile, url=before.url)
    if before is None and desk.repository.journal.length():
        raise HasTickets(profile=profile)
    return before


def queue_of(identity: Identity, wanted: str, before: str = "") -> str:
    """Where new tickets are opened: as wanted, else as before, else the first that allows it. Raises NoQueue."""
    if wanted and wanted not in identity.queues:
        raise NoQueue(queue=wanted, known=", ".join(identity.queues))
    if wanted or before in identity.queues:
        return wanted or before
    return identity.queues[0] if identity.queues else ""


def join(desk: Desk, profile: str, connected: Connected, identity: Identity) -> None:
    """Put a helpdesk behind a profile that has no tickets yet, or renew what it is reached with.

    Raises HasTickets, ConnectedElsewhere, AnotherAgent.
    """
    repository = desk.repository
    with repository.transaction():
        before = check_joining(desk, profile, connected)
        again = before is not None
        if before is not None and before.login != identity.login and repository.outbox.counts()[0]:
            raise AnotherAgent(profile=profile, old=before.login, new=identity.login)
        repository.remotes.connection = replace(
            connected, login=identity.login, version=identity.version, account=identity.account
        )
        if not again:
            repository.remotes.progress = Progress()
    repository.elsewhere = True


class Standing(msgspec.Struct, frozen=True):
    """What is to be told about a helpdesk when it is looked at."""

    identity: Identity
    warnings: tuple[Told, ...]


def examine(backend: Backend, now: datetime, before: Connected | None = None) -> Standing:
    """Ask who we are, and what has changed since the last time. Raises `BackendError`."""
    identity = backend.identify()
    warnings: list[Told] = list(identity.problems)
    if identity.clock is not None and abs(identity.clock - now) > CLOCK_SKEW:
        ahead = identity.clock > now
        text = (
            N_("The helpdesk's clock is {minutes} minutes ahead of this machine's: due times may be wrong.")
            if ahead
            else N_(
                "The helpdesk's clock is {minutes} minutes behind this machine's: due times may be wrong."
            )
        )
        warnings.append(Told(text, {"minutes": str(abs(identity.clock - now) // timedelta(minutes=1))}))
    if before is not None and before.version and before.version != identity.version:
        told = {"old": before.version, "new": identity.version}
        warnings.append(Told(N_("The helpdesk was upgraded from {old} to {new}."), told))
    if before is not None and before.login and before.login != identity.login:
        told = {"old": before.login, "new": identity.login}
        warnings.append(Told(N_("The token belongs to {new}, not to {old}."), told))
    return Standing(identity, tuple(warnings))


# The engine


def engine_of(
    desk: Desk,
    backend: Backend,
    *,
    wait_after: Pace | None = None,
    patience: timedelta = PATIENCE,
    poll: timedelta = POLL,
    survey: timedelta = SURVEY,
) -> Engine:
    """The engine between a desk and its helpdesk. Raises NotConnected."""
    connected = _connected(desk)
    absorber = absorber_of(desk)
    desk_engine = Engine(
        absorber,
        backend,
        desk.agent,
        connected.queue,
        wait_after=wait_after,
        patience=patience,
        poll=poll,
        survey=survey,
    )
    desk.changed_here = desk_engine.nudge
    return desk_engine


def absorber_of(desk: Desk) -> Absorber:
    """What takes in what the helpdesk says. Raises NotConnected."""
    return Absorber(desk.repository, desk.policy, desk.agent, _connected(desk).kind, os.urandom)


def _connected(desk: Desk) -> Connected:
    connected = desk.repository.remotes.connection
    if connected is None:
        raise NotConnected
    return connected


def load_attachment(desk: Desk, profile: str, number: int, place: int) -> None:
    """Bring the `place`-th attachment of a ticket here if it stayed on the helpdesk. Raises as `load_file`, NoToken."""
    files = [each for message in desk.ticket(number).messages for each in message.attachments]
    if not 0 < place <= len(files) or not is_away(desk, files[place - 1].sha256):
        return
    connected = _connected(desk)
    backend = backend_of(connected, token_of(profile, connected))
    try:
        load_file(desk, backend, files[place - 1].sha256)
    finally:
        backend.close()


def is_away(desk: Desk, digest: str) -> bool:
    """Whether the bytes of an attachment are still on the helpdesk."""
    return digest.startswith(REMOTE_FILE) and desk.repository.blob(digest) is None


def load_file(desk: Desk, backend: Backend, digest: str) -> None:
    """Bring the bytes of an attachment here that stayed on the helpdesk. Raises `BackendError`."""
    repository = desk.repository
    if not is_away(desk, digest):
        return
    number = int(digest.removeprefix(REMOTE_FILE))
    content = backend.file(number)
    with repository.transaction():
        repository.remotes.keep_file(number, repository.put_blob(content))
