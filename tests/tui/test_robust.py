"""Whatever the size of the terminal and of the store, and whatever the letters: nothing falls, and columns stand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.scrollbar import ScrollBarRender

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Customer
from agent_tui.settings_keys import KEYS
from agent_tui.tui.app import DeskApp
from agent_tui.tui.look import ASCII, UNICODE, plain
from agent_tui.tui.widgets.queue import Queue
from tests.tui.desks import AGENT, MORNING, desk_at, screen_of, sit
from tests.tui.test_flow import calm, keys
from tests.tui.test_snapshots import BACK, SCENES

MANY = 10_000
SIZES = ((20, 5), (200, 60), (40, 10), (80, 24), (100, 8), (21, 50), (160, 50), (20, 5), (80, 24))

STRANGE = (
    ("👩‍👩‍👧‍👦 family", "🏳️‍🌈 flag 🇯🇵 🇨🇳"),
    ("Z" + "\u0301\u0302\u0303" * 20, "e\u0301" * 40),
    ("佐藤健一" * 20, "届いた商品が壊れています" * 10),
    ("ｶﾞｷﾞｸﾞ half", "①②③ ambiguous ±×÷ §"),
    ("سلطان", "استفسار قبل الشراء"),
    ("ศิริพร แก้วใส", "สอบถามเรื่องเครื่อง"),
    ("सुनीता वर्मा", "दीवाली निकल गई, ऑर्डर"),
    ("하늘", "전압 질문이에요"),
    ("❤️ ☎️ ⌚ ™️", "1️⃣ 2️⃣ #️⃣ 👍🏽"),
    ("\u1100\u1161\u11a8 jamo", "\u0e33\u0e33 am"),
    ("[red]Bruce[/red]", "[/b] [@click=app.quit]x[/]"),
    ("", ""),
)


def painted(app: DeskApp) -> list[str]:
    """Every line of the screen as it is painted."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def assert_columns(app: DeskApp) -> None:
    """Every painted line is as wide as the terminal."""
    across, down = app.size
    lines = painted(app)
    assert len(lines) == down
    wrong = {line: cell_len(line) for line in lines if cell_len(line) != across}
    assert wrong == {}, app.screen


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    i18n.use("en")


@pytest.fixture
def strange(tmp_path: Path) -> Desk:
    return desk_at(tmp_path / "desk", STRANGE)


# Sizes.


@pytest.mark.parametrize("scene", [*SCENES, "jump", "reply-kind", "note"])
def test_any_screen_takes_any_size_at_any_moment(strange: Desk, scene: str) -> None:
    ways = SCENES | {
        "jump": ("ctrl+g",),
        "reply-kind": ("r", "x", "ctrl+o"),
        "note": ("n", *"hello"),
    }

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        for key in ways[scene]:
            await keys(pilot, key)
        before = type(app.screen)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await calm(pilot)
            assert app.size == size
            assert_columns(app)
        if scene != "jump":  # its labels have no place any more
            assert type(app.screen) is before
        for key in BACK:
            await keys(pilot, key)
        assert app.screen is screen_of(app)
        assert_columns(app)
        assert app._exception is None

    sit(strange, play)


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (120, 40), (160, 50)])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_letter_keeps_its_column(strange: Desk, language: str, size: tuple[int, int]) -> None:
    i18n.use(language)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        queue = screen_of(app).queue
        for _ticket in STRANGE:
            assert_columns(app)
            await keys(pilot, "j")
        await keys(pilot, "g")
        await keys(pilot, "o")
        for _ticket in STRANGE:
            await calm(pilot)
            assert_columns(app)
            await keys(pilot, "greater_than_sign")
        assert queue.current == queue.numbers[-1]

    sit(strange, play, size)


