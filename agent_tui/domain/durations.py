"""Durations as policy files and agents write them: `30s`, `5min`, `24h`, `3d`, `1h 30min`."""

from __future__ import annotations

import re
from datetime import timedelta

from agent_tui.domain.messages import N_, NotUnderstood

_UNITS = {
    "s": timedelta(seconds=1),
    "sec": timedelta(seconds=1),
    "秒": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "分": timedelta(minutes=1),
    "分钟": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "小时": timedelta(hours=1),
    "d": timedelta(days=1),
    "天": timedelta(days=1),
    "w": timedelta(weeks=1),
    "周": timedelta(weeks=1),
}
_PART = re.compile(
    r"\s*(\d{1,6}(?:\.\d{1,3})?)\s*(" + "|".join(sorted(_UNITS, key=len, reverse=True)) + r")\.?"
)


def parse_duration(text: str) -> timedelta:
    """Read a duration; days are 24 hours. Raises NotUnderstood, a ValueError, naming what cannot be read."""
    total, at = timedelta(), 0
    while match := _PART.match(text, at):
        total += float(match[1]) * _UNITS[match[2]]
        at = match.end()
    if at == 0 or text[at:].strip():
        raise NotUnderstood(N_("{text!r} is not a duration; write 30s, 5min, 24h, 3d or 1h 30min"), text=text)
    return total


def write_duration(value: timedelta) -> str:
    """The shortest text that `parse_duration` reads back as `value` (whole seconds)."""
    seconds = int(value.total_seconds())
    parts: list[str] = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"
