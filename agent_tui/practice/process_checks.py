"""What the assessor checks in how a case was handled: process and closing (POLICY sections 1, 3–5 and 7).

A check that does not apply to a case returns None.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.casework import RevisitResult, Stage
from agent_tui.domain.clocks import Timer, TimerKind
from agent_tui.domain.ticket import Relation
from agent_tui.domain.timers import timers
from agent_tui.packs.scenario import EventKind
from agent_tui.practice.case import Case, Check, Verdict, about, is_honest
from agent_tui.practice.conversation_checks import in_time

_SHORTEST = 12  # characters of a summary that says something


# Process


def _type(case: Case) -> Verdict | None:
    classify = case.last(do.Classify)
    met = isinstance(classify, do.Classify) and classify.verified and classify.type == case.persona.type
    return about(classify, met, classify.type if isinstance(classify, do.Classify) else "")


def _level(case: Case) -> Verdict | None:
    classify = case.last(do.Classify)
    rule = case.policy.level(case.persona.level).rule
    met = isinstance(classify, do.Classify) and classify.level == case.persona.level
    return about(classify, met, str(classify.level) if isinstance(classify, do.Classify) else "", rule)


def _urgent(case: Case) -> Verdict | None:
    classify = case.last(do.Classify)
    met = isinstance(classify, do.Classify) and classify.urgent == case.persona.urgent
    if not isinstance(classify, do.Classify):
        return about(None, False)
    return about(classify, met, "urgent" if classify.urgent else "normal")


def _complaint(case: Case) -> Verdict | None:
    """A complaint is taken as one, and nothing else is (POLICY C1, C2)."""
    taken = case.first(do.Complain)
    stands = taken is not None and case.first(do.Withdraw) is None
    if case.persona.complaint:
        return about(taken, stands)
    return about(taken, False) if stands else Verdict(True, "")


def _reported(case: Case) -> Verdict | None:
    """The supervisor heard within the hour (POLICY C3)."""
    if not case.persona.complaint:
        return None
    report = case.first(do.Report)
    late = [
        each
        for each in case.timers
        if each.name == f"complaint:{Stage.REPORT.value}"
        and each.due is not None
        and (each.ended is None or each.ended > each.due)
    ]
    return about(report, not late)


def _alert(case: Case) -> Verdict | None:
    """Compliance/risk heard first, before any report (POLICY C9, T7)."""
    if not case.persona.risk:
        return None
    alert = next((each for each in case.own if isinstance(each, do.Dispatch) and each.risk), None)
    report = case.first(do.Report)
    return about(alert, alert is not None and (report is None or alert.at <= report.at))


def _linked(case: Case) -> Verdict | None:
    if not case.persona.repeat:
        return None
    wanted = (Relation.REPEAT, Relation.GROUP)
    ties = case.ticket.links if case.ticket is not None else ()
    link = next((each for each in case.own if isinstance(each, do.Link)), None)
    met = any(each.relation in wanted for each in ties)
    return Verdict(met, "link", link.id if link else "", link.at if link else None)


def _departments(case: Case) -> Verdict | None:
    if not case.persona.departments:
        return None
    asked = {each.department: each for each in case.own if isinstance(each, do.Dispatch)}
    missing = [each for each in case.persona.departments if each not in asked]
    return about(next(iter(asked.values()), None), not missing, ", ".join(missing or asked))


def _escalated(case: Case) -> Verdict | None:
    """Who leads the level was given the case (POLICY L3, L4); of a complaint the report does it."""
    level = case.policy.level(case.persona.level)
    if case.persona.complaint or level.leader == "agent":
        return None
    escalate = case.first(do.Escalate)
    met = isinstance(escalate, do.Escalate) and escalate.to == level.leader
    return about(escalate, met, rule=level.rule)


def _solving(case: Case) -> Timer | None:
    """The clock of solving, by the level that is right: a wrong one is another check's matter."""
    if case.ticket is None:
        return None
    levels = (case.persona.level, case.ticket.level)
    clocks = [
        each
        for level in dict.fromkeys(levels)
        for each in timers(replace(case.ticket, level=level), case.policy)
        if each.kind is TimerKind.RESOLUTION and each.due is not None
    ]
    return next(iter(clocks), None)


def _first_solved(case: Case) -> datetime | None:
    """When it was first solved, where a revisit found that it wasn't: what comes then is a round of its own."""
    found = (each for each in case.own if isinstance(each, do.Revisit))
    again = any(each.result is RevisitResult.STILL_UNSOLVED for each in found)
    first = case.first(do.Resolve) if again else None
    return first.at if first is not None else None


def _within(case: Case) -> Verdict | None:
    """Solved within the limit of its level (POLICY L1–L4, S8). Who answered too late at first lost that already."""
    rule = case.policy.level(case.persona.level).rule
    timer = _solving(case)
    if timer is None or timer.due is None:
        return Verdict(False, "", rule=rule)
    first = in_time(case)
    ended = _first_solved(case) or timer.ended
    met = ended is not None and (ended <= timer.due or (first is not None and not first.met))
    return Verdict(met, f"{timer.due:%Y-%m-%d %H:%M} UTC", at=timer.ended, rule=rule)


def _consent(case: Case) -> Verdict | None:
    return about(case.first(do.Consent), True) if case.persona.consent else None


def _handover(case: Case) -> Verdict | None:
    handed = any(
        each.kind is EventKind.HANDED and each.persona == case.persona.id for each in case.scenario.events
    )
    return about(case.first(do.Acknowledge), True) if handed else None


# Closing


def _summary(case: Case) -> Verdict | None:
    resolve = case.last(do.Resolve)
    met = isinstance(resolve, do.Resolve) and len(resolve.summary.strip()) >= _SHORTEST
    return about(resolve, met, resolve.summary if isinstance(resolve, do.Resolve) else "")


def _farewell(case: Case) -> Verdict | None:
    hit = next((each for each in reversed(case.replies) if "farewell" in case.acts(each)), None)
    return about(hit or (case.replies[-1] if case.replies else None), hit is not None)


def _care(case: Case) -> Verdict | None:
    if not case.persona.care:
        return None
    resolve = case.last(do.Resolve)
    met = isinstance(resolve, do.Resolve) and bool(resolve.care.strip())
    return about(resolve, met, resolve.care if isinstance(resolve, do.Resolve) else "")


def _revisit(case: Case) -> Verdict | None:
    """The customer was asked again within three working days (POLICY C8)."""
    if not case.persona.complaint:
        return None
    late = [
        each
        for each in case.timers
        if each.name == f"complaint:{Stage.REVISIT.value}"
        and each.due is not None
        and (each.ended is None or each.ended > each.due)
    ]
    return about(case.first(do.Revisit), not late)


def _closed(case: Case) -> Verdict | None:
    """The complaint was closed with satisfaction and what the customer suggests (POLICY C8)."""
    if not case.persona.complaint:
        return None
    close = case.last(do.Close)
    met = isinstance(close, do.Close) and is_honest(close.satisfaction, case.persona.satisfaction)
    return about(close, met)


PROCESS: dict[str, Check] = {
    "type": _type,
    "level": _level,
    "urgent": _urgent,
    "complaint": _complaint,
    "reported": _reported,
    "linked": _linked,
    "alert": _alert,
    "departments": _departments,
    "escalated": _escalated,
    "within": _within,
    "consent": _consent,
    "handover": _handover,
    "summary": _summary,
    "farewell": _farewell,
    "care": _care,
    "revisit": _revisit,
    "closed": _closed,
}
"""The checks of what was done, by id."""