def test_the_steps_of_all_rows_stand_in_one_column(strange: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        queue = screen_of(app).queue
        starts = {
            cell_len(line[: line.rindex("classify")])
            for line in (queue.render_line(y).text for y in range(len(STRANGE)))
        }
        assert len(starts) == 1

    sit(strange, play)


def test_ascii_signs_alone(desk: Desk) -> None:
    """What is not a customer's own letter is ASCII."""

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await keys(pilot, "x")
        assert screen_of(app).queue.render_line(0).text.isascii()
        bars = (painted(app)[0], *painted(app)[-2:])
        assert all(line.isascii() for line in bars), bars

    sit(desk, play, glyphs=ASCII)


ENGLISH = tuple((f"Customer {number}", f"Parcel {number} " + "and more " * 20) for number in range(60))


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (160, 50)])
def test_a_whole_screen_is_ascii_besides_what_customers_wrote(tmp_path: Path, size: tuple[int, int]) -> None:
    """Texts that are cut, quotation marks, borders, arrows and the ends of scrollbars as well."""
    ways = SCENES | {
        "long": ("r", *"a" * 30, "ctrl+o"),
        "glyphs": ("comma", *["down"] * [key.name for key in KEYS].index("glyphs"), "enter"),
        "jump": ("ctrl+g",),
        "far": ("pagedown", "j", "j"),
    }
    desk = desk_at(tmp_path / "desk", ENGLISH)
    for number in range(30):
        desk.act(1, "note", {"text": f"note {number}: " + "line\n" * 3}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        for scene, way in ways.items():
            for key in way:
                await keys(pilot, key)
            await calm(pilot)
            assert [line for line in painted(app) if not line.isascii()] == [], scene
            assert_columns(app)
            for key in BACK:
                await keys(pilot, key)
            assert app.screen is screen_of(app), scene

    sit(desk, play, size, glyphs=ASCII)


def test_signs_change_everywhere_at_once(tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await keys(pilot, "l")
        assert any(not line.isascii() for line in painted(app))
        for chosen in (ASCII, UNICODE, ASCII):
            app.glyphs = chosen
            app.retell()
            await calm(pilot)
            assert all(line.isascii() for line in painted(app)) is (chosen == ASCII)

    sit(desk_at(tmp_path / "desk", ENGLISH), play, (160, 50))


def test_every_sign_has_one_of_ascii_that_is_as_wide() -> None:
    signs = "".join(sign for glyph in msgspec.structs.astuple(UNICODE) for sign in glyph)
    bars = "".join([*ScrollBarRender.VERTICAL_BARS, *ScrollBarRender.HORIZONTAL_BARS])
    for sign in signs + bars + "–“”»↑↓←…":
        assert plain(sign).isascii()
        assert cell_len(plain(sign)) == cell_len(sign) == 1
    assert plain("佐藤 Müller …") == "佐藤 Müller ~"


# Many tickets, and none.


@pytest.fixture(scope="session")
def many_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with 10,000 tickets at work, to be copied."""
    folder = tmp_path_factory.mktemp("many")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AGENT_TUI_KEY", "6265" * 16)
        place = Place("many", folder / "store.db", folder / "config", folder / "packs")
        desk = open_desk(place, AGENT, "UTC", create=True)
        with desk.repository.transaction():
            for number in range(MANY):
                begun = MORNING - timedelta(seconds=10 * (MANY - number))
                customer = Customer(name=f"Customer {number}", handles=(f"@c{number}",))
                content = do.Content(text="Please help.", author=f"@c{number}")
                desk.open_ticket("chat", f"Parcel {number}", customer, content, begun, begun, by="import")
        desk.close()
    return folder


@pytest.fixture
def many(many_store: Path, tmp_path: Path) -> Desk:
    folder = tmp_path / "many"
    shutil.copytree(many_store, folder)
    return open_desk(Place("many", folder / "store.db", folder / "config", folder / "packs"), AGENT, "UTC")


def test_ten_thousand_tickets(many: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        queue = screen_of(app).query_one(Queue)
        assert len(queue.numbers) == MANY
        await keys(pilot, "G")
        assert queue.current == queue.numbers[-1]
        await calm(pilot)
        assert f"Parcel {MANY - 1}" in queue.render_line(queue.size.height - 1).text
        assert_columns(app)
        await keys(pilot, "pageup", "k", "g", "j", "pagedown")
        await calm(pilot)
        assert queue.numbers.index(queue.current or 0) == 1 + queue.page()
        await keys(pilot, "slash")
        await keys(pilot, *"Parcel", "space", *"9999")
        await calm(pilot)
        found = {many.ticket(number).subject for number in queue.numbers}
        assert found == {"Parcel 9999", "Parcel 9998"}  # the second one is ticket 9999
        await keys(pilot, "escape")
        await calm(pilot)
        assert len(queue.numbers) == MANY
        await pilot.resize_terminal(20, 5)
        await calm(pilot)
        assert_columns(app)

    sit(many, play)


def test_an_empty_store_takes_any_size(tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await keys(pilot, "j", "k", "G", "enter", "o")
            await calm(pilot)
            assert_columns(app)
        assert len(screen_of(app).queue.numbers) == 0

    sit(desk_at(tmp_path / "desk", people=()), play)
