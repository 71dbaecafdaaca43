"""Work at the desk by keyboard alone: every command's key, and the sample inbox to its end in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input
from textual.worker import WorkerCancelled

import tests.tui.test_casework  # its stories press keys, too
import tests.tui.test_figures
import tests.tui.test_guidance
import tests.tui.test_handing
import tests.tui.test_sync  # noqa: F401
from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.desk.receive import Receiver
from agent_tui.desk.sample import sample_contacts
from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Attachment, Customer, MessageKind, Status
from agent_tui.tui.app import DeskApp
from agent_tui.tui.commands import BY_ID, COMMANDS
from agent_tui.tui.screens import writing
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.classify import ClassifyPanel
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.screens.jump import Jump
from agent_tui.tui.screens.meanwhile import Meanwhile
from agent_tui.tui.screens.palette import Palette
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.screens.settings import SettingsPanel, ThemePanel
from tests.tui.desks import (
    AGENT,
    MORNING,
    Clock,
    bar,
    desk_at,
    page,
    press,
    pressed,
    presses,
    screen_of,
    settle,
    sit,
    write,
)

UNDO = timedelta(seconds=9)
Story = Callable[[DeskApp, Pilot[None]], Awaitable[None]]


async def keys(pilot: Pilot[None], *names: str) -> None:
    """Press keys as the terminal sends them, without waiting for the machine to be idle after each."""
    driver = pilot.app._driver
    assert driver is not None
    for name in names:
        event = events.Key(name, " " if name == "space" else name if len(name) == 1 else None)
        event.set_sender(pilot.app)
        driver.send_message(event)
    for _round in range(4):  # application, screen, widget, and what it posts back
        await pilot._wait_for_screen()


async def command(pilot: Pilot[None], *names: str) -> None:
    """Press the first key of commands."""
    for name in names:
        await press(pilot, BY_ID[name].keys[0])


async def calm(pilot: Pilot[None]) -> None:
    """Wait as `settle` does, also while a newer worker takes the place of an older one."""
    while True:
        try:
            await settle(pilot)
        except WorkerCancelled:
            continue
        return


def notice(app: DeskApp) -> str:
    return bar(app, "notice").strip()


# The sample inbox, to the last ticket.


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample inbox as it is on Monday morning, to be copied."""
    folder = tmp_path_factory.mktemp("sample")
    place = Place("sample", folder / "store.db", folder / "config", folder / "packs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AGENT_TUI_KEY", "6265" * 16)
        desk = open_desk(place, AGENT, "UTC", create=True)
        Receiver(desk, MORNING).take_in(sample_contacts(MORNING), lambda report: None)
        desk.close()
    return folder


@pytest.fixture
def sample(sample_store: Path, tmp_path: Path) -> Desk:
    folder = tmp_path / "sample"
    shutil.copytree(sample_store, folder)
    return open_desk(Place("sample", folder / "store.db", folder / "config", folder / "packs"), AGENT, "UTC")


def solve(desk: Desk, number: int) -> None:
    """A ticket to its end."""
    solved = {"result": "ok", "satisfaction": "satisfied", "summary": "ok"}
    for action, given in (
        ("classify", {"verified": "yes", "type": "product_question", "level": "1"}),
        ("reply", {"text": "ok"}),
        ("resolve", solved),
    ):
        desk.act(number, action, given, MORNING)


async def work_off(app: DeskApp, pilot: Pilot[None], clock: Clock) -> int:
    """Press Enter, and answer what is asked, until nothing is left; returns how many tickets there were."""
    desk, solved = screen_of(app), 0
    for _step in range(100):
        if desk.sitting.ticket is None:
            return solved
        number = desk.sitting.ticket
        await keys(pilot, "enter")
        screen = app.screen
        if isinstance(screen, ClassifyPanel):
            await keys(pilot, *([] if screen._verified else ["y"]), "a", ".", "enter")
        elif isinstance(screen, FormPanel):
            for part in ("o", "k", "enter"), (*"satisfied", "enter"), ("o", "k", "ctrl+o"):
                await keys(pilot, *part)
            solved += 1
        elif desk.writing:
            await keys(pilot, "o", "k", "ctrl+o")
            await keys(pilot, "1")
            assert app.sitting.waiting_to_go()
            clock.turn(UNDO)
            desk._tick()
            await keys(pilot)
            assert app.sitting.waiting_to_go() == []
        else:
            raise AssertionError(f"Enter did nothing on #{number}: {notice(app)}")
        assert app.screen is desk, (number, app.screen)
        if app.sitting.opened and desk.sitting.ticket != number:
            await keys(pilot, "escape")
    raise AssertionError("it never ends")


