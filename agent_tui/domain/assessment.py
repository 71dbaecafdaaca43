"""The level of an issue, from the answers to the questions of ISO 10002 (8.4) and who is needed (POLICY L1–L4)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from agent_tui.domain.casework_rules import Casework, ProposalRule


class Proposal(msgspec.Struct, frozen=True):
    """A level with the rules that lead to it; `forced` when policy leaves no choice (safety)."""

    level: int
    because: tuple[ProposalRule, ...]
    forced: bool = False


def propose(answers: Mapping[str, str], rules: Casework) -> Proposal | None:
    """The highest level that the answers ask for, and why; None while a question is open.

    Safety needs no further answer: it is level 4 at once. Raises KeyError for a question that policy does not ask,
    ValueError for an answer that it does not have.
    """
    for question, answer in answers.items():
        if answer not in rules.questions[question].answers:
            raise ValueError(f"{question} has no answer {answer!r}")
    matching = [
        rule
        for rule in rules.proposals
        if all(answers.get(question) == answer for question, answer in rule.when.items())
    ]
    forced = [rule for rule in matching if rule.forced]
    if not rules.questions or (not forced and set(answers) != set(rules.questions)):
        return None
    level = max(rule.level for rule in forced or matching)
    because = tuple(rule for rule in forced or matching if rule.level == level)
    return Proposal(level, because, bool(forced))


def ordinary(rules: Casework) -> dict[str, str]:
    """The first answer to each question: nothing about the issue is out of the ordinary."""
    return {question.id: next(iter(question.answers)) for question in rules.questions.values()}
