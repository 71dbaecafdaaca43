"""Scoring a resolved case on the quality card (POLICY T7): points by section, fatal errors and violations apart."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from agent_tui.desk.errors import DeskError
from agent_tui.domain.casework_rules import CardSection
from agent_tui.domain.messages import N_
from agent_tui.domain.policy import Policy
from agent_tui.domain.quality import CRITICAL, agent_of, sections
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Ticket
from agent_tui.i18n import _
from agent_tui.tui.screens.form import Submit
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.widgets.menu import Item, Menu
from agent_tui.wording import name_of

_AROUND = 8
"""Lines of the panel besides the card."""
_FIELDS = (("comment", N_("what the agent reads")), ("sample", N_("the sample it was drawn in")))


class ReviewPanel(Panel[dict[str, str]]):
    """Arrows choose a line and change its points, Space toggles an error, Tab writes a comment, Enter is done.

    Every section begins with all its points, so that only what was wrong has to be typed.
    """

    CSS_PATH = ["panel.tcss", "palette.tcss", "review.tcss"]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑ ↓", N_("another line of the card")),
        ("← →", N_("fewer or more points")),
        ("0 … 9", N_("the points themselves")),
        ("Space", N_("a fatal error or a violation, or none")),
        ("Tab", N_("write a comment or the sample; Tab goes back")),
        ("Enter", N_("done")),
        ("Esc", N_("leave; nothing is done")),
    )

    def __init__(self, ticket: Ticket, policy: Policy, submit: Submit) -> None:
        agent = safe(agent_of(ticket))
        super().__init__(
            _("Review #{ticket}, the work of {agent}").format(ticket=ticket.id, agent=agent),
            _("arrows, digits, Space; Tab comment, Enter done, Esc leaves"),
        )
        card = policy.casework.card
        self._submit = submit
        self._lines = [each for kind in ("section", "fatal", "violation") for each in sections(card, kind)]
        self._points = {each.id: each.points for each in sections(card, "section")}
        self._most = dict(self._points)
        self._errors: set[str] = set()
        self._typed = ""  # digits of the points that are being typed

    def parts(self) -> list[Widget]:
        """The card, the score that follows, and two lines to write in."""
        fields: list[Widget] = []
        for name, hint in _FIELDS:
            entry = Input(id=f"field-{name}", placeholder=_(hint))
            entry.cursor_blink = False
            title = Static(_(name), classes="field-name", markup=False)
            fields.append(Horizontal(title, entry, classes="field"))
        return [Menu(id="review-lines"), Static(id="review-score", markup=False), *fields]

    def on_mount(self) -> None:
        """Nothing is being typed at first: keys score."""
        self.set_focus(None)
        self._tell(top=True)

    def on_resize(self) -> None:
        """As many lines as there is room for."""
        self._tell()

    def _tell(self, *, top: bool = False) -> None:
        menu = self.query_one(Menu)
        menu.styles.height = max(1, min(len(self._lines), self.app.size.height - _AROUND))
        menu.show([self._item(each) for each in self._lines], top=top)
        fatal = any(each.id in self._errors for each in self._lines if each.kind == "fatal")
        score = 0 if fatal else sum(self._points.values())
        told = _("score: {score} of {most}").format(score=score, most=sum(self._most.values()))
        line = self.query_one("#review-score", Static)
        line.update(told + "  " + _("a fatal error: the score is 0") if fatal else told)
        line.set_class(fatal, "-fatal")

    def _item(self, each: CardSection) -> Item:
        name = name_of(each.name)
        if each.kind == "section":
            return Item(name, key=f"{self._points[each.id]:>2}/{each.points:<2}")
        about = _("fatal") if each.kind == "fatal" else _("violation")
        critical = f", {_(CRITICAL[each.critical])}" if each.critical else ""
        return Item(name, f"{about}{critical}", "[x]" if each.id in self._errors else "[ ]")

    @property
    def _line(self) -> CardSection:
        return self._lines[self.query_one(Menu).cursor]

    def on_key(self, event: events.Key) -> None:
        """A line, points, an error, or Enter."""
        if event.key == "enter":
            event.stop()
            self._send()
        elif event.key in ("tab", "shift+tab"):
            event.stop()
            self._go_on(1 if event.key == "tab" else -1)
        elif isinstance(self.focused, Input):
            return
        elif event.key in ("up", "k", "down", "j"):
            event.stop()
            self._move(-1 if event.key in ("up", "k") else 1)
        elif event.key in ("left", "minus", "h", "right", "plus", "l"):
            event.stop()
            self._change(-1 if event.key in ("left", "minus", "h") else 1)
        elif event.key in ("space", "x"):
            event.stop()
            self._toggle()
        elif event.character is not None and event.character in "0123456789":
            event.stop()
            self._type(event.character)

    def _go_on(self, by: int) -> None:
        """From the card to the comment, to the sample, and back to the card."""
        places: list[Widget | None] = [None, *self.query(Input)]
        self.set_focus(places[(places.index(self.focused) + by) % len(places)])

    def _move(self, by: int) -> None:
        self._typed = ""
        self.query_one(Menu).move(by)

    @on(Menu.Chosen)
    def _clicked(self, event: Menu.Chosen) -> None:
        event.stop()
        self._move(event.place - self.query_one(Menu).cursor)
        self._toggle()

    def _change(self, by: int) -> None:
        """A point less or more, or an error taken back or found."""
        each, self._typed = self._line, ""
        if each.kind == "section":
            self._points[each.id] = max(0, min(each.points, self._points[each.id] + by))
            self._tell()

    def _toggle(self) -> None:
        each = self._line
        if each.kind != "section":
            self._errors ^= {each.id}
            self._tell()

    def _type(self, digit: str) -> None:
        """Digits follow each other as long as the section has so many points; then a number begins anew."""
        each = self._line
        if each.kind != "section":
            return
        typed = self._typed + digit
        self._typed = typed if int(typed) <= each.points else digit
        if int(self._typed) <= each.points:
            self._points[each.id] = int(self._typed)
            self._tell()

    def _send(self) -> None:
        found = [each for each in self._lines if each.id in self._errors]
        given = {
            "points": ", ".join(f"{section}={points}" for section, points in self._points.items()),
            "fatal": ", ".join(each.id for each in found if each.kind == "fatal"),
            "violations": ", ".join(each.id for each in found if each.kind == "violation"),
            **{name: self.query_one(f"#field-{name}", Input).value for name, _hint in _FIELDS},
        }
        try:
            self._submit(given)
        except (Refusal, DeskError) as error:
            self.refused(error, self._send)
            return
        self.dismiss(given)
