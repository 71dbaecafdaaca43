"""The desk with a helpdesk behind it: status, what is not sent yet, what is held and why, the outbox."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from agent_tui import i18n
from agent_tui.desk import connecting
from agent_tui.desk.core import Desk
from agent_tui.desk.drafts import seen_on, unseen
from agent_tui.desk.traffic import Traffic
from agent_tui.domain.messages import Told
from agent_tui.domain.text import is_safe
from agent_tui.domain.ticket import MessageKind
from agent_tui.store.errors import DiskFull
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import Upload
from agent_tui.sync.status import State, Status
from agent_tui.tui import telling_sync
from agent_tui.tui.app import DeskApp
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.outbox import OutboxPanel
from agent_tui.tui.screens.palette import Palette
from agent_tui.tui.syncing import Watch
from agent_tui.tui.widgets.bars import Pieces, cells_of
from agent_tui.tui.widgets.menu import Menu
from agent_tui.tui.widgets.pager import Pager
from tests.factories import at
from tests.helpdesks import Down, House, Ideal
from tests.syncing import Clock, Seat
from tests.tui.desks import bar, page, press, presses, screen_of, settle, sit, write

UTC = ZoneInfo("UTC")
NOW = at("09:00")
UNDO = timedelta(seconds=9)
CLASSES = {"verified": "yes", "type": "logistics", "level": "1"}
HOSTILE = "\x1b]52;c;aGk=\x07[/b]\u202eevil"


class Line:
    """The traffic of a seat, as far as a test lets it go. `now` is what its status says besides what is stored."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.now: dict[str, object] = {"state": State.ONLINE}
        self.others: tuple[str, ...] = ()
        self.begun = self.hurried = self.asked = 0

    def start(self) -> None:
        self.begun += 1

    def stop(self, seconds: float = 2.0) -> None:
        raise AssertionError("whoever made it ends it")

    def status(self) -> Status:
        self.asked += 1
        return replace(self.seat.engine.status(), **{"name": "Request Tracker", **self.now})

    def hurry(self) -> None:
        self.hurried += 1

    def load_file(self, digest: str) -> None:
        if self.now["state"] is State.OFFLINE:
            raise Down
        connecting.load_file(self.seat.desk, self.seat.backend, digest)

    def presence(self, ticket: int) -> Sequence[str]:
        return self.others


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(clock: Clock) -> House:
    return House(clock)


@pytest.fixture
def seat(tmp_path: Path, house: House, clock: Clock) -> Seat:
    """alice's desk with three tickets of the helpdesk, the first one classified."""
    for name in ("emma", "ana", "leo"):
        house.contact(f"Where is the parcel of {name}?", f"{name}@customer.example")
    made = Seat(tmp_path, Ideal(house, "alice"), "alice", clock)
    made.sync()
    made.act(1, "classify", **CLASSES)
    made.sync()
    return made


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    i18n.use("en")


Story = Callable[[DeskApp, Pilot[None]], Awaitable[None]]


def open_at(seat: Seat, play: Story, size: tuple[int, int] = (80, 24)) -> Line:
    """Open the seat's desk and play a story on it."""
    line = Line(seat)
    sit(seat.desk, play, size, seat.clock, traffic=cast(Traffic, line))
    return line


async def tick(app: DeskApp, pilot: Pilot[None]) -> None:
    """A second of the desk's own clock."""
    screen_of(app)._tick()
    with suppress(WorkerCancelled):  # a newer count takes the place of an older one
        await settle(pilot)
    await settle(pilot)


def line_of(app: DeskApp) -> Line:
    return cast(Line, app.sitting.traffic)


def notice(app: DeskApp) -> str:
    return bar(app, "notice").strip()


def conversation(app: DeskApp) -> str:
    return screen_of(app).query_one("#conversation", Pager).text()


def entry(app: DeskApp) -> str:
    """What the outbox says of the entry under the cursor."""
    return app.screen.query_one("#outbox-entry", Pager).text()


def listed(app: DeskApp) -> list[str]:
    """The lines of the outbox's list."""
    menu = app.screen.query_one(Menu)
    return [menu.render_line(place).text.strip() for place in range(len(menu._items))]


