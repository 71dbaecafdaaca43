"""What every application of this face has in common: themes, and an end that never quotes a customer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import PurePath
from time import sleep
from typing import ClassVar, TypeVar

from rich.console import RenderableType
from rich.segment import Segment
from textual import events
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter
from textual.worker import WorkerFailed

from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.settings import AUTO
from agent_tui.telling_errors import told
from agent_tui.tui import themes
from agent_tui.tui.ending import last_resort
from agent_tui.tui.look import ASCII, glyphs, plain
from agent_tui.tui.preferences import Preferences

Result = TypeVar("Result")

_HAND_OVER = 0.0001  # seconds in which a thread wakes up


class PlainSigns(LineFilter):
    """Draws everything with signs of ASCII: texts, borders and scrollbars, of Textual's own too."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same cells; letters stay as they are."""
        return [Segment(plain(text), style, control) for text, style, control in segments]


class BaseApp(App[Result]):
    """An application with the user's theme. A fault ends it quietly: `failure` is for the command line to tell."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "app.tcss"

    def __init__(self, preferences: Preferences) -> None:
        # Without colours Textual must keep to the terminal's own, or it would paint shades of grey.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.preferences = preferences
        self.glyphs = glyphs(preferences.settings.glyphs)
        self._plain_signs = PlainSigns()
        self.warnings: list[str] = []
        self.told_to_end = False
        """Whether the end came from outside: nothing is to be opened after it."""
        found, problems = themes.load(preferences.themes)
        for theme in found.values():
            self.register_theme(theme)
        self.own_themes = tuple(found)
        self.warnings += [told(problem.told) for problem in problems]
        chosen = preferences.settings.theme
        if chosen not in (AUTO, *found):
            self.warnings.append(_("There is no theme “{name}”.").format(name=safe(chosen)))
        self.use_theme(chosen)

    async def on_event(self, event: events.Event) -> None:
        """What is pasted is a stranger's text as well: fields show it as it is."""
        if isinstance(event, events.Paste):
            event.text = safe(event.text, lines=True)
        await super().on_event(event)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and the one for terminals without signs beyond ASCII."""
        found = super().get_line_filters()
        return [*found, self._plain_signs] if self.glyphs == ASCII else found

    @property
    def failure(self) -> BaseException | None:
        """The fault that ended the application."""
        error = self._exception
        return error.error if isinstance(error, WorkerFailed) else error

    def refresh_css(self, animate: bool = True) -> None:
        """Textual asks for this before there is a screen, for the theme: parsing rules then would be in vain."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def post_display_hook(self) -> None:
        """A thread writes the frame: without this it waits for Python's lock until the work that follows is done."""
        if not self.is_headless:
            sleep(_HAND_OVER)

    def use_theme(self, choice: str) -> None:
        """Show the theme that a setting names, or the one that fits the terminal."""
        self.theme = themes.fitting(choice, self.own_themes, self.console, no_color=self.no_color)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Variables of ours, for themes that lack them."""
        return {
            "row-cursor": "#333333",
            "ansi-background": "ansi_default",  # Textual leaves these two out of ANSI themes, and asks for them
            "ansi-foreground": "ansi_default",
        }

    def leave(self) -> None:
        """End in order."""
        self.exit()

    def leave_soon(self) -> bool:
        """End as soon as the event loop gets to it, from anywhere; False when it does not run yet."""
        loop = self._loop
        if loop is None:
            return False
        self.told_to_end = True
        loop.call_soon_threadsafe(self.leave)
        return True

    # Textual prints the local variables of every frame, and the message of the error: both may quote a customer.

    def panic(self, *renderables: RenderableType) -> None:
        """End, since the terminal or the screen failed; what happened is told by whoever started the application."""
        if not self.is_headless:
            last_resort()
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
