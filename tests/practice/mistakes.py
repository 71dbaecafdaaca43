"""Agents that follow the policy but for one rule: each loses the points of that rule's check and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from agent_tui.domain.casework import Stage
from agent_tui.domain.next_step import NextStep
from agent_tui.domain.ticket import Ticket
from agent_tui.guidance import speech_acts
from agent_tui.packs.compliance import shipped
from agent_tui.packs.scenario import Persona
from agent_tui.packs.scoring import load_scoring
from agent_tui.practice import manners
from agent_tui.practice.model_agent import ModelAgent
from agent_tui.practice.training import Training

Given = dict[str, str]

_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*\s*")
_MANNERS = load_scoring(None, []).manners


class Spoiled(ModelAgent):
    """A model agent whose actions one mistake changes; an action that is left out is None."""

    def __init__(self, training: Training) -> None:
        super().__init__(training)
        self.replies: dict[int, int] = {}

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        """What is done in place of this."""
        return given

    def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
        persona = self.training.persona(ticket.id)
        assert persona is not None
        changed = self.change(persona, ticket, action, dict(given))
        if action == "reply":
            self.replies[ticket.id] = self.replies.get(ticket.id, 0) + 1
        return changed is not None and super()._act(ticket, action, **changed)

    def is_first(self, ticket: Ticket) -> bool:
        """Whether the next reply is the first one."""
        return not self.replies.get(ticket.id)


def without(text: str, drop: Callable[[str], bool]) -> str:
    """The text without the sentences that `drop` says."""
    kept = [piece for piece in _SENTENCE.findall(text) if not drop(piece)]
    return "".join(kept).strip() or "…"


class NoGreeting(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "reply" and self.is_first(ticket):
            first = _SENTENCE.match(given["text"])
            assert first is not None
            given["text"] = given["text"][first.end() :]
        return given


class NoFarewell(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        language = persona.customer.language or ""
        if action == "reply":
            pieces = _SENTENCE.findall(given["text"])
            while len(pieces) > 1 and "farewell" in manners.acts("".join(pieces), language, _MANNERS):
                pieces.pop()
            given["text"] = "".join(pieces).strip()
        return given


class NoDirection(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        language = persona.customer.language or ""
        if action == "reply" and self.is_first(ticket) and not given.get("direction"):
            given["text"] = without(given["text"], lambda piece: speech_acts.has_direction(piece, language))
        return given


class NoPromise(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        language = persona.customer.language or ""
        if action == "reply" and given.get("outcome") == "unsolved":
            given["text"] = without(given["text"], lambda piece: speech_acts.has_follow_up(piece, language))
        return given


class NotRestated(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "reply" and self.replies.get(ticket.id, 0) < 2:
            given["text"] = persona.restated.sub("…", given["text"])
        return given


class NoRemedy(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "reply":
            given["text"] = persona.remedy.sub("…", given["text"])
        return given


class NotHeard(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "reply" and persona.hint is not None:
            given["text"] = persona.hint.sub("…", given["text"])
        return given


class NoFestival(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "reply" and persona.festival is not None:
            given["text"] = persona.festival.sub("…", given["text"])
        return given


def saying(kind: str) -> type[Spoiled]:
    """An agent who once says what a kind of finding forbids, in the customer's language."""

    class Saying(Spoiled):
        def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
            if action == "reply" and given.get("outcome") in ("solves", "proposes", "asks"):
                examples = shipped().examples(persona.customer.language or "")
                given["text"] += "\n\n" + examples[kind].caught[0]
                given["because"] = "a mistake"
            return given

    return Saying


class WrongType(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "classify":
            given["type"] = "feedback" if persona.type != "feedback" else "other"
        return given


class WrongUrgency(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "classify":
            given["urgent"] = "no" if persona.urgent else "yes"
        return given


class ThinRecord(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "record":
            given["text"] = "–"
        return given


class ThinSummary(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "resolve":
            given["summary"] = "ok"
        return given


class NotAsked(Spoiled):
    """Nobody asks whether the customer is satisfied."""

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "resolve":
            given["satisfaction"] = "not_reached"
        return given


class NotAskedAgain(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "close":
            given["satisfaction"] = "not_reached"
        return given


class LateReport(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "report" and ticket.complaint is not None and ticket.complaint.stage is Stage.REPORT:
            self.training.advance(ticket.complaint.taken + timedelta(minutes=61))
        return given


class LateRevisit(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given | None:
        if action == "revisit" and ticket.resolution is not None:
            self.training.advance(ticket.resolution.at + timedelta(days=15))
        return given


class NoEscalation(Spoiled):
    def _step(self, persona: Persona, ticket: Ticket, step: NextStep) -> bool:
        if step.id != "escalate":
            return super()._step(persona, ticket, step)
        return self._reply(persona, ticket, "reply") or self._resolve(persona, ticket)


class NoDepartment(Spoiled):
    def _departments(self, persona: Persona, ticket: Ticket) -> bool:
        return False


class NoConsent(Spoiled):
    def _consent(self, persona: Persona, ticket: Ticket) -> bool:
        return False


MISTAKES: dict[str, type[Spoiled]] = {
    "greeting": NoGreeting,
    "farewell": NoFarewell,
    "direction": NoDirection,
    "promise": NoPromise,
    "restated": NotRestated,
    "remedy": NoRemedy,
    "heard": NotHeard,
    "festival": NoFestival,
    "manners": saying("blame"),
    "taboo": saying("politics_religion"),
    "private": saying("private"),
    "type": WrongType,
    "urgent": WrongUrgency,
    "recorded": ThinRecord,
    "summary": ThinSummary,
    "result": NotAsked,
    "closed": NotAskedAgain,
    "reported": LateReport,
    "revisit": LateRevisit,
    "escalated": NoEscalation,
}
"""By check, an agent who fails it."""

FORBIDDEN_BY_THE_DESK = {
    "apology": "the first answer to a complaint is refused without one (C1)",
    "accepted": "nothing is carried out before the customer's answer is noted (C6)",
    "care": "resolving is refused without it where the market wants it (C10)",
    "alert": "the report is refused before it once the tickets are linked (C9)",
}
"""Checks that nobody can fail who uses the desk."""
