"""Plots in characters: they fit, they tell gaps apart from falls, and ASCII stays ASCII."""

from __future__ import annotations

import pytest

from agent_tui.domain.cells import width
from agent_tui.tui.plots import LEAST, Point, bars, line


def points(*values: float | None) -> list[Point]:
    return [Point(place, f"03-{place:02}", each, str(each)) for place, each in enumerate(values, 1)]


@pytest.mark.parametrize("across", [30, 80, 160])
@pytest.mark.parametrize("down", [LEAST, 12, 40])
def test_a_line_fits_into_its_place(across: int, down: int) -> None:
    drawn = line(points(90, 95, None, 80, *([85.5] * 26)), across, down)
    assert LEAST <= len(drawn) <= down
    assert max(map(width, drawn)) <= across
    assert "\x1b" not in "".join(drawn)


def test_a_line_has_a_gap_where_there_is_no_value() -> None:
    whole, gap = (
        "".join(line(points(*values), 60, 10)) for values in ((50, 50, 50, 50), (50, None, None, 50))
    )
    assert whole.count("▀") + whole.count("▄") > 20
    assert gap.count("▀") + gap.count("▄") < 5


def test_the_axis_begins_at_nothing_and_has_round_numbers() -> None:
    drawn = line(points(91.3, 99.2), 60, 16)
    labels = [text.partition("┤")[0].strip() for text in drawn if "┤" in text]
    assert labels == ["100", "80", "60", "40", "20", "0"]


def test_what_is_below_nothing_is_in_sight() -> None:
    drawn = line(points(-20, 30), 60, 16)
    labels = [float(text.partition("┤")[0]) for text in drawn if "┤" in text]
    assert min(labels) <= -20
    assert max(labels) >= 30


def test_only_nothings_are_a_line_on_the_ground() -> None:
    assert "0┤" in "".join(line(points(0, 0), 40, 8))


def test_without_values_there_is_no_plot() -> None:
    assert line(points(None, None), 60, 10) == []
    assert bars([], 60, "#", "-") == []


def test_bars_are_as_long_as_their_values() -> None:
    drawn = bars(
        [Point(0, "海外热线", 100, "100%"), Point(0, "Chat", 50, "50%"), Point(0, "X", None, "–")],
        40,
        "█",
        "░",
    )
    assert {width(text) for text in drawn} == {40}
    lengths = [text.count("█") for text in drawn]
    assert lengths[1] * 2 == lengths[0]
    assert lengths[2] == 0
    assert [text.split()[-1] for text in drawn] == ["100%", "50%", "–"]


def test_bars_tell_below_nothing_by_another_sign_and_show_the_least() -> None:
    drawn = bars([Point(0, "a", -40, "-40"), Point(0, "b", 80, "+80"), Point(0, "c", 0.1, "0")], 40, "#", "-")
    assert "#" not in drawn[0]
    assert drawn[0].partition(" ")[2].count("-") > 10
    assert drawn[2].count("#") == 1
    assert "".join(drawn).isascii()


def test_a_long_name_is_cut() -> None:
    (drawn,) = bars([Point(0, "n" * 80, 1, "1")], 40, "#", "-")
    assert width(drawn) == 40


def test_bars_of_shares_are_measured_against_the_whole() -> None:
    drawn = bars([Point(0, "a", 25, "1/4"), Point(0, "b", 50, "1/2")], 40, "#", "-", whole=100)
    room = 40 - 1 - 3 - 2
    assert [text.count("#") for text in drawn] == [round(room / 4), round(room / 2)]
