"""Replies that went out although the checks kept them back, with the reason that was given (POLICY T2, T7)."""

from __future__ import annotations

from agent_tui.desk import masking
from agent_tui.desk.core import Desk
from agent_tui.domain.actions import Reply


def overridden(desk: Desk, ticket: int) -> list[Reply]:
    """Those on a ticket, the oldest first, behind the mask. One that was undone is told too: it was journaled."""
    return [
        entry.action
        for entry in masking.journal(desk, ticket)
        if isinstance(entry.action, Reply) and entry.action.despite
    ]
