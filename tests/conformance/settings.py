"""What a conformance test needs besides the backend: the helpdesk's other people, and a little help to push."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from os import urandom
from typing import Protocol

import msgspec

from agent_tui.domain import actions as do
from agent_tui.domain.ids import ENTROPY, action_id
from agent_tui.domain.ticket import Customer
from agent_tui.sync.backends.base import (
    Ask,
    Backend,
    Changes,
    Entry,
    Opening,
    Push,
    Remote,
    Upload,
)
from agent_tui.sync.facts import Facts, named
from agent_tui.sync.incoming import spoken

CAROL = "carol@customer.example"
BEGIN = "Where is my parcel?"


class People(Protocol):
    """What happens on the helpdesk without a desk. To try another backend, write these few lines for it."""

    def contact(self, text: str) -> int:
        """A customer begins a ticket; returns its id."""
        ...

    def mail(self, ticket: int, text: str) -> None:
        """A customer writes again."""
        ...

    def write(self, ticket: int, text: str) -> None:
        """A colleague leaves an internal note."""
        ...

    def change(self, ticket: int, facts: Facts) -> None:
        """A colleague changes facts."""
        ...

    def link(self, ticket: int, other: int) -> None:
        """A colleague ties two tickets together."""
        ...

    def merge(self, ticket: int, into: int) -> None:
        """A colleague merges a ticket into another one of the same customer."""
        ...

    def delete(self, ticket: int) -> bool:
        """A colleague deletes a ticket; False where that is not possible."""
        ...

    def hide(self, ticket: int, *, hidden: bool = True) -> bool:
        """A ticket is moved to where our agent does not see it, or back; False where that is not possible."""
        ...

    def rest(self) -> None:
        """Let so much time pass that what happened is past."""
        ...

    def broken(self) -> AbstractContextManager[Backend] | None:
        """A backend of our agent whose helpdesk can't be reached; None where that can't be."""
        ...


@dataclass
class Setting:
    """A helpdesk under test. `backend` is that of alice, `colleague` that of bob."""

    backend: Backend
    colleague: Backend
    people: People
    me: str = "alice"
    customer: str = CAROL
    more: int = 0  # tickets besides those of a test that make more than a page
    stranger: int = 99_999_999  # a number that no ticket has
    places: Collection[str] = field(default_factory=lambda: Facts.__struct_fields__)

    # Reading

    def one(self, ticket: int, *, mark: int = 0, links: bool = False) -> Remote:
        """A ticket as alice sees it."""
        (found,) = self.backend.fetch([Ask(ticket=ticket, mark=mark, links=links)]).tickets
        return found

    def facts(self, ticket: int) -> Facts:
        return self.one(ticket).facts

    def said(self, ticket: int) -> list[str]:
        """What was written on a ticket, in order."""
        return [plain(entry) for entry in self.one(ticket).entries]

    def since(self, cursor: str) -> list[Changes]:
        return list(self.backend.changes(cursor))

    def rested(self) -> str:
        """A cursor behind which nothing is told twice."""
        self.people.rest()
        cursor = self.backend.cursor()
        self.people.rest()
        return cursor

    # Writing

    def push(
        self,
        action: do.Action,
        facts: Facts | None = None,
        *,
        owner: str | None = None,
        files: tuple[Upload, ...] = (),
        backend: Backend | None = None,
    ) -> Push:
        """Push an action as the engine does; returns what went out."""
        push = Push(
            ticket=action.ticket,
            op=action.id,
            action=msgspec.json.encode(action).decode(),
            text=spoken(action),
            public=isinstance(action, do.Reply),
            facts=facts or Facts(),
            owner=owner,
            merge_into=action.into if isinstance(action, do.Merge) else None,
            link=action.other if isinstance(action, do.Link) else None,
            unlink=action.other if isinstance(action, do.Unlink) else None,
            files=files,
        )
        (backend or self.backend).push(push)
        return push

    def opening(self, text: str = "He called.", files: tuple[Upload, ...] = (), **facts: object) -> Opening:
        """A ticket of the customer's to open."""
        customer = Customer(emails=(self.customer,))
        subject = text[:40]
        action = do.Open(
            **self.header(1), channel="phone", subject=subject, customer=customer, content=do.Content(text)
        )
        return Opening(
            op=action.id,
            action=msgspec.json.encode(action).decode(),
            queue=self.backend.identify().queues[0],
            requestor=self.customer,
            text=text,
            facts=Facts(**{"subject": subject, "channel": "phone", **facts}),  # type: ignore[arg-type]
            files=files,
        )

    def header(self, ticket: int, by: str = "") -> dict[str, object]:
        """The beginning of an action."""
        now = datetime.now(UTC)
        return {"id": action_id(now, urandom(ENTROPY)), "ticket": ticket, "at": now, "by": by or self.me}

    def note(self, ticket: int, text: str = "Carrier called.", by: str = "") -> do.Note:
        return do.Note(**self.header(ticket, by), text=text)  # type: ignore[arg-type]

    def reply(self, ticket: int, text: str = "Dear Carol") -> do.Reply:
        return do.Reply(**self.header(ticket), text=text)  # type: ignore[arg-type]

    def take(self, ticket: int, by: str = "", from_owner: str | None = None) -> do.Take:
        return do.Take(**self.header(ticket, by), from_owner=from_owner)  # type: ignore[arg-type]

    def keeps(self, **facts: object) -> Facts:
        """Those of the facts that this helpdesk has a place for."""
        return Facts(**{name: value for name, value in facts.items() if name in self.places})  # type: ignore[arg-type]


def plain(entry: Entry) -> str:
    """The words of an entry; helpdesks change line ends and add one."""
    return entry.text.replace("\r\n", "\n").rstrip()


def tickets_of(pages: Collection[Changes]) -> set[int]:
    return {number for page in pages for number in page.tickets}


def minute(offset: int = 60) -> datetime:
    """A whole minute to come."""
    return datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=offset)


def names(facts: Facts) -> set[str]:
    return set(named(facts))
