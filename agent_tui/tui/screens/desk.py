"""The desk: queue, ticket and guide side by side as far as the terminal is wide."""

from __future__ import annotations

from collections.abc import Callable

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from agent_tui import formats
from agent_tui.desk.errors import DeskError
from agent_tui.desk.forms import FORMS
from agent_tui.domain.next_step import next_step
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket
from agent_tui.i18n import _, format_locale, ngettext
from agent_tui.store.errors import StoreError
from agent_tui.telling_errors import sentence
from agent_tui.tui import doing, telling, watching
from agent_tui.tui.alerts import NEVER, Alerts, Quiet
from agent_tui.tui.commands import BY_ID, COMMANDS, Keymap, Where, commands_at, keys_at, shown
from agent_tui.tui.look import Glyphs
from agent_tui.tui.screens.searching import SearchingScreen
from agent_tui.tui.session import Sitting
from agent_tui.tui.widgets.bars import Bar, Hints, Views
from agent_tui.tui.widgets.composer import Composer
from agent_tui.tui.widgets.pager import Pager
from agent_tui.tui.widgets.queue import Queue
from agent_tui.wording import step_of

MEDIUM, WIDE = 100, 150
"""Columns from which there is a guide beside the list, and room for all three."""

_MOVES = frozenset({"up", "down", "page_up", "page_down", "top", "bottom", "next_ticket", "previous_ticket"})
"""Commands after which the ticket follows by itself: of many in a row only the last one is read."""


