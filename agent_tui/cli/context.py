"""What every command is given: its arguments, where things are, who and when it is."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agent_tui import settings as settings_file
from agent_tui.cli.exits import UsageError
from agent_tui.cli.output import Output
from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain.casework import AGENT
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.locations import (
    InvalidProfileError,
    Locations,
    ReservedProfileError,
    live_profile,
    locate,
)
from agent_tui.packs.loader import Problem
from agent_tui.settings import Settings
from agent_tui.store.cipher import translated
from agent_tui.telling_errors import filled, use_policy, use_zone

if TYPE_CHECKING:
    from agent_tui.desk.guiding import Guidance


class Context:
    """One run of one command. `now` is read once, so that a command happens at one moment."""

    def __init__(self, args: argparse.Namespace, out: Output) -> None:
        self.args = args
        self.out = out
        self.now = datetime.now(UTC)
        self._passphrases: dict[str, str | None] = {}

    @cached_property
    def locations(self) -> Locations:
        return locate()

    @cached_property
    def settings(self) -> Settings:
        """The user's settings; for a command that mends them, the defaults when they are broken.

        Raises SettingsError.
        """
        try:
            return settings_file.load(self.locations.settings_file)
        except settings_file.SettingsError:
            if getattr(self.args, "mends", False):
                return Settings()
            raise

    @property
    def json(self) -> bool:
        """Whether a machine reads the output."""
        return bool(getattr(self.args, "json", False))

    @cached_property
    def profile(self) -> str:
        """Raises UsageError for a name that can be none, saying where it was given."""
        for source, name in (
            ("--profile", self.args.profile),
            ("AGENT_TUI_PROFILE", os.environ.get("AGENT_TUI_PROFILE")),
        ):
            if not name:
                continue
            try:
                return live_profile(name)
            except ReservedProfileError as error:
                text = _("{source}: {name!r} is the profile of practice; `agent-tui practice` opens it.")
                raise UsageError(text.format(source=source, name=safe(error.name))) from error
            except InvalidProfileError as error:
                text = _("{source}: {name!r} is no name for a profile: letters, digits, - _ . and no other.")
                raise UsageError(text.format(source=source, name=safe(error.name))) from error
        return live_profile(self.settings.profile)

    @cached_property
    def zone_name(self) -> str:
        """The IANA name of the zone in which the agent reads times."""
        return settings_file.zone_name(self.settings)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    @property
    def place(self) -> Place:
        where = self.locations
        return Place(self.profile, where.store_file(self.profile), where.config_dir, where.packs_dir)

    @contextmanager
    def desk(self, *, create: bool = False, quiet: bool = False) -> Iterator[Desk]:
        """The desk of the chosen profile, closed at the end of the block.

        Says which pack files were left out, unless it is `quiet` since a screen will say it.
        """
        own = self.settings.agent
        agent = Actor(settings_file.agent_name(self.settings), own.roles or (AGENT,), own.regions)
        use_zone(self.zone)
        desk = open_desk(self.place, agent, self.zone_name, self.ask_passphrase, create=create, now=self.now)
        use_policy(desk.policy)
        desk.views = desk.views | settings_file.own_views(self.settings)
        for sentence in self.problems(desk) if not quiet else ():
            self.out.complain(sentence)
        with closing(desk), translated(self.place.store):  # reading can meet damage at any time
            yield desk
        if not quiet and "guidance" in vars(desk):  # its packs were read meanwhile
            self.left_out_of(desk.guidance)

    def left_out_of(self, guidance: Guidance) -> None:
        """Say which pack files guidance does without, and why."""
        for sentence in self.left_out(guidance.problems):
            self.out.complain(sentence)

    @classmethod
    def problems(cls, desk: Desk) -> list[str]:
        """Which pack files the desk does without, and why."""
        return cls.left_out(desk.problems)

    @staticmethod
    def left_out(problems: Iterable[Problem]) -> list[str]:
        """Which pack files were left out, and why."""
        return [
            filled(each.text, {"file": each.file, "line": each.line, "reason": each.reason})
            for each in problems
        ]

    def ask_passphrase(self) -> str | None:
        """The profile's passphrase, typed unseen and only once; None where nobody can be asked."""
        return self.passphrase_of(self.profile)

    def passphrase_of(self, profile: str) -> str | None:
        """That of another profile, in the same way."""
        if profile not in self._passphrases:
            self._passphrases[profile] = _typed_unseen()
        return self._passphrases[profile]


def _typed_unseen() -> str | None:
    if not sys.stdin.isatty():
        return None
    try:
        return getpass.getpass(_("Passphrase: "))
    except EOFError:
        return None
