"""The assessor: a run on the quality card of live work, each point with its evidence (POLICY Q1, T7, section 8).

The 100 points of the card are shared out over the checks that apply to the scenario, section by section; a failed check
loses just its own, at least one where the section has as many points as sorts of checks. Fatal errors and violations of
compliance are counted apart, as on the card.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from agent_tui.domain import actions as do
from agent_tui.domain.casework_rules import CardSection
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Ticket
from agent_tui.packs.scenario import Scenario
from agent_tui.packs.scoring import CheckRule, Scoring
from agent_tui.practice.case import Case, Heard, Verdict
from agent_tui.practice.checks import CHECKS


class Mark(msgspec.Struct, frozen=True):
    """One check of one customer's case: what it was worth, whether it was met, and what shows it."""

    check: str
    section: str
    rule: str
    persona: str
    points: int
    met: bool
    evidence: str  # the words or the action
    action: str  # the id of the action it is about; empty where something is missing
    at: datetime | None


class Error(msgspec.Struct, frozen=True):
    """A fatal error or a violation of compliance: which of the card's, by which finding, in which words."""

    word: str  # of the card
    kind: str  # `fatal` or `violation`
    finding: str
    persona: str
    evidence: str
    action: str
    at: datetime


class Assessment(msgspec.Struct, frozen=True):
    """What a run is worth."""

    scenario: str
    version: int
    marks: tuple[Mark, ...]
    errors: tuple[Error, ...]

    @property
    def points(self) -> int:
        """The points of 100 before fatal errors."""
        return sum(mark.points for mark in self.marks if mark.met)

    @property
    def fatal(self) -> tuple[Error, ...]:
        """What makes the score 0."""
        return tuple(error for error in self.errors if error.kind == "fatal")

    @property
    def score(self) -> int:
        """The points of 100; 0 after a fatal error."""
        return 0 if self.fatal else self.points

    def section(self, name: str) -> tuple[int, int]:
        """The points reached in a section of the card, and those that were possible."""
        own = [mark for mark in self.marks if mark.section == name]
        return sum(mark.points for mark in own if mark.met), sum(mark.points for mark in own)


def assess(
    scenario: Scenario,
    actions: Sequence[do.Action],
    heard: Mapping[str, Heard],
    tickets: Mapping[str, Ticket],
    told: Mapping[str, Sequence[str]],
    policy: Policy,
    trainee: str,
    scoring: Scoring,
) -> Assessment:
    """Judge a run: everything that was done in it in order, what was found in the texts, and how the tickets ended.

    `tickets` and `told` (the facts that were asked for) are by persona. What never began is not met.
    """
    cases = {
        name: Case(
            persona,
            tickets.get(name),
            tuple(each for each in actions if name in tickets and each.ticket == tickets[name].id),
            heard,
            frozenset(told.get(name, ())),
            policy,
            trainee,
            scenario,
            tuple(actions),
        )
        for name, persona in scenario.personas.items()
    }
    found: list[tuple[CheckRule, str, Verdict]] = []
    for name, case in cases.items():
        for rule in scoring.checks.values():
            verdict = CHECKS[rule.id](case)
            if verdict is not None:
                found.append((rule, name, verdict))
    return Assessment(
        scenario.id,
        scenario.version,
        tuple(_marks(found, policy.casework.card)),
        tuple(error for name, case in cases.items() for error in _errors(name, case, scoring, policy)),
    )


Found = tuple[CheckRule, str, Verdict]
"""What a check says of a customer."""


def _marks(found: Sequence[Found], card: Mapping[str, CardSection]) -> list[Mark]:
    marks: list[Mark] = []
    for section in card.values():
        own = [each for each in found if each[0].section == section.id]
        for (rule, name, verdict), points in zip(own, _points(section.points, own), strict=True):
            marks.append(
                Mark(
                    rule.id,
                    section.id,
                    verdict.rule or rule.rule,
                    name,
                    points,
                    verdict.met,
                    verdict.evidence,
                    verdict.action,
                    verdict.at,
                )
            )
    return marks


def _points(total: int, found: Sequence[Found]) -> list[int]:
    """What each check of a section is worth.

    Where there are more checks than points, the customers share those of a check among them: whoever fails it for one
    of them loses at least one, as long as any is left.
    """
    if len(found) <= total:
        return _shared(total, [rule.weight for rule, _name, _verdict in found])
    weights: dict[str, int] = {}
    for rule, _name, _verdict in found:
        weights[rule.id] = weights.get(rule.id, 0) + rule.weight
    points = [0] * len(found)
    for check, share in zip(weights, _shared(total, list(weights.values())), strict=True):
        places = [place for place, (rule, _name, _verdict) in enumerate(found) if rule.id == check]
        places.sort(key=lambda place: found[place][2].met)  # what was failed comes first
        each, odd = divmod(share, len(places))
        for rank, place in enumerate(places):
            points[place] = each + (rank < odd)
    return points


def _shared(total: int, weights: Sequence[int]) -> list[int]:
    """Whole points in proportion to the weights, all of them given away; the earlier gets the odd one.

    Nobody gets none as long as somebody has more than one.
    """
    whole = sum(weights)
    shares: list[int] = []
    given = seen = 0
    for weight in weights:
        seen += weight
        upto = -(-total * seen // whole)  # rounded up
        shares.append(upto - given)
        given = upto
    while 0 in shares and (most := max(shares)) > 1:
        shares[shares.index(most)] -= 1
        shares[shares.index(0)] += 1
    return shares


def crowded(marks: Sequence[Mark], card: Mapping[str, CardSection]) -> Iterator[tuple[str, int, int]]:
    """The sections with more sorts of checks than points, so that some are worth nothing: id, sorts, points."""
    for section in card.values():
        sorts = {mark.check for mark in marks if mark.section == section.id}
        if len(sorts) > section.points:
            yield section.id, len(sorts), section.points


def _errors(name: str, case: Case, scoring: Scoring, policy: Policy) -> list[Error]:
    """Fatal errors and violations in what went out, each kind once an answer."""
    card = policy.casework.card
    errors: list[Error] = []
    for reply in case.replies:
        seen: set[str] = set()
        for code, words in case.found(reply):
            word = scoring.errors.get(code.partition(".")[0], "")
            if not word or word in seen or word not in card:
                continue
            seen.add(word)
            errors.append(Error(word, card[word].kind, code, name, words, reply.id, reply.at))
    return errors