class DeskScreen(SearchingScreen):
    """Draws what the sitting says and turns keys into what it does."""

    CSS_PATH = "desk.tcss"
    BINDINGS = [
        Binding(",".join(command.keys), f"do('{command.id}')", id=command.id, show=False)
        for command in COMMANDS
        if command.where in (Where.DESK, Where.LIST, Where.TICKET)
    ]

    def __init__(self, sitting: Sitting, keys: Keymap, glyphs: Glyphs, quiet: Quiet = NEVER) -> None:
        super().__init__(sitting)
        self._quiet = quiet
        self._keys = keys
        self._glyphs = glyphs
        self._full = False
        self._notice = ("", "")

    def compose(self) -> ComposeResult:
        """Views above, list, ticket and guide, hints below."""
        yield Views()
        with Horizontal(id="body"):
            with Vertical(id="list-pane"):
                yield Input(id="search", placeholder=_("words; Enter stays, Esc ends the search"))
                yield Queue(self.sitting.desk.lines, self.sitting.now, self._glyphs)
            with Vertical(id="ticket-pane"):
                yield Pager(id="headline")
                yield Pager(id="conversation")
                with Vertical(id="writing"):
                    yield Static(id="writing-title", markup=False)
                    yield Composer()
            yield Pager(id="guide")
        yield Bar(id="notice")
        yield Hints()

    # What is on the screen.

    def on_mount(self) -> None:
        """Show the queue where the agent left, then count the views and start the clocks."""
        self.query_one("#search").display = False
        self.query_one("#writing").display = False
        self._layout()
        self.reload(keep=self.sitting.ticket)
        self.queue.focus()
        if self.sitting.opened and self.sitting.ticket is not None:
            self.open_ticket(opened=True)
        self._count()
        self.set_interval(1.0, self._tick)
        self._alerts = Alerts(self._quiet, self.sitting.desk.agent)
        self.watch_clocks()

    def on_resize(self) -> None:
        self._layout()

    def _layout(self) -> None:
        across = self.app.size.width
        self.set_class(across < MEDIUM, "-narrow")
        self.set_class(MEDIUM <= across < WIDE, "-medium")
        self.set_class(across >= WIDE, "-wide")
        self.set_class(self.app.size.height < 12, "-low")
        self.set_class(self.sitting.opened, "-opened")
        self.call_after_refresh(self._tell_bars)

    def reload(self, keep: int | None = None) -> None:
        """Read the view again; the cursor stays on its ticket."""
        queue = self.queue
        queue.drafted = self.sitting.desk.drafts.drafted()
        queue.empty_text = _("Nothing found.") if self.sitting.search else _("Nothing to do here.")
        queue.show(self.sitting.numbers(), keep)
        if not self.writing and (queue.current != self.sitting.ticket or self.case is None):
            self._select(queue.current)
        else:
            self._reread()
        self._tell_bars()

    def _select(self, number: int | None) -> None:
        self.sitting.ticket = number
        self._full = False
        self._reread(top=True)

    def _reread(self, *, top: bool = False) -> None:
        """Show the ticket as it is now."""
        self.case = case = self.sitting.case()
        sitting, policy, glyphs = self.sitting, self.sitting.desk.policy, self._glyphs
        panes = {name: self.query_one(f"#{name}", Pager) for name in ("headline", "conversation", "guide")}
        if case is None:
            for pane in panes.values():
                pane.show(lambda across: [])
            return
        full = self._full
        panes["headline"].show(
            lambda across: telling.headline(case, sitting.now(), policy, sitting.zone, glyphs)
        )
        panes["conversation"].show(
            lambda across: telling.conversation(case, sitting.zone, glyphs, across, full=full), top=top
        )
        panes["guide"].show(
            lambda across: telling.guide(case, sitting.now(), policy, sitting.zone, glyphs), top=top
        )
        if top and len(case.ticket.messages) > 1:
            panes["conversation"].to_end()

    def retell(self, glyphs: Glyphs, quiet: Quiet) -> None:
        """Say everything again: language, zone, signs or quiet hours are not what they were. What is typed stays."""
        self._glyphs, self._alerts.quiet = glyphs, quiet
        self.query_one("#search", Input).placeholder = _("words; Enter stays, Esc ends the search")
        self.queue.use(glyphs)
        self._notice = ("", "")
        self.reload(keep=self.sitting.ticket)
        if self.writing:
            self.tell_writing()

    def _tell_bars(self) -> None:
        sitting = self.sitting
        tabs = [
            (name, f"{_(view.title)} {sitting.counts[name]}" if name in sitting.counts else _(view.title))
            for name, view in sitting.desk.views.items()
        ]
        time = formats.time(sitting.now(), format_locale(), sitting.zone)
        agent = f"{sitting.desk.agent} {self._glyphs.dot} {time} "
        self.query_one(Views).tell(tabs, sitting.view if not sitting.search else "", [(agent, "dim")])
        self.tell_notice()
        self.tell_hints()

    def tell_notice(self) -> None:
        """The newest sentence, or the reply that can still be taken back."""
        waiting = self.sitting.waiting_to_go()
        if waiting:
            first = waiting[0]
            seconds = max(0, round((first.due - self.sitting.now()).total_seconds()))
            text = _("Reply to #{ticket} goes out in {seconds} s; u takes it back").format(
                ticket=first.action.ticket, seconds=seconds
            )
            self.query_one("#notice", Bar).show([(f" {text}", "warn")])
        else:
            self.query_one("#notice", Bar).show([(f" {self._notice[0]}", self._notice[1])])

    @property
    def where(self) -> Where:
        """In which part of the desk the agent is."""
        return Where.WRITING if self.writing else Where.TICKET if self.sitting.opened else Where.LIST

    def tell_hints(self) -> None:
        """What keys do here."""
        hints: list[tuple[str, str, str]] = []
        for command in sorted(commands_at(self.where), key=lambda each: -each.hint):
            keys = keys_at(self._keys.of(command.id), self.where)
            if not keys or not command.hint:
                continue
            title = _(command.title)
            if command.id == "next_step" and self.case is not None:
                title = step_of(self.case)
            hints.append((command.id, shown(keys[0], ascii_only=self._glyphs.more.isascii()), title))
        self.query_one(Hints).tell(hints)

    def say(self, text: str, style: str = "") -> None:
        """A sentence on the notice line, until the next one."""
        self._notice = (text, style)
        self.tell_notice()

    # Time.

    def _tick(self) -> None:
        self.queue.tick()
        if self.case is not None and not self.writing:
            for name in ("guide", "headline"):
                pane = self.query_one(f"#{name}", Pager)
                if pane.display and pane.size.width:
                    pane.retell()
        self._send_due()
        self.watch_clocks()
        if self.sitting.desk.changed():
            self.reload()
            self.count()
        self._tell_bars()

    def _send_due(self) -> None:
        sent, held, refused = self.sitting.send_due()
        for ticket in sent:
            self.say(_("Reply to #{ticket} sent.").format(ticket=ticket.id), "")
        for each in held:
            text = ngettext(
                "Reply to #{ticket} was held: {count} new message since you began. It is a draft again.",
                "Reply to #{ticket} was held: {count} new messages since you began. It is a draft again.",
                each.fresh,
            )
            self.say(text.format(ticket=each.sending.action.ticket, count=each.fresh), "bad")
        for refusal in refused:
            self.say(sentence(refusal), "bad")
        if sent or held or refused:
            self.reload()
            self.count()

    @work(thread=True, exclusive=True, group="count")
    def _count(self) -> None:
        self.sitting.recount()
        self.app.call_from_thread(self._tell_counts)

    def _tell_counts(self) -> None:
        if self.query(Views):  # the agent may have left meanwhile
            self._tell_bars()

    def watch_clocks(self) -> None:
        """Tell what came near its deadline or passed it, if anything can have."""
        if self._alerts.wants_look(self.sitting.now()):
            self._look()

    @work(thread=True, group="watch")
    def _look(self) -> None:
        watching.look(self, self._alerts)

    def count(self) -> None:
        """Count the views' tickets, in a thread, and look at the clocks: something changed."""
        self._alerts.changed()
        self._count()

    # Keys.

    @on(Queue.Moved)
    def _moved(self, event: Queue.Moved) -> None:
        event.stop()
        if event.number == self.sitting.ticket:
            return
        if not self.writing:
            self._select(event.number)
            self.tell_hints()
        elif (
            self.focused is not self.composer
        ):  # otherwise the list moved by itself: words stay with their ticket
            self.stop_writing()

    @on(Queue.Chosen)
    def _chosen(self, event: Queue.Chosen) -> None:
        event.stop()
        self.open_ticket(opened=True)

    @on(Views.Chosen)
    def _view_chosen(self, event: Views.Chosen) -> None:
        event.stop()
        self.show_view(event.view)

    @on(Hints.Chosen)
    def _hint_chosen(self, event: Hints.Chosen) -> None:
        event.stop()
        if BY_ID[event.command].where is Where.ANYWHERE:
            self.run_worker(self.app.run_action(f"app.do('{event.command}')"))
        else:
            self.action_do(event.command)

    def show_view(self, view: str) -> None:
        """Another view, in sight also where the ticket hides the list."""
        if self.writing:
            self.stop_writing()
        self.sitting.view = view
        if self.sitting.opened:
            self.open_ticket(opened=False)
        self.end_search()
        self.sitting.remember()

    def action_do(self, command: str) -> None:
        """Do what a key, the palette or a hint names; what cannot be done now says why."""
        known = BY_ID[command]
        if command not in _MOVES:
            self._catch_up()
        try:
            if known.form and not self._may(known.form):
                return
            doing.table(self)[command]()
        except (Refusal, DeskError, StoreError) as error:
            self.say(sentence(error), "bad")

    def _catch_up(self) -> None:
        """A key that follows a move at once is meant for the ticket under the cursor, whose message is on its way."""
        if not self.writing and self.queue.current != self.sitting.ticket:
            self._select(self.queue.current)

    def _may(self, form: str) -> bool:
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
        step = _(next_step(ticket).text)
        title = _(FORMS[action].title)
        self.say(
            _("#{ticket}: {action} – done. Next: {step}.").format(ticket=ticket.id, action=title, step=step)
        )
        opened = self.sitting.opened
        self.after_change()
        if opened and action in ("resume", "reopen") and self.sitting.ticket != ticket.id:
            from agent_tui.tui import habits  # not before somebody wants it

            habits.go_to_ticket(self, ticket.id)  # it left the view, but it is what the agent works on

    def after_change(self) -> None:
        """Something of the store is not what it was."""
        self.case = None
        self.reload(keep=self.sitting.ticket)
        self.count()
        self.sitting.desk.changed()

    def toggle_full(self) -> None:
        """Unfold quoted history, or fold it."""
        self._full = not self._full
        self._reread()
