"""A real Request Tracker keeps the promises of `Backend`: those of `tests/conformance`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from email.message import EmailMessage

import pytest

from agent_tui.desk.connecting import backend_of
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import Backend
from agent_tui.sync.backends.rt import mapping
from agent_tui.sync.backends.rt.writing import Edit, Writer
from agent_tui.sync.facts import Facts
from tests.conformance.settings import Setting
from tests.live import faults
from tests.live.conftest import Writers
from tests.live.server import Rt

pytest.register_assert_rewrite("tests.conformance.promises")

from tests.conformance.promises import *  # noqa: E402, F403  # the tests themselves

pytestmark = pytest.mark.live

CUSTOMER = "carol@customer.invalid"


class InRt:
    """The people of a Request Tracker: customers by mail, root by REST2."""

    def __init__(self, rt: Rt, root: Writer) -> None:
        self._rt = rt
        self._root = root
        self._comments = 0

    def contact(self, text: str) -> int:
        before = self._root.reader.highest_transaction()
        self._mail(text[:40], text)
        pages = self._root.reader.transactions_after(before)
        return next(change.ticket for page in pages for change in page.changes if change.type == "Create")

    def mail(self, ticket: int, text: str) -> None:
        self._mail(f"[rt.local #{ticket}] Re", text)

    def _mail(self, subject: str, text: str) -> None:
        message = EmailMessage()
        message["From"], message["To"] = CUSTOMER, "support@rt.invalid"
        message["Subject"] = subject
        message.set_content(text)
        self._rt.mail(message.as_bytes())

    def write(self, ticket: int, text: str) -> None:
        self._comments += 1
        self._root.comment(ticket, text, f"root-{self._comments}")

    def change(self, ticket: int, facts: Facts) -> None:
        self._root.put(ticket, mapping.edit(facts))

    def link(self, ticket: int, other: int) -> None:
        assert self._root.link(ticket, other)

    def merge(self, ticket: int, into: int) -> None:
        assert self._root.merge(ticket, into).id == into

    def delete(self, ticket: int) -> bool:
        return self._root.delete(ticket)

    def hide(self, ticket: int, *, hidden: bool = True) -> bool:
        queue = "Legal" if hidden else "Support"
        return not self._root.put(ticket, Edit(queue=queue)).dropped

    def rest(self) -> None:
        """A transaction is past as soon as it is there."""

    @contextmanager
    def _broken(self) -> Iterator[Backend]:
        with faults.between(self._rt.url) as proxy:
            gone = proxy.url
        backend = backend_of(Connected("rt", gone, "alice"), self._rt.token("alice"))
        try:
            yield backend
        finally:
            backend.close()

    def broken(self) -> AbstractContextManager[Backend]:
        return self._broken()


@pytest.fixture
def setting(rt: Rt, as_user: Writers) -> Iterator[Setting]:
    alice, bob = (backend_of(Connected("rt", rt.url, name), rt.token(name)) for name in ("alice", "bob"))
    yield Setting(alice, bob, InRt(rt, as_user("root")), customer=CUSTOMER, more=100)
    alice.close()
    bob.close()
