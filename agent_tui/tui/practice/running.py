"""The runs that were ended, as a list to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from textual.widget import Widget

from agent_tui.domain.messages import N_
from agent_tui.i18n import _, ngettext
from agent_tui.practice.results import Result
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.widgets.menu import Item, Menu
from agent_tui.wording_practice import Titles

_MOST_LINES = 14


class RunsPanel(Panel[int]):
    """Enter shows the card of the line under the cursor."""

    CSS_PATH = ["../screens/panel.tcss", "../screens/palette.tcss"]
    BINDINGS = [("down,j", "move(1)", ""), ("up,k", "move(-1)", ""), ("enter", "show", "")]
    KEYS = (
        ("Enter", N_("its card, and what a mentor said")),
        ("↑ ↓", N_("another line")),
        ("Esc", N_("leave")),
    )

    def __init__(self, kept: Sequence[Result], titles: Titles, zone: tzinfo) -> None:
        super().__init__(_("Runs"), _("Enter shows the card and what a mentor said; Esc leaves"))
        self._kept = kept
        self._titles = titles
        self._zone = zone

    def parts(self) -> list[Widget]:
        """One line a run."""
        return [Menu(id="palette-found")]

    def on_mount(self) -> None:
        """In the order in which they were given."""
        menu = self.query_one(Menu)
        menu.styles.height = min(len(self._kept), _MOST_LINES, max(3, self.app.size.height - 8))
        menu.show([self._item(each) for each in self._kept])

    def _item(self, result: Result) -> Item:
        record = result.record
        about = f"{result.at.astimezone(self._zone):%Y-%m-%d %H:%M} · {self._titles.mode(record.mode)}"
        if count := len(result.comments):
            about += " · " + ngettext("{count} comment", "{count} comments", count).format(count=count)
        return Item(self._titles.scenario(record.scenario), about, str(result.score))

    def action_move(self, by: int) -> None:
        """Another line."""
        self.query_one(Menu).move(by)

    def action_show(self) -> None:
        """The card of this run."""
        self.dismiss(self.query_one(Menu).cursor)
