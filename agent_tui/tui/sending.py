"""Sending what was written in the composer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_tui.desk.forms import FORMS
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.refusals import Empty
from agent_tui.i18n import _
from agent_tui.tui import casework
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.form import FormPanel

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen


def send(desk: DeskScreen) -> None:
    """Send what was written: a note or brief at once, a reply after asking whether it solves the issue (POLICY H3)."""
    text, case = desk.composer.text, desk.case
    if desk.writing == "note":
        desk.done(desk.sitting.act("note", {"text": text}), "note")
        desk.written()
        return
    if desk.writing != "reply":
        casework.send_brief(desk, text)
        return
    if not text.strip():
        raise Empty(what=Told(N_("reply")))
    meant = casework.outcome(case) if case else None
    if case is not None and meant == "apologises":
        casework.apologise(desk, case, text)
        return
    if meant is not None:
        desk.confirm_reply({"text": text, "outcome": meant})
        return
    options = [
        ("1", "solves", _("answers or solves it")),
        ("2", "asks", _("asks the customer for something, and waits")),
        ("3", "unsolved", _("not solved yet: reason, deadline, follow-up (H3)")),
    ]

    def chosen(outcome: str | None) -> None:
        if outcome == "unsolved":
            fields = tuple(
                replace(field, required=field.name != "update")
                for field in FORMS["reply"].fields
                if field.name in _PROMISE
            )
            panel = FormPanel(_("Not solved yet: what the customer is told"), fields, promise)
            desk.app.push_screen(panel)
        elif outcome is not None:
            desk.guarded(lambda: desk.confirm_reply({"text": text, "outcome": outcome}))

    def promise(filled: dict[str, str]) -> None:
        desk.confirm_reply({"text": text, "outcome": "unsolved", **filled})

    desk.app.push_screen(Choice(_("This reply:"), options), chosen)


_PROMISE = ("reason", "deadline", "follow_up", "update")
