"""The trainee's lessons: everything the faces need for theory, over the practice profile's own store (POLICY Q1, Q2).

`packs` is the user's folder of packs, `keys` the desk's keys as they are shown. A face asks for a paper, shows it,
keeps every answer at once, and finishes a test.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from agent_tui.domain.casework_rules import Names
from agent_tui.domain.policy import Policy
from agent_tui.guidance.compliance import findings
from agent_tui.guidance.situation import Situation
from agent_tui.packs.compliance import STRUCTURAL, Packs
from agent_tui.packs.culture import CultureBook
from agent_tui.packs.loader import Problem
from agent_tui.packs.rules import load_rules
from agent_tui.packs.theory import TheoryBook, load_theory
from agent_tui.practice import progress
from agent_tui.practice.making import Clean, LeftOut, left_out, level_questions, questions, spot_questions
from agent_tui.practice.repetition import due
from agent_tui.practice.stages import Attempt, Event, Standing
from agent_tui.practice.theory import Answered, Marked, Question, Session, paper
from agent_tui.practice.values import Facts
from agent_tui.store.database import Database

PAPER = 20  # questions of one practice


class Lessons:
    """One trainee's theory. Reading the packs raises PackError when a shipped one is bad."""

    def __init__(
        self, database: Database, policy: Policy, packs: Path | None, keys: Mapping[str, str]
    ) -> None:
        self._database = database
        self._policy = policy
        self._packs = packs
        self._keys = keys

    # What there is to learn.

    @cached_property
    def _read(self) -> tuple[TheoryBook, tuple[Problem, ...]]:
        return load_theory(self._packs)

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self._policy, self.book.words, self._keys, CultureBook(self._packs).market)

    @property
    def book(self) -> TheoryBook:
        """Banks and stages."""
        return self._read[0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The bank files that were left out, each with line and reason."""
        return self._read[1]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question that can be asked under this policy."""
        return questions(self.book, self._facts, self._policy)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Those that cannot, since the policy lacks what they ask for."""
        return left_out(self.book, self._facts, self._policy)

    @cached_property
    def topics(self) -> dict[str, Names]:
        """What the topics are called."""
        return {topic: bank.name for topic, bank in self.book.banks.items()}

    @cached_property
    def rules(self) -> dict[str, Names]:
        """The sentence of each rule of the policy."""
        return load_rules(self._packs, [])

    # Papers.

    def practice(self, seed: int, now: datetime, topics: Collection[str] = (), size: int = PAPER) -> Session:
        """A paper to learn with: what a failed test asks to repeat, then what is due again, then other questions."""
        missed = [id_ for each in self.standings().values() for id_ in each.missed]
        return Session(paper(self.questions, topics, seed, size, (*missed, *self.due(now))))

    def test(self, stage: str, seed: int) -> Session:
        """A paper of a stage's test. Raises NotNow while it is locked or a retraining is not done."""
        standing = self.standings()[stage]
        standing.moved(Event.PASSED)  # refuses where no test can be taken
        rule = self.book.stages[stage]
        drawn = paper(self.questions, rule.topics, seed, rule.size)
        return Session(drawn, attempt=f"{stage}-{standing.attempts + 1}")

    def drill(self, seed: int, languages: Sequence[str], size: int = PAPER) -> Session:
        """A paper made anew: violations to spot in these languages (BCP 47), and levels to choose for the rest."""
        packs = Packs(self._packs)
        spoken = [each for each in languages if packs.examples(each)]
        spots = [
            question
            for place, language in enumerate(spoken)
            for question in spot_questions(
                self.book, packs, language, seed, _part(size * 2 // 3, len(spoken), place), clean(packs)
            )
        ]
        levels = level_questions(self.book, self._policy, seed, size - len(spots))
        return Session(paper((*spots, *levels), (), seed, size))

    # What was done.

    def keep(self, marked: Marked, at: datetime, attempt: str = "") -> Answered:
        """Keep one answer, as soon as it is made."""
        return progress.keep(self._database, marked, at, attempt)

    def finish(self, stage: str, session: Session, seed: int, at: datetime) -> tuple[Standing, Attempt]:
        """Keep the result of a test. Raises NotNow."""
        return progress.finish(
            self._database, self.standings()[stage], self.book.stages[stage], session, seed, at
        )

    def standings(self) -> dict[str, Standing]:
        """Where the trainee stands with every stage."""
        known = {each.id for each in self.questions}
        return progress.stages(self._database, self.book.stages, known)

    def due(self, now: datetime) -> tuple[str, ...]:
        """The questions that come again by `now`, the longest due first."""
        versions = {each.id: each.version for each in self.questions}
        return due(progress.cards(self._database).values(), versions, now)


def clean(packs: Packs) -> Clean:
    """Whether a sentence, taken from a reply, breaks no rule; what only a whole reply can lack does not count."""

    def is_clean(language: str, text: str) -> bool:
        here = Situation(now=datetime.min.replace(tzinfo=UTC), outcome="asks", first=False)
        return all(
            each.code.partition(".")[0] in STRUCTURAL for each in findings(text, here, language, packs)
        )

    return is_clean


def _part(whole: int, parts: int, place: int) -> int:
    """How much of a whole falls to one of so many parts, the first ones getting what is left over."""
    return whole // parts + (place < whole % parts)
