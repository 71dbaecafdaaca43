"""What a ticket says of its reviews, so that the agent sees what was found (POLICY T7)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from agent_tui.domain.casework import Review
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Ticket
from agent_tui.i18n import ngettext
from agent_tui.telling_quality import head_of
from agent_tui.tui.widgets.pager import Line


def reviews(ticket: Ticket, zone: ZoneInfo) -> list[Line]:
    """Each review in a line or two, the newest last; `qa results` tells the points of every section."""
    return [line for review in ticket.reviews for line in (Line(), *_review(review, zone))]


def _review(review: Review, zone: ZoneInfo) -> list[Line]:
    lines = [Line(head_of(review, zone), "bad" if review.fatal else "good")]
    for errors, style, text in (
        (
            len(review.fatal),
            "bad",
            ngettext("{count} fatal error", "{count} fatal errors", len(review.fatal)),
        ),
        (
            len(review.violations),
            "warn",
            ngettext(
                "{count} violation of compliance", "{count} violations of compliance", len(review.violations)
            ),
        ),
    ):
        if errors:
            lines.append(Line(text.format(count=errors), style, indent=2))
    if review.comment.strip():
        lines.append(Line(safe(review.comment), indent=2))
    return lines
