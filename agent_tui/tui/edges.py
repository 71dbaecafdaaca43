"""What the lines at the edges of the desk say: views with their counts above, what keys do here below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_tui import formats
from agent_tui.desk.core import Case
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _, format_locale
from agent_tui.tui.commands import Command, Where, commands_at
from agent_tui.tui.keymap import Keymap, keys_at, shown
from agent_tui.tui.look import Glyphs
from agent_tui.tui.session import Sitting
from agent_tui.tui.widgets.bars import Item, Pieces
from agent_tui.wording import step_of

if TYPE_CHECKING:
    from agent_tui.sync.status import Status

SEARCH_KEYS = (
    ("keep_found", ("enter",), N_("To the list")),
    ("end_search", ("escape",), N_("End the search")),
    ("do('down')", ("up", "down"), N_("Another ticket")),
)
"""What keys do in the search field, where letters are text: the screen's action, its keys, its title."""

_PRESSING = 96
"""What a hint weighs that comes right after the next step."""


def tabs(sitting: Sitting) -> list[Item]:
    """The views in their order; where not all have room, the current one and those with tickets come first."""
    current = "" if sitting.search else sitting.view
    items: list[Item] = []
    for name, view in sitting.desk.views.items():
        title, count, here = _(view.title), sitting.counts.get(name), name == current
        style = "current" if here else "bad" if name == "breached" and count else ""
        plain: Pieces = ((f" {title} ", style),)
        counted: Pieces = plain if count is None else ((f" {title} {count} ", style),)
        items.append(
            Item(name, (counted, plain) if here else (counted,), 2 if here else int(count != 0), stays=here)
        )
    return items


def corner(sitting: Sitting, glyphs: Glyphs) -> tuple[tuple[Pieces, ...], int]:
    """Who sits at the desk, the time, how the helpdesk stands; and which part of the line that may take at most."""
    who, status = safe(sitting.desk.agent), sitting.status
    now = sitting.now()
    time = formats.time(now, format_locale(), sitting.zone)
    if status is None:
        return (((f"{who} {glyphs.dot} ", "dim"), (f"{time} ", "dim")), ((f"{time} ", "dim"),)), 4
    from agent_tui.tui import telling_sync  # not before there is something to tell

    return telling_sync.corner(who, time, status, now, sitting.zone, glyphs.dot)


def hints(
    where: Where, keys: Keymap, case: Case | None, status: Status | None = None, *, ascii_only: bool
) -> list[Item]:
    """What keys do in a part of the desk, the next step first. `status` is that of the helpdesk, if there is one."""
    known = commands_at(where, helpdesk=status is not None)
    found = ((_weighed(command, status), keys_at(keys.of(command.id), where)) for command in known)
    return [
        _hint(command, mine[0], case, ascii_only=ascii_only)
        for command, mine in sorted(found, key=lambda pair: -pair[0].hint)
        if command.hint and mine
    ]


def _weighed(command: Command, status: Status | None) -> Command:
    """The outbox is worth more once something in it waits for the agent."""
    waits = command.id == "outbox" and status is not None and status.needs_agent
    return replace(command, hint=_PRESSING) if waits else command


def search_hints(keys: Keymap, *, ascii_only: bool) -> list[Item]:
    """What keys do in the search field."""
    own = [
        Item(action, (_told(" ".join(shown(key, ascii_only=ascii_only) for key in pressed), _(title)),), 99)
        for action, pressed, title in SEARCH_KEYS
    ]
    everywhere = [
        item for item in hints(Where.WRITING, keys, None, ascii_only=ascii_only) if item.id.startswith("app.")
    ]
    return own + everywhere


def _hint(command: Command, key: str, case: Case | None, *, ascii_only: bool) -> Item:
    told, title = shown(key, ascii_only=ascii_only), _(command.title)
    action = f"{'app.' if command.where is Where.ANYWHERE else ''}do('{command.id}')"
    if command.id == "help":  # tells of all the others, so that it weighs more than its place
        return Item(action, (_told(told, title), _told(told, "")), 98, stays=True)
    if command.id == "next_step" and case is not None:
        return Item(action, (_told(told, step_of(case)), _told(told, _(case.step.text))), command.hint)
    return Item(action, (_told(told, title),), command.hint)


def _told(key: str, title: str) -> Pieces:
    return ((f" {key}", "key"), (f" {title} " if title else " ", ""))
