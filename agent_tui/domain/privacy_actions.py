"""The actions of personal data over its life (POLICY T4, T5): consent or none, a look behind the mask, destruction."""

from __future__ import annotations

from enum import StrEnum

from agent_tui.domain.action_parts import Base
from agent_tui.domain.ticket import ConsentAnswer

NO_TICKET = 0
"""The number under which a record of destruction stands: it speaks of many tickets, or of none."""


ANYTHING = "all"
"""Stands for every kind of personal data in a look behind the mask."""


class Consent(Base, frozen=True, kw_only=True, tag="consent"):
    """Purpose, scope and use were told, and the customer answered (POLICY T5).

    `text` is the notice as it was told, in `language`; `channel` is how the answer came.
    """

    purpose: str
    answer: ConsentAnswer
    scope: tuple[str, ...] = ()
    channel: str = ""
    language: str = ""
    text: str = ""


class Unmask(Base, frozen=True, kw_only=True, tag="unmask"):
    """Somebody looked at personal data of these kinds without the mask, and why (POLICY T4). Never holds the data."""

    kinds: tuple[str, ...]
    reason: str


class WithoutConsent(Base, frozen=True, kw_only=True, tag="without_consent"):
    """Personal data of these kinds is recorded although consent was not got, and why (POLICY T5)."""

    reason: str
    kinds: tuple[str, ...] = ()


class Scope(StrEnum):
    """What a destruction takes away."""

    TICKETS = "tickets"  # everything about them
    ATTACHMENTS = "attachments"
    DRAFTS = "drafts"
    EXPORTS = "exports"  # files that were written outside the store


class Destroy(Base, frozen=True, kw_only=True, tag="destroy"):
    """The record of a destruction (POLICY T5), written before it begins. Holds no personal data.

    `reason` and `laws` are ids of the packs; `counts` says how many of what; `digest` is a BLAKE2b in hex over the
    salted digests of the journal entries, which stay behind when the entries' content goes; `remote` has the
    numbers of those tickets on the helpdesk, which has to erase them itself.
    """

    scope: Scope
    reason: str
    laws: tuple[str, ...] = ()
    tickets: tuple[int, ...] = ()
    exports: tuple[int, ...] = ()  # by their ids in the store
    counts: dict[str, int] = {}
    digest: str = ""
    remote: tuple[int, ...] = ()


class Destroyed(Base, frozen=True, kw_only=True, tag="destroyed"):
    """The destruction `of` that action came to its end; `kept` files had changed since and were left alone."""

    of: str
    files: int = 0
    kept: int = 0
