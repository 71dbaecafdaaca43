"""Helpdesks in memory: what the sync engine is tested against, and the example of how a backend is written.

`House` is the helpdesk itself: its tickets, and what customers and people without a desk do there. `Ideal` and `Weak`
are backends, each for one agent of a house. `Ideal` keeps all that a desk would like to be kept. `Weak` is as Zammad
and Chatwoot publish themselves: 25 tickets a page, the last writer wins, no place for an action or its id, changes
found by the time of the last one, which has whole seconds, and few fields.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import count

from msgspec.structs import replace

from agent_tui.domain.ticket import Customer, MessageKind, Status
from agent_tui.sync.backends.base import (
    Ask,
    BackendError,
    Capabilities,
    Changes,
    Entry,
    Fate,
    Fetched,
    File,
    Identity,
    Opening,
    OwnedBy,
    Page,
    Push,
    Remote,
    Scope,
    Upload,
)
from agent_tui.sync.facts import NAMES, Facts, named
from agent_tui.sync.incoming import same_words

QUEUE = "Support"

NOTHING = Facts(
    subject="",
    status=Status.OPEN,
    owner=None,
    level=None,
    type=None,
    channel="email",
    urgent=False,
    product="",
    market=None,
    language=None,
    promised=None,
    revisit=None,
    satisfaction=None,
    stage=None,
    complaint="",
)
"""What a helpdesk with a place for every fact holds of a new ticket."""

FEW = ("subject", "status", "owner", "urgent", "type")
"""The facts that `Weak` has a place for."""


# What can go wrong


class Down(BackendError):
    """No answer, or one that can't be read: tried again by itself. Doubtful where the helpdesk may have acted."""

    text = "The helpdesk does not answer."
    scope = Scope.SERVER


class NoEntry(BackendError):
    """The token is refused."""

    text = "The token is not valid any more."
    scope = Scope.ACCESS


class NotThat(BackendError):
    """This one request is refused."""

    text = "You may not do this: {reason}."
    scope = Scope.ACTION


class Moment(StrEnum):
    """When a request fails."""

    BEFORE = "before"  # the helpdesk did nothing
    BETWEEN = "between"  # of a push: the ticket is tied to others, the words are not there
    AFTER = "after"  # the helpdesk did it, and its answer was lost


Meet = Callable[[str, Moment], None]
"""Called with the name of a method at each moment of a request; to let it fail, raise."""


def once(error: BackendError, method: str, moment: Moment) -> Meet:
    """The next request to this method fails so, and no other one."""
    left = [error]

    def meet(asked: str, now: Moment) -> None:
        if left and (asked, now) == (method, moment):
            raise left.pop()

    return meet


def always(error: BackendError, method: str = "", moment: Moment = Moment.BEFORE) -> Meet:
    """Every request fails so, or every one to this method."""

    def meet(asked: str, now: Moment) -> None:
        if asked == (method or asked) and now is moment:
            raise error

    return meet


# The helpdesk


@dataclass
class Case:
    """A ticket of the helpdesk."""

    id: int
    facts: Facts
    customer: Customer
    by: str  # who opened it
    created: datetime
    updated: datetime
    updated_by: str
    entries: list[Entry] = field(default_factory=list)
    first: int = 0  # the entry that it began with
    op: str = ""  # the id of the action that opened it
    opened: str = ""  # that action
    links: set[int] = field(default_factory=set)
    into: int | None = None  # it was merged
    deleted: bool = False
    hidden_from: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Change:
    """One line of the stream of changes."""

    ticket: int
    entry: int | None = None
    linked: bool = False
    whole: bool = False  # it came into sight, or was merged: everything is to be read


