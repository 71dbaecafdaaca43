"""Business hours: what counts, when a limit runs out. Many cases are those of other helpdesks' specifications."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from agent_tui.domain.calendars import (
    ALWAYS,
    Calendar,
    CalendarError,
    NoDaysOff,
    Window,
    after,
    elapsed,
    instant,
    is_working_day,
    windows,
    working,
    working_days_after,
)
from agent_tui.packs.days_off import PublicHolidays
from tests.factories import (
    DAY,
    EVERY_DAY,
    HOUR,
    MIN,
    SEC,
    at,
    counted_between,
    due_at,
    office,
    pause,
    shipped,
    week,
    windows_of,
)

FOREVER = datetime.max.replace(tzinfo=UTC)
NINE_TO_FIVE = office()
LUNCH = office("09:00-12:00 13:00-17:00")
NIGHT = office("22:00-06:00")


# Round the clock.


def test_round_the_clock_a_limit_runs_out_after_as_much_time() -> None:
    assert after(ALWAYS, at("23:30"), 24 * HOUR) == at("03-03 23:30")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (
            "2026-03-28 12:00",
            "2026-03-29 13:00",
        ),  # the clocks of Berlin go forward: 24 hours later it is 13:00
        ("2026-10-24 12:00", "2026-10-25 11:00"),  # and back
    ],
)
def test_round_the_clock_24_hours_are_24_hours_when_the_clocks_change(start: str, end: str) -> None:
    assert after(ALWAYS, at(start, "Europe/Berlin"), 24 * HOUR) == at(end, "Europe/Berlin")


def test_round_the_clock_every_day_is_open() -> None:
    assert windows(ALWAYS, date(2026, 12, 25)) == (Window(0, 1440),)
    assert is_working_day(ALWAYS, date(2026, 3, 1))


# One window a day.


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("09:00", 1 * HOUR, "10:00"),  # exactly at opening
        ("08:59:59", 1 * HOUR, "10:00"),  # before opening
        ("00:00", 1 * HOUR, "10:00"),
        ("10:30", 2 * HOUR, "12:30"),
        ("16:59:59", 1 * SEC, "17:00"),  # runs out exactly at closing time: due at closing time
        ("09:00", 8 * HOUR, "17:00"),
        ("09:00", 8 * HOUR + SEC, "03-03 09:00:01"),
        ("17:00", 1 * HOUR, "03-03 10:00"),  # exactly at closing
        ("23:00", 1 * HOUR, "03-03 10:00"),
        ("03-06 16:00", 4 * HOUR, "03-09 12:00"),  # Friday to Monday
        ("03-07 11:00", 1 * HOUR, "03-09 10:00"),  # Saturday
        ("03-08 23:59:59", 1 * HOUR, "03-09 10:00"),  # Sunday
        ("03-06 09:00", 40 * HOUR, "03-12 17:00"),  # a working week
        ("03-02 09:00", 240 * HOUR, "04-10 17:00"),  # 30 working days of 8 hours
    ],
)
def test_a_limit_counts_business_hours_alone(start: str, limit: timedelta, due: str) -> None:
    assert after(NINE_TO_FIVE, at(start), limit) == at(due)
    assert elapsed(NINE_TO_FIVE, at(start), at(due)) == limit


def test_a_very_long_limit() -> None:
    thirty_days = after(NINE_TO_FIVE, at("09:00"), 30 * DAY)  # 720 hours of 8 a day: 90 working days
    assert thirty_days == at("07-03 17:00")


@pytest.mark.parametrize("limit", [timedelta(), -HOUR])
def test_no_limit_at_all_runs_out_at_once_even_outside_hours(limit: timedelta) -> None:
    assert after(NINE_TO_FIVE, at("03-07 11:00"), limit) == at("03-07 11:00")


def test_nothing_counts_backwards() -> None:
    assert elapsed(NINE_TO_FIVE, at("12:00"), at("10:00")) == timedelta()
    assert elapsed(ALWAYS, at("12:00"), at("10:00")) == timedelta()


def test_microseconds_are_kept() -> None:
    start = at("10:00") + timedelta(microseconds=7)
    assert after(NINE_TO_FIVE, start, HOUR) == at("11:00") + timedelta(microseconds=7)


# Several windows a day.


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("11:30", 30 * MIN, "12:00"),  # until lunch exactly
        ("11:30", 31 * MIN, "13:01"),
        ("12:00", 1 * MIN, "13:01"),  # in the break
        ("12:59", 1 * MIN, "13:01"),
        ("13:00", 1 * MIN, "13:01"),
        ("09:00", 7 * HOUR, "17:00"),
        ("16:30", 4 * HOUR, "03-03 13:30"),
    ],
)
def test_a_lunch_break_does_not_count(start: str, limit: timedelta, due: str) -> None:
    assert after(LUNCH, at(start), limit) == at(due)
    assert elapsed(LUNCH, at(start), at(due)) == limit


def test_adjacent_windows_are_one() -> None:
    split = office("09:00-12:00 12:00-17:00")
    assert after(split, at("11:00"), 2 * HOUR) == after(NINE_TO_FIVE, at("11:00"), 2 * HOUR)
    assert elapsed(split, at("08:00"), at("18:00")) == 8 * HOUR


def test_many_short_windows() -> None:
    calls = office("08:00-08:15 10:00-10:15 12:00-12:15 14:00-14:15")
    assert after(calls, at("08:10"), 40 * MIN) == at("14:05")


def test_each_day_has_hours_of_its_own() -> None:
    """The schedule of the business-time library `biz`."""
    shop = week(
        mon="09:00-17:00",
        tue="10:00-16:00",
        wed="09:00-17:00",
        thu="10:00-16:00",
        fri="09:00-17:00",
        sat="11:00-14:30",
    )
    found = list(working(shop, at("2006-01-01 00:00"), at("2006-01-09 00:00")))
    assert found == [
        pause("2006-01-02 09:00", "2006-01-02 17:00"),
        pause("2006-01-03 10:00", "2006-01-03 16:00"),
        pause("2006-01-04 09:00", "2006-01-04 17:00"),
        pause("2006-01-05 10:00", "2006-01-05 16:00"),
        pause("2006-01-06 09:00", "2006-01-06 17:00"),
        pause("2006-01-07 11:00", "2006-01-07 14:30"),
    ]
    assert after(shop, at("2006-01-02 11:00"), 19 * HOUR) == at("2006-01-04 16:00")


def test_only_saturday_in_another_zone() -> None:
    """Of `biz`: the week of the zone counts, not that of UTC."""
    zone = "America/Los_Angeles"
    saturday = week(zone, sat="06:00-18:00")
    opening = next(working(saturday, at("2006-01-07 17:00", zone), at("2006-01-10 00:00", zone)))
    assert opening == pause("2006-01-07 17:00", "2006-01-07 18:00", zone)


# Nights, 24:00 and the whole day.


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("22:00", 8 * HOUR, "03-03 06:00"),
        ("23:30", 1 * HOUR, "03-03 00:30"),  # over midnight
        ("03-03 00:30", 1 * HOUR, "03-03 01:30"),  # begun the evening before
        ("03-03 00:00", 6 * HOUR, "03-03 06:00"),
        ("03-03 05:00", 2 * HOUR, "03-03 23:00"),
        ("03-03 06:00", 1 * HOUR, "03-03 23:00"),
        ("03-06 23:00", 7 * HOUR, "03-07 06:00"),  # the shift of Friday ends on Saturday
        ("03-06 23:00", 7 * HOUR + MIN, "03-09 22:01"),
        ("03-02 01:00", 1 * HOUR, "03-02 23:00"),  # nobody began a shift on Sunday
    ],
)
def test_a_window_may_reach_over_midnight(start: str, limit: timedelta, due: str) -> None:
    assert after(NIGHT, at(start), limit) == at(due)
    assert elapsed(NIGHT, at(start), at(due)) == limit


def test_a_window_may_end_at_24_00() -> None:
    late = week(mon="16:00-00:00", tue="00:00-02:00")
    assert windows_of("16:00-00:00") == (Window(960, 1440),)
    assert after(late, at("23:00"), HOUR) == at("03-03 00:00")
    assert after(late, at("23:00"), 2 * HOUR) == at("03-03 01:00")
    assert after(late, at("23:00"), 3 * HOUR + SEC) == at("03-09 16:00:01")


def test_five_days_of_24_hours() -> None:
    """GLPI's calendar 5×24."""
    whole = office("00:00-00:00")
    assert after(whole, at("2018-11-19 10:00"), 7 * DAY) == at("2018-11-28 10:00")
    assert elapsed(whole, at("2018-11-17 00:00"), at("2018-11-26 00:00")) == 5 * DAY
    assert after(whole, at("2018-11-19 00:00"), 5 * DAY) == at("2018-11-24 00:00")  # Friday at midnight


