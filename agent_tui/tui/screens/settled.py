"""A screen that is painted once when it opens, as it will stay."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

_ROUNDS = 3
"""How often widgets hear of sizes that follow from sizes: panes, scrollbars, then what those leave of the panes."""


class SettledScreen(Screen[None]):
    """Textual paints a new screen after each of those rounds, which costs a start four frames instead of one."""

    BLANK = True  # its widgets cover it

    class Settled(Message):
        """The first frame is painted."""

    def __init__(self) -> None:
        super().__init__()
        self._settled = False

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if not self.stack_updates:  # for the first time: everything was given its style just now
            event.refresh_styles = False
            self._next_round(_ROUNDS)

    def _next_round(self, left: int) -> None:
        # Behind everything that waits now for the application, and then for this screen.
        self.app.call_later(self.call_later, self._settle, left)

    def _settle(self, left: int) -> None:
        self._settled = not left
        self._on_timer_update()  # lays out, and paints if it may
        if left:
            self._next_round(left - 1)
        else:
            self.post_message(self.Settled())

    def _screen_resized(self, size: Size) -> None:
        # To the size of now. Each layout tells the screen its size anew, so that two of them that wait in the queue,
        # one of which is of before, would bring each other back for ever.
        super()._screen_resized(self.app.size)

    def _compositor_refresh(self) -> None:
        if self._settled:
            super()._compositor_refresh()
