"""Tests against a real Request Tracker, which they start themselves. `-m "not live"` leaves them out."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent_tui.sync.backends.rt.http import Client
from agent_tui.sync.backends.rt.reading import Reader
from agent_tui.sync.backends.rt.writing import Writer
from tests.live.server import NoServer, Rt, shared


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def rt(folder: Path) -> Iterator[Rt]:
    """A Request Tracker that sends no mail, which makes writes two to four times faster."""
    yield from _server(folder, "rt", mail=False)


@pytest.fixture(scope="session")
def mailing_rt(folder: Path) -> Iterator[Rt]:
    """A Request Tracker that sends mail (into a file), as a company's does."""
    yield from _server(folder, "rt-with-mail", mail=True)


def _server(folder: Path, name: str, *, mail: bool) -> Iterator[Rt]:
    try:
        with shared(folder, name, mail=mail) as server:
            yield server
    except NoServer as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))


Writers = Callable[[str], Writer]


@pytest.fixture
def as_user(rt: Rt) -> Iterator[Writers]:
    """Somebody's client: `as_user("alice")`."""
    clients: list[Client] = []

    def connect(name: str) -> Writer:
        clients.append(Client(rt.url, rt.token(name)))
        return Writer(Reader(clients[-1]))

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def alice(as_user: Writers) -> Writer:
    return as_user("alice")


@pytest.fixture
def new_ticket(as_user: Writers) -> Callable[..., int]:
    """Open a ticket and return its id."""

    def create(
        subject: str = "A question", *, queue: str = "Support", by: str = "alice", content: str = "Hello"
    ) -> int:
        made = as_user(by).create(queue, subject, "carol@customer.invalid", content, {}, str(uuid.uuid4()))
        return made.id

    return create
