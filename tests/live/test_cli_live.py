"""The command line at a real Request Tracker: connecting, working, syncing, and what can be in the way."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from agent_tui.desk.connecting import TOKEN
from agent_tui.sync.backends.base import Upload
from tests.cli.conftest import Cli
from tests.live.conftest import Writers
from tests.live.server import Rt
from tests.live.test_rt_tls import authority, secure
from tests.tui.ptys import running

pytestmark = pytest.mark.live

__all__ = ["authority"]  # a fixture

Open = Callable[..., int]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Cli:
    return Cli(capsys, monkeypatch, home)


@pytest.fixture
def own_token(rt: Rt, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Whose token stands in the environment."""

    def use(name: str) -> None:
        monkeypatch.setenv(TOKEN, rt.token(name))

    use("alice")
    return use


def rest(rt: Rt, method: str, path: str, **given: object) -> httpx.Response:
    answer = httpx.request(
        method,
        f"{rt.url}/REST/2.0{path}",
        headers={"Authorization": f"token {rt.token('root')}"},
        timeout=60,
        **given,  # type: ignore[arg-type]
    )
    answer.raise_for_status()
    return answer


# Working


@pytest.mark.usefixtures("own_token")
def test_from_connecting_to_what_rts_own_users_see(
    rt: Rt, cli: Cli, new_ticket: Open, as_user: Writers, tmp_path: Path
) -> None:
    number = new_ticket(f"Parcel {uuid.uuid4()}")
    photo = Upload("photo.png", "image/png", b"\x89PNG" * 100)
    as_user("bob").correspond(number, "Here is a picture.", str(uuid.uuid4()), files=[photo])

    told = cli("connect", "rt", f"{rt.url}/", "--queue", "Support")
    assert "you are Alice (alice)" in told.out
    assert told.err == ""
    assert cli("status", "--json").json()["helpdesk"]["url"] == rt.url
    assert "nothing left to send" in cli("sync").out
    row = next(row for row in cli("tickets", "--json").json() if row["id"] == number)
    assert row["customer"] == "Carol"

    cli.do(number, "take")
    cli.do(number, "classify", verified="yes", type="logistics", level="2", urgent="no")
    cli.do(number, "reply", text="Dear Carol,\nit comes tomorrow.", outcome="solves")
    called = cli.new("Dan", channel="phone", email="dan@customer.invalid", text="He called.")
    cli.do(called, "note", text="Call back at three.")
    assert cli("status", "--json").json()["to_send"] == 5
    found = cli("sync", "--json").json()
    assert (found["sent"], found["to_send"], found["held"], found["noted"]) == (5, 0, 0, 0)
    assert cli("outbox").out == "Nothing waits to be sent.\n"
    assert cli("journal", "--verify").code == 0

    there = rest(rt, "GET", f"/ticket/{number}").json()
    fields = {field["name"]: field["values"] for field in there["CustomFields"]}
    assert there["Owner"]["id"] == "alice"
    assert (fields["Level"], fields["Type"]) == (["2"], ["logistics"])
    history = rest(rt, "GET", f"/ticket/{number}/history", params={"fields": "Type", "per_page": 100}).json()
    assert [each["Type"] for each in history["items"]].count("Correspond") == 2
    remote = cli("show", str(called), "--json").json()["remote"]
    assert rest(rt, "GET", f"/ticket/{remote.removeprefix('RT #')}").json()["Queue"]["id"]

    saved = tmp_path / "photo.png"
    cli("save", str(number), "1", "--output", str(saved))
    assert saved.read_bytes() == photo.data


def test_two_agents_of_a_team(rt: Rt, cli: Cli, new_ticket: Open, own_token: Callable[[str], None]) -> None:
    number = new_ticket()
    for name in ("alice", "bob"):
        own_token(name)
        cli("--profile", name, "connect", "rt", rt.url)
        cli("--profile", name, "sync")
    own_token("alice")
    cli("--profile", "alice", "do", str(number), "take")
    cli("--profile", "alice", "sync")
    own_token("bob")
    cli("--profile", "bob", "do", str(number), "take")
    told = cli("--profile", "bob", "sync", code=3).out
    assert "1 held" in told
    held = cli("--profile", "bob", "outbox").out
    assert "alice has this ticket" in held
    cli(
        "--profile",
        "bob",
        "outbox",
        "discard",
        cli("--profile", "bob", "outbox", "--json").json()["waiting"][0]["id"],
    )
    assert cli("--profile", "bob", "show", str(number), "--json").json()["owner"] == "alice"
    assert "nothing left to send" in cli("--profile", "bob", "sync").out


@pytest.mark.usefixtures("own_token")
def test_a_helpdesk_that_stops_and_starts_again(rt: Rt, cli: Cli, new_ticket: Open) -> None:
    number = new_ticket()
    cli("connect", "rt", rt.url)
    cli("sync")
    cli.do(number, "note", text="Written without a network.")
    with _elsewhere(cli, "http://127.0.0.1:9"):
        told = cli("sync", code=6)
        assert told.err == (
            "127.0.0.1:9 can't be reached: the connection was refused. Work goes on here and is sent later.\n"
        )
        assert "BAD   helpdesk: 127.0.0.1:9 can't be reached" in cli("doctor", code=6).out
        assert cli("status", "--json").json()["to_send"] == 1
    assert "1 sent" in cli("sync").out


