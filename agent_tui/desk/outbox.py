"""The outbox as the agent decides on it: what waits, what is held and why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from agent_tui.desk.connecting import absorber_of
from agent_tui.desk.core import Desk
from agent_tui.desk.errors import DeskError
from agent_tui.domain.actions import Open, Undo
from agent_tui.domain.messages import N_
from agent_tui.domain.rebase import away
from agent_tui.domain.ticket import Message
from agent_tui.store.outbox import Cause, Noted, Waiting
from agent_tui.sync.backends.base import Fate
from agent_tui.sync.sending import PATIENCE


class NothingWaiting(DeskError):
    text = N_("{id} is not waiting to be sent.")


class NothingNoted(DeskError):
    text = N_("The helpdesk left nothing out of {id}.")


class StillUnderWay(DeskError):
    text = N_(
        "{id} was sent, and whether it arrived is not known yet: the helpdesk is asked by itself. Try again once it "
        "has answered."
    )


class CantBeSent(DeskError):
    text = N_("{id} can't be sent as it is: {reason} Leave it, or do something else on the ticket.")


class WentOut(DeskError):
    text = N_(
        "What this was to replace went out to #{ticket} meanwhile. Send this again if it shall go out as well."
    )


def waiting(desk: Desk) -> list[Waiting]:
    """Everything that the helpdesk does not have yet, in the order in which it was done."""
    return desk.repository.outbox.waiting()


def notes(desk: Desk) -> list[Noted]:
    """What the helpdesk left out of actions that it has."""
    return desk.repository.outbox.notes()


def written(desk: Desk, waiting: Waiting) -> list[tuple[Message, str]]:
    """What was written meanwhile and holds an action, with its text; "" is one that was erased."""
    ticket = desk.ticket(waiting.ticket)
    ids = waiting.held.messages if waiting.held is not None else ()
    found = [message for message in ticket.messages if message.id in ids]
    texts = desk.repository.texts(ticket) if found else {}
    return [(message, texts.get(message.id, "")) for message in found]


def seen(desk: Desk, action_id: str) -> Noted:
    """The agent has read what was left out; named as for `one`. Returns what it was. Raises NothingNoted."""
    found = [each for each in notes(desk) if _is(each.id, action_id)]
    if len(found) != 1:
        raise NothingNoted(id=action_id)
    with desk.repository.transaction():
        desk.repository.outbox.note(found[0].id, None)
    return found[0]


def one(desk: Desk, action_id: str) -> Waiting:
    """A waiting action by its id, or by enough of its end to be the only one. Raises NothingWaiting."""
    found = [each for each in waiting(desk) if _is(each.id, action_id)]
    if len(found) != 1:
        raise NothingWaiting(id=action_id)
    return found[0]


def _is(id_: str, typed: str) -> bool:
    return bool(typed) and id_.endswith(typed.upper())


def send(desk: Desk, action_id: str, now: datetime) -> Waiting:
    """Send a held action all the same, knowing what was written or changed meanwhile; another one without delay.

    Raises NothingWaiting, or CantBeSent for one that the ticket's state does not allow.
    """
    store = desk.repository
    with store.transaction():
        each = one(desk, action_id)
        if each.held is None:  # what is written until it goes still holds it
            store.outbox.later(each.id, now, doubtful=True)
        else:
            known = store.remotes.of(each.ticket)
            if each.held.cause is Cause.AWAY and known is not None and known.fate:
                raise CantBeSent(id=each.id, reason=each.held.told)
            store.outbox.release(each.id, now)
            absorber_of(desk).reshow(each.ticket, now, each.action)
            still = one(desk, each.id).held
            if still is not None:  # the ticket is as it was when this was held
                raise CantBeSent(id=each.id, reason=still.told)
    desk.changed_here()
    return each


def discard(desk: Desk, action_id: str, now: datetime) -> Waiting:
    """Take an action out of the outbox: the ticket is shown without it. Returns what it was, so that it can be changed.

    Without the action that opens a ticket, nothing that was done to it can be sent: all of it is taken out.
    Raises NothingWaiting, or StillUnderWay for one that may have arrived.
    """
    with desk.repository.transaction():
        each = one(desk, action_id)
        if each.under_way or (each.sent is not None and now < each.sent + PATIENCE):
            raise StillUnderWay(id=each.id)
        desk.repository.outbox.drop(each.id, now)
        for later in desk.repository.outbox.waiting(each.ticket):
            if isinstance(later.action, Undo) and later.action.of == each.id:
                desk.repository.outbox.drop(later.id, now)
        if isinstance(each.action, Open):
            _give_up(desk, each.ticket, now)
        absorber_of(desk).reshow(each.ticket, now, each.action)
    desk.changed_here()
    return each


def give_way(desk: Desk, ids: Sequence[str], ticket: int, now: datetime) -> None:
    """Take actions out for one on `ticket` that takes their place, inside the caller's transaction.

    What was discarded already is no obstacle. Raises WentOut when the helpdesk has one of them, StillUnderWay.
    """
    still = {each.id for each in waiting(desk)}
    for action_id in ids:
        if action_id in still:
            discard(desk, action_id, now)
        elif desk.repository.outbox.unsettled(action_id) is None:
            raise WentOut(ticket=ticket)


def _give_up(desk: Desk, number: int, now: datetime) -> None:
    """A ticket that shall not be opened on the helpdesk, with all that was done to it or ties others to it."""
    store = desk.repository
    given_up = store.outbox.waiting(number)
    for each in given_up:
        store.outbox.drop(each.id, now)
    known = store.remotes.of(number)
    if known is not None:
        base = away(known.base, Fate.MISSING.value, now)
        store.remotes.put(replace(known, base=base, fate=Fate.MISSING.value))
    for each in given_up:  # a ticket that was merged into it is there again
        absorber_of(desk).reshow(each.ticket, now, each.action)
