"""Why an action changes nothing: what is the case already, action by action."""

from __future__ import annotations

from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_
from agent_tui.domain.refusals import NothingChanges


class NotAside(NothingChanges):
    text = N_("The ticket is neither snoozed nor waiting.")


class Waiting(NothingChanges):
    text = N_("The ticket is waiting for the customer already.")


class SameTags(NothingChanges):
    text = N_("The ticket has exactly these tags already.")


class Linked(NothingChanges):
    text = N_("The tickets are linked in this way already.")


class NotLinked(NothingChanges):
    text = N_("The tickets are not linked.")


class SameFacts(NothingChanges):
    text = N_("The customer's facts are the same already.")


_REASONS: dict[type[do.Base], type[NothingChanges]] = {
    do.Resume: NotAside,
    do.Wait: Waiting,
    do.Tag: SameTags,
    do.Link: Linked,
    do.Unlink: NotLinked,
    do.EditCustomer: SameFacts,
}


def unchanged(action: do.Action) -> NothingChanges:
    """The refusal of an action that changes nothing."""
    return _REASONS.get(type(action), NothingChanges)()
