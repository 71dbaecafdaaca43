"""Dates, durations and numbers as the reader's place writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent_tui import formats
from agent_tui.domain.text import is_safe

MOMENT = datetime(2026, 11, 22, 14, 2, 30, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
APIA = ZoneInfo("Pacific/Apia")


@pytest.mark.parametrize(
    ("locale", "date", "time", "both", "weekday"),
    [
        ("en_GB", "22 Nov 2026", "22:02", "22 Nov 2026, 22:02", "Sun"),
        ("en_US", "Nov 22, 2026", "10:02 PM", "Nov 22, 2026, 10:02 PM", "Sun"),
        ("zh_CN", "2026年11月22日", "22:02", "2026年11月22日 22:02", "周日"),
        ("de_DE", "22.11.2026", "22:02", "22.11.2026, 22:02", "So"),
    ],
)
def test_moments(locale: str, date: str, time: str, both: str, weekday: str) -> None:
    assert formats.date(MOMENT, locale, SHANGHAI) == date
    assert formats.time(MOMENT, locale, SHANGHAI) == time
    assert formats.date_time(MOMENT, locale, SHANGHAI) == both
    assert formats.weekday(MOMENT, locale, SHANGHAI) == weekday


@pytest.mark.parametrize("locale", formats._PLACES)
def test_the_usual_places_are_written_as_cldr_says(locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = [MOMENT + timedelta(days=17 * step, hours=5 * step) for step in range(48)]

    def written() -> list[tuple[str, ...]]:
        writers = (formats.date, formats.time, formats.date_time, formats.weekday)
        return [tuple(write(moment, locale, SHANGHAI) for write in writers) for moment in moments]

    ours = written()
    monkeypatch.setattr(formats, "_PLACES", {})
    assert ours == written()


def test_the_day_is_that_of_the_zone() -> None:
    assert formats.date(MOMENT, "en_GB", APIA) == "23 Nov 2026"
    assert formats.weekday(MOMENT, "en_GB", APIA) == "Mon"


@pytest.mark.parametrize(
    ("span", "english", "chinese"),
    [
        (timedelta(hours=2, minutes=15, seconds=59), "2 h 15 min", "2小时15分钟"),
        (timedelta(days=3), "3 d", "3天"),
        (timedelta(days=1, minutes=5), "1 d", "1天"),
        (timedelta(seconds=42), "42 s", "42秒"),
        (timedelta(0), "0 s", "0秒"),
        (timedelta(seconds=0.4), "0 s", "0秒"),
        (timedelta(seconds=-0.4), "0 s", "0秒"),
        (-timedelta(hours=2, minutes=15), "−2 h 15 min", "−2小时15分钟"),
    ],
)
def test_durations(span: timedelta, english: str, chinese: str) -> None:
    assert formats.duration(span, "en_GB") == english
    assert formats.duration(span, "zh_CN") == chinese


@pytest.mark.parametrize(
    ("apart", "english", "chinese"),
    [
        (timedelta(minutes=-3, seconds=-50), "3 minutes ago", "3分钟前"),
        (timedelta(hours=47), "in 1 day", "1天后"),
        (timedelta(seconds=30), "in 30 seconds", "30秒钟后"),
    ],
)
def test_relative_moments_promise_no_time_that_is_not_there(
    apart: timedelta, english: str, chinese: str
) -> None:
    assert formats.relative(MOMENT + apart, MOMENT, "en_GB") == english
    assert formats.relative(MOMENT + apart, MOMENT, "zh_CN") == chinese


def test_numbers() -> None:
    assert formats.number(-12345.678, "en_GB") == "−12,345.678"
    assert formats.number(12345, "fr_FR") == "12 345"
    assert formats.number(3, "de_DE", digits=2) == "3,00"
    assert formats.number(2.7, "en_GB", digits=0) == "3"
    assert formats.percent(0.925, "zh_CN", digits=1) == "92.5%"
    assert formats.percent(0.92, "de_DE") == "92 %"
    assert formats.percent(-0.05, "en_GB") == "−5%"


@pytest.mark.parametrize("locale", ["ar_EG", "fa_IR", "he_IL", "fr_FR", "ja_JP", "th_TH", "zh_CN"])
def test_formats_are_safe_for_a_terminal(locale: str) -> None:
    shown = [
        formats.date_time(MOMENT, locale, SHANGHAI),
        formats.duration(-timedelta(hours=2, minutes=1), locale),
        formats.relative(MOMENT - timedelta(days=3), MOMENT, locale),
        formats.number(-12345.6, locale),
        formats.percent(-0.5, locale),
    ]
    assert all(map(is_safe, shown)), shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-135, "-02:15"),
        (-0.2, "-00:01"),
        (0, " 00:00"),
        (0.9, " 00:00"),
        (42, " 00:42"),
        (250, " 04:10"),
        (599, " 09:59"),
        (600, "  10m "),
        (38 * 60 + 59, "  38m "),
        (7199, "  119m"),
        (7200, "  2h  "),
        (-7200, " -2h  "),
        (48 * 3600 - 1, "  47h "),
        (3 * 86400, "  3d  "),
        (-40 * 60, " -40m "),
        (-200 * 86400, " -200d"),
        (1e12, "  999d"),
        (None, "      "),
    ],
)
def test_countdown(seconds: float | None, shown: str) -> None:
    assert formats.countdown(seconds) == shown
    assert len(shown) == formats.COUNTDOWN_CELLS
    assert shown.isascii()
