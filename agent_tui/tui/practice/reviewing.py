"""A mentor's review on the screen: the moments of a run, what each was worth, what is said to it (POLICY Q4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from agent_tui.desk.errors import DeskError
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.packs.scenario import played_by
from agent_tui.practice import reviews
from agent_tui.practice.academy import Academy
from agent_tui.practice.assessor import Assessment, Mark
from agent_tui.practice.results import Result
from agent_tui.practice.reviews import Moment, Review, Story
from agent_tui.practice.world import glosses
from agent_tui.telling_errors import refused, sentence
from agent_tui.tui import helping
from agent_tui.tui.base import BaseApp
from agent_tui.tui.practice import telling
from agent_tui.tui.preferences import Preferences
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.menu import Item, Menu
from agent_tui.tui.widgets.pager import Line, Pager
from agent_tui.wording import action_title, name_of
from agent_tui.wording_practice import Titles, mark, seen, signature

_RUN = "run"


class CommentPanel(Panel[str]):
    """One line of words."""

    CSS_PATH = ["../screens/panel.tcss", "reviewing.tcss"]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("Enter", N_("done")),
        ("Esc", N_("leave; nothing is said")),
    )

    def __init__(self, title: str) -> None:
        super().__init__(title, _("Enter done, Esc leaves"))

    def parts(self) -> list[Widget]:
        """Where the words are written."""
        entry = Input(id="field-comment")
        entry.cursor_blink = False
        return [entry]

    def on_mount(self) -> None:
        """One writes at once."""
        self.query_one(Input).focus()

    def on_key(self, event: events.Key) -> None:
        """Enter is done."""
        if event.key == "enter":
            event.stop()
            self.dismiss(self.query_one(Input).value)


class ReviewApp(BaseApp[None]):
    """One review of one run; everything said is saved at once by `save`, which raises OSError."""

    CSS_PATH = "../app.tcss"

    def __init__(
        self,
        preferences: Preferences,
        academy: Academy,
        result: Result,
        told: tuple[Story, Assessment],
        review: Review,
        by: str,
        now: Callable[[], datetime],
        save: Callable[[Review], None],
    ) -> None:
        super().__init__(preferences)
        self.academy = academy
        self.result = result
        self.story, self.card = told
        self.review = review
        self.by = by
        self.now = now
        self.save = save

    def on_mount(self) -> None:
        """The one screen."""
        self.push_screen(ReviewScreen(self))


class ReviewScreen(Screen[None]):
    """The moments above, the one under the cursor below."""

    CSS_PATH = ["../welcome.tcss", "reviewing.tcss"]
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        ("down,j", "move(1)", ""),
        ("up,k", "move(-1)", ""),
        ("pagedown,space", "page(1)", ""),
        ("pageup", "page(-1)", ""),
        ("c", "comment", ""),
        ("w", "whole", ""),
        ("s", "sign", ""),
        ("question_mark,f1", "help", ""),
        ("q,ctrl+c,escape", "leave", ""),
    ]
    KEYS = (
        ("↑ ↓", N_("another moment")),
        ("PgUp PgDn", N_("scroll what is looked at")),
        ("c", N_("comment on the moment under the cursor; the trainee reads it under the card")),
        ("w", N_("comment on the whole run")),
        ("s", N_("sign a passed run off, or with it a stage of the training")),
        ("q", N_("leave; everything is saved as it is said")),
    )

    def __init__(self, app: ReviewApp) -> None:
        super().__init__()
        self._app = app
        academy = app.academy
        self._zone = ZoneInfo(academy.zone)
        self._titles = Titles(academy.scenarios, academy.modes, academy.lessons.book)
        self._several = len({each.ticket for each in app.story.moments}) > 1

    def compose(self) -> ComposeResult:
        """A title, the moments, the one that is looked at, and what keys do."""
        with Vertical(id="review"):
            yield Static(id="review-title", markup=False)
            yield Menu(id="review-moments")
            yield Pager(id="review-moment")
            yield Static(id="review-hint", markup=False)

    def on_mount(self) -> None:
        """From the first moment on."""
        record = self._app.result.record
        title = _("Review: {title}, {trainee}, {score} of 100").format(
            title=self._titles.scenario(record.scenario),
            trainee=safe(record.trainee),
            score=self._app.card.score,
        )
        self.query_one("#review-title", Static).update(title)
        self._list(top=True)
        self._hint()

    def _hint(self) -> None:
        self._say(_("↑ ↓ moments · c comment · w comment on the whole · s sign off · ? help · q leaves"))

    def _list(self, *, top: bool = False) -> None:
        """The moments, then the run as a whole."""
        items = [self._item(each) for each in self._app.story.moments]
        whole = len([each for each in self._app.review.comments if not each.action])
        items.append(Item(_("the whole run"), _("what was not done; what is said to it"), _sign(whole)))
        self.query_one(Menu).show(items, top=top)
        self._tell()

    def _item(self, each: Moment) -> Item:
        lost = sum(one.points for one in each.marks if not one.met)
        about = f"–{lost} " if lost else ""
        text = " ".join(safe(each.text).split())
        said = sum(one.action == each.action for one in self._app.review.comments)
        when = f"{each.at.astimezone(self._zone):%H:%M:%S}"
        number = f"#{each.ticket} " if self._several else ""
        who = f"{number}{safe(each.by)}"
        title = _("{name}: {value}").format(name=f"{when} {who}", value=action_title(each.kind))
        return Item(title, about + text, _sign(said))

    def _tell(self) -> None:
        moments, place = self._app.story.moments, self.query_one(Menu).cursor
        lines = self._moment(moments[place]) if place < len(moments) else self._whole()
        self.query_one(Pager).show(lambda across: lines)

    def _moment(self, each: Moment) -> list[Line]:
        style = "customer" if each.who is reviews.Who.CUSTOMER else "reply" if each.seen else "note"
        told = [Line(seen(each), "dim"), *telling.paragraphs(each.text, style)]
        if meaning := self._meaning(each):
            told += telling.paragraphs(meaning, "dim")
        sections = self._app.academy.policy.casework.card
        told += [
            Line(f"{name_of(sections[error.word].name)}: “{safe(error.evidence)}”", "bad")
            for error in each.errors
        ]
        return [*told, *self._marks(each.marks), *self._said(each.action)]

    def _meaning(self, each: Moment) -> str:
        """What a customer's words mean in the language in use; empty where that is theirs or nobody said."""
        scenario = self._app.academy.scenarios.get(self._app.result.record.scenario)
        if scenario is None or each.who is not reviews.Who.CUSTOMER:
            return ""
        meaning = glosses(played_by(scenario, self._app.result.record.trainee), each.text, telling.language())
        return meaning if meaning != each.text else ""

    def _whole(self) -> list[Line]:
        told = [telling.verdict(self._app.card, self._app.academy.scoring.pass_mark)]
        told += [*self._marks(self._app.story.missing), *self._said("")]
        return told + [Line(signature(one, self._titles, self._zone)) for one in self._app.review.signatures]

    def _marks(self, found: Sequence[Mark]) -> list[Line]:
        rules = self._app.academy.scoring
        return [Line(mark(one, rules), "good" if one.met else "bad", 4) for one in found]

    def _said(self, action: str) -> list[Line]:
        told: list[Line] = []
        for each in self._app.review.comments:
            if each.action == action:
                told += [Line(), Line(safe(each.by), "title"), *telling.paragraphs(each.text)]
        return told

    def _say(self, text: str) -> None:
        self.query_one("#review-hint", Static).update(text)

    # Keys

    def action_move(self, by: int) -> None:
        """Another moment."""
        self.query_one(Menu).move(by)
        self._tell()
        self._hint()

    def action_page(self, by: int) -> None:
        """Scroll what is looked at."""
        pager = self.query_one(Pager)
        pager.move(by * pager.page())

    def action_comment(self) -> None:
        """Say something to the moment under the cursor."""
        moments, place = self._app.story.moments, self.query_one(Menu).cursor
        self._ask(moments[place].action if place < len(moments) else "")

    def action_whole(self) -> None:
        """Say something to the whole run."""
        self._ask("")

    def _ask(self, action: str) -> None:
        app = self._app
        title = _("Comment on this moment") if action else _("Comment on the whole run")

        def said(text: str | None) -> None:
            if text:
                self._keep(lambda: reviews.commented(app.review, app.by, app.now(), text, action))

        app.push_screen(CommentPanel(title), said)

    def action_sign(self) -> None:
        """Sign the run off, or with it a stage of the training (POLICY Q1, Q4)."""
        app = self._app
        options = [("0", _RUN, _("the run alone"))]
        for place, (name, rule) in enumerate(app.academy.lessons.book.stages.items(), 1):
            told = _("the run, and the stage {name}").format(name=safe(name_of(rule.name)))
            options.append((str(place), name, told))

        def sign(chosen: str | None) -> None:
            if chosen is not None:
                stage = "" if chosen == _RUN else chosen
                self._keep(lambda: reviews.signed(app.review, app.result, app.by, app.now(), stage))

        app.push_screen(Choice(_("Sign off"), options), sign)

    def _keep(self, change: Callable[[], Review]) -> None:
        """Change the review and save it, or say why that can't be."""
        try:
            after = change()
            self._app.save(after)
        except DeskError as error:
            self._say(sentence(error))
            return
        except OSError as error:
            self._say(refused(error))
            return
        self._app.review = after
        self._list()
        self._say(_("Saved."))

    def action_help(self) -> None:
        """What keys do."""
        lines = helping.panel_lines((key, _(text)) for key, text in self.KEYS)
        self._app.push_screen(Reading(_("Help: {title}").format(title=_("Review")), lines))

    def action_leave(self) -> None:
        """Leave; everything is saved."""
        self._app.exit(None)


def _sign(count: int) -> str:
    return f"✎{count}" if count else ""
