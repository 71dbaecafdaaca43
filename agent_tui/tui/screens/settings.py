"""The settings, each written as it is changed and counting at once; the themes, seen before one is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from agent_tui import i18n
from agent_tui import settings as settings_file
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.settings import AUTO, SettingsError
from agent_tui.settings_keys import KEYS, Key, Kind
from agent_tui.tui.preferences import LANGUAGES, LATER, apply, why_not_written
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.desk import DeskScreen
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.widgets.menu import Item, Menu

if TYPE_CHECKING:
    from agent_tui.tui.app import DeskApp

_ABOUT = {
    AUTO: N_("follows what the terminal can show"),
    "dark": N_("calm, for most rooms"),
    "light": N_("for bright rooms"),
    "high-contrast": N_("for tired or weak eyes"),
    "colour-blind": N_("colours that every eye tells apart"),
    "monochrome": N_("greys alone"),
    "ansi-16": N_("the terminal's own sixteen colours"),
}
_CHOICES = {
    "language": {AUTO: N_("as the system speaks"), **dict(LANGUAGES)},
    "glyphs": {
        AUTO: _ABOUT[AUTO],
        "unicode": N_("lines, arrows and ticks"),
        "ascii": N_("only what every terminal has"),
    },
}
"""What the values of settings mean, where a choice is offered."""
_MOVES: list[BindingType] = [
    ("down,j", "move(1)", ""),
    ("up,k", "move(-1)", ""),
    ("pagedown", "page(1)", ""),
    ("pageup", "page(-1)", ""),
    ("home,g", "move(-9999)", ""),
    ("end,G", "move(9999)", ""),
]


def open_panel(app: DeskApp, command: str) -> None:
    """Open the settings or the themes over the desk; nothing happens over anything else."""
    if not isinstance(app.screen, DeskScreen):
        return
    if command == "settings":
        app.push_screen(SettingsPanel(app))
    else:
        app.push_screen(ThemePanel(app), partial(keep_theme, app))


def keep_theme(app: DeskApp, name: str | None) -> None:
    """Write the chosen theme into the settings."""
    if name is None:
        return
    try:
        app.preferences.change("theme", (name,))
    except (SettingsError, OSError) as error:
        if (desk := app.desk_screen) is not None:
            desk.say(why_not_written(error), "bad")


class _Listing(Panel[str]):
    """A panel around a list; its height follows the terminal's."""

    CSS_PATH = ["panel.tcss", "palette.tcss", "settings.tcss"]
    around = 5  # lines of the panel besides the list

    def __init__(self, app: DeskApp, title: str, hint: str) -> None:
        super().__init__(title, hint)
        self.desk_app = app

    @property
    def menu(self) -> Menu:
        return self.query_one(Menu)

    def items(self) -> list[Item]:
        """The lines of the list."""
        raise NotImplementedError

    def tell(self, *, top: bool = False) -> None:
        """Show the list as it is now."""
        items = self.items()
        self.menu.styles.height = max(1, min(len(items), self.app.size.height - self.around))
        self.menu.show(items, top=top)

    def on_resize(self) -> None:
        self.tell()

    def action_move(self, by: int) -> None:
        """Another line."""
        self.menu.move(by)

    def action_page(self, by: int) -> None:
        """A page of lines."""
        self.action_move(by * self.menu.page())


class ThemePanel(_Listing):
    """The desk shows each theme as the cursor comes to it. Enter keeps it, Escape brings the old one back."""

    BINDINGS: ClassVar[list[BindingType]] = [*_MOVES, ("enter", "keep", "")]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑ ↓", N_("look at another theme")),
        ("Enter", N_("keep it")),
        ("Esc", N_("as it was")),
    )

    def __init__(self, app: DeskApp) -> None:
        hint = _("Enter keeps it, Esc leaves it as it was")
        if app.no_color:
            hint = _("NO_COLOR is set: there are no colours to choose from") + "; " + hint
        super().__init__(app, _("Themes"), hint)
        self._names = [AUTO, *app.own_themes]
        self._before = app.preferences.settings.theme

    def parts(self) -> list[Widget]:
        """The list."""
        return [Menu(id="themes")]

    def items(self) -> list[Item]:
        """A theme a line."""
        return [
            Item(
                name,
                _(_ABOUT[name]) if name in _ABOUT else _("your own"),
                "*" if name == self._before else "",
            )
            for name in self._names
        ]

    def on_mount(self) -> None:
        """The cursor begins on the theme in use."""
        self.tell(top=True)
        self.menu.move(self._names.index(self._before) if self._before in self._names else 0)

    def action_move(self, by: int) -> None:
        """Another theme, on the whole desk."""
        self.menu.move(by)
        self.desk_app.use_theme(self._names[self.menu.cursor])

    def action_keep(self) -> None:
        """Keep the one that is shown."""
        self.dismiss(self._names[self.menu.cursor])

    def action_leave(self) -> None:
        """As it was."""
        self.desk_app.use_theme(self._before)
        self.dismiss(None)

    @on(Menu.Chosen)
    def _clicked(self, event: Menu.Chosen) -> None:
        event.stop()
        self.action_move(event.place - self.menu.cursor)


