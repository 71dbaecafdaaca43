"""Palette, help and jump mode: what each knows of the desk, and what becomes of the answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual.widget import Widget

from agent_tui.domain.ticket import Status
from agent_tui.domain.views import Row
from agent_tui.i18n import _
from agent_tui.telling_errors import sentence
from agent_tui.tui import doing, finding, helping
from agent_tui.tui.commands import BY_ID, Command, Where, commands_at
from agent_tui.tui.keymap import keys_at, shown
from agent_tui.tui.screens.desk import DeskScreen
from agent_tui.tui.screens.jump import Jump, Target
from agent_tui.tui.screens.palette import Palette
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.bars import Bar

if TYPE_CHECKING:
    from agent_tui.tui.app import DeskApp

_NEEDS_TICKET = ("next_step", "open", "journal", "explain", "full_text", "save_file", "take_over", "mark")
_MOVES = ("up", "down", "page_up", "page_down", "palette")


def open_for(app: DeskApp, command: str) -> None:
    """Open the palette, help or jump mode over the desk; nothing happens over anything else."""
    desk = app.screen
    if not isinstance(desk, DeskScreen):
        return
    if command == "palette":
        open_palette(app, desk)
    elif command == "help" and desk.searching:
        keys = helping.search_lines(app.glyphs)
        app.push_screen(Reading(_("Help: searching"), keys))
    elif command == "help":
        lines = helping.desk_lines(desk.where, app.keys, app.glyphs, helpdesk=_has_helpdesk(desk))
        app.push_screen(Reading(helping.title(desk.where), lines))
    else:
        open_jump(app, desk)


def _has_helpdesk(desk: DeskScreen) -> bool:
    return desk.sitting.traffic is not None


# The palette.


def open_palette(app: DeskApp, desk: DeskScreen) -> None:
    """Every command that makes sense here, with the reason where one cannot be used now."""
    entries = []
    for command in commands_at(desk.where, helpdesk=_has_helpdesk(desk)):
        if command.id not in _MOVES:
            keys = keys_at(app.keys.of(command.id), desk.where)
            key = shown(keys[0], ascii_only=app.glyphs.more.isascii()) if keys else ""
            entries.append(finding.of_command(command, key, why_not(desk, command)))

    def chosen(entry: finding.Entry | None) -> None:
        if entry is not None and entry.ticket is not None:
            go_to_ticket(desk, entry.ticket)
        elif entry is not None and entry.command:
            run(app, desk, entry.command)

    app.push_screen(Palette(desk.sitting.desk, entries), chosen)


def why_not(desk: DeskScreen, command: Command) -> str:
    """The reason why a command cannot be done now; "" when it can."""
    case = desk.case
    if case is None and (command.form or command.id in _NEEDS_TICKET):
        return _("There is no ticket here.")
    if command.id == "unmark" and not desk.queue.marks:
        return _("Nothing is marked.")
    if command.id == "save_file" and case and not any(each.attachments for each in case.ticket.messages):
        return _("This ticket has no attachments.")
    if command.id == "take_over" and case and case.ticket.owner in (None, desk.sitting.desk.agent):
        return _("Nobody else has this ticket.")
    if command.form and not (desk.queue.marks and command.form in doing.BULK) and command.id != "take_over":
        refusal = desk.sitting.why_not(command.form)
        return sentence(refusal) if refusal is not None else ""
    return ""


def run(app: DeskApp, desk: DeskScreen, command: str) -> None:
    """Do a command that was named rather than typed."""
    if BY_ID[command].where is Where.ANYWHERE:
        app.call_later(app.action_do, command)
    else:
        desk.action_do(command)


def go_to_ticket(desk: DeskScreen, number: int) -> None:
    """Open a ticket wherever it is: in the view, in another one, or in none since it was merged."""
    sitting = desk.sitting
    if desk.writing:
        desk.stop_writing()
    if number not in desk.queue.numbers:
        row = sitting.desk.lines([number]).get(number)
        if row is None:
            desk.say(_("There is no ticket {ticket}.").format(ticket=number), "bad")
            return
        desk.end_search()
        if number not in desk.queue.numbers:
            sitting.view = _view_of(row, sitting.now())
            if number not in sitting.numbers():
                desk.start_search(str(number))
    desk.reload(keep=number)
    desk.open_ticket(opened=True)
    desk.went_on()


def _view_of(row: Row, now: datetime) -> str:
    """A view that holds a ticket."""
    if not row.live:
        return "archive" if row.solved else "aside"
    return "open" if row.status is not Status.WAITING and row.wakes <= now else "all"


# Jump mode.

_PANES = ("conversation", "guide", "composer", "search")


def open_jump(app: DeskApp, desk: DeskScreen) -> None:
    """Labels on everything that one can go to."""

    def chosen(target: Target | None) -> None:
        if target is not None:
            jump_to(desk, target)

    app.push_screen(Jump(jump_targets(desk)), chosen)


def jump_targets(desk: DeskScreen) -> list[Target]:
    """The view tabs, the rows of the queue and the panes that can be seen, with the cells where labels stand."""
    views = desk.query_one("#views", Bar)
    targets = [Target("view", name, views.region.x + x, views.region.y) for name, x, _end in views.places()]
    for name in _PANES:
        found = filter(_in_sight, desk.query(f"#{name}"))  # the composer is not there before somebody writes
        targets += [Target("pane", name, max(0, pane.region.right - 3), pane.region.y) for pane in found]
    queue = desk.queue
    if _in_sight(queue):
        top = queue.scroll_offset.y
        rows = range(top, min(len(queue.numbers), top + queue.size.height))
        x, y = queue.region.x, queue.region.y - top
        targets += [Target("row", str(place), x, y + place) for place in rows]
    return targets


def _in_sight(pane: Widget) -> bool:
    return pane.region.height > 0 and all(
        each.display for each in pane.ancestors_with_self if isinstance(each, Widget)
    )


def jump_to(desk: DeskScreen, target: Target) -> None:
    """Go where a label stood."""
    if desk.writing and target.kind != "pane":
        desk.stop_writing()
    if target.kind == "view":
        desk.show_view(target.value)
    elif target.kind == "row":
        desk.queue.go_to(int(target.value))
        if desk.sitting.opened:
            desk.open_ticket(opened=False)
        desk.queue.focus()
    else:
        desk.query_one(f"#{target.value}").focus()
