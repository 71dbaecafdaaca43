"""One customer's case as the assessor sees it: what was done and written on it, what was found there, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property

import msgspec

from agent_tui.domain import actions as do
from agent_tui.domain.clocks import Timer, TimerKind
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Satisfaction, Ticket
from agent_tui.domain.timers import timers
from agent_tui.packs.scenario import Persona, Scenario

_GRADES = {
    Satisfaction.VERY_SATISFIED: 2,
    Satisfaction.SATISFIED: 2,
    Satisfaction.NEUTRAL: 1,
    Satisfaction.DISSATISFIED: 0,
    Satisfaction.VERY_DISSATISFIED: 0,
}
_EXCERPT = 80  # characters of a text that evidence quotes
_WORD = 20  # characters; what is longer has no spaces between its words


class Heard(msgspec.Struct, frozen=True):
    """What the desk's own checks found in a text: acts of speech, and findings with the words they are about.

    What a model guesses may cost a point, and is no fatal error.
    """

    acts: frozenset[str] = frozenset()
    findings: tuple[tuple[str, str], ...] = ()  # code, words
    guesses: tuple[tuple[str, str], ...] = ()

    @property
    def holds(self) -> frozenset[str]:
        """Acts and codes together, as `packs.scenario.When` asks for them."""
        return self.acts | {code for code, _words in (*self.findings, *self.guesses)}


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

    def suspected(self, reply: do.Reply) -> tuple[tuple[str, str], ...]:
        """The findings, and what a model guesses."""
        return self.found(reply) + self._heard.get(reply.id, Heard()).guesses

    def first(self, kind: type[do.Action]) -> do.Action | None:
        """The first action of a kind that the trainee did."""
        return next((each for each in self.own if isinstance(each, kind)), None)

    def last(self, kind: type[do.Action]) -> do.Action | None:
        """The last action of a kind that the trainee did."""
        return next((each for each in reversed(self.own) if isinstance(each, kind)), None)

    @property
    def first_reply(self) -> do.Reply | None:
        """The trainee's first answer."""
        return self.replies[0] if self.replies else None


def about(action: do.Action | None, met: bool, evidence: str = "", rule: str = "") -> Verdict:
    """A verdict about an action; about something missing where there is none."""
    if action is None:
        return Verdict(False, evidence, rule=rule)
    text = evidence or str(getattr(action, "text", "")) or do.kind_of(action)
    return Verdict(met, _excerpt(text), action.id, action.at, rule)


def _excerpt(text: str) -> str:
    if len(text) <= _EXCERPT:
        return text
    kept, space, rest = text[:_EXCERPT].rpartition(" ")
    return f"{kept if space and len(rest) < _WORD else text[:_EXCERPT]}…"


def is_honest(noted: Satisfaction, said: Satisfaction) -> bool:
    """Whether what was noted is an answer, and no better than the customer's (POLICY H6); `very` changes nothing."""
    return noted in _GRADES and _GRADES[noted] <= _GRADES[said]


Check = Callable[[Case], Verdict | None]
"""Looks at a case; None where its rule does not apply."""
