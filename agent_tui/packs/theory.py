"""The question banks of the theory (POLICY Q1, Q2): one file a topic in `theory/`, the stages, and words to fill in.

`[bank]` says what the topic is; every other table is one question. `{channel:chat.limit}` in a text stands for a value
of the company's policy, so that a company which changes the value changes the question. A company adds banks of its
own, and a file that is called like a shipped one takes its place.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.packs.loader import BUILT_IN, PackError, Place, Problem, override, pick, read_entries
from agent_tui.packs.references import LOCAL, Condition, Reference, check, condition, reference

T = TypeVar("T")

FOLDER = "theory"
STAGES, WORDS = "stages.toml", "words.toml"
LANGUAGES = ("en", "zh_CN")
"""Of the interface: every text has both."""
SAID = "said"
"""The key of a choice under which the words of a reply stand, in the customer's language."""
_RULE = re.compile(r"[A-Z]\d{1,2}")
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_LEAST = 2  # choices
_MOST = 9  # choices: each has a digit
_HARDEST = 3


class Kind(StrEnum):
    """What a question asks for: one choice, several, an order, the part of a reply that breaks a rule, or a level."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    ORDER = "order"
    SPOT = "spot"
    LEVEL = "level"


class Area(StrEnum):
    """The topics of POLICY Q2."""

    LANGUAGE = "language"
    BUSINESS = "business"
    SKILLS = "skills"
    COMPLIANCE = "compliance"
    SYSTEM = "system"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it is written, its placeholders not filled.

    `answer` has the places of the right choices; in a question of order the choices stand in the right one, or
    `ascending` says by which values they are put into it. `value` makes the right choice out of the policy and the
    wrong ones out of its other values. `case` has what is out of the ordinary in a question of a level. Where the
    policy is not as `holds` says, the question is not asked.
    """

    id: str
    kind: Kind
    rule: str
    difficulty: int
    text: Names
    explanation: Names
    choices: tuple[Names, ...] = ()
    answer: tuple[int, ...] = ()
    value: Reference | None = None
    ascending: tuple[Reference, ...] = ()
    holds: tuple[Condition, ...] = ()
    case: dict[str, str] = {}
    language: str = ""  # BCP 47, of the reply in a question that asks to spot something


class Bank(msgspec.Struct, frozen=True):
    """The questions of a topic. `version` grows with every change of the file."""

    topic: str
    name: Names
    area: Area
    version: int
    items: tuple[Item, ...]


