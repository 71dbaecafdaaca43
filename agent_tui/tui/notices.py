"""The notice line: what it says and for how long, and the sentences that tell what was done."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent_tui.desk.core import Desk
from agent_tui.domain.messages import N_
from agent_tui.domain.next_step import next_step
from agent_tui.domain.ticket import Status, Ticket
from agent_tui.i18n import _, ngettext
from agent_tui.wording import action_title, moment

SEEN = timedelta(seconds=4)
"""How long the alarm of a deadline must have been in sight before a move away takes it from the line."""


class Notices:
    """The sentence on the notice line. It is about what the agent sees: it goes when they go to another ticket or view.

    The alarm of a deadline is about a ticket elsewhere, and stays until it has been in sight for a moment.
    """

    def __init__(self) -> None:
        self.text = ""
        self.style = ""
        self._alarm_of: frozenset[int] = frozenset()
        self._in_sight_since: datetime | None = None

    def say(self, text: str, style: str = "") -> None:
        """Another sentence."""
        self.text, self.style, self._alarm_of, self._in_sight_since = text, style, frozenset(), None

    def alarm(self, text: str, style: str, tickets: frozenset[int]) -> None:
        """Tell of deadlines of these tickets."""
        self.say(text, style)
        self._alarm_of = tickets

    def in_sight(self, now: datetime) -> None:
        """The line shows the sentence, with nothing over it."""
        self._in_sight_since = self._in_sight_since or now

    def moved(self, ticket: int | None, now: datetime) -> None:
        """The agent went to another ticket, or to another view, in which this is the ticket now."""
        if self._alarm_of <= {ticket} or self._was_seen(now):
            self.say("")

    def _was_seen(self, now: datetime) -> bool:
        return self._in_sight_since is not None and now - self._in_sight_since >= SEEN


DONE = {
    "take": N_("#{ticket} is yours now"),
    "release": N_("#{ticket} given back to the queue"),
    "classify": N_("#{ticket} classified"),
    "note": N_("Note added to #{ticket}"),
    "snooze": N_("#{ticket} snoozed until {moment}"),
    "wait": N_("#{ticket} waits for the customer"),
    "resume": N_("#{ticket} goes on"),
    "resolve": N_("#{ticket} resolved"),
    "reopen": N_("#{ticket} reopened"),
    "tag": N_("Tags of #{ticket} changed"),
    "link": N_("#{ticket} linked"),
    "unlink": N_("A link of #{ticket} removed"),
    "merge": N_("#{ticket} merged into #{into}"),
    "customer": N_("Customer's facts of #{ticket} corrected"),
    "complain": N_("#{ticket} is a complaint now"),
    "withdraw": N_("#{ticket} is no complaint any more"),
    "record": N_("Complaint of #{ticket} recorded"),
    "report": N_("#{ticket} reported to the supervisor"),
    "verify": N_("Complaint of #{ticket} verified"),
    "plan": N_("Special plan for #{ticket} recorded"),
    "accept": N_("Customer's answer on #{ticket} recorded"),
    "carry_out": N_("Plan for #{ticket} carried out"),
    "appoint": N_("Moment for the revisit of #{ticket} recorded"),
    "revisit": N_("Revisit of #{ticket} recorded"),
    "close": N_("Complaint of #{ticket} closed"),
    "escalate": N_("#{ticket} handed up"),
    "dispatch": N_("Question about #{ticket} sent"),
    "advise": N_("Department's answer on #{ticket} recorded"),
    "hand_over": N_("#{ticket} handed over"),
    "acknowledge": N_("Handover of #{ticket} confirmed"),
    "review": N_("#{ticket} scored"),
    "consent": N_("The customer's answer about personal data on #{ticket} recorded"),
    "unmask": N_("A look at #{ticket} without the mask recorded"),
    "without_consent": N_("Why #{ticket} goes on without consent recorded"),
}
"""What was done, by the action's id in forms. A reply that goes out is told by the desk."""


def done(ticket: Ticket, action: str, zone: ZoneInfo) -> str:
    """What was done to a ticket, without a full stop."""
    until = ticket.spans[-1].until if ticket.status is Status.SNOOZED else None
    return _(DONE[action]).format(
        ticket=ticket.id, into=ticket.merged_into, moment=moment(until, zone) if until else ""
    )


def after(ticket: Ticket, action: str, desk: Desk, undo: str, *, shown: bool) -> str:
    """What was done and what comes next; of a ticket that is not shown any more, how that is taken back."""
    told = done(ticket, action, ZoneInfo(desk.zone))
    if shown:
        return _("{done}. Next: {step}.").format(done=told, step=_(next_step(ticket, desk.policy).text))
    if ticket.status is Status.MERGED:  # for good
        return _("{done}.").format(done=told)
    return _("{done}; {key} takes it back.").format(done=told, key=undo)


def done_to_many(action: str, count: int, refused: int) -> str:
    """What was done to the marked tickets, and how many of them refused."""
    text = ngettext("{title}: {count} ticket.", "{title}: {count} tickets.", count)
    told = text.format(title=action_title(action), count=count)
    if refused:
        told += " " + ngettext("{count} was refused.", "{count} were refused.", refused).format(count=refused)
    return told
