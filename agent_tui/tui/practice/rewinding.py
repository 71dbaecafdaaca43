"""Going back to a decision: what the trainee did, the newest first."""

from __future__ import annotations

from textual.widget import Widget

from agent_tui.domain.actions import kind_of
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.practice.exercise import Exercise
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.widgets.menu import Item, Menu
from agent_tui.wording import action_title

_MOST_LINES = 10
_EXCERPT = 60


class RewindPanel(Panel[int]):
    """Enter goes back to just before the line under the cursor."""

    CSS_PATH = ["../screens/panel.tcss", "../screens/palette.tcss"]
    BINDINGS = [("down,j", "move(1)", ""), ("up,k", "move(-1)", ""), ("enter", "go", "")]
    KEYS = (
        ("Enter", N_("go back to just before this")),
        ("↑ ↓", N_("another line")),
        ("Esc", N_("leave")),
    )

    def __init__(self, exercise: Exercise) -> None:
        super().__init__(
            _("Go back to just before"), _("Enter goes back, what came after is gone; Esc leaves")
        )
        self._moves = list(exercise.moves)
        self._zone = exercise.training.desk.zone

    def parts(self) -> list[Widget]:
        """One line for each thing that was done."""
        return [Menu(id="palette-found")]

    def on_mount(self) -> None:
        """The newest stands first."""
        menu = self.query_one(Menu)
        menu.styles.height = min(len(self._moves), _MOST_LINES, max(3, self.app.size.height - 8))
        menu.show(
            [
                Item(
                    f"#{move.ticket} {action_title(kind_of(move))}",
                    safe(str(getattr(move, "text", "")))[:_EXCERPT],
                )
                for move in reversed(self._moves)
            ]
        )

    def action_move(self, by: int) -> None:
        """Another line."""
        self.query_one(Menu).move(by)

    def action_go(self) -> None:
        """Back to there."""
        self.dismiss(len(self._moves) - 1 - self.query_one(Menu).cursor)