class StageRule(msgspec.Struct, frozen=True):
    """A stage of the training and its test (POLICY Q1): of `size` questions the share `pass_mark` is to be right."""

    id: str
    name: Names
    topics: tuple[str, ...]
    size: int
    pass_mark: float
    after: tuple[str, ...] = ()


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for a number (`one`, `many`) or, with `many` alone, for anything."""

    many: Names
    one: Names = {}


class TheoryBook(msgspec.Struct, frozen=True):
    """Everything that the theory is made of."""

    banks: dict[str, Bank]
    stages: dict[str, StageRule]
    words: dict[str, Phrase]


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Bank(_Strict):
    name: Names
    area: Area
    version: int


class _Item(_Strict):
    kind: Kind
    rule: str
    difficulty: int
    text: Names
    explanation: Names
    choices: tuple[Names, ...] = ()
    answer: tuple[int, ...] = ()
    value: str = ""
    ascending: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    case: dict[str, str] = {}
    language: str = ""


class _Stage(_Strict):
    name: Names
    topics: tuple[str, ...]
    size: int
    pass_mark: float
    after: tuple[str, ...] = ()


def load_theory(user: Path | None = None) -> tuple[TheoryBook, tuple[Problem, ...]]:
    """The banks that are shipped and those in the user's folder, and what had to be left out.

    Raises PackError when a shipped file itself is bad.
    """
    problems: list[Problem] = []
    banks: dict[str, Bank] = {}
    for topic in topics(user):
        bank = _bank_of(topic, user, problems)
        if bank is not None:
            banks[topic] = bank
    words = pick(FOLDER, WORDS, user, read_words, problems)
    stages = pick(FOLDER, STAGES, user, lambda file: read_stages(file, banks), problems)
    return TheoryBook(banks, stages, words), tuple(problems)


def topics(user: Path | None = None) -> tuple[str, ...]:
    """The banks there are, by the names of their files."""
    folders = [BUILT_IN / FOLDER, *([user / FOLDER] if user is not None else [])]
    found = {file.stem for folder in folders for file in folder.glob("*.toml")}
    return tuple(sorted(found - {Path(STAGES).stem, Path(WORDS).stem}))


def _bank_of(topic: str, user: Path | None, problems: list[Problem]) -> Bank | None:
    name = f"{topic}.toml"
    if (BUILT_IN / FOLDER / name).is_file():
        return pick(FOLDER, name, user, read_bank, problems)
    try:  # a topic of the company's own, behind which nothing is shipped
        return read_bank(override(FOLDER, name, user)[0])
    except PackError as error:
        problems.append(error.problem)
        return None


def read_bank(file: Path) -> Bank:
    """The questions of a topic. Raises PackError."""
    if not _NAME.fullmatch(file.stem):
        raise PackError(file, 0, "a bank is called by small letters, digits, - and _, such as returns.toml")
    tables = read_entries(file, dict[str, object])
    if "bank" not in tables:
        raise PackError(file, 0, "[bank] is missing")
    table, place = tables.pop("bank")
    head = _checked(table, _Bank, place)
    _both(place, "name", head.name)
    if not tables:
        raise PackError(file, 0, "the bank has no question")
    items = tuple(
        _item(file.stem, key, _checked(table, _Item, place), place) for key, (table, place) in tables.items()
    )
    return Bank(file.stem, head.name, head.area, head.version, items)


def read_stages(file: Path, banks: dict[str, Bank]) -> dict[str, StageRule]:
    """The stages, each after those that it builds on. Raises PackError."""
    stages: dict[str, StageRule] = {}
    for key, (entry, place) in read_entries(file, _Stage).items():
        _both(place, "name", entry.name)
        if not entry.topics:
            raise place.error("topics", "a stage has at least one topic")
        for topic in entry.topics:
            if topic not in banks:
                raise place.error("topics", f"there is no bank {topic!r}; there are: {', '.join(banks)}")
        for other in entry.after:
            if other not in stages:
                raise place.error("after", f"no stage {other!r} stands before this one")
        if not 0 < entry.pass_mark <= 1:
            raise place.error("pass_mark", "the pass mark is a share above 0 and up to 1")
        if entry.size < 1:
            raise place.error("size", "a test has at least one question")
        stages[key] = StageRule(key, entry.name, entry.topics, entry.size, entry.pass_mark, entry.after)
    if not stages:
        raise PackError(file, 0, "there is no stage")
    return stages


_UNITS = ("second", "minute", "hour", "day", "working_day")
_TEXTS = ("on_the_spot", "deadline", "level_task", "level_because", "spot_task", "spot_because", "case_line")


def read_words(file: Path) -> dict[str, Phrase]:
    """Units, and the sentences of questions that are made. Raises PackError."""
    words: dict[str, Phrase] = {}
    for key, (phrase, place) in read_entries(file, Phrase).items():
        if key not in (*_UNITS, *_TEXTS):
            raise place.error("", "nothing asks for these words")
        _both(place, "many", phrase.many)
        if key in _UNITS:
            _both(place, "one", phrase.one)
            for field, names in (("one", phrase.one), ("many", phrase.many)):
                if any("{count}" not in names[language] for language in LANGUAGES):
                    raise place.error(field, "the number is missing: {count}")
        words[key] = phrase
    if missing := [key for key in (*_UNITS, *_TEXTS) if key not in words]:
        raise PackError(file, 0, f"[{missing[0]}] is missing")
    return words


def _item(topic: str, key: str, entry: _Item, place: Place) -> Item:
    _both(place, "text", entry.text)
    _both(place, "explanation", entry.explanation)
    for choice in entry.choices:
        _both(place, "choices", choice)
        if set(choice) - {*LANGUAGES, SAID}:
            raise place.error("choices", f"a choice has {', '.join((*LANGUAGES, SAID))} and nothing else")
    for field, names in (
        ("text", entry.text),
        ("explanation", entry.explanation),
        *(("choices", choice) for choice in entry.choices),
    ):
        try:
            check(names, LOCAL if entry.kind is Kind.LEVEL else ())
        except ValueError as error:
            raise place.error(field, str(error)) from error
    if not _RULE.fullmatch(entry.rule):
        raise place.error("rule", f"{entry.rule!r} is no rule; write its id, such as S2")
    if not 1 <= entry.difficulty <= _HARDEST:
        raise place.error("difficulty", f"the difficulty is a number from 1 to {_HARDEST}")
    _fits_kind(entry, place)
    return Item(
        id=f"{topic}.{key}",
        kind=entry.kind,
        rule=entry.rule,
        difficulty=entry.difficulty,
        text=entry.text,
        explanation=entry.explanation,
        choices=entry.choices,
        answer=_answer(entry, place),
        value=_reference(entry.value, "value", place) if entry.value else None,
        holds=_conditions(entry, place),
        ascending=tuple(_reference(each, "ascending", place) for each in entry.ascending),
        case=entry.case,
        language=entry.language,
    )


def _fits_kind(entry: _Item, place: Place) -> None:
    """What a question of its kind has, and what it hasn't. Raises PackError."""
    made = bool(entry.value) or entry.kind is Kind.LEVEL
    if entry.value and entry.kind is not Kind.SINGLE:
        raise place.error("value", "only a question of kind single is made of a value")
    if made and (entry.choices or entry.answer):
        raise place.error("choices", "the choices of this question are made; leave choices and answer out")
    if not made and not _LEAST <= len(entry.choices) <= _MOST:
        raise place.error("choices", f"a question has {_LEAST} to {_MOST} choices")
    if entry.ascending and (entry.kind is not Kind.ORDER or len(entry.ascending) != len(entry.choices)):
        raise place.error("ascending", "a question of order has one value for each choice, or none")
    if entry.case and entry.kind is not Kind.LEVEL:
        raise place.error("case", "only a question of a level has a case")
    spots = entry.kind is Kind.SPOT
    if spots and not all(choice.get(SAID, "").strip() for choice in entry.choices):
        raise place.error("choices", f"each part of the reply has its words: {SAID}")
    if spots != bool(entry.language):
        raise place.error("language", "a question that asks to spot something, and no other, has a language")
    for language in LANGUAGES:
        told = [f"{choice.get(SAID, '')} {choice[language]}" for choice in entry.choices]
        if len(set(told)) < len(told):
            raise place.error("choices", f"two choices read the same in {language}")


