"""The grammar of the commands of personal data: `erase`, `retention`, `destructions`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from agent_tui.i18n import _

Made = Callable[[str, str, str], argparse.ArgumentParser]
"""Makes a command of a name, of the function that runs it, and of what it is about."""

Option = Callable[[argparse.ArgumentParser], None]


def add(command: Made, as_json: Option) -> None:
    """The commands and their options."""
    made = command(
        "erase",
        "erase",
        _("destroy everything about one customer, for good and with a record"),
    )
    made.add_argument(
        "customer",
        metavar=_("CUSTOMER"),
        help=_("a ticket of the customer, as 12; - asks for an address, a telephone number or an account"),
    )
    made.add_argument(
        "--reason",
        default="request",
        metavar=_("REASON"),
        help=_("why, in a word of reasons.toml; otherwise request"),
    )
    made.add_argument("--yes", action="store_true", help=_("do it without asking"))
    _dry_run(made)
    as_json(made)

    made = command(
        "retention",
        "retention",
        _("destroy what is past its time by retention.toml, and list what is kept and why"),
    )
    _dry_run(made)
    as_json(made)

    as_json(command("destructions", "records", _("list the records of what was destroyed")))


def _dry_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would be destroyed"))
