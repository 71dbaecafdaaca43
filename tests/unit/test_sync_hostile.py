"""What somebody writes into the helpdesk's fields can do no harm at any desk: it is words at the most."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_tui.domain.ids import action_id
from agent_tui.domain.ticket import MessageKind, Status
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import Opening
from agent_tui.sync.facts import Facts
from tests.factories import at
from tests.helpdesks import QUEUE, Down
from tests.syncing import Team

ID = action_id(at("09:30"), bytes(range(10)))
OTHER = action_id(at("09:30"), bytes(10))
WHEN = "2026-03-02T09:30:00Z"
NEVER = "9999-12-31T23:59:59Z"
TICKET = {"id": 1, "subject": "x", "channel": "email", "customer": {}, "created": "2026-03-02T09:00:00Z"}
ODD_STEP = {"name": "p", "start": WHEN, "rule": "H3", "days": 0, "calendar": "nonsense"}


def said(kind: str, **fields: object) -> str:
    return json.dumps({"do": kind, "id": ID, "ticket": 1, "at": WHEN, "by": "mallory"} | fields)


def deep(levels: int) -> str:
    return said("note", text="a")[:-1] + f', "more": {"[" * levels}1{"]" * levels}}}'


CLASSIFY = {"verified": True, "type": "logistics", "urgent": True}
HOSTILE = {
    "no json": "{",
    "blank": " ",
    "a list": "[]",
    "a number": "1",
    "nested": "[" * 100_000,
    "nested in an action": deep(5_000),
    "half a character": said("note", text="x").replace('"x"', '"\\ud800"'),
    "an unknown kind": said("destroy"),
    "another id": said("note", text="a", id=OTHER),
    "no id": said("note", text="a", id="x"),
    "an adopted state": said("adopt", state=TICKET | {"owner": "mallory"}),
    "an opening": said("open", channel="email", subject="s", customer={}, content={"text": "a"}),
    "a customer's words": said("receive", content={"text": "smuggled", "kind": "customer"}),
    "another ticket": said("note", ticket=2, text="a"),
    "no such ticket": said("note", ticket=777, text="a"),
    "a huge ticket": said("note", ticket=10**30, text="a"),
    "a negative ticket": said("note", ticket=-1, text="a"),
    "a link to nowhere": said("link", other=777),
    "a huge link": said("link", other=10**30),
    "a link to itself": said("link", other=1),
    "a merge that was not": said("merge", into=2),
    "a merge of another ticket": said("merge", ticket=2, into=1),
    "a merge into itself": said("merge", into=1),
    "an unknown level": said("classify", **CLASSIFY, level=9),
    "a huge level": said("classify", **CLASSIFY, level=10**30),
    "an unknown type": said("classify", **CLASSIFY | {"type": "x" * 10_000}, level=2),
    "a moment without a zone": said("note", text="a", at="2026-03-02T09:30:00"),
    "a moment before time": said("note", text="a", at="0001-01-01T00:00:00Z"),
    "a complaint at the end of time": said("complain", at=NEVER),
    "a snooze without a zone": said("snooze", until="2027-12-31T23:59:59"),
    "a snooze to the end of time": said("snooze", until="9999-12-31T23:59:59-12:00"),
    "a deadline at the end of time": said("classify", **CLASSIFY, level=4, deadline=NEVER),
    "an unknown time zone": said("edit_customer", facts={"time_zone": "No/Where"}),
    "a folder for a time zone": said("edit_customer", facts={"time_zone": "Europe"}),
    "an undo of nothing": said("undo", of=OTHER, before=TICKET | {"owner": "mallory", "steps": [ODD_STEP]}),
    "controls": said("tag", add=["\x00", "[/b]", "\x1b]52;c;x\x07"]),
    "an unknown department": said("dispatch", department="nonsense", text="x"),
    "huge points": said("review", sample="s", points={"x": 10**30}),
    "an empty resolution": said("resolve", result="", satisfaction="satisfied", summary="", recommend=10**25),
    "a reply that was none": said("reply", text="Dear Carol"),
}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with Team(tmp_path) as found:
        yield found


@pytest.mark.parametrize("as_if_done", [False, True])
def test_hostile_actions_do_no_harm(team: Team, *, as_if_done: bool) -> None:
    """Each on a ticket of its own, with a line as desks write it, or with words that nobody may hide."""
    other = team.house.contact("Another one")
    texts: dict[int, str] = {}
    for place, written in enumerate(HOSTILE.values()):
        ticket = team.house.contact("Hello")
        op = action_id(at("09:30"), place.to_bytes(10))
        action = (
            written.replace(ID, op)
            .replace('"ticket": 1,', f'"ticket": {ticket},')
            .replace('"ticket": 2,', f'"ticket": {other},')
            .replace(": 2}", f": {other}}}")
        )
        kind = action.partition('"do": "')[2].partition('"')[0].replace("_", " ")
        texts[ticket] = f"[{kind}] words of mallory" if as_if_done else "words of mallory"
        team.house.say(ticket, "mallory", texts[ticket], MessageKind.NOTE, op=op, action=action)
        team.house.mail(ticket, "after")
    for seat in (team.alice, team.bob):
        seat.settle()
        for name, (ticket, text) in zip(HOSTILE, texts.items(), strict=True):
            shown, said_there = seat.desk.case(ticket).ticket, seat.texts(ticket)
            assert "after" in said_there, name
            assert as_if_done or text in said_there, name
            assert not {"smuggled", "Dear Carol"} & set(said_there), name
            assert (shown.owner, shown.level, shown.status) == (None, None, Status.OPEN), name
            assert shown.answered is None, name
            assert shown.merged_into is None, name
        assert seat.ticket(other).status is Status.OPEN
        assert seat.texts(other) == ["Another one"]
        assert len(list(seat.desk.rows("all", team.clock()))) == len(texts) + 1
        assert seat.faults() == []


def test_an_undo_that_lies_about_what_was_before_changes_what_was_undone_alone(team: Team) -> None:
    ticket = team.begin()
    team.alice.act(ticket, "tag", add="x")
    op = team.alice.waiting()[0].id
    team.sync()
    before = TICKET | {"id": 2, "owner": "mallory", "channel": "bogus", "steps": [ODD_STEP], "tags": ["y"]}
    team.house.say(
        ticket, "mallory", "[undo]", MessageKind.NOTE, op=ID, action=said("undo", of=op, before=before)
    )
    team.sync()
    shown = team.alice.ticket(ticket)
    assert (shown.id, shown.owner, shown.channel, shown.steps) == (ticket, None, "email", ())


def test_whoever_wrote_it_did_it(team: Team) -> None:
    """An action in the name of somebody else is that of whose login wrote it."""
    ticket = team.begin()
    action = said("take", by="bob")
    team.house.say(ticket, "mallory", "[take]", MessageKind.NOTE, op=ID, action=action)
    team.house.change(ticket, "mallory", owner="mallory")
    team.sync()
    (entry,) = [each for each in team.alice.desk.journal(ticket) if each.kind == "take"]
    assert entry.action is not None
    assert entry.action.by == "mallory"
    assert team.alice.ticket(ticket).owner == "mallory"


def test_what_people_read_is_what_was_said(team: Team) -> None:
    ticket = team.begin()
    action = said("reply", text="We pay a million.")
    team.house.say(ticket, "mallory", "We pay nothing.", MessageKind.REPLY, op=ID, action=action)
    team.sync()
    assert team.alice.texts(ticket)[-1] == "We pay nothing."


def test_a_fact_that_makes_no_sense_here_is_left_out(team: Team) -> None:
    ticket = team.begin()
    action = said("classify", **CLASSIFY, level=9)
    team.house.say(ticket, "mallory", "[classify]", MessageKind.NOTE, op=ID, action=action)
    team.house.change(ticket, "mallory", level=9, type="unheard of", channel="smoke", market="ZZ")
    team.house.change(ticket, "mallory", promised=at("2199-01-01 00:00"))
    team.sync()
    shown = team.alice.ticket(ticket)
    assert (shown.level, shown.channel, shown.customer.market) == (None, "smoke", "ZZ")
    assert shown.type == "unheard of"
    assert team.alice.desk.case(ticket).timers


@pytest.mark.parametrize("copied", [True, False])
def test_a_ticket_that_claims_to_be_one_of_ours(team: Team, *, copied: bool) -> None:
    """Somebody copied the word of an opening, or its id alone, into another ticket."""
    ours = team.alice.open("He called.")
    team.sync()
    original = team.house.case(team.alice.there(ours))
    opened = original.opened if copied else said("open", id=original.op)
    other = team.house.contact("Not ours")
    team.house.case(other).opened = opened
    team.sync()
    assert team.alice.here(original.id) == ours
    assert team.alice.here(other) != ours
    assert team.alice.texts(team.alice.here(other)) == ["Not ours"]
    assert team.alice.texts(ours) == ["He called."]


@pytest.mark.parametrize("opened", ["{", said("note", text="a"), said("adopt", state=TICKET), deep(5_000)])
def test_an_opening_that_is_none(team: Team, opened: str) -> None:
    other = team.house.contact("Hello")
    team.house.case(other).opened = opened
    team.sync()
    assert team.alice.texts(other) == ["Hello"]


def test_no_secret_in_what_is_printed(team: Team) -> None:
    connected = Connected("rt", "https://desk.example", "alice", token="1-14-secret")
    assert "secret" not in repr(connected)
    assert "secret" not in str([connected])
    team.alice.desk.repository.remotes.connection = connected
    assert "secret" not in repr(team.alice.desk.repository.remotes.connection)
    error = Down(doubtful=True)
    assert str(error) == str(error.told) == "The helpdesk does not answer."
    opening = Opening(op="x", action="{}", queue=QUEUE, requestor="", text="", facts=Facts())
    assert "secret" not in repr(opening)
