"""`agent-tui keys`: every command of the desk, its keys, and what is wrong with the user's own."""

from __future__ import annotations

from agent_tui.cli.context import Context
from agent_tui.cli.desk_command import wrong_keys
from agent_tui.cli.exits import Exit
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _, pgettext
from agent_tui.tui.commands import COMMANDS, Where
from agent_tui.tui.keymap import keymap, shown

WHERE = {
    Where.DESK: N_("list and ticket"),
    Where.LIST: N_("list"),
    Where.TICKET: N_("ticket"),
    Where.WRITING: N_("writing"),
    Where.ANYWHERE: N_("everywhere"),
}
"""The parts of the desk, as a table of keys names them."""


def keys(context: Context) -> Exit | None:
    """`keys`: the keys in use; a command that `[keys]` names and that is not there is bad input."""
    out = context.out
    found = keymap(context.settings.keys)
    if context.json:
        out.json(
            {
                "commands": [
                    {
                        "id": command.id,
                        "keys": list(found.of(command.id)),
                        "default": list(command.keys),
                        "where": command.where.value,
                        "title": command.title,
                    }
                    for command in COMMANDS
                ],
                "clashes": [
                    {"key": each.key, "kept": each.kept, "lost": each.lost} for each in found.clashes
                ],
                "unknown": list(found.unknown),
            }
        )
    else:
        lines = [
            (
                command.id,
                " ".join(map(shown, found.of(command.id))) or "–",
                _(WHERE[command.where]),
                _about(command.id),
            )
            for command in COMMANDS
        ]
        out.table(
            (_("command"), pgettext("keyboard", "keys"), _("where"), _("what it does")),
            lines,
            (0, 0, 0, 0),
            3,
        )
    for clash in found.clashes:
        text = _("{key}: {kept} has it, so {lost} loses it.")
        out.complain(text.format(key=safe(shown(clash.key)), kept=clash.kept, lost=clash.lost))
    for sentence in wrong_keys(found.unknown):
        out.complain(sentence)
    return Exit.BAD_INPUT if found.unknown else None


def _about(command: str) -> str:
    known = next(each for each in COMMANDS if each.id == command)
    return f"{_(known.title)}: {_(known.about)}" if known.about else _(known.title)
