"""Runs of scenarios: what the engine makes of what an agent does, and that runs share what is read."""

from __future__ import annotations

import tomllib
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.casework import Stage
from agent_tui.domain.ticket import Satisfaction, Ticket
from agent_tui.packs.policies import load_policy
from agent_tui.packs.scenario import Adviser, Edge, Line, Model, Node, Scenario, When
from agent_tui.packs.scenarios import Scenarios
from agent_tui.practice.exercise import Exercise
from agent_tui.practice.inspecting import GOOD, beginning
from agent_tui.practice.model_agent import ModelAgent, Stuck
from agent_tui.practice.training import Training

POLICY, _problems = load_policy(None)
SHIPPED = Scenarios()
BEGINNING = beginning(POLICY, None, "Alex", "Europe/London")


def scenario(name: str) -> Scenario:
    found = SHIPPED.get(name)
    assert found is not None
    return found


def changed(found: Scenario, persona: str, **fields: object) -> Scenario:
    """The scenario with something else about one of its customers."""
    personas = found.personas | {persona: replace(found.personas[persona], **fields)}
    return replace(found, personas=personas)


def done(exercise: Exercise) -> list[do.Action]:
    """What was done in a run, by anybody."""
    return [each.action for each in exercise.training.desk.journal() if each.action is not None]


def failed(exercise: Exercise) -> set[str]:
    """The checks that were not met."""
    return {mark.check for mark in exercise.assessment().marks if not mark.met}


def test_a_second_run_reads_no_pack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    begin = beginning(POLICY, tmp_path, "Alex", "Europe/London")(scenario("broken_kettle"))
    read: list[str] = []
    loads = tomllib.loads

    def counted(source: str) -> object:
        read.append(source[:60])
        return loads(source)

    monkeypatch.setattr(tomllib, "loads", counted)
    for seed in (1, 2):
        with closing(begin(seed)) as exercise:
            ModelAgent(exercise.training).play()
            exercise.assessment()
        if seed == 1:
            assert read  # the handbook and the compliance packs are read on first use
            read.clear()
    assert read == []


class Chatty(ModelAgent):
    """Writes once more just before a complaint is resolved."""

    def __init__(self, training: Training) -> None:
        super().__init__(training)
        self.last: dict[int, str] = {}

    def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
        if action == "reply":
            self.last[ticket.id] = given["text"]
        elif action == "resolve" and ticket.complaint is not None and ticket.id in self.last:
            text = self.last.pop(ticket.id)
            super()._act(ticket, "reply", text=text, outcome="solves")
        return super()._act(ticket, action, **given)


COMPLAINTS = [each.id for each in SHIPPED.all() if any(one.complaint for one in each.personas.values())]


@pytest.mark.parametrize("name", COMPLAINTS)
def test_C8_only_what_is_written_after_resolving_is_a_revisit(name: str) -> None:
    found = scenario(name)
    with closing(BEGINNING(found)(1)) as exercise:
        Chatty(exercise.training).play()
        assert exercise.assessment().score >= GOOD
        for persona in found.personas.values():
            ticket = exercise.training.ticket_of(persona.id)
            own = [each for each in done(exercise) if each.ticket == ticket]
            answered = {
                edge.says.text
                for node in persona.nodes.values()
                for edge in node.edges
                if edge.when.stage is Stage.REVISIT and edge.says is not None
            }
            resolved = [place for place, each in enumerate(own) if isinstance(each, do.Resolve)]
            answers = [
                place
                for place, each in enumerate(own)
                if isinstance(each, do.Receive) and each.content.text in answered
            ]
            assert not persona.complaint or answers
            assert all(place > resolved[0] for place in answers)


def test_a_customer_who_changes_in_silence_ends_the_waiting() -> None:
    quiet = Node("start", (Edge(When(silence=timedelta(minutes=2)), goto="tired"),))
    nodes = {"start": quiet, "tired": Node("tired", (Edge(When(did="reply"), goto="end"),))}
    found = changed(scenario("broken_kettle"), "emma", nodes=nodes, patience=timedelta(hours=3))
    with closing(BEGINNING(found)(1)) as exercise:
        assert exercise.skip()
        assert exercise.now == found.begins + timedelta(minutes=2)
        assert exercise.training.world.standings["emma"].node == "tired"


