"""The user's settings: one TOML file, decoded into frozen values, with errors that name file, line and key.

An unknown key is an error that names the nearest known one: a typing mistake must not pass for a setting.
Editing keeps the user's comments and order.
"""

from __future__ import annotations

import os
import re
import tomllib
import zoneinfo
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Final

import msgspec

from agent_tui import i18n, locations
from agent_tui.domain.filters import parse_conditions
from agent_tui.domain.text import is_safe, safe
from agent_tui.domain.views import View
from agent_tui.i18n import _
from agent_tui.settings_keys import KEYS, KEYS_OF, Key, Kind
from agent_tui.settings_tables import OwnView, close_to, unknown, wrong_keys, wrong_views
from agent_tui.system_errors import reason_of

AUTO: Final = i18n.AUTO


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who works at this desk."""

    name: str = ""  # empty: the login name, see `agent_name`
    roles: tuple[str, ...] = ("agent",)  # of the policy (POLICY P1)
    regions: tuple[str, ...] = ()  # of the policy (POLICY P2); empty: all of them


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a user sets. The defaults are what holds without a file."""

    agent: Agent = Agent()
    language: str = AUTO
    time_zone: str = AUTO
    profile: str = "default"
    own_addresses: tuple[str, ...] = ()
    theme: str = AUTO
    glyphs: str = AUTO
    mouse: bool = True
    bell: bool = True
    quiet_hours: str = ""
    undo_seconds: int = 8
    keys: dict[str, tuple[str, ...]] = {}
    views: dict[str, OwnView] = {}


Value = str | bool | int | tuple[str, ...]


class SettingsError(Exception):
    """The settings can't be read or changed. The message is complete, in the language in use.

    `path` is the file, None where a value was typed that the file does not hold; `line` counts from 1 and is None
    where no line is to blame.
    """

    def __init__(self, path: Path | None, reason: str, *, line: int | None = None) -> None:
        if path is None:
            message = _("The settings were not changed: {reason}").format(reason=reason)
        elif line is None:
            message = _("{file}: {reason}").format(file=path, reason=reason)
        else:
            message = _("{file}, line {line}: {reason}").format(file=path, line=line, reason=reason)
        super().__init__(message)
        self.path = path
        self.line = line
        self.reason = reason


_BY_NAME: Final = {key.name: key for key in KEYS}
_TABLES: Final = {key.name.rpartition(".")[0] for key in KEYS} - {""}
_OPEN_TABLES: Final = ("keys", "views")  # what stands in them is named by the user


def load(path: Path) -> Settings:
    """Return the settings in the file `path`; the defaults when there is no file. Raises `SettingsError`."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        told = reason_of(error)
        reason = _(told.text).format(**told.details)
        raise SettingsError(path, _("can't be read: {error}").format(error=reason)) from error
    return _decode(path, content)


def agent_name(settings: Settings) -> str:
    """Return the agent's name: from the settings, else the login name."""
    if settings.agent.name:
        return settings.agent.name
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without an account, as in containers
        return "agent"


def zone_name(settings: Settings) -> str:
    """The IANA name of the zone in which the agent reads times."""
    if settings.time_zone != AUTO:
        return settings.time_zone
    # The usual ways in which a machine says it; to ask tzlocal, which knows them all, takes 3 ms of every start.
    found = os.environ.get("TZ") or os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    if found and _is_zone(found):
        return found
    from tzlocal import get_localzone_name

    return get_localzone_name() or "UTC"


def time_zone(settings: Settings) -> zoneinfo.ZoneInfo | None:
    """Return the zone that the user chose; None for the zone of the machine."""
    return None if settings.time_zone == AUTO else zoneinfo.ZoneInfo(settings.time_zone)


def key_of(name: str) -> Key | None:
    """Return the key called `name`, also one of `[keys]`; None if there is none."""
    table, _dot, command = name.partition(".")
    return KEYS_OF if table == "keys" and command else _BY_NAME.get(name)


def get(settings: Settings, name: str) -> Value:
    """Return the value of the key `name`. Raises `KeyError` for a name that `key_of` does not know."""
    if name.startswith("keys."):
        return settings.keys.get(name.removeprefix("keys."), ())
    _BY_NAME[name]
    value: object = settings
    for part in name.split("."):
        value = getattr(value, part)
    if isinstance(value, tuple):
        return tuple(str(item) for item in value)
    return value if isinstance(value, bool | int) else str(value)


def shown(value: Value) -> str:
    """Return a value as people read and type it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def own_views(settings: Settings) -> dict[str, View]:
    """Return the user's own views by name."""
    return {
        name: View(name, safe(own.title or name), parse_conditions(own.where))
        for name, own in settings.views.items()
    }


def change(path: Path, name: str, values: tuple[str, ...]) -> Settings:
    """Set the key `name` in the file `path` to `values`, or remove it without values; return the settings.

    A key that isn't a list takes one value. Raises `SettingsError`, and then the file is as it was; the error names
    the file only when that was wrong already.
    """
    import tomlkit  # 37 ms, for editing alone

    key = key_of(name)
    if key is None:
        raise SettingsError(None, unknown(name, tuple(_BY_NAME)))
    if key.kind is not Kind.LIST and len(values) > 1:
        raise SettingsError(None, _("{key} takes one value").format(key=name))
    load(path)  # a file that is broken already is for its author to mend
    document = tomlkit.parse(path.read_text("utf-8") if path.exists() else "")
    *tables, last = name.split(".")
    place: MutableMapping[str, object] = document
    for table in tables:
        inner = place.setdefault(table, tomlkit.table())
        if not isinstance(inner, MutableMapping):
            raise SettingsError(path, _("{key} must be a table").format(key=table))
        place = inner
    if values:
        place[last] = _typed(key, values)
    elif last in place:
        del place[last]
    content = tomlkit.dumps(document).encode()
    try:
        settings = _decode(path, content)
    except SettingsError as error:  # the file was in order: it is the new value that is wrong
        raise SettingsError(None, error.reason) from error
    locations.write_private(path, content)
    return settings


