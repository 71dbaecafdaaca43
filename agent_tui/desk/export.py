"""Taking tickets out: CSV and XLSX for people, JSONL with the whole conversation for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import msgspec

from agent_tui.desk.core import Desk
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

Cell = str | int | None


def table(desk: Desk, rows: Iterable[Row]) -> Iterator[tuple[Cell, ...]]:
    """A line of cells for each ticket, in the order of `COLUMNS`; times are ISO 8601 in UTC."""
    for row in rows:
        done = desk.ticket(row.id).resolution if row.solved else None
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
            row.subject,
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


def as_csv(desk: Desk, rows: Iterable[Row]) -> Iterator[str]:
    """CSV (RFC 4180) by lines, the header first. A cell that a spreadsheet would run as a formula is quoted by `'`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    yield _drain(buffer)
    for line in table(desk, rows):
        writer.writerow([_harmless(cell) for cell in line])
        yield _drain(buffer)


def as_jsonl(desk: Desk, rows: Iterable[Row], dump: Callable[[object], str]) -> Iterator[str]:
    """One JSON object a line: the ticket with all its messages' texts."""
    for row in rows:
        ticket = desk.ticket(row.id)
        yield dump(whole(ticket, desk.repository.texts(ticket))) + "\n"


def whole(ticket: Ticket, texts: dict[str, str]) -> dict[str, object]:
    """A ticket as plain values, its messages with their texts."""
    plain: dict[str, object] = msgspec.to_builtins(ticket)
    heads = [msgspec.to_builtins(message) for message in ticket.messages]
    plain["messages"] = [head | {"text": texts.get(head["id"])} for head in heads]
    return plain


def to_xlsx(desk: Desk, rows: Iterable[Row], file: BinaryIO) -> None:
    """Write an XLSX workbook; texts stay texts, whatever they begin with."""
    import xlsxwriter  # 60 ms, for this format alone

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet("tickets")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, COLUMNS)
    for place, cells in enumerate(table(desk, rows), 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(place, column, cell)
            elif cell:
                sheet.write_string(place, column, _without_controls(cell)[:32_767])
    book.close()


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + cell
    return cell


def _without_controls(text: str) -> str:
    """XML has no way to write most control characters."""
    return "".join(letter if letter >= " " or letter in "\n\t" else " " for letter in text)


def _drain(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
