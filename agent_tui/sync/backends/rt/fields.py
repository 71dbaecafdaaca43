"""The custom fields that agent_tui keeps its casework in, so that RT's own users and reports see it too.

Plain data: `initialdata` writes the file that adds them, `reading` checks that they are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from agent_tui.domain.casework import Stage
from agent_tui.domain.ticket import Satisfaction


class Kind(StrEnum):
    """What a field holds, in RT's own words; every field holds one value."""

    CHOICE = "Select"
    LINE = "Freeform"
    TEXT = "Text"


class Side(StrEnum):
    """What a field belongs to, as RT's `LookupType` says it."""

    TICKET = "RT::Queue-RT::Ticket"
    TRANSACTION = "RT::Queue-RT::Ticket-RT::Transaction"


class Field(msgspec.Struct, frozen=True):
    """One custom field. `values` are those a `CHOICE` offers; `pattern` is a Perl expression a value must match."""

    name: str
    kind: Kind
    about: str
    values: tuple[str, ...] = ()
    pattern: str = ""
    side: Side = Side.TICKET


CLIENT_ID = "ClientId"
CLIENT_OP = "ClientOp"
CLIENT_ACTION = "ClientAction"
STATE = "AgentTuiState"

# RT's own DateTime fields are read and written in the time zone of whoever asks: text means the same to everybody.
_MOMENT = r"(?#2026-03-09T14:30:00Z)^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$"

FIELDS: tuple[Field, ...] = (
    Field("Level", Kind.CHOICE, "Severity: 1 is a question, 4 an emergency", ("1", "2", "3", "4")),
    Field("Type", Kind.LINE, "Issue type, an id of the service policy"),
    Field("Channel", Kind.LINE, "Where the customer made contact, an id of the service policy"),
    Field("Urgent", Kind.CHOICE, "Marked as urgent when it was classified", ("yes", "no")),
    Field("Product", Kind.LINE, "The product it is about"),
    Field("ComplaintStage", Kind.CHOICE, "What is to be done next on a complaint", tuple(Stage)),
    Field("ComplaintFacts", Kind.TEXT, "The complaint in detail and the remedy that is asked for"),
    Field("PromisedDeadline", Kind.LINE, "Until when the customer was promised a result (UTC)", (), _MOMENT),
    Field("RevisitAt", Kind.LINE, "When the customer is asked again after resolving (UTC)", (), _MOMENT),
    Field("Satisfaction", Kind.CHOICE, "What the customer said when asked", tuple(Satisfaction)),
    Field("Market", Kind.LINE, "The customer's market, ISO 3166-1 alpha-2"),
    Field("Language", Kind.LINE, "The customer's language, BCP 47"),
    Field(STATE, Kind.TEXT, "Everything else that agent_tui knows of the ticket, as JSON. Do not edit"),
    Field(CLIENT_ID, Kind.LINE, "Which action of agent_tui opened the ticket. Do not edit"),
    Field(CLIENT_OP, Kind.LINE, "Which action of agent_tui this is. Do not edit", side=Side.TRANSACTION),
    Field(CLIENT_ACTION, Kind.TEXT, "That action in full, as JSON. Do not edit", side=Side.TRANSACTION),
)
"""Every field, in the order in which RT shows them."""


def of(side: Side) -> tuple[Field, ...]:
    """The fields of tickets or those of transactions."""
    return tuple(field for field in FIELDS if field.side is side)


def absent(side: Side, present: Iterable[str]) -> tuple[str, ...]:
    """The names of the fields that are not among `present`; RT tells no upper case from lower case in names."""
    there = {name.casefold() for name in present}
    return tuple(field.name for field in of(side) if field.name.casefold() not in there)
