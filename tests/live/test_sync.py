"""Desks and a real Request Tracker: the whole casework, and everything that can happen on the other side meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import pytest

from agent_tui.desk import connecting, outbox
from agent_tui.desk.core import Desk
from agent_tui.domain import actions as do
from agent_tui.domain.casework import Stage
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Customer, MessageKind, Relation, Status, Ticket
from agent_tui.store.outbox import Cause
from agent_tui.sync.backends.base import Upload
from agent_tui.sync.backends.rt.values import LinkKind
from agent_tui.sync.backends.rt.writing import Edit, Writer
from agent_tui.sync.engine import Engine
from tests.live.conftest import Writers
from tests.live.desks import now, settle, sitting
from tests.live.server import Rt


class Seat(NamedTuple):
    """Somebody at a desk."""

    desk: Desk
    engine: Engine

    def act(self, ticket: int, action: str, given: Mapping[str, str] | None = None) -> Ticket:
        return self.desk.act(ticket, action, given or {}, now())

    def sync(self) -> None:
        settle(self.engine)

    def held(self, ticket: int) -> list[tuple[str, Cause]]:
        return [
            (do.kind_of(each.action), each.held.cause)
            for each in self.desk.repository.outbox.waiting(ticket)
            if each.held is not None and each.action is not None
        ]


Seats = Callable[..., Seat]


@pytest.fixture
def seat(rt: Rt, tmp_path: Path) -> Iterator[Seats]:
    """`seat("alice")`: a desk that has read everything."""
    with ExitStack() as stack:

        def sit(user: str, *, roles: tuple[str, ...] = ("agent",), place: str = "") -> Seat:
            folder = tmp_path / (place or user)
            folder.mkdir(exist_ok=True)
            there = Seat(*stack.enter_context(sitting(rt, user, folder, roles=roles, look_everywhere=True)))
            there.sync()
            return there

        yield sit


def texts(seat: Seat, ticket: int) -> list[str]:
    return [seat.desk.case(ticket).texts[each.id] for each in seat.desk.ticket(ticket).messages]


def mail(subject: str, text: str, ticket: int | None = None) -> bytes:
    """A customer's mail, on a ticket or for a new one."""
    message = EmailMessage()
    message["From"] = "Carol <carol@customer.invalid>"
    message["To"] = "support@rt.invalid"
    message["Subject"] = f"[rt.local #{ticket}] {subject}" if ticket else subject
    message["Message-ID"] = f"<{abs(hash((subject, text, ticket)))}@customer.invalid>"
    message.set_content(text)
    return message.as_bytes()


CLASSIFIED = {"verified": "yes", "type": "logistics", "level": "2", "urgent": "no"}


# The whole casework