def test_seven_whole_days_are_round_the_clock() -> None:
    whole = office("00:00-00:00", days=EVERY_DAY)
    for limit in (MIN, DAY, 30 * DAY):
        assert after(whole, at("13:07"), limit) == after(ALWAYS, at("13:07"), limit)


def test_windows_that_reach_into_the_next_day_never_count_twice() -> None:
    long = office("12:00-13:00 20:00-10:00", days=EVERY_DAY)
    early = Calendar("early", "UTC", (windows_of("09:00-11:00 20:00-10:00"),) * 7)
    assert elapsed(long, at("03-03 00:00"), at("03-04 00:00")) == 15 * HOUR
    assert elapsed(early, at("03-03 00:00"), at("03-04 00:00")) == 15 * HOUR
    found = list(working(early, at("03-03 00:00"), at("03-06 00:00")))
    assert all(one[1] <= other[0] for one, other in pairwise(found))


# Holidays and single days.


def test_a_public_holiday_does_not_count() -> None:
    calendar = office(holidays=("2026-03-03",))
    assert after(calendar, at("16:00"), 2 * HOUR) == at("03-04 10:00")
    assert after(calendar, at("03-03 10:00"), 1 * HOUR) == at("03-04 10:00")
    assert not is_working_day(calendar, date(2026, 3, 3))


