"""The grammar of the commands of guidance: `etiquette`, `phrases`, `check`, `translate`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import get_args

from agent_tui.domain.actions import Outcome
from agent_tui.i18n import _

Made = Callable[[str, str, str, str], argparse.ArgumentParser]
"""Makes a command of a name, of the module and function that run it, and of what it is about."""

Option = Callable[[argparse.ArgumentParser], None]

OUTCOMES = tuple(str(kind.__struct_config__.tag) for kind in get_args(Outcome))


def add(command: Made, ticket: Option, as_json: Option) -> None:
    """The commands and their options."""
    made = command(
        "etiquette",
        "guiding",
        "etiquette",
        _("say what matters now about a ticket's customer, or print the handbook page of a market"),
    )
    made.add_argument(
        "about",
        nargs="?",
        metavar=_("ID|MARKET"),
        help=_("a ticket's number or a market such as JP; without it the markets are listed"),
    )
    as_json(made)
    _phrases(
        command(
            "phrases",
            "phrases",
            "phrases",
            _("recommend phrases for a ticket, look into the phrase book, propose and approve phrases"),
        ),
        as_json,
    )
    made = command(
        "check",
        "guiding",
        "check",
        _(
            "say what is wrong with a text for a ticket; nothing is recorded. Exit code 3: it would be kept back"
        ),
    )
    ticket(made)
    kind = made.add_mutually_exclusive_group()
    kind.add_argument(
        "--outcome",
        choices=OUTCOMES,
        metavar=_("OUTCOME"),
        help=_("what the reply does; otherwise solves: {known}").format(known=", ".join(OUTCOMES)),
    )
    kind.add_argument("--note", action="store_true", help=_("it is an internal note, not a reply"))
    _text(made, _("the text; without it, or as -, it is read from standard input"))
    as_json(made)

    made = command(
        "translate",
        "guiding",
        "translate",
        _(
            "translate the customer's last message, or a text of yours into the customer's language, by machine"
        ),
    )
    ticket(made)
    made.add_argument(
        "--to",
        default="",
        metavar=_("LANGUAGE"),
        help=_("otherwise the customer's for a text, the desk's for the customer's message"),
    )
    _text(
        made,
        _("the text to translate; - reads it from standard input; without it the customer's last message"),
    )
    as_json(made)


def _text(parser: argparse.ArgumentParser, about: str) -> None:
    parser.add_argument("--text", metavar=_("TEXT"), help=about)


def _phrases(made: argparse.ArgumentParser, as_json: Option) -> None:
    made.add_argument(
        "what",
        nargs="?",
        metavar=_("ID|propose|pending|approve"),
        help=_(
            "a ticket's number: phrases that fit it, filled in; propose: write one into the team's file; "
            "pending: what waits for a supervisor; approve: let one be recommended; without it the phrase book"
        ),
    )
    made.add_argument("phrase", nargs="?", metavar=_("PHRASE"), help=_("for approve: the phrase's id"))
    made.add_argument(
        "--scene", default="", metavar=_("SCENE"), help=_("only this scene, such as return_refund")
    )
    made.add_argument(
        "--language",
        default="",
        metavar=_("LANGUAGE"),
        help=_("otherwise the customer's, without a ticket that of the desk"),
    )
    made.add_argument(
        "--search",
        default="",
        metavar=_("WORDS"),
        help=_("only phrases that hold all these words, else those for a customer who writes them"),
    )
    made.add_argument("--limit", type=int, metavar=_("COUNT"), help=_("at most so many phrases"))
    _text(made, _("for propose: the phrase; without it, or as -, it is read from standard input"))
    made.add_argument(
        "--id", default="", metavar=_("PHRASE"), help=_("for propose: its id, otherwise a new one")
    )
    as_json(made)
