"""Runs that were left in the middle, on the screen: where they go on, and what becomes of one that is given up."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from agent_tui.i18n import _, ngettext
from agent_tui.practice.academy import Academy
from agent_tui.practice.keeping import OpenRun
from agent_tui.tui.practice import telling
from agent_tui.tui.widgets.menu import Item
from agent_tui.wording_practice import Titles


def item(run: OpenRun, academy: Academy, titles: Titles) -> Item:
    """Its line on the first page."""
    parts = [_("goes on"), titles.mode(run.record.mode)]
    scenario = academy.scenarios.get(run.record.scenario)
    if scenario is not None and academy.modes[run.record.mode].timed:
        parts.append(telling.left(scenario.limit - timedelta(seconds=run.record.took)))
    return Item(titles.scenario(run.record.scenario), " · ".join(parts), "▸")


def about(run: OpenRun, academy: Academy) -> str:
    """When it was begun, what is in it, and what it counts for."""
    return " ".join((_begun(run, academy), *_counts(run, academy)))


def asked(run: OpenRun, academy: Academy) -> list[str]:
    """What somebody has to know who may have done with it."""
    lost = _("Whoever gives it up, or begins another one, loses what was done in it.")
    return [_begun(run, academy), *(_counts(run, academy) or (lost,))]


def _begun(run: OpenRun, academy: Academy) -> str:
    count, zone = len(run.record.actions), ZoneInfo(academy.zone)
    done = ngettext("{count} thing is done", "{count} things are done", count).format(count=count)
    words = _("Begun on {when} and left: {done}.")
    if run.stand.drafts or run.stand.held:
        words = _("Begun on {when} and left: {done}, and a text is begun.")
    return words.format(when=f"{run.at.astimezone(zone):%Y-%m-%d %H:%M}", done=done)


def _counts(run: OpenRun, academy: Academy) -> tuple[str, ...]:
    if not academy.counts(run):
        return ()
    return (_("It counts as an attempt. Its clock stood still since; given up, it is judged as it stands."),)
