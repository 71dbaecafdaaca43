"""One sitting at the desk, without a screen: the view, the ticket, what is being written, what waits to go out.

Everything here is plain values over `Desk`, so that screens stay thin and all of it can be tested without a terminal.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from agent_tui.desk import handover
from agent_tui.desk.core import Case, Desk
from agent_tui.desk.drafts import Draft, Place, Sending, unseen
from agent_tui.desk.errors import NoSuchTicket
from agent_tui.desk.forms import fill
from agent_tui.domain import actions as do
from agent_tui.domain.handover import Batch
from agent_tui.domain.messages import N_
from agent_tui.domain.next_step import NextStep, next_step
from agent_tui.domain.permit import permit
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.undo import NothingToUndo

if TYPE_CHECKING:
    from concurrent.futures import Future

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
    """A reply that did not go out, since somebody wrote meanwhile."""

    def __init__(self, sending: Sending, fresh: int) -> None:
        self.sending = sending
        self.fresh = fresh


class Sitting:
    """An agent's sitting. `now` is the clock: real time, or simulated in practice and tests."""

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self.desk = desk
        self.now = now
        self.zone = ZoneInfo(desk.zone)
        place = desk.drafts.place()
        self.view = place.view if place.view in desk.views else "open"
        self.ticket = place.ticket
        self.opened = place.opened
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

    def act(self, action: str, given: dict[str, str], number: int | None = None) -> Ticket:
        """Fill in a form and do it to the ticket, or to ticket `number`."""
        target = number if number is not None else self.ticket
        if target is None:
            raise NoSuchTicket(ticket="–")
        try:
            ticket = self.desk.act(target, action, given, self.now())
        except Refusal:
            if not self._send_now(target):
                raise
            ticket = self.desk.act(target, action, given, self.now())
        self.acted_on = target
        return ticket

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
        if unseen(self.desk.ticket(number), held.seen, self.desk.agent):
            self._back_to_draft(held)
            raise Overtaken(ticket=number)
        now = self.now()
        with self.desk.repository.transaction():
            self.desk.perform(replace(held.action, at=now), now)
            self.desk.drafts.release(number)
        return True

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

    def keep(self, number: int, kind: str, text: str, seen: int) -> None:
        """Save what is being written."""
        self.desk.drafts.keep(number, Draft(kind, text, seen))

    def hold(self, reply: do.Reply, seen: int) -> Sending:
        """Confirm a reply: policy is asked now, and it goes out when its undo time is over. It is saved at once."""
        permit(self.desk.ticket(reply.ticket), reply, self.desk.policy)
        if (refusal := self.desk.refusal(reply.ticket, "reply")) is not None:
            raise refusal
        if any(sending.action.ticket == reply.ticket for sending in self.desk.drafts.held()):
            raise StillGoing(ticket=reply.ticket)
        sending = Sending(reply, self.now() + timedelta(seconds=self.undo_seconds), seen)
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

    def send_due(self, *, all_of_them: bool = False) -> tuple[list[Ticket], list[Held], list[Refusal]]:
        """Send the replies whose undo time is over, or every one that waits; returns what became of them.

        Those that somebody else's message overtook become drafts again.
        """
        sent: list[Ticket] = []
        held: list[Held] = []
        refused: list[Refusal] = []
        now = self.now()
        for sending in self.desk.drafts.held():
            if sending.due > now and not all_of_them:
                continue
            ticket = self.desk.ticket(sending.action.ticket)
            if fresh := unseen(ticket, sending.seen, self.desk.agent):
                self._back_to_draft(sending)
                held.append(Held(sending, fresh))
                continue
            try:
                with self.desk.repository.transaction():
                    sent.append(self.desk.perform(replace(sending.action, at=now), now))  # it is sent now
                    self.desk.drafts.release(ticket.id)
            except Refusal as refusal:
                self._back_to_draft(sending)
                refused.append(refusal)
        return sent, held, refused

    def waiting_to_go(self) -> list[Sending]:
        """The replies whose undo time runs."""
        return self.desk.drafts.held()

    def _back_to_draft(self, sending: Sending) -> None:
        number = sending.action.ticket
        with self.desk.repository.transaction():
            self.desk.drafts.release(number)
            begun = self.desk.drafts.draft(number)  # since then
            text = f"{sending.action.text}\n\n{begun.text}" if begun else sending.action.text
            self.desk.drafts.keep(number, Draft("reply", text, sending.seen))
