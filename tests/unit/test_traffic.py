"""The traffic that an open desk holds: it begins, meets what stands in the way, and ends."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent_tui.desk import connecting, privacy, traffic
from agent_tui.desk.connecting import NoToken
from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.desk.traffic import StillSyncing, Traffic
from agent_tui.domain.ticket import MessageKind
from agent_tui.store.desklock import DeskLock
from agent_tui.store.errors import DiskFull, StoreBusy
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import Backend, BackendError, Identity, Upload
from agent_tui.sync.status import State, Status
from tests.helpdesks import QUEUE, Down, House, Ideal, NoEntry, always

URL = "https://rt.example.com"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def house() -> House:
    return House(now)


@pytest.fixture
def tokens() -> set[str]:
    """Those that the helpdesk accepts."""
    return {"good"}


@pytest.fixture(autouse=True)
def reached(house: House, tokens: set[str], monkeypatch: pytest.MonkeyPatch) -> list[Ideal]:
    """The backends that were built."""
    built: list[Ideal] = []

    def backend_of(connected: Connected, token: str) -> Backend:
        backend = Ideal(house, connected.login)
        if token not in tokens:
            backend.meet = always(NoEntry())
        built.append(backend)
        return backend

    monkeypatch.setattr(connecting, "backend_of", backend_of)
    monkeypatch.setattr(connecting, "system_keyring", lambda: None)
    monkeypatch.delenv(connecting.TOKEN, raising=False)
    monkeypatch.setattr(traffic, "_SOON", 0.02)
    monkeypatch.setattr(traffic, "_LATER", 0.05)
    return built


@pytest.fixture
def desk(house: House, tmp_path: Path) -> Iterator[Desk]:
    place = Place("work", tmp_path / "store.db", tmp_path, tmp_path / "packs")
    opened = open_desk(place, "li", "UTC", create=True)
    connecting.join(opened, "work", Connected("rt", URL, ""), Ideal(house, "alice").identify())
    connecting.keep_token("work", opened.repository, "good")
    opened.close()
    opened = open_desk(place, "li", "UTC")
    yield opened
    opened.close()


@pytest.fixture
def line(desk: Desk, lock: Path) -> Iterator[Traffic]:
    made = Traffic(desk, "work", lock)
    yield made
    made.stop()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sync.lock"


def until(line: Traffic, holds: Callable[[Status], object], seconds: float = 10) -> Status:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds(status := line.status()):
            return status
        time.sleep(0.01)
    raise AssertionError(line.status())


def test_an_open_desk_reads_and_sends_by_itself(house: House, desk: Desk, line: Traffic) -> None:
    number = house.contact()
    assert line.status().state is State.STARTING
    line.start()
    line.start()
    until(line, lambda status: status.state is State.ONLINE and not status.loading)
    desk.act(number, "take", {}, now())
    until(line, lambda status: status.to_send == 0)
    assert house.case(number).facts.owner == "alice"
    line.stop()
    line.stop()


def test_another_program_that_syncs_is_waited_for(house: House, line: Traffic, lock: Path) -> None:
    with DeskLock(lock, now()):
        line.start()
        status = until(line, lambda status: status.problem)
        assert status.state is State.STARTING
        assert "syncs this profile already" in str(status.problem)
    status = until(line, lambda status: status.state is State.ONLINE)
    assert status.problem is None
    line.stop()
    with DeskLock(lock, now()):
        """It is free again."""


def test_without_a_token_somebody_has_to_act(desk: Desk, line: Traffic, lock: Path) -> None:
    connecting.keep_token("work", desk.repository, "")
    line.start()
    status = until(line, lambda status: status.state is State.BLOCKED)
    assert status.problem == NoToken(url=URL, variable=connecting.TOKEN).told
    assert status.since is not None
    with DeskLock(lock, now()):
        """Nobody else is held up."""
    with pytest.raises(NoToken):
        line.load_file("remote:12")
    connecting.keep_token("work", desk.repository, "good")
    until(line, lambda status: status.state is State.ONLINE)


def test_a_new_token_is_taken_up(desk: Desk, line: Traffic, tokens: set[str], reached: list[Ideal]) -> None:
    line.start()
    until(line, lambda status: status.state is State.ONLINE)
    tokens.clear()
    tokens.add("new")
    reached[0].meet = always(NoEntry())
    line.hurry()
    assert "token is not valid" in str(until(line, lambda status: status.state is State.BLOCKED).problem)
    connecting.keep_token("work", desk.repository, "new")
    line.hurry()
    until(line, lambda status: status.state is State.ONLINE)
    assert len(reached) == 2


def test_a_helpdesk_that_is_away_comes_back(house: House, line: Traffic, reached: list[Ideal]) -> None:
    line.start()
    until(line, lambda status: status.state is State.ONLINE)
    reached[0].meet = always(Down())
    status = until(line, lambda status: status.state is State.OFFLINE)
    assert status.problem == Down().told
    reached[0].meet = lambda method, moment: None
    line.hurry()
    until(line, lambda status: status.state is State.ONLINE)


def test_what_has_changed_since_connecting_is_told(
    desk: Desk, lock: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that is wrong, here or there, makes due times wrong; nobody connects again to hear of it."""
    told = Identity("alice", "Alice", "2.0", now() + timedelta(minutes=7), (QUEUE,))
    monkeypatch.setattr(Ideal, "identify", lambda _self: told)
    line = Traffic(desk, "work", lock)
    line.start()
    try:
        status = until(line, lambda status: status.problem)
    finally:
        line.stop()
    assert status.state is State.ONLINE
    assert "minutes ahead of this machine's" in str(status.problem)
    connected = desk.repository.remotes.connection
    assert connected is not None
    assert connected.version == "2.0"


