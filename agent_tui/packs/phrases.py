"""The phrase book (POLICY T1): scenes, phrases and what customers write, by language, from `phrases/`.

`scenes.toml` holds the scenes, `<language>.toml` their phrases, `requests/<language>.toml` what brings a scene up, and
`team.toml` in the user's folder what the team has proposed. A language is read when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar, get_args

import msgspec

from agent_tui.domain.actions import Outcome
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.next_step import STEPS
from agent_tui.packs.bcp47 import FALLBACK, closest
from agent_tui.packs.loader import BUILT_IN, PackError, Place, Problem, pick, pick_any, read_entries

T = TypeVar("T")

FOLDER = "phrases"
REQUESTS = "phrases/requests"
TEAM = "team.toml"
FEWEST_EXAMPLES = 3
"""Example requests that an issue needs: fewer say too little of how people put it."""

MOMENTS = frozenset(
    (
        "greeting",
        "first_answer",
        "progress",
        "bad_news",
        "complaint",
        "call",
        "closing",
        "revisit",
        "festival",
    )
)
"""The moments of `guidance.situation`, which stands above this layer; a test keeps them the same."""


class Form(StrEnum):
    """How the value of a placeholder is written."""

    TEXT = "text"
    ADDRESS = "address"  # the form of address of the customer's language and culture
    DATETIME = "datetime"
    DATE = "date"
    TIME = "time"
    MONEY = "money"


_MOMENT_FORMS = (Form.DATETIME, Form.DATE, Form.TIME)

PLACEHOLDERS: dict[str, tuple[Form, ...]] = {
    "customer.name": (Form.ADDRESS, Form.TEXT),
    "agent": (Form.TEXT,),
    "company": (Form.TEXT,),
    "department": (Form.TEXT,),
    "order": (Form.TEXT,),
    "product": (Form.TEXT,),
    "tracking": (Form.TEXT,),
    "deadline": _MOMENT_FORMS,
    "date": _MOMENT_FORMS[1:],
    "amount": (Form.MONEY,),
    "festival": (Form.TEXT,),
    "reason": (Form.TEXT,),
    "plan": (Form.TEXT,),
    "progress": (Form.TEXT,),
    "result": (Form.TEXT,),
    "details": (Form.TEXT,),
    "link": (Form.TEXT,),
}
"""What a phrase may hold, with the forms it may be written in; the first is meant where none is named."""


class Register(StrEnum):
    """The tone of a phrase. Neutral is for languages and channels that need no distinction."""

    FORMAL = "formal"
    NEUTRAL = "neutral"
    INFORMAL = "informal"


class Sort(StrEnum):
    """What a scene is: what the customer comes with, or where the conversation stands."""

    ISSUE = "issue"
    STEP = "step"


class Flag(StrEnum):
    """Why a scene has a collaboration flow (POLICY T1)."""

    HIGH_FREQUENCY = "high_frequency"
    HIGH_RISK = "high_risk"


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A scene of the phrase book. `involve` has ids of roles and departments, in the order in which they are asked."""

    id: str
    name: Names
    sort: Sort
    rule: str
    types: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    first_in: tuple[str, ...] = ()  # markets in which it belongs into the first answer to a complaint
    flag: Flag | None = None
    involve: tuple[str, ...] = ()
    flow: Names = {}
    avoid: Names = {}


class Slot(msgspec.Struct, frozen=True):
    """A placeholder in a phrase; `start` and `end` count characters of its text."""

    name: str
    form: Form
    start: int
    end: int


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase. Empty `channels`, `steps` and `moments` fit every one; `steps` and `moments` are then the scene's."""

    id: str
    language: str  # BCP 47
    scene: str
    text: str
    slots: tuple[Slot, ...] = ()
    register: Register = Register.NEUTRAL
    channels: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    avoid: Names = {}
    proposed_by: str = ""
    approved_by: str = ""

    @property
    def is_approved(self) -> bool:
        """Whether it may be recommended: it was shipped, or a supervisor approved it."""
        return not self.proposed_by or bool(self.approved_by)


