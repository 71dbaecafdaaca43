"""Laws, purposes, reasons and notices of personal data, read from `privacy/` when somebody asks (POLICY T5, T6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.domain.consent import ConsentRule, LawRule, Needs, Notice, PurposeRule
from agent_tui.domain.personal_data import Kind
from agent_tui.packs.loader import PackError, Problem, pick, pick_both, read_entries
from agent_tui.packs.retention import check_market, check_names

_FOLDER = "privacy"
_FIELDS = {"purpose", "scope", "law", "days"}
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_BEFORE = "before_writing"
RETENTION = "retention"
"""The reason of what retention destroys; a pack of reasons has it."""


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Law(_Strict):
    name: Names
    markets: tuple[str, ...]
    needs: Needs
    source: str


class _Purpose(_Strict):
    name: Names
    scope: tuple[str, ...]
    required: bool
    source: str
    markets: tuple[str, ...] = ()


class _Reason(_Strict):
    name: Names


class _Asking(_Strict):
    kinds: tuple[Kind, ...]
    source: str


class _Notice(_Strict):
    text: str
    purposes: dict[str, str]
    scopes: dict[str, str]
    comma: str = ", "


def load_privacy(user: Path | None, problems: list[Problem]) -> tuple[ConsentRule, dict[str, Notice]]:
    """The rules, and the notices by language tag; what had to be left out goes into `problems`.

    Raises PackError when a shipped file itself is bad.
    """
    purposes, notices = pick_both(
        _FOLDER, ("purposes.toml", "consent.toml"), user, _purposes, _notices, problems
    )
    laws = pick(_FOLDER, "laws.toml", user, _laws, problems)
    reasons = pick(_FOLDER, "reasons.toml", user, _reasons, problems)
    asks = pick(_FOLDER, "asking.toml", user, _asking, problems)
    return ConsentRule(laws, purposes, reasons, asks), notices


def _laws(file: Path) -> dict[str, LawRule]:
    laws: dict[str, LawRule] = {}
    taken: dict[str, str] = {}
    for key, (entry, place) in read_entries(file, _Law).items():
        check_names(place, entry.name)
        for market in entry.markets:
            check_market(place, "markets", market)
            if (other := taken.setdefault(market, key)) != key:
                raise place.error("markets", f"{market} stands in [{other}] too")
        laws[key] = LawRule(key, entry.name, entry.markets, entry.needs, entry.source)
    if all(law.markets for law in laws.values()):
        raise PackError(file, 0, "no law is without markets, for customers of any other")
    return laws


def _purposes(file: Path) -> dict[str, PurposeRule]:
    purposes: dict[str, PurposeRule] = {}
    for key, (entry, place) in read_entries(file, _Purpose).items():
        check_names(place, entry.name)
        if not entry.scope:
            raise place.error("scope", "scope names no kind of data")
        for market in entry.markets:
            check_market(place, "markets", market)
        purposes[key] = PurposeRule(key, entry.name, entry.scope, entry.required, entry.markets, entry.source)
    if not any(each.required for each in purposes.values()):
        raise PackError(file, 0, "no purpose is required")
    return purposes


def _reasons(file: Path) -> dict[str, Names]:
    reasons = {
        key: check_names(place, entry.name) for key, (entry, place) in read_entries(file, _Reason).items()
    }
    if RETENTION not in reasons:
        raise PackError(file, 0, f"has no [{RETENTION}]")
    return reasons


def _asking(file: Path) -> frozenset[Kind]:
    entries = read_entries(file, _Asking)
    for key, (_entry, place) in entries.items():
        if key != _BEFORE:
            raise place.error("", f"the only table is [{_BEFORE}]")
    if _BEFORE not in entries:
        raise PackError(file, 0, f"has no [{_BEFORE}]")
    return frozenset(entries[_BEFORE][0].kinds)


def _notices(file: Path, purposes: Mapping[str, PurposeRule]) -> dict[str, Notice]:
    notices: dict[str, Notice] = {}
    kinds = {kind for each in purposes.values() for kind in each.scope}
    for key, (entry, place) in read_entries(file, _Notice).items():
        if not _TAG.fullmatch(key):
            raise place.error("", "is no language tag such as ja or zh-Hant")
        try:
            found = {name for _text, name, _spec, _how in Formatter().parse(entry.text) if name is not None}
        except ValueError as error:
            raise place.error("text", f"text: {error}") from error
        if found != _FIELDS:
            wrong = ", ".join(sorted(f"{{{name}}}" for name in found ^ _FIELDS))
            raise place.error(
                "text", f"text has the fields {{purpose}} {{scope}} {{law}} {{days}}, not: {wrong}"
            )
        for field, names, wanted in (
            ("purposes", entry.purposes, set(purposes)),
            ("scopes", entry.scopes, kinds),
        ):
            missing = sorted(each for each in wanted if not names.get(each, "").strip())
            if missing:
                raise place.error(field, f"{field} lacks {', '.join(missing)}")
        notices[key] = Notice(key, entry.text, entry.purposes, entry.scopes, entry.comma)
    if "en" not in notices:
        raise PackError(file, 0, "has no [en]")
    return notices
