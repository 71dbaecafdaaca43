"""Choosing a moment for a revisit (POLICY C8): those that suit both sides, or one that is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_tui.domain.revisits import propose
from agent_tui.i18n import _
from agent_tui.tui.screens.choice import Choice
from agent_tui.wording import moment

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen


def ask_moment(desk: DeskScreen) -> None:
    """Up to three moments inside both sides' hours and outside the customer's holidays, then one's own."""
    from agent_tui.tui.casework import ask

    case, sitting = desk.case, desk.sitting
    if case is None:
        return
    found = propose(case.ticket, sitting.desk.policy, sitting.now())
    options = [
        (str(place), f"{each.astimezone(sitting.zone):%Y-%m-%d %H:%M}", moment(each, sitting.zone))
        for place, each in enumerate(found, 1)
    ]
    if not options:
        ask(desk, "appoint")
        return
    options.append(("o", "", _("another moment")))

    def chosen(answer: str | None) -> None:
        if answer == "":
            ask(desk, "appoint")
        elif answer is not None:
            desk.guarded(lambda: desk.done(desk.sitting.act("appoint", {"moment": answer}), "appoint"))

    desk.app.push_screen(Choice(_("When to ask the customer again? (C8)"), options), chosen)
