"""Reviews as people read them: points by section, errors, and the comment (POLICY T7)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from agent_tui.domain.casework import Review
from agent_tui.domain.policy import Policy
from agent_tui.domain.quality import CRITICAL, critical_errors, score
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.wording import moment, name_of


def name_on_card(word: str, policy: Policy) -> str:
    """What a section, fatal error or violation is called; one that the card has no more keeps its id."""
    card = policy.casework.card
    return name_of(card[word].name) if word in card else safe(word)


def head_of(review: Review, zone: ZoneInfo) -> str:
    """Who reviewed a case when, and the score."""
    return _("reviewed by {reviewer}, {moment}: {score} of 100").format(
        reviewer=safe(review.by), moment=moment(review.at, zone), score=score(review)
    )


def lines_of(review: Review, policy: Policy) -> list[str]:
    """The points, what was fatal, what violated compliance, each class of critical errors apart, and the comment."""
    card = policy.casework.card
    points = _("; ").join(
        f"{name_on_card(word, policy)} {points}/{card[word].points if word in card else '?'}"
        for word, points in review.points.items()
    )
    lines = [points]
    for title, words in ((_("fatal"), review.fatal), (_("violations"), review.violations)):
        if words:
            told = _("; ").join(name_on_card(word, policy) for word in words)
            lines.append(_("{title}: {text}").format(title=title, text=told))
    for kind, words in critical_errors(review, card).items():
        if words:
            lines.append(_("{title}: {text}").format(title=_(CRITICAL[kind]), text=len(words)))
    if review.comment.strip():
        lines.append(_("comment: {text}").format(text=safe(review.comment)))
    return [line for line in lines if line]
