"""Papers, marking, stages, repetition and what is kept of them (POLICY Q1, Q2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from agent_tui.packs import compliance
from agent_tui.packs.theory import SAID, Kind, StageRule, load_theory
from agent_tui.practice import progress
from agent_tui.practice.lessons import Lessons, clean
from agent_tui.practice.making import level_questions, spot_questions
from agent_tui.practice.repetition import Card, due, reviewed
from agent_tui.practice.stages import (
    TABLE,
    Attempt,
    Event,
    LockedStage,
    NotNow,
    RetrainFirst,
    Standing,
    State,
    after_test,
    repeated,
    standings,
)
from agent_tui.practice.theory import (
    Question,
    Session,
    Shown,
    Tally,
    by_rule,
    by_topic,
    mark,
    paper,
    to_repeat,
)
from agent_tui.store.database import Database, open_store
from agent_tui.tui.keymap import keymap
from agent_tui.tui.telling_theory import desk_keys
from tests.factories import shipped

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = ZoneInfo("Asia/Shanghai")
RULES = {
    "basics": StageRule("basics", {"en": "Basics"}, ("a",), 4, 0.75),
    "more": StageRule("more", {"en": "More"}, ("b",), 4, 0.75, ("basics",)),
}


def question(
    name: str, kind: Kind = Kind.SINGLE, answer: tuple[int, ...] = (0,), rule: str = "S1"
) -> Question:
    choices = tuple({"en": f"choice {each}", "zh_CN": f"选项{each}"} for each in range(4))
    texts = {"en": f"{name}?", "zh_CN": f"{name}？"}
    topic = name.partition(".")[0]
    return Question(
        id=name,
        topic=topic,
        kind=kind,
        rule=rule,
        difficulty=1,
        text=texts,
        choices=choices,
        answer=answer,
        explanation=texts,
    )


SINGLE = Shown(question("a.single"), (2, 0, 3, 1))
MULTIPLE = Shown(question("a.multiple", Kind.MULTIPLE, (0, 2)), (2, 0, 3, 1))
ORDER = Shown(question("a.order", Kind.ORDER, (0, 1, 2, 3), "H5"), (2, 0, 3, 1))
QUESTIONS = tuple(question(f"{topic}.{number}") for topic in "abc" for number in range(10))


KNOWN = frozenset(each.id for each in QUESTIONS)


def finish(database: Database, session: Session, at: datetime) -> tuple[Standing, Attempt]:
    """The result of a test of the stage `basics`."""
    standing = progress.stages(database, RULES, KNOWN)["basics"]
    return progress.finish(database, standing, RULES["basics"], session, 9, at)


def played(right: int, wrong: int, attempt: str = "t1", unanswered: int = 0) -> Session:
    """A session over questions of topic `a` with so many right and wrong answers."""
    shown = tuple(
        Shown(question(f"a.{number}"), (0, 1, 2, 3)) for number in range(right + wrong + unanswered)
    )
    session = Session(shown, attempt=attempt)
    for number in range(right + wrong):
        session = session.answer((0,) if number < right else (1,))
    return session


# Papers and marks.


def test_a_choice_is_marked_by_what_it_says_and_not_by_its_place() -> None:
    assert SINGLE.choices[1]["en"] == "choice 0"
    assert mark(SINGLE, (1,)).right
    wrong = mark(SINGLE, (0,))
    assert (wrong.right, wrong.missed, wrong.wrong) == (False, (1,), (0,))
    assert wrong.answered(NOW).given == (2,)


@pytest.mark.parametrize(
    ("given", "right"),
    [((0, 1), True), ((1, 0), True), ((0,), False), ((0, 1, 2), False), ((), False), ((2, 3), False)],
)
def test_Q1_what_is_right_in_part_is_wrong(given: tuple[int, ...], right: bool) -> None:
    assert mark(MULTIPLE, given).right is right


@pytest.mark.parametrize(
    ("given", "right"), [((1, 3, 0, 2), True), ((3, 1, 0, 2), False), ((1, 3, 0), False), ((), False)]
)
def test_an_order_is_right_as_a_whole(given: tuple[int, ...], right: bool) -> None:
    assert mark(ORDER, given).right is right


@pytest.mark.parametrize("given", [(4,), (-1,), (0, 0)])
def test_a_choice_there_is_not_cannot_be_given(given: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"a\.single"):
        mark(SINGLE, given)


def test_what_is_due_comes_first_and_the_rest_from_every_topic_in_turn() -> None:
    drawn = paper(QUESTIONS, seed=3, size=8, due=("c.9", "gone", "a.1", "c.9"))
    ids = [each.question.id for each in drawn]
    assert ids[:2] == ["c.9", "a.1"]
    assert len(set(ids)) == 8
    assert [sum(each.startswith(topic) for each in ids[2:]) for topic in "abc"] == [2, 2, 2]


def test_a_paper_keeps_to_its_topics_and_has_no_more_than_there_is() -> None:
    assert {each.question.topic for each in paper(QUESTIONS, ("b",), 1, 5)} == {"b"}
    assert len(paper(QUESTIONS, ("a", "b"), 1, 99)) == 20
    assert paper(QUESTIONS, ("nothing",), 1, 5) == ()
    assert [each.question.id for each in paper(QUESTIONS, (), 1, 1, due=("a.1", "a.2"))] == ["a.1"]


def test_another_seed_draws_another_paper() -> None:
    papers = {tuple(each.question.id for each in paper(QUESTIONS, (), seed, 6)) for seed in range(20)}
    assert len(papers) == 20
    assert paper(QUESTIONS, (), 7, 6) == paper(QUESTIONS, (), 7, 6)


def test_results_tell_the_weakest_topic_and_rule_first_and_what_to_repeat() -> None:
    session = Session((SINGLE, MULTIPLE, ORDER)).answer((1,)).answer((0,)).answer((0, 1, 2, 3))
    assert session.current is None
    assert session.tally == Tally(1, 3)
    assert by_topic(session.marked) == {"a": Tally(1, 3)}
    assert list(by_rule(session.marked).items()) == [("H5", Tally(0, 1)), ("S1", Tally(1, 2))]
    assert to_repeat(session.marked) == ("a.multiple", "a.order")
    with pytest.raises(ValueError, match="answered"):
        session.answer((0,))


def test_a_question_that_was_not_answered_is_not_right() -> None:
    assert played(3, 0, unanswered=1).tally == Tally(3, 4)


def test_a_question_has_another_version_when_anything_of_it_changes() -> None:
    one = question("a.1")
    assert one.version == question("a.1").version
    others = [
        msgspec.structs.replace(one, answer=(1,)),
        msgspec.structs.replace(one, text={"en": "Other?", "zh_CN": "别的？"}),
        msgspec.structs.replace(one, choices=one.choices[:3]),
    ]
    assert len({one.version, *(each.version for each in others)}) == 4


# Made questions.


def test_L1_levels_are_made_of_the_assessment() -> None:
    book, _problems = load_theory()
    made = level_questions(book, shipped(), seed=5, count=12)
    assert len({each.id for each in made}) == 12
    assert made == level_questions(book, shipped(), seed=5, count=12)
    for each in made:
        if "safety=yes" in each.id:
            assert each.answer == (3,)
        assert int(each.rule[1]) - 1 == each.answer[0]
        assert "{" not in each.text["en"] + each.text["zh_CN"] + each.explanation["en"]


def test_there_are_no_more_levels_than_ways_to_answer() -> None:
    book, _problems = load_theory()
    rules = shipped().casework
    few = msgspec.structs.replace(rules, questions=dict([next(iter(rules.questions.items()))]), proposals=tuple(
        each for each in rules.proposals if not each.when or "severity" in each.when))  # fmt: skip
    made = level_questions(book, msgspec.structs.replace(shipped(), casework=few), seed=1, count=50)
    assert len(made) == 3


is_clean = clean(compliance.shipped())


@pytest.mark.parametrize("language", ["de", "ja", "es"])
def test_T2_violations_are_made_of_the_compliance_packs(language: str) -> None:
    book, _problems = load_theory()
    made = spot_questions(book, compliance.shipped(), language, 4, 10, is_clean)
    assert len(made) == 10
    assert made == spot_questions(book, compliance.shipped(), language, 4, 10, is_clean)
    for each in made:
        said = [choice[SAID] for choice in each.choices]
        assert [not is_clean(language, text) for text in said].count(True) == 1
        assert not is_clean(language, said[each.answer[0]])
        assert each.explanation["zh_CN"]


def test_a_language_without_a_pack_makes_no_questions() -> None:
    book, _problems = load_theory()
    assert spot_questions(book, compliance.shipped(), "xx", 1, 5, is_clean) == ()


def test_T2_violations_are_made_of_the_companys_own_pack(tmp_path: Path) -> None:
    book, _problems = load_theory()
    (tmp_path / "compliance").mkdir()
    text = """[jargon]
