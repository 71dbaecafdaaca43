"""`main`: language first, then the arguments, then one command, then an exit code."""

from __future__ import annotations

import os
import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from io import TextIOWrapper

from agent_tui import collector, i18n
from agent_tui.i18n import _

_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # what Python does not use for bytes that are not UTF-8


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code (README lists them)."""
    _open_streams()
    try:
        return _run(arguments)
    except KeyboardInterrupt:  # while still starting
        sys.stderr.write(_("Interrupted. What was confirmed before is saved.") + "\n")
        return 130
    finally:
        _let_go()


def _let_go() -> None:
    """Drop what can't be written any more, to a terminal that is gone or a full disk: it was told already.

    Python would try once more at exit, complain, and end with 120.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _run(arguments: Sequence[str]) -> int:
    try:
        i18n.use(i18n.language_in(arguments))
    except i18n.UnknownLanguageError:
        i18n.use("en")  # so that the command itself can say, in some language, what is wrong
    # Imported once the language is known, since help texts are translated as the parser is built.
    from agent_tui.cli.parser import build
    from agent_tui.cli.training_parser import spelled

    try:
        try:
            args = _readable(build(commands=bool(arguments)).parse_args(spelled(arguments)))
        except SystemExit:
            sys.stdout.flush()  # what `--help` wrote
            raise
    except BrokenPipeError:  # whoever read it has seen enough
        return 0
    except OSError as error:
        from agent_tui.cli import errors
        from agent_tui.cli.output import Output

        return errors.explain(error, Output())
    # Imported once there is something to do: `--help` needs neither desk nor store.
    from agent_tui.cli import errors
    from agent_tui.cli.context import Context
    from agent_tui.cli.exits import Exit
    from agent_tui.cli.output import Output

    collector.resume()
    out = Output()
    try:
        context = Context(args, out)
        if not args.lang:  # a setting may name another language than the environment
            i18n.use(setting=context.settings.language)
        elif i18n.match(args.lang) is None:
            raise i18n.UnknownLanguageError(args.lang)
        code = int(args.run(context) or Exit.DONE)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has seen enough
        return 0
    except KeyboardInterrupt:
        out.complain(_("Interrupted. What was confirmed before is saved."))
        return 130
    except Exception as error:  # noqa: BLE001  the last place where a person can be told anything
        try:
            return errors.explain(error, out)
        except Exception as unknown:  # noqa: BLE001  a fault of ours: told without what it may quote
            return errors.confess(unknown, out)
    return code


def _open_streams() -> None:
    """Give the process an output and a complaint that can be written to, whatever it was started with."""
    # A closed stream is None; its number must not go to the next file that is opened, which may be the store.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  until the end
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if isinstance(sys.stdout, TextIOWrapper):  # a terminal without UTF-8 shows `?` for what it lacks
        sys.stdout.reconfigure(errors="replace")


def _readable(args: Namespace) -> Namespace:
    """The arguments as text. Paths stay as they are: a file's name may be any bytes."""
    for name, value in vars(args).items():
        if isinstance(value, str):
            setattr(args, name, _text(value))
        elif isinstance(value, list):
            setattr(args, name, [_text(each) if isinstance(each, str) else each for each in value])
    return args


def _text(word: str) -> str:
    return _HALVES.sub("\ufffd", word).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
