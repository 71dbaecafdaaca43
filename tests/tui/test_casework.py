"""Casework by keyboard at 80 × 24: the three stories of the README, and the keys that they do not press."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from textual.pilot import Pilot

from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.casework import Stage
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.ticket import Customer, Relation, Status
from agent_tui.tui.app import DeskApp
from agent_tui.tui.commands import BY_ID
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.classify import ClassifyPanel
from agent_tui.tui.screens.form import FormPanel
from tests.tui.desks import AGENT, MORNING, Clock, bar, press, presses, screen_of, settle, sit

UNDO = timedelta(seconds=9)
SORRY = "大変申し訳ございません。交換のうえ、本日中にご連絡いたします。"


class Typist:
    """Counts the keys that are pressed besides text."""

    def __init__(self, app: DeskApp, pilot: Pilot[None], clock: Clock) -> None:
        self.app = app
        self.pilot = pilot
        self.clock = clock
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await press(self.pilot, *keys)

    async def command(self, name: str) -> None:
        await self.press(BY_ID[name].keys[0])

    async def write(self, text: str) -> None:
        """Text, as an input method or the clipboard brings it."""
        focused = self.app.screen.focused
        assert focused is not None
        driver = self.app._driver
        assert driver is not None
        from textual.events import Paste

        event = Paste(text)
        event.set_sender(self.app)
        driver.send_message(event)
        await settle(self.pilot)

    async def goes_out(self) -> None:
        """The undo time of a reply passes."""
        self.clock.turn(UNDO)
        screen_of(self.app)._tick()
        await settle(self.pilot)
        assert self.app.sitting.waiting_to_go() == []

    @property
    def notice(self) -> str:
        return bar(self.app, "notice").strip()


def place_of(folder: Path) -> Place:
    return Place("test", folder / "store.db", folder / "config", folder / "packs")


def desk_of(folder: Path, name: str, *roles: str, regions: tuple[str, ...] = ()) -> Desk:
    folder.mkdir(parents=True, exist_ok=True)
    return open_desk(place_of(folder), Actor(name, roles or ("agent",), regions), "UTC", create=True)


def receive(desk: Desk, subject: str, text: str, customer: Customer) -> int:
    content = do.Content(text=text, author=customer.name)
    return desk.open_ticket("email", subject, customer, content, MORNING, MORNING, by="import").id


def billing(folder: Path) -> Desk:
    desk = desk_of(folder, AGENT)
    emma = Customer(name="Emma Clarke", emails=("emma@example.com",), market="GB", language="en")
    receive(desk, "Double charge on invoice 1182", "You charged me twice.", emma)
    return desk


def suzuki(folder: Path) -> int:
    desk = desk_of(folder, AGENT)
    sato = Customer(name="佐藤 健一", emails=("sato@example.jp",), market="JP", language="ja")
    number = receive(desk, "届いた商品が壊れています", "届いた商品が壊れていました。残念です。", sato)
    desk.close()
    return number


@presses("next_step", "classify", "dispatch", "advise")
def test_a_billing_doubt_of_level_2_by_mail(tmp_path: Path) -> None:
    """H1 to H4, L2, P3: classified by questions, promised, asked the business department, solved, summed up."""
    desk, clock = billing(tmp_path), Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        agent = Typist(app, pilot, clock)
        await agent.press("enter", "y", "c", "O", "W", ".", "enter")
        ticket = desk.ticket(1)
        assert (ticket.type, ticket.level, ticket.answers["helpers"]) == ("billing_doubt", 2, "colleagues")
        await agent.press("enter")
        await agent.write("Dear Emma, we are checking the invoice.")
        await agent.press("ctrl+o", "3")
        for word in ("the bank has to confirm", "6h", "by e-mail"):
            await agent.write(word)
            await agent.press("enter")
        await agent.press("ctrl+o")
        await agent.goes_out()
        assert "promise" in [step.name for step in desk.ticket(1).steps]
        await agent.command("dispatch")
        assert isinstance(app.screen, Choice)
        await agent.press("1")
        await agent.write("Was invoice 1182 paid twice?")
        await agent.press("ctrl+o")
        assert desk.ticket(1).dispatches[0].department == "business"
        await agent.command("advise")
        await agent.write("Yes; refunded.")
        await agent.press("ctrl+o")
        assert desk.ticket(1).dispatches[0].answered is not None
        await agent.press("enter")
        await agent.write("Dear Emma, it was charged twice; the refund is on its way.")
        await agent.press("ctrl+o", "1")
        await agent.goes_out()
        await agent.press("enter")
        for word in ("refunded", "satisfied", "charged twice by the bank"):
            await agent.write(word)
            await agent.press("enter")
        assert desk.ticket(1).status is Status.RESOLVED

    sit(desk, play, (80, 24), clock)


@presses("complain", "record", "report")
def test_C1_to_C3_taken_apologised_recorded_reported_in_eight_keys(tmp_path: Path) -> None:
    desk, clock = billing(tmp_path), Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        agent = Typist(app, pilot, clock)
        await agent.command("complain")
        assert "is a complaint now. Next: apologise" in agent.notice
        await agent.press("enter")
        await agent.write("Dear Emma, we are very sorry that you were charged twice.")
        await agent.press("ctrl+o", "enter")
        await agent.write("Charged twice for one invoice")
        await agent.press("tab")
        await agent.write("The second charge back")
        await agent.press("ctrl+o", "enter")
        assert "Double charge" in screen_of(app).composer.text  # the brief is written from the ticket
        await agent.press("ctrl+o")
        complaint = desk.ticket(1).complaint
        assert complaint is not None
        assert complaint.stage is Stage.VERIFY
        assert [passage.stage for passage in complaint.passages] == [
            Stage.APOLOGISE,
            Stage.RECORD,
            Stage.REPORT,
        ]
        assert agent.keys <= 8

    sit(desk, play, (80, 24), clock)


@presses("verify", "accept", "carry_out", "appoint", "revisit", "close_complaint", "plan")
def test_a_japanese_complaint_from_apology_to_revisit_by_two_people(tmp_path: Path) -> None:
    """C1 to C8 and C10: the agent's steps and the supervisor's, each at their own desk."""
    number, clock = suzuki(tmp_path), Clock()

    async def begins(app: DeskApp, pilot: Pilot[None]) -> None:
        agent = Typist(app, pilot, clock)
        await agent.command("complain")
        await agent.press("enter")
        await agent.write("了解しました。")
        await agent.press("ctrl+o")
        await agent.write("了解")
        await agent.press("ctrl+o")
        assert "does not apologise" in str(app.screen.query_one("#panel-error").render())  # C1
        await agent.press("escape")
        screen_of(app).composer.load_text(SORRY)
        await agent.press("ctrl+o")
        assert isinstance(app.screen, FormPanel)  # C10: which direction
        await agent.write("交換")
        await agent.press("ctrl+o", "enter")
        await agent.write("箱の中で割れていた")
        await agent.press("tab")
        await agent.write("交換品")
        await agent.press("ctrl+o", "enter", "ctrl+o")
        assert desk_seen(app).ticket(number).escalations[0].to == "supervisor"
        await agent.press("enter", "y", "b", "S", ".", "enter")
        await agent.press("enter")  # the supervisor's turn: the agent is told so
        assert "Only these roles do this" in agent.notice

    sit(desk_of(tmp_path, AGENT), begins, (80, 24), clock)
    clock.turn(timedelta(minutes=20))

    async def verifies(app: DeskApp, pilot: Pilot[None]) -> None:
        supervisor = Typist(app, pilot, clock)
        assert bar(app, "views").startswith(" My turn 1")
        await supervisor.press("enter")
        await supervisor.write("輸送中の破損")
        await supervisor.press("enter")
        await supervisor.write("代替品を本日発送いたします")
        await supervisor.press("ctrl+o")
        complaint = desk_seen(app).ticket(number).complaint
        assert complaint is not None
        assert (complaint.passages[-1].by, complaint.passages[-1].role) == ("mei", "supervisor")

    sit(desk_of(tmp_path, "mei", "supervisor", regions=("japan_korea",)), verifies, (80, 24), clock)
    clock.turn(timedelta(minutes=20))

    async def ends(app: DeskApp, pilot: Pilot[None]) -> None:
        agent = Typist(app, pilot, clock)
        desk = desk_seen(app)
        await agent.press("enter")
        assert (
            screen_of(app).composer.text == "代替品を本日発送いたします"
        )  # C6: the plan is there to be told
        await agent.press("ctrl+o")
        await agent.goes_out()
        screen_of(app).show_view("waiting")
        await settle(pilot)
        await agent.press("enter", "1", "ctrl+o")
        await agent.press("enter")
        await agent.write("発送済み")
        await agent.press("ctrl+o", "enter")
        for word in (
            "交換した",
            "satisfied",
            "輸送破損",
            "緩衝材不足",
            "梱包を改善",
            "寒い折、ご自愛ください",
        ):
            await agent.write(word)
            await agent.press("enter")
        assert desk.ticket(number).resolution is not None
        screen_of(app).show_view("revisits")
        await settle(pilot)
        await agent.command("appoint")
        await agent.press("1")
        complaint = desk.ticket(number).complaint
        assert complaint is not None
        assert complaint.appointment is not None
        await agent.press("enter", "1", "ctrl+o")
        await agent.press("enter")
        await agent.write("satisfied")
        await agent.press("enter")
        await agent.write("特になし")
        await agent.press("ctrl+o")
        complaint = desk.ticket(number).complaint
        assert complaint is not None
        assert complaint.stage is Stage.CLOSED

    sit(desk_of(tmp_path, AGENT), ends, (80, 24), clock)


def desk_seen(app: DeskApp) -> Desk:
    return app.sitting.desk


BATCH = (
    ("Emma Clarke", "GB", "en", "My charger PB-20K gets hot."),
    ("Jörg Weiß", "DE", "de", "Das Ladegerät PB-20K wird heiß."),
    ("佐藤 健一", "JP", "ja", "充電器PB-20Kが熱くなります。"),
    ("김민지", "KR", "ko", "충전기 PB-20K가 뜨거워요."),
    ("Ana Souza", "BR", "pt", "O carregador PB-20K esquenta."),
    ("李雷", "CN", "zh", "充电器 PB-20K 发烫。"),
    ("Claire Petit", "FR", "fr", "Le chargeur PB-20K chauffe."),
    ("Marco Rossi", "IT", "it", "Il caricatore PB-20K scotta."),
)


@presses("similar", "dispatch")
def test_C9_a_group_complaint_of_eight_customers(tmp_path: Path) -> None:
    """Found across languages, confirmed with two keys, reported to compliance before the supervisor."""
    desk, clock = desk_of(tmp_path, AGENT), Clock()
    for name, market, language, text in BATCH:
        someone = Customer(name=name, emails=(f"{market}@example.com",), market=market, language=language)
        receive(desk, text[:12], text, someone)

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        agent = Typist(app, pilot, clock)
        await agent.command("complain")
        await agent.command("similar")
        assert "PB-20K" in str(list(app.screen.query("Static"))[1].render())
        await agent.press("g")
        assert "7 tickets linked" in agent.notice
        assert {link.relation for link in desk.ticket(1).links} == {Relation.GROUP}
        await agent.press("enter")
        await agent.write("Dear Emma, we are sorry; please do not use the charger.")
        await agent.press("ctrl+o", "enter")
        await agent.write("hot charger")
        await agent.press("tab")
        await agent.write("a new one")
        await agent.press("ctrl+o")
        await agent.command("report")
        assert "compliance/risk first" in agent.notice
        await agent.press("enter")  # the next step is the report to compliance, filled in
        assert isinstance(app.screen, FormPanel)
        await agent.press("ctrl+o")
        assert [each.risk for each in desk.ticket(1).dispatches] == [True]
        await agent.press("enter", "ctrl+o")
        complaint = desk.ticket(1).complaint
        assert complaint is not None
        assert complaint.stage is Stage.VERIFY

    sit(desk, play, (80, 24), clock)


@presses("withdraw")
def test_a_complaint_by_mistake_is_withdrawn_with_a_reason(tmp_path: Path) -> None:
    desk, clock = billing(tmp_path), Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        agent = Typist(app, pilot, clock)
        await agent.command("complain")
        await agent.command("withdraw")
        await agent.write("only a question")
        await agent.press("ctrl+o")
        assert desk.ticket(1).complaint is None
        assert "no complaint any more. Next: classify" in agent.notice

    sit(desk, play, (80, 24), clock)


@presses("escalate", "classify")
def test_L3_a_complex_issue_is_handed_up_with_a_brief(tmp_path: Path) -> None:
    desk, clock = billing(tmp_path), Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        agent = Typist(app, pilot, clock)
        await agent.press("enter", "y", "c", "W", "W", ".", "enter")
        assert desk.ticket(1).level == 3
        await agent.press("enter")
        assert "Double charge" in screen_of(app).composer.text
        await agent.press("ctrl+o")
        assert desk.ticket(1).escalations[0].to == "supervisor"
        assert "Next: reply" in agent.notice

    sit(desk, play, (80, 24), clock)


def test_L_another_level_than_proposed_needs_a_reason_and_safety_leaves_no_choice(tmp_path: Path) -> None:
    desk, clock = billing(tmp_path), Clock()

    async def play(app: DeskApp, pilot: Pilot[None]) -> None:
        agent = Typist(app, pilot, clock)
        await agent.press("enter", "y", "c", ".", "2", "enter")
        assert isinstance(app.screen, ClassifyPanel)
        assert "say why" in str(app.screen.query_one("#panel-error").render())
        await agent.write("an old customer")
        await agent.press("enter")
        assert desk.ticket(1).level == 2
        entry = [each.action for each in desk.journal(1)][-1]
        assert isinstance(entry, do.Classify)
        assert (entry.proposed, entry.reason) == (1, "an old customer")
        await agent.command("classify")
        await agent.press("D", "2", "enter")
        assert "deadline" in str(
            app.screen.query_one("#panel-error").render()
        )  # level 4, whatever was pressed
        await agent.write("4h")
        await agent.press("enter")
        assert desk.ticket(1).level == 4

    sit(desk, play, (80, 24), clock)
