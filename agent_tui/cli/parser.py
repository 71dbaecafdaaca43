"""The command line's grammar: every command, its arguments and its help, in the language in use."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from agent_tui import __version__
from agent_tui.cli import (
    files_parser,
    guidance_parser,
    helpdesk_parser,
    measuring_parser,
    practice_parser,
    privacy_parser,
)
from agent_tui.cli.exits import Exit
from agent_tui.desk.errors import BadField
from agent_tui.desk.fields import check_market, words_of
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


def build(*, commands: bool = True) -> argparse.ArgumentParser:
    """The whole parser, or without `commands` what is enough for no argument at all, which is how a day begins.

    Each command leaves its function in `run`.
    """
    parser = Parser(
        prog="agent-tui",
        description=_(
            "The desk of a frontline customer-service agent, in a terminal. Without a command it opens."
        ),
        epilog=_(
            "Exit codes: 0 done, 1 a fault of agent-tui itself, 2 bad input, 3 refused by policy or held for your "
            "decision, 4 not found, 5 store or key, 6 helpdesk or translation service, 130 "
            "interrupted."
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
    if not commands:
        return parser
    # Without `prog`, argparse makes a formatter to find it, and that imports all archive formats.
    added = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), prog="agent-tui")

    def command(name: str, run: Run, about: str) -> argparse.ArgumentParser:
        made = added.add_parser(name, help=about, description=about)
        _common(made, default=argparse.SUPPRESS)
        made.set_defaults(run=run)
        return made

    _viewing(command)
    _working(command)
    _together(command)
    _helpdesk(command)
    _measuring(command)
    files_parser.add(lambda name, run, about: command(name, _later("files", run), about), _ticket, _json)
    guidance_parser.add(
        lambda name, module, run, about: command(name, _later(module, run), about), _ticket, _json
    )
    privacy_parser.add(lambda name, run, about: command(name, _later("privacy", run), about), _json)
    practice_parser.add(
        lambda name, module, run, about: command(name, _later(module, run), about),
        _later,
        lambda made: _common(made, default=argparse.SUPPRESS),
        _json,
    )
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
    try:
        return int(text.removeprefix("#"))
    except ValueError:
        told = _("{text!r} is not a ticket's number; #12 and 12 are accepted").format(text=text)
        raise argparse.ArgumentTypeError(told) from None


def _market(text: str) -> str:
    try:
        return check_market("market", text)
    except BadField as error:
        raise argparse.ArgumentTypeError(
            _("{text!r} is not a country code such as JP").format(text=text)
        ) from error


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
    made.add_argument("--type", metavar=_("TYPE"), help=_("only tickets of this issue type"))
    made.add_argument("--market", type=_market, metavar=_("CODE"), help=_("only customers of this market"))
    made.add_argument("--product", metavar=_("PRODUCT"), help=_("only tickets about this product"))
    made.add_argument("--level", type=int, choices=(1, 2, 3, 4), help=_("only tickets of this level"))
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
        _later("explaining", "explain"),
        _("say why a ticket stands where it does: deadlines, level, next step; or what a rule or figure is"),
    )
    made.add_argument(
        "what",
        metavar=_("ID"),
        help=_("a ticket's number, a rule such as C3, a figure such as csat, or the code of a refusal"),
    )
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
    made = command(
        "do",
        _later("work", "do"),
        _("do something to a ticket; on a helpdesk, `sync` or the open desk sends it"),
    )
    _ticket(made)
    made.add_argument("action", metavar=_("ACTION"), help=", ".join(FORMS))
    _fields(made, _("fill in a field of the action; `agent-tui actions` lists them"))
    _json(made)

    made = command(
        "new",
        _later("work", "new"),
        _(
            "record a call, chat, social or messenger contact by hand; on a helpdesk, `sync` or the open desk opens "
            "the ticket there"
        ),
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


def _together(command: Command) -> None:
    made = command(
        "handover",
        _later("handing", "handover"),
        _(
            "list your open tickets for a handover, give them to a colleague or a shift, confirm what was given"
        ),
    )
    made.add_argument("--to", metavar=_("NAME"), help=_("give them to this colleague or shift"))
    made.add_argument(
        "--only",
        type=_numbers,
        default=[],
        metavar=_("ID,ID"),
        help=_("only these tickets, not all of yours"),
    )
    made.add_argument(
        "--waiting", action="store_true", help=_("list the handovers that nobody has confirmed yet")
    )
    made.add_argument(
        "--confirm",
        nargs="?",
        const="",
        metavar=_("HANDOVER"),
        help=_("confirm a handover to you: its tickets are yours; named by its id where several wait"),
    )
    _json(made)

    _json(command("zones", _later("handing", "zones"), _("the time-zone table: who is at work or awake now")))

    made = command(
        "similar",
        _later("likening", "likely"),
        _("list the tickets that may be the same problem, with the reason"),
    )
    _ticket(made)
    made.add_argument("--confirm", action="store_true", help=_("link them as repeats or as one group"))
    _json(made)


def _helpdesk(command: Command) -> None:
    made = command(
        "connect",
        _later("connecting", "connect"),
        _(
            "work on the tickets of a helpdesk; its token is asked for, or read from the variable AGENT_TUI_TOKEN. "
            "Again with a new token: when the old one expired"
        ),
    )
    helpdesk_parser.connect(made)
    made = command("rt", _later("connecting", "initialdata"), _("prepare Request Tracker for the desk"))
    helpdesk_parser.request_tracker(made, _later, _inner)
    made = command(
        "sync",
        _later("syncing", "sync"),
        _("read what changed on the helpdesk and send the outbox, once; an open desk does so by itself"),
    )
    helpdesk_parser.sync(made, _json)
    made = command(
        "outbox",
        _later("outbox", "show"),
        _("list what the helpdesk does not have yet, and what holds it; send or discard it"),
    )
    helpdesk_parser.outbox(made, _later, _inner, _json)
    _json(
        command(
            "status",
            _later("syncing", "status"),
            _("say which helpdesk is behind the profile, when it was synced, and what waits"),
        )
    )


def _inner(parser: argparse.ArgumentParser) -> None:
    _common(parser, default=argparse.SUPPRESS)


def _numbers(text: str) -> list[int]:
    words = words_of(text)
    return [_number(word) for word in words or (text,)]


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


def _measuring(command: Command) -> None:
    made = command(
        "figures",
        _later("figures", "figures"),
        _("compute the figures of POLICY 8 from the journal, in total or by group, and say why"),
    )
    measuring_parser.figures(made, _json)
    made = command(
        "qa", _later("quality", "card"), _("the quality card, samples to review, and what reviews found")
    )
    measuring_parser.qa(made, _later, _inner, _json)


def _upkeep(command: Command) -> None:
    made = command("doctor", _later("upkeep", "doctor"), _("check settings, packs, key, store and helpdesk"))
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
