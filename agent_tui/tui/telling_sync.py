"""How the helpdesk stands, and what waits to be sent there: in the words of the screens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent_tui import formats
from agent_tui.desk.core import Case
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _, format_locale, ngettext
from agent_tui.store.outbox import Cause, Held, Waiting
from agent_tui.sync.status import State, Status
from agent_tui.telling_errors import told
from agent_tui.telling_outbox import title_of
from agent_tui.tui.widgets.bars import Pieces
from agent_tui.wording import soon

FRESH = timedelta(seconds=15)
"""What is not older was read just now: the stream of changes is looked at every few seconds."""

_STEP = 15  # seconds: an older age changes so often

WHY = {
    Cause.CLASH: N_("it was changed on the helpdesk too"),
    Cause.IMPOSSIBLE: N_("the ticket is not as it was"),
    Cause.AWAY: N_("the ticket is gone"),
    Cause.REFUSED: N_("the helpdesk does not take it"),
}
CUSTOMER_WROTE = N_("the customer wrote meanwhile")
"""Why something is held, in a few words."""

GONE = {
    "deleted": N_("The ticket was deleted on the helpdesk."),
    "hidden": N_("The ticket was moved to where you can't see it."),
    "missing": N_("The ticket is not on the helpdesk any more."),
}
"""Why a ticket is gone, by its fate."""


# The status line.


def age(status: Status, now: datetime, zone: ZoneInfo) -> str:
    """When the helpdesk was last read."""
    if status.synced is None:
        return _("connecting")
    span = now - status.synced
    if span < FRESH:
        return _("synced")
    if span >= timedelta(hours=1):
        return _("synced at {moment}").format(moment=soon(status.synced, now, zone))
    if span < timedelta(minutes=1):
        span = timedelta(seconds=int(span.total_seconds()) // _STEP * _STEP)
    else:
        span = timedelta(minutes=span // timedelta(minutes=1))
    return _("synced {age}").format(age=formats.duration(span, format_locale()))


def link(status: Status, now: datetime, zone: ZoneInfo) -> tuple[str, tuple[str, ...]]:
    """How the helpdesk can be used: a style, and words from the longest to the shortest."""
    if status.state is State.BLOCKED:
        why = told(status.problem) if status.problem is not None else ""
        return "bad", (_("! blocked: {reason}").format(reason=why), _("! blocked"))
    if status.state is State.OFFLINE and status.since is not None:
        since = soon(status.since, now, zone)
        return "warn", (_("! offline since {moment}").format(moment=since), _("! offline"))
    if status.loading:
        if status.left is None:
            count = formats.number(status.loaded, format_locale())
            return "dim", (_("loading, {count} so far").format(count=count), _("loading"))
        count = formats.number(status.left, format_locale())
        return "dim", (_("loading, {count} left").format(count=count), _("loading"))
    return "dim", (age(status, now, zone),)


def counts(status: Status) -> list[tuple[str, str]]:
    """What waits, each with its style: to be sent, for the agent, to be read."""
    sending = status.to_send - status.held
    found = []
    if sending:
        found.append((ngettext("{count} to send", "{count} to send", sending).format(count=sending), "dim"))
    if status.held:
        text = ngettext("! {count} held", "! {count} held", status.held)
        found.append((text.format(count=status.held), "warn"))
    if status.noted:
        text = ngettext("! {count} to read", "! {count} to read", status.noted)
        found.append((text.format(count=status.noted), "warn"))
    return found


def corner(
    who: str, time: str, status: Status, now: datetime, zone: ZoneInfo, dot: str
) -> tuple[tuple[Pieces, ...], int]:
    """The corner of the desk, from the longest form to the shortest; what needs the agent is left last.

    And which part of the line that may take at most: more, where something needs the agent.
    """
    style, words = link(status, now, zone)
    waiting = counts(status)
    urgent = [piece for piece in ((words[-1], style), *waiting) if piece[1] != "dim"]
    calm = [(who, "dim"), (time, "dim")]
    forms = [[*calm[skip:], (text, style), *waiting] for text in words for skip in range(3)]
    forms += [urgent, urgent[-1:]] if urgent else [[*calm[skip:], *waiting] for skip in range(3) if waiting]
    return tuple(_joined(form, dot) for form in forms), 2 if urgent else 3


def _joined(pieces: list[tuple[str, str]], dot: str) -> Pieces:
    """Pieces with a dot between them, and a space at the end."""
    last = len(pieces) - 1
    return tuple(
        piece
        for place, (text, style) in enumerate(pieces)
        for piece in ((text, style), (" " if place == last else f" {dot} ", "dim"))
    )


def standing(status: Status, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """The helpdesk in a sentence, and its style."""
    name = safe(status.name)
    why = told(status.problem) if status.problem is not None else ""
    if status.state in (State.OFFLINE, State.BLOCKED) and status.since is not None:
        text = (
            _("{helpdesk} can't be used since {moment}: {reason}")
            if status.state is State.BLOCKED
            else _("{helpdesk} is out of reach since {moment}, and tried again by itself: {reason}")
        )
        return text.format(helpdesk=name, moment=soon(status.since, now, zone), reason=why), "bad"
    text = ", ".join(link(status, now, zone)[1][:1])
    told_ = _("{helpdesk}: {standing}").format(helpdesk=name, standing=text)
    return (f"{told_}. {why}", "warn") if why else (told_, "")


# What is held.


def why(held: Held) -> str:
    """Why something is held, in a few words."""
    if held.cause is not Cause.STALE:
        return _(WHY[held.cause])
    who = held.told.details.get("who")
    return _("{who} wrote meanwhile").format(who=safe(who)) if isinstance(who, str) else _(CUSTOMER_WROTE)


def not_sent(waiting: Sequence[Waiting]) -> str:
    """The first of what is held, and how much there is besides; "" for nothing."""
    first = next((each for each in waiting if each.held is not None), None)
    if first is None or first.held is None:
        return ""
    text = _("{action} not sent: {reason}").format(action=title_of(first), reason=why(first.held))
    rest = len(waiting) - 1
    more = ngettext("({count} more)", "({count} more)", rest).format(count=rest)
    return f"{text} {more}" if rest else text


def banner(case: Case, key: str, dot: str) -> list[str]:
    """What stands above the conversation of a ticket with which not all is well, the longest form first."""
    gone = [_(GONE[case.fate])] if case.fate in GONE else []
    if not case.held:
        return gone
    held, way = not_sent(case.held), _("{key} outbox").format(key=key)
    forms = ([*gone, held, way], [*gone, way], [held, way], [way])
    return [f" {dot} ".join(form) for form in forms]


# What is told when it changes.


def hindered(status: Status) -> str:
    """Why the helpdesk can't be used now; the sentence is complete with what to do."""
    if status.problem is not None:
        return told(status.problem)
    return _("{helpdesk} is out of reach. Work goes on here and is sent later.").format(
        helpdesk=safe(status.name)
    )


def fresh_held(waiting: Sequence[Waiting], key: str) -> str:
    """What was held just now."""
    text = _("#{ticket}: {what}. {key} shows it.")
    return text.format(ticket=waiting[0].ticket, what=not_sent(waiting), key=key)


def fresh_notes(status: Status, key: str) -> str:
    """What was left out just now."""
    text = _("{helpdesk} left something out of what you sent; {key} shows it.")
    return text.format(helpdesk=safe(status.name), key=key)


def reached(status: Status) -> str:
    """The helpdesk is there again."""
    parts = [
        _("{helpdesk} is back").format(helpdesk=safe(status.name)),
        *(each for each, _style in counts(status)),
    ]
    return _("{sentence}.").format(sentence=_(", ").join(parts))


def loaded(status: Status) -> str:
    """The first load is done."""
    return _("{helpdesk}: every ticket is here.").format(helpdesk=safe(status.name))
