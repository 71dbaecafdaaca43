"""The simulated world: what customers and colleagues do next, given what the agent did and wrote.

A `World` is a plain value that can be kept as JSON; every function here returns a new one. Nothing happens in it by
itself: what is due stands in `due`, and whoever runs it takes the next one at its moment with `step`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from agent_tui.domain.casework import Stage
from agent_tui.packs.scenario import END, START, Edge, Fact, Line, Persona, Scenario, When

MOODS = 5
"""The best mood; the worst is 0."""

_BEGIN_MOOD = {"direct": 3, "hinting": 3, "angry": 1, "polite": 4}
_REMINDERS = 2  # how often somebody who gets no answer writes again, or says the same
_PASSED_OVER = 2  # answers that ask for nothing, after which a customer tells unasked what is missing
_INSISTING = 2  # answers that don't satisfy, after which a customer takes what there is
_PICKED_UP = timedelta(seconds=2)  # from the receiver to the first word


class Kind(StrEnum):
    """What happens in the world."""

    OPEN = "open"  # a customer makes contact
    SAY = "say"  # a customer writes
    PICK_UP = "pick_up"  # the telephone says that somebody answered the call
    SILENCE = "silence"  # perhaps nobody answered for long: `step` looks
    VERIFY = "verify"  # a supervisor verifies (POLICY C4)
    PLAN = "plan"  # the team lead makes a special plan (POLICY C5)
    ADVISE = "advise"  # a department answers (POLICY P3)
    EVENT = "event"  # what the scenario has on its clock


class Due(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that will happen at a moment. `order` keeps what falls on the same moment in its order."""

    at: datetime
    order: int
    kind: Kind
    persona: str = ""
    text: str = ""
    who: str = ""  # a department
    place: int = 0  # of an event in the scenario, or of an edge in its node
    node: str = ""  # of SILENCE: where the customer was
    since: datetime | None = None  # of SILENCE: since when the customer waited
    idle: bool = False  # of SAY: nothing has to be answered


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one customer stands. `waits` is since when nobody answered."""

    node: str = START
    mood: int = 3
    ticket: int = 0
    told: tuple[str, ...] = ()  # facts that were asked for
    offered: tuple[str, ...] = ()  # facts told unasked
    passed: int = 0  # answers in a row, here, that asked for nothing
    insisted: int = 0  # answers, here, after which the customer said something and stayed
    waits: datetime | None = None
    spoke: datetime | None = None
    reminded: int = 0
    urged: int = 0  # how often a silence was broken where the customer stays
    declined: int = 0
    again: bool = False  # the revisit found the problem again


class World(msgspec.Struct, frozen=True):
    """Everything that is so in a run, besides the tickets themselves."""

    standings: dict[str, Standing]
    due: tuple[Due, ...] = ()
    count: int = 0

    def persona_of(self, ticket: int) -> str:
        """Whose ticket it is; empty for another one."""
        return next((name for name, each in self.standings.items() if each.ticket == ticket), "")


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody other than the customer did on a ticket, as the world hears of it.

    `event` is that of `domain.complaints.event_of`, `holds` what was found in the text: acts of speech and codes of
    findings. `department` is the one that was asked, `accepted` the answer to a plan.
    """

    persona: str
    event: str
    at: datetime
    holds: frozenset[str] = frozenset()
    text: str = ""
    level: int | None = None
    department: str = ""
    accepted: bool = True
    unsolved: bool = False  # a revisit that found the problem again
    to: str = ""  # the role it was handed up to
    stage: Stage | None = None  # of the complaint, after that


def begin(scenario: Scenario) -> World:
    """The world before anything happened."""
    standings = {
        name: Standing(mood=_BEGIN_MOOD[persona.character.value])
        for name, persona in scenario.personas.items()
    }
    world = World(standings)
    for name, persona in scenario.personas.items():
        world = _plan(world, scenario.begins + persona.at, Kind.OPEN, persona=name)
    for place, event in enumerate(scenario.events):
        world = _plan(world, scenario.begins + event.at, Kind.EVENT, persona=event.persona, place=place)
    return world


def opened(world: World, scenario: Scenario, persona: str, ticket: int, at: datetime) -> World:
    """After a customer made contact, with the number that the ticket got."""
    world = _with(
        world, persona, replace(world.standings[persona], ticket=ticket, node=START, waits=at, spoke=at)
    )
    return _watch(world, scenario, persona, at)


def step(world: World, scenario: Scenario, now: datetime) -> tuple[World, Due | None]:
    """Take the next thing that is due at `now` or before; None when there is nothing.

    What is returned has to be done at its own moment; of a silence only what comes of it is returned.
    """
    while world.due and world.due[0].at <= now:
        first, rest = world.due[0], world.due[1:]
        world = replace(world, due=rest)
        if first.kind is not Kind.SILENCE:
            return _began(world, scenario, first), first
        world, said = _silence(world, scenario, first)
        if said is not None:
            return _began(world, scenario, said), said
    return world, None


def is_answering(world: World, persona: str) -> bool:
    """Whether a customer is about to write."""
    return any(each.kind is Kind.SAY and each.persona == persona for each in world.due)


