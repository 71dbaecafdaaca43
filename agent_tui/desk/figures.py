"""The figures of a desk, from its journal alone (POLICY 8)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from agent_tui.desk.core import Desk
from agent_tui.desk.replay import replay
from agent_tui.domain.figure_definitions import DEFINITIONS, Definition
from agent_tui.domain.figures import Retraining, Table, Topic, retraining, table, topics
from agent_tui.domain.measuring import Counted, measure
from agent_tui.domain.periods import By, Period, day_of


class Ledger(msgspec.Struct, frozen=True):
    """What every ticket of the journal adds to the figures, read at one moment; asked as often as one likes."""

    at: datetime
    counted: tuple[Counted, ...]
    unknown: tuple[int, ...]  # tickets that an erased or lost entry leaves out


class Report(msgspec.Struct, frozen=True):
    """The figures of a period, what customers came with, and whether compliance calls for retraining."""

    table: Table
    topics: tuple[Topic, ...]
    retraining: tuple[Retraining, ...]
    unknown: tuple[int, ...]


def definition(figure: str) -> Definition | None:
    """What a figure is, by its id; None when there is no such figure."""
    return DEFINITIONS.get(figure)


def read(desk: Desk, now: datetime) -> Ledger:
    """Replay the journal and measure every ticket as it stands at `now`.

    Raises UnknownWord when a ticket has a level that the policy lacks.
    """
    tickets = replay(desk.journal())
    begun = {number: ticket.created for number, ticket in tickets.items() if ticket is not None}
    known = (ticket for ticket in tickets.values() if ticket is not None)
    counted = (measure(ticket, desk.policy, now, begun) for ticket in known)
    return Ledger(
        at=now,
        counted=tuple(each for each in counted if each is not None),
        unknown=tuple(number for number, ticket in tickets.items() if ticket is None),
    )


def report(desk: Desk, ledger: Ledger, by: By, period: Period) -> Report:
    """The figures of a period, whose days are those of the desk's zone."""
    zone = ZoneInfo(desk.zone)
    today = day_of(ledger.at, zone)
    until = min(period.last or today, today)
    marks = (mark for each in ledger.counted for mark in each.marks)
    return Report(
        table=table(ledger.counted, by, period, zone, today),
        topics=topics(ledger.counted, period, zone),
        retraining=retraining(marks, desk.policy.casework.retraining, zone, until),
        unknown=ledger.unknown,
    )