def test_a_complaint_from_the_customers_mail_to_the_revisit_is_seen_in_request_tracker(
    rt: Rt, alice: Writer, seat: Seats
) -> None:
    agent, lead = seat("alice"), seat("bob", roles=("agent", "supervisor"))
    rt.mail(mail("Damaged parcel 90314471", "The parcel arrived damaged. I want my money back!"))
    agent.sync()
    [number] = [row.id for row in agent.desk.search("90314471")]
    ticket = agent.desk.ticket(number)
    assert ticket.customer.emails == ("carol@customer.invalid",)
    assert ticket.channel == "email"
    assert ticket.messages[0].kind is MessageKind.CUSTOMER

    def there() -> dict[str, str]:
        [found] = alice.reader.tickets([number]).tickets
        return {"status": found.status, "owner": found.owner or "", **found.fields}

    def stage() -> str:
        return there().get("ComplaintStage", "")

    agent.act(number, "take")
    agent.act(number, "classify", CLASSIFIED)
    agent.act(number, "complain")
    agent.sync()
    seen = there()
    assert (seen["owner"], seen["status"]) == ("alice", "open") or seen["status"] == "new"
    assert (seen["Level"], seen["Type"], seen["Urgent"], seen["Channel"]) == ("2", "logistics", "no", "email")
    assert seen["ComplaintStage"] == "apologise"

    agent.act(number, "reply", {"text": "We are very sorry.", "outcome": "apologises"})
    agent.act(number, "record", {"text": "crushed", "wanted": "a refund", "product": "PB-20K"})
    agent.act(number, "report", {"text": "Please verify."})
    agent.sync()
    assert stage() == "verify"
    assert there()["ComplaintFacts"] == "crushed\n\na refund"
    assert there()["Product"] == "PB-20K"

    lead.sync()
    assert lead.desk.ticket(number).complaint == agent.desk.ticket(number).complaint
    lead.act(number, "verify", {"text": "It is so.", "plan": "refund", "complex": "no"})
    lead.sync()
    agent.sync()
    complaint = agent.desk.ticket(number).complaint
    assert complaint is not None
    assert complaint.stage is Stage.TELL
    assert complaint.plan == "refund"
    assert complaint.passages[-1].by == "bob"

    agent.act(number, "reply", {"text": "We would refund it. Do you agree?", "outcome": "proposes"})
    agent.sync()
    assert (stage(), there()["status"]) == ("accept", "stalled")

    time.sleep(1.1)  # RT counts in seconds: within one nobody can say what came first
    rt.mail(mail("Re: Damaged parcel 90314471", "Yes, please.", number))
    agent.sync()
    assert agent.desk.ticket(number).status is Status.OPEN
    assert texts(agent, number)[-1].strip() == "Yes, please."

    agent.act(number, "accept", {"accepted": "yes", "text": "by mail"})
    agent.act(number, "carry_out", {"text": "refunded"})
    agent.act(
        number,
        "resolve",
        {
            "result": "refunded",
            "satisfaction": "satisfied",
            "summary": "crushed parcel",
            "root_cause": "packing",
            "improvement": "better boxes",
        },
    )
    agent.act(number, "appoint", {"moment": "tomorrow 9"})
    agent.sync()
    seen = there()
    assert (seen["status"], seen["ComplaintStage"], seen["Satisfaction"]) == (
        "resolved",
        "revisit",
        "satisfied",
    )
    appointment = agent.desk.ticket(number).complaint
    assert appointment is not None
    assert appointment.appointment is not None
    assert seen["RevisitAt"] == f"{appointment.appointment:%Y-%m-%dT%H:%M:%SZ}"

    agent.act(number, "revisit", {"revisit": "reached", "text": "all well"})
    agent.act(number, "close", {"satisfaction": "very_satisfied", "suggestions": "none", "recommend": "9"})
    agent.sync()
    seen = there()
    assert (seen["ComplaintStage"], seen["Satisfaction"]) == ("closed", "very_satisfied")
    assert "RevisitAt" not in seen

    lead.sync()
    assert lead.desk.ticket(number).resolution == agent.desk.ticket(number).resolution
    assert lead.desk.ticket(number).complaint == agent.desk.ticket(number).complaint
    for one in (agent, lead):
        assert not list(one.desk.verify())
        kinds = [
            entry.kind for entry in one.desk.journal(number) if entry.kind not in ("open", "receive", "adopt")
        ]
        assert kinds[:6] == ["take", "classify", "complain", "reply", "record", "report"]
    said = alice.reader.messages(number)
    assert [message.text.strip() for message in said if message.kind == "Correspond"] == [
        "We are very sorry.",
        "We would refund it. Do you agree?",
        "Yes, please.",
    ]


def test_a_promise_stands_in_request_tracker_until_it_is_kept(
    alice: Writer, seat: Seats, new_ticket: Callable[..., int]
) -> None:
    number = new_ticket()
    agent = seat("alice")
    agent.act(number, "classify", CLASSIFIED)
    given = {
        "text": "By tomorrow.",
        "outcome": "unsolved",
        "reason": "no stock",
        "deadline": "tomorrow 12",
        "follow_up": "call",
    }
    agent.act(number, "reply", given)
    agent.sync()
    [found] = alice.reader.tickets([number]).tickets
    due = agent.desk.ticket(number).steps[0].due
    assert due is not None
    assert found.fields["PromisedDeadline"] == f"{due:%Y-%m-%dT%H:%M:%SZ}"
    agent.act(number, "reply", {"text": "It is there.", "outcome": "solves"})
    agent.sync()
    [found] = alice.reader.tickets([number]).tickets
    assert "PromisedDeadline" not in found.fields


# What others do there


