"""How the command line shows tickets, clocks and the journal to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from agent_tui import formats
from agent_tui.cli.context import Context
from agent_tui.desk.core import Case, Desk
from agent_tui.domain import actions as do
from agent_tui.domain.cells import fit, width
from agent_tui.domain.clocks import Timer
from agent_tui.domain.next_step import STEPS
from agent_tui.domain.policy import Policy
from agent_tui.domain.privacy_actions import NO_TICKET
from agent_tui.domain.quoting import fold
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Message, Resolution, Status
from agent_tui.domain.views import Row
from agent_tui.i18n import _, format_locale
from agent_tui.store.journal import Entry
from agent_tui.telling_actions import account
from agent_tui.telling_quality import head_of, lines_of
from agent_tui.wording import (
    KIND,
    RELATION,
    STATE,
    action_title,
    attachment_line,
    evidence,
    facts_of,
    folded,
    local_time,
    moment,
    outcome_of,
    soon,
    step_of,
    timer_name,
)
from agent_tui.wording_names import ACTIONS

_SHORT = {"phone": "CALL", "chat": "CHAT", "email": "MAIL", "social": "SOCL", "messenger": "IM"}


def queue(context: Context, policy: Policy, rows: Sequence[Row]) -> None:
    """The lines of a view as a table; urgent ones carry a `!`."""
    head = (_("DUE"), _("ID"), "!", _("LV"), _("CH"), _("CUSTOMER"), "", _("SUBJECT"), _("NEXT STEP"))
    lines = [
        (
            formats.countdown((row.due - context.now).total_seconds() if row.due else None),
            f"{row.id:>4}",
            "!" if row.urgent else "",
            str(row.level or "?") if row.live else str(row.level or "–"),
            _SHORT.get(row.channel, row.channel[:4].upper()),
            row.customer,
            row.market or "",
            row.subject,
            _step_of(row, context),
        )
        for row in rows
    ]
    steps = min(24, max(width(line[-1]) for line in (head, *lines)))
    narrow = context.out.columns() < 100
    context.out.table(
        head, lines, (6, 0, 1, 2, 4, 14 if narrow else 20, 2, 0, steps if not narrow else 14), flexible=7
    )


def _step_of(row: Row, context: Context) -> str:
    if row.status is Status.SNOOZED and row.wakes > context.now:
        return _("until {moment}").format(moment=soon(row.wakes, context.now, context.zone))
    if row.held:
        return _("held: see outbox")
    return _(STEPS[row.step].text)


def case(context: Context, policy: Policy, case: Case) -> None:
    """A ticket: who, what, clocks, conversation."""
    out, ticket, customer = context.out, case.ticket, case.ticket.customer
    out.say("  ".join(filter(None, (f"#{ticket.id}", safe(case.remote), safe(ticket.subject)))))
    market = [
        word
        for word in (
            customer.market,
            customer.language,
            customer.time_zone,
            local_time(case, context.now, policy),
        )
        if word
    ]
    out.say(f"{safe(customer.name)}  {safe(' · '.join(market))}".rstrip())
    addresses = (*customer.emails, *customer.phones, *customer.handles)
    if addresses:
        out.say(safe(" · ".join(addresses)))
    if customer.guesses:
        out.say(_("guessed from: {evidence}").format(evidence=evidence(customer.guesses)))
    if customer.wishes:
        out.say(_("wishes: {wishes}").format(wishes=safe(customer.wishes)))
    out.say(" · ".join(facts_of(case, policy, context.zone)))
    if ticket.tags:
        out.say(_("tags: {tags}").format(tags=safe(" ".join(ticket.tags))))
    for link in ticket.links:
        out.say(f"→ #{link.other} {_(RELATION[link.relation])}")
    if case.earlier:
        numbers = " ".join(f"#{number}" for number in case.earlier[:10])
        out.say(_("other tickets of this customer: {numbers}").format(numbers=numbers))
    out.say()
    for timer in case.timers:
        out.say("  " + clock(context, policy, timer))
    out.say("  " + step_of(case))
    attachments = 0
    for message in ticket.messages:
        out.say()
        unsent = message.id in case.unsent
        attachments = _message(context, message, case.texts.get(message.id), attachments, unsent=unsent)
    if case.held:
        out.say()
        out.say(
            _("Not sent, held for your decision: {count}; `agent-tui outbox` says why.").format(
                count=len(case.held)
            )
        )
    if ticket.resolution is not None:
        _resolution(context, ticket.resolution)
    for review in ticket.reviews:
        out.say()
        out.say("── " + head_of(review, context.zone))
        for line in lines_of(review, policy):
            out.say(line)


def clock(context: Context, policy: Policy, timer: Timer) -> str:
    """One clock on one line: its name, rule, state, and what is left or lacks."""
    state = timer.state(context.now)
    parts = [f"{timer_name(timer.name, policy)} ({timer.rule})", _(STATE[state])]
    if timer.due is not None:
        parts.append(_("due {moment}").format(moment=moment(timer.due, context.zone)))
        if timer.ended is None:
            parts.append(formats.duration(timer.due - context.now, format_locale()))
    return " · ".join(parts)


def _message(
    context: Context, message: Message, text: str | None, attachments: int, *, unsent: bool = False
) -> int:
    out = context.out
    parts = [_(KIND[message.kind]), safe(message.author), moment(message.at, context.zone)]
    if unsent:
        parts.append(_("not on the helpdesk yet"))
    out.say(f"── {' · '.join(parts)}")
    if text is None:
        out.say(_("(erased)"))
    elif context.args.full:
        out.say(safe(text, lines=True).rstrip())
    else:
        for part in fold(text):
            shown = safe(part.text, lines=True).strip("\n")
            if part.quoted and shown.strip():
                out.say(folded(shown))
            elif shown.strip():
                out.say(shown)
    for attachment in message.attachments:
        attachments += 1
        out.say(attachment_line(attachments, attachment))
    return attachments


def _resolution(context: Context, done: Resolution) -> None:
    context.out.say()
    title = _("resolved by {agent}, {moment}")
    context.out.say("── " + title.format(agent=safe(done.by), moment=moment(done.at, context.zone)))
    for line in outcome_of(done):
        context.out.say(line)


_LONGEST_MOMENT = datetime(2026, 12, 22, 22, 22, tzinfo=UTC)


def journal(context: Context, desk: Desk, entries: Iterable[Entry]) -> None:
    """What was done, a line an entry, as the entries come."""
    when = width(moment(_LONGEST_MOMENT, context.zone))
    what = max(width(_(title)) for title in ACTIONS.values())
    for entry in entries:
        who = safe(entry.action.by) if entry.action is not None else ""
        parts = (
            f"{entry.seq:6}",
            fit(moment(entry.recorded, context.zone), when),
            f"#{entry.ticket:<4}" if entry.ticket != NO_TICKET else f"{'–':5}",
            fit(who, 16),
            fit(action_title(entry.kind), what),
            _account(context, desk, entry.action),
        )
        context.out.say(fit(" ".join(parts), context.out.columns()).rstrip())


def _account(context: Context, desk: Desk, action: do.Action | None) -> str:
    if action is None:
        return _("(erased)")
    if isinstance(action, do.Undo):
        undone = desk.repository.journal.actions([action.of]).get(action.of)
        return action_title(do.kind_of(undone)) if undone is not None else _("(erased)")
    return account(action, desk.policy, context.zone)
