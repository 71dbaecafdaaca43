"""Watching the clocks: what comes near its deadline or passes it is shown, rung and sent to the desktop."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agent_tui.i18n import _, ngettext
from agent_tui.store.errors import StoreError
from agent_tui.tui.alerts import Alerts, Notice, desktop
from agent_tui.wording import TIMER

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen


def look(desk: DeskScreen, alerts: Alerts) -> None:
    """Read which tickets are late or nearly so, in a worker's thread, and tell what is new."""
    sitting = desk.sitting
    store, now = sitting.desk.repository.queue, sitting.now()
    try:
        breached, risk = (
            store.numbers(sitting.desk.view(name), now, sitting.desk.agent)
            for name in ("breached", "at-risk")
        )
        notices, more = alerts.due(breached, risk, now, sitting.desk.lines)
        alerts.looked(store.turning(now))
    except StoreError:  # another program has the store just now: the next look tells what this one would have
        alerts.changed()
        alerts.looked(None)
        return
    if notices:
        desk.app.call_from_thread(tell, desk, notices, more)


def tell(desk: DeskScreen, notices: list[Notice], more: int) -> None:
    """Say it on the notice line; unless it is quiet, by bell, and on the desktop of somebody who looks elsewhere."""
    if not desk.query("#notice"):  # the agent left meanwhile
        return
    text = sentence(notices, more)
    desk.say(text, "bad" if notices[0].breached else "warn")
    desk.count()
    if notices[0].quiet:
        return
    app = desk.app
    app.bell()
    driver = app._driver  # Textual has no way of its own to write this sequence
    if not app.app_focus and driver is not None and not app.is_headless:
        driver.write(desktop(text, tmux="TMUX" in os.environ))


def sentence(notices: list[Notice], more: int) -> str:
    """The first of the notices, and how many there are besides."""
    first = notices[0]
    text = (
        _("Breached: #{ticket} {customer}, {clock}")
        if first.breached
        else _("At risk: #{ticket} {customer}, {clock}")
    )
    clock = _(TIMER[first.clock]) if first.clock in TIMER else first.clock
    told = text.format(ticket=first.ticket, customer=first.customer, clock=clock)
    rest = len(notices) - 1 + more
    if rest:
        told += " " + ngettext("and {count} more", "and {count} more", rest).format(count=rest)
    return told
