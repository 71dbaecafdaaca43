"""The desk: queue, ticket and guide side by side as far as the terminal is wide."""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from agent_tui.desk.errors import DeskError
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket
from agent_tui.i18n import _
from agent_tui.store.errors import StoreError
from agent_tui.telling_errors import sentence
from agent_tui.tui import edges, handing, notices, telling, watching
from agent_tui.tui.alerts import NEVER, Alerts, Quiet
from agent_tui.tui.commands import BY_ID, COMMANDS, Where
from agent_tui.tui.keymap import Keymap, shown
from agent_tui.tui.look import Glyphs
from agent_tui.tui.notices import Notices
from agent_tui.tui.screens.guiding import GuidingScreen
from agent_tui.tui.session import Held, Sitting
from agent_tui.tui.widgets.bars import Bar
from agent_tui.tui.widgets.boxes import Across, Down
from agent_tui.tui.widgets.pager import Pager
from agent_tui.tui.widgets.queue import Queue

MEDIUM, WIDE = 100, 150
"""Columns from which there is a guide beside the list, and room for all three."""

_MOVES = frozenset({"up", "down", "page_up", "page_down", "top", "bottom", "next_ticket", "previous_ticket"})
"""Commands after which the ticket follows by itself: of many in a row only the last one is read."""


