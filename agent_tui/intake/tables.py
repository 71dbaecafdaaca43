"""CSV and JSON lines as other programs write them: any charset, any separator, names in any language."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from agent_tui.domain.messages import N_, Told
from agent_tui.intake import charset, columns, detect, jsonrows, when
from agent_tui.intake.contact import Contact, Unreadable
from agent_tui.intake.errors import IntakeError
from agent_tui.intake.mail import Reader
from agent_tui.intake.rows import Row, Rows

_CHUNK = 1 << 18
_SAMPLE = 1 << 20  # bytes looked at to find the charset
_LONGEST_LINE = 32 << 20  # characters
_FIELD_LIMIT = 8 << 20  # characters of one cell; a quote that never closes ends there
_ROWS_JUDGED = 2000  # rows looked at to tell 4 May from 5 April
_SEPARATORS = ",;\t|"
_SEP_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\r?\n", re.IGNORECASE)


class Source(Protocol):
    """A binary stream that can be looked into."""

    def peek(self, size: int) -> bytes: ...

    def read(self, size: int, /) -> bytes: ...


def _latin_rescue(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    piece = error.object[error.start : error.end]
    return piece.decode("cp1252", "replace"), error.end


# A byte that does not fit, in a file that is otherwise of one charset: most often windows-1252 pasted in.
codecs.register_error("agent_tui.intake.rescue", _latin_rescue)


def read(
    stream: Source, path: Path, shown: str, head: bytes, reader: Reader
) -> Iterator[Contact | Unreadable]:
    """The contacts of a table. Raises `IntakeError` when it is none."""
    sample = stream.peek(_SAMPLE)
    codec = _codec(sample)
    if codec is None or (b"\0" in head and not codec.startswith("utf_")):
        raise IntakeError(path, Told(N_("not a mailbox, a mail, a CSV or a JSON file")))
    start = codecs.getincrementaldecoder(codec)("replace").decode(sample).lstrip("\ufeff \t\r\n")
    rows = Rows(reader, path.name)
    text = _text(stream, codec)
    if start[:1] in ("{", "["):
        if start[0] == "[" or _first_line_is_whole(start):
            yield from jsonrows.read(text, shown, rows, by_line=start[0] == "{")
        else:
            yield from jsonrows.read(text, shown, rows, by_line=False)
        return
    yield from _csv(text, start, path, shown, rows)


def _first_line_is_whole(start: str) -> bool:
    try:
        json.loads(start.partition("\n")[0])
    except (ValueError, RecursionError):
        return "\n{" in start and not start.startswith("{\n")
    return True


def _codec(sample: bytes) -> str | None:
    for mark, name in (
        (codecs.BOM_UTF8, "utf_8_sig"),
        (codecs.BOM_UTF16_LE, "utf_16"),
        (codecs.BOM_UTF16_BE, "utf_16"),
    ):
        if sample.startswith(mark):
            return name
    nulls = sample[:2000].count(b"\0")
    if nulls * 5 > len(sample[:2000]):
        return "utf_16_be" if sample[:2000:2].count(b"\0") > nulls // 2 else "utf_16_le"
    try:
        codecs.getincrementaldecoder("utf_8")().decode(
            sample
        )  # a character cut off at the end is no error here
    except UnicodeDecodeError:
        pass
    else:
        return "utf_8"
    if any(byte < 9 or 13 < byte < 27 for byte in sample[:4000]):
        return None
    high = re.search(rb"[\x80-\xff]", sample)
    begin = max(0, high.start() - 40) if high else 0
    # Lines with other writing, joined: a long table may be ASCII for most of its beginning.
    lines = [line for line in sample[begin:].split(b"\n")[:400] if not line.isascii()]
    found = detect.best(b"\n".join(lines)[:4000])
    loose = charset.decode(sample[begin : begin + 4000], "utf-8")
    return "utf_8" if loose.codec == "utf_8" else found or "cp1252"


def _text(stream: Source, codec: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)(
        "agent_tui.intake.rescue" if not codec.startswith("utf_16") else "replace"
    )
    while chunk := stream.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", True)


def _lines(text: Iterator[str], end: str) -> Iterator[str]:
    rest = ""
    for chunk in text:
        pieces = (rest + chunk).split(end)
        rest = pieces.pop()
        for piece in pieces:
            yield piece + "\n"
        if len(rest) > _LONGEST_LINE:
            yield rest
            rest = ""
    if rest:
        yield rest


def _csv(
    text: Iterator[str], start: str, path: Path, shown: str, rows: Rows
) -> Iterator[Contact | Unreadable]:
    named = _SEP_LINE.match(start)
    separator = named[1] if named else _separator(start)
    end = "\n" if "\n" in start else "\r"
    # The limit is one of the process; ours is above the default, so nobody else loses by it.
    csv.field_size_limit(max(_FIELD_LIMIT, csv.field_size_limit()))
    lines = _lines(text, end)
    if named:
        next(lines, None)
    table = csv.reader((line.replace("\r\n", "\n") for line in lines), delimiter=separator, strict=False)
    names: list[str] = []
    for cells in _filled(table):
        names = _unique([cell.strip().lstrip("\ufeff") for cell in cells])
        break
    fields = {columns.field_of(name) for name in names}
    if not fields & {"subject", "text"}:
        listed = ", ".join(names[:8])[:200]
        if not listed:
            raise IntakeError(path, Told(N_("no column is a subject or a text; there are no columns")))
        text_of = N_("no column is a subject or a text; the columns are: {columns}")
        raise IntakeError(path, Told(text_of, {"columns": listed}))
    records = _records(table, names, shown, rows)
    judged = list(islice(records, _ROWS_JUDGED))
    dated = [name for name in names if columns.field_of(name) == "at"]
    seen = [row.cells.get(dated[0], "") for row in judged if isinstance(row, Row)] if dated else []
    first = when.day_first(seen)
    for row in chain(judged, records):
        yield row if isinstance(row, Unreadable) else rows.contact(row, days_first=first is not False)


def _filled(table: Iterator[list[str]]) -> Iterator[list[str]]:
    for cells in table:
        if any(cell.strip() for cell in cells):
            yield cells


def _unique(names: list[str]) -> list[str]:
    out: list[str] = []
    for index, name in enumerate(names):
        plain = name or f"column {index + 1}"
        out.append(plain if plain not in out else f"{plain} ({index + 1})")
    return out


def _separator(start: str) -> str:
    """The separator that gives most known columns, then most columns, in the first row."""
    best = (",", -1, -1)
    for separator in _SEPARATORS:
        try:
            header = next(
                _filled(csv.reader(start[:65_536].splitlines(keepends=True)[:50], delimiter=separator)), []
            )
        except csv.Error:
            continue
        known = len({columns.field_of(cell.strip().lstrip("\ufeff")) for cell in header} - {None})
        if (known, len(header)) > best[1:]:
            best = (separator, known, len(header))
    return best[0]


def _records(
    table: Iterator[list[str]], names: list[str], shown: str, rows: Rows
) -> Iterator[Row | Unreadable]:
    number = 0
    id_name = next((name for name in names if columns.field_of(name) == "id"), None)
    while True:
        source = f"{shown}#{number + 1}"
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield Unreadable(source, _no_csv(error, _line(table)))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        line = _line(table)
        problems: tuple[Told, ...] = ()
        counts = {"line": str(line), "cells": str(len(cells)), "columns": str(len(names))}
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            if len(cells) > len(names) + 3:
                yield Unreadable(source, Told(N_("line {line}: {cells} cells for {columns} columns"), counts))
                continue
            del counts["line"]
            problems = (Told(N_("{cells} cells for {columns} columns; the last ones are left out"), counts),)
        elif len(cells) < len(names) and len(cells) == 1 and len(names) > 2:
            del counts["cells"]
            yield Unreadable(source, Told(N_("line {line}: one cell for {columns} columns"), counts))
            continue
        found = dict(zip(names, cells, strict=False))
        message_id, first = rows.identity(found.get(id_name, "").strip() if id_name else "")
        yield Row(source, "\x1f".join(cells), found, reply_to=first, message_id=message_id, problems=problems)


def _no_csv(error: csv.Error, line: int) -> Told:
    if "field limit" in str(error):
        limit = {"line": str(line), "limit": str(csv.field_size_limit() >> 20)}
        return Told(N_("line {line}: a cell is longer than {limit} MiB"), limit)
    return Told(N_("line {line}: this is no CSV ({reason})"), {"line": str(line), "reason": str(error)})


def _line(table: object) -> int:
    return int(getattr(table, "line_num", 0))
