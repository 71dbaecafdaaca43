"""The part of the desk in which replies and notes are written: composer, drafts, and the way out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widgets import Static

from agent_tui.desk.core import Case
from agent_tui.desk.drafts import Draft, seen_on, unseen
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Message
from agent_tui.i18n import _, ngettext
from agent_tui.tui.editor import edit
from agent_tui.tui.screens.settled import SettledScreen
from agent_tui.tui.session import Sitting
from agent_tui.tui.widgets.pager import Pager

if TYPE_CHECKING:
    from agent_tui.tui.widgets.composer import Composer

_DRAFT_SECONDS = 0.3


class WritingScreen(SettledScreen):
    """A screen with a composer under a conversation; the desk is one."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting
        self.case: Case | None = None
        self.writing = ""  # "reply" or "note" while the composer is open
        self._known: tuple[str, ...] = ()  # ids of the messages that the writer has seen
        self.instead_of: tuple[str, ...] = ()  # ids in the outbox whose place it takes
        self._draft_timer: Timer | None = None

    @property
    def composer(self) -> Composer:
        """Made when somebody first writes: Textual's editor would cost every start 10 ms."""
        from agent_tui.tui.widgets.composer import Composer

        for composer in self.query(Composer):
            return composer
        composer = Composer()
        advice = Pager(id="advice")
        advice.display = False
        self.query_one("#writing").mount(Static(id="writing-title", markup=False), composer, advice)
        return composer

    @property
    def conversation(self) -> Pager:
        return self.query_one("#conversation", Pager)

    @abstractmethod
    def say(self, text: str, style: str = "") -> None:
        """A sentence on the notice line, until the next one."""

    @abstractmethod
    def key_of(self, command: str) -> str:
        """How a sentence calls a command: by its key, if it has one."""

    @abstractmethod
    def guarded(self, act: Callable[[], object]) -> None:
        """Do something for which nobody else would tell a refusal."""

    @abstractmethod
    def open_ticket(self, *, opened: bool) -> None:
        """Show the ticket instead of the list where there is no room for both, or go back."""

    @abstractmethod
    def reload(self, keep: int | None = None) -> None:
        """Read the view again; the cursor stays on its ticket."""

    @abstractmethod
    def tell_hints(self) -> None:
        """What keys do here."""

    @abstractmethod
    def tell_notice(self) -> None:
        """The newest sentence, or the reply that can still be taken back."""

    def write(self, kind: str) -> None:
        """Open the composer for a reply, a note or a brief, with what was begun before."""
        from agent_tui.tui import casework  # not before somebody wants it

        case = self.case
        if case is None:
            return
        if self.writing == kind:
            self.composer.focus()
            return
        self.keep_draft()  # of the other kind, if that is open
        if not self.sitting.opened:
            self.open_ticket(opened=True)
        draft = self.sitting.draft(case, kind)
        self.writing = kind
        self._known = draft.known if draft else seen_on(case.ticket)
        self.instead_of = draft.instead_of if draft else ()
        self.composer.load_text(draft.text if draft else casework.begun(case, kind, self.sitting))
        self.composer.move_cursor(self.composer.document.end)
        self.query_one("#writing").display = True
        self.composer.focus()
        self.tell_writing()
        self.tell_hints()

    def tell_writing(self) -> None:
        """Who it goes to, and whether somebody wrote since it was begun."""
        case = self.case
        if case is None:
            return
        who = safe(case.ticket.customer.name or (case.ticket.customer.emails or ("?",))[0])
        fresh = len(unseen(case.ticket, self._known, self.sitting.desk.agent))
        title = self._title(case, who)
        if self.instead_of:
            title += " " + _("(instead of what is held)")
        if fresh:
            title += "  " + ngettext(
                "{count} new message since you began", "{count} new messages since you began", fresh
            ).format(count=fresh)
        self.query_one("#writing-title", Static).update(title)

    def _title(self, case: Case, who: str) -> str:
        from agent_tui.tui import casework

        if self.writing != "reply":
            return casework.title(self.writing, case, self.sitting.desk.policy)
        if casework.outcome(case) == "apologises":
            return _("Apologise to {customer} (C1)").format(customer=who)
        if casework.outcome(case) == "proposes":
            return _("Tell {customer} the plan (C6)").format(customer=who)
        return _("Reply to {customer}").format(customer=who)

    def on_composer_written(self, event: Composer.Written) -> None:
        event.stop()
        if not self.writing or self.case is None:
            return
        if self._draft_timer is None:  # not anew with each letter: who types without a pause is saved too
            self._draft_timer = self.set_timer(_DRAFT_SECONDS, self.keep_draft)

    def keep_draft(self) -> None:
        """Save what is being written; also when the program is told to end."""
        self._no_timer()
        case = self.case
        if self.writing and case is not None:
            draft = Draft(self.writing, self.composer.text, self._known, self.instead_of)
            self.guarded(lambda: self.sitting.keep(case.ticket.id, draft))

    def stop_writing(self) -> None:
        """Close the composer; the draft stays."""
        self.keep_draft()
        begun, kind = bool(self.composer.text.strip()), self.writing
        self.close_composer()
        if begun:
            self.say(_("The draft is kept; {key} goes on with it.").format(key=self.key_of(kind)))
        self.reload()

    def written(self) -> None:
        """What was written has been done: nothing of it is left as a draft."""
        if self.case is not None:
            self.sitting.desk.drafts.forget(self.case.ticket.id, self.writing)
        self.close_composer()
        self.reload()

    def fresh(self) -> tuple[Message, ...]:
        """What the customer or a colleague wrote since the text was begun, or since it was shown."""
        return self.sitting.fresh(self.case.ticket.id, self._known) if self.case is not None else ()

    def has_read(self) -> None:
        """The writer was shown everything that is on the ticket by now."""
        if self.case is not None:
            self._known = seen_on(self.sitting.desk.ticket(self.case.ticket.id))
            self.keep_draft()
            self.tell_writing()

    def _no_timer(self) -> None:
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None

    def close_composer(self) -> None:
        """The composer goes, and with it what it held."""
        self._no_timer()
        self.writing = ""
        self.composer.load_text("")
        self.query_one("#writing").display = False
        self.conversation.focus()
        self.tell_hints()

    def confirm_reply(self, given: dict[str, str]) -> None:
        """A reply is confirmed: saved at once, out when its undo time is over."""
        if self.case is None:
            return
        reply = self.sitting.reply(self.case.ticket.id, given)
        self.sitting.hold(reply, self._known, self.instead_of)
        self.close_composer()
        self.reload()
        self.tell_notice()

    def edit_outside(self) -> None:
        """Write in the agent's own editor. The text passes through a private file that is removed at once."""
        text = edit(self.app, self.composer.text)
        if text is not None:
            self.composer.load_text(text)
            self.composer.move_cursor(self.composer.document.end)
            self.keep_draft()
        self.composer.focus()
