"""Is everything in order? What `agent-tui doctor` finds, and what it mends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from agent_tui import settings as settings_file
from agent_tui.desk import pack_check
from agent_tui.desk.core import Desk
from agent_tui.desk.erasing import destructions
from agent_tui.desk.errors import DeskError
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.privacy_actions import Scope
from agent_tui.locations import Locations
from agent_tui.packs.policies import load_policy
from agent_tui.settings import SettingsError
from agent_tui.store import keys, recovery
from agent_tui.store.desklock import holder_of
from agent_tui.store.errors import KeyProblem, StoreError
from agent_tui.store.health import check
from agent_tui.store.keys import AskPassphrase, find_key
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import BackendError


class Weight(StrEnum):
    GOOD = "good"
    NOTICE = "notice"
    BAD = "bad"


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. `text` is an English sentence with named fields, `details` fill them."""

    about: str
    weight: Weight
    text: str
    details: Mapping[str, str | int | Told] = {}


_SETTINGS = N_("settings")
_PACKS = N_("packs")
_KEY = N_("key")
_STORE = N_("store")
_JOURNAL = N_("journal")
_DESK = N_("desk")
_DESTRUCTION = N_("destruction")
HELPDESK = N_("helpdesk")


def examine(place: Place, locations: Locations, ask: AskPassphrase | None, now: datetime) -> list[Finding]:
    """Look at settings, packs, key, store, journal and helpdesk. Nothing is changed; nothing found is raised."""
    found = [_settings(locations), *_packs(place)]
    if not place.store.exists():
        return [
            *found,
            Finding(_STORE, Weight.NOTICE, N_("not there yet; `agent-tui import` or `new` makes it")),
        ]
    try:
        key = find_key(place.keys, ask)
        found.append(Finding(_KEY, Weight.GOOD, _key_place(place), {"path": str(place.keys.file)}))
        health = check(place.store, key)
    except StoreError as error:
        return [*found, _from(error, _KEY if isinstance(error, KeyProblem) else _STORE)]
    if not health.sound:
        text = N_("damaged: {count} pages cannot be read. `agent-tui doctor --recover` saves the rest")
        return [*found, Finding(_STORE, Weight.BAD, text, {"count": len(health.bad_pages)})]
    return [*found, *_contents(place, ask, now), *_holder(place, locations)]


def _settings(locations: Locations) -> Finding:
    path = locations.settings_file
    try:
        settings_file.load(path)
    except SettingsError as error:
        return Finding(_SETTINGS, Weight.BAD, N_("{reason}"), {"reason": str(error)})
    if not path.exists():
        return Finding(_SETTINGS, Weight.GOOD, N_("none, so everything is as it comes"))
    return Finding(_SETTINGS, Weight.GOOD, N_("{path} is in order"), {"path": str(path)})


def _packs(place: Place) -> list[Finding]:
    policy, of_policy = load_policy(place.packs)
    problems = (*of_policy, *pack_check.problems(place.packs, policy))
    if not problems:
        return [Finding(_PACKS, Weight.GOOD, N_("all in order"))]
    return [
        Finding(_PACKS, Weight.BAD, each.text, {"file": each.file, "line": each.line, "reason": each.reason})
        for each in problems
    ]


def _key_place(place: Place) -> str:
    if place.keys.environment.get(keys.KEY_VARIABLE):
        return N_("from the environment")
    if place.keys.file.exists():
        return N_("in {path}, for you alone")
    return N_("under a passphrase") if place.keys.locked.exists() else N_("in the keyring")


def _contents(place: Place, ask: AskPassphrase | None, now: datetime) -> list[Finding]:
    try:
        desk = open_desk(place, "doctor", "UTC", ask)
    except StoreError as error:
        return [_from(error, _STORE)]
    try:
        entries = desk.repository.journal.length()
        connected = desk.repository.remotes.connection
        tickets = desk.repository.count()
        faults = list(desk.verify())
        destroyed = _destructions(desk)
        helpdesk = [] if connected is None else _helpdesk(place.profile, desk, connected, now)
    finally:
        desk.close()
    found = [Finding(_STORE, Weight.GOOD, N_("sound, with {count} tickets"), {"count": tickets})]
    if faults:
        found += [Finding(_JOURNAL, Weight.BAD, fault.text, {"seq": fault.seq}) for fault in faults[:20]]
    else:
        found.append(
            Finding(
                _JOURNAL, Weight.GOOD, N_("{count} entries, all as they were written"), {"count": entries}
            )
        )
    return found + destroyed + helpdesk


