"""What holds for every calendar, every ticket and every word, whatever the numbers."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import assume, example, given
from hypothesis import strategies as st

from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, start
from agent_tui.domain.calendars import (
    ALWAYS,
    Calendar,
    CalendarError,
    DaysOff,
    Interval,
    NoDaysOff,
    Window,
    after,
    elapsed,
    working,
    working_days_after,
)
from agent_tui.domain.clocks import TimerState
from agent_tui.domain.durations import parse_duration, write_duration
from agent_tui.domain.ids import ENTROPY, action_id, is_action_id
from agent_tui.domain.moments import parse_moment, parse_past
from agent_tui.domain.next_step import STEPS, next_step
from agent_tui.domain.permit import permit
from agent_tui.domain.policy import Policy
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Customer, MessageKind, Relation, Satisfaction, Status, Ticket
from agent_tui.domain.timers import due, timers
from agent_tui.domain.views import order, row
from tests.factories import CUSTOMER, DAY, HOUR, SEC, at, opening, policy_with, shipped

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",  # changes at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Australia/Sydney",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Asia/Tokyo",
    "Africa/Cairo",
)
MICRO = timedelta(microseconds=1)
# Moments around changes of clocks come up far more often than chance would have it.
CHANGES = tuple(
    at(text)
    for text in (
        "2026-03-29 01:00",
        "2026-10-25 01:00",
        "2026-03-08 07:00",
        "2026-11-01 06:00",
        "2026-09-06 04:00",
        "2026-04-05 03:00",
        "2026-10-03 15:30",
        "2026-04-04 15:00",
        "2026-04-23 22:00",
    )
)
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes),
        st.sampled_from(CHANGES),
        st.integers(-2000, 2000),
    ),
)
LIMITS = st.one_of(
    st.timedeltas(SEC, 40 * DAY),
    st.integers(1, 400).map(lambda quarters: quarters * HOUR / 4),  # runs out exactly when something closes
)


@st.composite
def day_windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to four windows, adjacent ones among them; the last may reach into the next day."""
    marks = sorted(draw(st.sets(st.integers(0, 96), max_size=8)))
    found = [Window(15 * begin, 15 * end) for begin, end in zip(marks[::2], marks[1::2], strict=False)]
    overnight = draw(st.booleans())
    if found and overnight:
        last = found.pop()
        found.append(Window(last.start, min(last.end + 15 * draw(st.integers(0, 40)), last.start + 1440)))
    return tuple(found)


class Some:
    """Holidays by chance: every n-th day."""

    def __init__(self, every: int) -> None:
        self.every = every

    def __repr__(self) -> str:
        return f"Some({self.every})"

    def name(self, day: date) -> str | None:
        return "holiday" if day.toordinal() % self.every == 0 else None


HOLIDAYS: st.SearchStrategy[DaysOff] = st.sampled_from([NoDaysOff(), Some(9), Some(30)])


@st.composite
def office_hours(draw: st.DrawFn) -> Calendar:
    week = tuple(draw(day_windows()) for _ in range(7))
    assume(sum(window.end - window.start for day in week for window in day) >= 240)
    days = draw(st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 6, 1)), day_windows(), max_size=4))
    holidays = draw(HOLIDAYS)
    return Calendar("random", draw(st.sampled_from(ZONES)), week, holidays, days)


CALENDARS = st.one_of(st.just(ALWAYS), office_hours())


@st.composite
def pauses_from(draw: st.DrawFn, begin: datetime) -> tuple[Interval, ...]:
    """Sorted and disjoint, adjacent ones among them."""
    gaps = draw(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 4000)), max_size=4))
    found: list[Interval] = []
    reached = begin - DAY
    for gap, length in gaps:
        opens = reached + timedelta(minutes=gap)
        reached = opens + timedelta(minutes=length)
        found.append((opens, reached))
    return tuple(found)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, datetime, tuple[Interval, ...]]:
    begin = draw(MOMENTS)
    return draw(CALENDARS), begin, draw(pauses_from(begin))


