"""`explain ID`: of a ticket why it stands where it does; of a rule, a figure or a refusal what it means."""

from __future__ import annotations

import textwrap
from importlib import import_module

import msgspec

from agent_tui.cli import render
from agent_tui.cli.context import Context
from agent_tui.cli.exits import UsageError
from agent_tui.cli.viewing import timer_json
from agent_tui.desk.core import Case, Desk
from agent_tui.desk.overriding import overridden
from agent_tui.domain.assessment import propose
from agent_tui.domain.casework import Stage
from agent_tui.domain.clocks import counted
from agent_tui.domain.likeness import Likeness
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.revisits import offer
from agent_tui.domain.text import safe
from agent_tui.formats import iso
from agent_tui.i18n import _
from agent_tui.packs.loader import Problem
from agent_tui.packs.policies import load_policy
from agent_tui.packs.rules import load_rules
from agent_tui.telling_errors import template
from agent_tui.telling_guidance import override_of
from agent_tui.telling_reasons import legal_clocks, passages, reasons, why_next
from agent_tui.telling_rules import acts
from agent_tui.wording import name_of, why


def explain(context: Context) -> None:
    """`explain ID`: a ticket's number, or the id of a rule, a figure or a refusal."""
    word = context.args.what
    if word.lstrip("#").removeprefix("-").isdecimal():
        _ticket(context, int(word.lstrip("#")))
        return
    for known in (_rule, _figure, _refusal):
        if known(context, word):
            return
    text = _("There is nothing called {word!r} to explain: no ticket, rule (C3), figure (csat) or refusal.")
    raise UsageError(text.format(word=safe(word)))


def _ticket(context: Context, number: int) -> None:
    with context.desk() as desk:
        case = desk.case(number)
        if context.json:
            context.out.json(_ticket_json(context, desk, case))
            return
        for timer in case.timers:
            context.out.say(render.clock(context, desk.policy, timer))
            for sentence in why(timer, context.now, desk.policy, context.zone):
                context.out.say(textwrap.indent(sentence, "    "))
        for paragraph in reasons(case, desk.policy, context.zone, context.now):
            context.out.say(paragraph.title)
            for line in paragraph.lines:
                context.out.say(textwrap.indent(line, "    "))
        _overrides(context, desk, number)


def _overrides(context: Context, desk: Desk, number: int) -> None:
    """The replies that went out although the checks kept them back, and why."""
    found = overridden(desk, number)
    if not found:
        return
    context.out.say(_("went out although the checks kept it back (T2)"))
    for reply in found:
        for line in override_of(reply, desk.guidance.compliance.kinds, context.zone):
            context.out.say(textwrap.indent(line, "    "))


def _ticket_json(context: Context, desk: Desk, case: Case) -> dict[str, object]:
    ticket, policy, now = case.ticket, desk.policy, context.now
    timers = [
        timer_json(timer, now)
        | {"counted_seconds": int(counted(timer, policy.calendar(timer.calendar, None), now).total_seconds())}
        for timer in case.timers
    ]
    complaint = ticket.complaint
    return {
        "id": ticket.id,
        "next": msgspec.to_builtins(case.step),
        "timers": timers,
        "why": why_next(case, policy),
        "level": _level_json(desk, case),
        "complaint": None if complaint is None else {
            "stage": complaint.stage.value,
            "since": iso(complaint.entered),
            "passed": [
                {
                    "stage": each.stage.value,
                    "began": iso(each.began),
                    "ended": iso(each.ended),
                    "due": iso(timer.due) if timer and timer.due else None,
                    "by": each.by,
                    "role": each.role,
                }
                for each, timer in passages(complaint, case)
            ],
        },
        "questions": [
            {"department": each.department, "at": iso(each.at), "by": each.by, "risk": each.risk}
            for each in ticket.dispatches
            if each.answered is None
        ],
        "legal": [
            {
                "id": timer.name.partition(":")[2],
                "law": timer.rule,
                "source": timer.note,
                "due": iso(timer.due) if timer.due else None,
                "state": timer.state(now).value,
            }
            for timer in legal_clocks(case)
        ],
        "similar": [likeness_json(each) for each in case.similar],
        "revisit": _revisit_json(context, desk, case),
        "overrides": [
            {"at": iso(each.at), "by": each.by, "despite": list(each.despite), "because": each.because}
            for each in overridden(desk, ticket.id)
        ],
    }  # fmt: skip


def _level_json(desk: Desk, case: Case) -> dict[str, object]:
    """The level with what was answered and what follows from it."""
    rules, answers = desk.policy.casework, case.ticket.answers
    known = {
        question: answer
        for question, answer in answers.items()
        if question in rules.questions and answer in rules.questions[question].answers
    }
    proposal = propose(known, rules)
    return {
        "level": case.ticket.level,
        "answers": answers,
        "proposed": proposal.level if proposal else None,
        "forced": proposal.forced if proposal else False,
        "because": [{"id": rule.id, "rule": rule.rule} for rule in proposal.because] if proposal else [],
    }


def _revisit_json(context: Context, desk: Desk, case: Case) -> dict[str, object] | None:
    if case.ticket.complaint is None or case.ticket.complaint.stage is not Stage.REVISIT:
        return None
    found = offer(case.ticket, desk.policy, context.now)
    return {
        "moments": [iso(each) for each in found.moments],
        "hours": found.basis.value,
        "until": iso(found.until),
    }


def likeness_json(found: Likeness) -> dict[str, object]:
    """A ticket that may be the same problem, for programs."""
    return {
        "ticket": found.ticket,
        "relation": found.relation.value,
        "signs": [{"sign": sign.value, "value": value} for sign, value in found.signs],
    }


def _rule(context: Context, word: str) -> bool:
    """A rule of the policy, by its id; no profile is needed for it."""
    problems: list[Problem] = []
    names = load_rules(context.place.packs, problems).get(word.upper())
    if names is None:
        return False
    policy, more = load_policy(context.place.packs)
    for sentence in context.left_out((*problems, *more)):
        context.out.complain(sentence)
    where = acts(word.upper(), policy)
    if context.json:
        context.out.json({"rule": word.upper(), "text": name_of(names), "acts": where})
        return True
    context.out.say(f"{word.upper()}  {name_of(names)}")
    for line in where:
        context.out.say(f"    {line}")
    return True


def _figure(context: Context, word: str) -> bool:
    """A figure of the reports, by its id."""
    from agent_tui.desk.figures import definition
    from agent_tui.domain.figure_definitions import WHEN

    found = definition(word.lower())
    if found is None:
        return False
    when = _(WHEN[found.counts])
    if context.json:
        plain: dict[str, object] = msgspec.to_builtins(found)
        context.out.json(plain | {"title": _(found.title), "text": _(found.text), "when": when})
        return True
    context.out.say(f"{_(found.title)}  ({found.rule})")
    context.out.say(f"    {_(found.text)}")
    context.out.say(f"    {when}")
    return True


def _refusal(context: Context, word: str) -> bool:
    """A refusal by its code."""
    found = refusals().get(word.lower())
    if found is None:
        return False
    if context.json:
        context.out.json({"refusal": found.code, "text": template(found.text), "rule": found.rule})
        return True
    context.out.say(template(found.text) + (f" ({found.rule})" if found.rule else ""))
    return True


def refusals() -> dict[str, type[Refusal]]:
    """Every kind of refusal by its code, those of the desk on a screen included."""
    for module in ("agent_tui.domain.undo", "agent_tui.tui.session"):
        import_module(module)
    found: dict[str, type[Refusal]] = {}
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        found.setdefault(kind.code, kind)
        waiting += kind.__subclasses__()
    return found