def test_holidays_in_a_row() -> None:
    """Of `biz`: Monday and Wednesday off."""
    calendar = week(
        mon="09:00-17:00", tue="10:00-16:00", wed="09:00-17:00", thu="10:00-16:00", sat="11:00-14:30"
    )
    calendar = Calendar("x", "UTC", calendar.week, office(holidays=("2006-01-16", "2006-01-18")).holidays)
    assert [
        opening[0].day for opening in working(calendar, at("2006-01-14 00:00"), at("2006-01-20 00:00"))
    ] == [
        14,
        17,
        19,
    ]


def test_a_night_shift_before_a_holiday_is_worked_to_its_end() -> None:
    calendar = office("22:00-06:00", holidays=("2026-03-03",))
    assert after(calendar, at("22:00"), 8 * HOUR) == at("03-03 06:00")
    assert after(calendar, at("22:00"), 8 * HOUR + HOUR) == at("03-04 23:00")


@pytest.mark.parametrize(
    ("special", "start", "limit", "due"),
    [
        ("", "16:00", 2 * HOUR, "03-04 10:00"),  # closed for a day
        ("09:00-12:00", "16:00", 4 * HOUR, "03-03 12:00"),  # a half day, ending exactly at its closing
        ("09:00-12:00", "16:00", 5 * HOUR, "03-04 10:00"),
        ("06:00-20:00", "16:00", 2 * HOUR, "03-03 07:00"),  # a longer day
        ("20:00-02:00", "16:00", 7 * HOUR, "03-04 02:00"),  # into the next morning
    ],
)
def test_a_single_day_may_differ(special: str, start: str, limit: timedelta, due: str) -> None:
    calendar = office(special={"2026-03-03": special})
    assert after(calendar, at(start), limit) == at(due)


