"""What the agent must be told without looking: tickets that come near their deadline or pass it, each once.

The pure part: which notices are due, the hours in which nothing rings, and the bytes that make a desktop notification.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import msgspec

from agent_tui.domain.cells import fit, width
from agent_tui.domain.text import safe
from agent_tui.domain.views import Row

LONGEST = 120
"""Cells of a desktop notification."""

MOST_TOLD = 50
"""How many tickets are looked at one by one at a time: after a night asleep only the number matters."""

Rows = Callable[[Sequence[int]], Mapping[int, Row]]


class Quiet(msgspec.Struct, frozen=True):
    """Hours of the day without bell and desktop notifications; the same beginning and end is never."""

    begin: time = time.min
    end: time = time.min
    zone: ZoneInfo = ZoneInfo("UTC")

    def holds(self, now: datetime) -> bool:
        """Whether it is quiet now. The hours may reach over midnight."""
        clock = now.astimezone(self.zone).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


NEVER = Quiet()


def quiet_hours(text: str, zone: ZoneInfo) -> Quiet:
    """The hours that `22:00-07:00` means; an empty text means never. Raises ValueError."""
    if not text.strip():
        return Quiet(zone=zone)
    begin, dash, end = text.partition("-")
    if not dash:
        raise ValueError(f"{text!r} is not a span of hours such as 22:00-07:00")
    return Quiet(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()), zone)


class Notice(msgspec.Struct, frozen=True):
    """A ticket whose earliest clock is at risk or has run out."""

    ticket: int
    breached: bool
    clock: str
    customer: str
    subject: str
    quiet: bool  # shown, but without bell and desktop notification


class Alerts:
    """What has been told. What is late already when the desk opens is only counted: nobody is woken for yesterday."""

    def __init__(self, quiet: Quiet, me: str) -> None:
        self.quiet = quiet
        self.late_at_start = 0
        self._me = me
        self._breached: frozenset[int] | None = None  # None until the first look
        self._risk: frozenset[int] = frozenset()
        self._told: set[tuple[int, bool, str, datetime | None]] = set()
        self._looking = False
        self._stale = True
        self._turning: datetime | None = None
        self.turned = False  # the look under way is one for which the clocks are the reason

    def begin_anew(self) -> None:
        """What is late at the next look was late before: the tickets are just coming in."""
        self._breached, self._risk, self._stale = None, frozenset(), True

    def changed(self) -> None:
        """The store is not what it was: look again, whatever the clocks say."""
        self._stale = True

    def wants_look(self, now: datetime) -> bool:
        """Whether there can be anything new. A look walks through the queue, so that there is none without a reason."""
        passed = self._turning is not None and now >= self._turning
        if self._looking or not (self._stale or passed):
            return False
        self._looking, self._stale, self.turned = True, False, passed
        return True

    def looked(self, turning: datetime | None) -> None:
        """A look has ended; until `turning` there is nothing new unless something changes."""
        self._looking, self._turning = False, turning

    def due(
        self, breached: Iterable[int], risk: Iterable[int], now: datetime, rows: Rows
    ) -> tuple[list[Notice], int]:
        """The notices for what is new, breaches first, and how many more tickets there are than those.

        Only lines of tickets that were not in the same view at the last look are read. A ticket that a colleague has
        is their colleague's to hear of.
        """
        late, near = frozenset(breached), frozenset(risk)
        first = self._breached is None
        new_late = late - (self._breached or frozenset())
        new_near = near - self._risk
        self._breached, self._risk = late, near
        if first:
            self.late_at_start = len(late)
            return [], 0
        found = sorted(new_late) + sorted(new_near)
        notices = self._look_at(found[:MOST_TOLD], late, now, rows)
        return notices, max(0, len(found) - MOST_TOLD)

    def _look_at(
        self, numbers: Sequence[int], late: frozenset[int], now: datetime, rows: Rows
    ) -> list[Notice]:
        if not numbers:
            return []
        lines = rows(numbers)
        quiet = self.quiet.holds(now)
        notices: list[Notice] = []
        for number in numbers:
            row = lines.get(number)
            if row is None or row.owner not in (None, self._me):
                continue
            key = (number, number in late, row.timer, row.due)
            if key not in self._told:
                self._told.add(key)
                notices.append(
                    Notice(number, number in late, row.timer, safe(row.customer), safe(row.subject), quiet)
                )
        return notices


def desktop(text: str, *, tmux: bool) -> str:
    """The sequence that shows `text` as a desktop notification (OSC 9).

    Nothing of a customer's text can end the sequence or begin another: control characters are pictures by now. tmux
    hands it through only when it is wrapped.
    """
    plain = safe(text)
    plain_text = fit(plain, LONGEST) if width(plain) > LONGEST else str(plain)
    sequence = f"\x1b]9;{plain_text}\x07"
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\" if tmux else sequence
