"""The notice line: a sentence goes with what it is about, an alarm stays until it was seen, what was done is short."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.pilot import Pilot

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.desk.forms import FORMS
from agent_tui.domain.ticket import Status
from agent_tui.tui.app import DeskApp
from agent_tui.tui.notices import DONE, SEEN, Notices, done_to_many
from tests.factories import SEC
from tests.tui.desks import MORNING, Clock, bar, press, screen_of, settle, sit, write
from tests.tui.test_flow import classified

HIDDEN = SEEN - SEC


def notice(app: DeskApp) -> str:
    return bar(app, "notice").strip()


# How long a sentence stays.


def test_a_sentence_goes_when_the_agent_goes_on() -> None:
    notices = Notices()
    notices.say("#1 is yours now.", "bad")
    notices.moved(2, MORNING)
    assert (notices.text, notices.style) == ("", "")


def test_an_alarm_about_another_ticket_stays_until_it_was_in_sight() -> None:
    notices = Notices()
    notices.alarm("Breached: #9", "bad", frozenset({9}))
    notices.moved(2, MORNING + SEEN)  # something lay over it so far
    assert notices.text == "Breached: #9"
    notices.in_sight(MORNING)
    notices.in_sight(MORNING + HIDDEN)
    notices.moved(3, MORNING + HIDDEN)
    assert notices.text == "Breached: #9"
    notices.moved(4, MORNING + SEEN)
    assert notices.text == ""


def test_an_alarm_about_the_ticket_one_goes_to_has_done_its_work() -> None:
    notices = Notices()
    notices.alarm("Breached: #9", "bad", frozenset({9}))
    notices.moved(9, MORNING)
    assert notices.text == ""
    notices.alarm("Breached: #9 and 1 more", "bad", frozenset({8, 9}))
    notices.moved(9, MORNING)
    assert notices.text != ""


def test_a_sentence_after_an_alarm_is_no_alarm() -> None:
    notices = Notices()
    notices.alarm("Breached: #9", "bad", frozenset({9}))
    notices.say("There is no ticket here.")
    notices.moved(2, MORNING)
    assert notices.text == ""


@pytest.mark.parametrize(
    "keys",
    [("j",), ("right_square_bracket",), ("o", "greater_than_sign"), ("slash", "escape"), ("G",)],
    ids=" ".join,
)
def test_what_was_said_of_a_ticket_goes_with_it(desk: Desk, keys: tuple[str, ...]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "a")
        assert notice(app) == "This ticket has no attachments."
        await press(pilot, *keys)
        assert notice(app) == ""

    sit(desk, play)


def test_what_was_said_stays_while_one_stays(desk: Desk, tmp_path: object) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "a", "o", "escape", "J", "escape")
        screen_of(app)._tick()
        await settle(pilot)
        assert notice(app) == "This ticket has no attachments."

    sit(desk, play)


def test_going_on_leaves_the_reply_that_can_be_taken_back(desk: Desk) -> None:
    classified(desk, 1)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Sorry")
        await press(pilot, "ctrl+o", "1", "escape", "j", "right_square_bracket")
        assert notice(app) == "Reply to #1 goes out in 8 s; u takes it back"

    sit(desk, play)


def test_a_breach_elsewhere_outlives_a_move_that_follows_at_once(desk: Desk) -> None:
    clock = Clock()
    due = min(line.due for line in desk.lines([1, 2, 3, 4, 5]).values() if line.due is not None)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "G")
        clock.now = due + SEC
        screen_of(app).watch_clocks()
        await settle(pilot)
        await press(pilot, "k")
        assert notice(app).startswith("Breached: #1 ")
        clock.turn(SEEN)
        await press(pilot, "k")
        assert notice(app) == ""

    sit(desk, play, clock=clock)


def test_the_count_of_marks_is_about_no_ticket(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "x", "x")
        assert notice(app) == "2 tickets marked"

    sit(desk, play)


# A list that follows the time.


def test_a_ticket_that_is_put_aside_leaves_the_list_and_comes_back_by_itself(desk: Desk) -> None:
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        queue = screen_of(app).queue
        assert app.sitting.view == "open"
        await press(pilot, "s", "2", "h", "ctrl+o")
        assert desk.ticket(1).status is Status.SNOOZED
        assert 1 not in queue.numbers
        assert notice(app) == "#1 snoozed until 2 Mar 2026, 11:00; u takes it back."
        assert (app.sitting.ticket, app.sitting.counts["snoozed"]) == (2, 1)
        screen_of(app)._tick()
        await settle(pilot)
        clock.turn(timedelta(hours=2) + SEC)
        screen_of(app)._tick()
        await settle(pilot)
        await settle(pilot)
        assert 1 in queue.numbers
        assert (queue.current, app.sitting.counts["snoozed"]) == (2, 0)

    sit(desk, play, clock=clock)


def test_time_takes_nobody_the_ticket_away(desk: Desk) -> None:
    clock = Clock()
    row = desk.lines([1])[1]
    assert row.due is not None
    assert row.risk is not None
    clock.now = row.risk + SEC

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        screen_of(app).show_view("at-risk")
        await press(pilot, "o")
        assert (app.sitting.ticket, app.sitting.opened) == (1, True)
        clock.now = row.due + SEC  # type: ignore[operator]
        screen_of(app)._tick()
        await settle(pilot)
        await settle(pilot)
        assert (app.sitting.ticket, app.sitting.counts["breached"]) == (1, 1)
        assert screen_of(app).queue.current == 1

    sit(desk, play, clock=clock)


# What was done.


def test_after_resolving_one_is_told_which_and_how_to_take_it_back(desk: Desk) -> None:
    classified(desk, 1)
    desk.act(1, "reply", {"text": "done"}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        while app.sitting.ticket != 1:
            await press(pilot, "j")
        await press(pilot, "o", "e")
        for words in ("refunded", "satisfied", "double charge"):
            await write(pilot, words)
            await press(pilot, "enter" if words != "double charge" else "ctrl+o")
        assert desk.ticket(1).status is Status.RESOLVED
        assert app.sitting.ticket != 1
        assert notice(app) == "#1 resolved; u takes it back."
        await press(pilot, "u")
        assert desk.ticket(1).status is Status.OPEN
        assert notice(app) == "#1: undone: Resolve."

    sit(desk, play)


def test_the_users_own_key_is_told(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "s", "2", "h", "ctrl+o")
        assert notice(app).endswith("; F5 takes it back.")
        await press(pilot, "f5", "n", "H", "i", "escape")
        assert notice(app) == "The draft is kept; n goes on with it."

    sit(desk, play, own_keys={"undo": ("f5",)})


def test_a_command_without_a_key_is_called_by_its_name(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "s", "2", "h", "ctrl+o")
        assert notice(app).endswith("; Undo takes it back.")

    sit(desk, play, own_keys={"undo": ()})


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (("t",), "#1 is yours now. Next: classify."),
        (("t", "R"), "#1 given back to the queue. Next: classify."),
        (("n", "H", "i", "ctrl+o"), "Note added to #1. Next: classify."),
        (("number_sign", "v", "i", "p", "ctrl+o"), "Tags of #1 changed. Next: classify."),
        (("L", "2", "ctrl+o"), "#1 linked. Next: classify."),
        (("f", "x", "ctrl+o"), "Customer's facts of #1 corrected. Next: classify."),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_was_done_is_said_in_the_past(desk: Desk, keys: tuple[str, ...], told: str) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, *keys)
        assert notice(app) == told

    sit(desk, play)


def test_every_action_of_a_form_is_told() -> None:
    assert set(FORMS) - {"reply"} == set(DONE)


def test_what_was_done_to_many_is_counted() -> None:
    assert done_to_many("take", 1, 0) == "Take: 1 ticket."
    assert done_to_many("snooze", 3, 1) == "Snooze: 3 tickets. 1 was refused."
    i18n.use("zh_CN")
    try:
        assert done_to_many("take", 2, 0).isascii() is False
    finally:
        i18n.use("en")
