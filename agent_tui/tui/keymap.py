"""Which keys do which command, after the user's own changes, and how keys read."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from agent_tui.tui.commands import BY_ID, COMMANDS, Where

_SHOWN = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "slash": "/",
    "number_sign": "#",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "comma": ",",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "shift+tab": "S-Tab",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
}
_TYPED = {shown: name for name, shown in _SHOWN.items() if len(shown) == 1 and shown.isascii()}


def shown(key: str, *, ascii_only: bool = False) -> str:
    """A key as people read it: `?`, `^p`, `Esc`."""
    if key in _SHOWN and (not ascii_only or _SHOWN[key].isascii()):
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        rest = key.removeprefix("ctrl+")
        return f"^{rest}" if len(rest) == 1 else f"^{shown(rest)}"
    return key.upper() if key[0] == "f" and key[1:].isdigit() else key


def keys_at(keys: tuple[str, ...], where: Where) -> tuple[str, ...]:
    """The keys that reach a command in a part of the desk: where one writes, letters are text."""
    if where is not Where.WRITING:
        return keys
    return tuple(key for key in keys if len(key) > 1 and len(_SHOWN.get(key, "two")) > 1)


class Clash(msgspec.Struct, frozen=True):
    """Two commands that one key would do in the same part of the desk; the first one keeps it."""

    key: str
    kept: str
    lost: str


class Keymap(msgspec.Struct, frozen=True):
    """Which keys do what, after the user's own changes."""

    keys: dict[str, tuple[str, ...]]
    clashes: tuple[Clash, ...] = ()
    unknown: tuple[str, ...] = ()

    def of(self, command: str) -> tuple[str, ...]:
        """The keys of a command."""
        return self.keys.get(command, ())

    def of_parts(self) -> dict[tuple[Where, str], str]:
        """The commands that count in one part of the desk alone, by part and key: elsewhere the key may do another."""
        parts = (Where.LIST, Where.TICKET, Where.WRITING)
        return {
            (each.where, key): each.id for each in COMMANDS if each.where in parts for key in self.of(each.id)
        }


def keymap(own: Mapping[str, tuple[str, ...]] | None = None) -> Keymap:
    """The default keys with the user's in their place (`[keys]` in the settings; an empty list takes a key away)."""
    own = own or {}
    unknown = tuple(name for name in own if name not in BY_ID)
    taken: dict[tuple[Where, str], str] = {}
    keys: dict[str, tuple[str, ...]] = {}
    clashes: list[Clash] = []
    # The user's own keys come first: where a default wants the same key, the default gives way.
    ordered = sorted(COMMANDS, key=lambda command: command.id not in own)
    for command in ordered:
        wanted = tuple(_TYPED.get(key, key) for key in own[command.id]) if command.id in own else command.keys
        kept: list[str] = []
        for key in dict.fromkeys(wanted):
            # More than one, where a key for list and ticket is taken in both by different commands.
            holders = [taken[part, key] for part in _overlapping(command.where) if (part, key) in taken]
            if holders:
                clashes += [Clash(key, holder, command.id) for holder in holders]
            else:
                taken[command.where, key] = command.id
                kept.append(key)
        keys[command.id] = tuple(kept)
    return Keymap(keys, tuple(clashes), unknown)


def _overlapping(where: Where) -> tuple[Where, ...]:
    """The parts of the desk in which a key of `where` could be meant for something else."""
    match where:
        case Where.ANYWHERE:
            return tuple(Where)
        case Where.DESK:
            return (Where.DESK, Where.LIST, Where.TICKET, Where.ANYWHERE)
        case Where.WRITING:
            return (Where.WRITING, Where.ANYWHERE)
        case _:
            return (where, Where.DESK, Where.ANYWHERE)
