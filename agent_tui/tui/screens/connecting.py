"""The first start on a helpdesk: its address and a token, then who one is there and what is missing."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import ClassVar

import msgspec
from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from agent_tui.desk import connecting
from agent_tui.desk.connecting import Standing
from agent_tui.desk.errors import DeskError
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import BackendError
from agent_tui.telling_errors import sentence, told


class Joining(msgspec.Struct, frozen=True):
    """A helpdesk that answered: how it is reached, the token, and what it said."""

    connected: Connected
    token: str
    standing: Standing

    def __repr__(self) -> str:
        return f"Joining({self.connected!r})"


Ask = Callable[[str, str], Joining]
"""Asks the helpdesk at an address with a token who we are. Raises BackendError, DeskError."""


def ask(url: str, token: str) -> Joining:
    """Ask a Request Tracker; httpx is imported here."""
    given = connecting.addressed(Connected("rt", url, ""))
    if not token:
        raise connecting.NoToken(url=given.url, variable=connecting.TOKEN)
    with closing(connecting.backend_of(given, token)) as backend:
        standing = connecting.examine(backend, datetime.now(UTC))
        name = backend.capabilities.name
    queue = connecting.queue_of(standing.identity, "")
    return Joining(replace(given, name=name, queue=queue), token, standing)


class ConnectScreen(Screen[Joining]):
    """Two lines to type in. Enter asks the helpdesk in a thread; what is missing is told before one goes on."""

    CSS_PATH = "../welcome.tcss"
    AUTO_FOCUS = "#connect-url"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("down", "app.focus_next", ""),
        ("up", "app.focus_previous", ""),
        ("escape", "back", ""),
        ("ctrl+c", "leave", ""),
    ]

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._ask = ask
        self._answer: Joining | None = None  # with something missing, which does not keep one from going on

    def compose(self) -> ComposeResult:
        """What it is about, address, token, what was answered."""
        url = Input(id="connect-url", placeholder="https://rt.example.com")
        token = Input(id="connect-token", password=True, placeholder=_("token, which stays unseen"))
        url.cursor_blink = token.cursor_blink = False
        with Vertical(id="welcome"):
            yield Static("Request Tracker", id="welcome-title", markup=False)
            about = _(
                "Your team's tickets, also while the network is away. In Request Tracker, Logged in as › Settings › "
                "Auth Tokens makes a token."
            )
            yield Static(about, id="welcome-about", markup=False)
            yield url
            yield token
            yield Static(id="welcome-error", markup=False)
            yield Static(id="welcome-hint", markup=False)

    def on_mount(self) -> None:
        """Nothing was asked yet."""
        self._tell("")

    def on_resize(self) -> None:
        self.set_class(self.app.size.height < 14, "-low")

    def _tell(self, text: str, hint: str = "") -> None:
        self.query_one("#welcome-error", Static).update(text)
        hint = hint or _("Enter goes on, Esc goes back; `agent-tui connect rt` has more choices")
        self.query_one("#welcome-hint", Static).update(hint)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._answer = None
        self._tell("")

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        url = self.query_one("#connect-url", Input).value.strip()
        token = self.query_one("#connect-token", Input)
        if self._answer is not None:
            self.dismiss(self._answer)
        elif event.input is not token and not token.value:
            token.focus()
        elif not url:
            self._tell(_("Type the address of Request Tracker."))
            self.query_one("#connect-url", Input).focus()
        else:
            self._tell("", _("Asking {url} …").format(url=safe(url)))
            self._look(url, token.value.strip() or os.environ.get(connecting.TOKEN, "").strip())

    @work(thread=True, exclusive=True)
    def _look(self, url: str, token: str) -> None:
        try:
            found = self._ask(url, token)
        except (BackendError, DeskError) as error:
            self.app.call_from_thread(self._failed, sentence(error))
            return
        self.app.call_from_thread(self._found, found)

    def _failed(self, text: str) -> None:
        if self.is_current:
            self._tell(text)

    def _found(self, found: Joining) -> None:
        if not self.is_current:
            return
        identity = found.standing.identity
        missing = [told(warning) for warning in found.standing.warnings]
        if not missing:
            self.dismiss(found)
            return
        text = _("{helpdesk} {version}: you are {name} ({login}).").format(
            helpdesk=safe(found.connected.name),
            version=safe(identity.version),
            name=safe(identity.name),
            login=safe(identity.login),
        )
        lines = "\n".join([text, *(f"- {each}" for each in missing)])
        if identity.fatal:
            self._tell(lines, _("Enter asks again once that is done, Esc goes back"))
        else:
            self._answer = found
            self._tell(lines, _("Enter connects all the same, Esc goes back"))

    def action_back(self) -> None:
        """To the question before."""
        self.dismiss(None)

    def action_leave(self) -> None:
        """Nothing was made."""
        self.app.exit()
