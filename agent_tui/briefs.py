"""What a colleague reads of a ticket: the brief of a report or escalation, and a line of the handover list.

Written from the ticket in the language in use, for a form that the agent still changes; safe for a terminal.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from agent_tui import formats
from agent_tui.desk.core import Case
from agent_tui.domain.apply import PROMISE
from agent_tui.domain.casework import AGENT, Dispatch, Stage
from agent_tui.domain.clocks import Timer, TimerState
from agent_tui.domain.complaints import must_alert
from agent_tui.domain.handover import Caution, Entry
from agent_tui.domain.messages import N_
from agent_tui.domain.next_step import leader_of
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import MessageKind, Relation, Status, Ticket
from agent_tui.i18n import _, format_locale
from agent_tui.wording import (
    STATE,
    STATUS,
    department_name,
    local_time,
    moment,
    name_of,
    role_name,
    soon,
    stage_name,
    timer_name,
)

_MOST = 3
"""How many clocks and questions a brief tells of: the nearest, the newest."""
_NAME, _WORDS = 80, 160
"""How many characters of a name, and of a message or an answer, are told."""

_CAUTIONS = {
    Caution.BREACHED: N_("breached"),
    Caution.AT_RISK: N_("at risk"),
    Caution.URGENT: N_("urgent"),
    Caution.COMPLAINT: N_("complaint: {stage}"),
    Caution.REPEATED: N_("repeated or group complaint (C9)"),
    Caution.UNANSWERED: N_("the customer waits for an answer"),
    Caution.WAITING: N_("waiting for the customer"),
    Caution.ASKED: N_("asked, no answer yet: {departments}"),
    Caution.WISHES: N_("wishes: {wishes}"),
}

_ASKED = {
    "alert": N_("Check the risk before anything else: a repeated or group complaint (C9)."),
    "report": N_("Verify the complaint and draft a first plan (C4){limit}."),
    "verify": N_("Verify the complaint and draft a first plan (C4){limit}."),
    "plan": N_("Make the special plan with the departments (C5){limit}."),
    "lead": N_("Lead it as {role} with those it needs ({rule})."),
    "help": N_("Help with the next step: {step}."),
}
"""What a brief asks of its reader."""


def brief(case: Case, policy: Policy, zone: ZoneInfo, now: datetime) -> str:
    """The text of a report or an escalation: who, what, since when and until when, what was done, what is wanted."""
    ticket = case.ticket
    wanted = ticket.complaint.wanted if ticket.complaint else ""
    lines = [
        _("#{ticket} {subject}").format(ticket=ticket.id, subject=safe(ticket.subject, limit=_WORDS)),
        _("Customer: {facts}").format(facts=_who(case, policy, now)),
        _("Case: {facts}").format(facts=_what(ticket, policy)),
        *_words(case),
        *_since(ticket, zone),
        *_deadlines(case, policy, zone, now),
        *_done(case, policy, zone),
    ]
    if ticket.complaint is not None and ticket.complaint.detail:
        detail = safe(ticket.complaint.detail, limit=4 * _WORDS)
        lines.insert(3, _("What happened: {detail}").format(detail=detail))
    if ticket.complaint is not None and ticket.complaint.direction:
        direction = safe(ticket.complaint.direction, limit=_WORDS)
        lines.append(_("Direction told to the customer: {direction}").format(direction=direction))
    if wanted:
        lines.append(_("The customer wants: {wanted}").format(wanted=safe(wanted, limit=2 * _WORDS)))
    lines.append(_("Asked of you: {request}").format(request=_request(case, policy)))
    return "\n".join(lines)


def handover_line(entry: Entry, policy: Policy, zone: ZoneInfo, now: datetime) -> str:
    """A ticket in the handover list: state, promise, next step, due in both time zones, and what to look out for."""
    ticket = entry.ticket
    parts = [_(STATUS[ticket.status])]
    if entry.promise is not None and entry.promise.due is not None:
        text = _("promised until {moment}: {follow_up}")
        follow_up = safe(entry.promise.note, limit=_WORDS)
        parts.append(text.format(moment=soon(entry.promise.due, now, zone), follow_up=follow_up))
    step = _(entry.step.text) + (f" ({entry.step.rule})" if entry.step.rule else "")
    parts.append(_("next: {step}").format(step=step))
    if entry.due is not None and entry.due.due is not None:
        text = _("due {moment}: {clock}")
        due = both_times(entry.due.due, entry, zone, now)
        parts.append(text.format(moment=due, clock=timer_name(entry.due.name, policy)))
    warnings = cautions(entry, policy)
    if warnings:
        parts.append(_("look out: {warnings}").format(warnings=_(", ").join(warnings)))
    return " · ".join(parts)


def both_times(value: datetime, entry: Entry, zone: ZoneInfo, now: datetime) -> str:
    """A moment on the agent's clocks and, where they show another time, on the customer's."""
    here = soon(value, now, zone)
    there = ZoneInfo(entry.there) if entry.there else None
    if there is None or value.astimezone(there).utcoffset() == value.astimezone(zone).utcoffset():
        return here
    text = _("{here} (there {there})")
    return text.format(here=here, there=soon(value, now, there))


def cautions(entry: Entry, policy: Policy) -> list[str]:
    """What to look out for, in words."""
    ticket = entry.ticket
    asked = [department_name(each.department, policy) for each in ticket.dispatches if each.answered is None]
    details = {
        "stage": stage_name(ticket.complaint.stage.value, policy) if ticket.complaint else "",
        "departments": _(", ").join(dict.fromkeys(asked)),
        "wishes": safe(ticket.customer.wishes, limit=_WORDS),
    }
    return [_(_CAUTIONS[caution]).format(**details) for caution in entry.cautions]


def _who(case: Case, policy: Policy, now: datetime) -> str:
    customer = case.ticket.customer
    there = local_time(case, now, policy)
    words = (
        safe(customer.name, limit=_NAME) or "?",
        safe(customer.market or ""),
        safe(customer.language or ""),
        _("{time} there").format(time=there) if there else "",
        _("wishes: {wishes}").format(wishes=safe(customer.wishes, limit=_WORDS)) if customer.wishes else "",
    )
    return " · ".join(filter(None, words))


def _what(ticket: Ticket, policy: Policy) -> str:
    words = [name_of(policy.channel_of(ticket.channel).name)]
    if ticket.type is not None and ticket.level is not None:
        words += [name_of(policy.type_of(ticket.type).name), name_of(policy.level(ticket.level).name)]
    else:
        words.append(_("not classified"))
    if ticket.urgent:
        words.append(_("urgent"))
    if ticket.product:
        words.append(safe(ticket.product, limit=_WORDS))
    if ticket.complaint is not None:
        stage = stage_name(ticket.complaint.stage.value, policy)
        words.append(_("complaint: {stage}").format(stage=stage))
    again = [f"#{link.other}" for link in ticket.links if link.relation in (Relation.REPEAT, Relation.GROUP)]
    if again:
        words.append(_("the same problem: {tickets}").format(tickets=" ".join(again[:8])))
    return " · ".join(map(safe, words))


def _words(case: Case) -> list[str]:
    """The first words of what the customer wrote last."""
    spoken = [each for each in case.ticket.messages if each.kind is MessageKind.CUSTOMER and each.preview]
    if not spoken:
        return []
    return [_("Customer's words: “{words}”").format(words=safe(spoken[-1].preview, limit=_WORDS))]


def _since(ticket: Ticket, zone: ZoneInfo) -> list[str]:
    begun = moment(ticket.created, zone)
    if ticket.complaint is None:
        return [_("Since: {moment}").format(moment=begun)]
    text = _("Since: {moment}; complained {received}, taken {taken}")
    complaint = ticket.complaint
    return [
        text.format(
            moment=begun, received=moment(complaint.received, zone), taken=moment(complaint.taken, zone)
        )
    ]


def _deadlines(case: Case, policy: Policy, zone: ZoneInfo, now: datetime) -> list[str]:
    """The open clocks, the nearest first."""
    running = [timer for timer in case.timers if timer.ended is None]
    running.sort(key=lambda timer: (timer.due is None, timer.due))
    told = [f"- {_deadline(timer, policy, zone, now)}" for timer in running[:_MOST]]
    return [_("Deadlines:"), *told] if told else []


def _deadline(timer: Timer, policy: Policy, zone: ZoneInfo, now: datetime) -> str:
    state = timer.state(now)
    parts = [f"{timer_name(timer.name, policy)} ({safe(timer.rule)})"]
    if timer.due is not None:
        parts.append(_("due {moment}").format(moment=moment(timer.due, zone)))
    if state is not TimerState.RUNNING:
        parts.append(_(STATE[state]))
    return " · ".join(parts)


def _done(case: Case, policy: Policy, zone: ZoneInfo) -> list[str]:
    """Apology, promises, questions and what came of them, hand-ups, the plan."""
    ticket = case.ticket
    done: list[str] = []
    complaint = ticket.complaint
    if complaint is not None:
        done += [
            _("apologised {moment}").format(moment=moment(passage.ended, zone))
            for passage in complaint.passages
            if passage.stage is Stage.APOLOGISE
        ][:1]
    for step in [step for step in ticket.steps if step.name == PROMISE][-1:]:
        text = _("promised until {moment}: {follow_up}")
        if step.due is not None:
            done.append(text.format(moment=moment(step.due, zone), follow_up=safe(step.note, limit=_WORDS)))
    done += [_question(each, case, policy, zone) for each in ticket.dispatches[-_MOST:]]
    done += [
        _("handed up to {role} {moment}").format(
            role=role_name(each.to, policy), moment=moment(each.at, zone)
        )
        for each in ticket.escalations[-1:]
    ]
    if complaint is not None and complaint.plan:
        text = _("plan: {plan}") if not complaint.declined else _("plan, declined before: {plan}")
        done.append(text.format(plan=safe(complaint.plan, limit=2 * _WORDS)))
    if ticket.resolution is not None:
        done.append(_("resolved: {result}").format(result=safe(ticket.resolution.result, limit=_WORDS)))
    if not done and ticket.answered is not None:
        done.append(_("answered {moment}").format(moment=moment(ticket.answered, zone)))
    return [_("Done so far: {nothing}").format(nothing="–")] if not done else [
        _("Done so far:"),
        *(f"- {each}" for each in done),
    ]  # fmt: skip


def _question(dispatch: Dispatch, case: Case, policy: Policy, zone: ZoneInfo) -> str:
    """What a department was asked, and its answer."""
    department = department_name(dispatch.department, policy)
    asked = _("asked {department} {moment}").format(department=department, moment=moment(dispatch.at, zone))
    if dispatch.answered is None:
        return _("{asked}: no answer yet").format(asked=asked)
    text = _("{asked}: {answer}")
    answer = next(
        (
            message.preview
            for message in case.ticket.messages
            if message.kind is MessageKind.NOTE
            and (message.at, message.author) == (dispatch.answered, dispatch.answered_by)
        ),
        "",
    )
    return text.format(asked=asked, answer=safe(answer, limit=_WORDS) or _("answered"))


def _request(case: Case, policy: Policy) -> str:
    ticket, step = case.ticket, case.step
    leader = leader_of(ticket, policy)
    known = step.id if step.id in _ASKED else ""
    if must_alert(ticket):
        known = "alert"
    elif not known and ticket.status is not Status.RESOLVED and leader != AGENT:
        known = "lead"
    asked = _ASKED[known or "help"]
    level = policy.levels.get(ticket.level or 0)
    return _(asked).format(
        limit=_limit_of("plan" if known == "plan" else "verify", policy),
        role=role_name(leader, policy),
        rule=level.rule if level else "",
        step=_(step.text) + (f" ({step.rule})" if step.rule else ""),
    )


def _limit_of(stage: str, policy: Policy) -> str:
    """How long the reader has for a stage, where policy gives a duration."""
    rule = policy.casework.stages.get(stage)
    if rule is None or rule.limit is None:
        return ""
    return " " + _("within {limit}").format(limit=formats.duration(rule.limit, format_locale()))
