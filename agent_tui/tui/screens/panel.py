"""The panel at the bottom in which the desk asks something; every prompt is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from agent_tui.desk.errors import DeskError
from agent_tui.domain.messages import N_
from agent_tui.domain.refusals import ConsentFirst, Refusal
from agent_tui.i18n import _
from agent_tui.tui import helping
from agent_tui.tui.widgets.pager import Line

if TYPE_CHECKING:
    from agent_tui.tui.session import Sitting

Answer = TypeVar("Answer")


class Over(ModalScreen[Answer | None], Generic[Answer]):
    """A screen over the desk that goes once."""

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Leave. A second Escape that comes before the first is done would take the desk away with Textual's own."""
        return super().dismiss(result) if self.is_current else AwaitComplete()


class Panel(Over[Answer]):
    """A question over the desk. Escape leaves it without an answer."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "panel.tcss"
    AUTO_FOCUS = ""  # each panel says itself where one begins
    BINDINGS = [Binding("escape", "leave"), Binding("f1,question_mark", "help", id="help")]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("Esc", N_("leave")),)  # for its help, `(key, text)`

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__()
        self._title = title
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Title, the panel's own parts, a line for what is wrong, and a line that says what keys do."""
        with Vertical(id="panel"):
            yield Static(self._title, id="panel-title", markup=False)
            yield from self.parts()
            yield Static("", id="panel-error", markup=False)
            yield Static(self._hint, id="panel-hint", markup=False)

    def parts(self) -> list[Widget]:
        """What stands between title and hint."""
        return []

    def help_lines(self) -> list[Line]:
        """What help says here."""
        return helping.panel_lines((key, _(text)) for key, text in self.KEYS)

    def action_help(self) -> None:
        """Help for this panel."""
        from agent_tui.tui.screens.reading import Reading

        self.app.push_screen(Reading(_("Help: {title}").format(title=self._title), self.help_lines()))

    def complain(self, text: str) -> None:
        """Say what is wrong with the answer so far."""
        error = self.query_one("#panel-error", Static)
        error.update(text)
        error.set_class(bool(text), "-shown")

    def refused(self, error: Refusal | DeskError, again: Callable[[], object]) -> None:
        """Say why the desk refused; where consent comes first, offer what can be done, and then do it `again`."""
        from agent_tui.telling_errors import sentence
        from agent_tui.tui.app import DeskApp

        app = self.app
        if isinstance(error, ConsentFirst) and isinstance(app, DeskApp) and (desk := app.desk_screen):
            from agent_tui.tui import asking

            asking.offer(desk, error, again, lambda: self.put_aside(error.ticket, app.sitting))
        else:
            self.complain(sentence(error))

    def put_aside(self, ticket: int, sitting: Sitting) -> None:
        """Leave for now; a panel with fields keeps what was filled in."""
        self.dismiss(None)

    def action_leave(self) -> None:
        """No answer."""
        self.dismiss(None)
