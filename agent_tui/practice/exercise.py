"""An exercise: a run of a scenario as a trainee has it before them, with its mode, its own time and its helps.

Its store lies in a folder of its own that only this process can read: the key is never written down, and the folder
goes with the exercise. What is kept of it are the trainee's actions, from which the whole run follows.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import msgspec

from agent_tui.desk.guiding import Guidance
from agent_tui.domain import actions as do
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import MessageKind
from agent_tui.packs.scenario import Scenario, played_by
from agent_tui.packs.scoring import Mode, Scoring, load_scoring
from agent_tui.practice.assessor import Assessment
from agent_tui.practice.model_agent import Advice, Adviser, ModelAgent
from agent_tui.practice.training import Training, moves, replayed
from agent_tui.practice.world import glosses
from agent_tui.store import open_store
from agent_tui.store.cipher import KEY_BYTES
from agent_tui.store.repository import Repository

_EVERY = 5.0
"""Seconds of the trainee's own time between two notes of the clock, where nothing is done meanwhile."""


class Record(msgspec.Struct, frozen=True):
    """A run as it is kept: whoever has it can play it again, byte for byte."""

    scenario: str
    version: int
    mode: str
    seed: int
    trainee: str
    zone: str
    actions: tuple[do.Action, ...]
    reached: datetime  # the simulated moment at which it ended
    took: float  # seconds of the trainee's own time


class Keeper(Protocol):
    """What keeps a run as it is played; `practice.keeping` has it."""

    def note(self) -> None:
        """Where the run stands changed."""

    def went_back(self) -> None:
        """What came after a decision is gone."""

    def end(self) -> None:
        """The run was ended."""


class Exercise:
    """One exercise. `close` takes its folder away.

    `guidance` and `scoring` are the company's, where they are read already; read for this exercise when None.
    """

    def __init__(
        self,
        scenario: Scenario,
        mode: str,
        rules: Mode,
        seed: int,
        policy: Policy,
        packs: Path | None,
        trainee: str,
        zone: str,
        guidance: Guidance | None = None,
        scoring: Scoring | None = None,
    ) -> None:
        self.scenario = played_by(scenario, trainee)
        self.mode = mode
        self.rules = rules
        self.seed = seed
        self._policy = policy
        self._packs = packs
        self._trainee = trainee
        self._zone = zone
        self._guidance = guidance or Guidance(packs, policy)
        self._scoring = scoring or load_scoring(packs, [])
        self._folder = TemporaryDirectory(prefix="agent-tui-practice-")
        self._count = 0
        self.took = 0.0
        self.paused = False
        self.keeper: Keeper | None = None
        self._noted = 0.0  # of `took`, when it was kept last
        self.training = self._begun()

    def _begun(self) -> Training:
        self._count += 1
        store = open_store(Path(self._folder.name) / f"{self._count}.db", os.urandom(KEY_BYTES))
        training = Training(
            self.scenario,
            Repository(store),
            self._policy,
            self._trainee,
            self._zone,
            self.seed,
            self._guidance,
            self._scoring,
        )
        training.desk.packs = self._packs
        training.advance(training.now)
        return training

    def close(self) -> None:
        """End it; nothing of its store stays."""
        self.training.desk.close()
        self._folder.cleanup()

    # Time

    @property
    def now(self) -> datetime:
        """The simulated moment."""
        return self.training.now

    def tick(self, seconds: float) -> bool:
        """Let so many real seconds pass; returns whether anything happened."""
        if self.paused:
            return False
        self.took += seconds
        if self.took - self._noted >= _EVERY:
            self._note()
        return self.training.advance(self.now + timedelta(seconds=seconds * self.rules.rate))

    @property
    def left(self) -> timedelta | None:
        """How much of the trainee's own time is left; None where it does not count."""
        return self.scenario.limit - timedelta(seconds=self.took) if self.rules.timed else None

    @property
    def waited_for(self) -> bool:
        """Whether a customer waits for an answer: then time is not sped up."""
        return any(each.ticket and each.waits for each in self.training.world.standings.values())

    def skip(self) -> bool:
        """Let the clock run to what happens next, or to the day of a revisit (POLICY C8); False when neither comes."""
        came = ModelAgent(self.training).wait()
        self._note()
        return came

    def _note(self) -> None:
        self._noted = self.took
        if self.keeper is not None:
            self.keeper.note()

    @property
    def comes(self) -> bool:
        """Whether time alone brings anything: something happens, or a revisit can be made (POLICY C8)."""
        ahead = self.training.next_moment() or ModelAgent(self.training).next_revisit()
        return ahead is not None

    # Helps

    @property
    def trainee(self) -> str:
        """Whose run it is, whatever name they give themselves meanwhile."""
        return self._trainee

    def hint(self, ticket: int) -> Advice | None:
        """What a model agent would do now on a ticket; None when it would wait, or the mode gives no hints."""
        return Adviser(self.training).advise(ticket) if self.rules.hints else None

    def gloss(self, ticket: int, language: str) -> str:
        """What the customer's words since our last reply mean, or else the newest; empty where nobody said.

        `language` is one of the interface.
        """
        found = self.training.desk.ticket(ticket)
        texts = self.training.desk.repository.texts(found)
        said: list[str] = []
        answered = True
        for each in found.messages:
            if each.kind is MessageKind.REPLY:
                answered = True
            elif each.kind is MessageKind.CUSTOMER:
                said = [texts.get(each.id, "")] if answered else [*said, texts.get(each.id, "")]
                answered = False
        meant = (glosses(self.scenario, text, language) for text in said)
        return "\n\n".join(text for text in meant if text)

    @property
    def moves(self) -> Sequence[do.Action]:
        """What the trainee did so far."""
        return moves(self.training)

    def rewind(self, to: int) -> None:
        """Go back to just before the `to`-th thing (from 0) that the trainee did. What came after it is gone."""
        if not self.rules.rewind:
            return
        kept, at = self.moves[:to], self.moves[to].at
        before = self.training
        self.training = self._begun()
        replayed(self.training, kept, at)
        self.training.desk.drafts.remember(before.desk.drafts.place())
        before.desk.close()
        if self.keeper is not None:
            self.keeper.went_back()

    # The end

    def assessment(self) -> Assessment:
        """What it is worth so far."""
        return self.training.assessment()

    def record(self) -> Record:
        """The run as it is kept."""
        return Record(
            self.scenario.id,
            self.scenario.version,
            self.mode,
            self.seed,
            self._trainee,
            self._zone,
            tuple(self.moves),
            self.now,
            round(self.took, 1),
        )
