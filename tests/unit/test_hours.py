"""The customer's clock, and when a call is decent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_tui.domain.ticket import Customer
from agent_tui.guidance.hours import DayKind, LocalTime, local
from agent_tui.guidance.situation import Situation
from agent_tui.packs.culture import CultureBook, shipped_markets
from tests.factories import at

BOOK = CultureBook()


def there(
    market: str, moment: datetime, zone: str | None = None, wishes: str = "", inside: str = ""
) -> LocalTime:
    customer = Customer(market=market, time_zone=zone, wishes=wishes)
    found = local(customer, BOOK.market(market), moment, book=BOOK, subdivision=inside)
    assert found is not None
    return found


def test_one_zone_is_certain_and_several_have_a_range() -> None:
    japan = there("JP", at("2026-08-12 06:00"))
    assert (japan.zone, japan.certain, japan.decent) == ("Asia/Tokyo", True, True)
    assert japan.earliest == japan.latest == japan.time
    states = there("US", at("2026-08-12 06:00"))
    assert not states.certain
    assert (states.zone, states.time.hour) == ("America/New_York", 2)
    assert (states.earliest.strftime("%a %H"), states.latest.strftime("%a %H")) == ("Tue 20", "Wed 02")


def test_the_customers_own_zone_is_certain() -> None:
    found = there("US", at("2026-08-12 17:00"), "America/Denver")
    assert (found.zone, found.certain, found.time.hour, found.decent) == ("America/Denver", True, 11, True)
    assert there("US", at("2026-08-12 17:00"), "No/Where").certain is False


@pytest.mark.parametrize(
    ("market", "moment", "decent", "day", "reason"),
    [
        ("DE", "2026-08-12 08:00", True, DayKind.WORKING, "People there take calls at this hour."),
        ("DE", "2026-08-12 10:30", False, DayKind.WORKING, "It is too early or too late there for a call."),
        ("DE", "2026-08-12 19:00", False, DayKind.WORKING, "It is too early or too late there for a call."),
        ("DE", "2026-08-16 09:00", False, DayKind.WEEKEND, "It is the weekend there."),
        ("DE", "2026-12-25 09:00", False, DayKind.HOLIDAY, "It is a public holiday there: Christmas Day."),
        ("SA", "2026-08-13 07:00", True, DayKind.WORKING, "People there take calls at this hour."),
        ("SA", "2026-08-14 07:00", False, DayKind.WEEKEND, "It is the weekend there."),
        ("SA", "2026-03-01 07:00", False, DayKind.WORKING, "Hours differ there now: Ramadan."),
        ("SA", "2026-03-01 19:00", True, DayKind.WORKING, "People there take calls at this hour."),
        ("IL", "2026-08-14 12:00", False, DayKind.WEEKEND, "It is too early or too late there for a call."),
        ("IL", "2026-08-15 08:00", False, DayKind.WEEKEND, "It is the weekend there."),
        ("IL", "2026-08-16 08:00", True, DayKind.WORKING, "People there take calls at this hour."),
    ],
)
def test_hours_come_from_the_pack(market: str, moment: str, decent: bool, day: DayKind, reason: str) -> None:
    found = there(market, at(moment))
    assert (found.decent, found.day, str(found.reason)) == (decent, day, reason)
    assert (found.next_decent is None) == decent


def test_the_reason_has_its_name_in_both_languages() -> None:
    found = there("DE", at("2026-12-25 09:00"))
    assert found.because is not None
    assert (found.because["zh_CN"], found.because["local"]) == ("圣诞节", "Erster Weihnachtstag")
    assert found.holiday == found.because


def test_the_next_decent_moment_is_the_next_opening() -> None:
    assert there("DE", at("2026-08-12 10:30")).next_decent == at("2026-08-12 11:00")
    assert there("DE", at("2026-08-14 17:00")).next_decent == at("2026-08-17 06:00")  # Friday evening
    assert there("DE", at("2026-12-24 20:00")).next_decent == at("2026-12-28 07:00")
    assert there("US", at("2026-08-12 06:00")).next_decent == at("2026-08-12 19:00")  # 9 o'clock in Honolulu
    assert there("IL", at("2026-09-11 12:00")).next_decent == at("2026-09-14 06:00")  # after Rosh Hashanah


def test_holidays_of_a_subdivision_count() -> None:
    moment = at("2026-01-06 09:00")
    assert there("DE", moment).decent
    assert there("DE", moment, inside="BY").day is DayKind.HOLIDAY


def test_E6_the_customers_times_win() -> None:
    found = there("GB", at("2026-08-12 09:00"), wishes="no calls before noon")
    assert (found.decent, str(found.reason)) == (False, "The customer asked: no calls before noon")
    assert found.next_decent == at("2026-08-12 11:00")
    assert not there("GB", at("2026-08-12 21:30"), wishes="no calls before noon").decent
    evening = there("GB", at("2026-08-12 18:30"), wishes="call after 7pm")
    assert evening.decent
    assert not there("GB", at("2026-08-12 22:30"), wishes="call after 7pm").decent
    assert there("GB", at("2026-08-15 10:00")).decent  # Saturday
    assert not there("GB", at("2026-08-15 10:00"), wishes="please do not call on weekends").decent


def test_E6_who_wants_no_calls_has_no_decent_hour() -> None:
    found = there("DE", at("2026-08-12 08:00"), wishes="keine Anrufe")
    assert (found.decent, found.next_decent) == (False, None)
    assert str(found.reason) == "The customer does not want calls: keine Anrufe"


def test_without_market_and_zone_nobody_knows() -> None:
    assert local(Customer(), None, at("09:00"), book=BOOK) is None
    only_zone = local(Customer(time_zone="Asia/Almaty"), None, at("2026-08-12 03:00"), book=BOOK)
    assert only_zone is not None
    assert (only_zone.certain, only_zone.decent) == (True, False)
    assert only_zone.next_decent == at("2026-08-12 04:00")


def test_a_situation_is_as_good_as_its_customer() -> None:
    customer = Customer(market="JP")
    now = at("2026-08-12 06:00")
    pack = BOOK.market("JP")
    assert local(Situation(now=now, customer=customer), pack, now, book=BOOK) == local(
        customer, pack, now, book=BOOK
    )


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(shipped_markets()),
    st.integers(0, 5 * 365 * 24 * 60),
    st.sampled_from(["", "no calls before noon", "call after 6pm", "keine Anrufe am Wochenende"]),
)
def test_the_next_decent_moment_is_decent(market: str, minutes: int, wishes: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = there(market, now, wishes=wishes)
    assert found.earliest.replace(tzinfo=None) <= found.latest.replace(tzinfo=None)
    if found.decent:
        assert found.next_decent is None
        return
    assert found.next_decent is not None
    assert now < found.next_decent < now + timedelta(days=45)
    main = there(market, found.next_decent, found.zone, wishes)
    assert main.decent
