"""Personal data behind the mask (POLICY T4): in journal views, exports and the clipboard; and a look behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from agent_tui.desk.core import Case, Desk
from agent_tui.desk.forms import fill
from agent_tui.domain.masking import Mask, shown, shown_ticket
from agent_tui.domain.personal_data import Kind
from agent_tui.domain.privacy_actions import NO_TICKET
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Customer
from agent_tui.store.journal import Entry

_NOBODY = Customer()

CLIPBOARD = 74_994
"""Bytes of UTF-8 that go into a clipboard at once: in base64 as much as every terminal that takes any accepts."""


class Clip(msgspec.Struct, frozen=True):
    """A text for the clipboard: which kinds of personal data were hidden, how many characters found no room."""

    text: str
    hidden: tuple[Kind, ...] = ()
    left_out: int = 0


def customer_of(desk: Desk, number: int) -> Customer:
    """Whose ticket it is; nobody's, for one that is gone and for NO_TICKET."""
    ticket = desk.repository.get(number) if number != NO_TICKET else None
    return ticket.customer if ticket is not None else _NOBODY


def mask_of(desk: Desk, number: int) -> Mask:
    """What hides personal data in texts about a ticket; of one that is gone, as for anybody."""
    return desk.mask_for(customer_of(desk, number))


def clip(desk: Desk, number: int, text: str) -> Clip:
    """A text about a ticket as it leaves the desk by the clipboard: masked, harmless, cut to what one takes (T4)."""
    customer = customer_of(desk, number)
    hidden = desk.guidance.kinds_in(text, customer)
    return _fitting(desk.mask_for(customer)(text) if hidden else text, hidden)


def clip_unmasked(
    desk: Desk, number: int, text: str, kinds: Sequence[Kind], reason: str, now: datetime
) -> Clip:
    """The same without the mask; that this agent took it, of which kinds and why, is journaled first.

    Raises what `unmask` raises.
    """
    unmask(desk, number, kinds, reason, now)
    return _fitting(text)


def _fitting(text: str, hidden: tuple[Kind, ...] = ()) -> Clip:
    plain = safe(text, lines=True)
    raw = plain.encode()
    if len(raw) <= CLIPBOARD:
        return Clip(plain, hidden)
    kept = raw[:CLIPBOARD].decode(errors="ignore")  # half a character at the end is none
    return Clip(kept, hidden, len(plain) - len(kept))


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
