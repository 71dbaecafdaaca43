"""Looking over scenarios, as `scenario check` does: the same, however it is spread over processes."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from agent_tui.desk.guiding import Guidance
from agent_tui.domain.ticket import Ticket
from agent_tui.guidance.situation import Finding
from agent_tui.packs.loader import BUILT_IN
from agent_tui.practice import inspecting
from agent_tui.practice.checking import Trial, checked
from agent_tui.practice.inspecting import at_random, beginning
from tests.practice.playing import POLICY, begun, journal, scenario

LEADS_NOWHERE = '\n[[personas.emma.nodes.start.edges]]\nwhen = { did = "note" }\ngoto = "lost"\n'
LOST = '\n[[personas.emma.nodes.lost.edges]]\nwhen = { did = "reply" }\ngoto = "lost"\n'


def packs(folder: Path) -> Path:
    """A company's packs with two scenarios: one whole, one with a node that leads to no end."""
    source = (BUILT_IN / "scenarios" / "broken_kettle.toml").read_text("utf-8")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "ours.toml").write_text(source, "utf-8")
    (folder / "scenarios" / "lost.toml").write_text(source + LEADS_NOWHERE + LOST, "utf-8")
    return folder


@pytest.mark.parametrize("cores", [1, 2])
def test_faults_come_in_the_order_of_the_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    trial = Trial(packs(tmp_path), "Alex", "Europe/London", 1)
    found = dict(checked(["ours", "lost", "none"], trial))
    assert list(found) == ["ours", "lost", "none"]
    assert found["ours"] == found["none"] == ()
    assert [each.text for each in found["lost"]] == ["{who}: the node {node} leads to no end"]


@pytest.mark.parametrize("name", ["three_calls", "mx_consent", "vn_logistics"])
def test_what_is_remembered_of_texts_changes_no_run(name: str) -> None:
    remembering = beginning(POLICY, None, "Alex", "Europe/London")(scenario(name))
    for seed in (3, 4, 3):  # the third run asks for nothing that was not looked over before
        first = at_random(remembering, seed)
        plain = at_random(lambda each: begun(scenario(name), each), seed)
        try:
            assert journal(first) == journal(plain)
            assert first.assessment() == plain.assessment()
        finally:
            first.close()
            plain.close()


def test_a_text_is_looked_over_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = beginning(POLICY, None, "Alex", "Europe/London")(scenario("vn_logistics"))
    asked: list[str] = []
    look = Guidance.findings

    def counted(
        guidance: Guidance, ticket: Ticket, text: str, now: datetime, outcome: str = ""
    ) -> tuple[Finding, ...]:
        asked.append(text)
        return look(guidance, ticket, text, now, outcome)

    monkeypatch.setattr(Guidance, "findings", counted)
    inspecting.model_points(begin)
    first = len(asked)
    inspecting.model_points(begin)
    assert len(asked) == first > 0
