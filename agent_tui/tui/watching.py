"""Watching the clocks: what comes near its deadline or passes it is shown, rung and sent to the desktop."""

from __future__ import annotations

import os
from array import array
from typing import TYPE_CHECKING

from agent_tui.domain.policy import Policy
from agent_tui.i18n import _, ngettext
from agent_tui.store.errors import StoreError
from agent_tui.tui.alerts import Alerts, Notice, desktop
from agent_tui.wording import timer_name

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen


def look(desk: DeskScreen, alerts: Alerts) -> None:
    """Read which tickets are late or nearly so, in a worker's thread, and tell what is new.

    As time passes tickets also come into the view and leave it: a snooze ends, a deadline comes near.
    """
    sitting = desk.sitting
    store, now = sitting.desk.repository.queue, sitting.now()
    view = sitting.view if alerts.turned and not sitting.search else ""
    try:
        breached, risk = (
            store.numbers(sitting.desk.view(name), now, sitting.desk.agent)
            for name in ("breached", "at-risk")
        )
        notices, more = alerts.due(breached, risk, now, sitting.desk.lines)
        here = store.numbers(sitting.desk.view(view), now, sitting.desk.agent) if view else None
        alerts.looked(store.turning(now))
    except StoreError:  # another program has the store just now: the next look tells what this one would have
        alerts.changed()
        alerts.looked(None)
        return
    if here is not None:
        desk.app.call_from_thread(follow, desk, view, here)
    if notices:
        desk.app.call_from_thread(tell, desk, notices, more)


def follow(desk: DeskScreen, view: str, numbers: array[int]) -> None:
    """Show the view as it is by now; time alone never takes the ticket away that the agent works on."""
    sitting = desk.sitting
    if not desk.query("#notice") or (sitting.view, sitting.search) != (view, ""):
        return
    desk.recount()
    if desk.queue.numbers != numbers and (sitting.ticket is None or sitting.ticket in numbers):
        desk.reload(keep=sitting.ticket)


def tell(desk: DeskScreen, notices: list[Notice], more: int) -> None:
    """Say it on the notice line; unless it is quiet, by bell, and on the desktop of somebody who looks elsewhere."""
    if not desk.query("#notice"):  # the agent left meanwhile
        return
    text = sentence(notices, more, desk.sitting.desk.policy)
    desk.alarm(text, "bad" if notices[0].breached else "warn", frozenset(notice.ticket for notice in notices))
    desk.count()
    if notices[0].quiet:
        return
    app = desk.app
    app.bell()
    driver = app._driver  # Textual has no way of its own to write this sequence
    if not app.app_focus and driver is not None and not app.is_headless:
        driver.write(desktop(text, tmux="TMUX" in os.environ))


def sentence(notices: list[Notice], more: int, policy: Policy) -> str:
    """The first of the notices, and how many there are besides."""
    first = notices[0]
    text = (
        _("Breached: #{ticket} {customer}, {clock}")
        if first.breached
        else _("At risk: #{ticket} {customer}, {clock}")
    )
    clock = timer_name(first.clock, policy)
    told = text.format(ticket=first.ticket, customer=first.customer, clock=clock)
    rest = len(notices) - 1 + more
    if rest:
        told += " " + ngettext("and {count} more", "and {count} more", rest).format(count=rest)
    return told
