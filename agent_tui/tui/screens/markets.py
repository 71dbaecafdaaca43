"""The markets of the handbook, to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from agent_tui.domain.messages import N_
from agent_tui.i18n import _
from agent_tui.tui.screens.listing import ListPanel
from agent_tui.tui.widgets.menu import Item
from agent_tui.tui.widgets.pager import Line


class MarketsPanel(ListPanel[str]):
    """`markets` are codes and names."""

    TYPED = N_("a market")

    def __init__(self, markets: Sequence[tuple[str, str]]) -> None:
        super().__init__(_("Customs and etiquette: which market?"))
        self._markets = markets
        self._found: Sequence[tuple[str, str]] = ()

    def items(self, typed: str) -> Sequence[Item]:
        """Those whose code or name holds what was typed."""
        wanted = typed.strip().casefold()
        self._found = [pair for pair in self._markets if any(wanted in each.casefold() for each in pair)]
        return [Item(name, "", code) for code, name in self._found]

    def shown(self, place: int) -> list[Line]:
        """A name says it all."""
        return []

    def take(self, place: int) -> None:
        """A market was chosen."""
        self.dismiss(self._found[place][0])
