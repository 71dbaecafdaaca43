"""The figures on a screen, and the review of a case (POLICY 8, T7)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.figure_definitions import DEFINITIONS
from agent_tui.tui.app import DeskApp
from agent_tui.tui.look import ASCII
from agent_tui.tui.screens.figures import FiguresPanel
from agent_tui.tui.screens.review import ReviewPanel
from agent_tui.tui.widgets.menu import Menu
from agent_tui.tui.widgets.pager import Pager
from tests.tui.desks import (
    AGENT,
    MORNING,
    Clock,
    bar,
    desk_at,
    page,
    press,
    presses,
    screen_of,
    settle,
    sit,
    write,
)

LATER = MORNING + timedelta(hours=5)
SOLVED = {"result": "sent again", "summary": "A parcel was lost."}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Five tickets, three of them solved, at the desk of somebody who also reviews."""
    desk = desk_at(tmp_path / "desk")
    desk.actor = Actor(AGENT, ("agent", "qa"))
    for number, satisfaction in enumerate(("satisfied", "neutral", "very_satisfied"), 1):
        now = MORNING + timedelta(minutes=number)
        desk.act(number, "classify", {"verified": "yes", "type": "logistics", "level": "2"}, now)
        desk.act(number, "reply", {"text": "We send it again."}, now)
        desk.act(number, "resolve", SOLVED | {"satisfaction": satisfaction}, now + timedelta(hours=1))
    return desk


def text_of(app: DeskApp) -> str:
    """Everything on the screen."""
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()
    )


async def open_figures(app: DeskApp, pilot: Pilot[None], *keys: str) -> FiguresPanel:
    """The panel of figures once it has read the journal, after some keys."""
    await press(pilot, "F")
    for key in ("", *keys):
        await press(pilot, *filter(None, (key,)))
        for _ in range(200):
            if app.screen.query_one(Menu).virtual_size.height:
                break
            await asyncio.sleep(0.01)
        await settle(pilot)
    panel = app.screen
    assert isinstance(panel, FiguresPanel)
    return panel


Play = Callable[[DeskApp, Pilot[None]], Awaitable[None]]
SIZES = [(80, 24), (120, 40), (160, 50), (40, 12)]


@presses("figures")
@pytest.mark.parametrize("size", SIZES)
def test_POLICY8_the_figures_are_a_list_and_a_plot(desk: Desk, size: tuple[int, int]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot)
        shown = text_of(app)
        assert "Figures by day, the last 30 days" in shown
        assert "> Response in time" in shown
        assert "100.0%" in shown
        if size[1] > 12:
            assert "100┤" in shown
        await press(pilot, "escape")
        assert app.screen is screen_of(app)

    sit(desk, play, size, Clock(LATER))


def test_every_figure_is_shown_in_every_grouping_and_period(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot)
        titles = set()
        for _grouping in range(7):
            for _figure in DEFINITIONS:
                titles.add(page(app).splitlines()[0].rpartition(":")[0])
                app.screen.action_move(1)  # type: ignore[attr-defined]  as the key does, without the waiting
            await press(pilot, "g", "right", "p")
        assert titles == {known.title for known in DEFINITIONS.values()}

    sit(desk, play, (120, 40), Clock(LATER))


def test_keys_choose_grouping_and_period_both_ways(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot, "right")
        assert "by month" in text_of(app)
        await press(pilot, "right", "right", "down")
        assert "Figures by channel" in text_of(app)
        assert "Service e-mail" in page(app)
        await press(pilot, "left", "p")
        assert "Figures by quarter, this month" in text_of(app)
        await press(pilot, "P", "P", "P")
        assert "everything" in text_of(app)

    sit(desk, play, (120, 40), Clock(LATER))


def test_POLICY8_each_figure_answers_why(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot)
        await press(pilot, "down", "down", "down", "enter")
        said = page(app)
        assert "Customers who were satisfied or very satisfied" in said
        assert "in total: 66.7% (2 of 3)" in said
        assert "counted: #1, #3" in said
        assert "not counted: #2" in said
        await press(pilot, "escape")
        assert isinstance(app.screen, FiguresPanel)

    sit(desk, play, clock=Clock(LATER))


def test_POLICY8_topics_are_told(desk: Desk) -> None:
    desk.act(4, "classify", {"verified": "yes", "type": "billing_doubt", "level": "2"}, LATER)
    desk.act(4, "complain", {}, LATER)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot)
        await press(pilot, "t")
        said = page(app)
        assert "3 of 5  Logistics" in said
        assert said.partition("Pain points")[2].strip() == "1 of 1  Billing doubt"

    sit(desk, play, clock=Clock(LATER))


def test_ascii_terminals_get_bars_of_ascii(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot)
        assert "#####" in page(app)
        plot = [line for line in page(app).splitlines() if "#" in line]
        assert plot
        assert all(line.isascii() for line in plot)

    sit(desk, play, clock=Clock(LATER), glyphs=ASCII)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_means_are_plotted_in_a_unit_that_fits(desk: Desk, language: str) -> None:
    i18n.use(language)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot, "G", "g")
        menu = app.screen.query_one(Menu)
        await press(pilot, *["down"] * list(DEFINITIONS).index("handling_time"))
        assert menu.cursor == list(DEFINITIONS).index("handling_time")
        assert {"en": "in hours", "zh_CN": "小时"}[language] in page(app)

    sit(desk, play, (120, 40), Clock(LATER))


