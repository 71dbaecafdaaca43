"""Expiry dates of cards and the check digits behind their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent_tui.domain.personal_data import Kind, Role
from agent_tui.guidance.personal_numbers import Found
from agent_tui.guidance.personal_text import Reading

_EXPIRY = re.compile(
    r"(?<![\d/.\-])(?:(?:0?[1-9]|1[0-2]) ?[/\-.] ?(?:20)?\d{2}|"
    r"20\d{2} ?[/\-.年] ?(?:0?[1-9]|1[0-2])月?|(?:0[1-9]|1[0-2]) ?\d{2})"
    r"(?![\d]|[/\-.]\d)(?:[ ,/]{1,3}\d{3,4}(?![\d\-/]))?"
)
_AFTER_CARD = re.compile(r"[\s,;/|(]{0,3}(?:[^\W\d]{1,12}[.:]?[\s:]{0,2}){0,2}")
_CARD_NEAR = 80  # characters from an expiry date back to the word for a card
_EXPIRY_NEAR = 16  # between a word for expiry and the date


def expiries(reading: Reading, cards: Sequence[Found]) -> Iterator[Found]:
    """Expiry dates of cards, with the check digits behind them: right after a card, or beside a word for expiry."""
    plain = reading.plain
    for card in cards:
        gap = _AFTER_CARD.match(plain, card.end)
        place = gap.end() if gap is not None else card.end
        match = _EXPIRY.match(plain, place)
        if match is not None and not match[0].isdigit():
            yield Found(Kind.SECRET, *match.span(), 85)
        code = reading.rules.telling.check_digits.match(reading.low, card.end)
        if code is not None:
            yield Found(Kind.SECRET, *code.span(1), 85)
    for label in reading.labels:
        if Role.EXPIRY not in label.roles:
            continue
        match = _EXPIRY.search(plain, label.end, label.end + _EXPIRY_NEAR + 9)
        if match is None or match.start() - label.end > _EXPIRY_NEAR:
            continue
        if any(0 <= label.start - card.end <= _CARD_NEAR for card in cards) or any(
            Role.CARD in other.roles and -_CARD_NEAR <= other.end - label.start <= 0
            for other in reading.labels
        ):
            yield Found(Kind.SECRET, *match.span(), 85)
