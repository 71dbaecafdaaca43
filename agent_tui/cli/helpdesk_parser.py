"""The grammar of the commands about a helpdesk behind the desk: `connect`, `rt`, `sync`, `outbox` and `status`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from agent_tui.i18n import _

Option = Callable[[argparse.ArgumentParser], None]
Run = Callable[[str, str], Callable[..., object]]


def connect(parser: argparse.ArgumentParser) -> None:
    """The arguments of `connect`."""
    parser.add_argument(
        "helpdesk", choices=("rt",), metavar=_("HELPDESK"), help=_("rt, which is Request Tracker 5")
    )
    parser.add_argument("url", metavar=_("URL"), help=_("its address, as it is opened in a browser"))
    parser.add_argument(
        "--login",
        default="",
        metavar=_("NAME"),
        help=_("your login name there, only for a token that does not tell whose it is"),
    )
    parser.add_argument(
        "--queue",
        default="",
        metavar=_("QUEUE"),
        help=_("where tickets are opened that begin at this desk; otherwise the first that allows it"),
    )
    parser.add_argument(
        "--authority",
        type=Path,
        metavar=_("FILE"),
        help=_("the certificate, in PEM format, of a company's own authority"),
    )


def sync(parser: argparse.ArgumentParser, as_json: Option) -> None:
    """The options of `sync`."""
    parser.add_argument(
        "--wait",
        type=int,
        default=0,
        metavar=_("SECONDS"),
        help=_("go on for so long if the helpdesk does not answer or something could not be sent yet"),
    )
    as_json(parser)


def outbox(parser: argparse.ArgumentParser, run: Run, common: Option, as_json: Option) -> None:
    """The commands within `outbox`; without one it lists."""
    as_json(parser)
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), prog="agent-tui outbox")
    for name, about in (
        ("send", _("send a held action all the same, or another one without delay")),
        ("discard", _("take an action out of the outbox: it is never sent, and the ticket is as without it")),
        ("seen", _("what the helpdesk left out of an action has been read")),
    ):
        made = commands.add_parser(name, help=about, description=about)
        common(made)
        made.add_argument("action", metavar=_("ACTION"), help=_("its id, or the end that the list shows"))
        made.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help=_("print JSON for programs")
        )
        made.set_defaults(run=run("outbox", name))


def request_tracker(parser: argparse.ArgumentParser, run: Run, common: Option) -> None:
    """The commands within `rt`."""
    commands = parser.add_subparsers(
        title=_("commands"), metavar=_("COMMAND"), prog="agent-tui rt", required=True
    )
    about = _(
        "print the file with which an administrator of Request Tracker adds the fields that the desk needs"
    )
    made = commands.add_parser("initialdata", help=about, description=about)
    common(made)
    made.add_argument(
        "--group",
        default="",
        metavar=_("NAME"),
        help=_(
            "also the agents' rights, for this group, which is made if it is not there; otherwise fields alone"
        ),
    )
    made.set_defaults(run=run("connecting", "initialdata"))
