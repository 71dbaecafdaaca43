"""From what a helpdesk tells to actions of the desk, and what its own users read of ours."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.ids import action_id, is_action_id
from agent_tui.domain.ticket import Attachment, Customer, Link, MessageKind, Relation, Satisfaction
from agent_tui.sync.backends.base import Entry, File, Remote
from agent_tui.sync.facts import Facts
from agent_tui.sync.incoming import action_of, entry_id, opening, renumbered, same_words, spoken
from tests.factories import HOUR, Story, action, at
from tests.factories import opening as contact

SERVER = "https://desk.example"
NINE, TEN = at("09:00"), at("10:00")
ID = action_id(TEN, bytes(10))
FIRST = Entry(
    id=7,
    at=NINE,
    by="carol@customer.example",
    kind=MessageKind.CUSTOMER,
    opens=True,
    text="Wo ist mein Paket? Ich warte seit einer Woche auf die Lieferung.",
    message_id="1@mail",
    files=(File(3, "a.png", "image/png", 5),),
)
REMOTE = Remote(
    id=4,
    facts=Facts(subject="Paket", channel="chat"),
    customer=Customer(name="Carol", emails=("carol@customer.example",)),
    created=NINE,
    updated=NINE,
    updated_by="",
    entries=(FIRST,),
    mark=7,
)


def same(number: int) -> int:
    return number


# How a ticket begins


def test_a_ticket_begins_with_what_the_customer_wrote() -> None:
    begins = opening(REMOTE, 9, SERVER)
    assert (begins.ticket, begins.subject, begins.channel, begins.at) == (9, "Paket", "chat", NINE)
    assert begins.content.text == FIRST.text
    assert begins.content.message_id == "1@mail"
    assert begins.content.attachments == (Attachment("a.png", "image/png", 5, "remote:3"),)
    assert begins.customer.language == "de"
    assert begins.customer.guesses


def test_it_begins_the_same_whenever_it_is_read() -> None:
    assert opening(REMOTE, 9, SERVER) == opening(REMOTE, 9, SERVER)
    assert opening(REMOTE, 9, SERVER).id != opening(REMOTE, 9, "https://else.example").id
    assert is_action_id(opening(REMOTE, 9, SERVER).id)


def test_a_ticket_that_a_colleague_opened_begins_with_that_action() -> None:
    said = replace(contact(TEN, channel="phone", ticket=100_000_001), id=ID)
    told = replace(REMOTE, opened=msgspec.json.encode(said).decode())
    begins = opening(told, 9, SERVER)
    assert (begins.id, begins.ticket, begins.channel, begins.by) == (ID, 9, "phone", said.by)
    assert begins.content.text == FIRST.text
    assert begins.content.attachments[0].sha256 == "remote:3"


@pytest.mark.parametrize("missing", ["channel", "subject", "entries"])
def test_a_ticket_of_which_little_is_known_begins_all_the_same(missing: str) -> None:
    told = REMOTE
    if missing == "entries":
        told = replace(told, entries=())
    else:
        told = replace(told, facts=Facts(**{"subject": "Paket", "channel": "chat", missing: msgspec.UNSET}))
    begins = opening(told, 9, SERVER)
    assert begins.channel in ("chat", "email")
    assert begins.subject in ("Paket", "")


# What entries are


def test_words_become_a_message() -> None:
    entry = replace(FIRST, id=8, opens=False)
    got = action_of(entry, 9, SERVER, same)
    assert isinstance(got, do.Receive)
    assert (got.id, got.ticket, got.by) == (entry_id(SERVER, 8, NINE), 9, "carol@customer.example")
    assert got.content.kind is MessageKind.CUSTOMER
    assert got == action_of(entry, 9, SERVER, same)


LINK = replace(action(do.Link, TEN, ticket=4, by="bob", other=5), id=ID)
LINKED = Entry(
    id=8,
    at=TEN,
    by="bob",
    kind=MessageKind.NOTE,
    text=spoken(LINK),
    op=ID,
    action=msgspec.json.encode(LINK).decode(),
)


def test_a_colleagues_action_comes_back_as_it_was_with_our_numbers() -> None:
    got = action_of(LINKED, 9, SERVER, {4: 9, 5: 10}.get)
    assert got == replace(LINK, ticket=9, other=10)


def test_an_action_on_a_ticket_that_is_not_here_is_its_words() -> None:
    got = action_of(LINKED, 9, SERVER, {4: 9}.get)
    assert isinstance(got, do.Receive)
    assert (got.id, got.content.text) == (ID, "[link] other: 5; relation: related")


# Numbers


def test_the_numbers_of_every_ticket_in_an_action_change() -> None:
    numbers = {1: 11, 2: 12, 3: 13}
    merge = action(do.Merge, TEN, into=2)
    assert renumbered(merge, numbers.get) == replace(merge, ticket=11, into=12)
    unlink = action(do.Unlink, TEN, other=3)
    assert renumbered(unlink, numbers.get) == replace(unlink, ticket=11, other=13)
    before = replace(
        Story().ticket, links=(Link(2, Relation.REPEAT), Link(99, Relation.RELATED)), merged_into=None
    )
    undo = action(do.Undo, TEN, of=ID, before=before)
    got = renumbered(undo, numbers.get)
    assert isinstance(got, do.Undo)
    assert (got.ticket, got.before.id, got.before.links) == (11, 11, (Link(12, Relation.REPEAT),))


def test_an_action_whose_ticket_has_no_number_there_is_none() -> None:
    assert renumbered(action(do.Merge, TEN, into=2), {1: 11}.get) is None


# What people there read


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (action(do.Reply, TEN, text="Dear Carol"), "Dear Carol"),
        (action(do.Verify, TEN, text="found", plan="a plan"), "found\n\na plan"),
        (action(do.Take, TEN), "[take]"),
        (action(do.Take, TEN, from_owner="bob"), "[take] from owner: bob"),
        (action(do.Snooze, TEN, until=TEN + HOUR), "[snooze] until: 2026-03-02 11:00 UTC"),
        (action(do.Tag, TEN, add=("a", "b")), "[tag] add: a, b"),
        (action(do.EditCustomer, TEN, facts=do.CustomerFacts(market="JP")), "[edit customer]"),
        (
            action(do.Classify, TEN, verified=True, type="logistics", level=2, urgent=False),
            "[classify] verified: yes; type: logistics; level: 2",
        ),
        (
            action(do.Close, TEN, satisfaction=Satisfaction.SATISFIED, suggestions="none"),
            "[close] satisfaction: satisfied; suggestions: none",
        ),
        (action(do.Undo, TEN, of=ID, before=Story().ticket), f"[undo] of: {ID}"),
        (action(do.Accept, TEN, accepted=True), "[accept] accepted: yes"),
    ],
)
def test_what_was_done_is_told_in_words(done: do.Action, words: str) -> None:
    assert spoken(done) == words


@pytest.mark.parametrize("other", ["a\r\nb", "a\nb\n", "a\r\nb\r\n", "a\nb  "])
def test_line_ends_make_no_difference(other: str) -> None:
    assert same_words("a\nb", other)
    assert not same_words("a\nb", other + "c")
