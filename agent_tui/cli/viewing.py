"""Commands that only look: `tickets`, `show` and `journal`."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from agent_tui.cli import render
from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit
from agent_tui.cli.output import dump
from agent_tui.desk import masking
from agent_tui.desk.core import Case
from agent_tui.desk.export import whole
from agent_tui.domain.clocks import Timer
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Status, Ticket
from agent_tui.domain.views import Condition, Is, Row
from agent_tui.formats import iso
from agent_tui.i18n import _
from agent_tui.store.journal import Entry, Fault


def tickets(context: Context) -> None:
    """`tickets [--view V] [--search Q] [--type T] [--market M] [--product P] [--level N]`."""
    args, out = context.args, context.out
    with context.desk() as desk:
        only = _only(args, desk.policy)
        if getattr(args, "counts", False):
            counts = desk.counts(context.now, only)
            if context.json:
                out.json(counts)
            else:
                for name, count in counts.items():
                    out.say(f"{count:7}  {name:13} {_(desk.views[name].title)}")
            return
        limit = -1 if args.limit is None else min(max(0, args.limit), sys.maxsize)
        if args.search and args.view is None:
            rows = desk.search(args.search, limit, only)
        else:
            rows = desk.rows(args.view or "all", context.now, args.search, limit, only)
        if context.json:
            out.raw(_array(row_json(row) for row in rows))
            return
        found = list(rows)
        render.queue(context, desk.policy, found)
        if not found:
            out.say(_("Nothing here."))


def _only(args: Namespace, policy: Policy) -> tuple[Condition, ...]:
    """What `--type --market --product --level` leave of a view. Raises UnknownWord for a type there is not."""
    wanted = {name: getattr(args, name, None) for name in ("type", "market", "product", "level")}
    if wanted["type"] is not None and wanted["type"] not in policy.former_types:
        policy.type(wanted["type"])
    return tuple(Condition(name, Is.EQUAL, value) for name, value in wanted.items() if value is not None)


def show(context: Context) -> None:
    """`show ID`."""
    with context.desk() as desk:
        case = desk.case(context.args.ticket)
        if context.json:
            context.out.json(case_json(case, context.now) | whole(case.ticket, case.texts))
        else:
            render.case(context, desk.policy, case)


def journal(context: Context) -> Exit | None:
    """`journal [ID] [--verify]`."""
    out = context.out
    with context.desk() as desk:
        if context.args.verify:
            faults = list(desk.verify())
            if context.json:
                out.json(
                    {"entries": desk.repository.journal.length(), "faults": [_fault(each) for each in faults]}
                )
            for fault in faults if not context.json else ():
                out.say(_(fault.text).format(seq=fault.seq))
            if not faults and not context.json:
                out.say(
                    _("{count} entries, all as they were written.").format(
                        count=desk.repository.journal.length()
                    )
                )
            return Exit.STORE if faults else None
        if context.args.ticket is not None:
            desk.ticket(context.args.ticket)
        entries = masking.journal(desk, context.args.ticket)
        if context.json:
            out.raw(dump(_entry_json(entry)) + "\n" for entry in entries)
        else:
            render.journal(context, desk, entries)
    return None


def row_json(row: Row) -> dict[str, object]:
    """A line of the queue for programs."""
    return {
        "id": row.id,
        "subject": row.subject,
        "status": row.status.value,
        "wakes": iso(row.wakes) if row.status is Status.SNOOZED else None,
        "urgent": row.urgent,
        "due": iso(row.due) if row.due else None,
        "timer": row.timer or None,
        "level": row.level,
        "type": row.type,
        "channel": row.channel,
        "customer": row.customer,
        "market": row.market,
        "language": row.language,
        "owner": row.owner,
        "next": row.step,
        "created": iso(row.created),
        "changed": iso(row.changed),
        "tags": list(row.tags),
        "product": row.product,
        "stage": row.stage or None,
        "turn": row.turn or None,
        "region": row.region or None,
        "handed": row.handed or None,
        "held": row.held,
    }


def ticket_json(ticket: Ticket) -> dict[str, object]:
    """A ticket for programs, without its texts."""
    plain: dict[str, object] = msgspec.to_builtins(ticket)
    return plain


def case_json(case: Case, now: datetime) -> dict[str, object]:
    """What `show --json` adds to the ticket itself."""
    return {
        "next": msgspec.to_builtins(case.step),
        "timers": [timer_json(timer, now) for timer in case.timers],
        "earlier": list(case.earlier),
        "remote": case.remote or None,
        "unsent": sorted(case.unsent),
        "held": [each.id for each in case.held],
    }


def timer_json(timer: Timer, now: datetime) -> dict[str, object]:
    """A clock for programs: moments in UTC, spans in seconds."""
    return {
        "kind": timer.kind.value,
        "name": timer.name,
        "rule": timer.rule,
        "state": timer.state(now).value,
        "start": iso(timer.start),
        "due": iso(timer.due) if timer.due else None,
        "ended": iso(timer.ended) if timer.ended else None,
        "limit_seconds": int(timer.limit.total_seconds()) if timer.limit is not None else None,
        "calendar": timer.calendar,
        "pauses": [[iso(begin), iso(end) if end.year < 9999 else None] for begin, end in timer.pauses],
    }


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "recorded": iso(entry.recorded),
        "ticket": entry.ticket,
        "action": entry.kind,
        "fields": None if entry.action is None else msgspec.to_builtins(entry.action),
    }


def _array(values: Iterable[dict[str, object]]) -> Iterator[str]:
    """A JSON array with one value a line, written as it comes: the whole of it may not fit into memory."""
    before = "["
    for value in values:
        yield before + dump(value)
        before = ",\n"
    yield "[]\n" if before == "[" else "]\n"


def _fault(fault: Fault) -> dict[str, object]:
    return {"seq": fault.seq, "fault": fault.text.format(seq=fault.seq)}
