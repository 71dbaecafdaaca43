"""The company's policy, put together from the pack files in `policy/`."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from agent_tui.domain.calendars import ALWAYS, Calendar, NoDaysOff
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.clocks import TimerKind
from agent_tui.domain.policy import MARKET, ChannelRule, ClockRule, LevelRule, Policy, TypeRule
from agent_tui.domain.ticket import Status
from agent_tui.domain.timers import DEADLINE, ON_THE_SPOT
from agent_tui.packs.casework import load_casework
from agent_tui.packs.days_off import PublicHolidays, is_known
from agent_tui.packs.loader import BUILT_IN, PackError, Place, Problem, duration, override, pick, read_entries
from agent_tui.packs.week import check_zone, week, windows

T = TypeVar("T")

HOME = "home"
_LEAST_WEEK = 60  # minutes: below that, a limit of days would take years
SUMMARY_PARTS = ("root_cause", "improvement")


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Channel(_Strict):
    name: Names
    rule: str
    first_response: str
    next_response: str
    on_the_spot: str
    calendar: str
    live: bool


class _Level(_Strict):
    name: Names
    rule: str
    leader: str
    limit: str
    calendar: str
    progress: str | None = None


class _Type(_Strict):
    name: Names
    rule: str
    resolve_within: str | None = None
    summary_needs: tuple[str, ...] = ()


class _Clock(_Strict):
    paused_by: tuple[Status, ...]
    at_risk: float


class _Calendar(_Strict):
    zone: str
    hours: dict[str, tuple[str, ...]]
    holidays: str | None = None
    days: dict[str, tuple[str, ...]] = {}


def load_policy(user: Path | None = None) -> tuple[Policy, tuple[Problem, ...]]:
    """The policy of the shipped packs and those in the user's folder, and what had to be left out.

    Raises PackError when a shipped file itself is bad.
    """
    problems: list[Problem] = []
    calendars = pick("policy", "calendars.toml", user, _calendars, problems)
    known = {ALWAYS.id, MARKET, *calendars}
    former_channels, former_types = _former(user, known)
    return Policy(
        former_channels=former_channels,
        former_types=former_types,
        channels=pick("policy", "channels.toml", user, lambda file: _channels(file, known), problems),
        levels=pick("policy", "levels.toml", user, lambda file: _levels(file, known), problems),
        types=pick("policy", "types.toml", user, _types, problems),
        clocks=pick("policy", "clocks.toml", user, _clocks, problems),
        calendars=calendars,
        casework=load_casework(user, known, problems),
        markets={word: word for word in calendars if re.fullmatch("[A-Z]{2}", word)},
        home=HOME,
    ), tuple(problems)


def _former(user: Path | None, known: set[str]) -> tuple[dict[str, ChannelRule], dict[str, TypeRule]]:
    """The shipped channels and types where the company's own files take their place."""
    channels = override("policy", "channels.toml", user)[1:]
    types = override("policy", "types.toml", user)[1:]
    return (_channels(channels[0], known) if channels else {}), (_types(types[0]) if types else {})


def _check_calendar(place: Place, word: str, known: set[str]) -> str:
    if word not in known:
        raise place.error("calendar", f"there is no calendar {word!r}")
    return word


def _channels(file: Path, known: set[str]) -> dict[str, ChannelRule]:
    return {
        key: ChannelRule(
            id=key,
            name=entry.name,
            rule=entry.rule,
            first_response=duration(place, "first_response", entry.first_response),
            next_response=duration(place, "next_response", entry.next_response),
            on_the_spot=duration(place, "on_the_spot", entry.on_the_spot),
            calendar=_check_calendar(place, entry.calendar, known),
            live=entry.live,
        )
        for key, (entry, place) in read_entries(file, _Channel).items()
    }


def _levels(file: Path, known: set[str]) -> dict[int, LevelRule]:
    levels: dict[int, LevelRule] = {}
    for key, (entry, place) in read_entries(file, _Level).items():
        if key not in ("1", "2", "3", "4"):
            raise place.error("", "a level is a number from 1 to 4")
        named = entry.limit in (ON_THE_SPOT, DEADLINE)
        levels[int(key)] = LevelRule(
            level=int(key),
            name=entry.name,
            rule=entry.rule,
            leader=entry.leader,
            limit=entry.limit if named else duration(place, "limit", entry.limit),
            calendar=_check_calendar(place, entry.calendar, known),
            progress=None if entry.progress is None else duration(place, "progress", entry.progress),
        )
    if missing := [number for number in (1, 2, 3, 4) if number not in levels]:
        raise PackError(file, 0, f"level {missing[0]} is missing")
    return levels


def _types(file: Path) -> dict[str, TypeRule]:
    types: dict[str, TypeRule] = {}
    for key, (entry, place) in read_entries(file, _Type).items():
        if unknown := set(entry.summary_needs) - set(SUMMARY_PARTS):
            raise place.error("summary_needs", f"a summary has no part {min(unknown)!r}")
        limit = entry.resolve_within
        types[key] = TypeRule(
            id=key,
            name=entry.name,
            rule=entry.rule,
            resolve_within=None if limit is None else duration(place, "resolve_within", limit),
            summary_needs=entry.summary_needs,
        )
    return types


def _clocks(file: Path) -> dict[str, ClockRule]:
    clocks: dict[str, ClockRule] = {}
    for key, (entry, place) in read_entries(file, _Clock).items():
        if key not in set(TimerKind):
            raise place.error("", "there is no such clock")
        if not 0 < entry.at_risk <= 1:
            raise place.error("at_risk", "at_risk is a share of the limit, above 0 and up to 1")
        clocks[key] = ClockRule(paused_by=entry.paused_by, at_risk=entry.at_risk)
    if missing := [kind.value for kind in TimerKind if kind.value not in clocks]:
        raise PackError(file, 0, f"the clock {missing[0]!r} is missing")
    return clocks


def _calendars(file: Path) -> dict[str, Calendar]:
    calendars: dict[str, Calendar] = {}
    for key, (entry, place) in read_entries(file, _Calendar).items():
        check_zone(place, "zone", entry.zone)
        hours = week(place, "hours", entry.hours)
        if sum(window.end - window.start for day in hours for window in day) < _LEAST_WEEK:
            raise place.error("hours", "the calendar never opens for long enough: less than an hour a week")
        if entry.holidays and file.parent.parent != BUILT_IN and not is_known(entry.holidays):
            raise place.error("holidays", f"no public holidays are known for {entry.holidays!r}")
        calendars[key] = Calendar(
            id=key,
            zone=entry.zone,
            week=hours,
            holidays=PublicHolidays(entry.holidays) if entry.holidays else NoDaysOff(),
            days={_date(place, day): windows(place, "days", hours) for day, hours in entry.days.items()},
        )
    if HOME not in calendars:
        raise PackError(file, 0, f"the calendar [{HOME}] is missing")
    return calendars


def _date(place: Place, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise place.error("days", f"{text!r} is no date; write 2026-12-24") from error
