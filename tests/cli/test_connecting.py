"""`connect`, `sync`, `outbox`, `status`, `save` and `doctor` at a helpdesk in memory."""

from __future__ import annotations

import getpass
import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent_tui.desk import connecting
from agent_tui.domain.messages import Told
from agent_tui.domain.ticket import MessageKind, Status
from agent_tui.locations import locate
from agent_tui.store.desklock import DeskLock
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import Backend, Identity, Upload
from agent_tui.sync.backends.rt.initialdata import initialdata
from tests.cli.conftest import Cli, Result, run
from tests.helpdesks import QUEUE, Down, House, Ideal, NoEntry, always

URL = "https://rt.example.com"
TOKEN = "1-28-0123456789abcdef0123456789abcdef"
OTHER = "1-29-fedcba9876543210fedcba9876543210"


class Server:
    """A helpdesk in memory, reached by whoever has one of the two tokens."""

    def __init__(self) -> None:
        self.house = House(lambda: datetime.now(UTC))
        self.logins = {TOKEN: "alice", OTHER: "bob"}
        self.identity: Callable[[Identity], Identity] = lambda found: found
        self.down: Callable[[Ideal], None] = lambda backend: None
        self.asked: list[Connected] = []

    def backend_of(self, connected: Connected, token: str) -> Backend:
        self.asked.append(connected)
        server = self

        class Reached(Ideal):
            def identify(self) -> Identity:
                return server.identity(super().identify())

        backend = Reached(self.house, self.logins.get(token, ""))
        if token not in self.logins:
            backend.meet = always(NoEntry())
        self.down(backend)
        return backend


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(connecting, "backend_of", made.backend_of)
    monkeypatch.setattr(connecting, "system_keyring", lambda: None)
    monkeypatch.setenv(connecting.TOKEN, TOKEN)
    return made


@pytest.fixture
def house(server: Server, cli: Cli) -> House:
    """The helpdesk, and the profile connected to it."""
    cli("connect", "rt", URL)
    return server.house


def sync(cli: Cli, code: int = 0) -> Result:
    return cli("sync", code=code)


# Connecting


def test_connecting_says_who_one_is_and_where_the_token_is_kept(server: Server, cli: Cli) -> None:
    told = cli("connect", "rt", f"{URL}/REST/2.0/").out
    assert "Ideal 1.0: you are Alice (alice)." in told
    assert "You can open tickets in: Support." in told
    assert "kept in the profile's store, which is encrypted" in told
    assert "opened in the queue Support" in told
    found = cli("status", "--json").json()
    assert found["helpdesk"] == {
        "kind": "rt", "name": "Ideal", "url": URL, "login": "alice", "queue": QUEUE, "version": "1.0",
    }  # fmt: skip
    assert (found["to_send"], found["synced"], found["loading"]) == (0, None, True)