class House:
    """A helpdesk with its tickets. Its methods are what people do there without a desk."""

    def __init__(self, now: Callable[[], datetime], places: Collection[str] = NAMES) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.cases: dict[int, Case] = {}
        self.stream: list[Change] = []
        self.files: dict[int, bytes] = {}
        self.readers: dict[int, set[str]] = {}  # who has a ticket open
        self.reopens = [Status.WAITING, Status.RESOLVED]  # in which states a customer's mail opens a ticket
        self.deaf: set[str] = set()  # facts that it does not take, and says nothing
        self._places = frozenset(places)
        self._numbers = count(1)
        self._ids = count(1000)

    # What customers do

    def contact(self, text: str = "Where is my parcel?", email: str = "carol@customer.example") -> int:
        """A customer begins a ticket."""
        return self.begin(replace(NOTHING, subject=text[:40]), Customer(emails=(email,)), text, email)

    def mail(self, ticket: int, text: str = "Any news?", email: str = "carol@customer.example") -> int:
        """A customer writes again, which opens the ticket again; returns the entry's id."""
        with self.lock:
            case = self.case(ticket)
            if case.facts.status in self.reopens:
                self.change(case.id, email, status=Status.OPEN)
            return self.say(case.id, email, text, MessageKind.CUSTOMER)

    # What colleagues without a desk do

    def write(self, ticket: int, by: str, text: str, *, public: bool = False) -> int:
        """Answer the customer, or leave a note; returns the entry's id."""
        return self.say(self.case(ticket).id, by, text, MessageKind.REPLY if public else MessageKind.NOTE)

    def change(self, ticket: int, by: str, **facts: object) -> None:
        """Change facts."""
        with self.lock:
            case = self.case(ticket)
            kept = {name: value for name, value in facts.items() if name in self._places - self.deaf}
            case.facts = replace(case.facts, **kept)
            self._changed(case, by, Change(case.id))

    def merge(self, ticket: int, into: int, by: str) -> None:
        """Move a conversation into another ticket, where it goes on under the ids that it has."""
        with self.lock:
            source, target = self.case(ticket), self.case(into)
            if source is target:
                return
            target.entries = sorted([*target.entries, *source.entries], key=lambda entry: entry.id)
            target.links |= source.links - {target.id}
            source.entries, source.into = [], target.id
            for each in self.cases.values():
                if source.id in each.links:
                    each.links = each.links - {source.id} | ({target.id} - {each.id})
            self._changed(source, by, Change(source.id))
            self._changed(target, by, Change(target.id, whole=True))

    def link(self, ticket: int, other: int, by: str, *, tied: bool = True) -> None:
        """Tie two tickets together, or undo that."""
        with self.lock:
            one, two = self.case(ticket), self.case(other)
            for case, end in ((one, two.id), (two, one.id)) if one is not two else ():
                if tied is not (end in case.links):
                    case.links ^= {end}
                    self._changed(case, by, Change(case.id, linked=True))

    def delete(self, ticket: int, by: str) -> None:
        """Delete a ticket."""
        with self.lock:
            case = self.case(ticket)
            case.deleted = True
            self._changed(case, by, Change(case.id))

    def hide(self, ticket: int, login: str, *, hidden: bool = True) -> None:
        """Move a ticket to where somebody does not see it any more, which nobody tells that one, or back."""
        with self.lock:
            case = self.case(ticket)
            (case.hidden_from.add if hidden else case.hidden_from.discard)(login)
            self._changed(case, "root", Change(case.id, whole=True))

    # What all of that is made of

    def case(self, ticket: int) -> Case:
        """A ticket, or the one into which it was merged."""
        case = self.cases[ticket]
        return case if case.into is None else self.case(case.into)

    def begin(
        self,
        facts: Facts,
        customer: Customer,
        text: str,
        by: str,
        opened: str = "",
        op: str = "",
        files: Sequence[Upload] = (),
    ) -> int:
        """Open a ticket; returns its number."""
        with self.lock:
            here = {name: value for name, value in named(facts).items() if name in self._places}
            number, moment = next(self._numbers), self._second()
            self.cases[number] = Case(
                number, Facts(**here), customer, by, moment, moment, by, op=op, opened=opened
            )
            # Whoever opens a ticket for a customer writes down what that one said.
            first = self.say(number, by, text, MessageKind.CUSTOMER, opens=True, op=op, files=files)
            self.cases[number].first = first
            return number

    def say(
        self,
        ticket: int,
        by: str,
        text: str,
        kind: MessageKind,
        *,
        opens: bool = False,
        op: str = "",
        action: str = "",
        files: Sequence[Upload] = (),
    ) -> int:
        """Write an entry; returns its id."""
        with self.lock:
            case, number = self.case(ticket), next(self._ids)
            kept = tuple(File(next(self._ids), each.name, each.media_type, len(each.data)) for each in files)
            self.files |= {file.id: each.data for file, each in zip(kept, files, strict=True)}
            case.entries.append(
                Entry(
                    id=number,
                    at=self._second(),
                    by=by,
                    kind=kind,
                    opens=opens,
                    text=text.replace("\n", "\r\n"),  # helpdesks do
                    files=kept,
                    op=op,
                    action=action,
                )
            )
            self._changed(case, by, Change(case.id, number))
            return number

    def _changed(self, case: Case, by: str, change: Change) -> None:
        case.updated, case.updated_by = self._second(), by
        self.stream.append(change)

    def _second(self) -> datetime:
        return self.now().replace(microsecond=0)


# The backends