def said(app: DeskApp) -> str:
    """What the panel over the desk complains of."""
    return str(app.screen.query_one("#panel-error").render())


def replies(house: House, ticket: int) -> list[str]:
    return [each.text for each in house.case(ticket).entries if each.kind is MessageKind.REPLY]


def overtaken(seat: Seat, house: House, words: str = "On its way.", news: str = "Never mind!") -> None:
    """A reply on ticket 1 that is held since the customer wrote meanwhile."""
    seat.act(1, "reply", text=words, outcome="solves")
    house.mail(1, news, "emma@customer.example")
    seat.sync()
    assert [each.ticket for each in seat.held()] == [1]


def clashed(seat: Seat, house: House) -> None:
    """A classification of ticket 1 that is held since somebody else changed the level, too."""
    seat.act(1, "classify", **{**CLASSES, "level": "2"})
    house.change(1, "bob", level=3)
    seat.sync()
    assert [each.ticket for each in seat.held()] == [1]


# The status line.


STATUS = Status(name="Request Tracker", state=State.ONLINE, synced=NOW)
REFUSED = Told("The token is not valid any more.")


@pytest.mark.parametrize(
    ("age", "told"),
    [(0, "synced"), (14, "synced"), (29, "synced 15 s"), (179, "synced 2 min"), (7200, "synced at 07:00")],
)
def test_how_long_ago_it_was_read_is_told_in_steps(age: int, told: str) -> None:
    assert telling_sync.age(replace(STATUS, synced=NOW - timedelta(seconds=age)), NOW, UTC) == told


def corner(status: Status, room: int) -> str:
    """What the corner says where there are so many cells."""
    forms, _share = telling_sync.corner("li", "09:00", status, NOW, UTC, "·")
    fitting: Pieces = next((form for form in forms if cells_of(form) <= room), ())
    return "".join(text for text, _style in fitting)


@pytest.mark.parametrize(
    ("changes", "room", "told"),
    [
        ({}, 40, "li · 09:00 · synced "),
        ({}, 18, "09:00 · synced "),
        ({"to_send": 2}, 40, "li · 09:00 · synced · 2 to send "),
        ({"to_send": 2}, 20, "synced · 2 to send "),
        ({"to_send": 2}, 12, "2 to send "),
        ({"to_send": 3, "held": 1}, 40, "09:00 · synced · 2 to send · ! 1 held "),
        ({"to_send": 3, "held": 1}, 10, "! 1 held "),
        ({"noted": 1}, 40, "li · 09:00 · synced · ! 1 to read "),
        ({"loading": True, "left": 3400}, 40, "li · 09:00 · loading, 3,400 left "),
        ({"loading": True, "left": 3400}, 12, "loading "),
        ({"state": State.OFFLINE, "since": NOW}, 40, "li · 09:00 · ! offline since 09:00 "),
        ({"state": State.OFFLINE, "since": NOW, "to_send": 1}, 24, "! offline · 1 to send "),
        ({"state": State.OFFLINE, "since": NOW}, 12, "! offline "),
        ({"state": State.BLOCKED, "since": NOW, "problem": REFUSED}, 60,
         "li · 09:00 · ! blocked: The token is not valid any more. "),
        ({"state": State.BLOCKED, "since": NOW, "problem": REFUSED}, 40, "li · 09:00 · ! blocked "),
    ],
)  # fmt: skip
def test_the_corner_says_what_there_is_room_for_and_what_needs_the_agent_last(
    changes: dict[str, object], room: int, told: str
) -> None:
    assert corner(replace(STATUS, **changes), room) == told