def next_moment(world: World) -> datetime | None:
    """When something is due next."""
    return world.due[0].at if world.due else None


def heard(world: World, scenario: Scenario, done: Done) -> World:
    """After somebody did something on a customer's ticket: what the customer and the colleagues make of it."""
    persona = scenario.personas.get(done.persona)
    if persona is None:
        return world
    world = _colleagues(world, scenario, done)
    standing = world.standings[done.persona]
    if done.event == "take" and _is_ringing(persona, standing):
        world = _with(world, done.persona, replace(standing, reminded=_REMINDERS, waits=done.at))
        world = _plan(world, done.at, Kind.PICK_UP, persona=done.persona)
        return _plan(world, done.at + _PICKED_UP, Kind.SAY, persona=done.persona, text=persona.opening.text)
    replied = done.event.startswith("reply")
    known = standing.told
    said: list[Line] = []
    if replied:
        standing = replace(standing, waits=None, reminded=0, urged=0)
        asked = [
            fact for fact in persona.facts if fact.id not in standing.told and fact.asked.search(done.text)
        ]
        said += [fact.line for fact in asked]
        standing = replace(standing, told=(*standing.told, *(fact.id for fact in asked)))
        standing = replace(standing, passed=0 if asked else standing.passed + 1)
        offered = _offered(persona, standing)
        said += [fact.line for fact in offered]
        standing = replace(standing, offered=(*standing.offered, *(fact.id for fact in offered)))
    found = _edge(persona, standing, done)
    after = _pace(persona, None)
    if found is not None:
        stays = found.goto == standing.node
        standing = replace(
            standing,
            node=found.goto,
            mood=max(0, min(MOODS, standing.mood + found.mood)),
            passed=standing.passed if stays else 0,
            insisted=standing.insisted + (replied and found.says is not None) if stays else 0,
        )
        if found.goto == END:  # who has nothing more to say waits for nothing
            standing = replace(standing, waits=None)
        after = _pace(persona, found)
        said = [found.says, *said] if found.says is not None else said
        if not said and found.when.asked in known:  # what the way on waited for was asked for once more
            said = [fact.line for fact in persona.facts if fact.id == found.when.asked]
    world = _with(world, done.persona, standing)
    if said:
        text = "\n\n".join(line.text for line in said)
        idle = found is not None and not found.waits and len(said) == 1
        world = _plan(world, done.at + after, Kind.SAY, persona=done.persona, text=text, idle=idle)
    if found is not None:
        world = _watch(world, scenario, done.persona, done.at)
    return world


def glosses(scenario: Scenario, text: str, language: str) -> str:
    """What a simulated customer's words mean, in a language of the interface; empty for other words."""
    found: list[str] = []
    for persona in scenario.personas.values():
        known = [persona.opening, persona.reminder, *(fact.line for fact in persona.facts)]
        known += [
            edge.says for node in persona.nodes.values() for edge in node.edges if edge.says is not None
        ]
        by_text = {line.text: line for line in known}
        parts = [by_text.get(part) for part in text.split("\n\n")]
        whole = by_text.get(text)
        lines = [whole] if whole is not None else parts
        if all(lines):
            found = [line.gloss.get(language, line.gloss["en"]) for line in lines if line is not None]
            break
    return "\n\n".join(found)


def is_over(world: World, scenario: Scenario) -> bool:
    """Whether every customer has said all, and nothing more will happen."""
    ended = all(each.ticket and each.node == END and each.waits is None for each in world.standings.values())
    return ended and not any(each.kind in (Kind.OPEN, Kind.SAY, Kind.EVENT) for each in world.due)


def _colleagues(world: World, scenario: Scenario, done: Done) -> World:
    """Whom an action sets to work."""
    if done.unsolved:
        standing = world.standings[done.persona]
        world = _with(world, done.persona, replace(standing, again=True))
    again = world.standings[done.persona].again
    supervisor = scenario.colleague("supervisor", done.persona, again)
    lead = scenario.colleague("lead", done.persona, again)
    match done.event:
        case "report" | "reopen" | "revisit" if supervisor is not None and (
            done.event != "revisit" or done.unsolved
        ):
            return _plan(world, done.at + supervisor.after, Kind.VERIFY, persona=done.persona)
        case "verify" if lead is not None and "complex" in done.holds:
            return _plan(world, done.at + lead.after, Kind.PLAN, persona=done.persona)
        case "accept" if not done.accepted:
            standing = world.standings[done.persona]
            world = _with(world, done.persona, replace(standing, declined=standing.declined + 1))
            planner = (
                lead if lead is not None and supervisor is not None and supervisor.complex else supervisor
            )
            if planner is not None:
                kind = Kind.PLAN if planner is lead else Kind.VERIFY
                return _plan(world, done.at + planner.after, kind, persona=done.persona)
        case "dispatch":
            adviser = scenario.adviser(done.department, done.persona)
            if adviser is not None:
                return _plan(
                    world, done.at + adviser.after, Kind.ADVISE, persona=done.persona, who=done.department
                )
    return world


