"""Looking over a scenario as its author does: what can't be reached, what leads nowhere, what is missing.

`faults` reads the scenario alone; `model_points` and `at_random` play it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Container, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec

from agent_tui.desk.errors import DeskError
from agent_tui.desk.guiding import Guidance
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.policy import Policy
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket
from agent_tui.packs.scenario import END, START, Persona, Scenario
from agent_tui.packs.scoring import Scoring, load_modes, load_scoring
from agent_tui.practice.assessor import assess
from agent_tui.practice.exercise import Exercise
from agent_tui.practice.model_agent import ModelAgent, Stuck

GOOD = 95
"""What a model agent has to reach."""
_STEPS = 60  # of an agent that acts at random
_A_WHILE = (timedelta(seconds=20), timedelta(minutes=4), timedelta(hours=2), timedelta(hours=20))


class Fault(msgspec.Struct, frozen=True):
    """Something an author has to mend, in words."""

    told: Told


def faults(scenario: Scenario, policy: Policy) -> Iterator[Fault]:
    """What is wrong with a scenario by its own words."""
    for persona in scenario.personas.values():
        yield from _words(persona, policy)
        yield from _graph(persona)
    if any(
        each.complaint and scenario.colleague("supervisor", each.id) is None
        for each in scenario.personas.values()
    ):
        yield Fault(Told(N_("a complaint needs a colleague who is supervisor")))
    for persona in scenario.personas.values():
        for department in persona.departments:
            if scenario.adviser(department, persona.id) is None:
                yield Fault(Told(N_("nobody answers for the department {word}"), {"word": department}))


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
    judged = assess(scenario, (), {}, {}, {}, policy, "", scoring)
    return frozenset(scenario.covers).union(mark.rule for mark in judged.marks)


Begin = Callable[[int], Exercise]
"""Begins a run with a seed."""


def beginning(policy: Policy, packs: Path | None, trainee: str, zone: str) -> Callable[[Scenario], Begin]:
    """What begins runs of a scenario; the company's packs are read once for all scenarios and runs."""
    guidance, scoring, mode = Guidance(packs, policy), load_scoring(packs, []), "rehearse"
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
        ModelAgent(exercise.training).play()
        return exercise.assessment().score
    finally:
        exercise.close()


def at_random(begin: Begin, seed: int) -> Exercise:
    """A run in which somebody did this and that; its caller closes it."""
    exercise = begin(seed)
    chance = random.Random(seed)  # noqa: S311
    agent = _Random(exercise, chance)
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
