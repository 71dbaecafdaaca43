"""The service policy as values: channels and their response limits, issue types, levels, calendars, clocks.

The numbers come from data files (`agent_tui.packs`); nothing here knows them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

import msgspec

from agent_tui.domain.calendars import ALWAYS, Calendar
from agent_tui.domain.casework_rules import Casework, Names
from agent_tui.domain.messages import N_
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Customer, Status

K = TypeVar("K", str, int)
V = TypeVar("V")

MARKET = "market"
"""The calendar of whatever market the customer is in."""


class UnknownWord(Refusal):
    """A channel, type, level or calendar that the policy does not have."""

    code = "unknown_word"
    text = N_("The policy has no {what} {word!r}; it has: {known}.")


class ChannelRule(msgspec.Struct, frozen=True):
    """A channel and its response limits (POLICY S1–S5)."""

    id: str
    name: Names
    rule: str
    first_response: timedelta
    next_response: timedelta
    on_the_spot: timedelta  # how long "solved on the spot" may take (POLICY L1)
    calendar: str
    live: bool  # both sides are there at once: a call, and nothing needs to be written


class LevelRule(msgspec.Struct, frozen=True):
    """A level, who leads it and its limit: a duration, `on_the_spot`, or a `deadline` (POLICY L1–L4)."""

    level: int
    name: Names
    rule: str
    leader: str
    limit: timedelta | str
    calendar: str
    progress: timedelta | None = None  # how long the customer is left without a progress message (H3, L4)


class TypeRule(msgspec.Struct, frozen=True):
    """An issue type (POLICY H1), its own limit if it has one (S8), and what its summary must hold (H4)."""

    id: str
    name: Names
    rule: str
    resolve_within: timedelta | None = None
    summary_needs: tuple[str, ...] = ()


class ClockRule(msgspec.Struct, frozen=True):
    """How one kind of clock runs: the statuses that pause it, and the share of the limit that counts as at risk."""

    paused_by: tuple[Status, ...]
    at_risk: float


class Policy(msgspec.Struct, frozen=True):
    """Everything a company may change without touching code."""

    channels: dict[str, ChannelRule]
    levels: dict[int, LevelRule]
    types: dict[str, TypeRule]
    clocks: dict[str, ClockRule]
    calendars: dict[str, Calendar]
    markets: dict[str, str]  # ISO 3166-1 alpha-2 to a calendar's id
    home: str  # the calendar of the company itself, for markets without one
    casework: Casework = Casework()
    # What older tickets may still say, although the company's own files have left it out.
    former_channels: dict[str, ChannelRule] = {}
    former_types: dict[str, TypeRule] = {}

    def channel(self, word: str) -> ChannelRule:
        """Raises UnknownWord."""
        return _entry(self.channels, word, "channel")

    def channel_of(self, word: str) -> ChannelRule:
        """The channel of a ticket that is there already; one that nobody knows any more is the slowest."""
        known = self.channels.get(word) or self.former_channels.get(word)
        return known or max(self.channels.values(), key=lambda rule: rule.first_response)

    def type_of(self, word: str) -> TypeRule:
        """The type of a ticket that is there already; one that nobody knows any more asks for nothing."""
        return self.types.get(word) or self.former_types.get(word) or TypeRule(word, {"en": word}, "H1")

    def level(self, word: int) -> LevelRule:
        """Raises UnknownWord."""
        return _entry(self.levels, word, "level")

    def type(self, word: str) -> TypeRule:
        """Raises UnknownWord."""
        return _entry(self.types, word, "type")

    def zone_of(self, customer: Customer) -> str | None:
        """The time zone (IANA) that a customer stated, otherwise that of their market; None when neither is known."""
        word = self.markets.get(customer.market or "")
        return customer.time_zone or (self.calendars[word].zone if word else None)

    def calendar(self, word: str, market: str | None) -> Calendar:
        """The calendar called `word`; `market` is that of the customer. Raises UnknownWord."""
        if word == ALWAYS.id:
            return ALWAYS
        if word == MARKET:
            word = self.markets.get(market or "", self.home)
        return _entry(self.calendars, word, "calendar")


def _entry(entries: dict[K, V], word: K, what: str) -> V:
    try:
        return entries[word]
    except KeyError:
        known = ", ".join(str(key) for key in entries)
        raise UnknownWord(what=what, word=word, known=known) from None
