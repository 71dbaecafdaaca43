"""The company's rules of casework, put together from the pack files in `policy/`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from agent_tui.domain import actions as do
from agent_tui.domain.casework import Stage
from agent_tui.domain.casework_rules import (
    ANSWER,
    PLAN,
    RESOLVE,
    CardSection,
    Casework,
    DepartmentRule,
    LegalRule,
    LikenessRule,
    Names,
    ProposalRule,
    Question,
    RegionRule,
    RetrainingRule,
    RoleRule,
    Shift,
    StageRule,
)
from agent_tui.domain.quality import CRITICAL
from agent_tui.packs.loader import PackError, Place, Problem, duration, pick, pick_both, read_entries

T = TypeVar("T")

_HOURS = re.compile(r"(([01]\d|2[0-3]):[0-5]\d)-(([01]\d|2[0-3]):[0-5]\d|24:00)")
_CARD_TOTAL = 100
_DEMANDS = {Stage.APOLOGISE: {"direction"}, Stage.RESOLVE: {"care"}}
"""The fields that a stage may demand in some markets (POLICY C10)."""


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Role(_Strict):
    name: Names
    handles: bool = True
    regional: bool = False
    may: tuple[str, ...] = ()


class _Region(_Strict):
    name: Names
    markets: tuple[str, ...]
    languages: tuple[str, ...] = ()


class _Department(_Strict):
    name: Names
    rule: str
    limit: str | None = None
    calendar: str = "always"
    risk: bool = False


class _Stage(_Strict):
    name: Names
    rule: str
    owner: str
    limit: str | None = None
    days: int | None = None
    calendar: str = "always"
    from_taking: bool = False
    needs_in: dict[str, tuple[str, ...]] = {}
    needs_rule: str = ""


class _Legal(_Strict):
    name: Names
    law: str
    market: str
    ends: str
    source: str
    limit: str | None = None
    days: int | None = None
    calendar: str = "always"
    since: date | None = None


class _Likeness(_Strict):
    within: str
    least: int


class _Question(_Strict):
    name: Names
    key: str
    answers: dict[str, Names]


class _Proposal(_Strict):
    when: dict[str, str]
    level: int
    because: Names
    rule: str
    forced: bool = False


class _Section(_Strict):
    name: Names
    kind: str = "section"
    points: int = 0
    critical: str = ""


class _Retraining(_Strict):
    least: float
    quarters: int


class _Shift(_Strict):
    name: Names
    zone: str
    hours: str
    members: tuple[str, ...] = ()


class _Words(_Strict):
    words: tuple[str, ...]


def load_casework(user: Path | None, calendars: set[str], problems: list[Problem]) -> Casework:
    """The rules of the shipped packs and those in the user's folder; what had to be left out goes into `problems`.

    Raises PackError when a shipped file itself is bad.
    """

    def read(name: str, reader: Callable[[Path], T]) -> T:
        return pick("policy", name, user, reader, problems)

    roles, stages = pick_both(
        "policy",
        ("roles.toml", "complaints.toml"),
        user,
        _roles,
        lambda file, roles: _stages(file, calendars, set(roles)),
        problems,
    )
    questions, proposals = pick_both(
        "policy", ("assessment.toml", "proposals.toml"), user, _questions, _proposals, problems
    )
    likeness = read("likeness.toml", _likeness)
    return Casework(
        roles=roles,
        regions=read("regions.toml", _regions),
        departments=read("departments.toml", lambda file: _departments(file, calendars)),
        stages=stages,
        legal=read("legal.toml", lambda file: _legal(file, calendars)),
        repeat=likeness["repeat"],
        group=likeness["group"],
        questions=questions,
        proposals=proposals,
        card=read("card.toml", _card),
        retraining=read("figures.toml", _retraining),
        shifts=read("shifts.toml", _shifts),
        apologies=read("apologies.toml", _words),
    )


def _known(place: Place, field: str, word: str, known: set[str]) -> str:
    if word not in known:
        raise place.error(field, f"there is no {word!r}; there are: {', '.join(sorted(known))}")
    return word


def _roles(file: Path) -> dict[str, RoleRule]:
    kinds = {str(kind.__struct_config__.tag) for kind in get_args(do.Action)}
    roles = {
        key: RoleRule(
            key,
            entry.name,
            entry.handles,
            entry.regional,
            tuple(_known(place, "may", kind, kinds) for kind in entry.may),
        )
        for key, (entry, place) in read_entries(file, _Role).items()
    }
    if "agent" not in roles:
        raise PackError(file, 0, "the role [agent] is missing")
    return roles


def _regions(file: Path) -> dict[str, RegionRule]:
    regions: dict[str, RegionRule] = {}
    taken: dict[str, str] = {}
    for key, (entry, place) in read_entries(file, _Region).items():
        for market in entry.markets:
            _check_market(place, "markets", market)
            if market in taken:
                raise place.error("markets", f"{market} belongs to [{taken[market]}] already")
            taken[market] = key
        regions[key] = RegionRule(key, entry.name, entry.markets, entry.languages)
    return regions


def _check_market(place: Place, field: str, market: str) -> None:
    if not re.fullmatch("[A-Z]{2}", market):
        raise place.error(field, f"{market!r} is no market; write two capital letters, such as JP")


def _departments(file: Path, calendars: set[str]) -> dict[str, DepartmentRule]:
    departments = {
        key: DepartmentRule(
            id=key,
            name=entry.name,
            rule=entry.rule,
            limit=None if entry.limit is None else duration(place, "limit", entry.limit),
            calendar=_known(place, "calendar", entry.calendar, calendars),
            risk=entry.risk,
        )
        for key, (entry, place) in read_entries(file, _Department).items()
    }
    if not any(department.risk for department in departments.values()):
        raise PackError(file, 0, "one department has to hear of risks: risk = true")
    return departments


def _stages(file: Path, calendars: set[str], roles: set[str]) -> dict[str, StageRule]:
    stages: dict[str, StageRule] = {}
    for key, (entry, place) in read_entries(file, _Stage).items():
        _known(place, "", key, {stage.value for stage in Stage})
        for field, markets in entry.needs_in.items():
            if field not in _DEMANDS.get(Stage(key), ()):
                raise place.error("needs_in", f"{field!r} is nothing that this stage can demand")
            for market in markets:
                _check_market(place, "needs_in", market)
        _check_days(place, entry.days, entry.limit)
        stages[key] = StageRule(
            id=key,
            name=entry.name,
            rule=entry.rule,
            owner=_known(place, "owner", entry.owner, roles),
            limit=None if entry.limit is None else duration(place, "limit", entry.limit),
            days=entry.days,
            calendar=_known(place, "calendar", entry.calendar, calendars),
            from_taking=entry.from_taking,
            needs_in=entry.needs_in,
            needs_rule=entry.needs_rule or entry.rule,
        )
    if missing := [stage.value for stage in Stage if stage.value not in stages]:
        raise PackError(file, 0, f"the stage [{missing[0]}] is missing")
    return stages


def _check_days(place: Place, days: int | None, limit: str | None) -> None:
    if days is not None and limit is not None:
        raise place.error("days", "a clock has either a limit or days")
    if days is not None and days < 1:
        raise place.error("days", "a period lasts at least one working day")


def _legal(file: Path, calendars: set[str]) -> tuple[LegalRule, ...]:
    found: list[LegalRule] = []
    for key, (entry, place) in read_entries(file, _Legal).items():
        _known(place, "ends", entry.ends, {ANSWER, PLAN, RESOLVE})
        _check_market(place, "market", entry.market)
        _check_days(place, entry.days, entry.limit)
        if entry.days is None and entry.limit is None:
            raise place.error("", "a legal clock needs a limit or days")
        if not entry.source.strip():
            raise place.error("source", "a fact of law needs its source")
        found.append(
            LegalRule(
                id=key,
                name=entry.name,
                law=entry.law,
                market=entry.market,
                ends=entry.ends,
                source=entry.source,
                limit=None if entry.limit is None else duration(place, "limit", entry.limit),
                days=entry.days,
                calendar=_known(place, "calendar", entry.calendar, calendars),
                since=entry.since,
            )
        )
    return tuple(found)


def _likeness(file: Path) -> dict[str, LikenessRule]:
    rules: dict[str, LikenessRule] = {}
    for key, (entry, place) in read_entries(file, _Likeness).items():
        _known(place, "", key, {"repeat", "group"})
        if entry.least < 1:
            raise place.error("least", "it takes at least one customer")
        rules[key] = LikenessRule(duration(place, "within", entry.within), entry.least)
    if missing := [name for name in ("repeat", "group") if name not in rules]:
        raise PackError(file, 0, f"[{missing[0]}] is missing")
    return rules


def _questions(file: Path) -> dict[str, Question]:
    questions: dict[str, Question] = {}
    keys: dict[str, str] = {}
    for key, (entry, place) in read_entries(file, _Question).items():
        if len(entry.key) != 1 or not entry.key.isupper():
            raise place.error("key", "the key of a question is one capital letter")
        if entry.key in keys:
            raise place.error("key", f"[{keys[entry.key]}] has this key already")
        if len(entry.answers) < 2:
            raise place.error("answers", "a question has at least two answers")
        keys[entry.key] = key
        questions[key] = Question(key, entry.name, entry.key, entry.answers)
    return questions


def _proposals(file: Path, questions: dict[str, Question]) -> tuple[ProposalRule, ...]:
    found: list[ProposalRule] = []
    for key, (entry, place) in read_entries(file, _Proposal).items():
        for question, answer in entry.when.items():
            _known(place, "when", question, set(questions))
            _known(place, "when", answer, set(questions[question].answers))
        if entry.level not in (1, 2, 3, 4):
            raise place.error("level", "a level is a number from 1 to 4")
        found.append(ProposalRule(key, entry.when, entry.level, entry.because, entry.rule, entry.forced))
    if all(rule.when for rule in found):
        raise PackError(file, 0, "one rule has to fit whatever the answers are: when = {}")
    return tuple(found)


def _card(file: Path) -> dict[str, CardSection]:
    card: dict[str, CardSection] = {}
    for key, (entry, place) in read_entries(file, _Section).items():
        _known(place, "kind", entry.kind, {"section", "fatal", "violation"})
        if (entry.points > 0) != (entry.kind == "section"):
            raise place.error("points", "a section has points above 0, nothing else has any")
        if entry.critical:
            _known(place, "critical", entry.critical, set(CRITICAL))
        card[key] = CardSection(key, entry.name, entry.kind, entry.points, entry.critical)
    total = sum(section.points for section in card.values() if section.kind == "section")
    if total != _CARD_TOTAL:
        raise PackError(file, 0, f"the sections hold {total} points, not {_CARD_TOTAL}")
    return card


def _retraining(file: Path) -> RetrainingRule:
    entries = read_entries(file, _Retraining)
    if "retraining" not in entries:
        raise PackError(file, 0, "[retraining] is missing")
    rule, place = entries["retraining"]
    if not 0 < rule.least <= 1:
        raise place.error("least", "least is a share between 0 and 1")
    if rule.quarters < 1:
        raise place.error("quarters", "compliance is asked for in at least one quarter")
    return RetrainingRule(rule.least, rule.quarters)


def _shifts(file: Path) -> dict[str, Shift]:
    shifts: dict[str, Shift] = {}
    for key, (entry, place) in read_entries(file, _Shift).items():
        try:
            ZoneInfo(entry.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise place.error("zone", f"there is no time zone {entry.zone!r}") from error
        hours = _HOURS.fullmatch(entry.hours)
        if hours is None or hours[1] == hours[3]:
            raise place.error("hours", f"{entry.hours!r} is no span of hours; write 08:00-16:00")
        shifts[key] = Shift(key, entry.name, entry.zone, entry.hours, entry.members)
    return shifts


def _words(file: Path) -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for key, (entry, place) in read_entries(file, _Words).items():
        if not all(word.strip() for word in entry.words):
            raise place.error("words", "a word is empty: every text would hold it")
        words[key] = entry.words
    return words
