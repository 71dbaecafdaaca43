"""Theory: papers of questions, marking, results by topic and rule (POLICY Q1, Q2). Pure; a seed gives one paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from random import Random

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.packs.theory import Kind

_SHUFFLED = (Kind.SINGLE, Kind.MULTIPLE, Kind.ORDER)
"""Kinds whose choices have no order of their own; parts of a reply and levels stand as they are."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question with everything filled in. `answer` has places in `choices`; of kind order, all in the right order."""

    id: str
    topic: str
    kind: Kind
    rule: str  # of POLICY, such as `S2`
    difficulty: int  # 1 to 3
    text: Names
    choices: tuple[Names, ...]
    answer: tuple[int, ...]
    explanation: Names
    language: str = ""  # BCP 47, of the reply whose parts are the choices
    sources: tuple[str, ...] = ()  # who says so, of facts about a culture or a law
    lasting: bool = True  # False: made anew each time, so that it can't come again

    @property
    def version(self) -> str:
        """Changes with anything that changes what is asked or what is right, a number of the company's included."""
        asked = msgspec.json.encode((self.kind, self.text, self.choices, self.answer))
        return blake2b(asked, digest_size=6).hexdigest()


class Shown(msgspec.Struct, frozen=True):
    """A question as a trainee sees it. `order` has the place in `question.choices` of each choice shown."""

    question: Question
    order: tuple[int, ...]

    @property
    def choices(self) -> tuple[Names, ...]:
        """The choices as they are shown."""
        return tuple(self.question.choices[place] for place in self.order)

    @property
    def key(self) -> tuple[int, ...]:
        """The right answer in places as shown: in their order of kind order, otherwise sorted."""
        places = tuple(self.order.index(place) for place in self.question.answer)
        return places if self.question.kind is Kind.ORDER else tuple(sorted(places))


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a trainee answered, and when (UTC); kept so that progress can be told of it."""

    question: str
    version: str
    topic: str
    rule: str
    kind: Kind
    given: tuple[int, ...]  # places in the question's own choices, whatever order they were shown in
    right: bool
    at: datetime
    attempt: str = ""  # the test it belongs to; empty while one just practises


class Marked(msgspec.Struct, frozen=True):
    """An answer with its mark. `missed` are right choices not given, `wrong` given ones that aren't right; as shown."""

    shown: Shown
    given: tuple[int, ...]
    right: bool
    missed: tuple[int, ...] = ()
    wrong: tuple[int, ...] = ()

    @property
    def explanation(self) -> Names:
        """Why the right answer is right."""
        return self.shown.question.explanation

    @property
    def rule(self) -> str:
        """The rule of POLICY behind it."""
        return self.shown.question.rule

    def answered(self, at: datetime, attempt: str = "") -> Answered:
        """The answer as it is kept."""
        question = self.shown.question
        return Answered(
            question=question.id,
            version=question.version,
            topic=question.topic,
            rule=question.rule,
            kind=question.kind,
            given=tuple(self.shown.order[place] for place in self.given),
            right=self.right,
            at=at,
            attempt=attempt,
        )


class Tally(msgspec.Struct, frozen=True):
    """How many of some questions were right."""

    right: int
    asked: int

    @property
    def share(self) -> float:
        """The right ones, from 0 to 1; 0 where nothing was asked."""
        return self.right / self.asked if self.asked else 0.0


def paper(
    questions: Sequence[Question],
    topics: Collection[str] = (),
    seed: int = 0,
    size: int = 20,
    due: Sequence[str] = (),
) -> tuple[Shown, ...]:
    """At most `size` questions of the topics (none: all), the same for the same seed.

    Those that are `due` (ids, the most urgent first) come before others; the others are drawn from every topic in turn,
    the easier ones first within the paper.
    """
    random = Random(seed)  # noqa: S311  no secret: the same seed must give the same paper
    asked = [each for each in questions if not topics or each.topic in topics]
    by_id = {each.id: each for each in asked}
    chosen = [by_id[id_] for id_ in dict.fromkeys(due) if id_ in by_id][: max(0, size)]
    known = {each.id for each in chosen}
    rest = _in_turn([each for each in asked if each.id not in known], random)
    drawn = rest[: max(0, size - len(chosen))]
    drawn.sort(key=lambda each: each.difficulty)
    return tuple(show(each, random) for each in (*chosen, *drawn))


