"""Erasure, retention and consent as people read them, in the language in use (POLICY T5, T6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from agent_tui import formats
from agent_tui.desk.erasing import Destruction, Plan
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.consent import ConsentRule, Needs, Standing
from agent_tui.domain.retention import HOLDS, Due
from agent_tui.domain.text import safe
from agent_tui.i18n import _, format_locale, ngettext
from agent_tui.wording import moment, name_of
from agent_tui.wording_privacy import ANSWER, COUNTED, SCOPE


def numbers(tickets: Iterable[int]) -> str:
    """`#1, #2`."""
    return _(", ").join(f"#{number}" for number in tickets)


def counted(counts: Mapping[str, int]) -> str:
    """How many of what."""
    told = ((_(COUNTED[what]), formats.number(count, format_locale())) for what, count in counts.items())
    parts = (_("{field}: {reason}").format(field=what, reason=count) for what, count in told)
    return _(", ").join(parts) or "–"


def laws_of(ids: Iterable[str], rule: ConsentRule) -> str:
    """Laws by their names; one that the packs have no more keeps its id."""
    return _(", ").join(_named(rule.laws[each].name) if each in rule.laws else safe(each) for each in ids)


def reason_of(id_: str, rule: ConsentRule) -> str:
    """Why something was destroyed."""
    return _named(rule.reasons[id_]) if id_ in rule.reasons else safe(id_)


def plan_of(plan: Plan) -> list[str]:
    """What an erasure takes away, a part a line, then what it cannot reach."""
    found = [
        _("Customer: {names}").format(names=_(", ").join(map(safe, (*plan.names, *plan.addresses)))),
        _("Tickets: {tickets}").format(tickets=numbers(plan.tickets)),
        _("To destroy: {counts}").format(counts=counted(plan.counts)),
    ]
    if plan.copies:
        text = ngettext(
            "{count} recovered copy of the store beside it holds the same data and is destroyed with it.",
            "{count} recovered copies of the store beside it hold the same data and are destroyed with it.",
            len(plan.copies),
        )
        found.append(text.format(count=len(plan.copies)))
    found += [_("Exported file, destroyed too: {path}").format(path=safe(str(each))) for each in plan.exports]
    if plan.open:
        found.append(_("Still worked on: {tickets}").format(tickets=numbers(plan.open)))
    if plan.held:
        found.append(_("Under a legal hold: {tickets}").format(tickets=numbers(plan.held)))
    return [*found, *_elsewhere(plan)]


def is_yes(text: str) -> bool:
    """Whether somebody agreed in so many words to what cannot be undone."""
    return text.strip().casefold() in ("yes", "是")


def _elsewhere(plan: Plan) -> list[str]:
    """What people have to see to: other customers' tickets, and the helpdesk."""
    found = []
    if plan.mentioned:
        text = _("Other customers' tickets speak of this one; read them yourself: {tickets}")
        found.append(text.format(tickets=numbers(plan.mentioned)))
    return [*found, *to_erase_there(plan.remote)]


def to_erase_there(remote: Iterable[int]) -> list[str]:
    """What the helpdesk still has: nothing here reaches it."""
    told = numbers(remote)
    if not told:
        return []
    return [_("The helpdesk still has them; have them erased there: {tickets}").format(tickets=told)]


def destruction_of(destruction: Destruction, rule: ConsentRule, zone: ZoneInfo) -> list[str]:
    """A record: its head, then its parts."""
    record, ended = destruction.record, destruction.ended
    text = _("{moment}  {what} ({counts}), {who}")
    head = text.format(
        moment=moment(record.at, zone),
        what=_(SCOPE[record.scope]),
        counts=counted(record.counts),
        who=safe(record.by),
    )
    found = [head, _("reason: {text}").format(text=reason_of(record.reason, rule))]
    if record.laws:
        found.append(_("law: {text}").format(text=laws_of(record.laws, rule)))
    if record.tickets:
        found.append(_("tickets: {text}").format(text=numbers(record.tickets)))
    found += to_erase_there(record.remote)
    if ended is None:
        found.append(
            _("NOT AT ITS END: it goes on at the next start, once no other program holds the store.")
        )
    else:
        found.append(_("ended {moment}").format(moment=moment(ended.at, zone)))
        if ended.kept:
            changed = ngettext(
                "{count} exported file was changed since and was left alone.",
                "{count} exported files were changed since and were left alone.",
                ended.kept,
            )
            found.append(changed.format(count=ended.kept))
    if record.digest:
        found.append(_("digest: {text}").format(text=record.digest))
    return found


def due_of(each: Due, zone: ZoneInfo, path: str = "") -> str:
    """What is past its time, since when, and what holds it."""
    what = safe(path) if path else numbers(each.tickets)
    told = _("{moment}  {what}: {tickets}").format(
        moment=moment(each.due, zone), what=_(SCOPE[each.scope]), tickets=what
    )
    if not each.holds:
        return told
    return _("{text} – kept: {reasons}").format(
        text=told, reasons=_("; ").join(_(HOLDS[hold]) for hold in each.holds)
    )


def standing_of(standing: Standing, zone: ZoneInfo) -> str:
    """Where a customer stands on one purpose."""
    name = _named(standing.purpose.name)
    if standing.state is None:
        return _("{purpose}: not asked yet").format(purpose=name)
    text = _("{purpose}: {answer}, {moment}")
    at = moment(standing.state.at, zone)
    return text.format(purpose=name, answer=_(ANSWER[standing.state.answer]), moment=at)


def law_line(market: str | None, rule: ConsentRule) -> str:
    """The law of a customer's market, and what comes before data is recorded there."""
    laws = rule.laws_of(market)
    asks = any(law.needs is Needs.CONSENT for law in laws)
    text = _("{law}: consent before anything is recorded") if asks else _("{law}: a notice is enough")
    return text.format(law=_(", ").join(_named(law.name) for law in laws))


def _named(names: Names) -> str:
    return safe(name_of(names))
