"""RT's odd JSON, the layout of messages, walking lists, and the initialdata file, without a server."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.sync.backends.rt import bodies, fields, lists, mapping, wire
from agent_tui.sync.backends.rt.backend import _remote
from agent_tui.sync.backends.rt.fields import FIELDS, Kind, Side
from agent_tui.sync.backends.rt.freshness import Freshness
from agent_tui.sync.backends.rt.initialdata import initialdata
from agent_tui.sync.backends.rt.values import NOBODY, Message, Person, Spoken

TICKET = {
    "id": "5",
    "Subject": "s",
    "Status": "new",
    "Owner": {"id": NOBODY, "type": "user"},
    "Requestor": [{"id": "carol", "EmailAddress": "c@x.invalid", "RealName": "Carol"}],
    "Queue": {"id": "3", "Name": "Support"},
    "Created": "2026-11-22T06:37:18Z",
    "Creator": {"id": "alice"},
    "LastUpdated": "2026-11-22T06:37:19Z",
    "LastUpdatedBy": "0",
    "Resolved": "1970-01-01T00:00:00Z",
    "Due": "",
    "Type": "ticket",
    "EffectiveId": "5",
    "CustomFields": [
        {"name": "level", "values": ["2"]},
        {"name": "Product", "values": []},
        {"name": "Market", "values": [None]},
        {"name": "Type", "values": [""]},
        {"name": "Picture", "values": [{"filename": "x"}]},
        {"name": "Language", "values": [{"filename": "x"}]},
        {"name": "Channel", "values": ["email", "phone"]},
    ],
}


def row(**changed: object) -> wire.TicketRow:
    return msgspec.json.decode(msgspec.json.encode(TICKET | changed), type=wire.TicketRow, strict=False)


def test_a_ticket_of_rt() -> None:
    ticket = wire.ticket(row())
    assert (ticket.id, ticket.owner, ticket.creator, ticket.updated_by) == (5, None, "alice", "0")
    assert ticket.requestors == (Person("carol", "c@x.invalid", "Carol"),)
    assert ticket.created == datetime(2026, 11, 22, 6, 37, 18, tzinfo=UTC)
    assert (ticket.resolved, ticket.due) == (None, None)
    assert ticket.fields == {"Level": "2", "Channel": "email"}


@pytest.mark.parametrize(
    ("typed", "promised"),
    [
        ("2026-11-22T06:37:18Z", datetime(2026, 11, 22, 6, 37, 18, tzinfo=UTC)),
        ("2026-11-22 06:37", datetime(2026, 11, 22, 6, 37, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("2026-11-22T08:37+02:00", datetime(2026, 11, 22, 6, 37, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-10:00", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_a_moment_that_somebody_typed_into_a_field(
    typed: str, promised: datetime | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")  # that of the machine counts for nothing
    time.tzset()
    try:
        found = mapping.facts(
            wire.ticket(row(CustomFields=[{"name": "PromisedDeadline", "values": [typed]}]))
        )
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found.promised == promised


@pytest.mark.parametrize(
    ("typed", "level"), [("2", 2), ("two", None), ("-2", None), ("²", None), ("9" * 5000, None)]
)
def test_a_level_that_somebody_typed_into_a_field(typed: str, level: int | None) -> None:
    ticket = wire.ticket(row(CustomFields=[{"name": "Level", "values": [typed]}]))
    assert mapping.facts(ticket).level == level


def test_words_that_rt_may_still_be_writing_are_left_out_until_they_are_told() -> None:
    moment = datetime(2026, 11, 22, 6, 37, 19, tzinfo=UTC)
    ticket = _remote(wire.ticket(row()), [Message(87, 5, Spoken.COMMENT, Person("bob"), moment, "Hm.")])
    freshness = Freshness()
    assert not freshness.holds_back
    assert freshness.without(ticket, moment).entries == ()
    assert freshness.holds_back
    assert freshness.ripe(moment + timedelta(seconds=4)) == {}
    assert freshness.ripe(moment + timedelta(seconds=5)) == {5: (87,)}
    assert not freshness.holds_back


@pytest.mark.parametrize("empty", ["", []])
def test_a_ticket_without_people_and_fields(empty: object) -> None:
    ticket = wire.ticket(row(Requestor=empty, CustomFields=empty, Owner="0", id=5, EffectiveId=5))
    assert (ticket.requestors, ticket.fields, ticket.owner) == ((), {}, "0")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01T00:00:00Z", None),
        ("", None),
        ("rubbish", None),
        ("2026-11-22T06:37:18Z", datetime(2026, 11, 22, 6, 37, 18, tzinfo=UTC)),
        ("2026-11-22T08:37:18+02:00", datetime(2026, 11, 22, 6, 37, 18, tzinfo=UTC)),
    ],
)
def test_moments_that_may_be_unset(text: str, moment: datetime | None) -> None:
    assert wire.optional(text) == moment


@pytest.mark.parametrize(
    ("kind", "field", "new", "into"),
    [
        ("AddLink", "MergedInto", "fsck.com-rt://rt.local/ticket/21", 21),
        ("AddLink", "MergedInto", "fsck.com-rt://rt.local/ticket/5", None),
        ("AddLink", "MergedInto", "", None),
        ("AddLink", "RefersTo", "fsck.com-rt://rt.local/ticket/21", None),
        ("Set", "Owner", "21", None),
    ],
)
def test_merges_name_their_goal(kind: str, field: str, new: str, into: int | None) -> None:
    found = wire.ChangeRow(7, kind, 5, datetime(2026, 1, 1, tzinfo=UTC), "alice", field, "", new)
    assert wire.change(found).into == into


# Messages


def part(
    number: int, media: str, name: str = "", size: int = 1, headers: str = "", subject: str = ""
) -> wire.Part:
    return wire.Part(number, 1, media, size, name, "", subject, headers)


LAYOUTS = {
    "plain": ([part(1, "text/plain")], [1], []),
    "html": ([part(1, "text/html")], [1], []),
    "two versions": (
        [part(1, "multipart/alternative", size=0), part(2, "text/plain"), part(3, "text/html")],
        [2],
        [],
    ),
    "two versions, html first": (
        [part(1, "multipart/alternative", size=0), part(2, "text/html"), part(3, "text/plain")],
        [3],
        [],
    ),
    "two versions and a file": (
        [
            part(1, "multipart/mixed", size=0),
            part(2, "multipart/alternative", size=0),
            part(3, "text/plain"),
            part(4, "text/html"),
            part(5, "application/pdf", "a.pdf"),
        ],
        [3],
        [5],
    ),
    "html with pictures beside plain": (
        [
            part(1, "multipart/alternative", size=0),
            part(2, "text/plain"),
            part(3, "multipart/related", size=0),
            part(4, "text/html"),
            part(5, "image/png"),
        ],
        [2],
        [5],
    ),
    "a list's footer": (
        [part(1, "multipart/mixed", size=0), part(2, "text/html"), part(3, "text/plain")],
        [2, 3],
        [],
    ),
    "a footer behind two versions": (
        [
            part(1, "multipart/mixed", size=0),
            part(2, "multipart/alternative", size=0),
            part(3, "text/plain"),
            part(4, "text/html"),
            part(5, "text/html"),
        ],
        [3, 5],
        [],
    ),
    "a text file": ([part(1, "text/plain"), part(2, "text/plain", "a.txt")], [1], [2]),
    "a text file without a name": (
        [part(1, "text/plain"), part(2, "text/plain", headers="X: y\nContent-Disposition: attachment")],
        [1],
        [2],
    ),
    "a calendar": ([part(1, "text/plain"), part(2, "text/calendar")], [1], [2]),
    "a forwarded mail": (
        [part(1, "text/plain"), part(2, "message/rfc822", size=0), part(3, "text/plain", subject="inner")],
        [1],
        [3],
    ),
    "a mail as a file": ([part(1, "text/plain"), part(2, "message/rfc822", "a.eml")], [1], [2]),
    "no words": ([part(1, "application/octet-stream", size=0)], [], []),
    "an empty text": ([part(1, "text/plain", size=0)], [], []),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_which_parts_are_text_and_which_are_files(name: str) -> None:
    parts, texts, files = LAYOUTS[name]
    found = bodies.layout(reversed(parts))
    assert [each.id for each in found.texts] == texts
    assert [each.id for each in found.files] == files


def test_a_message_is_put_together() -> None:
    said = wire.SpokenRow(9, "Correspond", 5, datetime(2026, 1, 1, tzinfo=UTC), "alice")
    parts = [
        part(1, "text/html", headers="H: 1", subject="s"),
        part(2, "text/plain"),
        part(3, "text/csv", "a.csv"),
    ]
    message = bodies.message(said, parts, {1: "<p>one</p>", 2: "two"})
    assert (message.kind, message.text, message.html) == (Spoken.CORRESPOND, "one\ntwo", True)
    assert (message.subject, message.head, message.last) == ("s", "H: 1", 3)
    assert [file.name for file in message.files] == ["a.csv"]


# Lists


class Listing:
    """A list of which some rows are hidden: those are counted for pages, and not shown."""

    def __init__(self, visible: set[int], size: int) -> None:
        self.visible = visible
        self.size = size
        self.asked = 0

    def __call__(self, after: int, page: int, newest: bool) -> Sequence[wire.Row]:
        self.asked += 1
        ids = [number for number in range(1, self.size + 1) if number > after]
        shown = (ids[::-1] if newest else ids)[(page - 1) * 10 : page * 10]
        return [wire.Row(number) for number in shown if number in self.visible]


@given(
    st.integers(0, 120).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(1, max(size, 1)))))
)
def test_a_walk_finds_every_row_below_the_last_visible_page(case: tuple[int, set[int]]) -> None:
    size, visible = case
    visible = {number for number in visible if number <= size}
    found = [found.id for rows in lists.walk(Listing(visible, size), 0) for found in rows]
    assert found == sorted(set(found))
    missed = visible - set(found)
    # What is missed stands behind a page of hidden rows, with no newer row to betray it: it is found with the next.
    if missed:
        assert not {number for number in visible if number > size - 10}
    visible.add(size + 1)
    later = {
        found.id for rows in lists.walk(Listing(visible, size + 1), max(found, default=0)) for found in rows
    }
    assert later == visible - set(found)


def test_the_end_of_a_list_takes_two_looks() -> None:
    listing = Listing(set(range(1, 26)), 25)
    assert [len(rows) for rows in lists.walk(listing, 0)] == [10, 10, 5]
    assert listing.asked == 5


# Fields and the initialdata file


def test_fields_have_one_name_each_and_choices_have_values() -> None:
    assert len({(field.name.casefold(), field.side) for field in FIELDS}) == len(FIELDS)
    for field in FIELDS:
        assert bool(field.values) == (field.kind is Kind.CHOICE)
    assert fields.absent(Side.TRANSACTION, ["clientop"]) == ("ClientAction",)
    assert fields.absent(Side.TICKET, [field.name for field in FIELDS]) == ()


def test_the_file_names_every_field_and_value() -> None:
    text = initialdata()
    assert text.endswith("1;\n")
    for field in FIELDS:
        assert f"Name => '{field.name}'" in text
        for value in field.values:
            assert f"'{value}'" in text
    assert "my $group = '';" in text
    assert not re.search(r"@[A-Z_]+@", text)


def test_a_groups_name_cannot_leave_its_quotes() -> None:
    assert r"my $group = 'it\'s \\ \'; die';" in initialdata("it's \\ '; die")
