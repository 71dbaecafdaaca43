"""The palette: every command that makes sense here, and every ticket, found as one types."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work
from textual.worker import get_current_worker

from agent_tui.desk.core import Desk
from agent_tui.domain.messages import N_
from agent_tui.i18n import _
from agent_tui.tui import finding
from agent_tui.tui.finding import Entry
from agent_tui.tui.screens.listing import TypedPanel
from agent_tui.tui.widgets.menu import Item, Menu

_MOST_LINES = 14


class Palette(TypedPanel[Entry]):
    """Type to find, Enter does it. Commands stand there at once; tickets follow from a thread, below them."""

    KEYS = (
        ("Enter", N_("do the command, or open the ticket")),
        ("↑ ↓", N_("another line")),
        ("#12", N_("ticket 12")),
        ("Esc", N_("leave")),
    )
    TYPED = N_("a command, a customer, a subject, #12")

    def __init__(self, desk: Desk, commands: Sequence[Entry]) -> None:
        super().__init__(
            _("Commands and tickets"), _("Type to find; #12 is ticket 12; Enter does it, Esc leaves")
        )
        self._desk = desk
        self._commands = tuple(commands)
        self._found: list[Entry] = []

    def fit(self) -> None:
        """One height while typing: a panel that grows and shrinks is painted whole each time."""
        self.query_one(Menu).styles.height = max(1, min(_MOST_LINES, self.app.size.height - 6))

    def _show(self, found: list[Entry], *, top: bool = True) -> None:
        self._found = found
        items = [
            Item(each.title, each.why_not or each.about, each.key, usable=not each.why_not) for each in found
        ]
        self.query_one(Menu).show(items, _("Nothing found."), top=top)

    def find(self, typed: str) -> None:
        """Commands at once; tickets follow below them."""
        numbered = finding.ticket_numbered(self._desk, typed)
        commands = [] if finding.only_a_number(typed) else finding.matching(self._commands, typed)
        self._show([*numbered, *commands])
        if typed.strip():
            self._search(typed, self._found)
        else:
            self.workers.cancel_group(self, "find")

    @work(thread=True, exclusive=True, group="find")
    def _search(self, typed: str, shown: list[Entry]) -> None:
        worker = get_current_worker()
        tickets = finding.tickets(self._desk, typed, shown)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._add, shown, tickets)

    def _add(self, shown: list[Entry], tickets: list[Entry]) -> None:
        """Tickets come below what is there, so that Enter means what it meant."""
        if self._found is shown and self.is_attached:
            self._show([*shown, *tickets], top=False)

    def choose(self, place: int) -> None:
        """Do it, or say why not."""
        if place >= len(self._found):
            return
        entry = self._found[place]
        if entry.why_not:
            self.complain(entry.why_not)
            return
        self.dismiss(entry)
