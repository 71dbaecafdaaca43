"""The Textual application: wiring only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.binding import Binding
from textual.css.query import NoMatches

from agent_tui import collector
from agent_tui.desk.core import Desk
from agent_tui.desk.errors import DeskError
from agent_tui.domain.privacy_actions import NO_TICKET
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.text import safe
from agent_tui.i18n import _, ngettext
from agent_tui.settings import Settings
from agent_tui.store.errors import StoreError
from agent_tui.telling_errors import use_policy
from agent_tui.tui.alerts import Quiet, quiet_hours
from agent_tui.tui.base import BaseApp
from agent_tui.tui.commands import COMMANDS, Where
from agent_tui.tui.keymap import Keymap, shown
from agent_tui.tui.look import Glyphs
from agent_tui.tui.preferences import Preferences
from agent_tui.tui.screens.desk import DeskScreen
from agent_tui.tui.session import Sitting

if TYPE_CHECKING:
    from concurrent.futures import Future

    from agent_tui.desk.traffic import Traffic


class DeskApp(BaseApp[None]):
    """The desk of one agent at one profile."""

    CSS_PATH = [
        "app.tcss",
        "screens/desk.tcss",
    ]  # read at once: rules that come with a screen are all parsed again
    BINDINGS = [
        Binding(
            ",".join(command.keys),
            f"app.do('{command.id}')",
            id=command.id,
            show=False,
        )
        for command in COMMANDS
        if command.where is Where.ANYWHERE
    ]

    def __init__(
        self,
        desk: Desk,
        keys: Keymap,
        glyphs: Glyphs,
        now: Callable[[], datetime] | None = None,
        preferences: Preferences | None = None,
        told: Sequence[str] = (),
        counts: Future[dict[str, int]] | None = None,
        traffic: Traffic | None = None,
    ) -> None:
        """`told` are sentences to begin with: what was left out while opening, or how one starts.

        `counts` are those of the views, where somebody began to count before. `traffic` is that with the helpdesk of
        the profile, which begins once the desk stands; its owner ends it.
        """
        super().__init__(preferences or Preferences(Path("settings.toml"), Settings()))
        self.desk = desk
        use_policy(desk.policy)
        self.sitting = Sitting(desk, now or (lambda: datetime.now(UTC)), traffic)
        self.sitting.counting = counts
        self.sitting.undo_seconds = self.preferences.settings.undo_seconds
        self.keys = keys
        self.to_practice = False
        """Whether the agent left for the training ground, and comes back."""
        self.glyphs = glyphs
        self.warnings += told
        self.warnings += [
            _("{key}: {kept} has it, so {lost} loses it.").format(
                key=safe(shown(clash.key)), kept=clash.kept, lost=clash.lost
            )
            for clash in keys.clashes
            if clash.lost in self.preferences.settings.keys  # a default that gives way is what the user wants
        ]
        if any(keys.of(command.id) != command.keys for command in COMMANDS):
            # A command without keys gets one that no keyboard has: Textual takes an empty list for no change.
            self.set_keymap({name: ",".join(own) or "none" for name, own in keys.keys.items()})

    def get_default_screen(self) -> DeskScreen:
        """The desk: one screen below it, which nobody sees, would be styled and laid out as well."""
        return DeskScreen(self.sitting, self.keys, self.glyphs, self.quiet)

    def on_mount(self) -> None:
        """Open the desk."""
        if not self.preferences.settings.mouse:
            self.use_mouse(on=False)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Say the first of what there is to say."""
        desk = self.desk_screen
        if desk is None or not self.warnings:
            return
        first, rest = self.warnings[0], len(self.warnings) - 1
        more = " " + ngettext("({count} more)", "({count} more)", rest).format(count=rest) if rest else ""
        desk.say(first + more)

    @on(DeskScreen.Settled)
    def _stands(self) -> None:
        """What the first frame does not wait for: what keys do, and the clocks."""
        import_module("agent_tui.tui.doing")
        collector.resume()
        if (desk := self.desk_screen) is not None:
            desk.watch_clocks()
            desk.begin_traffic()

    @property
    def desk_screen(self) -> DeskScreen | None:
        """The screen of the desk, whatever lies over it."""
        return next((screen for screen in self.screen_stack if isinstance(screen, DeskScreen)), None)

    @property
    def quiet(self) -> Quiet:
        """The hours without bell and desktop notices."""
        return quiet_hours(self.preferences.settings.quiet_hours, self.sitting.zone)

    def copy_to_clipboard(self, text: str) -> None:
        """What Textual's own keys copy or cut: every other program gets it masked (POLICY T4)."""
        from agent_tui.desk import masking  # not before somebody copies
        from agent_tui.tui import copying

        clip = masking.clip(self.desk, self.sitting.ticket or NO_TICKET, text)
        super().copy_to_clipboard(clip.text)
        self._clipboard = text  # pasted here again, it is what the agent cut
        if clip.hidden and (desk := self.desk_screen) is not None:
            desk.say(copying.told_of_keys(clip))

    def bell(self) -> None:
        """Ring, unless the user wants no bell."""
        if self.preferences.settings.bell:
            super().bell()

    def retell(self) -> None:
        """Say everything on the desk again: language, zone or signs are not what they were."""
        if (desk := self.desk_screen) is not None:
            desk.retell(self.glyphs, self.quiet)
        for screen in self.screen_stack:
            screen.refresh(layout=True)

    def use_mouse(self, *, on: bool) -> None:
        """Listen to the mouse, or leave it to the terminal."""
        driver = self._driver  # Textual decides this once, at its start
        if driver is not None and not self.is_headless:
            modes = ("1000", "1003", "1015", "1006")
            driver.write("".join(f"\x1b[?{mode}{'h' if on else 'l'}" for mode in modes))

    async def action_do(self, command: str) -> None:
        """The commands that hold anywhere."""
        if command == "quit":
            self.leave()
        elif command in ("theme", "settings"):
            from agent_tui.tui.screens.settings import open_panel  # not before somebody wants it

            open_panel(self, command)
        elif command in ("palette", "help", "jump"):
            from agent_tui.tui import habits  # not before somebody wants it

            habits.open_for(self, command)
        elif command == "practice":
            self.to_practice = True
            self.leave()

    async def action_quit(self) -> None:
        """Textual's own way out (Ctrl+Q) saves as well."""
        self.leave()

    def leave(self) -> None:
        """Send what was confirmed, save what is being written, note the place, and end."""
        self.sitting.send_due(all_of_them=True)
        self._keep()
        self.exit()

    def _keep(self) -> None:
        if (desk := self.desk_screen) is not None:
            desk.keep_draft()
        self.sitting.remember()

    def _fatal_error(self) -> None:
        """A fault of ours: what was being written is kept, if the store still takes it."""
        try:
            self._keep()
        except (StoreError, DeskError, Refusal, NoMatches):
            self.warnings.append(_("The draft could not be kept."))
        super()._fatal_error()
