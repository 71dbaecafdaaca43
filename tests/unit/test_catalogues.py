"""The translations are complete, fresh, and expect the same values as the texts they translate."""

from __future__ import annotations

import argparse
import ast
import importlib.machinery
import importlib.util
import inspect
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Only a programming error brings these up: no user reads them.
PROGRAMMING_ERRORS = {
    "%r is not callable",
    "'required' is an invalid argument for positionals",
    ".__call__() not defined",
    'argument "-" with mode %r',
    "cannot have multiple subparser arguments",
    "cannot merge actions - two groups are named %r",
    "conflicting option string: %s",
    "conflicting subparser alias: %s",
    "conflicting subparser: %s",
    "dest= is required for options like %r",
    "invalid conflict_resolution value: %r",
    "invalid option string %(option)r: must start with a character %(prefix_chars)r",
    "mutually exclusive arguments must be optional",
}


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    """Return the tool `.ci/catalogues` as a module."""
    loader = importlib.machinery.SourceFileLoader("catalogues", str(ROOT / ".ci" / "catalogues"))
    spec = importlib.util.spec_from_loader("catalogues", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_catalogues_are_complete_and_fresh(catalogues: ModuleType) -> None:
    assert {"en", "zh_CN"} <= set(catalogues.languages())
    assert "\n".join(catalogues.problems()) == ""


def test_everything_argparse_tells_a_user_is_translated(catalogues: ModuleType) -> None:
    said = set()
    for node in ast.walk(ast.parse(inspect.getsource(argparse))):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") in ("_", "ngettext")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            said.add(node.args[0].value)
    ours = {catalogues.key_of(message)[1] for message in catalogues.extract()}
    assert said - PROGRAMMING_ERRORS - ours == set()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{name} has {count:>3} of %(total)s, %r and 90 % of {}", {"name", "count", "total", "r", ""}),
        ("{name!r}", {"name"}),
        ("100 %", set()),
    ],
)
def test_placeholders_are_found(catalogues: ModuleType, text: str, names: set[str]) -> None:
    assert catalogues.placeholders(text) == names


def test_bare_texts_are_found(catalogues: ModuleType) -> None:
    def bare(code: str) -> bool:
        return catalogues.has_words(ast.parse(code, mode="eval").body)

    assert bare("'Do it'")
    assert bare("f'{count} tickets'")
    assert not bare("_('Do it')")
    assert not bare("'FILE'")
    assert not bare("f'{name}: {text}'")
