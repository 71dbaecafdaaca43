"""Guidance in lines: hints beside the ticket, a handbook page, findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agent_tui import formats
from agent_tui import telling_guidance as telling
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Ticket
from agent_tui.guidance.situation import Finding, Severity
from agent_tui.i18n import _, format_locale, ngettext
from agent_tui.telling_errors import filled
from agent_tui.tui.look import Glyphs
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import name_of
from agent_tui.wording_guidance import SEVERITY

if TYPE_CHECKING:
    from agent_tui.desk.guiding import Guidance
    from agent_tui.guidance.etiquette import Page
    from agent_tui.guidance.hours import LocalTime
    from agent_tui.packs.loader import Problem

STYLES = {Severity.BLOCK: "bad", Severity.WARN: "warn", Severity.HINT: "dim"}
SIGNS = {Severity.BLOCK: "X", Severity.WARN: "!", Severity.HINT: "·"}
_EXCERPT, _IN_FULL = 32, 120


def advice(guidance: Guidance, ticket: Ticket, now: datetime, glyphs: Glyphs) -> list[Line]:
    """What matters now about this customer's market: hour to call, greeting, hints."""
    lines: list[Line] = []
    local = guidance.local(ticket.customer, now)
    if local is not None:
        lines.append(_call(local, glyphs))
    form = guidance.address(ticket.customer)
    if form.greeting and ticket.customer.name:
        greeting = safe(form.greeting.split("\n")[0])
        lines.append(Line(_("greeting: {greeting}").format(greeting=greeting), "dim"))
    for hint in guidance.hints(ticket, now):
        lines += [Line(), Line(safe(name_of(hint.text)), "key" if hint.wish is not None else "")]
    return lines


def advice_in_short(guidance: Guidance, ticket: Ticket, now: datetime, glyphs: Glyphs, more: str) -> Line:
    """The same in one line: a wish of the customer's, greeting, hour to call; `more` says how to see the rest."""
    parts = [_("customs: {key}").format(key=more)]
    parts += [safe(name_of(each.text)) for each in guidance.hints(ticket, now) if each.wish is not None]
    form = guidance.address(ticket.customer)
    if form.greeting and ticket.customer.name:
        parts.append(_("greeting: {greeting}").format(greeting=safe(form.greeting.split("\n")[0])))
    if (local := guidance.local(ticket.customer, now)) is not None:
        parts.append(_call(local, glyphs).text)
    return Line(f" {glyphs.dot} ".join(parts) if len(parts) > 1 else "", "dim", wrap=False)


def _call(local: LocalTime, glyphs: Glyphs) -> Line:
    if local.decent:
        return Line(_("a decent hour for a call"), "good")
    text = telling.why_then(local)
    if local.next_decent is not None:
        locale, zone = format_locale(), ZoneInfo(local.zone)
        day, hour = (tell(local.next_decent, locale, zone) for tell in (formats.weekday, formats.time))
        text += f" {glyphs.arrow} {day} {hour}"
    return Line(text, "warn")


def page(found: Page) -> list[Line]:
    """The handbook page of a market; what lies below a heading is indented."""
    lines: list[Line] = []
    for text in telling.page_of(found)[1:]:
        plain = text.lstrip(" ")
        depth = len(text) - len(plain)
        if not depth:
            lines += [Line(), Line(plain, "title")]
        else:
            lines.append(Line(f"  {plain}", "dim" if depth > telling.INDENT else "", indent=2))
    return lines


def left_out(problems: Sequence[Problem]) -> str:
    """The first pack file that was left out, by its folder and name, with line and reason; and how many there are."""
    first, rest = problems[0], len(problems) - 1
    file = "/".join(Path(first.file).parts[-2:])
    text = filled(first.text, {"file": file, "line": first.line, "reason": first.reason})
    more = ngettext("({count} more)", "({count} more)", rest).format(count=rest)
    return f"{text} {more}" if rest else text


def in_short(found: Sequence[Finding], text: str, most: int, more: str) -> list[Line]:
    """The severest findings, one a line; `more` says how to see the rest."""
    ranked = sorted(found, key=lambda each: (list(Severity).index(each.severity), each.start))
    lines = [
        Line(f"{SIGNS[each.severity]} {said(each, text)}", STYLES[each.severity], wrap=False)
        for each in ranked[:most]
    ]
    if len(ranked) > most:
        rest = _("{count} more: {key}").format(count=len(ranked) - most, key=more)
        lines.append(Line(rest, "dim", wrap=False))
    return lines


def said(finding: Finding, text: str) -> str:
    """A finding in one line."""
    return f"{title(finding, text)}: {safe(name_of(finding.why))}"


def title(finding: Finding, text: str, most: int = _EXCERPT) -> str:
    """A finding by its rule and its place in the text, of which `most` characters are shown."""
    place = " ".join(text[finding.start : finding.end].split())
    short = safe(place if len(place) <= most else f"{place[:most]}…")
    excerpt = f" “{short}”" if place and finding.end - finding.start < len(text.strip()) else ""
    return f"{finding.rule}{excerpt}"


def finding(found: Finding, text: str) -> list[Line]:
    """A finding in full: its place, why, what to do, and a phrase that could stand there."""
    head = f"{title(found, text, _IN_FULL)}  ({_(SEVERITY[found.severity.value])})"
    lines = [
        Line(head, STYLES[found.severity]),
        Line(safe(name_of(found.why))),
    ]
    if found.better:
        lines.append(Line(safe(name_of(found.better)), "good"))
    if found.phrase:
        lines.append(Line(f"  {safe(found.phrase)}", "key", indent=2))
    return lines