class SettingsPanel(_Listing):
    """A setting a line, its value at the right. Enter changes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *_MOVES,
        ("enter,space", "change", ""),
        ("delete,d", "unset", ""),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑ ↓", N_("another setting")),
        ("Enter", N_("change it: the other value, a choice, or a line to type in")),
        ("d", N_("back to what holds without it")),
        ("Esc", N_("leave")),
    )
    around = 7

    def __init__(self, app: DeskApp) -> None:
        super().__init__(app, _("Settings"), "")
        self._editing: Key | None = None

    def parts(self) -> list[Widget]:
        """The list, what the setting is about, and a line to type in."""
        value = Input(id="setting-value", select_on_focus=False)
        value.cursor_blink = False
        return [Menu(id="settings"), Static(id="setting-about", markup=False), value]

    def items(self) -> list[Item]:
        """A setting a line."""
        settings = self.desk_app.preferences.settings
        return [
            Item(
                key.name,
                _(key.about),
                safe(settings_file.shown(settings_file.get(settings, key.name))) or "–",
            )
            for key in KEYS
        ]

    def on_mount(self) -> None:
        """Nothing is being typed at first."""
        self.query_one("#setting-value").display = False
        self.set_focus(None)
        self.tell(top=True)

    def tell(self, *, top: bool = False) -> None:
        """Everything, in the language in use."""
        super().tell(top=top)
        low = self.app.size.height < 12
        path = safe(str(self.desk_app.preferences.file))
        title = _("Settings") if low else _("Settings: {file}").format(file=path)
        self.query_one("#panel-title", Static).update(title)
        self.query_one("#setting-about").display = not low
        hint = (
            _("Enter writes it, Esc leaves it as it was")
            if self._editing
            else _("Enter changes, d takes back, Esc closes")
        )
        self.query_one("#panel-hint", Static).update(hint)
        self._tell_about()

    def _tell_about(self) -> None:
        key = KEYS[self.menu.cursor]
        self.query_one("#setting-about", Static).update(f"{_(key.about)} ({_(key.allowed)})")

    def action_move(self, by: int) -> None:
        """Another setting."""
        if self._editing is None:
            self.complain("")
            self.menu.move(by)
            self._tell_about()

    def action_change(self) -> None:
        """The other value where there are two, a choice where all are known, a line to type in otherwise."""
        key = KEYS[self.menu.cursor]
        settings = self.desk_app.preferences.settings
        value = settings_file.get(settings, key.name)
        choices = (AUTO, *i18n.available()) if key.name == "language" else key.choices
        if key.name == "theme":
            self.app.push_screen(ThemePanel(self.desk_app), partial(self._chosen, key))
        elif key.kind is Kind.FLAG:
            self._write(key, ("false" if value else "true",))
        elif choices:
            told = _CHOICES.get(key.name, {})
            options = [
                (str(place), choice, f"{choice}  {_(told[choice])}" if choice in told else choice)
                for place, choice in enumerate(choices, 1)
            ]
            panel = Choice(_(key.about), options, now=str(value))
            self.app.push_screen(panel, partial(self._chosen, key))
        else:
            self._edit(key, settings_file.shown(value))

    def _chosen(self, key: Key, value: str | None) -> None:
        if value is not None:
            self._write(key, (value,))

    def _edit(self, key: Key, value: str) -> None:
        self._editing = key
        field = self.query_one("#setting-value", Input)
        field.display = True
        field.value = value
        field.focus()
        field.action_end()
        self.tell()

    @on(Input.Submitted, "#setting-value")
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        key = self._editing
        if key is None:
            return
        typed = event.value.strip()
        values = tuple(part.strip() for part in typed.split(",")) if key.kind is Kind.LIST else (typed,)
        if self._write(key, values):
            self._end_editing()

    def _end_editing(self) -> None:
        self._editing = None
        self.query_one("#setting-value").display = False
        self.set_focus(None)
        self.complain("")
        self.tell()

    def action_unset(self) -> None:
        """Back to what holds without it."""
        self._write(KEYS[self.menu.cursor], ())

    def _write(self, key: Key, values: tuple[str, ...]) -> bool:
        try:
            self.desk_app.preferences.change(key.name, values)
        except (SettingsError, OSError) as error:
            self.complain(why_not_written(error))
            return False
        apply(self.desk_app, key.name)
        self.tell()
        self.complain(_(LATER[key.name]) if key.name in LATER else "")
        return True

    def action_leave(self) -> None:
        """Out of the line one types in, or out of the settings."""
        if self._editing is not None:
            self._end_editing()
        else:
            self.dismiss(None)

    @on(Menu.Chosen)
    def _clicked(self, event: Menu.Chosen) -> None:
        event.stop()
        if event.place == self.menu.cursor:
            self.action_change()
        self.action_move(event.place - self.menu.cursor)
