"""The queue: a list of any length on the line API, its countdowns on the left.

Only rows whose text changed are painted again, and of those only the countdown: it stands left since a change further
right would send the whole row. Rows are fetched as they come into sight.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

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

_KEPT = 4 * FETCHED  # drawn rows
_COUNTDOWN = 7  # cells: the countdown and the mark before it


class Columns(NamedTuple):
    """How many cells the columns have that follow the width; 0 for those that have no place."""

    channel: int
    customer: int
    subject: int
    step: int


_FIXED = 12  # countdown, urgency, level
_CHANNEL = 5
_MARKET = 3
_GROWTH = (
    ("subject", 24),
    ("customer", 14),
    ("step", 18),
    ("subject", 40),
    ("customer", 20),
    ("step", 24),
    ("subject", 60),
    ("customer", 28),
)
"""Which column grows next, and as far as what; the subject has the rest."""


@lru_cache(8)
def columns_in(width: int) -> Columns:
    """The columns of a list of so many cells."""
    if width < 40:
        channel = _CHANNEL if width >= 30 else 0
        return Columns(channel, 0, max(1, width - _FIXED - channel), 0)
    sizes = {"customer": 10, "subject": 1, "step": 12 if width >= 50 else 0}
    gaps = 2 if sizes["step"] else 1
    left = width - _FIXED - _CHANNEL - _MARKET - gaps - sum(sizes.values())
    for name, size in _GROWTH:
        if sizes[name]:
            more = max(0, min(left, size - sizes[name]))
            sizes[name] += more
            left -= more
    return Columns(_CHANNEL, sizes["customer"], sizes["subject"] + left, sizes["step"])


Looks = tuple[str, str, bool, bool, bool, int]
"""What a drawn row depends on besides its ticket: countdown, step, cursor, mark, draft, width."""


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
        """The agent went to another ticket. Where `show` puts the cursor its caller sees."""

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
        self._strips: dict[int, tuple[Looks, Strip]] = {}
        self._cursor = 0
        self._ground: Style | None = None
        self._styles: dict[str, Style] = {}

    def notify_style_update(self) -> None:
        """Theme, focus or classes are not what they were."""
        self._ground = None
        self._styles.clear()
        self._strips.clear()
        super().notify_style_update()

    @property
    def current(self) -> int | None:
        """The ticket under the cursor."""
        return self.numbers[self._cursor] if self._cursor < len(self.numbers) else None

    def show(self, numbers: array[int], keep: int | None = None) -> None:
        """Show these tickets; the cursor stays on ticket `keep` wherever it is now, otherwise on its place."""
        wanted = self.current if keep is None else keep
        self.numbers = numbers
        self._forget()
        if wanted is not None and wanted in numbers:
            self._cursor = numbers.index(wanted)
        self._cursor = max(0, min(self._cursor, len(numbers) - 1))
        if not self.size and len(numbers) > self.app.size.height:
            # Room for the scrollbar from the first layout on.
            self.show_vertical_scrollbar = self.vertical_scrollbar.display = True
        self.virtual_size = Size(0, len(numbers))
        self._into_sight()
        self.refresh()

    def use(self, glyphs: Glyphs) -> None:
        """Draw with other signs."""
        self._glyphs = glyphs
        self._strips.clear()

    def refresh_rows(self) -> None:
        """Read the rows in sight again."""
        self._forget()
        self.refresh()

    def _forget(self) -> None:
        self._rows.clear()
        self._painted.clear()
        self._strips.clear()

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

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """As Textual does it, but a scrollbar that would look as before is not drawn anew at every row."""
        bar = self.vertical_scrollbar
        if self.show_vertical_scrollbar and self._thumb(bar.position) != self._thumb(new_value):
            bar.position = new_value
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)

    def _thumb(self, position: float) -> int:
        """Where the thumb begins, in eighths of a cell."""
        height, rows = self.size.height, len(self.numbers)
        room = height - max(1.0, height * height / max(1, rows))
        return int(8 * room * position / max(1, rows - height))

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
        if self._ground is None:
            self._ground = self.rich_style  # goes through all ancestors, for every row anew
        base = self._ground
        if place >= len(self.numbers):
            if place == 0 and self.empty_text:
                style = base + self.get_component_rich_style("queue--empty", partial=True)
                return Strip([Segment(fit(f"  {self.empty_text}", width), style)], width)
            return Strip.blank(width, base)
        row = self._row(place)
        if row is None:
            return Strip.blank(width, base)
        now, at_cursor = self._now(), place == self._cursor
        face = self._painted[row.id] = self._face(row, now)
        looks = (face, look.step(row, now), at_cursor, row.id in self.marks, row.id in self.drafted, width)
        kept = self._strips.get(row.id)
        if kept is not None and kept[0] == looks:  # scrolling asks for every row in sight
            return kept[1]
        if at_cursor:
            base += self.get_component_rich_style("queue--cursor", partial=True)
        segments = self._segments(row, now, width, base, at_cursor=at_cursor)
        strip = Strip(segments).adjust_cell_length(width, base)
        if len(self._strips) > _KEPT:
            self._strips.clear()
        self._strips[row.id] = (looks, strip)
        return strip

    def _segments(
        self, row: Row, now: datetime, width: int, base: Style, *, at_cursor: bool
    ) -> list[Segment]:
        more = self._glyphs.more

        def styled(name: str) -> Style:
            if name not in self._styles:  # Textual forgets them at every refresh
                self._styles[name] = self.get_component_rich_style(f"queue--{name}", partial=True)
            return base + self._styles[name]

        state = look.urgency(row, now)
        due = styled(state) if state != "calm" else base
        dim = styled("dim")
        mark = self._glyphs.cursor if at_cursor else " "
        if row.id in self.marks:
            mark = self._glyphs.marked
        level = str(row.level) if row.level else "?"
        left = look.countdown(row, now)
        if mark == " " and not due.underline:  # each change of style is 40 bytes, every second
            parts = [Segment(f" {left}", due)]
        else:
            parts = [Segment(mark, styled("marked")), Segment(left, due)]
        parts += [
            Segment(" " + (self._glyphs.urgent if row.urgent else " "), styled("urgent")),
            Segment(f" {level} ", base),
        ]
        columns = columns_in(width)
        if columns.channel:
            channel = look.CHANNELS.get(row.channel, row.channel[:4].upper())
            parts.append(Segment(fit(channel, columns.channel - 1) + " ", dim))
        if columns.customer:
            parts.append(Segment(fit(safe(row.customer), columns.customer, ellipsis=more) + " ", base))
            parts.append(Segment(fit(row.market or "", 2) + " ", dim))
        parts.append(Segment(fit(safe(row.subject), columns.subject, ellipsis=more), base))
        if columns.step:
            text = look.step(row, now)
            if row.id in self.drafted:
                text = f"{self._glyphs.draft} {text}"
            parts.append(Segment(" " + fit(text, columns.step, ellipsis=more), dim))
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
