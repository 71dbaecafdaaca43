"""What the palette finds: the commands that make sense where one is, and every ticket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from agent_tui.desk.core import Desk
from agent_tui.domain.text import safe
from agent_tui.domain.views import Row
from agent_tui.i18n import _
from agent_tui.tui.commands import Command
from agent_tui.wording import STATUS

MOST_TICKETS = 40
"""Tickets that are read for what was typed: the one that is meant is among the newest, or needs another word."""

_NUMBER = re.compile(r"#?\s*(\d{1,15})")


class Entry(msgspec.Struct, frozen=True):
    """A line of the palette: a command, or a ticket. `why_not` is the reason why it cannot be done now."""

    title: str
    about: str = ""
    key: str = ""
    why_not: str = ""
    command: str = ""
    ticket: int | None = None
    words: tuple[str, ...] = ()  # what else it is found by


def of_command(command: Command, key: str, why_not: str) -> Entry:
    """A command as a line."""
    words = (command.title, command.id.replace("_", " "), key)
    return Entry(_(command.title), _(command.about), key, why_not, command.id, words=words)


def of_ticket(row: Row) -> Entry:
    """A ticket as a line."""
    return Entry(f"#{row.id} {safe(row.customer)}", safe(row.subject), _(STATUS[row.status]), ticket=row.id)


def matching(entries: Iterable[Entry], typed: str) -> list[Entry]:
    """The commands that fit what was typed, the best first; among equals in the order of the registry."""
    wanted = typed.casefold().strip()
    if not wanted:
        return list(entries)
    scored = ((score(wanted, entry), entry) for entry in entries)
    return [entry for points, entry in sorted(scored, key=lambda pair: -pair[0]) if points]


def score(wanted: str, entry: Entry) -> int:
    """How well a command fits: its key, the beginning of a name, of a word, a part, letters in their order."""
    if entry.key and wanted == entry.key.casefold():
        return 1000
    names = (entry.title, *entry.words)
    best = max(_fits(wanted, name.casefold()) for name in names)
    return best or (100 if len(wanted) > 1 and wanted in entry.about.casefold() else 0)


def _fits(wanted: str, name: str) -> int:
    if name.startswith(wanted):
        return 900 - min(99, len(name))
    place = name.find(wanted)
    if place > 0:
        return (800 if name[place - 1] == " " else 600) - min(99, place)
    return 300 - spread if (spread := _scattered(wanted, name)) is not None else 0


def _scattered(wanted: str, name: str) -> int | None:
    """How far apart the letters of `wanted` stand in `name`, in order from its first letter; None: they do not."""
    letters = wanted.replace(" ", "")
    if not letters or not name.startswith(letters[0]):
        return None
    place = -1
    for letter in letters:
        place = name.find(letter, place + 1)
        if place < 0:
            return None
    return min(99, place + 1 - len(letters))


def number_in(typed: str) -> int | None:
    """The ticket number that was typed, `#12` or `12`."""
    found = _NUMBER.fullmatch(typed.strip())
    return int(found[1]) if found else None


def only_a_number(typed: str) -> bool:
    """Whether nothing but a ticket can be meant."""
    return typed.lstrip().startswith("#")


def ticket_numbered(desk: Desk, typed: str) -> list[Entry]:
    """The ticket whose number was typed: one line is read."""
    number = number_in(typed)
    return [] if number is None else [of_ticket(row) for row in desk.lines([number]).values()]


def tickets(desk: Desk, typed: str, besides: Sequence[Entry] = ()) -> list[Entry]:
    """The newest tickets, open or archived, that hold the words; `besides` are shown already."""
    known = {entry.ticket for entry in besides}
    words = typed.strip().lstrip("#")
    found = desk.search(words, MOST_TICKETS) if words else iter(())
    return [of_ticket(row) for row in found if row.id not in known]
