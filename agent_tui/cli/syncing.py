"""`sync` and `status`: the traffic with the helpdesk behind a profile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit
from agent_tui.cli.output import Output
from agent_tui.desk import connecting
from agent_tui.desk import outbox as deciding
from agent_tui.desk.connecting import NotConnected
from agent_tui.desk.core import Desk
from agent_tui.domain.text import safe
from agent_tui.formats import iso
from agent_tui.i18n import _
from agent_tui.store.desklock import DeskLock, holder_of
from agent_tui.store.errors import StoreBusy, StoreError
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import BackendError, Scope
from agent_tui.sync.engine import Engine
from agent_tui.sync.status import Status, counted
from agent_tui.wording import moment

_PAUSE = 2.0  # seconds between two runs of `sync --wait`
_BLINK = 0.3  # seconds between two lines of progress


def sync(context: Context) -> Exit | None:
    """`sync [--wait SECONDS]`."""
    with context.desk() as desk:
        connected = desk.repository.remotes.connection
        if connected is None:
            raise NotConnected
        lock = DeskLock(
            context.locations.sync_lock_file(context.profile), context.now.astimezone(context.zone)
        )
        try:
            lock.acquire()
        except StoreBusy as busy:
            _done_elsewhere(context, str(busy.holder))
            return None
        try:
            backend = connecting.backend_of(connected, connecting.token_of(context.profile, connected))
            with closing(backend):
                return _sync(context, desk, connecting.engine_of(desk, backend))
        finally:
            lock.release()


def _sync(context: Context, desk: Desk, engine: Engine) -> Exit | None:
    before = engine.status()
    engine.hurry()
    with _shown(context.out, engine, desk):
        status = _settled(engine, time.monotonic() + context.args.wait)
    sent, later = max(0, before.to_send - status.to_send), status.to_send - status.held
    if context.json:
        context.out.json(_status_json(status) | {"tickets": desk.repository.remotes.count(), "sent": sent})
    else:
        context.out.say(_result(status, sent, later))
    if status.held:
        return Exit.REFUSED
    return Exit.BACKEND if later else None


def _settled(engine: Engine, until: float) -> Status:
    """Read and send, again and again until everything is settled or the time is up. Raises BackendError."""
    while True:
        try:
            status = engine.once()
        except BackendError as error:
            if error.scope is Scope.ACCESS or time.monotonic() >= until:
                raise
        else:
            if status.to_send == status.held or time.monotonic() >= until:
                return status
        time.sleep(max(0.0, min(_PAUSE, until - time.monotonic())))


@contextmanager
def _shown(out: Output, engine: Engine, desk: Desk) -> Iterator[None]:
    """Tell how far it has come while the block runs."""
    end = threading.Event()

    def tell() -> None:
        while not end.wait(_BLINK):
            status = engine.status()
            text = _("{count} tickets here, {left} still to load, {waiting} to send")
            if status.left is None:
                text = _("{count} tickets here, {waiting} to send")
            count = desk.repository.remotes.count()
            out.progress(text.format(count=count, left=status.left, waiting=status.to_send))

    teller = threading.Thread(target=tell, name="progress", daemon=True) if out.watched else None
    if teller is not None:
        teller.start()
    try:
        yield
    finally:
        end.set()
        if teller is not None:
            teller.join()
        out.progress("")


def _result(status: Status, sent: int, later: int) -> str:
    """What came of it, in one sentence."""
    name = safe(status.name)
    if status.held:
        text = _("Synced with {name}: {sent} sent, {count} held; `agent-tui outbox` says why.")
        return text.format(name=name, sent=sent, count=status.held)
    if later:
        return _("Synced with {name}: {sent} sent, {count} still to send; try again soon.").format(
            name=name, sent=sent, count=later
        )
    if status.noted:
        return _(
            "Synced with {name}: {sent} sent; it left something out, which `agent-tui outbox` tells."
        ).format(name=name, sent=sent)
    return _("Synced with {name}: {sent} sent, nothing left to send.").format(name=name, sent=sent)


def _done_elsewhere(context: Context, holder: str) -> None:
    """Another program syncs this profile."""
    if context.json:
        context.out.json({"state": "elsewhere", "by": holder})
    else:
        context.out.say(
            _("{holder} syncs this profile already; nothing is to be done.").format(holder=safe(holder))
        )


def status(context: Context) -> None:
    """`status`: what the store knows; the helpdesk is not asked."""
    with context.desk() as desk:
        connected = desk.repository.remotes.connection
        if connected is None:
            if context.json:
                context.out.json({"helpdesk": None})
            else:
                context.out.say(_("This profile's store is itself the helpdesk: nothing is sent anywhere."))
            return
        found = counted(Status(name=connected.name or connected.url), desk.repository)
        tickets = desk.repository.remotes.count()
        unreached = any(each.tries and each.held is None for each in deciding.waiting(desk))
    holder = _syncing_now(context)
    if context.json:
        told = _status_json(found)
        del told["state"]  # which only whoever syncs can know
        kept = {
            name: getattr(connected, name) for name in ("kind", "name", "url", "login", "queue", "version")
        }
        context.out.json({"helpdesk": kept, **told, "tickets": tickets, "syncing": holder or None})
        return
    for line in _status_lines(context, connected, found, tickets, holder):
        context.out.say(line)
    if unreached:
        context.out.say(
            _("Something was tried and is not there yet; `agent-tui sync` says what is in the way.")
        )


def _status_lines(
    context: Context, connected: Connected, found: Status, tickets: int, holder: str
) -> Iterator[str]:
    text = _("{name} at {url}: you are {login}, new tickets go to the queue {queue}.")
    name, url, login, queue = map(safe, (found.name, connected.url, connected.login, connected.queue or "–"))
    yield text.format(name=name, url=url, login=login, queue=queue)
    if found.synced is None:
        yield _("Not synced yet.")
    else:
        yield _("Synced {moment}; {count} tickets.").format(
            moment=moment(found.synced, context.zone), count=tickets
        )
    if found.loading:
        yield (
            _("Still loading: {left} tickets to come.").format(left=found.left)
            if found.left is not None
            else _("Still loading.")
        )
    yield _("To send: {count}. Held for your decision: {held}. With something left out: {noted}.").format(
        count=found.to_send, held=found.held, noted=found.noted
    )
    if holder:
        yield _("{holder} syncs it now.").format(holder=safe(holder))


def _syncing_now(context: Context) -> str:
    """Who syncs this profile, if somebody does; a lock that can be had is nobody's."""
    path = context.locations.sync_lock_file(context.profile)
    holder = holder_of(path)
    if holder is None:
        return ""
    try:
        with DeskLock(path, context.now):
            return ""
    except StoreError:
        return str(holder)


def _status_json(found: Status) -> dict[str, object]:
    return {
        "state": found.state.value,
        "synced": iso(found.synced) if found.synced else None,
        "to_send": found.to_send,
        "held": found.held,
        "noted": found.noted,
        "loading": found.loading,
        "left": found.left,
    }
