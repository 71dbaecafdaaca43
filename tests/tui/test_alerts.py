"""Notices: at risk and breached, each once for a ticket and clock; quiet hours; bytes that are safe for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from textual.pilot import Pilot

from agent_tui.desk.core import Desk
from agent_tui.domain.cells import width
from agent_tui.domain.views import Row, row
from agent_tui.tui import watching
from agent_tui.tui.alerts import LONGEST, MOST_TOLD, NEVER, Alerts, desktop, quiet_hours
from agent_tui.tui.app import DeskApp
from tests.factories import HOUR, MIN, SEC, Story, at, opening, shipped
from tests.tui.desks import AGENT, Clock, bar, screen_of, settle, sit

NOW = at("09:00")
UTC = ZoneInfo("UTC")


class Lines:
    """Lines of tickets, and which of them were read."""

    def __init__(self, **changes: object) -> None:
        self.row = row(Story(opening(NOW)).ticket, shipped())
        self.changes = changes
        self.read: list[int] = []

    def __call__(self, numbers: Sequence[int]) -> Mapping[int, Row]:
        self.read += numbers
        return {number: replace(self.row, id=number, **self.changes) for number in numbers}


def told(alerts: Alerts, late: Sequence[int], near: Sequence[int], lines: Lines) -> list[tuple[int, bool]]:
    notices, _more = alerts.due(late, near, NOW, lines)
    return [(notice.ticket, notice.breached) for notice in notices]


def test_what_is_late_when_the_desk_opens_is_only_counted() -> None:
    alerts, lines = Alerts(NEVER, AGENT), Lines()
    assert told(alerts, [1, 2], [3], lines) == []
    assert alerts.late_at_start == 2
    assert lines.read == []


def test_each_is_told_once_first_at_risk_then_breached() -> None:
    alerts, lines = Alerts(NEVER, AGENT), Lines()
    told(alerts, [], [], lines)
    assert told(alerts, [], [7], lines) == [(7, False)]
    assert told(alerts, [], [7], lines) == []
    assert told(alerts, [7], [], lines) == [(7, True)]
    assert told(alerts, [7], [], lines) == []


def test_breaches_come_first() -> None:
    alerts, lines = Alerts(NEVER, AGENT), Lines()
    told(alerts, [], [], lines)
    assert told(alerts, [9], [3], lines) == [(9, True), (3, False)]


def test_the_same_clock_is_not_told_again_when_it_comes_back() -> None:
    alerts, lines = Alerts(NEVER, AGENT), Lines()
    told(alerts, [], [], lines)
    told(alerts, [7], [], lines)
    assert told(alerts, [], [], lines) == []
    assert told(alerts, [7], [], lines) == []


def test_another_clock_of_the_ticket_is_told() -> None:
    alerts, lines = Alerts(NEVER, AGENT), Lines(timer="first_response", due=NOW)
    told(alerts, [], [], lines)
    told(alerts, [7], [], lines)
    told(alerts, [], [], lines)
    assert told(alerts, [7], [], Lines(timer="next_response", due=NOW + HOUR)) == [(7, True)]


def test_a_colleagues_ticket_is_theirs_to_hear_of() -> None:
    alerts = Alerts(NEVER, AGENT)
    told(alerts, [], [], Lines())
    assert told(alerts, [1], [], Lines(owner="zhang.min")) == []
    assert told(alerts, [1, 2], [], Lines(owner=AGENT)) == [(2, True)]


def test_only_the_lines_of_new_tickets_are_read_and_never_many() -> None:
    alerts, lines = Alerts(NEVER, AGENT), Lines()
    told(alerts, range(1000), [], lines)
    told(alerts, range(1001), [], lines)
    assert lines.read == [1000]
    notices, more = alerts.due(range(3000), (), NOW, lines)
    assert len(notices) == MOST_TOLD
    assert more == 3000 - 1001 - MOST_TOLD


@pytest.mark.parametrize(
    ("text", "clock", "quiet"),
    [
        ("22:00-07:00", "23:00", True),
        ("22:00-07:00", "06:59", True),
        ("22:00-07:00", "07:00", False),
        ("22:00-07:00", "21:59", False),
        ("12:00-13:00", "12:30", True),
        ("12:00-13:00", "13:00", False),
        ("", "00:00", False),
        ("08:00-08:00", "08:00", False),
    ],
)
def test_quiet_hours(text: str, clock: str, quiet: bool) -> None:
    assert quiet_hours(text, UTC).holds(at(clock)) is quiet


def test_quiet_hours_are_those_of_the_agents_time_zone() -> None:
    quiet = quiet_hours("22:00-07:00", ZoneInfo("Asia/Shanghai"))
    assert quiet.holds(at("14:30"))
    assert not quiet.holds(at("23:30"))


@pytest.mark.parametrize("text", ["22:00", "22-7-9", "late", "25:00-07:00"])
def test_quiet_hours_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        quiet_hours(text, UTC)


def test_in_quiet_hours_a_notice_is_still_shown() -> None:
    alerts = Alerts(quiet_hours("08:00-10:00", UTC), AGENT)
    alerts.due([], [], NOW, Lines())
    (notice,), _more = alerts.due([7], [], NOW, Lines())
    assert notice.quiet


@given(st.text())
def test_no_text_ends_the_sequence_or_begins_another(text: str) -> None:
    sequence = desktop(text, tmux=False)
    inner = sequence.removeprefix("\x1b]9;").removesuffix("\x07")
    assert len(inner) == len(sequence) - 5
    assert not [letter for letter in inner if letter < " " or "\x7f" <= letter < "\xa0"]
    assert width(inner) <= LONGEST


def test_tmux_is_asked_to_hand_it_through() -> None:
    assert desktop("hello", tmux=True) == "\x1bPtmux;\x1b\x1b]9;hello\x07\x1b\\"
    assert desktop("hello", tmux=False) == "\x1b]9;hello\x07"


class Rings:
    """The bells and sequences that an app sends."""

    def __init__(self, app: DeskApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        monkeypatch.setattr(app, "bell", self._ring)

    def _ring(self) -> None:
        self.count += 1


def test_a_breach_while_the_desk_is_open_is_told_and_rings_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    deadlines: list[datetime] = sorted(
        line.due for line in desk.lines([1, 2, 3, 4, 5]).values() if line.due is not None
    )

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        rings = Rings(app, monkeypatch)
        screen = screen_of(app)
        assert "Breached" not in bar(app, "notice")
        clock.now = deadlines[0] + SEC
        screen.watch_clocks()
        await settle(pilot)
        assert "Breached: #1 Emma Clarke, first response" in bar(app, "notice")
        assert rings.count == 1
        clock.turn(MIN)
        screen.watch_clocks()
        await settle(pilot)
        assert rings.count == 1

    sit(desk, play, clock=clock)


def test_many_at_once_are_one_sentence() -> None:
    alerts, lines = Alerts(NEVER, AGENT), Lines(timer="first_response")
    alerts.due([], [], NOW, lines)
    notices, more = alerts.due([1, 2, 3], [], NOW, lines)
    assert watching.sentence(notices, more, shipped()).endswith("and 2 more")


def test_there_is_no_look_without_a_reason() -> None:
    alerts = Alerts(NEVER, AGENT)
    assert alerts.wants_look(NOW)
    assert not alerts.wants_look(NOW)  # one at a time
    alerts.looked(NOW + MIN)
    assert not alerts.wants_look(NOW + MIN - SEC)
    assert alerts.wants_look(NOW + MIN)
    alerts.looked(None)
    assert not alerts.wants_look(NOW + HOUR)
    alerts.changed()
    assert alerts.wants_look(NOW)
    alerts.changed()  # while it looks
    alerts.looked(None)
    assert alerts.wants_look(NOW)


def test_the_store_knows_when_the_next_clock_turns(desk: Desk) -> None:
    rows = desk.lines([1, 2, 3, 4, 5]).values()
    moments = sorted(moment for line in rows for moment in (line.due, line.risk) if moment is not None)
    now = moments[0] - SEC
    while (turning := desk.repository.queue.turning(now)) is not None:
        assert turning == moments.pop(0)
        now = turning + SEC
        moments = [moment for moment in moments if moment > now]
    assert moments == []
    desk.close()
