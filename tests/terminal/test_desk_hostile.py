"""Strangers' text on every screen of the desk, in a real terminal: only the program's own sequences reach it."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.desk.forms import FORMS
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Attachment, Customer
from agent_tui.i18n import _
from agent_tui.locations import locate
from tests.terminal.test_hostile_text import HOSTILE, LONG, PIECES
from tests.tui.desks import AGENT, MORNING
from tests.tui.ptys import PATIENCE, Terminal

OWN = re.compile(
    r"\x1b\[[0-9;]*m"  # colours
    r"|\x1b\[[0-9;]*H"  # where to write
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026|2048)[hl]"
    r"|\x1b\[\?(?:2026|2048)\$p"  # what the terminal can do
    r"|\x1b\[(?:>[0-9]*|<)u"  # keys told exactly
    r"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse pointer
    r"|\x1b\]9;[^\x00-\x1f\x7f-\x9f]*\x07"  # a desktop notice
    r"|\r\n|\x07"
)
"""All that the application itself writes besides letters."""

UNWANTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe"
    "\U000e0000-\U000e0fff\u00ad\u034f\u180e\u3164]"
)

ESC = "\x1b"


class Letters(pyte.Screen):
    """pyte drops the rest of a text at a vowel sign that has no combining class: draw letter by letter."""

    def draw(self, data: str) -> None:
        for letter in data:
            super().draw(letter)


class Desktop(Terminal):
    """The program, with a terminal that knows all scripts."""

    def __init__(self, *words: str, size: tuple[int, int] = (80, 24)) -> None:
        super().__init__(*words, size=size)
        self.screen = Letters(*size)
        self._stream = pyte.ByteStream(self.screen)

    def look(self, *steps: tuple[str, str]) -> None:
        """Press keys, and wait for the text that shows what they did."""
        for keys, shown in steps:
            self.type(keys)
            self.until(shown)

    def leave(self, shown: str) -> None:
        """Escape, and wait until a text is gone: a key that comes too soon after it would be Alt and that key."""
        self.type(ESC)
        end = time.monotonic() + PATIENCE
        while shown in self.seen():
            assert self._read(max(0.0, end - time.monotonic())), self.seen()

    def paste(self, text: str) -> None:
        """As terminals do it: what would be keys they take out themselves."""
        plain = "".join(letter for letter in text if letter in "\n\t" or " " <= letter != "\x7f")
        self.type(f"\x1b[200~{plain}\x1b[201~")


def assert_own(raw: bytes) -> None:
    """Nothing but letters and the application's own sequences."""
    text = raw.decode()
    rest = OWN.sub("", text)
    found = {
        f"U+{ord(match[0]):04X}": rest[max(0, match.start() - 30) : match.end() + 30]
        for match in UNWANTED.finditer(rest)
    }
    assert found == {}
    assert not re.search("\u0301{6}|\u0300{6}", text)  # a tower over the lines above