@contextmanager
def _elsewhere(cli: Cli, url: str) -> Iterator[None]:
    """The profile's helpdesk is where nobody listens."""
    from msgspec.structs import replace

    from agent_tui.desk.opening import Place, open_desk
    from agent_tui.locations import locate
    from agent_tui.store.remotes import Connected

    where = locate()
    place = Place("default", where.store_file("default"), where.config_dir, where.packs_dir)

    def change(to: Callable[[Connected], Connected]) -> str:
        desk = open_desk(place, "test", "UTC")
        with desk.repository.transaction():
            before = desk.repository.remotes.connection
            assert before is not None
            desk.repository.remotes.connection = to(before)
        desk.close()
        return before.url

    old = change(lambda before: replace(before, url=url))
    try:
        yield
    finally:
        change(lambda before: replace(before, url=old))


# What can be in the way


def test_a_wrong_token(rt: Rt, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    token = f"{rt.token('alice')[:-4]}0000"
    monkeypatch.setenv(TOKEN, token)
    told = cli("connect", "rt", rt.url, code=6)
    assert "does not accept the token: it expired or was revoked." in told.err
    assert token not in told.err
    monkeypatch.setenv(TOKEN, "no token at all")
    assert "was copied wrongly" in cli("connect", "rt", rt.url, code=6).err
    assert not cli.home.exists()


def test_rights_that_are_missing(
    rt: Rt, cli: Cli, own_token: Callable[[str], None], new_ticket: Open
) -> None:
    new_ticket()
    own_token("eve")
    told = cli("connect", "rt", rt.url)
    assert "- Queue Support: the right CommentOnTicket is missing." in told.err
    assert "- Queue Support: the right ModifyTicket is missing." in told.err
    assert "note  helpdesk: Queue Support: the right ModifyTicket is missing." in cli("doctor").out


@pytest.mark.usefixtures("own_token")
def test_fields_that_are_missing(rt: Rt, cli: Cli) -> None:
    named = [{"field": "Name", "value": "Market"}, {"field": "LookupType", "value": "RT::Queue-RT::Ticket"}]
    field = rest(rt, "POST", "/customfields", json=named).json()["items"][0]["id"]
    rest(rt, "PUT", f"/customfield/{field}", json={"Disabled": 1})
    try:
        told = cli("connect", "rt", rt.url, code=6)
    finally:
        rest(rt, "PUT", f"/customfield/{field}", json={"Disabled": 0})
    assert "the custom fields Market are missing" in told.err
    assert "`agent-tui rt initialdata`" in told.err
    assert "Not connected." in told.err
    assert not cli.home.exists()
    done = rt.insert(cli("rt", "initialdata").out)
    assert done.returncode == 0, done.stdout + done.stderr
    cli("connect", "rt", rt.url)


@pytest.mark.usefixtures("own_token")
def test_a_server_that_can_not_prove_who_it_is(cli: Cli, authority: Path) -> None:
    with secure(authority, "localhost") as url:
        told = cli("connect", "rt", url, code=6).err
        assert "can't prove that it is localhost" in told
        assert "give the file with its authority" in told
        own = cli("connect", "rt", url, "--authority", str(authority / "ca.pem"), code=6).err
        assert "prove" not in own  # it is trusted, and no Request Tracker
        missing = cli("connect", "rt", url, "--authority", str(authority / "none.pem"), code=6).err
        assert "none.pem can't be used: No such file or directory" in missing
    assert not cli.home.exists()


# On a terminal


def test_a_typed_token_is_not_echoed_and_kept_encrypted(rt: Rt, home: Path) -> None:
    token = rt.token("alice").strip()
    with running("connect", "rt", rt.url, size=(200, 24), environment={TOKEN: ""}) as terminal:
        terminal.until("which stays unseen:")
        terminal.type(f"{token}\n")
        terminal.until("Connected.")
        assert terminal.end() == 0
        assert token.encode() not in terminal.raw
    for path in home.rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes()


def test_an_open_desk_syncs_by_itself(
    rt: Rt, cli: Cli, new_ticket: Open, own_token: Callable[[str], None]
) -> None:
    own_token("alice")
    cli("connect", "rt", rt.url)
    word = uuid.uuid4().hex[:8]
    with running(size=(120, 30)) as terminal:
        terminal.until("synced")
        new_ticket(f"Desk {word}")
        deadline = time.monotonic() + 60
        while word not in cli("tickets", "--search", word).out:  # whichever of other tests' tickets go first
            assert time.monotonic() < deadline
        assert "syncs this profile already" in cli("sync").out
        terminal.type("q")
        assert terminal.end() == 0
    assert "nothing left to send" in cli("sync").out
