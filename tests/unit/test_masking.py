"""Masking as recorded (POLICY T4): agents' texts before they are journaled, everything else where it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from msgspec import convert, json, to_builtins
from msgspec.structs import replace

from agent_tui.desk import masking
from agent_tui.desk.core import Desk
from agent_tui.desk.erasing import strings
from agent_tui.desk.export import as_jsonl, table
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.masking import RECORDED, recorded, shown, typed_in
from agent_tui.domain.personal_data import Kind
from agent_tui.domain.refusals import FieldRequired
from agent_tui.domain.ticket import Customer
from tests.factories import Story, action, at

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CARD, MAIL, PHONE = "4111 1111 1111 1111", "ana@zebrafish.example", "+55 11 99887-7665"
SECRETS = (CARD, MAIL, PHONE)
_HIDDEN = re.compile(r"\b(?:\d[ -]?){13,19}\b|[\w.+-]+@[\w.-]+\w|\+\d[\d -]{7,}\d")
ANA = Customer(name="Ana Souza", emails=(MAIL,), phones=(PHONE,), market="BR")

WORDS = {
    "from_owner",
    "to",
    "department",
    "batch",
    "sample",
    "type",
    "product",
    "of",
    "role",
    "by",
    "id",
    "channel",
}
"""Fields that hold a word of the policy, a name of the desk or an id, never a text."""


def hide(text: str) -> str:
    return _HIDDEN.sub("•••", text)


def test_every_text_of_every_action_is_masked_or_known_to_be_none() -> None:
    known = {
        do.Reply: {"text", "translated"},  # the customer reads it; the name of a service
        do.Open: {"subject"},  # the customer's, unless it was typed in
        do.Resolve: {"care"},  # told to the customer
        do.Consent: {"text", "purpose", "language"},  # a notice
    }
    for kind in get_args(do.Action):
        texts = {name for name, hint in kind.__annotations__.items() if hint == "str"} - WORDS
        assert texts == set(RECORDED.get(kind, ())) | known.get(kind, set()) - WORDS or kind in (
            do.Destroy,
            do.Destroyed,
        ), kind


@pytest.mark.parametrize("kind", list(RECORDED))
def test_T4_each_text_is_masked_as_it_is_recorded(kind: type[do.Base]) -> None:
    fields = dict.fromkeys(RECORDED[kind], f"Call {PHONE}, card {CARD}, mail {MAIL}.")
    plain = action_of(kind, fields)
    masked = recorded(plain, hide)
    for name in RECORDED[kind]:
        assert getattr(masked, name) == "Call •••, card •••, mail •••."
    assert recorded(masked, hide) == masked
    assert (masked.id, masked.ticket, masked.at, masked.by) == (plain.id, plain.ticket, plain.at, plain.by)


def action_of(kind: type[do.Base], texts: dict[str, str]) -> do.Action:
    """An action of that kind with these texts; the rest is filled with what its types take."""
    fillings = {
        "bool": True, "int": 1, "datetime": NOW, "tuple[str, ...]": ("x",), "dict[str, int]": {},
        "Satisfaction": "satisfied", "RevisitResult": "reached",
    }  # fmt: skip
    head = {"id": "0" * 26, "ticket": 1, "at": NOW, "by": "li.wei"}
    rest = {
        name: fillings.get(hint, "x")
        for name, hint in kind.__annotations__.items()
        if hint in (*fillings, "str")
    }
    found = convert(head | rest | texts, kind)
    assert isinstance(found, do.Action)
    return found


def test_what_has_nothing_to_hide_stays_the_very_same_value() -> None:
    for each in (
        action(do.Note, at("09:00"), text="Carrier called."),
        action(do.Reply, at("09:00"), text=f"Your card {CARD}."),
        action(do.Take, at("09:00")),
    ):
        assert recorded(each, hide) is each


def test_a_promise_is_the_agents_note_and_its_reply_is_not() -> None:
    promise = do.Unsolved(f"waits for {MAIL}", at("12:00"), f"call {PHONE}")
    masked = recorded(action(do.Reply, at("09:00"), text=f"Dear {MAIL}", outcome=promise), hide)
    assert isinstance(masked, do.Reply)
    assert masked.text == f"Dear {MAIL}"
    assert masked.outcome == do.Unsolved("waits for •••", at("12:00"), "call •••")


def test_a_contact_is_masked_only_when_an_agent_typed_it_in() -> None:
    begun = Story().actions[0]
    assert isinstance(begun, do.Open)
    assert recorded(begun, hide) is begun
    typed = typed_in(replace(begun, subject=MAIL), hide)
    assert typed.subject == "•••"


def test_journal_views_hide_what_the_customer_wrote_too() -> None:
    content = do.Content(text=f"I am {MAIL}", author=MAIL)
    begun = action(
        do.Open, at("09:00"), by=MAIL, channel="email", subject=CARD, customer=ANA, content=content
    )
    facts = do.CustomerFacts(phones=(PHONE,), wishes=f"call {PHONE}", name="Ana")
    ticket = Story(begun).ticket
    for each in (
        begun,
        action(do.Receive, at("09:00"), by=MAIL, content=content),
        action(do.EditCustomer, at("09:00"), facts=facts),
        action(do.Undo, at("09:00"), of="x", before=ticket),
        action(do.Adopt, at("09:00"), state=ticket),
        action(do.Reply, at("09:00"), text=PHONE),
    ):
        told = " ".join(strings(to_builtins(shown(each, hide))))
        assert not [secret for secret in SECRETS if secret in told], told
        assert convert(to_builtins(shown(each, hide)), type(each))


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    place = Place("default", home / "data" / "default" / "store.db", home / "config", home / "packs")
    found = open_desk(place, "li.wei", "UTC", create=True)
    found.mask_for = lambda customer: hide if customer.market == "BR" else str
    yield found
    found.close()


def begin(desk: Desk, by: str = MAIL, customer: Customer = ANA) -> int:
    content = do.Content(text=f"My card is {CARD}.", author=by)
    return desk.open_ticket("chat", f"Card {CARD}", customer, content, NOW, NOW, by=by).id


def bodies(desk: Desk) -> str:
    return json.encode([entry.action for entry in desk.journal()]).decode()


def test_T4_what_an_agent_records_is_masked_in_ticket_journal_and_index(desk: Desk) -> None:
    number = begin(desk)
    desk.act(number, "note", {"text": f"Rang {PHONE} about it."}, NOW)
    assert PHONE not in bodies(desk).replace(json.encode(ANA).decode(), "")
    assert desk.ticket(number).messages[-1].preview == "Rang ••• about it."
    assert "Rang ••• about it." in desk.repository.texts(desk.ticket(number)).values()
    assert CARD in bodies(desk)  # the customer's own words stay as they came
    assert list(desk.verify()) == []


def test_T4_the_mask_is_that_of_the_customers_market(desk: Desk) -> None:
    number = begin(desk, customer=Customer(name="Emma", emails=("e@x.example",), market="GB"))
    desk.act(number, "consent", {"purpose": "service", "answer": "given", "text": "May we?"}, NOW)
    desk.act(number, "note", {"text": PHONE}, NOW)
    assert PHONE in desk.repository.texts(desk.ticket(number)).values()


def test_T4_a_contact_typed_in_by_hand_is_masked(desk: Desk) -> None:
    number = begin(desk, by="li.wei")
    assert CARD not in bodies(desk)
    assert desk.ticket(number).subject == "Card •••"
    assert desk.ticket(number).customer.emails == (MAIL,)


def test_T4_exports_journal_views_and_clipboard_show_the_mask(desk: Desk) -> None:
    number = begin(desk)
    rows = list(desk.rows("all", NOW))
    lines = "".join(as_jsonl(desk, rows, lambda value: json.encode(value).decode()))
    cells = " ".join(str(cell) for line in table(desk, rows) for cell in line)
    entries = json.encode([entry.action for entry in masking.journal(desk)]).decode()
    case = masking.masked_case(desk, number)
    told = " ".join((*case.texts.values(), case.ticket.subject, *case.ticket.customer.emails))
    for shown_text in (lines, cells, entries, told, masking.clip(desk, number, f"{CARD} {MAIL}").text):
        assert shown_text
        assert not [secret for secret in SECRETS if secret in shown_text], shown_text


def test_T4_a_look_behind_the_mask_is_journaled_and_changes_nothing(desk: Desk) -> None:
    number = begin(desk)
    before = desk.ticket(number)
    case = masking.unmask(desk, number, ("card",), f"refund, she rang from {PHONE}", NOW)
    assert CARD in " ".join(case.texts.values())
    entry = list(desk.journal(number))[-1].action
    assert isinstance(entry, do.Unmask)
    assert (entry.by, entry.kinds, entry.reason) == ("li.wei", ("card",), "refund, she rang from •••")
    assert desk.ticket(number) == before
    assert list(desk.verify()) == []
    for kinds, reason in (((), "x"), (("card",), " ")):
        with pytest.raises(FieldRequired):
            masking.unmask(desk, number, kinds, reason, NOW)


def test_T4_a_look_is_never_sent_to_the_helpdesk(desk: Desk) -> None:
    number = begin(desk)
    desk.repository.elsewhere = True
    masking.unmask(desk, number, ("card",), "refund", NOW)
    desk.act(number, "note", {"text": "x"}, NOW)
    assert [type(each.action) for each in desk.repository.outbox.waiting()] == [do.Note]


# The clipboard


def test_T4_a_clip_says_what_it_hides(desk: Desk) -> None:
    number = begin(desk)
    clip = masking.clip(desk, number, f"Order 20260302-17, card {CARD}, {MAIL}")
    assert clip.hidden == (Kind.CARD, Kind.EMAIL)
    assert "20260302-17" in clip.text
    assert not [secret for secret in SECRETS if secret in clip.text]
    assert masking.clip(desk, number, "Order 20260302-17").hidden == ()


def test_T4_a_clip_without_the_mask_is_journaled_with_its_kinds(desk: Desk) -> None:
    number = begin(desk)
    clip = masking.clip_unmasked(desk, number, f"Card {CARD}", (Kind.CARD,), "the bank asks", NOW)
    assert clip == masking.Clip(f"Card {CARD}")
    entry = list(desk.journal(number))[-1].action
    assert isinstance(entry, do.Unmask)
    assert (entry.kinds, entry.reason) == (("card",), "the bank asks")
    before = len(list(desk.journal(number)))
    with pytest.raises(FieldRequired):
        masking.clip_unmasked(desk, number, f"Card {CARD}", (Kind.CARD,), " ", NOW)
    assert len(list(desk.journal(number))) == before


@pytest.mark.parametrize("sign", ["a", "é", "件", "😀"])
def test_a_clip_is_cut_between_characters_to_what_terminals_take(desk: Desk, sign: str) -> None:
    clip = masking.clip(desk, begin(desk), sign * masking.CLIPBOARD)
    size = len(sign.encode())
    assert clip.text == sign * (masking.CLIPBOARD // size)
    assert clip.left_out == masking.CLIPBOARD - len(clip.text)
    assert len(clip.text.encode()) <= masking.CLIPBOARD


def test_a_card_at_the_cut_is_masked_before_it_is_cut(desk: Desk) -> None:
    text = "x" * (masking.CLIPBOARD - 12) + f" {CARD}"
    clip = masking.clip(desk, begin(desk), text)
    assert clip.hidden == (Kind.CARD,)
    assert "4111" not in clip.text


def test_a_clip_holds_nothing_that_a_terminal_would_obey(desk: Desk) -> None:
    assert "\x1b" not in masking.clip(desk, begin(desk), "\x1b]52;c;AAAA\x07 ok").text
