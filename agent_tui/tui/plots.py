"""Plots of figures in characters: lines along the calendar, bars for channels, levels and markets.

Lines are drawn by plotext, without its colours: the pane's styles give those, so that 16 colours and none are the
same to it. Where the terminal has ASCII alone, and for names, whose width plotext does not know, there are bars.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from agent_tui.domain.cells import fit, width

LEAST = 5
"""Lines that a plot needs; below that bars say more."""
_MOST_NAME = 22
_MOST_TICKS = 6
_FRAME = 8  # cells of the axis and its labels


class Point(msgspec.Struct, frozen=True):
    """A group: its place along the axis, its name, its value (None: nothing to plot), and how the value reads."""

    place: int
    name: str
    value: float | None
    told: str


def line(points: Sequence[Point], across: int, down: int) -> list[str]:
    """Values along the calendar, a line where places follow each other; of names as many as there is room for.

    The plot is at most `down` lines high, and never higher than a third of its width.
    """
    import plotext  # 70 ms, for this screen alone

    known = [(point.place, point.value) for point in points if point.value is not None]
    if not known:
        return []
    down = min(down, max(LEAST, across // 3))
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plot_size(across, down)
    for places, values in _runs(known):
        draw = plotext.plot if len(places) > 1 else plotext.scatter
        draw(places, values, marker="hd")
    ticks = _ticks([value for _place, value in known], min(_MOST_TICKS, max(2, down // 3)))
    plotext.ylim(ticks[0], ticks[-1])
    plotext.yticks(ticks, [f"{tick:g}" for tick in ticks])
    plotext.xlim(points[0].place - 0.5, points[-1].place + 0.5)
    some = _spread(points, max(2, (across - _FRAME) // (max(len(point.name) for point in points) + 2)))
    plotext.xticks([point.place for point in some], [point.name for point in some])
    drawn: str = plotext.uncolorize(plotext.build())
    return [text.rstrip() for text in drawn.splitlines()][:down]


def _runs(known: Sequence[tuple[int, float]]) -> Iterator[tuple[list[int], list[float]]]:
    """Stretches without a gap."""
    for _start, run in groupby(enumerate(known), key=lambda pair: pair[1][0] - pair[0]):
        stretch = [point for _number, point in run]
        yield [place for place, _value in stretch], [value for _place, value in stretch]


def _ticks(values: Sequence[float], most: int) -> list[float]:
    """Round numbers along the axis from below the least value, or 0, to above the greatest.

    Nothing is always in sight, so that no small change looks like a large one.
    """
    low, high = min(0.0, *values), max(0.0, *values)
    rough = ((high - low) or 1) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10, 20) if factor * power >= rough)
    first, last = math.floor(low / step), max(math.ceil(high / step), 1)
    return [place * step for place in range(first, last + 1)]


def _spread(points: Sequence[Point], count: int) -> Sequence[Point]:
    """Every so many-th point, so that at most `count` are left."""
    return points[:: -(-len(points) // count)]


def bars(points: Sequence[Point], across: int, full: str, below: str, whole: float = 0) -> list[str]:
    """A line for each group: its name, a bar as long as its value, and the value; `below` draws what is under 0.

    The longest bar stands for the greatest value, or for `whole` where that is given.
    """
    if not points:
        return []
    names = min(_MOST_NAME, max(width(point.name) for point in points))
    values = max(width(point.told) for point in points)
    room = max(1, across - names - values - 2)
    most = whole or max(abs(point.value or 0) for point in points) or 1
    lines: list[str] = []
    for point in points:
        value = point.value or 0
        cells = round(abs(value) / most * room)
        bar = (full if value >= 0 else below) * (cells or int(value != 0))
        name, told = fit(point.name, names), fit(point.told, values, align="right")
        lines.append(f"{name} {fit(bar, room)} {told}")
    return lines
