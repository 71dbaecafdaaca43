"""`erase`, `retention` and `destructions`: ending personal data for good (POLICY T5)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from agent_tui import telling_privacy as telling
from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit, UsageError
from agent_tui.desk import privacy
from agent_tui.desk.consenting import Rules
from agent_tui.desk.erasing import Destruction, HeldByLaw, Plan, destructions, plan, tickets_of
from agent_tui.domain.retention import Due
from agent_tui.domain.text import safe
from agent_tui.formats import iso
from agent_tui.i18n import _
from agent_tui.store.desklock import DeskLock

_TICKET = re.compile(r"#?[0-9]+")


def erase(context: Context) -> Exit | None:
    """`erase CUSTOMER [--dry-run] [--yes] [--reason REASON]`."""
    args, out = context.args, context.out
    if not args.dry_run and not args.yes and (context.json or not sys.stdin.isatty()):
        raise UsageError(_("Nobody can be asked here; give --yes, or --dry-run to see what would go."))
    customer = named(args.customer)
    with _alone(context), context.desk() as desk:
        rules = privacy.rules(desk)
        _left_out(context, rules)
        privacy.check_reason(rules.consents, args.reason)
        tickets = tickets_of(desk, customer)
        found = plan(desk, tickets, rules.retention)
        if not context.json:
            for line in telling.plan_of(found):
                out.say(line)
        if args.dry_run:
            if context.json:
                out.json(_plan_json(found) | {"destroyed": None})
            return None
        if found.held:
            raise HeldByLaw(tickets=telling.numbers(found.held))
        if not args.yes and not _agreed():
            out.say(_("Nothing was changed."))
            return Exit.REFUSED
        done = privacy.erase_customer(desk, customer, args.reason, context.now)
        if context.json:
            out.json(_plan_json(found) | {"destroyed": _destruction_json(done)})
            return None
        out.say(_("Destroyed. It cannot be undone; the record stays:"))
        _say(context, [done], rules)
    return None


def retention(context: Context) -> None:
    """`retention [--dry-run]`."""
    out = context.out
    with _alone(context, needed=not context.args.dry_run), context.desk() as desk:
        rules = privacy.rules(desk)
        _left_out(context, rules)
        due = privacy.due(desk, context.now)
        paths = {each.id: each.path for each in desk.repository.erasure.exports()}
        done = () if context.args.dry_run else privacy.carry_out(desk, context.now)
        if context.json:
            out.json(
                {
                    "due": [_due_json(each, paths) for each in due],
                    "destroyed": [_destruction_json(each) for each in done],
                }
            )
            return
        for each in due:
            path = str(paths.get(each.export or 0, ""))
            out.say(telling.due_of(each, context.zone, path))
        if not due:
            out.say(_("Nothing is past its time."))
        elif context.args.dry_run:
            out.say(_("Nothing was changed."))
        elif done:
            out.say(_("Destroyed. It cannot be undone; the record stays:"))
            _say(context, done, rules)


def records(context: Context) -> None:
    """`destructions`: every record, the newest first."""
    with context.desk() as desk:
        found = list(reversed(destructions(desk)))
        if context.json:
            context.out.json([_destruction_json(each) for each in found])
            return
        _say(context, found, privacy.rules(desk))
        if not found:
            context.out.say(_("Nothing was destroyed so far."))


@contextmanager
def _alone(context: Context, *, needed: bool = True) -> Iterator[None]:
    """Nobody else sits at the desk or syncs: they would hold, or bring back, what goes. Raises StoreBusy."""
    if not needed or context.args.dry_run:
        yield
        return
    where = context.locations
    with (
        DeskLock(where.lock_file(context.profile), context.now),
        DeskLock(where.sync_lock_file(context.profile), context.now),
    ):
        yield


def named(customer: str) -> str:
    """Who is meant: a ticket, or with `-` a line of standard input, which is asked for at a terminal.

    Raises UsageError for anything else: other users see what stands in arguments, and shells keep it (POLICY T5).
    """
    if _TICKET.fullmatch(customer.strip()):
        return f"#{customer.strip().removeprefix('#')}"
    if customer != "-":
        text = _(
            "Personal data does not belong into arguments: others on this machine see them, and the shell keeps them."
            " Give a ticket of the customer, as 12, or - and then the address where you are asked for it."
        )
        raise UsageError(text)
    if sys.stdin.isatty():
        sys.stderr.write(_("Address, telephone number, account or ticket of the customer: "))
        sys.stderr.flush()
    line = sys.stdin.readline().strip()
    if not line:
        raise UsageError(_("Nobody was named on standard input."))
    return line


def _agreed() -> bool:
    try:
        return telling.is_yes(input(_("Type yes to destroy it for good: ")))
    except EOFError:
        return False


def _left_out(context: Context, rules: Rules) -> None:
    for sentence in context.left_out(rules.problems):
        context.out.complain(sentence)


def _say(context: Context, done: Sequence[Destruction], rules: Rules) -> None:
    for each in done:
        head, *parts = telling.destruction_of(each, rules.consents, context.zone)
        context.out.say(head)
        for part in parts:
            context.out.say(f"    {safe(part)}")


def _plan_json(found: Plan) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(found, enc_hook=str)
    return plain


def _due_json(each: Due, paths: dict[int, Path]) -> dict[str, object]:
    return {
        "scope": each.scope.value,
        "tickets": list(each.tickets),
        "file": str(paths[each.export]) if each.export in paths else None,
        "since": iso(each.since),
        "due": iso(each.due),
        "holds": [hold.value for hold in each.holds],
    }


def _destruction_json(each: Destruction) -> dict[str, object]:
    record, ended = each.record, each.ended
    return {
        "id": record.id,
        "at": iso(record.at),
        "by": record.by,
        "scope": record.scope.value,
        "reason": record.reason,
        "laws": list(record.laws),
        "tickets": list(record.tickets),
        "counts": record.counts,
        "digest": record.digest or None,
        "remote": list(record.remote),
        "ended": iso(ended.at) if ended is not None else None,
        "files": ended.files if ended is not None else None,
        "kept": ended.kept if ended is not None else None,
    }
