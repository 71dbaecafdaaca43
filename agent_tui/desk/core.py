"""`Desk`: what an agent can do and see, the same for the screens and the command line.

Every change goes through `perform`: policy is asked, the action applied, and ticket, journal and outbox written in one
transaction. Time is always an argument.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent_tui.desk.completing import completed
from agent_tui.desk.drafts import Drafts
from agent_tui.desk.errors import NoSuchAttachment, NoSuchTicket, NoSuchView
from agent_tui.desk.fields import Header
from agent_tui.desk.forms import FORMS, fill
from agent_tui.desk.replay import replay, verify_tickets
from agent_tui.desk.similar import similar
from agent_tui.desk.standing import marked, with_standing
from agent_tui.desk.unchanged import unchanged
from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, guard, start
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.clocks import Timer
from agent_tui.domain.ids import ENTROPY, action_id
from agent_tui.domain.likeness import Likeness
from agent_tui.domain.masking import Mask, typed_in
from agent_tui.domain.next_step import NextStep, next_step
from agent_tui.domain.permit import permit, permit_role
from agent_tui.domain.policy import Policy
from agent_tui.domain.refusals import NothingChanges, Refusal
from agent_tui.domain.sought import narrowed
from agent_tui.domain.ticket import Customer, Status, Ticket
from agent_tui.domain.timers import timers
from agent_tui.domain.undo import NothingToUndo, NotUndoable, inverse
from agent_tui.domain.views import Condition, Row, View, row, views_for
from agent_tui.packs.loader import Problem
from agent_tui.store.journal import Entry, Fault
from agent_tui.store.outbox import Waiting
from agent_tui.store.repository import Repository
from agent_tui.store.search import query

MOST_FOUND = 1000
"""How many tickets a search in the desk lists: nobody reads further."""


if TYPE_CHECKING:
    from agent_tui.desk.guiding import Guidance

WORKED_ON = (Status.OPEN, Status.WAITING, Status.SNOOZED)


class Case(msgspec.Struct, frozen=True):
    """A ticket with everything a face shows of it."""

    ticket: Ticket
    texts: dict[str, str]  # by message id; a text that was erased is left out
    timers: tuple[Timer, ...]
    step: NextStep
    earlier: tuple[int, ...]  # other tickets of the same customer, newest first
    similar: tuple[Likeness, ...] = ()  # what may be the same problem (POLICY C9)
    unsent: frozenset[str] = frozenset()  # ids of what was done here and is not on the helpdesk yet
    held: tuple[Waiting, ...] = ()  # what is not sent before the agent decides
    remote: str = ""  # its number on the helpdesk, where that is another one: `RT #57`
    fate: str = ""  # why the helpdesk has it no more: deleted, hidden, missing


class Desk:
    """One agent at one profile. Methods that write raise Refusal, DeskError or StoreError and then changed nothing."""

    def __init__(
        self,
        repository: Repository,
        policy: Policy,
        actor: Actor,
        zone: str,
        entropy: Callable[[int], bytes],
        problems: Sequence[Problem] = (),
    ) -> None:
        self.repository = repository
        self.policy = policy
        self.actor = actor
        self.agent = actor.name
        self.zone = zone
        self.problems = tuple(problems)
        self.views = views_for(self.actor, policy.casework)
        self.drafts = Drafts(repository)
        self._entropy = entropy
        self.packs: Path | None = None
        """The user's own packs, for what is read on first use."""
        self.changed_here: Callable[[], None] = lambda: None
        """Called after something was done here: the traffic with a helpdesk hooks in."""

    @cached_property
    def guidance(self) -> Guidance:
        """What the company's packs say; read when it is first asked."""
        from agent_tui.desk.guiding import Guidance

        return Guidance(self.packs, self.policy)

    def mask_for(self, customer: Customer) -> Mask:
        """What hides personal data in texts about a customer; everything recorded here goes through it (POLICY T4)."""
        return self.guidance.mask_for(customer)

    def close(self) -> None:
        """Let go of the store."""
        self.repository.database.close()

    # Seeing.

    def ticket(self, number: int) -> Ticket:
        """Raises NoSuchTicket."""
        ticket = self.repository.get(number)
        if ticket is None:
            raise NoSuchTicket(ticket=number)
        return ticket

    def case(self, number: int) -> Case:
        """A ticket with its conversation and clocks. Raises NoSuchTicket."""
        ticket = self.ticket(number)
        texts = self.repository.texts(ticket)
        earlier = tuple(other for other in self.tickets_of(ticket.customer) if other != number)
        case = Case(
            ticket=ticket,
            texts=texts,
            timers=timers(ticket, self.policy),
            step=next_step(ticket, self.policy),
            earlier=earlier,
            similar=tuple(similar(self, ticket, texts, earlier)) if ticket.status in WORKED_ON else (),
        )
        return with_standing(self.repository, case)

    def view(self, name: str) -> View:
        """Raises NoSuchView."""
        try:
            return self.views[name]
        except KeyError:
            raise NoSuchView(view=name, known=", ".join(self.views)) from None

    def rows(
        self, view: str, now: datetime, search: str = "", limit: int = -1, only: Sequence[Condition] = ()
    ) -> Iterator[Row]:
        """The lines of a view in the order of work, those that `only` leaves. Raises NoSuchView."""
        words, also = narrowed(search)
        where = self.view(view).narrowed((*only, *also))
        matching = self._matching(words) if words else ""
        if words and not matching:
            return iter(())
        return marked(self.repository, self.repository.queue.rows(where, now, self.agent, limit, matching))

    def search(self, text: str, limit: int = -1, only: Sequence[Condition] = ()) -> Iterator[Row]:
        """Every ticket, open or archived, with all the words and as `market:JP level:3` say; the newest first."""
        words, also = narrowed(text)
        matching = self._matching(words)
        if not matching and (words or not also):
            return iter(())
        return marked(self.repository, self.repository.queue.found(matching, limit, (*only, *also)))

    def counts(self, now: datetime, only: Sequence[Condition] = ()) -> dict[str, int]:
        """How many tickets each view holds."""
        views = tuple(view.narrowed(only) for view in self.views.values())
        return self.repository.queue.counts(views, now, self.agent)

    def numbers(self, view: str, now: datetime, search: str = "") -> array[int]:
        """The ticket numbers of a view in the order of work; with `search`, of every ticket that holds the words."""
        if not search:
            return self.repository.queue.numbers(self.view(view), now, self.agent)
        words, only = narrowed(search)
        matching = self._matching(words)
        if not matching and (words or not only):
            return array("q")
        found = self.repository.queue.matches(matching, MOST_FOUND, only)
        number = int(words.lstrip("#")) if words.lstrip("#").isdecimal() and len(words) < 12 else 0
        if number in found:  # a ticket's own number comes before others that speak of it
            found.remove(number)
            found.insert(0, number)
        return found

    def lines(self, numbers: Sequence[int]) -> dict[int, Row]:
        """The lines of the queue for some tickets."""
        rows = marked(self.repository, self.repository.queue.lines(numbers).values())
        return {row.id: row for row in rows}

    def changed(self) -> bool:
        """Whether another program or thread changed the store since this was last asked."""
        return self.repository.database.changed()

    def journal(self, ticket: int | None = None, after: int = 0) -> Iterator[Entry]:
        """What was done, of one ticket or of all, in the order in which it was recorded."""
        return self.repository.journal.entries(ticket, after)

    def attachment(self, number: int, place: int) -> tuple[str, bytes]:
        """The name and bytes of the `place`-th attachment (from 1) of a ticket. Raises NoSuchAttachment."""
        files = [each for message in self.ticket(number).messages for each in message.attachments]
        content = self.repository.blob(files[place - 1].sha256) if 0 < place <= len(files) else None
        if content is None:
            raise NoSuchAttachment(ticket=number, number=place)
        return files[place - 1].name, content

    def verify(self) -> Iterator[Fault]:
        """Check the journal's chain, then that every ticket is what the journal says it is."""
        yield from self.repository.journal.verify()
        yield from verify_tickets(self.repository)

    # Doing.

    def header(self, number: int, now: datetime) -> Header:
        """The beginning of an action that this agent does now."""
        return Header(action_id(now, self._entropy(ENTROPY)), number, now, self.agent, self.zone)

    def act(self, number: int, action: str, given: Mapping[str, str], now: datetime) -> Ticket:
        """Fill in an action's form and do it."""
        return self.perform(fill(action, self.header(number, now), given), now)

    def perform(self, action: do.Action, now: datetime) -> Ticket:
        """Do an action and return the ticket as it is then. An action that was done before is not done again."""
        with self.repository.transaction():
            if self.repository.journal.has(action.id):
                return self.ticket(action.ticket)
            action, after = self._prepared(action)
            if isinstance(action, do.Reply) and action.phrases:
                from agent_tui.desk import phrasing  # with the phrase book

                phrasing.count(self, action, self.ticket(action.ticket))
            self._save([action], after, now)
        self.changed_here()
        return after[action.ticket]

    def refusal(self, number: int, action: str, after: do.Action | None = None) -> Refusal | None:
        """Why an action cannot be done to a ticket now, whatever its fields will say; None when it can.

        With `after`, as the ticket will be once that action has been done.
        """
        kind = FORMS[action].kind
        try:
            ticket = self.ticket(number) if after is None else self.try_out(after)[number]
            permit_role(ticket, str(kind.__struct_config__.tag), self.policy, self.actor)
            guard(ticket, kind, self.agent)
        except Refusal as refusal:
            return refusal
        return None

    def perform_all(self, actions: Sequence[do.Action], now: datetime) -> list[Ticket]:
        """Do several actions, or none of them."""
        with self.repository.transaction():
            return [self.perform(action, now) for action in actions]

    def try_out(self, action: do.Action) -> dict[int, Ticket]:
        """What the tickets would be after an action, without doing it. Raises what `perform` would raise."""
        return self._prepared(action)[1]

    def _prepared(self, action: do.Action) -> tuple[do.Action, dict[int, Ticket]]:
        """The action as it is journaled, and the tickets after it."""
        before = {number: self.ticket(number) for number in do.tickets_of(action)}
        ticket = before[action.ticket]
        action = completed(self, action, ticket)
        permit(ticket, action, self.policy, self.guidance.apology(action, ticket))
        if isinstance(action, do.Reply) and action.by == self.agent:
            action = self.guidance.permitted(action, ticket)
        try:
            return action, {
                number: apply(other, action, ticket if number != action.ticket else None)
                for number, other in before.items()
            }
        except NothingChanges:
            raise unchanged(action) from None

    def undo(self, number: int, now: datetime) -> tuple[do.Action, Ticket]:
        """Take the newest action on a ticket back; returns what was undone and the ticket as it is then.

        What was undone already does not count, so that undoing again goes further back. Raises NothingToUndo when the
        action was not this agent's, NotUndoable when there is no way back.
        """
        entries = list(self.repository.journal.entries(number))
        undone: set[str] = set()
        while entries:
            newest = entries[-1].action
            if isinstance(newest, do.Undo):
                undone.add(newest.of)
            elif newest is None or newest.id not in undone:
                break
            entries.pop()
        action = entries[-1].action if entries else None
        if action is None or action.by != self.agent or isinstance(action, do.Open | do.Adopt):
            raise NothingToUndo
        before = replay(entries[:-1]).get(number)
        if before is None:
            raise NotUndoable(action=do.kind_of(action))
        return action, self.perform(inverse(before, action, self.header(number, now)), now)

    def open_ticket(
        self,
        channel: str,
        subject: str,
        customer: Customer,
        content: do.Content,
        at: datetime,
        now: datetime,
        answered: datetime | None = None,
        by: str | None = None,
    ) -> Ticket:
        """Begin a ticket. `at` is when the customer made contact: for a call, the ring (POLICY S1)."""
        with self.repository.transaction():
            action = do.Open(
                id=action_id(now, self._entropy(ENTROPY)),
                ticket=self.repository.next_id(),
                at=at,
                by=by or self.agent,
                channel=channel,
                subject=subject,
                customer=self._known(customer),
                content=content,
                answered=answered,
            )
            if action.by == self.agent:  # typed in by hand: the agent's words
                action = typed_in(action, self.mask_for(customer))
            permit(None, action, self.policy)
            ticket = start(action)
            self._save([action], {ticket.id: ticket}, now)
            self.repository.open_elsewhere(ticket)
            self.repository.remember(ticket)
        self.changed_here()
        return ticket

    def settle_policy(self, mark: bytes) -> None:
        """Compute the lines of the queue anew when they were computed under another policy than `mark` stands for."""
        if self.repository.basis() == mark:
            return
        with self.repository.transaction():
            for number in self.repository.live():
                if (ticket := self.repository.get(number)) is not None:  # a damaged store may have lost it
                    self.repository.refresh([row(ticket, self.policy)])
            self.repository.set_basis(mark)

    def rebuild(self) -> int:
        """Make everything that follows from tickets and journal anew; returns how many tickets only the journal had."""
        restored = 0
        with self.repository.transaction():
            for number, ticket in replay(self.repository.journal.entries()).items():
                if ticket is not None and self.repository.get(number) is None:
                    self.repository.restore(ticket)
                    restored += 1
            for ticket in self.repository.all():
                self.repository.refresh([row(ticket, self.policy)])
                self.repository.remember(ticket)
            self.repository.search.forget()
        return restored

    def _save(self, actions: Sequence[do.Action], tickets: Mapping[int, Ticket], now: datetime) -> None:
        rows = [row(ticket, self.policy) for ticket in tickets.values()]
        ours = all(isinstance(each, do.Unmask | do.WithoutConsent) for each in actions)  # not the helpdesk's
        self.repository.save(actions, tickets, rows, now, settled=ours)
        for action in actions:
            if isinstance(action, do.EditCustomer):
                self.repository.remember(tickets[action.ticket])

    def _matching(self, text: str) -> str:
        matching = query(text)
        if matching:
            self.repository.settle_search()
        return matching

    def tickets_of(self, customer: Customer) -> list[int]:
        """The tickets of a customer, by any address, the newest first."""
        addresses = (*customer.emails, *customer.phones, *customer.handles)
        return sorted(
            {ticket for each in addresses for ticket in self.repository.with_address(each)}, reverse=True
        )

    def _known(self, customer: Customer) -> Customer:
        """The customer with what an agent once recorded of them; guesses give way to it (POLICY E6)."""
        for number in self.tickets_of(customer)[:1]:
            earlier = self.ticket(number).customer
            guessed = {guess.partition(" ")[0] for guess in earlier.guesses}
            facts: dict[str, str | None] = {
                name: getattr(earlier, name)
                for name in ("market", "language", "time_zone", "wishes")
                if getattr(earlier, name) and name not in guessed
            }
            guesses = tuple(guess for guess in customer.guesses if guess.partition(" ")[0] not in facts)
            return msgspec.structs.replace(customer, guesses=guesses, **facts)
        return customer