def due_time(calendar: Calendar, begin: datetime, limit: timedelta, pauses: tuple[Interval, ...]) -> datetime:
    moment = after(calendar, begin, limit, pauses)
    assert moment is not None
    return moment


# Calendars.


@given(situations(), LIMITS)
def test_a_due_time_is_the_first_moment_at_which_the_limit_has_been_counted(
    situation: tuple[Calendar, datetime, tuple[Interval, ...]], limit: timedelta
) -> None:
    calendar, begin, pauses = situation
    moment = due_time(calendar, begin, limit, pauses)
    assert moment > begin
    assert elapsed(calendar, begin, moment, pauses) == limit
    assert elapsed(calendar, begin, moment - MICRO, pauses) < limit


@given(situations(), LIMITS, LIMITS)
def test_a_longer_limit_is_due_later(
    situation: tuple[Calendar, datetime, tuple[Interval, ...]], one: timedelta, other: timedelta
) -> None:
    calendar, begin, pauses = situation
    first = due_time(calendar, begin, one, pauses)
    assert due_time(calendar, begin, one + other, pauses) > first
    assert due_time(calendar, first, other, pauses) == due_time(calendar, begin, one + other, pauses)


@given(situations(), LIMITS, st.timedeltas(timedelta(), 9 * DAY))
def test_a_later_start_is_never_due_earlier(
    situation: tuple[Calendar, datetime, tuple[Interval, ...]], limit: timedelta, later: timedelta
) -> None:
    calendar, begin, pauses = situation
    assert due_time(calendar, begin + later, limit, pauses) >= due_time(calendar, begin, limit, pauses)


@given(situations(), LIMITS)
def test_a_pause_never_makes_a_due_time_earlier(
    situation: tuple[Calendar, datetime, tuple[Interval, ...]], limit: timedelta
) -> None:
    calendar, begin, pauses = situation
    due_times = [due_time(calendar, begin, limit, pauses[:count]) for count in range(len(pauses) + 1)]
    assert due_times == sorted(due_times)


@given(situations(), st.lists(st.timedeltas(timedelta(), 9 * DAY), min_size=1, max_size=4))
def test_the_parts_of_an_interval_add_up(
    situation: tuple[Calendar, datetime, tuple[Interval, ...]], parts: list[timedelta]
) -> None:
    calendar, begin, pauses = situation
    marks = [begin]
    for part in parts:
        marks.append(marks[-1] + part)
    pieces = [elapsed(calendar, one, other, pauses) for one, other in pairwise(marks)]
    assert sum(pieces, timedelta()) == elapsed(calendar, marks[0], marks[-1], pauses)
    assert elapsed(calendar, marks[0], marks[-1]) <= marks[-1] - marks[0]


@given(situations(), LIMITS, st.sampled_from(ZONES))
def test_the_zone_in_which_moments_are_given_changes_nothing(
    situation: tuple[Calendar, datetime, tuple[Interval, ...]], limit: timedelta, zone: str
) -> None:
    calendar, begin, pauses = situation
    tz = ZoneInfo(zone)
    local = tuple((one.astimezone(tz), other.astimezone(tz)) for one, other in pauses)
    moment = due_time(calendar, begin, limit, pauses)
    assert due_time(calendar, begin.astimezone(tz), limit, local) == moment
    assert elapsed(calendar, begin.astimezone(tz), moment.astimezone(tz), local) == limit


