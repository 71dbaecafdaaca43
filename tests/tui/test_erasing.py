"""Erasing one customer from the open desk (POLICY T5): asked twice, done whole, and the desk goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot

from agent_tui.desk import erasing as desk_erasing
from agent_tui.desk import privacy
from agent_tui.desk.core import Desk
from agent_tui.desk.erasing import destructions
from agent_tui.desk.opening import Place, open_desk
from agent_tui.desk.traffic import StillSyncing, Traffic
from agent_tui.domain import actions as do
from agent_tui.store.database import Database
from agent_tui.store.errors import StoreBusy
from agent_tui.sync.status import State, Status
from agent_tui.tui.app import DeskApp
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.desk import DeskScreen
from agent_tui.tui.screens.erasing import ErasePanel
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.pager import Pager
from tests.traces import traces
from tests.tui.desks import AGENT, MORNING, bar, desk_at, page, press, screen_of, settle, sit, write

KEY = bytes.fromhex("6265" * 16)
WORDS = ("Quintanilha", "zebrafish", "liquidificador", "sassafras")
PEOPLE = (("Emma Clarke", "Double charge on invoice 1182"), ("Ana Quintanilha", "Meu liquidificador"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Emma's ticket, and one of Ana with a note, of which the words are unlike any other."""
    made = desk_at(tmp_path / "desk", PEOPLE)
    made.act(2, "without_consent", {"reason": "she wrote from it"}, MORNING)
    made.act(2, "customer", {"emails": "ana@zebrafish.example"}, MORNING)
    made.act(2, "note", {"text": "She wants the sassafras one."}, MORNING)
    return made


async def go_to(app: DeskApp, pilot: Pilot[None], number: int) -> None:
    place = list(screen_of(app).queue.numbers).index(number)
    await press(pilot, "g", *["j"] * place)
    assert screen_of(app).sitting.ticket == number


async def agree(app: DeskApp, pilot: Pilot[None], number: int = 2) -> None:
    """As far as the yes, which is typed and not sent."""
    await go_to(app, pilot, number)
    await press(pilot, "I", "e")
    assert isinstance(app.screen, Choice)
    await press(pilot, "1")
    assert isinstance(app.screen, ErasePanel)


async def sent(app: DeskApp, pilot: Pilot[None]) -> None:
    await write(pilot, "yes")
    await press(pilot, "enter")
    await settle(pilot)


