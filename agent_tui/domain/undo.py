"""Taking an action back: the action that leads to where the ticket was before, where there is one."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket

# What somebody may have read, stays said; a merge stays merged.
_FINAL = (do.Open, do.Receive, do.Reply, do.Note, do.Merge)


class Header(Protocol):
    """What every action begins with."""

    @property
    def id(self) -> str: ...
    @property
    def ticket(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...


class NotUndoable(Refusal):
    """There is no way back from this action."""

    code = "not_undoable"
    text = N_("{action} cannot be undone.")


class NothingToUndo(Refusal):
    """The newest action on the ticket is not the agent's own."""

    code = "nothing_to_undo"
    text = N_("There is nothing of yours to undo on this ticket.")


def inverse(before: Ticket, action: do.Action, undo: Header) -> do.Action:
    """The action that undoes `action`, done to `before`; `undo` has its id, ticket, moment and agent.

    Raises NotUndoable: what a customer or colleague may have read stays said, and a merge stays merged.
    """
    if isinstance(action, _FINAL):
        raise NotUndoable(action=do.kind_of(action))
    if isinstance(action, do.Link | do.Unlink):  # the other ticket has to follow
        link = next((each for each in before.links if each.other == action.other), None)
        if link is None:
            return do.Unlink(id=undo.id, ticket=undo.ticket, at=undo.at, by=undo.by, other=action.other)
        again = link.relation
        return do.Link(
            id=undo.id, ticket=undo.ticket, at=undo.at, by=undo.by, other=link.other, relation=again
        )
    return do.Undo(id=undo.id, ticket=undo.ticket, at=undo.at, by=undo.by, of=action.id, before=before)