def test_a_full_disk_does_not_end_it(
    house: House, desk: Desk, line: Traffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.start()
    until(line, lambda status: status.state is State.ONLINE)
    failed = threading.Event()

    def full(_now: datetime) -> None:
        failed.set()
        raise DiskFull(Path("store.db"))

    monkeypatch.setattr(desk.repository.outbox, "hurry", full)
    line.hurry()
    assert failed.wait(10)
    done = threading.Event()
    monkeypatch.setattr(desk.repository.outbox, "hurry", lambda _now: done.set())
    assert done.wait(10)  # what was asked for is done once there is space


def test_a_lock_that_can_not_be_written_is_told(
    line: Traffic, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = os.open

    def refused(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if Path(path) == lock:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opens(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refused)
    line.start()
    status = until(line, lambda status: status.problem)
    assert (status.state, "Read-only file system" in str(status.problem)) == (State.BLOCKED, True)
    monkeypatch.setattr(os, "open", opens)
    until(line, lambda status: status.state is State.ONLINE)


def test_files_and_others(house: House, desk: Desk, line: Traffic, reached: list[Ideal]) -> None:
    number = house.contact()
    house.say(
        number, "carol@customer.example", "Look", MessageKind.CUSTOMER, files=(Upload("a", "b/c", b"X"),)
    )
    house.readers[number] = {"alice", "bob"}
    assert line.presence(number) == ()
    line.start()
    until(line, lambda status: not status.loading)
    assert list(line.presence(number)) == ["bob"]
    assert line.presence(4711) == ()
    digest = desk.ticket(number).messages[-1].attachments[0].sha256
    reached[0].meet = always(Down())
    with pytest.raises(BackendError, match="does not answer"):
        line.load_file(digest)
    assert line.presence(number) == ()
    reached[0].meet = lambda method, moment: None
    line.load_file(digest)
    assert desk.repository.blob(digest) == b"X"


def test_in_a_pause_nobody_syncs_and_then_it_goes_on(
    house: House, desk: Desk, line: Traffic, lock: Path
) -> None:
    number = house.contact()
    line.start()
    until(line, lambda status: status.state is State.ONLINE and not status.loading)
    with line.paused():
        with pytest.raises(StoreBusy):
            DeskLock(lock, now()).acquire()
        desk.act(number, "take", {}, now())
        time.sleep(0.2)
        assert house.case(number).facts.owner != "alice"
    until(line, lambda status: status.state is State.ONLINE and status.to_send == 0)
    assert house.case(number).facts.owner == "alice"


def test_a_pause_before_the_start_begins_nothing(line: Traffic, lock: Path) -> None:
    with line.paused():
        pass
    time.sleep(0.1)
    assert line.status().state is State.STARTING
    with DeskLock(lock, now()):
        """Nobody has it."""


def test_there_is_no_pause_while_another_program_syncs(line: Traffic, lock: Path) -> None:
    with DeskLock(lock, now()):
        line.start()
        until(line, lambda status: status.problem)
        with pytest.raises(StoreBusy), line.paused():
            raise AssertionError("nothing is done in it")
    until(line, lambda status: status.state is State.ONLINE)


def test_there_is_no_pause_before_a_request_has_ended(
    house: House, line: Traffic, reached: list[Ideal]
) -> None:
    line.start()
    until(line, lambda status: status.state is State.ONLINE and not status.loading)
    under_way, answer = threading.Event(), threading.Event()

    def slow(method: str, moment: str) -> None:
        under_way.set()
        answer.wait(10)

    reached[0].meet = slow
    line.hurry()
    assert under_way.wait(10)
    with pytest.raises(StillSyncing), line.paused(0.1):
        raise AssertionError("nothing is done in it")
    answer.set()
    reached[0].meet = lambda method, moment: None
    until(line, lambda status: status.state is State.ONLINE)


def test_T5_what_is_erased_at_an_open_desk_does_not_come_back(
    house: House, desk: Desk, line: Traffic
) -> None:
    number = house.contact("Where is it?", "emma@customer.example")
    line.start()
    until(line, lambda status: status.state is State.ONLINE and not status.loading)
    done = privacy.erase_here(desk, f"#{number}", "request", now(), line)
    assert done.ended is not None
    other = house.contact("And mine?", "ben@customer.example")
    line.hurry()
    until(line, lambda status: desk.repository.get(other) is not None)
    assert desk.repository.get(number) is None
    assert list(desk.verify()) == []


STALLED = """
import socket, sys, time
from datetime import UTC, datetime
from pathlib import Path
from agent_tui.desk import connecting
from agent_tui.desk.opening import Place, open_desk
from agent_tui.desk.traffic import Traffic
from agent_tui.domain.actions import Content
from agent_tui.domain.ticket import Customer
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import Identity

folder, now = Path(sys.argv[1]), datetime.now(UTC)
mute = socket.create_server(("127.0.0.1", 0))
url = f"http://127.0.0.1:{mute.getsockname()[1]}"
place = Place("work", folder / "store.db", folder, folder / "packs")
desk = open_desk(place, "li", "UTC", create=True)
connecting.join(desk, "work", Connected("rt", url, "", token="x"), Identity("li", "Li", "5", now, ("S",)))
desk.open_ticket("phone", "A call", Customer(name="Dan"), Content(text="x"), now, now)
line = Traffic(desk, "work", folder / "sync.lock")
line.start()
mute.accept()
mute.accept()  # it reads and sends
line.stop(0.5)
desk.close()
print("closed")
"""


def test_a_helpdesk_that_says_nothing_holds_nobody_up(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STALLED, str(tmp_path)],
        env={"PATH": "", "PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=25,  # a request may wait for 30 s
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "closed\n", "")