@pytest.fixture
def place(home: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A profile full of hostile tickets."""
    monkeypatch.setenv("AGENT_TUI_KEY", "6265" * 16)
    monkeypatch.setenv("AGENT_TUI_PROFILE", "test")
    monkeypatch.setenv("LANG", "C.UTF-8")
    where = locate({"AGENT_TUI_HOME": str(home)})
    place = Place("test", where.store_file("test"), where.config_dir, where.packs_dir)
    desk = open_desk(place, AGENT, "UTC", create=True)
    fill(desk)
    desk.close()
    home.joinpath("config").mkdir(parents=True, exist_ok=True)
    home.joinpath("config", "settings.toml").write_text(f'[agent]\nname = "{AGENT}"\n', "utf-8")
    return place


def fill(desk: Desk) -> None:
    """Every field of tickets, as hostile as the store takes it: it keeps what came."""
    hostile = f"\0{HOSTILE}\0"
    for number, (subject, name, body) in enumerate(
        ((hostile, hostile, hostile), (LONG, LONG, LONG), ("\x1b]0;owned\x07", "\u202eevil", "\x9b2J" * 500)),
        1,
    ):
        with desk.repository.transaction():
            file = Attachment(f"{subject[:400]}.txt", subject[:200], 3, desk.repository.put_blob(b"abc"))
            content = do.Content(text=f"{body}\n> {body}\n", author=name, attachments=(file,))
            customer = Customer(name=name, emails=(f"a{number}@example.com",), handles=(name[:500],))
            desk.open_ticket("email", subject, customer, content, MORNING, MORNING, by="import")
        header = desk.header(number, MORNING)
        facts = do.CustomerFacts(name=name, wishes=subject)
        desk.perform(do.EditCustomer(id=header.id, ticket=number, at=MORNING, by=AGENT, facts=facts), MORNING)
        given = {"verified": "yes", "type": "product_question", "level": "1", "reason": body}
        desk.act(number, "classify", given, MORNING)
        desk.act(number, "note", {"text": body}, MORNING)
        desk.act(number, "tag", {"add": " ".join(PIECES[:6]) if number == 1 else "t"}, MORNING)
        desk.act(number, "snooze", {"until": "2h", "reason": subject}, MORNING)
        desk.act(number, "resume", {}, MORNING)
    desk.act(3, "reply", {"text": hostile}, MORNING)
    solved = {"result": hostile, "satisfaction": "satisfied", "summary": hostile}
    desk.act(3, "resolve", solved, MORNING)


@pytest.fixture
def beside(place: Place) -> Iterator[Desk]:
    desk = open_desk(place, "mei", "UTC")
    yield desk
    desk.close()


@pytest.mark.parametrize(("language", "size"), [("en", (80, 24)), ("zh_CN", (160, 50))])
def test_every_screen_shows_strangers_words_as_words(
    place: Place, language: str, size: tuple[int, int]
) -> None:
    i18n.use(language)
    terminal = Desktop("--lang", language, size=size)
    try:
        terminal.until("MAIL")
        for ticket in (1, 2):
            screens = {
                "f": f"#{ticket} {_(FORMS['customer'].title)}",
                "J": _("Journal of #{ticket}").format(ticket=ticket),
                "y": _("Why these deadlines: #{ticket}").format(ticket=ticket),
                "c": _("Classify #{ticket}").format(ticket=ticket),
                "s": _("Enter next, ^o done, Esc leaves; * must be filled in"),
                "#": f"#{ticket} {_(FORMS['tag'].title)}",
                "L": f"#{ticket} {_(FORMS['link'].title)}",
                "M": f"#{ticket} {_(FORMS['merge'].title)}",
                "a": _("Save attachments"),
                "?": _("Help: the list"),
                ",": _("Enter changes, d takes back, Esc closes"),
                "\x0c": _("follows what the terminal can show"),
                "\x10": _("a command, a customer, a subject, #12"),  # not the title: the footer names it, too
            }
            for key, shown in list(screens.items())[: 6 if ticket == 2 else None]:
                terminal.look((key, shown))
                terminal.leave(shown)
            terminal.look(("o", _("Back to the list")))
            terminal.type("vGgv")
            if size[0] < 150:
                terminal.leave(_("Back to the list"))
            else:
                terminal.type("h")
            terminal.type("j")
        terminal.type("q")
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert_own(terminal.raw)


def test_the_archive_shows_what_was_resolved(place: Place) -> None:
    terminal = Desktop()
    try:
        terminal.until("MAIL")
        terminal.look(("[[", "nothing more to do"), ("o", "Back to the list"), ("G", "resolved by"))
        terminal.look(("J", "Journal of #3"))
        terminal.leave("Journal of #3")
        terminal.type("q")
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert_own(terminal.raw)


def test_what_is_typed_and_pasted_reaches_no_terminal_as_it_is(place: Place) -> None:
    """Search, palette, composer and forms show what was pasted while it is being written."""
    terminal = Desktop()
    try:
        terminal.until("MAIL")
        for opened, shown in (
            ("/", "words; Enter stays"),
            ("\x10", "a command, a customer"),
            ("#", "Enter next, ^o done"),
            ("s", "Enter next, ^o done"),
        ):
            terminal.look((opened, shown))
            terminal.paste(f"zq{HOSTILE}")
            terminal.type("[/b] [@click=app.quit]x[/] %s {0}zz")
            terminal.until("{0}zz")
            terminal.leave("{0}zz")
        terminal.look(("r", "Reply to"))
        terminal.paste(f"{HOSTILE}\n{HOSTILE}zq")
        terminal.until("zq")
        terminal.leave("Reply to")
        terminal.look(("r", "Reply to"))
        terminal.leave("Reply to")
        terminal.type("q")
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert_own(terminal.raw)


def test_what_an_editor_brings_back_is_shown_harmless(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor.py"
    script.write_text(
        f"import sys\nfrom pathlib import Path\nPath(sys.argv[-1]).write_text({HOSTILE + 'zq'!r}, 'utf-8')\n"
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    terminal = Desktop()
    try:
        terminal.until("MAIL")
        terminal.look(("r", "Reply to"), ("\x14", "zq"))
        terminal.leave("Reply to")
        terminal.type("q")
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert_own(terminal.raw)


def test_a_notice_of_a_late_ticket_quotes_nobody_dangerously(beside: Desk) -> None:
    """A hostile name in what is said on the notice line and to the desktop."""
    terminal = Desktop()
    try:
        terminal.until("MAIL")
        time.sleep(3)  # what is late by the desk's first look at the clocks is no news
        hostile = Customer(name=f"zq{HOSTILE}", handles=("@evil",))
        content = do.Content(text=HOSTILE, author="@evil")
        beside.open_ticket("chat", HOSTILE, hostile, content, MORNING, MORNING, by="import")
        terminal.until("zq")
        terminal.until("Breached: #4")
        terminal.type("q")
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert_own(terminal.raw)


@pytest.mark.parametrize("piece", ["\x1b]0;owned\x07", "\u202eevil", "\x9b2J", "a/b", "[/b]"])
def test_a_profile_s_name_is_refused_without_a_trace(
    home: Path, monkeypatch: pytest.MonkeyPatch, piece: str
) -> None:
    terminal = Desktop("--profile", piece)
    try:
        assert terminal.end() not in (0, 1)
    finally:
        terminal.close()
    assert_own(terminal.raw)
    assert not (home / "data").exists()


def test_an_agent_s_name_is_as_harmless(place: Place, home: Path) -> None:
    (home / "config").mkdir(parents=True, exist_ok=True)
    (home / "config" / "settings.toml").write_text(
        '[agent]\nname = "zq\\u001b]0;owned\\u0007[/b]\\u202e"\n', encoding="utf-8"
    )
    terminal = Desktop()
    try:
        terminal.until("zq")
        terminal.type("q")
        terminal.end()
    finally:
        terminal.close()
    assert_own(terminal.raw)
