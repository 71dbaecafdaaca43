"""How a run of practice is scored, as data: `scenarios/_checks.toml` and `_errors.toml` (POLICY section 9)."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.packs.loader import PackError, Problem, pick, read_entries

FOLDER = "scenarios"
_NO_SPACES = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_ARABIC_SIGNS = re.compile("[\u0640\u064b-\u0652]")


class CheckRule(msgspec.Struct, frozen=True):
    """A check: its section of the card, rule and weight beside the others there, and what is told when it fails."""

    id: str
    section: str
    rule: str
    weight: int
    name: Names
    better: Names
    drill: str  # a topic of the theory


class Manners(msgspec.Struct, frozen=True):
    """How a language greets, addresses and takes leave, to be looked for in `plain` text."""

    greeting: re.Pattern[str]
    address: re.Pattern[str]
    farewell: re.Pattern[str]


class Scoring(msgspec.Struct, frozen=True):
    """All checks in the order of the card, which error of the card a finding is, and manners by language."""

    checks: dict[str, CheckRule]
    errors: dict[str, str]
    pass_mark: int  # points of a certified run
    manners: dict[str, Manners]


class _Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    section: str
    rule: str
    weight: int
    name: Names
    better: Names
    drill: str


class _Errors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    findings: dict[str, str] = {}
    points: int = 0


class _Manners(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    greeting: tuple[str, ...]
    address: tuple[str, ...] = ()
    farewell: tuple[str, ...]


class Mode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A way to practise: how fast time goes, and what helps there are."""

    name: Names
    rate: float  # simulated seconds a second
    hints: bool
    rewind: bool
    timed: bool


def load_modes(user: Path | None, problems: list[Problem]) -> dict[str, Mode]:
    """The ways to practise, by their ids. Raises PackError when the shipped file is bad."""
    return pick(FOLDER, "_modes.toml", user, _modes, problems)


def _modes(file: Path) -> dict[str, Mode]:
    found: dict[str, Mode] = {}
    for key, (mode, place) in read_entries(file, Mode).items():
        if mode.rate <= 0:
            raise place.error("rate", "rate is more than 0")
        found[key] = mode
    return found


def load_scoring(user: Path | None, problems: list[Problem]) -> Scoring:
    """The shipped rules, or those in the user's folder. Raises PackError when a shipped file is bad."""
    checks = pick(FOLDER, "_checks.toml", user, _checks, problems)
    errors, mark = pick(FOLDER, "_errors.toml", user, _errors, problems)
    manners = pick(FOLDER, "_manners.toml", user, _manners, problems)
    return Scoring(checks, errors, mark, manners)


def _manners(file: Path) -> dict[str, Manners]:
    return {
        language: Manners(_any_of(each.greeting), _any_of(each.address), _any_of(each.farewell))
        for language, (each, _place) in read_entries(file, _Manners).items()
    }


def plain(text: str) -> str:
    """The text as manners are looked for in it: small letters, no vowel signs of Arabic, no dot left over of İ."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("i\u0307", "i")
    return _ARABIC_SIGNS.sub("", folded).strip()


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for any of the words: whole ones but for the end that `*` stands for, anywhere without spaces."""
    found = []
    for word in sorted(map(plain, words), key=len, reverse=True):
        text = re.escape(word.removesuffix("*"))
        if not _NO_SPACES.search(word):
            text = rf"(?<!\w){text}" + ("" if word.endswith("*") else r"(?!\w)")
        found.append(text)
    return re.compile("|".join(found) or "(?!)")


def _checks(file: Path) -> dict[str, CheckRule]:
    found: dict[str, CheckRule] = {}
    for key, (each, place) in read_entries(file, _Check).items():
        for field in ("name", "better"):
            if missing := {"en", "zh_CN"} - set(getattr(each, field)):
                raise place.error(field, f"{field} is missing in {', '.join(sorted(missing))}")
        if each.weight <= 0:
            raise place.error("weight", "weight is more than 0")
        found[key] = CheckRule(key, each.section, each.rule, each.weight, each.name, each.better, each.drill)
    return found


def _errors(file: Path) -> tuple[dict[str, str], int]:
    entries = read_entries(file, _Errors)
    if missing := [name for name in ("errors", "certificate") if name not in entries]:
        raise PackError(file, 0, f"[{missing[0]}] is missing")
    return entries["errors"][0].findings, entries["certificate"][0].points
