"""A pane of lines: text with styles that is wrapped to the pane's width and scrolled, on the line API."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from agent_tui.domain.cells import fit, graphemes, width


class Line(msgspec.Struct, frozen=True):
    """A paragraph: safe text, the component class that styles it, and how far it is indented when it wraps.

    `anchor` is a name by which the pane can be scrolled to it.
    """

    text: str = ""
    style: str = ""
    indent: int = 0
    wrap: bool = True
    anchor: str = ""


class Pager(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows lines. `fill` gives them for a width, so that rules and columns can follow it."""

    COMPONENT_CLASSES = {
        "pager--title",
        "pager--dim",
        "pager--customer",
        "pager--reply",
        "pager--note",
        "pager--good",
        "pager--warn",
        "pager--bad",
        "pager--key",
    }

    DEFAULT_CSS = "Pager { scrollbar-gutter: stable; scrollbar-size-vertical: 1; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._fill: Callable[[int], list[Line]] = lambda width: []
        self._lines: list[tuple[str, str]] = []
        self._wrapped_at = 0  # the width for which the lines were asked for; 0 when they are not those of now
        self._to_end = False
        self._ground: Style | None = None

    def notify_style_update(self) -> None:
        """Theme, focus or classes are not what they were."""
        self._ground = None
        super().notify_style_update()

    def show(self, fill: Callable[[int], list[Line]], *, top: bool = True) -> None:
        """Show other lines, from the top or where the reader is."""
        self._fill = fill
        self._to_end = False
        self.retell()
        if top and self.scroll_offset.y:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)

    def retell(self) -> None:
        """Ask for the lines again; only those that read differently are painted."""
        if not self.is_on_screen:
            self._wrapped_at = 0  # until somebody sees it
            return
        before, top = self._lines, self.scroll_offset.y
        self._wrap(paint=False)
        for place in range(top, top + self.size.height):
            if before[place : place + 1] != self._lines[place : place + 1]:
                self.refresh_line(place)

    def move(self, by: int) -> None:
        """Scroll by so many lines."""
        self.scroll_to(y=self.scroll_offset.y + by, animate=False, force=True, immediate=True)

    def to_end(self) -> None:
        """Scroll to the last line."""
        self._to_end = not self._wrapped_at  # there are no lines yet
        self.scroll_to(y=self.virtual_size.height, animate=False, force=True, immediate=True)

    def to_anchor(self, name: str) -> None:
        """Scroll to the line with that anchor; nothing moves when there is none."""
        across, place = self._across(), 0
        for line in self._fill(across):
            if line.anchor == name:
                self.scroll_to(y=place, animate=False, force=True, immediate=True)
                return
            place += sum(1 for _piece in wrap(line.text, across, line.indent)) if line.wrap else 1

    def page(self) -> int:
        """How many lines a page has."""
        return max(1, self.size.height - 1)

    def text(self) -> str:
        """Everything that is shown, for copying."""
        if not self._wrapped_at:
            self._wrap()
        return "\n".join(text for text, style in self._lines)

    def _wrap(self, *, paint: bool = True) -> None:
        across = self._across()
        self._wrapped_at = across
        self._lines = [
            (piece, line.style)
            for line in self._fill(across)
            for piece in (wrap(line.text, across, line.indent) if line.wrap else (line.text,))
        ]
        self._reach(len(self._lines))
        if paint:
            self.refresh()
        if self._to_end:
            self.to_end()

    def _reach(self, lines: int) -> None:
        """Let the pane scroll over so many lines; only a scrollbar that comes or goes lays the screen out anew."""
        size = Size(0, lines)
        scrolls = lines > self.size.height
        if scrolls != self.show_vertical_scrollbar or self.styles.auto_dimensions or not self.size:
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)

    def on_resize(self, event: events.Resize) -> None:
        if self._across() != self._wrapped_at:
            self._wrap()

    def _across(self) -> int:
        """Cells for text: what the scrollbar leaves, whose place is kept free also while there is none."""
        return max(8, self.scrollable_content_region.width)

    def render_line(self, y: int) -> Strip:
        """One line of the pane."""
        if not self._wrapped_at:
            self._wrap(paint=False)
        place = y + self.scroll_offset.y
        across = self.scrollable_content_region.width
        if self._ground is None:
            self._ground = self.rich_style  # goes through all ancestors, for every line anew
        base = self._ground
        if place >= len(self._lines):
            return Strip.blank(across, base)
        text, name = self._lines[place]
        style = base + self.get_component_rich_style(f"pager--{name}", partial=True) if name else base
        return Strip([Segment(fit(text, across), style)], across)


def wrap(text: str, across: int, indent: int = 0) -> Iterator[str]:
    """Break one paragraph into lines of at most `across` cells: at spaces, or anywhere in scripts without them."""
    if len(text) <= across and width(text) <= across:
        yield text
        return
    room = across
    line = ""
    used = 0
    for word in _words(text):
        cells = width(word)
        if used and used + width(word.rstrip()) > room:
            yield line.rstrip()
            line, used = " " * indent, indent
            word = word.lstrip()  # noqa: PLW2901  the break takes the place of the space
            cells = width(word)
        if used + cells <= room or used + width(word.rstrip()) <= room:
            line += word
            used += cells
            continue
        for part in graphemes(word):  # a word longer than the line
            size = width(part)
            if used + size > room:
                yield line
                line, used = " " * indent, indent
            line += part
            used += size
    if line.strip():
        yield line.rstrip()


_NOT_FIRST = frozenset(
    "，。、；：！？）」』】》〉〕］｝·…—～ー・々ぁぃぅぇぉっゃゅょァィゥェォッャュョ”’,.;:!?)]}"
)
_NOT_LAST = frozenset("（「『【《〈〔［｛“‘")
"""What Chinese and Japanese put at no line's beginning, and at no line's end."""


def _words(text: str) -> Iterator[str]:
    """Pieces after which a line may end: words with the space behind them, or single wide characters.

    A mark that ends something stays with what is before it, one that begins something with what comes.
    """
    start = 0
    for place, letter in enumerate(text):
        if letter == " " or ord(letter) >= 0x2E80:
            if letter in _NOT_LAST or text[place + 1 : place + 2] in _NOT_FIRST:
                continue
            yield text[start : place + 1]
            start = place + 1
    if start < len(text):
        yield text[start:]
