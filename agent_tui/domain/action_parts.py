"""What every action is made of: its header, and a message on its way into a ticket."""

from __future__ import annotations

from datetime import datetime

import msgspec

from agent_tui.domain.casework import AGENT
from agent_tui.domain.messages import Told
from agent_tui.domain.ticket import Attachment, MessageKind


class Base(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="do"):
    """What every action has: its time-ordered id, the ticket, the moment (UTC), who did it and in which role."""

    id: str
    ticket: int
    at: datetime
    by: str
    role: str = AGENT  # a role of the policy (POLICY P1)


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message with its text, on its way into a ticket."""

    text: str = ""
    author: str = ""
    kind: MessageKind = MessageKind.CUSTOMER
    message_id: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[Told, ...] = ()  # what was broken in the original
