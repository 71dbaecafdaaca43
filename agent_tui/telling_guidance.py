"""Guidance as people read it: hints, local hours, handbook pages, findings, phrases, translations (POLICY 6, 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agent_tui import formats
from agent_tui.domain.messages import Told
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.guidance.situation import Finding, Severity
from agent_tui.i18n import _, format_locale, ngettext
from agent_tui.telling_errors import told
from agent_tui.wording import department_name, moment, name_of, role_name
from agent_tui.wording_guidance import CONFIDENCE, FLAG, REGISTER, SECTION, SEVERITY

if TYPE_CHECKING:
    from agent_tui.domain.actions import Reply
    from agent_tui.guidance.addressing import FormOfAddress
    from agent_tui.guidance.etiquette import Hint, Page
    from agent_tui.guidance.festivals import Festival
    from agent_tui.guidance.hours import LocalTime
    from agent_tui.packs.compliance import Kind
    from agent_tui.packs.culture import Entry
    from agent_tui.packs.phrases import Phrase, Scene
    from agent_tui.translation.provider import Translated

INDENT = 4  # of what stands below a heading
_GAP = re.compile(r"\{[^{}]*\}")  # where a customer's name goes
_EXCERPT = 60  # characters of a place that are shown


# The customer


def hint_of(hint: Hint) -> tuple[str, str]:
    """A hint, and on what it rests."""
    parts = [_(SECTION.get(hint.kind, hint.kind)), safe(hint.rule)]
    if hint.wish is None:
        parts += _grounds(hint.source, hint.confidence, checked=hint.checked)
    return safe(name_of(hint.text)), _("; ").join(parts)


def _section(entries: Sequence[Entry]) -> list[str]:
    """The sentences of a part of the handbook; those that rest on the same have that below the last of them."""
    lines: list[str] = []
    for place, entry in enumerate(entries):
        lines.append(f"{' ' * INDENT}{safe(name_of(entry.text))}")
        grounds = _grounds(entry.source, entry.confidence, checked=entry.checked)
        following = entries[place + 1] if place + 1 < len(entries) else None
        if following is None or grounds != _grounds(
            following.source, following.confidence, checked=following.checked
        ):
            lines.append(f"{' ' * 2 * INDENT}({_('; ').join(grounds)})")
    return lines


def _grounds(source: str, confidence: str, *, checked: bool) -> list[str]:
    grounds = [_(CONFIDENCE[confidence]), safe(source)]
    return grounds if checked else [*grounds, _("not compared with the law's text")]


def local_of(local: LocalTime, zone: ZoneInfo) -> list[str]:
    """The customer's clock, whether they may be called, and from when; `zone` is the agent's."""
    locale = format_locale()
    theirs = ZoneInfo(local.zone)
    clock = f"{formats.time(local.time, locale, theirs)} {formats.weekday(local.time, locale, theirs)}"
    text = _("{time} at the customer's place ({zone})")
    if not local.certain and local.earliest != local.latest:
        text = _("{time} at the customer's place ({zone}), or between {earliest} and {latest}")
    lines = [
        text.format(
            time=clock,
            zone=safe(local.zone),
            earliest=f"{local.earliest:%H:%M}",
            latest=f"{local.latest:%H:%M}",
        )
    ]
    word = _("a decent hour for a call") if local.decent else _("no hour for a call")
    lines.append(_("{title}: {text}").format(title=word, text=why_then(local)))
    if local.next_decent is not None:
        there = f"{formats.weekday(local.next_decent, locale, theirs)} "
        text = _("next decent hour: {there} there, {here} here")
        lines.append(
            text.format(
                there=there + formats.time(local.next_decent, locale, theirs),
                here=moment(local.next_decent, zone),
            )
        )
    return lines


def why_then(local: LocalTime) -> str:
    """The reason, with the holiday called as in the language in use."""
    if local.because is None:
        return told(local.reason)
    names = dict.fromkeys(local.reason.details, name_of(local.because))
    return told(Told(local.reason.text, names))


def address_of(form: FormOfAddress) -> list[str]:
    """How the customer is addressed, greeted and taken leave of."""
    lines = []
    if form.address:
        marks = [_(REGISTER[form.register]), safe(form.language)]
        marks += [_("as the customer asked")] if form.wished else []
        marks += [_("the gender is not known, so the neutral form")] if form.neutral else []
        marks += [] if form.certain else [_("which part is the family name is not certain")]
        text = _("{title}: {text} ({note})")
        title, note = _("form of address"), _("; ").join(marks)
        lines.append(text.format(title=title, text=safe(form.address), note=note))
    for title, words in ((_("greeting"), form.greeting), (_("closing"), form.closing)):
        lines.append(_("{title}: {text}").format(title=title, text=safe(words)))
    return lines


def festival_of(festival: Festival) -> list[str]:
    """A festival with its days, then the care it needs and the source."""
    name, local = name_of(festival.name), festival.name.get("local", "")
    if local and local != name:
        name = f"{name} · {local}"
    days = _day(festival.start)
    if festival.end != festival.start:
        days = f"{days} – {_day(festival.end)}"
    marks = [_("may differ by a day")] if festival.approximate else []
    marks += [_("public holiday")] if festival.public else []
    if festival.regions:
        marks.append(_("only in {regions}").format(regions=safe(_(", ").join(festival.regions))))
    head = f"{days}  {safe(name)}" + (f" ({_('; ').join(marks)})" if marks else "")
    lines = [head, *(safe(name_of(each)) for each in festival.care)]
    return [*lines, _("source: {text}").format(text=safe(festival.source))] if festival.source else lines


def _day(day: date) -> str:
    return formats.date(datetime.combine(day, time(12), UTC), format_locale(), UTC)


def page_of(page: Page) -> list[str]:
    """A handbook page; what is below a heading is indented."""
    lines = [f"{safe(page.market)}  {safe(name_of(page.name))}"]
    if page.policies:
        heading = SECTION["region"]
        lines.append(_(heading))
        for rule in page.policies:
            source = _("policy {policy}, {rule}").format(policy=safe(rule.policy), rule=safe(rule.rule))
            lines += [f"    {safe(name_of(rule.text))}", f"        ({source})"]
    for section in page.sections:
        lines.append(_(SECTION[section.section.value]))
        lines += _section(section.entries)
    if page.greetings:
        lines.append(_("Greeting and closing"))
        for language, words in page.greetings.items():
            said = _GAP.sub(f"[{_('name')}]", " … ".join(words))
            lines.append(f"    {safe(language)}: {safe(said)}")
    return [*lines, *festivals_of(page.festivals)]


def festivals_of(festivals: Iterable[Festival]) -> list[str]:
    """The festivals under their heading; nothing when there are none."""
    lines = [_("In these two weeks")]
    for head, *parts in map(festival_of, festivals):
        lines += [f"    {head}", *(f"        {part}" for part in parts)]
    return lines if len(lines) > 1 else []


# Texts


def place_of(finding: Finding, text: str) -> str:
    """Where in a text a finding is, and how it reads there."""
    line = text.count("\n", 0, finding.start) + 1
    excerpt = " ".join(text[finding.start : finding.end].split())
    if not excerpt:
        return _("missing at the beginning") if finding.start == 0 else _("missing at the end")
    if len(excerpt) > _EXCERPT:
        excerpt = f"{excerpt[:_EXCERPT]}…"
    return _("line {line}: “{text}”").format(line=line, text=safe(excerpt))


def finding_of(finding: Finding, text: str) -> list[str]:
    """What was found, then why it matters, what is better, and a phrase."""
    head = f"{safe(finding.rule)}  {place_of(finding, text)}  ({_(SEVERITY[finding.severity])})"
    lines = [head, safe(name_of(finding.why))]
    if finding.better:
        lines.append(_("better: {text}").format(text=safe(name_of(finding.better))))
    if finding.phrase:
        lines.append(_("phrase: {text}").format(text=safe(finding.phrase)))
    return lines


def summary_of(findings: Sequence[Finding]) -> str:
    """How many there are and whether they keep the text back."""
    if not findings:
        return _("Nothing was found.")
    count = ngettext("{count} finding.", "{count} findings.", len(findings)).format(count=len(findings))
    if any(each.severity is Severity.BLOCK for each in findings):
        return _("{count} As it is, it would be kept back.").format(count=count)
    return _("{count} It can go out.").format(count=count)


def override_of(reply: Reply, kinds: dict[str, Kind], zone: ZoneInfo) -> list[str]:
    """A reply that went out although it was kept back: when, by whom, what for, and the reason that was given."""
    head = _("{moment}, {who}: {reason}")
    lines = [head.format(moment=moment(reply.at, zone), who=safe(reply.by), reason=safe(reply.because))]
    for code in reply.despite:
        kind = kinds.get(code.partition(".")[0])
        lines.append(
            f"- {safe(name_of(kind.why))} ({safe(kind.rule)})" if kind is not None else f"- {safe(code)}"
        )
    return lines


# Phrases


def scene_of(scene: Scene, policy: Policy) -> list[str]:
    """A scene: its name, who works together, and what to avoid."""
    marks = [safe(scene.id), safe(scene.rule), *([_(FLAG[scene.flag])] if scene.flag else [])]
    lines = [f"{safe(name_of(scene.name))}  ({_('; ').join(marks)})"]
    if scene.involve:
        people = _(", ").join(_person(each, policy) for each in scene.involve)
        lines.append(_("together with: {people}").format(people=people))
    if scene.flow:
        lines.append(_("how: {text}").format(text=safe(name_of(scene.flow))))
    if scene.avoid:
        lines.append(_("avoid: {text}").format(text=safe(name_of(scene.avoid))))
    return lines


def _person(id_: str, policy: Policy) -> str:
    """A role or a department by its name."""
    return role_name(id_, policy) if id_ in policy.casework.roles else department_name(id_, policy)


def phrase_marks(phrase: Phrase) -> str:
    """A phrase's id, language and register, and who proposed it."""
    marks = [safe(phrase.language), _(REGISTER[phrase.register]), *map(safe, phrase.channels)]
    if phrase.proposed_by:
        marks.append(_("proposed by {name}").format(name=safe(phrase.proposed_by)))
    if phrase.approved_by:
        marks.append(_("approved by {name}").format(name=safe(phrase.approved_by)))
    return f"{safe(phrase.id)}  ({_('; ').join(marks)})"


# Translations


def machine_made(done: Translated) -> list[str]:
    """That a machine made it, what stayed here, and that a person has to read it (POLICY E6, T5)."""
    text = _("Translated from {source} into {target} by a machine ({service}), not checked by a person.")
    lines = [text.format(source=safe(done.source or "?"), target=safe(done.target), service=safe(done.by))]
    if done.masked:
        kept = ngettext(
            "{count} piece of personal data stayed on this machine.",
            "{count} pieces of personal data stayed on this machine.",
            done.masked,
        )
        lines.append(kept.format(count=done.masked))
    return lines