def _offered(persona: Persona, standing: Standing) -> list[Fact]:
    """What the customer tells unasked: what the way on from here waits for, once nobody asks for it."""
    node = persona.nodes.get(standing.node)
    known = {*standing.told, *standing.offered}
    awaited = {edge.when.asked for edge in node.edges} - known if node is not None else set()
    if standing.passed < _PASSED_OVER:
        return []
    return [fact for fact in persona.facts if fact.id in awaited]


def _edge(persona: Persona, standing: Standing, done: Done) -> Edge | None:
    """The first edge whose condition holds; who has insisted often enough takes one that leads on, if there is any."""
    node = persona.nodes.get(standing.node)
    edges = [edge for edge in node.edges if _holds(edge.when, standing, done)] if node is not None else []
    onwards = [edge for edge in edges if edge.goto != standing.node]
    if standing.insisted >= _INSISTING and done.event.startswith("reply") and onwards:
        return onwards[0]
    return next(iter(edges), None)


def _holds(when: When, standing: Standing, done: Done) -> bool:
    if when.silence is not None or not _did(when.did, done):
        return False
    late = when.within is not None and standing.spoke is not None and done.at - standing.spoke > when.within
    return (
        not late
        and done.holds.issuperset(when.has)
        and done.holds.isdisjoint(when.lacks)
        and (when.says is None or when.says.search(done.text) is not None)
        and (when.omits is None or when.omits.search(done.text) is None)
        and (not when.asked or when.asked in standing.told or when.asked in standing.offered)
        and (when.mood is None or standing.mood >= when.mood)
        and (when.below is None or standing.mood < when.below)
        and (when.level is None or done.level == when.level)
        and (when.stage is None or done.stage is when.stage)
    )


def _did(wanted: str, done: Done) -> bool:
    return not wanted or done.event == wanted or (wanted == "reply" and done.event.startswith("reply:"))


def _watch(world: World, scenario: Scenario, name: str, at: datetime) -> World:
    """Look again when this customer has waited long enough for something to follow."""
    persona, standing = scenario.personas[name], world.standings[name]
    node = persona.nodes.get(standing.node)
    for place, edge in enumerate(node.edges if node is not None else ()):
        if edge.when.silence is not None:
            world = _plan(
                world,
                at + edge.when.silence,
                Kind.SILENCE,
                persona=name,
                place=place,
                node=standing.node,
                since=standing.waits,
            )
    if standing.waits is not None:
        world = _plan(
            world,
            at + persona.patience,
            Kind.SILENCE,
            persona=name,
            place=-1,
            node=standing.node,
            since=standing.waits,
        )
    return world


def _silence(world: World, scenario: Scenario, due: Due) -> tuple[World, Due | None]:
    """What comes of a silence, if it still lasts."""
    persona, standing = scenario.personas[due.persona], world.standings[due.persona]
    if standing.node != due.node or standing.waits != due.since:
        return world, None
    if due.place >= 0:
        edge = persona.nodes[due.node].edges[due.place]
        if edge.goto == due.node:
            if standing.urged >= _REMINDERS:
                return world, None
            standing = replace(standing, urged=standing.urged + 1)
        mood = max(0, min(MOODS, standing.mood + edge.mood))
        waits = standing.waits if edge.goto != END else None  # who has nothing more to say waits for nothing
        world = _with(world, due.persona, replace(standing, node=edge.goto, mood=mood, waits=waits))
        if edge.says is None:
            return _watch(world, scenario, due.persona, due.at), None
        return world, replace(due, kind=Kind.SAY, text=edge.says.text, idle=not edge.waits)
    if standing.reminded >= _REMINDERS or due.since is None:
        return world, None
    world = _with(
        world, due.persona, replace(standing, reminded=standing.reminded + 1, mood=max(0, standing.mood - 1))
    )
    return world, replace(due, kind=Kind.SAY, text=persona.reminder.text)


def _began(world: World, scenario: Scenario, due: Due) -> World:
    """After a customer spoke: since when there is something to answer."""
    if due.kind is not Kind.SAY:
        return world
    standing = world.standings[due.persona]
    waits = standing.waits if due.idle or standing.node == END else standing.waits or due.at
    world = _with(world, due.persona, replace(standing, waits=waits, spoke=due.at))
    return _watch(world, scenario, due.persona, due.at)


def _is_ringing(persona: Persona, standing: Standing) -> bool:
    return (
        persona.channel == "phone" and standing.node == START and not standing.told and bool(standing.waits)
    )


def _pace(persona: Persona, edge: Edge | None) -> timedelta:
    return edge.after if edge is not None and edge.after is not None else persona.pace


def _plan(world: World, at: datetime, kind: Kind, **more: object) -> World:
    due = msgspec.convert({"at": at, "order": world.count, "kind": kind, **more}, Due)
    queue = sorted((*world.due, due), key=lambda each: (each.at, each.order))
    return replace(world, due=tuple(queue), count=world.count + 1)


def _with(world: World, persona: str, standing: Standing) -> World:
    return replace(world, standings={**world.standings, persona: standing})
