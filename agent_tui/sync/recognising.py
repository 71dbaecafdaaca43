"""Whose doing an entry is: an action of ours, a colleague's, something that somebody wrote; and whether it is news."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.changes import text_of
from agent_tui.domain.ticket import Ticket
from agent_tui.store.outbox import Waiting
from agent_tui.store.repository import Repository
from agent_tui.sync.backends.base import Entry, Remote
from agent_tui.sync.incoming import action_of, content_of, entry_id, opening, renumbered, same_words, spoken


class Found(msgspec.Struct, frozen=True):
    """What an entry turned out to be; `mine` if it waited here to be sent."""

    action: do.Action
    mine: Waiting | None = None


class Recogniser:
    """Recognises what one helpdesk tells, for one agent. Call it inside a transaction: it notes what it recognised."""

    def __init__(self, repository: Repository, agent: str, server: str) -> None:
        self._store = repository
        self._agent = agent
        self._server = server

    # How a ticket began

    def opened_here(self, remote: Remote) -> do.Open | None:
        """The action of ours that opened a ticket: by its id, or in doubt by its words where there are no ids."""
        outbox = self._store.outbox
        if remote.opened:
            each = outbox.unsettled(opening(remote, remote.id, self._server).id)
            return each.action if each is not None and isinstance(each.action, do.Open) else None
        first = next((entry for entry in remote.entries if entry.opens), None)
        openings = self._in_doubt(first) if first is not None else ()
        emails = remote.customer.emails
        return next((each for each in openings if set(each.customer.emails[:1]) <= set(emails)), None)

    def _in_doubt(self, entry: Entry) -> Iterator[do.Open]:
        """The actions of ours in doubt that may have opened a ticket with these words."""
        for each in self._store.outbox.waiting() if entry.by == self._agent else ():
            action = each.action
            if isinstance(action, do.Open) and each.sent is not None:
                words = action.content.text
                if same_words(words if words.strip() else action.subject, entry.text):
                    yield action

    def began(self, remote: Remote, number: int) -> do.Open:
        """The action with which somebody else's ticket begins here."""
        begins = opening(remote, number, self._server)
        if self._store.journal.has(begins.id):  # somebody wrote down there what opened another one
            begins = opening(replace(remote, opened=""), number, self._server)
        return begins

    def opens(self, entry: Entry, number: int) -> None:
        """A ticket began with this entry: when it is merged, the entry is told again as any other."""
        self._store.recognise(_fingerprint(entry_id(self._server, entry.id, entry.at)), number)

    def began_elsewhere(self, entry: Entry, number: int) -> int | None:
        """Another ticket that began with this entry of ticket `number`: it has been merged into that one."""
        began = self._store.seen(_fingerprint(entry_id(self._server, entry.id, entry.at)))
        return began if began != number else None

    # What happened since

    def find(
        self, entry: Entry, number: int, waiting: Sequence[Waiting], others: Collection[str]
    ) -> Found | None:
        """What an entry of ticket `number` is; None if it is no news. `others` are ids that were found just now.

        A merge is none: that the helpdesk has merged two tickets shows in that one of them is gone.
        """
        mine = self._ours(entry, number, waiting)
        if mine is not None and mine.action is not None:
            # One that arrived twice counts once. A ticket of ours that was merged into this one is found by itself.
            known = mine.id in others or isinstance(mine.action, do.Open)
            return None if known else Found(mine.action, mine)
        if entry.op and self._known(entry.op):
            return None
        if not entry.op and next(self._in_doubt(entry), None) is not None:
            self.opens(entry, number)  # so it did, a ticket that was merged into this one by now
            return None
        action = action_of(entry, number, self._server, self.here)
        if isinstance(action, do.Merge) or action.id in others or self._known(action.id):
            return None
        if action.ticket == number:
            return Found(action)
        return self._came_along(action, entry, number)

    def told_before(self, entry: Entry, base: Ticket) -> Ticket:
        """The ticket without the bare words of an action, which were read before the helpdesk had written whose."""
        name = entry_id(self._server, entry.id, entry.at)
        if not entry.op or not self._store.journal.has(name):
            return base
        return replace(base, messages=tuple(each for each in base.messages if each.id != name))

    def _came_along(self, action: do.Action, entry: Entry, number: int) -> Found | None:
        """What was done to a ticket that was merged into this one: its words, if it has any."""
        if text_of(action) is None:
            return None
        return Found(
            do.Receive(id=action.id, ticket=number, at=action.at, by=entry.by, content=content_of(entry))
        )

    def merge_of(self, remote: Remote, source: int, target: int) -> do.Merge | None:
        """The action, ours or a colleague's, that merged a ticket into another one, which is `remote` there."""
        for entry in self._store.journal.entries(source):
            action = entry.action
            if isinstance(action, do.Merge) and (action.ticket, action.into) == (source, target):
                mine = self._store.outbox.unsettled(action.id)
                if mine is None or mine.sent is not None:  # not one that was discarded, or is held
                    return action
        for said in remote.entries:
            found = action_of(said, target, self._server, self.here)
            if isinstance(found, do.Merge) and (found.ticket, found.into) == (source, target):
                return found
        return None

    def undone(self, action: do.Action, happened: Sequence[do.Action]) -> do.Action | None:
        """The action that an `Undo` takes back, if it is known here or was just now found."""
        if not isinstance(action, do.Undo):
            return None
        now = next((each for each in happened if each.id == action.of), None)
        return now or self._store.journal.actions([action.of]).get(action.of)

    def here(self, remote: int) -> int | None:
        """The number here of a ticket there; one that was not read yet will have its own, if that is free."""
        number = self._store.remotes.here(remote)
        return remote if number is None and self._store.get(remote) is None else number

    def _ours(self, entry: Entry, number: int, waiting: Sequence[Waiting]) -> Waiting | None:
        """The action of ours that made an entry, if one did.

        A helpdesk may have written the words and not the id, or may keep no ids at all: then what was in doubt is
        known by its words.
        """
        if entry.op:
            return self._store.outbox.unsettled(entry.op)
        if entry.by != self._agent:
            return None
        name = entry_id(self._server, entry.id, entry.at)
        for each in waiting:
            if each.sent is None or each.action is None or self._known(name):
                continue
            if same_words(self.words(each.action), entry.text):
                self._store.recognise(_fingerprint(name), number)
                return each
        return None

    def words(self, action: do.Action) -> str:
        """What the helpdesk's own users read of an action of ours, with the numbers that tickets have there."""
        return spoken(renumbered(action, self._store.remotes.there) or action)

    def _known(self, name: str) -> bool:
        return self._store.journal.has(name) or self._store.seen(_fingerprint(name)) is not None


def _fingerprint(name: str) -> str:
    return blake2b(name.encode(), digest_size=32).hexdigest()