def test_a_single_day_wins_over_a_holiday_and_over_a_weekend() -> None:
    calendar = office(
        holidays=("2026-03-03",), special={"2026-03-03": "10:00-12:00", "2026-03-07": "09:00-17:00"}
    )
    assert after(calendar, at("16:00"), 3 * HOUR) == at("03-03 12:00")  # open in spite of the holiday
    assert after(calendar, at("03-06 16:00"), 2 * HOUR) == at("03-07 10:00")  # a make-up Saturday


def test_business_hours_of_otrs() -> None:
    """OTRS' WorkingTime: Monday to Friday 8 to 21, its fixed days off; starts and ends outside hours."""
    zone = "UTC"
    off = [
        f"{year}-{day}"
        for year in (2003, 2005)
        for day in ("01-01", "05-01", "12-24", "12-25", "12-26", "12-31")
    ]
    calendar = office("08:00-21:00", zone, holidays=tuple(off))
    expected = {
        ("2005-10-20 10:00", "2005-10-21 10:00"): 13 * HOUR,
        ("2005-10-20 10:00", "2005-10-24 10:00"): 26 * HOUR,
        ("2005-10-20 10:00", "2005-10-27 10:00"): 65 * HOUR,
        ("2005-10-20 10:00", "2005-11-03 10:00"): 130 * HOUR,
        ("2005-12-21 10:00", "2005-12-31 10:00"): 89 * HOUR,
        ("2003-12-21 10:00", "2003-12-31 10:00"): 52 * HOUR,
        ("2005-10-23 10:00", "2005-10-24 10:00"): 2 * HOUR,
        ("2005-10-23 10:00", "2005-10-25 13:00"): 18 * HOUR,
        ("2005-10-23 10:00", "2005-10-30 13:00"): 65 * HOUR,
        ("2005-10-24 11:44:12", "2005-10-24 16:13:31"): 16159 * SEC,
        ("2006-12-05 22:57:34", "2006-12-06 10:25:34"): 8734 * SEC,
        ("2006-12-06 07:50:00", "2006-12-07 08:54:00"): 13.9 * HOUR,
        ("2007-03-12 11:56:01", "2007-03-12 13:56:01"): 2 * HOUR,
        ("2010-01-28 22:00:02", "2010-01-28 22:01:02"): timedelta(),
    }
    assert {times: counted_between(calendar, *times) for times in expected} == expected


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2006-11-12 10:15", 4, "2006-11-13 12:00"),
        ("2006-11-13 10:15", 4, "2006-11-13 14:15"),
        ("2006-11-13 10:15", 11, "2006-11-14 08:15"),
        ("2006-12-31 10:15", 11, "2007-01-02 19:00"),  # from a holiday over a holiday
        ("2006-12-29 10:15", 11, "2007-01-02 08:15"),
        ("2006-12-30 10:45", 11, "2007-01-02 19:00"),
        ("2006-12-06 07:50", 13.9, "2006-12-07 08:54"),
        ("2007-01-16 20:15", 1.25, "2007-01-17 08:30"),
        ("2007-03-14 21:21:02", 1, "2007-03-15 09:00"),
        ("2007-03-15 17:21:27", 3, "2007-03-15 20:21:27"),
        ("2007-10-19 18:12:23", 5.5, "2007-10-22 10:42:23"),
        ("2007-10-26 18:12:23", 5.5, "2007-10-29 10:42:23"),  # the clocks go back on the Sunday between
        ("2007-10-26 18:12:23", 18.5, "2007-10-30 10:42:23"),
        ("2007-03-23 18:12:23", 5.5, "2007-03-26 10:42:23"),  # and forward
        ("2007-03-23 18:12:23", 18.5, "2007-03-27 10:42:23"),
    ],
)
def test_due_times_of_otrs(start: str, hours: float, due: str) -> None:
    """OTRS' DestinationTime."""
    zone = "Europe/Berlin"
    off = ("2006-12-24", "2006-12-25", "2006-12-26", "2006-12-31", "2007-01-01", "2007-05-01")
    calendar = office("08:00-21:00", zone, holidays=off)
    assert after(calendar, at(start, zone), hours * HOUR) == at(due, zone)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2019-01-01 07:00", "2019-01-01 09:00", HOUR),
        ("2019-01-01 06:00", "2019-01-01 07:00", timedelta()),
        ("2019-01-01 00:00", "2019-01-08 00:00", 60 * HOUR),
        ("2019-01-08 00:00", "2019-01-01 00:00", timedelta()),
    ],
)
def test_active_time_of_glpi(start: str, end: str, expected: timedelta) -> None:
    assert elapsed(office("08:00-20:00"), at(start), at(end)) == expected


