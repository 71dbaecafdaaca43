"""What the agent sees of the helpdesk's tickets, and what the journal tells of how they came to be so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, start
from agent_tui.domain.ids import ENTROPY, action_id
from agent_tui.domain.policy import Policy
from agent_tui.domain.rebase import accounted
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.views import row
from agent_tui.store.repository import Repository
from agent_tui.sync.stacking import Stacked, stacked


class Display:
    """Shows tickets to one agent. Call it inside a transaction."""

    def __init__(
        self, repository: Repository, policy: Policy, agent: str, entropy: Callable[[int], bytes]
    ) -> None:
        self._store = repository
        self._policy = policy
        self._agent = agent
        self._entropy = entropy

    def show(
        self,
        number: int,
        was: Ticket,
        base: Ticket,
        happened: Sequence[do.Action],
        now: datetime,
        by: str = "",
        *,
        follows: bool = True,
    ) -> tuple[str, ...]:
        """Record what happened and show the ticket as it is now, with the outbox on top; returns what is newly held.

        `follows` says whether the journal leads to how the ticket is stored now.
        """
        known = {message.id for message in was.messages}
        arrived = [message for message in base.messages if message.id not in known]
        new = [action for action in happened if not self._store.journal.has(action.id)]
        result = stacked(self._store, number, was, base, arrived, self._agent, now)
        others: set[int] = set()
        for id_, held in result.held.items():
            self._store.outbox.hold(id_, held, doubtful=True)
            others |= {*self._tickets(id_)} - {number}
        self._record(number, result, new, now, by, follows=follows)
        self.again(others, now)
        return tuple(result.held)

    def can_show(self, ticket: Ticket) -> bool:
        """Whether clocks and next step of a ticket can be computed by our policy."""
        try:
            row(ticket, self._policy)
        except (Refusal, ValueError, OverflowError):
            return False
        return True

    def again(self, numbers: Collection[int], now: datetime) -> None:
        """Show tickets anew whose outbox changed, and nothing on the helpdesk."""
        for number in sorted(numbers):
            known = self._store.remotes.of(number)
            if known is not None:
                self.show(number, known.base, known.base, [], now, by=self._agent)

    def _tickets(self, action_id: str) -> tuple[int, ...]:
        action = self._store.journal.actions([action_id]).get(action_id)
        return () if action is None else do.tickets_of(action)

    def _record(
        self,
        number: int,
        result: Stacked,
        new: Sequence[do.Action],
        now: datetime,
        by: str,
        *,
        follows: bool,
    ) -> None:
        store = self._store
        shown = result.shown
        actions = list(new)
        if not follows or played(store.get(number), new) != shown:
            id_ = action_id(now, self._entropy(ENTROPY))
            actions.append(do.Adopt(id=id_, ticket=number, at=now, by=by, state=shown))
        if not actions:
            return
        tickets = {number: shown}
        for action in actions:
            for other in do.tickets_of(action):
                there = tickets.get(other) or store.get(other)
                receives = isinstance(action, do.Merge) and action.into == other  # is shown by itself
                if other != number and there is not None and not receives:
                    tickets[other] = accounted(there, action, None)
        rows = [row(ticket, self._policy) for ticket in tickets.values()]
        store.save(actions, tickets, rows, now, settled=True)
        for action in new:
            if isinstance(action, do.Open | do.EditCustomer):
                store.remember(shown)
            if isinstance(action, do.Receive) and action.content.message_id:
                store.remember(shown, message_id=action.content.message_id)


def played(ticket: Ticket | None, actions: Sequence[do.Action]) -> Ticket | None:
    """What the journal makes of the ticket with these actions; None where it can't."""
    for action in actions:
        if isinstance(action, do.Open):
            ticket = start(action)
        elif ticket is not None:
            try:
                ticket = apply(ticket, action)
            except (Refusal, ValueError):  # a merge into it needs the other ticket
                return None
    return ticket
