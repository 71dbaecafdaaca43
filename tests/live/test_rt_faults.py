"""Between client and server stands a proxy that loses, cuts and garbles: no doubt stays untold, nothing is doubled."""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from agent_tui.sync.backends.rt import errors
from agent_tui.sync.backends.rt.http import Client
from agent_tui.sync.backends.rt.reading import Reader
from agent_tui.sync.backends.rt.writing import Edit, Writer
from tests.live import faults
from tests.live.faults import Fault, Proxy
from tests.live.server import Rt

pytestmark = pytest.mark.live

NewTicket = Callable[..., int]

DONE: dict[Fault, tuple[type[errors.RtError], bool]] = {
    Fault.DROP_BEFORE: (errors.NoAnswer, False),
    Fault.DROP_AFTER: (errors.NoAnswer, True),
    Fault.CUT: (errors.Cut, True),
    Fault.FAIL_BEFORE: (errors.ServerFault, False),
    Fault.FAIL_AFTER: (errors.ServerFault, True),
    Fault.HTML: (errors.Malformed, False),
}
"""What each fault is told as, and whether the server acted; the client can't know, so all are doubtful."""

CERTAIN: dict[Fault, type[errors.RtError]] = {
    Fault.TOO_OFTEN: errors.TooOften,
    Fault.UNAUTHORIZED: errors.TokenRefused,
}


@contextmanager
def through(rt: Rt, choose: faults.Choose, user: str = "alice") -> Iterator[tuple[Writer, Proxy]]:
    with faults.between(rt.url, choose) as proxy, Client(proxy.url, rt.token(user)) as client:
        yield Writer(Reader(client)), proxy


def exactly_once(writer: Writer, ticket: int, text: str, op: str) -> None:
    """What a sync engine does: look before sending again, whenever there is a doubt."""
    for _ in range(30):
        try:
            if not writer.reader.find_op(op):
                writer.correspond(ticket, text, op)
            return
        except errors.RtError:
            continue
    raise AssertionError("not sent in 30 attempts")


@pytest.mark.parametrize("fault", DONE)
def test_a_doubtful_write_is_told_and_can_be_looked_up(rt: Rt, new_ticket: NewTicket, fault: Fault) -> None:
    ticket, op = new_ticket(), str(uuid.uuid4())
    kind, acted = DONE[fault]
    with through(rt, faults.first(fault)) as (alice, _):
        with pytest.raises(kind) as caught:
            alice.correspond(ticket, "text", op)
        assert caught.value.doubtful
        assert len(alice.reader.find_op(op)) == int(acted)


@pytest.mark.parametrize("fault", CERTAIN)
def test_a_refused_write_is_certainly_not_done(rt: Rt, new_ticket: NewTicket, fault: Fault) -> None:
    ticket, op = new_ticket(), str(uuid.uuid4())
    with through(rt, faults.first(fault)) as (alice, _):
        with pytest.raises(CERTAIN[fault]) as caught:
            alice.correspond(ticket, "text", op)
        assert not caught.value.doubtful
        assert alice.reader.find_op(op) == ()
    if isinstance(caught.value, errors.TooOften):
        assert caught.value.wait == 1


@pytest.mark.parametrize("fault", [*DONE, *CERTAIN, Fault.TRUNCATE])
def test_a_read_that_fails_is_never_doubtful(rt: Rt, new_ticket: NewTicket, fault: Fault) -> None:
    ticket = new_ticket()
    with through(rt, faults.first(fault, only_changes=False)) as (alice, _):
        with pytest.raises(errors.RtError) as caught:
            alice.reader.messages(ticket)
        assert not caught.value.doubtful
        assert len(alice.reader.messages(ticket)) == 1


def test_an_answer_that_is_cut_short_unnoticed_is_read_back_all_the_same(
    rt: Rt, new_ticket: NewTicket
) -> None:
    ticket = new_ticket()
    with through(rt, faults.first(Fault.TRUNCATE)) as (alice, _):
        assert alice.correspond(ticket, "text", str(uuid.uuid4())).dropped == ()
    with through(rt, faults.first(Fault.TRUNCATE)) as (alice, _):
        assert alice.put(ticket, Edit(subject="new")).dropped == ()


