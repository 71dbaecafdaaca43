"""The policy's rules in one sentence each, read when somebody asks for one."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.packs.loader import Problem, pick, read_entries


class _Rule(msgspec.Struct, forbid_unknown_fields=True):
    name: Names


def load_rules(user: Path | None, problems: list[Problem]) -> dict[str, Names]:
    """Each rule's sentence in the languages of the faces, by its id; what had to be left out goes into `problems`.

    Raises PackError when the shipped file itself is bad.
    """
    return pick("policy", "rules.toml", user, _rules, problems)


def _rules(file: Path) -> dict[str, Names]:
    return {key: entry.name for key, (entry, _place) in read_entries(file, _Rule).items()}
