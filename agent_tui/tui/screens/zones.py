"""The time-zone table (POLICY P4): what time it is for shifts and customers, and who is at work."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from agent_tui import telling_zones
from agent_tui.domain.cells import fit, width
from agent_tui.domain.policy import Policy
from agent_tui.domain.zones import Whose, table
from agent_tui.i18n import _
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.pager import Line, Pager

_GAP = 2
_AGAIN = 15.0  # seconds until the clocks are told again


class Zones(Reading):
    """The table, told again as time passes. The line of the customer's market stands out."""

    def __init__(
        self,
        policy: Policy,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        market: str | None,
        *,
        ascii_only: bool,
    ) -> None:
        self._lines = partial(lines, policy, zone=zone, market=market, ascii_only=ascii_only)
        self._now = now
        super().__init__(_("Time zones"), self._lines(now()))

    def on_mount(self) -> None:
        """Keep the clocks going."""
        super().on_mount()
        self.set_interval(_AGAIN, self._tell_again)

    def _tell_again(self) -> None:
        self._told = self._lines(self._now())
        self.query_one(Pager).retell()


def lines(
    policy: Policy, now: datetime, zone: ZoneInfo, market: str | None, *, ascii_only: bool
) -> list[Line]:
    """A shift or market a line, in columns; with `ascii_only` Latin names go without their accents."""
    places = table(policy, now)
    told = [telling_zones.cells(place, policy, now, zone) for place in places]
    if ascii_only:
        told = [tuple(map(_bare, row)) for row in told]
    head = telling_zones.head()
    cells = [max(width(row[column]) for row in (head, *told)) + _GAP for column in range(len(head))]

    def line(row: tuple[str, ...], style: str) -> Line:
        return Line("".join(map(fit, row, cells)).rstrip(), style, wrap=False)

    styles = [
        "key"
        if place.whose is Whose.MARKET and place.id == market
        else "good"
        if place.is_open
        else ""
        if place.awake
        else "dim"
        for place in places
    ]
    return [line(head, "title"), *map(line, told, styles)]


def _bare(text: str) -> str:
    """Without accents: `Türkiye` is `Turkiye` where there are no other letters."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )
