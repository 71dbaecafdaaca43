"""The command line's grammar: every command, its arguments and its help, in the language in use."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from agent_tui import __version__
from agent_tui.cli.exits import Exit
from agent_tui.desk.forms import FORMS
from agent_tui.domain.text import safe
from agent_tui.domain.views import VIEWS
from agent_tui.i18n import _

if TYPE_CHECKING:
    from agent_tui.cli.context import Context

Run = Callable[["Context"], "Exit | None"]


class Parser(argparse.ArgumentParser):
    """An argparse parser whose complaints, which quote what was typed, are safe for a terminal."""

    def error(self, message: str) -> NoReturn:
        """Print usage and message, exit with 2."""
        super().error(safe(message))


def _later(module: str, function: str) -> Run:
    """A command's function, whose module is imported when it runs: `--help` needs neither store nor desk."""

    def run(context: Context) -> Exit | None:
        command: Run = getattr(import_module(f"agent_tui.cli.{module}"), function)
        return command(context)

    return run


def build() -> argparse.ArgumentParser:
    """The whole parser. Each command leaves its function in `run`."""
    parser = Parser(
        prog="agent-tui",
        description=_(
            "The desk of a frontline customer-service agent, in a terminal. Without a command it opens."
        ),
        epilog=_(
            "Exit codes: 0 done, 2 bad input, 3 refused by policy, 4 not found, 5 store or key, 6 backend."
        ),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"agent-tui {__version__}",
        help=_("show program's version number and exit"),  # argparse translates it from Python 3.13 on
    )
    _common(parser, default=None)
    parser.set_defaults(run=_later("desk_command", "desk"), view="all", search="", limit=None, json=False)
    # Without `prog`, argparse makes a formatter to find it, and that imports all archive formats.
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), prog="agent-tui")

    def command(name: str, run: Run, about: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=about)
        _common(made, default=argparse.SUPPRESS)
        made.set_defaults(run=run)
        return made

    _viewing(command)
    _working(command)
    _files(command)
    _upkeep(command)
    return parser


def _common(parser: argparse.ArgumentParser, default: object) -> None:
    parser.add_argument("--profile", metavar=_("NAME"), default=default, help=_("the profile to work on"))
    parser.add_argument(
        "--lang",
        metavar=_("LANGUAGE"),
        default=default,
        help=_("en or zh_CN; otherwise the settings or the locale decide"),
    )


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("print JSON for programs"))


