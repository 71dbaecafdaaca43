"""What the screens share: the glyphs, words and short forms in which tickets are shown."""

from __future__ import annotations

import os
from datetime import datetime

import msgspec

from agent_tui import formats
from agent_tui.domain.clocks import Timer, TimerState
from agent_tui.domain.next_step import STEPS
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Status
from agent_tui.domain.views import Row
from agent_tui.i18n import _
from agent_tui.wording import STATE, timer_name

CHANNELS = {"phone": "CALL", "chat": "CHAT", "email": "MAIL", "social": "SOCL", "messenger": "IM"}


class Glyphs(msgspec.Struct, frozen=True):
    """The characters beyond letters; the ASCII set is for terminals that have no others."""

    cursor: str = "▌"
    marked: str = "✓"
    urgent: str = "!"
    bar: str = "│"
    rule: str = "─"
    dot: str = "·"
    arrow: str = "→"
    more: str = "…"
    draft: str = "✎"
    done: str = "✓"
    now: str = "»"
    todo: str = "·"


UNICODE = Glyphs()
ASCII = Glyphs(
    cursor=">",
    marked="*",
    bar="|",
    rule="-",
    dot="-",
    arrow="->",
    more="~",
    draft="%",
    done="x",
    now=">",
    todo="-",
)


# Every sign that a screen may be drawn with besides letters, and what stands for it in as many cells.
_PLAIN = {
    "…": "~",
    "–—−─━·•": "-",
    "│┃▌▐▎▏█": "|",
    "┌┐└┘├┤┬┴┼": "+",
    "→»▶›": ">",
    "←«◀‹": "<",
    "↑▲": "^",
    "↓▼": "v",
    "✓": "*",
    "✎": "%",
    "×": "x",
    "“”„": '"',
    "‘’": "'",
    "▁▂▃▄▅▆▇▉▊▋▍▔": " ",  # the ends of scrollbars, whose body is a colour
}
_TABLE = {ord(sign): plain for signs, plain in _PLAIN.items() for sign in signs}


def plain(text: str) -> str:
    """The text with signs of ASCII alone, as wide as before; letters stay."""
    return text if text.isascii() else text.translate(_TABLE)


def glyphs(choice: str) -> Glyphs:
    """The set for a setting: `unicode`, `ascii`, or `auto`, which asks the locale and the terminal."""
    if choice == "auto":
        words = (os.environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
        locale = next((word for word in words if word), "")
        plain = os.environ.get("TERM") in ("linux", "vt100", "vt220", "dumb")
        return ASCII if plain or (locale and "utf" not in locale.lower()) else UNICODE
    return ASCII if choice == "ascii" else UNICODE


def urgency(row: Row, now: datetime) -> str:
    """How a row's clock stands: `breached`, `risk` or `calm`."""
    if row.due is None:
        return "calm"
    if now > row.due:
        return "breached"
    return "risk" if row.risk is not None and now >= row.risk else "calm"


def step(row: Row, now: datetime) -> str:
    """What to do next on a ticket, in the language in use."""
    if row.status is Status.SNOOZED and row.wakes > now:
        return _("snoozed")
    if row.held:
        return _("held: see outbox")
    return _(STEPS[row.step].text)


def left(due: datetime | None, now: datetime) -> str:
    """The time that is left."""
    return formats.countdown((due - now).total_seconds() if due else None)


def countdown(row: Row, now: datetime) -> str:
    """The countdown column of a row: a minus after a breach, `>` when at risk, so that colour is never needed."""
    text = left(row.due, now)
    if urgency(row, now) != "risk":
        return text
    digits = len(text) - len(text.lstrip())
    return f"{text[: digits - 1]}>{text[digits:]}"


def clock(timer: Timer, now: datetime, policy: Policy) -> tuple[str, TimerState]:
    """One clock in a few words, and its state."""
    state = timer.state(now)
    name = timer_name(timer.name, policy)
    counted = timer.ended is None and timer.due is not None
    told = _("{title}: {text}").format(title=name, text=_(STATE[state]))
    return f"{left(timer.due, now) if counted else ' ' * 6} {told} ({timer.rule})", state
