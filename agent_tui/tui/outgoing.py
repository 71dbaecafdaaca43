"""The desk's command for the outbox: it is shown, and what becomes of it when one leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_tui.domain.actions import kind_of
from agent_tui.store.outbox import Waiting
from agent_tui.tui import sending

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen
    from agent_tui.tui.screens.outbox import Leaving


def show(desk: DeskScreen) -> None:
    """The outbox; it is empty for ever where no helpdesk is behind the profile. Raises NotConnected."""
    from agent_tui.desk import connecting  # with all that speaks to a helpdesk
    from agent_tui.tui.screens.outbox import OutboxPanel

    if desk.sitting.traffic is None:
        raise connecting.NotConnected
    if desk.writing:
        desk.stop_writing()  # what is opened from here may go on with it

    def left(why: Leaving | None) -> None:
        desk.after_change()
        if why is not None and why.reword is not None:
            waiting = why.reword
            desk.guarded(lambda: reword(desk, waiting))
        elif why is not None:
            from agent_tui.tui import habits  # which knows of all commands, this one among them

            habits.go_to_ticket(desk, why.ticket)

    desk.app.push_screen(OutboxPanel(desk.sitting, desk.glyphs), left)


def reword(desk: DeskScreen, waiting: Waiting) -> None:
    """Open the composer with what waits; what is sent from it takes its place."""
    if waiting.action is None:
        return
    number = desk.sitting.reword(waiting)
    desk.after_change()
    sending.go_on_writing(desk, number, kind_of(waiting.action))
