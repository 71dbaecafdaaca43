"""The lines at the top and bottom: views with their counts, the store's state, and what keys do here."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from agent_tui.domain.cells import fit, width


class Bar(Widget):
    """One line of text pieces, each with the component class that styles it; what does not fit is left out."""

    COMPONENT_CLASSES = {"bar--strong", "bar--dim", "bar--bad", "bar--warn", "bar--key", "bar--current"}
    DEFAULT_CSS = "Bar { height: 1; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._left: tuple[tuple[str, str], ...] = ()
        self._right: tuple[tuple[str, str], ...] = ()

    def show(self, left: Sequence[tuple[str, str]], right: Sequence[tuple[str, str]] = ()) -> None:
        """Show pieces of text, `(text, style)`, at both ends; nothing is painted when they read as before."""
        new = (tuple(left), tuple(right))
        if new != (self._left, self._right):
            self._left, self._right = new
            self.refresh()

    def starts(self) -> list[int]:
        """The cell at which each piece at the left begins, of those that fit."""
        room = self.size.width - sum(width(text) for text, _name in self._shown_right())
        starts: list[int] = []
        reached = 0
        for text, _name in self._left:
            if reached + width(text) > room and starts:
                break
            starts.append(reached)
            reached += width(text)
        return starts

    def piece_at(self, x: int) -> int | None:
        """Which piece at the left stands at a cell."""
        starts = self.starts()
        place = sum(start <= x for start in starts) - 1
        return place if place >= 0 and x < starts[place] + width(self._left[place][0]) else None

    def _shown_right(self) -> list[tuple[str, str]]:
        right = [(text, name) for text, name in self._right if text]
        while right and sum(width(text) for text, _name in right) > self.size.width - 8:
            right.pop(0)
        return right

    def render_line(self, y: int) -> Strip:
        """The line."""
        return self._strip().adjust_cell_length(self.size.width, self.rich_style)

    def _strip(self) -> Strip:
        across = self.size.width
        right = self._shown_right()
        room = across - sum(width(text) for text, _name in right)
        segments: list[Segment] = []
        for text, name in self._left:
            cells = width(text)
            if cells > room:
                if not segments:
                    segments.append(Segment(fit(text, room), self._style(name)))
                    room = 0
                break
            segments.append(Segment(text, self._style(name)))
            room -= cells
        segments.append(Segment(" " * room, self.rich_style))
        segments += [Segment(text, self._style(name)) for text, name in right]
        return Strip(segments, across)

    def _style(self, name: str) -> Style:
        return (
            self.rich_style + self.get_component_rich_style(f"bar--{name}", partial=True)
            if name
            else self.rich_style
        )


class Views(Bar):
    """The views as tabs. Those that do not fit are left out around the current one."""

    class Chosen(Message):
        """A view was clicked."""

        def __init__(self, view: str) -> None:
            self.view = view
            super().__init__()

    def __init__(self) -> None:
        super().__init__(id="views")
        self._tabs: list[tuple[str, str]] = []
        self._current = ""

    def tell(self, tabs: Sequence[tuple[str, str]], current: str, right: Sequence[tuple[str, str]]) -> None:
        """Show tabs, `(id, text)`."""
        self._tabs, self._current = list(tabs), current
        room = max(10, self.size.width - min(sum(width(text) for text, _name in right), self.size.width // 2))
        place = next((index for index, (id_, _text) in enumerate(tabs) if id_ == current), 0)
        first = 0
        while first < place and sum(width(text) + 2 for _id, text in tabs[first : place + 1]) > room:
            first += 1
        pieces: list[tuple[str, str]] = []
        for id_, text in tabs[first:]:
            pieces.append(
                (
                    f" {text} ",
                    "current" if id_ == current else "bad" if id_ == "breached" and text[-1:] != "0" else "",
                )
            )
        self.show(pieces, right)

    def places(self) -> list[tuple[str, int]]:
        """The tabs that can be seen, each with the cell at which it begins."""
        first = len(self._tabs) - len(self._left)
        return [(self._tabs[first + place][0], start) for place, start in enumerate(self.starts())]

    def on_click(self, event: events.Click) -> None:
        place = self.piece_at(event.x)
        if place is not None:
            self.post_message(self.Chosen(self._tabs[len(self._tabs) - len(self._left) + place][0]))


class Hints(Bar):
    """What keys do here; a click on one does it."""

    class Chosen(Message):
        """A hint was clicked."""

        def __init__(self, command: str) -> None:
            self.command = command
            super().__init__()

    def __init__(self) -> None:
        super().__init__(id="hints")
        self._commands: list[str] = []

    def tell(self, hints: Sequence[tuple[str, str, str]]) -> None:
        """Show hints, `(command, key, title)`."""
        self._commands = [command for command, _key, _title in hints]
        self.show([piece for _id, key, title in hints for piece in ((f" {key}", "key"), (f" {title} ", ""))])

    def on_click(self, event: events.Click) -> None:
        place = self.piece_at(event.x)
        if place is not None:
            self.post_message(self.Chosen(self._commands[place // 2]))
