"""Writing to a real Request Tracker: what it drops, cuts and refuses is told; races have one winner."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent_tui.sync.backends.base import Upload
from agent_tui.sync.backends.rt import errors
from agent_tui.sync.backends.rt.values import Dropped, LinkKind, Mark
from agent_tui.sync.backends.rt.writing import Edit, Writer
from tests.live.conftest import Writers

pytestmark = pytest.mark.live

NewTicket = Callable[..., int]


def new_id() -> str:
    return str(uuid.uuid4())


# Opening tickets


def test_a_ticket_is_opened_with_everything(alice: Writer) -> None:
    client_id = new_id()
    file = Upload("図.png", "image/png", b"\x89PNG")
    fields = {"Level": "4", "Urgent": "yes", "Channel": "phone", "RevisitAt": "2026-03-12T10:00:00Z"}
    made = alice.create(
        "Complaints", "苦情 😀", "dan@customer.invalid", "one\r\ntwo 第", fields, client_id, files=[file]
    )
    assert made.dropped == ()
    assert made.ticket is not None
    assert made.ticket.id == made.id
    assert (made.ticket.subject, made.ticket.queue) == ("苦情 😀", "Complaints")
    assert made.ticket.fields == {**fields, "ClientId": client_id}
    (message,) = alice.reader.messages(made.id)
    assert message.text == "one\ntwo 第"
    assert [each.name for each in message.files] == ["図.png"]
    assert alice.reader.find_client(client_id) == (made.id,)


def test_what_is_dropped_when_opening_is_told(alice: Writer) -> None:
    fields = {"Level": "9", "PromisedDeadline": "tomorrow", "NoSuchField": "x", "Product": "kept"}
    made = alice.create("Support", "s", "dan@customer.invalid", "c", fields, new_id())
    assert set(made.dropped) == {
        Dropped("Level", "9", ""),
        Dropped("PromisedDeadline", "tomorrow", ""),
        Dropped("NoSuchField", "x", ""),
    }


@pytest.mark.parametrize("subject", ["x" * 201, "第" * 67, "😀" * 51, "é" * 101])
def test_a_subject_cut_to_200_bytes_is_told(alice: Writer, subject: str) -> None:
    made = alice.create("Support", subject, "dan@customer.invalid", "c", {}, new_id())
    (cut,) = made.dropped
    assert (cut.field, cut.wanted) == ("Subject", subject)
    assert 196 < len(cut.got.encode()) <= 200
    assert subject.startswith(cut.got)


def test_a_subject_of_200_bytes_stays_whole(alice: Writer) -> None:
    assert alice.create("Support", "é" * 100, "dan@customer.invalid", "c", {}, new_id()).dropped == ()


def test_line_ends_in_a_subject_become_spaces(alice: Writer) -> None:
    made = alice.create("Support", "one\r\ntwo\nthree", "dan@customer.invalid", "c", {}, new_id())
    assert made.ticket is not None
    assert made.ticket.subject == "one two three"
    assert made.dropped == ()


def test_a_queue_that_is_not_there(alice: Writer) -> None:
    with pytest.raises(errors.Denied) as caught:
        alice.create("Nowhere", "s", "dan@customer.invalid", "c", {}, new_id())
    assert not caught.value.doubtful


def test_a_ticket_opened_where_one_sees_nothing(alice: Writer) -> None:
    made = alice.create("Legal", "s", "dan@customer.invalid", "c", {}, new_id())
    assert made.id > 0
    assert made.ticket is None


def test_a_ticket_is_found_by_its_client_id_after_a_merge_too(alice: Writer, new_ticket: NewTicket) -> None:
    client_id = new_id()
    made = alice.create("Support", "s", "dan@customer.invalid", "c", {}, client_id)
    alice.merge(made.id, new_ticket())
    assert alice.reader.find_client(client_id) == (made.id,)
    assert alice.reader.find_client(new_id()) == ()
    assert alice.reader.find_client(client_id.upper()) == ()
    assert alice.reader.find_client("_" + client_id[1:]) == ()


def test_an_empty_file_is_refused_before_anything_is_sent(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    with pytest.raises(errors.EmptyFile) as caught:
        alice.correspond(ticket, "x", new_id(), files=[Upload("empty.txt", "text/plain", b"")])
    assert not caught.value.doubtful
    assert len(alice.reader.messages(ticket)) == 1


# Changing tickets


def test_a_change_is_read_back(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    edit = Edit(
        subject="new subject",
        status="stalled",
        queue="Complaints",
        owner="bob",
        requestors=("dan@customer.invalid", "new@customer.invalid"),
        fields={"Level": "1", "ComplaintStage": "verify", "Satisfaction": "asked"},
    )
    written = alice.put(ticket, edit)
    assert written.dropped == ()
    assert written.id == ticket
    assert written.ticket is not None
    assert (written.ticket.owner, written.ticket.queue) == ("bob", "Complaints")
    assert [person.email for person in written.ticket.requestors] == [
        "dan@customer.invalid",
        "new@customer.invalid",
    ]


def test_a_bad_owner_that_is_silently_dropped_is_told(alice: Writer, new_ticket: NewTicket) -> None:
    for owner in ("nobody knows", "carol@customer.invalid", "eve"):
        written = alice.put(new_ticket(), Edit(owner=owner, subject="changed"))
        assert written.dropped == (Dropped("Owner", owner, ""),)
        assert written.ticket is not None
        assert written.ticket.subject == "changed"
        assert written.said


def test_what_is_dropped_of_a_change_is_told(alice: Writer, new_ticket: NewTicket) -> None:
    edit = Edit(
        status="bogus", queue="Nowhere", fields={"Level": "7", "RevisitAt": "soon", "Product": "kept"}
    )
    written = alice.put(new_ticket(), edit)
    assert written.dropped == (
        Dropped("Status", "bogus", "new"),
        Dropped("Queue", "Nowhere", "Support"),
        Dropped("Level", "7", ""),
        Dropped("RevisitAt", "soon", ""),
    )


def test_a_change_without_the_right_is_told(as_user: Writers, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    written = as_user("eve").put(ticket, Edit(status="resolved"))
    assert written.dropped == (Dropped("Status", "resolved", "new"),)
    with pytest.raises(errors.Denied):
        as_user("eve").put(new_ticket(queue="Complaints"), Edit(status="resolved"))
    with pytest.raises(errors.Missing):
        as_user("eve").put(9_999_999, Edit(status="resolved"))


@pytest.mark.parametrize("value", ["short", "é" * 300, "line\r\nline"])
def test_fields_are_filled_and_emptied(alice: Writer, new_ticket: NewTicket, value: str) -> None:
    ticket = new_ticket()
    for name in ("Product", "ComplaintFacts"):
        filled = alice.put(ticket, Edit(fields={name: value}))
        assert filled.ticket is not None
        assert filled.dropped == ()
        assert filled.ticket.fields[name] == value.replace("\r\n", "\n")
        emptied = alice.put(ticket, Edit(fields={name: None}))
        assert emptied.ticket is not None
        assert emptied.dropped == ()
        assert name not in emptied.ticket.fields


def test_a_hundred_kilobytes_of_state(alice: Writer, new_ticket: NewTicket) -> None:
    state = '{"text": "' + "第😀\\n" * 20_000 + '"}'
    assert alice.put(new_ticket(), Edit(fields={"AgentTuiState": state})).dropped == ()


def test_a_change_to_what_is_no_longer_so_is_not_made(as_user: Writers, new_ticket: NewTicket) -> None:
    alice, bob = as_user("alice"), as_user("bob")
    ticket = new_ticket()
    seen = alice.reader.newest(ticket)
    bob.put(ticket, Edit(subject="of bob"))
    with pytest.raises(errors.Changed) as caught:
        alice.put(ticket, Edit(subject="of alice"), seen)
    assert not caught.value.doubtful
    (held,) = alice.reader.tickets([ticket]).tickets
    assert held.subject == "of bob"
    assert alice.put(ticket, Edit(subject="of alice"), alice.reader.newest(ticket)).dropped == ()


def test_a_change_to_a_merged_ticket_tells_where_it_went(alice: Writer, new_ticket: NewTicket) -> None:
    source, goal = new_ticket(), new_ticket()
    merged = alice.merge(source, goal)
    assert merged.id == goal
    written = alice.put(source, Edit(subject="via the source"))
    assert written.id == goal
    assert written.ticket is not None
    assert written.ticket.id == goal


def test_a_merge_that_is_not_done_is_told(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    assert alice.merge(ticket, 9_999_999).id == ticket
    assert alice.merge(ticket, ticket).id == ticket


def test_deleting_needs_the_right(as_user: Writers, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    assert not as_user("alice").delete(ticket)
    assert as_user("root").delete(ticket)
    with pytest.raises(errors.Missing):
        as_user("root").delete(9_999_999)


def test_links(alice: Writer, new_ticket: NewTicket) -> None:
    one, other = new_ticket(), new_ticket()
    assert alice.link(one, other, LinkKind.DEPENDS_ON)
    assert alice.link(one, other, LinkKind.DEPENDS_ON)  # again changes nothing
    assert not alice.link(one, 9_999_999)
    assert alice.unlink(one, other, LinkKind.DEPENDS_ON)
    assert alice.reader.links(one) == ()


# Ownership


def test_take_and_give_back(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    taken = alice.take(ticket, "alice")
    assert (taken.done, taken.owner) == (True, "alice")
    assert alice.take(ticket, "alice").done
    back = alice.untake(ticket, "alice")
    assert (back.done, back.owner) == (True, None)


def test_a_taken_ticket_is_not_taken(as_user: Writers, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    as_user("bob").take(ticket, "bob")
    lost = as_user("alice").take(ticket, "alice")
    assert (lost.done, lost.owner) == (False, "bob")
    assert lost.said


def test_taking_over_and_only_from_whom_it_was_meant(as_user: Writers, new_ticket: NewTicket) -> None:
    alice, bob = as_user("alice"), as_user("bob")
    ticket = new_ticket()
    bob.take(ticket, "bob")
    assert alice.steal(ticket, "alice", "mei").owner == "bob"
    over = alice.steal(ticket, "alice", "bob")
    assert (over.done, over.owner) == (True, "alice")
    assert alice.steal(ticket, "alice", "bob").done  # again, after a lost answer


def test_a_colleagues_ticket_is_not_given_back(as_user: Writers, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    as_user("bob").take(ticket, "bob")
    left = as_user("alice").untake(ticket, "alice")
    assert (left.done, left.owner) == (False, "bob")


def test_taking_without_the_right(as_user: Writers, new_ticket: NewTicket) -> None:
    refused = as_user("eve").take(new_ticket(), "eve")
    assert (refused.done, refused.owner) == (False, None)


@pytest.mark.parametrize("attempt", range(5))
def test_of_three_who_take_at_once_one_wins_and_the_others_are_told(
    as_user: Writers, new_ticket: NewTicket, attempt: int
) -> None:
    ticket = new_ticket(f"race {attempt}")
    start = threading.Barrier(3)
    writers = {name: as_user(name) for name in ("alice", "bob", "mei")}

    def race(name: str) -> tuple[str, bool, str | None]:
        start.wait()
        result = writers[name].take(ticket, name)
        return name, result.done, result.owner

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(race, writers))
    (winner,) = [name for name, done, _ in results if done]
    assert {owner for *_, owner in results} == {winner}


# Messages


TEXTS = [
    "plain",
    "0",
    "00",
    " ",
    "\n",
    "ends with a line\n",
    "\n\n  begins with blanks",
    "<p>no <b>HTML</b></p><script>alert(1)</script>",
    "日本語 中文 한국어 😀 👨‍👩‍👧 é",
    "From here\n.\n>From there",
    "control \x00 \x1b]52;c;x\x07 \x85 \u2028",
    "long " * 20_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_what_is_written_arrives_exactly(alice: Writer, new_ticket: NewTicket, text: str) -> None:
    op = new_id()
    sent = alice.correspond(new_ticket(), text, op, action='{"do": "reply"}')
    assert sent.dropped == ()
    assert sent.message is not None
    assert sent.message.text == ("0\n" if text == "0" else text)
    assert (sent.message.op, sent.message.action) == (op, '{"do": "reply"}')


def test_line_ends_are_those_of_rt(alice: Writer, new_ticket: NewTicket) -> None:
    sent = alice.comment(new_ticket(), "one\r\ntwo\r\n", new_id())
    assert sent.dropped == ()
    assert sent.message is not None
    assert sent.message.text == "one\ntwo\n"


def test_a_text_that_came_out_differently_is_told(alice: Writer, new_ticket: NewTicket) -> None:
    sent = alice.correspond(new_ticket(), "not a character: \ufffe", new_id())
    (changed,) = sent.dropped
    assert (changed.field, changed.got) == ("Content", "not a character: \ufffd")


def test_half_a_character_is_sent_as_a_question_mark(alice: Writer, new_ticket: NewTicket) -> None:
    sent = alice.correspond(new_ticket("half \udc80"), "half \ud83d", new_id())
    assert sent.message is not None
    assert sent.message.text == "half ?"


def test_files_without_words(alice: Writer, new_ticket: NewTicket) -> None:
    sent = alice.correspond(new_ticket(), "", new_id(), files=[Upload("a.bin", "application/x-a", b"1")])
    assert sent.message is not None
    assert (sent.message.text, [file.name for file in sent.message.files]) == ("", ["a.bin"])
    assert sent.dropped == ()


def test_a_message_without_the_right_or_the_ticket(as_user: Writers, new_ticket: NewTicket) -> None:
    with pytest.raises(errors.Refused):
        as_user("eve").comment(new_ticket(), "x", new_id())
    with pytest.raises(errors.Refused) as caught:
        as_user("alice").correspond(9_999_999, "x", new_id())
    assert not caught.value.doubtful


def test_an_answer_to_a_ticket_that_is_hidden_is_accepted_unseen(
    as_user: Writers, new_ticket: NewTicket
) -> None:
    hidden = new_ticket(queue="Legal", by="root")
    op = new_id()
    sent = as_user("alice").correspond(hidden, "into the dark", op)
    assert sent.message is None
    assert as_user("alice").reader.find_op(op) == ()
    assert as_user("root").reader.find_op(op) == (Mark(sent.transaction, hidden, "Correspond"),)


def test_an_action_is_found_again_by_its_id(alice: Writer, new_ticket: NewTicket) -> None:
    ticket, op = new_ticket(), new_id()
    assert alice.reader.find_op(op) == ()
    sent = alice.comment(ticket, "once", op)
    assert alice.reader.find_op(op) == (Mark(sent.transaction, ticket, "Comment"),)
    assert alice.reader.find_op(op.upper()) == ()
    assert alice.reader.find_op("_" + op[1:]) == ()
    alice.merge(ticket, new_ticket())
    assert alice.reader.find_op(op) == (Mark(sent.transaction, ticket, "Comment"),)


@pytest.mark.parametrize("odd", ["", "it's", "back\\slash", "%", "第", "x" * 201])
def test_an_id_that_cannot_be_looked_for_is_an_error(alice: Writer, odd: str) -> None:
    with pytest.raises(ValueError, match="id consists"):
        alice.reader.find_op(odd)
    with pytest.raises(ValueError, match="id consists"):
        alice.reader.find_client(odd)


def test_words_that_lost_their_mark_are_found(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    first = alice.correspond(ticket, "marked", new_id())
    # What RT leaves behind when it is stopped between the message and its fields.
    alice.client.post(f"/ticket/{ticket}/correspond", {"Content": "unmarked\n", "ContentType": "text/plain"})
    (found,) = alice.reader.find_words(ticket, "unmarked\n", "alice", first.transaction)
    assert found > first.transaction
    assert alice.reader.find_words(ticket, "unmarked\n", "bob", first.transaction) == ()
    assert alice.reader.find_words(ticket, "marked", "alice", 0) == ()
