"""What the policy demands of an action before it is done (POLICY H1–H4, L4). State alone is `apply`'s affair."""

from __future__ import annotations

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.timers import DEADLINE


def permit(ticket: Ticket | None, action: do.Action, policy: Policy) -> None:
    """Raises a Refusal naming the rule when the policy does not allow the action on this ticket."""
    match action:
        case do.Open():
            policy.channel(action.channel)
        case do.Classify():
            policy.type(action.type)
            level = policy.level(action.level)
            if not action.verified:
                raise no.NotVerified
            if level.limit == DEADLINE and action.deadline is None:
                raise no.DeadlineRequired(level=action.level)
            if action.deadline is not None and action.deadline <= action.at:
                raise no.InThePast(moment=action.deadline)
        case do.Reply():
            _require_text(action.text, N_("reply"))
            if isinstance(action.outcome, do.Unsolved):
                _require_promise(action, action.outcome)
        case do.Note():
            _require_text(action.text, N_("note"))
        case do.Resolve() if ticket is not None:
            _require_resolution(ticket, action, policy)
        case do.Reopen():
            _require_text(action.reason, N_("reason"))
        case _:
            pass


def _require_text(text: str, what: str) -> None:
    if not text.strip():
        raise no.Empty(what=Told(what))


def _require_promise(action: do.Reply, promise: do.Unsolved) -> None:
    missing = [name for name in ("reason", "follow_up") if not getattr(promise, name).strip()]
    if missing:
        raise no.PromiseRequired(missing=", ".join(missing))
    if promise.deadline <= action.at:
        raise no.InThePast(moment=promise.deadline)


def _require_resolution(ticket: Ticket, action: do.Resolve, policy: Policy) -> None:
    if ticket.type is None or ticket.level is None:
        raise no.NotClassified
    if ticket.answered is None:
        raise no.NotAnswered
    needed = ("result", "summary", *policy.type_of(ticket.type).summary_needs)
    missing = [name for name in needed if not getattr(action, name).strip()]
    if missing:
        raise no.SummaryRequired(missing=", ".join(missing))