def _typed(key: Key, values: tuple[str, ...]) -> object:
    """What was typed as the file holds it; what makes no sense stays a text, for `_decode` to name."""
    match key.kind:
        case Kind.LIST:
            return [value for value in values if value]
        case Kind.FLAG:
            return _FLAGS.get(values[0].strip().lower(), values[0])
        case Kind.NUMBER if values[0].strip().isdecimal() and len(values[0]) < 10:
            return int(values[0])
        case _:
            return values[0]


_FLAGS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _decode(path: Path, content: bytes) -> Settings:
    try:
        text = content.decode("utf-8-sig")  # Notepad begins a file with a byte order mark
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(path, _("this is not UTF-8 text"), line=line) from error
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, line = _toml_place(str(error), text)
        raise SettingsError(path, _("this is not TOML: {error}").format(error=reason), line=line) from error
    for name, reason in _unknown_keys(tree):
        raise SettingsError(path, reason, line=_line_of(text, name))
    try:
        settings = msgspec.convert(tree, Settings)
    except msgspec.ValidationError as error:
        # msgspec says `Expected `str`, got `int` - at `$.own_addresses[0]``
        place = re.search(r"`\$\.([\w.]+)", str(error))
        if place is None:
            raise SettingsError(path, str(error)) from error
        raise SettingsError(path, _must_be(place[1]), line=_line_of(text, place[1])) from error
    for name, is_valid in _CHECKS.items():
        if not is_valid(settings):
            value = shown(get(settings, name))
            reason = _("{key} must be {allowed}; it is “{value}”").format(
                key=name, allowed=_(_BY_NAME[name].allowed), value=value
            )
            raise SettingsError(path, reason + _nearest_zone(name, value), line=_line_of(text, name))
    return settings


def _toml_place(message: str, text: str) -> tuple[str, int]:
    """Split tomllib's `reason (at line 3, column 7)` into the reason and the line."""
    reason, _bracket, place = message.rpartition(" (at ")
    found = re.match(r"line (\d+)", place)
    return reason, int(found[1]) if found else text.count("\n") + 1


def _unknown_keys(tree: dict[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name of each key that no setting has, with what is wrong about it."""
    known = tuple(name for name in (*_BY_NAME, *_TABLES, *_OPEN_TABLES) if name.startswith(prefix))
    for part, value in tree.items():
        name = prefix + part
        if name in _OPEN_TABLES:
            if isinstance(value, dict):
                yield from wrong_keys(value) if name == "keys" else wrong_views(value)
            else:
                yield name, _("{key} must be a table").format(key=name)
        elif name in _TABLES:
            if isinstance(value, dict):
                yield from _unknown_keys(value, name + ".")
            else:
                yield name, _("{key} must be a table").format(key=name)
        elif name not in _BY_NAME:
            yield name, unknown(name, known)


def _must_be(name: str) -> str:
    if name not in _BY_NAME:
        return _("{key} must be a table").format(key=name)
    return _("{key} must be {allowed}").format(key=name, allowed=_(_BY_NAME[name].allowed))


def _nearest_zone(name: str, value: str) -> str:
    if name != "time_zone":
        return ""
    nearest = close_to(value, zoneinfo.available_timezones())
    return " " + _("Did you mean {nearest}?").format(nearest=nearest[0]) if nearest else ""


def _line_of(text: str, name: str) -> int | None:
    """Return the line in which `name` is set, or None: tomllib doesn't tell."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            table = header[1].replace('"', "") + "."
            if table == name + ".":
                return number
        elif setting := re.match(r"""\s*([\w\-."']+?)\s*=""", line):
            found = table + re.sub("[\"']", "", setting[1])
            # `agent = { nmae = … }` sets agent.nmae in the line of agent
            if found == name or name.startswith(found + ".") or found.startswith(name + "."):
                return number
    return None


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder
        return False
    return True


def _is_profile(name: str) -> bool:
    try:
        locations.live_profile(name)
    except locations.InvalidProfileError:
        return False
    return True


_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


def _is_line(text: str) -> bool:
    return is_safe(text) and "\n" not in text


_CHECKS: Final[dict[str, Callable[[Settings], bool]]] = {
    "agent.name": lambda settings: _is_line(settings.agent.name),
    "language": lambda settings: settings.language == AUTO or i18n.match(settings.language) is not None,
    "time_zone": lambda settings: settings.time_zone == AUTO or _is_zone(settings.time_zone),
    "profile": lambda settings: _is_profile(settings.profile),
    "own_addresses": lambda settings: all(map(_ADDRESS.fullmatch, settings.own_addresses)),
    "theme": lambda settings: _is_line(settings.theme) and bool(settings.theme),
    "glyphs": lambda settings: settings.glyphs in _BY_NAME["glyphs"].choices,
    "quiet_hours": lambda settings: not settings.quiet_hours or bool(_HOURS.fullmatch(settings.quiet_hours)),
    "undo_seconds": lambda settings: 0 <= settings.undo_seconds <= 60,
}
