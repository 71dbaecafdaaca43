"""Taking tickets out: CSV and XLSX for people, JSONL with the whole conversation for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from agent_tui.desk.core import Desk
from agent_tui.desk.sheets import Cell, Sheet
from agent_tui.domain.masking import shown_ticket
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.views import Row
from agent_tui.formats import iso

COLUMNS = (
    "id",
    "status",
    "urgent",
    "level",
    "type",
    "channel",
    "customer",
    "market",
    "language",
    "subject",
    "owner",
    "created",
    "due",
    "changed",
    "tags",
    "result",
    "satisfaction",
    "summary",
    "root_cause",
    "improvement",
)


def table(desk: Desk, rows: Iterable[Row]) -> Iterator[tuple[Cell, ...]]:
    """A line of cells for each ticket, in the order of `COLUMNS`; times are ISO 8601 in UTC."""
    for row in rows:
        ticket = masked_ticket(desk, row.id)
        done = ticket.resolution if row.solved else None
        yield (
            row.id,
            row.status.value,
            int(row.urgent),
            row.level,
            row.type,
            row.channel,
            row.customer,
            row.market,
            row.language,
            ticket.subject,
            row.owner,
            iso(row.created),
            iso(row.due) if row.due else None,
            iso(row.changed),
            " ".join(row.tags),
            done.result if done else None,
            done.satisfaction.value if done else None,
            done.summary if done else None,
            done.root_cause if done else None,
            done.improvement if done else None,
        )


def sheet(desk: Desk, rows: Iterable[Row]) -> Sheet:
    """The tickets as a table."""
    return Sheet("tickets", COLUMNS, table(desk, rows))


def as_jsonl(desk: Desk, rows: Iterable[Row], dump: Callable[[object], str]) -> Iterator[str]:
    """One JSON object a line: the ticket with all its messages' texts."""
    for row in rows:
        ticket = desk.ticket(row.id)
        mask = desk.mask_for(ticket.customer)
        texts = {id_: mask(text) for id_, text in desk.repository.texts(ticket).items()}
        yield dump(whole(shown_ticket(ticket, mask), texts)) + "\n"


def masked_ticket(desk: Desk, number: int) -> Ticket:
    """A ticket with its personal data behind the mask (POLICY T4). Raises NoSuchTicket."""
    ticket = desk.ticket(number)
    return shown_ticket(ticket, desk.mask_for(ticket.customer))


def whole(ticket: Ticket, texts: dict[str, str]) -> dict[str, object]:
    """A ticket as plain values, its messages with their texts."""
    plain: dict[str, object] = msgspec.to_builtins(ticket)
    heads = [msgspec.to_builtins(message) for message in ticket.messages]
    plain["messages"] = [head | {"text": texts.get(head["id"])} for head in heads]
    return plain
