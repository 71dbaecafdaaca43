"""Sending what was written in the composer, once its writer knows what came in meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_tui.desk.errors import DeskError
from agent_tui.desk.forms import FORMS
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.refusals import Empty
from agent_tui.domain.ticket import Message
from agent_tui.i18n import _
from agent_tui.tui import advising, asking, casework, telling
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.screens.meanwhile import SEND, Meanwhile
from agent_tui.tui.session import Held

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen


def send(desk: DeskScreen) -> None:
    """Send what was written: a note or brief at once, a reply after asking whether it solves the issue (POLICY H3)."""
    text, case = desk.composer.text, desk.case
    if desk.writing == "note":
        asking.asked(desk, lambda: _send_note(desk, text))
        return
    if desk.writing != "reply":
        asking.asked(desk, lambda: casework.send_brief(desk, text))
        return
    if not text.strip():
        raise Empty(what=Told(N_("reply")))
    fresh = desk.fresh()
    if not fresh or case is None:
        _send_reply(desk, text)
        return

    def answered(answer: str | None) -> None:
        desk.has_read()
        if answer == SEND:
            desk.guarded(lambda: _send_reply(desk, text))

    _show(desk, case.ticket.id, fresh, answered)


def ask_again(desk: DeskScreen, held: Held) -> None:
    """A reply was overtaken in its last seconds and is a draft again: show by what, and ask."""
    number = held.sending.action.ticket

    def answered(answer: str | None) -> None:
        if answer == SEND:
            desk.guarded(send_held)
        else:
            go_on_writing(desk, number, "reply")
            desk.has_read()

    def send_held() -> None:
        desk.sitting.send_held(held)
        desk.after_change()
        desk.say(desk.reply_sent(number))

    _show(desk, number, held.fresh, answered)


def go_on_writing(desk: DeskScreen, number: int, kind: str) -> None:
    """Go to a ticket, wherever it is, and on with what was begun there."""
    from agent_tui.tui import habits  # which knows of all commands, this one among them

    habits.go_to_ticket(desk, number)
    if desk.sitting.ticket == number:
        desk.write(kind)


def _show(
    desk: DeskScreen, number: int, fresh: Sequence[Message], answered: Callable[[str | None], None]
) -> None:
    texts = desk.sitting.desk.case(number).texts
    lines = telling.messages(fresh, texts, desk.sitting.zone, desk.glyphs, desk.size.width - 3)
    desk.app.push_screen(Meanwhile(number, lines, len(fresh)), answered)


def _send_note(desk: DeskScreen, text: str) -> None:
    try:
        ticket = desk.sitting.act("note", {"text": text}, instead_of=desk.instead_of)
    except DeskError:  # what it was to replace may have gone out: then it stands for itself
        desk.instead_of = desk.sitting.still_waiting(desk.instead_of)
        raise
    desk.done(ticket, "note")
    desk.written()


def _send_reply(desk: DeskScreen, text: str) -> None:
    """Ask whether it solves the issue, unless the stage of a complaint says what it is."""
    case = desk.case
    meant = casework.outcome(case) if case else None
    if case is not None and meant == "apologises":
        casework.apologise(desk, case, text)
        return
    if meant is not None:
        advising.confirm(desk, {"text": text, "outcome": meant})
        return
    options = [
        ("1", "solves", _("answers or solves it")),
        ("2", "asks", _("asks the customer for something, and waits")),
        ("3", "unsolved", _("not solved yet: reason, deadline, follow-up (H3)")),
    ]

    def chosen(outcome: str | None) -> None:
        desk.mean(outcome or "")
        if outcome == "unsolved":
            fields = tuple(
                replace(field, required=field.name != "update")
                for field in FORMS["reply"].fields
                if field.name in _PROMISE
            )
            title = [_("Not solved yet: what the customer is told"), *advising.missing(desk, text, outcome)]
            desk.app.push_screen(FormPanel("\n".join(title), fields, promise))
        elif outcome is not None:
            desk.guarded(lambda: advising.confirm(desk, {"text": text, "outcome": outcome}))

    def promise(filled: dict[str, str]) -> None:
        advising.confirm(desk, {"text": text, "outcome": "unsolved", **filled})

    desk.app.push_screen(Choice(_("This reply:"), options), chosen)


_PROMISE = ("reason", "deadline", "follow_up", "update")
