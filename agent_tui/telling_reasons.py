"""Why a ticket stands where it does: its level, its next step, the complaint's way, questions, laws, likely repeats."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from agent_tui.desk.core import Case
from agent_tui.domain.apply import PROMISE
from agent_tui.domain.assessment import propose
from agent_tui.domain.casework import Complaint, Passage, Stage
from agent_tui.domain.clocks import Timer, TimerState
from agent_tui.domain.likeness import Likeness, Sign
from agent_tui.domain.messages import N_
from agent_tui.domain.policy import Policy
from agent_tui.domain.revisits import Basis, offer
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Ticket
from agent_tui.i18n import _
from agent_tui.telling_rules import stage_limit
from agent_tui.wording import (
    RELATION,
    STATE,
    department_name,
    moment,
    name_of,
    role_name,
    stage_name,
    step_of,
    timer_name,
)


class Paragraph(msgspec.Struct, frozen=True):
    """A title and what stands under it."""

    title: str
    lines: tuple[str, ...] = ()


_WHY = {
    "done": N_("nothing waits for an answer and nothing is left to do"),
    "classify": N_("it is not verified and classified yet"),
    "reply": N_("the customer waits for an answer"),
    "wait": N_("it waits for the customer"),
    "progress": N_("a promise is open: {follow_up}"),
    "resolve": N_("the customer has an answer and no promise is open"),
    "escalate": N_("an issue of this level is led by: {leader}; nobody told them yet"),
    "alert": N_("it is confirmed as a repeat or one of a group, and compliance has not heard of it"),
}
"""Why a step is next, by its id; the steps of a complaint are told by its stage."""

_BASIS = {
    Basis.BOTH: N_("in the working hours of both sides, outside the customer's public holidays"),
    Basis.SHIFT: N_(
        "the working hours of both sides never meet: from 9 to 18 o'clock for the customer, while a shift works"
    ),
    Basis.CUSTOMER: N_(
        "the working hours of both sides never meet, nor does a shift: from 9 to 18 o'clock for the customer"
    ),
}


def reasons(case: Case, policy: Policy, zone: ZoneInfo, now: datetime) -> list[Paragraph]:
    """Everything besides the clocks, in the order in which a reader asks for it."""
    found = [_step(case, policy), *_level(case.ticket, policy)]
    complaint = case.ticket.complaint
    if complaint is not None:
        found.append(_complaint(complaint, case, policy, zone, now))
    found += [
        *_questions(case, policy, zone),
        *_laws(case, policy, zone, now),
        *_similar(case.similar, policy),
    ]
    if complaint is not None and complaint.stage is Stage.REVISIT:
        found.append(_revisit(case.ticket, policy, zone, now))
    return found


def why_next(case: Case, policy: Policy) -> str:
    """Why the next step is what it is."""
    ticket, step = case.ticket, case.step
    complaint = ticket.complaint
    if complaint is not None and step.id == complaint.stage.value:
        text = _("the complaint is at this stage; whose turn it is: {role}")
        return text.format(role=role_name(step.role, policy))
    promises = [each.note for each in ticket.steps if each.name == PROMISE and each.ended is None]
    level = policy.levels.get(ticket.level or 0)
    return _(_WHY[step.id]).format(
        follow_up=safe(promises[-1]) if promises else "–",
        leader=role_name(level.leader, policy) if level else "–",
    )


def likeness(found: Likeness, policy: Policy) -> str:
    """What two tickets have in common."""
    told: list[str] = []
    for sign, what in found.signs:
        match sign:
            case Sign.TYPE:
                told.append(name_of(policy.type_of(what).name))
            case Sign.PRODUCT:
                told.append(_("product {product}").format(product=safe(what)))
            case Sign.CODE:
                told.append(safe(what))
    return _(", ").join(told)


def passages(complaint: Complaint, case: Case) -> list[tuple[Passage, Timer | None]]:
    """The stages that were left, each with its clock if policy gives it one."""
    clocks = {
        (timer.name, timer.ended): timer for timer in case.timers if timer.name.startswith("complaint:")
    }
    return [(each, clocks.get((f"complaint:{each.stage.value}", each.ended))) for each in complaint.passages]


def legal_clocks(case: Case) -> list[Timer]:
    """The clocks that a law sets."""
    return [timer for timer in case.timers if timer.name.startswith("legal:")]


def _step(case: Case, policy: Policy) -> Paragraph:
    return Paragraph(step_of(case), (why_next(case, policy),))


def _level(ticket: Ticket, policy: Policy) -> list[Paragraph]:
    """The answers of the assessment, and the level that follows from them."""
    rules = policy.casework
    known = {
        question: answer
        for question, answer in ticket.answers.items()
        if question in rules.questions and answer in rules.questions[question].answers
    }
    proposal = propose(known, rules)
    if ticket.level is None or proposal is None:
        return []
    names = {number: name_of(level.name) for number, level in policy.levels.items()}
    title = _("level: {level}").format(level=names.get(ticket.level, str(ticket.level)))
    text = _("the answers leave no choice: {level}") if proposal.forced else _("the answers propose: {level}")
    lines = [text.format(level=names.get(proposal.level, str(proposal.level)))]
    lines += [f"- {name_of(rule.because)} ({rule.rule})" for rule in proposal.because]
    lines += [
        "  "
        + _("{title}: {text}").format(
            title=name_of(rules.questions[question].name),
            text=name_of(rules.questions[question].answers[answer]),
        )
        for question, answer in known.items()
    ]
    return [Paragraph(title, tuple(lines))]


def _complaint(complaint: Complaint, case: Case, policy: Policy, zone: ZoneInfo, now: datetime) -> Paragraph:
    """What was done, by whom and in which role, and what its clock said; then the present stage and its limit."""
    lines = [_passage(each, timer, policy, zone, now) for each, timer in passages(complaint, case)]
    rule = policy.casework.stages.get(complaint.stage.value)
    if rule is not None and complaint.stage is not Stage.CLOSED:
        text = _("{stage} ({rule}): now, since {moment}, {role}")
        told = text.format(
            stage=stage_name(rule.id, policy),
            rule=rule.rule,
            moment=moment(complaint.entered, zone),
            role=role_name(rule.owner, policy),
        )
        limit = stage_limit(rule)
        lines.append(f"{told} · {limit}" if limit else told)
    return Paragraph(
        _("complaint, taken {moment}").format(moment=moment(complaint.taken, zone)), tuple(lines)
    )


def _passage(each: Passage, timer: Timer | None, policy: Policy, zone: ZoneInfo, now: datetime) -> str:
    rule = policy.casework.stages.get(each.stage.value)
    text = _("{stage} ({rule}): done {moment} by {agent}, {role}")
    told = text.format(
        stage=stage_name(each.stage.value, policy),
        rule=rule.rule if rule else "–",
        moment=moment(each.ended, zone),
        agent=safe(each.by),
        role=role_name(each.role, policy),
    )
    if timer is None or timer.due is None:
        return told
    due = _("due {moment}").format(moment=moment(timer.due, zone))
    return f"{told} · {due} · {_(STATE[timer.state(now)])}"


def _questions(case: Case, policy: Policy, zone: ZoneInfo) -> list[Paragraph]:
    lines: list[str] = []
    for dispatch in case.ticket.dispatches:
        if dispatch.answered is not None:
            continue
        text = _("{department}, asked {moment} by {agent}: {question}")
        lines.append(
            text.format(
                department=department_name(dispatch.department, policy),
                moment=moment(dispatch.at, zone),
                agent=safe(dispatch.by),
                question=safe(case.texts.get(dispatch.id, ""), limit=200) or "–",
            )
        )
    return [Paragraph(_("questions without an answer"), tuple(lines))] if lines else []


def _laws(case: Case, policy: Policy, zone: ZoneInfo, now: datetime) -> list[Paragraph]:
    lines: list[str] = []
    for timer in legal_clocks(case):
        state = timer.state(now)
        told = f"{timer_name(timer.name, policy)} · {safe(timer.rule)}"
        if timer.due is not None:
            told += " · " + _("due {moment}").format(moment=moment(timer.due, zone))
        if state is not TimerState.RUNNING:
            told += f" · {_(STATE[state])}"
        lines += [told, "  " + _("source: {source}").format(source=safe(timer.note))]
    return [Paragraph(_("legal clocks, a hint and no legal advice (T6)"), tuple(lines))] if lines else []


def _similar(found: Iterable[Likeness], policy: Policy) -> list[Paragraph]:
    text = _("#{ticket} {relation}: {reasons}")
    lines = [
        text.format(ticket=each.ticket, relation=_(RELATION[each.relation]), reasons=likeness(each, policy))
        for each in found
    ]
    return [Paragraph(_("may be the same problem (C9)"), tuple(lines))] if lines else []


def _revisit(ticket: Ticket, policy: Policy, zone: ZoneInfo, now: datetime) -> Paragraph:
    found = offer(ticket, policy, now)
    there = policy.zone_of(ticket.customer)
    lines = [_(_BASIS[found.basis])]
    for each in found.moments:
        told = moment(each, zone)
        if there is not None:
            told = _("{here} (there {there})").format(here=told, there=moment(each, ZoneInfo(there)))
        lines.append(f"- {told}")
    title = _("moments for the revisit, until {moment} (C8)").format(moment=moment(found.until, zone))
    return Paragraph(title, tuple(lines))
