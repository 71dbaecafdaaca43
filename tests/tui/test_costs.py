"""What a tick and a key press cost on the screen, counted in rows, lines and statements; times are for the bench."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from rich.segment import Segment
from textual import events
from textual._compositor import Compositor, LayoutUpdate
from textual.geometry import Size
from textual.pilot import Pilot
from textual.strip import Strip

from agent_tui.desk.core import Desk
from agent_tui.domain.views import Row
from agent_tui.tui.app import DeskApp
from agent_tui.tui.widgets.pager import Pager
from agent_tui.tui.widgets.queue import FETCHED, Queue
from tests.tui.desks import MORNING, Clock, desk_at, screen_of, sit
from tests.tui.test_flow import calm, keys

MANY = 300
STATEMENTS = 5
"""For `j` or `k`: the place, then the ticket, its texts, and the tickets of the same customer."""
MOST_MODULES = 580
"""Python's own, Textual's and ours, for a desk that stands. What a command needs besides comes when it is given."""


@pytest.fixture
def many(tmp_path: Path) -> Desk:
    """300 tickets, a minute apart."""
    people = tuple((f"Customer {number}", f"Parcel {number}") for number in range(MANY))
    return desk_at(tmp_path / "desk", people)


@contextmanager
def counted_reads(queue: Queue) -> Iterator[list[int]]:
    """How many rows each reading of rows asked for."""
    asked: list[int] = []
    read = queue._read

    def reading(numbers: Sequence[int]) -> dict[int, Row]:
        asked.append(len(numbers))
        return read(numbers)

    queue._read = reading
    yield asked
    queue._read = read


@contextmanager
def counted_lines(queue: Queue) -> Iterator[list[int]]:
    """The lines of the list that are drawn."""
    drawn: list[int] = []
    render: Callable[[int], Strip] = queue.render_line

    def rendering(y: int) -> Strip:
        drawn.append(y)
        return render(y)

    queue.render_line = rendering  # type: ignore[method-assign]
    yield drawn
    del queue.render_line


@contextmanager
def counted_rows(queue: Queue) -> Iterator[list[int]]:
    """The tickets whose rows are made, and not taken as they were."""
    made: list[int] = []
    segments = queue._segments

    def making(row: Row, *rest: object, at_cursor: bool) -> list[Segment]:
        made.append(row.id)
        return segments(row, *rest, at_cursor=at_cursor)  # type: ignore[arg-type]

    queue._segments = making  # type: ignore[method-assign, assignment]
    yield made
    del queue._segments


@contextmanager
def counted_statements(desk: Desk) -> Iterator[list[str]]:
    """The SQL of this thread."""
    heard: list[str] = []
    connection = desk.repository.database.connection
    connection.set_trace_callback(heard.append)
    yield heard
    connection.set_trace_callback(None)


async def frame(pilot: Pilot[None]) -> None:
    """Wait until what was asked for is painted."""
    await calm(pilot)
    await pilot.pause(0.05)  # a frame is painted by a timer of 1/60 s


def quiet(app: DeskApp) -> None:
    """No tick but those of the test."""
    for timer in list(screen_of(app)._timers):
        if timer._interval == 1.0:
            timer.stop()


# A tick.


def test_a_tick_paints_only_the_rows_that_read_differently(many: Desk) -> None:
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        queue = screen_of(app).queue
        await frame(pilot)
        rows = [queue.render_line(y).text[:8] for y in range(queue.size.height)]
        with counted_lines(queue) as drawn:
            screen_of(app)._tick()
            await frame(pilot)
            assert drawn == []
        for _minute in range(3):
            clock.turn(timedelta(minutes=30))
            with counted_lines(queue) as drawn:
                assert queue.tick() == len(set(drawn)) or drawn == []
                await frame(pilot)
            now = [queue.render_line(y).text[:8] for y in range(queue.size.height)]
            changed = {y for y, (old, new) in enumerate(zip(rows, now, strict=True)) if old != new}
            assert set(drawn) == changed
            rows = now

    sit(many, play, (80, 24), clock)


def test_a_tick_that_changes_no_word_paints_nothing_anywhere(many: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        await keys(pilot, "o")
        await frame(pilot)
        painted: list[object] = []
        update = app._display
        app._display = lambda screen, update_: painted.append(update_)  # type: ignore[method-assign, assignment]
        for _second in range(5):
            screen_of(app)._tick()
            await calm(pilot)
        app._display = update  # type: ignore[method-assign]
        assert [each for each in painted if each is not None] == []

    sit(many, play, (160, 50))


def test_a_tick_reads_no_row_and_a_handful_of_statements(many: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        await frame(pilot)
        queue = screen_of(app).queue
        with counted_reads(queue) as asked, counted_statements(many) as heard:
            screen_of(app)._tick()
        assert asked == []
        assert len(heard) <= 4, heard

    sit(many, play)


# A key.


def test_a_key_in_the_window_reads_no_row_and_draws_two_lines(many: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        queue = screen_of(app).queue
        await frame(pilot)
        for key in ("j", "j", "k", "down", "up"):
            with counted_reads(queue) as asked, counted_lines(queue) as drawn:
                await keys(pilot, key)
                await frame(pilot)
            assert asked == []
            assert len(drawn) == len(set(drawn)) == 2, (key, drawn)

    sit(many, play)


def test_a_key_beyond_the_window_reads_once_at_most_a_screenful(many: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        queue = screen_of(app).queue
        await frame(pilot)
        for key in ("pagedown", "pagedown", "pagedown", "G", "g", *["j"] * 40, "pageup"):
            with counted_reads(queue) as asked:
                await keys(pilot, key)
                await calm(pilot)
            assert sum(asked) <= FETCHED, (key, asked)

    sit(many, play)


def test_going_through_the_whole_list_reads_each_row_about_once(many: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        queue = screen_of(app).queue
        await frame(pilot)
        with counted_reads(queue) as asked:
            for _page in range(MANY // queue.page() + 1):
                await keys(pilot, "pagedown")
                await calm(pilot)
        assert queue.current == queue.numbers[-1]
        assert sum(asked) <= 2 * MANY

    sit(many, play)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_a_key_is_few_statements_among_many_tickets(many: Desk, size: tuple[int, int]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        await frame(pilot)
        for key in ("j", "j", "k"):
            with counted_statements(many) as heard:
                await keys(pilot, key)
                await calm(pilot)
            assert len(heard) <= STATEMENTS, "\n".join(heard)
            assert not any(sql.startswith(("INSERT", "UPDATE", "DELETE")) for sql in heard), "\n".join(heard)

    sit(many, play, size)


def test_a_letter_in_the_composer_asks_the_store_nothing(many: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        await keys(pilot, "r")
        await calm(pilot)
        screen_of(app)._draft_timer = screen_of(app).set_timer(
            3600, lambda: None
        )  # the next save is far away
        with counted_statements(many) as heard:
            await keys(pilot, *"thanks")
        assert heard == []

    sit(many, play)


def test_a_page_of_a_long_conversation_wraps_its_lines_once(tmp_path: Path) -> None:
    desk = desk_at(tmp_path / "desk")
    for number in range(200):
        desk.act(1, "note", {"text": f"note {number} " + "word " * 100}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        await keys(pilot, "o")
        await frame(pilot)
        pane = screen_of(app).query_one("#conversation", Pager)
        filled: list[int] = []
        fill = pane._fill
        pane._fill = lambda across: filled.append(across) or fill(across)  # type: ignore[func-returns-value]
        await keys(pilot, "j", "pagedown", "pageup", "g", "G", "k")
        screen_of(app)._tick()
        await frame(pilot)
        assert filled == []

    sit(desk, play)


@pytest.mark.parametrize("key", ["j", "pagedown"])
def test_scrolling_makes_only_rows_that_were_not_drawn(many: Desk, key: str) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        queue = screen_of(app).queue
        queue.go_to(queue.size.height - 1)
        await frame(pilot)
        for _press in range(5):
            drawn = set(queue._strips)
            with counted_rows(queue) as made:
                await keys(pilot, key)
                await frame(pilot)
            assert len(made) == len(set(made))
            assert len(set(made) & drawn) <= 2  # the rows that the cursor left and reached
            assert len(made) <= queue.page() + 2

    sit(many, play)


def test_a_scrollbar_that_looks_as_before_is_not_drawn_at_every_row(many: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        queue = screen_of(app).queue
        await frame(pilot)
        places: set[float] = set()
        for _row in range(MANY):
            queue.move(1)
            places.add(queue.vertical_scrollbar.position)
        assert len(places) <= 8 * queue.size.height
        top, height = queue.scroll_offset.y, queue.size.height
        assert (
            queue._thumb(queue.vertical_scrollbar.position)
            == queue._thumb(top)
            == queue._thumb(MANY - height)
        )

    sit(many, play)


def test_a_pane_that_nobody_sees_is_not_written(many: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        await frame(pilot)
        desk = screen_of(app)
        conversation = desk.query_one("#conversation", Pager)
        assert not conversation._wrapped_at
        await keys(pilot, "j")
        await calm(pilot)
        assert not conversation._wrapped_at
        await keys(pilot, "enter")
        await frame(pilot)
        subject = desk.case.ticket.subject if desk.case else ""
        shown = [conversation.render_line(y).text for y in range(conversation.size.height)]
        assert any(subject in line for line in shown)

    sit(many, play, (120, 40))


def test_sizes_of_before_do_not_bring_each_other_back(many: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        quiet(app)
        await frame(pilot)
        screen, laid = screen_of(app), []
        layout = screen._refresh_layout

        def laying(size: Size | None = None, scroll: bool = False) -> None:
            laid.append(size or screen.size)
            assert len(laid) < 50, "for ever"
            layout(size, scroll)

        screen._refresh_layout = laying  # type: ignore[method-assign]
        for lines in (24, 25, 24, 25):
            size = Size(80, lines)
            screen.post_message(events.Resize(size, size))
            screen.call_later(lambda: None)  # two sizes side by side would be one
        await frame(pilot)
        assert set(laid) == {app.size} == {screen.size}

    sit(many, play, (80, 24))


# The start.


def test_a_start_draws_the_screen_and_each_row_once(many: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    frames: list[Compositor] = []
    rows: list[int] = []
    full, segments = Compositor.render_full_update, Queue._segments

    def drawing(self: Compositor, simplify: bool = False) -> LayoutUpdate:
        frames.append(self)
        return full(self, simplify)

    def making(self: Queue, row: Row, *rest: object, at_cursor: bool) -> list[Segment]:
        rows.append(row.id)
        return segments(self, row, *rest, at_cursor=at_cursor)  # type: ignore[arg-type]

    monkeypatch.setattr(Compositor, "render_full_update", drawing)
    monkeypatch.setattr(Queue, "_segments", making)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await frame(pilot)
        assert len(app.screen_stack) == 1
        assert len(frames) == 1
        assert len(rows) == len(set(rows)) == screen_of(app).queue.size.height

    sit(many, play, (120, 40))


def test_a_start_imports_no_more_than_a_desk_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk_at(tmp_path / "desk").close()
    script = f"""
import asyncio, sys
from pathlib import Path
from agent_tui.desk.opening import Place, open_desk
from agent_tui.tui.app import DeskApp
from agent_tui.tui.keymap import keymap
from agent_tui.tui.look import UNICODE

folder = Path({str(tmp_path / "desk")!r})
desk = open_desk(Place("test", folder / "store.db", folder / "config", folder / "packs"), "li", "UTC")

async def story():
    app = DeskApp(desk, keymap(), UNICODE)
    async with app.run_test() as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        print("\\n".join(sorted(sys.modules)), file=sys.__stdout__)

asyncio.run(story())
"""
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ.copy(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = set(done.stdout.split())
    heavy = {"charset_normalizer", "fasttext", "httpx", "keyring", "phonenumbers", "pygments",
             "tomlkit", "tree_sitter", "tzlocal", "xlsxwriter"}  # fmt: skip
    assert {name.partition(".")[0] for name in found} & heavy == set()
    assert found & {f"agent_tui.tui.screens.{name}" for name in ("palette", "jump", "settings")} == set()
    assert "textual.widgets._text_area" not in found  # the composer comes with the first reply
    assert len(found) <= MOST_MODULES, len(found)