class Ideal:
    """A helpdesk that keeps what a desk would like to be kept; for the agent `me`."""

    capabilities = Capabilities(
        name="Ideal", keeps_actions=True, counts_changes=True, presence=True, page=4, workers=2
    )

    def __init__(self, house: House, me: str) -> None:
        self.house = house
        self.me = me
        self.meet: Meet = lambda method, moment: None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.me!r})"

    def identify(self) -> Identity:
        with self._request("identify"):
            return Identity(self.me, self.me.title(), "1.0", self.house.now(), (QUEUE,))

    # Reading

    def cursor(self) -> str:
        """A place in the stream: how many changes there were."""
        with self._request("cursor"):
            return str(len(self.house.stream))

    def changes(self, cursor: str) -> Iterator[Changes]:
        place = int(cursor)
        while True:
            with self._request("changes"):
                some = self.house.stream[place : place + self.capabilities.page]
                # Whoever may not see a ticket is told nothing about it.
                seen = [change for change in some if self._there(change.ticket) is not Fate.HIDDEN]
            if not some:
                return
            place += len(some)
            entries: dict[int, list[int]] = {}
            for change in seen:
                entries.setdefault(change.ticket, []).extend(() if change.entry is None else (change.entry,))
            linked = {change.ticket for change in seen if change.linked}
            whole = {change.ticket for change in seen if change.whole}
            yield Changes(
                {
                    number: Ask(ticket=number, links=True)
                    if number in whole
                    else Ask(ticket=number, entries=tuple(ids), links=number in linked)
                    for number, ids in entries.items()
                },
                str(place),
            )

    def load(self, after: str) -> Iterator[Page]:
        """First what is worked on, then the rest, each by number: a page's last ticket says where to go on."""
        rest, last = (int(part) for part in (after or "0:0").split(":"))
        while True:
            with self._request("load"):
                found = [
                    case
                    for number, case in sorted(self.house.cases.items())
                    if number > last
                    and self._there(number) is case
                    and (case.facts.status is Status.RESOLVED) is bool(rest)
                ]
            some = found[: self.capabilities.page]
            if some:
                last = some[-1].id
                asked = [Ask(ticket=case.id, links=True) for case in some]
                yield Page(self._fetch(asked).tickets, f"{rest}:{last}", len(found) - len(some))
            elif rest:
                return
            else:
                rest, last = 1, 0

    def survey(self) -> Iterator[Mapping[int, datetime]]:
        last = 0
        while True:
            with self._request("survey"):
                found = {
                    number: case.updated
                    for number, case in sorted(self.house.cases.items())
                    if number > last
                    and self._there(number) is case
                    and case.facts.status is not Status.RESOLVED
                }
            some = dict(list(found.items())[: self.capabilities.page])
            if not some:
                return
            last = max(some)
            yield some

    def fetch(self, asked: Collection[Ask]) -> Fetched:
        with self._request("fetch"):
            return self._fetch(asked)

    def _fetch(self, asked: Collection[Ask]) -> Fetched:
        tickets: list[Remote] = []
        merged: dict[int, int] = {}
        gone: dict[int, Fate] = {}
        for ask in asked:
            found = self._there(ask.ticket)
            if isinstance(found, Fate):
                gone[ask.ticket] = found
            elif found.id != ask.ticket:
                merged[ask.ticket] = found.id
            else:
                tickets.append(self._remote(found, ask))
        return Fetched(tuple(tickets), merged, gone)

    def _there(self, number: int) -> Case | Fate:
        """A ticket, the one it was merged into, or why neither can be had."""
        if number not in self.house.cases:
            return Fate.MISSING
        case = self.house.case(number)
        if case.deleted:
            return Fate.DELETED
        return Fate.HIDDEN if self.me in case.hidden_from else case

    def _remote(self, case: Case, ask: Ask) -> Remote:
        if ask.entries is not None:
            told = [entry for entry in case.entries if entry.id in ask.entries]
        else:
            told = [entry for entry in case.entries if entry.id > ask.mark]
        return Remote(
            id=case.id,
            facts=case.facts,
            customer=case.customer,
            created=case.created,
            updated=case.updated,
            updated_by=case.updated_by,
            # The first words of tickets that were merged into this one did not open it.
            entries=tuple(entry if entry.id == case.first else replace(entry, opens=False) for entry in told),
            # Entries that were named may have others before them.
            mark=ask.mark if ask.entries is not None else max((ask.mark, *(entry.id for entry in told))),
            opened=case.opened,
            links=tuple(sorted(case.links)) if ask.links else None,
        )

    def file(self, id: int) -> bytes:
        with self._request("file"):
            if id not in self.house.files:
                raise NotThat(reason="there is no such file")
            return self.house.files[id]

    def presence(self, ticket: int) -> Sequence[str]:
        with self._request("presence"):
            return sorted(self.house.readers.get(ticket, set()) - {self.me})

    # Writing

    def find_opened(self, opening: Opening) -> Sequence[int]:
        with self._request("find_opened"):
            return [number for number, case in self.house.cases.items() if case.op == opening.op]

    def open(self, opening: Opening) -> int:
        with self._request("open"):
            customer = Customer(emails=(opening.requestor,) if opening.requestor else ())
            facts = replace(NOTHING, **named(opening.facts))
            return self.house.begin(
                facts, customer, opening.text, self.me, opening.action, opening.op, opening.files
            )

    def push(self, push: Push) -> None:
        with self._request("push"):
            self._won(push)
            self._tie(push)
            self.meet("push", Moment.BETWEEN)
            case = self._writable(push.ticket)
            if push.public and case.facts.status is not Status.OPEN:  # as helpdesks do
                self.house.change(case.id, self.me, status=Status.OPEN)
            self._write(case.id, push.facts)
            kind = MessageKind.REPLY if push.public else MessageKind.NOTE
            self.house.say(
                case.id, self.me, push.text, kind, op=push.op, action=push.action, files=push.files
            )

    def _tie(self, push: Push) -> None:
        """What ties the ticket to others: done again, it changes nothing."""
        if push.link is not None:
            self.house.link(push.ticket, self._writable(push.link).id, self.me)
        if push.unlink is not None:
            self.house.link(push.ticket, self._writable(push.unlink).id, self.me, tied=False)
        if push.merge_into is not None:
            self.house.merge(push.ticket, self._writable(push.merge_into).id, self.me)

    def _won(self, push: Push) -> None:
        """Become the owner, if that is asked for."""
        case = self._writable(push.ticket)
        if push.facts.owner == self.me and case.facts.owner not in (push.owner, self.me):
            raise OwnedBy(case.facts.owner or "")

    def mend(self, ticket: int, facts: Facts) -> None:
        with self._request("mend"):
            self._write(self._writable(ticket).id, facts)

    def _write(self, ticket: int, facts: Facts) -> None:
        if named(facts):
            self.house.change(ticket, self.me, **named(facts))

    def _writable(self, number: int) -> Case:
        found = self._there(number)
        if isinstance(found, Fate):
            raise NotThat(reason=f"the ticket is {found}")
        return found

    def close(self) -> None:
        """There is no connection."""

    @contextmanager
    def _request(self, method: str) -> Iterator[None]:
        """One request: all of it or nothing, unless something fails in between."""
        self.meet(method, Moment.BEFORE)
        with self.house.lock:
            yield
        self.meet(method, Moment.AFTER)


