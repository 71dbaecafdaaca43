"""A list of lines to choose from, on the line API: title, what it is about, and its key at the right."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from agent_tui.domain.cells import fit, width

_CURSOR = "> "


class Item(msgspec.Struct, frozen=True):
    """A line: safe texts, and whether it can be chosen now."""

    title: str
    about: str = ""
    key: str = ""
    usable: bool = True


class Menu(ScrollView, can_focus=False, inherit_bindings=False):
    """Shows items and a cursor; its owner has the keys."""

    COMPONENT_CLASSES = {"menu--cursor", "menu--dim", "menu--key", "menu--empty"}

    class Chosen(Message):
        """An item was clicked."""

        def __init__(self, place: int) -> None:
            self.place = place
            super().__init__()

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._items: tuple[Item, ...] = ()
        self._empty = ""
        self._titles = self._abouts = self._keys = 0  # cells of the longest of each
        self.cursor = 0

    def show(self, items: Sequence[Item], empty: str = "", *, top: bool = True) -> None:
        """Show other items, with the cursor on the first or where it is."""
        self._items, self._empty = tuple(items), empty
        self._titles = max((width(each.title) for each in items), default=0) + width(_CURSOR) + 1
        self._abouts = max((width(each.about) for each in items), default=0) + 1
        self._keys = max((width(each.key) + 2 for each in items), default=0)
        self.virtual_size = Size(0, len(items))
        self.cursor = 0 if top else max(0, min(self.cursor, len(items) - 1))
        self._into_sight()
        self.refresh()

    def move(self, by: int) -> None:
        """Move the cursor, as far as there are items."""
        before, self.cursor = self.cursor, max(0, min(self.cursor + by, len(self._items) - 1))
        if not self._into_sight():
            self.refresh_line(before)
            self.refresh_line(self.cursor)

    def page(self) -> int:
        """How many items a page has."""
        return max(1, self.size.height - 1)

    def _into_sight(self) -> bool:
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if top <= self.cursor < top + height:
            return False
        target = self.cursor if self.cursor < top else self.cursor - height + 1
        self.scroll_to(y=target, animate=False, force=True, immediate=True)
        return True

    def render_line(self, y: int) -> Strip:
        """One item."""
        across = self.scrollable_content_region.width  # without the scrollbar
        place, base = y + self.scroll_offset.y, self.rich_style
        if place >= len(self._items):
            text = self._empty if place == 0 else ""
            return Strip([Segment(fit(text, across), self._style("empty", base))], across)
        item = self._items[place]
        if place == self.cursor:
            base = self._style("cursor", base)
        dim = self._style("dim", base)
        key = f" {item.key} " if item.key else ""
        room = across - width(key)
        title = fit(
            (_CURSOR if place == self.cursor else "  ") + item.title,
            min(room, self._room_of_title(item, across)),
        )
        about = fit(f" {item.about}", room - width(title))
        segments = [
            Segment(title, base if item.usable else dim),
            Segment(about, dim),
            Segment(key, self._style("key", base) if item.usable else dim),
        ]
        return Strip(segments).adjust_cell_length(across, base)

    def _room_of_title(self, item: Item, across: int) -> int:
        """Two fifths; more where titles need it and what they are about does not."""
        if not item.about:
            return across
        return max(24, across * 2 // 5, min(self._titles, across - self._keys - self._abouts))

    def _style(self, name: str, base: Style) -> Style:
        return base + self.get_component_rich_style(f"menu--{name}", partial=True)

    def on_resize(self, event: events.Resize) -> None:
        self._into_sight()

    def on_click(self, event: events.Click) -> None:
        place = event.y + self.scroll_offset.y
        if place < len(self._items):
            self.post_message(self.Chosen(place))
