"""The theory on the screen: one question at a time, marked at once, and the results by topic (POLICY Q1, Q2).

It takes a session and gives every answer to a callback as it is made, so that leaving loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from agent_tui.domain.casework_rules import Names
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.packs.theory import Kind
from agent_tui.practice.theory import Marked, Session, Shown
from agent_tui.tui import helping, telling_theory
from agent_tui.tui.screens.panel import Over
from agent_tui.tui.telling_theory import LETTERS, Choosing
from agent_tui.tui.widgets.pager import Line, Pager, wrap

Answered = Callable[[Marked], None]
"""Keeps an answer."""


def _forget(marked: Marked) -> None:
    """Keep nothing."""


class QuizScreen(Over[Session]):
    """Ends with the session as far as it was answered.

    `topics` and `rules` have the names of topics and the sentences of rules; with a `pass_mark` the results say
    whether the test is passed.
    """

    CSS_PATH = ["panel.tcss", "quiz.tcss"]
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", ""),
        ("f1,question_mark", "help", ""),
        ("down,j", "move(1)", ""),
        ("up,k", "move(-1)", ""),
        ("shift+down,J", "carry(1)", ""),
        ("shift+up,K", "carry(-1)", ""),
        ("space", "choose", ""),
        ("enter", "confirm", ""),
        ("pagedown", "page(1)", ""),
        ("pageup", "page(-1)", ""),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("1 … 9", N_("choose; in an order, move the line there")),
        ("a … i", N_("choose; in an order, the next one")),
        ("↑ ↓", N_("another line")),
        ("Space", N_("choose this line, or not")),
        ("S-↑ S-↓", N_("move the line in an order")),
        ("Enter", N_("confirm, and go on")),
        ("PgUp PgDn", N_("scroll")),
        ("Esc", N_("leave; what was answered is kept")),
    )

    def __init__(
        self,
        session: Session,
        topics: Mapping[str, Names],
        answered: Answered = _forget,
        *,
        title: str = "",
        rules: Mapping[str, Names] | None = None,
        pass_mark: float | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._topics = topics
        self._answered = answered
        self._title = title or _("Theory")
        self._rules = rules or {}
        self._pass_mark = pass_mark
        self._choosing = Choosing(0)
        self._picked = 0  # how many of an order were picked by their letters
        self._last: Marked | None = None  # the answer that is being looked at
        self._lines: list[Line] = []

    def compose(self) -> ComposeResult:
        """Where one is, the question, what is wrong with the answer so far, and what keys do."""
        with Vertical(id="quiz"):
            yield Static(id="quiz-title", markup=False)
            yield Pager(id="quiz-page")
            yield Static("", id="panel-error", markup=False)
            yield Static(id="panel-hint", markup=False)

    def on_mount(self) -> None:
        """The first question that is not answered."""
        self.query_one(Pager).can_focus = False
        self._ask()

    def on_resize(self) -> None:
        """Lines wrap anew; what one looks at stays in sight."""
        self.call_after_refresh(self._tell)

    # What is shown.

    def _ask(self) -> None:
        """The next question, or the results."""
        self._last, self._picked = None, 0
        asked = self._session.current
        order = tuple(range(len(asked.order))) if asked and asked.question.kind is Kind.ORDER else ()
        self._choosing = Choosing(0, order=order)
        self._tell(top=True)

    def _tell(self, *, top: bool = False) -> None:
        asked, at = self._session.current, 0
        if self._last is not None:
            self._lines, at = telling_theory.answer(self._last, self._rules)
            hint = _("Enter goes on, PgUp PgDn scroll, Esc leaves")
        elif asked is not None:
            self._lines, at = telling_theory.question(asked, self._choosing)
            hint = telling_theory.hint(asked.question.kind)
        else:
            self._lines = telling_theory.results(self._session, self._topics, self._pass_mark)
            hint = _("Enter or Esc closes, PgUp PgDn scroll")
        place = len(self._session.marked) - (self._last is not None)
        heading = telling_theory.heading(self._title, self._session, self._topics, place)
        self.query_one("#quiz-title", Static).update(safe(heading))
        self.query_one("#panel-hint", Static).update(hint)
        lines = self._lines
        pager = self.query_one(Pager)
        pager.show(lambda across: lines, top=top)
        self.call_after_refresh(self._into_sight, at)

    def _into_sight(self, at: int) -> None:
        """Scroll so far that a line, and after an answer everything below it, can be read."""
        pager = self.query_one(Pager)
        across, high = max(8, pager.scrollable_content_region.width), max(1, pager.size.height)
        rows = [sum(1 for _piece in wrap(each.text, across, each.indent)) or 1 for each in self._lines]
        first, last = sum(rows[:at]), sum(rows[: at + 1])
        if self._last is not None:
            last = min(sum(rows), first + high)
        top = pager.scroll_offset.y
        if last > top + high:
            pager.move(last - high - top)
        elif first < top:
            pager.move(first - top)

    def complain(self, text: str) -> None:
        """Say what is wrong with the answer so far."""
        error = self.query_one("#panel-error", Static)
        error.update(text)
        error.set_class(bool(text), "-shown")

    # Keys.

    @property
    def _asked(self) -> Shown | None:
        """The question that waits for an answer; None while one reads."""
        return self._session.current if self._last is None else None

    def on_key(self, event: events.Key) -> None:
        """A number or a letter."""
        asked, letter = self._asked, event.character or ""
        if asked is None or len(letter) != 1:
            return
        number = int(letter) - 1 if letter in "123456789" else LETTERS.find(letter)
        if 0 <= number < len(asked.order):
            event.stop()
            self.complain("")
            if asked.question.kind is not Kind.ORDER:
                self._choose(asked, number)
            elif letter in LETTERS:
                self._pick(number)
            else:
                self.action_carry(number - self._choosing.cursor)

    def _choose(self, asked: Shown, place: int) -> None:
        several = asked.question.kind is Kind.MULTIPLE
        chosen = tuple(sorted({*self._choosing.chosen} ^ {place})) if several else (place,)
        self._choosing = Choosing(place, chosen)
        self._tell()

    def _pick(self, place: int) -> None:
        """The choice with this letter comes next in the order; after the last one picking begins anew."""
        order = self._choosing.order
        if self._picked >= len(order) or place in order[: self._picked]:
            self._picked = 0
        picked = (*order[: self._picked], place)
        self._picked = len(picked)
        self._choosing = Choosing(
            self._picked - 1, order=(*picked, *(each for each in order if each not in picked))
        )
        self._tell()

    def action_move(self, by: int) -> None:
        """Another line; where one alone can be right, that is the answer. While one reads, scroll."""
        asked = self._asked
        if asked is None:
            self.query_one(Pager).move(by)
            return
        self.complain("")
        single = asked.question.kind not in (Kind.MULTIPLE, Kind.ORDER)
        begun = bool(self._choosing.chosen) or not single
        cursor = max(0, min(self._choosing.cursor + (by if begun else 0), len(asked.order) - 1))
        chosen = (cursor,) if single else self._choosing.chosen
        self._choosing = Choosing(cursor, chosen, self._choosing.order)
        self._tell()

    def action_carry(self, by: int) -> None:
        """Move the line of an order; the cursor goes with it."""
        asked = self._asked
        if asked is None or asked.question.kind is not Kind.ORDER:
            self.action_move(by)
            return
        order = list(self._choosing.order)
        cursor = max(0, min(self._choosing.cursor + by, len(order) - 1))
        order.insert(cursor, order.pop(self._choosing.cursor))
        self._picked = 0
        self._choosing = Choosing(cursor, order=tuple(order))
        self._tell()

    def action_choose(self) -> None:
        """Choose the line under the cursor, or not."""
        asked = self._asked
        if asked is None:
            self.action_page(1)
        elif asked.question.kind is not Kind.ORDER:
            self._choose(asked, self._choosing.cursor)

    def action_page(self, by: int) -> None:
        """Scroll by pages."""
        pager = self.query_one(Pager)
        pager.move(by * pager.page())

    def action_confirm(self) -> None:
        """Mark the answer; after that, go on; after the results, close."""
        asked = self._asked
        if self._last is not None:
            self._ask()
        elif asked is None:
            self.dismiss(self._session)
        elif not (given := self._choosing.order or self._choosing.chosen):
            self.complain(_("Choose an answer first: a number, or an arrow."))
        else:
            self.complain("")
            self._session = self._session.answer(given)
            self._last = self._session.marked[-1]
            self._answered(self._last)
            self._tell(top=True)

    def action_help(self) -> None:
        """What keys do here."""
        from agent_tui.tui.screens.reading import Reading

        lines = helping.panel_lines((key, _(text)) for key, text in self.KEYS)
        self.app.push_screen(Reading(_("Help: {title}").format(title=self._title), lines))

    def action_leave(self) -> None:
        """What was answered is kept."""
        self.dismiss(self._session)