class Weak(Ideal):
    """A helpdesk as many are. It has no place for what a desk would like to be kept, and few for facts (`FEW`)."""

    capabilities = Capabilities(name="Weak", keeps_actions=False, counts_changes=False, page=25, workers=2)

    def cursor(self) -> str:
        with self._request("cursor"):
            return _place(self._this_second(), 0)

    def changes(self, cursor: str) -> Iterator[Changes]:
        """By the time of the last change, then by number. What changed in a second that goes on is told again."""
        place = cursor
        while True:
            with self._request("changes"):
                now = self._this_second()
                found = sorted(
                    (_place(case.updated, number), case.updated, number)
                    for number, case in self.house.cases.items()
                    if _place(case.updated, number) > place and not isinstance(self._there(number), Fate)
                )
            some = found[: self.capabilities.page]
            if not some:
                return
            place, second, _number = some[-1]
            # Nobody tells what changed.
            asks = {number: Ask(ticket=number, news=True, links=True) for _place, _second, number in some}
            yield Changes(asks, place if second < now else _place(second, 0))

    def find_opened(self, opening: Opening) -> Sequence[int]:
        """By its words, the newest first: whether it is the one, the desk knows."""
        with self._request("find_opened"):
            return [
                number
                for number, case in sorted(self.house.cases.items(), reverse=True)
                if case.facts.subject == opening.facts.subject
                and opening.requestor in (*case.customer.emails, "")
                and case.by == self.me
                and (case.into is not None or same_words(case.entries[0].text, opening.text))
            ]

    def open(self, opening: Opening) -> int:
        return super().open(replace(opening, op="", action=""))

    def push(self, push: Push) -> None:
        super().push(replace(push, op="", action=""))

    def _won(self, push: Push) -> None:
        """Look before writing: there is nothing better, and who writes last wins."""
        with self._request("owner"):
            super()._won(push)

    def _remote(self, case: Case, ask: Ask) -> Remote:
        return replace(super()._remote(case, ask), updated_by="")  # not told

    def presence(self, ticket: int) -> Sequence[str]:
        return ()

    def _this_second(self) -> datetime:
        return self.house.now().replace(microsecond=0)


def _place(second: datetime, number: int) -> str:
    return f"{second:%Y-%m-%dT%H:%M:%SZ}/{number:09}"