def _in_turn(questions: Sequence[Question], random: Random) -> list[Question]:
    """The questions in an order by chance that takes one of each topic, then one of each again."""
    by_topic: dict[str, list[Question]] = defaultdict(list)
    for each in questions:
        by_topic[each.topic].append(each)
    topics = sorted(by_topic)
    random.shuffle(topics)
    for topic in topics:
        random.shuffle(by_topic[topic])
    rounds = max((len(each) for each in by_topic.values()), default=0)
    return [
        by_topic[topic][turn] for turn in range(rounds) for topic in topics if turn < len(by_topic[topic])
    ]


def show(question: Question, random: Random) -> Shown:
    """A question with its choices shuffled, where they have no order of their own."""
    order = list(range(len(question.choices)))
    if question.kind in _SHUFFLED:
        random.shuffle(order)
        if question.kind is Kind.ORDER and tuple(order) == question.answer:
            order.append(order.pop(0))  # steps that stand right already would ask for nothing
    return Shown(question, tuple(order))


def mark(shown: Shown, given: Sequence[int]) -> Marked:
    """Mark an answer in places as shown. What is right in part is wrong. Raises ValueError for a place there isn't."""
    if not all(0 <= place < len(shown.order) for place in given) or len(set(given)) < len(given):
        raise ValueError(f"{list(given)} are no choices of {shown.question.id}")
    key = shown.key
    if shown.question.kind is Kind.ORDER:
        answer = tuple(given)
        misplaced = tuple(place for place, right in zip(answer, key, strict=False) if place != right)
        return Marked(shown, answer, answer == key, tuple(set(key) - set(answer)), misplaced)
    answer = tuple(sorted(given))
    return Marked(
        shown,
        answer,
        answer == key,
        tuple(place for place in key if place not in answer),
        tuple(place for place in answer if place not in key),
    )


class Session(msgspec.Struct, frozen=True):
    """A paper and what was answered of it so far."""

    paper: tuple[Shown, ...]
    marked: tuple[Marked, ...] = ()
    attempt: str = ""  # the id of the test; empty while one just practises

    @property
    def current(self) -> Shown | None:
        """The question that comes next; None when all were answered."""
        return self.paper[len(self.marked)] if len(self.marked) < len(self.paper) else None

    def answer(self, given: Sequence[int]) -> Session:
        """With the next question answered. Raises ValueError when there is none, or no such choice."""
        if self.current is None:
            raise ValueError("every question was answered")
        return msgspec.structs.replace(self, marked=(*self.marked, mark(self.current, given)))

    @property
    def tally(self) -> Tally:
        """Of the whole paper: a question that was not answered is not right."""
        return Tally(sum(each.right for each in self.marked), len(self.paper))


def by_topic(marked: Iterable[Marked]) -> dict[str, Tally]:
    """Results by topic, the weakest first."""
    return _tallied((each.shown.question.topic, each.right) for each in marked)


def by_rule(marked: Iterable[Marked]) -> dict[str, Tally]:
    """Results by rule of POLICY, the weakest first."""
    return _tallied((each.rule, each.right) for each in marked)


def tallies(answers: Iterable[Answered]) -> dict[str, Tally]:
    """Results of kept answers by topic, the weakest first."""
    return _tallied((each.topic, each.right) for each in answers)


def _tallied(pairs: Iterable[tuple[str, bool]]) -> dict[str, Tally]:
    counts: dict[str, list[bool]] = defaultdict(list)
    for name, right in pairs:
        counts[name].append(right)
    found = {name: Tally(sum(each), len(each)) for name, each in counts.items()}
    return dict(sorted(found.items(), key=lambda pair: (pair[1].share, pair[0])))


def to_repeat(marked: Iterable[Marked]) -> tuple[str, ...]:
    """The questions that were not right, in the order they were asked."""
    return tuple(dict.fromkeys(each.shown.question.id for each in marked if not each.right))
