"""The part of the desk that guides: hints beside the ticket, findings under what is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.timer import Timer

from agent_tui import i18n
from agent_tui.desk.core import Case
from agent_tui.i18n import _
from agent_tui.tui import telling
from agent_tui.tui.screens.traffic import TrafficScreen
from agent_tui.tui.session import Sitting
from agent_tui.tui.widgets.pager import Line, Pager

if TYPE_CHECKING:
    from agent_tui.guidance.situation import Finding
    from agent_tui.packs.loader import Problem
    from agent_tui.tui.widgets.composer import Composer

PAUSE = 0.2
"""Seconds without another ticket, or another letter, after which guidance is asked."""

_MOST = 3  # findings under the composer

_Shown = tuple[int, object, str, int]


class GuidingScreen(TrafficScreen):
    """A screen that says what the handbook and the checks say; the desk is one."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.advice: tuple[Line, ...] = ()
        self.brief: tuple[Line, ...] = ()  # the same in a line, where there is no room beside the ticket
        self.found: tuple[Finding, ...] = ()  # in what is being written
        self.used: tuple[str, ...] = ()  # phrases of the book that went into it
        self._meant = ""  # what its writer said that the reply is
        self.translated = ""  # the service that wrote what is in the composer
        self._advised: _Shown | None = None
        self._advice_timer: Timer | None = None
        self._check_timer: Timer | None = None
        self._left_out: set[Problem] = set()  # pack files of which the agent was told

    # The ticket

    def advise(self) -> None:
        """Ask for the hints on the ticket that is shown, unless they are these."""
        wanted = self._wanted()
        if wanted == self._advised:
            return
        if self._advised is None or wanted is None or wanted[0] != self._advised[0]:
            self.advice = self.brief = ()
        self._advised = wanted
        if self._advice_timer is not None:
            self._advice_timer.stop()
        if wanted is not None:
            self._advice_timer = self.set_timer(PAUSE, self._ask_handbook)

    def guide_lines(self, case: Case) -> list[Line]:
        """What stands beside the conversation: the ticket's own state, then what the handbook says."""
        sitting = self.sitting
        told = telling.guide(case, sitting.now(), sitting.desk.policy, sitting.zone, self.glyphs, self.others)
        return [*told, *self.advice, *telling.grounds(case)]

    def headline_lines(self, case: Case) -> list[Line]:
        """What stands above the conversation where nothing stands beside it."""
        sitting = self.sitting
        told = telling.headline(
            case, sitting.now(), sitting.desk.policy, sitting.zone, self.glyphs, self.others
        )
        return [*told, *self.brief]

    def _wanted(self) -> _Shown | None:
        if self.case is None:
            return None
        ticket = self.case.ticket
        return ticket.id, ticket.changed, i18n.language(), self.sitting.now().hour

    def _ask_handbook(self) -> None:
        case, wanted = self.case, self._advised
        if not self._settled:  # the start comes first: reading the packs would slow it down
            self._advice_timer = self.set_timer(PAUSE, self._ask_handbook)
        elif case is not None and wanted is not None:
            self._look_up(case, wanted)

    @work(thread=True, exclusive=True, group="advice")
    def _look_up(self, case: Case, wanted: _Shown) -> None:
        from agent_tui.desk import privacy
        from agent_tui.tui import telling_guidance  # with the packs: not before a ticket is shown

        desk, now, glyphs = self.sitting.desk, self.sitting.now(), self.glyphs
        lines = [Line(), *telling_guidance.advice(desk.guidance, case.ticket, now, glyphs)]
        more = self.key_of("etiquette")
        brief = telling_guidance.advice_in_short(desk.guidance, case.ticket, now, glyphs, more)
        if privacy.consent_needed(desk, case.ticket.customer):
            text = _("consent to personal data: not asked yet ({key})").format(key=self.key_of("privacy"))
            lines += [Line(), Line(text, "dim")]
        self.app.call_from_thread(self._advise_with, wanted, tuple(lines), (brief,))

    def _advise_with(self, wanted: _Shown, lines: tuple[Line, ...], brief: tuple[Line, ...]) -> None:
        if wanted == self._advised and self.query("#guide"):
            self.advice, self.brief = lines, brief
            for name in ("guide", "headline"):
                self.query_one(f"#{name}", Pager).retell()
        self._tell_left_out()

    def _tell_left_out(self) -> None:
        """Which pack files were found to be bad meanwhile, and why; each once."""
        fresh = [each for each in self.sitting.desk.guidance.problems if each not in self._left_out]
        if fresh:
            from agent_tui.tui import telling_guidance

            self._left_out.update(fresh)
            self.say(telling_guidance.left_out(fresh), "warn")

    # What is being written

    def on_composer_written(self, event: Composer.Written) -> None:
        # Textual calls the handler of `WritingScreen` too.
        if self._check_timer is not None:
            self._check_timer.stop()
        self._check_timer = self.set_timer(PAUSE, self.check)

    def check(self) -> None:
        """Look what is wrong with the text, in a thread: the packs of a language are read the first time."""
        if self.case is None or self.writing not in ("reply", "note"):
            self._tell_found("", ())
            return
        text = self.composer.text
        if text.strip():
            self._look_through(self.case, text, self.meaning())
        else:
            self._tell_found(text, ())

    def meaning(self) -> str:
        """What the reply is about to be, as far as that is known; "" for a note."""
        from agent_tui.tui import casework

        if self.writing != "reply" or self.case is None:
            return ""
        return casework.outcome(self.case) or self._meant or "solves"

    def mean(self, outcome: str) -> None:
        """The writer said what the reply is: who comes back to the text is told what such a one has to hold."""
        if outcome and outcome != self._meant:
            self._meant = outcome
            self.check()

    @work(thread=True, exclusive=True, group="check")
    def _look_through(self, case: Case, text: str, outcome: str) -> None:
        found = self.sitting.desk.guidance.findings(case.ticket, text, self.sitting.now(), outcome)
        self.app.call_from_thread(self._tell_found, text, found)

    def _tell_found(self, text: str, found: tuple[Finding, ...]) -> None:
        """Show the findings, unless something else was written meanwhile."""
        if not self.query("#advice") or (found and text != self.composer.text):
            return
        from agent_tui.tui import telling_guidance

        self._tell_left_out()
        self.found = found
        pane = self.query_one("#advice", Pager)
        lines = telling_guidance.in_short(found, text, _MOST, self.key_of("findings"))
        pane.display = bool(lines)
        pane.styles.height = len(lines)
        pane.show(lambda across: lines)

    def leave_composer(self) -> None:
        """Tab: to the next gap of a phrase, else to the conversation and back."""
        if not self.composer.has_focus:
            self.composer.focus()
            return
        from agent_tui.tui import advising

        if not advising.next_gap(self.composer):
            self.conversation.focus()

    def close_composer(self) -> None:
        """What was found, and the phrases that were used, were those of the text that is gone."""
        super().close_composer()
        self.used, self.translated, self._meant = (), "", ""
        self._tell_found("", ())
