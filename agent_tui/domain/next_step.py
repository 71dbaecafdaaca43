"""The next step that policy asks for on a ticket, with the rule behind it (POLICY section 4)."""

from __future__ import annotations

import msgspec

from agent_tui.domain.apply import PROMISE
from agent_tui.domain.messages import N_
from agent_tui.domain.ticket import Status, Ticket


class NextStep(msgspec.Struct, frozen=True):
    """`do` is the action to take, empty when there is nothing to do but wait; `text` says it in words."""

    id: str
    do: str
    rule: str
    text: str


STEPS: dict[str, NextStep] = {
    step.id: step
    for step in (
        NextStep("done", "", "", N_("nothing more to do")),
        NextStep("classify", "classify", "H1", N_("classify")),
        NextStep("reply", "reply", "H2", N_("reply")),
        NextStep("wait", "", "", N_("wait for the customer")),
        NextStep("progress", "reply", "H3", N_("report progress")),
        NextStep("resolve", "resolve", "H4", N_("resolve and sum up")),
    )
}


def next_step(ticket: Ticket) -> NextStep:
    """What to do next. A snooze that has run out is the reader's to notice: this knows no clock."""
    promised = any(step.name == PROMISE and step.ended is None for step in ticket.steps)
    table = (
        (ticket.status in (Status.RESOLVED, Status.MERGED), "done"),
        (ticket.type is None or ticket.level is None or not ticket.verified, "classify"),
        (ticket.awaiting_since is not None or ticket.answered is None, "reply"),
        (ticket.status is Status.WAITING, "wait"),
        (promised, "progress"),
    )
    return STEPS[next((step for holds, step in table if holds), "resolve")]
