"""The figures (POLICY 8): how each follows from what the tickets added, by period and group.

Everything comes from the tickets as the journal made them, so that each figure can be checked by hand: its parts name
the tickets behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from itertools import pairwise

import msgspec

from agent_tui.domain.casework_rules import RetrainingRule
from agent_tui.domain.figure_definitions import DEFINITIONS, Unit
from agent_tui.domain.measuring import Counted, Mark
from agent_tui.domain.periods import IN_TIME, By, Period, common_days, day_of, days_of, group_of, place_of

TOTAL = ""
"""The group of everything."""
UNKNOWN = "unknown"
"""The group of tickets without a level or market."""


class Item(msgspec.Struct, frozen=True):
    """What one ticket added to a figure."""

    ticket: int
    value: float
    weight: float


class Parts(msgspec.Struct, frozen=True):
    """A figure of one group: its numerator, its denominator and what they are made of."""

    figure: str
    group: str
    numerator: float
    denominator: float
    items: tuple[Item, ...] = ()

    @property
    def value(self) -> float | None:
        """In the unit of its definition; None where there is nothing to divide by."""
        unit = DEFINITIONS[self.figure].unit
        if unit is Unit.COUNT:
            return self.numerator
        if not self.denominator:
            return None
        return self.numerator / self.denominator * (100 if unit is Unit.NET else 1)

    def tickets(self, *, added: bool) -> tuple[int, ...]:
        """The tickets that added something to the numerator, or those that only stand in the denominator."""
        return tuple(dict.fromkeys(item.ticket for item in self.items if (item.value != 0) is added))


class Table(msgspec.Struct, frozen=True):
    """The figures of a period, in total and by group."""

    by: By
    period: Period  # as far as there is something; both ends known, unless there is nothing
    groups: tuple[str, ...]  # without the total
    cells: dict[tuple[str, str], Parts]  # by figure and group; what nothing was added to is left out

    def parts(self, figure: str, group: str = TOTAL) -> Parts:
        """A figure of a group."""
        return self.cells.get((figure, group)) or Parts(figure, group, 0, 0)


def table(counted: Iterable[Counted], by: By, period: Period, zone: tzinfo, today: date) -> Table:
    """The figures of a period whose days are those of `zone`; without a last day, up to `today`."""
    items: dict[tuple[str, str], list[Item]] = {}
    days: dict[datetime, date] = {}
    first, last = period.first, period.last
    for each in counted:
        place = _place(each, by)
        for mark in each.marks:
            day = days.get(mark.at) or days.setdefault(mark.at, day_of(mark.at, zone))
            if not period.holds(day):
                continue
            if period.first is None:
                first = day if first is None else min(first, day)
            group = group_of(day, by) if by in IN_TIME else place
            items.setdefault((mark.figure, group), []).append(Item(each.ticket, mark.value, mark.weight))
    last = min(last, today) if last is not None else today
    bounds = Period(first, last) if first is not None and first <= last else Period()
    cells = {key: _sum(key, found, by, bounds) for key, found in items.items()}
    groups = tuple(sorted({group for _figure, group in cells} - {TOTAL}))
    if by is not By.TOTAL:
        cells |= _totals(cells, bounds)
    return Table(by, bounds, groups, cells)


def _place(each: Counted, by: By) -> str:
    """The group of a ticket where it is not one of the calendar."""
    match by:
        case By.CHANNEL:
            return each.channel
        case By.LEVEL:
            return str(each.level or UNKNOWN)
        case By.MARKET:
            return each.market or UNKNOWN
        case _:
            return TOTAL


def _sum(key: tuple[str, str], items: list[Item], by: By, bounds: Period) -> Parts:
    figure, group = key
    if DEFINITIONS[figure].unit is Unit.PER_DAY:
        span = days_of(group) if by in IN_TIME and group else bounds
        below: float = common_days(span, bounds)
    else:
        below = sum(item.weight for item in items)
    return Parts(figure, group, sum(item.value for item in items), below, tuple(items))


def _totals(cells: Mapping[tuple[str, str], Parts], bounds: Period) -> dict[tuple[str, str], Parts]:
    together: dict[tuple[str, str], list[Item]] = {}
    for (figure, _group), parts in cells.items():
        together.setdefault((figure, TOTAL), []).extend(parts.items)
    return {key: _sum(key, items, By.TOTAL, bounds) for key, items in together.items()}


# Hot topics and pain points.


class Topic(msgspec.Struct, frozen=True):
    """How often an issue type came up with a product, and how often as a complaint."""

    type: str | None  # None while they are not classified
    product: str
    tickets: tuple[int, ...]
    complaints: tuple[int, ...]


def topics(counted: Iterable[Counted], period: Period, zone: tzinfo) -> tuple[Topic, ...]:
    """What customers came with in a period, the most frequent first (POLICY 8)."""
    found: dict[tuple[str | None, str], tuple[list[int], list[int]]] = {}
    for each in counted:
        if period.holds(day_of(each.begun, zone)):
            tickets, complaints = found.setdefault((each.type, each.product), ([], []))
            tickets.append(each.ticket)
            if each.complaint:
                complaints.append(each.ticket)
    told = [Topic(*key, tuple(tickets), tuple(complaints)) for key, (tickets, complaints) in found.items()]
    return tuple(sorted(told, key=lambda each: (-len(each.tickets), each.type or "~", each.product)))


def pains(found: Iterable[Topic]) -> tuple[Topic, ...]:
    """Of some topics those that customers complained of, the most complaints first (POLICY 8)."""
    return tuple(
        sorted((each for each in found if each.complaints), key=lambda topic: -len(topic.complaints))
    )


# Compliance.

COMPLIANCE = ("phrase_compliance", "data_violations")
"""The figures of which compliance is asked; of violations, the share without them."""


class Retraining(msgspec.Struct, frozen=True):
    """Compliance stayed below what it must reach: in these quarters, with these shares."""

    figure: str
    quarters: tuple[str, ...]
    rates: tuple[float, ...]


def retraining(
    marks: Iterable[Mark], rule: RetrainingRule, zone: tzinfo, until: date
) -> tuple[Retraining, ...]:
    """Which compliance calls for retraining (POLICY 8): below its least in the newest quarters, without a gap.

    Quarters without a review say nothing; the one that runs counts as far as it has come.
    """
    reviewed: dict[str, list[Mark]] = {figure: [] for figure in COMPLIANCE}
    for mark in marks:
        if mark.figure in reviewed and day_of(mark.at, zone) <= until:
            reviewed[mark.figure].append(mark)
    found: list[Retraining] = []
    for figure, some in reviewed.items():
        rates = _by_quarter(some, zone)
        newest = sorted(rates)[-rule.quarters :]
        running = all(place_of(after) - place_of(before) == 1 for before, after in pairwise(newest))
        if len(newest) == rule.quarters and running and all(rates[each] < rule.least for each in newest):
            found.append(Retraining(figure, tuple(newest), tuple(rates[each] for each in newest)))
    return tuple(found)


def _by_quarter(marks: Iterable[Mark], zone: tzinfo) -> dict[str, float]:
    """The share of reviewed cases that complied, by quarter."""
    sums: dict[str, tuple[float, float]] = {}
    for mark in marks:
        group = group_of(day_of(mark.at, zone), By.QUARTER)
        good = mark.weight - mark.value if mark.figure == "data_violations" else mark.value
        above, below = sums.get(group, (0.0, 0.0))
        sums[group] = (above + good, below + mark.weight)
    return {group: above / below for group, (above, below) in sums.items()}
