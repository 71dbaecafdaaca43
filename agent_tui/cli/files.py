"""Commands that read and write files: `import`, `export`, `save` and `sample`."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import msgspec

from agent_tui.cli import desk_command, viewing
from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit, UsageError
from agent_tui.cli.output import dump
from agent_tui.cli.taking_in import take_in
from agent_tui.desk import export as out_of
from agent_tui.desk.core import Desk
from agent_tui.desk.receive import Report
from agent_tui.desk.sheets import Sheet, as_csv, to_xlsx
from agent_tui.domain.text import safe
from agent_tui.domain.views import Row
from agent_tui.i18n import _
from agent_tui.intake import Contact, Unreadable, read, size
from agent_tui.locations import write_private
from agent_tui.telling_errors import told

_LONGEST = 200  # bytes of a file's name


def bring_in(context: Context) -> Exit | None:
    """`import FILE…`."""
    args, out = context.args, context.out
    own = [address.lower() for address in (*context.settings.own_addresses, *args.own)]
    total = sum(size(path) for path in args.files)  # before anything is written: a wrong name changes nothing
    done = _Progress(total)

    def contacts() -> Iterator[Contact | Unreadable]:
        for path in args.files:
            yield from read(path, own=own, progress=done.reached)
            done.finish(size(path))

    def progress(report: Report) -> None:
        share = min(100, 100 * done.bytes // max(1, total))
        out.progress(_("{share} %  {count} messages").format(share=share, count=report.read))

    report = take_in(context, contacts(), progress)
    out.progress("")
    _report(context, report)
    return Exit.BAD_INPUT if report.unreadable and report.read == len(report.unreadable) else None


class _Progress:
    """How many bytes of all the files have been read."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._finished = 0
        self.bytes = 0

    def reached(self, place: int) -> None:
        self.bytes = self._finished + place

    def finish(self, length: int) -> None:
        self._finished += length
        self.bytes = self._finished


def _report(context: Context, report: Report) -> None:
    out = context.out
    if context.json:
        out.json(msgspec.to_builtins(report) | _in_english(report))
        return
    out.say(_("{count} messages read").format(count=report.read))
    lines = (
        (_("new tickets"), report.opened),
        (_("added to tickets"), report.added),
        (_("known already"), report.known),
        (_("automatic, set aside"), report.aside),
        (_("our own, of no ticket"), report.own),
        (_("not readable"), len(report.unreadable)),
    )
    for title, count in lines:
        if count:
            out.say(f"{count:7}  {title}")
    for doubt in report.doubts:
        problems = _("; ").join(map(told, doubt.problems))
        where = f"{safe(doubt.source)} → #{doubt.ticket}"
        out.complain(_("{path}: {reason}").format(path=where, reason=problems))
    for lost in report.unreadable:
        out.complain(_("{path}: {reason}").format(path=safe(lost.source), reason=told(lost.reason)))


def _in_english(report: Report) -> dict[str, object]:
    """What a program reads of the sentences of a report: English, whatever the language in use."""
    return {
        "unreadable": [{"source": each.source, "reason": str(each.reason)} for each in report.unreadable],
        "doubts": [
            {"source": each.source, "ticket": each.ticket, "problems": list(map(str, each.problems))}
            for each in report.doubts
        ],
    }


def take_out(context: Context) -> None:
    """`export [--view V | --customer C] [--format F] [--output FILE]`."""
    args = context.args
    if args.output == Path("-"):
        args.output = None
    if args.customer is not None:
        _take_out_customer(context)
        return
    kind = args.format or (args.output.suffix.lstrip(".").lower() if args.output else "csv")
    if kind not in ("csv", "jsonl", "xlsx"):
        raise UsageError(_("{kind!r} is no format; there are: csv, jsonl, xlsx.").format(kind=kind))
    if kind == "xlsx" and args.output is None:
        raise UsageError(_("A workbook goes into a file: give --output."))
    with context.desk() as desk:
        rows = desk.rows(args.view, context.now, args.search)
        if args.output is None:
            context.out.raw(_lines(kind, desk, rows))
        else:
            listed = list(rows)
            if kind == "xlsx":
                write_book([out_of.sheet(desk, listed)], args.output)
            else:
                write(args.output, "".join(_lines(kind, desk, listed)).encode())
            _note(desk, context, args.output, [row.id for row in listed])
    if args.output is not None:
        context.out.complain(_("Written: {path}").format(path=safe(str(args.output))))


