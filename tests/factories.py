"""The shortest way to a ticket, an action, a calendar or a policy in a test.

Times are written as text: `at("09:00")` is on Monday, 2 March 2026, in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, start
from agent_tui.domain.calendars import Calendar, DaysOff, Interval, Window, after, elapsed
from agent_tui.domain.casework import Complaint, RevisitResult, Stage
from agent_tui.domain.clocks import Timer, TimerKind, TimerState
from agent_tui.domain.next_step import next_step
from agent_tui.domain.permit import Apology, permit
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Customer, MessageKind, Relation, Satisfaction, Status, Step, Ticket
from agent_tui.domain.timers import due, timers
from agent_tui.guidance.compliance import apology
from agent_tui.packs.policies import load_policy

A = TypeVar("A", bound=do.Base)

MONDAY = "2026-03-02"
AGENT = "li.wei"
COLLEAGUE = "zhang.min"
SUPERVISOR = "sun.yan"
LEAD = "zhao.lei"
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
    return kind(id=f"{next(_numbers):026}", ticket=ticket, at=when, by=by, **fields)  # type: ignore[arg-type]


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


def apology_of(act: do.Action, ticket: Ticket) -> Apology | None:
    """What guidance finds of an apology in a reply that is one, as the desk asks it."""
    if not isinstance(act, do.Reply) or not isinstance(act.outcome, do.Apologises):
        return None
    return apology(act.text, ticket.customer.language or "")


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
        permit(self.ticket, act, self.policy, apology_of(act, self.ticket))
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
        answers: Mapping[str, str] | None = None,
        reason: str = "",
        product: str = "",
    ) -> Story:
        return self._act(
            do.Classify,
            when,
            verified=verified,
            type=type,
            level=level,
            urgent=urgent,
            deadline=deadline,
            answers=dict(answers or {}),
            reason=reason,
            product=product,
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
        self,
        when: datetime,
        summary: str = "Parcel sent again.",
        root_cause: str = "",
        improvement: str = "",
        care: str = "",
    ) -> Story:
        return self._act(
            do.Resolve,
            when,
            result="sent again",
            satisfaction=Satisfaction.SATISFIED,
            summary=summary,
            root_cause=root_cause,
            improvement=improvement,
            care=care,
        )

    def reopen(self, when: datetime, reason: str = "still not there") -> Story:
        return self._act(do.Reopen, when, reason=reason)

    def link(self, when: datetime, other: int, relation: Relation = Relation.RELATED) -> Story:
        return self._act(do.Link, when, other=other, relation=relation)

    # The casework: complaints, departments, handing up, quality.

    def complain(self, when: datetime, by: str = AGENT) -> Story:
        return self._act(do.Complain, when, by)

    def apologise(
        self, when: datetime, direction: str = "", text: str = "We are very sorry for this."
    ) -> Story:
        told = f"{text} {direction}" if direction.strip() else text
        return self.reply(when, do.Apologises(direction), told)

    def record(
        self, when: datetime, text: str = "The parcel is lost.", wanted: str = "a new one", product: str = ""
    ) -> Story:
        return self._act(do.Record, when, text=text, wanted=wanted, product=product)

    def report(self, when: datetime, text: str = "Parcel lost, customer upset.") -> Story:
        return self._act(do.Report, when, text=text)

    def verify(
        self,
        when: datetime,
        text: str = "The carrier lost it.",
        plan: str = "We send a new one.",
        *,
        complex: bool = False,
        by: str = SUPERVISOR,
    ) -> Story:
        return self._act(do.Verify, when, by, text=text, plan=plan, complex=complex, role="supervisor")

    def plan(
        self,
        when: datetime,
        text: str = "A courier brings a new one.",
        departments: tuple[str, ...] = ("compliance", "business"),
        by: str = LEAD,
    ) -> Story:
        return self._act(do.Plan, when, by, text=text, departments=departments, role="lead")

    def proposes(self, when: datetime, text: str = "We send a new one. Do you agree?") -> Story:
        return self.reply(when, do.Proposes(), text)

    def accept(self, when: datetime, text: str = "", *, accepted: bool = True, recourse: str = "") -> Story:
        return self._act(do.Accept, when, accepted=accepted, text=text, recourse=recourse)

    def carry_out(self, when: datetime, text: str = "The new one is on its way.") -> Story:
        return self._act(do.CarryOut, when, text=text)

    def settle(self, when: datetime, care: str = "") -> Story:
        """Resolve a complaint: its summary holds root cause and improvement."""
        return self.resolve(when, root_cause="wrong label", improvement="print it bigger", care=care)

    def appoint(self, when: datetime, moment: datetime) -> Story:
        return self._act(do.Appoint, when, moment=moment)

    def revisit(
        self, when: datetime, result: RevisitResult = RevisitResult.REACHED, text: str = "Fine now."
    ) -> Story:
        return self._act(do.Revisit, when, result=result, text=text)

    def close(
        self,
        when: datetime,
        satisfaction: Satisfaction = Satisfaction.SATISFIED,
        suggestions: str = "none",
        recommend: int | None = None,
    ) -> Story:
        return self._act(
            do.Close, when, satisfaction=satisfaction, suggestions=suggestions, recommend=recommend
        )

    def escalate(self, when: datetime, to: str = "supervisor", text: str = "Please lead this one.") -> Story:
        return self._act(do.Escalate, when, to=to, text=text)

    def dispatch(
        self,
        when: datetime,
        department: str = "technical",
        text: str = "Which plug is it?",
        *,
        risk: bool = False,
    ) -> Story:
        return self._act(do.Dispatch, when, department=department, text=text, risk=risk)

    def advise(
        self, when: datetime, department: str = "technical", text: str = "The flat one.", by: str = COLLEAGUE
    ) -> Story:
        return self._act(do.Advise, when, by, department=department, text=text)

    def step(self, step: Step) -> Story:
        """Give the ticket a piece of work with a clock of its own."""
        self.ticket = replace(self.ticket, steps=(*self.ticket.steps, step))
        return self

    # What is asked of it.

    def all(self, kind: TimerKind) -> list[Timer]:
        return [timer for timer in timers(self.ticket, self.policy) if timer.kind is kind]

    def named(self, name: str) -> list[Timer]:
        """The clocks of this name, the oldest first."""
        return [timer for timer in timers(self.ticket, self.policy) if timer.name == name]

    def clock(self, name: str) -> Timer:
        """The only clock of this name."""
        found = self.named(name)
        assert len(found) == 1, f"{len(found)} timers called {name}"
        return found[0]

    @property
    def complaint(self) -> Complaint:
        """The ticket's complaint; it must be one."""
        assert self.ticket.complaint is not None
        return self.ticket.complaint

    @property
    def next(self) -> tuple[str, str, str, str]:
        """What is to be done next: step, action, rule, and whose turn it is."""
        step = next_step(self.ticket, self.policy)
        return step.id, step.do, step.rule, step.role

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


