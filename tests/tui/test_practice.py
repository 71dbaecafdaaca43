"""Practice beside real work: apart from it, always said to be practice, one key away, and certified in earnest."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from textual.pilot import Pilot

from agent_tui import i18n
from agent_tui.cli import desk_command
from agent_tui.cli.main import main
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Customer, Ticket
from agent_tui.domain.undo import NothingToUndo
from agent_tui.locations import locate
from agent_tui.practice.model_agent import ModelAgent
from agent_tui.practice.training import Training
from agent_tui.store import cipher, open_store
from agent_tui.store.desklock import DeskLock
from agent_tui.store.errors import NoKey, WrongKey
from agent_tui.store.keys import KEY_VARIABLE, KeyPlaces, derived
from agent_tui.tui.app import DeskApp
from agent_tui.tui.base import BaseApp
from agent_tui.tui.practice import telling
from agent_tui.tui.practice.app import Left, PracticeApp
from agent_tui.tui.practice.home import HomeApp
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.widgets.menu import Menu
from agent_tui.wording import name_of
from tests.tui.desks import bar, page, press, screen_of, settle
from tests.tui.newcomer import follow
from tests.tui.practising import SMALL, TODAY, Watch, academy, at_home, exercise, practise, seen

Play = Callable[[Any, Pilot[Any]], Awaitable[None]]


@pytest.fixture(autouse=True)
def _own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each profile has a key file of its own, as where there is no keyring."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setattr("agent_tui.desk.opening.KeyPlaces", _without_keyring)


def _without_keyring(profile: str, config: Path, environment: Mapping[str, str]) -> KeyPlaces:
    return KeyPlaces(profile, config, environment, keyring=lambda: None)


def live(name: str = "default") -> Place:
    """A profile of real work with a ticket in it."""
    where = locate()
    place = Place(name, where.store_file(name), where.config_dir, where.packs_dir)
    with closing(open_desk(place, "li.wei", "UTC", create=True)) as desk:
        content = do.Content(text="Where is my parcel?", author="Ana")
        desk.open_ticket("email", "Parcel", Customer(name="Ana"), content, TODAY, TODAY, by="import")
    return place


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[type]]:
    """Every application that a command runs is played by the next story; returns which ones there were."""
    monkeypatch.setattr(desk_command, "on_terminal", lambda: True)

    def plays(*stories: Play) -> list[type]:
        left, ran = list(stories), []

        def run(app: BaseApp[Any]) -> object:
            async def story() -> None:
                async with app.run_test(size=SMALL) as pilot:
                    await settle(pilot)
                    await left.pop(0)(app, pilot)

            ran.append(type(app))
            asyncio.run(story())
            return app.return_value

        monkeypatch.setattr(BaseApp, "run", run)
        return ran

    return plays


# Isolation


class Forbidden:
    """Notes whatever is opened below some folders while it counts."""

    def __init__(self) -> None:
        self.folders: tuple[Path, ...] = ()
        self.opened: list[str] = []

    def heard(self, event: str, details: tuple[object, ...]) -> None:
        if (
            self.folders
            and event in ("open", "os.listdir", "os.scandir")
            and isinstance(details[0], str | Path)
        ):
            self.look(Path(details[0]))

    def look(self, path: Path) -> None:
        if any(path.is_relative_to(folder) for folder in self.folders):
            self.opened.append(str(path))


FORBIDDEN = Forbidden()
sys.addaudithook(FORBIDDEN.heard)  # for the rest of the process: it can't be taken away


@pytest.fixture
def forbidden() -> Iterator[Forbidden]:
    yield FORBIDDEN
    FORBIDDEN.folders, FORBIDDEN.opened = (), []


def test_Q4_a_whole_run_opens_no_real_store_and_no_socket(
    monkeypatch: pytest.MonkeyPatch, forbidden: Forbidden, played: Callable[..., list[type]]
) -> None:
    place, where = live(), locate()
    before = place.store.read_bytes()
    connect = cipher._connect

    def watched(path: Path) -> cipher.Connection:
        forbidden.look(path)  # the database opens its file out of Python's sight
        return connect(path)

    def refused(*_parts: object, **_more: object) -> NoReturn:
        raise AssertionError("practice went to the network")

    monkeypatch.setattr(cipher, "_connect", watched)
    for name in ("connect", "connect_ex", "bind", "sendto", "listen"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    forbidden.folders = (
        place.store.parent,
        where.lock_file(place.profile).parent,
        where.keys_dir / "default.key",
    )

    async def begin(app: HomeApp, pilot: Pilot[Any]) -> None:
        await press(pilot, "1", "1")  # English, the tour

    async def work(app: PracticeApp, pilot: Pilot[Any]) -> None:
        app._clock = Watch()
        await follow(app, pilot, app._guide._tour)  # type: ignore[union-attr]  # it is the tour

    async def look(app: HomeApp, pilot: Pilot[Any]) -> None:
        assert "A kettle that leaks" in seen(app)  # the card
        await press(pilot, "escape", "t", "p")  # theory
        await press(pilot, "escape", "escape", "p", "escape", "q")

    ran = played(begin, work, look)
    assert main(["practice"]) == 0
    assert ran == [HomeApp, PracticeApp, HomeApp]
    assert forbidden.opened == []
    forbidden.look(place.store)
    assert forbidden.opened == [str(place.store)]  # it does listen
    assert place.store.read_bytes() == before


@pytest.mark.parametrize("name", ["practice", "Practice"])
@pytest.mark.parametrize("words", [("tickets",), ("new", "--channel", "email", "--subject", "x"), ("lock",)])
def test_no_desk_of_real_work_has_the_name_of_practice(
    name: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with academy():
        pass
    assert main(["--profile", name, *words]) == 2
    assert "is the profile of practice" in capsys.readouterr().err
    monkeypatch.setenv("AGENT_TUI_PROFILE", name)
    assert main([*words]) == 2
    assert "AGENT_TUI_PROFILE" in capsys.readouterr().err
    monkeypatch.delenv("AGENT_TUI_PROFILE")
    assert main(["settings", "profile", name]) == 2
    assert "not “practice”" in capsys.readouterr().err


def test_real_work_under_the_name_of_practice_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    place = live("practice")
    before = place.store.read_bytes()
    assert main(["practice", "results"]) == 5
    assert "holds tickets of real work" in capsys.readouterr().err
    assert place.store.read_bytes() == before


def test_a_stolen_practice_profile_opens_nothing(tmp_path: Path) -> None:
    place, where = live(), locate()
    with academy() as found, exercise(found) as begun:
        found.finish(begun, TODAY, bytes(10))
    practice = where.store_file("practice")
    key = bytes.fromhex((where.keys_dir / "practice.key").read_text().strip())
    with pytest.raises(WrongKey):
        open_store(place.store, key)
    open_store(practice, key).close()
    # The data alone, as from a backup.
    stolen = tmp_path / "stolen"
    shutil.copytree(practice.parent, stolen)
    assert b"kettle" not in (stolen / "store.db").read_bytes()
    with pytest.raises(NoKey):
        open_desk(Place("practice", stolen / "store.db", tmp_path / "none", tmp_path), "thief", "UTC")


def test_one_key_for_all_profiles_is_not_that_of_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = "6265" * 16
    monkeypatch.setenv(KEY_VARIABLE, shared)
    place, where = live(), locate()
    with academy():
        pass
    made = derived({KEY_VARIABLE: shared}, "practice")[KEY_VARIABLE]
    assert made != derived({KEY_VARIABLE: shared}, "another")[KEY_VARIABLE]
    open_store(where.store_file("practice"), bytes.fromhex(made)).close()
    with pytest.raises(WrongKey):
        open_store(place.store, bytes.fromhex(made))
    with pytest.raises(WrongKey):
        open_store(where.store_file("practice"), bytes.fromhex(shared))


def test_a_key_that_is_none_is_told_as_it_stands() -> None:
    for environment in ({}, {KEY_VARIABLE: "no key"}, {KEY_VARIABLE: ""}):
        assert derived(environment, "practice") == environment


# There and back


def test_a_key_at_the_desk_opens_practice_and_its_end_leads_back(played: Callable[..., list[type]]) -> None:
    live()
    lock = locate().lock_file("default")

    async def leave(app: DeskApp, pilot: Pilot[Any]) -> None:
        await press(pilot, "exclamation_mark")

    async def practise(app: HomeApp, pilot: Pilot[Any]) -> None:
        with DeskLock(lock, datetime.now(UTC)):  # nobody has it: the desk is closed
            await press(pilot, "escape", "escape", "q")

    async def back(app: DeskApp, pilot: Pilot[Any]) -> None:
        assert "this is real work again" in bar(app, "notice")
        assert "PRACTICE" not in seen(app)
        await press(pilot, "q")

    ran = played(leave, practise, back)
    assert main(["--profile", "default"]) == 0
    assert ran == [DeskApp, HomeApp, DeskApp]


def test_practice_that_somebody_else_holds_is_told_at_the_desk(played: Callable[..., list[type]]) -> None:
    live()

    async def leave(app: DeskApp, pilot: Pilot[Any]) -> None:
        await press(pilot, "f8")

    async def back(app: DeskApp, pilot: Pilot[Any]) -> None:
        assert "pid" in screen_of(app)._notices.text
        await press(pilot, "q")

    ran = played(leave, back)
    with DeskLock(locate().lock_file("practice"), datetime.now(UTC)):
        assert main(["--profile", "default"]) == 0
    assert ran == [DeskApp, DeskApp]


def test_an_end_from_outside_leads_nowhere_else(played: Callable[..., list[type]]) -> None:
    live()

    async def leave(app: DeskApp, pilot: Pilot[Any]) -> None:
        await press(pilot, "f8")

    async def begin(app: HomeApp, pilot: Pilot[Any]) -> None:
        await press(pilot, "1", "1")

    async def ended(app: PracticeApp, pilot: Pilot[Any]) -> None:
        await press(pilot, "t")
        assert app.leave_soon()

    ran = played(leave, begin, ended)
    assert main(["--profile", "default"]) == 0
    assert ran == [DeskApp, HomeApp, PracticeApp]
    with academy() as found:
        [left] = found.open_runs()
        assert [type(action) for action in left.record.actions] == [do.Take]


def test_a_run_that_can_not_go_on_is_told(
    played: Callable[..., list[type]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_what: object) -> None:
        raise NothingToUndo

    async def go_on(app: HomeApp, pilot: Pilot[Any]) -> None:
        await press(pilot, "enter")

    async def told(app: HomeApp, pilot: Pilot[Any]) -> None:
        assert "This run can't go on" in page(app)  # type: ignore[arg-type]  # a page is a page
        await press(pilot, "escape", "q")

    with academy() as found, exercise(found) as begun:
        found.keep(begun, TODAY)
    monkeypatch.setattr("agent_tui.practice.keeping.replayed", refuses)
    ran = played(go_on, told)
    assert main(["practice"]) == 0
    assert ran == [HomeApp, HomeApp]


def test_the_command_line_goes_on_with_what_was_left(played: Callable[..., list[type]]) -> None:
    async def begin(app: PracticeApp, pilot: Pilot[Any]) -> None:
        await press(pilot, "t")
        app.leave()

    async def home(app: HomeApp, pilot: Pilot[Any]) -> None:
        await press(pilot, "q")

    async def on(app: PracticeApp, pilot: Pilot[Any]) -> None:
        assert [type(move) for move in app.exercise.moves] == [do.Take]
        app.leave()

    played(begin, home, on, home, begin, home)
    assert main(["practice", "broken_kettle", "--seed", "7"]) == 0
    assert main(["practice", "broken_kettle"]) == 0
    assert main(["practice", "broken_kettle", "--seed", "8"]) == 0
    with academy() as found:
        assert [each.record.seed for each in found.open_runs()] == [8, 7]


# What the screen says

OVER = {
    "list": (),
    "help": ("question_mark",),
    "palette": ("ctrl+p",),
    "settings": ("comma",),
    "themes": ("ctrl+l",),
    "ticket": ("o",),
    "classify": ("c",),
    "form": ("f",),
    "resolve": ("e",),
    "figures": ("F",),
    "handover": ("H",),
    "zones": ("Z",),
    "journal": ("J",),
    "handbook": ("i",),
    "personal data": ("I",),
    "helps": ("f8",),
    "hint": ("f8", "h"),
    "writing": ("r",),
    "phrases": ("r", "ctrl+n"),
    "findings": ("r", "ctrl+r"),
}


@pytest.mark.parametrize("size", [SMALL, (120, 40), (50, 14)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_whatever_is_open_the_screen_says_that_it_is_practice(size: tuple[int, int]) -> None:
    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        await press(pilot, "t")
        for name, keys in OVER.items():
            await press(pilot, *keys)
            lines = seen(app).splitlines()
            assert "PRACTICE" in lines[0], name
            assert {line[0] for line in lines} <= set("▌┌┏"), name
            for _key in range(5):
                if len(app.screen_stack) > 1 or app.sitting.opened:
                    await press(pilot, "escape")

    with academy() as found, exercise(found) as begun:
        practise(begun, play, size)


def test_help_tells_the_keys_of_practice_first() -> None:
    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        await press(pilot, "question_mark")
        told = page(app)
        assert told.index("! F8") < told.index("let the clock run") < told.index("Next step")

    with academy() as found, exercise(found) as begun:
        practise(begun, play)


# Certified in earnest


def test_certify_gives_no_help_and_ends_with_its_time() -> None:
    watch = Watch()

    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        await press(pilot, "t", "f8")
        assert isinstance(app.screen, Choice)
        offered = {value for _key, value, _text in app.screen._options}
        assert offered == {"gloss", "skip", "brief", "end"}
        await press(pilot, "escape", "f9")
        assert "not sped up" in bar(app, "notice")
        assert "15:00 left" in seen(app).splitlines()[0]
        app.exercise.took = app.exercise.scenario.limit.total_seconds() - 1
        watch.seconds += 1
        app._tick()
        assert app._exit

    with academy() as found, exercise(found, mode="certify") as begun:
        ticket = begun.training.ticket_of("emma")
        assert begun.hint(ticket) is None
        assert practise(begun, play, watch=watch).outcome is Left.FINISHED
        result, _card = found.finish(begun, TODAY, bytes(10))
        assert not result.passed


def test_a_timed_run_is_not_left_to_think_it_over() -> None:
    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        await press(pilot, "t", "q")
        assert "End the exercise?" in seen(app)
        await press(pilot, "n")
        assert not app._exit
        await press(pilot, "q", "y")
        assert app._exit

    async def dropped(app: PracticeApp, pilot: Pilot[None]) -> None:
        assert app.leave_soon()
        await settle(pilot)

    with academy() as found, exercise(found, mode="certify") as begun:
        assert practise(begun, play).outcome is Left.FINISHED
        assert practise(begun, dropped).outcome is Left.LEFT


def test_a_passed_run_is_sealed_and_its_certificate_verifies(
    tmp_path: Path, played: Callable[..., list[type]], capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(app: PracticeApp, pilot: Pilot[Any]) -> None:
        ModelAgent(app.exercise.training).play()
        await press(pilot, "f8", "e")

    async def look(app: HomeApp, pilot: Pilot[Any]) -> None:
        assert "Score 100 of 100" in page(app)  # type: ignore[arg-type]  # a page is a page
        await press(pilot, "escape", "q")

    ran = played(work, look)
    assert main(["practice", "broken_kettle", "--mode", "certify", "--seed", "7"]) == 0
    assert ran == [PracticeApp, HomeApp]
    file = tmp_path / "certificate.json"
    assert main(["certificate", "make", "broken_kettle", "--output", str(file)]) == 0
    assert main(["certificate", "verify", str(file)]) == 0
    assert "Verified" in capsys.readouterr().out
    file.write_bytes(file.read_bytes().replace(b"Clarke", b"Clerke").replace(b"sorry", b"happy"))
    assert main(["certificate", "verify", str(file)]) != 0


def test_only_a_passed_certified_run_has_a_certificate(capsys: pytest.CaptureFixture[str]) -> None:
    with academy() as found:
        for mode, plays in (("learn", True), ("certify", False)):
            with exercise(found, mode=mode) as begun:
                if plays:
                    ModelAgent(begun.training).play()
                found.finish(begun, TODAY, mode.encode().ljust(10, b"."))
    assert main(["certificate", "make", "broken_kettle"]) != 0
    assert "Only a passed run" in capsys.readouterr().err


# Learning


def test_a_learner_goes_back_to_a_decision_and_tries_again() -> None:
    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        await press(pilot, "o", "t", "C", "f8", "r")
        await press(pilot, "enter")  # the newest: the complaint
        assert app.outcome is Left.REWOUND

    with academy() as found, exercise(found) as begun:
        app = practise(begun, play)
        begun.rewind(app.rewound_to)
        assert [type(move) for move in begun.moves] == [do.Take]

        async def again(app: PracticeApp, pilot: Pilot[None]) -> None:
            assert app.sitting.opened  # as it was
            await press(pilot, "f8")
            assert "Go back to a decision" in seen(app)

        practise(begun, again)


def test_time_is_let_run_to_what_happens_next_and_to_the_revisit() -> None:
    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        before = app.exercise.now
        await press(pilot, "f9")
        assert app.exercise.now > before
        assert (
            "Hello? Is anybody there?"
            in app.sitting.desk.repository.texts(app.sitting.desk.ticket(1)).values()
        )

    with academy() as found, exercise(found) as begun:
        practise(begun, play)
    with academy() as found, exercise(found) as begun:
        resolved = _resolved(begun.training)
        while begun.training.next_moment() is not None:
            assert begun.skip()
        assert begun.skip()
        assert begun.now == resolved + timedelta(days=1)
        assert not begun.skip()


class Resolved(Exception):
    """The model agent came so far."""


def _resolved(training: Training) -> datetime:
    """Play until the complaint is resolved; returns when it was."""

    class Resolves(ModelAgent):
        def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
            super()._act(ticket, action, **given)
            if action == "resolve":
                raise Resolved
            return True

    with pytest.raises(Resolved):
        Resolves(training).play()
    return training.now


def test_a_learner_reads_what_the_customers_words_mean_and_a_good_answer() -> None:
    i18n.use("zh_CN")

    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        await press(pilot, "f8", "m")
        assert "每次烧水都从底部漏水" in page(app)
        await press(pilot, "escape", "t", "C", "f8", "h")
        assert "I am sorry that" in page(app)
        assert "非常抱歉" in page(app)

    with academy() as found, exercise(found) as begun:
        practise(begun, play)


def test_the_helps_are_there_over_a_form_too_and_fill_it_in() -> None:
    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        await press(pilot, "t", "C", "enter", "f8", "u", "ctrl+o", "f9", "enter")
        assert isinstance(app.screen, FormPanel)
        await press(pilot, "f8", "f8")  # there and away
        assert isinstance(app.screen, FormPanel)
        await press(pilot, "f8", "h")
        assert "wish: A kettle that does not leak." in page(app)
        await press(pilot, "escape", "f8")
        assert "End it" not in seen(app)  # a form that is begun is not left by the way
        await press(pilot, "u", "ctrl+o", "c", "f8", "h")
        assert "A good agent would do this now" in page(app)

    with academy() as found, exercise(found) as begun:
        practise(begun, play)
        assert [type(move) for move in begun.moves] == [do.Take, do.Complain, do.Reply, do.Record]
        record = begun.moves[-1]
        assert isinstance(record, do.Record)
        assert record.wanted == "A kettle that does not leak."


def test_everything_that_the_customer_wrote_since_the_last_answer_is_explained() -> None:
    with academy() as found, exercise(found) as begun:
        assert begun.gloss(1, "zh_CN").startswith("你好。上周五")
        begun.skip()  # nobody answers: a reminder
        assert begun.gloss(1, "en").count("\n\n") == 1
        begun.training.desk.act(1, "take", {}, begun.now)
        given = {
            "text": "Dear Emma, I am sorry. Could you tell me the order number?",
            "outcome": "apologises",
        }
        begun.training.desk.act(1, "reply", given, begun.now)
        begun.skip()
        assert "boil" not in begun.gloss(1, "en")


def test_a_name_given_meanwhile_is_for_the_next_exercise() -> None:
    async def play(app: PracticeApp, pilot: Pilot[None]) -> None:
        await press(pilot, "t")
        app.desk.agent = "Somebody"
        app.retell()
        await press(pilot, "C")

    with academy() as found, exercise(found) as begun:
        practise(begun, play)
        assert [type(move) for move in begun.moves] == [do.Take, do.Complain]


def test_a_list_that_scrolls_ends_before_its_scrollbar_and_gives_titles_the_room_they_need() -> None:
    async def play(app: HomeApp, pilot: Pilot[Any]) -> None:
        await press(pilot, "escape")  # the tour
        menu = app.screen.query_one(Menu)
        assert menu.show_vertical_scrollbar
        lines = [menu.render_line(y).text for y in range(menu.size.height)]
        assert {len(line) for line in lines} == {menu.size.width - menu.scrollbar_size_vertical}
        assert all(line.endswith(" – ") for line in lines)
        assert "Two more tins for the journey " in "".join(lines)

    with academy() as found:
        at_home(found, play)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_card_tells_evidence_in_words(language: str) -> None:
    i18n.use(language)
    with academy() as found, exercise(found) as begun:
        ModelAgent(begun.training).play()
        card = begun.assessment()
        lines = telling.card(card, begun.scenario, found.scoring, found.policy, UTC)
        told = {line.text.strip() for line in lines}
        [kind] = [mark for mark in card.marks if mark.check == "type"]
        assert kind.evidence == "after_sales_fault"
        assert not any("after_sales_fault" in text or text.endswith(" resolve") for text in told)
        assert any(name_of(found.policy.types["after_sales_fault"].name) in text for text in told)
        assert all("…" in mark.evidence for mark in card.marks if len(mark.evidence) > 80)


def test_no_evidence_is_what_would_have_been_right() -> None:
    with academy() as found, exercise(found) as begun:
        marks = {mark.check: mark for mark in begun.assessment().marks}
        assert {marks[name].evidence for name in ("type", "level", "urgent")} == {""}