class DeskScreen(GuidingScreen):
    """Draws what the sitting says and turns keys into what it does."""

    AUTO_FOCUS = "#queue"
    BINDINGS = [
        Binding(",".join(command.keys), f"do('{command.id}')", id=command.id, show=False)
        for command in COMMANDS
        if command.where in (Where.DESK, Where.LIST, Where.TICKET)
    ]

    def __init__(self, sitting: Sitting, keys: Keymap, glyphs: Glyphs, quiet: Quiet = NEVER) -> None:
        super().__init__(sitting)
        self._quiet = quiet
        self._keys = keys
        self.glyphs = glyphs
        self._full = False
        self._notices = Notices()
        self._keys_of_parts = keys.of_parts()

    def compose(self) -> ComposeResult:
        """Views above, list, ticket and guide, hints below."""
        self._layout(update=False)  # what is mounted now gets its style with these classes, and not twice
        yield Bar(id="views")
        with Across(id="body"):
            with Down(id="list-pane"):
                yield Input(id="search", placeholder=_("words; Enter stays, Esc ends the search"))
                yield Queue(self.sitting.desk.lines, self.sitting.now, self.glyphs)
            with Vertical(id="ticket-pane"):
                yield Pager(id="headline")
                yield Bar(id="banner")
                yield Pager(id="conversation")
                yield Vertical(id="writing")
            yield Pager(id="guide")
        yield Bar(id="notice")
        yield Bar(id="hints")

    # What is on the screen.

    def on_mount(self) -> None:
        """Show the queue where the agent left, then count the views and start the clocks."""
        self.reload(keep=self.sitting.ticket)
        self.queue.focus()
        if self.sitting.opened and self.sitting.ticket is not None:
            self.open_ticket(opened=True)
        if not self.sitting.counted():
            self.recount()
        self.set_interval(1.0, self._tick)
        self._alerts = Alerts(self._quiet, self.sitting.desk.agent)

    def on_resize(self) -> None:
        self._layout()

    def _layout(self, *, update: bool = True) -> None:
        across, down = self.app.size
        self.update_classes(
            {"-narrow": across < MEDIUM, "-medium": MEDIUM <= across < WIDE, "-wide": across >= WIDE}
            | {"-low": down < 12, "-opened": self.sitting.opened},
            update=update,
        )
        self.call_after_refresh(self._tell_bars)

    def reload(self, keep: int | None = None) -> None:
        """Read the view again; the cursor stays on its ticket."""
        queue = self.queue
        queue.drafted = self.sitting.desk.drafts.drafted()
        queue.empty_text = _("Nothing found.") if self.sitting.search else self.nothing_here()
        queue.show(self.sitting.numbers(), keep)
        if not self.writing and (queue.current != self.sitting.ticket or self.case is None):
            self._select(queue.current)
        else:
            self.reread()
        self._tell_bars()

    def _select(self, number: int | None) -> None:
        self.sitting.ticket, self.sitting.message = number, ""
        self._full = False
        self.reread(top=True)

    def reread(self, *, top: bool = False) -> None:
        """Show the ticket as it is now."""
        self.case = case = self.sitting.case()
        sitting, glyphs = self.sitting, self.glyphs
        panes = {name: self.query_one(f"#{name}", Pager) for name in ("headline", "conversation", "guide")}
        self.tell_banner()
        self.advise()
        if self.writing:
            self.tell_writing()
        if case is None:
            for pane in panes.values():
                pane.show(lambda across: [])
            return
        full, selected = self._full, sitting.message
        panes["headline"].show(lambda across: self.headline_lines(case))
        panes["conversation"].show(
            lambda across: telling.conversation(
                case, sitting.zone, glyphs, across, full=full, selected=selected
            ),
            top=top,
        )
        panes["guide"].show(lambda across: self.guide_lines(case), top=top)
        if top and len(case.ticket.messages) > 1:
            panes["conversation"].to_end()

    def retell(self, glyphs: Glyphs, quiet: Quiet) -> None:
        """Say everything again: language, zone, signs or quiet hours are not what they were. What is typed stays."""
        self.glyphs, self._alerts.quiet = glyphs, quiet
        self.query_one("#search", Input).placeholder = _("words; Enter stays, Esc ends the search")
        self.queue.use(glyphs)
        self.say("")
        self.reload(keep=self.sitting.ticket)

    def _tell_bars(self) -> None:
        corner, share = edges.corner(self.sitting, self.glyphs)
        self.query_one("#views", Bar).show(edges.tabs(self.sitting), corner, share)
        self.tell_notice()
        self.tell_hints()

    def tell_notice(self) -> None:
        """The newest sentence, or the reply that can still be taken back."""
        line, now = self.query_one("#notice", Bar), self.sitting.now()
        waiting = self.sitting.waiting_to_go()
        if waiting:
            first = waiting[0]
            seconds = max(0, round((first.due - now).total_seconds()))
            text = _("Reply to #{ticket} goes out in {seconds} s; {key} takes it back").format(
                ticket=first.action.ticket, seconds=seconds, key=self.key_of("undo")
            )
            said = self._notices.text
            line.say(f"{said}  {text}" if said else text, self._notices.style if said else "warn")
            return
        line.say(self._notices.text, self._notices.style)
        if self.is_current:
            self._notices.in_sight(now)

    def key_of(self, command: str) -> str:
        """How a sentence calls a command: by its key, if it has one."""
        keys = self._keys.of(command)
        return shown(keys[0], ascii_only=self.glyphs.more.isascii()) if keys else _(BY_ID[command].title)

    @property
    def where(self) -> Where:
        """In which part of the desk the agent is."""
        return Where.WRITING if self.writing else Where.TICKET if self.sitting.opened else Where.LIST

    def tell_hints(self) -> None:
        """What keys do here."""
        ascii_only = self.glyphs.more.isascii()
        found = (
            edges.search_hints(self._keys, ascii_only=ascii_only)
            if self.searching
            else edges.hints(self.where, self._keys, self.case, self.sitting.status, ascii_only=ascii_only)
        )
        self.query_one("#hints", Bar).show(found)

    def say(self, text: str, style: str = "") -> None:
        """A sentence on the notice line, until the next one or until the agent goes elsewhere."""
        self._notices.say(text, style)
        self.tell_notice()

    def alarm(self, text: str, style: str, tickets: frozenset[int]) -> None:
        """A sentence about the deadlines of some tickets, wherever the agent is."""
        self._notices.alarm(text, style, tickets)
        self.tell_notice()

    def went_on(self) -> None:
        """The agent went to another ticket or view: what was said of the former goes."""
        if self._notices.text:
            self._notices.moved(self.sitting.ticket, self.sitting.now())
            self.tell_notice()

    # Time.

    def _tick(self) -> None:
        self.queue.tick()
        if self.case is not None and not self.writing:
            for name in ("guide", "headline"):
                pane = self.query_one(f"#{name}", Pager)
                if pane.display and pane.size.width:
                    pane.retell()
        self.guarded(self.send_due)  # on a full disk, say, it is told and tried again with each tick
        self.guarded(self._follow)
        self._tell_bars()

    def _follow(self) -> None:
        """Show what others did: another program, the helpdesk."""
        self.watch_clocks()
        if self.sitting.desk.changed():
            self.reload()
            self.count()
        self.heed_traffic()

    def ask_again(self, held: Held) -> None:
        """Show what overtook a reply, and ask."""
        from agent_tui.tui import sending  # read once the desk stands

        sending.ask_again(self, held)

    @work(thread=True, exclusive=True, group="count")
    def recount(self) -> None:
        """Count the views' tickets, in a thread."""
        self.sitting.recount()
        self.app.call_from_thread(self._tell_counts)

    def _tell_counts(self) -> None:
        if self.query("#views"):  # the agent may have left meanwhile
            self._tell_bars()
            handing.remind(self)

    def watch_clocks(self) -> None:
        """Tell what came near its deadline or passed it, if anything can have."""
        if self.coming_in:
            self._alerts.begin_anew()
        elif self._alerts.wants_look(self.sitting.now()):
            self._look()

    @work(thread=True, group="watch")
    def _look(self) -> None:
        watching.look(self, self._alerts)

    def count(self) -> None:
        """Count, and look at the clocks: something changed."""
        self._alerts.changed()
        self.recount()

    # Keys.

    @on(Queue.Moved)
    def _moved(self, event: Queue.Moved) -> None:
        event.stop()
        if event.number == self.sitting.ticket:
            return
        if self.writing:
            self.stop_writing()
        else:
            self._select(event.number)
            self.tell_hints()
        self.went_on()

    @on(Queue.Chosen)
    def _chosen(self, event: Queue.Chosen) -> None:
        event.stop()
        self.open_ticket(opened=True)

    @on(Bar.Chosen, "#views")
    def _view_chosen(self, event: Bar.Chosen) -> None:
        event.stop()
        self.show_view(event.item)

    @on(Bar.Chosen, "#hints")
    def _hint_chosen(self, event: Bar.Chosen) -> None:
        event.stop()
        self.run_worker(self.run_action(event.item))

    def on_key(self, event: events.Key) -> None:
        """A key of this part of the desk alone, which may mean something else in another; the rest are bindings."""
        if self.searching:
            return
        if self.writing and event.key in ("tab", "shift+tab"):
            event.stop()
            self.leave_composer()
        elif command := self._keys_of_parts.get((self.where, event.key)):
            event.stop()
            self.action_do(command)

    def on_descendant_focus(self) -> None:
        self.tell_hints()

    def show_view(self, view: str) -> None:
        """Another view, in sight also where the ticket hides the list."""
        if self.writing:
            self.stop_writing()
        self.sitting.view = view
        if self.sitting.opened:
            self.open_ticket(opened=False)
        self.end_search()
        self.sitting.remember()
        self.went_on()

    def action_do(self, command: str) -> None:
        """Do what a key, the palette or a hint names; what cannot be done now says why."""
        from agent_tui.tui import doing  # read once the desk stands

        known = BY_ID[command]
        if known.where is Where.LIST and self.sitting.opened and not self.has_class("-wide"):
            if command != "open":  # it is open already
                self.say(_("{key} goes back to the list first.").format(key=self.key_of("close")))
            return
        if command not in _MOVES:
            self.catch_up()
        try:
            if known.form and not self._may(known.form):
                return
            doing.table(self)[command]()
        except (Refusal, DeskError, StoreError) as error:
            self.say(sentence(error), "bad")

    def catch_up(self) -> None:
        """A key that follows a move at once is meant for the ticket under the cursor, whose message is on its way."""
        if not self.writing and self.queue.current != self.sitting.ticket:
            self._select(self.queue.current)
            self.went_on()

    def _may(self, form: str) -> bool:
        from agent_tui.tui import doing

        if self.sitting.ticket is None:
            self.say(_("There is no ticket here."), "bad")
            return False
        if self.queue.marks and form in doing.BULK:  # asked ticket by ticket
            return True
        if form == "take":  # taking over needs the owner's name, and says so itself
            return True
        refusal = self.sitting.why_not(form)
        if refusal is not None:
            self.say(sentence(refusal), "bad")
        return refusal is None

    def open_ticket(self, *, opened: bool) -> None:
        """Show the ticket instead of the list where there is no room for both, or go back."""
        self.sitting.opened = opened and self.sitting.ticket is not None
        self.sitting.remember()
        self._layout()
        if self.sitting.opened:
            self.query_one("#conversation", Pager).focus()
        else:
            self.queue.focus()
        self.tell_hints()

    def guarded(self, act: Callable[[], object]) -> None:
        """Do something for which nobody else would tell a refusal."""
        try:
            act()
        except (Refusal, DeskError, StoreError) as error:
            self.say(sentence(error), "bad")

    def done(self, ticket: Ticket, action: str) -> None:
        """Say what was done and what comes next."""
        opened = self.sitting.opened
        self.after_change()
        if opened and action in ("resume", "reopen", "accept") and self.sitting.ticket != ticket.id:
            from agent_tui.tui import habits  # not before somebody wants it

            habits.go_to_ticket(self, ticket.id)  # it left the view, but it is what the agent works on
        self.say(
            notices.after(
                ticket, action, self.sitting.desk, self.key_of("undo"), shown=self.sitting.ticket == ticket.id
            )
        )

    def after_change(self) -> None:
        """Something of the store is not what it was."""
        self.case = None
        self.reload(keep=self.sitting.ticket)
        self.count()
        self.sitting.desk.changed()

    def toggle_full(self) -> None:
        """Unfold quoted history, or fold it."""
        self._full = not self._full
        self.reread()
