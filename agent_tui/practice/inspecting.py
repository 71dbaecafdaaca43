"""Looking over a scenario as its author does: what can't be reached, what leads nowhere, what is missing.

`faults` reads the scenario alone; `model_points` and `at_random` play it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Container, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from agent_tui.desk.errors import DeskError
from agent_tui.desk.guiding import Guidance, regions_of
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.personal_data import Personal
from agent_tui.domain.policy import Policy
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Customer, Ticket
from agent_tui.guidance.situation import Finding, Situation, situation
from agent_tui.packs.scenario import END, START, Node, Persona, Scenario
from agent_tui.packs.scoring import Scoring, load_modes, load_scoring
from agent_tui.practice.assessor import Mark, assess, crowded
from agent_tui.practice.exercise import Exercise
from agent_tui.practice.model_agent import ModelAgent, Stuck

GOOD = 95
"""What a model agent has to reach."""
_STEPS = 60  # of an agent that acts at random
_ANY = datetime(1970, 1, 1, tzinfo=UTC)  # a moment that stands for all
_A_WHILE = (timedelta(seconds=20), timedelta(minutes=4), timedelta(hours=2), timedelta(hours=20))


class Fault(msgspec.Struct, frozen=True):
    """Something an author has to mend, in words."""

    told: Told


def faults(scenario: Scenario, policy: Policy, scoring: Scoring) -> Iterator[Fault]:
    """What is wrong with a scenario by its own words."""
    for persona in scenario.personas.values():
        yield from _words(persona, policy)
        yield from _graph(persona)
        yield from _untold(persona)
    if any(
        each.complaint and scenario.colleague("supervisor", each.id) is None
        for each in scenario.personas.values()
    ):
        yield Fault(Told(N_("a complaint needs a colleague who is supervisor")))
    for persona in scenario.personas.values():
        for department in persona.departments:
            if scenario.adviser(department, persona.id) is None:
                yield Fault(Told(N_("nobody answers for the department {word}"), {"word": department}))
    for section, sorts, points in crowded(_judged(scenario, policy, scoring), policy.casework.card):
        told = N_("the section {word} of the card has {points} points for {count} checks")
        details = {"word": section, "points": str(points), "count": str(sorts)}
        yield Fault(Told(told, details))


def _words(persona: Persona, policy: Policy) -> Iterator[Fault]:
    known: tuple[tuple[object, Container[object]], ...] = (
        (persona.type, policy.types),
        (persona.channel, policy.channels),
        (persona.level, policy.levels),
        *((each, policy.casework.departments) for each in persona.departments),
    )
    for word, table in known:
        if word not in table:
            yield Fault(Told(N_("the policy does not know {word}"), {"word": str(word)}))
    for question, answer in persona.answers.items():
        asked = policy.casework.questions.get(question)
        if asked is None or answer not in asked.answers:
            yield Fault(Told(N_("the policy does not know {word}"), {"word": f"{question}={answer}"}))


def _graph(persona: Persona) -> Iterator[Fault]:
    onwards = {name: {edge.goto for edge in node.edges} for name, node in persona.nodes.items()}
    reached = _from(START, onwards)
    for name in sorted(persona.nodes.keys() - reached):
        yield Fault(Told(N_("{who}: nothing leads to the node {node}"), {"who": persona.id, "node": name}))
    for name in sorted(reached - {END}):
        if END not in _from(name, onwards):
            yield Fault(Told(N_("{who}: the node {node} leads to no end"), {"who": persona.id, "node": name}))
    for name, node in persona.nodes.items():
        if not persona.complaint and any(edge.when.stage is not None for edge in node.edges):
            told = N_("{who}: the node {node} asks for a stage, and this is no complaint")
            yield Fault(Told(told, {"who": persona.id, "node": name}))
        if not node.edges:
            yield Fault(
                Told(N_("{who}: nothing is answered at the node {node}"), {"who": persona.id, "node": name})
            )


def _untold(persona: Persona) -> Iterator[Fault]:
    """Where a customer waits for an answer, and nothing says what a good one would be."""
    for name, node in persona.nodes.items():
        if persona.model(name, "reply") is None and _is_waited_at(persona, node):
            told = N_("{who}: nothing says what a good answer is at the node {node}")
            yield Fault(Told(told, {"who": persona.id, "node": name}))


def _is_waited_at(persona: Persona, node: Node) -> bool:
    """Whether the customer has asked for more than a summing up there.

    A complaint begins with the answer of its first step, which an apology that went wrong leaves behind.
    """
    said = [
        edge
        for other in persona.nodes.values()
        for edge in other.edges
        if edge.goto == node.id and edge.says is not None and edge.waits
    ]
    if node.id == START:
        apologised = [each for each in said if each.when.silence is None and "apology" not in each.when.lacks]
        return bool(apologised) or not persona.complaint
    content = any(edge.when.did == "resolve" and edge.says is None for edge in node.edges)
    onwards = any(
        edge.when.did.startswith("reply") and (edge.says is not None or edge.goto != node.id)
        for edge in node.edges
    )
    return bool(said) and (persona.complaint or onwards or not content)


def _from(start: str, onwards: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        node = ahead.pop()
        if node not in seen:
            seen.add(node)
            ahead += onwards.get(node, set())
    return seen


def covered(scenario: Scenario, policy: Policy, scoring: Scoring) -> frozenset[str]:
    """The rules (POLICY ids) that a scenario practises: those of the checks that apply, and those that it declares."""
    judged = _judged(scenario, policy, scoring)
    return frozenset(scenario.covers).union(mark.rule for mark in judged)


def _judged(scenario: Scenario, policy: Policy, scoring: Scoring) -> tuple[Mark, ...]:
    """The checks that apply, as they are before anything was done."""
    return assess(scenario, (), {}, {}, {}, policy, "", scoring).marks


class _Remembering(Guidance):
    """Looks each text over once: the same few are written in every run of a scenario, and nobody's are real."""

    def __init__(self, packs: Path | None, policy: Policy) -> None:
        super().__init__(packs, policy)
        self._pieces: dict[tuple[str, tuple[str, ...]], tuple[Personal, ...]] = {}
        self._masked: dict[tuple[str, tuple[str, ...]], str] = {}
        self._findings: dict[tuple[str, Situation], tuple[Finding, ...]] = {}

    def findings(self, ticket: Ticket, text: str, now: datetime, outcome: str = "") -> tuple[Finding, ...]:
        here = situation(ticket, self._policy, now, outcome)
        key = (text, replace(here, now=_ANY))  # the hour changes nothing about a text
        if key not in self._findings:
            self._findings[key] = super().findings(ticket, text, now, outcome)
        return self._findings[key]

    def _found(self, text: str, customer: Customer) -> tuple[Personal, ...]:
        key = (text, regions_of(customer))
        if key not in self._pieces:
            self._pieces[key] = super()._found(text, customer)
        return self._pieces[key]

    def mask_for(self, customer: Customer) -> Callable[[str], str]:
        mask, regions = super().mask_for(customer), regions_of(customer)

        def remembered(text: str) -> str:
            if (text, regions) not in self._masked:
                self._masked[text, regions] = mask(text)
            return self._masked[text, regions]

        return remembered