def test_a_write_whose_reading_back_fails_is_doubtful(rt: Rt, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    for fault in (Fault.DROP_BEFORE, Fault.FAIL_BEFORE, Fault.UNAUTHORIZED, Fault.TOO_OFTEN):
        op = str(uuid.uuid4())
        with through(rt, faults.first(Fault.NONE, fault, only_changes=False)) as (alice, _):
            with pytest.raises(errors.RtError) as caught:
                alice.correspond(ticket, "text", op)
            assert caught.value.doubtful
            assert len(alice.reader.find_op(op)) == 1


def test_a_ticket_whose_answer_was_lost_is_found_and_not_opened_twice(rt: Rt) -> None:
    client_id = str(uuid.uuid4())
    with through(rt, faults.first(Fault.DROP_AFTER)) as (alice, _):
        with pytest.raises(errors.NoAnswer):
            alice.create("Support", "s", "carol@customer.invalid", "c", {}, client_id)
        (number,) = alice.reader.find_client(client_id)
        assert len(alice.reader.messages(number)) == 1


def test_an_answer_that_comes_twice_is_not_taken_for_the_next_one(rt: Rt, new_ticket: NewTicket) -> None:
    tickets = [new_ticket(str(number)) for number in range(3)]
    with through(rt, lambda _: Fault.ECHO) as (alice, _):
        for number, ticket in enumerate(tickets):
            (held,) = alice.reader.tickets([ticket]).tickets
            assert (held.id, held.subject) == (ticket, str(number))


def test_a_delay_is_waited_for(rt: Rt, new_ticket: NewTicket) -> None:
    with through(rt, faults.first(Fault.DELAY)) as (alice, _):
        assert alice.correspond(new_ticket(), "text", str(uuid.uuid4())).dropped == ()


def test_a_request_that_arrives_twice_is_found_twice(rt: Rt, new_ticket: NewTicket) -> None:
    """RT acts on both and nothing prevents that; at least it is seen."""
    op = str(uuid.uuid4())
    with through(rt, faults.first(Fault.REPLAY)) as (alice, _):
        alice.correspond(new_ticket(), "text", op)
        assert len(alice.reader.find_op(op)) == 2


@pytest.mark.parametrize("seed", range(3))
def test_with_a_third_of_all_requests_failing_every_answer_is_sent_once(
    rt: Rt, alice: Writer, new_ticket: NewTicket, seed: int
) -> None:
    ticket = new_ticket()
    ops = [str(uuid.uuid4()) for _ in range(15)]
    with through(rt, faults.at_random(seed, 0.3)) as (shaky, proxy):
        for op in ops:
            exactly_once(shaky, ticket, f"text of {op}", op)
    assert {fault for _, fault in proxy.log} - {Fault.NONE}
    answers = alice.reader.messages(ticket)[1:]
    assert [(message.op, message.text) for message in answers] == [(op, f"text of {op}") for op in ops]


def test_a_server_that_is_not_there(rt: Rt) -> None:
    with faults.between(rt.url) as proxy:
        gone = proxy.url
    with Client(gone, rt.token("alice")) as client, pytest.raises(errors.NotReached) as caught:
        Reader(client).highest_transaction()
    assert not caught.value.doubtful
    assert "refused" in str(caught.value)


def test_the_token_is_in_no_error_and_no_log(
    rt: Rt, new_ticket: NewTicket, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ticket, token = new_ticket(), rt.token("alice")
    told: list[str] = []
    chained: list[BaseException | None] = []  # they would carry the request, and the token in its head
    for fault in Fault:
        for only_changes in (True, False):
            with through(rt, faults.first(fault, only_changes=only_changes)) as (alice, _):
                told.append(repr(alice.client))
                try:
                    alice.put(ticket, Edit(subject="x"))
                except errors.RtError as error:
                    lines = traceback.TracebackException.from_exception(error).format()
                    told += ["".join(lines), repr(error), str(error.details)]
                    chained += [error.__context__, error.__cause__]
    told += [record.getMessage() for record in caplog.records]
    told += [repr(record.__dict__) for record in caplog.records]
    assert len(told) > 50
    assert set(chained) == {None}
    secret = token.rpartition("-")[2]
    assert not [text for text in told if secret in text]
