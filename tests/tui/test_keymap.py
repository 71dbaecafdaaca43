"""Keys of one's own: which command keeps a key that two want, and that no clash goes untold."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from agent_tui.desk.core import Desk
from agent_tui.settings import Settings
from agent_tui.tui.app import DeskApp
from agent_tui.tui.commands import COMMANDS, Where
from agent_tui.tui.keymap import Clash, keymap
from agent_tui.tui.preferences import Preferences
from tests.tui.desks import bar, press, screen_of, sit

Own = dict[str, tuple[str, ...]]


def test_the_defaults_do_not_clash() -> None:
    assert keymap().clashes == ()
    assert keymap().keys == {command.id: command.keys for command in COMMANDS}


@pytest.mark.parametrize(
    "own",
    [
        {"mark": ("f6",), "next_ticket": ("f6",)},  # list and ticket: never at once
        {"editor": ("f5",), "snooze": ("f5",)},  # where one writes, the desk's keys do not count
        {"mark": ("x", "x")},  # said twice
        {"undo": ()},
    ],
    ids=repr,
)
def test_no_clash(own: Own) -> None:
    found = keymap(own)
    assert found.clashes == ()
    assert all(found.of(name) == tuple(dict.fromkeys(keys)) for name, keys in own.items())


@pytest.mark.parametrize(
    ("own", "clashes"),
    [
        ({"snooze": ("f6",), "mark": ("f6",)}, [("f6", "snooze", "mark")]),  # list and ticket, list
        ({"snooze": ("f6",), "next_ticket": ("f6",)}, [("f6", "snooze", "next_ticket")]),
        ({"mark": ("f6",), "unmark": ("f6",)}, [("f6", "mark", "unmark")]),
        ({"mark": ("f5",), "settings": ("f5",)}, [("f5", "mark", "settings")]),  # list, everywhere
        ({"editor": ("f5",), "settings": ("f5",)}, [("f5", "editor", "settings")]),
        ({"down": ("n",)}, [("n", "down", "note")]),  # the default gives way
        ({"mark": ("?",)}, [("question_mark", "mark", "help")]),
        (  # a default for both parts gives way to two
            {"mark": ("s",), "next_ticket": ("s",)},
            [("s", "mark", "snooze"), ("s", "next_ticket", "snooze")],
        ),
        (
            {"snooze": ("f6",), "mark": ("f6",), "next_ticket": ("f6",)},
            [("f6", "snooze", "mark"), ("f6", "snooze", "next_ticket")],
        ),
    ],
    ids=repr,
)
def test_a_clash_names_who_keeps_the_key(own: Own, clashes: list[tuple[str, str, str]]) -> None:
    found = keymap(own)
    assert [(each.key, each.kept, each.lost) for each in found.clashes] == clashes
    for each in found.clashes:
        assert each.key in found.of(each.kept)
        assert each.key not in found.of(each.lost)


def test_no_key_means_two_things_in_one_place_whatever_the_user_wants() -> None:
    own: Own = {command.id: ("f6", "f5") for command in COMMANDS}
    found = keymap(own)
    for where in (Where.LIST, Where.TICKET, Where.WRITING):
        here = [command for command in COMMANDS if command.where in (where, Where.ANYWHERE)]
        if where is not Where.WRITING:
            here += [command for command in COMMANDS if command.where is Where.DESK]
        assert sum("f6" in found.of(command.id) for command in here) == 1
    assert Clash("f6", "next_step", "open") in found.clashes


def test_one_key_does_one_thing_in_the_list_and_another_in_the_ticket(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        queue = screen_of(app).queue
        await press(pilot, "f6")
        assert (queue.marks, queue.current) == ({1}, 2)
        await press(pilot, "o", "f6")
        assert (queue.marks, app.sitting.ticket, app.sitting.opened) == ({1}, 3, True)
        await press(pilot, "escape", "f6")
        assert (queue.marks, queue.current) == ({1, 3}, 4)

    sit(desk, play, own_keys={"mark": ("f6", "f7"), "next_ticket": ("f6",)})


def test_a_clash_of_the_users_own_is_said_at_the_start(desk: Desk) -> None:
    own: Own = {"snooze": ("f6",), "mark": ("f6",), "down": ("n",)}

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        assert bar(app, "notice").strip() == "F6: snooze has it, so mark loses it."
        assert len(app.warnings) == 1  # that the default `note` lost its key is what the user wants

    preferences = Preferences(Path("settings.toml"), Settings(keys=own))
    sit(desk, play, own_keys=own, preferences=preferences)
