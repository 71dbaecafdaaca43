"""The desk's commands for working with the next shift: the handover and the time-zone table (POLICY P4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from agent_tui.briefs import handover_line
from agent_tui.desk import handover as giving
from agent_tui.domain.handover import Batch, Entry
from agent_tui.domain.handover import entries as all_entries
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Ticket
from agent_tui.i18n import _, ngettext
from agent_tui.tui.screens.handover import CONFIRM, HandoverPanel
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import recipient_name

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen


def table(desk: DeskScreen) -> dict[str, Callable[[], object]]:
    """The function behind each command."""
    return {"handover": partial(handover, desk), "zones": partial(zones, desk)}


def handover(desk: DeskScreen) -> None:
    """Show the handover list of the marked tickets, or of all that are open; give it, or confirm what waits."""
    sitting, now = desk.sitting, desk.sitting.now()
    entries = giving.to_give(sitting.desk, now, sorted(desk.queue.marks))
    line = partial(handover_line, policy=sitting.desk.policy, zone=sitting.zone)
    waiting = giving.waiting(sitting.desk, now)
    changed: list[Ticket] = []

    def give(to: str) -> None:
        at = sitting.now()
        changed.extend(giving.give(sitting.desk, to, entries, partial(line, now=at), at))

    def confirm() -> None:
        changed.extend(giving.confirm(sitting.desk, sitting.now(), waiting[0].id))

    def closed(answer: str | None) -> None:
        if answer is not None:
            desk.queue.marks.clear()
            desk.after_change()
            desk.say(_done(desk, answer, changed))

    lines: list[Line] = []
    if waiting:  # what one is about to confirm comes first
        lines.append(Line(_("What waits for you:"), "warn"))
        lines += _listed(all_entries(waiting[0].tickets, sitting.desk.policy, now), partial(line, now=now))
        lines += [Line(), Line(_("What you would hand over:"), "warn")]
    lines += _listed(entries, partial(line, now=now))
    title = ngettext("Hand over {count} ticket (P4)", "Hand over {count} tickets (P4)", len(entries))
    names = (recipient_name(name, sitting.desk.policy) for name in giving.receivers(sitting.desk, now))
    panel = HandoverPanel(
        title.format(count=len(entries)),
        lines,
        _(", ").join(names),
        _told(desk, waiting[0], len(waiting) - 1) if waiting else "",
        give,
        confirm,
    )
    desk.app.push_screen(panel, closed)


def zones(desk: DeskScreen) -> None:
    """Show the time-zone table."""
    from agent_tui.tui.screens.zones import Zones

    sitting = desk.sitting
    market = desk.case.ticket.customer.market if desk.case else None
    desk.app.push_screen(
        Zones(sitting.desk.policy, sitting.now, sitting.zone, market, ascii_only=desk.glyphs.more.isascii())
    )


def remind(desk: DeskScreen) -> None:
    """Say once of each handover to this agent that it waits to be confirmed."""
    sitting = desk.sitting
    fresh = [batch for batch in sitting.waiting if batch.id not in sitting.reminded]
    if fresh:
        sitting.reminded |= {batch.id for batch in fresh}
        text = _("{handover}; {key} shows and confirms it.").format(
            handover=_told(desk, fresh[0], len(fresh) - 1), key=desk.key_of("handover")
        )
        desk.alarm(text, "warn", frozenset(ticket.id for batch in fresh for ticket in batch.tickets))


def _listed(entries: Sequence[Entry], line: Callable[[Entry], str]) -> list[Line]:
    """Two lines for each ticket: which one, and what the reader has to know of it."""
    lines: list[Line] = []
    for each in entries:
        who = " · ".join(
            filter(None, (safe(each.ticket.customer.name), safe(each.ticket.customer.market or "")))
        )
        lines.append(Line(f"#{each.ticket.id} {who} · {safe(each.ticket.subject)}", "title", indent=2))
        lines.append(Line("  " + line(each), indent=2))
    return lines


def _told(desk: DeskScreen, batch: Batch, more: int) -> str:
    """One handover that waits, and how many there are besides."""
    count = len(batch.tickets)
    text = ngettext(
        "{by} hands {count} ticket over to {to}", "{by} hands {count} tickets over to {to}", count
    )
    told = text.format(by=safe(batch.by), count=count, to=recipient_name(batch.to, desk.sitting.desk.policy))
    if more:
        told += " " + ngettext("and {count} more", "and {count} more", more).format(count=more)
    return told


def _done(desk: DeskScreen, answer: str, changed: list[Ticket]) -> str:
    count = len(changed)
    if answer == CONFIRM:
        return ngettext("{count} ticket is yours now.", "{count} tickets are yours now.", count).format(
            count=count
        )
    text = ngettext("{count} ticket handed over to {to}.", "{count} tickets handed over to {to}.", count)
    to = changed[0].handover.to if changed and changed[0].handover else ""
    return text.format(count=count, to=recipient_name(to, desk.sitting.desk.policy))
