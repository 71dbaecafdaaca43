"""`handover`: giving tickets to the next shift and confirming those of the last; `zones`: who is at work where."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

from agent_tui import telling_zones
from agent_tui.briefs import handover_line
from agent_tui.cli.context import Context
from agent_tui.cli.exits import UsageError
from agent_tui.desk import handover as handing
from agent_tui.desk.core import Desk
from agent_tui.domain.handover import Batch, Entry, entries
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.zones import Place, table
from agent_tui.formats import iso
from agent_tui.i18n import _, ngettext
from agent_tui.packs.policies import load_policy
from agent_tui.wording import moment, recipient_name


def handover(context: Context) -> None:
    """`handover [--to NAME] [--only ID,ID] | --waiting | --confirm [HANDOVER]`."""
    args = context.args
    named = [name for name in ("to", "waiting", "confirm") if getattr(args, name) not in (None, False)]
    if len(named) > 1 or (args.only and named not in ([], ["to"])):
        raise UsageError(_("Only one of --to, --waiting and --confirm; --only goes with --to."))
    with context.desk() as desk:
        if args.waiting:
            _waiting(context, desk)
        elif args.confirm is not None:
            _confirm(context, desk)
        elif args.to is not None:
            _give(context, desk)
        else:
            _list(context, desk)


def zones(context: Context) -> None:
    """`zones`: the shifts and the markets, from east to west."""
    policy, problems = load_policy(context.place.packs)
    for sentence in context.left_out(problems):
        context.out.complain(sentence)
    places = table(policy, context.now)
    if context.json:
        context.out.json([_place_json(place, context) for place in places])
        return
    lines = [telling_zones.cells(place, policy, context.now, context.zone) for place in places]
    context.out.table(telling_zones.head(), lines, (0, 0, 0, 0, 0), flexible=4)


def _list(context: Context, desk: Desk) -> None:
    """What would be given, and what else waits."""
    found = handing.to_give(desk, context.now, context.args.only)
    if context.json:
        context.out.json({"tickets": [_entry_json(each) for each in found]})
        return
    _say_entries(context, desk, found)
    if not found:
        context.out.say(_("You have no open ticket to hand over."))
    else:
        known = _(", ").join(map(safe, handing.receivers(desk, context.now)))
        context.out.say(_("--to NAME hands them over. Known: {names}.").format(names=known))
    count = len(handing.waiting(desk, context.now))
    if count:
        text = ngettext(
            "{count} handover waits for you: --waiting, --confirm.",
            "{count} handovers wait for you: --waiting, --confirm.",
            count,
        )
        context.out.say(text.format(count=count))


def _give(context: Context, desk: Desk) -> None:
    found = handing.to_give(desk, context.now, context.args.only)
    line = partial(handover_line, policy=desk.policy, zone=context.zone, now=context.now)
    given = handing.give(desk, context.args.to, found, line, context.now)
    if context.json:
        context.out.json(_given_json(given))
    elif not given:
        context.out.say(_("You have no open ticket to hand over."))
    else:
        to = recipient_name(given[0].handover.to, desk.policy) if given[0].handover else ""
        text = ngettext(
            "{count} ticket handed over to {to}, who has to confirm it.",
            "{count} tickets handed over to {to}, who has to confirm them.",
            len(given),
        )
        context.out.say(text.format(count=len(given), to=to))


def _waiting(context: Context, desk: Desk) -> None:
    waiting, given = handing.waiting(desk, context.now), handing.given(desk, context.now)
    if context.json:
        context.out.json(
            {
                "waiting": [_batch_json(context, desk, batch) for batch in waiting],
                "given": [_batch_json(context, desk, batch) for batch in given],
            }
        )
        return
    for title, some in ((_("Waiting for you"), waiting), (_("Given by you, not confirmed yet"), given)):
        context.out.say(_("{title}: {text}").format(title=title, text=len(some)))
        for batch in some:
            text = _("{id}  {by} → {to}, {moment}")
            told = text.format(
                id=batch.id,
                by=safe(batch.by),
                to=recipient_name(batch.to, desk.policy),
                moment=moment(batch.at, context.zone),
            )
            context.out.say(told)
            _say_entries(context, desk, entries(batch.tickets, desk.policy, context.now))


def _confirm(context: Context, desk: Desk) -> None:
    confirmed = handing.confirm(desk, context.now, context.args.confirm)
    if context.json:
        context.out.json({"tickets": [ticket.id for ticket in confirmed]})
        return
    text = ngettext(
        "{count} ticket is yours now: {tickets}", "{count} tickets are yours now: {tickets}", len(confirmed)
    )
    numbers = " ".join(f"#{ticket.id}" for ticket in confirmed)
    context.out.say(text.format(count=len(confirmed), tickets=numbers))


def _say_entries(context: Context, desk: Desk, found: tuple[Entry, ...]) -> None:
    for each in found:
        ticket = each.ticket
        who = " · ".join(filter(None, (safe(ticket.customer.name), safe(ticket.customer.market or ""))))
        context.out.say(f"#{ticket.id}  {who}  {safe(ticket.subject)}")
        context.out.say("    " + handover_line(each, desk.policy, context.zone, context.now))


def _entry_json(entry: Entry) -> dict[str, object]:
    ticket, promise, due = entry.ticket, entry.promise, entry.due
    return {
        "id": ticket.id,
        "subject": ticket.subject,
        "customer": ticket.customer.name,
        "status": ticket.status.value,
        "promise": None if promise is None else {
            "until": iso(promise.due) if promise.due else None, "follow_up": promise.note,
        },
        "next": entry.step.id,
        "timer": due.name if due else None,
        "due": iso(due.due) if due and due.due else None,
        "time_zone": entry.there,
        "cautions": [caution.value for caution in entry.cautions],
    }  # fmt: skip


def _given_json(given: list[Ticket]) -> dict[str, object]:
    first = given[0].handover if given else None
    return {
        "handover": first.batch if first else None,
        "to": first.to if first else None,
        "tickets": [ticket.id for ticket in given],
    }


def _batch_json(context: Context, desk: Desk, batch: Batch) -> dict[str, object]:
    found = entries(batch.tickets, desk.policy, context.now)
    return {
        "handover": batch.id,
        "to": batch.to,
        "by": batch.by,
        "at": iso(batch.at),
        "tickets": [_entry_json(each) for each in found],
    }


def _place_json(place: Place, context: Context) -> dict[str, object]:
    return {
        "id": place.id,
        "kind": place.whose.value,
        "time_zone": place.zone,
        "local": context.now.astimezone(ZoneInfo(place.zone)).isoformat(timespec="seconds"),
        "open": place.is_open,
        "awake": place.awake,
        "opens": iso(place.opens) if place.opens else None,
        "closes": iso(place.closes) if place.closes else None,
        "holiday": place.holiday or None,
        "members": list(place.members),
    }
