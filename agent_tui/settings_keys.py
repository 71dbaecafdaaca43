"""What can be set: each setting with its sentence, what it allows and how it is typed."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

import msgspec

from agent_tui.domain.messages import N_
from agent_tui.i18n import AUTO
from agent_tui.settings_tables import KEYS_ALLOWED


class Kind(Enum):
    """What a setting holds."""

    TEXT = auto()
    LIST = auto()
    FLAG = auto()
    NUMBER = auto()


class Key(msgspec.Struct, frozen=True):
    """One setting as a face shows it; `about` and `allowed` are to be translated."""

    name: str  # as in the file: `agent.name`
    about: str
    allowed: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()  # all there are, where that is known


KEYS: Final = (
    Key(
        "agent.name",
        N_("Your name, as colleagues read it."),
        N_("a text of one line; empty for the login name"),
    ),
    Key(
        "agent.roles",
        N_("Your roles: agent, senior, supervisor, lead, qa, trainer, analyst."),
        N_("a list of roles of the policy"),
        Kind.LIST,
    ),
    Key(
        "agent.regions",
        N_("Your regions; empty for all of them."),
        N_("a list of regions of the policy"),
        Kind.LIST,
    ),
    Key(
        "language",
        N_("The language of the screens."),
        N_("“auto” or a language that the desk speaks, such as “zh_CN”"),
    ),
    Key(
        "time_zone",
        N_("The time zone in which you read times."),
        N_("“auto” or an IANA time zone, such as “Asia/Shanghai”"),
    ),
    Key(
        "profile",
        N_("The desk that opens when none is named."),
        N_("letters, digits, “-”, “_” and “.”; not “practice”"),
    ),
    Key(
        "own_addresses",
        N_("Mail addresses of the desk itself."),
        N_("a list of mail addresses"),
        Kind.LIST,
    ),
    Key(
        "theme",
        N_("The colours of the desk; `auto` follows what the terminal can show."),
        N_("“auto” or the name of a theme, shipped or of your own"),
    ),
    Key(
        "glyphs",
        N_("Which signs the desk is drawn with."),
        N_("“auto”, “unicode” or “ascii”"),
        choices=(AUTO, "unicode", "ascii"),
    ),
    Key("mouse", N_("Whether the desk listens to the mouse."), N_("true or false"), Kind.FLAG),
    Key("bell", N_("Whether the bell rings for a deadline."), N_("true or false"), Kind.FLAG),
    Key(
        "quiet_hours",
        N_("When neither bell nor desktop notices are wanted."),
        N_("a span of hours, such as “22:00-07:00”, or empty"),
    ),
    Key(
        "undo_seconds",
        N_("How long a confirmed reply can be taken back before it goes out."),
        N_("a whole number from 0 to 60"),
        Kind.NUMBER,
    ),
)
KEYS_OF = Key(
    "keys.COMMAND",
    N_("The keys of a command; none takes them away. `agent-tui keys` lists the commands."),
    KEYS_ALLOWED,
    Kind.LIST,
)
