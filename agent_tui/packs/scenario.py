"""Scenarios as values: who writes, what they know, how they answer, and what a good agent does (POLICY Q3).

`packs.scenarios` makes them of the files in `scenarios/`.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from agent_tui.domain.casework import Stage
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.ticket import Customer, Satisfaction

START = "start"
"""The node in which every customer begins."""

END = "end"
"""Where a customer has nothing more to say."""

AGENT = "{agent}"
"""Stands for the name of the agent who plays, in what customers write and in good answers."""


class Character(StrEnum):
    """How a customer talks."""

    DIRECT = "direct"
    HINTING = "hinting"  # of a high-context culture: what is meant is not said (POLICY E4)
    ANGRY = "angry"
    POLITE = "polite"


class Difficulty(StrEnum):
    """How much a scenario asks of a trainee."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Line(msgspec.Struct, frozen=True):
    """Something a simulated person writes, and what it means in the languages of the interface; may hold `AGENT`."""

    text: str
    gloss: Names


class When(msgspec.Struct, frozen=True, omit_defaults=True):
    """What makes a customer answer; everything that is set has to hold.

    `did` is an action as `domain.complaints.event_of` names it, `reply` standing for every reply; `lacks` and `has` are
    acts of speech (`apology`, `direction`, `deadline`, `follow_up`) or codes of findings in what was written; `says` is
    found in the text; `asked` is a fact that was asked for, or told unasked; `silence` is how long nobody answered;
    `within` is the longest time since the customer wrote last; `mood` is the least mood; `level` what the ticket was
    classified as; `stage` where its complaint stands after that: a reply in `revisit` is one to the resolved ticket.
    """

    did: str = ""
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    says: re.Pattern[str] | None = None
    omits: re.Pattern[str] | None = None
    asked: str = ""
    silence: timedelta | None = None
    within: timedelta | None = None
    mood: int | None = None
    below: int | None = None  # the mood is lower
    level: int | None = None
    stage: Stage | None = None


class Edge(msgspec.Struct, frozen=True):
    """One way on from a node: when it is gone, what is said then, how long after, and where it leads."""

    when: When
    goto: str
    says: Line | None = None
    after: timedelta | None = None  # the character's own pace when None
    mood: int = 0  # what is added to it
    waits: bool = True  # for an answer to what was said


class Model(msgspec.Struct, frozen=True):
    """A good answer. `outcome` is what the reply does; of `unsolved`, `promise` is the deadline from then on."""

    line: Line
    outcome: str = "solves"
    promise: timedelta | None = None
    direction: str = (
        ""  # of the solution, in the words of the reply, where the market asks for it (POLICY C10)
    )


class Node(msgspec.Struct, frozen=True):
    """A point of a conversation, with the answers that are good just there (see `Persona.models`).

    `accepts` is what the customer said to the plan, once here; `unsolved` that the revisit found the problem again.
    """

    id: str
    edges: tuple[Edge, ...]
    models: dict[str, Model] = {}
    accepts: bool | None = None
    unsolved: bool = False


class Fact(msgspec.Struct, frozen=True):
    """What a customer tells only when asked; `needed` says that nothing is solved without it."""

    id: str
    asked: re.Pattern[str]
    line: Line
    needed: bool = True


class Persona(msgspec.Struct, frozen=True):
    """A simulated customer, and what is right to do for them."""

    id: str
    customer: Customer
    channel: str
    character: Character
    subject: str
    opening: Line
    at: timedelta  # from the beginning of the run
    pace: timedelta  # how long they take to answer
    patience: timedelta  # then they write again
    reminder: Line
    nodes: dict[str, Node]
    models: dict[str, Model]
    """What a good agent writes, by the id of the next step: `apologise`, `reply`, `tell`, `resolve`, `revisit` …"""
    facts: tuple[Fact, ...]
    # what is right
    type: str
    level: int
    urgent: bool
    complaint: bool
    answers: dict[str, str]  # to the questions of the assessment
    product: str
    deadline: timedelta | None  # of level 4
    restated: re.Pattern[str]  # the issue in the agent's words
    remedy: re.Pattern[str]  # the solution in the agent's words
    hint: re.Pattern[str] | None  # what was meant and not said (POLICY E4)
    festival: re.Pattern[str] | None  # a greeting that is due (POLICY E3)
    departments: tuple[str, ...]  # that have to be asked (POLICY P3)
    risk: bool  # compliance/risk hears of it first (POLICY C9, T7)
    repeat: str  # another persona of the same group, or of the same customer (POLICY C9)
    consent: bool  # personal data is taken down, so that consent is asked for (POLICY T5)
    result: str
    summary: str
    root_cause: str
    improvement: str
    detail: str  # the complaint, recorded (POLICY C2)
    wanted: str
    brief: str  # to the supervisor (POLICY C3)
    care: str  # the care phrase (POLICY C10)
    suggestions: str  # the customer's, at the revisit (POLICY C8)
    satisfaction: Satisfaction  # the customer's in the end, when asked (POLICY H2, C8)
    recourse: str  # where to turn to, when no plan is accepted

    def model(self, node: str, step: str) -> Model | None:
        """A good answer where the customer stands, for the next step of the policy."""
        here = self.nodes.get(node)
        return (here.models.get(step) if here is not None else None) or self.models.get(step)

    def answered(self, node: str) -> bool | None:
        """What the customer said to the newest plan, once at a node; None where they said nothing on some way there."""
        seen: set[str] = set()
        ahead, said = [node], set[bool]()
        while ahead:
            name = ahead.pop()
            here = self.nodes.get(name)
            if here is not None and here.accepts is not None:
                said.add(here.accepts)
            elif name == START:
                return None
            elif name not in seen:
                seen.add(name)
                ahead += [
                    each.id for each in self.nodes.values() if any(edge.goto == name for edge in each.edges)
                ]
        return said.pop() if len(said) == 1 else None


