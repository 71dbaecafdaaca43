"""What scenarios call good answers: they break no rule, and no customer finds fault with them where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from agent_tui.domain.ticket import Ticket
from agent_tui.guidance import speech_acts
from agent_tui.guidance.wishes import reply_language
from agent_tui.packs.scenario import Model, Persona
from agent_tui.practice import manners
from agent_tui.practice.exercise import Exercise
from agent_tui.practice.inspecting import faults
from agent_tui.practice.model_agent import Adviser, ModelAgent, Stuck
from agent_tui.practice.world import Done, World, heard
from agent_tui.telling_errors import filled
from tests.practice.playing import POLICY, SCORING, SHIPPED, begun, scenario

_ACTS = {
    "apology": speech_acts.has_apology,
    "direction": speech_acts.has_direction,
    "deadline": speech_acts.has_deadline,
    "follow_up": speech_acts.has_follow_up,
}


def answers(persona: Persona) -> Iterator[tuple[str, Model]]:
    """The good answers to what a customer asks, with the nodes in which they are given."""
    for name, node in persona.nodes.items():
        if "reply" in node.models:
            yield name, node.models["reply"]


def everybody(exercise: Exercise) -> Iterator[Persona]:
    """The customers, each once they have written or rung."""
    for name, persona in exercise.scenario.personas.items():
        while not exercise.training.ticket_of(name):
            assert exercise.training.skip()
        yield persona


def found_in(exercise: Exercise, persona: Persona, model: Model) -> tuple[frozenset[str], list[str]]:
    """The acts of speech in an answer, and the codes of what is wrong with it."""
    training = exercise.training
    language = reply_language(persona.customer)
    acts = {name for name, holds in _ACTS.items() if holds(model.line.text, language)}
    ticket = training.desk.ticket(training.ticket_of(persona.id))
    wrong = training.desk.guidance.findings(ticket, model.line.text, training.now, model.outcome)
    return frozenset(acts) | manners.acts(model.line.text, language, SCORING.manners), [
        each.code for each in wrong
    ]


@pytest.mark.parametrize("name", SHIPPED.names())
def test_no_rule_is_broken_and_the_customer_goes_on(name: str) -> None:
    exercise = begun(scenario(name))
    try:
        for persona in everybody(exercise):
            for node, model in answers(persona):
                acts, wrong = found_in(exercise, persona, model)
                assert wrong == [], (node, model.line.text)
                if model.outcome == "unsolved":
                    assert acts >= {"deadline", "follow_up"}, (node, model.line.text)
                standing = replace(exercise.training.world.standings[persona.id], node=node)
                done = Done(
                    persona=persona.id,
                    event=f"reply:{model.outcome}",
                    at=exercise.now,
                    holds=acts,
                    text=model.line.text,
                )
                after = heard(World({persona.id: standing}), exercise.scenario, done)
                facts = [fact.line.text for fact in persona.facts]
                said = [
                    part for due in after.due for part in due.text.split("\n\n") if part not in ("", *facts)
                ]
                assert after.standings[persona.id].node != node or not said, (node, said)
                assert after.standings[persona.id].mood >= standing.mood, (node, said)
    finally:
        exercise.close()


def test_an_author_is_told_of_an_answer_that_is_missing() -> None:
    found = scenario("nl_direct")
    persona = found.personas["devries"]
    nodes = persona.nodes | {"without": replace(persona.nodes["without"], models={})}
    lacking = replace(found, personas={"devries": replace(persona, nodes=nodes)})
    told = [filled(each.told.text, each.told.details) for each in faults(lacking, POLICY, SCORING)]
    assert told == ["devries: nothing says what a good answer is at the node without"]


def test_who_is_content_needs_no_further_answer() -> None:
    content = scenario("us_chat_refund").personas["tyler"]
    assert content.model("pleased", "reply") is None
    assert list(faults(scenario("us_chat_refund"), POLICY, SCORING)) == []


class Forgetful(ModelAgent):
    """Never notes what the customer said to a plan, and goes on with the talk."""

    def _accept(self, persona: Persona, ticket: Ticket) -> bool:
        return self._reply(persona, ticket, "reply")


class Hasty(ModelAgent):
    """Sums a case up as soon as the customer is to wait for something."""

    def _reply(self, persona: Persona, ticket: Ticket, step: str) -> bool:
        done = super()._reply(persona, ticket, step)
        if done and self._standing(persona).node == "examined":
            self._resolve(persona, self.desk.ticket(ticket.id))
            self._let_pass(timedelta(minutes=2))
            raise Stuck("summed up too early")
        return done


def test_C6_the_answer_to_a_plan_is_noted_though_the_talk_went_on() -> None:
    persona = scenario("broken_kettle").personas["emma"]
    assert [persona.answered(node) for node in ("start", "waiting", "agreed", "delivered")] == [
        None,
        None,
        True,
        True,
    ]
    exercise = begun(scenario("broken_kettle"))
    try:
        with pytest.raises(Stuck):
            Forgetful(exercise.training).play()
        found = Adviser(exercise.training).advise(exercise.training.ticket_of("emma"))
        assert persona.nodes[exercise.training.world.standings["emma"].node].accepts is None
        assert found is not None
        assert (found.action, found.given["accepted"]) == ("accept", "yes")
    finally:
        exercise.close()


def test_who_was_closed_too_early_is_answered_and_not_closed_again() -> None:
    exercise = begun(scenario("vn_logistics"))
    try:
        with pytest.raises(Stuck, match="too early"):
            Hasty(exercise.training).play()
        found = Adviser(exercise.training).advise(exercise.training.ticket_of("thao"))
        assert found is not None
        assert found.action == "reply"
        assert found.model == exercise.scenario.personas["thao"].nodes["examined"].models["reply"]
    finally:
        exercise.close()
