"""The palette: every command that makes sense here with its key or the reason why not, and every ticket."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.domain import actions as do
from agent_tui.tui import finding
from agent_tui.tui.app import DeskApp
from agent_tui.tui.commands import BY_ID, COMMANDS
from agent_tui.tui.finding import Entry
from agent_tui.tui.screens.palette import Palette
from agent_tui.tui.widgets.menu import Menu
from tests.tui.desks import press, screen_of, sit, write


def entries() -> list[Entry]:
    return [finding.of_command(command, command.keys[0], "") for command in COMMANDS]


def best(typed: str) -> str:
    return finding.matching(entries(), typed)[0].command


def shown(app: DeskApp) -> list[str]:
    """The lines that can be seen."""
    menu = app.screen.query_one(Menu)
    return [menu.render_line(y).text.rstrip() for y in range(menu.size.height)]


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("repl", "reply"),
        ("REPLY", "reply"),
        ("customer", "customer"),
        ("rslv", "resolve"),
        ("next v", "view_next"),
        ("e", "resolve"),
        ("deadlines", "explain"),
        ("previous t", "previous_ticket"),
        ("h1", "classify"),
    ],
)
def test_the_best_command_stands_first(typed: str, command: str) -> None:
    assert best(typed) == command


def test_nothing_fits_nonsense() -> None:
    assert finding.matching(entries(), "zzxq") == []


def test_without_words_everything_stands_in_the_order_of_the_registry() -> None:
    assert [entry.command for entry in finding.matching(entries(), " ")] == [each.id for each in COMMANDS]


def test_chinese_titles_english_titles_and_ids_are_found() -> None:
    i18n.use("zh_CN")
    title = finding.of_command(BY_ID["wait"], "w", "").title
    assert not title.isascii()
    assert best(title[:2]) == "wait"
    assert best("wait") == "wait"
    assert best("view_next".replace("_", " ")) == "view_next"


def test_letters_must_come_in_their_order() -> None:
    entry = finding.of_command(BY_ID["resolve"], "e", "")
    assert finding.score("rlv", entry) > 0
    assert finding.score("vlr", entry) == 0


@pytest.mark.parametrize(
    ("typed", "number"), [("#12", 12), ("12", 12), ("# 7", 7), ("12a", None), ("", None)]
)
def test_a_ticket_number_that_was_typed(typed: str, number: int | None) -> None:
    assert finding.number_in(typed) == number


def test_typing_and_enter_do_a_command(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p")
        await write(pilot, "journ")
        await press(pilot, "enter")
        assert "Journal of #1" in str(app.screen.query_one("#panel-title").render())

    sit(desk, play)


def test_every_command_of_the_list_is_there_with_its_key(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p")
        assert any(line.endswith("c") and "Classify" in line for line in shown(app))
        await write(pilot, "send")
        assert "Nothing found." in shown(app)[0] or "Send" not in shown(app)[0]

    sit(desk, play, own_keys={"classify": ("c",)})


def test_the_users_own_key_is_shown(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p")
        await write(pilot, "snooze")
        assert shown(app)[0].endswith(" Z")

    sit(desk, play, own_keys={"snooze": ("Z",)})


def test_what_cannot_be_done_says_why_and_stays(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p")
        await write(pilot, "reopen")
        assert "Only a resolved ticket can be reopened" in shown(app)[0]
        await press(pilot, "enter")
        assert isinstance(app.screen, Palette)
        assert "Only a resolved" in str(app.screen.query_one("#panel-error").render())
        await press(pilot, "escape")
        assert app.screen is screen_of(app)

    sit(desk, play, size=(120, 40))


def test_a_number_goes_straight_to_the_ticket(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p")
        await write(pilot, "#4")
        assert shown(app)[0].startswith("> #4 李雷")
        await press(pilot, "enter")
        assert app.sitting.ticket == 4
        assert app.sitting.opened

    sit(desk, play)


@pytest.mark.parametrize(
    ("words", "number"), [("Souza", 3), ("壊れて", 2), ("invoice 1182", 1), ("customer5", 5)]
)
def test_tickets_are_found_by_customer_subject_and_address(desk: Desk, words: str, number: int) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p")
        await write(pilot, words)
        assert any(f"#{number} " in line for line in shown(app))
        await press(pilot, *["pagedown"] * 5, "enter")
        assert app.sitting.ticket == number

    sit(desk, play)


def resolved(desk: Desk, number: int) -> None:
    """A ticket goes through its life."""
    from tests.tui.desks import MORNING

    desk.act(number, "classify", {"verified": "yes", "type": "logistics", "level": "1"}, MORNING)
    desk.act(number, "reply", {"text": "Here it is."}, MORNING)
    desk.act(
        number,
        "resolve",
        {"result": "sent again", "satisfaction": "satisfied", "summary": "lost parcel"},
        MORNING,
    )


def test_an_archived_ticket_is_opened_in_the_archive(desk: Desk) -> None:
    resolved(desk, 3)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p")
        await write(pilot, "entrega")
        await press(pilot, *["pagedown"] * 5, "enter")
        assert (app.sitting.ticket, app.sitting.view) == (3, "archive")
        assert screen_of(app).queue.current == 3

    sit(desk, play)


def test_a_merged_ticket_is_opened_though_no_view_has_it(desk: Desk) -> None:
    from tests.tui.desks import MORNING

    desk.act(2, "without_consent", {"reason": "she wrote from it"}, MORNING)
    same = do.CustomerFacts(emails=("customer1@example.com",))
    header = desk.header(2, MORNING)
    desk.perform(do.EditCustomer(id=header.id, ticket=2, at=MORNING, by=desk.agent, facts=same), MORNING)
    desk.act(2, "merge", {"into": "1"}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p")
        await write(pilot, "#2")
        await press(pilot, "enter")
        assert app.sitting.ticket == 2
        assert app.sitting.opened

    sit(desk, play)


def test_going_to_a_ticket_while_writing_keeps_the_draft(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r")
        await write(pilot, "Dear Emma")
        await press(pilot, "ctrl+p")
        await write(pilot, "#2")
        await press(pilot, "enter")
        assert app.sitting.ticket == 2
        draft = desk.drafts.draft(1)
        assert draft is not None
        assert draft.text == "Dear Emma"

    sit(desk, play)


def test_where_one_writes_only_what_writing_needs_is_offered(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "r", "ctrl+p")
        lines = "\n".join(shown(app))
        assert "Send" in lines
        assert "Snooze" not in lines

    sit(desk, play)


def test_a_key_press_reads_one_line_and_a_page_of_tickets(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    found = desk.search

    def search(text: str, limit: int = -1) -> object:
        asked.append(limit)
        return found(text, limit)

    monkeypatch.setattr(desk, "search", search)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p", "e")
        assert asked == [finding.MOST_TICKETS]

    sit(desk, play)


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (160, 50)])
def test_it_fits_every_terminal(desk: Desk, size: tuple[int, int]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p")
        await write(pilot, "take")
        assert "Take" in shown(app)[0]
        await pilot.resize_terminal(size[0] * 2, size[1] * 2)
        assert "Take" in shown(app)[0]
        await press(pilot, "enter")
        assert desk.ticket(1).owner == desk.agent

    sit(desk, play, size=size)