# Public holidays from data.


@pytest.mark.parametrize(
    ("place", "off", "on"),
    [
        ("DE", "2026-10-03", "2026-01-06"),
        ("DE-BY", "2026-01-06", "2026-01-07"),  # Epiphany in Bavaria
        ("DE-BY", "2026-06-04", "2026-06-05"),  # Corpus Christi
        ("JP", "2026-05-06", "2026-05-07"),  # a substitute holiday
        ("JP", "2026-09-23", "2026-09-24"),  # the equinox, by astronomy
        ("US", "2026-07-03", "2026-07-06"),  # the 4th is a Saturday: observed on Friday
        ("GB", "2026-12-28", "2026-12-29"),
        ("CN", "2026-02-17", "2026-03-02"),  # New Year, by the moon
        ("SA", "2026-09-23", "2026-12-25"),
    ],
)
def test_public_holidays_come_from_data(place: str, off: str, on: str) -> None:
    known = PublicHolidays(place)
    assert known.name(date.fromisoformat(off))
    assert known.name(date.fromisoformat(on)) is None


def test_an_unknown_place_has_no_holidays_to_ask_for() -> None:
    with pytest.raises(ValueError, match="XX"):
        PublicHolidays("XX").name(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("market", "start", "limit", "due"),
    [
        ("JP", "2026-05-01 17:00", 2 * HOUR, "2026-05-07 10:00"),  # the whole Golden Week between
        ("JP", "2026-03-02 11:30", 1 * HOUR, "2026-03-02 13:30"),  # lunch
        ("SA", "2026-03-05 16:00", 2 * HOUR, "2026-03-08 10:00"),  # Thursday to Sunday
        ("AE", "2026-03-06 11:00", 2 * HOUR, "2026-03-09 10:00"),  # Friday ends at noon
        ("AE", "2026-03-06 11:00", 1 * HOUR, "2026-03-06 12:00"),
        ("CN", "2026-09-30 17:00", 2 * HOUR, "2026-10-08 10:00"),  # the National Day week
        ("DE", "2026-04-02 16:00", 2 * HOUR, "2026-04-07 10:00"),  # Easter
        ("US", "2026-07-02 16:00", 2 * HOUR, "2026-07-06 10:00"),
        ("IN", "2026-03-07 17:00", 2 * HOUR, "2026-03-09 10:30"),  # Saturday is worked; a zone of +5:30
        ("IL", "2026-03-06 10:00", 1 * HOUR, "2026-03-08 10:00"),  # Friday is not
        ("ID", "2026-03-06 11:00", 1 * HOUR, "2026-03-06 14:00"),  # Friday prayers
    ],
)
def test_markets_work_in_their_own_hours(market: str, start: str, limit: timedelta, due: str) -> None:
    calendar = shipped().calendar("market", market)
    assert calendar.id == market
    assert after(calendar, at(start, calendar.zone), limit) == at(due, calendar.zone)


# Zones.


@pytest.mark.parametrize(
    ("zone", "opens"),
    [
        ("Asia/Kolkata", "03:30"),
        ("Asia/Kathmandu", "03:15"),
        ("Australia/Eucla", "00:15"),
        ("Pacific/Chatham", "2026-03-01 19:15"),  # +13:45 in summer
        ("America/St_Johns", "12:30"),
        ("Asia/Tokyo", "00:00"),
        ("Pacific/Kiritimati", "2026-03-01 19:00"),  # +14
        ("Pacific/Honolulu", "19:00"),
    ],
)
def test_hours_are_those_of_the_zone(zone: str, opens: str) -> None:
    calendar = office(zone=zone)
    monday = instant(zone, date(2026, 3, 2), 9 * 60)
    assert monday == at(opens)
    assert after(calendar, monday - HOUR, 30 * MIN) == monday + 30 * MIN