@pytest.mark.parametrize(
    ("language", "size", "mine", "empty"),
    [("en", (80, 24), 9, "Nothing to do here."), ("zh_CN", (160, 50), 5, "没有")],
)
def test_the_sample_inbox_is_worked_off_by_keyboard_alone(
    sample: Desk, language: str, size: tuple[int, int], mine: int, empty: str
) -> None:
    i18n.use(language)
    clock = Clock()
    every = sample.numbers("all", clock())
    assert len(every) > 70
    for number in every[
        mine:
    ]:  # the same steps without a screen, so that the test ends before the agent's day
        solve(sample, number)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert len(app.sitting.numbers()) == mine
        assert await work_off(app, pilot, clock) == mine
        await calm(pilot)
        assert len(screen_of(app).queue.numbers) == 0
        if app.sitting.opened:
            await press(pilot, "escape")
        assert empty in screen_of(app).queue.render_line(0).text
        assert app.sitting.desk.counts(clock())["archive"] == len(every)

    sit(sample, play, size, clock)


# The first ticket, key by key.


def test_H1_classifying_takes_six_keys(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "enter", "y", "d", "O", ".", "enter")
        ticket = desk.ticket(1)
        assert (ticket.verified, ticket.type, ticket.level, ticket.urgent) == (True, "logistics", 2, False)
        assert "Next: reply" in notice(app)

    sit(desk, play)


def test_H1_what_is_missing_is_said_and_urgent_is_a_key(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "c", "enter")
        assert "type, severity for the customer (S)" in str(app.screen.query_one("#panel-error").render())
        await press(pilot, "y", "j", "D", "u", "enter")
        assert isinstance(app.screen, ClassifyPanel)
        assert app.screen.focused is app.screen.query_one("#field-deadline")
        await write(pilot, "2h")
        await press(pilot, "enter")
        assert (desk.ticket(1).level, desk.ticket(1).urgent) == (4, True)

    sit(desk, play)


def classified(desk: Desk, *numbers: int) -> None:
    for number in numbers:
        desk.act(number, "classify", {"verified": "yes", "type": "logistics", "level": "1"}, MORNING)


def replies(desk: Desk, number: int) -> list[str]:
    case = desk.case(number)
    return [case.texts[each.id] for each in case.ticket.messages if each.kind is MessageKind.REPLY]


@presses("next_step", "send", "undo")
def test_a_reply_waits_is_taken_back_goes_out_and_the_ticket_is_resolved(desk: Desk) -> None:
    classified(desk, 1)
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "enter")
        await write(pilot, "Sorry")
        await press(pilot, "ctrl+o", "1")
        assert "goes out in 8 s; u takes it back" in notice(app)
        clock.turn(timedelta(seconds=3))
        screen_of(app)._tick()
        assert "goes out in 5 s" in notice(app)
        await command(pilot, "undo")
        assert "is a draft again" in notice(app)
        clock.turn(UNDO)
        screen_of(app)._tick()
        assert replies(desk, 1) == []

        await press(pilot, "r")
        assert screen_of(app).composer.text == "Sorry"
        await press(pilot, "ctrl+o", "1")
        clock.turn(UNDO)
        screen_of(app)._tick()
        await calm(pilot)
        assert replies(desk, 1) == ["Sorry"]
        assert "Reply to #1 sent" in notice(app)

        await press(pilot, "enter")
        assert isinstance(app.screen, FormPanel)
        await press(pilot, "ctrl+o")
        assert str(
            app.screen.query_one("#panel-error").render()
        )  # what is missing is said, and nothing is done
        assert desk.ticket(1).status is not Status.RESOLVED
        await write(pilot, "refunded")
        await press(pilot, "enter")
        await write(pilot, "satisfied")
        await press(pilot, "enter")
        await write(pilot, "double charge")
        await press(pilot, "ctrl+o")
        assert desk.ticket(1).status is Status.RESOLVED
        assert 1 not in screen_of(app).queue.numbers

    sit(desk, play, clock=clock)


