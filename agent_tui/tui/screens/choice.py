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
    """One key answers, or the arrows and Enter. `options` are `(key, value, text)`."""

    def __init__(
        self,
        title: str,
        options: Sequence[tuple[str, str, str]],
        lines: Sequence[str] = (),
        *,
        now: str | None = None,
    ) -> None:
        """`now` is the answer that holds: the arrows begin there. Without one Enter means nothing at first."""
        super().__init__(title, _("Press a key; Esc leaves"))
        self._options = options
        self._lines_above = lines
        self._place = next((place for place, (_key, value, _text) in enumerate(options) if value == now), -1)

    def parts(self) -> list[Widget]:
        """The text above, then an option a line."""
        above: list[Widget] = [Static(line, markup=False) for line in self._lines_above]
        return above + [
            Static(f" {key}  {text} ", classes="choice", markup=False) for key, _value, text in self._options
        ]

    def on_mount(self) -> None:
        """The answer that holds is marked."""
        self._mark()

    def help_lines(self) -> list[Line]:
        """The answers."""
        answers = [(key, text) for key, _value, text in self._options]
        return helping.panel_lines([*answers, *((key, _(text)) for key, text in self.KEYS)])

    def on_key(self, event: events.Key) -> None:
        """The answer."""
        if event.key in ("down", "up"):
            event.stop()
            self._move(1 if event.key == "down" else -1)
        elif event.key == "enter" and self._place >= 0:
            event.stop()
            self.dismiss(self._options[self._place][1])
        for key, value, _text in self._options:
            if key in (event.character, event.key):
                event.stop()
                self.dismiss(value)
                return

    def _move(self, by: int) -> None:
        last = len(self._options) - 1
        self._place = max(0, min(self._place + by, last)) if self._place >= 0 else 0 if by > 0 else last
        self._mark()

    def _mark(self) -> None:
        for place, line in enumerate(self.query(".choice")):
            line.set_class(place == self._place, "-chosen")
