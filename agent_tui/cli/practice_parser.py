"""The grammar of the training ground: `practice`, `certificate`, `scenario`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from agent_tui.cli import training_parser
from agent_tui.i18n import _

Made = Callable[[str, str, str, str], argparse.ArgumentParser]
"""Makes a command of a name, of the module and function that run it, and of what it is about."""

Option = Callable[[argparse.ArgumentParser], None]
Later = Callable[[str, str], Callable[..., object]]


def add(command: Made, later: Later, common: Option, as_json: Option) -> None:
    """The commands and their options."""
    made = command(
        "practice",
        "practice",
        "practice",
        _("open the training ground: simulated customers on the very same desk; nothing there is real"),
    )
    made.set_defaults(scenario=None, mode=None, seed=None)
    training_parser.add(made, later, common, as_json)
    _within(
        command(
            "certificate", "practice", "verify_certificate", _("make and verify certificates of practice")
        ),
        "certificate",
        later,
        common,
        (
            ("make", "make_certificate", _("write the certificate of a passed run"), _made),
            ("verify", "verify_certificate", _("play the run again and judge it anew"), _verified),
        ),
    )
    _within(
        command(
            "scenario", "practice", "list_scenarios", _("list, check, play and draw scenarios of practice")
        ),
        "scenario",
        later,
        common,
        (
            ("list", "list_scenarios", _("list the scenarios"), lambda parser: None),
            ("check", "check_scenarios", _("say what is wrong with scenarios, and try them"), _checked),
            ("play", "play_scenario", _("print how a model agent works a scenario to its end"), _played),
            ("graph", "draw_scenario", _("draw how a scenario's conversations can go"), _drawn),
        ),
    )


def _within(
    parser: argparse.ArgumentParser,
    name: str,
    later: Later,
    common: Option,
    parts: tuple[tuple[str, str, str, Option], ...],
) -> None:
    commands = parser.add_subparsers(
        title=_("commands"), metavar=_("COMMAND"), prog=f"agent-tui {name}", required=True
    )
    for word, function, about, options in parts:
        made: argparse.ArgumentParser = commands.add_parser(word, help=about, description=about)
        common(made)
        options(made)
        made.set_defaults(run=later("practice", function))


def _made(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar=_("SCENARIO"))
    parser.add_argument("--output", type=Path, metavar=_("FILE"), help=_("otherwise standard output"))


def _verified(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar=_("FILE"))


def _checked(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", nargs="*", metavar=_("SCENARIO"), help=_("otherwise all of them"))
    parser.add_argument(
        "--agents", type=int, default=20, metavar="N", help=_("how many agents try it at random (20)")
    )


def _played(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar=_("SCENARIO"))
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help=_("the same number gives the same run")
    )


def _drawn(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar=_("SCENARIO"))
    parser.add_argument(
        "--format",
        choices=("tree", "mermaid", "dot"),
        default="tree",
        help=_("lines to read (the default), or for Mermaid or Graphviz"),
    )
