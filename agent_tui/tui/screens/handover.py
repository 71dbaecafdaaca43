"""The shift handover (POLICY P4): whom it goes to, the list that they read, and what waits to be confirmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from agent_tui.desk.errors import DeskError
from agent_tui.domain.messages import N_
from agent_tui.domain.refusals import Refusal
from agent_tui.i18n import _
from agent_tui.telling_errors import sentence
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.widgets.pager import Line, Pager, wrap

GIVE, CONFIRM = "give", "confirm"
"""What became of the panel: the tickets were given, or those that waited were confirmed."""


class HandoverPanel(Panel[str]):
    """A recipient and the list. `give` hands it over to who is named, `confirm` takes what waits; both may refuse."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("ctrl+o,ctrl+enter", "give", ""),
        ("ctrl+r", "confirm", ""),
        ("down", "move(1)", ""),
        ("up", "move(-1)", ""),
        ("pagedown", "page(1)", ""),
        ("pageup", "page(-1)", ""),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("^o", N_("hand the tickets over")),
        ("^r", N_("confirm what was handed to you")),
        ("↑ ↓", N_("scroll")),
        ("Esc", N_("leave; nothing is done")),
    )

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        known: str,
        waiting: str,
        give: Callable[[str], object],
        confirm: Callable[[], object],
    ) -> None:
        """`known` are those whom tickets can be given to, `waiting` says what waits to be confirmed, if anything."""
        hint = _("^o hands over, Esc leaves")
        super().__init__(title, _("^r confirms what waits for you") + "; " + hint if waiting else hint)
        self._told = list(lines)
        self._known = known
        self._waiting = waiting
        self._give = give
        self._confirm = confirm

    def parts(self) -> list[Widget]:
        """What waits, the recipient, the list."""
        entry = Input(id="field-to", placeholder=self._known)
        entry.cursor_blink = False
        name = Static("* " + _("to"), classes="field-name", markup=False)
        above = [Static(self._waiting, id="handover-waiting", markup=False)] if self._waiting else []
        return [*above, Horizontal(name, entry, classes="field"), Pager(id="reading")]

    def on_mount(self) -> None:
        """One begins with the recipient."""
        self.query_one(Pager).show(lambda across: self._told)
        self._fit()
        self.query_one(Input).focus()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        across = max(8, self.app.size.width - 3)
        lines = sum(sum(1 for _piece in wrap(line.text, across, line.indent)) for line in self._told)
        pager = self.query_one(Pager)
        height = max(1, min(lines, self.app.size.height - 8))
        pager.styles.height = pager.styles.max_height = height

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_give()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.complain("")

    def action_give(self) -> None:
        """Hand everything on the list over."""
        if not self._told:
            self.complain(_("You have no open ticket to hand over."))
            return
        to = self.query_one(Input).value
        self._try(lambda: self._give(to), GIVE)

    def action_confirm(self) -> None:
        """Confirm the oldest handover that waits."""
        if self._waiting:
            self._try(self._confirm, CONFIRM)
        else:
            self.complain(_("No handover waits for you."))

    def _try(self, act: Callable[[], object], answer: str) -> None:
        try:
            act()
        except (Refusal, DeskError) as error:
            self.complain(sentence(error))
            return
        self.dismiss(answer)

    def action_move(self, by: int) -> None:
        """Scroll the list."""
        self.query_one(Pager).move(by)

    def action_page(self, by: int) -> None:
        """Scroll the list by pages."""
        pager = self.query_one(Pager)
        pager.move(by * pager.page())
