"""Sending the outbox: one action after the other on each ticket, each exactly once, each judged by reading back.

An attempt is on disk before it goes out. Whatever happens then - an error, a crash, a power cut - the ticket is read
before the action is sent again, and after a pause in which a helpdesk that is still at work can finish: until then it
may show words without the facts that came with them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

import msgspec
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.rebase import reapply
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket
from agent_tui.store.outbox import Cause, Held, Waiting
from agent_tui.store.remotes import Elsewhere
from agent_tui.store.repository import Repository
from agent_tui.sync.absorb import Absorber, Taken
from agent_tui.sync.backends.base import Ask, Backend, BackendError, Opening, OwnedBy, Push, Scope
from agent_tui.sync.facts import Facts, named
from agent_tui.sync.hands import Hands
from agent_tui.sync.incoming import renumbered, spoken
from agent_tui.sync.outgoing import changed, opening_of
from agent_tui.sync.pacing import Pace
from agent_tui.sync.stacking import told_of

PATIENCE = timedelta(seconds=10)
"""How long after an attempt in doubt a helpdesk may still be at work on it: RT stalls for up to 6.5 s."""

MOST = 20
"""After so many attempts of which no answer came, the agent decides whether there is another one."""


class Clock(Protocol):
    """Tells the time (UTC)."""

    def __call__(self) -> datetime: ...


class Attempt(Enum):
    """What is known of an attempt."""

    NOT_MADE = auto()
    IN_DOUBT = auto()
    MADE = auto()  # the helpdesk said that it was done


_UNSEEN = N_(
    "It was sent, and can't be seen on the helpdesk. Look there before you send it again: perhaps you may not "
    "see comments."
)
_NEVER_ARRIVES = N_(
    "It was tried {tries} times and never arrived: the helpdesk may fail at just this. Ask its administrator, or do "
    "it otherwise."
)
_NEVER_OPENED = N_("#{ticket} was never opened on the helpdesk.")


class Sender:
    """Sends one agent's outbox to one helpdesk. Its methods raise `BackendError` when the server can't be used."""

    def __init__(
        self,
        repository: Repository,
        backend: Backend,
        absorber: Absorber,
        hands: Hands,
        agent: str,
        queue: str,
        pace: Pace,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._store = repository
        self._backend = backend
        self._absorber = absorber
        self._hands = hands
        self._agent = agent
        self._queue = queue
        self._pace = pace
        self._patience = patience

    def work(self, ticket: int, now: Clock) -> bool:
        """Send what waits on a ticket until nothing does, or something has to wait; whether anything was sent.

        The caller has the ticket in its hands.
        """
        first = self._next(ticket, now())
        if first is not None and not self._had_time(first, now()):
            return False
        if self._store.remotes.there(ticket) is not None:
            return self._work_on(ticket, now)
        if not self._open(ticket, now):
            return False
        with self._hands.on([self._store.remotes.there(ticket) or 0]) as free:
            return bool(free) and self._work_on(ticket, now)  # whoever has it already reads it

    def _work_on(self, ticket: int, now: Clock) -> bool:
        sent = False
        taken = self.look(ticket, now)
        if taken is None:
            self._end_doubt(ticket, now)
        while taken is not None and (waiting := self._next(ticket, now())) is not None:
            if not self._had_time(waiting, now()):
                return sent
            if self._gives_up(waiting, now):
                return sent
            attempt = self._send(waiting, taken.facts, now)
            if attempt is Attempt.NOT_MADE:
                return sent
            taken = self.look(ticket, now)
            sent = True
            again = self._store.outbox.unsettled(waiting.id)
            if taken is None or again is None or again.held is not None or again.sent is None:
                continue
            if attempt is Attempt.MADE:  # to send it again would double it wherever it is
                self._hold(again, Held(Cause.REFUSED, Told(_UNSEEN), now()), now)
            else:
                self._later(again, now, doubtful=True)
            return sent
        return sent

    def in_doubt(self, numbers: Collection[int], now: datetime) -> set[int]:
        """Those of the helpdesk's tickets on which it may be at work for us still: what they hold by now is no news."""
        attempts = self._store.outbox.attempts(now - self._patience, now)
        return {there for each in attempts if (there := self._store.remotes.there(each)) in numbers and there}

    def look(self, ticket: int, now: Clock) -> Taken | None:
        """Read a ticket and take it in; None when it can't be had any more. What was left out is written once more."""
        remote = self._store.remotes.there(ticket)
        known = self._store.remotes.of(ticket)
        if remote is None or known is None:
            return None
        taken = self._read(ticket, remote, known, now)
        if taken is not None and named(taken.lacking):
            self._mend(remote, taken, now)
            taken = self._read(ticket, remote, known, now, final=True)
        return taken

    def _mend(self, remote: int, taken: Taken, now: Clock) -> None:
        """Write once more what was left out, unless the helpdesk fails at it each time."""
        lacked_by = self._store.outbox.unsettled(taken.lacked_by)
        if lacked_by is None or lacked_by.tries >= MOST:
            return
        if not self._begin(taken.lacked_by, now):
            return
        try:
            self._backend.mend(remote, taken.lacking)
        except BackendError as error:
            if error.scope is not Scope.ACTION:
                raise

    def _read(
        self, ticket: int, remote: int, known: Elsewhere, now: Clock, *, final: bool = False
    ) -> Taken | None:
        fetched = self._backend.fetch([Ask(ticket=remote, mark=0 if known.fate else known.mark)])
        for each in fetched.tickets:
            if each.id == remote:
                return self._absorber.take_in(each, now(), final=final)
        for number, fate in fetched.gone.items():
            self._absorber.take_away(number, fate, now())
        for source, target in fetched.merged.items():
            self.take_merged(source, target, now)
        return None

    def take_merged(self, source: int, target: int, now: Clock, mine: Collection[int] = ()) -> bool:
        """A ticket went into another: read that one in full, and then end the one; False if that can't be had now.

        `mine` are tickets that the caller has in its hands.
        """
        if target in mine:
            self._take_merged(source, target, now)
            return True
        with self._hands.on([target], leave=self.in_doubt([target], now())) as free:
            if free:
                self._take_merged(source, target, now)
        return bool(free)

    def _take_merged(self, source: int, target: int, now: Clock) -> None:
        fetched = self._backend.fetch([Ask(ticket=target)])
        for each in fetched.tickets:
            self._absorber.take_in(each, now(), along=source)
            lacking = self._absorber.take_merged(source, each, now())
            if named(lacking):
                self._backend.mend(each.id, lacking)
                for again in self._backend.fetch([Ask(ticket=target)]).tickets:
                    self._absorber.take_merged(source, again, now(), final=True)
        for fate in fetched.gone.values():
            self._absorber.take_away(source, fate, now())
            self._absorber.take_away(target, fate, now())

    def _next(self, ticket: int, now: datetime) -> Waiting | None:
        """The first action that waits on a ticket, if it can be tried now."""
        waiting = [each for each in self._store.outbox.waiting(ticket) if each.ticket == ticket]
        first = waiting[0] if waiting else None
        return first if first is not None and first.held is None and first.due <= now else None

    def _had_time(self, waiting: Waiting, now: datetime) -> bool:
        """Whether the helpdesk must be done with the last attempt by now; else the next look is put off until then."""
        if waiting.sent is None or now >= waiting.sent + self._patience:
            return True
        with self._store.transaction():
            self._store.outbox.later(waiting.id, waiting.sent + self._patience, doubtful=True)
        return False

    def _gives_up(self, waiting: Waiting, now: Clock) -> bool:
        """Whether something that is in doubt after each attempt, and not there, is left to the agent now."""
        if waiting.sent is None or waiting.tries < MOST:
            return False
        self._hold(
            waiting, Held(Cause.REFUSED, Told(_NEVER_ARRIVES, {"tries": str(waiting.tries)}), now()), now
        )
        return True

    def _end_doubt(self, ticket: int, now: Clock) -> None:
        """What was in doubt on a ticket that was merged is not where that went, once the helpdesk had time for it."""
        waiting, remote = self._next(ticket, now()), self._store.remotes.there(ticket)
        if waiting is None or remote is None:
            return
        with self._store.transaction():
            if self._absorber.is_merged(remote):
                self._store.outbox.later(waiting.id, now(), doubtful=False)
                self._absorber.reshow(ticket, now())
            else:  # where it went is in other hands
                self._store.outbox.later(waiting.id, now() + self._pace(1), doubtful=True)

    # One action

    def _begin(self, action_id: str, now: Clock) -> bool:
        with self._store.transaction():
            return self._store.outbox.begin(action_id, now())

    def _send(self, waiting: Waiting, held: Facts, now: Clock) -> Attempt:
        """Try to send an action."""
        action = waiting.action
        if action is None:  # erased before it could be sent
            with self._store.transaction():
                self._store.outbox.drop(waiting.id, now())
            return Attempt.NOT_MADE
        push = self._prepared(waiting, action, held, now)
        if push is None:
            return Attempt.NOT_MADE
        if not self._begin(waiting.id, now):
            return Attempt.NOT_MADE
        try:
            self._backend.push(push)
        except BackendError as error:
            return self._failed(waiting, error, now)
        return Attempt.MADE

    def _prepared(self, waiting: Waiting, action: do.Action, held: Facts, now: Clock) -> Push | None:
        """What to write for an action; None when it has to wait."""
        remotes = self._store.remotes
        known = remotes.of(action.ticket)
        numbered = renumbered(action, remotes.there)
        if known is None or known.remote is None:
            return None
        if numbered is None:
            self._wait_for_others(waiting, action, now)
            return None
        try:
            after = self._after(known.base, action)
        except Refusal as refusal:
            if waiting.tries == 0 or waiting.sent is None:
                self._hold(waiting, Held(Cause.IMPOSSIBLE, told_of(refusal), now()), now)
                return None
            after = known.base  # an attempt left its traces; what is missing is the word of it
        merges = numbered.into if isinstance(numbered, do.Merge) else None
        facts = changed(after, held) if merges is None else Facts()
        return Push(
            ticket=known.remote,
            op=action.id,
            action=msgspec.json.encode(numbered).decode(),
            text=spoken(numbered),
            public=isinstance(action, do.Reply),
            facts=facts,
            owner=known.base.owner,
            merge_into=merges,
            link=numbered.other if isinstance(numbered, do.Link) else None,
            unlink=numbered.other if isinstance(numbered, do.Unlink) else None,
        )

    def _wait_for_others(self, waiting: Waiting, action: do.Action, now: Clock) -> None:
        """Another ticket that an action changes is not open there yet, or never will be."""
        for number in do.tickets_of(action):
            opens = any(isinstance(each.action, do.Open) for each in self._store.outbox.waiting(number))
            if self._store.remotes.there(number) is None and not opens:
                self._hold(waiting, _never_opened(number, now()), now)
                return
        self._later(waiting, now, doubtful=False)

    def _after(self, base: Ticket, action: do.Action) -> Ticket:
        undone = (
            self._store.journal.actions([action.of]).get(action.of) if isinstance(action, do.Undo) else None
        )
        return reapply(base, action, undone)

    def _failed(self, waiting: Waiting, error: BackendError, now: Clock) -> Attempt:
        """Deal with an attempt that raised. Raises the error again when it is not this action's alone."""
        if error.doubtful:
            tried = replace(waiting, tries=waiting.tries + 1)
            if error.scope is Scope.ACTION:
                return Attempt.IN_DOUBT  # the words went out before this failed: the look tells
            self._later(tried, now, doubtful=True, error=error)
            raise error
        if error.scope is Scope.ACTION and not isinstance(error, OwnedBy):
            self._hold(waiting, Held(Cause.REFUSED, error.told, now()), now)
            return Attempt.NOT_MADE
        if isinstance(error, OwnedBy):
            with self._store.transaction():
                self._store.outbox.later(waiting.id, now(), doubtful=False)
            return Attempt.IN_DOUBT  # the look takes the new owner in, and holds what that makes impossible
        self._later(replace(waiting, tries=waiting.tries + 1), now, doubtful=False, error=error)
        raise error

    def _later(
        self, waiting: Waiting, now: Clock, *, doubtful: bool, error: BackendError | None = None
    ) -> None:
        pause = self._pace(waiting.tries, error.wait if error is not None else None)
        if doubtful and (error is None or error.busy):
            pause = max(pause, self._patience)
        with self._store.transaction():
            self._store.outbox.later(waiting.id, now() + pause, doubtful=doubtful)

    def _hold(self, waiting: Waiting, held: Held, now: Clock) -> None:
        with self._store.transaction():
            self._store.outbox.hold(waiting.id, held)
            self._absorber.reshow(waiting.ticket, now(), waiting.action)

    # Opening

    def _open(self, ticket: int, now: Clock) -> bool:
        """Open a ticket there that was opened here; whether it is there now."""
        waiting = self._next(ticket, now())
        if waiting is None:
            return False
        if not isinstance(waiting.action, do.Open):  # its opening was erased or given up
            if waiting.action is None:
                with self._store.transaction():
                    self._store.outbox.drop(waiting.id, now())
            else:
                self._hold(waiting, _never_opened(ticket, now()), now)
            return False
        opening = opening_of(self._store, waiting.action, self._queue)
        number = self._found(ticket, opening) if waiting.sent is not None else None
        if number is None and self._gives_up(waiting, now):
            return False
        if number is None:
            if not self._begin(waiting.id, now):
                return False
            try:
                number = self._backend.open(opening)
            except BackendError as error:
                if self._failed(waiting, error, now) is Attempt.NOT_MADE:
                    return False
                number = self._found(ticket, opening)
        if number is None:
            self._later(waiting, now, doubtful=True)
            return False
        self._absorber.opened(ticket, number)
        return True

    def _found(self, ticket: int, opening: Opening) -> int | None:
        """The helpdesk's ticket that an attempt to open one has left there."""
        here = self._store.remotes.here
        found = self._backend.find_opened(opening)
        return next((number for number in found if here(number) in (None, ticket)), None)


def _never_opened(ticket: int, now: datetime) -> Held:
    return Held(Cause.AWAY, Told(_NEVER_OPENED, {"ticket": str(ticket)}), now)
