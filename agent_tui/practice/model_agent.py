"""A model agent: follows the policy through the desk alone and writes what the scenario calls a good answer.

It shows authors that a scenario can be worked to its end, and trainees what would have been right; the tests let it
break one rule at a time.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import msgspec

from agent_tui.desk.errors import DeskError
from agent_tui.domain.casework import Stage
from agent_tui.domain.clocks import FOREVER
from agent_tui.domain.complaints import is_afterwards
from agent_tui.domain.next_step import NextStep, leader_of, next_step
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Relation, Ticket
from agent_tui.domain.timers import due
from agent_tui.packs.scenario import Model, Persona
from agent_tui.practice.training import Training
from agent_tui.practice.world import Kind, Standing, is_answering

_TYPING = timedelta(seconds=6)
"""How long an action takes."""
_A_DAY = timedelta(days=1)
_FIRST = ("apologise", "record", "alert", "report", "classify")
"""What comes before a department is asked; compliance hears of a risk before any other does (POLICY C9)."""
_MOST = 400
"""Actions and waits after which it gives up: no scenario needs a tenth of it."""
_RESOLVED_AGAIN = 2
"""How often it takes what a customer wrote for thanks where they stay: who writes once more was not helped."""


class Stuck(Exception):
    """The policy can't be followed to the end of the scenario; says where it stopped."""


