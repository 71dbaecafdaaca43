"""Phrases that the team proposes at the desk and a supervisor approves: the user's own `phrases/team.toml`."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from agent_tui import locations
from agent_tui.packs.loader import PackError
from agent_tui.packs.phrases import FOLDER, TEAM, ProposedPhrase, Scene, read_team

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def team_file(user: Path) -> Path:
    """Where the team's phrases stand in the user's folder of packs."""
    return user / FOLDER / TEAM


def propose(user: Path, id: str, proposal: ProposedPhrase, scenes: Mapping[str, Scene]) -> None:
    """Write a proposed phrase into the team's file, in the place of one with the same id.

    Comments and other entries stay as they are. Raises PackError when the phrase or the file is wrong, and OSError; the
    file is then as it was.
    """
    document = _document(user, scenes)
    fields = msgspec.to_builtins(proposal)
    empty = msgspec.to_builtins(ProposedPhrase(scene="", text=""))
    document[id] = {
        name: value for name, value in fields.items() if value != empty.get(name) or name == "language"
    }
    _write(user, document, scenes)


def approve(user: Path, id: str, by: str, scenes: Mapping[str, Scene]) -> None:
    """Note in the team's file who approved a phrase: from then on it is recommended.

    Raises KeyError when there is no such phrase, PackError when the file is wrong, and OSError.
    """
    document = _document(user, scenes)
    entry = document[id]
    if not isinstance(entry, MutableMapping):
        raise KeyError(id)
    entry["approved_by"] = by
    _write(user, document, scenes)


def _document(user: Path, scenes: Mapping[str, Scene]) -> TOMLDocument:
    import tomlkit  # 37 ms, for editing alone

    file = team_file(user)
    if not file.exists():
        return tomlkit.document()
    read_team(file, scenes)  # a file that is broken already is for its author to mend
    return tomlkit.parse(file.read_text("utf-8-sig"))


def _write(user: Path, document: TOMLDocument, scenes: Mapping[str, Scene]) -> None:
    import tomlkit

    file = team_file(user)
    content = tomlkit.dumps(document).encode()
    with TemporaryDirectory() as folder:
        draft = Path(folder) / TEAM
        draft.write_bytes(content)
        try:
            read_team(draft, scenes)
        except PackError as error:  # of the draft: the user knows the file by its own name
            problem = error.problem
            raise PackError(file, problem.line, problem.reason) from error
    locations.write_private(file, content)
