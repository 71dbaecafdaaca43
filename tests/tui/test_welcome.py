"""The first start: language, then sample, import or an empty desk."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from agent_tui import i18n
from agent_tui.desk.connecting import Standing
from agent_tui.domain.messages import Told
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import BackendError, Identity
from agent_tui.tui.preferences import Preferences
from agent_tui.tui.screens.connecting import Ask, ConnectScreen, Joining, ask
from agent_tui.tui.welcome import Begin, Start, WelcomeApp
from agent_tui.tui.widgets.menu import Menu


def check(path: Path) -> str:
    return "" if path.name == "good.mbox" else "no such file"


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    i18n.use("en")
    return Preferences(tmp_path / "settings.toml")


def start(
    preferences: Preferences,
    play: Callable[[WelcomeApp, Pilot[Start]], Awaitable[None]],
    size: tuple[int, int] = (80, 24),
    complaint: str = "",
    ask: Ask | None = None,
) -> Start | None:
    async def story() -> Start | None:
        app = WelcomeApp(preferences, check, complaint=complaint, ask=ask)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await play(app, pilot)
        return app.return_value

    return asyncio.run(story())


def said(app: WelcomeApp, name: str) -> str:
    return str(app.screen.query_one(f"#welcome-{name}", Static).render())


def test_chinese_and_the_sample_are_two_keys(preferences: Preferences) -> None:
    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        assert said(app, "question") == "Language · 语言"
        await pilot.press("2")
        await pilot.pause()
        assert "您想怎样开始" in said(app, "question")
        await pilot.press("1")

    assert start(preferences, play) == Start(Begin.SAMPLE)
    assert preferences.file.read_text("utf-8") == 'language = "zh_CN"\nprofile = "sample"\n'
    assert i18n.language() == "zh_CN"


def test_enter_alone_leads_to_the_sample_in_english(preferences: Preferences) -> None:
    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        await pilot.press("enter", "enter")

    assert start(preferences, play) == Start(Begin.SAMPLE)
    assert preferences.settings.language == "en"


def test_arrows_choose_and_escape_goes_back(preferences: Preferences) -> None:
    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        await pilot.press("down", "enter", "escape")
        assert said(app, "question") == "Language · 语言"
        await pilot.press("up", "enter", "down", "down", "down", "down", "enter")

    assert start(preferences, play) == Start(Begin.EMPTY)
    assert preferences.settings.profile == "default"


def test_a_language_that_was_chosen_is_not_asked_again(preferences: Preferences) -> None:
    preferences.change("language", ("en",))

    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        assert said(app, "question") == "How do you want to begin?"
        await pilot.press("4")

    assert start(preferences, play) == Start(Begin.EMPTY)


def test_an_import_asks_where_and_tells_what_is_wrong(preferences: Preferences) -> None:
    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        await pilot.press("1", "2", "enter")
        assert said(app, "error") == "Type where the file is."
        await pilot.press(*"bad", "enter")
        assert said(app, "error") == "no such file"
        app.screen.query_one(Input).value = "~/good.mbox"
        await pilot.press("enter")

    assert start(preferences, play) == Start(Begin.IMPORT, Path("~/good.mbox").expanduser())


def test_an_import_that_did_not_work_is_asked_for_again(preferences: Preferences) -> None:
    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        assert said(app, "error") == "mail.pdf: a PDF document"
        assert app.screen.query_one(Input).has_focus
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.query_one(Menu).display
        await pilot.press("4")

    assert start(preferences, play, complaint="mail.pdf: a PDF document") == Start(Begin.EMPTY)


def test_without_signs_beyond_ascii_only_the_other_language_has_letters_of_its_own(
    preferences: Preferences,
) -> None:
    preferences.change("glyphs", ("ascii",))

    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        for keys, others in ((("escape",), "语言简体中文"), (("1",), ""), (("2",), "")):
            await pilot.press(*keys)
            await pilot.pause()
            shown = "".join(strip.text for strip in app.screen._compositor.render_strips())
            assert {letter for letter in shown if not letter.isascii()} == set(others)

    start(preferences, play)


def test_leaving_makes_nothing(preferences: Preferences) -> None:
    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        await pilot.press("q")

    assert start(preferences, play) is None
    assert not preferences.file.exists()


def test_settings_that_cannot_be_written_are_told(
    preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    preferences.change("language", ("en",))

    def full(name: str, values: tuple[str, ...]) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        monkeypatch.setattr(preferences, "change", full)
        await pilot.press("1")
        assert "No space left" in said(app, "error")
        await pilot.press("4")

    assert start(preferences, play) == Start(Begin.EMPTY)


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (80, 24), (160, 50)])
@pytest.mark.parametrize("language", ["1", "2"])
def test_it_fits_every_size(preferences: Preferences, size: tuple[int, int], language: str) -> None:
    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        await pilot.press(language)
        await pilot.pause()
        menu = app.screen.query_one(Menu)
        assert menu.region.height == 4
        assert menu.region.right <= size[0]
        await pilot.resize_terminal(20, 5)
        await pilot.press("2", "escape", "4")

    assert start(preferences, play, size=size) == Start(Begin.EMPTY)


# A helpdesk.

SECRET = "1-14-0123456789abcdef"


def helpdesk(*missing: str, fatal: bool = False) -> tuple[Ask, list[tuple[str, str]]]:
    """A helpdesk that knows alice, and what it was asked."""
    asked: list[tuple[str, str]] = []

    def ask(url: str, token: str) -> Joining:
        asked.append((url, token))
        if token != SECRET:
            raise BackendError
        identity = Identity("alice", "Alice", "5.0.7", None, ("Support",), fatal=fatal)
        connected = Connected("rt", url, "", "Request Tracker", "Support")
        return Joining(connected, token, Standing(identity, tuple(map(Told, missing))))

    return ask, asked


async def type_in(pilot: Pilot[Start], url: str, token: str) -> None:
    """Fill in both lines and send them."""
    await pilot.press("3")
    await pilot.pause()
    pilot.app.screen.query_one("#connect-url", Input).value = url
    await pilot.press("enter")
    assert pilot.app.focused is pilot.app.screen.query_one("#connect-token")
    pilot.app.screen.query_one("#connect-token", Input).value = token
    await send(pilot)


async def send(pilot: Pilot[Start]) -> None:
    await pilot.press("enter")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def test_a_helpdesk_is_joined_by_address_and_token(preferences: Preferences) -> None:
    preferences.change("language", ("en",))
    ask, asked = helpdesk()

    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        await type_in(pilot, " https://rt.example ", SECRET)

    found = start(preferences, play, ask=ask)
    assert asked == [("https://rt.example", SECRET)]
    assert found is not None
    assert found.begin is Begin.HELPDESK
    assert found.joining is not None
    assert found.joining.connected.url == "https://rt.example"
    assert SECRET not in repr(found)


def test_a_token_that_is_refused_is_typed_again_and_stays_unseen(preferences: Preferences) -> None:
    preferences.change("language", ("en",))
    ask, _asked = helpdesk()

    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        await type_in(pilot, "https://rt.example", "wrong")
        assert said(app, "error") == "The helpdesk can't be used."
        shown = "".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "wrong" not in shown
        app.screen.query_one("#connect-token", Input).value = SECRET
        await send(pilot)

    assert start(preferences, play, ask=ask) is not None


def test_what_is_missing_is_told_before_one_goes_on(preferences: Preferences) -> None:
    preferences.change("language", ("en",))
    ask, asked = helpdesk("The field Level is missing.")

    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        await type_in(pilot, "https://rt.example", SECRET)
        assert isinstance(app.screen, ConnectScreen)
        assert said(app, "error") == (
            "Request Tracker 5.0.7: you are Alice (alice).\n- The field Level is missing."
        )
        assert "connects all the same" in said(app, "hint")
        await pilot.press("backspace")  # another token is asked about again
        await pilot.pause()
        app.screen.query_one("#connect-token", Input).value = SECRET
        await send(pilot)
        await send(pilot)

    assert start(preferences, play, ask=ask) is not None
    assert len(asked) == 2


def test_a_helpdesk_that_cannot_be_worked_with_is_not_joined(preferences: Preferences) -> None:
    preferences.change("language", ("en",))
    ask, asked = helpdesk("You see no queue.", fatal=True)

    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        await type_in(pilot, "https://rt.example", SECRET)
        await send(pilot)
        assert "You see no queue." in said(app, "error")
        await pilot.press("escape")
        await pilot.pause()
        assert said(app, "question") == "How do you want to begin?"
        await pilot.press("4")

    assert start(preferences, play, ask=ask) == Start(Begin.EMPTY)
    assert len(asked) == 2


def test_what_can_be_no_address_is_told_without_asking_anybody(
    preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    preferences.change("language", ("en",))
    monkeypatch.delenv("AGENT_TUI_TOKEN", raising=False)

    async def play(app: WelcomeApp, pilot: Pilot[Start]) -> None:
        await type_in(pilot, "", SECRET)
        assert said(app, "error") == "Type the address of Request Tracker."
        app.screen.query_one("#connect-url", Input).value = "http://rt.example"
        await send(pilot)
        assert "http://rt.example can't be used as the address" in said(app, "error")
        app.screen.query_one("#connect-url", Input).value = "https://rt.example"
        app.screen.query_one("#connect-token", Input).value = " "
        await send(pilot)
        assert "There is no token for https://rt.example" in said(app, "error")
        await pilot.press("ctrl+c")

    assert start(preferences, play, ask=ask) is None
