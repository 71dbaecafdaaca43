"""What holds for every paper, whatever the seed and whatever a trainee answers (POLICY Q1, Q2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_tui.packs.culture import CultureBook
from agent_tui.packs.theory import Kind, StageRule, load_theory
from agent_tui.practice.making import questions
from agent_tui.practice.repetition import Card, reviewed
from agent_tui.practice.stages import NotNow, Standing, State, after_test, repeated
from agent_tui.practice.theory import Question, Session, mark, paper
from agent_tui.practice.values import Facts
from agent_tui.tui.keymap import keymap
from agent_tui.tui.telling_theory import desk_keys
from tests.factories import shipped

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEEDS = st.integers(0, 2**63)
SIZES = st.integers(0, 60)


@cache
def asked() -> tuple[Question, ...]:
    book, _problems = load_theory()
    facts = Facts(shipped(), book.words, desk_keys(keymap(None)), CultureBook(None).market)
    return questions(book, facts, shipped())


TOPICS = st.sets(st.sampled_from(sorted({each.topic for each in asked()})))


@settings(max_examples=60)
@given(SEEDS, SIZES, TOPICS)
def test_a_paper_marked_with_its_own_key_is_right_and_shuffling_loses_nothing(
    seed: int, size: int, topics: set[str]
) -> None:
    drawn = paper(asked(), topics, seed, size)
    assert drawn == paper(asked(), topics, seed, size)
    assert len({each.question.id for each in drawn}) == len(drawn) <= size
    for each in drawn:
        assert mark(each, each.key).right
        assert sorted(each.order) == list(range(len(each.question.choices)))
        assert {tuple(choice.items()) for choice in each.choices} == {
            tuple(choice.items()) for choice in each.question.choices
        }
        if each.question.kind in (Kind.SPOT, Kind.LEVEL):
            assert each.choices == each.question.choices
        if each.question.kind is Kind.ORDER:
            assert each.key != tuple(range(len(each.key)))


@settings(max_examples=60)
@given(SEEDS, st.data())
def test_any_other_answer_is_wrong_and_says_what_was(seed: int, data: st.DataObject) -> None:
    shown = data.draw(st.sampled_from(paper(asked(), (), seed, 30)))
    places = st.integers(0, len(shown.order) - 1)
    given_ = tuple(data.draw(st.lists(places, unique=True)))
    marked = mark(shown, given_)
    same = given_ == shown.key if shown.question.kind is Kind.ORDER else set(given_) == set(shown.key)
    assert marked.right is same
    assert (marked.missed == () and marked.wrong == ()) is same
    kept = marked.answered(NOW)
    assert [shown.question.choices[place] for place in kept.given] == [
        shown.choices[place] for place in marked.given
    ]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 60 * 24 * 40)), min_size=1, max_size=12))
def test_a_card_never_comes_before_it_was_answered(story: list[tuple[bool, int]]) -> None:
    card: Card | None = None
    at = NOW
    for right, minutes in story:
        at += timedelta(minutes=minutes)
        card = reviewed(card, "a.1", "v", at, right=right)
        assert card.due > at
        assert card.last == at
    assert card is not None
    assert card.lapses == sum(not right for right, _minutes in story)


@given(SEEDS, st.lists(st.booleans(), max_size=40), st.floats(0.05, 1))
def test_Q1_whoever_repeats_what_was_missed_may_always_take_the_test_again(
    seed: int, rights: list[bool], pass_mark: float
) -> None:
    drawn = paper(asked(), (), seed, 12)
    session = Session(drawn, attempt="t")
    for each, right in zip(drawn, rights, strict=False):
        session = session.answer(each.key if right else each.key[:-1])
    rule = StageRule("s", {"en": "s", "zh_CN": "s"}, ("desk",), 12, pass_mark)
    standing, attempt = after_test(Standing("s", State.OPEN), rule, session, seed, NOW)
    assert attempt.passed is (attempt.share >= pass_mark) is (standing.state is State.PASSED)
    if attempt.passed:
        return
    for missed in standing.missed:
        try:
            after_test(standing, rule, session, seed, NOW)
            raise AssertionError("a test before the retraining is done")
        except NotNow:
            standing = repeated(standing, missed, right=True)
    assert standing.state is State.OPEN
