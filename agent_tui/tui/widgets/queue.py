"""The queue: a list of any length on the line API, its countdowns on the left.

Only rows whose text changed are painted again, and of those only the countdown: it stands left since a change further
right would send the whole row. Rows are fetched as they come into sight.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import datetime

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from agent_tui.domain.cells import fit
from agent_tui.domain.text import safe
from agent_tui.domain.views import Row
from agent_tui.tui import look
from agent_tui.tui.look import Glyphs

FETCHED = 64
"""Rows that are read at once: a screenful and some more."""

_COUNTDOWN = 7  # cells: the countdown and the mark before it


class Queue(ScrollView, can_focus=True, inherit_bindings=False):
    """The list. Its owner gives it numbers and a way to read rows, and is told which ticket is under the cursor."""

    COMPONENT_CLASSES = {
        "queue--cursor",
        "queue--breached",
        "queue--risk",
        "queue--urgent",
        "queue--dim",
        "queue--marked",
        "queue--empty",
    }

    class Moved(Message):
        """The cursor is on another ticket, or on none."""

        def __init__(self, number: int | None) -> None:
            self.number = number
            super().__init__()

        def can_replace(self, message: Message) -> bool:
            """Of many moves in a row only the last one matters."""
            return isinstance(message, Queue.Moved)

    class Chosen(Message):
        """A ticket was clicked twice."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    def __init__(
        self, read: Callable[[Sequence[int]], dict[int, Row]], now: Callable[[], datetime], glyphs: Glyphs
    ) -> None:
        super().__init__(id="queue")
        self._read = read
        self._now = now
        self._glyphs = glyphs
        self.numbers: array[int] = array("q")
        self.marks: set[int] = set()
        self.drafted: set[int] = set()
        self.empty_text = ""
        self._rows: dict[int, Row] = {}
        self._painted: dict[int, str] = {}
        self._cursor = 0

    @property
    def current(self) -> int | None:
        """The ticket under the cursor."""
        return self.numbers[self._cursor] if self._cursor < len(self.numbers) else None

    def show(self, numbers: array[int], keep: int | None = None) -> None:
        """Show these tickets; the cursor stays on ticket `keep` wherever it is now, otherwise on its place."""
        before = self.current
        wanted = before if keep is None else keep
        self.numbers = numbers
        self._rows.clear()
        self._painted.clear()
        if wanted is not None and wanted in numbers:
            self._cursor = numbers.index(wanted)
        self._cursor = max(0, min(self._cursor, len(numbers) - 1))
        self.virtual_size = Size(0, len(numbers))
        self._into_sight()
        self.refresh()
        if self.current != before:
            self.post_message(self.Moved(self.current))

    def use(self, glyphs: Glyphs) -> None:
        """Draw with other signs."""
        self._glyphs = glyphs

    def refresh_rows(self) -> None:
        """Read the rows in sight again."""
        self._rows.clear()
        self._painted.clear()
        self.refresh()

    def move(self, by: int) -> None:
        """Move the cursor by so many rows, as far as there are any."""
        self.go_to(self._cursor + by)

    def go_to(self, place: int) -> None:
        """Put the cursor on a row."""
        place = max(0, min(place, len(self.numbers) - 1))
        if place == self._cursor or not self.numbers:
            return
        before, self._cursor = self._cursor, place
        if not self._into_sight():
            self.refresh_line(before)
            self.refresh_line(place)
        self.post_message(self.Moved(self.current))

    def page(self) -> int:
        """How many rows a page has."""
        return max(1, self.size.height - 1)

    def toggle_mark(self) -> None:
        """Mark the ticket under the cursor, or take its mark away."""
        if self.current is not None:
            self.marks ^= {self.current}
            self.refresh_line(self._cursor)

    def tick(self) -> int:
        """Paint the countdowns in sight that read differently by now; returns how many."""
        now = self._now()
        changed = 0
        for line in range(self.size.height):
            place = line + self.scroll_offset.y
            if place >= len(self.numbers):
                break
            row = self._row(place)
            if row is None or self._painted.get(row.id) == self._face(row, now):
                continue
            self.refresh(Region(0, line, _COUNTDOWN, 1))
            changed += 1
        return changed

    def _into_sight(self) -> bool:
        """Scroll so that the cursor is seen; returns whether that was needed."""
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if self._cursor < top:
            target = self._cursor
        elif self._cursor >= top + height:
            target = self._cursor - height + 1
        else:
            return False
        self.scroll_to(y=target, animate=False, force=True, immediate=True)
        return True

    def _row(self, place: int) -> Row | None:
        number = self.numbers[place]
        if number not in self._rows:
            first = max(0, place - FETCHED // 4)
            self._rows.update(self._read(self.numbers[first : first + FETCHED]))
        return self._rows.get(number)

    def _face(self, row: Row, now: datetime) -> str:
        """What changes by itself in a row as time passes."""
        return f"{look.countdown(row, now)}{look.urgency(row, now)}"

    def render_line(self, y: int) -> Strip:
        """One row of the list."""
        place = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        base = self.rich_style
        if place >= len(self.numbers):
            if place == 0 and self.empty_text:
                style = base + self.get_component_rich_style("queue--empty", partial=True)
                return Strip([Segment(fit(f"  {self.empty_text}", width), style)], width)
            return Strip.blank(width, base)
        row = self._row(place)
        if row is None:
            return Strip.blank(width, base)
        if place == self._cursor:
            base += self.get_component_rich_style("queue--cursor", partial=True)
        strip = Strip(self._segments(row, width, base, at_cursor=place == self._cursor))
        return strip.adjust_cell_length(width, base)

    def _segments(self, row: Row, width: int, base: Style, *, at_cursor: bool) -> list[Segment]:
        now, more = self._now(), self._glyphs.more
        self._painted[row.id] = self._face(row, now)

        def styled(name: str) -> Style:
            return base + self.get_component_rich_style(f"queue--{name}", partial=True)

        state = look.urgency(row, now)
        due = styled(state) if state != "calm" else base
        dim = styled("dim")
        mark = self._glyphs.cursor if at_cursor else " "
        if row.id in self.marks:
            mark = self._glyphs.marked
        level = str(row.level) if row.level else "?"
        parts = [
            Segment(mark, styled("marked")),
            Segment(look.countdown(row, now), due),
            Segment(" " + (self._glyphs.urgent if row.urgent else " "), styled("urgent")),
            Segment(f" {level} ", base),
            Segment(fit(look.CHANNELS.get(row.channel, row.channel[:4].upper()), 4) + " ", dim),
        ]
        used = 17
        if width >= 40:
            name = 10 if width < 60 else 14 if width < 90 else 20
            parts.append(Segment(fit(safe(row.customer), name, ellipsis=more) + " ", base))
            parts.append(Segment(fit(row.market or "", 2) + " ", dim))
            used += name + 4
        steps = 0 if width < 50 else 12 if width < 70 else 18
        if steps:
            steps += 1
        parts.append(Segment(fit(safe(row.subject), max(1, width - used - steps), ellipsis=more), base))
        if steps:
            text = look.step(row, now)
            if row.id in self.drafted:
                text = f"{self._glyphs.draft} {text}"
            parts.append(Segment(" " + fit(text, steps - 1, ellipsis=more), dim))
        return parts

    def on_focus(self) -> None:
        self.refresh_line(self._cursor)

    def on_blur(self) -> None:
        self.refresh_line(self._cursor)

    def on_resize(self, event: events.Resize) -> None:
        self._into_sight()

    def on_click(self, event: events.Click) -> None:
        place = event.y + self.scroll_offset.y
        if place < len(self.numbers):
            self.go_to(place)
            if event.chain == 2 and self.current is not None:
                self.post_message(self.Chosen(self.current))