patterns = ["turnaround"]
caught = ["The turnaround is three days.", "Our turnaround is short.", "A long turnaround, I fear."]
fine = ["It takes three days.", "We are quick.", "It takes long, I fear."]
"""
    (tmp_path / "compliance" / "de.toml").write_text(text, "utf-8")
    packs = compliance.Packs(tmp_path)
    made = spot_questions(book, packs, "de", 1, 99, lambda language, text: True)
    assert {each.choices[each.answer[0]][SAID] for each in made} == {
        "The turnaround is three days.",
        "Our turnaround is short.",
        "A long turnaround, I fear.",
    }
    assert {each.rule for each in made} == {"E1"}


# Stages.


def test_Q1_failed_is_retrained_and_then_retested() -> None:
    standing = standings(RULES, {}, KNOWN)["basics"]
    assert standing.state is State.OPEN
    standing, attempt = after_test(standing, RULES["basics"], played(2, 2), 9, NOW)
    assert (standing.state, attempt.passed, attempt.share) == (State.FAILED, False, 0.5)
    assert standing.missed == ("a.2", "a.3")
    with pytest.raises(NotNow):
        after_test(standing, RULES["basics"], played(4, 0), 9, NOW)
    assert repeated(standing, "a.2", right=False) == standing
    assert repeated(standing, "a.0", right=True) == standing
    standing = repeated(standing, "a.2", right=True)
    assert standing.state is State.RETRAINING
    standing = repeated(standing, "a.3", right=True)
    assert (standing.state, standing.missed) == (State.OPEN, ())
    standing, attempt = after_test(standing, RULES["basics"], played(3, 1, "t2"), 10, NOW + DAY)
    assert (standing.state, standing.attempts, standing.best) == (State.PASSED, 2, 0.75)
    assert standing.passed_at == NOW + DAY
    assert [id_ for id_, _version in attempt.questions] == ["a.0", "a.1", "a.2", "a.3"]


def test_Q1_a_pass_stands_whatever_comes_after() -> None:
    standing, _attempt = after_test(Standing("basics", State.OPEN), RULES["basics"], played(4, 0), 1, NOW)
    standing, attempt = after_test(standing, RULES["basics"], played(0, 4), 2, NOW + DAY)
    assert (standing.state, standing.missed, attempt.passed) == (State.PASSED, (), False)
    assert standing.passed_at == NOW


def test_Q1_a_stage_opens_when_those_before_it_are_passed() -> None:
    assert standings(RULES, {}, KNOWN)["more"].state is State.LOCKED
    with pytest.raises(NotNow):
        after_test(Standing("more"), RULES["more"], played(4, 0), 1, NOW)
    assert standings(RULES, {"basics": Standing("basics", State.PASSED)}, KNOWN)["more"].state is State.OPEN


def test_Q1_what_is_no_longer_asked_need_not_be_repeated() -> None:
    kept = {"basics": Standing("basics", State.FAILED, 1, 0.5, ("a.1", "old.1"))}
    assert standings(RULES, kept, KNOWN)["basics"].missed == ("a.1",)
    assert standings(RULES, kept, KNOWN)["basics"].state is State.FAILED
    assert standings(RULES, kept, {"b.1"})["basics"].state is State.OPEN


def test_a_test_left_in_the_middle_counts_what_was_not_answered_as_missed() -> None:
    standing, attempt = after_test(
        Standing("basics", State.OPEN), RULES["basics"], played(2, 0, unanswered=2), 1, NOW
    )
    assert (attempt.right, attempt.asked) == (2, 4)
    assert standing.missed == ("a.2", "a.3")


def test_a_test_without_questions_is_not_passed() -> None:
    standing, _attempt = after_test(Standing("basics", State.OPEN), RULES["basics"], Session(()), 1, NOW)
    assert standing.state is State.FAILED


def test_no_stage_is_a_dead_end_and_nothing_else_moves_one() -> None:
    assert {state for state, _event in TABLE} == set(State)
    refused = {(state, event) for state in State for event in Event} - TABLE.keys()
    assert (State.LOCKED, Event.PASSED) in refused
    for state, event in refused:
        with pytest.raises(NotNow) as why:
            Standing("basics", state, missed=("a.1", "a.2")).moved(event)
        if state is State.LOCKED:
            assert isinstance(why.value, LockedStage)
        if state in (State.FAILED, State.RETRAINING):
            assert "2 to go" in str(why.value)


# Repetition.


def test_what_is_missed_comes_again_soon_and_what_is_known_later_and_later() -> None:
    card = reviewed(None, "a.1", "v1", NOW, right=False)
    assert card.due - NOW < timedelta(hours=1)
    assert card.lapses == 1
    spans = []
    for _time in range(6):
        at = card.due
        card = reviewed(card, "a.1", "v1", at, right=True)
        spans.append(card.due - at)
    assert spans == sorted(spans)
    assert spans[-1] > 10 * DAY
    forgotten = reviewed(card, "a.1", "v1", card.due, right=False)
    assert forgotten.due - card.due < DAY
    assert forgotten.lapses == 2


def test_the_same_answers_at_the_same_times_give_the_same_card() -> None:
    def story() -> Card:
        card, at = None, NOW
        for right in (True, True, False, True, True, True):
            card = reviewed(card, "a.1", "v1", at, right=right)
            at = card.due
        assert card is not None
        return card

    assert story() == story()
    assert msgspec.json.decode(json.dumps(json.loads(msgspec.json.encode(story()))), type=Card) == story()


def test_a_changed_question_begins_anew_and_is_due_at_once() -> None:
    card = reviewed(None, "a.1", "v1", NOW, right=True)
    assert due([card], {"a.1": "v1"}, NOW) == ()
    assert due([card], {"a.1": "v2"}, NOW) == ("a.1",)
    assert due([card], {}, NOW + 99 * DAY) == ()
    again = reviewed(card, "a.1", "v2", NOW + DAY, right=True)
    assert again == reviewed(None, "a.1", "v2", NOW + DAY, right=True)


def test_the_longest_due_is_asked_first() -> None:
    cards = [Card(question=f"a.{each}", version="v", due=NOW - each * DAY) for each in (1, 3, 2)]
    versions = {card.question: "v" for card in cards}
    assert due(cards, versions, NOW) == ("a.3", "a.2", "a.1")


def test_a_clock_that_was_set_back_hurts_nothing() -> None:
    card = reviewed(None, "a.1", "v1", NOW, right=True)
    earlier = reviewed(card, "a.1", "v1", NOW - DAY, right=True)
    assert earlier.last == NOW - DAY


# What is kept.


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    store = open_store(tmp_path / "practice.db", b"k" * 32)
    yield store
    store.close()


def test_every_answer_is_kept_at_once_with_its_card(database: Database) -> None:
    kept = progress.keep(database, mark(SINGLE, (0,)), NOW)
    progress.keep(database, mark(SINGLE, (1,)), NOW + DAY)
    assert progress.answers(database)[0] == kept
    assert [each.right for each in progress.answers(database)] == [False, True]
    cards = progress.cards(database)
    assert list(cards) == ["a.single"]
    assert (cards["a.single"].last, cards["a.single"].lapses) == (NOW + DAY, 1)


def test_Q1_results_are_recorded_and_practising_opens_the_test_again(database: Database) -> None:
    session = played(2, 2)
    for each in session.marked:
        progress.keep(database, each, NOW, session.attempt)
    standing, attempt = finish(database, session, NOW)
    assert progress.stages(database, RULES, KNOWN)["basics"] == standing
    assert progress.attempts(database) == (attempt,)
    with pytest.raises(NotNow):
        finish(database, session, NOW)
    assert progress.attempts(database) == (attempt,)
    for each in standing.missed:
        shown = Shown(question(each), (0, 1, 2, 3))
        progress.keep(database, mark(shown, (0,)), NOW + DAY, attempt="t2")  # in a test nothing is practised
    assert progress.stages(database, RULES, KNOWN)["basics"].state is State.FAILED
    for each in standing.missed:
        progress.keep(database, mark(Shown(question(each), (0, 1, 2, 3)), (0,)), NOW + DAY)
    assert progress.stages(database, RULES, KNOWN)["basics"].state is State.OPEN
    finish(database, played(4, 0, "t3"), NOW + DAY)
    assert {name: each.state for name, each in progress.stages(database, RULES, KNOWN).items()} == {
        "basics": State.PASSED,
        "more": State.OPEN,
    }


def test_progress_is_found_again_and_the_file_tells_a_thief_nothing(tmp_path: Path) -> None:
    path = tmp_path / "practice.db"
    store = open_store(path, b"k" * 32)
    progress.keep(store, mark(SINGLE, (1,)), NOW)
    store.close()
    assert b"a.single" not in path.read_bytes()
    store = open_store(path, b"k" * 32)
    assert len(progress.answers(store)) == 1
    store.close()


def test_the_plots_count_days_of_the_trainee_and_each_question_once(database: Database) -> None:
    late = datetime(2026, 3, 2, 17, tzinfo=UTC)  # the third of March in Shanghai
    progress.keep(database, mark(SINGLE, (0,)), NOW)
    progress.keep(database, mark(ORDER, (1, 3, 0, 2)), NOW)
    progress.keep(database, mark(SINGLE, (1,)), late)
    kept = progress.answers(database)
    days = progress.by_day(kept, ZONE)
    assert {day.isoformat(): each for day, each in days.items()} == {
        "2026-03-02": Tally(1, 2),
        "2026-03-03": Tally(1, 1),
    }
    assert progress.by_topic(kept) == {"a": Tally(2, 2)}
    cards = [
        Card(question="x", version="v", due=NOW - 5 * DAY),
        Card(question="y", version="v", due=NOW + DAY),
        Card(question="z", version="v", due=NOW + 30 * DAY),
    ]
    assert list(progress.due_by_day(cards, NOW, ZONE, 3).values()) == [1, 1, 0]


# The whole way of a trainee.


def answer_all(lessons: Lessons, session: Session, at: datetime, right: int) -> Session:
    """Answer a paper, the first so many right, each kept as it is made."""
    while (asked := session.current) is not None:
        given = asked.key if len(session.marked) < right else asked.key[1:]
        session = session.answer(given)
        lessons.keep(session.marked[-1], at, session.attempt)
    return session


def test_Q1_from_the_first_test_over_retraining_to_the_next_stage(database: Database) -> None:
    lessons = Lessons(database, shipped(), None, desk_keys(keymap(None)))
    assert lessons.problems == ()
    assert lessons.left_out == ()
    with pytest.raises(LockedStage):
        lessons.test("service", 1)
    first = lessons.test("basics", 1)
    assert len(first.paper) == 20
    assert {each.question.topic for each in first.paper} == {"desk", "channels", "levels"}
    standing, attempt = lessons.finish("basics", answer_all(lessons, first, NOW, 15), 1, NOW)
    assert (standing.state, attempt.id, len(standing.missed)) == (State.FAILED, "basics-1", 5)
    with pytest.raises(RetrainFirst, match="5 to go"):
        lessons.test("basics", 2)
    learning = lessons.practice(3, NOW)
    assert tuple(each.question.id for each in learning.paper[:5]) == standing.missed
    answer_all(lessons, learning, NOW, 20)
    second = lessons.test("basics", 2)
    assert second.attempt == "basics-2"
    standing, _attempt = lessons.finish("basics", answer_all(lessons, second, NOW + DAY, 16), 2, NOW + DAY)
    assert standing.state is State.PASSED
    assert len(lessons.test("service", 1).paper) == 20
    with pytest.raises(LockedStage):
        lessons.test("final", 1)


def test_what_was_missed_is_due_before_what_was_never_asked(database: Database) -> None:
    lessons = Lessons(database, shipped(), None, {})
    answered = answer_all(lessons, lessons.practice(1, NOW, ("culture",), 6), NOW, 3)
    soon = NOW + timedelta(hours=1)
    missed = {each.shown.question.id for each in answered.marked if not each.right}
    assert missed <= set(lessons.due(soon))
    asked = [each.question.id for each in lessons.practice(2, soon, ("culture",), 8).paper]
    assert set(asked[: len(lessons.due(soon))]) == set(lessons.due(soon))


def test_without_keys_the_desk_is_not_asked_for_them(database: Database) -> None:
    lessons = Lessons(database, shipped(), None, {})
    assert {each.question.partition(".")[0] for each in lessons.left_out} == {"desk"}
    assert "desk.block" in {each.id for each in lessons.questions}


def test_a_drill_is_made_of_the_packs_and_leaves_no_card(database: Database) -> None:
    lessons = Lessons(database, shipped(), None, {})
    drill = lessons.drill(7, ("de", "xx", "ja"), 12)
    kinds = [each.question.kind for each in drill.paper]
    assert (kinds.count(Kind.SPOT), kinds.count(Kind.LEVEL)) == (8, 4)
    assert {each.question.language for each in drill.paper} == {"", "de", "ja"}
    assert drill == lessons.drill(7, ("de", "xx", "ja"), 12)
    assert drill != lessons.drill(8, ("de", "xx", "ja"), 12)
    answered = answer_all(lessons, drill, NOW, 6)
    assert answered.tally == Tally(6, 12)
    assert len(progress.answers(database)) == 12
    assert progress.cards(database) == {}
