"""The themes: those that are shipped and those in the user's folder, read from TOML.

A theme of the same name in the user's folder takes the place of a shipped one. A bad file is told with line and reason
and left out; the others are there all the same.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from rich.console import Console
from textual.color import Color, ColorParseError
from textual.theme import Theme

from agent_tui.domain.messages import N_, Told
from agent_tui.domain.text import safe
from agent_tui.locations import themes_dir
from agent_tui.settings import AUTO

PLAIN = "ansi-16"
"""The theme of terminals that show few colours or none."""

USUAL = "dark"

_COLOURS = (
    "primary",
    "secondary",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
    "success",
    "warning",
    "error",
)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a theme file may hold: the fields of `textual.theme.Theme`."""

    name: str
    primary: str
    secondary: str | None = None
    accent: str | None = None
    foreground: str | None = None
    background: str | None = None
    surface: str | None = None
    panel: str | None = None
    boost: str | None = None
    success: str | None = None
    warning: str | None = None
    error: str | None = None
    dark: bool = True
    ansi: bool = False
    luminosity_spread: float = 0.15
    text_alpha: float = 0.95
    variables: dict[str, str] = {}


class ThemeProblem(msgspec.Struct, frozen=True):
    """A theme file that was left out, where it is wrong (line 0: the file as a whole), and why."""

    file: str
    line: int
    reason: Told

    @property
    def told(self) -> Told:
        """The whole sentence."""
        place = {"file": self.file, "reason": str(self.reason)}
        if self.line:
            return Told(N_("{file}, line {line}: {reason}"), place | {"line": str(self.line)})
        return Told(N_("{file}: {reason}"), place)


class _BadTheme(Exception):
    def __init__(self, line: int, text: str, **details: str) -> None:
        self.line = line
        self.reason = Told(text, details)
        super().__init__(str(self.reason))


def load(own: Path | None) -> tuple[dict[str, Theme], list[ThemeProblem]]:
    """Every theme by its name, and what is wrong with the files that were left out."""
    found: dict[str, Theme] = {}
    problems: list[ThemeProblem] = []
    for file in _files(own):
        try:
            theme = _read(file)
        except _BadTheme as error:
            problems.append(ThemeProblem(safe(str(file)), error.line, error.reason))
        else:
            found[theme.name] = theme
    return found, problems


def fitting(choice: str, themes: Iterable[str], console: Console, *, no_color: bool) -> str:
    """The theme for a setting; `auto`, and a name that is not there, follow what the terminal can show."""
    if no_color:  # the terminal's own ground and letters: signs, words and weight say everything
        return PLAIN
    if choice != AUTO and choice in themes:
        return choice
    return PLAIN if console.color_system in (None, "standard", "windows") else USUAL


def _files(own: Path | None) -> Iterator[Path]:
    yield from sorted(themes_dir().glob("*.toml"))
    if own is not None:
        yield from sorted(own.glob("*.toml"))


def _read(file: Path) -> Theme:
    """Raises _BadTheme."""
    source = ""
    try:
        source = file.read_text("utf-8")
        tree = tomllib.loads(source)
    except OSError as error:
        raise _BadTheme(
            0, N_("can't be read: {error}"), error=error.strerror or type(error).__name__
        ) from error
    except UnicodeDecodeError as error:
        raise _BadTheme(0, N_("this is not UTF-8 text")) from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        raise _BadTheme(
            int(place[1]) if place else source.count("\n") + 1,
            N_("this is not TOML: {error}"),
            error=str(error),
        ) from error
    try:
        read = msgspec.convert(tree, _File)
    except msgspec.ValidationError as error:
        field = re.search(r"`\$\.(\w+)|unknown field `([\w-]+)`", str(error))
        name = next(filter(None, field.groups()), "") if field else ""
        raise _BadTheme(_line_of(source, name), N_("this is no theme: {error}"), error=str(error)) from error
    _check(read, source)
    return _theme(read)


def _check(read: _File, source: str) -> None:
    if not re.fullmatch(r"[\w-]{1,40}", read.name):
        raise _BadTheme(
            _line_of(source, "name"), N_("a theme's name is made of letters, digits, “-” and “_”")
        )
    for field in _COLOURS:
        value = getattr(read, field)
        if value is not None and not _is_colour(value):
            raise _BadTheme(_line_of(source, field), N_("“{value}” is no colour"), value=safe(value))
    for field, value in read.variables.items():
        # A variable goes into the stylesheet as it is: only colours and words of styles, nothing that ends a rule.
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,60}", field) or not re.fullmatch(r"[\w#%., ()-]{1,60}", value):
            raise _BadTheme(
                _line_of(source, field), N_("“{value}” is no value for a style"), value=safe(value)
            )
        if field in ("text-muted", "row-cursor", *_COLOURS) and not _is_colour(value):
            raise _BadTheme(_line_of(source, field), N_("“{value}” is no colour"), value=safe(value))


def _is_colour(value: str) -> bool:
    try:
        Color.parse(value)
    except ColorParseError:
        return False
    return True


def _theme(read: _File) -> Theme:
    variables = dict(read.variables)
    if read.boost is not None:  # Textual leaves it out where there is a panel
        variables.setdefault("boost", read.boost)
    if "row-cursor" not in variables:
        ground = Color.parse(read.background or ("#121212" if read.dark else "#efefef"))
        row = "ansi_default" if read.ansi else ground.blend(Color.parse(read.primary), 0.25).hex
        variables["row-cursor"] = row
    fields = {field: getattr(read, field) for field in read.__struct_fields__ if field != "variables"}
    return Theme(**fields, variables=variables)


def _line_of(source: str, field: str) -> int:
    """The line that sets a field, or 0."""
    entry = re.compile(rf"""\s*["']?{re.escape(field)}["']?\s*=""")
    return next((number for number, line in enumerate(source.splitlines(), 1) if entry.match(line)), 0)
