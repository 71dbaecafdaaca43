"""Where replies and notes are written: a text area that tells when its text changed."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from agent_tui.domain.text import safe
from agent_tui.tui.commands import COMMANDS, Where


class Composer(TextArea):
    """A plain text area with the desk's writing keys; Tab leaves it like any other field."""

    BINDINGS = [
        Binding(",".join(command.keys), f"finish('{command.id}')", id=command.id, show=False, priority=True)
        for command in COMMANDS
        if command.where is Where.WRITING
    ]

    class Written(Message):
        """The text is not what it was."""

    def __init__(self) -> None:
        super().__init__("", id="composer", soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
        self.cursor_blink = False  # a blinking cursor alone costs 2 kB/s

    def load_text(self, text: str) -> None:
        """Show another text, harmless: an editor or an old draft may hold anything."""
        super().load_text(safe(text, lines=True))

    def action_finish(self, command: str) -> None:
        """Do a writing command, after the letters that were typed before it: its key overtakes them otherwise."""
        self.call_later(self.run_action, f"screen.do('{command}')")

    def on_resize(self, event: events.Resize) -> None:
        """Findings that come under the text take lines from it: the one that is being written stays in sight."""
        self.call_after_refresh(self.scroll_cursor_visible)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Written())
