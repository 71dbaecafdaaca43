"""The words and sentences that both faces use for statuses, clocks, kinds of message and the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from agent_tui import formats
from agent_tui.desk.core import Case
from agent_tui.domain.casework import RevisitResult
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.clocks import FOREVER, Timer, TimerState, counted
from agent_tui.domain.messages import N_
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Attachment, MessageKind, Relation, Resolution, Satisfaction, Status
from agent_tui.i18n import _, format_locale, language, ngettext
from agent_tui.wording_names import ACTIONS, FIELDS
from agent_tui.wording_privacy import PRIVACY_CHOICES

STATUS = {
    Status.OPEN: N_("open"),
    Status.WAITING: N_("waiting for the customer"),
    Status.SNOOZED: N_("snoozed"),
    Status.RESOLVED: N_("resolved"),
    Status.MERGED: N_("merged"),
}
KIND = {
    MessageKind.CUSTOMER: N_("customer"),
    MessageKind.REPLY: N_("reply"),
    MessageKind.NOTE: N_("note"),
    MessageKind.AUTOMATIC: N_("automatic"),
    MessageKind.BOUNCE: N_("not delivered"),
}
STATE = {
    TimerState.RUNNING: N_("running"),
    TimerState.AT_RISK: N_("at risk"),
    TimerState.BREACHED: N_("breached"),
    TimerState.PAUSED: N_("paused"),
    TimerState.MET: N_("met"),
    TimerState.MISSED: N_("missed"),
}
TIMER = {
    "first_response": N_("first response"),
    "next_response": N_("next response"),
    "resolution": N_("resolution"),
    "promise": N_("promised deadline"),
    "update": N_("promised progress message"),
    "progress": N_("progress message"),
    "appointment": N_("appointed revisit"),
}
"""Clocks by their names; those that bear a name of the policy packs are told by `timer_name`."""
RELATION = {
    Relation.RELATED: N_("related"),
    Relation.DUPLICATE: N_("duplicate"),
    Relation.REPEAT: N_("repeat of the same problem"),
    Relation.GROUP: N_("same cause"),
    Relation.CASE: N_("solved case that helps"),
}
SATISFACTION = {
    Satisfaction.VERY_SATISFIED: N_("very satisfied"),
    Satisfaction.SATISFIED: N_("satisfied"),
    Satisfaction.NEUTRAL: N_("neutral"),
    Satisfaction.DISSATISFIED: N_("dissatisfied"),
    Satisfaction.VERY_DISSATISFIED: N_("very dissatisfied"),
    Satisfaction.ASKED: N_("asked, no answer yet"),
    Satisfaction.NOT_REACHED: N_("not reached"),
}


def name_of(names: Names) -> str:
    """A name from a policy file in the language in use."""
    return names.get(language()) or names.get("en") or next(iter(names.values()), "")


def timer_name(name: str, policy: Policy) -> str:
    """What a clock is called, by its name in tickets and rows: `promise`, `complaint:report`, `legal:es_resolve`."""
    family, _colon, word = name.partition(":")
    if family == "complaint":
        return stage_name(word, policy)
    if family == "department":
        return _("answer from {department}").format(department=department_name(word, policy))
    if family == "legal":
        return next(
            (safe(name_of(each.name)) for each in policy.casework.legal if each.id == word), safe(word)
        )
    return _(TIMER[name]) if name in TIMER else safe(name)


def stage_name(stage: str, policy: Policy) -> str:
    """What a stage of a complaint is called."""
    known = policy.casework.stages.get(stage)
    return safe(name_of(known.name)) if known else safe(stage)


def department_name(department: str, policy: Policy) -> str:
    """What a department is called."""
    known = policy.casework.departments.get(department)
    return safe(name_of(known.name)) if known else safe(department)


def role_name(role: str, policy: Policy) -> str:
    """What a role is called."""
    known = policy.casework.roles.get(role)
    return safe(name_of(known.name)) if known else safe(role)


def region_name(region: str, policy: Policy) -> str:
    """What a region is called."""
    known = policy.casework.regions.get(region)
    return safe(name_of(known.name)) if known else safe(region)


def recipient_name(to: str, policy: Policy) -> str:
    """Who takes a handover: a shift by its name, a colleague as they are called."""
    known = policy.casework.shift(to)
    return safe(name_of(known.name)) if known else safe(to)


OUTCOME = {
    "solves": N_("answers or solves it"),
    "asks": N_("asks the customer for something, and waits"),
    "unsolved": N_("not solved yet: reason, deadline, follow-up (H3)"),
    "apologises": N_("apologises (C1)"),
    "proposes": N_("tells the plan (C6)"),
}

REVISIT = {
    RevisitResult.REACHED: N_("reached, and all is well"),
    RevisitResult.NOT_REACHED: N_("not reached"),
    RevisitResult.STILL_UNSOLVED: N_("the problem is there still, or a new one"),
}

CHOICES: dict[str, dict[str, str]] = {
    "satisfaction": {each.value: text for each, text in SATISFACTION.items()},
    "relation": {each.value: text for each, text in RELATION.items()},
    "outcome": OUTCOME,
    "revisit": {each.value: text for each, text in REVISIT.items()},
    **PRIVACY_CHOICES,
    **{field: {"yes": N_("yes"), "no": N_("no")} for field in ("accepted", "complex", "risk")},
}
"""How the words that a field takes are told to people, by the field's name."""


def field_title(field: str) -> str:
    """A field's name in the language in use; one that no form has stays as it is."""
    return _(FIELDS.get(field, field))


def action_title(action: str) -> str:
    """An action's name in the language in use, by its id in forms or in the journal."""
    return _(ACTIONS.get(action, action))