def test_what_is_done_in_request_tracker_itself_is_seen_at_the_desk(
    as_user: Writers, seat: Seats, new_ticket: Callable[..., int]
) -> None:
    number, other = new_ticket("One"), new_ticket("Two")
    agent = seat("alice")
    bob = as_user("bob")
    bob.take(number, "bob")
    bob.put(
        number,
        Edit(
            subject="One, renamed", status="stalled", fields={"Level": "3", "Urgent": "yes", "Market": "JP"}
        ),
    )
    bob.correspond(number, "I am on it.", "native-1")
    bob.comment(number, "Internal.", "native-2")
    bob.link(number, other)
    agent.sync()
    ticket = agent.desk.ticket(number)
    assert (ticket.owner, ticket.subject, ticket.status) == ("bob", "One, renamed", Status.WAITING)
    assert (ticket.level, ticket.urgent, ticket.customer.market) == (3, True, "JP")
    assert [(each.kind, each.author) for each in ticket.messages[1:]] == [
        (MessageKind.REPLY, "bob"),
        (MessageKind.NOTE, "bob"),
    ]
    assert [(link.other, link.relation) for link in ticket.links] == [(other, Relation.RELATED)]
    assert [link.other for link in agent.desk.ticket(other).links] == [number]
    bob.unlink(number, other)
    bob.put(number, Edit(status="resolved"))
    agent.sync()
    assert agent.desk.ticket(number).status is Status.RESOLVED
    assert agent.desk.ticket(number).links == ()
    assert agent.desk.ticket(other).links == ()
    assert not list(agent.desk.verify())


def test_a_ticket_that_is_deleted_or_hidden_leaves_the_queue_and_comes_back(
    as_user: Writers, seat: Seats, new_ticket: Callable[..., int]
) -> None:
    number, moved = new_ticket("Delete me"), new_ticket("Move me")
    agent = seat("alice")
    root = as_user("root")
    root.put(number, Edit(status="deleted"))
    root.put(moved, Edit(queue="Legal"))
    agent.sync()
    assert "deleted" in agent.desk.ticket(number).tags
    assert "hidden" in agent.desk.ticket(moved).tags
    assert not {number, moved} & set(agent.desk.numbers("open", now()))
    root.put(moved, Edit(queue="Support"))
    agent.sync()
    assert agent.desk.ticket(moved).tags == ()
    assert agent.desk.ticket(moved).status is Status.OPEN


def test_tickets_that_are_merged_there_are_merged_here_whoever_their_customers_are(
    as_user: Writers, seat: Seats, new_ticket: Callable[..., int]
) -> None:
    one, two = new_ticket("One", content="first words"), new_ticket("Two", content="second words")
    three = (
        as_user("bob")
        .create("Support", "Three", "dan@customer.invalid", "Dan's words", {}, f"three-{one}")
        .id
    )
    agent = seat("alice")
    agent.act(two, "note", {"text": "a note"})
    agent.sync()
    bob = as_user("bob")
    bob.merge(one, two)
    bob.merge(three, two)
    agent.sync()
    for source in (one, three):
        assert agent.desk.ticket(source).status is Status.MERGED
        assert agent.desk.ticket(source).merged_into == two
    assert sorted(texts(agent, two)) == ["Dan's words", "a note", "first words", "second words"]
    assert not list(agent.desk.verify())
    fresh = seat("bob")
    assert sorted(texts(fresh, two)) == sorted(texts(agent, two))


def test_a_merge_at_the_desk_is_a_merge_there(
    alice: Writer, seat: Seats, new_ticket: Callable[..., int]
) -> None:
    one, two = new_ticket("One"), new_ticket("Two")
    agent, colleague = seat("alice"), seat("bob")
    agent.act(one, "note", {"text": "about one"})
    agent.act(one, "merge", {"into": str(two)})
    agent.act(two, "note", {"text": "about two"})
    agent.sync()
    assert alice.reader.tickets([one]).merged == {one: two}
    colleague.sync()
    for each in (agent, colleague):
        assert each.desk.ticket(one).status is Status.MERGED
        assert {"about one", "about two"} <= set(texts(each, two))
        assert not list(each.desk.verify())


def test_attachments_come_when_they_are_asked_for(rt: Rt, alice: Writer, seat: Seats) -> None:
    data = bytes(range(256)) * 10
    made = alice.create(
        "Support",
        "With a file",
        "carol@customer.invalid",
        "See the picture.",
        {},
        "with-a-file",
        files=[Upload("bild.png", "image/png", data)],
    )
    agent = seat("alice")
    [file] = agent.desk.ticket(made.id).messages[0].attachments
    assert (file.name, file.media_type) == ("bild.png", "image/png")
    backend = connecting.backend_of(agent.desk.repository.remotes.connection, rt.token("alice"))  # type: ignore[arg-type]
    connecting.load_file(agent.desk, backend, file.sha256)
    backend.close()
    assert agent.desk.attachment(made.id, 1) == ("bild.png", data)


