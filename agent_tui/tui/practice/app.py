"""The desk in practice: the same screens and keys over an exercise, with a line at the top that always says so."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from agent_tui import formats
from agent_tui.domain.text import safe
from agent_tui.i18n import _, format_locale
from agent_tui.packs.tour import Tour
from agent_tui.practice.exercise import Exercise
from agent_tui.tui import helping
from agent_tui.tui.app import DeskApp
from agent_tui.tui.commands import Where
from agent_tui.tui.keymap import Keymap, keys_at, shown
from agent_tui.tui.look import Glyphs
from agent_tui.tui.practice import hinting, telling
from agent_tui.tui.practice.touring import SKIP, Guide, Helps
from agent_tui.tui.preferences import Preferences
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.desk import DeskScreen
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.bars import Bar, Item
from agent_tui.tui.widgets.pager import Line, Pager
from agent_tui.wording import name_of

HELPS = "f8"
_TICK = 0.25  # seconds
_MOST = 2.0  # seconds that one tick counts: a machine that slept did not practise


class Left(Enum):
    """How a sitting of practice ended."""

    LEFT = auto()  # the exercise goes on another time
    FINISHED = auto()
    REWOUND = auto()  # the exercise was set back: the desk opens anew on it


class PracticeScreen(DeskScreen):
    """The desk with a line that says what it is, and on the tour with what to press now."""

    BLANK = False  # its border is to be seen

    def __init__(self, exercise: Exercise, guide: Guide | None, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # as the desk's own
        self._exercise = exercise
        self._guide = guide
        self._toured = ""

    def compose(self) -> ComposeResult:
        """First of all that nothing here is real."""
        yield Bar(id="practice")
        if self._guide is not None:
            yield Static(id="tour", markup=False)
        yield from super().compose()

    def on_mount(self) -> None:
        """From the first frame on."""
        self.tell_practice()

    def reload(self, keep: int | None = None) -> None:
        """As the desk; what to press now follows at once."""
        super().reload(keep)
        self.tell_tour()

    def tell_tour(self) -> None:
        """What to press now, if this is the tour."""
        if self._guide is not None:
            line = self.query_one("#tour", Static)
            told = self._guide.line(self, self.app.screen)
            if told != self._toured:
                self._toured = told
                line.update(told)

    def tell_practice(self) -> None:
        """Mode, scenario, the simulated moment, and what is left of one's own time."""
        exercise = self._exercise
        mode = name_of(exercise.rules.name)
        here = exercise.now.astimezone(self.sitting.zone)
        moment = f"{formats.weekday(here, format_locale(), self.sitting.zone)} {here:%H:%M:%S}"
        rate = f"{exercise.rules.rate:g}"
        pace = _("paused") if exercise.paused else _("pace ×{rate}").format(rate=rate) if rate != "1" else ""
        pace = pace and f" · {pace}"
        left = exercise.left
        timed = "" if left is None else " · " + telling.left(left)
        title = safe(name_of(exercise.scenario.title))
        # Not inside the braces: the catalogue's tools do not look there.
        word, words = _("PRACTICE"), _("PRACTICE: nothing here is real")
        short = f" {word} · {mode} · {moment}{pace}{timed} "
        whole = f" {words} · {mode} · {title} · {moment}{pace}{timed} "
        keys = _("{key} help, time, end").format(key=_helps_key(self._keys))
        self.query_one("#practice", Bar).show(
            [Item("practice", (((whole, "warn"),), ((short, "warn"),)), stays=True)], (((keys, "key"),),)
        )


