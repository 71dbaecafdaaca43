"""Consent before an agent writes personal data down (POLICY T5): once a ticket, and never for what customers write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.consent import ConsentRule, is_known, unasked
from agent_tui.domain.masking import RECORDED, collected
from agent_tui.domain.personal_data import Kind
from agent_tui.domain.refusals import ConsentFirst
from agent_tui.domain.ticket import Customer
from agent_tui.packs.privacy_rules import load_privacy
from agent_tui.telling_errors import sentence

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CARD, PHONE = "4111 1111 1111 1111", "+55 11 99887-7665"
ANA = Customer(name="Ana", emails=("ana@x.example",), phones=(PHONE,), market="BR", language="pt-BR")
ANSWER = {"purpose": "service", "answer": "given"}


@pytest.fixture
def place(home: Path) -> Place:
    return Place("default", home / "data" / "default" / "store.db", home / "config", home / "packs")


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    found = open_desk(place, "li.wei", "UTC", create=True)
    yield found
    found.close()


def begin(desk: Desk, customer: Customer = ANA) -> int:
    said = do.Content(text=f"My card is {CARD}.", author=customer.name)
    return desk.open_ticket("email", "Card", customer, said, NOW, NOW, by="import").id


def kinds(desk: Desk, number: int) -> list[str]:
    return [do.kind_of(each.action) for each in desk.journal(number) if each.action is not None]


@pytest.mark.parametrize(
    ("action", "given", "found"),
    [
        ("note", {"text": f"Card {CARD}"}, ("card",)),
        ("note", {"text": "Ring his sister on +55 21 98877-6655, or bia@y.example"}, ("phone", "email")),
        ("snooze", {"until": "2026-03-03 09:00", "reason": f"card {CARD} is blocked"}, ("card",)),
        ("customer", {"emails": "ana@x.example, ana@work.example"}, ("email",)),
        ("customer", {"phones": "+55 21 98877-6655"}, ("phone",)),
        ("customer", {"wishes": "ring +55 21 98877-6655"}, ("phone",)),
        (
            "reply",
            {
                "text": "We look into it.",
                "outcome": "unsolved",
                "reason": f"card {CARD} is blocked",
                "deadline": "2026-03-05 09:00",
                "follow_up": "a call",
            },
            ("card",),
        ),
    ],
)
def test_T5_what_an_agent_writes_waits_for_consent(
    desk: Desk, action: str, given: dict[str, str], found: tuple[str, ...]
) -> None:
    number = begin(desk)
    before = desk.ticket(number)
    with pytest.raises(ConsentFirst) as refused:
        desk.act(number, action, given, NOW)
    assert (refused.value.kinds, refused.value.purposes, refused.value.ticket) == (
        found,
        ("service",),
        number,
    )
    assert refused.value.rule == "T5"
    assert desk.ticket(number) == before
    desk.act(number, "consent", ANSWER, NOW)
    desk.act(number, action, given, NOW)
    assert kinds(desk, number)[-2] == "consent"


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("note", {"text": "Order 20260302-17, two parcels, 4 kg, paid on 3 March."}),
        ("note", {"text": "She wrote from ANA@x.example and rang from 11 99887-7665."}),  # known already
        ("customer", {"emails": "-", "market": "PT"}),
        ("customer", {"phones": "+5511998877665"}),
        ("reply", {"text": "Please write to service@shop.example.", "outcome": "asks"}),
        ("unmask", {"kinds": "card", "reason": f"to compare {CARD}"}),
        ("tag", {"add": "vip"}),
    ],
)
def test_routine_work_is_not_held_up(desk: Desk, action: str, given: dict[str, str]) -> None:
    desk.act(begin(desk), action, given, NOW)


def test_T5_a_reason_holds_for_the_ticket_and_is_journaled_masked(desk: Desk) -> None:
    number, other = begin(desk), begin(desk, Customer(name="Ben", emails=("ben@y.example",), market="GB"))
    given = {"reason": f"she is on the line, {CARD}", "kinds": "card"}
    desk.act(number, "without_consent", given, NOW)
    desk.act(number, "note", {"text": f"Card {CARD}"}, NOW)
    desk.act(number, "note", {"text": "Ring +55 21 98877-6655"}, NOW)
    reason = next(each.action for each in desk.journal(number) if isinstance(each.action, do.WithoutConsent))
    assert reason.kinds == ("card",)
    assert "4111 1111" not in reason.reason
    assert reason.reason.startswith("she is on the line")
    with pytest.raises(ConsentFirst):
        desk.act(other, "note", {"text": f"Card {CARD}"}, NOW)
    assert list(desk.verify()) == []


def test_T5_the_reason_stays_here_and_changes_nothing(desk: Desk) -> None:
    number = begin(desk)
    before = desk.ticket(number)
    desk.repository.elsewhere = True
    desk.act(number, "without_consent", {"reason": "on the line"}, NOW)
    assert desk.ticket(number) == before
    assert list(desk.repository.outbox.waiting()) == []


def test_T5_who_refused_is_not_asked_again_but_a_reason_is(desk: Desk) -> None:
    number = begin(desk)
    desk.act(number, "consent", {"purpose": "service", "answer": "refused"}, NOW)
    with pytest.raises(ConsentFirst):
        desk.act(number, "note", {"text": f"Card {CARD}"}, NOW)
    desk.act(number, "without_consent", {"reason": "the court ordered it"}, NOW)
    desk.act(number, "note", {"text": f"Card {CARD}"}, NOW)


def test_T5_an_answer_on_another_ticket_of_the_customer_counts(desk: Desk) -> None:
    first, second = begin(desk), begin(desk)
    desk.act(first, "consent", ANSWER, NOW)
    desk.act(second, "note", {"text": f"Card {CARD}"}, NOW)


def test_T5_each_purpose_that_is_required_needs_its_answer(desk: Desk) -> None:
    number = begin(desk, Customer(name="李雷", emails=("lilei@y.example",), market="CN", language="zh"))
    desk.act(number, "consent", ANSWER, NOW)
    with pytest.raises(ConsentFirst) as refused:
        desk.act(number, "note", {"text": f"卡号 {CARD}"}, NOW)
    assert refused.value.purposes == ("transfer",)


def test_T5_the_customers_own_message_is_never_held_up(desk: Desk) -> None:
    number = begin(desk)
    header = desk.header(number, NOW)
    content = do.Content(text=f"Card {CARD}, +55 21 98877-6655", author="Ana")
    desk.perform(do.Receive(id=header.id, ticket=number, at=NOW, by="import", content=content), NOW)
    assert len(desk.ticket(number).messages) == 2


def test_what_a_colleague_did_elsewhere_is_taken_as_it_came(desk: Desk) -> None:
    number = begin(desk)
    header = desk.header(number, NOW)
    desk.perform(do.Note(id=header.id, ticket=number, at=NOW, by="ben", text=f"Card {CARD}"), NOW)
    assert kinds(desk, number)[-1] == "note"


def test_a_company_says_before_which_kinds_one_is_asked(place: Place, desk: Desk) -> None:
    number = begin(desk)
    desk.close()
    own = place.packs / "privacy"
    own.mkdir(parents=True)
    (own / "asking.toml").write_text('[before_writing]\nkinds = ["passport"]\nsource = "our lawyers"\n')
    again = open_desk(place, "li.wei", "UTC")
    again.act(number, "note", {"text": f"Card {CARD}"}, NOW)
    with pytest.raises(ConsentFirst):
        again.act(number, "note", {"text": "Passport no. C01X00T47"}, NOW)
    again.close()


def test_the_sentence_names_the_kinds_in_words() -> None:
    told = sentence(ConsentFirst(1, ("card", "national_id"), ("service",)))
    assert "(card number, identity number)" in told
    assert told.endswith("(T5)")


def test_every_text_an_agent_writes_is_looked_at_or_known_to_say_nothing_new() -> None:
    nothing_new = {do.Unmask, do.WithoutConsent, do.HandOver, do.Review}
    header = {"id": "1", "ticket": 1, "at": NOW, "by": "li"}
    note = do.Note(**header, text="x")
    assert collected(note) == ("x",)
    assert collected(do.WithoutConsent(**header, reason="x")) == ()
    assert collected(do.Unmask(**header, kinds=("card",), reason="x")) == ()
    assert nothing_new <= RECORDED.keys()


@pytest.mark.parametrize(
    ("piece", "known"),
    [
        ("ana@x.example", True),
        ("Ana@X.example", True),
        ("+55 11 99887-7665", True),
        ("11 99887 7665", True),
        ("(011) 99887-7665", True),
        ("1199887766", False),
        ("7665", False),
        ("bia@x.example", False),
        (CARD, False),
        ("９９８８７－７６６５", True),
    ],
)
def test_what_is_known_of_a_customer(piece: str, known: bool) -> None:
    assert is_known(piece, ANA) == known


def test_where_a_notice_is_enough_nothing_is_asked() -> None:
    rule, _notices = load_privacy(None, [])
    assert unasked((Kind.CARD,), (), "GB", rule) == (Kind.CARD,)
    assert unasked((Kind.IP,), (), "GB", rule) == ()
    lax = ConsentRule({}, rule.purposes)
    assert unasked((Kind.CARD,), (), "GB", lax) == ()
