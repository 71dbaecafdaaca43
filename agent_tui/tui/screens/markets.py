"""Lists of things that have an id and a name: the markets of the handbook are one."""

from __future__ import annotations

from collections.abc import Sequence

from agent_tui.domain.messages import N_
from agent_tui.i18n import _
from agent_tui.tui.screens.listing import ListPanel
from agent_tui.tui.widgets.menu import Item
from agent_tui.tui.widgets.pager import Line


class NamedPanel(ListPanel[str]):
    """Answers with the id of what was chosen."""

    def __init__(self, title: str, named: Sequence[tuple[str, str]]) -> None:
        super().__init__(title)
        self._named = named
        self._found: Sequence[tuple[str, str]] = ()

    def items(self, typed: str) -> Sequence[Item]:
        """Those whose id or name holds what was typed."""
        wanted = typed.strip().casefold()
        self._found = [pair for pair in self._named if any(wanted in each.casefold() for each in pair)]
        return [Item(name, "", id_) for id_, name in self._found]

    def shown(self, place: int) -> list[Line]:
        """A name says it all."""
        return []

    def take(self, place: int) -> None:
        """One was chosen."""
        self.dismiss(self._found[place][0])


class MarketsPanel(NamedPanel):
    """`markets` are codes and names."""

    TYPED = N_("a market")

    def __init__(self, markets: Sequence[tuple[str, str]]) -> None:
        super().__init__(_("Customs and etiquette: which market?"), markets)
