"""A question with a few answers, each on one key."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.widget import Widget
from textual.widgets import Static

from agent_tui.i18n import _
from agent_tui.tui import helping
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.widgets.pager import Line


class Choice(Panel[str]):
    """One key answers. `options` are `(key, value, text)`."""

    def __init__(
        self, title: str, options: Sequence[tuple[str, str, str]], lines: Sequence[str] = ()
    ) -> None:
        super().__init__(title, _("Press a key; Esc leaves"))
        self._options = options
        self._lines_above = lines

    def parts(self) -> list[Widget]:
        """The text above, then an option a line."""
        above: list[Widget] = [Static(line, markup=False) for line in self._lines_above]
        return above + [
            Static(f" {key}  {text}", classes="choice", markup=False) for key, _value, text in self._options
        ]

    def help_lines(self) -> list[Line]:
        """The answers."""
        answers = [(key, text) for key, _value, text in self._options]
        return helping.panel_lines([*answers, *((key, _(text)) for key, text in self.KEYS)])

    def on_key(self, event: events.Key) -> None:
        """The answer."""
        for key, value, _text in self._options:
            if key in (event.character, event.key):
                event.stop()
                self.dismiss(value)
                return
