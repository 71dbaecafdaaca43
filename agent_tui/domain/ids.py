"""Time-ordered unique ids for actions.

The layout is that of UUID version 7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, then randomness;
written in 26 letters of Crockford's base 32, so that ids sort as text in the order of their time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHAPE = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")

ENTROPY = 10
"""How many random bytes `action_id` takes."""


def action_id(at: datetime, entropy: bytes) -> str:
    """The id of an action done at `at`, made unique by 10 random bytes.

    Raises ValueError when `entropy` has another length or `at` lies before 1970.
    """
    if len(entropy) != ENTROPY:
        raise ValueError(f"an id takes {ENTROPY} random bytes, not {len(entropy)}")
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    if milliseconds < 0:
        raise ValueError("an id cannot lie before 1970")
    number = (milliseconds << 80) | int.from_bytes(entropy)
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(125, -1, -5))


def is_action_id(text: str) -> bool:
    """Whether `text` has the shape of an id made by `action_id`."""
    return _SHAPE.fullmatch(text) is not None
