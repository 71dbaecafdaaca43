"""Quality assurance (POLICY T7): scores, critical errors, samples, and the packs behind them."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agent_tui.domain.casework import Review
from agent_tui.domain.casework_rules import RetrainingRule
from agent_tui.domain.quality import (
    CRITICAL,
    agent_of,
    critical_errors,
    drawn,
    may_be_drawn,
    newest,
    reviewed,
    score,
    sections,
)
from agent_tui.packs.policies import load_policy
from agent_tui.telling_quality import lines_of
from tests.factories import Story, at, shipped

POINTS = {"opening": 10, "listening": 15, "solution": 30, "tone": 20, "process": 15, "closing": 10}
CARD = shipped().casework.card
CASES = st.sets(st.integers(1, 10_000), min_size=1, max_size=60)


def review(when: str = "09:00", **fields: object) -> Review:
    given_fields = {"id": when, "at": at(when), "by": "mei", "sample": "s", "points": POINTS} | fields
    return Review(**given_fields)  # type: ignore[arg-type]


def test_T7_the_score_is_the_sum_of_the_points() -> None:
    assert score(review()) == 100
    assert score(review(points=POINTS | {"tone": 3})) == 83


def test_T7_a_fatal_error_makes_the_score_nothing() -> None:
    assert score(review(fatal=("wrong_law",))) == 0
    assert score(review(violations=("phrase", "data"))) == 100


def test_T7_errors_are_classed_by_the_card_and_never_summed_up() -> None:
    found = critical_errors(
        review(fatal=("off_platform", "discrimination"), violations=("data", "phrase")), CARD
    )
    assert found == {
        "customer": ("discrimination",),
        "business": ("off_platform",),
        "compliance": ("data", "phrase"),
    }


def test_an_error_that_the_card_has_no_more_belongs_to_no_class() -> None:
    found = critical_errors(review(fatal=("smoking",)), CARD)
    assert found == dict.fromkeys(CRITICAL, ())
    assert "fatal: smoking" in lines_of(review(fatal=("smoking",)), shipped())


def test_the_shipped_card_holds_100_points_and_a_class_for_every_error() -> None:
    assert sum(each.points for each in sections(CARD, "section")) == 100
    errors = (*sections(CARD, "fatal"), *sections(CARD, "violation"))
    assert {each.critical for each in errors} == CRITICAL.keys()


def test_the_newest_review_counts_and_all_are_told_the_newest_first() -> None:
    one, two = review("09:00"), review("03-03 09:00")
    told = Story()
    assert newest(told.ticket) is None
    ticket = replace(told.ticket, reviews=(one, two))
    assert newest(ticket) == two
    assert [each for _ticket, each in reviewed([ticket])] == [two, one]


def test_T7_only_resolved_cases_are_drawn() -> None:
    told = Story().classify(at("10:00")).reply(at("11:00"))
    assert not may_be_drawn(told.ticket)
    assert may_be_drawn(told.resolve(at("12:00")).ticket)
    assert agent_of(told.ticket) == "li.wei"
    assert not may_be_drawn(told.reopen(at("13:00")).ticket)


def test_T7_a_sample_is_the_first_cases_by_the_keyed_hash_of_their_numbers() -> None:
    key = blake2b(b"march").digest()
    by_hand = sorted(range(1, 101), key=lambda number: blake2b(b"%d" % number, key=key).digest())
    assert drawn({number: number for number in range(1, 101)}, "march", 7) == by_hand[:7]


@given(CASES, st.text(), st.integers(0, 70))
def test_T7_the_same_seed_draws_the_same_cases_whatever_their_order(
    cases: set[int], seed: str, count: int
) -> None:
    one = dict.fromkeys(sorted(cases))
    two = dict.fromkeys(sorted(cases, reverse=True))
    first = drawn({number: number for number in one}, seed, count)
    assert first == drawn({number: number for number in two}, seed, count)
    assert len(set(first)) == len(first) == min(count, len(cases))
    assert set(first) <= cases


@given(CASES, st.text(), st.integers(0, 30))
def test_T7_a_larger_sample_begins_with_the_smaller_one(cases: set[int], seed: str, count: int) -> None:
    known = {number: number for number in cases}
    assert drawn(known, seed, count + 5)[:count] == drawn(known, seed, count)


@given(CASES, st.integers(10_001, 20_000), st.text())
def test_T7_a_new_case_leaves_the_order_of_the_others(cases: set[int], new: int, seed: str) -> None:
    before = drawn({number: number for number in cases}, seed, len(cases))
    after = drawn({number: number for number in cases | {new}}, seed, len(cases) + 1)
    assert [number for number in after if number != new] == before


def test_T7_every_case_is_drawn_about_as_often() -> None:
    cases = {number: number for number in range(1, 11)}
    counts = dict.fromkeys(cases, 0)
    for seed in range(2000):
        for number in drawn(cases, str(seed), 2):
            counts[number] += 1
    assert all(300 < count < 500 for count in counts.values()), counts


# The packs.

Written = Callable[[str, str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(name: str, text: str) -> Path:
        (tmp_path / "policy").mkdir(exist_ok=True)
        (tmp_path / "policy" / name).write_text(text)
        return tmp_path

    return write


def test_the_company_sets_what_calls_for_retraining(written: Written) -> None:
    policy, problems = load_policy(written("figures.toml", "[retraining]\nleast = 0.9\nquarters = 3\n"))
    assert not problems
    assert policy.casework.retraining == RetrainingRule(0.9, 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[retraining]\nleast = 95\nquarters = 2\n", "[retraining] least is a share between 0 and 1"),
        (
            "[retraining]\nleast = 0.9\nquarters = 0\n",
            "[retraining] compliance is asked for in at least one quarter",
        ),
        ("", "[retraining] is missing"),
    ],
)
def test_a_wrong_rule_of_retraining_is_named_and_left_out(written: Written, text: str, reason: str) -> None:
    policy, (problem,) = load_policy(written("figures.toml", text))
    assert problem.reason == reason
    assert policy.casework.retraining == RetrainingRule()


def test_a_card_whose_error_is_critical_for_nobody_known_is_left_out(written: Written) -> None:
    section = '[all]\nname = { en = "all" }\npoints = 100\n\n'
    text = section + '[rude]\nkind = "fatal"\nname = { en = "rude" }\ncritical = "me"\n'
    policy, (problem,) = load_policy(written("card.toml", text))
    assert "there is no 'me'" in str(problem.reason)
    assert problem.line == 8
    assert policy.casework.card == CARD
