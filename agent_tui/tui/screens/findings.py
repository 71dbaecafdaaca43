"""What is wrong with the text, each with its reason and what could stand there (POLICY T2, C1, C10, H3)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from textual.widget import Widget

from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.guidance.situation import Finding
from agent_tui.i18n import _
from agent_tui.tui import telling_guidance
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.widgets.menu import Item, Menu
from agent_tui.tui.widgets.pager import Line, Pager
from agent_tui.wording import name_of


class Leaving(msgspec.Struct, frozen=True):
    """Which finding to go to, and whether its phrase takes the place of what stands there."""

    finding: Finding
    replace: bool = False


class FindingsPanel(Panel[Leaving]):
    """Enter goes to the place, `p` puts the phrase there."""

    CSS_PATH = ["panel.tcss", "palette.tcss"]
    BINDINGS = [
        ("down,j", "move(1)", ""),
        ("up,k", "move(-1)", ""),
        ("enter", "go", ""),
        ("p", "put", ""),
    ]
    KEYS = (
        ("Enter", N_("go to the place in the text")),
        ("p", N_("put the phrase there")),
        ("↑ ↓", N_("another line")),
        ("Esc", N_("back to the text")),
    )

    def __init__(self, found: Sequence[Finding], text: str) -> None:
        super().__init__(
            _("Findings in the text"), _("Enter goes there, p puts the phrase there, Esc goes back")
        )
        self._found = found
        self._text = text

    def parts(self) -> list[Widget]:
        """The findings, and the chosen one in full."""
        return [Menu(id="palette-found"), Pager(id="listing-shown")]

    def on_mount(self) -> None:
        """The first one is chosen."""
        menu = self.query_one(Menu)
        menu.styles.height = min(len(self._found), 6)
        menu.show(
            [
                Item(
                    f"{telling_guidance.SIGNS[each.severity]} {telling_guidance.title(each, self._text)}",
                    safe(name_of(each.why)),
                    "p" if each.phrase else "",
                )
                for each in self._found
            ]
        )
        pager = self.query_one(Pager)
        pager.styles.height = pager.styles.max_height = 6
        self._tell()

    def _tell(self) -> None:
        lines: list[Line] = telling_guidance.finding(self._chosen, self._text)
        self.query_one(Pager).show(lambda across: lines)

    @property
    def _chosen(self) -> Finding:
        return self._found[self.query_one(Menu).cursor]

    def action_move(self, by: int) -> None:
        """Another finding."""
        self.query_one(Menu).move(by)
        self._tell()

    def action_go(self) -> None:
        """To its place in the text."""
        self.dismiss(Leaving(self._chosen))

    def action_put(self) -> None:
        """Its phrase takes the place of what stands there."""
        if self._chosen.phrase:
            self.dismiss(Leaving(self._chosen, replace=True))
        else:
            self.complain(_("There is no phrase for this one."))
