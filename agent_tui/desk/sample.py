"""The sample inbox: mails to an invented shop, moved so that they arrived within the last day and a bit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from agent_tui.intake import Contact, Unreadable, read
from agent_tui.locations import samples_dir

PROFILE = "sample"
"""The profile that the sample lives in, so that it never mixes with real work."""

OWN = ("support@miralume.example",)
_NEWEST = timedelta(minutes=2)
_SPAN = timedelta(hours=30)  # longer than the e-mail limit, so that some tickets are late and most are not


def sample_contacts(now: datetime) -> Iterator[Contact | Unreadable]:
    """The sample's contacts in their order, their times squeezed into the last 30 hours."""
    contacts = list(read(samples_dir() / "inbox.mbox", own=OWN))
    dated = [contact.at for contact in contacts if isinstance(contact, Contact) and contact.at is not None]
    first, last = min(dated), max(dated)
    for contact in contacts:
        if isinstance(contact, Contact) and contact.at is not None:
            share = (last - contact.at) / (last - first)
            yield replace(contact, at=now - _NEWEST - share * _SPAN)
        else:
            yield contact
