"""The grammar of what trainers and mentors do: `practice course`, `results`, `group`, `review` (POLICY Q1, Q4)."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from agent_tui.i18n import _

Option = Callable[[argparse.ArgumentParser], None]
Later = Callable[[str, str], Callable[..., object]]

BEGIN = "begin"
_WITH_VALUE = ("--profile", "--lang")  # what can stand before a command
_COMMANDS = (BEGIN, "course", "results", "group", "review")


def spelled(arguments: Sequence[str]) -> list[str]:
    """The words of a command line in which `practice SCENARIO` is written out as `practice begin SCENARIO`."""
    words = list(arguments)
    place = 0
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] in _WITH_VALUE else 1
    if words[place : place + 1] == ["practice"]:
        following = words[place + 1 : place + 2]
        if following and not following[0].startswith("-") and following[0] not in _COMMANDS:
            words.insert(place + 1, BEGIN)
    return words


def add(parser: argparse.ArgumentParser, later: Later, common: Option, as_json: Option) -> None:
    """The commands within `practice`."""
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), prog="agent-tui practice")

    def command(name: str, module: str, function: str, about: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
        common(made)
        made.set_defaults(run=later(module, function))
        return made

    made = command(
        BEGIN, "practice", "practice", _("begin a scenario at once; `practice SCENARIO` does the same")
    )
    made.add_argument("scenario", metavar=_("SCENARIO"))
    beginning(made)
    _course(command("course", "courses", "show", _("check, show and add courses")), later, common, as_json)
    made = command("results", "results", "results", _("list the runs that were ended, or export results"))
    as_json(made)
    made.add_argument(
        "--export", type=Path, metavar=_("FILE"), help=_("write a trainer's result file; with --run, a run")
    )
    made.add_argument(
        "--run", dest="which", metavar=_("RUN"), help=_("this run, by the end of its id, or `last`")
    )
    made.add_argument(
        "--comments", type=Path, metavar=_("FILE"), help=_("take in a mentor's review of a run")
    )
    made = command("group", "results", "group", _("show a group's table from result files"))
    made.add_argument("files", nargs="+", type=Path, metavar=_("FILE"), help=_("result files, or folders"))
    made.add_argument(
        "--course", type=Path, metavar=_("FILE"), help=_("count this course, not those in the files")
    )
    made.add_argument(
        "--verify", action="store_true", help=_("play the run of every certificate again and judge it anew")
    )
    as_json(made)
    made.add_argument("--csv", action="store_true", help=_("print CSV"))
    made = command("review", "reviews", "review", _("step through a run and comment on it, as a mentor"))
    made.add_argument("file", type=Path, metavar=_("FILE"), help=_("a run or a certificate"))
    as_json(made)
    made.add_argument("--list", action="store_true", help=_("print it, as where there is no terminal"))
    made.add_argument("--comment", metavar=_("TEXT"), help=_("say this; - reads it from standard input"))
    made.add_argument("--at", type=int, metavar="N", help=_("to this moment; otherwise to the whole run"))
    made.add_argument("--sign", action="store_true", help=_("sign the run off"))
    made.add_argument("--stage", metavar=_("STAGE"), help=_("with --sign: this stage of the training too"))


def beginning(parser: argparse.ArgumentParser) -> None:
    """How a scenario is begun."""
    parser.add_argument(
        "--mode", default=argparse.SUPPRESS, metavar=_("MODE"), help=_("learn, rehearse or certify")
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=argparse.SUPPRESS,
        metavar="N",
        help=_("the same number gives the same run"),
    )


def _course(parser: argparse.ArgumentParser, later: Later, common: Option, as_json: Option) -> None:
    commands = parser.add_subparsers(
        title=_("commands"), metavar=_("COMMAND"), prog="agent-tui practice course", required=True
    )
    for name, about in (
        ("check", _("say what is wrong with a course file: line and reason")),
        ("show", _("show a course file, or how far you are with your courses")),
        ("add", _("add a course that a trainer gave you")),
    ):
        made: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
        common(made)
        if name == "show":
            made.add_argument("file", nargs="?", type=Path, metavar=_("FILE"), help=_("otherwise your own"))
            as_json(made)
        else:
            made.add_argument("file", type=Path, metavar=_("FILE"))
        made.set_defaults(run=later("courses", name))
