"""The user's settings as a running desk holds them, and what a change of each does at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agent_tui import i18n
from agent_tui import settings as settings_file
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.settings import Settings, SettingsError
from agent_tui.tui.look import glyphs

if TYPE_CHECKING:
    from agent_tui.tui.app import DeskApp


LANGUAGES = (("en", "English"), ("zh_CN", "简体中文"))
"""What languages are called by those who speak them."""


class Preferences:
    """The settings and the file they are in."""

    def __init__(self, file: Path, settings: Settings | None = None, themes: Path | None = None) -> None:
        self.file = file
        self.settings = settings or Settings()
        self.themes = themes

    def change(self, name: str, values: tuple[str, ...]) -> None:
        """Write a setting, or take it out of the file. Raises SettingsError, and then nothing was changed."""
        self.settings = settings_file.change(self.file, name, values)


def why_not_written(error: SettingsError | OSError) -> str:
    """Why a setting could not be changed."""
    if isinstance(error, SettingsError):
        return safe(error.reason)
    return _("can't be written: {error}").format(error=error.strerror or type(error).__name__)


LATER = {
    "profile": N_("Counts from the next start."),
    "own_addresses": N_("Counts from the next import."),
}
"""The settings that change nothing at once, and when they count."""


def apply(app: DeskApp, name: str) -> None:
    """Let the running desk follow a setting that was changed."""
    settings = app.preferences.settings
    match name:
        case "theme":
            app.use_theme(settings.theme)
            return
        case "mouse":
            app.use_mouse(on=settings.mouse)
            return
        case "undo_seconds":
            app.sitting.undo_seconds = settings.undo_seconds
            return
        case "language":
            i18n.use(setting=settings.language)
        case "glyphs":
            app.glyphs = glyphs(settings.glyphs)
        case "agent.name":
            app.desk.agent = settings_file.agent_name(settings)
        case "time_zone":
            app.desk.zone = settings_file.zone_name(settings)
            app.sitting.zone = ZoneInfo(app.desk.zone)
        case "quiet_hours":
            pass
        case _:  # read whenever it is needed, or from the next start
            return
    app.retell()
