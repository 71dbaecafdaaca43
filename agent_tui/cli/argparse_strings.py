"""What argparse says by itself, for the catalogues; `i18n` makes argparse ask them. Nothing imports this.

Every version of Python that we run on is covered; a test compares the list with the argparse that runs it.
Messages that only a programming error brings up are left in English.
"""

from agent_tui.domain.messages import N_
from agent_tui.i18n import ngettext

N_("usage: ")
N_("positional arguments")
N_("options")
N_("subcommands")
N_("%(heading)s:")
N_("show this help message and exit")
N_("show program's version number and exit")
N_(" (default: %(default)s)")
N_("%(prog)s: error: %(message)s\n")
N_("%(prog)s: warning: %(message)s\n")
N_("argument %(argument_name)s: %(message)s")
N_("the following arguments are required: %s")
N_("one of the arguments %s is required")
N_("unrecognized arguments: %s")
N_("not allowed with argument %s")
N_("ignored explicit argument %r")
N_("unexpected option string: %s")
N_("ambiguous option: %(option)s could match %(matches)s")
N_("expected one argument")
N_("expected at least one argument")
N_("expected at most one argument")
ngettext("expected %s argument", "expected %s arguments", 2)
N_("invalid %(type)s value: %(value)r")
N_("invalid choice: %(value)r (choose from %(choices)s)")
N_("invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)")
N_("unknown parser %(parser_name)r (choices: %(choices)s)")
N_("can't open '%(filename)s': %(error)s")
N_("option '%(option)s' is deprecated")
N_("argument '%(argument_name)s' is deprecated")
N_("command '%(parser_name)s' is deprecated")
