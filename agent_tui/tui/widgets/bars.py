"""The lines at the top and bottom: views with their counts, sentences, and what keys do here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from agent_tui.domain.cells import fit, width

Pieces = tuple[tuple[str, str], ...]
"""Texts, each with the component class that styles it."""


class Item(msgspec.Struct, frozen=True):
    """What a bar shows whole or not at all, in its forms from the longest to the shortest."""

    id: str
    forms: tuple[Pieces, ...]
    weight: int = 0  # the heaviest find a place first
    stays: bool = False  # room for its shortest form is kept whatever weighs more


def cells_of(pieces: Pieces) -> int:
    """How many cells pieces take."""
    return sum(width(text) for text, _style in pieces)


def fitting(items: Sequence[Item], room: int) -> list[tuple[Item, Pieces]]:
    """The items for which there is room, in their order, each in the longest form that fits.

    Where there is not room for one, the heaviest is cut.
    """
    kept = sum(cells_of(item.forms[-1]) for item in items if item.stays)
    left = room
    chosen: dict[str, Pieces] = {}
    for item in sorted(items, key=lambda item: -item.weight):
        if item.stays:
            kept -= cells_of(item.forms[-1])
        form = next((form for form in item.forms if cells_of(form) <= left - kept), None)
        if form is not None:
            chosen[item.id] = form
            left -= cells_of(form)
    if items and not chosen:
        heaviest = max(items, key=lambda item: item.weight)
        (text, style), *_rest = heaviest.forms[-1]
        return [(heaviest, ((fit(text, room), style),))]
    return [(item, chosen[item.id]) for item in items if item.id in chosen]


class Bar(Widget):
    """One line of items; those that do not fit are left out, the lightest first."""

    COMPONENT_CLASSES = {"bar--strong", "bar--dim", "bar--bad", "bar--warn", "bar--key", "bar--current"}
    DEFAULT_CSS = "Bar { height: 1; }"

    class Chosen(Message):
        """An item was clicked."""

        def __init__(self, bar: Bar, item: str) -> None:
            self.bar = bar
            self.item = item
            super().__init__()

        @property
        def control(self) -> Bar:
            return self.bar

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._items: tuple[Item, ...] = ()
        self._right: tuple[Pieces, ...] = ()
        self._share = 4
        self._ground: Style | None = None

    def notify_style_update(self) -> None:
        """Theme, focus or classes are not what they were."""
        self._ground = None
        super().notify_style_update()

    def show(self, items: Sequence[Item], right: Sequence[Pieces] = (), share: int = 4) -> None:
        """Show items, and at the right end the first form of `right` that fits into so many parts of the line.

        Nothing is painted when they read as before.
        """
        new = (tuple(items), tuple(right), share)
        if new != (self._items, self._right, self._share):
            self._items, self._right, self._share = new
            self.refresh()

    def say(self, text: str, style: str = "") -> None:
        """Show one sentence."""
        self.show([Item("sentence", (((f" {text}", style),),))])

    def places(self) -> list[tuple[str, int, int]]:
        """The items that can be seen, each with the cells at which it begins and ends."""
        found: list[tuple[str, int, int]] = []
        reached = 0
        for item, form in self._shown():
            end = reached + cells_of(form)
            found.append((item.id, reached, end))
            reached = end
        return found

    def on_click(self, event: events.Click) -> None:
        for item, start, end in self.places():
            if start <= event.x < end:
                self.post_message(self.Chosen(self, item))

    def _shown(self) -> list[tuple[Item, Pieces]]:
        return fitting(self._items, self.size.width - cells_of(self._shown_right()))

    def _shown_right(self) -> Pieces:
        room = self.size.width // self._share
        return next((form for form in self._right if cells_of(form) <= room), ())

    def render_line(self, y: int) -> Strip:
        """The line."""
        across, right = self.size.width, self._shown_right()
        left = [piece for _item, form in fitting(self._items, across - cells_of(right)) for piece in form]
        gap = across - cells_of((*left, *right))
        segments = [Segment(text, self._style(name)) for text, name in (*left, (" " * gap, ""), *right)]
        return Strip(segments, across).adjust_cell_length(across, self._style(""))

    def _style(self, name: str) -> Style:
        if self._ground is None:
            self._ground = self.rich_style  # goes through all ancestors, for every piece anew
        if not name:
            return self._ground
        return self._ground + self.get_component_rich_style(f"bar--{name}", partial=True)