class Requests(msgspec.Struct, frozen=True):
    """What customers write when they are after one thing. `words` begin words, or are expressions, that tell it."""

    examples: tuple[str, ...]
    words: tuple[str, ...] = ()


class Book(msgspec.Struct, frozen=True):
    """The phrase book in one language."""

    language: str
    scenes: Mapping[str, Scene]
    phrases: tuple[Phrase, ...]
    requests: Mapping[str, Requests]


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Scene(_Strict):
    name: Names
    sort: Sort
    rule: str
    types: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    first_in: tuple[str, ...] = ()
    flag: Flag | None = None
    involve: tuple[str, ...] = ()
    flow: Names = {}
    avoid: Names = {}


class _Phrase(_Strict):
    scene: str
    text: str
    register: Register = Register.NEUTRAL
    channels: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    avoid: Names = {}


class ProposedPhrase(_Phrase):
    """An entry of the team's own file: a phrase in its language, by whom it was proposed and approved."""

    language: str = FALLBACK
    proposed_by: str = ""
    approved_by: str = ""


class _Requests(_Strict):
    examples: tuple[str, ...]
    words: tuple[str, ...] = ()


class Library:
    """The phrase books of all languages, each read on first use. What had to be left out is in `problems`."""

    def __init__(self, user: Path | None) -> None:
        self._user = user
        self.problems: list[Problem] = []
        self._scenes: dict[str, Scene] | None = None
        self._team: tuple[Phrase, ...] | None = None
        self._books: dict[str, Book] = {}

    @property
    def scenes(self) -> dict[str, Scene]:
        """The scenes by their ids. Raises PackError when the shipped file is bad."""
        if self._scenes is None:
            self._scenes = pick(FOLDER, "scenes.toml", self._user, _scenes, self.problems)
        return self._scenes

    def languages(self) -> tuple[str, ...]:
        """The languages (BCP 47) that phrases are written in."""
        folders = [BUILT_IN / FOLDER, *([self._user / FOLDER] if self._user is not None else [])]
        found = {file.stem for folder in folders for file in folder.glob("*.toml")}
        return tuple(sorted(found - {"scenes", Path(TEAM).stem}))

    def book(self, language: str) -> Book:
        """The book in a language (BCP 47) or the one closest to it, else in English.

        Raises PackError when a shipped file is bad.
        """
        name = closest(language, self.languages())
        if name not in self._books:
            self._books[name] = self._read(name)
        return self._books[name]

    def team(self) -> tuple[Phrase, ...]:
        """What the team has proposed in all languages, approved or not."""
        if self._team is None:
            self._team = ()
            file = self._user / FOLDER / TEAM if self._user is not None else None
            if file is not None and file.is_file():
                try:
                    self._team = read_team(file, self.scenes)
                except PackError as error:
                    self.problems.append(error.problem)
        return self._team

    def _read(self, name: str) -> Book:
        scenes = self.scenes
        phrases = self._pick(FOLDER, name, lambda file: _phrases(file, name, scenes)) or ()
        requests = self._pick(REQUESTS, name, lambda file: _requests(file, scenes)) or {}
        own = tuple(phrase for phrase in self.team() if phrase.language == name)
        return Book(name, scenes, (*phrases, *own), requests)

    def _pick(self, folder: str, name: str, read: Callable[[Path], T]) -> T | None:
        """What is shipped, or of the user's own; nothing for a language that only the other folder has."""
        return pick_any(folder, f"{name}.toml", self._user, read, self.problems)


_SLOT = re.compile(r"\{([^{}]*)\}")
_OUTCOMES = frozenset(str(kind.__struct_config__.tag) for kind in get_args(Outcome))


def slots_of(text: str) -> tuple[Slot, ...]:
    """The placeholders of a phrase. Raises ValueError for one that is unknown, and for a brace that stands alone."""
    found: list[Slot] = []
    for match in _SLOT.finditer(text):
        name, colon, form = match[1].partition(":")
        forms = PLACEHOLDERS.get(name)
        if forms is None:
            raise ValueError(
                f"there is no placeholder {{{name}}}; there are: {', '.join(sorted(PLACEHOLDERS))}"
            )
        if colon and form not in forms:
            raise ValueError(f"{{{name}}} has the forms {', '.join(forms)}, not {form!r}")
        found.append(Slot(name, Form(form) if colon else forms[0], match.start(), match.end()))
    if re.search(r"[{}]", _SLOT.sub("", text)):
        raise ValueError("a brace stands alone; a placeholder is written {name} or {name:form}")
    return tuple(found)


