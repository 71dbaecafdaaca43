"""The shortest way to a ticket, an action, a calendar or a policy in a test.

Times are written as text: `at("09:00")` is on Monday, 2 March 2026, in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, start
from agent_tui.domain.calendars import Calendar, DaysOff, Interval, Window, after, elapsed
from agent_tui.domain.permit import permit
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Customer, MessageKind, Satisfaction, Status, Step, Ticket
from agent_tui.domain.timers import Timer, TimerKind, TimerState, due, timers
from agent_tui.packs.policies import load_policy

A = TypeVar("A", bound=do.Base)

MONDAY = "2026-03-02"
AGENT = "li.wei"
COLLEAGUE = "zhang.min"
CUSTOMER = Customer(name="Emma Clarke", emails=("emma@example.com",))
SEC, MIN, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEKDAYS = range(5)
EVERY_DAY = range(7)

_numbers = count(1)


def at(text: str, zone: str = "UTC", fold: int = 0) -> datetime:
    """The moment, in UTC, of `09:00`, `03-04 09:00` or `2026-03-04 09:00:30` on the clocks of `zone`."""
    day, _, clock = text.rpartition(" ")
    day = MONDAY if not day else day if len(day) == 10 else f"2026-{day}"
    wall = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone), fold=fold)
    return wall.astimezone(UTC)


def pause(start: str, end: str, zone: str = "UTC") -> Interval:
    """An interval between two moments."""
    return at(start, zone), at(end, zone)


@cache
def shipped() -> Policy:
    """The policy as the product ships it."""
    policy, problems = load_policy()
    assert not problems
    return policy


# Calendars.


def window(text: str) -> Window:
    """The window `09:00-17:00`; one that ends before it begins reaches into the next day."""
    begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("-"))
    return Window(begin, end if end > begin else end + 1440)


def windows_of(text: str) -> tuple[Window, ...]:
    """The windows `09:00-12:00 13:00-17:00`."""
    return tuple(window(each) for each in text.split())


class Closed:
    """Public holidays as a plain list."""

    def __init__(self, days: Iterable[str]) -> None:
        self.days = {date.fromisoformat(day) for day in days}

    def name(self, day: date) -> str | None:
        return "holiday" if day in self.days else None


def office(
    hours: str = "09:00-17:00",
    zone: str = "UTC",
    days: Iterable[int] = WEEKDAYS,
    holidays: DaysOff | tuple[str, ...] = (),
    special: Mapping[str, str] | None = None,
) -> Calendar:
    """Business hours: the same windows on each of `days`, and single days that differ."""
    open_days = set(days)
    return Calendar(
        "office",
        zone,
        tuple(windows_of(hours) if day in open_days else () for day in range(7)),
        Closed(holidays) if isinstance(holidays, tuple) else holidays,
        {date.fromisoformat(day): windows_of(text) for day, text in (special or {}).items()},
    )


def week(zone: str = "UTC", **hours: str) -> Calendar:
    """Business hours that differ from day to day: `week(mon="09:00-17:00", sat="11:00-14:30")`."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return Calendar("office", zone, tuple(windows_of(hours.get(name, "")) for name in names))


def due_at(calendar: Calendar, begin: datetime, limit: timedelta, *pauses: Interval) -> datetime:
    """When a limit runs out; it must."""
    moment = after(calendar, begin, limit, pauses)
    assert moment is not None
    return moment


def counted_between(calendar: Calendar, begin: str, end: str) -> timedelta:
    """The time that counts between two moments on the calendar's own clocks."""
    return elapsed(calendar, at(begin, calendar.zone), at(end, calendar.zone))


# Policies.


def policy_with(
    base: Policy | None = None,
    *,
    hours: Calendar | None = None,
    first: timedelta | None = None,
    following: timedelta | None = None,
    level_2: timedelta | None = None,
    paused_by: Mapping[str, tuple[Status, ...]] | None = None,
) -> Policy:
    """The shipped policy with other numbers; `hours` counts every limit of channels and levels in them."""
    policy = base or shipped()
    channels, levels, clocks = dict(policy.channels), dict(policy.levels), dict(policy.clocks)
    calendars = dict(policy.calendars)
    if hours is not None:
        calendars[hours.id] = hours
        channels = {key: replace(rule, calendar=hours.id) for key, rule in channels.items()}
        levels = {key: replace(rule, calendar=hours.id) for key, rule in levels.items()}
    if first is not None:
        channels = {key: replace(rule, first_response=first) for key, rule in channels.items()}
    if following is not None:
        channels = {key: replace(rule, next_response=following) for key, rule in channels.items()}
    if level_2 is not None:
        levels[2] = replace(levels[2], limit=level_2)
    for kind, statuses in (paused_by or {}).items():
        clocks[kind] = replace(clocks[kind], paused_by=statuses)
    return replace(policy, channels=channels, levels=levels, clocks=clocks, calendars=calendars)


# Actions and tickets.


def action(kind: type[A], when: datetime, ticket: int = 1, by: str = AGENT, **fields: object) -> A:
    """An action with an id of its own."""
    return kind(id=f"{next(_numbers):026}", ticket=ticket, at=when, by=by, **fields)


