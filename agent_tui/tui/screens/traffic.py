"""The part of the desk at which things go out and come in: replies whose undo time ends, the helpdesk's doings."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work

from agent_tui.i18n import _, ngettext
from agent_tui.store.errors import StoreError
from agent_tui.telling_errors import sentence
from agent_tui.tui.look import Glyphs
from agent_tui.tui.screens.searching import SearchingScreen
from agent_tui.tui.session import Held, Sitting
from agent_tui.tui.widgets.bars import Bar, Item

if TYPE_CHECKING:
    from agent_tui.desk.traffic import Traffic
    from agent_tui.tui.syncing import Watch

_PRESENCE = 30
"""Seconds after which it is asked again who else has the ticket open."""


class TrafficScreen(SearchingScreen):
    """A screen that sends what is due and tells how the helpdesk stands; the desk is one."""

    glyphs: Glyphs

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.others: Sequence[str] = ()  # who else has the ticket open
        self._asked: tuple[int | None, int] = (
            None,
            0,
        )  # of which ticket that was asked, and how many ticks ago
        self._watch: Watch | None = None

    @abstractmethod
    def alarm(self, text: str, style: str, tickets: frozenset[int]) -> None:
        """A sentence about some tickets, wherever the agent is."""

    @abstractmethod
    def _tell_bars(self) -> None:
        """Say what stands at the edges."""

    @abstractmethod
    def count(self) -> None:
        """Count, and look at the clocks: something changed."""

    @abstractmethod
    def ask_again(self, held: Held) -> None:
        """Show what overtook a reply, and ask."""

    # Going out.

    def send_due(self) -> None:
        """Send the replies whose undo time is over, and say what became of them."""
        sent, held, refused = self.sitting.send_due()
        for ticket in sent:
            self.say(self.reply_sent(ticket.id))
        for each in held:
            text = ngettext(
                "Reply to #{ticket} was held: {count} new message since you began. It is a draft again.",
                "Reply to #{ticket} was held: {count} new messages since you began. It is a draft again.",
                len(each.fresh),
            )
            self.say(text.format(ticket=each.sending.action.ticket, count=len(each.fresh)), "bad")
        for refusal in refused:
            self.say(sentence(refusal), "bad")
        if sent or held or refused:
            self.reload()
            self.count()
        if held and self.is_current and not self.writing and not self.searching:
            self.ask_again(held[0])

    def reply_sent(self, number: int) -> str:
        """That a reply went out: to the helpdesk, where there is one, as soon as that can be reached."""
        if self.sitting.traffic is not None:
            return _("Reply to #{ticket} goes to the helpdesk.").format(ticket=number)
        return _("Reply to #{ticket} sent.").format(ticket=number)

    # The helpdesk.

    def begin_traffic(self) -> None:
        """The desk stands: sync from now on, if a helpdesk is behind it."""
        if self.sitting.traffic is not None:
            self.sitting.traffic.start()
            self.heed_traffic()
            self._tell_bars()

    def heed_traffic(self) -> None:
        """Look how the helpdesk stands, and say what changed. Once a second: it reads the store."""
        traffic, now = self.sitting.traffic, self.sitting.now()
        if traffic is None:
            return
        if self._watch is None:
            from agent_tui.tui.syncing import Watch  # not before there is something to watch

            self._watch = Watch(self.sitting.zone, lambda: self.key_of("outbox"))
        self.sitting.status = status = self._watch.seen(traffic.status(), now)
        news = self._watch.news(status, self.sitting.desk.repository.outbox.waiting, now)
        if news is not None and news.tickets:
            self.alarm(news.text, news.style, news.tickets)
        elif news is not None:
            self.say(news.text, news.style)
        self._ask_for_others(traffic)

    @property
    def coming_in(self) -> bool:
        """Whether the helpdesk's tickets are still coming in for the first time."""
        return self.sitting.status is not None and self.sitting.status.loading

    def nothing_here(self) -> str:
        """What an empty view says."""
        return _("The tickets are being loaded …") if self.coming_in else _("Nothing to do here.")

    def tell_banner(self) -> None:
        """Above the conversation: what of this ticket is held, and why it is gone."""
        line, case = self.query_one("#banner", Bar), self.case
        forms: list[str] = []
        if case is not None and (case.held or case.fate):
            from agent_tui.tui import telling_sync  # only where a helpdesk is behind the profile

            forms = telling_sync.banner(case, self.key_of("outbox"), self.glyphs.dot)
        line.show([Item("banner", tuple(((f" {text}", "warn"),) for text in forms))] if forms else [])
        line.set_class(bool(forms), "-shown")

    def _ask_for_others(self, traffic: Traffic) -> None:
        number = self.sitting.ticket if self.sitting.opened else None
        asked, ticks = self._asked
        if number != asked:
            self.others = ()
        elif ticks < _PRESENCE:
            self._asked = (asked, ticks + 1)
            return
        self._asked = (number, 0)
        if number is not None:
            self._look_for_others(traffic, number)

    @work(thread=True, exclusive=True, group="presence")
    def _look_for_others(self, traffic: Traffic, number: int) -> None:
        try:
            others = tuple(traffic.presence(number))
        except StoreError:  # another program has the store just now: it is asked again
            return
        self.app.call_from_thread(self._tell_others, number, others)

    def _tell_others(self, number: int, others: Sequence[str]) -> None:
        if number == self._asked[0]:
            self.others = others  # headline and guide are told anew every second