class PracticeApp(DeskApp):
    """One sitting at an exercise; `outcome` says how it ended."""

    CSS_PATH: ClassVar[list[str]] = [  # type: ignore[assignment]  # a list is what the desk has as well
        "../app.tcss",
        "../screens/desk.tcss",
        "practice.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        (SKIP, "skip", ""),
        Binding(HELPS, "helps", id="helps", priority=True),  # over a form, too
    ]

    def __init__(
        self,
        exercise: Exercise,
        keys: Keymap,
        glyphs: Glyphs,
        preferences: Preferences,
        clock: Callable[[], float] = monotonic,
        tour: Tour | None = None,
    ) -> None:
        """`clock` are seconds of the trainee's own time; `tour` is there for a newcomer."""
        self.exercise = exercise
        self.outcome = Left.LEFT
        self.rewound_to = 0
        self._clock = clock
        self._guide = Guide(tour, exercise, keys) if tour is not None else None
        super().__init__(
            exercise.training.desk,
            keys,
            glyphs,
            now=lambda: exercise.now,
            preferences=preferences,
            told=[_told(exercise, _helps_key(keys))],
        )
        self.update_keymap({"helps": ",".join(keys_at(keys.of("practice"), Where.WRITING)) or "none"})
        self._last = clock()

    def get_default_screen(self) -> DeskScreen:
        """The desk with the line that says that this is practice."""
        return PracticeScreen(self.exercise, self._guide, self.sitting, self.keys, self.glyphs, self.quiet)

    def on_mount(self) -> None:
        """Begin the clock as well."""
        super().on_mount()
        self._last = self._clock()
        self.set_interval(_TICK, self._tick)
        self._tell()

    def _tick(self) -> None:
        now = self._clock()
        passed, self._last = min(_MOST, now - self._last), now
        self._go_on(self.exercise.tick(passed))
        left = self.exercise.left
        if left is not None and left.total_seconds() <= 0:
            self._finish()

    def _go_on(self, happened: bool) -> None:
        """Show what happened, if anything did."""
        screen = self.desk_screen
        if screen is None or not screen.query("#practice"):
            return
        if happened:
            screen.reload(keep=self.sitting.ticket)
            screen.count()
            self._tell_events(screen)
        self._tell()

    def _tell_events(self, screen: DeskScreen) -> None:
        training = self.exercise.training
        for place in training.told:
            line = name_of(training.scenario.events[place].line)
            if line:
                screen.say(safe(line), "warn")
        training.told.clear()

    def _tell(self) -> None:
        screen = self.desk_screen
        if isinstance(screen, PracticeScreen) and screen.query("#practice"):
            screen.tell_practice()
            screen.tell_tour()

    def retell(self) -> None:
        """As the desk. A name given meanwhile is for the next exercise: this one is its trainee's to the end."""
        self.desk.agent = self.exercise.trainee
        super().retell()
        self._tell()

    # What F8 offers

    async def action_do(self, command: str) -> None:
        """The key that opens practice at the desk offers its helps here."""
        if command == "practice":
            self._offer()
        elif command == "help" and isinstance(self.screen, DeskScreen) and not self.screen.searching:
            self._help(self.screen)
        else:
            await super().action_do(command)

    def _help(self, desk: DeskScreen) -> None:
        """The desk's own, after what is here alone."""
        keys = keys_at(self.keys.of("practice"), desk.where)
        lines = telling.run_help(" ".join(map(shown, keys)), shown(SKIP))
        lines += helping.desk_lines(desk.where, self.keys, self.glyphs)
        self.push_screen(Reading(helping.title(desk.where), lines))

    def action_helps(self) -> None:
        """The helps, or away with them."""
        if isinstance(self.screen, Helps):
            self.screen.dismiss(None)
        else:
            self._offer()

    def _offer(self) -> None:
        """Hints, what the customer's words mean, time, going back, the end. Over a form what helps to fill it in."""
        screen = self.desk_screen
        if screen is None or isinstance(self.screen, Helps):
            return
        rules, form = self.exercise.rules, len(self.screen_stack) > 1
        options = []
        if rules.hints:
            options.append(("h", "hint", _("Hint: the next step and a good answer")))
        if rules.hints and (isinstance(self.screen, FormPanel) if form else screen.writing):
            options.append(("u", "use", _("Fill in a good answer")))
        options.append(("m", "gloss", _("What do the customer's words mean?")))
        if not form:
            options.append(("s", "skip", _("Skip to what happens next ({key})").format(key=shown(SKIP))))
        if not rules.timed:
            options.append(("p", "pause", _("Go on") if self.exercise.paused else _("Pause")))
        options.append(("b", "brief", _("What is this exercise about?")))
        if form:
            self.push_screen(Helps(_("Practice"), options), self._chosen)
            return
        if rules.rewind and self.exercise.moves:
            options.append(("r", "rewind", _("Go back to a decision and try again")))
        options.append(("e", "end", _("End it and see the card")))
        if not rules.timed:
            options.append(("q", "quit", _("Leave; it goes on from here another time")))
        self.push_screen(Helps(_("Practice"), options), self._chosen)

    def _chosen(self, answer: str | None) -> None:
        table: dict[str, Callable[[], object]] = {
            "hint": self._hint,
            "use": self._use,
            "gloss": self._gloss,
            "skip": self.action_skip,
            "pause": self._pause,
            "brief": self._brief,
            "rewind": self._rewind,
            "end": self._ask_end,
            "quit": self.leave,
        }
        if answer:
            table[answer]()

    def action_skip(self) -> None:
        """Let the clock run to what happens next."""
        screen = self.desk_screen
        if screen is None or len(self.screen_stack) > 1:
            return
        self.sitting.send_due(all_of_them=True)
        screen.reload(keep=self.sitting.ticket)
        if self.exercise.mode != "learn" and self.exercise.waited_for:
            screen.say(_("A customer waits for your answer: time is not sped up now."), "warn")
            return
        if self.exercise.skip():
            here = self.exercise.now.astimezone(self.sitting.zone)
            screen.say(_("The clock ran on to {moment}.").format(moment=f"{here:%H:%M}"))
            self._go_on(happened=True)
            screen.query_one("#conversation", Pager).to_end()
        else:
            screen.say(_("Nothing happens until you do something."))

    def _pause(self) -> None:
        self.exercise.paused = not self.exercise.paused
        self._tell()

    def _brief(self) -> None:
        scenario = self.exercise.scenario
        self.push_screen(Reading(safe(name_of(scenario.title)), telling.paragraphs(name_of(scenario.brief))))

    def _hint(self) -> None:
        ticket = self.sitting.ticket
        found = self.exercise.hint(ticket) if ticket is not None else None
        told = (
            hinting.lines(found, self.exercise.training.desk.policy)
            if found is not None
            else [Line(_("There is nothing to do here now: time brings what comes next."))]
        )
        self.push_screen(Reading(_("Hint"), told))

    def _use(self) -> None:
        """The model agent's words in place of what was written; the tour is about keys, not about typing."""
        screen, ticket = self.desk_screen, self.sitting.ticket
        found = self.exercise.hint(ticket) if ticket is not None else None
        form = self.screen
        if isinstance(form, FormPanel):
            if found is None or not form.fill(found.given):
                form.complain(_("There is no hint for this."))
            return
        if screen is None or found is None or found.action != screen.writing or "text" not in found.given:
            self._say(_("There is no hint for this."))
            return
        screen.composer.load_text(found.given["text"])
        screen.composer.move_cursor(screen.composer.document.end)
        screen.composer.focus()
        screen.keep_draft()

    def _gloss(self) -> None:
        ticket = self.sitting.ticket
        text = self.exercise.gloss(ticket, telling.language()) if ticket is not None else ""
        told = telling.paragraphs(text or _("There is nothing to explain."))
        self.push_screen(Reading(_("What the customer's words mean"), told))

    def _rewind(self) -> None:
        from agent_tui.tui.practice.rewinding import RewindPanel

        self.push_screen(RewindPanel(self.exercise), self._rewound)

    def _rewound(self, place: int | None) -> None:
        if place is not None:
            self.outcome, self.rewound_to = Left.REWOUND, place
            self.sitting.remember()
            self.exit()

    def leave(self) -> None:
        """As at the desk. A timed run goes on another time only when somebody else ended it, as a dropped line does."""
        if self.exercise.rules.timed and not self.told_to_end:
            self._ask_end()
        else:
            super().leave()

    def _ask_end(self) -> None:
        if self.exercise.training.over:
            self._finish()
            return
        lines = [_("Not everything is done: what is missing counts as not met.")]
        options = [("y", "yes", _("End it")), ("n", "no", _("Go on"))]
        self.push_screen(
            Choice(_("End the exercise?"), options, lines),
            lambda said: self._finish() if said == "yes" else None,
        )

    def _finish(self) -> None:
        self.sitting.send_due(all_of_them=True)
        self.outcome = Left.FINISHED
        self.exit()

    def _say(self, text: str) -> None:
        if self.desk_screen is not None:
            self.desk_screen.say(text)


def _helps_key(keymap: Keymap) -> str:
    """The key that opens the helps where one writes, too; else the palette, which has them."""
    keys = keymap.of("practice")
    found = keys_at(keys, Where.WRITING) or keys or keymap.of("palette")
    return shown(found[0]) if found else ""


def _told(exercise: Exercise, key: str) -> str:
    """What is said first; `key` opens the helps."""
    if exercise.moves:
        return _("Here it goes on; {key} has help, time and the end of the exercise.").format(key=key)
    return _("Enter does the next step; {key} has help, time and the end of the exercise.").format(key=key)