def opening(
    when: datetime,
    channel: str = "email",
    ticket: int = 1,
    *,
    customer: Customer = CUSTOMER,
    kind: MessageKind = MessageKind.CUSTOMER,
    text: str = "The parcel never came.",
    answered: datetime | None = None,
) -> do.Open:
    """The contact a ticket begins with."""
    content = do.Content(text=text, author=customer.name, kind=kind)
    return action(
        do.Open,
        when,
        ticket,
        channel=channel,
        subject="Parcel 4471",
        customer=customer,
        content=content,
        answered=answered,
    )


class Story:
    """A ticket and what happens to it, one line an action; policy is asked before each one.

    `ticket` is how it stands, `actions` what was done.
    """

    def __init__(self, begin: do.Open | None = None, policy: Policy | None = None) -> None:
        begin = begin or opening(at("09:00"))
        self.policy = policy or shipped()
        permit(None, begin, self.policy)
        self.ticket: Ticket = start(begin)
        self.actions: list[do.Action] = [begin]

    def perform(self, act: do.Action, other: Ticket | None = None) -> Story:
        permit(self.ticket, act, self.policy)
        self.ticket = apply(self.ticket, act, other)
        self.actions.append(act)
        return self

    def _act(self, kind: type[A], when: datetime, by: str = AGENT, **fields: object) -> Story:
        act = action(kind, when, self.ticket.id, by, **fields)
        assert isinstance(act, do.Action)
        return self.perform(act)

    def receive(self, when: datetime, kind: MessageKind, text: str = "…") -> Story:
        return self._act(do.Receive, when, content=do.Content(text=text, kind=kind))

    def customer(self, when: datetime, text: str = "Any news?") -> Story:
        return self.receive(when, MessageKind.CUSTOMER, text)

    def take(self, when: datetime, by: str = AGENT, from_owner: str | None = None) -> Story:
        return self._act(do.Take, when, by, from_owner=from_owner)

    def release(self, when: datetime, by: str = AGENT) -> Story:
        return self._act(do.Release, when, by)

    def classify(
        self,
        when: datetime,
        level: int = 2,
        type: str = "logistics",
        *,
        urgent: bool = False,
        verified: bool = True,
        deadline: datetime | None = None,
    ) -> Story:
        return self._act(
            do.Classify, when, verified=verified, type=type, level=level, urgent=urgent, deadline=deadline
        )

    def reply(self, when: datetime, outcome: do.Outcome | None = None, text: str = "Dear Emma, …") -> Story:
        return self._act(do.Reply, when, text=text, outcome=outcome or do.Solves())

    def asks(self, when: datetime) -> Story:
        return self.reply(when, do.Asks())

    def unsolved(self, when: datetime, deadline: datetime) -> Story:
        return self.reply(when, do.Unsolved("the carrier is looking", deadline, "by e-mail every day"))

    def note(self, when: datetime, by: str = AGENT, text: str = "Carrier called.") -> Story:
        return self._act(do.Note, when, by, text=text)

    def snooze(self, when: datetime, until: datetime) -> Story:
        return self._act(do.Snooze, when, until=until)

    def wait(self, when: datetime) -> Story:
        return self._act(do.Wait, when)

    def resume(self, when: datetime) -> Story:
        return self._act(do.Resume, when)

    def resolve(
        self, when: datetime, summary: str = "Parcel sent again.", root_cause: str = "", improvement: str = ""
    ) -> Story:
        return self._act(
            do.Resolve,
            when,
            result="sent again",
            satisfaction=Satisfaction.SATISFIED,
            summary=summary,
            root_cause=root_cause,
            improvement=improvement,
        )

    def reopen(self, when: datetime, reason: str = "still not there") -> Story:
        return self._act(do.Reopen, when, reason=reason)

    def step(self, step: Step) -> Story:
        """Give the ticket a piece of work with a clock of its own."""
        self.ticket = replace(self.ticket, steps=(*self.ticket.steps, step))
        return self

    # What is asked of it.

    def all(self, kind: TimerKind) -> list[Timer]:
        return [timer for timer in timers(self.ticket, self.policy) if timer.kind is kind]

    def timer(self, kind: TimerKind) -> Timer:
        """The only clock of its kind."""
        found = self.all(kind)
        assert len(found) == 1, f"{len(found)} timers of the kind {kind.value}"
        return found[0]

    @property
    def first_response(self) -> Timer:
        return self.timer(TimerKind.FIRST_RESPONSE)

    @property
    def next_response(self) -> Timer:
        return self.timer(TimerKind.NEXT_RESPONSE)

    @property
    def resolution(self) -> Timer:
        return self.timer(TimerKind.RESOLUTION)

    @property
    def due(self) -> datetime | None:
        """The due time of the ticket: that of its earliest open timer."""
        first = due(self.ticket, self.policy)
        return first.due if first else None

    def states(self, now: datetime) -> dict[str, TimerState]:
        """How the newest clock of each name stands."""
        return {timer.name: timer.state(now) for timer in timers(self.ticket, self.policy)}