def test_a_local_profile_shows_nothing_of_a_helpdesk(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert "synced" not in bar(app, "views")
        assert "Outbox" not in bar(app, "hints")
        await press(pilot, "question_mark")
        assert "Outbox" not in page(app)
        await press(pilot, "escape", "ctrl+p")
        assert isinstance(app.screen, Palette)
        assert "outbox" not in {each.command for each in app.screen._commands}
        await press(pilot, "escape", "O")
        assert "agent-tui connect rt URL" in notice(app)

    sit(desk, play, (200, 50))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_desk_tells_how_the_helpdesk_stands(seat: Seat, size: tuple[int, int]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert line_of(app).begun == 1
        assert " synced " in bar(app, "views")
        seat.act(2, "note", text="call back")
        await tick(app, pilot)
        assert "1 to send" in bar(app, "views")
        seat.settle()
        await tick(app, pilot)
        assert "to send" not in bar(app, "views")

    open_at(seat, play, size)


def test_the_status_is_asked_once_a_tick_and_nothing_is_painted_while_it_stays(seat: Seat) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        for timer in list(screen_of(app)._timers):
            if timer._interval == 1.0:
                timer.stop()
        await tick(app, pilot)
        asked = line_of(app).asked
        painted: list[object] = []
        app._display = lambda screen, update: painted.append(update)  # type: ignore[method-assign]
        for _second in range(5):
            await tick(app, pilot)
        assert line_of(app).asked == asked + 5
        assert [each for each in painted if each is not None] == []

    open_at(seat, play, (160, 50))


def test_a_short_absence_is_none_and_a_longer_one_is_told_once(seat: Seat, clock: Clock) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        line = line_of(app)
        line.now = {"state": State.OFFLINE, "since": clock(), "problem": Down().told}
        clock.turn(timedelta(seconds=4))
        await tick(app, pilot)
        assert "offline" not in bar(app, "views")
        assert notice(app) == ""
        clock.turn(timedelta(seconds=2))
        await tick(app, pilot)
        assert "! offline since 09:00" in bar(app, "views")
        assert notice(app) == "The helpdesk does not answer."
        screen_of(app).say("")
        await tick(app, pilot)
        assert notice(app) == ""
        seat.act(2, "note", text="call back")
        line.now = {"state": State.ONLINE}
        await tick(app, pilot)
        assert notice(app) == "Request Tracker is back, 1 to send."

    open_at(seat, play, (120, 40))


def test_what_stands_in_the_way_is_told_in_full(seat: Seat, clock: Clock) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        line_of(app).now = {"state": State.BLOCKED, "since": clock(), "problem": REFUSED}
        await tick(app, pilot)
        assert notice(app) == "The token is not valid any more."
        assert "! blocked" in bar(app, "views")
        await press(pilot, "O")
        standing = str(app.screen.query_one("#outbox-standing").render())
        assert standing == "Request Tracker can't be used since 09:00: The token is not valid any more."

    open_at(seat, play)


def test_loading_is_told_where_there_is_nothing_yet(seat: Seat) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        line_of(app).now = {"loading": True, "left": 3400}
        await tick(app, pilot)
        assert "loading, 3,400 left" in bar(app, "views")
        screen_of(app).show_view("revisits")
        await settle(pilot)
        assert "being loaded" in screen_of(app).queue.render_line(0).text
        line_of(app).now = {"loading": False}
        await tick(app, pilot)
        assert notice(app) == "Request Tracker: every ticket is here."

    open_at(seat, play)


def test_tickets_that_come_in_late_for_the_first_time_ring_no_bell(seat: Seat, clock: Clock) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        rung: list[str] = []
        app.bell = lambda: rung.append("ring")  # type: ignore[method-assign]
        line_of(app).now = {"loading": True}
        await tick(app, pilot)
        clock.turn(timedelta(days=3))
        await tick(app, pilot)
        line_of(app).now = {"loading": False}
        await tick(app, pilot)
        await tick(app, pilot)
        assert rung == []
        assert "Breached" not in notice(app)
        assert screen_of(app)._alerts.late_at_start == 3

    open_at(seat, play)


def test_a_change_is_told_once_and_two_at_once_in_one_sentence(seat: Seat, house: House) -> None:
    overtaken(seat, house)
    watch, waiting = Watch(UTC, lambda: "O"), seat.desk.repository.outbox.waiting
    status = replace(STATUS, to_send=1, held=1, noted=1)
    news = watch.news(status, waiting, NOW)
    assert news is not None
    assert news.text == (
        "#1: Reply not sent: the customer wrote meanwhile. O shows it. "
        "Request Tracker left something out of what you sent; O shows it."
    )
    assert news.tickets == {1}
    assert watch.news(status, waiting, NOW) is None
    assert watch.news(replace(status, held=0, to_send=0, noted=0), list, NOW) is None
    seat.desk.close()


def test_what_is_wrong_with_a_helpdesk_that_can_be_used_is_told_once() -> None:
    watch = Watch(UTC, lambda: "O")
    wrong = replace(STATUS, problem=Told("The helpdesk's clock is wrong."))
    short = replace(STATUS, state=State.OFFLINE, since=NOW, problem=REFUSED)
    assert watch.news(watch.seen(STATUS, NOW), list, NOW) is None
    news = watch.news(watch.seen(wrong, NOW), list, NOW)
    assert news is not None
    assert (news.text, news.style) == ("The helpdesk's clock is wrong.", "warn")
    for status in (wrong, short, wrong):
        assert watch.news(watch.seen(status, NOW), list, NOW) is None
    assert "clock is wrong" in telling_sync.standing(wrong, NOW, UTC)[0]


# The ticket.


def test_what_is_not_sent_yet_is_marked(seat: Seat) -> None:
    seat.act(1, "note", text="call back")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "o")
        assert "note · alice · 2 Mar 2026, 09:00 · not sent yet" in conversation(app)
        assert "1 action is not sent yet" in screen_of(app).query_one("#guide", Pager).text()
        seat.settle()
        await tick(app, pilot)
        assert "not sent yet" not in conversation(app)
        assert "not sent yet" not in screen_of(app).query_one("#guide", Pager).text()

    open_at(seat, play, (160, 50))


def test_what_is_held_is_told_above_the_conversation_and_by_a_notice(seat: Seat, house: House) -> None:
    overtaken(seat, house)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert notice(app).startswith("#1: Reply not sent: the customer wrote meanwhile. O show")
        assert " O Outbox" in bar(app, "hints")
        await press(pilot, "o")
        assert bar(app, "banner").strip() == "Reply not sent: the customer wrote meanwhile · O outbox"
        await press(pilot, "greater_than_sign")
        assert not screen_of(app).query_one("#banner").display

    open_at(seat, play, (80, 24))


def test_a_ticket_that_is_gone_says_why(seat: Seat, house: House) -> None:
    seat.act(1, "note", text="call back")
    house.delete(1, "bob")
    seat.settle()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        screen_of(app).start_search("1")
        await press(pilot, "enter", "o")
        assert app.sitting.ticket == 1
        assert bar(app, "banner").strip() == (
            "The ticket was deleted on the helpdesk. · Note not sent: the ticket is gone · O outbox"
        )

    open_at(seat, play, (98, 30))


def test_a_ticket_that_was_opened_here_has_the_helpdesks_number_too(seat: Seat) -> None:
    number = seat.open("He called.")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        from agent_tui.tui import habits

        habits.go_to_ticket(screen_of(app), number)
        await settle(pilot)
        headline = screen_of(app).query_one("#headline", Pager)
        assert headline.text().startswith(f"#{number} He called.")
        assert "not sent yet" in conversation(app)
        seat.settle()
        await tick(app, pilot)
        assert headline.text().startswith(f"#{number} → MEMORY #4 He called.")

    open_at(seat, play)


def test_who_else_has_it_open_is_shown(seat: Seat) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        line_of(app).others = ("bob", HOSTILE)
        await press(pilot, "o")
        await tick(app, pilot)
        await tick(app, pilot)
        headline = screen_of(app).query_one("#headline", Pager).text()
        assert "also open at: bob, " in headline
        assert is_safe(headline)
        line_of(app).others = ()
        await press(pilot, "greater_than_sign")
        await tick(app, pilot)
        await tick(app, pilot)
        assert "also open" not in screen_of(app).query_one("#headline", Pager).text()

    open_at(seat, play)


def photographed(seat: Seat, house: House) -> int:
    """A ticket with a file that is still on the helpdesk."""
    number = house.contact("See the photo.")
    photo = Upload("photo.png", "image/png", b"PNG")
    house.say(number, "carol@customer.example", "Here.", MessageKind.CUSTOMER, files=[photo])
    seat.sync()
    return seat.here(number)


def test_a_file_that_is_still_on_the_helpdesk_is_fetched(seat: Seat, house: House, tmp_path: Path) -> None:
    number = photographed(seat, house)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        from agent_tui.tui import habits

        habits.go_to_ticket(screen_of(app), number)
        await press(pilot, "a", "ctrl+u")
        await write(pilot, str(tmp_path / "files"))
        await press(pilot, "enter")
        assert "Written: " in notice(app)
        assert (tmp_path / "files" / "photo.png").read_bytes() == b"PNG"

    open_at(seat, play)


def test_a_file_that_cannot_be_fetched_says_why(seat: Seat, house: House, tmp_path: Path) -> None:
    number = photographed(seat, house)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        from agent_tui.tui import habits

        line_of(app).now = {"state": State.OFFLINE}
        habits.go_to_ticket(screen_of(app), number)
        await press(pilot, "a", "ctrl+u")
        await write(pilot, str(tmp_path / "files"))
        await press(pilot, "enter")
        assert notice(app) == "The helpdesk does not answer."
        assert not (tmp_path / "files").exists()

    open_at(seat, play)


def test_what_one_writes_stays_while_the_ticket_changes_under_it(seat: Seat, house: House) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        desk = screen_of(app)
        seat.engine._poll = timedelta(milliseconds=20)
        seat.engine.start()
        try:
            await press(pilot, "r")
            await write(pilot, "Dear Emma")
            house.mail(1, "Never mind!", "emma@customer.example")
            house.contact("Another one?", "new@customer.example")
            until = time.monotonic() + 20
            while "Never mind!" not in conversation(app) or len(desk.queue.numbers) < 4:
                assert time.monotonic() < until
                await tick(app, pilot)
            await write(pilot, ", hello")
            assert desk.composer.text == "Dear Emma, hello"
            assert app.focused is desk.composer
            assert app.sitting.ticket == 1
            assert "1 new message since you began" in str(desk.query_one("#writing-title").render())
            await press(pilot, "escape", "s")
            await write(pilot, "2h")
            house.mail(1, "Really!", "emma@customer.example")
            while not any("Really!" in text for text in seat.texts(1)):
                assert time.monotonic() < until
                time.sleep(0.01)
            await tick(app, pilot)
            assert app.screen.query_one("#field-until").value == "2h"  # type: ignore[attr-defined]
        finally:
            seat.engine.stop(20)

    open_at(seat, play)


def test_what_comes_in_before_ones_own_unsent_words_is_news_all_the_same(seat: Seat, house: House) -> None:
    seat.act(1, "note", text="call back")
    known = seen_on(seat.ticket(1))
    house.mail(1, "Never mind!", "emma@customer.example")
    seat.clock.turn()
    seat.engine._read_all()  # the note is not sent yet, and stands behind what came in
    assert seat.texts(1)[-2:] == ["Never mind!", "call back"]
    (news,) = unseen(seat.ticket(1), known, "alice")
    assert news.kind is MessageKind.CUSTOMER
    seat.desk.close()


def test_an_engine_with_nothing_to_do_lets_the_desk_rest(seat: Seat, clock: Clock) -> None:
    seat.desk.changed()
    seat.engine._poll = timedelta(milliseconds=5)
    clock.turn(timedelta(seconds=30))
    seat.engine.start()
    until = time.monotonic() + 20
    while seat.engine.status().synced != clock():
        assert time.monotonic() < until
        time.sleep(0.01)
    changed = seat.desk.changed()
    seat.engine.stop(20)
    assert not changed
    seat.desk.close()


# The outbox.


@presses("outbox")
def test_the_outbox_shows_what_waits_in_full(seat: Seat, house: House) -> None:
    overtaken(seat, house, "On its way.\nSee you", f"Never {HOSTILE}")
    seat.act(2, "note", text="call back")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O")
        assert isinstance(app.screen, OutboxPanel)
        held, waits = listed(app)
        assert held.startswith("> #1 Reply 09:00")
        assert "the customer wrote meanwhile" in held
        assert held.endswith("! held")
        assert waits.startswith("#2 Note 09:00")
        assert "call back" in waits
        assert waits.endswith("to send")
        told = entry(app)
        assert "#1 Reply · emma@customer.example · Where is the parcel of emma?" in told
        assert "The customer wrote meanwhile. Read it, then send this, change it or leave it." in told
        assert "s sends it all the same, e changes it first, d discards it." in told
        assert "customer · emma@customer.example" in told
        assert "Never " in told
        assert "On its way.\nSee you" in told
        assert is_safe(told)
        await press(pilot, "j")
        assert "It goes out by itself." in entry(app)
        await press(pilot, "enter")
        assert (app.sitting.ticket, app.sitting.opened) == (2, True)

    open_at(seat, play)


def test_it_is_sent_all_the_same(seat: Seat, house: House) -> None:
    overtaken(seat, house)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O", "s")
        assert listed(app)[0].endswith("to send")
        await press(pilot, "escape", "o")
        assert "reply · alice · 2 Mar 2026, 09:00 · not sent yet" in conversation(app)
        seat.settle()
        await tick(app, pilot)
        assert replies(house, 1) == ["On its way."]
        await press(pilot, "O")
        assert "Nothing waits to be sent." in app.screen.query_one(Menu).render_line(0).text

    open_at(seat, play)


def test_what_went_out_meanwhile_leaves_the_list_by_itself(seat: Seat) -> None:
    seat.act(1, "note", text="one")
    seat.act(2, "note", text="two")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O", "j")
        seat.act(3, "note", text="three")
        panel = app.screen
        assert isinstance(panel, OutboxPanel)
        panel._follow()
        assert len(listed(app)) == 3
        assert listed(app)[1].startswith("> #2 ")
        seat.settle()
        await press(pilot, "d", "d")  # of what is not there any more
        assert said(app) == "It went out meanwhile."
        assert listed(app) == []

    open_at(seat, play)


def test_a_held_reply_is_replaced_by_what_is_written_instead(seat: Seat, house: House, clock: Clock) -> None:
    overtaken(seat, house)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        desk = screen_of(app)
        await press(pilot, "O", "e")
        assert app.screen is desk
        assert desk.composer.text == "On its way."
        assert "(instead of what is held)" in str(desk.query_one("#writing-title").render())
        await write(pilot, " Sorry!")
        await press(pilot, "escape")
        assert len(seat.held()) == 1  # until the other one is sent
        app.sitting.remember()
        await press(pilot, "O", "e")  # goes on, and takes the text in once
        assert desk.composer.text == "On its way. Sorry!"
        await press(pilot, "ctrl+o", "1")  # what is new was shown in the outbox
        assert len(seat.held()) == 1
        clock.turn(UNDO)
        await tick(app, pilot)
        assert "goes to the helpdesk" in notice(app)
        assert seat.held() == []
        seat.settle()
        assert replies(house, 1) == ["On its way. Sorry!"]
        assert desk.sitting.desk.drafts.drafted() == set()

    open_at(seat, play)


def test_a_reply_that_a_full_disk_does_not_take_waits_until_there_is_space(
    seat: Seat, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise DiskFull(Path("store.db"))

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "On its way.")
        await press(pilot, "ctrl+o", "1")
        clock.turn(UNDO)
        with monkeypatch.context() as patched:
            patched.setattr(seat.desk, "perform", full)
            await tick(app, pilot)
            assert "no space left" in notice(app)
            await tick(app, pilot)
        assert seat.waiting() == []
        await tick(app, pilot)
        assert "goes to the helpdesk" in notice(app)
        assert [each.ticket for each in seat.waiting()] == [1]

    open_at(seat, play)


def test_what_went_out_meanwhile_is_not_replaced_without_a_word(
    seat: Seat, house: House, clock: Clock
) -> None:
    overtaken(seat, house)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O", "e")
        await write(pilot, " Sorry!")
        await press(pilot, "ctrl+o", "1")
        (held,) = seat.held()
        with seat.desk.repository.transaction():  # by the command line, say
            seat.desk.repository.outbox.release(held.id, clock())
        seat.settle()
        assert replies(house, 1) == ["On its way."]
        clock.turn(UNDO)
        await tick(app, pilot)
        assert "went out to #1 meanwhile" in notice(app)
        await press(pilot, "r", "ctrl+o", "1")
        clock.turn(UNDO)
        await tick(app, pilot)
        seat.settle()
        assert replies(house, 1) == ["On its way.", "On its way. Sorry!"]

    open_at(seat, play)


def test_a_note_is_replaced_too_and_stands_for_itself_once_the_first_one_is_out(
    seat: Seat, house: House, clock: Clock
) -> None:
    seat.act(1, "note", text="call back")
    house.delete(1, "bob")
    seat.settle()
    house.case(1).deleted = False
    house.change(1, "bob", product="PB")  # it is back
    seat.settle()
    assert [each.ticket for each in seat.held()] == [1]

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O", "e")
        await write(pilot, " at nine")
        (held,) = seat.held()
        with seat.desk.repository.transaction():
            seat.desk.repository.outbox.release(held.id, clock())
        seat.settle()
        await press(pilot, "ctrl+o")
        assert "went out to #1 meanwhile" in notice(app)
        assert screen_of(app).composer.text == "call back at nine"
        await press(pilot, "ctrl+o")
        seat.settle()
        notes = [each.text for each in house.case(1).entries if each.kind is MessageKind.NOTE]
        assert notes[-2:] == ["call back", "call back at nine"]

    open_at(seat, play)


def test_what_only_waits_for_the_line_becomes_a_draft_at_once(seat: Seat, house: House) -> None:
    seat.act(1, "reply", text="On its way.", outcome="solves")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O", "e")
        assert seat.waiting() == []
        assert screen_of(app).composer.text == "On its way."
        seat.settle()
        assert replies(house, 1) == []

    open_at(seat, play)


def test_what_may_have_arrived_cannot_be_changed(seat: Seat, house: House, clock: Clock) -> None:
    seat.act(1, "reply", text="On its way.", outcome="solves")
    with seat.desk.repository.transaction():
        seat.desk.repository.outbox.begin(seat.waiting()[0].id, clock())

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O")
        assert listed(app)[0].endswith("sent?")
        await press(pilot, "e")
        assert "has not confirmed it yet" in said(app)
        await press(pilot, "d", "d")
        assert "whether it arrived is not known yet" in said(app)
        assert len(seat.waiting()) == 1

    open_at(seat, play)


def test_on_a_ticket_that_was_merged_elsewhere_the_text_goes_to_where_it_is_now(
    seat: Seat, house: House
) -> None:
    seat.act(1, "note", text="call back")
    house.merge(1, 2, "bob")
    seat.settle()
    assert [(each.ticket, each.held.cause.value) for each in seat.held() if each.held] == [(1, "impossible")]

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O")
        assert "The ticket was merged into 2. Go on there." in entry(app)
        await press(pilot, "s")
        assert said(app) == "It still can't go out: The ticket was merged into 2. Go on there."
        await press(pilot, "e")
        assert app.sitting.ticket == 2
        assert screen_of(app).composer.text == "call back"
        await press(pilot, "ctrl+o")
        seat.settle()
        assert seat.waiting() == []
        assert "call back" in [each.text for each in house.case(2).entries]

    open_at(seat, play)


def test_discarding_asks_and_says_what_will_be_gone(seat: Seat, house: House) -> None:
    overtaken(seat, house, "\n".join(f"line {number}" for number in range(1, 8)))

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O", "d")
        assert isinstance(app.screen, Choice)
        told = "\n".join(str(each.render()) for each in app.screen.query("Static"))
        assert "#1 Reply\n  line 1\n  line 2\n  line 3\n  line 4\n  and 3 more lines\n" in told
        await press(pilot, "n")
        assert len(seat.held()) == 1
        await press(pilot, "d", "escape", "d", "d")
        assert seat.waiting() == []
        await press(pilot, "escape")
        assert bar(app, "banner").strip() == ""
        seat.settle()
        assert replies(house, 1) == []

    open_at(seat, play)


def test_discarding_a_ticket_that_was_opened_here_says_that_all_of_it_goes(seat: Seat) -> None:
    number = seat.open("He called.")
    seat.act(number, "note", text="call back")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O", "d")
        told = "\n".join(str(each.render()) for each in app.screen.query("Static"))
        assert "everything on it is discarded with it" in told
        await press(pilot, "d")
        assert listed(app) == []

    open_at(seat, play)


@pytest.mark.parametrize("size", [(20, 8), (40, 12), (100, 24), (200, 50)])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_outbox_fits_every_size(seat: Seat, house: House, language: str, size: tuple[int, int]) -> None:
    i18n.use(language)
    overtaken(seat, house)
    for number in range(30):
        seat.act(3, "note", text=f"note {number}")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O", "G")
        menu, pager = app.screen.query_one(Menu), app.screen.query_one("#outbox-entry", Pager)
        assert menu.region.height >= 1
        assert pager.region.height >= 1
        assert menu.region.right <= size[0]
        assert pager.region.right <= size[0]
        assert "note 29" in pager.text()
        await pilot.resize_terminal(20, 8)
        await press(pilot, "g", "space", "d", "escape", "escape")

    open_at(seat, play, size)


@pytest.mark.parametrize("size", [(80, 24), (40, 24)])
def test_a_clash_shows_both_versions_field_by_field(seat: Seat, house: House, size: tuple[int, int]) -> None:
    clashed(seat, house)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O")
        told = " ".join(entry(app).split())
        assert "It was changed on the helpdesk too: level. Which value shall hold?" in told
        if size[0] == 80:
            assert "before helpdesk yours level Level 1, simple Level 3, complex Level 2, general" in told
        else:
            assert "level: 3 on the helpdesk, 2 here, 1 before" in told
        await press(pilot, "e")
        assert said(app).startswith("Only replies and notes can be changed.")
        await press(pilot, "s", "escape")
        seat.settle()
        assert house.case(1).facts.level == 2

    open_at(seat, play, size)


def test_a_clash_is_given_up_by_discarding(seat: Seat, house: House) -> None:
    clashed(seat, house)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O", "d", "d", "escape")
        assert seat.desk.ticket(1).level == 3
        assert "Level 3" in screen_of(app).query_one("#guide", Pager).text()

    open_at(seat, play, (120, 40))


def test_what_the_helpdesk_left_out_is_read_and_goes(seat: Seat, house: House) -> None:
    house.deaf.add("level")
    seat.act(2, "classify", **CLASSES)
    seat.settle()
    assert seat.notes()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert "left something out" in notice(app)
        assert "! 1 to read" in bar(app, "views")
        await press(pilot, "O")
        assert listed(app)[0].endswith("! to read")
        assert "It arrived, but not all of it:" in entry(app)
        assert "The helpdesk kept its own values: level." in entry(app)
        await press(pilot, "s")
        assert "was sent already" in said(app)
        await press(pilot, "x")
        assert listed(app) == []
        assert seat.notes() == []
        await press(pilot, "escape")
        await tick(app, pilot)
        assert "to read" not in bar(app, "views")

    open_at(seat, play)


def test_everything_is_tried_now(seat: Seat, clock: Clock) -> None:
    seat.act(1, "note", text="call back")
    with seat.desk.repository.transaction():
        later = clock() + timedelta(minutes=3)
        seat.desk.repository.outbox.later(seat.waiting()[0].id, later, doubtful=False)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O")
        assert listed(app)[0].endswith("next try 09:03")
        await press(pilot, "x")
        assert "waits to be sent" in said(app)
        await press(pilot, "r")
        assert str(app.screen.query_one("#outbox-standing").render()) == "Everything is tried now."

    assert open_at(seat, play).hurried == 1


def test_the_outbox_is_empty(seat: Seat) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "O", "s", "e", "d", "x", "enter", "j")
        assert isinstance(app.screen, OutboxPanel)
        await press(pilot, "question_mark")
        assert "discard it, after a question" in page(app)
        await press(pilot, "escape", "q")
        assert app.screen is screen_of(app)

    open_at(seat, play)


def test_the_store_is_called_by_the_kind_of_helpdesk(seat: Seat) -> None:
    number = seat.open("He called.")
    seat.settle()
    with seat.desk.repository.transaction():
        seat.desk.repository.remotes.connection = Connected("rt", "https://rt.example", "alice")
    assert seat.desk.case(number).remote == "RT #4"
    assert seat.desk.case(1).remote == ""
    seat.desk.close()
