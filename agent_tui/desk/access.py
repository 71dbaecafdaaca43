"""Everything held about one customer, as they may ask for it (GDPR 15, CCPA 1798.110, PIPL 45): one plain value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from agent_tui.desk import privacy
from agent_tui.desk.core import Desk
from agent_tui.desk.erasing import tickets_of
from agent_tui.desk.export import whole
from agent_tui.desk.masking import unmask
from agent_tui.domain.measuring import measure
from agent_tui.domain.messages import N_
from agent_tui.domain.privacy_actions import ANYTHING
from agent_tui.domain.ticket import Attachment, Ticket
from agent_tui.formats import iso

FORMAT = "agent-tui access 1"

ABOUT = {
    "customer": N_("the addresses, names and markets under which the customer is known"),
    "laws": N_("the laws of these markets"),
    "consents": N_("the newest answer for each purpose, with scope, moment and channel"),
    "tickets": N_("each request with its conversation, as it stands; times are UTC"),
    "journal": N_("everything that was done, in the order in which it was recorded, with who did it"),
    "drafts": N_("what was begun and not sent"),
    "waiting": N_("what is done and not yet on the helpdesk"),
    "attachments": N_("the files that came with messages; those without content are not on this machine"),
    "figures": N_("what each ticket adds to the figures of the team"),
    "exports": N_("files with this data that were written, and when"),
    "mentioned_in": N_("the numbers of other customers' tickets that speak of this one"),
    "retention": N_("until when each ticket is kept, and what holds it"),
}
"""What the parts of the document are, in words."""


class File(msgspec.Struct, frozen=True):
    """An attachment: of which ticket and message, and its bytes if they are here."""

    ticket: int
    message: str
    attachment: Attachment
    content: bytes | None


def document(desk: Desk, customer: str, now: datetime) -> tuple[dict[str, object], tuple[File, ...]]:
    """Everything about a customer, unmasked, without the bytes of files; and the files.

    That it was taken out is journaled on each ticket. Raises NoSuchCustomer.
    """
    tickets = tickets_of(desk, customer)
    held = privacy.holding(desk, f"#{tickets[-1]}")
    found = held.plan
    with desk.repository.database.reading():
        known = [desk.ticket(number) for number in tickets]
        files = tuple(_files(desk, known))
        texts = {ticket.id: desk.repository.texts(ticket) for ticket in known}
        value: dict[str, object] = {
            "format": FORMAT,
            "made": iso(now),
            "customer": {"names": found.names, "addresses": found.addresses, "markets": found.markets},
            "laws": [{"id": law.id, "name": law.name, "source": law.source} for law in held.laws],
            "consents": msgspec.to_builtins(privacy.states_of(desk, known[-1].customer)),
            "tickets": [whole(ticket, texts[ticket.id]) | _there(desk, ticket) for ticket in known],
            "journal": list(_journal(desk, tickets)),
            "drafts": list(_drafts(desk, tickets)),
            "waiting": [
                msgspec.to_builtins(each)
                for number in tickets
                for each in desk.repository.outbox.waiting(number)
            ],
            "attachments": [
                {"ticket": each.ticket, "message": each.message, **msgspec.to_builtins(each.attachment)}
                for each in files
            ],
            "figures": [
                msgspec.to_builtins(counted) for ticket in known if (counted := _measured(desk, ticket, now))
            ],
            "exports": [
                {"file": str(each.path), "made": iso(each.made)}
                for each in desk.repository.erasure.exports_of(tickets)
            ],
            "mentioned_in": found.mentioned,
            "retention": [
                {
                    "ticket": number,
                    "until": iso(end) if end else None,
                    "holds": [hold.value for hold in holds],
                }
                for number, end, holds in held.due
            ],
        }
    for number in tickets:
        unmask(desk, number, (ANYTHING,), "access", now)
    return value, files


def _there(desk: Desk, ticket: Ticket) -> dict[str, object]:
    return {"on_helpdesk": desk.repository.remotes.there(ticket.id)}


def _journal(desk: Desk, tickets: Sequence[int]) -> Iterator[dict[str, object]]:
    seen: set[int] = set()
    for number in tickets:
        for entry in desk.journal(number):
            if entry.ticket in tickets and entry.seq not in seen:
                seen.add(entry.seq)
                yield {
                    "seq": entry.seq,
                    "recorded": iso(entry.recorded),
                    "ticket": entry.ticket,
                    "action": entry.kind,
                    "fields": None if entry.action is None else msgspec.to_builtins(entry.action),
                }


def _drafts(desk: Desk, tickets: Sequence[int]) -> Iterator[dict[str, object]]:
    for number in tickets:
        for draft in desk.drafts.of(number):
            yield {"ticket": number, "kind": draft.kind, "text": draft.text}
    for sending in desk.drafts.held():
        if sending.action.ticket in tickets:
            yield {"ticket": sending.action.ticket, "kind": "reply", "text": sending.action.text}


def _measured(desk: Desk, ticket: Ticket, now: datetime) -> object:
    return measure(ticket, desk.policy, now, {ticket.id: ticket.created})


def _files(desk: Desk, tickets: Sequence[Ticket]) -> Iterator[File]:
    for ticket in tickets:
        for message in ticket.messages:
            for each in message.attachments:
                yield File(ticket.id, message.id, each, desk.repository.blob(each.sha256))


def name_in_archive(place: int, file: File) -> str:
    """Where a file stands in the archive: by its place and kind; its own name is in the document."""
    digest = sha256(file.content or b"").hexdigest()[:12]
    return f"attachments/{place:04}-{digest}"
