"""The part of the desk that searches as one types, over queue and archive."""

from __future__ import annotations

from abc import abstractmethod

from textual import events, on
from textual.widgets import Input

from agent_tui.i18n import ngettext
from agent_tui.tui.screens.writing import WritingScreen
from agent_tui.tui.widgets.queue import Queue


class SearchingScreen(WritingScreen):
    """A screen with a search field over a queue; the desk is one."""

    @property
    def queue(self) -> Queue:
        return self.query_one(Queue)

    @property
    def searching(self) -> bool:
        """Whether keys are letters of a search."""
        return self.focused is not None and self.focused.id == "search"

    @abstractmethod
    def went_on(self) -> None:
        """The agent went to another ticket or view: what was said of the former goes."""

    def start_search(self, words: str = "") -> None:
        """Type words; the list follows."""
        if self.writing:
            self.stop_writing()
        if self.sitting.opened:
            self.open_ticket(opened=False)
        field = self.query_one("#search", Input)
        field.display = True
        field.cursor_blink = False
        field.focus()
        if words:
            self.sitting.search = field.value = words
            self.reload()

    def end_search(self) -> None:
        """Back to the view."""
        field = self.query_one("#search", Input)
        field.value = ""
        field.display = False
        self.sitting.search = ""
        self.queue.focus()
        self.reload()
        self.went_on()

    def action_end_search(self) -> None:
        """Back to the view."""
        self.end_search()

    def action_keep_found(self) -> None:
        """To the list, with what was found."""
        self.queue.focus()

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self.sitting.search:
            self.sitting.search = event.value
            self.reload()
            count = len(self.queue.numbers)
            found = ngettext("{count} ticket found", "{count} tickets found", count)
            self.say(found.format(count=count) if event.value.strip() else "")

    @on(Input.Submitted, "#search")
    def _search_stays(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_keep_found()

    def on_key(self, event: events.Key) -> None:
        """Escape, Tab and the arrows in the search field; everything else has a binding."""
        if not self.searching:
            return
        if event.key == "escape":
            event.stop()
            self.end_search()
        elif event.key in ("tab", "shift+tab"):
            event.stop()
            self.action_keep_found()
        elif event.key in ("down", "up"):
            event.stop()
            self.queue.move(1 if event.key == "down" else -1)
