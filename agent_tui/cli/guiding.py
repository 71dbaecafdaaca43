"""`etiquette`, `check` and `translate`: a customer's culture, what is wrong with a text, machine translation."""

from __future__ import annotations

import shlex

import msgspec

from agent_tui import telling_guidance as telling
from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit, UsageError
from agent_tui.cli.texts import given
from agent_tui.desk.fields import check_language, check_market
from agent_tui.desk.guiding import Guidance, NoSuchPage
from agent_tui.domain.text import safe
from agent_tui.formats import iso
from agent_tui.guidance.addressing import FormOfAddress
from agent_tui.guidance.etiquette import Hint, Page
from agent_tui.guidance.festivals import Festival
from agent_tui.guidance.hours import LocalTime
from agent_tui.guidance.situation import Finding, Severity
from agent_tui.i18n import _, language
from agent_tui.packs.culture import Entry
from agent_tui.packs.policies import load_policy
from agent_tui.wording import name_of

_HINTS = 3
_USUAL = "solves"  # what a reply does when nobody says otherwise, as in its form


def etiquette(context: Context) -> None:
    """`etiquette [ID|MARKET]`: for a ticket what matters now, of a market its page, else the markets."""
    about = context.args.about
    if about is None:
        _markets(context)
    elif about.lstrip("#").isdecimal():
        _ticket(context, int(about.lstrip("#")))
    else:
        _page(context, check_market("market", about))


def guidance_of(context: Context) -> Guidance:
    """Guidance where no profile is needed: what is asked depends on the packs alone."""
    policy, problems = load_policy(context.place.packs)
    for sentence in context.left_out(problems):
        context.out.complain(sentence)
    return Guidance(context.place.packs, policy)


def _markets(context: Context) -> None:
    guidance = guidance_of(context)
    found = {market: guidance.market_name(market) for market in guidance.markets()}
    context.left_out_of(guidance)
    if context.json:
        context.out.json([{"market": market, "name": names} for market, names in found.items()])
        return
    for market, names in found.items():
        context.out.say(f"{market}  {safe(name_of(names))}")


def _page(context: Context, market: str) -> None:
    guidance = guidance_of(context)
    page = guidance.page(market, context.now)
    context.left_out_of(guidance)
    if page is None:
        raise NoSuchPage(market=market, known=", ".join(guidance.markets()))
    if context.json:
        context.out.json(_page_json(page))
        return
    for line in telling.page_of(page):
        context.out.say(line)


def _ticket(context: Context, number: int) -> None:
    out = context.out
    with context.desk() as desk:
        ticket, guidance = desk.ticket(number), desk.guidance
        customer = ticket.customer
        hints = guidance.hints(ticket, context.now, limit=_HINTS)
        local = guidance.local(customer, context.now)
        form = guidance.address(customer)
        festivals = guidance.festivals(customer, context.now)
    if context.json:
        out.json(
            {
                "id": ticket.id,
                "market": customer.market,
                "hints": [_hint_json(each) for each in hints],
                "local": None if local is None else _local_json(local),
                "address": _address_json(form),
                "festivals": [_festival_json(each) for each in festivals],
            }
        )
        return
    out.say("  ".join(filter(None, (f"#{ticket.id}", safe(customer.name), safe(customer.market or "")))))
    if customer.market is None:
        out.say(_("Nobody knows the customer's market, so the handbook says nothing."))
    for text, grounds in map(telling.hint_of, hints):
        out.say(text)
        out.say(f"    ({grounds})")
    for line in telling.local_of(local, context.zone) if local is not None else ():
        out.say(line)
    for line in (*telling.address_of(form), *telling.festivals_of(festivals)):
        out.say(line)


def check(context: Context) -> Exit | None:
    """`check ID [--outcome O|--note] [--text T]`."""
    args, out = context.args, context.out
    text = _some_text(args.text)
    outcome = "" if args.note else args.outcome or _USUAL
    with context.desk() as desk:
        ticket = desk.ticket(args.ticket)
        found = desk.guidance.findings(ticket, text, context.now, outcome)
    blocked = any(each.severity is Severity.BLOCK for each in found)
    if context.json:
        out.json({"blocked": blocked, "findings": [finding_json(each, text) for each in found]})
    else:
        for head, *parts in (telling.finding_of(each, text) for each in found):
            out.say(head)
            for part in parts:
                out.say(f"    {part}")
        out.say(telling.summary_of(found))
    return Exit.REFUSED if blocked else None