def test_the_weekday_is_that_of_the_zone() -> None:
    """Sunday 23:00 in UTC is Monday 8:00 in Tokyo."""
    assert after(office(zone="Asia/Tokyo"), at("03-01 23:00"), HOUR) == at("03-02 01:00")
    assert after(office(zone="Pacific/Honolulu"), at("03-07 02:00"), HOUR) == at(
        "03-07 03:00"
    )  # Friday there


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", "2026-03-29"),
        ("America/New_York", "2026-03-08"),
        ("Australia/Sydney", "2026-10-04"),  # spring of the south
        ("America/Santiago", "2026-09-06"),  # at midnight
        ("Australia/Lord_Howe", "2026-10-04"),  # by half an hour
    ],
)
def test_business_hours_keep_their_wall_clock_over_a_change_of_clocks(zone: str, change: str) -> None:
    day = date.fromisoformat(change)
    calendar = office(zone=zone, days=EVERY_DAY)
    eve = instant(zone, day - DAY, 16 * 60)
    assert after(calendar, eve, 2 * HOUR) == at(f"{change} 10:00", zone)


@pytest.mark.parametrize(
    ("zone", "change", "length"),
    [
        ("Europe/Berlin", "2026-03-29", 23 * HOUR),
        ("Europe/Berlin", "2026-10-25", 25 * HOUR),
        ("America/New_York", "2026-03-08", 23 * HOUR),
        ("America/New_York", "2026-11-01", 25 * HOUR),
        ("Australia/Sydney", "2026-10-04", 23 * HOUR),
        ("Australia/Sydney", "2026-04-05", 25 * HOUR),
        ("Australia/Lord_Howe", "2026-10-04", 23.5 * HOUR),
        ("Australia/Lord_Howe", "2026-04-05", 24.5 * HOUR),
        ("America/Santiago", "2026-09-06", 23 * HOUR),  # midnight itself is left out
        ("America/Santiago", "2026-04-04", 25 * HOUR),  # the hour before midnight comes twice
        ("Africa/Cairo", "2026-04-24", 23 * HOUR),
        ("Pacific/Apia", "2011-12-30", timedelta()),  # a day that never was
        ("Asia/Tokyo", "2026-03-29", 24 * HOUR),
    ],
)
def test_a_day_is_as_long_as_it_really_is(zone: str, change: str, length: timedelta) -> None:
    whole = office("00:00-00:00", zone, EVERY_DAY)
    day = date.fromisoformat(change)
    midnight, next_midnight = instant(zone, day, 0), instant(zone, day, 1440)
    assert next_midnight - midnight == length
    assert elapsed(whole, midnight, next_midnight) == length
    assert elapsed(whole, midnight - DAY, next_midnight + DAY) == length + 2 * DAY


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("01:00-05:00", 3 * HOUR),  # around the gap
        ("02:00-03:00", timedelta()),  # in it
        ("02:30-03:30", 30 * MIN),  # opens in it
        ("01:30-02:30", 30 * MIN),  # closes in it
        ("02:10-02:50", timedelta()),
        ("03:00-04:00", HOUR),
        ("22:00-06:00", 8 * HOUR - HOUR),  # a night shift
    ],
)
def test_a_window_around_the_hour_that_is_left_out(hours: str, expected: timedelta) -> None:
    calendar = Calendar("x", "Europe/Berlin", ((),) * 7, NoDaysOff(), {date(2026, 3, 29): windows_of(hours)})
    if hours == "22:00-06:00":
        calendar = Calendar(
            "x", "Europe/Berlin", ((),) * 7, NoDaysOff(), {date(2026, 3, 28): windows_of(hours)}
        )
    assert counted_between(calendar, "2026-03-28 00:00", "2026-03-31 00:00") == expected


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("01:00-05:00", 5 * HOUR),
        ("02:00-03:00", 2 * HOUR),  # comes twice
        ("03:00-04:00", HOUR),
        ("01:00-02:00", HOUR),
        ("02:00-02:30", 30 * MIN),  # the first of the two
        ("01:00-02:30 02:30-04:00", 4 * HOUR),  # nothing is lost or doubled between two windows
    ],
)
def test_a_window_around_the_hour_that_comes_twice(hours: str, expected: timedelta) -> None:
    calendar = Calendar("x", "Europe/Berlin", ((),) * 7, NoDaysOff(), {date(2026, 10, 25): windows_of(hours)})
    assert counted_between(calendar, "2026-10-24 00:00", "2026-10-26 00:00") == expected