EVIDENCE = {
    "phone:national": N_("a telephone number in that country's form"),
    "letters": N_("letters that only {what} has"),
    "iban": N_("bank account of {what}"),
    "column": N_("stated in the imported table"),
    "address": N_("postal address {what}"),
    "domain": N_("mail domain {what}"),
    "phone": N_("telephone {what}"),
    "zone": N_("time zone {what}"),
    "language": N_("language {what}"),
    "script": N_("script {what}"),
    "words": N_("words of {what}"),
    "model": N_("language model, {what}"),
    "text": N_("the text says {what}"),
}


def moment(value: datetime, zone: ZoneInfo) -> str:
    """A moment in the agent's zone."""
    try:
        return formats.date_time(value, format_locale(), zone)
    except OverflowError:  # the last day of the year 9999 lies outside the calendar elsewhere
        return formats.date_time(value, format_locale(), UTC)


def soon(value: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment in few cells: the time today, day and time within a week, otherwise the date."""
    try:
        days = (value.astimezone(zone).date() - now.astimezone(zone).date()).days
    except OverflowError:  # as in `moment`
        return formats.date(value, format_locale(), UTC)
    if days == 0:
        return formats.time(value, format_locale(), zone)
    if 0 < days < 7:
        return f"{formats.weekday(value, format_locale(), zone)} {formats.time(value, format_locale(), zone)}"
    return formats.date(value, format_locale(), zone)


def facts_of(case: Case, policy: Policy, zone: ZoneInfo) -> list[str]:
    """Channel, status, level, type, urgency, owner."""
    ticket = case.ticket
    facts = [name_of(policy.channel_of(ticket.channel).name), _(STATUS[ticket.status])]
    if ticket.status is Status.SNOOZED and ticket.spans[-1].until:
        facts.append(_("until {moment}").format(moment=moment(ticket.spans[-1].until, zone)))
    if ticket.merged_into:
        facts.append(f"→ #{ticket.merged_into}")
    if ticket.level is not None and ticket.type is not None:
        facts += [name_of(policy.level(ticket.level).name), name_of(policy.type_of(ticket.type).name)]
    else:
        facts.append(_("not classified"))
    if ticket.urgent:
        facts.append(_("urgent"))
    facts.append(_("owner: {owner}").format(owner=safe(ticket.owner)) if ticket.owner else _("nobody has it"))
    return facts


def local_time(case: Case, now: datetime, policy: Policy) -> str:
    """The customer's time and day, where their market or a stated zone tells it."""
    zone = policy.zone_of(case.ticket.customer)
    if zone is None:
        return ""
    place = ZoneInfo(zone)
    return f"{formats.time(now, format_locale(), place)} {formats.weekday(now, format_locale(), place)}"


def step_of(case: Case) -> str:
    """The next step with its rule."""
    text = _(case.step.text) + (f" ({case.step.rule})" if case.step.rule else "")
    return _("next: {step}").format(step=text)


def why(timer: Timer, now: datetime, policy: Policy, zone: ZoneInfo) -> list[str]:
    """The parts of one clock in sentences."""
    start = moment(timer.start, zone)
    if timer.days is not None:
        text = ngettext(
            "{count} working day after {start}, by calendar {name}",
            "{count} working days after {start}, by calendar {name}",
            timer.days,
        )
        found = [text.format(count=timer.days, start=start, name=timer.calendar)]
    elif timer.limit is None:
        found = [
            _("a fixed moment that was agreed; counted from {start}, nothing pauses it").format(start=start)
        ]
    else:
        calendar = (
            _("round the clock")
            if timer.calendar == "always"
            else _("in the business hours of calendar {name}").format(name=timer.calendar)
        )
        limit = formats.duration(timer.limit, format_locale())
        found = [_("{limit} from {start}, {calendar}").format(limit=limit, start=start, calendar=calendar)]
        used = formats.duration(counted(timer, policy.calendar(timer.calendar, None), now), format_locale())
        found.append(_("counted so far: {used}").format(used=used))
    for begin, end in timer.pauses:
        until = _("now") if end == FOREVER else moment(end, zone)
        found.append(_("paused from {start} until {end}").format(start=moment(begin, zone), end=until))
    if timer.ended is not None:
        found.append(_("ended {moment}").format(moment=moment(timer.ended, zone)))
    return [*found, safe(timer.note)] if timer.note else found


def outcome_of(done: Resolution) -> list[str]:
    """How a ticket was solved, a part a line."""
    parts = (
        (_("result"), done.result),
        (_("satisfaction"), _(SATISFACTION[done.satisfaction])),
        (_("summary"), done.summary),
        (_("root cause"), done.root_cause),
        (_("improvement"), done.improvement),
    )
    return [f"{title}: {safe(text)}" for title, text in parts if text]


def attachment_line(number: int, attachment: Attachment) -> str:
    """An attachment as `save` counts it."""
    text = _("attachment {number}: {name} ({kind}, {size} bytes)")
    size = formats.number(attachment.size, format_locale())
    return text.format(number=number, name=safe(attachment.name), kind=safe(attachment.media_type), size=size)


def folded(text: str) -> str:
    """What stands for quoted history."""
    count = text.count("\n") + 1
    return ngettext("[{count} quoted line]", "[{count} quoted lines]", count).format(count=count)


def evidence(guesses: tuple[str, ...]) -> str:
    """What market and language were guessed from, each reason once."""
    told: dict[str, None] = {}
    for guess in guesses:
        kind, _colon, what = guess.partition(" ")[2].partition(":")
        text = EVIDENCE.get(f"{kind}:{what}") or EVIDENCE.get(kind)
        told[_(text).format(what=safe(what)) if text else safe(guess)] = None
    return _(", ").join(told)
