"""What the header of an answer says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST_WAIT = 3600  # seconds; what a server asks for beyond that is a mistake


def etag(value: str) -> int | None:
    """The newest transaction that the user can see of a ticket."""
    found = re.fullmatch(r'(?:W/)?"(\d+)"', value)
    return int(found[1]) if found else None


def date(value: str) -> datetime | None:
    """A moment (RFC 9110, 5.6.7); None for what is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def wait(headers: Mapping[str, str]) -> int | None:
    """Seconds that the server asks for, told as a number or as a moment of its own clock."""
    asked = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}", asked):
        return min(int(asked), _LONGEST_WAIT)
    until, now = date(asked), date(headers.get("date", ""))
    if until is None or now is None:
        return None
    return min(max(0, int((until - now).total_seconds())), _LONGEST_WAIT)
