"""Runs at random: what is wrong with one, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from agent_tui.domain.ticket import Status, Ticket
from agent_tui.packs.scenario import END, Persona
from agent_tui.practice.assessor import Assessment
from agent_tui.practice.exercise import Exercise
from agent_tui.practice.inspecting import at_random
from agent_tui.practice.model_agent import ModelAgent, Stuck
from agent_tui.practice.training import Training
from tests.practice.playing import begun, scenario

Given = dict[str, str]

_TRIES = 2  # of the same thing at the same place
_MOST = 400  # things and waits


class Played(msgspec.Struct, frozen=True):
    """What a run at random came to."""

    wrong: tuple[str, ...]
    marks: int
    actions: int


def played(name: str, seed: int) -> Played:
    """Play a scenario at random and look at where it ended. What crashes is told as well."""
    try:
        exercise = at_random(lambda each: begun(scenario(name), each), seed)
    except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
        return Played((f"crashed: {type(error).__name__}: {error}",), 0, 0)
    try:
        found = exercise.assessment()
        actions = tuple(exercise.training.desk.journal())
        wrong = (*unfounded(exercise, found), *dead_ends(exercise))
        return Played(wrong, len(found.marks), len(actions))
    finally:
        exercise.close()


def unfounded(exercise: Exercise, found: Assessment) -> Iterator[str]:
    """Points and errors that nothing shows: no words, and no action of the run.

    What was rightly left undone shows nothing, such as no complaint where there was none.
    """
    done = {entry.action.id: entry.action for entry in exercise.training.desk.journal() if entry.action}
    for mark in found.marks:
        if mark.action and mark.action not in done:
            yield f"{mark.check} of {mark.persona}: there is no action {mark.action}"
        if mark.action and mark.at != done[mark.action].at:
            yield f"{mark.check} of {mark.persona}: not at the moment of its action"
        if mark.met and not (mark.evidence or mark.check in ("complaint", "kept")):
            yield f"{mark.check} of {mark.persona}: points without evidence"
    for error in found.errors:
        if error.action not in done or not error.evidence:
            yield f"{error.word} of {error.persona}: without evidence"
    if sum(mark.points for mark in found.marks) != 100:
        yield "the marks are not worth 100 points"


def dead_ends(exercise: Exercise) -> Iterator[str]:
    """Where nobody can bring the run to its end any more, as far as somebody patient finds out."""
    patient = Patient(exercise.training)
    try:
        patient.play()
    except Stuck as stuck:
        yield f"a dead end: {stuck}"


class Patient(ModelAgent):
    """Takes over a run and tries everything that a good agent would say, more than once, to bring it to its end."""

    def __init__(self, training: Training) -> None:
        super().__init__(training)
        self._tried: dict[tuple[str, str], int] = {}

    def play(self) -> None:
        """Do what is right; wait where there is nothing to do; where nothing happens either, try what there is."""
        for _ in range(_MOST):
            if self.training.over:
                return
            personas = self._in_order()
            if any(self._turn(each) for each in personas) or self.wait():
                continue
            if not any(self._something(each) for each in personas):
                break
        if not self.training.over:
            raise Stuck(self._where())

    def _turn(self, persona: Persona) -> bool:
        ticket = self.desk.ticket(self._standing(persona).ticket)
        try:
            if ticket.owner == self.desk.agent:
                if ticket.complaint is not None and not persona.complaint:
                    return self._give_up(persona, ticket)
                if ticket.status in (Status.WAITING, Status.SNOOZED) and self._is_free(persona, "resume"):
                    return self._act(ticket, "resume")
            return super()._turn(persona)
        except Stuck:
            return False

    def _resolve(self, persona: Persona, ticket: Ticket) -> bool:
        return self._is_free(persona, "resolving") and super()._resolve(persona, ticket)

    def _give_up(self, persona: Persona, ticket: Ticket) -> bool:
        """What was taken as a complaint, and is none."""
        return self._act(ticket, "withdraw", text="no complaint")

    def _something(self, persona: Persona) -> bool:
        """Say what was not said yet where the customer stands, or do what moves the case."""
        ticket = self.desk.ticket(self._standing(persona).ticket)
        deeds: list[tuple[str, Given]] = [
            ("accept", {"accepted": "yes"}),
            ("carry_out", {"text": persona.result}),
            ("resolve", self._summing_up(persona)),
            ("revisit", {"revisit": "reached"}),
            ("close", {"satisfaction": "satisfied", "suggestions": persona.suggestions}),
            ("reopen", {"reason": "not solved"}),
        ]
        said = [
            *persona.models.values(),
            *(each for node in persona.nodes.values() for each in node.models.values()),
        ]
        tries: list[tuple[str, Callable[[], bool]]] = [
            *((str(place), partial(self._write, ticket, persona, each)) for place, each in enumerate(said)),
            *((action, partial(self._act, ticket, action, **given)) for action, given in deeds),
        ]
        for name, attempt in tries:
            if self._standing(persona).node != END and self._is_free(persona, name):
                try:
                    return attempt()
                except Stuck:
                    continue
        return False

    def _summing_up(self, persona: Persona) -> Given:
        return {
            "result": persona.result,
            "satisfaction": "satisfied",
            "summary": persona.summary,
            "root_cause": persona.root_cause,
            "improvement": persona.improvement,
            "care": persona.care,
        }

    def _is_free(self, persona: Persona, deed: str) -> bool:
        """Whether it was not tried yet where the customer stands."""
        key = (f"{persona.id} {self._standing(persona).node}", deed)
        self._tried[key] = self._tried.get(key, 0) + 1
        return self._tried[key] <= _TRIES
