"""The checks of the assessor: each looks at one customer's case and says whether a rule was kept, and what shows it.

A check that does not apply to a case returns None. The weights and words of each stand in `scenarios/_checks.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property

import msgspec
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.apply import PROMISE
from agent_tui.domain.casework import RevisitResult, Stage
from agent_tui.domain.clocks import Timer, TimerKind
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Relation, Satisfaction, Ticket
from agent_tui.domain.timers import timers
from agent_tui.packs.scenario import EventKind, Persona, Scenario

_EXCERPT = 80  # characters of a text that evidence quotes
_SHORTEST = 12  # characters of a summary that says something


class Heard(msgspec.Struct, frozen=True):
    """What the desk's own checks found in a text: acts of speech, and findings with the words they are about."""

    acts: frozenset[str] = frozenset()
    findings: tuple[tuple[str, str], ...] = ()  # code, words

    @property
    def holds(self) -> frozenset[str]:
        """Acts and codes together, as `packs.scenario.When` asks for them."""
        return self.acts | {code for code, _words in self.findings}


class Verdict(msgspec.Struct, frozen=True):
    """Whether a rule was kept, and the evidence. `rule` overrides the check's where the case decides it."""

    met: bool
    evidence: str
    action: str = ""
    at: datetime | None = None
    rule: str = ""


class Case:
    """One customer's case as it ended."""

    def __init__(
        self,
        persona: Persona,
        ticket: Ticket | None,
        actions: tuple[do.Action, ...],
        heard: Mapping[str, Heard],
        told: frozenset[str],
        policy: Policy,
        trainee: str,
        scenario: Scenario,
        everything: tuple[do.Action, ...],
    ) -> None:
        self.persona = persona
        self.ticket = ticket
        self.actions = actions
        self.told = told
        self.policy = policy
        self.trainee = trainee
        self.scenario = scenario
        self.everything = everything
        self._heard = heard

    @cached_property
    def replies(self) -> tuple[do.Reply, ...]:
        """What the trainee wrote to the customer."""
        return tuple(each for each in self.own if isinstance(each, do.Reply))

    @cached_property
    def own(self) -> tuple[do.Action, ...]:
        """What the trainee did."""
        return tuple(each for each in self.actions if each.by == self.trainee)

    @cached_property
    def timers(self) -> tuple[Timer, ...]:
        """The clocks of the ticket."""
        return timers(self.ticket, self.policy) if self.ticket is not None else ()

    def timer(self, kind: TimerKind) -> Timer | None:
        """The first clock of a kind."""
        return next((each for each in self.timers if each.kind is kind), None)

    def acts(self, reply: do.Reply) -> frozenset[str]:
        """The acts of speech in a reply."""
        return self._heard.get(reply.id, Heard()).acts

    def found(self, reply: do.Reply) -> tuple[tuple[str, str], ...]:
        """The findings in a reply: code and words."""
        return self._heard.get(reply.id, Heard()).findings

    def first(self, kind: type[do.Action]) -> do.Action | None:
        """The first action of a kind that the trainee did."""
        return next((each for each in self.own if isinstance(each, kind)), None)


def _of(action: do.Action | None, met: bool, evidence: str = "", rule: str = "") -> Verdict:
    """A verdict about an action; about something missing where there is none."""
    if action is None:
        return Verdict(False, evidence, rule=rule)
    text = evidence or str(getattr(action, "text", "")) or do.kind_of(action)
    return Verdict(met, text[:_EXCERPT], action.id, action.at, rule)


def _first_reply(case: Case) -> do.Reply | None:
    return case.replies[0] if case.replies else None


# Opening


def _in_time(case: Case) -> Verdict | None:
    timer = case.timer(TimerKind.FIRST_RESPONSE)
    rule = case.policy.channel_of(case.persona.channel).rule
    if timer is None or timer.due is None:
        return Verdict(False, "", rule=rule)
    met = timer.ended is not None and timer.ended <= timer.due
    return Verdict(
        met,
        f"{timer.start:%H:%M:%S} – {timer.ended:%H:%M:%S}" if timer.ended else "",
        at=timer.ended,
        rule=rule,
    )


def _greeting(case: Case) -> Verdict | None:
    reply = _first_reply(case)
    return _of(reply, reply is not None and "greeting" in case.acts(reply))


def _urgent_first(case: Case) -> Verdict | None:
    """Who is urgent is answered before anybody who is not, from when the urgent one wrote (POLICY S6)."""
    others = [each for each in case.scenario.personas.values() if not each.urgent]
    if not case.persona.urgent or not others:
        return None
    reply = _first_reply(case)
    if reply is None or case.ticket is None:
        return Verdict(False, "")
    between = [
        each
        for each in case.everything
        if isinstance(each, do.Reply)
        and each.by == case.trainee
        and each.ticket != case.ticket.id
        and case.ticket.created + timedelta(minutes=1) < each.at < reply.at
    ]
    return _of(reply, not between)


