"""The outbox over the desk: what the helpdesk does not have yet, what is held and why, and the agent's decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import msgspec
from textual import on
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from agent_tui.desk import outbox
from agent_tui.desk.errors import DeskError
from agent_tui.domain.messages import N_, Told
from agent_tui.i18n import _
from agent_tui.store.errors import StoreError
from agent_tui.store.outbox import Noted, Waiting
from agent_tui.telling_errors import sentence, told
from agent_tui.tui import telling_outbox, telling_sync
from agent_tui.tui.base import BaseApp
from agent_tui.tui.look import ASCII, Glyphs
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.session import Sitting
from agent_tui.tui.widgets.menu import Menu
from agent_tui.tui.widgets.pager import Pager

WIDE = 100
"""Columns from which an entry stands beside the list."""


class Leaving(msgspec.Struct, frozen=True):
    """Why one leaves the outbox: for a ticket, or to change what waits there."""

    ticket: int
    reword: Waiting | None = None


class OutboxPanel(Panel[Leaving]):
    """Arrows choose; letters decide. It follows what the traffic does meanwhile."""

    CSS_PATH = ["panel.tcss", "palette.tcss", "outbox.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        ("down,j", "move(1)", ""),
        ("up,k", "move(-1)", ""),
        ("home,g", "move(-9999)", ""),
        ("end,G", "move(9999)", ""),
        ("pagedown,space", "scroll(1)", ""),
        ("pageup", "scroll(-1)", ""),
        ("s", "send", ""),
        ("e", "change", ""),
        ("d", "discard", ""),
        ("r", "retry", ""),
        ("x", "read", ""),
        ("enter,o", "go", ""),
        ("q", "leave", ""),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑ ↓", N_("another entry")),
        ("PgUp PgDn", N_("scroll what it says")),
        ("s", N_("send it all the same; your values hold")),
        ("e", N_("change a reply or note: opens it on its ticket, and sends that instead")),
        ("d", N_("discard it, after a question")),
        ("r", N_("try everything now that waits for its time")),
        ("x", N_("read: takes a remark of the helpdesk from the list")),
        ("Enter", N_("go to the ticket")),
        ("Esc", N_("close")),
    )

    def __init__(self, sitting: Sitting, glyphs: Glyphs) -> None:
        super().__init__(
            _("Outbox"), _("s send, e change, d discard, r try now, x read, Enter ticket, Esc closes")
        )
        self._sitting = sitting
        self._glyphs = glyphs
        self._entries: list[Waiting | Noted] = []
        self._minute = -1  # in which the list was told: it says when things are tried again
        self._standing = ("", "")

    def parts(self) -> list[Widget]:
        """How the helpdesk stands, the list, and the entry under the cursor."""
        standing = Static(id="outbox-standing", markup=False)
        return [standing, Vertical(Menu(id="outbox-list"), Pager(id="outbox-entry"), id="outbox-body")]

    def on_mount(self) -> None:
        """Everything that waits, with the first that is held under the cursor."""
        self.query_one(Pager).can_focus = False
        if isinstance(self.app, BaseApp):
            self.set_class(self.app.glyphs == ASCII, "-ascii")
        self.on_resize()
        self._follow()
        first = next((place for place, each in enumerate(self._entries) if _is_held(each)), 0)
        self.query_one(Menu).move(first)
        self._tell_entry()
        self.set_interval(1.0, self._follow)

    def on_resize(self) -> None:
        """Beside each other where there is room."""
        self.set_class(self.app.size.width >= WIDE, "-wide")
        self._fit()
        self.call_after_refresh(self._tell_entry)

    # What is shown.

    def _follow(self) -> None:
        """Read the outbox and how the helpdesk stands; the cursor stays on its entry."""
        desk, now, zone = self._sitting.desk, self._sitting.now(), self._sitting.zone
        found: list[Waiting | Noted] = [*outbox.waiting(desk), *outbox.notes(desk)]
        if (found, now.minute) != (self._entries, self._minute):
            before, menu = self._entry, self.query_one(Menu)
            self._entries, self._minute = found, now.minute
            items = [telling_outbox.item(each, desk, now, zone, self._glyphs) for each in found]
            menu.show(items, _("Nothing waits to be sent."), top=False)
            self._fit()
            if before is not None:
                self._move_to(before.id)
            if self._entry != before:
                self._tell_entry()
        if (status := self._sitting.status) is not None:
            self._tell_standing(*telling_sync.standing(status, now, zone))

    def _move_to(self, id_: str) -> None:
        menu = self.query_one(Menu)
        place = next((place for place, each in enumerate(self._entries) if each.id == id_), menu.cursor)
        menu.move(place - menu.cursor)

    def _tell_standing(self, text: str, style: str = "") -> None:
        if (text, style) != self._standing:
            self._standing = (text, style)
            line = self.query_one("#outbox-standing", Static)
            line.update(text)
            line.set_classes(f"-{style}" if style else "")

    def _fit(self) -> None:
        """Above each other the list takes no more than it needs, and leaves the most of the screen to the entry."""
        menu, most = self.query_one(Menu), self.app.size.height * 2 // 5
        menu.styles.height = None if self.has_class("-wide") else max(1, min(len(self._entries), most))

    def _tell_entry(self) -> None:
        entry, sitting = self._entry, self._sitting
        pager = self.query_one(Pager)
        if entry is None:
            pager.show(lambda across: [])
            return
        teller = telling_outbox.Teller(sitting.desk, sitting.now(), sitting.zone, self._glyphs)
        pager.show(lambda across: teller.lines(entry, across))

    @property
    def _entry(self) -> Waiting | Noted | None:
        place = self.query_one(Menu).cursor
        return self._entries[place] if place < len(self._entries) else None

    @property
    def _waiting(self) -> Waiting | None:
        """The entry under the cursor, if one can still decide about it; says why not."""
        entry = self._entry
        if isinstance(entry, Waiting):
            self.complain("")
            return entry
        if entry is not None:
            self.complain(_("It was sent already; x takes this remark from the list."))
        return None

    def action_move(self, by: int) -> None:
        """Another entry."""
        self.complain("")
        self._standing = ("", "")  # also where something else was said there
        self.query_one(Menu).move(by)
        self._tell_entry()

    def action_scroll(self, by: int) -> None:
        """Scroll the entry by pages."""
        pager = self.query_one(Pager)
        pager.move(by * pager.page())

    @on(Menu.Chosen)
    def _clicked(self, event: Menu.Chosen) -> None:
        event.stop()
        self.action_move(event.place - self.query_one(Menu).cursor)

    # Deciding.

    def _try(self, act: Callable[[], object]) -> bool:
        """Decide something, or say why that is not possible."""
        try:
            act()
        except outbox.NothingWaiting:
            self.complain(_("It went out meanwhile."))
        except outbox.StillUnderWay:
            self.complain(
                _(
                    "It was sent, and whether it arrived is not known yet: the helpdesk is asked by itself. Try again "
                    "once it has answered."
                )
            )
        except outbox.CantBeSent as error:
            reason = error.details["reason"]
            why = told(reason) if isinstance(reason, Told) else ""
            self.complain(_("It still can't go out: {reason}").format(reason=why))
        except (DeskError, StoreError) as error:
            self.complain(sentence(error))
        else:
            self._follow()
            return True
        self._follow()
        return False

    def action_send(self) -> None:
        """Send it all the same."""
        entry = self._waiting
        if entry is not None:
            self._try(lambda: outbox.send(self._sitting.desk, entry.id, self._sitting.now()))

    def action_change(self) -> None:
        """Write something else instead, on the ticket."""
        entry = self._waiting
        if entry is None:
            return
        if not telling_outbox.can_change(entry):
            self.complain(
                _("Only replies and notes can be changed. Do it anew on the ticket, and discard this.")
            )
        elif entry.under_way:
            self.complain(telling_outbox.to_do(entry))
        else:
            self.dismiss(Leaving(entry.ticket, entry))

    def action_discard(self) -> None:
        """Take it out, after a yes."""
        entry = self._waiting
        if entry is None:
            return

        def answered(answer: str | None) -> None:
            if answer:
                self._try(lambda: outbox.discard(self._sitting.desk, entry.id, self._sitting.now()))

        options = [("d", "yes", _("discard it: the helpdesk never gets it")), ("n", "", _("leave it here"))]
        lines = telling_outbox.what_goes(entry)
        self.app.push_screen(Choice(_("Discard?"), options, lines), answered)

    def action_retry(self) -> None:
        """Do not wait for the next try."""
        if self._sitting.traffic is not None:
            self._sitting.traffic.hurry()
            self.query_one("#outbox-standing", Static).update(_("Everything is tried now."))

    def action_read(self) -> None:
        """The remark was read."""
        entry = self._entry
        if isinstance(entry, Noted):
            self.complain("")
            self._try(lambda: outbox.seen(self._sitting.desk, entry.id))
        elif entry is not None:
            self.complain(_("This waits to be sent; s, e or d decides about it."))

    def action_go(self) -> None:
        """To the ticket."""
        entry = self._entry
        if entry is not None:
            self.dismiss(Leaving(entry.ticket))


def _is_held(entry: Waiting | Noted) -> bool:
    return isinstance(entry, Waiting) and entry.held is not None
