"""The grammar of the commands that measure: `figures` and `qa`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from agent_tui.domain.figure_definitions import DEFINITIONS
from agent_tui.domain.periods import By
from agent_tui.i18n import _

Option = Callable[[argparse.ArgumentParser], None]


def figures(parser: argparse.ArgumentParser, as_json: Option) -> None:
    """The options of `figures`."""
    groupings = [each.value for each in By]
    parser.add_argument(
        "--by", choices=groupings, default=By.TOTAL.value, metavar=_("GROUPING"), help=", ".join(groupings)
    )
    _period(parser)
    parser.add_argument(
        "--figure",
        action="append",
        default=[],
        metavar=_("FIGURE"),
        help=_("only this figure; may be given several times: {known}").format(known=", ".join(DEFINITIONS)),
    )
    parser.add_argument(
        "--why",
        metavar=_("FIGURE"),
        help=_("what a figure means, how it is divided, and the tickets behind it"),
    )
    parser.add_argument(
        "--format",
        choices=("table", "json", "csv", "xlsx"),
        help=_("otherwise the file's name tells, or a table"),
    )
    parser.add_argument("--output", type=Path, metavar=_("FILE"), help=_("otherwise standard output"))
    as_json(parser)


def qa(
    parser: argparse.ArgumentParser,
    run: Callable[[str, str], Callable[..., object]],
    common: Option,
    as_json: Option,
) -> None:
    """The commands within `qa`, each with its function; `run` imports it when it is needed."""
    commands = parser.add_subparsers(
        title=_("commands"), metavar=_("COMMAND"), prog="agent-tui qa", required=True
    )

    def command(name: str, function: str, about: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
        common(made)
        as_json(made)
        made.set_defaults(run=run("quality", function))
        return made

    command("card", "card", _("print the quality card: sections, fatal errors, violations"))

    made = command("draw", "sample", _("draw a random sample of resolved cases to review"))
    made.add_argument(
        "--count", type=_count, default=5, metavar=_("COUNT"), help=_("how many cases; otherwise 5")
    )
    made.add_argument(
        "--seed",
        default="",
        metavar=_("WORDS"),
        help=_("the same seed draws the same cases; otherwise random"),
    )
    made.add_argument("--agent", default="", metavar=_("NAME"), help=_("only cases of this agent"))
    _period(made)

    made = command("results", "reviews", _("what reviews found; agents see those of their own cases"))
    made.add_argument("--agent", default="", metavar=_("NAME"), help=_("only cases of this agent"))


def _period(parser: argparse.ArgumentParser) -> None:
    for name, place, about in (
        ("--from", "first", _("the first day, as 2026-03-01")),
        ("--to", "last", _("the last day, itself included")),
    ):
        parser.add_argument(name, dest=place, type=_day, metavar=_("DATE"), help=about)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        told = _("{text!r} is not a day; write it as 2026-03-01").format(text=text)
        raise argparse.ArgumentTypeError(told) from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        told = _("{text!r} is not a number from 1 on").format(text=text)
        raise argparse.ArgumentTypeError(told)
    return int(text)