# Listening


def _restated(case: Case) -> Verdict | None:
    early = case.replies[:2]
    hit = next((each for each in early if case.persona.restated.search(each.text)), None)
    return _of(hit or _first_reply(case), hit is not None)


def _asked(case: Case) -> Verdict | None:
    needed = [fact.id for fact in case.persona.facts if fact.needed]
    if not needed:
        return None
    missing = [fact for fact in needed if fact not in case.told]
    last = case.replies[-1] if case.replies else None
    return _of(last, not missing, ", ".join(missing or needed))


def _recorded(case: Case) -> Verdict | None:
    if not case.persona.complaint:
        return None
    record = case.first(do.Record)
    met = isinstance(record, do.Record) and case.persona.restated.search(record.text) is not None
    # The record is in the team's language, so that its length counts where the customer speaks another one.
    long = isinstance(record, do.Record) and len(record.text.split()) + len(record.text) // 6 >= 6
    return _of(record, met or long)


# Solution


def _direction(case: Case) -> Verdict | None:
    if not case.persona.complaint:
        return None
    reply = _first_reply(case)
    return _of(reply, reply is not None and "direction" in case.acts(reply))


def _promise(case: Case) -> Verdict | None:
    if not _has_promise(case.persona):
        return None
    for reply in case.replies:
        if isinstance(reply.outcome, do.Unsolved) and case.acts(reply) >= {"deadline", "follow_up"}:
            return _of(reply, True)
    return _of(case.replies[-1] if case.replies else None, False)


def _kept(case: Case) -> Verdict | None:
    if not _has_promise(case.persona):
        return None
    promises = [each for each in case.timers if each.name == PROMISE and each.due is not None]
    # Who tells a plan in time has reported, though the promise runs on until it is carried out.
    plans = [each.at for each in case.replies if isinstance(each.outcome, do.Proposes)]
    late = [
        each
        for each in promises
        if each.due is not None
        and (each.ended is None or each.ended > each.due)
        and not any(each.start < at <= each.due for at in plans)
    ]
    shown = next(iter(late or promises), None)
    if shown is None or shown.due is None:
        return Verdict(True, "")  # nothing was promised: that is another check's matter
    return Verdict(not late, f"{shown.due:%Y-%m-%d %H:%M}", at=shown.ended)


def _has_promise(persona: Persona) -> bool:
    models = [
        *persona.models.values(),
        *(each for node in persona.nodes.values() for each in node.models.values()),
    ]
    return any(model.outcome == "unsolved" for model in models)


def _remedy(case: Case) -> Verdict | None:
    hit = next((each for each in case.replies if case.persona.remedy.search(each.text)), None)
    return _of(hit or (case.replies[-1] if case.replies else None), hit is not None)


def _accepted(case: Case) -> Verdict | None:
    """The plan was told, and the customer's own answer taken down (POLICY C6)."""
    if not case.persona.complaint:
        return None
    accept = case.first(do.Accept)
    told = next((each for each in case.replies if isinstance(each.outcome, do.Proposes)), None)
    met = isinstance(accept, do.Accept) and told is not None and told.at < accept.at
    return _of(accept or told, met)


def _result(case: Case) -> Verdict | None:
    """The result was told and satisfaction asked before the case was summed up (POLICY H2)."""
    resolve = case.first(do.Resolve)
    if not isinstance(resolve, do.Resolve):
        return Verdict(False, "")
    answered = resolve.satisfaction not in (Satisfaction.ASKED, Satisfaction.NOT_REACHED)
    return _of(resolve, answered, resolve.satisfaction.value)


# Tone


def _apology(case: Case) -> Verdict | None:
    if not case.persona.complaint:
        return None
    reply = _first_reply(case)
    return _of(reply, reply is not None and "apology" in case.acts(reply))


def _without(*codes: str) -> Callable[[Case], Verdict | None]:
    """Nothing of these sorts was found in any reply."""

    def check(case: Case) -> Verdict | None:
        for reply in case.replies:
            for code, words in case.found(reply):
                if code.partition(".")[0] in codes:
                    return _of(reply, False, words)
        return _of(case.replies[-1] if case.replies else None, True)

    return check


def _matches(pattern: Callable[[Persona], re.Pattern[str] | None]) -> Callable[[Case], Verdict | None]:
    """Some reply says what the scenario asks for."""

    def check(case: Case) -> Verdict | None:
        wanted = pattern(case.persona)
        if wanted is None:
            return None
        hit = next((each for each in case.replies if wanted.search(each.text)), None)
        return _of(hit or (case.replies[-1] if case.replies else None), hit is not None)

    return check


# Process


