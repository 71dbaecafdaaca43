"""Moments as agents type them: `2h`, `tomorrow 9`, `mon 14:30`, `周一 9点`, `2026-12-01 09:00`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent_tui.domain.durations import parse_duration
from agent_tui.domain.messages import N_, NotUnderstood

_TODAY = ("today", "今天")
_TOMORROW = ("tomorrow", "tmr", "明天")
_AFTER_TOMORROW = ("后天",)
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            ("mon", "monday", "周一", "星期一", "礼拜一"),
            ("tue", "tues", "tuesday", "周二", "星期二", "礼拜二"),
            ("wed", "wednesday", "周三", "星期三", "礼拜三"),
            ("thu", "thur", "thurs", "thursday", "周四", "星期四", "礼拜四"),
            ("fri", "friday", "周五", "星期五", "礼拜五"),
            ("sat", "saturday", "周六", "星期六", "礼拜六"),
            ("sun", "sunday", "周日", "周天", "星期日", "星期天", "礼拜天"),
        )
    )
    for name in names
}
_CLOCK = re.compile(
    r"(?:at\s+)?(上午|下午|晚上|中午)?\s*(\d{1,2})(?:\s*[:点时]\s*(\d{1,2}|半)?(?::(\d{1,2}))?\s*分?)?\s*(am|pm)?",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T\s]*(.*)")
_MONTH_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]\s*(.*)")
_WORD = re.compile(
    r"(?:next\s+|(下个?))?([a-z]+|今天|明天|后天|(?:周|星期|礼拜)[一二三四五六日天])\.?,?\s*(.*)",
    re.IGNORECASE,
)

MORNING = time(9)
"""What a day without a time means."""


def parse_moment(text: str, now: datetime, zone: str) -> datetime:
    """The moment, in UTC, that `text` means at `now` for somebody in `zone`.

    A duration counts from now; a weekday is the next one, never today; a time alone that is already past is
    tomorrow's; a day alone is its morning, 9:00. Raises ValueError saying how a moment can be written.
    """
    text = " ".join(text.split())
    if re.fullmatch(r"\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)", text):
        return datetime.fromisoformat(text).astimezone(UTC)
    tz, now = ZoneInfo(zone), now.astimezone(UTC)
    here = now.astimezone(tz)
    try:
        return now + parse_duration(text.removeprefix("in ").removesuffix("后"))
    except ValueError:
        pass
    found = _day_and_rest(text, here.date())
    if found is not None:
        day, rest = found
        clock = _clock(rest) if rest else MORNING
        if clock is not None:
            return datetime.combine(day, clock, tz).astimezone(UTC)
    elif (clock := _clock(text)) is not None:
        return next(moment for moment in _occurrences(clock, here.date(), tz) if moment > now)
    raise NotUnderstood(
        N_("{text!r} is not a moment; write 2h, 14:30, tomorrow 9, mon 14:30, 周一 9点 or 2026-12-01 09:00"),
        text=text,
    )


def _day_and_rest(text: str, today: date) -> tuple[date, str] | None:
    if match := _ISO.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3])), match[4]
    if match := _MONTH_DAY.fullmatch(text):
        day = date(today.year, int(match[1]), int(match[2]))
        return (day if day >= today else day.replace(year=today.year + 1)), match[3]
    if match := _WORD.fullmatch(text):
        following, word, rest = match[1], match[2].lower(), match[3]
        if word in _TODAY:
            return today, rest
        if word in _TOMORROW:
            return today + timedelta(days=1), rest
        if word in _AFTER_TOMORROW:
            return today + timedelta(days=2), rest
        if word in _WEEKDAYS and following:  # 下周五 is Friday of the next week, even on a Monday
            return today + timedelta(days=7 - today.weekday() + _WEEKDAYS[word]), rest
        if word in _WEEKDAYS:
            return today + timedelta(days=(_WEEKDAYS[word] - today.weekday() - 1) % 7 + 1), rest
    return None


def _occurrences(clock: time, day: date, tz: ZoneInfo) -> list[datetime]:
    """When the zone's clocks show a time on `day` and the day after, in UTC: twice a day where they go back."""
    days = (day, day + timedelta(days=1))
    return [
        datetime.combine(each, clock.replace(fold=fold), tz).astimezone(UTC)
        for each in days
        for fold in (0, 1)
    ]


def _clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    part, hour, minute, second, half = match.groups(default="")
    hours, minutes, seconds = int(hour), 30 if minute == "半" else int(minute or 0), int(second or 0)
    if part == "晚上" and hours == 12:
        return None  # midnight: before or after the day is not said
    afternoon = half.lower() == "pm" or part in ("下午", "晚上") or (part == "中午" and hours < 11)
    if afternoon and hours < 12:
        hours += 12
    elif half.lower() == "am" and hours == 12:
        hours = 0
    return time(hours, minutes, seconds) if hours < 24 and minutes < 60 and seconds < 60 else None


def parse_past(text: str, now: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which something happened: `now`, `90s ago`, `14:02:30`, `yesterday 16:00`, a date.

    A time alone is its latest occurrence. Raises ValueError saying how a moment can be written.
    """
    text = " ".join(text.split())
    now = now.astimezone(UTC)
    if text.lower() in ("now", "现在"):
        return now
    ago = re.fullmatch(r"(.+?)\s*(?:ago|前)", text)
    if ago:
        return now - parse_duration(ago[1])
    here = now.astimezone(ZoneInfo(zone))
    past = re.fullmatch(r"(yesterday|昨天)\s*(.*)", text, re.IGNORECASE)
    day = here.date() - timedelta(days=1) if past else here.date()
    clock = _clock(past[2] if past else text)
    if clock is not None:
        eve = day - timedelta(days=1)
        return max(moment for moment in _occurrences(clock, eve, ZoneInfo(zone)) if moment <= now)
    moment = parse_moment(text, now, zone)
    if moment > now:
        raise NotUnderstood(
            N_("{text!r} lies in the future; write now, 90s ago, 14:02:30 or 2026-12-01 09:00"), text=text
        )
    return moment
