"""The lines at the edges: what is left out where there is no room, and that keys do what the footer says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Input

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.domain.cells import width
from agent_tui.tui.app import DeskApp
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.widgets.bars import Bar, Item, cells_of, fitting
from agent_tui.tui.widgets.queue import Columns, columns_in
from tests.tui.desks import MORNING, bar, press, screen_of, sit, write

NARROW, WIDE = (80, 24), (160, 50)


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    i18n.use("en")


# What finds a place.

items = st.lists(
    st.builds(
        lambda place, texts, weight, stays: Item(
            str(place), tuple(((text, ""),) for text in sorted(texts, key=width, reverse=True)), weight, stays
        ),
        st.integers(),
        st.lists(st.text("ab好", min_size=1, max_size=12), min_size=1, max_size=3),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda item: item.id,
)


@given(items, st.integers(1, 60))
def test_what_is_shown_fits_and_is_whole_and_in_its_order(items: list[Item], room: int) -> None:
    found = fitting(items, room)
    assert sum(cells_of(form) for _item, form in found) <= room
    places = [items.index(item) for item, _form in found]
    assert places == sorted(places)
    if any(cells_of(item.forms[-1]) <= room for item in items if not item.stays) or len(found) > 1:
        assert all(form in item.forms for item, form in found) or len(found) == 1


def one(id: str, text: str, weight: int = 0, *, stays: bool = False, short: str = "") -> Item:
    forms = (((text, ""),), ((short, ""),)) if short else (((text, ""),),)
    return Item(id, forms, weight, stays)


def test_the_heaviest_come_first_and_what_stays_keeps_its_place() -> None:
    found = [
        one("a", "aaaaaa", 1),
        one("b", "bbbbbb", 3, short="bb"),
        one("c", "cccccc", 2),
        one("d", "dddd", stays=True, short="d"),
    ]
    shown = {room: [form[0][0] for _item, form in fitting(found, room)] for room in (22, 16, 13, 7, 3)}
    assert shown == {
        22: ["aaaaaa", "bbbbbb", "cccccc", "dddd"],
        16: ["bbbbbb", "cccccc", "dddd"],
        13: ["bbbbbb", "cccccc", "d"],
        7: ["bbbbbb", "d"],
        3: ["bb", "d"],
    }


def test_where_nothing_fits_the_heaviest_is_cut() -> None:
    ((item, form),) = fitting([one("a", "a sentence"), one("b", "another", 1)], 5)
    assert (item.id, form) == ("b", (("anot…", ""),))


# The headline and the footer.


def whole(app: DeskApp, name: str) -> list[str]:
    """What a bar shows, checked to be in no word cut."""
    line = screen_of(app).query_one(f"#{name}", Bar)
    forms = {item.id: ["".join(text for text, _style in form) for form in item.forms] for item in line._items}
    shown = line.render_line(0).text
    found = [item for item, _start, _end in line.places()]
    for item, start, end in line.places():
        assert any(width(form) == end - start and form in shown for form in forms[item]), (item, shown)
    return found


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("across", [20, 30, 40, 60, 80, 100, 120, 160, 200])
def test_no_word_is_cut_at_any_width(desk: Desk, language: str, across: int) -> None:
    i18n.use(language)
    desk.act(1, "snooze", {"until": "2h"}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        for keys in ((), ("bracketright",), ("o",), ("r",), ("escape", "escape", "slash")):
            await press(pilot, *keys)
            assert app.sitting.view in whole(app, "views") or app.sitting.search
            assert "app.do('help')" in whole(app, "hints")
        await press(pilot, "escape")
        assert whole(app, "hints")[0] == "do('next_step')"

    sit(desk, play, size=(across, 24))


def test_views_with_tickets_come_before_empty_ones(desk: Desk) -> None:
    desk.act(2, "snooze", {"until": "2h"}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await pilot.resize_terminal(56, 24)
        await press(pilot)
        assert bar(app, "views").startswith(" Open 4  Mine 1  Unclassified 5  Snoozed 1  All 5 ")
        screen_of(app).show_view("urgent")
        await press(pilot)
        assert whole(app, "views") == ["open", "mine", "urgent", "unclassified", "all"]
        await pilot.resize_terminal(20, 10)
        await press(pilot)
        assert bar(app, "views").rstrip() == " Open 4  Urgent 0"
        assert bar(app, "hints").strip()

    sit(desk, play)


def test_the_next_step_and_help_are_left_when_all_else_is_gone(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert bar(app, "hints").startswith(" Enter next: classify (H1) ")
        assert " ? Help " in bar(app, "hints")
        await pilot.resize_terminal(20, 10)
        await press(pilot)
        assert bar(app, "hints") == " Enter classify  ?  "

    sit(desk, play)


def test_a_count_that_ends_in_0_is_not_none(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        app.sitting.counts |= {"breached": 10}
        screen_of(app)._tell_bars()
        styles = {item.id: item.forms[0][0][1] for item in screen_of(app).query_one("#views", Bar)._items}
        assert (styles["breached"], styles["all"]) == ("bad", "")

    sit(desk, play)


def test_a_click_does_what_it_is_on(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        async def click(name: str, item: str) -> None:
            line = screen_of(app).query_one(f"#{name}", Bar)
            start = next(start for id_, start, _end in line.places() if id_ == item)
            await pilot.click(f"#{name}", offset=(start + 1, 0))
            await press(pilot)

        await click("views", "all")
        assert app.sitting.view == "all"
        await click("hints", "do('take')")
        assert desk.ticket(1).owner is not None
        await press(pilot, "slash", "i", "n", "v")
        await click("hints", "keep_found")
        assert app.focused is screen_of(app).queue
        assert list(screen_of(app).queue.numbers) == [1]
        await click("hints", "app.do('help')")
        assert app.screen is not screen_of(app)

    sit(desk, play, size=WIDE)


# Where one searches, letters are text.


def test_the_footer_of_a_search_names_no_letter(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        before = bar(app, "hints")
        await press(pilot, "slash")
        hints = bar(app, "hints")
        assert hints.startswith(" Enter To the list  Esc End the search  ↑ ↓ Another ticket  F1 Help ")
        assert "Reply" not in hints
        await press(pilot, "f1")
        assert "End the search" in app.screen.query_one("#reading").text()  # type: ignore[attr-defined]
        await press(pilot, "escape", "i", "n", "down", "enter")
        assert app.focused is screen_of(app).queue
        assert bar(app, "hints").startswith(" Enter next: ")
        await press(pilot, "slash", "escape")
        assert bar(app, "hints") == before

    sit(desk, play)


@pytest.mark.parametrize("key", ["tab", "shift+tab"])
def test_tab_in_the_search_goes_to_the_list_with_what_was_found(desk: Desk, key: str) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "slash", *"invoi", key)
        assert app.focused is screen_of(app).queue
        assert (app.sitting.view, list(screen_of(app).queue.numbers)) == ("open", [1])

    sit(desk, play)


def test_another_view_ends_the_search(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "slash", *"invoi", "enter", "right_square_bracket")
        assert (app.sitting.view, app.sitting.search) == (list(desk.views)[1], "")
        assert not screen_of(app).query_one("#search", Input).display

    sit(desk, play)


# Keys of the list where it is out of sight.


@pytest.mark.parametrize("key", ["tab", "shift+tab", "right_square_bracket", "left_square_bracket", "x", "X"])
def test_an_open_ticket_over_the_list_keeps_the_list_as_it_is(desk: Desk, key: str) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "o", key)
        assert (app.sitting.view, app.sitting.ticket, app.sitting.opened) == ("open", 1, True)
        assert not screen_of(app).queue.marks
        assert bar(app, "notice").strip() == "Esc goes back to the list first."

    sit(desk, play)


def test_beside_an_open_ticket_the_list_follows_its_keys(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "o", "right_square_bracket")
        assert (app.sitting.view, app.sitting.opened) == (list(desk.views)[1], False)

    sit(desk, play, size=WIDE)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_tab_where_one_writes_moves_between_text_and_conversation(desk: Desk, size: tuple[int, int]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        screen = screen_of(app)
        await press(pilot, "r", "H", "i", "tab")
        assert app.focused is screen.conversation
        assert (screen.writing, app.sitting.view, app.sitting.ticket) == ("reply", "open", 1)
        await press(pilot, "j", "tab")
        assert app.focused is screen.composer
        assert screen.composer.text == "Hi"
        await press(pilot, "tab", "r")  # it is open already: nothing is loaded anew
        assert (screen.composer.text, app.focused) == ("Hi", screen.composer)
        await press(pilot, "shift+tab", "escape")
        assert screen.writing == ""
        assert desk.drafts.drafted() == {1}
        assert app.sitting.opened

    sit(desk, play, size=size)


def test_the_keys_of_writing_count_beside_the_text_as_well(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "n", "H", "i", "tab", "ctrl+o")
        assert screen_of(app).writing == ""
        assert [desk.case(1).texts[each.id] for each in desk.ticket(1).messages][-1] == "Hi"

    sit(desk, play)


def test_a_note_begun_beside_a_reply_keeps_every_letter_of_both(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r", "H", "i", "tab", "n")
        await write(pilot, "angry")
        await press(pilot, "tab", "r")
        assert screen_of(app).composer.text == "Hi"
        await press(pilot, "escape")
        note = desk.drafts.draft(1, "note")
        assert note is not None
        assert note.text == "angry"

    sit(desk, play)


def test_tab_in_a_form_moves_from_field_to_field(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "s")
        assert isinstance(app.screen, FormPanel)
        fields = list(app.screen.query(Input))
        seen = [app.focused]
        for key in ("tab", "tab", "shift+tab"):
            await press(pilot, key)
            seen.append(app.focused)
        assert seen == [fields[0], fields[1], fields[0], fields[1]]
        assert app.sitting.view == "open"

    sit(desk, play)


# Columns of the list.


def test_the_columns_fill_a_list_of_any_width() -> None:
    for across in range(20, 300):
        found = columns_in(across)
        assert used(found) == across
        assert found.subject >= 5


def used(found: Columns) -> int:
    return (
        12
        + found.channel
        + (found.customer + 4 if found.customer else 0)
        + found.subject
        + (found.step + 1 if found.step else 0)
    )


def test_what_a_wider_list_has_more_goes_to_the_subject_first_then_to_customer_and_step() -> None:
    narrow, middle, wide = columns_in(50), columns_in(62), columns_in(200)
    assert narrow.subject < middle.subject
    assert (narrow.customer, narrow.step) == (middle.customer, middle.step)
    assert all(one < other for one, other in zip(middle[1:], wide[1:], strict=True))
    assert wide.subject > 2 * wide.customer
    found = [columns_in(across) for across in range(50, 300)]
    assert all(a <= b for one, other in pairwise(found) for a, b in zip(one, other, strict=True))


def test_at_160_columns_subjects_have_room(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert "Double charge on invoic" in screen_of(app).queue.render_line(0).text

    sit(desk, play, size=WIDE)