def test_a_limit_that_begins_in_the_second_of_two_equal_hours() -> None:
    early = office("00:00-06:00", "Europe/Berlin", EVERY_DAY)
    second = at("2026-10-25 02:30", "Europe/Berlin", fold=1)
    assert after(early, second, HOUR) == at("2026-10-25 03:30", "Europe/Berlin")
    first = at("2026-10-25 02:30", "Europe/Berlin")
    assert second - first == HOUR
    assert after(early, first, HOUR) == second


def test_an_opening_inside_the_gap_is_not_an_opening() -> None:
    """Of `biz`: Sunday 2:30 to 3:00, on the Sunday that has no 2:30."""
    zone = "America/Los_Angeles"
    calendar = week(zone, sun="02:30-03:00", mon="09:00-17:00")
    assert next(working(calendar, at("2006-04-02 00:00", zone), at("2006-04-09 00:00", zone))) == pause(
        "2006-04-03 09:00", "2006-04-03 17:00", zone
    )


def test_a_time_that_is_left_out_is_the_moment_of_the_change() -> None:
    assert instant("Europe/Berlin", date(2026, 3, 29), 150) == at("2026-03-29 01:00")
    assert instant("America/Santiago", date(2026, 9, 6), 0) == at("2026-09-06 04:00")
    assert instant("Australia/Lord_Howe", date(2026, 10, 4), 135) == at("2026-10-03 15:30")


def test_a_time_that_comes_twice_is_the_first() -> None:
    assert instant("Europe/Berlin", date(2026, 10, 25), 150) == at("2026-10-25 00:30")


def test_a_time_beyond_midnight_is_on_the_next_day() -> None:
    assert instant("Europe/Berlin", date(2026, 3, 2), 1440 + 60) == at("03-03 01:00", "Europe/Berlin")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
def test_it_does_not_matter_in_which_zone_moments_are_given(zone: str) -> None:
    """Python compares and subtracts two moments of one zone by their wall clocks; across a change that is wrong."""
    tz = ZoneInfo(zone)
    start, end = at("2026-03-01 12:00"), at("2026-11-20 12:00")
    stop = at("2026-05-01 00:00"), at("2026-11-05 00:00")
    local = stop[0].astimezone(tz), stop[1].astimezone(tz)
    for calendar in (ALWAYS, NINE_TO_FIVE):
        expected = elapsed(calendar, start, end, (stop,))
        assert elapsed(calendar, start.astimezone(tz), end.astimezone(tz), (local,)) == expected
        assert after(calendar, start.astimezone(tz), expected, (local,)) == after(
            calendar, start, expected, (stop,)
        )


def test_what_comes_back_is_utc() -> None:
    begin = at("10:00").astimezone(ZoneInfo("Europe/Berlin"))
    for calendar in (ALWAYS, NINE_TO_FIVE):
        moment = after(calendar, begin, HOUR)
        assert moment is not None
        assert moment.tzinfo is UTC


