"""Runs of scenarios for tests: by a model agent, by one who breaks a rule, and what each was worth."""

from __future__ import annotations

from functools import cache

import msgspec

from agent_tui.packs.policies import load_policy
from agent_tui.packs.scenario import Scenario
from agent_tui.packs.scenarios import Scenarios
from agent_tui.packs.scoring import load_modes, load_scoring
from agent_tui.practice.assessor import Assessment, Mark, assess
from agent_tui.practice.exercise import Exercise
from agent_tui.practice.model_agent import ModelAgent, Stuck
from tests.practice.mistakes import MISTAKES, Saying, examples

SHIPPED = Scenarios()
POLICY, _problems = load_policy(None)
SCORING = load_scoring(None, [])
TRAINEE, ZONE = "Alex", "Europe/London"


def scenario(name: str) -> Scenario:
    """A shipped scenario."""
    found = SHIPPED.get(name)
    assert found is not None
    return found


def begun(found: Scenario, seed: int = 1) -> Exercise:
    """A run that has just begun, at the real pace."""
    rules = load_modes(None, [])["rehearse"]
    return Exercise(found, "rehearse", rules, seed, POLICY, None, TRAINEE, ZONE)


def journal(exercise: Exercise) -> bytes:
    """Everything that was done in a run, as it is kept."""
    actions = [entry.action for entry in exercise.training.desk.journal()]
    return msgspec.json.encode(actions)


def blank(found: Scenario) -> Assessment:
    """What a run is worth in which nothing was done: every check that applies, unmet where it takes a deed."""
    return assess(found, (), {}, {}, {}, POLICY, TRAINEE, SCORING)


@cache
def by_model(name: str) -> tuple[Assessment, str]:
    """What a model agent's run is worth, and where it got stuck; empty where it didn't."""
    exercise = begun(scenario(name))
    try:
        stuck = _played(ModelAgent(exercise.training))
        return exercise.assessment(), stuck
    finally:
        exercise.close()


def _played(agent: ModelAgent) -> str:
    """Where it got stuck."""
    with agent.desk.repository.transaction():  # one commit: nobody else reads this store
        try:
            agent.play()
        except Stuck as stuck:
            return str(stuck)
    return ""


class Outcome(msgspec.Struct, frozen=True):
    """What came of a mistake: whose cases it was made on, and what a model agent has that this one hasn't."""

    broken: frozenset[str]
    due: frozenset[tuple[str, str]]  # persona, check: what has to be lost
    lost: frozenset[tuple[str, str]]
    strange: frozenset[tuple[str, str]]  # what is lost and belongs to another rule
    points: int  # that were lost
    worth: int  # of the checks that were lost
    free: frozenset[str]  # checks that were failed and cost nothing
    errors: frozenset[str]
    stuck: str

    def is_exact(self, error: str) -> bool:
        """Whether exactly the points of its checks were lost, where it was made, with this error and no other."""
        right = bool(self.broken) and self.due <= self.lost and not self.strange and not self.free
        return (
            right
            and self.points == self.worth
            and not self.stuck
            and self.errors == frozenset({error} - {""})
        )


def by_mistake(name: str, mistake: str) -> Outcome:
    """Play a scenario with one mistake, beside a model agent's run of it."""
    made = MISTAKES[mistake]
    exercise = begun(scenario(name))
    try:
        agent = made.agent(exercise.training)
        stuck = _played(agent)
        found = exercise.assessment()
        good, why = by_model(name)
        stuck = f"the model agent: {why}" if why else stuck
    finally:
        exercise.close()
    reached = {_key(mark) for mark in good.marks if mark.met}
    lost = {_key(mark): mark.points for mark in found.marks if not mark.met and _key(mark) in reached}
    return Outcome(
        frozenset(agent.broken),
        frozenset(key for key in reached if key[1] in made.checks and key[0] in agent.broken),
        frozenset(lost),
        frozenset(key for key in lost if key[1] not in made.checks),
        good.points - found.points,
        sum(lost.values()),
        frozenset(check for _who, check in lost if not any(lost[key] for key in lost if key[1] == check)),
        frozenset(each.word for each in found.errors),
        stuck,
    )


def _key(mark: Mark) -> tuple[str, str]:
    return mark.persona, mark.check


def applies(name: str, mistake: str) -> bool:
    """Whether the mistake can be made in a scenario: its check applies, and there is a way to break it."""
    found, made = scenario(name), MISTAKES[mistake]
    if made.checks and made.checks.isdisjoint(mark.check for mark in blank(found).marks):
        return False
    if issubclass(made.agent, Saying):
        return any(examples(made.agent.kind, persona) for persona in found.personas.values())
    personas = found.personas.values()
    if (
        mistake == "direction"
    ):  # where the market asks for it, the form does, and the desk refuses a text without it
        models = [each.models["apologise"] for each in personas if "apologise" in each.models]
        return any(not model.direction for model in models)
    return mistake != "complaint" or any(not persona.complaint for persona in personas)


def table() -> dict[str, tuple[str, ...]]:
    """By mistake, the scenarios in which it can be made."""
    return {
        mistake: tuple(name for name in SHIPPED.names() if applies(name, mistake)) for mistake in MISTAKES
    }
