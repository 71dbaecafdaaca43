"""A helpdesk kept in a store of its own, as practice works on it: whatever is done there is in its journal.

Pushes are done as the actions that they carry; facts that do not follow from the action are adopted. Customers and
colleagues are whoever writes into the same store by other ways.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

import msgspec
from msgspec.structs import replace

from agent_tui import __version__
from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.apply import apply, start
from agent_tui.domain.ids import ENTROPY, action_id
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.policy import Policy
from agent_tui.domain.privacy_actions import NO_TICKET
from agent_tui.domain.rebase import accounted
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Attachment, MessageKind, Status, Ticket
from agent_tui.domain.views import row
from agent_tui.store import journal
from agent_tui.store.repository import Repository
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
from agent_tui.sync.facts import Facts, overlay, project
from agent_tui.sync.incoming import spoken
from agent_tui.sync.showing import played
from agent_tui.sync.stacking import told_of

QUEUE = "Support"
_PAGE = 100
_FILES = 1000  # of one message


class NotPossible(BackendError):
    """What was asked for does not go together with what the store holds."""

    text = N_("This can't be done: {reason}")
    scope = Scope.ACTION


_NO_TICKET = Told(N_("there is no such ticket."))
_NO_FILE = Told(N_("there is no such file."))
_NO_ACTION = Told(N_("what was sent is no action on this ticket."))


class LocalBackend:
    """The helpdesk in `repository`, for the agent `login`."""

    capabilities = Capabilities(
        name="agent_tui", keeps_actions=True, counts_changes=True, page=_PAGE, workers=1
    )

    def __init__(
        self,
        repository: Repository,
        policy: Policy,
        login: str,
        now: Callable[[], datetime],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._store = repository
        self._policy = policy
        self._login = login
        self._now = now
        self._entropy = entropy

    def identify(self) -> Identity:
        return Identity(self._login, self._login, __version__, self._now(), (QUEUE,))

    # Reading

    def cursor(self) -> str:
        return str(self._store.journal.length())

    def changes(self, cursor: str) -> Iterator[Changes]:
        last = int(cursor)
        while entries := list(islice(self._store.journal.entries(after=last), self.capabilities.page)):
            last = entries[-1].seq
            touched = {
                number
                for entry in entries
                for number in (do.tickets_of(entry.action) if entry.action is not None else (entry.ticket,))
                if number != NO_TICKET
            }
            yield Changes({each: Ask(ticket=each, news=True, links=True) for each in touched}, str(last))

    def load(self, after: str) -> Iterator[Page]:
        rest, last = (int(part) for part in (after or "0:0").split(":"))
        while True:
            live = set(self._store.live())
            left = [
                ticket.id
                for ticket in self._store.all()
                if ticket.id > last and (ticket.id in live) is not bool(rest) and not _is_merged(ticket)
            ]
            some = left[: self.capabilities.page]
            if some:
                last = some[-1]
                fetched = self.fetch([Ask(ticket=number, links=True) for number in some])
                yield Page(fetched.tickets, f"{rest}:{last}", len(left) - len(some))
            elif rest:
                return
            else:
                rest, last = 1, 0

    def survey(self) -> Iterator[Mapping[int, datetime]]:
        found = (self._store.get(number) for number in self._store.live())
        yield {each.id: _updated(each) for each in found if each is not None}

    def fetch(self, asked: Collection[Ask]) -> Fetched:
        tickets: list[Remote] = []
        merged: dict[int, int] = {}
        gone: dict[int, Fate] = {}
        with self._store.database.reading():
            for ask in asked:
                ticket = self._there(ask.ticket)
                if ticket is None:
                    gone[ask.ticket] = Fate.MISSING
                elif ticket.id != ask.ticket:
                    merged[ask.ticket] = ticket.id
                else:
                    tickets.append(self._remote(ticket, ask))
        return Fetched(tuple(tickets), merged, gone)

    def file(self, id: int) -> bytes:
        seq, place = divmod(id, _FILES)
        entry = next(self._store.journal.entries(after=seq - 1), None)
        ticket = self._there(entry.ticket) if entry is not None and entry.seq == seq else None
        files = _attachments(ticket, entry.id) if ticket is not None and entry is not None else ()
        content = self._store.blob(files[place].sha256) if place < len(files) else None
        if content is None:
            raise NotPossible(reason=_NO_FILE)
        return content

    def presence(self, ticket: int) -> Sequence[str]:
        return ()

    def find_opened(self, opening: Opening) -> Sequence[int]:
        opened = self._store.journal.actions([opening.op]).get(opening.op)
        return (opened.ticket,) if isinstance(opened, do.Open) else ()

    def _there(self, number: int) -> Ticket | None:
        """A ticket, or the one it was merged into."""
        ticket = self._store.get(number)
        if ticket is None or not _is_merged(ticket) or ticket.merged_into is None:
            return ticket
        return self._there(ticket.merged_into)

    def _remote(self, ticket: Ticket, ask: Ask) -> Remote:
        done = self._done(ticket.id)
        told = [
            _entry(entry, action, ticket)
            for entry, action in done
            if not isinstance(action, do.Adopt)
            and (entry.seq > ask.mark if ask.entries is None else entry.seq in ask.entries)
        ]
        opened = next(
            (action for line, action in done if isinstance(action, do.Open) and line.ticket == ticket.id),
            None,
        )
        newest = done[-1][1] if done else None
        return Remote(
            id=ticket.id,
            facts=project(ticket),
            customer=ticket.customer,
            created=ticket.created,
            updated=_updated(ticket),
            updated_by=newest.by if newest is not None else "",
            entries=tuple(told),
            mark=ask.mark if ask.entries is not None else max((ask.mark, *(each.id for each in told))),
            opened=msgspec.json.encode(opened).decode() if opened is not None else "",
            links=tuple(sorted(link.other for link in ticket.links)) if ask.links else None,
        )

    def _done(self, number: int) -> list[tuple[journal.Entry, do.Action]]:
        """What was done to a ticket, and to those that were merged into it; what was erased is left out."""
        found: list[tuple[journal.Entry, do.Action]] = []
        for entry in self._store.journal.entries(number):
            action = entry.action
            if isinstance(action, do.Merge) and action.into == number:
                found += self._done(action.ticket)
            elif action is not None and entry.ticket == number:
                found.append((entry, action))
        return sorted(found, key=lambda each: each[0].seq)

    # Writing

    def open(self, opening: Opening) -> int:
        with self._store.transaction():
            for known in self.find_opened(opening):
                return known
            said = _decoded(opening.action, opening.op)
            if not isinstance(said, do.Open):
                raise NotPossible(reason=_NO_ACTION)
            content = replace(said.content, text=opening.text, attachments=self._kept(opening.files))
            action = replace(said, ticket=self._store.next_id(), by=self._login, content=content)
            ticket = start(action)
            self._save([action], {ticket.id: ticket}, opening.facts)
            self._store.remember(ticket)
            return ticket.id

    def push(self, push: Push) -> None:
        with self._store.transaction():
            action = _decoded(push.action, push.op)
            if action is None or isinstance(action, do.Open | do.Receive | do.Adopt):
                raise NotPossible(reason=_NO_ACTION)
            if self._store.journal.has(action.id):
                return
            ticket = self._writable(push.ticket)
            if push.facts.owner == self._login and ticket.owner not in (push.owner, self._login):
                raise OwnedBy(ticket.owner or "")
            action = replace(action, by=self._login)
            after = self._after(action)
            if push.files and push.ticket in after:
                after[push.ticket] = _with_files(after[push.ticket], action.id, self._kept(push.files))
            self._save([action], after, push.facts)

    def mend(self, ticket: int, facts: Facts) -> None:
        with self._store.transaction():
            held = self._writable(ticket)
            self._save([], {held.id: held}, facts)

    def _after(self, action: do.Action) -> dict[int, Ticket]:
        """The tickets after an action, whether or not it fits; a merge has to."""
        before = {number: self._writable(number) for number in do.tickets_of(action)}
        source = before[action.ticket]
        undone = None
        if isinstance(action, do.Undo):
            undone = self._store.journal.actions([action.of]).get(action.of)
        if not isinstance(action, do.Merge):
            return {number: accounted(ticket, action, undone) for number, ticket in before.items()}
        try:
            return {
                number: apply(ticket, action, source if number != action.ticket else None)
                for number, ticket in before.items()
            }
        except Refusal as refusal:
            raise NotPossible(reason=told_of(refusal)) from None

    def _writable(self, number: int) -> Ticket:
        ticket = self._store.get(number)
        if ticket is None:
            raise NotPossible(reason=_NO_TICKET)
        if _is_merged(ticket):
            raise NotPossible(reason=told_of(no.Merged(into=ticket.merged_into)))
        return ticket

    def _kept(self, files: Sequence[Upload]) -> tuple[Attachment, ...]:
        return tuple(
            Attachment(each.name, each.media_type, len(each.data), self._store.put_blob(each.data))
            for each in files
        )

    def _save(self, actions: list[do.Action], after: dict[int, Ticket], facts: Facts) -> None:
        """Write actions with what they lead to; `facts` are those that shall hold of the first ticket."""
        now = self._now()
        first = next(iter(after))
        held = overlay(after[first], facts, self._policy.levels, now)
        if held != after[first]:
            after[first] = replace(held, changed=max(now, _updated(held)))
        adopted = [
            do.Adopt(
                id=action_id(now, self._entropy(ENTROPY)), ticket=number, at=now, by=self._login, state=ticket
            )
            for number, ticket in after.items()
            if played(self._store.get(number), actions) != ticket
        ]
        rows = [row(ticket, self._policy) for ticket in after.values()]
        self._store.save([*actions, *adopted], after, rows, now, settled=True)


def _is_merged(ticket: Ticket) -> bool:
    return ticket.status is Status.MERGED


def _updated(ticket: Ticket) -> datetime:
    return ticket.changed or ticket.created


def _decoded(action: str, op: str) -> do.Action | None:
    try:
        said: do.Action = msgspec.json.decode(action, type=do.Action)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return said if said.id == op else None


def _attachments(ticket: Ticket, message_id: str) -> tuple[Attachment, ...]:
    return next((each.attachments for each in ticket.messages if each.id == message_id), ())


def _with_files(ticket: Ticket, message_id: str, files: tuple[Attachment, ...]) -> Ticket:
    messages = tuple(
        replace(each, attachments=files) if each.id == message_id else each for each in ticket.messages
    )
    return replace(ticket, messages=messages)


def _entry(entry: journal.Entry, action: do.Action, ticket: Ticket) -> Entry:
    """A line of the journal as the helpdesk tells it; `ticket` is the one whose conversation it belongs to."""
    files = tuple(
        File(entry.seq * _FILES + place, file.name, file.media_type, file.size)
        for place, file in enumerate(_attachments(ticket, action.id))
    )
    if isinstance(action, do.Open | do.Receive):
        content = action.content
        return Entry(
            id=entry.seq,
            at=action.at,
            by=content.author or action.by,
            kind=content.kind,
            opens=isinstance(action, do.Open) and entry.ticket == ticket.id,
            text=content.text,
            message_id=content.message_id,
            files=files,
            op=action.id if isinstance(action, do.Open) else "",
        )
    return Entry(
        id=entry.seq,
        at=entry.recorded,
        by=action.by,
        kind=MessageKind.REPLY if isinstance(action, do.Reply) else MessageKind.NOTE,
        text=spoken(action),
        files=files,
        op=action.id,
        action=msgspec.json.encode(action).decode(),
    )
