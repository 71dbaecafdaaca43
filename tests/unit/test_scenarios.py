"""The scenarios that are shipped: whole, in both languages, covering the policy, and worked to their end by a model."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.packs.loader import BUILT_IN, PackError, Problem
from agent_tui.packs.policies import load_policy
from agent_tui.packs.rules import load_rules
from agent_tui.packs.scenario import Difficulty, Scenario, lines, played_by
from agent_tui.packs.scenarios import Scenarios, read_scenario
from agent_tui.packs.scoring import load_scoring
from agent_tui.practice.checks import CHECKS
from agent_tui.practice.inspecting import GOOD, beginning, covered, faults, model_points
from agent_tui.practice.model_agent import ModelAgent
from agent_tui.telling_errors import filled

SHIPPED = Scenarios()
POLICY, _problems = load_policy(None)
ADVISER = 'department = "legal", name = "A", after = "1h", answer = "B"'
BEGINNING = beginning(POLICY, None, "Alex", "Europe/London")
NAMES = SHIPPED.names()
SCORING = load_scoring(None, [])


def scenario(name: str) -> Scenario:
    found = SHIPPED.get(name)
    assert found is not None
    return found


def test_there_are_thirty_over_twelve_markets_all_channels_levels_and_difficulties() -> None:
    every = SHIPPED.all()
    people = [persona for each in every for persona in each.personas.values()]
    assert not SHIPPED.problems
    assert len(every) >= 30
    assert len({each.customer.market for each in people}) >= 12
    assert {each.channel for each in people} == set(POLICY.channels)
    assert {each.level for each in people} == set(POLICY.levels)
    assert {each.difficulty for each in every} == set(Difficulty)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_it_by_its_own_words(name: str) -> None:
    assert [
        filled(each.told.text, each.told.details) for each in faults(scenario(name), POLICY, SCORING)
    ] == []


def test_every_rule_of_sections_2_to_7_is_practised_somewhere() -> None:
    wanted = {rule for rule in load_rules(None, []) if rule[0] in "SLHCET"}
    assert len(wanted) == 41
    assert wanted <= {rule for each in SHIPPED.all() for rule in covered(each, POLICY, SCORING)}


@pytest.mark.parametrize("name", NAMES)
def test_it_declares_no_rule_twice_and_none_that_a_check_stands_for(name: str) -> None:
    found = scenario(name)
    by_checks = covered(replace(found, covers=()), POLICY, SCORING)
    assert len(set(found.covers)) == len(found.covers)
    assert by_checks.isdisjoint(found.covers)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_a_customer_has_its_meaning_in_both_languages(name: str) -> None:
    for line in lines(scenario(name)):
        assert line.text.strip()
        assert all(line.gloss.get(language, "").strip() for language in ("en", "zh_CN"))


@pytest.mark.parametrize("name", NAMES)
def test_a_model_agent_works_it_to_its_end(name: str) -> None:
    assert model_points(BEGINNING(scenario(name))) >= GOOD


def test_every_check_has_its_rule_and_words() -> None:
    scoring = SCORING
    assert scoring.checks.keys() == CHECKS.keys()
    sections = {each.id for each in POLICY.casework.card.values() if each.kind == "section"}
    assert {each.section for each in scoring.checks.values()} == sections
    assert all(re.fullmatch("[A-Z][0-9]{1,2}", each.rule) for each in scoring.checks.values())
    assert set(scoring.errors.values()) <= POLICY.casework.card.keys()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('goto = "waiting"', 'goto = "nowhere"', "which is not there"),
        ('restated = "leak|soaked|kettle"', 'restated = "("', "is no pattern"),
        ('channel = "chat"', 'channel = "pigeon"', "there is no channel"),
        ("version = 1", 'version = "one"', "Expected `int`"),
        ('limit = "15min"', 'limit = "soon"', "is not a duration"),
        ('covers = ["C4"', 'covers = ["X4"', "has no rule 'X4'"),
        ("begins = 2026-05-12T09:00:00+01:00", "begins = 2026-05-12T09:00:00", "time zone"),
        ('did = "reply"', 'dad = "reply"', "unknown field `dad`"),
        ("mood = -1", 'mood = "low"', "Expected `int`"),
        ('stage = "revisit"', 'stage = "revisted"', "Invalid enum value"),
        ('suggestions = "Test', 'satisfaction = "glad"\nsuggestions = "Test', "Invalid enum value"),
        (
            'suggestions = "Test',
            'satisfaction = "asked"\nsuggestions = "Test',
            "nothing that a customer says",
        ),
        (
            "[[colleagues]]",
            f'advisers = [{{ {ADVISER}, persona = "ema" }}]\n[[colleagues]]',
            "there is no persona",
        ),
    ],
)
def test_an_author_s_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, reason: str) -> None:
    source = (BUILT_IN / "scenarios" / "broken_kettle.toml").read_text("utf-8")
    assert old in source
    file = tmp_path / "kettle.toml"
    file.write_text(source.replace(old, new, 1), "utf-8")
    with pytest.raises(PackError) as caught:
        read_scenario(file, SHIPPED.paces(), SHIPPED.rules())
    problem = caught.value.problem
    assert problem.file == str(file)
    assert reason in str(problem.reason)
    assert problem.line > 0


def words(found: Scenario) -> list[str]:
    """Everything that is written in it, and what it means."""
    people = found.personas.values()
    models = [each for one in people for each in one.models.values()]
    models += [each for one in people for node in one.nodes.values() for each in node.models.values()]
    told = [*lines(found), *(each.line for each in models)]
    return [text for line in told for text in (line.text, *line.gloss.values())]


@pytest.mark.parametrize("name", NAMES)
def test_agents_give_their_own_name(name: str) -> None:
    before, after = words(scenario(name)), words(played_by(scenario(name), "Noor"))
    assert not any(re.search("Alex(?![a-z])|أليكس|อเล็กซ์", text) for text in before)
    assert any("{agent}" in text for text in before)
    assert after == [text.replace("{agent}", "Noor") for text in before]


def test_what_a_model_agent_says_has_the_name_of_who_plays() -> None:
    begin = beginning(POLICY, None, "Noor", "Europe/London")(scenario("broken_kettle"))
    with closing(begin(1)) as exercise:
        agent = ModelAgent(exercise.training)
        agent.play()
        first = next(each for each in exercise.moves if isinstance(each, do.Reply))
        assert "this is Noor of the service team" in first.text


def test_an_edge_that_asks_for_the_stage_of_no_complaint_is_a_fault() -> None:
    found = scenario("broken_kettle")
    asking = replace(found, personas={"emma": replace(found.personas["emma"], complaint=False)})
    told = [filled(each.told.text, each.told.details) for each in faults(asking, POLICY, SCORING)]
    assert told == ["emma: the node pleased asks for a stage, and this is no complaint"]


def test_a_rule_of_the_company_s_own_can_be_covered(tmp_path: Path) -> None:
    scenarios, rules = tmp_path / "scenarios", tmp_path / "policy"
    scenarios.mkdir()
    rules.mkdir()
    source = (BUILT_IN / "scenarios" / "broken_kettle.toml").read_text("utf-8")
    (scenarios / "ours.toml").write_text(source.replace('covers = ["C4"', 'covers = ["X4"', 1), "utf-8")
    assert [each.line for each in problems_of(tmp_path)] == [9]
    (rules / "rules.toml").write_text('[X4.name]\nen = "Ours."\nzh_CN = "自有。"\n', "utf-8")
    assert problems_of(tmp_path) == []


def problems_of(packs: Path) -> list[Problem]:
    """What is wrong with a user's scenarios."""
    found = Scenarios(packs)
    found.all()
    return found.problems
