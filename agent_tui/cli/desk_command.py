"""`agent-tui` without a command, and `sample` on a terminal: the desk itself. Textual is imported here, late."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent_tui import collector
from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit
from agent_tui.desk.opening import is_there
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.intake.errors import IntakeError
from agent_tui.store.desklock import DeskLock
from agent_tui.telling_errors import told

if TYPE_CHECKING:
    from concurrent.futures import Future

    from agent_tui.desk.core import Desk
    from agent_tui.desk.receive import Report
    from agent_tui.desk.traffic import Traffic
    from agent_tui.tui.app import DeskApp
    from agent_tui.tui.preferences import Preferences
    from agent_tui.tui.screens.connecting import Joining
    from agent_tui.tui.welcome import Start


def desk(context: Context) -> Exit | None:
    """`agent-tui`: the desk where somebody sits, the list where a program reads."""
    if not on_terminal():
        from agent_tui.cli import viewing

        viewing.tickets(context)
        return None
    named = context.args.profile or os.environ.get("AGENT_TUI_PROFILE")
    if named or is_there(context.place):
        return sit(context)
    return _first_start(context)


def on_terminal() -> bool:
    """Whether somebody can see a screen and type."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def sit(context: Context, told: Sequence[str] = (), *, create: bool = False) -> Exit | None:
    """Open the desk of the context's profile and stay until the agent leaves; from practice one comes back to it.

    Raises StoreBusy for a second desk.
    """
    if not create and not is_there(context.place):
        with context.desk():  # says what is missing
            return None
    while _sat(context, told, create=create):
        from agent_tui.cli import practice  # the desk is closed meanwhile: practice finds no real work open

        back = practice.visit(context)
        if back is None:
            return None
        context.now, told = datetime.now(UTC), [back]
    return None


def _sat(context: Context, told: Sequence[str], *, create: bool) -> bool:
    """One sitting; returns whether the agent left for practice."""
    from concurrent.futures import ThreadPoolExecutor

    collector.pause()  # until the desk stands
    with (
        DeskLock(context.locations.lock_file(context.profile), context.now.astimezone(context.zone)),
        context.desk(create=create, quiet=True) as opened,
        _traffic(context, opened) as traffic,
        ThreadPoolExecutor(1) as pool,
    ):
        counts = pool.submit(opened.counts, context.now)  # while Textual is imported
        app = _run(context, opened, counts, told, traffic)
    if isinstance(app.failure, Exception):
        raise app.failure
    return app.to_practice


@contextmanager
def _traffic(context: Context, opened: Desk) -> Iterator[Traffic | None]:
    """What syncs the desk while it is open, if a helpdesk is behind it; the screen starts it once it is painted."""
    if not opened.repository.elsewhere:
        yield None
        return
    from agent_tui.desk.traffic import Traffic

    traffic = Traffic(opened, context.profile, context.locations.sync_lock_file(context.profile))
    try:
        yield traffic
    finally:
        traffic.stop()


def _run(
    context: Context,
    opened: Desk,
    counts: Future[dict[str, int]],
    told: Sequence[str],
    traffic: Traffic | None,
) -> DeskApp:
    """Returns the desk as it ended."""
    from agent_tui.tui.app import DeskApp
    from agent_tui.tui.ending import ended_by_signals
    from agent_tui.tui.keymap import keymap
    from agent_tui.tui.look import glyphs

    keys = keymap(context.settings.keys)
    app = DeskApp(
        opened,
        keys,
        glyphs(context.settings.glyphs),
        preferences=preferences(context),
        told=[*told, *context.problems(opened), *wrong_keys(keys.unknown)],
        counts=counts,
        traffic=traffic,
    )
    with ended_by_signals(app):
        app.run()
    context.settings = app.preferences.settings
    return app


def wrong_keys(unknown: Sequence[str]) -> list[str]:
    """What is wrong with `[keys]` in the settings."""
    return [
        _("[keys]: there is no command {name}; `agent-tui keys` lists them.").format(name=safe(name))
        for name in unknown
    ]


def preferences(context: Context) -> Preferences:
    """The settings for a running desk."""
    from agent_tui.tui.preferences import Preferences

    return Preferences(context.locations.settings_file, context.settings, context.locations.user_themes_dir)


def make_sample(context: Context) -> bool:
    """Fill the sample's profile, which the context works on from now, if that is not done yet."""
    from agent_tui.desk import sample
    from agent_tui.desk.receive import Receiver

    context.profile = sample.PROFILE
    with context.desk(create=True) as opened:
        made = opened.repository.next_id() == 1  # also when somebody interrupted the making of it
        if made:
            Receiver(opened, context.now).take_in(sample.sample_contacts(context.now), lambda report: None)
    return made


def _first_start(context: Context) -> Exit | None:
    """Ask with what to begin, make that, and sit down."""
    from agent_tui.tui.welcome import Begin

    complaint = ""
    while (start := _ask(context, complaint)) is not None:
        hint = _("Enter does the next step; ? helps; q leaves.")
        if start.begin is Begin.SAMPLE:
            make_sample(context)
        elif start.path is not None:
            complaint, hint = _bring_in(context, start.path)
            if complaint:
                continue
        elif start.joining is not None:
            _join(context, start.joining)
        return sit(context, [hint], create=True)
    return None


def _join(context: Context, joining: Joining) -> None:
    """Put the helpdesk that was found behind the profile; its tickets come once the desk is open."""
    from agent_tui.desk import connecting

    with context.desk(create=True) as desk:
        connecting.join(desk, context.profile, joining.connected, joining.standing.identity)
        connecting.keep_token(context.profile, desk.repository, joining.token)


def _ask(context: Context, complaint: str) -> Start | None:
    from agent_tui.tui.ending import ended_by_signals
    from agent_tui.tui.welcome import WelcomeApp

    settings = preferences(context)
    app = WelcomeApp(settings, _wrong_with, complaint=complaint)
    with ended_by_signals(app):
        start = app.run()
    if isinstance(app.failure, Exception):
        raise app.failure
    context.settings = settings.settings
    return start


def _wrong_with(path: Path) -> str:
    """Why a file or folder cannot be brought in, as far as one can tell without reading it."""
    from agent_tui.intake import size

    try:
        if size(path):
            return ""
    except IntakeError as error:
        return _("{path}: {reason}").format(path=safe(str(path)), reason=told(error.reason))
    return _("{path}: there is nothing in it.").format(path=safe(str(path)))


def _bring_in(context: Context, path: Path) -> tuple[str, str]:
    """Import a first file. Returns what went wrong, and what to say about it if nothing did."""
    from agent_tui.cli.taking_in import take_in
    from agent_tui.intake import read, size

    out = context.out
    total = max(1, size(path))
    done = [0]

    def reached(place: int) -> None:
        done[0] = place

    def progress(report: Report) -> None:
        share = min(100, 100 * done[0] // total)
        out.progress(_("{share} %  {count} messages").format(share=share, count=report.read))

    own = [address.lower() for address in context.settings.own_addresses]
    try:
        report = take_in(context, read(path, own=own, progress=reached), progress)
    except IntakeError as error:
        return _("{path}: {reason}").format(path=safe(str(path)), reason=told(error.reason)), ""
    finally:
        out.progress("")
    lost = len(report.unreadable)
    if lost and lost == report.read:
        reason = told(report.unreadable[0].reason)
        return _("{path}: {reason}").format(path=safe(str(path)), reason=reason), ""
    text = _("{opened} new tickets, {lost} unreadable. Enter does the next step; ? helps.")
    return "", text.format(opened=report.opened, lost=lost)
