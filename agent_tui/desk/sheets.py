"""Tables for spreadsheets: CSV and XLSX in which texts stay texts, whatever they begin with."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import msgspec

Cell = str | int | float | None

_LONGEST = 32_767
"""How many characters a cell of a workbook holds."""


class Sheet(msgspec.Struct, frozen=True):
    """A table with its name and the names of its columns."""

    name: str
    columns: Sequence[str]
    lines: Iterable[Sequence[Cell]]


def as_csv(sheet: Sheet) -> Iterator[str]:
    """CSV (RFC 4180) by lines, the header first. A cell that a spreadsheet would run as a formula is quoted by `'`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(sheet.columns)
    yield _drain(buffer)
    for line in sheet.lines:
        writer.writerow([_harmless(cell) for cell in line])
        yield _drain(buffer)


def to_xlsx(sheets: Iterable[Sheet], file: BinaryIO) -> None:
    """Write an XLSX workbook."""
    import xlsxwriter  # 60 ms, for this format alone

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    for each in sheets:
        sheet = book.add_worksheet(each.name)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, each.columns)
        for place, cells in enumerate(each.lines, 1):
            for column, cell in enumerate(cells):
                if isinstance(cell, int | float):
                    sheet.write_number(place, column, cell)
                elif cell:
                    sheet.write_string(place, column, _without_controls(cell)[:_LONGEST])
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
