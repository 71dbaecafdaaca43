"""Taking in what the helpdesk says.

It has a state of each ticket; what the agent sees is that state with the outbox on top. One ticket is one transaction
over the helpdesk's state, the journal, the outbox and what is shown. Nothing here talks to the helpdesk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, start
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.policy import Policy
from agent_tui.domain.rebase import accounted, away, back
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Link, Message, MessageKind, Relation, Status, Ticket
from agent_tui.store.outbox import Cause, Held, Waiting
from agent_tui.store.remotes import ERASED, Elsewhere
from agent_tui.store.repository import Repository
from agent_tui.sync.backends.base import Fate, Remote
from agent_tui.sync.facts import (
    FILLED,
    NAMES,
    Facts,
    changed_since,
    differing,
    encoded,
    named,
    overlay,
    project,
)
from agent_tui.sync.incoming import entry_id
from agent_tui.sync.recognising import Recogniser
from agent_tui.sync.showing import Display

FATES = tuple(fate.value for fate in Fate)
"""The tags of tickets that the helpdesk has no more, or hides."""

_AWAY = {
    Fate.DELETED: N_("The ticket was deleted on the helpdesk."),
    Fate.HIDDEN: N_("The ticket was moved to where you can't see it."),
    Fate.MISSING: N_("The ticket is not on the helpdesk any more."),
}
_KEPT = N_("The helpdesk kept its own values: {fields}.")
_SPEAKS = (MessageKind.CUSTOMER, MessageKind.REPLY, MessageKind.BOUNCE)


class Taken(msgspec.Struct, frozen=True):
    """What came of taking a ticket in."""

    ticket: int
    settled: tuple[str, ...] = ()  # actions of ours that the helpdesk has
    held: tuple[str, ...] = ()  # actions of ours that have to wait for the agent, newly
    lacking: Facts = Facts()  # what actions of ours should have written, and did not
    lacked_by: str = ""  # the last one of these
    facts: Facts = Facts()  # what the helpdesk holds


class _Lacking(Exception):
    """Ends the transaction without a trace."""

    def __init__(self, taken: Taken) -> None:
        super().__init__()
        self.taken = taken


class Absorber:
    """Takes in what one helpdesk says, for one agent. `server` names it in the ids of what it says."""

    def __init__(
        self,
        repository: Repository,
        policy: Policy,
        agent: str,
        server: str,
        entropy: Callable[[int], bytes],
    ) -> None:
        self.repository = repository
        self._policy = policy
        self._agent = agent
        self._server = server
        self._recogniser = Recogniser(repository, agent, server)
        self._display = Display(repository, policy, agent, entropy)

    def take_in(
        self, remote: Remote, now: datetime, *, final: bool = False, along: int | None = None
    ) -> Taken:
        """Take a ticket in as it is now; with it comes what was said `along` on one that was merged into it.

        Facts that an action of ours should have written and did not are reported and nothing is kept, until it is
        `final`: then the helpdesk's values stand, and the agent is told.
        """
        try:
            with self.repository.transaction():
                return self._take_in(remote, now, final=final, along=along)
        except _Lacking as lacking:
            return lacking.taken

    def _take_in(self, remote: Remote, now: datetime, *, final: bool, along: int | None) -> Taken:
        store = self.repository
        number = store.remotes.here(remote.id)
        known = store.remotes.of(number) if number is not None else None
        happened: list[do.Action] = []
        ours: list[Waiting] = []
        settled: list[str] = []
        merged: set[int] = set()
        if known is not None and known.fate == ERASED:  # what was destroyed here does not come back
            return Taken(known.ticket)
        if known is None:
            known = self._begin(remote, happened, settled)
            store.remotes.put(known)  # what is read of others may point here
        number = known.ticket
        settled += self._opens(number)
        before = back(known.base, FATES) if known.fate else known.base
        base, was, late = before, known.base, False
        waiting = store.outbox.waiting(number)
        source = store.remotes.here(along) if along is not None else None
        waiting += store.outbox.waiting(source) if source is not None else []
        for entry in remote.entries:
            if entry.opens:
                self._recogniser.opens(entry, number)
                continue
            began = self._recogniser.began_elsewhere(entry, number)
            if began is not None and began != source:
                merged.add(began)
            others = {each.id for each in (*happened, *ours)}
            found = self._recogniser.find(entry, number, waiting, others)
            if found is None:
                continue
            base = self._recogniser.told_before(entry, base)
            late = late or (known.updated is not None and entry.at <= known.updated)
            undone = self._recogniser.undone(found.action, happened)
            self._other_ends(base, found.action, undone)
            base = _after(base, found.action, undone)
            if found.mine is None:
                happened.append(found.action)
            else:  # what of ours is there now is no news to what of ours comes after it
                ours.append(found.mine)
                was = _after(was, found.action, undone)
        base = self._linked(base, remote, now)
        lacking = self._lacking(before, base, remote, ours)
        if named(lacking):
            nobody_else = remote.by_itself or remote.updated_by == self._agent
            sending = {each.id for each in waiting if each.held is None}
            expected = nobody_else and all(each.id in sending for each in ours)
            if not final and expected:
                raise _Lacking(Taken(number, lacking=lacking, lacked_by=ours[-1].id, facts=remote.facts))
            unasked = _empty(remote.facts) - _changed(before, base)
            refused = [name for name in named(lacking) if name not in unasked]
            if refused:
                store.outbox.note(ours[-1].id, Told(_KEPT, {"fields": ", ".join(refused)}))
        settled += (each.id for each in ours)
        names = set(NAMES)
        # The facts that were read last knew already of what is told late.
        if _is_ahead(base, remote, b"" if known.fate or late else known.facts):
            names -= {"status"} - named(lacking).keys()
        held = overlay(base, remote.facts, self._policy.levels, remote.updated, names)
        if not self._display.can_show(held):  # a colleague's policy knows what ours does not
            kept = replace(before, messages=base.messages)
            held = overlay(kept, remote.facts, self._policy.levels, remote.updated)
        if held != base:
            base = replace(held, changed=max(held.changed or held.created, remote.updated))
        store.outbox.settle(settled, now)
        store.remotes.put(
            Elsewhere(
                number,
                remote.id,
                max(known.mark, remote.mark),
                base,
                updated=remote.updated,
                facts=encoded(remote.facts),
            )
        )
        stopped = self._display.show(number, was, base, happened, now, by=remote.updated_by)
        for each in merged:
            other = store.remotes.there(each)
            if other is not None:  # it was out of sight when that happened
                self.take_merged(other, remote, now, final=True)
        return Taken(number, tuple(settled), stopped, facts=remote.facts)

    def opened(self, number: int, remote: int) -> None:
        """A ticket of ours has been opened there under this number; it is settled once it is read."""
        store = self.repository
        with store.transaction():
            known = store.remotes.of(number)
            if known is not None and known.remote is None:
                store.remotes.put(replace(known, remote=remote))

    def _opens(self, number: int) -> list[str]:
        """The action that opened a ticket, if it is not known yet that the helpdesk has it."""
        waiting = self.repository.outbox.waiting(number)
        return [each.id for each in waiting if isinstance(each.action, do.Open)]

    def is_merged(self, source: int) -> bool:
        """Whether it is known here that a ticket of the helpdesk ended in another.

        Of one that never was here the words are still to be read where it went.
        """
        here = self.repository.remotes.here(source)
        known = self.repository.remotes.of(here) if here is not None else None
        return known is not None and known.base.status is Status.MERGED

    def reshow(self, number: int, now: datetime, action: do.Action | None = None) -> None:
        """Show a ticket anew after its outbox changed: an action was held, released or dropped."""
        with self.repository.transaction():
            self._display.again({number, *(do.tickets_of(action) if action is not None else ())}, now)

    def take_away(self, remote: int, fate: Fate, now: datetime) -> None:
        """A ticket that can't be had any more. What was to be sent there waits for the agent's decision."""
        store = self.repository
        with store.transaction():
            number = store.remotes.here(remote)
            known = store.remotes.of(number) if number is not None else None
            if known is None or known.fate == ERASED:
                return
            store.outbox.settle(self._opens(known.ticket), now)
            stopped = [each for each in store.outbox.waiting(known.ticket) if each.held is None]
            if known.fate == fate and not stopped:
                return
            base = away(back(known.base, FATES), fate.value, now)
            store.remotes.put(replace(known, base=base, fate=fate.value))
            for each in stopped:
                # What is in doubt stays so: if the ticket comes back, it shows what arrived.
                store.outbox.hold(each.id, Held(Cause.AWAY, Told(_AWAY[fate]), now), doubtful=True)
            self._display.show(known.ticket, known.base, base, [], now)

    def take_merged(self, source: int, remote: Remote, now: datetime, *, final: bool = False) -> Facts:
        """A ticket was merged into another one, `remote`, which was taken in with all its entries already.

        When we did it, facts that follow from it and that the helpdesk does not hold are returned and nothing is kept,
        until it is `final`.
        """
        store = self.repository
        with store.transaction():
            here, there = store.remotes.here(source), store.remotes.here(remote.id)
            one = store.remotes.of(here) if here is not None else None
            other = store.remotes.of(there) if there is not None else None
            if one is None or other is None or one.base.status is Status.MERGED:
                return Facts()
            if ERASED in (one.fate, other.fate):
                return Facts()
            merge = self._recogniser.merge_of(remote, one.ticket, other.ticket) or do.Merge(
                id=entry_id(self._server, source, remote.updated, "merge"),
                ticket=one.ticket,
                at=remote.updated,
                by=remote.updated_by,
                into=other.ticket,
            )
            ended, grown = _merged(merge, replace(one, base=back(one.base, FATES)), other)
            if merge.by == self._agent and not final:
                lacking = differing(project(grown), remote.facts, _changed(other.base, grown))
                if named(lacking):
                    return lacking
            names = set(NAMES) - ({"status"} if _is_ahead(grown, remote, other.facts) else set())
            grown = overlay(grown, remote.facts, self._policy.levels, remote.updated, names)
            # If it is ours: that it is done needs no other word.
            store.outbox.settle([merge.id, *self._opens(one.ticket)], now)
            store.remotes.put(replace(one, base=ended, fate=""))
            store.remotes.put(replace(other, base=grown))
            # One that is new to the journal changes both tickets there, from how they were shown.
            known = store.journal.has(merge.id)
            self._display.show(one.ticket, one.base, ended, [merge], now, by=merge.by)
            self._display.show(other.ticket, other.base, grown, [], now, by=merge.by, follows=known)
        return Facts()

    # The helpdesk's side

    def _begin(self, remote: Remote, happened: list[do.Action], settled: list[str]) -> Elsewhere:
        """A ticket that is new here: one that we opened, or the helpdesk's, under its own number if that is free."""
        store = self.repository
        ours = self._recogniser.opened_here(remote)
        if ours is not None:
            settled.append(ours.id)
            return Elsewhere(ours.ticket, remote.id, 0, start(ours))
        number = remote.id if store.get(remote.id) is None else store.next_id()
        begins = self._recogniser.began(remote, number)
        happened.append(begins)
        return Elsewhere(number, remote.id, 0, start(begins))

    def _other_ends(self, base: Ticket, action: do.Action, undone: do.Action | None) -> None:
        """What happened on `base` and changes another ticket: the other end of a link.

        What was done to a ticket that was merged into this one by now is done to that one, and comes along with it.
        """
        store = self.repository
        for number in do.tickets_of(action) if not isinstance(action, do.Merge) else ():
            other = store.remotes.of(number) if number != base.id else None
            if other is not None:
                changed = accounted(other.base, action, undone)
                if changed != other.base:
                    store.remotes.put(replace(other, base=changed))

    def _linked(self, base: Ticket, remote: Remote, now: datetime) -> Ticket:
        """The ticket with the ties that the helpdesk has, as far as their other ends are here."""
        if remote.links is None:
            return base
        store = self.repository
        there = {number for each in remote.links if (number := self._recogniser.here(each)) is not None}
        kept = tuple(
            link for link in base.links if link.other in there or store.remotes.there(link.other) is None
        )
        links = [*kept]
        for number in sorted(there - {link.other for link in kept} - {base.merged_into}):
            other = store.remotes.of(number)
            if other is not None:
                links.append(Link(number, self._tie(other, base.id, now)))
        return base if tuple(links) == base.links else replace(base, links=tuple(links))

    def _tie(self, other: Elsewhere, number: int, now: datetime) -> Relation:
        """How a ticket is tied to another one, which is tied back if it is not yet."""
        relation = next((link.relation for link in other.base.links if link.other == number), None)
        if relation is not None:
            return relation
        base = replace(other.base, links=(*other.base.links, Link(number, Relation.RELATED)))
        self.repository.remotes.put(replace(other, base=base))
        self._display.show(other.ticket, other.base, base, [], now)
        return Relation.RELATED

    def _lacking(self, before: Ticket, base: Ticket, remote: Remote, ours: Sequence[Waiting]) -> Facts:
        """What actions of ours should have written, and the helpdesk does not hold."""
        if not ours:
            return Facts()
        written = _changed(before, base)
        if any(isinstance(each.action, do.Reply) for each in ours):  # helpdesks reopen what is answered
            written.add("status")
        return differing(project(base), remote.facts, written | _empty(remote.facts))


