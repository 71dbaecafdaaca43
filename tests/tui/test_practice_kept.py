"""Leaving an exercise and coming back to it: acts, drafts, replies that wait and the place are all there again."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from agent_tui.desk.drafts import Draft
from agent_tui.domain import actions as do
from agent_tui.domain.undo import NothingToUndo
from agent_tui.practice.model_agent import ModelAgent
from agent_tui.tui.practice.app import Left, PracticeApp
from agent_tui.tui.practice.home import Chosen, Go, HomeApp
from tests.tui.desks import page, press
from tests.tui.practising import TODAY, academy, at_home, exercise, practise, seen

TEXT = "Dear Emma, we are sorry"


def words(app: PracticeApp | HomeApp) -> str:
    """What stands on the screen, as if in one line."""
    return " ".join(seen(app).replace("▌", "").split())


async def begin_a_reply(app: PracticeApp, pilot: Pilot[None]) -> None:
    await press(pilot, "t", "C", "r")
    for letter in TEXT:
        await pilot.press("space" if letter == " " else "comma" if letter == "," else letter)
    await press(pilot)


def test_a_draft_is_there_again_after_leaving_and_coming_back() -> None:
    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        await begin_a_reply(app, pilot)
        app.leave()

    async def home(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        assert "▸" in seen(app)
        assert "2 things are done, and a text is begun" in words(app)
        await press(pilot, "enter")
        assert app.return_value == Chosen(Go.CONTINUE, "broken_kettle", "learn", 1)

    async def back(app: PracticeApp, pilot: Pilot[None]) -> None:
        assert app.sitting.opened
        await press(pilot, "r")
        assert TEXT in seen(app)

    with academy() as found:
        with exercise(found) as begun:
            found.keep(begun, TODAY)
            assert practise(begun, play).outcome is Left.LEFT
        at_home(found, home)
    with academy() as found:
        [run] = found.open_runs()
        again = found.go_on(run)
        assert again is not None
        with closing(again):
            practise(again, back)


def test_everything_done_is_kept_at_once_and_the_clock_now_and_then() -> None:
    with academy() as found, exercise(found) as begun:
        found.keep(begun, TODAY)
        begun.tick(4)
        assert found.open_runs()[0].record.took == 0
        begun.tick(2)
        assert found.open_runs()[0].record.took == 6
        desk, now = begun.training.desk, begun.now
        desk.act(1, "take", {}, now)
        desk.drafts.keep(1, Draft("note", "Ask for the model"))
        [run] = found.open_runs()
        assert [type(each) for each in run.record.actions] == [do.Take]
        assert run.record.reached == now
        assert run.stand.drafts == ((1, Draft("note", "Ask for the model")),)
        begun.skip()
        assert found.open_runs()[0].record.reached == begun.now > now


def test_a_run_that_went_on_is_worth_what_it_would_have_been_in_one_go() -> None:
    with academy() as found:
        with exercise(found) as begun:
            found.keep(begun, TODAY)
            ModelAgent(begun.training).play()
            whole = begun.assessment()
        [run] = found.open_runs()
        again = found.go_on(run)
        assert again is not None
        assert again.assessment() == whole
        assert list(again.moves) == list(run.record.actions)
        result, _card = found.finish(again, TODAY, bytes(10))
        again.close()
        assert result.score == whole.score
        assert found.open_runs() == ()


def test_what_is_done_at_the_very_moment_of_coming_back_is_done() -> None:
    """Ids follow from the moment and from chance: both are the same again, where the clock stood still."""
    with academy() as found:
        with exercise(found) as begun:
            found.keep(begun, TODAY)
            begun.training.desk.act(1, "take", {}, begun.now)
        again = found.go_on(found.open_runs()[0])
        assert again is not None
        again.training.desk.act(1, "note", {"text": "Ask for the model"}, again.now)
        assert [type(each) for each in again.moves] == [do.Take, do.Note]
        again.close()


def test_a_reply_that_waits_out_its_undo_time_goes_out_after_coming_back_once() -> None:
    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        await begin_a_reply(app, pilot)
        await press(pilot, "ctrl+o", "1")
        assert len(app.sitting.waiting_to_go()) == 1

    with academy() as found:
        with exercise(found) as begun:
            found.keep(begun, TODAY)
            practise(begun, play)
        [run] = found.open_runs()
        assert [each.action.text for each in run.stand.held] == [TEXT]
        again = found.go_on(run)
        assert again is not None
        again.tick(2 * 60)

        async def back(app: PracticeApp, pilot: Pilot[None]) -> None:
            app.sitting.send_due()
            assert [type(each) for each in again.moves] == [do.Take, do.Complain, do.Reply]

        with closing(again):
            practise(again, back)
        [run] = found.open_runs()
        assert run.stand.held == ()


def test_going_back_to_a_decision_is_kept_too() -> None:
    with academy() as found, exercise(found) as begun:
        found.keep(begun, TODAY)
        desk = begun.training.desk
        desk.act(1, "take", {}, begun.now)
        desk.act(1, "note", {"text": "one"}, begun.now)
        begun.rewind(1)
        assert [type(each) for each in found.open_runs()[0].record.actions] == [do.Take]
        begun.training.desk.act(1, "note", {"text": "two"}, begun.now)
        assert [getattr(each, "text", "") for each in found.open_runs()[0].record.actions] == ["", "two"]


def test_several_runs_wait_beside_each_other() -> None:
    with academy() as found:
        for hours, name in enumerate(("broken_kettle", "cn_first_response")):
            with exercise(found, name) as begun:
                found.keep(begun, TODAY + timedelta(hours=hours))
                begun.training.skip()
                begun.training.desk.act(1, "take", {}, begun.now)
        assert [each.record.scenario for each in found.open_runs()] == ["cn_first_response", "broken_kettle"]
        assert [len(each.record.actions) for each in found.open_runs()] == [1, 1]
        assert found.give_up(found.open_runs()[0], TODAY, bytes(10)) is None
        [run] = found.open_runs()
        assert (run.record.scenario, len(run.record.actions)) == ("broken_kettle", 1)
        assert found.results() == ()


def test_Q1_a_timed_run_that_was_left_counts_as_an_attempt() -> None:
    async def home(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        assert "It counts as an attempt" in words(app)
        assert "certify · 15:00 left" in seen(app)
        await press(pilot, "p")
        assert "counts as an attempt" in page(app)
        await press(pilot, "escape", "x", "n")
        assert len(found.open_runs()) == 1
        await press(pilot, "x", "y")
        assert "To pass" in page(app)

    with academy() as found:
        with exercise(found, mode="certify") as begun:
            found.keep(begun, TODAY)
        at_home(found, home)
        assert found.open_runs() == ()
        [result] = found.results()
        assert (result.record.mode, result.passed) == ("certify", False)


def test_who_begins_what_was_left_is_asked_what_becomes_of_it() -> None:
    async def home(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        places = [each.id for each in app.screen._scenarios]  # type: ignore[attr-defined]  # it is the first page
        await press(pilot, *["down"] * (1 + places.index("broken_kettle")), "enter", "3")
        assert "It counts as an attempt" in words(app)
        await press(pilot, "2")
        assert app.return_value == Chosen(Go.BEGIN, "broken_kettle", "certify", 1)

    with academy() as found:
        with exercise(found, mode="certify") as begun:
            found.keep(begun, TODAY)
        at_home(found, home)


def test_a_run_that_the_policy_of_now_refuses_is_told_and_can_be_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def home(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        await press(pilot, "x", "y")
        assert "▸" not in seen(app)

    def refuses(*_what: object) -> None:
        raise NothingToUndo

    with academy() as found:
        with exercise(found, mode="certify") as begun:
            found.keep(begun, TODAY)
            begun.training.desk.act(1, "take", {}, begun.now)
        monkeypatch.setattr("agent_tui.practice.keeping.replayed", refuses)
        assert found.go_on(found.open_runs()[0]) is None
        at_home(found, home)
        assert found.open_runs() == ()
        assert found.results() == ()