def test_a_ticket_opened_at_the_desk_is_opened_there_with_what_followed(
    alice: Writer, seat: Seats, new_ticket: Callable[..., int]
) -> None:
    other = new_ticket()
    agent, colleague = seat("alice"), seat("bob")
    customer = Customer(name="Dan", emails=("dan@customer.invalid",), market="DE")
    opened = agent.desk.open_ticket(
        "phone", "Ein Anruf", customer, do.Content(text="Er rief an. 📞"), now(), now()
    )
    agent.act(opened.id, "take")
    agent.act(opened.id, "note", {"text": "call back"})
    agent.act(opened.id, "link", {"other": str(other)})
    agent.sync()
    there = agent.desk.repository.remotes.there(opened.id)
    assert there is not None
    [found] = alice.reader.tickets([there]).tickets
    assert (found.subject, found.owner) == ("Ein Anruf", "alice")
    assert (found.fields["Channel"], found.fields["Market"]) == ("phone", "DE")
    assert [link.kind for link in alice.reader.links(there)] == [LinkKind.REFERS_TO]
    colleague.sync()
    seen = colleague.desk.ticket(there)
    assert (seen.channel, seen.customer, seen.owner) == ("phone", customer, "alice")
    assert texts(colleague, there) == ["Er rief an. 📞", "call back"]


# Both at once


def test_a_reply_waits_when_the_customer_wrote_meanwhile(
    rt: Rt, alice: Writer, seat: Seats, new_ticket: Callable[..., int]
) -> None:
    number = new_ticket()
    agent = seat("alice")
    agent.act(number, "take")
    agent.sync()
    rt.mail(mail("Re: A question", "It has come, forget it.", number))
    agent.act(number, "reply", {"text": "We are looking into it.", "outcome": "solves"})
    agent.act(number, "note", {"text": "after it"})
    agent.sync()
    assert agent.held(number) == [("reply", Cause.STALE)]
    assert "We are looking into it." not in [message.text for message in alice.reader.messages(number)]
    assert agent.desk.ticket(number).awaiting_since is not None
    [held] = [each for each in outbox.waiting(agent.desk) if each.held is not None]
    assert held.held is not None
    [news] = held.held.messages
    assert agent.desk.case(number).texts[news].strip() == "It has come, forget it."
    outbox.send(agent.desk, held.id, now())
    agent.sync()
    said = [message.text.strip() for message in alice.reader.messages(number) if message.op]
    assert said[-2:] == ["We are looking into it.", "after it"]
    assert not list(agent.desk.verify())


def test_what_is_discarded_is_neither_sent_nor_shown(
    rt: Rt, alice: Writer, seat: Seats, new_ticket: Callable[..., int]
) -> None:
    number = new_ticket()
    agent = seat("alice")
    agent.act(number, "take")
    agent.sync()
    rt.mail(mail("Re: A question", "Never mind.", number))
    agent.act(number, "reply", {"text": "We are looking into it.", "outcome": "solves"})
    agent.sync()
    [held] = outbox.waiting(agent.desk)
    outbox.discard(agent.desk, held.id, now())
    agent.sync()
    assert agent.desk.repository.outbox.counts() == (0, 0)
    assert "We are looking into it." not in texts(agent, number)
    assert "We are looking into it." not in [message.text for message in alice.reader.messages(number)]
    assert not list(agent.desk.verify())


def test_of_two_who_take_a_ticket_one_has_it_and_the_other_is_told(
    seat: Seats, new_ticket: Callable[..., int]
) -> None:
    number = new_ticket()
    one, other = seat("alice"), seat("bob")
    one.act(number, "take")
    other.act(number, "take")
    one.sync()
    other.sync()
    one.sync()
    assert one.desk.ticket(number).owner == other.desk.ticket(number).owner == "alice"
    assert other.held(number) == [("take", Cause.IMPOSSIBLE)]
    [held] = outbox.waiting(other.desk)
    assert held.held is not None
    assert held.held.told.details["owner"] == "alice"
    with pytest.raises(outbox.CantBeSent):
        outbox.send(other.desk, held.id, now())


