"""What the project says of itself is what it is."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import agent_tui

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

# Distributions whose package has another name.
PACKAGES = {
    "charset-normalizer": "charset_normalizer",
    "fasttext-predict": "fasttext",
    "pyahocorasick": "ahocorasick",
    "python-stdnum": "stdnum",
}


def test_every_import_is_a_declared_dependency() -> None:
    extras = PROJECT["optional-dependencies"]
    required = [*PROJECT["dependencies"], *extras["deepl"]]
    names = {re.split(r"[^\w-]", requirement)[0].lower() for requirement in required}
    declared = {PACKAGES.get(name, name) for name in names} | sys.stdlib_module_names | {"agent_tui"}
    missing = set()
    for file in sorted((ROOT / "agent_tui").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            else:
                continue
            missing |= {(file.name, m) for m in modules if m.partition(".")[0] not in declared}
    assert missing == set()


def test_every_dependency_has_an_upper_bound_unless_it_is_data() -> None:
    open_ended = {
        re.split(r"[^\w-]", requirement)[0]
        for requirement in PROJECT["dependencies"]
        if "<" not in requirement
    }
    assert open_ended == {"tzdata"}


def test_the_version_is_told_once() -> None:
    assert PROJECT["dynamic"] == ["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", agent_tui.__version__)


def test_the_manual_has_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name, last in (("sample", "agent-tui sample"), ("test", "pytest -n0 tests/live")):
        command = re.search(rf"<!-- {name} -->\n```sh\n(.+?)\n```", readme, re.DOTALL)
        assert command is not None, name
        assert command[1].endswith(last)


def test_nothing_is_longer_than_a_reader_can_hold() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines())
        for file in (ROOT / "agent_tui").rglob("*.py")
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}
