"""A page to read: why a deadline is what it is, the journal, help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.widget import Widget

from agent_tui.domain.messages import N_
from agent_tui.i18n import _
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.widgets.pager import Line, Pager, wrap


class Reading(Panel[str]):
    """Lines that scroll. Escape, Enter or `q` closes."""

    BINDINGS = [
        ("escape,enter,q", "leave", ""),
        ("down,j", "move(1)", ""),
        ("up,k", "move(-1)", ""),
        ("pagedown,space", "page(1)", ""),
        ("pageup", "page(-1)", ""),
        ("home,g", "edge(-1)", ""),
        ("end,G", "edge(1)", ""),
    ]

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑ ↓", N_("scroll")),
        ("PgUp PgDn", N_("scroll by pages")),
        ("Home End", N_("to the first line, to the last one")),
        ("Esc", N_("close")),
    )

    def __init__(self, title: str, lines: Sequence[Line], hint: str = "") -> None:
        super().__init__(title, hint or _("Esc closes, arrows scroll"))
        self._told = list(lines)

    def parts(self) -> list[Widget]:
        """The lines."""
        return [Pager(id="reading")]

    def on_mount(self) -> None:
        """As high as the text, up to what the panel allows."""
        pager = self.query_one(Pager)
        pager.show(lambda across: self._told)
        self._fit()
        pager.focus()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        across = max(8, self.app.size.width - 3)
        lines = sum(sum(1 for _piece in wrap(line.text, across, line.indent)) for line in self._told)
        height = max(1, min(lines + 1, self.app.size.height - 5))
        pager = self.query_one(Pager)
        pager.styles.height = pager.styles.max_height = height

    def action_move(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(Pager).move(by)

    def action_page(self, by: int) -> None:
        """Scroll by pages."""
        pager = self.query_one(Pager)
        pager.move(by * pager.page())

    def action_edge(self, which: int) -> None:
        """To the first line, or to the last."""
        pager = self.query_one(Pager)
        pager.move(which * pager.virtual_size.height)
