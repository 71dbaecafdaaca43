"""`similar ID`: the tickets that may be the same problem, and linking them (POLICY C9)."""

from __future__ import annotations

from agent_tui.cli.context import Context
from agent_tui.cli.explaining import likeness_json
from agent_tui.desk.similar import confirm
from agent_tui.i18n import _, ngettext
from agent_tui.telling_reasons import likeness
from agent_tui.wording import RELATION


def likely(context: Context) -> None:
    """`similar ID [--confirm]`."""
    args, out = context.args, context.out
    with context.desk() as desk:
        found = list(desk.case(args.ticket).similar)
        if args.confirm:
            confirm(desk, args.ticket, found, context.now)
        if context.json:
            out.json([likeness_json(each) for each in found])
            return
        for each in found:
            relation, reasons = _(RELATION[each.relation]), likeness(each, desk.policy)
            text = _("#{ticket} {relation}: {reasons}")
            out.say(text.format(ticket=each.ticket, relation=relation, reasons=reasons))
    if not found:
        out.say(_("No other ticket looks like the same problem."))
    elif args.confirm:
        text = ngettext("{count} ticket linked.", "{count} tickets linked.", len(found))
        out.say(text.format(count=len(found)))
    else:
        out.say(_("With --confirm they are linked."))
