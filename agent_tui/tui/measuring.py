"""The desk's commands that measure: the figures, and the review of a case (POLICY 8, T7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from agent_tui.domain.refusals import NotResolvedYet
from agent_tui.domain.ticket import Ticket

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen


def table(desk: DeskScreen) -> dict[str, Callable[[], object]]:
    """The function behind each command that measures."""
    return {"figures": partial(figures, desk), "review": partial(review, desk)}


def figures(desk: DeskScreen) -> None:
    """Open the figures over the desk."""
    from agent_tui.tui.screens.figures import FiguresPanel  # not before somebody wants it

    desk.app.push_screen(FiguresPanel(desk.sitting))


def review(desk: DeskScreen) -> None:
    """Score the case on the quality card. Raises NotResolvedYet for a ticket that is still open."""
    from agent_tui.tui.screens.review import ReviewPanel  # not before somebody wants it

    case = desk.case
    if case is None:
        return
    if case.ticket.resolution is None:
        raise NotResolvedYet
    number = case.ticket.id
    done: list[Ticket] = []

    def submit(filled: dict[str, str]) -> None:
        done.append(desk.sitting.act("review", filled, number))

    def closed(filled: dict[str, str] | None) -> None:
        if done:
            desk.done(done[0], "review")

    desk.app.push_screen(ReviewPanel(case.ticket, desk.sitting.desk.policy, submit), closed)
