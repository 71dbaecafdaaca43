"""The theory on the screen: keys, marks in words, results, both languages, small and wide terminals (POLICY Q1, Q2)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import cache

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from agent_tui import i18n
from agent_tui.domain.cells import width
from agent_tui.packs.culture import CultureBook
from agent_tui.packs.rules import load_rules
from agent_tui.packs.theory import Kind, load_theory
from agent_tui.practice.making import questions
from agent_tui.practice.theory import Marked, Question, Session, Shown
from agent_tui.practice.values import Facts
from agent_tui.tui.keymap import keymap
from agent_tui.tui.screens.quiz import QuizScreen
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.telling_theory import desk_keys
from agent_tui.tui.widgets.pager import Pager
from tests.factories import shipped
from tests.tui.desks import press

SMALL, WIDE = (80, 24), (120, 40)
TOPICS = {topic: bank.name for topic, bank in load_theory()[0].banks.items()}


@cache
def bank() -> dict[str, Question]:
    book, _problems = load_theory()
    facts = Facts(shipped(), book.words, desk_keys(keymap(None)), CultureBook(None).market)
    return {each.id: each for each in questions(book, facts, shipped())}


def session(*ids: str) -> Session:
    """The questions with their choices as they are written."""
    asked = [bank()[id_] for id_ in ids]
    return Session(tuple(Shown(each, tuple(range(len(each.choices)))) for each in asked))


class Quiz(App[None]):
    """Nothing but the screen."""

    def __init__(self, begun: Session, pass_mark: float | None = None) -> None:
        super().__init__()
        self.begun = begun
        self.pass_mark = pass_mark
        self.kept: list[Marked] = []
        self.ended: Session | None = None

    def on_mount(self) -> None:
        screen = QuizScreen(
            self.begun, TOPICS, self.kept.append, rules=load_rules(None, []), pass_mark=self.pass_mark
        )
        self.push_screen(screen, self._end)

    def _end(self, session: Session | None) -> None:
        self.ended = session

    def page(self) -> str:
        return self.screen.query_one(Pager).text()

    def line(self, name: str) -> str:
        return str(self.screen.query_one(f"#{name}", Static).render())


def run(
    begun: Session,
    play: Callable[[Quiz, Pilot[None]], Awaitable[None]],
    size: tuple[int, int] = SMALL,
    pass_mark: float | None = None,
) -> None:
    async def story() -> None:
        app = Quiz(begun, pass_mark)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await play(app, pilot)

    asyncio.run(story())


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    i18n.use("en")


def test_a_number_answers_and_the_mark_is_told_in_words() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        assert "1/2" in app.line("quiz-title")
        await press(pilot, "1", "enter")
        assert "Right." in app.page()
        assert "right, your answer" in app.page()
        assert "rule H1: On taking an issue" in app.page()
        assert [each.right for each in app.kept] == [True]
        await press(pilot, "enter")
        assert "2/2 · right so far: 1" in app.line("quiz-title")
        await press(pilot, "b", "enter")
        assert "Not right." in app.page()
        assert "your answer, not right" in app.page()
        assert "right, and not chosen" in app.page()
        assert [each.right for each in app.kept] == [True, False]

    run(session("handling.first_two", "complaints.refused_plan"), play)


def test_enter_alone_chooses_nothing() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "enter")
        assert "Choose an answer first" in app.line("panel-error")
        assert app.kept == []
        await press(pilot, "7")
        assert app.kept == []
        await press(pilot, "down")
        assert app.line("panel-error") == ""
        assert "> (x) 1" in app.page()
        await press(pilot, "down", "down", "up", "enter")
        assert app.kept[0].given == (1,)

    run(session("handling.first_two"), play)


def test_several_are_toggled_by_numbers_and_space() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "1", "5", "5", "down", "up", "up", "up", "space", "space")
        assert "[x] 1" in app.page()
        assert "[ ] 5" in app.page()
        await press(pilot, "2", "c", "enter")
        assert app.kept[0].given == (0, 1, 2)
        assert app.kept[0].right

    run(session("handling.classify_parts"), play)


def test_an_order_is_made_by_letters_by_numbers_or_by_carrying_lines() -> None:
    right = bank()["complaints.chain"]
    mixed = Shown(right, (2, 0, 3, 1, 4))

    async def letters(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "b", "d", "a", "c", "e", "enter")
        assert app.kept[0].right
        assert "you put it" not in app.page()

    async def carrying(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "shift+down", "down", "down", "K", "enter")
        assert app.kept[0].given == (1, 0, 3, 2, 4)
        assert app.kept[0].right

    async def numbers(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "2", "down", "4", "enter")
        assert app.kept[0].given == (1, 0, 3, 2, 4)

    async def wrong(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "enter")
        assert not app.kept[0].right
        assert "1. Apologise and soothe  – you put it at 2" in app.page()

    for play in (letters, wrong):
        run(Session((mixed,)), play)
    for play in (carrying, numbers):
        run(Session((Shown(right, (1, 0, 3, 2, 4)),)), play)


def test_the_parts_of_a_reply_stand_with_their_gloss() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        assert "明日必ず届くことを保証いたします。" in app.page()
        assert "We guarantee that it will certainly arrive tomorrow." in app.page()
        await press(pilot, "3", "enter")
        assert "rule T2" in app.page()

    run(session("spotting.ja_guarantee"), play)


def test_facts_about_a_culture_name_their_source() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "1", "enter")
        assert "source: " in app.page()

    run(session("culture.obon"), play)


def test_Q1_results_by_topic_and_what_to_repeat() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "1", "enter", "enter", "2", "enter", "enter")
        page = app.page()
        assert "1 of 2 right (50%)" in page
        assert "Not passed: 80% were asked for." in page
        assert page.index("Complaints: 0 of 1") < page.index("Handling an issue: 1 of 1")
        assert "C6  The customer refuses the plan." in page
        assert app.ended is None
        await press(pilot, "enter")
        assert app.ended is not None
        assert len(app.ended.marked) == 2

    run(session("handling.first_two", "complaints.refused_plan"), play, pass_mark=0.8)


def test_Q1_a_passed_test_says_so() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "1", "enter", "enter")
        assert "Passed: 80% were asked for." in app.page()

    run(session("handling.first_two"), play, pass_mark=0.8)


def test_escape_keeps_what_was_answered() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "1", "enter", "enter", "2", "escape", "escape")
        assert app.ended is not None
        assert [each.right for each in app.ended.marked] == [True]
        assert len(app.kept) == 1
        assert app.ended.current is not None
        begun = app.ended
        again = Quiz(begun)
        async with again.run_test(size=SMALL) as other:
            await other.pause()
            assert "2/2" in again.line("quiz-title")

    run(session("handling.first_two", "complaints.refused_plan"), play)


def test_a_sitting_without_questions_tells_its_results_at_once() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        assert "0 of 0 right" in app.page()
        await press(pilot, "1", "space", "enter")
        assert app.ended == Session(())

    run(Session(()), play)


def test_help_tells_the_keys() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "question_mark")
        assert isinstance(app.screen, Reading)
        assert "what was answered is kept" in app.page()

    run(session("handling.first_two"), play)


def test_the_marked_line_and_the_verdict_are_in_sight_on_a_small_terminal() -> None:
    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        await press(pilot, "4")
        assert "(x) 4" in seen(app)
        await press(pilot, "enter")
        assert "Not right." in seen(app)

    run(session("handling.note_quality"), play, (40, 14))


def seen(app: Quiz) -> str:
    """What the page shows of its text."""
    pager = app.screen.query_one(Pager)
    return "\n".join(pager.render_line(row).text for row in range(pager.size.height))


@pytest.mark.parametrize("size", [SMALL, WIDE])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_question_fits_the_screen_in_both_languages(language: str, size: tuple[int, int]) -> None:
    i18n.use(language)
    every = tuple(Shown(each, tuple(range(len(each.choices)))) for each in bank().values())
    longest = sorted(every, key=lambda each: -sum(width(choice[language]) for choice in each.choices))[:4]
    kinds = [next(each for each in every if each.question.kind is kind) for kind in Kind]

    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        for shown in (*longest, *kinds):
            assert shown.question.text[language][:20] in app.page().replace("\n", "")
            assert app.screen.query_one(Pager).virtual_size.height <= size[1] - 3, shown.question.id
            await press(pilot, "1", "enter", "enter")

    run(Session((*longest, *kinds)), play, size)


def test_markup_and_escapes_of_a_bank_are_shown_as_they_are() -> None:
    hostile = Question(
        id="own.1",
        topic="own",
        kind=Kind.SINGLE,
        rule="S1",
        difficulty=1,
        text={"en": "[/b] [red]\x1b]52;c;eA==\x07 which?", "zh_CN": "哪个？"},
        choices=({"en": "[link]", "zh_CN": "一"}, {"en": "\u202egnp", "zh_CN": "二"}),
        answer=(0,),
        explanation={"en": "[/] because \x1b[2J", "zh_CN": "因为"},
    )

    async def play(app: Quiz, pilot: Pilot[None]) -> None:
        assert "[/b] [red]" in app.page()
        await press(pilot, "1", "enter")
        assert "[/] because" in app.page()
        assert not {"\x1b", "\x07", "\u202e"} & set(app.page())
        await press(pilot, "enter")

    run(Session((Shown(hostile, (0, 1)),)), play)
