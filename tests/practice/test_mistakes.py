"""Whoever breaks one rule loses the points of that rule's checks and no others: a sample of the whole table.

`python -m tests.bench.practice --mistakes` plays all of it.
"""

from __future__ import annotations

import pytest

from tests.practice.mistakes import FORBIDDEN_BY_THE_DESK, MISTAKES, base
from tests.practice.playing import SCORING, SHIPPED, by_mistake, scenario, table

EACH = 3  # scenarios of each mistake, where it can be made in so many
TABLE = table()


def sample() -> list[tuple[str, str]]:
    """Each mistake in three scenarios, those first that were chosen least; then one mistake of each that is left."""
    chosen = dict.fromkeys(SHIPPED.names(), 0)
    found: list[tuple[str, str]] = []
    for mistake in sorted(TABLE, key=lambda each: (len(TABLE[each]), each)):
        for name in sorted(TABLE[mistake], key=lambda each: (chosen[each], each))[:EACH]:
            chosen[name] += 1
            found.append((name, mistake))
    return sorted(found)


def by_language() -> dict[str, str]:
    """A scenario of each language that a customer is answered in, one with few customers."""
    found: dict[str, str] = {}
    for name in sorted(SHIPPED.names(), key=lambda each: (len(scenario(each).personas), each)):
        for persona in scenario(name).personas.values():
            found.setdefault(base(persona), name)
    return dict(sorted(found.items()))


SAMPLE = sample()
SPOKEN = by_language()


@pytest.mark.parametrize(("name", "mistake"), SAMPLE)
def test_it_costs_the_points_of_its_rule_and_no_others(name: str, mistake: str) -> None:
    found = by_mistake(name, mistake)
    assert found.stuck == ""
    assert found.broken
    assert found.strange == frozenset()
    assert found.due <= found.lost
    assert found.free == frozenset()
    assert found.points == found.worth
    assert found.errors == frozenset({MISTAKES[mistake].error} - {""})


@pytest.mark.parametrize("mistake", ["greeting", "farewell"])
@pytest.mark.parametrize("language", SPOKEN)
def test_E1_manners_are_heard_and_missed_in_every_language(language: str, mistake: str) -> None:
    name = SPOKEN[language]
    found = by_mistake(name, mistake)
    assert found.is_exact("")
    assert {(persona, mistake) for persona in scenario(name).personas} == found.lost


def test_every_mistake_can_be_made_somewhere() -> None:
    assert [mistake for mistake, names in TABLE.items() if not names] == []


def test_the_sample_has_every_mistake_and_every_scenario() -> None:
    made = [mistake for _name, mistake in SAMPLE]
    assert all(made.count(mistake) == min(EACH, len(names)) for mistake, names in TABLE.items())
    assert {name for name, _mistake in SAMPLE} == set(SHIPPED.names())


def test_every_check_can_be_failed_or_is_kept_by_the_desk() -> None:
    failed = {check for mistake in MISTAKES.values() for check in mistake.checks}
    assert failed.isdisjoint(FORBIDDEN_BY_THE_DESK)
    assert failed | FORBIDDEN_BY_THE_DESK.keys() == SCORING.checks.keys()