Begin = Callable[[int], Exercise]
"""Begins a run with a seed."""


def beginning(policy: Policy, packs: Path | None, trainee: str, zone: str) -> Callable[[Scenario], Begin]:
    """What begins runs of a scenario; the company's packs are read once for all scenarios and runs."""
    guidance, scoring, mode = _Remembering(packs, policy), load_scoring(packs, []), "rehearse"
    rules = load_modes(packs, [])[mode]

    def of(scenario: Scenario) -> Begin:
        return lambda seed: Exercise(
            scenario, mode, rules, seed, policy, packs, trainee, zone, guidance, scoring
        )

    return of


def model_points(begin: Begin, seed: int = 1) -> int:
    """What a model agent reaches. Raises Stuck when it can't come to the end."""
    exercise = begin(seed)
    try:
        with exercise.training.desk.repository.transaction():  # one commit: nobody else reads this store
            ModelAgent(exercise.training).play()
        return exercise.assessment().score
    finally:
        exercise.close()


def at_random(begin: Begin, seed: int) -> Exercise:
    """A run in which somebody did this and that; its caller closes it."""
    exercise = begin(seed)
    chance = random.Random(seed)  # noqa: S311
    agent = _Random(exercise, chance)
    with exercise.training.desk.repository.transaction():  # as above
        for _ in range(_STEPS):
            if exercise.training.over:
                break
            agent.step()
    return exercise


class _Random(ModelAgent):
    """Often does what is right, often something else, and often nothing."""

    def __init__(self, exercise: Exercise, chance: random.Random) -> None:
        super().__init__(exercise.training)
        self._chance = chance

    def step(self) -> None:
        """One thing, or some time."""
        chance = self._chance
        personas = self._in_order()
        if not personas or chance.random() < 0.25:
            if chance.random() < 0.5 or not self.training.skip():
                self._let_pass(chance.choice(_A_WHILE))
            return
        persona = chance.choice(personas)
        try:
            if chance.random() < 0.6:
                self._turn(persona)
            else:
                self._something(persona, self.desk.ticket(self._standing(persona).ticket))
        except (Refusal, DeskError, Stuck):  # what the desk refuses has not happened
            return

    def _in_order(self) -> list[Persona]:
        """Everybody who made contact: chance takes one of them, so that what is urgent need not be found out."""
        personas = self.training.scenario.personas.items()
        return [persona for name, persona in personas if self.training.ticket_of(name)]

    def _something(self, persona: Persona, ticket: Ticket) -> None:
        chance = self._chance
        said = [
            *persona.models.values(),
            *(each for node in persona.nodes.values() for each in node.models.values()),
        ]
        text = (
            chance.choice(said).line.text
            if said and chance.random() < 0.7
            else chance.choice(("ok", "?", "…", "Hello"))
        )
        deed, given = chance.choice(
            (
                (
                    "reply",
                    {"text": text, "outcome": chance.choice(("solves", "asks", "apologises", "proposes"))},
                ),
                ("reply", {"text": text, "because": "a trial"}),
                ("note", {"text": text}),
                ("take", {}),
                ("release", {}),
                ("wait", {}),
                ("complain", {}),
                ("report", {"text": text}),
                ("record", {"text": text, "wanted": text}),
                ("accept", {"accepted": chance.choice(("yes", "no"))}),
                ("carry_out", {"text": text}),
                ("revisit", {"revisit": chance.choice(("reached", "not_reached", "still_unsolved"))}),
                ("close", {"satisfaction": "neutral", "suggestions": text}),
                ("classify", {"verified": "yes", "type": persona.type, "level": str(chance.randint(1, 3))}),
                ("snooze", {"until": "2h"}),
                ("resume", {}),
                ("resolve", {"result": text, "satisfaction": "asked", "summary": text, "care": text}),
                ("reopen", {"reason": text}),
            )
        )
        self._act(ticket, deed, **given)