def test_T5_a_customer_is_erased_at_the_open_desk(desk: Desk, tmp_path: Path) -> None:
    def left() -> dict[str, list[str]]:
        return traces(tmp_path / "desk", KEY, WORDS)

    assert left()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        await press(pilot, "n")
        await write(pilot, "sassafras again")  # a draft, which goes too
        await press(pilot, "escape")
        await agree(app, pilot)
        told = page(app)
        assert "Ana Quintanilha" in told
        assert "ana@zebrafish.example" in told
        assert "Tickets: #2" in told
        assert "drafts: 1" in told
        assert "reason: the customer asked for it" in told
        await sent(app, pilot)
        assert isinstance(app.screen, Reading)
        assert "It cannot be undone" in page(app)
        assert "law:" in page(app)
        assert left() == {}  # with the desk still open
        await press(pilot, "escape")
        assert isinstance(app.screen, DeskScreen)
        assert list(screen_of(app).queue.numbers) == [1]
        assert screen_of(app).sitting.ticket == 1
        await press(pilot, "n")
        await write(pilot, "on with it")
        await press(pilot, "ctrl+o")
        assert desk.ticket(1).messages[-1].preview == "on with it"
        assert list(desk.verify()) == []
        [record] = destructions(desk)
        assert record.ended is not None
        assert record.record.reason == "request"

    sit(desk, play, size=(100, 40))


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_only_a_yes_in_words_destroys(desk: Desk, size: tuple[int, int]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await agree(app, pilot)
        panel = app.screen
        await press(pilot, "enter")
        await write(pilot, "y")
        await press(pilot, "enter")
        assert app.screen is panel
        await press(pilot, "down", "up", "escape")
        assert "Nothing was changed" in bar(app, "notice")
        assert desk.ticket(2).customer.name == "Ana Quintanilha"
        assert destructions(desk) == []

    sit(desk, play, size=size)


def test_a_legal_hold_is_told_before_anything_is_asked(desk: Desk) -> None:
    rule = privacy.rules(desk).retention
    desk.act(2, "tag", {"add": next(iter(rule.hold_tags))}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        await press(pilot, "I", "e")
        assert isinstance(app.screen, DeskScreen)
        assert "Tickets under a legal hold are not erased: #2" in bar(app, "notice")

    sit(desk, play, size=(120, 40))


def test_a_customer_without_an_address_is_erased_by_the_ticket(desk: Desk) -> None:
    desk.act(2, "customer", {"emails": "-"}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await agree(app, pilot)
        await sent(app, pilot)
        assert isinstance(app.screen, Reading)
        assert desk.repository.get(2) is None

    sit(desk, play, size=(100, 40))


def test_what_another_program_holds_up_goes_on_at_the_next_start(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(self: Database) -> None:
        raise StoreBusy(self.path, "another program")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await agree(app, pilot)
        with monkeypatch.context() as patched:
            patched.setattr(Database, "compact", busy)
            await sent(app, pilot)
        assert isinstance(app.screen, DeskScreen)
        assert "Begun, and not at its end: it goes on at the next start." in bar(app, "notice")
        assert list(screen_of(app).queue.numbers) == [1]

    sit(desk, play, size=(200, 40))
    place = Place("test", tmp_path / "desk" / "store.db", tmp_path / "config", tmp_path / "packs")
    again = open_desk(place, AGENT, "UTC", now=MORNING)
    assert [each.ended is not None for each in destructions(again)] == [True]
    again.close()
    assert traces(tmp_path / "desk", KEY, WORDS) == {}


def test_a_file_that_cannot_be_destroyed_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> tuple[int, int]:
        raise PermissionError(13, "Permission denied")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await agree(app, pilot)
        with monkeypatch.context() as patched:
            patched.setattr(desk_erasing, "_destroy_files", refuse)
            await sent(app, pilot)
        assert isinstance(app.screen, DeskScreen)
        assert "ermission denied" in bar(app, "notice")
        assert "goes on at the next start" in bar(app, "notice")

    sit(desk, play, size=(200, 40))


class Line:
    """The traffic with a helpdesk, as far as this needs it."""

    def __init__(self, desk: Desk, wrong: Exception | None = None) -> None:
        self.desk, self.wrong = desk, wrong
        self.there: list[bool] = []  # whether the ticket was there: before the pause, and after it

    def start(self) -> None: ...

    def status(self) -> Status:
        return Status(name="Request Tracker", state=State.ONLINE)

    def presence(self, ticket: int) -> tuple[str, ...]:
        return ()

    @contextmanager
    def paused(self) -> Iterator[None]:
        if self.wrong is not None:
            raise self.wrong
        self.there.append(self.desk.repository.get(2) is not None)
        yield
        self.there.append(self.desk.repository.get(2) is not None)


def test_the_traffic_with_a_helpdesk_rests_meanwhile(desk: Desk) -> None:
    line = Line(desk)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await agree(app, pilot)
        await sent(app, pilot)
        assert line.there == [True, False]

    sit(desk, play, size=(100, 40), traffic=cast(Traffic, line))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (StillSyncing(), "still under way. Nothing was changed"),
        (StoreBusy(Path("sync.lock"), "ben@desk-2"), "in use by ben@desk-2"),
    ],
)
def test_while_somebody_syncs_nothing_is_begun(desk: Desk, wrong: Exception, said: str) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await agree(app, pilot)
        await sent(app, pilot)
        assert isinstance(app.screen, DeskScreen)
        assert said in bar(app, "notice")
        assert "next start" not in bar(app, "notice")
        assert destructions(desk) == []
        assert desk.repository.get(2) is not None

    sit(desk, play, size=(200, 40), traffic=cast(Traffic, Line(desk, wrong)))


def test_a_reply_that_waits_to_go_out_goes_with_its_customer(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        reply = app.sitting.reply(2, {"text": "We send the sassafras one.", "outcome": "solves"})
        app.sitting.hold(reply, [each.id for each in desk.ticket(2).messages])
        await agree(app, pilot)
        await sent(app, pilot)
        assert app.sitting.waiting_to_go() == []
        app.leave()
        assert not [each for each in desk.journal() if isinstance(each.action, do.Reply)]

    sit(desk, play, size=(100, 40))


def test_long_plans_scroll(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await agree(app, pilot)
        pane = app.screen.query_one(Pager)
        await press(pilot, "down")
        assert pane.scroll_offset.y == 1
        await press(pilot, "up")
        assert pane.scroll_offset.y == 0

    sit(desk, play, size=(40, 12))
