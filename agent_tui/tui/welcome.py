"""The first start: which language, and with which tickets to begin."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from agent_tui import i18n
from agent_tui.desk.sample import PROFILE
from agent_tui.domain.messages import N_
from agent_tui.i18n import _
from agent_tui.settings import AUTO, SettingsError
from agent_tui.tui.base import BaseApp
from agent_tui.tui.preferences import LANGUAGES, Preferences, why_not_written
from agent_tui.tui.widgets.menu import Item, Menu

if TYPE_CHECKING:
    from agent_tui.tui.screens.connecting import Ask, Joining


class Begin(Enum):
    """With which tickets an agent begins."""

    SAMPLE = auto()
    IMPORT = auto()
    HELPDESK = auto()
    EMPTY = auto()


class Start(msgspec.Struct, frozen=True):
    """The answer: `path` is what to bring in, for an import; `joining` is the helpdesk to work on."""

    begin: Begin
    path: Path | None = None
    joining: Joining | None = None


Check = Callable[[Path], str]
"""Says what is wrong with a path that is to be imported; an empty text when nothing is."""

_BEGINS = (
    (
        Begin.SAMPLE,
        N_("A sample inbox"),
        N_("look around; nothing is sent to anybody"),
    ),
    (Begin.IMPORT, N_("Your own tickets"), N_("mbox, Maildir, .eml, CSV or JSONL files")),
    (Begin.HELPDESK, N_("Your team's helpdesk"), N_("Request Tracker 5: its address and a token")),
    (Begin.EMPTY, N_("An empty desk"), N_("tickets come later")),
)


class WelcomeApp(BaseApp[Start]):
    """Asks, and ends with the answer; None when the user left."""

    def __init__(
        self, preferences: Preferences, check: Check, *, complaint: str = "", ask: Ask | None = None
    ) -> None:
        """`complaint` is why an import that was tried before did not work; `ask` asks a helpdesk who one is."""
        super().__init__(preferences)
        self.check = check
        self.ask = ask
        self.complaint = complaint

    def on_mount(self) -> None:
        """The one screen."""
        self.push_screen(WelcomeScreen(self))

    def keep_language(self, name: str) -> None:
        """Speak a language from now on. Raises SettingsError."""
        i18n.use(name)
        self.preferences.change("language", (name,))

    def begin(self, start: Start) -> None:
        """End with the answer. Who chose the sample finds it again at the next start. Raises SettingsError."""
        if start.begin is Begin.SAMPLE:
            self.preferences.change("profile", (PROFILE,))
        self.exit(start)


class WelcomeScreen(Screen[None]):
    """A list to choose from, with a number for each line; for an import a line to type in."""

    CSS_PATH = "welcome.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        ("down,j,tab", "move(1)", ""),
        ("up,k,shift+tab", "move(-1)", ""),
        ("enter,space", "choose", ""),
        ("escape", "back", ""),
        ("q,ctrl+c", "leave", ""),
    ]

    def __init__(self, app: WelcomeApp) -> None:
        super().__init__()
        self._app = app
        self._asks_language = app.preferences.settings.language == AUTO and not app.complaint
        self._asks_path = False

    def compose(self) -> ComposeResult:
        """A title, a question, the answers, and what is wrong with one."""
        path = Input(id="welcome-path")
        path.cursor_blink = False
        with Vertical(id="welcome"):
            yield Static("agent-tui", id="welcome-title", markup=False)
            yield Static(id="welcome-about", markup=False)
            yield Static(id="welcome-question", markup=False)
            yield Menu(id="welcome-answers")
            yield path
            yield Static(id="welcome-error", markup=False)
            yield Static(id="welcome-hint", markup=False)

    def on_mount(self) -> None:
        """The first question."""
        if self._app.complaint:
            self._ask_path()
        else:
            self._tell(top=True)
        self._complain(self._app.complaint)

    def on_resize(self) -> None:
        self.set_class(self.app.size.height < 14, "-low")

    def _tell(self, *, top: bool = False) -> None:
        path = self.query_one("#welcome-path", Input)
        menu = self.query_one(Menu)
        path.display, menu.display = self._asks_path, not self._asks_path
        path.placeholder = _("a file or a folder, such as ~/mail/support.mbox")
        if self._asks_language:
            about, question = "", "Language · 语言"
            hint = "Enter · 1 2 · ↑ ↓ · q"
            items = [Item(f"{place}  {title}") for place, (_name, title) in enumerate(LANGUAGES, 1)]
        else:
            about = _("Your desk for customers' tickets: what is due next, one step at a time.")
            question = _("Which file or folder?") if self._asks_path else _("How do you want to begin?")
            hint = (
                _("Enter brings it in, Esc goes back")
                if self._asks_path
                else _("A number, or arrows and Enter; Esc goes back, q leaves")
            )
            items = [
                Item(f"{place}  {_(title)}", _(more))
                for place, (_begin, title, more) in enumerate(_BEGINS, 1)
            ]
        self.query_one("#welcome-about", Static).update(about)
        self.query_one("#welcome-question", Static).update(question)
        self.query_one("#welcome-hint", Static).update(hint)
        menu.styles.height = len(items)
        menu.show(items, top=top)
        self._complain("")

    def _complain(self, text: str) -> None:
        self.query_one("#welcome-error", Static).update(text)

    def on_key(self, event: events.Key) -> None:
        """A number answers."""
        number = event.character or ""
        count = len(LANGUAGES) if self._asks_language else len(_BEGINS)
        if not self._asks_path and number.isascii() and number.isdigit() and 0 < int(number) <= count:
            event.stop()
            self._answer(int(number) - 1)

    @on(Menu.Chosen)
    def _clicked(self, event: Menu.Chosen) -> None:
        event.stop()
        self._answer(event.place)

    def action_move(self, by: int) -> None:
        """Another answer."""
        self.query_one(Menu).move(by)

    def action_choose(self) -> None:
        """The answer under the cursor."""
        if not self._asks_path:
            self._answer(self.query_one(Menu).cursor)

    def _answer(self, place: int) -> None:
        if self._asks_language:
            if self._written(partial(self._app.keep_language, LANGUAGES[place][0])):
                self._asks_language = False
                self._tell(top=True)
        elif (begin := _BEGINS[place][0]) is Begin.IMPORT:
            self._ask_path()
        elif begin is Begin.HELPDESK:
            self._ask_helpdesk()
        else:
            self._written(partial(self._app.begin, Start(begin)))

    def _ask_helpdesk(self) -> None:
        from agent_tui.tui.screens import connecting  # with all that speaks to a helpdesk

        def found(joining: Joining | None) -> None:
            if joining is not None:
                self._app.begin(Start(Begin.HELPDESK, joining=joining))

        self._app.push_screen(connecting.ConnectScreen(self._app.ask or connecting.ask), found)

    def _written(self, change: Callable[[], None]) -> bool:
        """Do what changes the settings; says what is wrong where they cannot be written."""
        try:
            change()
        except (SettingsError, OSError) as error:
            self._complain(why_not_written(error))
        else:
            return True
        return False

    def _ask_path(self) -> None:
        self._asks_path = True
        self._tell()
        self.query_one("#welcome-path", Input).focus()

    @on(Input.Submitted, "#welcome-path")
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        typed = event.value.strip()
        if not typed:
            self._complain(_("Type where the file is."))
            return
        path = Path(typed).expanduser()
        wrong = self._app.check(path)
        if wrong:
            self._complain(wrong)
        else:
            self._app.begin(Start(Begin.IMPORT, path))

    def action_back(self) -> None:
        """The question before."""
        if self._asks_path:
            self._asks_path = False
            self.set_focus(None)
        elif not self._asks_language:
            self._asks_language = True
        self._tell(top=True)

    def action_leave(self) -> None:
        """Nothing was made."""
        self._app.exit()
