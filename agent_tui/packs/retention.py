"""How long what is kept, read from `policy/retention.toml` when somebody asks."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.domain.privacy_actions import Scope
from agent_tui.domain.retention import Period, RetentionRule
from agent_tui.packs.loader import PackError, Place, Problem, duration, pick, read_entries

_HOLD = "legal_hold"
_FACES = ("en", "zh_CN")


class _Kind(msgspec.Struct, forbid_unknown_fields=True):
    name: Names
    source: str
    keep: str | None = None
    markets: dict[str, str] = {}
    tags: tuple[str, ...] = ()


def load_retention(user: Path | None, problems: list[Problem]) -> RetentionRule:
    """The periods of the shipped pack or the user's own; what had to be left out goes into `problems`.

    Raises PackError when the shipped file itself is bad.
    """
    return pick("policy", "retention.toml", user, _retention, problems)


def _retention(file: Path) -> RetentionRule:
    entries = read_entries(file, _Kind)
    periods: dict[Scope, Period] = {}
    tags: tuple[str, ...] = ()
    for key, (entry, place) in entries.items():
        check_names(place, entry.name)
        if key == _HOLD:
            if not entry.tags:
                raise place.error("tags", "a legal hold needs tags")
            tags = entry.tags
            continue
        if key not in set(Scope):
            raise place.error("", f"is none of: {', '.join((*Scope, _HOLD))}")
        if entry.keep is None:
            raise place.error("keep", "keep is missing")
        periods[Scope(key)] = Period(
            scope=Scope(key),
            name=entry.name,
            keep=duration(place, "keep", entry.keep),
            markets={
                check_market(place, "markets", market): duration(place, "markets", keep)
                for market, keep in entry.markets.items()
            },
            source=entry.source,
        )
    missing = [each for each in (*Scope, _HOLD) if each not in entries]
    if missing:
        raise PackError(file, 0, f"says nothing of {', '.join(missing)}")
    return RetentionRule(periods, tags)


def check_names(place: Place, names: Names) -> Names:
    """Both languages of the faces. Raises PackError."""
    missing = [each for each in _FACES if not names.get(each, "").strip()]
    if missing:
        raise place.error("name", f"name lacks {', '.join(missing)}")
    return names


def check_market(place: Place, field: str, market: str) -> str:
    """An ISO 3166-1 alpha-2 code in capitals. Raises PackError."""
    if not re.fullmatch("[A-Z]{2}", market):
        raise place.error(field, f"{market!r} is no country code such as JP")
    return market