def _empty(held: Facts) -> set[str]:
    """What goes along with every action of ours, and is not there."""
    return {name for name in FILLED if getattr(held, name) is None}


def _is_ahead(base: Ticket, remote: Remote, kept: bytes) -> bool:
    """Whether a ticket is open since somebody wrote, and the helpdesk left it as it was: not each opens it then.

    That it did so shows in that nothing was changed there since those words, or that the status is still as it was
    `kept` when they were not there.
    """
    spoken = [message for message in base.messages if message.kind in _SPEAKS]
    if base.status is not Status.OPEN or not spoken or spoken[-1].kind is MessageKind.REPLY:
        return False
    return remote.updated <= spoken[-1].at or (
        bool(kept) and "status" not in changed_since(kept, remote.facts)
    )


def _changed(before: Ticket, after: Ticket) -> set[str]:
    """The facts in which two states of a ticket differ."""
    was, now = project(before), project(after)
    return {name for name in NAMES if getattr(was, name) != getattr(now, name)}


def _after(base: Ticket, action: do.Action, undone: do.Action | None) -> Ticket:
    """The ticket after something that happened there, unless it is a merge, or came along with one."""
    if isinstance(action, do.Merge) or base.id not in do.tickets_of(action):
        return base
    return accounted(base, action, undone)


def _merged(action: do.Merge, one: Elsewhere, other: Elsewhere) -> tuple[Ticket, Ticket]:
    """The ticket that ends and the one that goes on, whether or not the desk would have merged them."""
    try:
        return apply(one.base, action), apply(other.base, action, one.base)
    except Refusal:  # two customers, an owner, a state: the helpdesk has done it all the same
        ended = replace(one.base, status=Status.MERGED, merged_into=other.ticket, awaiting_since=None)
        return ended, replace(other.base, messages=_joined(other.base.messages, one.base.messages))


def _joined(one: Sequence[Message], other: Sequence[Message]) -> tuple[Message, ...]:
    messages = {message.id: message for message in (*one, *other)}
    return tuple(sorted(messages.values(), key=lambda each: (each.at, each.id)))
