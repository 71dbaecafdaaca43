"""Scenarios of practice as data: `scenarios/<id>.toml`, one exercise a file (POLICY Q3).

What `packs.scenario` describes as values is written here as tables; the README tells authors how. A mistake is told
with file, line and reason, and the file is left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterable
from datetime import UTC, timedelta
from pathlib import Path

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.domain.ticket import UNSAID, Customer
from agent_tui.packs import scenario_form as form
from agent_tui.packs.loader import BUILT_IN, PackError, Place, Problem, duration, pick
from agent_tui.packs.rules import load_rules
from agent_tui.packs.scenario import (
    END,
    START,
    Adviser,
    Colleague,
    Edge,
    Event,
    Fact,
    Line,
    Model,
    Node,
    Persona,
    Scenario,
    When,
)
from agent_tui.system_errors import reason_of

FOLDER = "scenarios"
LANGUAGES = ("en", "zh_CN")
"""The languages of the interface, in which every text for trainees has to be there."""


class Scenarios:
    """The scenarios that are shipped and those in the user's folder, each read when it is asked for."""

    def __init__(self, user: Path | None = None) -> None:
        self._user = user
        self._read: dict[str, Scenario | None] = {}
        self._paces: dict[str, tuple[timedelta, timedelta]] | None = None
        self._rules: Container[str] | None = None
        self.problems: list[Problem] = []

    def names(self) -> tuple[str, ...]:
        """The ids of all of them, in the order of the alphabet."""
        folders = [BUILT_IN / FOLDER, *([self._user / FOLDER] if self._user is not None else [])]
        return tuple(sorted({file.stem for folder in folders for file in folder.glob("[a-z]*.toml")}))

    def get(self, name: str) -> Scenario | None:
        """The scenario of that id; None when there is none or it can't be read (see `problems`)."""
        if name not in self._read:
            self._read[name] = self._load(name) if name in self.names() else None
        return self._read[name]

    def all(self) -> tuple[Scenario, ...]:
        """Every scenario that can be read."""
        return tuple(found for name in self.names() if (found := self.get(name)) is not None)

    def _load(self, name: str) -> Scenario | None:
        try:
            return pick(FOLDER, f"{name}.toml", self._user, self._file, self.problems)
        except PackError as error:
            if (BUILT_IN / FOLDER / f"{name}.toml").is_file():
                raise
            self.problems.append(error.problem)
            return None

    def _file(self, file: Path) -> Scenario:
        return read_scenario(file, self.paces(), self.rules())

    def paces(self) -> dict[str, tuple[timedelta, timedelta]]:
        """By channel: how long a customer takes to answer, and how long one waits before writing again."""
        if self._paces is None:
            from agent_tui.packs.loader import read_entries

            self._paces = {
                channel: (duration(place, "pace", each.pace), duration(place, "patience", each.patience))
                for channel, (each, place) in read_entries(
                    BUILT_IN / FOLDER / "_paces.toml", form.Pace
                ).items()
            }
        return self._paces

    def rules(self) -> Container[str]:
        """The ids of the policy's rules, the company's own among them."""
        if self._rules is None:
            self._rules = {**load_rules(None, []), **load_rules(self._user, self.problems)}
        return self._rules


def read_scenario(
    file: Path, paces: dict[str, tuple[timedelta, timedelta]], rules: Container[str]
) -> Scenario:
    """One file as a scenario; `rules` are the ids that it may say it covers. Raises PackError with the line."""
    source, told = _decoded(file)
    for rule in told.covers:
        if rule not in rules:
            place = source.find(f'"{rule}"')
            raise PackError(file, source.count("\n", 0, place) + 1, f"the policy has no rule {rule!r}")
    return _Reader(file, source, paces).scenario(file.stem, told)


def _decoded(file: Path) -> tuple[str, form.Scenario]:
    try:
        source = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PackError(file, 0, reason_of(error)) from error
    except UnicodeDecodeError as error:
        raise PackError(file, 0, f"is not UTF-8 text (byte {error.start})") from error
    try:
        return source, msgspec.convert(tomllib.loads(source), form.Scenario)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+)", str(error))
        raise PackError(file, int(match[1]) if match else 0, str(error)) from error
    except msgspec.ValidationError as error:
        raise PackError(file, _line_of(source, str(error)), str(error)) from error


