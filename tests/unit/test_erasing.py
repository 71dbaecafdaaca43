"""Erasure of one customer (POLICY T5): nothing of them is left anywhere, the rest stays, and the record says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from agent_tui.desk import erasing, privacy
from agent_tui.desk.core import Desk
from agent_tui.desk.drafts import Draft, Sending
from agent_tui.desk.drafts import Place as Seat
from agent_tui.desk.erasing import HeldByLaw, NoSuchCustomer, destructions, erase, plan, tickets_of
from agent_tui.desk.health import recover
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.apply import start
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.retention import RetentionRule
from agent_tui.domain.ticket import Attachment, Customer
from agent_tui.domain.views import row
from agent_tui.packs.policies import load_policy
from agent_tui.packs.retention import load_retention
from agent_tui.store import open_store
from agent_tui.store.errors import StoreBusy
from agent_tui.store.journal import Fault
from agent_tui.store.keys import create_key, find_key
from agent_tui.store.repository import Repository
from agent_tui.store.schema import MIGRATIONS
from tests.traces import traces

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Customer(
    name="Ana Quintanilha", emails=("ana.quintanilha@zebrafish.example",), phones=("+5511998877665",)
)
BEN = Customer(name="Ben Okafor", emails=("ben@heron.example",))
WORDS = (
    *("Quintanilha", "zebrafish", "5511998877665", "Rua Xavantes", "liquidificador", "xylophone", "wolfram"),
    *("quagmire", "bergamot", "kumquat", "ultramarine", "mnemonic", "paprika", "sassafras", "tourmaline"),
)
FILE = b"%PDF scanned passport of Ana, sassafras"


@pytest.fixture
def rule() -> RetentionRule:
    return load_retention(None, [])


@pytest.fixture
def place(home: Path) -> Place:
    return Place("default", home / "data" / "default" / "store.db", home / "config", home / "packs")


def sit(place: Place, now: datetime | None = None) -> Desk:
    return open_desk(place, "li.wei", "UTC", create=True, now=now)


def left_of(place: Place) -> dict[str, list[str]]:
    return traces(place.store.parent.parent, find_key(place.keys, None), WORDS)


def open_for(
    desk: Desk, customer: Customer, text: str, subject: str, files: tuple[Attachment, ...] = ()
) -> int:
    content = do.Content(text=text, author=customer.emails[0], attachments=files)
    return desk.open_ticket("email", subject, customer, content, NOW, NOW, by=customer.emails[0]).id


def story(desk: Desk) -> tuple[int, int, int]:
    """Two tickets of Ana and one of Ben, with everything that a store can hold of them."""
    store = desk.repository
    with store.transaction():
        mine, shared = store.put_blob(FILE), store.put_blob(b"the manual of the blender")
    files = (Attachment("tourmaline.pdf", "application/pdf", 9, mine), Attachment("m.pdf", "a/b", 9, shared))
    first = open_for(desk, ANA, "Moro na Rua Xavantes 12", "Meu liquidificador", files)
    second = open_for(desk, ANA, "xylophone", "Outra coisa")
    other = open_for(desk, BEN, "Where is my parcel?", "Parcel", files[1:])
    with store.transaction():
        store.remember(desk.ticket(first), "ab" * 32, "wolfram@zebrafish.example")
        store.remember(desk.ticket(other), "cd" * 32, "x@heron.example")
    desk.act(first, "note", {"text": "quagmire"}, NOW)
    desk.act(first, "tag", {"add": "bergamot"}, NOW)
    desk.undo(first, NOW)  # the undo holds the whole ticket
    desk.act(first, "customer", {"wishes": "kumquat"}, NOW)
    desk.act(first, "link", {"other": str(other)}, NOW)
    desk.act(other, "note", {"text": "He rang again."}, NOW)
    desk.drafts.keep(first, Draft("reply", "ultramarine"))
    desk.drafts.keep(second, Draft("note", "mnemonic"))
    header = desk.header(second, NOW)
    reply = do.Reply(id=header.id, ticket=second, at=NOW, by="li.wei", text="paprika")
    desk.drafts.hold(Sending(reply, NOW))
    desk.drafts.remember(Seat("open", first, opened=True))
    store.settle_search()
    return first, second, other


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    found = sit(place)
    yield found
    found.close()


def test_the_words_are_found_before(desk: Desk, place: Place) -> None:
    story(desk)
    assert sorted(left_of(place)) == sorted(WORDS)


def test_T5_nothing_of_the_customer_is_left_in_any_byte(
    desk: Desk, place: Place, rule: RetentionRule
) -> None:
    first, second, _other = story(desk)
    assert tickets_of(desk, "ANA.quintanilha@zebrafish.example") == (first, second)
    erase(desk, tickets_of(desk, f"#{second}"), rule, "request", ("gdpr",), NOW)
    assert left_of(place) == {}
    desk.close()
    assert left_of(place) == {}


def test_T5_what_is_not_theirs_stays_and_is_proven(desk: Desk, rule: RetentionRule) -> None:
    first, second, other = story(desk)
    before, texts = desk.ticket(other), desk.repository.texts(desk.ticket(other))
    erase(desk, (first, second), rule, "request", ("gdpr",), NOW)
    assert list(desk.verify()) == []
    assert desk.ticket(other) == before
    assert before.links[0].other == first
    assert desk.repository.texts(before) == texts
    assert desk.repository.blob(before.messages[0].attachments[0].sha256) == b"the manual of the blender"
    assert [row.id for row in desk.search("parcel")] == [other]
    assert [row.id for row in desk.search("liquidificador")] == []
    assert desk.drafts.place().ticket is None
    assert desk.drafts.held() == []
    assert desk.repository.seen("ab" * 32) is None
    assert desk.repository.seen("cd" * 32) == other


def test_T5_the_record_holds_no_personal_data_and_says_how_many_of_what(
    desk: Desk, rule: RetentionRule
) -> None:
    first, second, _other = story(desk)
    entries = desk.repository.journal.length()
    done = erase(desk, (first, second), rule, "request", ("gdpr",), NOW)
    assert destructions(desk) == [done]
    record, ended = done.record, done.ended
    assert (record.reason, record.laws, record.tickets, record.by) == (
        "request",
        ("gdpr",),
        (first, second),
        "li.wei",
    )
    assert record.counts == {
        "tickets": 2, "journal": 6, "attachments": 1, "drafts": 3, "addresses": 4
    }  # fmt: skip
    assert len(bytes.fromhex(record.digest)) == 32
    assert ended is not None
    assert desk.repository.journal.length() == entries + 2
    told = msgspec.json.encode(record) + msgspec.json.encode(ended)
    assert not [word for word in WORDS if word.lower().encode() in told.lower()]


def test_the_number_of_an_erased_ticket_is_not_given_again(desk: Desk, rule: RetentionRule) -> None:
    newest = open_for(desk, ANA, "x", "y")
    erase(desk, (newest,), rule, "request", (), NOW)
    assert open_for(desk, BEN, "x", "y") == newest + 1


def test_a_merged_ticket_goes_with_the_one_it_went_into(desk: Desk, rule: RetentionRule) -> None:
    first, second, other = story(desk)
    desk.act(second, "merge", {"into": str(first)}, NOW)
    desk.act(first, "without_consent", {"reason": "they wrote from it"}, NOW)
    desk.act(first, "customer", {"emails": "new@heron2.example", "phones": "-"}, NOW)
    assert tickets_of(desk, "new@heron2.example") == tickets_of(desk, f"#{second}") == (first, second)
    erase(desk, tickets_of(desk, f"#{second}"), rule, "request", (), NOW)
    assert list(desk.verify()) == []
    assert desk.repository.get(other) is not None


class Dead(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("where", ["_destroy_files", "wipe", "compact"])
def test_T5_an_erasure_that_was_cut_off_is_done_at_the_next_start(
    place: Place, rule: RetentionRule, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sit(place)
    first, second, other = story(desk)

    def dies(*_given: object) -> None:
        raise Dead

    with monkeypatch.context() as patch:
        owner = {
            "_destroy_files": erasing,
            "wipe": type(desk.repository.erasure),
            "compact": type(desk.repository.database),
        }
        patch.setattr(owner[where], where, dies)
        with pytest.raises(Dead):
            erase(desk, (first, second), rule, "request", (), NOW)
    desk.close()
    assert where == "compact" or left_of(place)
    again = sit(place, NOW + timedelta(hours=1))
    assert left_of(place) == {}
    (done,) = destructions(again)
    assert done.ended is not None
    assert done.ended.at == NOW + timedelta(hours=1)
    assert list(again.verify()) == []
    assert again.repository.get(other) is not None
    again.close()


def test_another_program_that_reads_the_store_only_puts_the_end_off(
    desk: Desk, place: Place, rule: RetentionRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _other = story(desk)
    monkeypatch.setattr("agent_tui.store.cipher.BUSY_SECONDS", 0.1)
    reader, writer = sit(place), sit(place)
    with reader.repository.database.reading() as connection:
        connection.execute("SELECT count(*) FROM journal").fetchone()
        with pytest.raises(StoreBusy):
            erase(writer, (first, second), rule, "request", (), NOW)
    reader.close()
    writer.close()
    sit(place, NOW).close()
    assert left_of(place) == {}


def test_a_legal_hold_keeps_everything(desk: Desk, rule: RetentionRule) -> None:
    first, second, _other = story(desk)
    desk.act(first, "tag", {"add": "Legal-Hold"}, NOW)
    entries = desk.repository.journal.length()
    with pytest.raises(HeldByLaw, match=f"#{first}"):
        erase(desk, (first, second), rule, "request", (), NOW)
    assert desk.repository.journal.length() == entries


def test_recovered_copies_and_exports_go_too(
    desk: Desk, place: Place, home: Path, rule: RetentionRule
) -> None:
    first, second, other = story(desk)
    copy = place.store.with_name("store.db.damaged-20260101-120000")
    copy.write_bytes(place.store.read_bytes())
    stranger = place.store.with_name("store.db.notes-of-my-own")
    stranger.write_text("mine")
    twin = place.store.with_name("store.db.damaged-20260101-120001")
    twin.hardlink_to(place.store)  # as a crash in the middle of a recovery leaves it
    whole, edited, others = (home / name for name in ("all.csv", "edited.csv", "ben.csv"))
    for path, tickets in ((whole, (first, other)), (edited, (first,)), (others, (other,))):
        path.write_bytes(b"id,customer")
        with desk.repository.transaction():
            desk.repository.erasure.note_export(path, path.read_bytes(), tickets, NOW)
    edited.write_bytes(b"something else by now")
    found = plan(desk, (first, second), rule)
    assert found.copies == (copy, twin)
    assert set(found.exports) == {whole, edited}
    done = erase(desk, (first, second), rule, "request", (), NOW)
    assert [each.exists() for each in (copy, twin, stranger)] == [False, False, True]
    assert [each.exists() for each in (whole, edited, others)] == [False, True, True]
    assert done.ended is not None
    assert (done.ended.files, done.ended.kept) == (3, 1)
    assert list(desk.verify()) == []
    assert [each.path for each in desk.repository.erasure.exports()] == [others]


def test_the_plan_names_those_who_speak_of_the_customer(desk: Desk, rule: RetentionRule) -> None:
    first, second, other = story(desk)
    desk.act(other, "note", {"text": "Neighbour of Ana Quintanilha, see there."}, NOW)
    third = open_for(desk, BEN, "Ana told me. Quintanilha is far away.", "x")
    found = plan(desk, (first, second), rule)
    assert found.mentioned == (other,)
    assert third not in found.mentioned
    assert found.open == (first, second)
    assert found.addresses == ("ana.quintanilha@zebrafish.example", "+5511998877665")
    assert found.names == ("Ana Quintanilha",)


def test_nobody_is_guessed(desk: Desk) -> None:
    story(desk)
    for word in ("ana", "99", "#99", "Quintanilha", ""):
        with pytest.raises(NoSuchCustomer):
            tickets_of(desk, word)


def test_a_store_of_the_layout_before_still_verifies_and_erases(
    place: Place, rule: RetentionRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = MIGRATIONS[:3]
    key = create_key(place.keys)
    store = Repository(open_store(place.store, key, migrations=old))
    desk = Desk(store, load_policy(None)[0], Actor("li.wei"), "UTC", lambda count: bytes(range(count)))
    content = do.Content(text="Rua Xavantes 12", author=ANA.emails[0])
    opened = do.Open(
        id="0" * 26,
        ticket=1,
        at=NOW,
        by=ANA.emails[0],
        channel="email",
        subject="x",
        customer=ANA,
        content=content,
    )
    with store.transaction():
        store.save([opened], {1: start(opened)}, [row(start(opened), desk.policy)], NOW)
        store.remember(start(opened))
    chain = store.database.connection.execute("SELECT chain, digest FROM journal").fetchall()
    desk.close()
    again = sit(place)
    assert again.repository.database.connection.execute("PRAGMA user_version").fetchone() == (4,)
    assert (
        again.repository.database.connection.execute("SELECT chain, digest FROM journal").fetchall() == chain
    )
    assert list(again.verify()) == []
    erase(again, (1,), rule, "request", (), NOW)
    assert list(again.verify()) == []
    assert (
        again.repository.database.connection.execute(
            "SELECT chain, digest FROM journal WHERE seq = 1"
        ).fetchall()
        == chain
    )
    again.close()
    assert left_of(place) == {}


def test_a_tampered_entry_still_shows_after_an_erasure(desk: Desk, rule: RetentionRule) -> None:
    first, second, other = story(desk)
    erase(desk, (first, second), rule, "request", (), NOW)
    with desk.repository.transaction() as connection:
        connection.execute("DROP TRIGGER journal_changes_nothing")
        connection.execute("UPDATE journal SET ticket = ? WHERE seq = 1", (other,))
    assert [fault.text for fault in desk.verify()][:1] == [Fault.BROKEN]


def test_what_is_recovered_after_an_erasure_holds_nothing_of_it(
    desk: Desk, place: Place, rule: RetentionRule
) -> None:
    first, second, other = story(desk)
    erase(desk, (first, second), rule, "request", (), NOW)
    row = desk.repository.database.connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'doc_tickets'"
    ).fetchone()
    assert row is not None
    desk.close()
    with place.store.open("r+b") as file:
        file.seek(4096 * (row[0] - 1))
        file.write(b"\0" * 4096)
    recover(place, None, NOW)
    again = sit(place, NOW)
    assert again.repository.get(first) is None
    assert left_of(place) == {}
    assert [each.ended is not None for each in destructions(again)] == [True]
    assert again.repository.get(other) is not None
    again.close()


def test_the_privacy_screen_is_told_what_is_held(desk: Desk, rule: RetentionRule) -> None:
    first, second, other = story(desk)
    desk.act(first, "consent", {"purpose": "service", "answer": "given", "language": "pt-BR"}, NOW)
    erase(desk, (other,), rule, "request", (), NOW)
    found = privacy.holding(desk, "ana.quintanilha@zebrafish.example")
    assert found.plan.tickets == (first, second)
    assert [law.id for law in found.laws] == ["elsewhere"]
    assert {each.purpose.id: each.given for each in found.standing} == {
        "service": True, "recording": False, "survey": False
    }  # fmt: skip
    assert found.due == ((first, None, ()), (second, None, ()))
    assert [each.record.tickets for each in found.records] == [(other,)]
    with pytest.raises(UnknownWord):
        privacy.erase_customer(desk, f"#{first}", "Ana asked", NOW)
