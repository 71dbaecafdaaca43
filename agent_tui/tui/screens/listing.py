"""Panels with a list that is narrowed as one types; and one with what is chosen in full below it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Generic

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from agent_tui.domain.messages import N_
from agent_tui.i18n import _
from agent_tui.tui.screens.panel import Answer, Panel
from agent_tui.tui.widgets.menu import Item, Menu
from agent_tui.tui.widgets.pager import Line, Pager

_MOST_LINES = 9
_LOW = 5  # lines of the list on a low terminal
_BELOW = 10  # lines of what is chosen, where there is room


class TypedPanel(Panel[Answer], Generic[Answer]):
    """A field to type in, and a menu of what is found. Subclasses say what that is, and what choosing does."""

    CSS_PATH = ["panel.tcss", "palette.tcss"]
    BINDINGS = [
        ("down,ctrl+n", "move(1)", ""),
        ("up,ctrl+p", "move(-1)", ""),
        ("pagedown", "page(1)", ""),
        ("pageup", "page(-1)", ""),
    ]
    TYPED = N_("type to search")

    @abstractmethod
    def find(self, typed: str) -> None:
        """Show what there is for what was typed."""

    @abstractmethod
    def choose(self, place: int) -> None:
        """A line was chosen, or Enter pressed where there is none."""

    @abstractmethod
    def fit(self) -> None:
        """Make everything as high as there is room."""

    def moved(self) -> None:
        """The cursor went to another line."""

    def parts(self) -> list[Widget]:
        """What is typed, and what is found."""
        typed = Input(id="palette-typed", placeholder=_(self.TYPED))
        typed.cursor_blink = False
        return [typed, Menu(id="palette-found")]

    def on_mount(self) -> None:
        """Everything stands there before anything is typed."""
        self.fit()
        self.query_one(Input).focus()
        self.find("")

    def on_resize(self) -> None:
        self.fit()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.complain("")
        self.find(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.choose(self.query_one(Menu).cursor)

    @on(Menu.Chosen)
    def _clicked(self, event: Menu.Chosen) -> None:
        event.stop()
        self.choose(event.place)

    def action_move(self, by: int) -> None:
        """Another line."""
        self.query_one(Menu).move(by)
        self.moved()

    def action_page(self, by: int) -> None:
        """A page of lines."""
        menu = self.query_one(Menu)
        menu.move(by * menu.page())
        self.moved()


class ListPanel(TypedPanel[Answer], Generic[Answer]):
    """Enter takes the line under the cursor. Subclasses say what there is for what was typed."""

    KEYS = (
        ("Enter", N_("take this one")),
        ("↑ ↓", N_("another line")),
        ("Esc", N_("leave")),
    )

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__(title, hint or _("Enter takes it, arrows move, Esc leaves"))
        self._count = 0

    def items(self, typed: str) -> Sequence[Item]:
        """The lines for what was typed."""
        raise NotImplementedError

    def shown(self, place: int) -> list[Line]:
        """A line in full."""
        raise NotImplementedError

    def take(self, place: int) -> None:
        """A line was chosen."""
        raise NotImplementedError

    def parts(self) -> list[Widget]:
        """The chosen line in full below."""
        return [*super().parts(), Pager(id="listing-shown")]

    def fit(self) -> None:
        """A few lines of each."""
        high = self.app.size.height
        self.query_one(Menu).styles.height = _LOW if high < 30 else _MOST_LINES
        pager = self.query_one(Pager)
        pager.styles.height = pager.styles.max_height = max(
            2, min(_BELOW, high - 15 if high >= 20 else high - 12)
        )

    def find(self, typed: str) -> None:
        """The lines, and the first one in full."""
        items = self.items(typed)
        self._count = len(items)
        self.query_one(Menu).show(items, _("Nothing found."))
        self.moved()

    def moved(self) -> None:
        """The line under the cursor in full."""
        lines = self.shown(self.query_one(Menu).cursor) if self._count else []
        self.query_one(Pager).show(lambda across: lines)

    def choose(self, place: int) -> None:
        """Take it, if there is one."""
        if place < self._count:
            self.take(place)