def _line_of(source: str, complaint: str) -> int:
    """The line that a complaint such as `… - at `$.personas[...].right.level`` is about, as well as it can be told."""
    path = re.search(r"at `\$\.?(.*)`", complaint)
    field = re.search(r"unknown field `(\w+)`", complaint)
    word = re.search(r"enum value '(.*?)'", complaint)
    names = [name for name in re.findall(r"\w+", path[1] if path else "") if not name.isdigit()]
    wanted = field[1] if field else next(reversed(names), "")
    at_start, within = rf"^[ \t]*\[*[\w.]*\b{re.escape(wanted)}\b", rf"\b{re.escape(wanted)}\s*="
    tried = (re.escape(f'"{word[1]}"'),) if word else (at_start, within) if wanted else ()
    found = next((hit for each in tried if (hit := re.search(each, source, re.MULTILINE))), None)
    return source.count("\n", 0, found.start()) + 1 if found else 0


class _Reader:
    """Turns the tables of one file into values."""

    def __init__(self, file: Path, source: str, paces: dict[str, tuple[timedelta, timedelta]]) -> None:
        self._file = file
        self._source = source
        self._paces = paces
        self._own = ""  # the language of the interface that the persona speaks, whose words need no gloss

    def scenario(self, name: str, told: form.Scenario) -> Scenario:
        if told.begins.tzinfo is None:
            raise self._wrong("begins", "begins has a time zone: 2026-05-12T09:00:00+09:00")
        personas = {key: self._persona(key, each) for key, each in told.personas.items()}
        if not personas:
            raise self._wrong("personas", "somebody has to write")
        others: tuple[form.Event | form.Colleague | form.Adviser, ...] = (
            *told.events,
            *told.colleagues,
            *told.advisers,
        )
        for named in (each.persona for each in others):
            if named and named not in personas:
                raise self._wrong(named, f"there is no persona {named!r}")
        return Scenario(
            id=name,
            version=told.version,
            title=self._names("title", told.title),
            brief=self._names("brief", told.brief),
            difficulty=told.difficulty,
            begins=told.begins.astimezone(UTC),
            limit=self._duration("limit", told.limit),
            personas=personas,
            colleagues=tuple(
                Colleague(
                    each.name,
                    each.role,
                    self._duration("after", each.after),
                    each.finding,
                    each.plan,
                    each.complex,
                    each.departments,
                    each.revised,
                    each.persona,
                    each.again,
                )
                for each in told.colleagues
            ),
            advisers=tuple(
                Adviser(
                    each.department,
                    each.name,
                    self._duration("after", each.after),
                    each.answer,
                    each.persona,
                )
                for each in told.advisers
            ),
            events=tuple(
                Event(self._duration("at", each.at), each.kind, each.persona, each.by, each.line)
                for each in told.events
            ),
            drills=told.drills,
            covers=told.covers,
        )

    def _persona(self, key: str, told: form.Persona) -> Persona:
        if told.channel not in self._paces:
            raise self._wrong(told.channel, f"there is no channel {told.channel!r}")
        pace, patience = self._paces[told.channel]
        self._own = {"en": "en", "zh": "zh_CN"}.get(told.language.partition("-")[0], "")
        nodes = {name: self._node(name, node, told.nodes) for name, node in told.nodes.items()}
        if START not in nodes:
            raise self._wrong(key, f"[personas.{key}.nodes] has no {START!r}")
        right = told.right
        if right.satisfaction in UNSAID:
            raise self._wrong(
                f'"{right.satisfaction.value}"',
                f"{right.satisfaction.value!r} is nothing that a customer says",
            )
        return Persona(
            id=key,
            customer=Customer(
                name=told.name,
                emails=(told.email,) if told.email else (),
                phones=(told.phone,) if told.phone else (),
                handles=(told.handle,) if told.handle else (),
                market=told.market,
                language=told.language,
                time_zone=told.time_zone or None,
                wishes=told.wishes,
            ),
            channel=told.channel,
            character=told.character,
            subject=told.subject,
            opening=self._line(told.opening),
            reminder=self._line(told.reminder),
            at=self._duration("at", told.at) if told.at else timedelta(),
            pace=self._duration("pace", told.pace) if told.pace else pace,
            patience=self._duration("patience", told.patience) if told.patience else patience,
            nodes=nodes,
            models={step: self._model(model) for step, model in told.models.items()},
            facts=tuple(
                Fact(each.id, self._pattern(each.asked), self._line(each.line), each.needed)
                for each in told.facts
            ),
            type=right.type,
            level=right.level,
            urgent=right.urgent,
            complaint=right.complaint,
            answers=right.answers,
            product=right.product,
            deadline=self._duration("deadline", right.deadline) if right.deadline else None,
            restated=self._pattern(right.restated),
            remedy=self._pattern(right.remedy),
            hint=self._pattern(right.hint) if right.hint else None,
            festival=self._pattern(right.festival) if right.festival else None,
            departments=right.departments,
            risk=right.risk,
            repeat=right.repeat,
            consent=right.consent,
            result=right.result,
            summary=right.summary,
            root_cause=right.root_cause,
            improvement=right.improvement,
            detail=right.detail,
            wanted=right.wanted,
            brief=right.brief,
            care=right.care,
            suggestions=right.suggestions,
            satisfaction=right.satisfaction,
            recourse=right.recourse,
        )

    def _node(self, name: str, told: form.Node, known: Iterable[str]) -> Node:
        for edge in told.edges:
            if edge.goto not in (*known, END):
                raise self._wrong(edge.goto, f"node {name!r} leads to {edge.goto!r}, which is not there")
        return Node(
            id=name,
            edges=tuple(self._edge(edge) for edge in told.edges),
            models={step: self._model(model) for step, model in told.models.items()},
            accepts=told.accepts,
            unsolved=told.unsolved,
        )

    def _model(self, told: form.Model) -> Model:
        return Model(
            self._line(form.Line(text=told.text, gloss=told.gloss)),
            told.outcome,
            self._duration("promise", told.promise) if told.promise else None,
            told.direction,
        )

    def _edge(self, told: form.Edge) -> Edge:
        when = told.when
        return Edge(
            when=When(
                did=when.did,
                has=when.has,
                lacks=when.lacks,
                says=self._pattern(when.says) if when.says else None,
                omits=self._pattern(when.omits) if when.omits else None,
                asked=when.asked,
                silence=self._duration("silence", when.silence) if when.silence else None,
                within=self._duration("within", when.within) if when.within else None,
                mood=when.mood,
                below=when.below,
                level=when.level,
                stage=when.stage,
            ),
            goto=told.goto,
            says=self._line(told.says) if told.says is not None else None,
            after=self._duration("after", told.after) if told.after else None,
            mood=told.mood,
            waits=told.waits,
        )

    def _line(self, told: form.Line) -> Line:
        text = told.text.strip()
        own = {self._own: text} if self._own else {}
        return Line(text, self._names("gloss", own | told.gloss))

    def _names(self, field: str, names: Names) -> Names:
        for language in LANGUAGES:
            if not names.get(language, "").strip():
                raise self._wrong(field, f"{field} is missing in {language}: {names.get('en', '')[:40]!r}")
        return names

    def _pattern(self, text: str) -> re.Pattern[str]:
        try:
            return re.compile(text, re.IGNORECASE)
        except re.error as error:
            raise self._wrong(text, f"{text!r} is no pattern: {error}") from error

    def _duration(self, field: str, text: str) -> timedelta:
        if text in ("0s", "0"):
            return timedelta()
        try:
            return duration(Place(self._file, self._source, ""), field, text)
        except PackError as error:
            raise self._wrong(f'{field} = "{text}"', str(error.problem.reason)) from error

    def _wrong(self, word: str, reason: str) -> PackError:
        place = self._source.find(word)
        return PackError(self._file, self._source.count("\n", 0, place) + 1 if place >= 0 else 0, reason)