def test_an_empty_desk_has_figures_without_values(tmp_path: Path) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot)
        assert "–" in text_of(app)
        await press(pilot, "enter")
        assert "in total: –" in page(app)

    sit(desk_at(tmp_path / "empty", ()), play, clock=Clock(LATER))


def test_one_may_leave_while_the_journal_is_read(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await pilot.press("F", "escape")
        await settle(pilot)
        assert app.screen is screen_of(app)

    sit(desk, play, clock=Clock(LATER))


def test_help_of_the_figures(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot)
        await press(pilot, "question_mark")
        assert "another grouping" in page(app)

    sit(desk, play, clock=Clock(LATER))


def test_a_click_chooses_a_figure(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot)
        await pilot.click(Menu, offset=(4, 3))
        await settle(pilot)
        assert page(app).startswith("Satisfaction (CSAT)")

    sit(desk, play, clock=Clock(LATER))


def test_POLICY8_retraining_is_said_on_the_screen(desk: Desk) -> None:
    points = "opening=10, listening=15, solution=30, tone=20, process=15, closing=10"
    given = {"points": points, "violations": "phrase"}
    desk.act(1, "review", given, LATER)
    desk.act(2, "review", given, LATER + timedelta(days=80))

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_figures(app, pilot)
        assert "Retraining is due: Compliant phrases, compliance 2026-Q1 0.0%, 2026-Q2 0.0%" in text_of(app)

    sit(desk, play, (120, 40), Clock(LATER + timedelta(days=81)))


# The review.


async def open_case(app: DeskApp, pilot: Pilot[None], number: int = 1) -> None:
    await press(pilot, "slash", *str(number), "enter")
    await press(pilot, "o")
    assert screen_of(app).sitting.ticket == number


@presses("review")
def test_T7_a_case_is_scored_with_few_keys(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_case(app, pilot)
        await press(pilot, "Q")
        assert isinstance(app.screen, ReviewPanel)
        assert "score: 100 of 100" in text_of(app)
        await press(pilot, "left", "left", "down", "1", "2", "end", "down", "right")  # 8, 12, no more than 30
        assert "score: 95 of 100" in text_of(app)
        await press(pilot, *["down"] * 10, "space", "tab")
        await write(pilot, "clear")
        await press(pilot, "enter")
        assert app.screen is screen_of(app)
        assert "#1" in bar(app, "notice")
        said = screen_of(app).query_one("#conversation", Pager).text()
        assert "reviewed by li.wei, 2 Mar 2026, 14:00: 95 of 100" in said
        assert "1 violation of compliance" in said
        assert "clear" in said

    sit(desk, play, clock=Clock(LATER))


def test_T7_what_was_scored_is_what_is_recorded(desk: Desk) -> None:
    found = []

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_case(app, pilot, 2)
        await press(pilot, "Q", *["down"] * 6, "space", "tab", "tab")
        await write(pilot, "s1")
        await press(pilot, "tab", "up", "0", "enter")
        found.extend(desk.ticket(2).reviews)

    sit(desk, play, (120, 40), Clock(LATER))
    (review,) = found
    assert review.fatal == ("unmasked_data",)
    assert review.sample == "s1"
    assert review.points["closing"] == 0
    assert sum(review.points.values()) == 90


def test_T7_a_fatal_error_shows_a_score_of_nothing(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_case(app, pilot)
        await press(pilot, "Q", *["down"] * 7, "x")
        assert "score: 0 of 100" in text_of(app)
        await press(pilot, "x")
        assert "score: 100 of 100" in text_of(app)
        await press(pilot, "question_mark")
        assert "a fatal error or a violation" in page(app)

    sit(desk, play, clock=Clock(LATER))


def test_T7_only_resolved_cases_are_reviewed(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_case(app, pilot, 4)
        await press(pilot, "Q")
        assert app.screen is screen_of(app)
        assert "Only a resolved case can be reviewed. (T7)" in bar(app, "notice")

    sit(desk, play, (120, 40), Clock(LATER))


def test_P1_without_a_role_that_reviews_the_key_says_who_may(desk: Desk) -> None:
    desk.actor = Actor(AGENT)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_case(app, pilot)
        await press(pilot, "Q")
        assert app.screen is screen_of(app)
        assert "(P1)" in bar(app, "notice")

    sit(desk, play, (160, 40), Clock(LATER))


@pytest.mark.parametrize("size", [(80, 24), (40, 14), (120, 40)])
def test_the_card_can_be_worked_in_every_size(desk: Desk, size: tuple[int, int]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await open_case(app, pilot)
        await press(pilot, "Q", *["down"] * 13, "space")
        menu = app.screen.query_one(Menu)
        assert menu.cursor == 13
        assert "[x]" in text_of(app)
        assert "score:" in text_of(app)

    sit(desk, play, size, Clock(LATER))
