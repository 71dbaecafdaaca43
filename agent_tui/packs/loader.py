"""Reads pack files: TOML tables of one shape each, shipped with the product and overridable file by file.

A file of the same name in the user's folder takes the place of the shipped one. A bad file is reported with line and
reason and left out, so that the shipped one stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from agent_tui.domain.durations import parse_duration
from agent_tui.domain.messages import N_, Told
from agent_tui.system_errors import reason_of

T = TypeVar("T")
U = TypeVar("U")

BUILT_IN = Path(__file__).parent


class Problem(msgspec.Struct, frozen=True):
    """A pack file that was left out, where it is wrong (line 0: the file as a whole), and why."""

    file: str
    line: int
    reason: str | Told

    @property
    def text(self) -> str:
        """The sentence for it, with named fields."""
        if not self.line:
            return N_("{file}: {reason}. The file was left out.")
        return N_("{file}, line {line}: {reason}. The file was left out.")


class PackError(Exception):
    """A pack file that cannot be used."""

    def __init__(self, file: Path, line: int, reason: str | Told) -> None:
        super().__init__(f"{file}, line {line}: {reason}" if line else f"{file}: {reason}")
        self.problem = Problem(str(file), line, reason)


class Place(msgspec.Struct, frozen=True):
    """Where an entry stands in its file, so that a mistake in it can be named."""

    file: Path
    source: str
    key: str

    def error(self, field: str, reason: str | Told) -> PackError:
        """The error for a field of this entry, with its line."""
        whole = (
            Told(N_("[{table}] {reason}"), {"table": self.key, "reason": reason})
            if isinstance(reason, Told)
            else f"[{self.key}] {reason}"
        )
        return PackError(self.file, _line_of(self.source, self.key, field), whole)


def read_entries(file: Path, shape: type[T]) -> dict[str, tuple[T, Place]]:
    """Each table of a pack file, checked against its shape. Raises PackError with the line."""
    try:
        source = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PackError(file, 0, reason_of(error)) from error
    except UnicodeDecodeError as error:
        raise PackError(file, 0, f"is not UTF-8 text (byte {error.start})") from error
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+)", str(error))
        last = len(source.rstrip().splitlines())  # what is not closed is missed at the end
        raise PackError(file, int(match[1]) if match else last, str(error)) from error
    entries: dict[str, tuple[T, Place]] = {}
    for key, table in tables.items():
        place = Place(file, source, key)
        try:
            entries[key] = (msgspec.convert(table, shape), place)
        except msgspec.ValidationError as error:
            field = re.search(r"`\$\.(\w+)|unknown field `(\w+)`", str(error))
            raise place.error(next(filter(None, field.groups())) if field else "", str(error)) from error
    return entries


def _line_of(source: str, key: str, field: str) -> int:
    """The line of a field in a table, of the table itself if the field is not written there, or 0.

    The table may be written as `[key]`, as `[key.field]`, or as `key = …` on one line.
    """
    table = 0
    inside = True  # before the first header, keys belong to the file itself
    path: list[str] = []
    for number, line in enumerate(source.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
        if header:
            path = [part.strip("\"' ") for part in header[1].split(".")]
            inside = path[0] == key
            if inside and len(path) > 1 and path[1] == field:
                return number
            if inside and not table:
                table = number
            continue
        name = re.match(r"\s*[\"']?([^\s\"'=.]+)", line)
        if not inside or name is None:
            continue
        if path and name[1] == field and field:
            return number
        if not path and name[1] == key:
            return number
    return table


def override(folder: str, name: str, user: Path | None) -> tuple[Path, ...]:
    """The files to try for one pack, the user's own first; the shipped one where it is there or nothing else is."""
    shipped = BUILT_IN / folder / name
    own = user / folder / name if user is not None else None
    if own is None or not own.is_file():
        return (shipped,)
    return (own, shipped) if shipped.is_file() else (own,)


def pick(folder: str, name: str, user: Path | None, read: Callable[[Path], T], problems: list[Problem]) -> T:
    """What `read` makes of a pack file: of the user's own or, when that is bad, of the shipped one.

    Raises PackError when the shipped file itself is bad.
    """
    own, *shipped = override(folder, name, user)
    if not shipped:
        return read(own)
    try:
        return read(own)
    except PackError as error:
        problems.append(error.problem)
        return read(shipped[0])


def pick_any(
    folder: str, name: str, user: Path | None, read: Callable[[Path], T], problems: list[Problem]
) -> T | None:
    """The same for a pack that need not be shipped, such as a company's own language.

    None where nobody wrote it, and where the user's own is bad with nothing behind it. Raises PackError when the
    shipped file itself is bad.
    """
    if (BUILT_IN / folder / name).is_file():
        return pick(folder, name, user, read, problems)
    own = user / folder / name if user is not None else None
    if own is None or not own.is_file():
        return None
    try:
        return read(own)
    except PackError as error:
        problems.append(error.problem)
        return None


def pick_both(
    folder: str,
    names: tuple[str, str],
    user: Path | None,
    read: Callable[[Path], T],
    read_next: Callable[[Path, T], U],
    problems: list[Problem],
) -> tuple[T, U]:
    """What is made of two pack files, of which the second speaks of what stands in the first.

    When the user's own first file lacks what the shipped second one needs, the first is left out. Raises PackError when
    a shipped file itself is bad.
    """
    first, second = names
    found: list[Problem] = []
    one = pick(folder, first, user, read, found)
    try:
        other = pick(folder, second, user, lambda file: read_next(file, one), found)
    except PackError as error:
        own, *shipped = override(folder, first, user)
        if not shipped:
            raise
        found = [Problem(str(own), 0, f"does not fit {second}: {error.problem.reason}")]
        one = read(shipped[0])
        other = pick(folder, second, user, lambda file: read_next(file, one), found)
    problems += found
    return one, other


def duration(place: Place, field: str, text: str) -> timedelta:
    """A span longer than nothing, as `24h` or `3d`. Raises PackError."""
    try:
        value = parse_duration(text)
    except ValueError as error:
        raise place.error(field, str(error)) from error
    if value <= timedelta():
        raise place.error(field, f"{field} is longer than nothing")
    return value