def test_who_has_ended_in_silence_waits_for_nothing() -> None:
    nodes = {"start": Node("start", (Edge(When(silence=timedelta(minutes=2)), goto="end"),))}
    with closing(BEGINNING(changed(scenario("broken_kettle"), "emma", nodes=nodes))(1)) as exercise:
        assert not exercise.training.over
        assert exercise.skip()
        assert exercise.training.over


class NoRemedy(ModelAgent):
    """Never says what puts the matter right."""

    def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
        persona = self.training.persona(ticket.id)
        assert persona is not None
        if action == "reply":
            given["text"] = persona.remedy.sub("…", given["text"])
        return super()._act(ticket, action, **given)


@pytest.mark.parametrize("name", ["cn_first_response", "eg_family_name", "ru_translation"])
def test_an_agent_whose_customer_writes_again_and_again_comes_to_an_end(name: str) -> None:
    with closing(BEGINNING(scenario(name))(1)) as exercise:
        with pytest.raises(Stuck):
            NoRemedy(exercise.training).play()
        assert sum(isinstance(each, do.Resolve) for each in done(exercise)) <= 2
        assert "remedy" in failed(exercise)


def test_an_adviser_of_one_customer_does_not_answer_for_another() -> None:
    everybody = Adviser("business", "Anna", timedelta(hours=1), "for all")
    own = Adviser("business", "Ben", timedelta(hours=1), "for Emma alone", persona="emma")
    found = replace(scenario("broken_kettle"), advisers=(everybody, own))
    assert found.adviser("business", "emma") == own
    assert found.adviser("business", "somebody") == everybody
    assert replace(found, advisers=(own,)).adviser("business", "somebody") is None


def test_an_adviser_answers_on_the_case_that_is_theirs() -> None:
    found = scenario("us_review_offer")
    (name,) = found.personas
    (general,) = found.advisers
    own = replace(general, name="Her own desk", persona=name)
    with closing(BEGINNING(replace(found, advisers=(general, own)))(1)) as exercise:
        ModelAgent(exercise.training).play()
        assert {each.by for each in done(exercise) if isinstance(each, do.Advise)} == {"Her own desk"}


class Flatterer(ModelAgent):
    """Notes every customer as satisfied."""

    def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
        return super()._act(
            ticket, action, **(given | {"satisfaction": "satisfied"} if action == "close" else given)
        )


def test_H6_the_satisfaction_that_is_noted_is_the_customer_s() -> None:
    begin = BEGINNING(scenario("es_refused_plan"))
    with closing(begin(1)) as exercise:
        ModelAgent(exercise.training).play()
        (close,) = [each for each in done(exercise) if isinstance(each, do.Close)]
        assert close.satisfaction is Satisfaction.NEUTRAL
        assert "closed" not in failed(exercise)
        before = failed(exercise)
    with closing(begin(1)) as exercise:
        Flatterer(exercise.training).play()
        assert failed(exercise) == before | {"closed"}


def test_T5_a_caller_is_asked_for_consent_before_personal_data() -> None:
    found = scenario("mx_consent")
    (persona,) = found.personas.values()
    address = next(each.asked for each in persona.facts if each.id == "address")
    with closing(BEGINNING(found)(1)) as exercise:
        ModelAgent(exercise.training).play()
        own = [each for each in done(exercise) if isinstance(each, do.Reply | do.Consent)]
    told = persona.nodes["start"].models["consent"].line.text
    assert isinstance(own[0], do.Reply)
    assert own[0].text == told.replace("{agent}", "Alex")
    assert isinstance(own[1], do.Consent)
    assert any(isinstance(each, do.Reply) and address.search(each.text) for each in own[2:])


def test_C1_a_caller_who_complains_hears_an_apology_before_the_question_for_consent() -> None:
    found = scenario("battery_fire")
    (persona,) = found.personas.values()
    words = "Darf ich für die Bearbeitung Ihre Anschrift aufnehmen? Sie wird nur dafür genutzt und danach gelöscht."
    models = persona.models | {"consent": Model(Line(words, {"en": "…", "zh_CN": "…"}), outcome="asks")}
    calling = changed(found, persona.id, consent=True, models=models)
    with closing(BEGINNING(calling)(1)) as exercise:
        ModelAgent(exercise.training).play()
        own = [each for each in done(exercise) if isinstance(each, do.Reply)]
    assert isinstance(own[0].outcome, do.Apologises)
    assert own[1].text == words