@given(office_hours(), MOMENTS, st.timedeltas(timedelta(), 20 * DAY))
def test_openings_come_in_order_inside_the_interval_and_never_overlap(
    calendar: Calendar, begin: datetime, length: timedelta
) -> None:
    found = list(working(calendar, begin, begin + length))
    assert all(begin <= opens < closes <= begin + length for opens, closes in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


@given(office_hours(), MOMENTS, st.integers(1, 20))
def test_working_days_end_when_the_calendar_closes(calendar: Calendar, begin: datetime, days: int) -> None:
    moment = working_days_after(calendar, begin, days)
    assert moment > begin
    assert working_days_after(calendar, begin, days + 1) > moment - DAY
    assert elapsed(calendar, moment - 2 * HOUR, moment + 2 * HOUR) <= 4 * HOUR


@given(MOMENTS, LIMITS)
def test_a_calendar_without_hours_never_runs_out(begin: datetime, limit: timedelta) -> None:
    try:
        after(Calendar("closed", week=((),) * 7), begin, limit)
    except CalendarError:
        return
    raise AssertionError("a calendar that never opens gave a due time")


# Stories: any actions in any order.

AGENTS = st.sampled_from(("li.wei", "zhang.min"))
WORDS = st.sampled_from(("", " ", "x", "two words", "\x00\u202e"))
OUTCOMES = st.one_of(
    st.just(do.Solves()),
    st.just(do.Asks()),
    st.builds(do.Unsolved, WORDS, MOMENTS, WORDS),
)
CUSTOMERS = st.sampled_from((CUSTOMER, Customer(), Customer(phones=("+81 1",), market="JP")))


def some(kind: type[do.Base], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[do.Base]:
    return st.builds(
        kind,
        id=st.uuids().map(lambda value: value.hex[:26].upper()),
        ticket=st.integers(1, 2),
        at=MOMENTS,
        by=AGENTS,
        **fields,
    )


CONTENT = st.builds(do.Content, text=WORDS, author=WORDS, kind=st.sampled_from(MessageKind), message_id=WORDS)
OPENINGS = some(
    do.Open,
    channel=st.sampled_from(("phone", "chat", "email", "social", "messenger")),
    subject=WORDS,
    customer=CUSTOMERS,
    content=CONTENT,
    answered=st.none() | MOMENTS,
)
FACTS = st.builds(do.CustomerFacts, name=WORDS, market=st.sampled_from(("JP", "DE", None)), wishes=WORDS)
ACTIONS = st.one_of(
    some(do.Receive, content=CONTENT),
    some(do.Take, from_owner=st.none() | AGENTS),
    some(do.Release),
    some(
        do.Classify,
        verified=st.booleans(),
        type=st.sampled_from(("logistics", "after_sales_fault", "weather")),
        level=st.integers(0, 5),
        urgent=st.booleans(),
        deadline=st.none() | MOMENTS,
        reason=WORDS,
    ),
    some(do.Reply, text=WORDS, outcome=OUTCOMES),
    some(do.Note, text=WORDS),
    some(do.Snooze, until=MOMENTS, reason=WORDS),
    some(do.Wait, reason=WORDS),
    some(do.Resume),
    some(
        do.Resolve,
        result=WORDS,
        satisfaction=st.sampled_from(Satisfaction),
        summary=WORDS,
        root_cause=WORDS,
        improvement=WORDS,
    ),
    some(do.Reopen, reason=WORDS),
    some(do.Tag, add=st.tuples(WORDS), remove=st.tuples(WORDS)),
    some(do.Link, other=st.integers(1, 3), relation=st.sampled_from(Relation)),
    some(do.Unlink, other=st.integers(1, 3)),
    some(do.Merge, into=st.just(3)),
    some(do.EditCustomer, facts=FACTS),
)
STORIES = st.tuples(OPENINGS, st.lists(ACTIONS, max_size=12))
POLICIES = (
    shipped(),
    policy_with(hours=shipped().calendars["DE"]),
    policy_with(paused_by={"resolution": (Status.WAITING, Status.SNOOZED, Status.RESOLVED)}),
)
SOME_POLICY = st.integers(0, len(POLICIES) - 1).map(lambda place: POLICIES[place])  # a policy's repr is long
ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(do.Action)
STORED = msgspec.json.Decoder(Ticket)


def well_formed(ticket: Ticket) -> None:
    assert [span.start for span in ticket.spans] == sorted(span.start for span in ticket.spans)
    assert ticket.spans[-1].status is ticket.status
    assert all((span.until is not None) == (span.status is Status.SNOOZED) for span in ticket.spans)
    assert [message.at for message in ticket.messages] == sorted(message.at for message in ticket.messages)
    assert list(ticket.tags) == sorted(set(ticket.tags))
    assert len({link.other for link in ticket.links}) == len(ticket.links)
    assert (ticket.merged_into is not None) == (ticket.status is Status.MERGED)
    assert ticket.resolution is None or ticket.status is Status.RESOLVED
    assert ticket.changed is not None
    assert ticket.changed >= ticket.created
    assert next_step(ticket, shipped()).id in STEPS


def told(begin: do.Open, acts: list[do.Action], policy: Policy | None) -> tuple[list[do.Action], Ticket]:
    """The actions that were possible, and the ticket after them."""
    ticket = start(begin)
    done: list[do.Action] = [begin]
    well_formed(ticket)
    for act in acts:
        try:
            if policy is not None:
                permit(ticket, act, policy)
            ticket = apply(ticket, act)
        except Refusal:
            continue
        done.append(act)
        well_formed(ticket)
    return done, ticket


@given(STORIES, st.booleans())
def test_any_actions_in_any_order_leave_a_well_formed_ticket_or_a_refusal(
    story: tuple[do.Open, list[do.Action]], asked: bool
) -> None:
    told(*story, shipped() if asked else None)


@given(STORIES)
def test_replaying_the_journal_gives_the_same_ticket(story: tuple[do.Open, list[do.Action]]) -> None:
    done, ticket = told(*story, None)
    read = [DECODER.decode(ENCODER.encode(act)) for act in done]
    assert read == done
    first, *rest = read
    assert isinstance(first, do.Open)
    again = start(first)
    for act in rest:
        again = apply(again, act)
    assert again == ticket
    assert STORED.decode(ENCODER.encode(ticket)) == ticket


@given(STORIES, SOME_POLICY, MOMENTS)
def test_the_clocks_of_any_ticket_make_sense(
    story: tuple[do.Open, list[do.Action]], policy: Policy, now: datetime
) -> None:
    _, ticket = told(*story, policy)
    found = timers(ticket, policy)
    assert [timer.start for timer in found] == sorted(timer.start for timer in found)
    for timer in found:
        state = timer.state(now)
        assert (state in (TimerState.MET, TimerState.MISSED)) == (timer.ended is not None)
        assert timer.due is not None or timer.ended is not None or state is TimerState.PAUSED
        assert all(one < other for one, other in timer.pauses)
        assert all(one[1] < other[0] for one, other in pairwise(timer.pauses))
        if timer.due is not None and timer.ended is None:
            assert (now > timer.due) == (state is TimerState.BREACHED)
        if timer.limit is not None and timer.due is not None:
            calendar = policy.calendar(timer.calendar, ticket.customer.market)
            assert elapsed(calendar, timer.start, timer.due, timer.pauses) == timer.limit
            assert timer.risk is not None
            assert timer.risk <= timer.due
    closed = ticket.status in (Status.RESOLVED, Status.MERGED)
    assert not closed or all(timer.ended is not None for timer in found)
    first = due(ticket, policy)
    open_due = [timer.due for timer in found if timer.ended is None and timer.due is not None]
    assert (first.due if first else None) == min(open_due, default=None)
    assert row(ticket, policy).due == (None if closed else min(open_due, default=None))


@given(STORIES)
def test_a_customer_who_waits_always_has_a_clock(story: tuple[do.Open, list[do.Action]]) -> None:
    """Whoever wrote last without an answer stands under a promise to respond."""
    _, ticket = told(*story, None)
    if ticket.awaiting_since is not None and ticket.level in (None, 2, 3):
        found = timers(msgspec.structs.replace(ticket, level=None), shipped())
        assert any(timer.ended is None and timer.kind.value.endswith("response") for timer in found)


ROWS = st.builds(
    lambda base, number, urgent, when, created: msgspec.structs.replace(
        base, id=number, urgent=urgent, due=when, created=created
    ),
    st.just(row(start(opening(at("09:00"))), shipped())),
    st.integers(1, 9),
    st.booleans(),
    st.none() | st.sampled_from(CHANGES),
    st.sampled_from(CHANGES),
)


@given(st.lists(ROWS, max_size=8))
def test_rows_are_ordered_as_the_queue_is_indexed(rows: list[object]) -> None:
    """`urgent DESC, place, created, ticket`, where what has no due time is placed behind every due time, by age."""
    from agent_tui.domain.views import Row

    found = [each for each in rows if isinstance(each, Row)]
    undated = datetime.max.replace(tzinfo=UTC)

    def indexed(each: Row) -> tuple[int, datetime, datetime, int]:
        return (-int(each.urgent), each.due or undated, each.created, each.id)

    assert sorted(found, key=order) == sorted(found, key=indexed)


# Words.


@given(st.timedeltas(timedelta(), 9999 * DAY))
def test_a_duration_that_is_written_reads_back(value: timedelta) -> None:
    whole = timedelta(seconds=int(value.total_seconds()))
    assert parse_duration(write_duration(whole)) == whole


@given(st.text(max_size=20) | st.from_regex(r"\d{1,3}(\.\d)?\s?(s|min|h|d|w|天|x)", fullmatch=True))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    try:
        assert parse_duration(text) >= timedelta()
    except ValueError as error:
        assert str(error)  # noqa: PT017


CLOCKS = st.builds(
    lambda hour, minute, form: form.format(h=hour, m=minute),
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(("{h}:{m:02}", "{h}点{m}分", "at {h}:{m:02}", "{h}")),
)
DAYS = st.sampled_from(("mon", "Tuesday", "wed.", "next thu", "周五", "下周六", "礼拜天", "tomorrow", "后天"))
FUTURE = st.one_of(
    CLOCKS,
    DAYS,
    st.builds("{} {}".format, DAYS, CLOCKS),
    st.builds("{}{}".format, st.integers(1, 999), st.sampled_from(("s", "min", "h", "d", "小时后", "天"))),
)


@given(FUTURE, MOMENTS, st.sampled_from(ZONES))
@example("02:45", at("2026-10-25 01:30"), "Europe/Berlin")
def test_a_moment_to_come_never_lies_in_the_past(text: str, now: datetime, zone: str) -> None:
    moment = parse_moment(text, now, zone)
    assert moment > now
    assert moment.tzinfo is UTC
    assert parse_moment(text, now.astimezone(ZoneInfo(zone)), zone) == moment


@given(CLOCKS, MOMENTS, st.sampled_from(ZONES))
def test_a_clock_time_that_has_been_is_the_latest_one(text: str, now: datetime, zone: str) -> None:
    moment = parse_past(text, now, zone)
    assert now - 2 * DAY < moment <= now


@given(st.text(max_size=25), MOMENTS, st.sampled_from(ZONES))
@example("2월", at("09:00"), "UTC")
@example("99:99", at("09:00"), "UTC")
@example("0000-00-00", at("09:00"), "UTC")
@example("²", at("09:00"), "UTC")
def test_any_text_is_a_moment_or_a_value_error(text: str, now: datetime, zone: str) -> None:
    for read in (parse_moment, parse_past):
        try:
            assert read(text, now, zone).tzinfo is UTC
        except (ValueError, OverflowError) as error:
            assert str(error)  # noqa: PT017


@given(st.lists(MOMENTS, min_size=2, max_size=6))
def test_ids_sort_as_text_by_their_time(moments: list[datetime]) -> None:
    made = [(moment, action_id(moment, os.urandom(ENTROPY))) for moment in moments]
    assert all(is_action_id(each) for _, each in made)
    for one, one_id in made:
        for other, other_id in made:
            if other - one >= timedelta(milliseconds=1):
                assert one_id < other_id


@given(OPENINGS | ACTIONS)
def test_every_action_survives_the_journal(act: do.Action) -> None:
    read = DECODER.decode(ENCODER.encode(act))
    assert read == act
    assert type(read) is type(act)
    assert do.kind_of(read) == do.kind_of(act)
    assert do.tickets_of(act)[0] == act.ticket