def test_H3_a_reply_that_does_not_solve_it_asks_for_reason_deadline_and_follow_up(desk: Desk) -> None:
    classified(desk, 1)
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "We look")
        await press(pilot, "ctrl+o", "3", "ctrl+o")
        assert isinstance(app.screen, FormPanel)
        assert str(app.screen.query_one("#panel-error").render())
        await write(pilot, "parts")
        await press(pilot, "enter")
        await write(pilot, "2h")
        await press(pilot, "enter")
        await write(pilot, "a call")
        await press(pilot, "ctrl+o")
        assert app.screen is screen_of(app)
        clock.turn(UNDO)
        screen_of(app)._tick()
        assert replies(desk, 1) == ["We look"]

    sit(desk, play, clock=clock)


async def overtaken(app: DeskApp, pilot: Pilot[None], clock: Clock, home: Path) -> None:
    """Confirm a reply, and let a colleague write before it goes out."""
    await press(pilot, "r")
    await write(pilot, "Sorry")
    await press(pilot, "ctrl+o", "1")
    other = beside(home)
    other.act(1, "note", {"text": "I called her"}, clock())
    other.close()
    clock.turn(UNDO)
    screen_of(app)._tick()


def test_a_reply_is_held_when_the_customer_writes_meanwhile(desk: Desk, tmp_path: Path) -> None:
    classified(desk, 1)
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await overtaken(app, pilot, clock, tmp_path)
        await calm(pilot)
        assert "was held: 1 new message" in notice(app)
        assert replies(desk, 1) == []
        assert isinstance(app.screen, Meanwhile)
        assert "I called her" in page(app)
        await press(pilot, "s", "1", "escape")  # no letter sends what came up by itself
        assert screen_of(app).composer.text == "Sorry"
        await press(pilot, "ctrl+o", "1")  # what was shown is not asked again
        clock.turn(UNDO)
        screen_of(app)._tick()
        await calm(pilot)
        assert replies(desk, 1) == ["Sorry"]

    sit(desk, play, clock=clock)


def test_a_reply_that_was_overtaken_can_go_out_all_the_same(desk: Desk, tmp_path: Path) -> None:
    classified(desk, 1)
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await overtaken(app, pilot, clock, tmp_path)
        await press(pilot, "ctrl+o")
        assert replies(desk, 1) == ["Sorry"]
        assert "Reply to #1 sent." in notice(app)
        assert desk.drafts.drafted() == set()

    sit(desk, play, clock=clock)


def test_what_was_written_while_one_writes_is_shown_before_the_reply_is_confirmed(
    desk: Desk, tmp_path: Path
) -> None:
    classified(desk, 1)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Sorry")
        other = beside(tmp_path)
        other.act(1, "note", {"text": "I called her"}, MORNING)
        other.close()
        screen_of(app)._tick()
        await calm(pilot)
        assert "1 new message since you began" in str(app.screen.query_one("#writing-title").render())
        assert screen_of(app).composer.text == "Sorry"
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, Meanwhile)
        await press(pilot, "escape")
        assert app.focused is screen_of(app).composer
        await write(pilot, "!")
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, Choice)
        await press(pilot, "escape")
        other = beside(tmp_path)
        other.act(1, "note", {"text": "She is fine now"}, MORNING)
        other.close()
        await press(pilot, "ctrl+o")  # before the next tick
        assert isinstance(app.screen, Meanwhile)
        assert "She is fine now" in page(app)
        assert "I called her" not in page(app)
        await press(pilot, "ctrl+o", "1")
        assert [each.action.text for each in app.sitting.waiting_to_go()] == ["Sorry!"]

    sit(desk, play)


