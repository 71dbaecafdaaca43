"""The next step that policy asks for on a ticket, with the rule behind it (POLICY sections 4 and 5)."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from agent_tui.domain.apply import PROMISE
from agent_tui.domain.casework import AGENT, Stage
from agent_tui.domain.complaints import is_afterwards, must_alert
from agent_tui.domain.messages import N_
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Status, Ticket


class NextStep(msgspec.Struct, frozen=True):
    """`do` is the action to take, empty when there is nothing to do but wait; `text` says it in words.

    `role` is whose turn it is. A complaint stays its stage's owner's turn while the agent answers or classifies.
    """

    id: str
    do: str
    rule: str
    text: str
    role: str = AGENT


STEPS: dict[str, NextStep] = {
    step.id: step
    for step in (
        NextStep("done", "", "", N_("nothing more to do")),
        NextStep("classify", "classify", "H1", N_("classify")),
        NextStep("reply", "reply", "H2", N_("reply")),
        NextStep("wait", "", "", N_("wait for the customer")),
        NextStep("progress", "reply", "H3", N_("report progress")),
        NextStep("resolve", "resolve", "H4", N_("resolve and sum up")),
        NextStep("escalate", "escalate", "L3", N_("hand up with a brief")),
        NextStep("apologise", "reply", "C1", N_("apologise")),
        NextStep("record", "record", "C2", N_("record the complaint")),
        NextStep("alert", "dispatch", "C9", N_("report to compliance first")),
        NextStep("report", "report", "C3", N_("report to the supervisor")),
        NextStep("verify", "verify", "C4", N_("verify, first plan")),
        NextStep("plan", "plan", "C5", N_("special plan")),
        NextStep("tell", "reply", "C6", N_("tell the plan")),
        NextStep("accept", "accept", "C6", N_("accepted or not")),
        NextStep("carry_out", "carry_out", "C7", N_("carry out the plan")),
        NextStep("revisit", "revisit", "C8", N_("revisit")),
        NextStep("close", "close", "C8", N_("close the complaint")),
    )
}

_EARLY = (Stage.APOLOGISE, Stage.RECORD, Stage.REPORT)
"""The stages that come before anything else, classifying included: the customer is upset now (POLICY C1–C3)."""
_TALKING = (Stage.VERIFY, Stage.PLAN, Stage.CARRY_OUT, Stage.RESOLVE)
"""The stages in which a customer who writes is answered first."""


def next_step(ticket: Ticket, policy: Policy) -> NextStep:
    """What to do next. A snooze that has run out is the reader's to notice: this knows no clock."""
    if ticket.complaint is not None and (ticket.status is not Status.RESOLVED or is_afterwards(ticket)):
        found = STEPS[_of_complaint(ticket, ticket.complaint.stage)]
        stage = policy.casework.stages.get(ticket.complaint.stage.value)
        if stage is None:
            return found
        own = found.id == ticket.complaint.stage.value
        return replace(found, role=stage.owner, rule=stage.rule if own else found.rule)
    promised = any(step.name == PROMISE and step.ended is None for step in ticket.steps)
    leader = leader_of(ticket, policy)
    table = (
        (ticket.status in (Status.RESOLVED, Status.MERGED), "done"),
        (_is_unclassified(ticket), "classify"),
        (leader != AGENT and leader not in (each.to for each in ticket.escalations), "escalate"),
        (ticket.awaiting_since is not None or ticket.answered is None, "reply"),
        (ticket.status is Status.WAITING, "wait"),
        (promised, "progress"),
    )
    found = STEPS[next((step for holds, step in table if holds), "resolve")]
    if found.id == "escalate" and ticket.level is not None:
        return replace(found, rule=policy.levels[ticket.level].rule)
    return replace(found, role=leader) if found.id in ("progress", "resolve") else found


def leader_of(ticket: Ticket, policy: Policy) -> str:
    """The role that leads the ticket by its level (POLICY L1–L4)."""
    level = policy.levels.get(ticket.level or 0)
    return level.leader if level else AGENT


def _is_unclassified(ticket: Ticket) -> bool:
    return ticket.type is None or ticket.level is None or not ticket.verified


def _of_complaint(ticket: Ticket, stage: Stage) -> str:
    table = (
        (ticket.status is Status.MERGED, "done"),
        (must_alert(ticket) and stage is Stage.REPORT, "alert"),
        (stage in _EARLY, stage.value),
        (is_afterwards(ticket), stage.value),
        (_is_unclassified(ticket), "classify"),
        (must_alert(ticket), "alert"),
        (ticket.awaiting_since is not None and stage in _TALKING, "reply"),
    )
    return next((step for holds, step in table if holds), stage.value)
