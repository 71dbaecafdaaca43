"""The figures that the journal gives are those of the stored tickets, whatever was done at the desk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_tui.desk.core import Desk
from agent_tui.desk.figures import Ledger, read, report
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain.actions import Content
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.figure_definitions import DEFINITIONS, Unit
from agent_tui.domain.figures import Parts
from agent_tui.domain.measuring import measure
from agent_tui.domain.periods import By, Period
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Customer
from tests.factories import DAY, MIN, at

ROLES = ("agent", "supervisor", "lead")
POINTS = "opening=9, listening=10, solution=20, tone=15, process=15, closing=10"
SOLVED = {"result": "done", "summary": "a parcel", "root_cause": "rain", "improvement": "a roof"}
STEPS: dict[str, dict[str, str]] = {
    "take": {},
    "release": {},
    "classify": {"verified": "yes", "type": "logistics", "level": "2"},
    "reply": {"text": "We are sorry; we look for it.", "outcome": "solves"},
    "wait": {},
    "resume": {},
    "resolve": SOLVED | {"satisfaction": "satisfied", "recommend": "9"},
    "reopen": {"reason": "still broken"},
    "complain": {},
    "escalate": {"to": "lead", "text": "brief"},
    "dispatch": {"department": "legal", "text": "may we?"},
    "link": {"other": "1", "relation": "repeat"},
    "review": {"points": POINTS, "violations": "phrase"},
}
SOLVE = ("classify", "reply", "resolve")
TOGETHER: dict[str, tuple[str, ...]] = {"solve": SOLVE, "solve and review": (*SOLVE, "review")}
"""What chance alone would seldom do in this order."""
DONE = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([*TOGETHER, *STEPS, "undo"]), st.integers(1, 5000)),
    max_size=25,
)


@pytest.fixture(scope="module", autouse=True)
def _key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AGENT_TUI_KEY", "6265" * 16)
        yield


def stored(desk: Desk, ledger: Ledger) -> Ledger:
    """What the stored tickets add, without the journal."""
    tickets = list(desk.repository.all())
    begun = {ticket.id: ticket.created for ticket in tickets}
    found = (measure(ticket, desk.policy, ledger.at, begun) for ticket in tickets)
    return Ledger(ledger.at, tuple(each for each in found if each is not None), ())


@given(DONE, st.sampled_from(list(By)))
@settings(max_examples=40)
def test_POLICY8_figures_of_the_journal_are_those_of_the_stored_tickets(
    done: Sequence[tuple[int, str, int]], by: By
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        place = Place("test", home / "store.db", home / "config", home / "packs")
        desk = open_desk(place, Actor("li.wei", ROLES), "Asia/Shanghai", create=True)
        try:
            now = worked(desk, done)
            ledger = read(desk, now)
            assert ledger.unknown == ()
            assert ledger.counted == stored(desk, ledger).counted
            found = report(desk, ledger, by, Period())
            for figure in DEFINITIONS:
                check(found.table.parts(figure))
                for group in found.table.groups:
                    check(found.table.parts(figure, group))
        finally:
            desk.close()


def worked(desk: Desk, done: Sequence[tuple[int, str, int]]) -> datetime:
    """Do what can be done of what is asked; returns the moment after it."""
    now = at("09:00")
    for number in (1, 2, 3):
        customer = Customer(name="Emma", emails=("emma@example.com",), market="JP")
        channel = ("email", "chat", "phone")[number - 1]
        desk.open_ticket(channel, "Parcel", customer, Content(text="Where?"), now, now, by="import")
    for number, step, minutes in done:
        now += minutes * MIN
        for each in TOGETHER.get(step, (step,)):
            with suppress(Refusal):
                if each == "undo":
                    desk.undo(number, now)
                else:
                    desk.act(number, each, STEPS[each], now)
    return now + DAY


def check(parts: Parts) -> None:
    """The parts are the sum of what the tickets added, and a share lies between nothing and everything."""
    assert parts.numerator == sum(item.value for item in parts.items)
    unit = DEFINITIONS[parts.figure].unit
    if unit is not Unit.PER_DAY:
        assert parts.denominator == sum(item.weight for item in parts.items)
    if unit is Unit.SHARE and parts.value is not None:
        assert 0 <= parts.value <= 1
    if unit is Unit.NET and parts.value is not None:
        assert -100 <= parts.value <= 100