def _known(place: Place, field: str, words: Collection[str], known: Collection[str]) -> None:
    for word in words:
        if word not in known:
            raise place.error(field, f"there is no {word!r}; there are: {', '.join(sorted(known))}")


def _scenes(file: Path) -> dict[str, Scene]:
    scenes: dict[str, Scene] = {}
    for key, (entry, place) in read_entries(file, _Scene).items():
        _known(place, "steps", entry.steps, STEPS)
        _known(place, "outcomes", entry.outcomes, _OUTCOMES)
        _known(place, "moments", entry.moments, MOMENTS)
        for market in entry.first_in:
            if not re.fullmatch("[A-Z]{2}", market):
                raise place.error(
                    "first_in", f"{market!r} is no market; write two capital letters, such as JP"
                )
        if entry.flag is not None and not (entry.involve and entry.flow):
            raise place.error("flag", "a scene with a flag says who works together: involve and flow")
        scenes[key] = msgspec.convert({"id": key, **msgspec.structs.asdict(entry)}, Scene)
    if not scenes:
        raise PackError(file, 0, "there is no scene")
    return scenes


def _phrase(key: str, entry: _Phrase, place: Place, scenes: Mapping[str, Scene]) -> Phrase:
    _known(place, "scene", (entry.scene,), scenes)
    _known(place, "steps", entry.steps, STEPS)
    _known(place, "moments", entry.moments, MOMENTS)
    if not entry.text.strip():
        raise place.error("text", "a phrase has a text")
    try:
        slots = slots_of(entry.text)
    except ValueError as error:
        raise place.error("text", str(error)) from error
    return Phrase(
        id=key,
        language=FALLBACK,
        scene=entry.scene,
        text=entry.text,
        slots=slots,
        register=entry.register,
        channels=entry.channels,
        steps=entry.steps,
        moments=entry.moments,
        avoid=entry.avoid,
    )


def _is_shipped(file: Path) -> bool:
    """What is shipped for a scene that the company has left out of its own `scenes.toml` is not used."""
    return file.is_relative_to(BUILT_IN)


def _phrases(file: Path, language: str, scenes: Mapping[str, Scene]) -> tuple[Phrase, ...]:
    shipped = _is_shipped(file)
    return tuple(
        msgspec.structs.replace(_phrase(key, entry, place, scenes), language=language)
        for key, (entry, place) in read_entries(file, _Phrase).items()
        if not shipped or entry.scene in scenes
    )


def _requests(file: Path, scenes: Mapping[str, Scene]) -> dict[str, Requests]:
    found: dict[str, Requests] = {}
    shipped = _is_shipped(file)
    for key, (entry, place) in read_entries(file, _Requests).items():
        if shipped and key not in scenes:
            continue
        _known(place, "", (key,), scenes)
        if len(entry.examples) < FEWEST_EXAMPLES:
            raise place.error("examples", f"a scene needs at least {FEWEST_EXAMPLES} examples")
        if not all(text.strip() for text in entry.examples):
            raise place.error("examples", "an example is empty")
        if not all(word.strip() for word in entry.words):
            raise place.error("words", "a word is empty: every text would hold it")
        found[key] = Requests(entry.examples, entry.words)
    return found


def read_team(file: Path, scenes: Mapping[str, Scene]) -> tuple[Phrase, ...]:
    """The phrases of a team's file. Raises PackError."""
    found: list[Phrase] = []
    for key, (entry, place) in read_entries(file, ProposedPhrase).items():
        if not entry.proposed_by.strip():
            raise place.error("proposed_by", "a phrase of the team says who proposed it")
        found.append(
            msgspec.structs.replace(
                _phrase(key, entry, place, scenes),
                language=entry.language,
                proposed_by=entry.proposed_by,
                approved_by=entry.approved_by.strip(),
            )
        )
    return tuple(found)