def _take_out_customer(context: Context) -> None:
    from agent_tui.cli import access  # with zip files, for this alone

    content, tickets = access.take_out(context)
    path: Path | None = context.args.output
    if path is None:
        context.out.raw([content.decode()])
        return
    write(path, content)
    with context.desk() as desk:
        _note(desk, context, path, tickets)
    context.out.complain(_("Written: {path}").format(path=safe(str(path))))


def _note(desk: Desk, context: Context, path: Path, tickets: Sequence[int]) -> None:
    """Remember a file with customers' data, so that it is destroyed when its time is over (POLICY T5)."""
    with desk.repository.transaction():
        desk.repository.erasure.note_export(path, path.read_bytes(), tickets, context.now)


def _lines(kind: str, desk: Desk, rows: Iterable[Row]) -> Iterator[str]:
    return as_csv(out_of.sheet(desk, rows)) if kind == "csv" else out_of.as_jsonl(desk, rows, dump)


def write_book(sheets: Iterable[Sheet], path: Path) -> None:
    """A workbook is made in memory and written whole, so that a full disk leaves no half of one."""
    with BytesIO() as book:
        to_xlsx(sheets, book)
        write(path, book.getvalue())


def save(context: Context) -> None:
    """`save ID NUMBER [--output FILE]`."""
    args = context.args
    with context.desk() as desk:
        if desk.repository.elsewhere:
            from agent_tui.desk import connecting  # with all that speaks to a helpdesk

            connecting.load_attachment(desk, context.profile, args.ticket, args.number)
        name, content = desk.attachment(args.ticket, args.number)
    # The sender chose the name: only its last part, and nothing that a shell or a terminal would read otherwise.
    plain = safe(name.replace("\\", "/").rpartition("/")[2]).strip(". ").lstrip("-")
    path: Path = args.output or _short(
        Path("".join(letter for letter in plain if letter not in '<>:"|?*/') or "attachment")
    )
    if args.output is None and path.exists():
        raise UsageError(_("{path} is there already. Choose another name with --output.").format(path=path))
    write(path, content)
    with context.desk() as desk:
        _note(desk, context, path, (args.ticket,))
    context.out.say(_("Written: {path}").format(path=safe(str(path))))


def _short(name: Path) -> Path:
    """A name that every file system takes, the temporary file's included; its suffix stays."""
    suffix = name.suffix if len(name.suffix) <= 10 else ""
    stem = name.name.removesuffix(suffix).encode()[: _LONGEST - len(suffix.encode())]
    return Path(stem.decode("utf-8", "ignore") + suffix)


def sample(context: Context) -> Exit | None:
    """`sample`: a profile of its own with the sample inbox, its mails moved up to now; its desk on a terminal."""
    made = desk_command.make_sample(context)
    if not context.json and not context.args.list and desk_command.on_terminal():
        return desk_command.sit(context, [_("Enter does the next step; ? helps; q leaves.")] if made else ())
    if made and not context.json:
        context.out.complain(_("A sample inbox is ready. Work on it with: agent-tui --profile sample …"))
    context.args.view, context.args.search, context.args.limit = "all", "", None
    viewing.tickets(context)
    return None


def write(path: Path, content: bytes) -> None:
    """Write a file that the user asked for, into a folder that is there. Raises OSError naming that file."""
    folder = path.absolute().parent
    if not folder.is_dir():
        code = errno.ENOTDIR if folder.exists() else errno.ENOENT
        raise OSError(code, os.strerror(code), str(path))
    try:
        write_private(path, content)
    except OSError as error:
        error.filename = str(path)  # not the temporary file beside it, and not nothing when the disk is full
        raise
