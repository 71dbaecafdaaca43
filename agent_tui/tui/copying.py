"""Copying from the desk: a selected message, or the ticket itself, goes to the clipboard behind the mask (T4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App

from agent_tui import formats
from agent_tui.desk.core import Case
from agent_tui.desk.forms import FORMS
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Message
from agent_tui.i18n import _, format_locale, ngettext
from agent_tui.telling_errors import kinds_named
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.widgets.pager import Pager

if TYPE_CHECKING:
    from agent_tui.desk.masking import Clip
    from agent_tui.tui.screens.desk import DeskScreen


def table(desk: DeskScreen) -> dict[str, Callable[[], object]]:
    """The function behind each command of copying."""
    return {
        "copy": partial(copy, desk),
        "copy_unmasked": partial(copy_unmasked, desk),
        "next_message": partial(select, desk, 1),
        "previous_message": partial(select, desk, -1),
    }


def select(desk: DeskScreen, by: int) -> None:
    """The message after or before the selected one; the newest at first, and none after the newest."""
    case = desk.case
    if case is None or not case.ticket.messages:
        return
    ids = [each.id for each in case.ticket.messages]
    here = desk.sitting.message
    place = ids.index(here) + by if here in ids else len(ids) - 1
    desk.sitting.message = ids[max(0, place)] if place < len(ids) else ""
    desk.reread()
    pane = desk.query_one("#conversation", Pager)
    if desk.sitting.message:
        pane.to_anchor(desk.sitting.message)
    else:
        pane.to_end()


def copy(desk: DeskScreen) -> None:
    """Put what is selected into the clipboard, and say what that was and what of it was hidden."""
    from agent_tui.desk import masking  # not before somebody copies

    if (found := _selected(desk)) is not None:
        number, what, text = found
        clip = masking.clip(desk.sitting.desk, number, text)
        _put_out(desk, clip)
        desk.say(_done(what, clip), "warn" if clip.left_out else "")


def copy_unmasked(desk: DeskScreen) -> None:
    """The same without the mask, after a reason that is journaled; where nothing is hidden, nothing is asked."""
    from agent_tui.desk import masking

    if (found := _selected(desk)) is None:
        return
    number, what, text = found
    sitting = desk.sitting
    kinds = sitting.desk.guidance.kinds_in(text, masking.customer_of(sitting.desk, number))
    if not kinds:
        copy(desk)
        return
    fields = tuple(field for field in FORMS["unmask"].fields if field.name == "reason")
    taken: list[Clip] = []

    def submit(filled: dict[str, str]) -> None:
        reason, now = filled["reason"], sitting.now()
        taken.append(masking.clip_unmasked(sitting.desk, number, text, kinds, reason, now))

    def closed(filled: dict[str, str] | None) -> None:
        if taken:
            _put_out(desk, taken[0])
            desk.after_change()
            told = _("{what} copied as it is; that is journaled.").format(what=what)
            desk.say(f"{told} {_rest(taken[0])}".strip(), "warn")

    desk.app.push_screen(FormPanel(_("Why do you copy it without the mask?"), fields, submit), closed)


def _put_out(desk: DeskScreen, clip: Clip) -> None:
    """By OSC 52, past the mask of `DeskApp.copy_to_clipboard`: what is in a clip is as it shall be."""
    App.copy_to_clipboard(desk.app, clip.text)


def told_of_keys(clip: Clip) -> str:
    """What is said after Textual's own keys copied something that holds personal data."""
    return _("Copied; other programs get it masked: {kinds}.").format(kinds=_kinds(clip))


def _selected(desk: DeskScreen) -> tuple[int, str, str] | None:
    """The ticket, what of it is copied in words, and its text; says so where there is nothing."""
    case = desk.case
    if case is None:
        desk.say(_("There is no ticket here."), "bad")
        return None
    number = case.ticket.id
    message = next((each for each in case.ticket.messages if each.id == desk.sitting.message), None)
    if message is None:
        return number, f"#{number}", _of_ticket(case)
    text = case.texts.get(message.id)
    if text is None:
        desk.say(_("The text of this message was erased."), "bad")
        return None
    return number, _named(message), text


def _of_ticket(case: Case) -> str:
    """Number, subject and, once there is one, the summary."""
    ticket = case.ticket
    lines = [f"#{ticket.id} {ticket.subject}"]
    if ticket.resolution is not None and ticket.resolution.summary:
        lines.append(ticket.resolution.summary)
    return "\n".join(lines)


def _named(message: Message) -> str:
    return _("Message of {who}").format(who=safe(message.author))


def _done(what: str, clip: Clip) -> str:
    if clip.hidden:
        told = _("{what} copied; masked: {kinds}.").format(what=what, kinds=_kinds(clip))
    else:
        told = _("{what} copied; nothing had to be masked.").format(what=what)
    return f"{told} {_rest(clip)}".strip()


def _kinds(clip: Clip) -> str:
    return kinds_named(clip.hidden)


def _rest(clip: Clip) -> str:
    """What found no room."""
    if not clip.left_out:
        return ""
    text = ngettext(
        "The last {count} character found no room.",
        "The last {count} characters found no room.",
        clip.left_out,
    )
    return text.format(count=formats.number(clip.left_out, format_locale()))
