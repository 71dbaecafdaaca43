"""What a helpdesk must be able to do for the desk to work on it: the protocol, its values, its errors.

To write another backend, implement `Backend`. The engine (`sync.engine`) relies on what the docstrings here promise
and on nothing else; `tests/conformance` checks the promises against any backend, and `tests/helpdesks` shows how one is
written.

A helpdesk is weaker than the desk in many ways, and says so in its `Capabilities`: Zammad and Chatwoot let the last
writer win, have no key that keeps a request from being done twice, and list 25 tickets a page. None of that is asked
for here. What is asked for: that one can read what was written (a push is judged by reading back), that what people
wrote has ids that never change, and that a change can be found again later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

import msgspec

from agent_tui.domain.messages import N_, Told
from agent_tui.domain.ticket import Customer, MessageKind
from agent_tui.sync.facts import Facts

Detail = str | int | Told


class Scope(StrEnum):
    """Whom an error stops."""

    SERVER = "server"  # nothing can be done now; it is tried again by itself
    ACCESS = "access"  # nothing can be done until a person acts: a new token, a right, a certificate
    ACTION = "action"  # this one request is of no use as it is; others are


class BackendError(Exception):
    """Something that can't be done with the helpdesk. `str()` is the English sentence, complete with what to do.

    `text` is its template and `details` its values, for translation; no detail ever holds a secret. `doubtful` says
    that the helpdesk may have done what was asked all the same: the engine looks before it sends again. `wait` is how
    many seconds the helpdesk asked to be left alone. `busy` says that it may still be at work on the request.
    """

    text: ClassVar[str] = N_("The helpdesk can't be used.")
    scope: ClassVar[Scope] = Scope.SERVER
    busy: ClassVar[bool] = False
    wait: int | None = None

    def __init__(self, *, doubtful: bool = False, **details: Detail) -> None:
        self.doubtful = doubtful
        self.details: dict[str, Detail] = details
        super().__init__(self.text.format(**details))

    @property
    def told(self) -> Told:
        """The sentence to keep and to translate."""
        return Told(
            self.text,
            {name: value if isinstance(value, Told) else str(value) for name, value in self.details.items()},
        )


class OwnedBy(BackendError):
    """Somebody else has the ticket, so that it was not taken; nothing else of the push was done."""

    text = N_("{owner} has this ticket now.")
    scope = Scope.ACTION

    def __init__(self, owner: str) -> None:
        super().__init__(owner=owner)
        self.owner = owner


class Fate(StrEnum):
    """Why a ticket can't be had."""

    DELETED = "deleted"
    HIDDEN = "hidden"  # moved to where this agent sees nothing
    MISSING = "missing"  # never was, or was wiped out


class Capabilities(msgspec.Struct, frozen=True):
    """What a helpdesk can and can't do."""

    name: str  # the product's own name
    keeps_actions: bool  # `Push.op` and `Push.action` come back with the entry they made
    counts_changes: bool  # `changes` tells of deletions and merges too; the engine surveys in any case
    presence: bool = False  # it tells who else has a ticket open
    page: int = 100  # tickets that one request brings
    workers: int = 2  # pushes at once that it bears from one agent


class Identity(msgspec.Struct, frozen=True):
    """Who the agent is there, and what stands in the way of working."""

    login: str
    name: str
    version: str
    clock: datetime | None  # the helpdesk's, UTC
    queues: tuple[str, ...]  # where new tickets can be opened
    problems: tuple[Told, ...] = ()  # what is missing, each with what to do
    fatal: bool = False  # it can't be worked with until the problems are solved
    account: int = 0  # what a token tells of whose it is, where it does


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """An attachment; its bytes are asked for by `Backend.file` with this id."""

    id: int
    name: str
    media_type: str
    size: int  # bytes


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing somebody wrote, or one action of a desk."""

    id: int  # unique on this helpdesk, never reused; higher is later
    at: datetime  # UTC
    by: str  # a login; of customers the address
    kind: MessageKind
    opens: bool = False  # the ticket began with it
    text: str = ""
    message_id: str = ""
    files: tuple[File, ...] = ()
    op: str = ""  # the id of the action that made it, where the helpdesk keeps that
    action: str = ""  # that action as JSON, where the helpdesk keeps that


class Remote(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as the helpdesk has it now."""

    id: int
    facts: Facts
    customer: Customer
    created: datetime
    updated: datetime
    updated_by: str
    by_itself: bool = False  # nobody did: the helpdesk, in the wake of a request
    entries: tuple[Entry, ...]  # those behind the mark that was given, oldest first
    mark: int  # give it next time: up to here all was told, not only what was named; more may be told again
    opened: str = ""  # the action that opened it as JSON, where a desk did and the helpdesk keeps that
    links: tuple[int, ...] | None = None  # other tickets; None: was not asked for


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What to fetch of a ticket: its facts always, and of its entries those behind a mark, or those named."""

    ticket: int
    mark: int = 0  # 0: all of them
    news: bool = False  # in `changes`: the mark is the one that was told last, which the engine knows
    entries: tuple[int, ...] | None = None  # these alone, where `changes` named them
    links: bool = False


class Fetched(msgspec.Struct, frozen=True):
    """The tickets that were asked for. One that was merged stands in `merged` with where it went."""

    tickets: tuple[Remote, ...]
    merged: Mapping[int, int] = {}
    gone: Mapping[int, Fate] = {}
    more: bool = False  # words were left out, now or before; the cursor is kept until `changes` has told them


class Changes(msgspec.Struct, frozen=True):
    """Tickets that changed, each with what to fetch of it; `cursor` is where to go on once they are dealt with."""

    tickets: Mapping[int, Ask]
    cursor: str


class Page(msgspec.Struct, frozen=True):
    """Some tickets of the first load, and where to go on; `left` is how many are still to come, if that is known."""

    tickets: tuple[Remote, ...]
    after: str
    left: int | None = None


class Upload(msgspec.Struct, frozen=True):
    """A file that goes out."""

    name: str
    media_type: str
    data: bytes


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket to open."""

    op: str
    action: str  # as JSON
    queue: str
    requestor: str  # an address; may be empty
    text: str
    facts: Facts
    files: tuple[Upload, ...] = ()


