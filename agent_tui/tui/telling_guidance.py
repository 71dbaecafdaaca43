"""Guidance in lines: hints beside the ticket, a handbook page, findings, phrases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Ticket
from agent_tui.guidance.situation import Finding, Severity
from agent_tui.i18n import _, format_locale
from agent_tui.telling_errors import told
from agent_tui.tui.look import Glyphs
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import name_of
from agent_tui.wording_guidance import CONFIDENCE, SECTION, SEVERITY

if TYPE_CHECKING:
    from agent_tui.desk.guiding import Guidance
    from agent_tui.guidance.etiquette import Hint, Page
    from agent_tui.guidance.festivals import Festival
    from agent_tui.guidance.hours import LocalTime

STYLES = {Severity.BLOCK: "bad", Severity.WARN: "warn", Severity.HINT: "dim"}
SIGNS = {Severity.BLOCK: "X", Severity.WARN: "!", Severity.HINT: "·"}
_EXCERPT = 32


def advice(guidance: Guidance, ticket: Ticket, now: datetime, glyphs: Glyphs) -> list[Line]:
    """What matters now about this customer's market: form of address, hour to call, hints."""
    lines: list[Line] = []
    local = guidance.local(ticket.customer, now)
    if local is not None:
        lines.append(_call(local, glyphs))
    form = guidance.address(ticket.customer)
    if form.greeting and ticket.customer.name:
        greeting = " ".join(form.greeting.split("\n")[:1])
        lines.append(Line(_("greeting: {greeting}").format(greeting=safe(greeting)), "dim"))
    for hint in guidance.hints(ticket, now):
        lines += [Line(), *_hint(hint)]
    return lines


def _call(local: LocalTime, glyphs: Glyphs) -> Line:
    if local.decent:
        return Line(_("a decent hour for a call"), "good")
    reason = told(local.reason)
    if local.because is not None:
        reason = f"{reason} {safe(name_of(local.because))}"
    if local.next_decent is None:
        return Line(reason, "warn")
    zoned = local.next_decent.astimezone(local.time.tzinfo)
    day = _weekday(zoned)
    return Line(f"{reason} {glyphs.arrow} {day} {zoned:%H:%M}", "warn")


def _weekday(moment: datetime) -> str:
    from babel.dates import format_date

    return str(format_date(moment, "EEE", locale=format_locale()))


def _hint(hint: Hint) -> list[Line]:
    style = "key" if hint.kind == "wish" else ""
    return [Line(safe(name_of(hint.text)), style)]


def page(found: Page) -> list[Line]:
    """The handbook page of a market, each sentence with its source."""
    lines: list[Line] = []
    if found.policies:
        lines.append(Line(_(SECTION["region"]), "title"))
        for rule in found.policies:
            source = _("policy {policy}, {rule}").format(policy=rule.policy, rule=rule.rule)
            lines += [Line(f"  {safe(name_of(rule.text))}", indent=2), Line(f"  ({source})", "dim", indent=2)]
    for section in found.sections:
        lines += [Line(), Line(_(SECTION[section.section.value]), "title")]
        for entry in section.entries:
            lines.append(Line(f"  {safe(name_of(entry.text))}", indent=2))
            parts = [safe(entry.source), _(CONFIDENCE[entry.confidence.value])]
            if not entry.checked:
                parts.append(_("not compared with the law's text"))
            lines.append(Line(f"  ({'; '.join(parts)})", "dim", indent=2))
    if found.festivals:
        lines += [Line(), Line(_("In these two weeks"), "title")]
        lines += [line for festival in found.festivals for line in _festival(festival)]
    return lines


def _festival(festival: Festival) -> list[Line]:
    from babel.dates import format_date

    locale = format_locale()
    days = format_date(festival.start, "d MMM", locale=locale)
    if festival.end != festival.start:
        days = f"{days} – {format_date(festival.end, 'd MMM', locale=locale)}"
    if festival.approximate:
        days = _("{days}, may differ by a day").format(days=days)
    lines = [Line(f"  {safe(name_of(festival.name))}: {days}", "key", indent=2)]
    return lines + [Line(f"  {safe(name_of(care))}", indent=2) for care in festival.care]


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


def title(finding: Finding, text: str) -> str:
    """A finding by its rule and its place in the text."""
    place = text[finding.start : finding.end].strip()
    excerpt = f" “{safe(place)[:_EXCERPT]}”" if place and len(place) < len(text.strip()) else ""
    return f"{finding.rule}{excerpt}"


def finding(found: Finding) -> list[Line]:
    """A finding in full: why, what to do, and a phrase that could stand there."""
    lines = [
        Line(f"{_(SEVERITY[found.severity.value])} ({found.rule})", STYLES[found.severity]),
        Line(safe(name_of(found.why))),
    ]
    if found.better:
        lines.append(Line(safe(name_of(found.better)), "good"))
    if found.phrase:
        lines.append(Line(f"  {safe(found.phrase)}", "key", indent=2))
    return lines
