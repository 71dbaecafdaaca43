"""How a command ends: its exit codes, and the error of words that make no sense together."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes are part of the interface; README lists them."""

    DONE = 0
    INTERNAL = 1
    BAD_INPUT = 2
    REFUSED = 3  # by policy, or held until somebody decides
    NOT_FOUND = 4
    STORE = 5
    BACKEND = 6  # helpdesk or translation service can't be used, or did not take everything yet


class UsageError(Exception):
    """Words on the command line that make no sense together. The message is already translated."""
