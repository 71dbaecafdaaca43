"""What the manual tells authors of scenarios: its example is a good one, and no field of a file is left out."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from agent_tui.locations import locate
from agent_tui.packs import scenario_form as form
from agent_tui.packs.scenarios import FOLDER
from tests.cli.conftest import Cli

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECTION = README[README.index("## Writing scenarios") : README.index("## What is kept, and how")]
TABLES = (
    form.Scenario,
    form.Persona,
    form.Right,
    form.Node,
    form.Edge,
    form.When,
    form.Model,
    form.Fact,
    form.Line,
    form.Colleague,
    form.Adviser,
    form.Event,
)


@pytest.fixture
def written(home: Path) -> Path:
    """The example of the manual in the author's own packs."""
    found = re.search(r"<!-- scenario -->\n```toml\n(.*?)```", SECTION, re.DOTALL)
    assert found is not None
    folder = locate({"AGENT_TUI_HOME": str(home)}).packs_dir / FOLDER
    folder.mkdir(parents=True)
    file = folder / "cold_lamp.toml"
    file.write_text(found[1], "utf-8")
    return file


def test_the_scenario_of_the_manual_is_a_good_one(cli: Cli, written: Path) -> None:
    told = cli("scenario", "check", "cold_lamp", "--agents", "3")
    assert (told.code, told.out) == (0, "cold_lamp: nothing is wrong\n")


def test_a_fault_in_it_is_told(cli: Cli, written: Path) -> None:
    written.write_text(written.read_text("utf-8").replace('goto = "thanked"', 'goto = "nowhere"'), "utf-8")
    told = cli.any("scenario", "check", "cold_lamp")
    assert told.code != 0
    assert "'nowhere', which is not there" in told.err


def test_a_name_that_is_none_is_told(cli: Cli) -> None:
    told = cli.any("scenario", "check", "cold_lump")
    assert told.code == 2
    assert "There is no scenario cold_lump" in told.err


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_the_manual_names_every_field(table: type[msgspec.Struct]) -> None:
    told = set(re.findall(r"`(\w+)(?: = [^`]*)?`", SECTION.partition("```\n")[2]))
    assert {each.name for each in msgspec.structs.fields(table)} <= told
