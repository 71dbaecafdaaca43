"""The time-zone table in words: what time it is where, and who is at work until or from when."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from agent_tui import formats
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.domain.zones import Place, Whose
from agent_tui.i18n import _, format_locale
from agent_tui.wording import recipient_name, soon


def head() -> tuple[str, ...]:
    """The titles of the columns."""
    return (_("WHERE"), _("LOCAL TIME"), _("NOW"), _("FOR YOU"), _("WHO, HOLIDAY"))


def cells(place: Place, policy: Policy, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """A shift or a market: its name, its time and day, how it stands, until or from when, its people or its holiday."""
    there = ZoneInfo(place.zone)
    time, day = formats.time(now, format_locale(), there), formats.weekday(now, format_locale(), there)
    return (
        place_name(place, policy),
        f"{time} {day}",
        state(place),
        _turn(place, now, zone),
        _(", ").join(map(safe, place.members)) or safe(place.holiday),
    )


def place_name(place: Place, policy: Policy) -> str:
    """A shift as the policy names it, a market by its country."""
    if place.whose is Whose.SHIFT:
        return recipient_name(place.id, policy)
    return f"{place.id} {formats.territory(place.id, format_locale())}"


def state(place: Place) -> str:
    """Whether people there are at work, awake or asleep."""
    if place.is_open:
        return _("at work") if place.whose is Whose.SHIFT else _("open")
    return _("awake") if place.awake else _("asleep")


def _turn(place: Place, now: datetime, zone: ZoneInfo) -> str:
    """When that changes, on one's own clocks."""
    if place.closes is not None:
        return _("until {moment}").format(moment=soon(place.closes, now, zone))
    return _("from {moment}").format(moment=soon(place.opens, now, zone)) if place.opens else ""