class ModelAgent:
    """Plays one run. What it does first is what is most urgent, then what came first."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.desk = training.desk
        self._said: set[tuple[int, str, str]] = set()
        self._resolved: Counter[tuple[int, str]] = Counter()
        """How often by ticket and the node where its customer was."""

    def play(self) -> None:
        """Go on until everything is said and done. Raises Stuck."""
        for _ in range(_MOST):
            if self.training.over:
                return
            if not any(self._turn(persona) for persona in self._in_order()) and not self.wait():
                break
        if not self.training.over:
            raise Stuck(self._where())

    def _in_order(self) -> list[Persona]:
        """Who waits for a first answer comes first, the urgent before the others, then what is due first."""
        found: list[tuple[bool, bool, datetime, str]] = []
        for name, persona in self.training.scenario.personas.items():
            number = self.training.ticket_of(name)
            if number:
                ticket = self.desk.ticket(number)
                clock = due(ticket, self.desk.policy)
                at = clock.due if clock is not None and clock.due is not None else FOREVER
                found.append((ticket.answered is not None, not persona.urgent, at, name))
        return [self.training.scenario.personas[name] for *_rest, name in sorted(found)]

    def _standing(self, persona: Persona) -> Standing:
        return self.training.world.standings[persona.id]

    def wait(self) -> bool:
        """Let the clock run to what happens next, or to the next revisit if that comes before; False: neither comes."""
        moment, ahead = self.training.next_moment(), self.next_revisit()
        if ahead is None:
            return self.training.skip()
        self.training.advance(ahead if moment is None else min(moment, ahead))
        return True

    def next_revisit(self) -> datetime | None:
        """When the next complaint can be revisited, if that is not yet."""
        tickets = [
            self.desk.ticket(each.ticket) for each in self.training.world.standings.values() if each.ticket
        ]
        return min((at for each in tickets if (at := _revisited(each)) > self.training.now), default=None)

    def _where(self) -> str:
        parts = []
        for name, standing in self.training.world.standings.items():
            step = (
                next_step(self.desk.ticket(standing.ticket), self.desk.policy).id if standing.ticket else "–"
            )
            parts.append(f"{name} at {standing.node!r}, next step {step!r}")
        return "; ".join(parts)

    def _turn(self, persona: Persona) -> bool:
        """Do one thing on a ticket; False when there is nothing to do but wait."""
        ticket = self.desk.ticket(self._standing(persona).ticket)
        if ticket.owner != self.desk.agent:
            return (
                self._act(ticket, "acknowledge", batch=ticket.handover.batch)
                if ticket.handover
                else self._take(ticket)
            )
        if persona.complaint and ticket.complaint is None:
            return self._act(ticket, "complain")
        if persona.consent and _is_begun(ticket) and not ticket.customer.consents:
            return self._consent(persona, ticket)
        other = self.training.ticket_of(persona.repeat) if persona.repeat else 0
        if other and other != ticket.id and all(link.other != other for link in ticket.links):
            first = self.desk.ticket(other)
            same = first.customer.name == ticket.customer.name
            relation = Relation.REPEAT if same else Relation.GROUP
            return self._act(ticket, "link", other=str(other), relation=relation.value)
        return self._step(persona, ticket, next_step(ticket, self.desk.policy))

    def _take(self, ticket: Ticket) -> bool:
        return self._act(ticket, "take", **({"from": ticket.owner} if ticket.owner else {}))

    def _step(self, persona: Persona, ticket: Ticket, step: NextStep) -> bool:
        alerted = any(each.risk for each in ticket.dispatches)
        if persona.risk and not alerted and (ticket.complaint is None or step.id == "report"):
            return self._alert(persona, ticket)
        for department in persona.departments:
            if step.id not in _FIRST and department not in {each.department for each in ticket.dispatches}:
                return self._act(
                    ticket, "dispatch", department=department, text=persona.brief or persona.summary
                )
        if step.id in ("tell", "progress", "resolve") and self._is_asked(persona):
            return False
        match step.id:
            case "classify":
                return self._classify(persona, ticket)
            case "apologise" | "reply" | "tell" | "progress" | "wait":
                return self._reply(persona, ticket, step.id)
            case "record":
                return self._act(
                    ticket, "record", text=persona.detail, wanted=persona.wanted, product=persona.product
                )
            case "alert":
                return self._alert(persona, ticket)
            case "report":
                return self._act(ticket, "report", text=persona.brief)
            case "escalate":
                to = leader_of(ticket, self.desk.policy)
                return self._act(ticket, "escalate", to=to, text=persona.brief)
            case "accept":
                return self._accept(persona, ticket)
            case "carry_out":
                return self._carry_out(persona, ticket)
            case "resolve":
                return self._resolve(persona, ticket)
            case "revisit":
                return self._revisit(persona, ticket)
            case "close":
                return self._act(
                    ticket,
                    "close",
                    satisfaction=persona.satisfaction.value,
                    suggestions=persona.suggestions,
                    comfort="5",
                )
            case _:
                return False

    def _classify(self, persona: Persona, ticket: Ticket) -> bool:
        deadline = {"deadline": _in(persona.deadline)} if persona.deadline is not None else {}
        return self._act(
            ticket,
            "classify",
            verified="yes",
            type=persona.type,
            level=str(persona.level),
            urgent="yes" if persona.urgent else "no",
            product=persona.product,
            answers=", ".join(f"{question}={answer}" for question, answer in persona.answers.items()),
            **deadline,
        )

    def _reply(self, persona: Persona, ticket: Ticket, step: str) -> bool:
        """Write what is good here; where nothing is, the customer only said thanks, or has to be waited for."""
        standing = self._standing(persona)
        model = persona.model(standing.node, step)
        if model is not None and self._once(ticket, standing.node, step):
            return self._write(ticket, persona, model)
        case = ticket.complaint
        thanked = standing.waits is not None if case is None else case.stage is Stage.RESOLVE
        if step == "reply" and standing.waits is None and case is not None and case.stage is Stage.CARRY_OUT:
            return self._carry_out(persona, ticket)
        if (
            step == "reply"
            and thanked
            and not self._is_early(persona)
            and self._resolved[ticket.id, standing.node] < _RESOLVED_AGAIN
        ):
            return self._resolve(persona, ticket)
        return False

    def _carry_out(self, persona: Persona, ticket: Ticket) -> bool:
        return not self._is_expected(persona) and self._act(ticket, "carry_out", text=persona.result)

    def _write(self, ticket: Ticket, persona: Persona, model: Model) -> bool:
        given = {"text": model.line.text, "outcome": model.outcome}
        if model.outcome == "unsolved" and model.promise is not None:
            given |= {
                "reason": persona.detail or persona.subject,
                "deadline": _in(model.promise),
                "follow_up": "in writing",
            }
        if model.direction:
            given["direction"] = model.direction
        return self._act(ticket, "reply", **given)

    def _once(self, ticket: Ticket, node: str, step: str) -> bool:
        key = (ticket.id, node, step)
        fresh = key not in self._said
        self._said.add(key)
        return fresh

    def _is_expected(self, persona: Persona) -> bool:
        """Whether the customer will tell of something by and by, such as that the parcel came."""
        node = persona.nodes.get(self._standing(persona).node)
        return node is not None and any(
            edge.when.silence is not None and edge.says is not None for edge in node.edges
        )

    def _is_early(self, persona: Persona) -> bool:
        """Whether the customer would object to a summing up, and will write by and by all the same."""
        node = persona.nodes.get(self._standing(persona).node)
        objects = node is not None and any(
            edge.when.did == "resolve" and edge.says is not None for edge in node.edges
        )
        return objects and self._is_expected(persona)

    def _is_answering(self, persona: Persona) -> bool:
        return is_answering(self.training.world, persona.id)

    def _is_asked(self, persona: Persona) -> bool:
        """Whether a department is about to answer, whose answer the customer is told."""
        return any(
            each.kind is Kind.ADVISE and each.persona == persona.id for each in self.training.world.due
        )

    def _consent(self, persona: Persona, ticket: Ticket) -> bool:
        """Tell purpose, scope and use, wait for the answer, take it down (POLICY T5)."""
        model = persona.model(self._standing(persona).node, "consent")
        if model is not None and self._once(ticket, "", "consent"):
            return self._write(ticket, persona, model)
        if self._is_answering(persona):
            return False
        return self._act(ticket, "consent", purpose="service", answer="given")

    def _alert(self, persona: Persona, ticket: Ticket) -> bool:
        department = self.desk.policy.casework.risk_department() or "compliance"
        return self._act(ticket, "dispatch", department=department, text=persona.brief, risk="yes")

    def _accept(self, persona: Persona, ticket: Ticket) -> bool:
        standing = self._standing(persona)
        node = persona.nodes.get(standing.node)
        # A new problem has a new plan, to which the answer of the first round is none.
        accepts = persona.answered(standing.node)
        if standing.again:
            accepts = node.accepts if node is not None else None
        if self._is_answering(persona) or accepts is None:
            return False
        again = standing.declined == 0 and any(each.revised for each in self.training.scenario.colleagues)
        final = {"recourse": persona.recourse} if not (accepts or again) and persona.recourse else {}
        return self._act(ticket, "accept", accepted="yes" if accepts else "no", **final)

    def _resolve(self, persona: Persona, ticket: Ticket) -> bool:
        """Tell the result and ask whether it is right; sum up once the customer answered."""
        standing = self._standing(persona)
        model = persona.model(standing.node, "resolve")
        if model is not None and self._once(ticket, _round(ticket), "resolve"):
            return self._write(ticket, persona, model)
        if self._is_answering(persona):
            return False
        self._resolved[ticket.id, standing.node] += 1
        return self._act(
            ticket,
            "resolve",
            result=persona.result,
            satisfaction=persona.satisfaction.value,
            summary=persona.summary,
            root_cause=persona.root_cause,
            improvement=persona.improvement,
            care=persona.care,
            comfort="5",
        )

    def _revisit(self, persona: Persona, ticket: Ticket) -> bool:
        standing = self._standing(persona)
        if self.training.now < _revisited(ticket):
            return False
        model = persona.model(standing.node, "revisit")
        if model is not None and self._once(ticket, _round(ticket), "revisit"):
            return self._write(ticket, persona, model)
        node = persona.nodes.get(standing.node)
        if self._is_answering(persona):
            return False
        answer = node.models.get("reply") if node is not None and standing.waits is not None else None
        if answer is not None and self._once(ticket, standing.node, "reply"):
            return self._write(ticket, persona, answer)
        found = "still_unsolved" if node is not None and node.unsolved else "reached"
        return self._act(ticket, "revisit", revisit=found)

    def _let_pass(self, span: timedelta) -> None:
        self.training.advance(self.training.now + span)

    def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
        self._let_pass(_TYPING)
        try:
            self.desk.act(ticket.id, action, given, self.training.now)
        except (Refusal, DeskError) as error:
            raise Stuck(f"{action}: {error} ({self._where()})") from error
        return True


class Advice(msgspec.Struct, frozen=True):
    """What a model agent would do next on a ticket: an action of the forms, its fields, and a text with its meaning."""

    action: str
    given: dict[str, str]
    model: Model | None = None


class Adviser(ModelAgent):
    """Says what the model agent would do, and does nothing."""

    def __init__(self, training: Training) -> None:
        super().__init__(training)
        self._advice: Advice | None = None
        self._model: Model | None = None

    def advise(self, ticket: int) -> Advice | None:
        """What would be right now on a ticket; None when there is nothing to do but wait."""
        persona = self.training.persona(ticket)
        self._advice = None
        if persona is not None:
            self._mark_said(ticket)
            self._turn(persona)
        return self._advice

    def _mark_said(self, ticket: int) -> None:
        """What was told or asked already is not said again."""
        persona = self.training.persona(ticket)
        if persona is None:
            return
        case = self.desk.ticket(ticket)
        texts = self.desk.repository.texts(case)
        for step in ("resolve", "revisit", "consent"):
            model = persona.model(self._standing(persona).node, step)
            if model is not None and model.line.text in texts.values():
                self._said.update({(ticket, "", step), (ticket, _round(case), step)})

    def _let_pass(self, span: timedelta) -> None:
        """Time is the trainee's."""

    def _write(self, ticket: Ticket, persona: Persona, model: Model) -> bool:
        self._model = model
        return super()._write(ticket, persona, model)

    def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
        self._advice = Advice(action, given, self._model)
        return True


def _is_begun(ticket: Ticket) -> bool:
    """Whether there was a first answer, or a call was picked up, and no apology is due before anything else (C1)."""
    complaint = ticket.complaint
    return ticket.answered is not None and (complaint is None or complaint.stage is not Stage.APOLOGISE)


def _revisited(ticket: Ticket) -> datetime:
    """When a resolved complaint is revisited: a day after, long past for any other ticket (POLICY C8)."""
    resolved = ticket.resolution
    return resolved.at + _A_DAY if resolved is not None and is_afterwards(ticket) else ticket.created


def _round(ticket: Ticket) -> str:
    """Which time round this is: a complaint whose problem was found again is resolved and revisited anew."""
    again = ticket.complaint.passages if ticket.complaint is not None else ()
    return str(sum(passage.stage is Stage.VERIFY for passage in again))


def _in(span: timedelta) -> str:
    """A span as the forms take it."""
    return f"{span // timedelta(minutes=1)}min"
