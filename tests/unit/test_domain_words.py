"""Durations, moments and ids: what agents and policy files write, and what it means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent_tui.domain.durations import parse_duration, write_duration
from agent_tui.domain.ids import ENTROPY, action_id, is_action_id
from agent_tui.domain.moments import parse_moment, parse_past
from tests.factories import DAY, HOUR, MIN, SEC, at

SHANGHAI = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
NOW = at("2026-03-04 14:02:30", SHANGHAI)  # a Wednesday


# Durations.


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30s", 30 * SEC),
        ("5min", 5 * MIN),
        ("5m", 5 * MIN),
        ("24h", 24 * HOUR),
        ("3d", 3 * DAY),
        ("2w", 14 * DAY),
        ("1h 30min", 90 * MIN),
        ("1h30min", 90 * MIN),
        ("  1.5 h ", 90 * MIN),
        ("90 sec.", 90 * SEC),
        ("2小时", 2 * HOUR),
        ("5分钟", 5 * MIN),
        ("1分30秒", 90 * SEC),
        ("3天", 3 * DAY),
        ("1周", 7 * DAY),
        ("0s", timedelta()),
    ],
)
def test_a_duration_is_read(text: str, value: timedelta) -> None:
    assert parse_duration(text) == value


@pytest.mark.parametrize(
    "text", ["", " ", "5", "h", "5x", "-5min", "5min later", "1h 30", "1,5h", "tomorrow"]
)
def test_what_is_no_duration_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write 30s"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(), "0s"),
        (30 * SEC, "30s"),
        (90 * MIN, "1h 30min"),
        (24 * HOUR, "1d"),
        (72 * HOUR + 61 * SEC, "3d 1min 1s"),
    ],
)
def test_a_duration_is_written(value: timedelta, text: str) -> None:
    assert write_duration(value) == text


# Moments to come.


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2h", "03-04 16:02:30"),
        ("in 2h", "03-04 16:02:30"),
        ("2小时后", "03-04 16:02:30"),
        ("3d", "03-07 14:02:30"),
        ("14:30", "03-04 14:30"),
        ("14:02", "03-05 14:02"),  # just past: tomorrow
        ("9", "03-05 09:00"),
        ("at 9", "03-05 09:00"),
        ("9am", "03-05 09:00"),
        ("9:15 pm", "03-04 21:15"),
        ("12am", "03-05 00:00"),
        ("12pm", "03-05 12:00"),
        ("下午3点", "03-04 15:00"),
        ("上午9点半", "03-05 09:30"),
        ("晚上8点", "03-04 20:00"),
        ("中午12点", "03-05 12:00"),
        ("中午1点", "03-05 13:00"),
        ("15点20分", "03-04 15:20"),
        ("today 18", "03-04 18:00"),
        ("今天下午6点", "03-04 18:00"),
        ("tomorrow", "03-05 09:00"),
        ("tomorrow 9", "03-05 09:00"),
        ("Tomorrow at 4pm", "03-05 16:00"),
        ("明天下午4点", "03-05 16:00"),
        ("后天", "03-06 09:00"),
        ("mon", "03-09 09:00"),
        ("monday 14:30", "03-09 14:30"),
        ("next mon, 14:30", "03-09 14:30"),
        ("wed", "03-11 09:00"),  # never today
        ("thu", "03-05 09:00"),
        ("周一 9点", "03-09 09:00"),
        ("星期天", "03-08 09:00"),
        ("礼拜六10点", "03-07 10:00"),
        ("下周一", "03-09 09:00"),
        ("下周五", "03-13 09:00"),  # Friday of the coming week, not the day after tomorrow
        ("下个星期三 10点", "03-11 10:00"),
        ("下周日", "03-15 09:00"),
        ("12月1日", "12-01 09:00"),
        ("1月5日 10点", "2027-01-05 10:00"),  # past this year
        ("2026-12-01", "12-01 09:00"),
        ("2026-12-01 10:30", "12-01 10:30"),
        ("2026-12-01T10:30", "12-01 10:30"),
        ("2026-12-01 10:30:15", "12-01 10:30:15"),
    ],
)
def test_a_moment_is_read_on_the_clocks_of_the_agent(text: str, meant: str) -> None:
    assert parse_moment(text, NOW, SHANGHAI) == at(meant, SHANGHAI)


@pytest.mark.parametrize(
    "text", ["2026-12-01T09:00:00Z", "2026-12-01T10:00:00+01:00", "2026-12-01T17:00+0800"]
)
def test_a_moment_with_an_offset_is_taken_as_it_is(text: str) -> None:
    assert parse_moment(text, NOW, SHANGHAI) == at("2026-12-01 09:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "25:00",
        "9:60",
        "tomorrow 25",
        "mon x",
        "99",
        "2026-12-01 25:00",
        "someday 9",
        "next",
        "晚上12点",
    ],
)
def test_what_is_no_moment_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(ValueError, match="is not a moment; write 2h"):
        parse_moment(text, NOW, SHANGHAI)


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "13月1日", "2月30日", "2026-13-01T00:00Z"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_moment(text, NOW, SHANGHAI)


def test_a_moment_is_utc_in_whatever_zone_now_is_given() -> None:
    now = NOW.astimezone(ZoneInfo(BERLIN))
    for text in ("2h", "14:30", "mon", "2026-12-01T10:00:00+01:00"):
        assert parse_moment(text, now, SHANGHAI) == parse_moment(text, NOW, SHANGHAI)
        assert parse_moment(text, now, SHANGHAI).tzinfo is UTC


def test_a_duration_counts_real_time_across_a_change_of_clocks() -> None:
    now = at("2026-03-28 20:00", BERLIN)
    assert parse_moment("12h", now, BERLIN) == now + 12 * HOUR
    assert parse_moment("12h", now.astimezone(ZoneInfo(BERLIN)), BERLIN) == now + 12 * HOUR


def test_a_clock_time_in_the_hour_that_comes_twice_is_the_next_one() -> None:
    second = at("2026-10-25 02:30", BERLIN, fold=1)
    assert parse_moment("02:45", second, BERLIN) == at("2026-10-25 02:45", BERLIN, fold=1)
    first = at("2026-10-25 02:30", BERLIN)
    assert parse_moment("02:45", first, BERLIN) == at("2026-10-25 02:45", BERLIN)
    assert parse_moment("02:15", first, BERLIN) == at("2026-10-25 02:15", BERLIN, fold=1)
    assert parse_moment("02:15", second, BERLIN) == at("2026-10-26 02:15", BERLIN)


# Moments in the past.


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("now", "03-04 14:02:30"),
        ("现在", "03-04 14:02:30"),
        ("90s ago", "03-04 14:01"),
        ("2 h ago", "03-04 12:02:30"),
        ("5分钟前", "03-04 13:57:30"),
        ("14:02:30", "03-04 14:02:30"),
        ("14:02", "03-04 14:02"),
        ("14:03", "03-03 14:03"),  # not yet today: yesterday's
        ("yesterday 16:00", "03-03 16:00"),
        ("yesterday 09:00", "03-03 09:00"),
        ("昨天下午4点", "03-03 16:00"),
        ("2026-03-01 10:00", "03-01 10:00"),
        ("2026-03-01T02:00Z", "03-01 10:00"),
    ],
)
def test_a_past_moment_is_read(text: str, meant: str) -> None:
    assert parse_past(text, NOW, SHANGHAI) == at(meant, SHANGHAI)


@pytest.mark.parametrize("text", ["2h", "tomorrow", "mon", "2026-12-01 09:00"])
def test_what_lies_in_the_future_has_not_happened(text: str) -> None:
    with pytest.raises(ValueError, match="lies in the future"):
        parse_past(text, NOW, SHANGHAI)


@pytest.mark.parametrize("text", ["", "soon", "yesterday", "x ago"])
def test_what_is_no_past_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        parse_past(text, NOW, SHANGHAI)


def test_a_past_clock_time_in_the_hour_that_comes_twice_is_the_latest_one() -> None:
    second = at("2026-10-25 02:30", BERLIN, fold=1)
    assert parse_past("02:15", second, BERLIN) == at("2026-10-25 02:15", BERLIN, fold=1)
    assert parse_past("02:45", second, BERLIN) == at("2026-10-25 02:45", BERLIN)
    first = at("2026-10-25 02:30", BERLIN)
    assert parse_past("02:45", first, BERLIN) == at("2026-10-24 02:45", BERLIN)


# Ids.


def test_an_id_has_the_layout_of_uuid_version_7() -> None:
    """The milliseconds of RFC 9562's example, 2022-02-22 19:22:22 UTC: 0x017F22E279B0."""
    made = action_id(datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC), bytes(ENTROPY))
    assert made == "01FWHE4YDG" + "0" * 16
    assert len(made) == 26
    assert is_action_id(made)


def test_ids_of_the_same_moment_differ_by_their_entropy() -> None:
    assert action_id(NOW, b"\x00" * 10) != action_id(NOW, b"\xff" * 10)
    assert action_id(NOW, b"\xff" * 10).endswith("Z" * 16)


@pytest.mark.parametrize("length", [0, 9, 11])
def test_an_id_takes_ten_random_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        action_id(NOW, bytes(length))


def test_an_id_cannot_lie_before_1970() -> None:
    with pytest.raises(ValueError, match="1970"):
        action_id(datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC), bytes(ENTROPY))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "01FWHE4YDG",
        "8" + "0" * 25,
        "0" * 27,
        "O" + "0" * 25,
        "01fwhe4ydg" + "0" * 16,
        "0" * 26 + "\n",
    ],
)
def test_what_is_no_id(text: str) -> None:
    assert not is_action_id(text)
