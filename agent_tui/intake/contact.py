"""`Contact`: one communication as some file tells it, before the desk knows which ticket it belongs to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from agent_tui.domain.messages import Told
from agent_tui.domain.ticket import Guess


class ContactKind(StrEnum):
    REQUEST = "request"  # a person wrote
    AUTOMATIC = (
        "automatic"  # out-of-office, receipts, newsletters, mailing-list traffic: nobody waits for an answer
    )
    BOUNCE = "bounce"  # a delivery report about a mail of ours
    OWN = "own"  # written by one of the desk's own addresses


class File(msgspec.Struct, frozen=True):
    """An attachment with its bytes. `name` is as the sender gave it: never use it as a path unchecked."""

    name: str
    media_type: str
    content: bytes


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """One communication. Text is decoded, otherwise untouched: control characters included, lone surrogates not."""

    source: str  # where it was read: `inbox.mbox#12`, counted from 1
    fingerprint: str  # hex SHA-256 of the bytes (or the row) as they stood in the file
    kind: ContactKind
    channel: str = "email"
    at: datetime | None = None  # UTC; None when the file does not say
    name: str = ""
    email: str = ""  # lower case; where an answer to the customer goes
    phone: str = ""
    handle: str = ""
    subject: str = ""
    text: str = ""
    files: tuple[File, ...] = ()
    message_id: str = ""  # without angle brackets
    references: tuple[str, ...] = ()  # References and In-Reply-To, oldest first, without angle brackets
    ticket_ids: tuple[int, ...] = ()  # ticket references in the subject: `[#123]`
    bounced: tuple[str, ...] = ()  # for a bounce: the addresses that were not reached
    market: Guess | None = None
    language: Guess | None = None
    problems: tuple[Told, ...] = ()  # what was broken and how it was read all the same


class Unreadable(msgspec.Struct, frozen=True):
    """A message or row that could not be read at all; the import goes on with the next one."""

    source: str
    reason: Told
