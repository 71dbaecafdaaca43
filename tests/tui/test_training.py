"""Courses, runs and reviews on the screen: tasks on the first page, cards with comments, a mentor's steps (Q1, Q4)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from agent_tui import i18n
from agent_tui.locations import locate
from agent_tui.packs.courses import Course, Task, TaskKind
from agent_tui.practice import courses, reviews
from agent_tui.practice.academy import Academy
from agent_tui.practice.reviews import Review
from agent_tui.tui.practice.home import Chosen, Go, HomeApp
from agent_tui.tui.practice.reviewing import CommentPanel, ReviewApp
from agent_tui.tui.preferences import Preferences
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.quiz import QuizScreen
from agent_tui.tui.widgets.menu import Menu
from agent_tui.tui.widgets.pager import Pager
from tests.practice.trainees import DAY, SCENARIO, academy_at, ended
from tests.tui.desks import press

SMALL, WIDE = (80, 24), (120, 40)
HOT = Task(id="hot", kind=TaskKind.SCENARIO, names=(SCENARIO,), due=date(2026, 6, 12), mode="certify")
LEVELS = Task(
    id="levels", kind=TaskKind.TOPICS, names=("levels",), due=date(2026, 6, 20), questions=3, pass_mark=80
)
BASICS = Task(id="basics", kind=TaskKind.STAGE, names=("basics",), due=date(2026, 6, 30))
COURSE = Course(
    id="first",
    name={"en": "First month", "zh_CN": "入职首月"},
    version=1,
    trainer="W",
    tasks=(LEVELS, BASICS, HOT),
)


@pytest.fixture
def academy(tmp_path: Path) -> Iterator[Academy]:
    with academy_at(tmp_path / "alex") as found:
        yield found
    i18n.use("en")


def at_home(
    academy: Academy,
    play: Callable[[HomeApp, Pilot[Chosen]], Awaitable[None]],
    now: datetime = DAY,
    size: tuple[int, int] = SMALL,
) -> Chosen | None:
    async def story() -> Chosen | None:
        app = HomeApp(Preferences(locate().settings_file), academy, lambda: now)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            while isinstance(app.screen, Choice):  # a newcomer is asked for the language and offered the tour
                await pilot.press("escape")
            await play(app, pilot)
        return app.return_value

    return asyncio.run(story())


def shown(app: App[Chosen] | ReviewApp) -> list[str]:
    """The lines of the list, without the spaces at their ends."""
    menu = app.screen.query_one(Menu)
    return [menu.render_line(y).text.rstrip() for y in range(menu.size.height)]


def line(app: App[Chosen] | ReviewApp, name: str) -> str:
    return str(app.screen.query_one(f"#{name}", Static).render())


def page(app: App[Chosen] | ReviewApp) -> str:
    return app.screen.query_one(Pager).text()


@pytest.mark.parametrize("size", [SMALL, WIDE])
def test_the_first_page_lists_what_a_course_asks_for_the_first_due_first(
    academy: Academy, size: tuple[int, int]
) -> None:
    courses.add(academy.database, COURSE)

    async def play(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        first, second, third, fourth = shown(app)[:4]
        assert "certify" in first
        assert "due 2026-06-12" in first
        assert second.startswith("  3 questions")
        assert "Test: Basics" in third
        assert "due" not in fourth
        assert "Next · First month" in line(app, "home-about")
        await press(pilot, "j")
        assert "Next" not in line(app, "home-about")
        assert "First month" in line(app, "home-about")
        assert "0 of 3 answered" in line(app, "home-about")
        assert "80 % right" in line(app, "home-about")

    at_home(academy, play, size=size)


def test_a_task_is_overdue_in_words_and_gone_when_it_is_done(academy: Academy) -> None:
    courses.add(academy.database, COURSE)

    async def late(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        assert "overdue" in shown(app)[0]
        assert shown(app)[0].endswith("!")
        assert "overdue" not in shown(app)[1]

    at_home(academy, late, datetime(2026, 6, 13, tzinfo=DAY.tzinfo))
    ended(academy)

    async def done(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        assert "3 questions" in shown(app)[0]
        await press(pilot, "a")
        assert "First month" in page(app)
        assert "1 of 3 tasks done" in page(app)
        assert "done, 1 attempt, best" in page(app)

    at_home(academy, done, DAY + timedelta(days=1))


def test_enter_on_a_task_begins_what_it_asks_for(academy: Academy) -> None:
    courses.add(academy.database, COURSE)

    async def scenario(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        await press(pilot, "enter")

    assert at_home(academy, scenario) == Chosen(Go.BEGIN, SCENARIO, "certify")

    async def theory(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        await press(pilot, "j", "enter")
        assert isinstance(app.screen, QuizScreen)
        assert "Levels of an issue" in line(app, "quiz-title")
        await press(pilot, "escape", "j", "enter")
        assert isinstance(app.screen, QuizScreen)
        assert "Basics" in line(app, "quiz-title")

    at_home(academy, theory)


def test_without_a_course_the_page_is_as_it_was(academy: Academy) -> None:
    async def play(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        assert not any("due" in each for each in shown(app)[:5])
        await press(pilot, "a")
        assert "practice course add FILE" in page(app)
        await press(pilot, "escape", "r")
        assert "No run was ended yet" in page(app)

    at_home(academy, play)


def test_Q4_a_trainee_reads_what_a_mentor_said_beside_the_card(academy: Academy) -> None:
    result = ended(academy)
    action = next(each for each in result.record.actions if getattr(each, "text", ""))
    said = reviews.commented(reviews.begun(result), "Mia", DAY, "Ask first.", action.id)
    academy.take_review(reviews.commented(said, "Mia", DAY, "Well done."))
    ended(academy, DAY + timedelta(days=1), idle=True)

    async def play(app: HomeApp, pilot: Pilot[Chosen]) -> None:
        await press(pilot, "r")
        newest, older = shown(app)[:2]
        assert "2026-06-02" in newest
        assert "2 comments" in older
        await press(pilot, "j", "enter")
        assert "Mia, 2026-06-01 12:00" in page(app)
        about = page(app).partition("Mia,")[2].splitlines()[1]
        assert about.startswith(f"{action.at:%H:%M} ")
        assert "Ask first." in page(app)
        assert "Well done." in page(app)

    at_home(academy, play, size=WIDE)


# The mentor


def reviewing(
    academy: Academy,
    play: Callable[[ReviewApp, Pilot[None]], Awaitable[None]],
    *,
    idle: bool = False,
    save: Callable[[Review], None] | None = None,
    size: tuple[int, int] = SMALL,
    name: str = SCENARIO,
) -> list[Review]:
    """What was saved."""
    saved: list[Review] = []
    result = ended(academy, idle=idle, name=name)
    told = academy.story(result)
    assert told is not None

    async def story() -> None:
        app = ReviewApp(
            Preferences(locate().settings_file),
            academy,
            result,
            told,
            reviews.begun(result),
            by="Mia",
            now=lambda: DAY,
            save=save or saved.append,
        )
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await play(app, pilot)

    asyncio.run(story())
    return saved


@pytest.mark.parametrize("size", [SMALL, WIDE])
def test_Q4_a_mentor_steps_through_a_run_and_comments_on_a_moment(
    academy: Academy, size: tuple[int, int]
) -> None:
    seen: list[str] = []

    async def play(app: ReviewApp, pilot: Pilot[None]) -> None:
        assert "Alex" in line(app, "review-title")
        assert page(app).startswith("the customer")
        for _moment in app.story.moments:
            seen.append(page(app))
            await press(pilot, "j")
        assert "Score" in page(app)
        place = next(place for place, each in enumerate(app.story.moments) if each.kind == "reply")
        await press(pilot, *["k"] * (len(app.story.moments) - place))
        assert "the customer reads this" in page(app)
        await press(pilot, "c", *"Ask first", "enter")
        assert "Ask first" in page(app)
        assert app.screen.query_one(Menu).cursor == place
        await press(pilot, "w", *"Good", "enter")
        assert "Good" not in page(app)
        await press(pilot, "pagedown", "pageup", "c", "enter", "c", "escape")
        assert len(app.review.comments) == 2

    first, second = reviewing(academy, play, size=size)
    assert [(each.by, each.text) for each in second.comments] == [("Mia", "Ask first"), ("Mia", "Good")]
    assert first.comments == second.comments[:1]
    assert first.comments[0].action
    assert not second.comments[1].action
    assert any("the customer does not see this" in each for each in seen)
    assert any("+ " in each for each in seen)


def test_Q1_a_mentor_signs_a_passed_run_off_and_no_other(academy: Academy) -> None:
    async def sign(app: ReviewApp, pilot: Pilot[None]) -> None:
        await press(pilot, "s", "1")
        assert line(app, "review-hint") == "Saved."

    (saved,) = reviewing(academy, sign)
    assert [(each.by, each.stage) for each in saved.signatures] == [("Mia", "basics")]

    async def refused(app: ReviewApp, pilot: Pilot[None]) -> None:
        await press(pilot, "s", "0")
        assert "Only a passed run" in line(app, "review-hint")
        await press(pilot, "s", "escape")

    assert reviewing(academy, refused, idle=True) == []


def test_what_can_not_be_saved_is_told_and_not_kept(academy: Academy) -> None:
    def full(review: Review) -> None:
        raise OSError(28, "No space left on device")

    async def play(app: ReviewApp, pilot: Pilot[None]) -> None:
        await press(pilot, "w")
        assert isinstance(app.screen, CommentPanel)
        await press(pilot, *"Good", "enter")
        assert "No space left" in line(app, "review-hint")
        assert app.review.comments == ()

    reviewing(academy, play, save=full)


@pytest.mark.parametrize(("language", "meaning"), [("en", "vacuum"), ("zh_CN", "吸尘器")])
def test_a_mentor_reads_what_a_customer_s_words_mean(academy: Academy, language: str, meaning: str) -> None:
    i18n.use(language)

    async def play(app: ReviewApp, pilot: Pilot[None]) -> None:
        assert app.story.moments[0].text.split()[0] in page(app)
        assert meaning in page(app)

    reviewing(academy, play, idle=True, name="kr_second_complaint")


def test_a_customer_s_words_in_the_mentor_s_language_are_told_once(academy: Academy) -> None:
    async def play(app: ReviewApp, pilot: Pilot[None]) -> None:
        assert page(app).count("leaks from the bottom") == 1

    reviewing(academy, play, idle=True)
