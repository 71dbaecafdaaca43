"""Guidance at the desk: hints, phrases, findings, what is kept back, the handbook, personal data (POLICY 6 and 7)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from agent_tui import i18n
from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.desk.phrase_team import pending
from agent_tui.desk.phrasing import uses
from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Customer, MessageKind
from agent_tui.translation.deepl import KEY
from agent_tui.translation.provider import Answer
from agent_tui.tui.app import DeskApp
from agent_tui.tui.screens import guiding
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.findings import FindingsPanel
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.screens.markets import MarketsPanel
from agent_tui.tui.screens.phrases import PhrasesPanel
from agent_tui.tui.screens.privacy import PrivacyPanel
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.screens.scenes import ScenesPanel
from agent_tui.tui.widgets.menu import Menu
from agent_tui.tui.widgets.pager import Pager
from tests.tui.desks import AGENT, MORNING, Clock, bar, press, presses, screen_of, settle, sit, write

UNDO = timedelta(seconds=9)
WORDS = "I was charged twice for my order. I want my money back."


@pytest.fixture(autouse=True)
def asked_soon(monkeypatch: pytest.MonkeyPatch, unasked: None) -> None:
    """Guidance is asked almost at once."""
    monkeypatch.setattr(guiding, "PAUSE", 0.02)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """One customer from Japan with a wish, one from Britain, one of whom nobody knows where they are."""
    place = Place("test", tmp_path / "store.db", tmp_path / "config", tmp_path / "packs")
    desk = open_desk(place, AGENT, "UTC", create=True)
    people = (
        Customer(name="Emma Clarke", emails=("emma@shop.example",), market="GB", language="en"),
        Customer(
            name="佐藤 健一", emails=("sato@shop.example",), market="JP", language="ja", wishes="call me Ken"
        ),
        Customer(name="Someone", emails=("someone@shop.example",)),
    )
    for who in people:
        said = do.Content(text=WORDS, author=who.name, kind=MessageKind.CUSTOMER)
        desk.open_ticket("email", f"From {who.name}", who, said, MORNING, MORNING, by="import")
    given = {"verified": "yes", "type": "billing_doubt", "level": "2", "urgent": "no"}
    desk.act(1, "classify", given, MORNING)
    return desk


async def think(pilot: Pilot[None]) -> None:
    """Wait until guidance was asked and has answered."""
    await pilot.pause(0.1)
    await settle(pilot)


def over(app: DeskApp) -> object:
    """What lies on top."""
    return app.screen


def pane(app: DeskApp, name: str) -> str:
    return screen_of(app).query_one(f"#{name}", Pager).text()


def sent(desk: Desk, number: int = 1) -> list[do.Reply]:
    return [each.action for each in desk.journal(number) if isinstance(each.action, do.Reply)]


async def go_to(app: DeskApp, pilot: Pilot[None], number: int) -> None:
    place = list(screen_of(app).queue.numbers).index(number)
    await press(pilot, "g", *["j"] * place)
    assert screen_of(app).sitting.ticket == number


def test_E5_the_guide_tells_what_matters_with_this_customer(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await think(pilot)
        assert "Many customers in the United Kingdom" in pane(app, "guide")
        assert "a decent hour for a call" in pane(app, "guide")
        await go_to(app, pilot, 2)
        await think(pilot)
        assert "call me Ken" in pane(app, "guide").partition("Many customers")[0]
        assert "United Kingdom" not in pane(app, "guide")
        await go_to(app, pilot, 3)
        await think(pilot)
        assert "Many customers" not in pane(app, "guide")

    sit(desk, play, size=(120, 60), clock=Clock())


def test_E5_without_a_guide_a_line_above_the_ticket_tells_it(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        await press(pilot, "o")
        await think(pilot)
        brief = pane(app, "headline").split("\n")[3]
        assert brief.startswith("customs: i · ")
        assert "call me Ken" in brief
        await press(pilot, ">")
        await think(pilot)
        assert "Many customers" not in pane(app, "headline")

    sit(desk, play, size=(80, 24), clock=Clock())


@presses("phrases")
def test_T3_a_phrase_comes_filled_in_and_tab_goes_to_what_is_left(desk: Desk) -> None:
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "r", "ctrl+n")
        panel = app.screen
        assert isinstance(panel, PhrasesPanel)
        first = panel.items("")[0]
        assert "the customer wrote" in first.about
        await write(pilot, "billing")
        assert panel.query_one(Menu).cursor == 0
        await press(pilot, "enter")
        composer = screen_of(app).composer
        assert "{" in composer.selected_text
        gap = composer.selected_text
        await write(pilot, "GBP 20")
        assert gap not in composer.text
        await press(pilot, "tab")
        assert composer.selected_text.startswith("{")
        for _gap in range(composer.text.count("{")):
            await press(pilot, "x", "tab")
        assert "{" not in composer.text
        assert screen_of(app).conversation.has_focus  # there was none left
        await press(pilot, "ctrl+o", "1")
        clock.turn(UNDO)
        screen_of(app)._tick()
        await settle(pilot)
        [reply] = sent(desk)
        assert len(reply.phrases) == 1
        assert list(uses(desk).values()) == [1]

    sit(desk, play, clock=clock)


def test_T2_what_is_forbidden_is_told_while_one_types_and_kept_back(desk: Desk) -> None:
    clock = Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "r")
        await write(pilot, "Please send me your credit card number.")
        await think(pilot)
        assert "X T5" in pane(app, "advice")
        assert screen_of(app).query_one("#advice").display
        await press(pilot, "ctrl+o", "1")
        assert isinstance(over(app), Choice)
        await press(pilot, "2")
        assert isinstance(over(app), FormPanel)
        await press(pilot, "enter")  # no reason, no way out
        assert isinstance(over(app), FormPanel)
        await write(pilot, "The bank asks for it")
        await press(pilot, "enter")
        clock.turn(UNDO)
        screen_of(app)._tick()
        await settle(pilot)
        [reply] = sent(desk)
        assert reply.despite == ("asks_secret",)
        assert reply.because == "The bank asks for it"
        assert not screen_of(app).query_one("#advice").display

    sit(desk, play, clock=clock)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_T3_a_phrase_is_shown_with_who_works_together(desk: Desk, size: tuple[int, int]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "r", "ctrl+n")
        await write(pilot, "billing")
        shown = app.screen.query_one("#listing-shown", Pager)
        lines = shown.text().split("\n")
        assert lines[-1].startswith("together with: ")
        assert len(lines) <= shown.size.height  # no key scrolls it
        assert app.screen.query_one("#panel-hint").region.bottom <= size[1]

    sit(desk, play, size=size)


@presses("propose_phrase")
def test_T1_what_was_written_is_proposed_for_the_phrase_book(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "r", "f7")
        assert "Write the phrase first" in bar(app, "notice")
        screen_of(app).composer.load_text("I am comparing the charge with order {order}.")
        await press(pilot, "f7")
        assert isinstance(over(app), ScenesPanel)
        await write(pilot, "billing")
        await press(pilot, "enter")
        assert "Proposed as" in bar(app, "notice")
        [waiting] = pending(desk)
        assert (waiting.scene, waiting.language, waiting.proposed_by) == ("billing_dispute", "en", AGENT)
        assert waiting.text == "I am comparing the charge with order {order}."

    sit(desk, play)


@presses("findings")
def test_T2_a_finding_says_why_and_its_phrase_takes_the_place(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "r")
        await write(pilot, "Calm down! We look into it.")
        await press(pilot, "ctrl+r")
        panel = app.screen
        assert isinstance(panel, FindingsPanel)
        assert "dismisses" in panel.query_one("#listing-shown", Pager).text()
        await press(pilot, "p")
        text = screen_of(app).composer.text
        assert "Calm down" not in text
        assert "!" not in text  # the whole sentence gives way
        assert text.endswith(": We look into it.")
        await press(pilot, "ctrl+r")
        assert over(app) is screen_of(app)
        assert "Nothing was found" in bar(app, "notice")

    sit(desk, play)


def test_C1_a_missing_apology_comes_after_the_salutation(desk: Desk) -> None:
    desk.act(1, "complain", {}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "r")
        screen_of(app).composer.load_text("Dear Ms Clarke,\n\nI have your mail here.\n\nKind regards\nLi Wei")
        await press(pilot, "ctrl+r", "p", "ctrl+r", "p")
        first, sorry, closing = screen_of(app).composer.text.split("\n\n")
        assert first == "Dear Ms Clarke,"
        assert sorry.startswith("We are very sorry")
        assert ". I have your mail here. " in sorry
        assert closing == "Kind regards\nLi Wei"

    sit(desk, play)


def test_H3_a_reply_that_solves_nothing_yet_is_told_what_it_lacks(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "r")
        await write(pilot, "Thank you, I am checking both charges.")
        await press(pilot, "ctrl+o", "3")
        title = str(app.screen.query_one("#panel-title").render())
        assert title.count("! H3: ") == 2
        await press(pilot, "escape")
        await think(pilot)
        assert pane(app, "advice").count("H3") == 2
        await press(pilot, "ctrl+r", "p", "ctrl+r", "p")
        await think(pilot)
        assert "H3" not in pane(app, "advice")
        await press(pilot, "ctrl+o", "3")
        assert "H3" not in str(app.screen.query_one("#panel-title").render())

    sit(desk, play, size=(80, 24))


def test_T2_a_phrase_leaves_its_gap_selected(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "r")
        await write(pilot, "Hello. It will definitely be delivered on Friday. Bye.")
        await press(pilot, "ctrl+r")
        assert "“definitely be delivered" in app.screen.query_one("#listing-shown", Pager).text()
        await press(pilot, "p")
        composer = screen_of(app).composer
        assert composer.selected_text == "…"
        await write(pilot, "noon")
        assert composer.text == (
            "Hello. We are working on it and will let you know by noon how it stands. Bye."
        )

    sit(desk, play)


def test_T2_findings_that_come_under_the_text_do_not_hide_what_is_written(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "r")
        composer = screen_of(app).composer
        composer.insert("We look into it and will write again. " * 20)
        await think(pilot)
        assert not screen_of(app).query_one("#advice").display
        composer.insert("It never breaks.")
        await think(pilot)
        assert screen_of(app).query_one("#advice").display
        row = composer.wrapped_document.location_to_offset(composer.cursor_location).y
        top = composer.scroll_offset.y
        assert top <= row < top + composer.size.height

    sit(desk, play, size=(80, 24))


@presses("etiquette")
def test_E5_home_and_end_go_through_a_long_page(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        await press(pilot, "i", "end")
        pager = app.screen.query_one(Pager)
        assert pager.scroll_offset.y == pager.max_scroll_y > 0
        await press(pilot, "home")
        assert pager.scroll_offset.y == 0

    sit(desk, play, size=(80, 24))


def test_nothing_is_found_in_an_ordinary_sentence(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "r")
        await write(pilot, "Thank you, I am checking both charges.")
        await think(pilot)
        assert not screen_of(app).query_one("#advice").display

    sit(desk, play)


@presses("etiquette")
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_E5_a_key_opens_the_handbook_page(desk: Desk, size: tuple[int, int]) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        await press(pilot, "i")
        assert isinstance(over(app), Reading)
        told = app.screen.query_one(Pager).text()
        assert "policy A, E2" in told
        assert "policy B, E2" in told
        assert "Many customers in Japan" in " ".join(told.split())
        assert "Dear [name], … Kind regards" in told
        assert "{" not in told
        await press(pilot, "escape")
        await go_to(app, pilot, 3)
        await press(pilot, "i")
        assert isinstance(over(app), MarketsPanel)
        await write(pilot, "germ")
        await press(pilot, "enter")
        assert isinstance(over(app), Reading)
        assert "Many customers in Germany" in " ".join(app.screen.query_one(Pager).text().split())

    sit(desk, play, size=size)


@presses("privacy")
def test_T5_the_privacy_screen_records_consent_and_a_look(desk: Desk) -> None:
    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "I")
        panel = app.screen
        assert isinstance(panel, PrivacyPanel)
        assert "Ask for consent" in panel.query_one(Pager).text()
        await press(pilot, "c", "1", "ctrl+o")
        assert over(app) is panel
        assert "handling the request: agreed" in panel.query_one(Pager).text()
        await press(pilot, "u")  # the kinds are filled in already
        await write(pilot, "audit")
        await press(pilot, "ctrl+o")
        assert isinstance(over(app), Reading)
        kinds = [type(each.action) for each in desk.journal(1)]
        assert do.Consent in kinds
        assert do.Unmask in kinds

    sit(desk, play, size=(100, 40))


def test_T5_everything_that_is_held_goes_to_a_file(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "emma.json"

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "I", "x")
        form = app.screen
        assert isinstance(form, FormPanel)
        field = form.query_one("#field-file", Input)
        assert field.value.endswith("customer-1.zip")
        for wrong in ("emma.txt", str(tmp_path / "nowhere" / "emma.zip")):
            field.value = wrong
            await press(pilot, "enter")
            assert app.screen is form
            assert not path.exists()
        field.value = str(path)
        await press(pilot, "enter")
        panel = app.screen
        assert isinstance(panel, PrivacyPanel)
        assert "Written: " in panel.query_one(Pager).text()
        taken = json.loads(path.read_bytes())
        assert taken["customer"]["addresses"] == ["emma@shop.example"]
        assert taken["about"]["drafts"] == "what was begun and not sent"
        [look] = [each.action for each in desk.journal(1) if isinstance(each.action, do.Unmask)]
        assert look.reason == "access"
        assert [each.path for each in desk.repository.erasure.exports()] == [path]
        await press(pilot, "x")
        app.screen.query_one("#field-file", Input).value = str(path)
        await press(pilot, "enter")  # it is there already
        assert isinstance(app.screen, FormPanel)
        await press(pilot, "escape", "escape", "J")
        assert "kinds of data: everything" in app.screen.query_one(Pager).text()

    sit(desk, play, size=(100, 40))


def test_T4_a_note_is_recorded_with_personal_data_masked(desk: Desk) -> None:
    desk.act(1, "without_consent", {"reason": "she gave it"}, MORNING)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "n")
        screen_of(app).composer.load_text("Card 4111 1111 1111 1111, mail emma.other@shop.example")
        await press(pilot, "ctrl+o")
        text = desk.case(1).texts[desk.ticket(1).messages[-1].id]
        assert "4111 1111" not in text
        assert text.endswith("1111, mail e…@shop.example")

    sit(desk, play)


def test_a_pack_with_a_mistake_is_named_with_line_and_reason(desk: Desk, tmp_path: Path) -> None:
    for name, text in (("culture/GB.toml", "[market]\nname = 3\n"), ("compliance/en.toml", "[guarantee]\n")):
        own = tmp_path / "packs" / name
        own.parent.mkdir(parents=True)
        own.write_text(text, encoding="utf-8")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await think(pilot)
        assert bar(app, "notice").strip().startswith("culture/GB.toml, line 2: [market] ")
        await press(pilot, "r")
        await write(pilot, "It never breaks.")
        await think(pilot)
        assert bar(app, "notice").strip().startswith("compliance/en.toml, line 1: [guarantee] ")
        assert "T2" in pane(app, "advice")  # by the shipped one
        await press(pilot, "escape", "escape", "escape")
        await go_to(app, pilot, 3)
        await think(pilot)
        assert "toml" not in bar(app, "notice")  # each once

    sit(desk, play, size=(120, 40))


def test_the_guide_tells_hints_before_what_the_market_was_guessed_from(desk: Desk, tmp_path: Path) -> None:
    place = Place("other", tmp_path / "other.db", tmp_path / "config", tmp_path / "packs")
    desk.close()
    desk = open_desk(place, AGENT, "UTC", create=True)
    who = Customer(
        name="Emma",
        emails=("e@shop.example",),
        market="GB",
        language="en",
        guesses=("market mail_domain:uk",),
    )
    said = do.Content(text=WORDS, author=who.name, kind=MessageKind.CUSTOMER)
    desk.open_ticket("email", "Charged twice", who, said, MORNING, MORNING, by="import")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await think(pilot)
        told = pane(app, "guide")
        assert -1 < told.index("Many customers") < told.index("guessed from")

    sit(desk, play, size=(120, 60))


def test_chinese_pages_begin_no_line_with_a_comma(desk: Desk) -> None:
    i18n.use("zh_CN")

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 2)
        for across in (120, 99, 80, 61):
            await pilot.resize_terminal(across, 40)
            await press(pilot, "i")
            lines = app.screen.query_one(Pager).text().split("\n")
            assert not [each for each in lines if each.strip()[:1] in set("，。；：、）”")]
            assert not [each for each in lines if each.endswith(("（", "“"))]
            await press(pilot, "escape")
        await go_to(app, pilot, 1)
        await think(pilot)
        assert "首次响应：" in pane(app, "headline")

    sit(desk, play, size=(120, 40))


# Translation


class Backwards:
    """A service that turns words around."""

    name = "Backwards"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def translate(self, xml: str, target: str, source: str = "") -> Answer:
        self.asked.append(xml)
        return Answer(f"[{target}] {xml}", source or "en")


def test_E6_without_a_service_the_desk_says_what_to_do(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "Y")
        assert "No translation service is set up" in bar(app, "notice")

    sit(desk, play, size=(160, 40))


@presses("translate", "translate_draft")
def test_E6_a_machines_text_goes_out_once_it_was_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    service, clock = Backwards(), Clock()
    monkeypatch.setattr("agent_tui.desk.translating.provider", lambda: service)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        await go_to(app, pilot, 1)
        await press(pilot, "Y")
        assert isinstance(over(app), Reading)
        assert "not checked by a person" in app.screen.query_one(Pager).text()
        await press(pilot, "escape", "r")
        await write(pilot, "Dear Emma Clarke, we check it.")
        await press(pilot, "f6")
        assert screen_of(app).composer.text == "[en] Dear Emma Clarke, we check it."
        assert "Emma" not in service.asked[-1]  # the name stayed here
        await press(pilot, "ctrl+o", "1")
        assert isinstance(over(app), Choice)
        await press(pilot, "2")
        assert sent(desk) == []
        await press(pilot, "ctrl+o", "1", "1")
        clock.turn(UNDO)
        screen_of(app)._tick()
        await settle(pilot)
        [reply] = sent(desk)
        assert reply.translated == "Backwards"

    sit(desk, play, clock=clock)
