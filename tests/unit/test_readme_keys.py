"""The tables of the manual are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_tui.cli import manual
from agent_tui.settings_keys import KEYS
from agent_tui.tui.commands import COMMANDS

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_has_every_table_as_it_is() -> None:
    text = README.read_text("utf-8")
    assert manual.filled(text) == text, "run `.ci/tables update`"


def test_every_command_and_every_setting_is_there() -> None:
    text = README.read_text("utf-8")
    assert [command.id for command in COMMANDS if f"| `{command.id}` |" not in text] == []
    assert [key.name for key in KEYS if f"| `{key.name}` |" not in text] == []


def test_a_readme_without_marks_is_an_error() -> None:
    with pytest.raises(ValueError, match="no table between <!-- keys -->"):
        manual.filled("# nothing")


def test_commands_keep_to_keys_that_terminals_and_multiplexers_let_through() -> None:
    swallowed = {"ctrl+b", "ctrl+s", "ctrl+q", "ctrl+z", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h"}
    keys = {key for command in COMMANDS for key in command.keys}
    assert keys & swallowed == set()
    assert [key for key in keys if key.startswith("alt+")] == []
    for command in COMMANDS:
        assert [key for key in command.keys if key != "ctrl+enter"], command.id  # another way than Ctrl+Enter
