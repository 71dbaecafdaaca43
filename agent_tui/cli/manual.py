"""The tables of README.md that are made from the code; `.ci/tables` writes and checks them."""

from __future__ import annotations

from agent_tui import settings
from agent_tui.cli.keys_command import WHERE
from agent_tui.domain.figure_definitions import DEFINITIONS
from agent_tui.settings import Settings
from agent_tui.settings_keys import KEYS, KEYS_OF
from agent_tui.tui.commands import COMMANDS
from agent_tui.tui.keymap import shown


def keys() -> list[str]:
    """Every command of the desk in Markdown, in English."""
    lines = ["| keys | command | where | what it does |", "|---|---|---|---|"]
    for command in COMMANDS:
        names = " ".join(f"`{_plain(shown(key))}`" for key in command.keys)
        about = f"{command.title}. {command.about}" if command.about else f"{command.title}."
        lines.append(f"| {names} | `{command.id}` | {WHERE[command.where]} | {_plain(about)} |")
    return lines


def settings_table() -> list[str]:
    """Every setting in Markdown, in English."""
    lines = ["| setting | without it | what it is | allowed |", "|---|---|---|---|"]
    for key in KEYS:
        value = settings.shown(settings.get(Settings(), key.name))
        usual = f"`{value}`" if value else ""
        lines.append(f"| `{key.name}` | {usual} | {_plain(key.about)} | {_plain(key.allowed)} |")
    keys_of = KEYS_OF
    lines.append(f"| `{keys_of.name}` | | {_plain(keys_of.about)} | {_plain(keys_of.allowed)} |")
    return lines


def figures() -> list[str]:
    """Every figure in Markdown, in English."""
    lines = ["| figure | id | what it is | counts | good |", "|---|---|---|---|---|"]
    for known in DEFINITIONS.values():
        about = f"{known.text} ({known.rule})"
        lines.append(
            f"| {known.title} | `{known.id}` | {about} | {known.counts.value} | {known.better.value} |"
        )
    return lines


TABLES = {"keys": keys, "settings": settings_table, "figures": figures}
"""The marks of README.md and what stands between them."""


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


def filled(readme: str) -> str:
    """README.md with every table as it must be. Raises ValueError when a mark is missing."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        before, found, rest = readme.partition(begin)
        _old, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"README.md has no table between {begin.strip()} and {end.strip()}")
        readme = before + begin + "\n".join(table()) + "\n" + end + after
    return readme