def test_who_writes_on_another_ticket_is_not_interrupted(desk: Desk, tmp_path: Path) -> None:
    classified(desk, 1)
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Sorry")
        await press(pilot, "ctrl+o", "1")
        await command(pilot, "next_ticket", "note")
        await write(pilot, "half a")
        other = beside(tmp_path)
        other.act(1, "note", {"text": "I called her"}, clock())
        other.close()
        clock.turn(UNDO)
        screen_of(app)._tick()
        await write(pilot, " note")
        assert app.screen is screen_of(app)
        assert "was held: 1 new message" in notice(app)
        assert screen_of(app).composer.text == "half a note"
        assert desk.drafts.drafted() >= {1}

    sit(desk, play, clock=clock)


# Every key.


def beside(folder: Path, agent: str = "mei") -> Desk:
    """Another process at the same store."""
    place = Place("test", folder / "desk" / "store.db", folder / "desk" / "config", folder / "desk" / "packs")
    return open_desk(place, agent, "UTC")


@presses("down", "up", "top", "bottom", "page_down", "page_up", "mark", "unmark", "open", "close", "next_ticket",
         "previous_ticket", "view_next", "view_previous")  # fmt: skip
def test_keys_that_move(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        queue = screen_of(app).queue
        order = list(queue.numbers)
        moves = (("down", 1), ("down", 2), ("up", 1), ("bottom", 4), ("down", 4), ("top", 0), ("up", 0),
                 ("page_down", 4), ("page_up", 0))  # fmt: skip
        for name, place in moves:
            await command(pilot, name)
            assert queue.current == order[place], name
        for key, place in (("down", 1), ("end", 4), ("home", 0), ("pagedown", 4), ("ctrl+u", 0)):
            await press(pilot, key)
            assert queue.current == order[place], key
        await command(pilot, "mark", "mark")
        assert queue.marks == set(order[:2])
        assert "2 tickets marked" in notice(app)
        await command(pilot, "unmark")
        assert queue.marks == set()
        await command(pilot, "open")
        assert app.sitting.opened
        assert app.sitting.ticket == order[2]
        await command(pilot, "next_ticket")
        assert app.sitting.ticket == order[3]
        await command(pilot, "previous_ticket", "previous_ticket")
        assert app.sitting.ticket == order[1]
        await command(pilot, "close")
        assert not app.sitting.opened
        assert queue.current == order[1]
        assert app.focused is queue
        await command(pilot, "view_next")
        assert app.sitting.view == list(desk.views)[1]
        await command(pilot, "view_previous", "view_previous")
        assert app.sitting.view == list(desk.views)[-1]

    sit(desk, play)


@presses("take", "release", "take_over", "snooze", "resume", "wait", "tag", "link", "customer", "merge", "undo",
         "resolve", "reopen", "note", "classify", "reply", "stop_writing")  # fmt: skip
def test_keys_that_act(desk: Desk, tmp_path: Path) -> None:
    async def fill(pilot: Pilot[None], *words: str) -> None:
        for place, word in enumerate(words):
            if place:
                await press(pilot, "enter")
            await keys(pilot, *("space" if letter == " " else letter for letter in word))
        await press(pilot, "ctrl+o")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        screen_of(app).show_view("all")  # in which a ticket stays that is put aside
        await command(pilot, "take")
        assert desk.ticket(1).owner == AGENT
        assert notice(app) == "#1 is yours now. Next: classify."
        await command(pilot, "release")
        assert desk.ticket(1).owner is None
        await command(pilot, "undo")
        assert desk.ticket(1).owner == AGENT
        await command(pilot, "snooze")
        await fill(pilot, "2h")
        assert desk.ticket(1).status is Status.SNOOZED
        screen_of(app).reload(keep=1)
        await command(pilot, "resume")
        assert desk.ticket(1).status is Status.OPEN
        await command(pilot, "tag")
        await fill(pilot, "vip, loud")
        assert desk.ticket(1).tags == ("vip", "loud") or set(desk.ticket(1).tags) == {"vip", "loud"}
        await command(pilot, "link")
        await fill(pilot, "2")
        assert [link.other for link in desk.ticket(1).links] == [2]
        await command(pilot, "customer")
        assert isinstance(app.screen, FormPanel)
        await press(pilot, "escape")
        await command(pilot, "classify")
        await press(pilot, "y", "d", ".", "enter")
        await command(pilot, "note")
        await write(pilot, "called")
        await press(pilot, "ctrl+o")
        assert desk.ticket(1).messages[-1].kind is MessageKind.NOTE
        await command(pilot, "reply")
        await write(pilot, "half")
        await command(pilot, "stop_writing")
        assert "The draft is kept" in notice(app)
        assert desk.drafts.drafted() == {1}
        await press(pilot, "escape")
        desk.act(1, "reply", {"text": "done"}, MORNING)
        screen_of(app).reload(keep=1)
        await command(pilot, "wait")
        assert desk.ticket(1).status is Status.WAITING
        await command(pilot, "resume", "resolve")
        await fill(pilot, "refunded", "satisfied", "double charge")
        assert desk.ticket(1).status is Status.RESOLVED
        app.sitting.view = "archive"
        screen_of(app).reload()
        await command(pilot, "reopen")
        await fill(pilot, "not yet")
        assert desk.ticket(1).status is Status.OPEN

    sit(desk, play)


@presses("take_over")
def test_taking_over_what_a_colleague_has(desk: Desk, tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        other = beside(tmp_path)
        other.act(1, "take", {}, MORNING)
        other.close()
        screen_of(app)._tick()
        await calm(pilot)
        await command(pilot, "resolve")
        assert "mei" in notice(app)  # why not
        assert app.screen is screen_of(app)
        await command(pilot, "take_over")
        assert desk.ticket(1).owner == AGENT

    sit(desk, play)


def test_a_key_that_follows_a_move_at_once_is_for_the_ticket_under_the_cursor(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await keys(pilot, "j", "t")
        await keys(pilot, "j", "j", "k", "j", "t")
        await calm(pilot)
        assert [desk.ticket(number).owner for number in range(1, 6)] == [None, AGENT, None, AGENT, None]

    sit(desk, play)


@presses("merge")
def test_merging_shows_what_will_be_one_and_asks(desk: Desk) -> None:
    desk.act(2, "without_consent", {"reason": "she wrote from it"}, MORNING)
    facts = do.CustomerFacts(emails=("customer1@example.com",))
    header = desk.header(2, MORNING)
    desk.perform(do.EditCustomer(id=header.id, ticket=2, at=MORNING, by=desk.agent, facts=facts), MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "j")
        assert app.sitting.ticket == 2
        await command(pilot, "merge")
        await press(pilot, "1", "ctrl+o")
        assert isinstance(app.screen, Choice)
        assert "2 messages in one conversation" in " ".join(
            str(each.render()) for each in app.screen.query("Static")
        )
        await press(pilot, "n")
        assert desk.ticket(2).status is Status.OPEN
        await command(pilot, "merge")
        await press(pilot, "1", "ctrl+o", "y")
        assert desk.ticket(2).status is Status.MERGED
        assert 2 not in screen_of(app).queue.numbers

    sit(desk, play)


@presses("journal", "explain", "full_text", "save_file", "search", "jump", "palette", "settings", "theme", "help",
         "quit")  # fmt: skip
def test_keys_that_show(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        shows = (("journal", Reading), ("explain", Reading), ("jump", Jump), ("palette", Palette),
                 ("settings", SettingsPanel), ("theme", ThemePanel), ("help", Reading))  # fmt: skip
        for name, screen in shows:
            await command(pilot, name)
            assert isinstance(app.screen, screen), name
            await press(pilot, "escape")
            assert app.screen is screen_of(app), name
        await command(pilot, "save_file")
        assert notice(app) == "This ticket has no attachments."
        await command(pilot, "full_text", "search")
        assert app.focused is not None
        assert app.focused.id == "search"
        await write(pilot, "invoice")
        assert list(screen_of(app).queue.numbers) == [1]
        await press(pilot, "escape")
        assert len(screen_of(app).queue.numbers) == 5
        await command(pilot, "quit")
        assert app._exit

    sit(desk, play)


@presses("editor")
def test_an_editor_needs_a_terminal_of_its_own(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Dear")
        await command(pilot, "editor")
        assert screen_of(app).composer.text == "Dear"
        assert app.focused is screen_of(app).composer

    sit(desk, play)


@presses("practice")
def test_the_way_to_practice_keeps_what_was_begun(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Dear")
        await press(pilot, "f8")  # where one writes ! is text
        assert app._exit
        assert app.to_practice
        number = app.sitting.ticket or 0
        draft = app.desk.drafts.draft(number)
        assert draft is not None
        assert draft.text == "Dear"

    sit(desk, play)


def test_every_command_is_pressed_by_a_story() -> None:
    assert pressed == {command.id for command in COMMANDS}


def test_a_file_is_saved_where_the_agent_says(tmp_path: Path) -> None:
    desk = desk_at(tmp_path / "desk", people=())
    customer = Customer(name="Emma", emails=("e@x.example",))
    with desk.repository.transaction():
        photo = Attachment("../../photo.png", "image/png", 3, desk.repository.put_blob(b"PNG"))
        content = do.Content(text="See the photo", author="Emma", attachments=(photo,))
    desk.open_ticket("email", "Broken", customer, content, MORNING, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await command(pilot, "save_file")
        field = app.screen.query_one(Input)
        field.value = str(tmp_path / "to")
        (tmp_path / "to").mkdir()
        await press(pilot, "ctrl+o")
        assert [file.name for file in (tmp_path / "to").iterdir()] == ["photo.png"]
        assert "Written: " in notice(app)

    sit(desk, play)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("release", "nobody"),
        ("resume", "neither snoozed"),
        ("resolve", "classif"),
        ("reopen", "resolved"),
        ("save_file", "no attachments"),
        ("undo", ""),
    ],
)
def test_a_key_that_cannot_be_used_now_says_why(desk: Desk, name: str, why: str) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        before = desk.ticket(1)
        await command(pilot, name)
        assert app.screen is screen_of(app)
        assert notice(app), "it says nothing"
        assert why in notice(app).casefold()
        assert desk.ticket(1) == before

    sit(desk, play)


def test_on_an_empty_desk_every_key_says_so_and_nothing_falls(tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert "Nothing to do here." in screen_of(app).queue.render_line(0).text
        for each in COMMANDS:
            if each.id == "quit":
                continue
            screen_of(app).say("")
            await command(pilot, each.id)
            if each.form:
                assert notice(app) == "There is no ticket here.", each.id
            while app.screen is not screen_of(app):
                await press(pilot, "escape")
            if app.focused is not None and app.focused.id == "search":
                await press(pilot, "escape")

    sit(desk_at(tmp_path / "desk", people=()), play)


# Others, order, many at once.


def test_the_cursor_stays_on_its_ticket_when_the_order_changes(desk: Desk, tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        queue = screen_of(app).queue
        await press(pilot, "j", "j")
        mine, before = queue.current, list(queue.numbers)
        other = beside(tmp_path)
        given = {"verified": "yes", "type": "logistics", "level": "1", "urgent": "yes"}
        other.act(before[-1], "classify", given, MORNING)  # urgent goes first
        other.close()
        screen_of(app)._tick()
        await calm(pilot)
        assert list(queue.numbers) != before
        assert queue.numbers[0] == before[-1]
        assert queue.current == mine == app.sitting.ticket

    sit(desk, play)


def test_what_another_process_brings_appears_by_itself(desk: Desk, tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        other = beside(tmp_path)
        content = do.Content(text="Hello?", author="Bo")
        new = other.open_ticket(
            "chat", "A new one", Customer(name="Bo", handles=("@bo",)), content, MORNING, MORNING
        )
        other.act(1, "note", {"text": "seen by mei"}, MORNING)
        other.close()
        screen_of(app)._tick()
        await calm(pilot)
        assert new.id in screen_of(app).queue.numbers
        await press(pilot, "o")
        assert "seen by mei" in screen_of(app).conversation.text()
        assert bar(app, "views").startswith(" Open 6 ")
        assert app.sitting.ticket == 1

    sit(desk, play)


def test_a_ticket_that_another_process_took_away_leaves_the_list(desk: Desk, tmp_path: Path) -> None:
    classified(desk, 1)
    desk.act(1, "reply", {"text": "done"}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        queue = screen_of(app).queue
        while queue.current != 1:
            await press(pilot, "j")
        place = list(queue.numbers).index(1)
        other = beside(tmp_path)
        solved = {"result": "r", "satisfaction": "satisfied", "summary": "s"}
        other.act(1, "take", {"from": AGENT}, MORNING)
        other.act(1, "resolve", solved, MORNING)
        other.close()
        screen_of(app)._tick()
        await calm(pilot)
        assert 1 not in queue.numbers
        assert queue.current == queue.numbers[min(place, len(queue.numbers) - 1)] == app.sitting.ticket

    sit(desk, play)


def test_marked_tickets_are_handled_at_once_and_refusals_are_counted(desk: Desk, tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        other = beside(tmp_path)
        other.act(2, "take", {}, MORNING)
        other.close()
        await command(pilot, "mark", "mark", "mark", "take")
        assert ": 2 tickets. 1 was refused." in notice(app)
        assert [desk.ticket(number).owner for number in (1, 2, 3)] == [AGENT, "mei", AGENT]
        assert screen_of(app).queue.marks == set()
        await press(pilot, "g")
        await command(pilot, "mark", "mark", "tag")
        await write(pilot, "bulk")
        await press(pilot, "ctrl+o")
        tagged = [number for number in range(1, 6) if "bulk" in desk.ticket(number).tags]
        assert len(tagged) in (1, 2)  # the colleague's may refuse
        assert 1 in tagged

    sit(desk, play)


@pytest.mark.parametrize("name", ["take", "snooze", "tag", "note", "classify"])
def test_undo_takes_back_what_a_key_did(desk: Desk, name: str) -> None:
    given = {
        "take": {},
        "snooze": {"until": "2h"},
        "tag": {"add": "vip"},
        "note": {"text": "called"},
        "classify": {"verified": "yes", "type": "logistics", "level": "1"},
    }

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        before = desk.ticket(1)
        screen_of(app).done(app.sitting.act(name, given[name]), name)
        await command(pilot, "undo")
        if name == "note":
            assert notice(app)
        else:
            assert ": undone: " in notice(app)
            after = desk.ticket(1)
            assert (after.owner, after.status, after.tags, after.type) == (
                before.owner, before.status, before.tags, before.type,
            )  # fmt: skip

    sit(desk, play)


# Drafts.


def test_what_is_sent_holds_every_letter_that_was_typed_before_the_key(desk: Desk) -> None:
    """On a slow line letters and the key arrive together."""
    classified(desk, 1)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await keys(pilot, *"thanks", "ctrl+o")
        await press(pilot, "1")
        assert [each.action.text for each in app.sitting.waiting_to_go()] == ["thanks"]

    sit(desk, play)


def test_a_draft_is_saved_within_a_second_of_the_first_letter_though_typing_goes_on(desk: Desk) -> None:
    assert writing._DRAFT_SECONDS <= 1

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await keys(pilot, "a")
        timer = screen_of(app)._draft_timer
        assert timer is not None
        await keys(pilot, "b", "c")
        # Not begun anew by later letters. On a slow machine it has run out, and the text is on disk.
        assert screen_of(app)._draft_timer is timer or desk.drafts.drafted() == {1}
        screen_of(app).keep_draft()
        draft = desk.drafts.draft(1)
        assert draft is not None
        assert draft.text == "abc"

    sit(desk, play)


def test_a_draft_is_marked_in_the_list_and_opened_again(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Dear")
        await press(pilot, "escape", "escape")
        assert "✎" in screen_of(app).queue.render_line(0).text
        await press(pilot, "r")
        assert screen_of(app).composer.text == "Dear"
        assert screen_of(app).composer.cursor_location == (0, 4)

    sit(desk, play)


def test_the_next_sitting_is_where_this_one_ended(desk: Desk, tmp_path: Path) -> None:
    async def leave(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "shift+tab", "shift+tab", "shift+tab", "j", "o", "q")

    sit(desk, leave)
    again = beside(tmp_path, AGENT)

    async def look(app: DeskApp, pilot: Pilot[None]) -> None:
        assert app.sitting.view == "all"
        assert app.sitting.opened
        assert app.sitting.ticket == screen_of(app).queue.current != again.drafts.place().ticket or (
            again.drafts.place().ticket == app.sitting.ticket
        )

    sit(again, look)


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    i18n.use("en")
