"""One sitting at the desk, without a screen: the view, the ticket, what is being written, what waits to go out.

Everything here is plain values over `Desk`, so that screens stay thin and all of it can be tested without a terminal.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from agent_tui.desk import handover
from agent_tui.desk.core import Case, Desk
from agent_tui.desk.drafts import Draft, Place, Sending, seen_on, unseen
from agent_tui.desk.errors import DeskError, NoSuchTicket
from agent_tui.desk.forms import fill
from agent_tui.domain import actions as do
from agent_tui.domain.handover import Batch
from agent_tui.domain.messages import N_
from agent_tui.domain.next_step import NextStep, next_step
from agent_tui.domain.permit import permit
from agent_tui.domain.refusals import ConsentFirst, Refusal
from agent_tui.domain.ticket import Message, Ticket
from agent_tui.domain.undo import NothingToUndo

if TYPE_CHECKING:
    from concurrent.futures import Future

    from agent_tui.desk.traffic import Traffic
    from agent_tui.store.outbox import Waiting
    from agent_tui.sync.status import Status

UNDO_SECONDS = 8
"""How long a confirmed reply waits before it goes out."""


# Fields that fill in an action well enough to ask whether the ticket's state allows it.
_TRIALS = {
    "take": {},
    "release": {},
    "wait": {},
    "resume": {},
    "reopen": {"reason": "–"},
    "resolve": {
        "result": "–",
        "satisfaction": "asked",
        "summary": "–",
        "root_cause": "–",
        "improvement": "–",
        "care": "–",
    },
}


class StillGoing(Refusal):
    """One reply a ticket waits out its undo time: a second one would take its place."""

    code = "still_going"
    text = N_("Your last reply to #{ticket} is still going out. Send this one in some seconds.")


class Overtaken(Refusal):
    """A reply that had to go out first was held, since somebody wrote meanwhile."""

    code = "overtaken"
    text = N_("Somebody wrote on #{ticket} meanwhile: your reply is a draft again.")


class Held:
    """A reply that did not go out, since somebody wrote meanwhile: what was written."""

    def __init__(self, sending: Sending, fresh: tuple[Message, ...]) -> None:
        self.sending = sending
        self.fresh = fresh


class Sitting:
    """An agent's sitting. `now` is the clock: real time, or simulated in practice and tests."""

    def __init__(self, desk: Desk, now: Callable[[], datetime], traffic: Traffic | None = None) -> None:
        self.desk = desk
        self.now = now
        self.traffic = traffic  # with a helpdesk elsewhere, where one stands behind the profile
        self.status: Status | None = None  # of that traffic, as it was last looked at
        self.zone = ZoneInfo(desk.zone)
        place = desk.drafts.place()
        self.view = place.view if place.view in desk.views else "open"
        self.ticket = place.ticket
        self.opened = place.opened
        self.aside: dict[
            tuple[int, str], dict[str, str]
        ] = {}  # forms that wait for consent, by ticket and title
        self.message = ""  # the id of the one that is selected in the ticket, for copying
        self.search = ""
        self.counts: dict[str, int] = {}
        self.counting: Future[dict[str, int]] | None = None  # begun elsewhere, before the first `recount`
        self.waiting: tuple[Batch, ...] = ()  # handovers to this agent that are not confirmed yet
        self.reminded: frozenset[str] = frozenset()  # those that the agent was told of
        self.undo_seconds = UNDO_SECONDS
        self.acted_on: int | None = None  # the ticket of the newest action in this sitting

    # Looking.

    def numbers(self) -> array[int]:
        """The tickets of the view, or those that hold the searched words."""
        return self.desk.numbers(self.view, self.now(), self.search)

    def case(self) -> Case | None:
        """The ticket under the cursor with everything about it."""
        if self.ticket is None:
            return None
        try:
            return self.desk.case(self.ticket)
        except NoSuchTicket:
            return None

    def recount(self) -> None:
        """Count the views' tickets; walks through the whole queue, so not while somebody waits for a key."""
        now = self.now()
        begun, self.counting = self.counting, None
        self.counts = begun.result() if begun else self.desk.counts(now)
        self.waiting = handover.waiting(self.desk, now) if self.counts.get("handed") else ()

    def counted(self) -> bool:
        """Whether they are counted; a count that was begun elsewhere is taken over once it is done."""
        if self.counting is not None and self.counting.done():
            self.recount()
        return bool(self.counts)

    def remember(self) -> None:
        """Note the place, so that the next start is where the agent left."""
        self.desk.drafts.remember(Place(self.view, self.ticket, self.opened))

    def turn(self, by: int) -> None:
        """The next or previous view."""
        names = list(self.desk.views)
        self.view = names[(names.index(self.view) + by) % len(names)]
        self.search = ""

    # Doing.

    def why_not(self, action: str) -> Refusal | None:
        """Why an action cannot be done to the ticket now, whatever its fields will say: asked before they are."""
        if self.ticket is None:
            return None
        refusal = self.desk.refusal(self.ticket, action)
        if refusal is not None and (held := self._held(self.ticket)) is not None:
            refusal = self.desk.refusal(self.ticket, action, after=held.action)
        if refusal is None and action in _TRIALS:
            try:
                self.desk.try_out(fill(action, self.desk.header(self.ticket, self.now()), _TRIALS[action]))
            except Refusal as found:
                return found
        return refusal

    def act(
        self,
        action: str,
        given: dict[str, str],
        number: int | None = None,
        instead_of: Sequence[str] = (),
    ) -> Ticket:
        """Fill in a form and do it to the ticket, or to ticket `number`.

        What waits in the outbox under the ids of `instead_of` is taken out with it.
        """
        target = number if number is not None else self.ticket
        if target is None:
            raise NoSuchTicket(ticket="–")
        try:
            ticket = self._act(target, action, given, instead_of)
        except ConsentFirst:  # a reply that waits has no part in it
            raise
        except Refusal:
            if not self._send_now(target):
                raise
            ticket = self._act(target, action, given, instead_of)
        self.acted_on = target
        return ticket

    def _act(self, target: int, action: str, given: dict[str, str], instead_of: Sequence[str]) -> Ticket:
        with self.desk.repository.transaction():
            self._give_way(instead_of, target)
            return self.desk.act(target, action, given, self.now())

    def still_waiting(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Those that are in the outbox still; what stood for one that went out stands for itself."""
        waiting = {each.id for each in self.desk.repository.outbox.waiting()} if ids else ()
        return tuple(each for each in ids if each in waiting)

    def _give_way(self, ids: Sequence[str], number: int) -> None:
        if ids:
            from agent_tui.desk import outbox  # not before something is to be replaced

            outbox.give_way(self.desk, ids, number, self.now())

    def step_after_sending(self, number: int) -> NextStep | None:
        """The next step once the reply that waits has gone out; None when none waits."""
        held = self._held(number)
        return next_step(self.desk.try_out(held.action)[number], self.desk.policy) if held else None

    def _held(self, number: int) -> Sending | None:
        return next((each for each in self.desk.drafts.held() if each.action.ticket == number), None)

    def _send_now(self, number: int) -> bool:
        """Send the reply that waits, since what is done next needs it: going on means not taking it back.

        False when none waits. Raises Overtaken when somebody wrote meanwhile.
        """
        held = self._held(number)
        if held is None:
            return False
        if unseen(self.desk.ticket(number), held.known, self.desk.agent):
            self._back_to_draft(held)
            raise Overtaken(ticket=number)
        self._send(held)
        return True

    def _send(self, sending: Sending) -> Ticket:
        """Let a reply go out, at the moment at which it does."""
        now = self.now()
        with self.desk.repository.transaction():
            self._give_way(sending.instead_of, sending.action.ticket)
            ticket = self.desk.perform(replace(sending.action, at=now), now)
            self.desk.drafts.release(ticket.id)
        return ticket

    def undo(self) -> tuple[int, do.Action]:
        """Take an action back: the newest on the ticket that is shown, else the newest of this sitting.

        Returns the ticket and what was undone. Raises NothingToUndo or NotUndoable.
        """
        candidates = [number for number in (self.ticket, self.acted_on) if number is not None]
        for number in candidates[:-1]:
            try:
                return number, self.desk.undo(number, self.now())[0]
            except NothingToUndo:
                continue  # after resolving, say, the desk shows the next ticket already
        if not candidates:
            raise NothingToUndo
        return candidates[-1], self.desk.undo(candidates[-1], self.now())[0]

    def check(self, action: str, given: dict[str, str]) -> None:
        """Raises what is wrong with a filled-in form, whichever ticket it is for."""
        fill(action, self.desk.header(0, self.now()), given)

    def check_merge(self, number: int, into: str) -> None:
        """Raises what would refuse a merge, before anything is asked further."""
        target = fill("merge", self.desk.header(number, self.now()), {"into": into})
        self.desk.try_out(target)

    def reply(self, number: int, given: dict[str, str]) -> do.Reply:
        """The reply that a filled-in form means. Raises DeskError."""
        reply = fill("reply", self.desk.header(number, self.now()), given)
        if not isinstance(reply, do.Reply):
            raise TypeError("a reply's form makes replies")
        return reply

    # Writing.

    def draft(self, case: Case, kind: str) -> Draft | None:
        """The reply or note that was begun on the ticket."""
        return self.desk.drafts.draft(case.ticket.id, kind)

    def keep(self, number: int, draft: Draft) -> None:
        """Save what is being written."""
        self.desk.drafts.keep(number, draft)

    def fresh(self, number: int, known: Sequence[str]) -> tuple[Message, ...]:
        """What the customer or a colleague wrote on a ticket besides the messages that are known."""
        return unseen(self.desk.ticket(number), known, self.desk.agent)

    def hold(self, reply: do.Reply, known: Sequence[str], instead_of: Sequence[str] = ()) -> Sending:
        """Confirm a reply: policy is asked now, and it goes out when its undo time is over. It is saved at once."""
        ticket = self.desk.ticket(reply.ticket)
        permit(ticket, reply, self.desk.policy, self.desk.guidance.apology(reply, ticket))
        from agent_tui.desk.asking import require_consent  # with the first reply

        require_consent(self.desk, reply, ticket)
        reply = self.desk.guidance.permitted(reply, ticket)
        if (refusal := self.desk.refusal(reply.ticket, "reply")) is not None:
            raise refusal
        if any(sending.action.ticket == reply.ticket for sending in self.desk.drafts.held()):
            raise StillGoing(ticket=reply.ticket)
        due = self.now() + timedelta(seconds=self.undo_seconds)
        sending = Sending(reply, due, tuple(known), tuple(instead_of))
        with self.desk.repository.transaction():
            self.desk.drafts.hold(sending)
            self.desk.drafts.forget(reply.ticket)
        return sending

    def take_back(self, number: int) -> bool:
        """Turn a reply that has not gone out back into a draft; False when there is none."""
        for sending in self.desk.drafts.held():
            if sending.action.ticket == number:
                self._back_to_draft(sending)
                return True
        return False

    def send_held(self, held: Held) -> Ticket:
        """Send a reply that was held all the same: its writer has read what was written meanwhile."""
        number, text = held.sending.action.ticket, held.sending.action.text
        with self.desk.repository.transaction():
            draft = self.desk.drafts.draft(number)  # that is what it became, with what was begun since
            if draft is not None:
                rest = draft.text.removeprefix(text).strip()
                self.desk.drafts.keep(number, Draft("reply", rest, draft.known))
            return self._send(held.sending)

    def send_due(
        self, *, all_of_them: bool = False
    ) -> tuple[list[Ticket], list[Held], list[Refusal | DeskError]]:
        """Send the replies whose undo time is over, or every one that waits; returns what became of them.

        Those that somebody else's message overtook become drafts again.
        """
        sent: list[Ticket] = []
        held: list[Held] = []
        refused: list[Refusal | DeskError] = []
        now = self.now()
        for sending in self.desk.drafts.held():
            if sending.due > now and not all_of_them:
                continue
            if fresh := self.fresh(sending.action.ticket, sending.known):
                self._back_to_draft(sending)
                held.append(Held(sending, fresh))
                continue
            try:
                sent.append(self._send(sending))
            except Refusal as refusal:
                self._back_to_draft(sending)
                refused.append(refusal)
            except DeskError as error:
                self._back_to_draft(replace(sending, instead_of=self.still_waiting(sending.instead_of)))
                refused.append(error)
        return sent, held, refused

    def reword(self, waiting: Waiting) -> int:
        """Make a draft of a reply or note that waits in the outbox; returns the ticket on which it is written now.

        One that is held stays there until what is written instead is sent; another one is taken out at once, since it
        would go out meanwhile. Raises NothingWaiting or StillUnderWay.
        """
        from agent_tui.desk import outbox

        action = waiting.action
        if not isinstance(action, do.Reply | do.Note):
            raise TypeError("only replies and notes are reworded")
        number, kind = self._in_force(waiting.ticket), do.kind_of(action)
        with self.desk.repository.transaction():
            if waiting.held is None:
                outbox.discard(self.desk, waiting.id, self.now())
            begun = self.desk.drafts.draft(number, kind)
            instead_of = begun.instead_of if begun else ()
            if waiting.id not in instead_of:
                text = f"{action.text}\n\n{begun.text}" if begun else action.text
                instead_of = (waiting.id, *instead_of) if waiting.held is not None else instead_of
                known = seen_on(self.desk.ticket(number))  # the outbox shows what is new
                self.desk.drafts.keep(number, Draft(kind, text, known, instead_of))
        return number

    def _in_force(self, number: int) -> int:
        """The ticket itself, or the one that it was merged into in the end."""
        passed: set[int] = set()
        while number not in passed and (into := self.desk.ticket(number).merged_into) is not None:
            passed.add(number)
            number = into
        return number

    def waiting_to_go(self) -> list[Sending]:
        """The replies whose undo time runs."""
        return self.desk.drafts.held()

    def _back_to_draft(self, sending: Sending) -> None:
        number = sending.action.ticket
        with self.desk.repository.transaction():
            self.desk.drafts.release(number)
            begun = self.desk.drafts.draft(number)  # since then
            text = f"{sending.action.text}\n\n{begun.text}" if begun else sending.action.text
            instead_of = (*sending.instead_of, *(begun.instead_of if begun else ()))
            self.desk.drafts.keep(number, Draft("reply", text, sending.known, instead_of))
