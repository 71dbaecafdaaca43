"""Personal data behind the mask (POLICY T4): in journal views, exports and the clipboard; and a look behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from agent_tui.desk.core import Case, Desk
from agent_tui.desk.forms import fill
from agent_tui.domain.masking import Mask, shown, shown_ticket
from agent_tui.domain.privacy_actions import NO_TICKET
from agent_tui.domain.ticket import Customer
from agent_tui.store.journal import Entry

_NOBODY = Customer()


def mask_of(desk: Desk, number: int) -> Mask:
    """What hides personal data in texts about a ticket; of one that is gone, as for anybody."""
    ticket = desk.repository.get(number) if number != NO_TICKET else None
    return desk.mask_for(ticket.customer if ticket is not None else _NOBODY)


def masked(desk: Desk, number: int, text: str) -> str:
    """A text about a ticket as it leaves the desk, for the clipboard above all."""
    return mask_of(desk, number)(text)


def journal(desk: Desk, ticket: int | None = None, after: int = 0) -> Iterator[Entry]:
    """What was done, as it is shown: of one ticket or of all, in the order in which it was recorded."""
    masks: dict[int, Mask] = {}
    for entry in desk.journal(ticket, after):
        if entry.action is None:
            yield entry
            continue
        if entry.ticket not in masks:
            masks[entry.ticket] = mask_of(desk, entry.ticket)
        yield replace(entry, action=shown(entry.action, masks[entry.ticket]))


def masked_case(desk: Desk, number: int) -> Case:
    """A ticket with every text behind the mask. Raises NoSuchTicket."""
    case = desk.case(number)
    mask = desk.mask_for(case.ticket.customer)
    texts = {id_: mask(text) for id_, text in case.texts.items()}
    return replace(case, ticket=shown_ticket(case.ticket, mask), texts=texts)


def unmask(desk: Desk, number: int, kinds: Sequence[str], reason: str, now: datetime) -> Case:
    """A ticket as it is; that this agent looked, at which kinds of data and why, is journaled first.

    Raises NoSuchTicket, and FieldRequired without kinds or a reason.
    """
    given = {"kinds": ", ".join(kinds), "reason": reason}
    desk.perform(fill("unmask", desk.header(number, now), given), now)
    return desk.case(number)
