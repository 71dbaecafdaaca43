"""A run of a scenario: the very same desk over a store of its own, with a simulated clock, customers and colleagues.

The clock stands still between two calls of `advance`, which first does everything that is due up to the new moment. So
what a trainee does always comes after what the world did before it, and a run is the same whenever its trainee does the
same at the same simulated moments: `replayed` needs the actions alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from agent_tui.desk.core import Desk
from agent_tui.desk.fields import Header, make
from agent_tui.desk.guiding import Guidance
from agent_tui.domain import actions as do
from agent_tui.domain.casework import RevisitResult, Stage
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.complaints import event_of
from agent_tui.domain.policy import Policy
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import MessageKind, Ticket
from agent_tui.guidance import speech_acts
from agent_tui.guidance.wishes import reply_language
from agent_tui.packs.scenario import EventKind, Persona, Scenario
from agent_tui.packs.scoring import Scoring
from agent_tui.practice import manners
from agent_tui.practice import world as worlds
from agent_tui.practice.assessor import Assessment, assess
from agent_tui.practice.case import Heard
from agent_tui.practice.world import Done, Due, Kind
from agent_tui.store.repository import Repository

TELEPHONE = "telephone"
"""Who notes that a call was picked up."""

_ACTS: dict[str, Callable[[str, str], bool]] = {
    "apology": speech_acts.has_apology,
    "direction": speech_acts.has_direction,
    "deadline": speech_acts.has_deadline,
    "follow_up": speech_acts.has_follow_up,
}


class Training:
    """One run. `desk` is the trainee's; everybody else acts on its store too, under their own names.

    `guidance` and `scoring` are what several runs go by: what is read for one is not read again for the next.
    """

    def __init__(
        self,
        scenario: Scenario,
        repository: Repository,
        policy: Policy,
        trainee: str,
        zone: str,
        seed: int,
        guidance: Guidance,
        scoring: Scoring,
    ) -> None:
        self.scenario = scenario
        self.scoring = scoring
        self.now = scenario.begins
        self.world = worlds.begin(scenario)
        self.heard: dict[str, Heard] = {}
        """By the id of an action what was found in its text."""
        self.told: list[int] = []
        """What happened by the clock that the trainee is told of, as places in `scenario.events`."""
        self.acted: Callable[[do.Action], None] | None = None
        """Called after each thing that the trainee did."""
        self._seed = seed
        self._own = random.Random(f"{seed} trainee")  # noqa: S311
        others = random.Random(f"{seed} world")  # noqa: S311
        self.desk = Desk(repository, policy, Actor(trainee), zone, self._own.randbytes)
        self._others = Desk(repository, policy, Actor(TELEPHONE), zone, others.randbytes)
        self.desk.guidance = self._others.guidance = guidance
        self._seen = repository.journal.length()
        self.desk.changed_here = self._listen

    # The clock

    def advance(self, to: datetime) -> bool:
        """Let the clock run to a moment; returns whether anything happened on the way.

        A customer who only comes to another mind in silence is something too.
        """
        before = self.world.standings
        happened = False
        while True:
            self.world, due = worlds.step(self.world, self.scenario, to)
            if due is None:
                break
            self.now = max(self.now, due.at)
            self._happen(due)
            happened = True
        self.now = max(self.now, to)
        return happened or self.world.standings != before

    def next_moment(self) -> datetime | None:
        """When something happens next, if nobody does anything before."""
        return worlds.next_moment(self.world)

    def skip(self) -> bool:
        """Let the clock run to what happens next; False when nothing will."""
        while (moment := self.next_moment()) is not None:
            if self.advance(moment):
                return True
        return False

    @property
    def over(self) -> bool:
        """Whether everything is said and done."""
        return worlds.is_over(self.world, self.scenario)

    def assessment(self) -> Assessment:
        """What the run is worth so far."""
        actions = [entry.action for entry in self.desk.journal() if entry.action is not None]
        standings = {name: each for name, each in self.world.standings.items() if each.ticket}
        return assess(
            self.scenario,
            actions,
            self.heard,
            {name: self.desk.ticket(each.ticket) for name, each in standings.items()},
            {name: each.told for name, each in standings.items()},
            self.desk.policy,
            self.desk.agent,
            self.scoring,
        )

    def reseed(self, place: str) -> None:
        """Give what the trainee does from here on ids of its own, even at the very moment of what was done before."""
        self._own.seed(f"{self._seed} trainee {place}")

    # The world

    def persona(self, ticket: int) -> Persona | None:
        """Whose ticket it is; None for one that belongs to nobody here."""
        return self.scenario.personas.get(self.world.persona_of(ticket))

    def ticket_of(self, persona: str) -> int:
        """The ticket of a persona; 0 before they made contact."""
        return self.world.standings[persona].ticket

    def _happen(self, due: Due) -> None:
        persona = self.scenario.personas.get(due.persona)
        match due.kind:
            case Kind.OPEN if persona is not None:
                self._open(persona, due.at)
            case Kind.SAY:
                self._receive(due, due.text, MessageKind.CUSTOMER)
            case Kind.PICK_UP:
                self._receive(due, "☎", MessageKind.REPLY)
            case Kind.EVENT:
                self._event(due)
            case Kind.VERIFY | Kind.PLAN | Kind.ADVISE:
                self._colleague(due)
            case _:
                pass

    def _open(self, persona: Persona, at: datetime) -> None:
        ringing = persona.channel == "phone"
        content = do.Content(
            text=persona.subject if ringing else persona.opening.text, author=_address(persona)
        )
        ticket = self._others.open_ticket(
            persona.channel,
            persona.subject,
            persona.customer,
            content,
            at,
            at,
            by=_address(persona),
        )
        self._seen = self.desk.repository.journal.length()
        self.world = worlds.opened(self.world, self.scenario, persona.id, ticket.id, at)

    def _receive(self, due: Due, text: str, kind: MessageKind) -> None:
        persona = self.scenario.personas[due.persona]
        author = _address(persona) if kind is MessageKind.CUSTOMER else TELEPHONE
        header = self._header(self.ticket_of(due.persona), due.at, author)
        self._do(make(do.Receive, header, content=do.Content(text=text, author=author, kind=kind)))

    def _event(self, due: Due) -> None:
        event = self.scenario.events[due.place]
        if event.kind is EventKind.TOLD or not event.persona:
            self.told.append(due.place)
            return
        number = self.ticket_of(event.persona)
        ticket, header = self.desk.ticket(number), self._header(number, due.at, event.by)
        text = event.line.get("en", "")
        match event.kind:
            case EventKind.NOTE:
                self._do(make(do.Note, header, text=text))
            case EventKind.TAKEN:
                self._do(make(do.Take, header, from_owner=ticket.owner))
            case EventKind.HANDED:
                if ticket.owner != event.by:
                    self._do(make(do.Take, header, from_owner=ticket.owner))
                    header = self._header(number, due.at, event.by)
                self._do(make(do.HandOver, header, to=self.desk.agent, text=text, batch=header.id))
        self.told.append(due.place)

    def _colleague(self, due: Due) -> None:
        """A colleague does what the scenario has them do; what is not possible any more is left."""
        number = self.ticket_of(due.persona)
        if due.kind is Kind.ADVISE:
            adviser = self.scenario.adviser(due.who, due.persona)
            if adviser is not None:
                header = self._header(number, due.at, adviser.name)
                self._do(make(do.Advise, header, department=adviser.department, text=adviser.answer))
            return
        # A complex complaint that comes back goes to the team lead at once (POLICY C5).
        complaint = self.desk.ticket(number).complaint
        planned = due.kind is Kind.PLAN or (complaint is not None and complaint.stage is Stage.PLAN)
        role = "lead" if planned else "supervisor"
        colleague = self.scenario.colleague(role, due.persona, self.world.standings[due.persona].again)
        if colleague is None:
            return
        header = self._header(number, due.at, colleague.name)
        revised = self.world.standings[due.persona].declined > 0 and bool(colleague.revised)
        plan = colleague.revised if revised else colleague.plan
        if not planned:
            found = colleague.finding
            self._do(make(do.Verify, header, role=role, text=found, plan=plan, complex=colleague.complex))
        else:
            self._do(make(do.Plan, header, role=role, text=plan, departments=colleague.departments))

    def _header(self, ticket: int, at: datetime, by: str) -> Header:
        return replace(self._others.header(ticket, at), by=by)

    def _do(self, action: do.Action) -> Ticket | None:
        """Somebody else's action. None when the ticket is not where it would fit any more."""
        try:
            ticket = self._others.perform(action, self.now)
        except Refusal:
            return None
        self._listen()
        return ticket

    # Listening

    def _listen(self) -> None:
        """Tell the world what was done since it was last told."""
        for entry in list(self.desk.journal(after=self._seen)):
            self._seen = entry.seq
            if self.acted is not None and entry.action is not None and entry.action.by == self.desk.agent:
                self.acted(entry.action)
            if entry.action is None or isinstance(entry.action, do.Open | do.Receive):
                continue
            self._tell(entry.action)

    def _tell(self, action: do.Action) -> None:
        persona = self.persona(action.ticket)
        if persona is None:
            return
        heard = self._hear(action) if isinstance(action, do.Reply) else Heard(frozenset(), ())
        holds = heard.holds
        if isinstance(action, do.Verify) and action.complex:
            holds |= {"complex"}
        ticket = self.desk.ticket(action.ticket)
        done = Done(
            persona=persona.id,
            event=event_of(action),
            at=action.at,
            holds=holds,
            text=action.text if isinstance(action, do.Reply) else "",
            level=ticket.level,
            department=action.department if isinstance(action, do.Dispatch) else "",
            accepted=not isinstance(action, do.Accept) or action.accepted,
            unsolved=isinstance(action, do.Revisit) and action.result is RevisitResult.STILL_UNSOLVED,
            to=action.to if isinstance(action, do.Escalate) else "",
            stage=ticket.complaint.stage if ticket.complaint is not None else None,
        )
        self.world = worlds.heard(self.world, self.scenario, done)

    def _hear(self, reply: do.Reply) -> Heard:
        """What the desk's own checks find in a reply, as it was when it went out."""
        before = self._before(reply)
        language = reply_language(before.customer)
        acts = frozenset(name for name, holds in _ACTS.items() if holds(reply.text, language))
        acts |= manners.acts(reply.text, language, self.scoring.manners)
        outcome = str(reply.outcome.__struct_config__.tag)
        found = self.desk.guidance.findings(before, reply.text, reply.at, outcome)
        sure, guesses = (
            tuple((each.code, reply.text[each.start : each.end]) for each in found if each.guessed == guessed)
            for guessed in (False, True)
        )
        heard = Heard(acts, sure, guesses)
        self.heard[reply.id] = heard
        return heard

    def _before(self, reply: do.Reply) -> Ticket:
        from agent_tui.desk.replay import replay

        entries = []
        for entry in self.desk.journal(reply.ticket):
            if entry.action is not None and entry.action.id == reply.id:
                break
            entries.append(entry)
        return replay(entries)[reply.ticket] or self.desk.ticket(reply.ticket)


def replayed(training: Training, actions: Iterable[do.Action], end: datetime | None = None) -> None:
    """Do again what a trainee did, each action at its moment, in a run that has just begun."""
    for action in actions:
        training.advance(action.at)
        training.desk.perform(action, action.at)
    training.reseed(str(len(moves(training))))
    if end is not None:
        training.advance(end)


def moves(training: Training) -> tuple[do.Action, ...]:
    """What the trainee did so far, in order."""
    return tuple(
        entry.action
        for entry in training.desk.journal()
        if entry.action is not None and entry.action.by == training.desk.agent
    )


def _address(persona: Persona) -> str:
    customer = persona.customer
    return next(iter((*customer.emails, *customer.phones, *customer.handles)), customer.name)


LATEST = timedelta(days=30)
"""How far a run goes at most: everything that policy asks for is over by then."""