def translate(context: Context) -> None:
    """`translate ID [--to LANGUAGE] [--text T]`."""
    from agent_tui.desk import translating  # with what speaks to a service

    args, out = context.args, context.out
    target = check_language("language", args.to) if args.to else ""
    text = None if args.text is None else _some_text(args.text)
    with context.desk() as desk:
        if text is None:
            done = translating.to_agent(desk, desk.case(args.ticket), target or language())
        else:
            done = translating.to_customer(desk, desk.ticket(args.ticket), text, target)
    if context.json:
        plain: dict[str, object] = msgspec.to_builtins(done)
        out.json(plain | {"checked": False})
        return
    out.say(safe(done.text, lines=True))
    for line in telling.machine_made(done):
        out.complain(line)
    if text is not None:
        command = shlex.join(
            ("agent-tui", "do", str(args.ticket), "reply", "--set", f"translated={done.by}", "--text", "-")
        )
        out.complain(_("Once you have read it: {command}").format(command=safe(command)))


def _some_text(text: str | None) -> str:
    found = given(text)
    if not found.strip():
        raise UsageError(_("There is no text."))
    return found


def finding_json(finding: Finding, text: str) -> dict[str, object]:
    """A finding for programs; places count characters, `why` and `better` have both languages of the faces."""
    return {
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "start": finding.start,
        "end": finding.end,
        "excerpt": text[finding.start : finding.end],
        "why": finding.why,
        "better": finding.better,
        "phrase": finding.phrase or None,
    }


def _hint_json(hint: Hint) -> dict[str, object]:
    return {
        "id": hint.id,
        "kind": hint.kind,
        "rule": hint.rule,
        "moment": hint.moment.value if hint.moment is not None else None,
        "text": hint.text,
        "source": hint.source,
        "confidence": hint.confidence.value,
        "checked": hint.checked,
    }


def _local_json(local: LocalTime) -> dict[str, object]:
    return {
        "time_zone": local.zone,
        "certain": local.certain,
        "local": local.time.isoformat(timespec="seconds"),
        "earliest": local.earliest.isoformat(timespec="seconds"),
        "latest": local.latest.isoformat(timespec="seconds"),
        "day": local.day.value,
        "holiday": local.holiday,
        "decent": local.decent,
        "reason": str(local.reason),
        "next": None if local.next_decent is None else iso(local.next_decent),
    }


def _address_json(form: FormOfAddress) -> dict[str, object]:
    return {
        "address": form.address,
        "greeting": form.greeting,
        "closing": form.closing,
        "language": form.language,
        "register": form.register,
        "neutral": form.neutral,
        "wished": form.wished,
        "certain": form.certain,
    }


def _festival_json(festival: Festival) -> dict[str, object]:
    return {
        "id": festival.id,
        "name": festival.name,
        "start": festival.start.isoformat(),
        "end": festival.end.isoformat(),
        "approximate": festival.approximate,
        "public": festival.public,
        "regions": list(festival.regions),
        "greeting": festival.greeting,
        "tone": festival.tone,
        "effect": festival.effect,
        "care": list(festival.care),
        "source": festival.source,
    }


def _page_json(page: Page) -> dict[str, object]:
    return {
        "market": page.market,
        "name": page.name,
        "sections": [
            {"section": each.section.value, "entries": [_entry_json(entry) for entry in each.entries]}
            for each in page.sections
        ],
        "policies": [{"policy": each.policy, "rule": each.rule, "text": each.text} for each in page.policies],
        "greetings": {
            tag: {"greeting": words[0], "closing": words[1]} for tag, words in page.greetings.items()
        },
        "festivals": [_festival_json(each) for each in page.festivals],
    }


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "text": entry.text,
        "moments": list(entry.moments),
        "channels": list(entry.channels),
        "source": entry.source,
        "confidence": entry.confidence.value,
        "checked": entry.checked,
    }
