"""What the assessor checks in a conversation: opening, listening, solution and tone (POLICY sections 2, 4–7).

A check that does not apply to a case returns None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from agent_tui.domain import actions as do
from agent_tui.domain.apply import PROMISE
from agent_tui.domain.clocks import TimerKind
from agent_tui.domain.ticket import Satisfaction
from agent_tui.packs.scenario import Persona
from agent_tui.practice.case import Case, Check, Verdict, about, is_honest

# Opening


def in_time(case: Case) -> Verdict | None:
    """The first answer came within the channel's limit (POLICY S1–S5)."""
    timer = case.timer(TimerKind.FIRST_RESPONSE)
    rule = case.policy.channel_of(case.persona.channel).rule
    if timer is None or timer.due is None:
        return Verdict(False, "", rule=rule)
    met = timer.ended is not None and timer.ended <= timer.due
    return Verdict(
        met,
        str(timer.ended - timer.start).partition(".")[0] if timer.ended else "",
        at=timer.ended,
        rule=rule,
    )


def _greeting(case: Case) -> Verdict | None:
    reply = case.first_reply
    return about(reply, reply is not None and "greeting" in case.acts(reply))


def _urgent_first(case: Case) -> Verdict | None:
    """Who is urgent is answered before anybody who is not, from when the urgent one wrote (POLICY S6)."""
    others = [each for each in case.scenario.personas.values() if not each.urgent]
    if not case.persona.urgent or not others:
        return None
    reply = case.first_reply
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
    return about(reply, not between)


# Listening


def _restated(case: Case) -> Verdict | None:
    early = case.replies[:2]
    hit = next((each for each in early if case.persona.restated.search(each.text)), None)
    return about(hit or case.first_reply, hit is not None)


def _asked(case: Case) -> Verdict | None:
    needed = [fact.id for fact in case.persona.facts if fact.needed]
    if not needed:
        return None
    missing = [fact for fact in needed if fact not in case.told]
    last = case.replies[-1] if case.replies else None
    return about(last, not missing, ", ".join(missing or needed))


def _recorded(case: Case) -> Verdict | None:
    if not case.persona.complaint:
        return None
    record = case.first(do.Record)
    met = isinstance(record, do.Record) and case.persona.restated.search(record.text) is not None
    # The record is in the team's language, so that its length counts where the customer speaks another one.
    long = isinstance(record, do.Record) and len(record.text.split()) + len(record.text) // 6 >= 6
    return about(record, met or long)


# Solution


def _direction(case: Case) -> Verdict | None:
    if not case.persona.complaint:
        return None
    reply = case.first_reply
    return about(reply, reply is not None and "direction" in case.acts(reply))


def _promise(case: Case) -> Verdict | None:
    if not _has_promise(case.persona):
        return None
    for reply in case.replies:
        if isinstance(reply.outcome, do.Unsolved) and case.acts(reply) >= {"deadline", "follow_up"}:
            return about(reply, True)
    return about(case.replies[-1] if case.replies else None, False)


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
    return about(hit or (case.replies[-1] if case.replies else None), hit is not None)


def _accepted(case: Case) -> Verdict | None:
    """The plan was told, and the customer's own answer taken down (POLICY C6)."""
    if not case.persona.complaint:
        return None
    accept = case.first(do.Accept)
    told = next((each for each in case.replies if isinstance(each.outcome, do.Proposes)), None)
    met = isinstance(accept, do.Accept) and told is not None and told.at < accept.at
    return about(accept or told, met)


def _result(case: Case) -> Verdict | None:
    """The result was told and satisfaction asked before the case was summed up (POLICY H2).

    Of a complaint the last word comes at its revisit.
    """
    resolve = case.first(do.Resolve)
    if not isinstance(resolve, do.Resolve):
        return Verdict(False, "")
    said = Satisfaction.VERY_SATISFIED if case.persona.complaint else case.persona.satisfaction
    return about(resolve, is_honest(resolve.satisfaction, said), resolve.satisfaction.value)


# Tone


def _apology(case: Case) -> Verdict | None:
    if not case.persona.complaint:
        return None
    reply = case.first_reply
    return about(reply, reply is not None and "apology" in case.acts(reply))


def _without(*codes: str) -> Check:
    """Nothing of these sorts was found in any reply."""

    def check(case: Case) -> Verdict | None:
        for reply in case.replies:
            for code, words in case.suspected(reply):
                if code.partition(".")[0] in codes:
                    return about(reply, False, words)
        return about(case.replies[-1] if case.replies else None, True)

    return check


def _matches(pattern: Callable[[Persona], re.Pattern[str] | None]) -> Check:
    """Some reply says what the scenario asks for."""

    def check(case: Case) -> Verdict | None:
        wanted = pattern(case.persona)
        if wanted is None:
            return None
        hit = next((each for each in case.replies if wanted.search(each.text)), None)
        return about(hit or (case.replies[-1] if case.replies else None), hit is not None)

    return check


CONVERSATION: dict[str, Check] = {
    "in_time": in_time,
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
}
"""The checks of what was written, by id."""