def _destructions(desk: Desk) -> list[Finding]:
    """Which tickets were erased, whether a record says so, and what did not come to its end."""
    records = destructions(desk)
    whole = [each.record for each in records if each.record.scope is Scope.TICKETS]
    recorded = {number for record in whole for number in record.tickets}
    wiped = desk.repository.erasure.wiped()
    found: list[Finding] = []
    if recorded:
        text = N_("tickets erased with a record, which nothing can be compared with: {tickets}")
        found.append(Finding(_DESTRUCTION, Weight.GOOD, text, {"tickets": _numbers(recorded)}))
    if unrecorded := wiped - recorded:
        text = N_("entries of tickets were erased without a record: {tickets}")
        found.append(Finding(_DESTRUCTION, Weight.NOTICE, text, {"tickets": _numbers(unrecorded)}))
    if any(each.ended is None for each in records):
        text = N_("one did not come to its end; it goes on when a command next opens the store alone")
        found.append(Finding(_DESTRUCTION, Weight.NOTICE, text))
    return found


def _numbers(tickets: set[int]) -> str:
    return ", ".join(f"#{number}" for number in sorted(tickets))


def _helpdesk(profile: str, desk: Desk, connected: Connected, now: datetime) -> list[Finding]:
    """Ask the helpdesk who we are, and what is missing there."""
    from agent_tui.desk import connecting  # with all that speaks to a helpdesk

    waiting, held = desk.repository.outbox.counts()
    found = []
    if held:
        text = N_("{held} of {waiting} actions to send are held; `agent-tui outbox` says why")
        found.append(Finding(HELPDESK, Weight.NOTICE, text, {"held": held, "waiting": waiting}))
    try:
        backend = connecting.backend_of(connected, connecting.token_of(profile, connected))
        try:
            standing = connecting.examine(backend, now, connected)
        finally:
            backend.close()
    except (BackendError, DeskError) as error:
        return [*found, Finding(HELPDESK, Weight.BAD, N_("{reason}"), {"reason": error.told})]
    weight = Weight.BAD if standing.identity.fatal else Weight.NOTICE
    found += [Finding(HELPDESK, weight, N_("{reason}"), {"reason": each}) for each in standing.warnings]
    text = N_("{name} {version} at {url}, as {login}")
    told = {"name": backend.capabilities.name, "version": standing.identity.version, "url": connected.url}
    return [*found, Finding(HELPDESK, Weight.GOOD, text, {**told, "login": standing.identity.login})]


def _holder(place: Place, locations: Locations) -> list[Finding]:
    holder = holder_of(locations.lock_file(place.profile))
    if holder is None:
        return []
    return [Finding(_DESK, Weight.NOTICE, N_("open at {holder}"), {"holder": str(holder)})]


def _from(error: StoreError, about: str) -> Finding:
    return Finding(about, Weight.BAD, error.text, error.details)


def recover(place: Place, ask: AskPassphrase | None, now: datetime) -> list[Finding]:
    """Set a damaged store aside and save what can be read, from the tickets or from the journal.

    Raises a StoreError when nothing can be done; a sound store is left alone.
    """
    key = find_key(place.keys, ask)
    if check(place.store, key).sound:
        return [Finding(_STORE, Weight.NOTICE, N_("sound; there is nothing to recover"))]
    saved = recovery.recover(place.store, key, now)
    found = [
        Finding(
            _STORE, Weight.NOTICE, N_("the damaged file was set aside: {path}"), {"path": str(saved.aside)}
        )
    ]
    found += [Finding(_STORE, Weight.NOTICE, note.text, note.details) for note in saved.notes]
    for table, lost in saved.lost.items():
        if lost:
            text = N_("{table}: up to {count} rows are lost")
            found.append(Finding(_STORE, Weight.BAD, text, {"table": table, "count": lost}))
    desk = open_desk(place, "doctor", "UTC", ask)
    try:
        rebuilt = desk.rebuild()
    finally:
        desk.close()
    found.append(
        Finding(
            _STORE, Weight.NOTICE, N_("{count} tickets were restored from the journal"), {"count": rebuilt}
        )
    )
    return found
