"""Whoever breaks one rule loses the points of that rule's checks and no others: a sample of the whole table.

`python -m tests.bench.practice --mistakes` plays all of it.
"""

from __future__ import annotations

import pytest

from tests.practice.mistakes import FORBIDDEN_BY_THE_DESK, MISTAKES
from tests.practice.playing import SCORING, SHIPPED, by_mistake, table

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


SAMPLE = sample()


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
