"""The tables of a scenario file, as authors write them: `packs.scenario` says what each field means.

Durations and patterns are still text here; `packs.scenarios` makes values of them.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from agent_tui.domain.casework import Stage
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.ticket import Satisfaction
from agent_tui.packs.scenario import START, Character, Difficulty, EventKind


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Line(_Strict, frozen=True, kw_only=True):
    """Something somebody writes; its meaning in the reader's own language may be left out."""

    text: str
    gloss: Names = {}


class When(_Strict, frozen=True, kw_only=True):
    """What an edge asks for."""

    did: str = ""
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    says: str = ""
    omits: str = ""
    asked: str = ""
    silence: str = ""
    within: str = ""
    mood: int | None = None
    below: int | None = None
    level: int | None = None
    stage: Stage | None = None


class Edge(_Strict, frozen=True, kw_only=True):
    """A way on from a node."""

    when: When = When()
    goto: str = START
    says: Line | None = None
    after: str = ""
    mood: int = 0
    waits: bool = True


class Model(_Strict, frozen=True, kw_only=True):
    """A good answer."""

    text: str
    gloss: Names = {}
    outcome: str = "solves"
    promise: str = ""
    direction: str = ""


class Node(_Strict, frozen=True, kw_only=True):
    """A point of a conversation."""

    edges: tuple[Edge, ...] = ()
    models: dict[str, Model] = {}
    accepts: bool | None = None
    unsolved: bool = False


class Fact(_Strict, frozen=True, kw_only=True):
    """What is told only when asked."""

    id: str
    asked: str
    line: Line
    needed: bool = True


class Right(_Strict, frozen=True, kw_only=True):
    """What is right to do for a persona."""

    type: str
    level: int
    urgent: bool = False
    complaint: bool = False
    answers: dict[str, str] = {}
    product: str = ""
    deadline: str = ""
    restated: str
    remedy: str
    hint: str = ""
    festival: str = ""
    departments: tuple[str, ...] = ()
    risk: bool = False
    repeat: str = ""
    consent: bool = False
    result: str
    summary: str
    root_cause: str = ""
    improvement: str = ""
    detail: str = ""
    wanted: str = ""
    brief: str = ""
    care: str = ""
    suggestions: str = ""
    satisfaction: Satisfaction = Satisfaction.SATISFIED
    recourse: str = ""


class Persona(_Strict, frozen=True, kw_only=True):
    """A customer."""

    name: str
    market: str
    language: str
    time_zone: str = ""
    email: str = ""
    phone: str = ""
    handle: str = ""
    wishes: str = ""
    channel: str
    character: Character
    subject: str
    opening: Line
    reminder: Line
    at: str = ""
    pace: str = ""
    patience: str = ""
    facts: tuple[Fact, ...] = ()
    nodes: dict[str, Node]
    models: dict[str, Model] = {}
    right: Right


class Colleague(_Strict, frozen=True, kw_only=True):
    """Somebody who acts in a role."""

    name: str
    role: str
    after: str
    finding: str = ""
    plan: str = ""
    complex: bool = False
    departments: tuple[str, ...] = ()
    revised: str = ""
    persona: str = ""
    again: bool = False


class Adviser(_Strict, frozen=True, kw_only=True):
    """A department's answer."""

    department: str
    name: str
    after: str
    answer: str
    persona: str = ""


class Event(_Strict, frozen=True, kw_only=True):
    """Something on the clock."""

    at: str
    kind: EventKind
    persona: str = ""
    by: str = ""
    line: Names = {}


class Scenario(_Strict, frozen=True, kw_only=True):
    """A whole file."""

    version: int
    title: Names
    brief: Names
    difficulty: Difficulty
    begins: datetime
    limit: str
    drills: tuple[str, ...]
    personas: dict[str, Persona]
    colleagues: tuple[Colleague, ...] = ()
    advisers: tuple[Adviser, ...] = ()
    events: tuple[Event, ...] = ()
    covers: tuple[str, ...] = ()


class Pace(_Strict, frozen=True, kw_only=True):
    """An entry of `_paces.toml`."""

    pace: str
    patience: str
