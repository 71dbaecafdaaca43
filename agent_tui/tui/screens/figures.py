"""The figures over the desk (POLICY 8): a list of them, the chosen one as a plot, and why it is what it is."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import get_current_worker

from agent_tui import telling_figures as telling
from agent_tui.desk.figures import Ledger, Report, read, report
from agent_tui.domain.figure_definitions import DEFINITIONS, Unit
from agent_tui.domain.figures import TOTAL, Parts
from agent_tui.domain.messages import N_
from agent_tui.domain.periods import GROUPINGS, IN_TIME, By, day_of, place_of, spans
from agent_tui.domain.refusals import Refusal
from agent_tui.i18n import _
from agent_tui.store.errors import StoreError
from agent_tui.telling_errors import sentence
from agent_tui.tui import plots
from agent_tui.tui.base import BaseApp
from agent_tui.tui.look import ASCII
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.session import Sitting
from agent_tui.tui.widgets.menu import Item, Menu
from agent_tui.tui.widgets.pager import Line, Pager

WIDE = 100
"""Columns from which the plot stands beside the list."""
_MOST_TICKETS = 200
"""How many tickets a reason names on the screen; the command line has them all."""
_MOST_TOPICS = 15
_SPANS = ((N_("in hours"), 3600), (N_("in minutes"), 60), (N_("in seconds"), 1))
"""What means of spans are plotted in: the first unit that the longest of them fills."""


class FiguresPanel(Panel[None]):
    """Arrows choose figure and grouping, `p` the period, Enter says why. Everything is read from the journal once."""

    CSS_PATH = ["panel.tcss", "palette.tcss", "figures.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        ("down,j", "move(1)", ""),
        ("up,k", "move(-1)", ""),
        ("pagedown", "move(10)", ""),
        ("pageup", "move(-10)", ""),
        ("home,g", "move(-99)", ""),
        ("end,G", "move(99)", ""),
        ("right,b", "group(1)", ""),
        ("left,B", "group(-1)", ""),
        ("p", "period(1)", ""),
        ("P", "period(-1)", ""),
        ("enter,y", "why", ""),
        ("t", "topics", ""),
        ("q", "leave", ""),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑ ↓", N_("another figure")),
        ("← →", N_("another grouping: day, month, quarter, channel, level, market, total")),
        ("p P", N_("another period")),
        ("Enter", N_("why: what the figure means, its parts and the tickets behind it")),
        ("t", N_("hot topics and pain points")),
        ("Esc", N_("close")),
    )

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(_("Figures"), _("arrows choose, p period, Enter why, t topics, Esc closes"))
        self._sitting = sitting
        self._figures = tuple(DEFINITIONS)
        self._by = By.DAY
        self._spans = spans(day_of(sitting.now(), sitting.zone))
        self._span = N_("the last 30 days")
        self._ledger: Ledger | None = None
        self._report: Report | None = None

    def parts(self) -> list[Widget]:
        """The list and the plot."""
        return [Vertical(Menu(id="figures-list"), Pager(id="figures-plot"), id="figures-body")]

    def on_mount(self) -> None:
        """Read the journal in a thread: a large one takes seconds."""
        self.query_one(Pager).can_focus = False
        self.query_one(Menu).show((), _("Reading the journal …"))
        self.on_resize()
        self._read()

    def on_resize(self) -> None:
        """Beside each other where there is room."""
        self.set_class(self.app.size.width >= WIDE, "-wide")
        self.call_after_refresh(self._tell_plot)

    # Reading.

    @work(thread=True, exclusive=True, group="figures")
    def _read(self) -> None:
        try:
            ledger = read(self._sitting.desk, self._sitting.now())
        except (Refusal, StoreError) as error:
            self.app.call_from_thread(self._failed, sentence(error))
            return
        self.app.call_from_thread(self._have, ledger)

    def _failed(self, text: str) -> None:
        if self.is_attached:
            self.query_one(Menu).show(())
            self.complain(text)

    def _have(self, ledger: Ledger) -> None:
        self._ledger = ledger
        if self.is_attached:  # one may have left meanwhile
            self._compute(ledger)

    @work(thread=True, exclusive=True, group="figures")
    def _compute(self, ledger: Ledger) -> None:
        found = report(self._sitting.desk, ledger, self._by, self._spans[self._span])
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._show, found)

    # What is shown.

    def _show(self, found: Report) -> None:
        if not self.is_attached:
            return
        self._report = found
        menu, table = self.query_one(Menu), found.table
        title = _("Figures {grouping}, {period}: {days}").format(
            grouping=_(GROUPINGS[table.by]), period=_(self._span), days=telling.days_of(table)
        )
        self.query_one("#panel-title", Static).update(title)
        items = [
            Item(
                _(DEFINITIONS[figure].title),
                telling.parts_of(table.parts(figure)),
                telling.value_of(table.parts(figure)),
            )
            for figure in self._figures
        ]
        menu.show(items, top=False)
        told = [telling.retraining_of(due) for due in found.retraining]
        if found.unknown:
            told.append(telling.unknown_of(found.unknown))
        self.complain("\n".join(told))
        self._tell_plot()

    @property
    def _figure(self) -> str:
        return self._figures[self.query_one(Menu).cursor]

    def _tell_plot(self) -> None:
        pager, found = self.query_one(Pager), self._report
        if found is not None:
            pager.show(lambda across: self._lines(found, across, pager.size.height))

    def _lines(self, found: Report, across: int, down: int) -> list[Line]:
        """The figure in words, then its plot over the groups; without groups, the tickets behind it."""
        parts = found.table.parts(self._figure)
        known = DEFINITIONS[self._figure]
        lines = [Line(telling.told(_(known.title), parts), "title"), Line(_(known.text), "dim")]
        points = [
            plots.Point(*self._named(each.group, found), _plotted(each), telling.value_of(each))
            for each in (found.table.parts(self._figure, group) for group in found.table.groups)
        ]
        if not points:
            return [*lines, Line(), *_tickets(parts)]
        scale, unit = _scale(points, known.unit)
        if unit:
            lines.append(Line(unit, "dim"))
        room = down - sum(1 for line in lines for _piece in range(1 + len(line.text) // across))
        if found.table.by in IN_TIME and room >= plots.LEAST and not self._plain:
            scaled = [
                plots.Point(each.place, each.name, None if each.value is None else each.value / scale, "")
                for each in points
            ]
            drawn = plots.line(scaled, across, room)
        else:
            full, under = ("#", "-") if self._plain else ("█", "░")
            drawn = plots.bars(points, across, full, under)
        return [*lines, *(Line(text, "key", wrap=False) for text in drawn)]

    def _named(self, group: str, found: Report) -> tuple[int, str]:
        """The place of a group along its axis, and its name in few cells."""
        by = found.table.by
        if by in IN_TIME:
            return place_of(group), group[5:] if by is By.DAY else group
        return 0, telling.group_name(group, by, self._sitting.desk.policy)

    @property
    def _plain(self) -> bool:
        """Whether the terminal has no signs beyond ASCII."""
        return isinstance(self.app, BaseApp) and self.app.glyphs == ASCII

    # Keys.

    def action_move(self, by: int) -> None:
        """Another figure."""
        self.query_one(Menu).move(by)
        self._tell_plot()

    @on(Menu.Chosen)
    def _clicked(self, event: Menu.Chosen) -> None:
        event.stop()
        self.action_move(event.place - self.query_one(Menu).cursor)

    def action_group(self, by: int) -> None:
        """Another grouping."""
        groupings = [*(each for each in By if each is not By.TOTAL), By.TOTAL]
        self._by = groupings[(groupings.index(self._by) + by) % len(groupings)]
        self._again()

    def action_period(self, by: int) -> None:
        """Another period."""
        names = list(self._spans)
        self._span = names[(names.index(self._span) + by) % len(names)]
        self._again()

    def _again(self) -> None:
        if self._ledger is not None:
            self._compute(self._ledger)

    def action_why(self) -> None:
        """What the figure means, how it is divided, and the tickets behind it."""
        found = self._report
        if found is None:
            return
        figure, table = self._figure, found.table
        lines = [Line(text) for text in telling.meaning(figure)]
        for group in (TOTAL, *table.groups):
            parts = table.parts(figure, group)
            told = telling.told(telling.group_name(group, table.by, self._sitting.desk.policy), parts)
            lines += [Line(), Line(told, "title"), *_tickets(parts)]
        self.app.push_screen(Reading(_("Why: {figure}").format(figure=_(DEFINITIONS[figure].title)), lines))

    def action_topics(self) -> None:
        """What customers came with most often, and what they complained of (POLICY 8)."""
        found = self._report
        if found is None:
            return
        policy = self._sitting.desk.policy
        lines: list[Line] = []
        for title, some in (
            (_("Hot topics"), telling.hot(found.topics, _MOST_TOPICS)),
            (_("Pain points"), telling.painful(found.topics, _MOST_TOPICS)),
        ):
            lines += [Line(title, "title")]
            lines += [
                Line(f"  {count}  {telling.topic_name(topic, policy)}", indent=4) for topic, count in some
            ]
            lines += [Line(_("Nothing here."), "dim")] * (not some)
            lines.append(Line())
        self.app.push_screen(
            Reading(_("Hot topics and pain points, {period}").format(period=_(self._span)), lines)
        )


def _tickets(parts: Parts) -> list[Line]:
    return [
        Line("  " + _("{title}: {text}").format(title=title, text=tickets), indent=4)
        for title, tickets in telling.why(parts, _MOST_TICKETS)
    ]


def _plotted(parts: Parts) -> float | None:
    """A value as it is plotted: shares in per cent."""
    value = parts.value
    if value is None:
        return None
    return value * 100 if DEFINITIONS[parts.figure].unit is Unit.SHARE else value


def _scale(points: list[plots.Point], unit: Unit) -> tuple[float, str]:
    """What values are divided by on the axis, and what it is in, if that has to be said."""
    if unit is Unit.SHARE:
        return 1, _("in per cent")
    if unit is not Unit.SECONDS:
        return 1, ""
    most = max((point.value or 0 for point in points), default=0)
    title, seconds = next(((title, size) for title, size in _SPANS if most >= size), _SPANS[-1])
    return seconds, _(title)
