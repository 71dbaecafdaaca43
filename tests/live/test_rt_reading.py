"""Reading from a real Request Tracker: the stream, tickets, messages, files, and what is hidden."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from agent_tui.sync.backends.base import Upload
from agent_tui.sync.backends.rt import errors, messages, reading
from agent_tui.sync.backends.rt.http import Client
from agent_tui.sync.backends.rt.identity import UnknownLogin, identify
from agent_tui.sync.backends.rt.reading import Reader
from agent_tui.sync.backends.rt.values import (
    Change,
    Cursor,
    Fate,
    Link,
    LinkKind,
    Message,
    Person,
    Spoken,
    Which,
)
from agent_tui.sync.backends.rt.writing import Edit, Writer
from tests.live import faults
from tests.live.conftest import Writers
from tests.live.server import Rt

pytestmark = pytest.mark.live

NewTicket = Callable[..., int]
TEXT = "お世話になります。\n\n <b>not bold</b> & 😀 👨‍👩‍👧 é\n-- \nfirma\tß\u2028 \x1b[31m"


def read(reader: Reader, cursor: Cursor) -> tuple[list[Change], Cursor]:
    """All that the stream has after the cursor."""
    changes: list[Change] = []
    for page in reader.transactions_after(cursor):
        changes += page.changes
        cursor = page.cursor
    return changes, cursor


def mail(rt: Rt, **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message["To"] = "support@rt.invalid"
    return message


def only_message(reader: Reader, subject: str, cursor: Cursor) -> Message:
    """The message with this subject, which has come since."""
    changes, _ = read(reader, cursor)
    found = [each for each in reader.messages_of(change.id for change in changes) if each.subject == subject]
    assert len(found) == 1
    return found[0]


# Who we are


def test_identity_tells_user_version_clock_and_rights(rt: Rt, new_ticket: NewTicket) -> None:
    new_ticket()
    new_ticket(queue="Complaints")
    with Client(rt.url, rt.token("alice")) as client:
        found = identify(client)
    assert found.user == Person("alice", "alice@rt.invalid", "Alice")
    assert found.staff
    assert found.version.startswith("5.")
    assert found.server_time is not None
    assert abs(found.server_time - datetime.now(UTC)) < timedelta(minutes=1)
    assert [queue.name for queue in found.queues] == ["Complaints", "Support"]
    for queue in found.queues:
        assert (queue.create, queue.show, queue.reply, queue.comment, queue.modify) == (True,) * 5
        assert queue.lacking == ()
        assert queue.lifecycle == "default"
    assert found.flaws == ()


def test_identity_tells_what_somebody_may_not_do(rt: Rt, new_ticket: NewTicket) -> None:
    new_ticket()
    with Client(rt.url, rt.token("eve")) as client:
        (queue,) = identify(client).queues
    assert queue.name == "Support"
    assert (queue.create, queue.show, queue.reply) == (True, True, True)
    assert (queue.comment, queue.modify) == (False, False)


def test_a_token_that_is_not_accepted(rt: Rt) -> None:
    with Client(rt.url, "1-14-" + "0" * 32) as client, pytest.raises(errors.TokenRefused) as caught:
        identify(client)
    assert not caught.value.doubtful


def test_a_token_of_another_form_needs_the_login(rt: Rt, monkeypatch: pytest.MonkeyPatch) -> None:
    with Client(rt.url, rt.token("alice")) as client:
        monkeypatch.setattr(Client, "user_id", None)
        with pytest.raises(UnknownLogin):
            identify(client)
        assert identify(client, "alice").user_id > 0


# The stream


def test_the_stream_shows_what_happened_since_and_nothing_twice(alice: Writer, new_ticket: NewTicket) -> None:
    before = alice.reader.highest_transaction()
    ticket = new_ticket()
    alice.put(ticket, Edit(status="stalled", fields={"Level": "3"}))
    changes, after = read(alice.reader, before)
    mine = [change for change in changes if change.ticket == ticket]
    assert [change.type for change in mine if change.type != "Set"] == ["Create", "Status", "CustomField"]
    status = next(change for change in mine if change.type == "Status")
    assert (status.field, status.old, status.new, status.by) == ("Status", "new", "stalled", "alice")
    assert status.at.tzinfo is UTC
    again, _ = read(alice.reader, after)
    assert not [change for change in again if change.ticket == ticket]


def test_the_stream_from_the_beginning_comes_in_pages_and_in_order(
    alice: Writer, new_ticket: NewTicket
) -> None:
    for _ in range(40):  # at least three transactions each
        new_ticket()
    pages = list(alice.reader.transactions_after(Cursor(0)))
    ids = [change.id for page in pages for change in page.changes]
    assert len(pages) > 1
    assert ids == sorted(set(ids))
    assert pages[-1].cursor.last == ids[-1]
    assert len(pages[-1].cursor.seen) <= 200


def test_a_cursor_in_the_middle_goes_on_there(alice: Writer, new_ticket: NewTicket) -> None:
    for _ in range(40):
        new_ticket()
    pages = list(alice.reader.transactions_after(Cursor(0)))
    rest, _ = read(alice.reader, pages[0].cursor)
    known = {change.id for page in pages[1:] for change in page.changes}
    assert known <= {change.id for change in rest}
    assert not {change.id for change in rest} & {change.id for change in pages[0].changes}


def test_what_became_visible_behind_the_cursor_is_found(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    here = alice.reader.highest_transaction()
    late = max(number for number in here.seen if number < here.last)
    blind = Cursor(here.last, tuple(number for number in here.seen if number != late))
    changes, after = read(alice.reader, blind)
    assert late in {change.id for change in changes}
    assert late in after.seen
    assert ticket
    alone = [
        change for page in alice.reader.transactions_after(blind, stragglers=False) for change in page.changes
    ]
    assert late not in {change.id for change in alone}


def test_hidden_rows_do_not_end_the_stream(as_user: Writers, new_ticket: NewTicket) -> None:
    eve, alice = as_user("eve"), as_user("alice")
    ticket = new_ticket()
    before = eve.reader.highest_transaction()
    for number in range(110):  # more than a page that eve does not see
        alice.comment(ticket, f"note {number}", str(uuid.uuid4()))
    answer = alice.correspond(ticket, "seen", str(uuid.uuid4()))
    changes, after = read(eve.reader, before)
    assert [change.id for change in changes if change.ticket == ticket and change.type != "Status"] == [
        answer.transaction
    ]
    assert after.last >= answer.transaction


# Tickets


def test_a_ticket_with_all_its_fields(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket("件名 😀")
    fields = {
        "Level": "2",
        "Urgent": "yes",
        "Product": "Größe <5",
        "ComplaintFacts": "line\nline 😀" * 100,
        "PromisedDeadline": "2026-03-09T14:30:00Z",
        "AgentTuiState": '{"tags": ["é"]}',
    }
    alice.put(ticket, Edit(owner="mei", fields=fields))
    (held,) = alice.reader.tickets([ticket]).tickets
    assert (held.subject, held.status, held.queue, held.owner) == ("件名 😀", "new", "Support", "mei")
    assert held.requestors == (Person("carol@customer.invalid", "carol@customer.invalid", "Carol"),)
    assert fields.items() <= held.fields.items()
    assert held.creator == held.updated_by == "alice"
    assert held.created.tzinfo is UTC
    assert held.resolved is None
    assert held.due is not None


def test_a_resolved_ticket_has_its_moment(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    alice.put(ticket, Edit(status="resolved"))
    (held,) = alice.reader.tickets([ticket]).tickets
    assert held.resolved is not None


def test_many_tickets_take_one_request_a_hundred(rt: Rt, alice: Writer, new_ticket: NewTicket) -> None:
    new_ticket()
    ids = [ticket.id for page in alice.reader.initial() for ticket in page]
    with faults.between(rt.url) as proxy, Client(proxy.url, rt.token("alice")) as client:
        found = Reader(client).tickets(ids)
    assert {ticket.id for ticket in found.tickets} == set(ids)
    assert len(proxy.log) == -(-len(ids) // 100)


def test_where_tickets_went_that_are_not_there(as_user: Writers, new_ticket: NewTicket) -> None:
    alice, root = as_user("alice"), as_user("root")
    source, goal, deleted = new_ticket("source"), new_ticket("goal"), new_ticket("deleted")
    hidden = new_ticket("hidden", queue="Legal", by="root")
    alice.merge(source, goal)
    root.delete(deleted)
    found = alice.reader.tickets([source, deleted, hidden, 9_999_999])
    assert found.merged == {source: goal}
    assert [ticket.id for ticket in found.tickets] == [goal]
    assert found.gone == {deleted: Fate.DELETED, hidden: Fate.HIDDEN, 9_999_999: Fate.MISSING}


def test_merges_and_deletes_are_seen_in_the_stream(as_user: Writers, new_ticket: NewTicket) -> None:
    alice, root = as_user("alice"), as_user("root")
    source, goal, deleted = new_ticket(), new_ticket(), new_ticket()
    before = alice.reader.highest_transaction()
    alice.merge(source, goal)
    root.delete(deleted)
    changes, _ = read(alice.reader, before)
    assert {(change.ticket, change.into) for change in changes if change.into} == {(source, goal)}
    assert [change.new for change in changes if change.ticket == deleted] == ["deleted"]


def test_a_chain_of_merges_ends_at_its_goal(alice: Writer, new_ticket: NewTicket) -> None:
    one, two, three = new_ticket(), new_ticket(), new_ticket()
    alice.merge(one, two)
    alice.merge(two, three)
    found = alice.reader.tickets([one, two])
    assert found.merged == {one: three, two: three}
    assert [ticket.id for ticket in found.tickets] == [three]


def test_the_initial_load_is_by_id_and_can_be_resumed(
    alice: Writer, new_ticket: NewTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PER_PAGE", 10)
    ids = [new_ticket() for _ in range(13)]
    alice.put(ids[0], Edit(status="resolved"))
    pages = list(alice.reader.initial(ids[0] - 1))
    loaded = [ticket.id for page in pages for ticket in page]
    assert len(pages) > 1
    assert loaded == sorted(set(loaded))
    assert set(ids[1:]) <= set(loaded)
    assert ids[0] not in loaded
    resumed = [ticket.id for page in alice.reader.initial(pages[0][-1].id) for ticket in page]
    assert resumed[: len(pages[1])] == [ticket.id for ticket in pages[1]]
    inactive = [ticket.id for page in alice.reader.initial(ids[0] - 1, Which.INACTIVE) for ticket in page]
    assert inactive[0] == ids[0]


def test_what_changed_since_is_exact_to_the_second(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    (held,) = alice.reader.tickets([ticket]).tickets

    def since(moment: datetime) -> dict[int, datetime]:
        return {number: at for page in alice.reader.updated_since(moment) for number, at in page.items()}

    assert since(held.updated)[ticket] == held.updated
    assert ticket not in since(held.updated + timedelta(seconds=1))


def test_links_are_told_from_both_ends(alice: Writer, new_ticket: NewTicket) -> None:
    one, other = new_ticket(), new_ticket()
    assert alice.link(one, other)
    assert alice.reader.links(one) == (Link(other, LinkKind.REFERS_TO),)
    assert alice.reader.links(other) == (Link(one, LinkKind.REFERRED_TO_BY),)


def test_every_function_says_which_ticket_is_missing_or_hidden(alice: Writer, new_ticket: NewTicket) -> None:
    hidden = new_ticket(queue="Legal", by="root")
    for ask in (alice.reader.links, alice.reader.messages, alice.reader.newest):
        with pytest.raises(errors.Missing):
            ask(9_999_999)
        with pytest.raises(errors.Denied):
            ask(hidden)


# Messages


def test_texts_come_exactly_as_they_were_written(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket("件名", content=TEXT)
    op = str(uuid.uuid4())
    alice.correspond(ticket, TEXT, op, action='{"do": "reply", "é": 1}')
    alice.comment(ticket, "a\r\nb\r\n", str(uuid.uuid4()))
    opening, reply, note = alice.reader.messages(ticket)
    assert (opening.kind, opening.text, opening.subject) == (Spoken.CREATE, TEXT, "件名")
    assert (reply.kind, reply.text) == (Spoken.CORRESPOND, TEXT)
    assert (reply.op, reply.action) == (op, '{"do": "reply", "é": 1}')
    assert reply.by == Person("alice", "alice@rt.invalid", "Alice")
    assert (note.kind, note.text) == (Spoken.COMMENT, "a\nb\n")
    assert opening.id < reply.id < note.id
    assert opening.last < reply.last < note.last
    assert {message.ticket for message in (opening, reply, note)} == {ticket}


def test_messages_after_a_transaction(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    first = alice.correspond(ticket, "one", str(uuid.uuid4()))
    alice.correspond(ticket, "two", str(uuid.uuid4()))
    assert [message.text for message in alice.reader.messages(ticket, first.transaction)] == ["two"]


def test_more_messages_than_a_page_holds(
    alice: Writer, new_ticket: NewTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "PER_PAGE", 10)
    ticket = new_ticket(content="0")
    for number in range(1, 23):
        alice.comment(ticket, str(number), str(uuid.uuid4()))
    assert [message.text for message in alice.reader.messages(ticket)] == [
        str(number) for number in range(23)
    ]


def test_messages_after_an_attachment_come_in_batches(alice: Writer, new_ticket: NewTicket) -> None:
    here = alice.reader.highest_attachment()
    ticket = new_ticket(content="opening")
    files = [Upload(f"{number}.bin", "application/octet-stream", bytes([number])) for number in range(120)]
    alice.correspond(ticket, "with files", str(uuid.uuid4()), files=files)
    alice.comment(ticket, "afterwards", str(uuid.uuid4()))
    batches = list(alice.reader.messages_after(here))
    found = {
        message.id: message for batch in batches for message in batch.messages if message.ticket == ticket
    }
    assert len(batches) > 1
    assert [message.text for message in found.values()] == ["opening", "with files", "afterwards"]
    assert len(list(found.values())[1].files) == 120
    assert batches[-1].last <= alice.reader.highest_attachment()


def test_after_a_merge_the_goal_has_both_conversations(alice: Writer, new_ticket: NewTicket) -> None:
    source, goal = new_ticket(content="from the source"), new_ticket(content="from the goal")
    alice.merge(source, goal)
    told = [(message.ticket, message.text) for message in alice.reader.messages(goal)]
    assert told == [(source, "from the source"), (goal, "from the goal")]
    assert alice.reader.messages(source) == alice.reader.messages(goal)


def test_comments_are_not_read_without_the_right(as_user: Writers, new_ticket: NewTicket) -> None:
    ticket = new_ticket(content="opening")
    as_user("alice").comment(ticket, "internal", str(uuid.uuid4()))
    assert [message.text for message in as_user("eve").reader.messages(ticket)] == ["opening"]


def test_files_are_listed_and_read(alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    picture = bytes(range(256)) * 3
    files = [
        Upload("図面 “1”.png", "image/png", picture),
        Upload('a"b/c.csv', "text/csv", "ß;1\r\n".encode()),
    ]
    alice.correspond(ticket, "look", str(uuid.uuid4()), files=files)
    message = alice.reader.messages(ticket)[-1]
    assert message.text == "look"
    one, other = message.files
    assert (one.name, one.media_type, one.size) == ("図面 “1”.png", "image/png", 768)
    assert alice.reader.file(one.id) == picture
    assert other.name == "a_b_c.csv"
    assert alice.reader.file(other.id) == "ß;1\r\n".encode()


def test_a_file_of_many_megabytes(alice: Writer, new_ticket: NewTicket) -> None:
    data = b"\x00\xff\r\n" * (4 * 2**20)
    sent = alice.correspond(
        new_ticket(), "big", str(uuid.uuid4()), files=[Upload("big.bin", "application/octet-stream", data)]
    )
    assert sent.message is not None
    (file,) = sent.message.files
    assert file.size == len(data)
    assert alice.reader.file(file.id) == data


def test_a_file_that_is_not_there_or_hidden(as_user: Writers, new_ticket: NewTicket) -> None:
    root, alice = as_user("root"), as_user("alice")
    hidden = new_ticket(queue="Legal", by="root")
    file = Upload("secret.bin", "application/octet-stream", b"x")
    sent = root.correspond(hidden, "x", str(uuid.uuid4()), files=[file])
    assert sent.message is not None
    with pytest.raises(errors.Denied):
        alice.reader.file(sent.message.files[0].id)
    with pytest.raises(errors.Missing):
        alice.reader.file(9_999_999)


# Mail of customers


def test_a_customers_mail_is_seen_with_its_text_and_files(rt: Rt, alice: Writer) -> None:
    before = alice.reader.highest_transaction()
    subject = f"届いた商品 {uuid.uuid4()}"
    message = mail(
        rt, From="佐藤 <sato@customer.invalid>", Subject=subject, Message_ID="<1@customer.invalid>"
    )
    message.set_content("壊れています 😀\n二行目\n")
    message.add_alternative("<p>壊れています</p>", subtype="html")
    message.add_attachment(b"\x89PNG\xff", maintype="image", subtype="png", filename="写真.png")
    rt.mail(message.as_bytes())
    found = only_message(alice.reader, subject, before)
    assert (found.kind, found.text, found.html) == (Spoken.CREATE, "壊れています 😀\n二行目\n", False)
    assert found.by == Person("sato@customer.invalid", "sato@customer.invalid", "佐藤")
    assert found.message_id == "1@customer.invalid"
    (file,) = found.files
    assert (file.name, file.media_type) == ("写真.png", "image/png")
    assert alice.reader.file(file.id) == b"\x89PNG\xff"
    (ticket,) = alice.reader.tickets([found.ticket]).tickets
    assert (ticket.subject, ticket.status, ticket.queue) == (subject, "new", "Support")


def test_mail_that_is_html_alone_becomes_readable(rt: Rt, alice: Writer) -> None:
    before = alice.reader.highest_transaction()
    subject = f"html {uuid.uuid4()}"
    message = mail(rt, From="h@customer.invalid", Subject=subject)
    message.set_content("<p>Größe <b>L</b></p><script>alert(1)</script><p>第二</p>", subtype="html")
    rt.mail(message.as_bytes())
    found = only_message(alice.reader, subject, before)
    assert found.html
    assert found.text.split() == ["Größe", "L", "第二"]
    assert found.files == ()


def test_an_automatic_mail_keeps_its_headers(rt: Rt, alice: Writer) -> None:
    before = alice.reader.highest_transaction()
    subject = f"away {uuid.uuid4()}"
    message = mail(rt, From="away@customer.invalid", Subject=subject, Auto_Submitted="auto-replied")
    message.set_content("I am away")
    rt.mail(message.as_bytes())
    assert "Auto-Submitted: auto-replied" in only_message(alice.reader, subject, before).head


def test_a_forwarded_mail_is_a_file_and_not_the_text(rt: Rt, alice: Writer) -> None:
    before = alice.reader.highest_transaction()
    subject = f"forward {uuid.uuid4()}"
    inner = mail(rt, From="x@y.invalid", Subject="inner")
    inner.set_content("inner text")
    message = mail(rt, From="f@customer.invalid", Subject=subject)
    message.set_content("see below")
    message.add_attachment(inner)
    rt.mail(message.as_bytes())
    found = only_message(alice.reader, subject, before)
    assert found.text == "see below\n"
    assert [(file.name, file.media_type) for file in found.files] == [("inner", "text/plain")]


def test_a_customers_answer_reopens_a_resolved_ticket(rt: Rt, alice: Writer, new_ticket: NewTicket) -> None:
    ticket = new_ticket()
    alice.put(ticket, Edit(status="resolved"))
    before = alice.reader.highest_transaction()
    message = mail(rt, From="carol@customer.invalid", Subject=f"Re: [rt.local #{ticket}] again")
    message.set_content("Still broken.")
    rt.mail(message.as_bytes())
    changes, _ = read(alice.reader, before)
    assert {"Correspond", "Status"} <= {change.type for change in changes if change.ticket == ticket}
    (held,) = alice.reader.tickets([ticket]).tickets
    assert held.status == "open"


def test_mails_that_rt_sent_are_no_messages_and_not_in_the_stream(mailing_rt: Rt) -> None:
    with Client(mailing_rt.url, mailing_rt.token("alice")) as client:
        alice = Writer(Reader(client))
        before = alice.reader.highest_transaction()
        here = alice.reader.highest_attachment()
        made = alice.create("Support", "s", "carol@customer.invalid", "opening", {}, str(uuid.uuid4()))
        sent = alice.correspond(made.id, "answer", str(uuid.uuid4()))
        assert "answer" in (mailing_rt.state / "outgoing.mbox").read_text(encoding="utf-8", errors="replace")
        kinds = {row["Type"] for row in history(mailing_rt, made.id)}
        assert "EmailRecord" in kinds
        changes, _ = read(alice.reader, before)
        assert "EmailRecord" not in {change.type for change in changes}
        assert [message.text for message in alice.reader.messages(made.id)] == ["opening", "answer"]
        batches = [message for batch in alice.reader.messages_after(here) for message in batch.messages]
        assert [message.text for message in batches] == ["opening", "answer"]
        assert sent.dropped == ()
        newest = alice.reader.newest(made.id)
        assert newest is not None
        assert newest > sent.transaction


def history(rt: Rt, ticket: int) -> list[dict[str, str]]:
    import httpx

    answer = httpx.get(
        f"{rt.url}/REST/2.0/ticket/{ticket}/history",
        params={"fields": "Type", "per_page": 100},
        headers={"Authorization": f"token {rt.token('root')}"},
        timeout=30,
    )
    return list(answer.json()["items"])