# Pauses.


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([], "12:00"),
        ([("11:00", "13:00")], "14:00"),
        ([("08:00", "09:30")], "12:30"),  # begun before opening
        ([("08:00", "09:00")], "12:00"),  # outside business hours altogether
        ([("07:00", "08:00"), ("18:00", "20:00")], "12:00"),
        ([("09:00", "10:00")], "13:00"),
        ([("11:00", "11:30"), ("11:30", "12:30")], "13:30"),  # adjacent
        ([("10:00", "10:15"), ("11:00", "11:15")], "12:30"),
        ([("12:00", "15:00")], "12:00"),  # begins at the limit: due then
        ([("11:59", "15:00")], "15:01"),
        ([("16:00", "03-03 10:00")], "12:00"),
        ([("11:00", "20:00")], "03-03 10:00"),  # ends outside business hours
        ([("11:00", "03-07 12:00")], "03-09 10:00"),  # on Saturday
        ([("10:00", "03-03 09:00")], "03-03 11:00"),  # ends exactly at opening
        ([("03-05 10:00", "03-05 11:00")], "12:00"),  # after the limit
    ],
)
def test_pauses_do_not_count(pauses: list[tuple[str, str]], due: str) -> None:
    intervals = tuple(pause(*each) for each in pauses)
    assert due_at(NINE_TO_FIVE, at("09:00"), 3 * HOUR, *intervals) == at(due)
    assert elapsed(NINE_TO_FIVE, at("09:00"), at(due), intervals) == 3 * HOUR


def test_a_pause_over_a_lunch_break() -> None:
    assert due_at(LUNCH, at("09:00"), 4 * HOUR, pause("11:30", "13:30")) == at("15:00")


def test_a_pause_across_a_change_of_clocks() -> None:
    zone = "Europe/Berlin"
    stop = pause("2026-03-29 00:00", "2026-03-29 06:00", zone)  # five hours by the sun
    assert due_at(ALWAYS, at("2026-03-28 20:00", zone), 6 * HOUR, stop) == at("2026-03-29 08:00", zone)
    assert elapsed(ALWAYS, *pause("2026-03-28 20:00", "2026-03-29 08:00", zone), (stop,)) == 6 * HOUR


def test_a_pause_without_an_end_has_no_due_time() -> None:
    stop = (at("10:00"), FOREVER)
    assert after(NINE_TO_FIVE, at("09:00"), 2 * HOUR, (stop,)) is None
    assert after(ALWAYS, at("09:00"), 2 * HOUR, (stop,)) is None
    assert after(NINE_TO_FIVE, at("09:00"), HOUR, (stop,)) == at("10:00")


def test_a_calendar_that_never_opens_is_an_error_and_no_endless_loop() -> None:
    closed = Calendar("closed", week=((),) * 7)
    with pytest.raises(CalendarError, match="closed"):
        after(closed, at("09:00"), SEC)
    with pytest.raises(CalendarError, match="closed"):
        working_days_after(closed, at("09:00"), 1)


# Working days.


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("09:00", 1, "03-03 17:00"),  # the day itself does not count
        ("09:00", 3, "03-05 17:00"),
        ("23:00", 3, "03-05 17:00"),
        ("03-05 12:00", 3, "03-10 17:00"),  # over a weekend
        ("03-07 12:00", 1, "03-09 17:00"),  # from a Saturday
        ("03-02 12:00", 10, "03-16 17:00"),
    ],
)
def test_working_days_end_at_the_close_of_the_last_one(start: str, days: int, due: str) -> None:
    assert working_days_after(NINE_TO_FIVE, at(start), days) == at(due)


def test_working_days_skip_holidays_and_count_make_up_days() -> None:
    calendar = office(holidays=("2026-03-03",), special={"2026-03-07": "09:00-12:00"})
    assert working_days_after(calendar, at("09:00"), 1) == at("03-04 17:00")
    assert working_days_after(calendar, at("03-06 09:00"), 1) == at("03-07 12:00")


def test_working_days_are_days_of_the_zone() -> None:
    tokyo = shipped().calendar("JP", None)
    assert working_days_after(tokyo, at("03-02 16:00"), 1) == at("03-04 18:00", "Asia/Tokyo")  # Tuesday there


def test_a_night_shift_closes_the_morning_after() -> None:
    assert working_days_after(NIGHT, at("09:00"), 1) == at("03-04 06:00")


def test_round_the_clock_a_working_day_ends_at_midnight() -> None:
    assert working_days_after(ALWAYS, at("03-06 09:00"), 3) == at("03-10 00:00")