def test_the_token_is_typed_unseen(server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[str] = []

    def typed(prompt: str) -> str:
        prompts.append(prompt)
        return f" {TOKEN}\n"

    monkeypatch.delenv(connecting.TOKEN)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", typed)
    cli("connect", "rt", URL)
    assert prompts == [f"Token for {URL}, which stays unseen: "]
    sync(cli)  # with the token that was kept


def test_without_a_terminal_the_token_must_be_in_the_environment(
    server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(connecting.TOKEN)
    told = cli("connect", "rt", URL, stdin=TOKEN, code=6)
    assert "AGENT_TUI_TOKEN" in told.err
    assert not server.asked
    assert not cli.home.exists()


def test_the_token_is_nowhere_in_plain_text(
    server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = [cli("connect", "rt", URL)]
    number = server.house.contact()
    printed += [
        sync(cli),
        cli("status"),
        cli("status", "--json"),
        cli("doctor"),
        cli("outbox"),
        cli("journal"),
    ]
    monkeypatch.setenv(connecting.TOKEN, OTHER)
    server.logins = {}
    printed += [cli("sync", code=6), cli("doctor", code=6), cli("connect", "rt", URL, code=6)]
    assert number == 1
    for each in printed:
        assert TOKEN not in each.out + each.err
        assert OTHER not in each.out + each.err
    files = [path for path in cli.home.rglob("*") if path.is_file()]
    assert any(path.name == "store.db" for path in files)
    for path in files:
        assert TOKEN.encode() not in path.read_bytes(), path
        assert OTHER.encode() not in path.read_bytes(), path


def test_a_keyring_keeps_the_token_where_there_is_one(
    server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, str] = {}

    class Ring:
        def get(self, profile: str) -> str | None:
            return kept.get(profile)

        def set(self, profile: str, secret: str) -> None:
            kept[profile] = secret

        def delete(self, profile: str) -> None:
            del kept[profile]

    monkeypatch.setattr(connecting, "system_keyring", Ring)
    assert "keyring of this machine" in cli("connect", "rt", URL).out
    assert kept == {"default token": TOKEN}
    monkeypatch.delenv(connecting.TOKEN)
    sync(cli)
    kept.clear()
    assert "There is no token for https://rt.example.com" in sync(cli, code=6).err


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://rt.example.com", "everybody on the way could read the token"),
        ("rt.example.com", "it should look like https://rt.example.com"),
        ("https://li:secret-word@rt.example.com", "it must not have a name, a password"),
    ],
)
def test_an_address_that_can_not_be_is_refused_before_a_token_is_asked_for(
    server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch, url: str, reason: str
) -> None:
    monkeypatch.delenv(connecting.TOKEN)
    told = cli("connect", "rt", url, code=6)
    assert reason in told.err
    assert "secret-word" not in told.err
    assert not cli.home.exists()


def test_what_is_missing_is_told_and_stops_it(server: Server, cli: Cli) -> None:
    problem = Told("The field {field} is missing.", {"field": "Level"})
    server.identity = lambda found: replace(found, problems=(problem,), fatal=True)
    told = cli("connect", "rt", URL, code=6)
    assert told.err.splitlines() == [
        "- The field Level is missing.",
        "Not connected. Connect again once that is done.",
    ]
    assert not cli.home.exists()


def test_what_does_not_stop_it_is_told_all_the_same(server: Server, cli: Cli) -> None:
    server.identity = lambda found: replace(
        found, problems=(Told("Nobody may comment."),), clock=datetime.now(UTC) + timedelta(minutes=10)
    )
    told = cli("connect", "rt", URL)
    assert "- Nobody may comment." in told.err
    assert "minutes ahead of this machine's" in told.err
    assert "Connected." in told.out


def test_a_queue_is_checked(server: Server, cli: Cli) -> None:
    told = cli("connect", "rt", URL, "--queue", "Legal", code=2)
    assert told.err == "You can't open tickets in the queue Legal; you can in: Support.\n"
    server.identity = lambda found: replace(found, queues=("Complaints", "Support"))
    cli("connect", "rt", URL, "--queue", "Support")
    cli("connect", "rt", URL)
    assert cli("status", "--json").json()["helpdesk"]["queue"] == "Support"


def test_a_profile_with_tickets_of_its_own_stays_as_it_is(server: Server, cli: Cli) -> None:
    cli.new()
    told = cli("connect", "rt", URL, code=2)
    assert "The profile default has tickets of its own" in told.err
    assert cli("status").out == "This profile's store is itself the helpdesk: nothing is sent anywhere.\n"
    assert cli("status", "--json").json() == {"helpdesk": None}
    assert "works on its own store" in sync(cli, code=2).err


def test_an_open_desk_keeps_its_helpdesk_and_its_agent(
    server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DeskLock(locate().lock_file("default"), datetime.now(UTC)):
        assert "Close that desk first" in cli("connect", "rt", URL, code=5).err
    cli("connect", "rt", URL)
    with DeskLock(locate().lock_file("default"), datetime.now(UTC)):
        cli("connect", "rt", URL)  # a new token, say
        monkeypatch.setenv(connecting.TOKEN, OTHER)
        assert "Close that desk first" in cli("connect", "rt", URL, code=5).err


def test_a_profile_has_one_helpdesk(house: House, cli: Cli) -> None:
    assert f"connected to {URL}" in cli("connect", "rt", "https://other.example.com", code=2).err
    cli("--profile", "second", "connect", "rt", "https://other.example.com")


def test_a_new_token_for_an_expired_one(
    house: House, server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server.logins = {OTHER: "alice"}
    assert "The token is not valid any more." in sync(cli, code=6).err
    assert "The token is not valid any more." in cli("doctor", code=6).out
    monkeypatch.setenv(connecting.TOKEN, OTHER)
    cli("connect", "rt", URL.upper().replace("HTTPS", "https"), "--authority", str(tmp_path / "own.pem"))
    assert server.asked[-1].authority == str(tmp_path / "own.pem")
    monkeypatch.delenv(connecting.TOKEN)
    sync(cli)
    assert server.asked[-1].authority == str(tmp_path / "own.pem")


def test_somebody_elses_token_does_not_send_what_is_not_theirs(
    house: House, server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = house.contact()
    sync(cli)
    cli("do", str(number), "take")
    monkeypatch.setenv(connecting.TOKEN, OTHER)
    told = cli("connect", "rt", URL, code=3)
    assert "The token belongs to bob, not to alice." in told.err
    assert "still has actions of alice to send" in told.err
    monkeypatch.setenv(connecting.TOKEN, TOKEN)
    sync(cli)
    monkeypatch.setenv(connecting.TOKEN, OTHER)
    cli("connect", "rt", URL)
    assert cli("status", "--json").json()["helpdesk"]["login"] == "bob"


def test_the_profile_knows_whose_token_it_takes(server: Server, cli: Cli) -> None:
    server.identity = lambda found: replace(found, account=22)
    cli("connect", "rt", URL)
    sync(cli)
    assert [each.account for each in server.asked] == [0, 22]
    server.identity = lambda found: replace(found, account=23)
    cli("connect", "rt", URL)  # as somebody else, which is asked anew
    assert [each.account for each in server.asked] == [0, 22, 0]


def test_a_helpdesk_that_does_not_answer(server: Server, cli: Cli) -> None:
    def down(backend: Ideal) -> None:
        backend.meet = always(Down())

    server.down = down
    assert cli("connect", "rt", URL, code=6).err == "The helpdesk does not answer.\n"
    assert not cli.home.exists()


# Syncing


def test_what_is_done_here_is_sent_by_sync_and_by_nothing_else(house: House, cli: Cli) -> None:
    number = house.contact()
    assert sync(cli).out == "Synced with Ideal: 0 sent, nothing left to send.\n"
    assert cli("tickets", "--json").json()[0]["id"] == number
    cli("do", str(number), "take")
    cli("do", str(number), "note", "--text", "I call back.")
    assert house.case(number).facts.owner is None
    shown = cli("show", str(number))
    assert "not on the helpdesk yet" in shown.out
    assert len(cli("show", str(number), "--json").json()["unsent"]) == 2
    found = cli("status", "--json").json()
    assert (found["to_send"], found["held"], found["tickets"]) == (2, 0, 1)
    assert sync(cli).out == "Synced with Ideal: 2 sent, nothing left to send.\n"
    assert house.case(number).facts.owner == "alice"
    assert house.case(number).entries[-1].text == "I call back."
    assert "not on the helpdesk yet" not in cli("show", str(number)).out
    assert cli("outbox").out == "Nothing waits to be sent.\n"
    assert cli("outbox", "--json").json() == {"waiting": [], "notes": []}


def test_a_ticket_that_begins_here_has_a_number_there_as_well(house: House, cli: Cli) -> None:
    house.contact()
    number = cli.new()
    assert "New ticket" in cli("outbox").out
    sync(cli)
    assert cli("show", str(number)).out.startswith(f"#{number}  RT #2  Double charge")
    assert cli("show", str(number), "--json").json()["remote"] == "RT #2"


def test_sync_tells_programs_what_came_of_it(house: House, cli: Cli) -> None:
    number = house.contact()
    sync(cli)
    cli("do", str(number), "take")
    found = cli("sync", "--json").json()
    assert datetime.fromisoformat(found.pop("synced")) <= datetime.now(UTC)
    assert found == {
        "state": "online", "to_send": 0, "held": 0, "noted": 0, "loading": False, "left": None, "tickets": 1,
        "sent": 1,
    }  # fmt: skip


def test_sync_without_the_helpdesk_keeps_everything(house: House, server: Server, cli: Cli) -> None:
    number = house.contact()
    sync(cli)
    cli("do", str(number), "take")

    def down(backend: Ideal) -> None:
        backend.meet = always(Down())

    server.down = down
    assert sync(cli, code=6).err == "The helpdesk does not answer.\n"
    assert cli("status", "--json").json()["to_send"] == 1


def test_sync_waits_for_the_helpdesk_if_it_is_told_to(
    house: House, server: Server, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_tui.cli.syncing._PAUSE", 0.01)
    number = house.contact()
    sync(cli)
    cli("do", str(number), "take")
    times = iter(range(100))

    def meet(method: str, moment: object) -> None:
        if next(times) < 5:
            raise Down

    def down(backend: Ideal) -> None:
        backend.meet = meet

    server.down = down
    assert "1 sent" in cli("sync", "--wait", "20").out
    assert "'soon'" in cli("sync", "--wait", "soon", code=2).err


def test_two_programs_do_not_sync_one_profile(house: House, cli: Cli) -> None:
    with DeskLock(locate().sync_lock_file("default"), datetime.now(UTC)):
        assert "syncs this profile already" in sync(cli).out
        assert cli("sync", "--json").json()["state"] == "elsewhere"
        assert "syncs it now" in cli("status").out
    assert cli("status", "--json").json()["syncing"] is None
    sync(cli)


def test_mail_comes_through_the_helpdesk(house: House, cli: Cli, tmp_path: Path) -> None:
    mail = tmp_path / "one.eml"
    mail.write_text("From: Emma <e@shop.example>\nSubject: Hi\nMessage-ID: <1@shop.example>\n\nHello\n")
    assert f"Mail reaches this profile through {URL}." in cli("import", str(mail), code=2).err
    assert cli("outbox").out == "Nothing waits to be sent.\n"


# What is held


def answered(house: House, cli: Cli) -> int:
    """A ticket with a reply that was not sent yet."""
    number = house.contact()
    sync(cli)
    cli("do", str(number), "classify", "--set", "verified=yes", "--set", "type=logistics", "--set", "level=2",
        "--set", "urgent=no")  # fmt: skip
    sync(cli)
    cli("do", str(number), "reply", "--text", "Dear Carol, it comes.", "--set", "outcome=solves")
    return number


@pytest.fixture
def held(house: House, cli: Cli) -> str:
    """A reply that the customer's next message overtook; returns its id."""
    number = answered(house, cli)
    house.mail(number, "It \x1b[31mcame already.")
    told = sync(cli, code=3).out
    assert "1 held; `agent-tui outbox` says why." in told
    return str(cli("outbox", "--json").json()["waiting"][0]["id"])


def test_the_outbox_shows_what_holds_an_action(held: str, cli: Cli) -> None:
    told = cli("outbox").out
    assert "\x1b" not in told
    assert re.search(rf"{held[-5:]}  #1  Reply  .*  held", told)
    assert "The customer wrote meanwhile." in told
    assert "Dear Carol, it comes." in told
    assert "> carol@customer.example" in told
    assert "came already." in told
    assert "agent-tui outbox send ID" in told
    found = cli("outbox", "--json").json()["waiting"][0]
    assert (found["state"], found["cause"], found["action"]) == ("held", "stale", "reply")
    assert found["written"][0]["author"] == "carol@customer.example"
    assert "held for your decision: 1" in cli("show", "1").out
    assert "1 of 1 actions to send are held" in cli("doctor").out


def test_a_held_action_is_sent_all_the_same(house: House, held: str, cli: Cli) -> None:
    assert "`agent-tui sync` or the open desk sends it." in cli("outbox", "send", held[-5:].lower()).out
    assert "1 sent" in sync(cli).out
    assert [each.text for each in house.case(1).entries if each.kind is MessageKind.REPLY] == [
        "Dear Carol, it comes."
    ]


def test_a_held_action_is_discarded_and_its_text_printed(house: House, held: str, cli: Cli) -> None:
    told = cli("outbox", "discard", held)
    assert told.out == "Reply on #1 is not sent.\nDear Carol, it comes.\n"
    sync(cli)
    assert not [each for each in house.case(1).entries if each.kind is MessageKind.REPLY]
    assert "Dear Carol" not in cli("show", "1").out
    assert cli("journal", "--verify").code == 0
    for command in ("send", "discard"):
        assert f"{held} is not waiting to be sent." in cli("outbox", command, held, code=4).err
    assert f"nothing out of {held}" in cli("outbox", "seen", held, code=4).err


def test_both_values_of_a_field_are_shown(house: House, cli: Cli) -> None:
    number = house.contact()
    sync(cli)
    house.change(number, "bob", level=3, urgent=True)
    cli("do", str(number), "classify", "--set", "verified=yes", "--set", "type=logistics", "--set", "level=2",
        "--set", "urgent=no")  # fmt: skip
    sync(cli, code=3)
    told = cli("outbox").out
    assert "It was changed on the helpdesk too: level" in told
    assert "level: 3 on the helpdesk, 2 here, – before" in told


def test_what_can_not_be_done_any_more_is_not_sent(house: House, cli: Cli) -> None:
    number = house.contact()
    sync(cli)
    cli("do", str(number), "note", "--text", "A note")
    house.delete(number, "root")
    sync(cli, code=3)
    found = cli("outbox", "--json").json()["waiting"][0]
    assert found["cause"] == "away"
    told = cli("outbox", "send", found["id"], code=3).err
    assert "can't be sent as it is: The ticket was deleted on the helpdesk." in told
    cli("outbox", "discard", found["id"], "--json")
    assert cli("outbox").out == "Nothing waits to be sent.\n"


def test_without_its_opening_nothing_of_a_ticket_is_sent(house: House, cli: Cli) -> None:
    number = cli.new()
    cli("do", str(number), "take")
    opening = cli("outbox", "--json").json()["waiting"][0]["id"]
    cli("outbox", "discard", opening)
    assert cli("outbox").out == "Nothing waits to be sent.\n"
    sync(cli)
    assert not house.cases
    assert cli("show", str(number), "--json").json()["status"] == Status.RESOLVED
    assert cli("journal", "--verify").code == 0


def test_sending_what_is_not_held_leaves_the_guard_on(house: House, cli: Cli) -> None:
    number = answered(house, cli)
    cli("outbox", "send", cli("outbox", "--json").json()["waiting"][0]["id"])
    house.mail(number, "It came already.")
    assert "1 held" in sync(cli, code=3).out


def test_what_was_left_out_is_told_until_it_is_read(house: House, cli: Cli) -> None:
    number = house.contact()
    sync(cli)
    house.deaf.add("level")
    cli("do", str(number), "classify", "--set", "verified=yes", "--set", "type=logistics", "--set", "level=2",
        "--set", "urgent=no")  # fmt: skip
    assert "it left something out" in sync(cli).out
    told = cli("outbox").out
    assert "sent, with something left out" in told
    assert "The helpdesk kept its own values: level." in told
    note = cli("outbox", "--json").json()["notes"][0]["id"]
    assert "kept its own values" in cli("outbox", "seen", note[-5:]).out
    assert cli("outbox").out == "Nothing waits to be sent.\n"


# Attachments


def test_an_attachment_is_loaded_when_it_is_saved(
    house: House, server: Server, cli: Cli, tmp_path: Path
) -> None:
    number = house.contact()
    house.say(number, "carol@customer.example", "See here", MessageKind.CUSTOMER,
              files=(Upload("photo.png", "image/png", b"PNG"),))  # fmt: skip
    sync(cli)
    path = tmp_path / "photo.png"

    def down(backend: Ideal) -> None:
        backend.meet = always(Down())

    server.down = down
    assert (
        cli("save", str(number), "1", "--output", str(path), code=6).err == "The helpdesk does not answer.\n"
    )
    server.down = lambda backend: None
    cli("save", str(number), "1", "--output", str(path))
    assert path.read_bytes() == b"PNG"
    server.down = down
    cli("save", str(number), "1", "--output", str(tmp_path / "again.png"))
    assert "has no attachment 2" in cli("save", str(number), "2", code=4).err


# What the administrator needs, and doctor


def test_the_administrators_file(cli: Cli) -> None:
    told = cli("rt", "initialdata", "--group", "Frontline")
    assert told.out == initialdata("Frontline")
    assert "rt-setup-database --action insert --datafile FILE" in told.err
    assert cli("rt", code=2).err


def test_doctor_looks_at_the_helpdesk_too(house: House, server: Server, cli: Cli) -> None:
    assert f"ok    helpdesk: Ideal 1.0 at {URL}, as alice" in cli("doctor").out
    server.identity = lambda found: replace(found, version="1.1", problems=(Told("A right is missing."),))
    told = cli("doctor").out
    assert "note  helpdesk: A right is missing." in told
    assert "note  helpdesk: The helpdesk was upgraded from 1.0 to 1.1." in told

    def down(backend: Ideal) -> None:
        backend.meet = always(Down())

    server.down = down
    told = cli("doctor", code=6).out
    assert "BAD   helpdesk: The helpdesk does not answer." in told
    assert "ok    journal:" in told
    found = cli("doctor", "--json", code=6).json()
    assert {"about": "helpdesk", "weight": "bad", "found": "The helpdesk does not answer."} in found


def test_in_a_process_of_its_own_nothing_of_the_token_is_told(home: Path) -> None:
    done = run(["connect", "rt", "http://127.0.0.1:9"], environment={connecting.TOKEN: TOKEN})
    assert done.returncode == 6
    assert b"the connection was refused" in done.stderr
    assert TOKEN.encode() not in done.stdout + done.stderr
    assert json.dumps(TOKEN).encode() not in done.stderr
    assert not home.exists()
