"""When a message was written: Date, then Received, then the envelope (RFC 5322 section 3.3, obsolete forms too)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache

import msgspec

from agent_tui.domain.messages import N_, Told
from agent_tui.intake.headers import Fields

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before mail to shops: a clock that was never set
_LATEST = datetime(2060, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)  # a sender's clock may be that far ahead of the first server's
_COMMENT = re.compile(r"\([^()]*\)")
_GMT_OFFSET = re.compile(r"\b(?:GMT|UTC?)\s*([+-])(\d{1,2}):?(\d\d)?\b")
_COLON_ZONE = re.compile(r"([+-]\d\d):(\d\d)\s*$")
# What nine mails in ten have; the rest goes through the patient parser of the standard library.
_USUAL = re.compile(
    r"\s*(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) "
    r"(\d\d:\d\d):([0-5]\d) ([+-])([01]\d)([0-5]\d)\s*(?:\(|\Z)"
)
_ENVELOPE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})\s*\Z"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}


class Moment(msgspec.Struct, frozen=True):
    """`offset`: minutes east of UTC as the writer gave it; None when unstated (`-0000`) or not by the writer."""

    at: datetime | None
    offset: int | None
    problems: tuple[Told, ...] = ()


@lru_cache(maxsize=512)
def _zone(offset: int) -> timezone:
    return timezone(timedelta(minutes=offset))


def parse(value: str) -> tuple[datetime, int | None] | None:
    """An RFC 5322 date, obsolete or slightly wrong, as UTC and the writer's offset in minutes."""
    usual = _USUAL.match(value)
    if usual is not None and (month := _MONTHS.get(usual[2])) is not None:
        east = int(usual[7]) * 60 + int(usual[8])
        offset = -east if usual[6] == "-" else east
        try:
            there = datetime(
                int(usual[3]),
                month,
                int(usual[1]),
                int(usual[4][:2]),
                int(usual[4][3:]),
                int(usual[5]),
                tzinfo=_zone(offset),
            )
            unstated = usual[6] == "-" and not east  # RFC 5322: -0000 says nothing about the writer's clock
            return there.astimezone(UTC), None if unstated else offset
        except (ValueError, OverflowError):
            return None
    plain = _COMMENT.sub(" ", value)
    plain = _GMT_OFFSET.sub(lambda m: f"{m[1]}{int(m[2]):02d}{m[3] or '00'}", plain)
    plain = _COLON_ZONE.sub(r"\1\2", plain)
    try:
        fields = parsedate_tz(plain)
        if fields is None:
            return None
        year, month, day, hour, minute, second = fields[:6]
        seconds = fields[9]
        if seconds is not None and abs(seconds) > 16 * 3600:
            seconds = None
        naive = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        at = naive - timedelta(seconds=seconds or 0)
    except (ValueError, OverflowError, TypeError, IndexError):  # parsedate_tz raises these on odd input
        return None
    unstated = seconds is None or plain.rstrip().endswith("-0000")
    return at, None if unstated else (seconds or 0) // 60


def of_message(fields: Fields, envelope: bytes) -> Moment:
    """The moment for a message: what the writer says, unless that is absurd or missing."""
    stated = fields.ascii("date")
    written = parse(stated) if stated else None
    if written is not None and _EARLIEST <= written[0] < _LATEST:
        arrived = _arrival(fields, envelope)
        if arrived is None or written[0] <= arrived + _AHEAD:
            return Moment(written[0], written[1])
        text = N_("the date {date!r} is later than the arrival; the arrival is used")
        return Moment(arrived, written[1], (Told(text, {"date": stated[:60]}),))
    arrived = _arrival(fields, envelope)
    if not stated:
        problem = Told(N_("no date; the arrival is used") if arrived else N_("no date"))
    else:
        if written is not None:
            text = N_("absurd date {date!r}; the arrival is used") if arrived else N_("absurd date {date!r}")
        elif arrived:
            text = N_("unreadable date {date!r}; the arrival is used")
        else:
            text = N_("unreadable date {date!r}")
        problem = Told(text, {"date": stated[:60]})
    return Moment(arrived, written[1] if written and stated else None, (problem,))


def _arrival(fields: Fields, envelope: bytes) -> datetime | None:
    for received in fields.all("received"):
        found = parse(received.rpartition(b";")[2].decode("ascii", "replace"))
        if found is not None and _EARLIEST <= found[0] < _LATEST:
            return found[0]
    if envelope:
        line = envelope.decode("ascii", "replace")
        usual = _ENVELOPE.search(line)
        if usual is not None and usual[1] in _MONTHS:
            try:
                hour, minute, second = (int(part) for part in usual.group(3, 4, 5))
                month, day = _MONTHS[usual[1]], int(usual[2])
                return datetime(int(usual[6]), month, day, hour, minute, second, tzinfo=UTC)
            except ValueError:
                return None
        match = re.search(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*", line)
        found = parse(match[0]) if match else None
        if found is not None and _EARLIEST <= found[0] < _LATEST:
            return found[0]
    return None