class Colleague(msgspec.Struct, frozen=True):
    """Somebody who answers in a role: a supervisor who verifies, a team lead who plans.

    `persona` is whose case it is about, everybody's when empty; `again` that the revisit found the problem again.
    """

    name: str
    role: str
    after: timedelta
    finding: str = ""
    plan: str = ""
    complex: bool = False
    departments: tuple[str, ...] = ()
    revised: str = ""  # the plan after one was declined
    persona: str = ""
    again: bool = False


class Adviser(msgspec.Struct, frozen=True):
    """A department and its answer. `persona` is whose case it is about, everybody's when empty."""

    department: str
    name: str
    after: timedelta
    answer: str
    persona: str = ""


class EventKind(StrEnum):
    """What happens by the clock, whatever the agent does."""

    TAKEN = "taken"  # a colleague takes the ticket, and gives it back
    NOTE = "note"  # a colleague writes a note
    HANDED = "handed"  # a colleague hands the ticket over
    TOLD = "told"  # something is told to the trainee


class Event(msgspec.Struct, frozen=True):
    """Something on the clock: when (from the beginning of the run), to whose ticket, and what is said."""

    at: timedelta
    kind: EventKind
    persona: str = ""
    by: str = ""
    line: Names = {}


class Scenario(msgspec.Struct, frozen=True):
    """One exercise. `version` counts up when what is asked of the trainee changes."""

    id: str
    version: int
    title: Names
    brief: Names
    difficulty: Difficulty
    begins: datetime
    limit: timedelta  # of a timed run
    personas: dict[str, Persona]
    colleagues: tuple[Colleague, ...]
    advisers: tuple[Adviser, ...]
    events: tuple[Event, ...]
    drills: tuple[str, ...]  # topics of the theory that go with it
    covers: tuple[
        str, ...
    ] = ()  # rules (POLICY ids) that it practises and no check of the assessor stands for

    def colleague(self, role: str, persona: str = "", again: bool = False) -> Colleague | None:
        """Who acts in a role on a persona's case; the entry that was written just for it comes first."""
        fit = [
            each
            for each in self.colleagues
            if each.role == role and each.persona in ("", persona) and each.again <= again
        ]
        return max(fit, key=lambda each: (each.persona != "", each.again), default=None)

    def adviser(self, department: str, persona: str = "") -> Adviser | None:
        """Who answers for a department on a persona's case; the entry that was written just for it comes first."""
        fit = [
            each for each in self.advisers if each.department == department and each.persona in ("", persona)
        ]
        return max(fit, key=lambda each: each.persona != "", default=None)


def lines(scenario: Scenario) -> tuple[Line, ...]:
    """Everything that a simulated customer may write."""
    found: list[Line] = []
    for persona in scenario.personas.values():
        found += [persona.opening, persona.reminder, *(fact.line for fact in persona.facts)]
        found += [
            edge.says for node in persona.nodes.values() for edge in node.edges if edge.says is not None
        ]
    return tuple(found)


def played_by(scenario: Scenario, agent: str) -> Scenario:
    """The scenario with the name of the agent who plays in every text that has a place for it."""

    def line(told: Line) -> Line:
        if AGENT not in told.text and not any(AGENT in text for text in told.gloss.values()):
            return told
        gloss = {language: text.replace(AGENT, agent) for language, text in told.gloss.items()}
        return Line(told.text.replace(AGENT, agent), gloss)

    def models(known: dict[str, Model]) -> dict[str, Model]:
        return {
            step: replace(each, line=line(each.line), direction=each.direction.replace(AGENT, agent))
            for step, each in known.items()
        }

    def node(each: Node) -> Node:
        edges = tuple(
            replace(edge, says=line(edge.says)) if edge.says is not None else edge for edge in each.edges
        )
        return replace(each, edges=edges, models=models(each.models))

    def persona(each: Persona) -> Persona:
        return replace(
            each,
            opening=line(each.opening),
            reminder=line(each.reminder),
            facts=tuple(replace(fact, line=line(fact.line)) for fact in each.facts),
            nodes={name: node(one) for name, one in each.nodes.items()},
            models=models(each.models),
        )

    return replace(scenario, personas={name: persona(each) for name, each in scenario.personas.items()})