def _ticket(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ticket", type=_number, metavar=_("ID"), help=_("the ticket's number"))


def _number(text: str) -> int:
    return int(text.removeprefix("#"))


_number.__name__ = "ID"  # argparse says "invalid ID value"

Command = Callable[[str, Run, str], argparse.ArgumentParser]


def _viewing(command: Command) -> None:
    made = command(
        "tickets", _later("viewing", "tickets"), _("list the tickets of a view in the order of work")
    )
    made.add_argument("--view", default="all", metavar=_("VIEW"), help=", ".join(VIEWS))
    made.add_argument(
        "--search",
        default="",
        metavar=_("WORDS"),
        help=_("only tickets that hold all these words; every view and the archive, unless --view is given"),
    )
    made.add_argument("--limit", type=int, metavar=_("COUNT"), help=_("at most so many"))
    made.add_argument("--counts", action="store_true", help=_("only how many tickets each view holds"))
    _json(made)
    made.set_defaults(view=None)

    made = command("show", _later("viewing", "show"), _("show a ticket: customer, clocks, conversation"))
    _ticket(made)
    made.add_argument("--full", action="store_true", help=_("with the quoted history of each message"))
    _json(made)

    made = command(
        "explain",
        _later("viewing", "explain"),
        _("say why each deadline of a ticket is what it is, and what comes next"),
    )
    _ticket(made)
    _json(made)

    made = command(
        "journal",
        _later("viewing", "journal"),
        _("show what was done, or check that nothing of it was changed"),
    )
    made.add_argument("ticket", nargs="?", type=_number, metavar=_("ID"), help=_("of this ticket only"))
    made.add_argument(
        "--verify",
        action="store_true",
        help=_("check the chain of all entries, and every ticket against them"),
    )
    _json(made)


def _working(command: Command) -> None:
    made = command("do", _later("work", "do"), _("do something to a ticket"))
    _ticket(made)
    made.add_argument("action", metavar=_("ACTION"), help=", ".join(FORMS))
    _fields(made, _("fill in a field of the action; `agent-tui actions` lists them"))
    _json(made)

    made = command(
        "new", _later("work", "new"), _("record a call, chat, social or messenger contact by hand")
    )
    for name in ("channel", "subject"):
        made.add_argument(
            f"--{name}", metavar=_("WORDS"), help=_("the same as --set {name}=…").format(name=name)
        )
    _fields(made, _("fill in a field; `agent-tui actions new` lists them"))
    _json(made)

    made = command("actions", _later("work", "actions"), _("list the actions and their fields"))
    made.add_argument("action", nargs="?", metavar=_("ACTION"), help=_("one action, or new"))
    _json(made)


def _fields(parser: argparse.ArgumentParser, about: str) -> None:
    parser.add_argument("--set", action="append", default=[], metavar=_("FIELD=VALUE"), help=about)
    parser.add_argument(
        "--set-from",
        metavar=_("FILE"),
        help=_("read fields from a file, - for standard input, as FIELD=VALUE lines or a JSON object"),
    )
    parser.add_argument(
        "--text", metavar=_("TEXT"), help=_("the longer text of the action; - reads it from standard input")
    )


def _files(command: Command) -> None:
    made = command(
        "import", _later("files", "bring_in"), _("bring in mbox, Maildir, .eml, CSV or JSONL files")
    )
    made.add_argument("files", nargs="+", type=Path, metavar=_("FILE"), help=_("files or folders"))
    made.add_argument(
        "--own",
        action="append",
        default=[],
        metavar=_("ADDRESS"),
        help=_("an address of your own, besides those in the settings"),
    )
    _json(made)

    made = command("export", _later("files", "take_out"), _("write tickets to CSV, JSONL or XLSX"))
    made.add_argument("--view", default="all", metavar=_("VIEW"), help=", ".join(VIEWS))
    made.add_argument(
        "--search", default="", metavar=_("WORDS"), help=_("only tickets that hold all these words")
    )
    made.add_argument("--format", choices=("csv", "jsonl", "xlsx"), help=_("otherwise the file's name tells"))
    made.add_argument("--output", type=Path, metavar=_("FILE"), help=_("otherwise standard output"))

    made = command("save", _later("files", "save"), _("save an attachment of a ticket to a file"))
    _ticket(made)
    made.add_argument(
        "number", type=int, metavar=_("NUMBER"), help=_("which attachment, as `show` counts them")
    )
    made.add_argument(
        "--output",
        type=Path,
        metavar=_("FILE"),
        help=_("otherwise the attachment's own name, in this folder"),
    )

    made = command(
        "sample",
        _later("files", "sample"),
        _("make a profile with a sample inbox, if it is not there yet, and open its desk"),
    )
    made.add_argument("--list", action="store_true", help=_("list it instead, as where there is no terminal"))
    _json(made)


def _upkeep(command: Command) -> None:
    made = command("doctor", _later("upkeep", "doctor"), _("check settings, packs, key and store"))
    made.set_defaults(mends=True)
    made.add_argument(
        "--recover", action="store_true", help=_("set a damaged store aside and recover what can be read")
    )
    _json(made)

    _json(command("locate", _later("upkeep", "where"), _("say where everything of yours is kept")))
    command("lock", _later("upkeep", "lock"), _("put the profile's key under a passphrase"))
    command("unlock", _later("upkeep", "unlock"), _("keep the profile's key without a passphrase again"))

    made = command("settings", _later("upkeep", "settings"), _("show or change the settings"))
    made.add_argument("key", nargs="?", metavar=_("KEY"), help=_("one setting"))
    made.add_argument("values", nargs="*", metavar=_("VALUE"), help=_("its new value; several for a list"))
    made.add_argument("--unset", action="store_true", help=_("back to what holds without it"))
    _json(made)

    _json(command("keys", _later("keys_command", "keys"), _("list the commands of the desk and their keys")))

    made = command("completion", _later("upkeep", "completion"), _("print a completion script for a shell"))
    made.add_argument("shell", choices=("bash", "zsh", "fish", "tcsh"), help=_("which shell"))