def _answer(entry: _Item, place: Place) -> tuple[int, ...]:
    """The places of the right choices from 0; they are written from 1."""
    if entry.kind is Kind.ORDER:
        if entry.answer:
            raise place.error("answer", "the choices stand in the right order; leave answer out")
        return tuple(range(len(entry.choices)))
    if entry.value or entry.kind is Kind.LEVEL:
        return ()
    if len(set(entry.answer)) < len(entry.answer) or not all(
        1 <= each <= len(entry.choices) for each in entry.answer
    ):
        raise place.error("answer", f"the answer names choices, each once: 1 to {len(entry.choices)}")
    one = entry.kind in (Kind.SINGLE, Kind.SPOT)
    if one and len(entry.answer) != 1:
        raise place.error("answer", "exactly one choice is right")
    if not one and not _LEAST <= len(entry.answer) <= len(entry.choices):
        raise place.error("answer", "of kind multiple at least two choices are right; otherwise it is single")
    return tuple(sorted(each - 1 for each in entry.answer))


def _conditions(entry: _Item, place: Place) -> tuple[Condition, ...]:
    try:
        return tuple(condition(each) for each in entry.holds)
    except ValueError as error:
        raise place.error("holds", str(error)) from error


def _reference(text: str, field: str, place: Place) -> Reference:
    try:
        return reference(text)
    except ValueError as error:
        raise place.error(field, str(error)) from error


def _both(place: Place, field: str, names: Names) -> None:
    for language in LANGUAGES:
        if not names.get(language, "").strip():
            raise place.error(field, f"{field} is missing in {language}")


def _checked(table: dict[str, object], shape: type[T], place: Place) -> T:
    try:
        return msgspec.convert(table, shape)
    except msgspec.ValidationError as error:
        field = re.search(r"`\$\.(\w+)|unknown field `(\w+)`", str(error))
        raise place.error(next(filter(None, field.groups())) if field else "", str(error)) from error
