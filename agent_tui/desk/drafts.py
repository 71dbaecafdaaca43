"""What an agent has begun and not yet done: drafts, replies that wait out their undo time, and the place at the desk.

All of it is in the store, so that it is found again after any kind of death of the program.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec

from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Message, MessageKind, Ticket
from agent_tui.store.repository import Repository

_HERE = 1  # the one document of the table "place"


class Draft(msgspec.Struct, frozen=True):
    """A text begun on a ticket, of one of the kinds of `Drafts`."""

    kind: str
    text: str
    known: tuple[str, ...] = ()  # ids of the messages that its writer has seen
    instead_of: tuple[str, ...] = ()  # ids of actions in the outbox whose place it takes


class Sending(msgspec.Struct, frozen=True):
    """A confirmed reply that goes out at `due` (UTC) unless it is taken back before."""

    action: do.Reply
    due: datetime
    known: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """Where the agent was: the view, the ticket, and whether it was open."""

    view: str = "open"
    ticket: int | None = None
    opened: bool = False


class Drafts:
    """The unfinished work of one profile."""

    def __init__(self, repository: Repository) -> None:
        # A ticket may have one of each: a note begun must not push a reply out.
        self._drafts = {
            "reply": repository.database.table("drafts"),
            "note": repository.database.table("note_drafts"),
            "report": repository.database.table("report_drafts"),
            "escalate": repository.database.table("escalate_drafts"),
        }
        self._sending = repository.database.table("sending")
        self._place = repository.database.table("place")

    def draft(self, ticket: int, kind: str = "reply") -> Draft | None:
        """The text of this kind begun on a ticket."""
        body = self._drafts[kind].get_json(ticket)
        return None if body is None else msgspec.json.decode(body, type=Draft)

    def keep(self, ticket: int, draft: Draft) -> None:
        """Save a draft; an empty one is forgotten."""
        if draft.text.strip():
            self._drafts[draft.kind].put_json(ticket, msgspec.json.encode(draft))
        else:
            self.forget(ticket, draft.kind)

    def forget(self, ticket: int, kind: str = "reply") -> None:
        """The draft was sent or thrown away."""
        self._drafts[kind].remove(doc_ids=[ticket])

    def drafted(self) -> set[int]:
        """The tickets with a draft."""
        return {document.doc_id for table in self._drafts.values() for document in table}

    def of(self, ticket: int) -> list[Draft]:
        """Everything begun on a ticket."""
        return [draft for kind in self._drafts if (draft := self.draft(ticket, kind)) is not None]

    def begun(self) -> set[int]:
        """The tickets with a draft or a reply that waits."""
        return self.drafted() | {document.doc_id for document in self._sending}

    def hold(self, sending: Sending) -> None:
        """Keep a confirmed reply until its undo time is over. One a ticket."""
        self._sending.put_json(sending.action.ticket, msgspec.json.encode(sending))

    def held(self) -> list[Sending]:
        """The replies that wait, the first to go out first."""
        bodies = [self._sending.get_json(document.doc_id) for document in self._sending]
        found = [msgspec.json.decode(body, type=Sending) for body in bodies if body is not None]
        return sorted(found, key=lambda sending: sending.due)

    def release(self, ticket: int) -> None:
        """The waiting reply of this ticket was sent, or taken back."""
        self._sending.remove(doc_ids=[ticket])

    def place(self) -> Place:
        """Where the agent was last."""
        body = self._place.get_json(_HERE)
        return Place() if body is None else msgspec.json.decode(body, type=Place)

    def remember(self, place: Place) -> None:
        """Note where the agent is."""
        self._place.put_json(_HERE, msgspec.json.encode(place))


def seen_on(ticket: Ticket) -> tuple[str, ...]:
    """The ids of all its messages, for somebody who reads it now."""
    return tuple(message.id for message in ticket.messages)


def unseen(ticket: Ticket, known: Collection[str], agent: str) -> tuple[Message, ...]:
    """The messages of the customer or a colleague besides the known ones.

    Not those behind so many: what comes from a helpdesk stands before what is still to be sent there.
    """
    heard = (MessageKind.CUSTOMER, MessageKind.REPLY, MessageKind.NOTE)
    before = frozenset(known)
    return tuple(
        message
        for message in ticket.messages
        if message.kind in heard and message.author != agent and message.id not in before
    )
