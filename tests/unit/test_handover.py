"""The shift handover and the time-zone table (POLICY P4)."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from agent_tui import i18n, telling_zones
from agent_tui.briefs import handover_line
from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.casework_rules import Shift
from agent_tui.domain.handover import Caution, batches, entries, entry
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import is_safe
from agent_tui.domain.ticket import Customer, Relation
from agent_tui.domain.zones import Whose, shift_calendar, table
from tests.factories import AGENT, COLLEAGUE, HOUR, MIN, Story, action, at, opening, shipped

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
SATO = Customer(name="佐藤 健一", emails=("sato@example.jp",), market="JP", language="ja")


def with_shift(*members: str) -> Policy:
    """The shipped policy with people in the European shift."""
    policy = shipped()
    shift = replace(policy.casework.shifts["europe"], members=members)
    shifts = policy.casework.shifts | {"europe": shift}
    return replace(policy, casework=replace(policy.casework, shifts=shifts))


def handed(to: str, policy: Policy | None = None) -> Story:
    """A ticket that was given to somebody."""
    story = Story(policy=policy).take(at("09:10"))
    give = action(do.HandOver, at("16:00"), to=to, text="open, reply next", batch="B1")
    return story.perform(give)


def confirm(story: Story, by: str, batch: str = "B1") -> Story:
    return story.perform(action(do.Acknowledge, at("16:05"), by=by, batch=batch))


# What is told of a ticket.


def test_P4_a_line_tells_state_promise_next_step_and_the_due_time_on_both_clocks() -> None:
    story = Story(opening(at("09:00"), customer=SATO)).take(at("09:05")).classify(at("09:10"))
    story.unsolved(at("09:20"), at("03-03 08:00"))
    line = handover_line(entry(story.ticket, story.policy, at("10:00")), story.policy, BERLIN, at("10:00"))
    assert line == (
        "open · promised until Tue 09:00: by e-mail every day · next: report progress (H3)"
        " · due Tue 09:00 (there Tue 17:00): promised deadline"
    )


def test_P4_the_same_clock_is_told_once() -> None:
    story = Story(opening(at("09:00"), customer=SATO))
    told = handover_line(entry(story.ticket, story.policy, at("10:00")), story.policy, TOKYO, at("10:00"))
    assert "there" not in told
    nowhere = Story(opening(at("09:00"), customer=replace(SATO, market=None)))
    found = entry(nowhere.ticket, nowhere.policy, at("10:00"))
    assert found.there is None
    assert "there" not in handover_line(found, nowhere.policy, TOKYO, at("10:00"))


def test_P4_warnings_stand_in_the_line() -> None:
    customer = replace(SATO, wishes="no calls\x1b[2J after 18")
    story = Story(opening(at("09:00"), channel="chat", customer=customer)).take(at("09:01"))
    story.complain(at("09:02")).link(at("09:02"), 7, Relation.REPEAT)
    story.dispatch(at("09:03"), "compliance", risk=True)
    ticket = replace(story.ticket, urgent=True)
    found = entry(ticket, story.policy, at("09:30"))
    assert found.cautions == (
        Caution.BREACHED,
        Caution.URGENT,
        Caution.COMPLAINT,
        Caution.REPEATED,
        Caution.UNANSWERED,
        Caution.ASKED,
        Caution.WISHES,
    )
    line = handover_line(found, story.policy, BERLIN, at("09:30"))
    assert is_safe(line)
    for words in ("breached", "complaint: apologise", "no answer yet: Compliance and risk", "no calls␛[2J"):
        assert words in line
    i18n.use("zh_CN")
    assert "道歉安抚" in handover_line(found, story.policy, BERLIN, at("09:30"))


def test_P4_a_ticket_at_risk_or_waiting_says_so() -> None:
    story = Story().take(at("09:10"))
    assert entry(story.ticket, story.policy, at("03-03 08:00")).cautions[0] is Caution.AT_RISK
    story.classify(at("09:20")).asks(at("09:30"))
    assert entry(story.ticket, story.policy, at("09:40")).cautions == (Caution.WAITING,)


def test_P4_the_list_is_in_the_order_of_work() -> None:
    late = Story(opening(at("09:00"), ticket=1)).ticket
    soon = Story(opening(at("09:30"), channel="chat", ticket=2)).ticket
    first = replace(Story(opening(at("09:40"), ticket=3)).ticket, urgent=True)
    found = entries([late, soon, first], shipped(), at("10:00"))
    assert [each.ticket.id for each in found] == [3, 2, 1]


# Whose it is.


def test_P4_a_ticket_stays_its_owners_until_the_handover_is_confirmed() -> None:
    story = handed(COLLEAGUE)
    assert story.ticket.owner == AGENT
    confirm(story, COLLEAGUE)
    assert (story.ticket.owner, story.ticket.handover) == (COLLEAGUE, None)
    assert story.ticket.messages[-1].preview == "open, reply next"  # what the colleague reads stays


@pytest.mark.parametrize(
    ("to", "members", "by"),
    [
        (COLLEAGUE, (), COLLEAGUE),
        ("europe", (), "anybody"),
        ("欧洲班次", (COLLEAGUE,), COLLEAGUE),
        ("europe", (COLLEAGUE,), COLLEAGUE),
    ],
)
def test_P4_the_named_colleague_or_anybody_of_the_shift_confirms(
    to: str, members: tuple[str, ...], by: str
) -> None:
    assert confirm(handed(to, with_shift(*members)), by).ticket.owner == by


@pytest.mark.parametrize(("to", "by"), [(COLLEAGUE, "somebody"), ("europe", "somebody")])
def test_P4_nobody_else_confirms(to: str, by: str) -> None:
    with pytest.raises(no.NotForYou):
        confirm(handed(to, with_shift(COLLEAGUE)), by)


def test_P4_another_handover_is_not_confirmed_by_mistake() -> None:
    with pytest.raises(no.NoHandover):
        confirm(handed(COLLEAGUE), COLLEAGUE, "B2")


def test_P4_tickets_given_together_are_one_handover() -> None:
    one, other = handed(COLLEAGUE).ticket, replace(handed(COLLEAGUE).ticket, id=2)
    third = handed("europe").ticket
    assert third.handover is not None
    third = replace(third, id=3, handover=replace(third.handover, batch="B0", at=at("15:00")))
    alone = Story().ticket
    found = batches([one, third, alone, other], shipped())
    assert [(batch.id, [ticket.id for ticket in batch.tickets]) for batch in found] == [
        ("B0", [3]),
        ("B1", [1, 2]),
    ]


# The table.


def test_P4_shifts_stand_before_markets_and_the_east_before_the_west() -> None:
    places = table(shipped(), at("09:00"))
    assert [place.id for place in places[:3]] == ["asia", "europe", "americas"]
    assert {place.id for place in places[3:]} == set(shipped().markets)
    markets = [place.id for place in places[3:]]
    assert markets.index("NZ") < markets.index("JP") < markets.index("DE") < markets.index("US")


def test_P4_who_is_at_work_awake_and_asleep() -> None:
    places = {place.id: place for place in table(with_shift(COLLEAGUE), at("09:00"))}
    europe, japan, america = places["europe"], places["JP"], places["US"]
    assert (europe.whose, europe.is_open, europe.members) == (Whose.SHIFT, True, (COLLEAGUE,))
    assert europe.closes == at("16:00", "Europe/Berlin")
    assert (japan.is_open, japan.awake) == (False, True)  # 18:00 in Tokyo
    assert japan.opens == at("03-03 09:00", "Asia/Tokyo")
    assert (america.is_open, america.awake) == (False, False)  # 4:00 in New York


def test_P4_a_public_holiday_is_named_and_the_next_opening_comes_after_it() -> None:
    places = {place.id: place for place in table(shipped(), at("2026-12-25 10:00"))}
    assert places["DE"].holiday
    assert not places["DE"].is_open
    assert places["DE"].opens == at("2026-12-28 09:00", "Europe/Berlin")
    assert not places["SA"].holiday


def test_P4_a_working_day_of_the_companys_own_is_no_holiday() -> None:
    policy = shipped()
    day = at("2026-12-25 10:00")
    christmas = replace(policy.calendars["DE"], days={day.date(): policy.calendars["DE"].week[0]})  # type: ignore[index]
    places = table(replace(policy, calendars=policy.calendars | {"DE": christmas}), day)
    german = next(place for place in places if place.id == "DE")
    assert (german.holiday, german.is_open) == ("", True)


@pytest.mark.parametrize(("hours", "length"), [("08:00-16:00", 8 * HOUR), ("22:00-06:30", 8.5 * HOUR)])
def test_P4_a_night_shift_reaches_into_the_next_day(hours: str, length: timedelta) -> None:
    calendar = shift_calendar(Shift("night", {"en": "Night"}, "Asia/Tokyo", hours))
    assert calendar.week is not None
    assert all((day[0].end - day[0].start) * MIN == length for day in calendar.week)


def test_P4_a_line_of_the_table_in_words() -> None:
    policy, now = with_shift(COLLEAGUE), at("09:00")
    places = {place.id: place for place in table(policy, now)}
    zone = ZoneInfo("Asia/Shanghai")
    assert telling_zones.cells(places["europe"], policy, now, zone) == (
        "Europe shift",
        "10:00 Mon",
        "at work",
        "until 23:00",
        COLLEAGUE,
    )
    assert telling_zones.cells(places["JP"], policy, now, zone) == (
        "JP Japan",
        "18:00 Mon",
        "awake",
        "from Tue 08:00",
        "",
    )
    i18n.use("zh_CN")
    assert telling_zones.cells(places["JP"], policy, now, zone)[0] == "JP 日本"
