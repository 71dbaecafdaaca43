"""What the desk adds to an action before it is permitted: whose role it is done in, what followed, what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.assessment import propose
from agent_tui.domain.masking import collected, recorded
from agent_tui.domain.permit import permit_role
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Ticket

if TYPE_CHECKING:
    from agent_tui.desk.core import Desk


def completed(desk: Desk, action: do.Action, ticket: Ticket) -> do.Action:
    """An action as it is journaled if policy permits it on `ticket`.

    What others did, and what came from outside, stays as it came. Raises Refusal and UnknownWord.
    """
    ours = action.by == desk.agent
    if ours and not isinstance(action, do.Receive):
        role = permit_role(ticket, do.kind_of(action), desk.policy, desk.actor)
        action = action if role == action.role else replace(action, role=role)
    if isinstance(action, do.Classify) and action.answers and action.proposed is None:
        action = replace(action, proposed=_proposed(action.answers, desk.policy))
    if isinstance(action, do.Consent):
        from agent_tui.desk import consenting  # with the packs of privacy, which nothing else here needs

        action = consenting.completed(consenting.load(desk.packs), ticket, action)
    if ours and (isinstance(action, do.EditCustomer) or collected(action)):
        from agent_tui.desk import asking  # where there is something to look through

        asking.require_consent(desk, action, ticket)
    return recorded(action, desk.mask_for(ticket.customer)) if ours else action


def _proposed(answers: Mapping[str, str], policy: Policy) -> int | None:
    try:
        proposal = propose(answers, policy.casework)
    except (KeyError, ValueError):  # `permit` names the word
        return None
    return proposal.level if proposal else None
