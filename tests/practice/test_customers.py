"""Customers whom nobody asks, who are answered badly, or whose case comes back: they get on with it."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from agent_tui.packs.scenario import Scenario
from agent_tui.practice.world import Done, Kind, World, begin, heard, opened, step
from tests.practice.playing import scenario

PAUSE = timedelta(minutes=10)


def contacted(name: str, persona: str) -> tuple[World, Scenario]:
    """A scenario's world when a customer has just made contact."""
    found = scenario(name)
    world, due = step(begin(found), found, found.begins)
    assert due is not None
    return opened(world, found, persona, 1, due.at), found


def answered(world: World, found: Scenario, persona: str, *texts: str) -> tuple[World, list[str]]:
    """After these replies, one every ten minutes; with what the customer says to each, empty for nothing."""
    said = []
    at = found.begins
    for text in texts:
        at += PAUSE
        reply = Done(persona=persona, event="reply:solves", at=at, holds=frozenset({"apology"}), text=text)
        world = heard(world, found, reply)
        said.append(next((due.text for due in world.due if due.kind is Kind.SAY), ""))
        while (taken := step(world, found, at + PAUSE / 2))[1] is not None:
            world = taken[0]
    return world, said


def test_what_nobody_asks_for_is_told_at_the_second_answer_and_does_not_count_as_asked() -> None:
    world, found = contacted("cn_first_response", "zhou")
    fact = found.personas["zhou"].facts[0].line.text
    world, said = answered(world, found, "zhou", "您好。", "您好。")
    assert fact not in said[0]
    assert fact in said[1]
    assert world.standings["zhou"].told == ()
    assert world.standings["zhou"].node == "named"


def test_what_is_asked_for_again_is_told_again() -> None:
    world, found = contacted("cn_first_response", "zhou")
    fact = found.personas["zhou"].facts[0].line.text
    jargon = Done(
        persona="zhou",
        event="reply:asks",
        at=found.begins + PAUSE,
        holds=frozenset({"jargon"}),
        text="请问是什么型号？",
    )
    world = heard(world, found, jargon)
    assert world.standings["zhou"].node == "start"
    _world, said = answered(world, found, "zhou", "您好。请问是什么型号？")
    assert fact in said[0]


def test_who_insisted_twice_takes_what_leads_on() -> None:
    world, found = contacted("cn_first_response", "zhou")
    asked = "请问是什么型号？"
    nodes = []
    for count in range(1, 5):
        after, _said = answered(world, found, "zhou", asked, *["好的。"] * count)
        nodes.append(after.standings["zhou"].node)
    assert nodes == ["named", "named", "how", "how"]


def test_C4_a_complaint_that_is_reopened_is_verified_anew() -> None:
    world, found = contacted("broken_kettle", "emma")
    at = found.begins + PAUSE
    world = heard(world, found, Done(persona="emma", event="reopen", at=at))
    assert [due.kind for due in world.due].count(Kind.VERIFY) == 1


def test_whose_last_words_come_after_the_end_waits_for_nothing() -> None:
    world, found = contacted("gdpr_erasure", "lefevre")
    model = found.personas["lefevre"].nodes["ready"].models["reply"]
    for node, event, text in (("ready", "reply:solves", model.line.text), ("", "resolve", "")):
        if node:
            world = World({"lefevre": replace(world.standings["lefevre"], node=node)}, (), world.count)
        world = heard(world, found, Done(persona="lefevre", event=event, at=found.begins + PAUSE, text=text))
    world, due = step(world, found, found.begins + timedelta(days=1))
    assert due is not None
    assert due.kind is Kind.SAY
    assert world.standings["lefevre"].node == "end"
    assert world.standings["lefevre"].waits is None
