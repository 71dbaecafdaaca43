"""How the points of the card are shared among the checks: nobody fails one for nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Ticket
from agent_tui.packs.scenario import Persona
from agent_tui.practice.assessor import _shared
from agent_tui.practice.inspecting import faults
from agent_tui.telling_errors import filled
from tests.practice.mistakes import Given, WrongUrgency
from tests.practice.playing import POLICY, SCORING, SHIPPED, begun, blank, by_model, scenario


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.integers(1, 40))
def test_points_are_whole_and_all_given_and_nobody_goes_without_while_there_are_enough(
    weights: list[int], total: int
) -> None:
    shares = _shared(total, weights)
    assert sum(shares) == total
    assert min(shares) >= (1 if total >= len(weights) else 0)


def test_points_follow_the_weights() -> None:
    assert _shared(10, [6, 4]) == [6, 4]
    assert _shared(10, [6, 4, 4]) == [5, 3, 2]
    assert _shared(10, [40, 1, 1]) == [8, 1, 1]


@pytest.mark.parametrize("name", SHIPPED.names())
def test_every_sort_of_check_is_worth_a_point_at_least(name: str) -> None:
    marks = blank(scenario(name)).marks
    worth = dict.fromkeys((mark.check for mark in marks), 0)
    for mark in marks:
        worth[mark.check] += mark.points
    assert min(worth.values()) >= 1
    for section in {mark.section for mark in marks}:
        own = [mark.points for mark in marks if mark.section == section]
        possible = POLICY.casework.card[section].points
        assert sum(own) == possible
        assert min(own) >= 1 or len(own) > possible


class WrongForLiu(WrongUrgency):
    """Is wrong about the last of three customers alone, whose check has no point of its own where all is right."""

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        return super().change(persona, ticket, action, given) if persona.id == "liu" else given


def test_who_fails_one_of_several_customers_loses_a_point_where_they_share_it() -> None:
    good, _stuck = by_model("cn_group")
    assert next(each.points for each in good.marks if (each.check, each.persona) == ("urgent", "liu")) == 0
    exercise = begun(scenario("cn_group"))
    try:
        WrongForLiu(exercise.training).play()
        found = exercise.assessment()
    finally:
        exercise.close()
    failed = [mark for mark in found.marks if not mark.met]
    assert [(mark.check, mark.persona, mark.points) for mark in failed] == [("urgent", "liu", 1)]
    assert found.points == good.points - 1


def narrow(points: int) -> Policy:
    """The shipped policy, with so many points for the process."""
    card = POLICY.casework.card
    narrowed = {**card, "process": replace(card["process"], points=points)}
    return replace(POLICY, casework=replace(POLICY.casework, card=narrowed))


def test_an_author_is_told_of_a_section_with_fewer_points_than_sorts_of_checks() -> None:
    found = scenario("broken_kettle")
    sorts = len({mark.check for mark in blank(found).marks if mark.section == "process"})
    assert list(faults(found, narrow(sorts), SCORING)) == []
    told = [filled(each.told.text, each.told.details) for each in faults(found, narrow(sorts - 1), SCORING)]
    assert told == [f"the section process of the card has {sorts - 1} points for {sorts} checks"]
