"""A ticket in lines: what the conversation and the guide say."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from agent_tui import formats
from agent_tui.desk.core import Case
from agent_tui.domain.cells import width
from agent_tui.domain.clocks import FOREVER, TimerState
from agent_tui.domain.policy import Policy
from agent_tui.domain.quoting import fold
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Message, MessageKind, Resolution
from agent_tui.i18n import _, format_locale, ngettext
from agent_tui.store.journal import Entry
from agent_tui.telling_actions import account
from agent_tui.telling_reasons import reasons
from agent_tui.tui import look, telling_casework
from agent_tui.tui.look import Glyphs
from agent_tui.tui.telling_quality import reviews
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import (
    KIND,
    RELATION,
    action_title,
    attachment_line,
    evidence,
    facts_of,
    folded,
    local_time,
    moment,
    outcome_of,
    step_of,
    why,
)

LONGEST = 20_000
"""How many characters of one message are shown; the rest comes with the quoted history."""

_SPEAKER = {MessageKind.CUSTOMER: "customer", MessageKind.REPLY: "reply", MessageKind.NOTE: "note"}
_STATE = {
    TimerState.BREACHED: "bad",
    TimerState.MISSED: "bad",
    TimerState.AT_RISK: "warn",
    TimerState.MET: "good",
    TimerState.PAUSED: "dim",
}


def conversation(
    case: Case, zone: ZoneInfo, glyphs: Glyphs, across: int, *, full: bool, selected: str = ""
) -> list[Line]:
    """Every message, oldest first, quoted history folded unless `full`, then the resolution.

    `selected` is the id of a message that is marked.
    """
    lines = messages(
        case.ticket.messages,
        case.texts,
        zone,
        glyphs,
        across,
        full=full,
        unsent=case.unsent,
        selected=selected,
    )
    if case.ticket.resolution is not None:
        lines += [Line(), *_resolution(case.ticket.resolution, zone)]
    return lines + reviews(case.ticket, zone)


def messages(
    shown: Iterable[Message],
    texts: Mapping[str, str],
    zone: ZoneInfo,
    glyphs: Glyphs,
    across: int,
    *,
    full: bool = False,
    unsent: Container[str] = (),
    selected: str = "",
) -> list[Line]:
    """Messages one under the other, each with its attachments; those that are unsent or selected say so."""
    lines: list[Line] = []
    number = 0
    dot = f" {glyphs.dot} "
    for message in shown:
        if lines:
            lines.append(Line())
        parts = [_(KIND[message.kind]), safe(message.author), moment(message.at, zone)]
        if message.id in unsent:
            parts.append(_("not sent yet"))
        title = f"{dot.join(parts)} "
        if message.id == selected:
            title = f"{glyphs.cursor} {title}"
        rule = glyphs.rule * max(0, across - width(title) - 2)
        style = _SPEAKER.get(message.kind, "dim")
        lines.append(Line(title + rule, style, wrap=False, anchor=message.id))
        lines += _body(texts.get(message.id), full=full)
        for attachment in message.attachments:
            number += 1
            lines.append(Line(attachment_line(number, attachment), "key"))
    return lines


def _body(text: str | None, *, full: bool) -> list[Line]:
    if text is None:
        return [Line(_("(erased)"), "dim")]
    lines: list[Line] = []
    shown = text if full else text[:LONGEST]
    parts = [(False, shown)] if full else [(part.quoted, part.text) for part in fold(shown)]
    for quoted, part in parts:
        plain = safe(part, lines=True).strip("\n")
        if not plain.strip():
            continue
        if quoted:
            lines.append(Line(folded(plain), "dim"))
        else:
            lines += [Line(line) for line in plain.split("\n")]
    if len(shown) < len(text):
        rest = formats.number(len(text) - len(shown), format_locale())
        lines.append(Line(_("[{count} more characters]").format(count=rest), "dim"))
    return lines


def _resolution(done: Resolution, zone: ZoneInfo) -> list[Line]:
    lines = [
        Line(
            _("resolved by {agent}, {moment}").format(agent=safe(done.by), moment=moment(done.at, zone)),
            "good",
        )
    ]
    return lines + [Line(line, indent=2) for line in outcome_of(done)]


def headline(
    case: Case, now: datetime, policy: Policy, zone: ZoneInfo, glyphs: Glyphs, others: Sequence[str] = ()
) -> list[Line]:
    """The ticket in three lines, for a pane without a guide beside it. `others` have it open, too."""
    ticket = case.ticket
    who = [also_open(others), safe(ticket.customer.name), ticket.customer.market or ""]
    who.append(local_time(case, now, policy))
    facts = facts_of(case, policy, zone)
    running = sorted(
        (timer for timer in case.timers if timer.ended is None), key=lambda timer: timer.due or FOREVER
    )
    open_clocks = [look.clock(timer, now, policy)[0].strip() for timer in running]
    dot = f" {glyphs.dot} "
    alike = telling_casework.alike_in_short(case.similar)
    return [
        Line(f"{_number(case, glyphs)} {safe(ticket.subject)}", "title", wrap=False),
        Line(dot.join(word for word in (*who, *facts) if word), "dim", wrap=False),
        Line(dot.join((step_of(case), *alike, *open_clocks)), "key", wrap=False),
    ]


def _number(case: Case, glyphs: Glyphs) -> str:
    """A ticket's number here, and the helpdesk's where that is another one."""
    number = f"#{case.ticket.id}"
    return f"{number} {glyphs.arrow} {case.remote}" if case.remote else number


def also_open(others: Sequence[str]) -> str:
    """Who else has the ticket open; "" for nobody."""
    names = _(", ").join(safe(each) for each in others)
    return _("also open at: {names}").format(names=names) if names else ""


def guide(
    case: Case, now: datetime, policy: Policy, zone: ZoneInfo, glyphs: Glyphs, others: Sequence[str] = ()
) -> list[Line]:
    """Customer, clocks, next step: what stands beside the conversation. `others` have the ticket open, too."""
    ticket, customer = case.ticket, case.ticket.customer
    dot = f" {glyphs.dot} "
    lines = [
        Line(f"{_number(case, glyphs)} {safe(ticket.subject)}", "dim"),
        Line(safe(customer.name) or "?", "title"),
    ]
    if others:
        lines.append(Line(also_open(others), "warn"))
    place = [word for word in (customer.market, customer.language, local_time(case, now, policy)) if word]
    if place:
        lines.append(Line(dot.join(place)))
    lines += [Line(safe(each), "dim") for each in (*customer.emails, *customer.phones, *customer.handles)]
    if customer.wishes:
        lines.append(Line(_("wishes: {wishes}").format(wishes=safe(customer.wishes)), "warn"))
    lines += [Line(), *(Line(fact) for fact in facts_of(case, policy, zone))]
    if case.unsent:
        count = len(case.unsent)
        text = ngettext("{count} action is not sent yet", "{count} actions are not sent yet", count)
        lines.append(Line(text.format(count=count), "warn"))
    if ticket.tags:
        lines.append(Line(_("tags: {tags}").format(tags=safe(" ".join(ticket.tags))), "dim"))
    for link in ticket.links:
        lines.append(Line(f"{glyphs.arrow} #{link.other} {_(RELATION[link.relation])}"))
    if case.earlier:
        numbers = " ".join(f"#{number}" for number in case.earlier[:8])
        lines.append(Line(_("other tickets of this customer: {numbers}").format(numbers=numbers), "dim"))
    lines += telling_casework.casework(case, policy, zone, glyphs)
    lines.append(Line())
    lines += clocks(case, now, policy)
    return [*lines, Line(), Line(step_of(case), "key")]


def grounds(case: Case) -> list[Line]:
    """What market and language were guessed from, the last that one wants to know."""
    guesses = case.ticket.customer.guesses
    if not guesses:
        return []
    return [Line(), Line(_("guessed from: {evidence}").format(evidence=evidence(guesses)), "dim")]


def clocks(case: Case, now: datetime, policy: Policy) -> list[Line]:
    """Each clock on a line, open ones first."""
    found = sorted(case.timers, key=lambda timer: (timer.ended is not None, timer.due is None, timer.due))
    lines: list[Line] = []
    for timer in found:
        text, state = look.clock(timer, now, policy)
        lines.append(Line(text, _STATE.get(state, ""), indent=7))
    return lines


def explanation(case: Case, now: datetime, policy: Policy, zone: ZoneInfo) -> list[Line]:
    """Why each deadline is what it is, and why the ticket stands where it does."""
    lines: list[Line] = []
    for timer in case.timers:
        text, state = look.clock(timer, now, policy)
        lines.append(Line(text.strip(), _STATE.get(state, "title")))
        if timer.due is not None:
            lines.append(Line("  " + _("due {moment}").format(moment=moment(timer.due, zone)), indent=4))
        lines += [Line(f"  {sentence}", indent=4) for sentence in why(timer, now, policy, zone)]
        lines.append(Line())
    for paragraph in reasons(case, policy, zone, now):
        lines.append(Line(paragraph.title, "key"))
        lines += [Line(f"  {line}", indent=4) for line in paragraph.lines]
    return lines


def journal(entries: list[Entry], policy: Policy, zone: ZoneInfo) -> list[Line]:
    """What was done to a ticket, the newest last: when, what, by whom, and with which fields."""
    lines: list[Line] = []
    for entry in entries:
        who = safe(entry.action.by) if entry.action else _("(erased)")
        lines.append(Line(f"{moment(entry.recorded, zone)}  {action_title(entry.kind)}  {who}", "title"))
        if entry.action is not None and (told := account(entry.action, policy, zone)):
            lines.append(Line(f"  {told}", indent=2))
    return lines
