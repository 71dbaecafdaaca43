"""`connect`: putting a helpdesk behind a profile; `rt initialdata`: what its administrator needs for that."""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime

from msgspec.structs import replace

from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit
from agent_tui.desk import connecting
from agent_tui.desk.connecting import Kept, NoToken, Standing
from agent_tui.desk.opening import is_there
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.store.desklock import DeskLock
from agent_tui.store.remotes import Connected
from agent_tui.telling_errors import told

_KEPT = {
    Kept.KEYRING: N_("The token is kept in the keyring of this machine."),
    Kept.STORE: N_("The token is kept in the profile's store, which is encrypted."),
}


def connect(context: Context) -> Exit | None:
    """`connect rt URL [--login NAME] [--queue Q] [--authority FILE]`."""
    args, out = context.args, context.out
    authority = str(args.authority.absolute()) if args.authority is not None else ""
    given = connecting.addressed(
        Connected(kind=args.helpdesk, url=args.url, login=args.login, authority=authority)
    )
    before = _before(context, given)  # what makes connecting impossible is said before a token is asked for
    if before is not None:
        given = replace(given, authority=authority or before.authority, token=before.token)
    token = _token(given.url)
    with closing(connecting.backend_of(given, token)) as backend:
        out.progress(_("Asking {url} …").format(url=given.url))
        try:
            standing = connecting.examine(backend, datetime.now(UTC), before)  # typing took its time
        finally:
            out.progress("")
        name = backend.capabilities.name
    _tell(context, name, standing)
    if standing.identity.fatal:
        out.complain(_("Not connected. Connect again once that is done."))
        return Exit.BACKEND
    queue = connecting.queue_of(standing.identity, args.queue, before.queue if before is not None else "")
    with _closed(context, before, standing.identity.login), context.desk(create=True) as desk:
        connecting.join(desk, context.profile, replace(given, name=name, queue=queue), standing.identity)
        kept = connecting.keep_token(context.profile, desk.repository, token)
    out.say(_(_KEPT[kept]))
    if queue:
        out.say(
            _("Tickets that begin at this desk are opened in the queue {queue}.").format(queue=safe(queue))
        )
    out.say(_("Connected. The desk loads the tickets when it opens; `agent-tui sync` does so now."))
    return None


def _before(context: Context, given: Connected) -> Connected | None:
    """How the profile was connected before, if it is there."""
    if not is_there(context.place):
        return None
    with context.desk(quiet=True) as desk:
        return connecting.check_joining(desk, context.profile, given)


def _closed(context: Context, before: Connected | None, login: str) -> AbstractContextManager[object]:
    """No desk is open meanwhile that would go on without a helpdesk, or as somebody else. Raises StoreBusy."""
    if before is not None and before.login == login:
        return nullcontext()
    return DeskLock(context.locations.lock_file(context.profile), context.now.astimezone(context.zone))


def _token(url: str) -> str:
    """From the environment, else typed unseen. Never an argument: other users can read those. Raises NoToken."""
    if given := os.environ.get(connecting.TOKEN, "").strip():
        return given
    typed = ""
    if sys.stdin.isatty():
        try:
            typed = getpass.getpass(_("Token for {url}, which stays unseen: ").format(url=safe(url)))
        except EOFError:
            typed = ""
    if not typed.strip():
        raise NoToken(url=url, variable=connecting.TOKEN)
    return typed.strip()


def _tell(context: Context, name: str, standing: Standing) -> None:
    """Who one is there, what is missing, and what to do about it."""
    found, out = standing.identity, context.out
    text = _("{helpdesk} {version}: you are {name} ({login}).")
    out.say(
        text.format(
            helpdesk=name, version=safe(found.version), name=safe(found.name), login=safe(found.login)
        )
    )
    if found.queues:
        out.say(_("You can open tickets in: {queues}.").format(queues=_(", ").join(map(safe, found.queues))))
    for warning in standing.warnings:
        out.complain(f"- {told(warning)}")


def initialdata(context: Context) -> None:
    """`rt initialdata [--group NAME]`."""
    from agent_tui.sync.backends.rt.initialdata import initialdata as file_for

    context.out.raw([file_for(context.args.group)])
    context.out.complain(
        _(
            "The administrator of Request Tracker adds this on its machine with one command, as often as they like: "
            "rt-setup-database --action insert --datafile FILE"
        )
    )
