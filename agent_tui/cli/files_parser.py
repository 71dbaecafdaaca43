"""The grammar of the commands of files: `import`, `export`, `save`, `sample`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from agent_tui.domain.views import VIEWS
from agent_tui.i18n import _

Made = Callable[[str, str, str], argparse.ArgumentParser]
"""Makes a command of a name, of the function that runs it, and of what it is about."""

Option = Callable[[argparse.ArgumentParser], None]


def add(command: Made, ticket: Option, as_json: Option) -> None:
    """The commands and their options."""
    made = command("import", "bring_in", _("bring in mbox, Maildir, .eml, CSV or JSONL files"))
    made.add_argument("files", nargs="+", type=Path, metavar=_("FILE"), help=_("files or folders"))
    made.add_argument(
        "--own",
        action="append",
        default=[],
        metavar=_("ADDRESS"),
        help=_("an address of your own, besides those in the settings"),
    )
    as_json(made)

    made = command("export", "take_out", _("write tickets to CSV, JSONL or XLSX"))
    made.add_argument("--view", default="all", metavar=_("VIEW"), help=", ".join(VIEWS))
    made.add_argument(
        "--search", default="", metavar=_("WORDS"), help=_("only tickets that hold all these words")
    )
    made.add_argument("--format", choices=("csv", "jsonl", "xlsx"), help=_("otherwise the file's name tells"))
    made.add_argument("--output", type=Path, metavar=_("FILE"), help=_("otherwise standard output"))
    made.add_argument(
        "--customer",
        metavar=_("CUSTOMER"),
        help=_(
            "everything held about one customer, unmasked, as .json or .zip: their right of access;"
            " named as for erase"
        ),
    )

    made = command("save", "save", _("save an attachment of a ticket to a file"))
    ticket(made)
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
        "sample",
        _("make a profile with a sample inbox, if it is not there yet, and open its desk"),
    )
    made.add_argument("--list", action="store_true", help=_("list it instead, as where there is no terminal"))
    as_json(made)
