"""What the lines at the edges of the desk say: views with their counts above, what keys do here below."""

from __future__ import annotations

from agent_tui import formats
from agent_tui.desk.core import Case
from agent_tui.domain.messages import N_
from agent_tui.i18n import _, format_locale
from agent_tui.tui.commands import Command, Keymap, Where, commands_at, keys_at, shown
from agent_tui.tui.look import Glyphs
from agent_tui.tui.session import Sitting
from agent_tui.tui.widgets.bars import Item, Pieces
from agent_tui.wording import step_of

SEARCH_KEYS = (
    ("keep_found", ("enter",), N_("To the list")),
    ("end_search", ("escape",), N_("End the search")),
    ("do('down')", ("up", "down"), N_("Another ticket")),
)
"""What keys do in the search field, where letters are text: the screen's action, its keys, its title."""


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


def corner(sitting: Sitting, glyphs: Glyphs) -> Pieces:
    """Who sits at the desk, and the time."""
    time = formats.time(sitting.now(), format_locale(), sitting.zone)
    return ((f"{sitting.desk.agent} {glyphs.dot} ", "dim"), (f"{time} ", "dim"))


def hints(where: Where, keys: Keymap, case: Case | None, *, ascii_only: bool) -> list[Item]:
    """What keys do in a part of the desk, the next step first."""
    found = ((command, keys_at(keys.of(command.id), where)) for command in commands_at(where))
    return [
        _hint(command, mine[0], case, ascii_only=ascii_only)
        for command, mine in sorted(found, key=lambda pair: -pair[0].hint)
        if command.hint and mine
    ]


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