def test_changes_in_different_fields_both_stand_and_in_the_same_field_somebody_decides(
    as_user: Writers, seat: Seats, new_ticket: Callable[..., int]
) -> None:
    number = new_ticket()
    agent = seat("alice")
    agent.act(number, "take")
    agent.act(number, "classify", CLASSIFIED)
    agent.sync()
    bob = as_user("bob")
    bob.put(number, Edit(fields={"Product": "PB-20K"}))
    agent.act(number, "classify", CLASSIFIED | {"level": "3"})
    agent.sync()
    [found] = bob.reader.tickets([number]).tickets
    assert (found.fields["Level"], found.fields["Product"]) == ("3", "PB-20K")
    assert (agent.desk.ticket(number).level, agent.desk.ticket(number).product) == (3, "PB-20K")
    bob.put(number, Edit(fields={"Level": "1"}))
    agent.act(number, "classify", CLASSIFIED | {"level": "2"})
    agent.sync()
    assert agent.held(number) == [("classify", Cause.CLASH)]
    [held] = outbox.waiting(agent.desk)
    assert held.held is not None
    [met] = held.held.differences
    assert (met.field, met.before, met.theirs, met.mine) == ("level", "3", "1", "2")
    assert agent.desk.ticket(number).level == 1
    outbox.send(agent.desk, held.id, now())
    agent.sync()
    [found] = bob.reader.tickets([number]).tickets
    assert found.fields["Level"] == "2"
    assert agent.desk.ticket(number).level == 2


@pytest.mark.parametrize("fate", ["resolved", "deleted", "hidden", "merged"])
def test_what_waits_for_a_ticket_that_ended_there_is_kept_and_told(
    as_user: Writers, seat: Seats, new_ticket: Callable[..., int], fate: str
) -> None:
    number, other = new_ticket(), new_ticket()
    agent = seat("alice")
    root = as_user("root")
    match fate:
        case "resolved":
            root.put(number, Edit(status="resolved"))
        case "deleted":
            root.put(number, Edit(status="deleted"))
        case "hidden":
            root.put(number, Edit(queue="Legal"))
        case _:
            root.merge(number, other)
    agent.act(number, "reply", {"text": "Good news!", "outcome": "solves"})
    agent.sync()
    [(kind, cause)] = agent.held(number)
    assert kind == "reply"
    assert cause is (Cause.AWAY if fate in ("deleted", "hidden") else Cause.IMPOSSIBLE)
    assert "Good news!" not in [message.text for message in root.reader.messages(other)]
    assert not list(agent.desk.verify())


def test_a_value_that_is_refused_is_told_and_the_helpdesks_own_stands(
    seat: Seats, new_ticket: Callable[..., int], as_user: Writers
) -> None:
    number = new_ticket()
    agent = seat("alice")
    agent.act(number, "take")
    agent.act(number, "classify", CLASSIFIED | {"product": "x" * 70_000})  # RT keeps no line as long as this
    agent.sync()
    [found] = as_user("root").reader.tickets([number]).tickets
    kept = found.fields.get("Product", "")
    assert agent.desk.ticket(number).product == kept
    if kept != "x" * 70_000:
        [note] = outbox.notes(agent.desk)
        assert note.note.details["fields"] == "product"
        outbox.seen(agent.desk, note.id)
        assert outbox.notes(agent.desk) == []


def test_the_same_agent_at_two_desks_is_one_agent(seat: Seats, new_ticket: Callable[..., int]) -> None:
    number = new_ticket()
    office, home = seat("alice", place="office"), seat("alice", place="home")
    office.act(number, "take")
    office.act(number, "note", {"text": "from the office"})
    office.sync()
    home.act(number, "reply", {"text": "from home", "outcome": "solves"})
    home.sync()
    office.sync()
    assert home.held(number) == []
    assert texts(office, number)[1:] == texts(home, number)[1:] == ["from the office", "from home"]


def test_an_undone_action_is_undone_there_and_what_others_did_stays(
    as_user: Writers, seat: Seats, new_ticket: Callable[..., int]
) -> None:
    number = new_ticket()
    agent = seat("alice")
    agent.act(number, "take")
    agent.act(number, "classify", CLASSIFIED)
    agent.sync()
    as_user("bob").comment(number, "meanwhile", "native-3")
    agent.desk.undo(number, now())
    agent.sync()
    [found] = as_user("bob").reader.tickets([number]).tickets
    assert "Level" not in found.fields
    assert agent.desk.ticket(number).level is None
    assert "meanwhile" in texts(agent, number)
    with pytest.raises(Refusal):
        agent.desk.act(number, "reopen", {"reason": "?"}, now())