def complaint_at(
    stage: Stage = Stage.APOLOGISE,
    *,
    complex: bool = False,
    customer: Customer = CUSTOMER,
    channel: str = "email",
    policy: Policy | None = None,
    level: int = 2,
) -> Story:
    """A complaint on the shortest way to a stage: a step every ten minutes, revisited after two days."""
    direct = customer.market in ("CN", "HK", "JP", "KR", "MO", "TW")
    told = Story(opening(at("09:00"), channel, customer=customer), policy)
    told.classify(at("09:05"), level, deadline=at("03-06 09:00") if level == 4 else None).complain(
        at("09:10")
    )
    way: dict[Stage, Callable[[], Story]] = {
        Stage.APOLOGISE: lambda: told.apologise(
            at("09:20"), "a new one" if direct else "", "We are very sorry. 誠に申し訳ございません。"
        ),
        Stage.RECORD: lambda: told.record(at("09:30")),
        Stage.REPORT: lambda: told.report(at("09:40")),
        Stage.VERIFY: lambda: told.verify(at("09:50"), complex=complex or stage is Stage.PLAN),
        Stage.PLAN: lambda: told.plan(at("10:00")),
        Stage.TELL: lambda: told.proposes(at("10:10")),
        Stage.ACCEPT: lambda: told.accept(at("10:20")),
        Stage.CARRY_OUT: lambda: told.carry_out(at("10:30")),
        Stage.RESOLVE: lambda: told.settle(at("10:40"), "Please stay warm." if direct else ""),
        Stage.REVISIT: lambda: told.revisit(at("03-04 10:00")),
        Stage.CLOSE: lambda: told.close(at("03-04 10:10")),
    }
    for _ in Stage:
        if told.complaint.stage is not stage:
            way[told.complaint.stage]()
    assert told.complaint.stage is stage
    return told