def _type(case: Case) -> Verdict | None:
    classify = _last(case, do.Classify)
    met = isinstance(classify, do.Classify) and classify.verified and classify.type == case.persona.type
    return _of(classify, met, classify.type if isinstance(classify, do.Classify) else "")


def _level(case: Case) -> Verdict | None:
    classify = _last(case, do.Classify)
    rule = case.policy.level(case.persona.level).rule
    met = isinstance(classify, do.Classify) and classify.level == case.persona.level
    return _of(classify, met, str(classify.level) if isinstance(classify, do.Classify) else "", rule)


def _urgent(case: Case) -> Verdict | None:
    classify = _last(case, do.Classify)
    met = isinstance(classify, do.Classify) and classify.urgent == case.persona.urgent
    return _of(classify, met, "urgent" if case.persona.urgent else "normal")


def _last(case: Case, kind: type[do.Action]) -> do.Action | None:
    return next((each for each in reversed(case.own) if isinstance(each, kind)), None)


def _complaint(case: Case) -> Verdict | None:
    """A complaint is taken as one, and nothing else is (POLICY C1, C2)."""
    taken = case.first(do.Complain)
    stands = taken is not None and case.first(do.Withdraw) is None
    if case.persona.complaint:
        return _of(taken, stands)
    return _of(taken, False) if stands else Verdict(True, "")


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
    return _of(report, not late)


def _alert(case: Case) -> Verdict | None:
    """Compliance/risk heard first, before any report (POLICY C9, T7)."""
    if not case.persona.risk:
        return None
    alert = next((each for each in case.own if isinstance(each, do.Dispatch) and each.risk), None)
    report = case.first(do.Report)
    return _of(alert, alert is not None and (report is None or alert.at <= report.at))


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
    return _of(next(iter(asked.values()), None), not missing, ", ".join(missing or asked))


def _escalated(case: Case) -> Verdict | None:
    """Who leads the level was given the case (POLICY L3, L4); of a complaint the report does it."""
    level = case.policy.level(case.persona.level)
    if case.persona.complaint or level.leader == "agent":
        return None
    escalate = case.first(do.Escalate)
    met = isinstance(escalate, do.Escalate) and escalate.to == level.leader
    return _of(escalate, met, rule=level.rule)


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
    first = _in_time(case)
    ended = _first_solved(case) or timer.ended
    met = ended is not None and (ended <= timer.due or (first is not None and not first.met))
    return Verdict(met, f"{timer.due:%Y-%m-%d %H:%M}", at=timer.ended, rule=rule)


def _consent(case: Case) -> Verdict | None:
    return _of(case.first(do.Consent), True) if case.persona.consent else None


def _handover(case: Case) -> Verdict | None:
    handed = any(
        each.kind is EventKind.HANDED and each.persona == case.persona.id for each in case.scenario.events
    )
    return _of(case.first(do.Acknowledge), True) if handed else None


# Closing


def _summary(case: Case) -> Verdict | None:
    resolve = _last(case, do.Resolve)
    met = isinstance(resolve, do.Resolve) and len(resolve.summary.strip()) >= _SHORTEST
    return _of(resolve, met, resolve.summary if isinstance(resolve, do.Resolve) else "")


def _farewell(case: Case) -> Verdict | None:
    hit = next((each for each in reversed(case.replies) if "farewell" in case.acts(each)), None)
    return _of(hit or (case.replies[-1] if case.replies else None), hit is not None)


def _care(case: Case) -> Verdict | None:
    if not case.persona.care:
        return None
    resolve = _last(case, do.Resolve)
    met = isinstance(resolve, do.Resolve) and bool(resolve.care.strip())
    return _of(resolve, met, resolve.care if isinstance(resolve, do.Resolve) else "")


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
    return _of(case.first(do.Revisit), not late)


def _closed(case: Case) -> Verdict | None:
    """The complaint was closed with satisfaction and what the customer suggests (POLICY C8)."""
    if not case.persona.complaint:
        return None
    close = _last(case, do.Close)
    met = isinstance(close, do.Close) and close.satisfaction not in (
        Satisfaction.ASKED,
        Satisfaction.NOT_REACHED,
    )
    return _of(close, met)


CHECKS: dict[str, Callable[[Case], Verdict | None]] = {
    "in_time": _in_time,
    "greeting": _greeting,
    "urgent_first": _urgent_first,
    "restated": _restated,
    "asked": _asked,
    "recorded": _recorded,
    "direction": _direction,
    "promise": _promise,
    "kept": _kept,
    "remedy": _remedy,
    "accepted": _accepted,
    "result": _result,
    "apology": _apology,
    "register": _without("wrong_register"),
    "language": _without("wrong_language"),
    "manners": _without("blame", "dismissive", "jargon"),
    "taboo": _without("politics_religion"),
    "private": _without("private"),
    "heard": _matches(lambda persona: persona.hint),
    "festival": _matches(lambda persona: persona.festival),
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
"""Every check by its id."""
