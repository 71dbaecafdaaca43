"""Guidance on what strangers write: no text of theirs keeps the desk busy for long, whatever its length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from agent_tui.desk.guiding import Guidance
from agent_tui.domain import actions as do
from agent_tui.domain.apply import start
from agent_tui.domain.ticket import Customer, MessageKind, Ticket
from agent_tui.guidance.recommending import recommend
from agent_tui.guidance.situation import situation
from agent_tui.packs.policies import load_policy
from tests.factories import at

POLICY, _PROBLEMS = load_policy(None)
GUIDANCE = Guidance(None, POLICY)
NOW = at("10:00")
PIECES = ("x", "1 ", "a@", "我们保证", "we guarantee ", "e\u0301\u0323", "{order}", "\u202e", "Dr. ", "!!!")


def flooded(piece: str, length: int, market: str, language: str) -> Ticket:
    text = (piece * length)[:length]
    customer = Customer(name=text, emails=("a@shop.example",), market=market, language=language, wishes=text)
    return start(
        do.Open(
            id="01JMFY4N000000000000000000",
            ticket=1,
            at=at("09:00"),
            by="import",
            channel="email",
            subject=text,
            customer=customer,
            content=do.Content(text=text, kind=MessageKind.CUSTOMER),
        )
    )


def everything(ticket: Ticket, text: str) -> None:
    """All that is asked of guidance while somebody looks at a ticket and writes."""
    GUIDANCE.hints(ticket, NOW)
    GUIDANCE.address(ticket.customer)
    GUIDANCE.local(ticket.customer, NOW)
    GUIDANCE.findings(ticket, text, NOW, "solves")
    GUIDANCE.mask_for(ticket.customer)(text)
    GUIDANCE.personal_in(text, ticket.customer)
    recommend(
        text, situation(ticket, POLICY, NOW, "solves"), ticket.customer.language or "", GUIDANCE.books, {}
    )


def needed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize(("market", "language"), [("GB", "en"), ("JP", "ja"), ("SA", "ar")])
def test_a_flood_takes_linear_time(piece: str, market: str, language: str) -> None:
    def flood(length: int) -> Callable[[], None]:
        ticket = flooded(piece, length, market, language)
        return lambda: everything(ticket, (piece * length)[:length])

    needed(flood(100))  # the packs are read
    few, many = needed(flood(2_500)), needed(flood(20_000))
    assert many < 30 * max(few, 0.02)  # eight times as long; a square would be 64