class Push(msgspec.Struct, frozen=True, kw_only=True):
    """An action on its way: what to write, and the facts that shall hold afterwards."""

    ticket: int
    op: str
    action: str  # as JSON
    text: str
    public: bool  # the customer sees it
    facts: Facts  # those to change; `owner` among them is changed from `owner` below
    owner: str | None = None  # who has the ticket as far as the desk knows
    merge_into: int | None = None
    link: int | None = None
    unlink: int | None = None
    files: tuple[Upload, ...] = ()


class Backend(Protocol):
    """A helpdesk for one agent. Methods may be called by several threads at once; all raise `BackendError`.

    None of them retries, waits longer than its own time-out (at least 15 s), or writes to the store.
    """

    capabilities: Capabilities

    def identify(self) -> Identity:
        """Ask who we are and what is missing. Changes nothing."""
        ...

    def cursor(self) -> str:
        """Where the stream of changes stands now. Asked before the first load: what changes meanwhile is in it."""
        ...

    def changes(self, cursor: str) -> Iterator[Changes]:
        """What changed since, in pages; nothing at all when nothing did. A change may be told twice, never lost.

        Of a ticket that came into sight everything is to be asked for: what was said meanwhile is not told again.
        """
        ...

    def load(self, after: str) -> Iterator[Page]:
        """Every ticket, in pages, those being worked on first. '' begins; `Page.after` resumes."""
        ...

    def survey(self) -> Iterator[Mapping[int, datetime]]:
        """Every ticket being worked on that this agent sees, in pages, each with when it was changed last.

        Asked now and then: what was moved out of sight, or escaped `changes`, shows only so.
        """
        ...

    def fetch(self, asked: Collection[Ask]) -> Fetched:
        """Tickets as they are now. Every ticket asked for is in `tickets`, `merged` or `gone`.

        Facts are as new as the entries or newer, never older. The goals of merges are not in `tickets` unless they were
        asked for. Entries that came with a merge may have ids below the mark: they are told with everything.
        """
        ...

    def file(self, id: int) -> bytes:
        """The bytes of an attachment."""
        ...

    def find_opened(self, opening: Opening) -> Sequence[int]:
        """The tickets that this may have opened, to look before it is opened again.

        They are found by its `op` where the helpdesk keeps that, else by its words; which of those have another
        origin, the engine knows.
        """
        ...

    def open(self, opening: Opening) -> int:
        """Open a ticket; returns its id."""
        ...

    def push(self, push: Push) -> None:
        """Do an action. Success is not believed: the engine fetches the ticket and looks.

        Ownership that has to be won comes first, and raises `OwnedBy` when it is lost, with nothing written. Links and
        merges come next, and raise if they can't be; then the words, so that whoever finds these knows that the rest
        was done. Facts that do not hold afterwards are written once more by `mend`. What is done again must not harm
        but for the words, which the engine never sends twice; on a ticket that was merged they go where it went.
        """
        ...

    def mend(self, ticket: int, facts: Facts) -> None:
        """Write facts that a push left out."""
        ...

    def presence(self, ticket: int) -> Sequence[str]:
        """Who else has the ticket open; empty where the helpdesk can't tell."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
