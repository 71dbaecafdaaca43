"""Every pack file of guidance and personal data read at once, to tell which ones were left out and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from agent_tui.desk import consenting
from agent_tui.desk.guiding import Guidance
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.policy import Policy
from agent_tui.packs import compliance, culture, phrases, theory, thesaurus
from agent_tui.packs.compliance import ACTS, REGISTERS
from agent_tui.packs.loader import BUILT_IN, Problem
from agent_tui.packs.phrases import REQUESTS, TEAM

_LAW = "law"  # a file of `compliance/` that is called like a language and is none
_LANGUAGE, _TAG, _MARKET = "[a-z]{2,3}", "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "[A-Z]{2}"
_TOPIC = "[a-z][a-z0-9_-]*"
_OWN_NAMES: dict[str, str] = {
    culture.FOLDER: _MARKET,
    compliance.FOLDER: _LANGUAGE,
    ACTS: _LANGUAGE,
    REGISTERS: _LANGUAGE,
    phrases.FOLDER: _TAG,
    REQUESTS: _TAG,
    thesaurus.FOLDER: _TAG,
    theory.FOLDER: _TOPIC,
}
"""The folders to which a company adds files that are not shipped, and how those are called."""

_UNREAD = N_("no pack is called so, and nothing reads it")


def problems(user: Path | None, policy: Policy) -> tuple[Problem, ...]:
    """The user's pack files that were left out, each with line and reason, and those that nothing reads.

    Raises PackError when a shipped file itself is bad.
    """
    guidance = Guidance(user, policy)
    _compliance(guidance, user)
    _culture(guidance)
    library = guidance.books.library
    library.team()
    for language in library.languages():
        library.book(language)
        thesaurus.load_thesaurus(language, user, library.problems)
    guidance.read_personal()
    found = [
        *guidance.problems,
        *consenting.load(user).problems,
        *theory.load_theory(user)[1],
        *_unread(user),
    ]
    return tuple(dict.fromkeys(found))


def _compliance(guidance: Guidance, user: Path | None) -> None:
    packs = guidance.compliance
    for folder, read in (
        (compliance.FOLDER, packs.rules),
        (ACTS, packs.acts),
        (REGISTERS, packs.register),
    ):
        for language in _stems(folder, user, _LANGUAGE):
            read(language)
    _laws = packs.laws


def _culture(guidance: Guidance) -> None:
    book = guidance.culture
    _lists = (book.names, book.regions, book.weekend(""), book.wishes)
    for market in guidance.markets():
        book.market(market)


def _stems(folder: str, user: Path | None, pattern: str) -> list[str]:
    """The names, without their ending, of a folder's shipped files and of the user's that follow a pattern."""
    places = [BUILT_IN / folder, *([user / folder] if user is not None else [])]
    stems = {file.stem for place in places for file in place.glob("*.toml")}
    return sorted(stem for stem in stems - {_LAW} if re.fullmatch(pattern, stem))


def _unread(user: Path | None) -> Iterator[Problem]:
    """The user's files that have a name by which nobody looks for them, such as `culture/japan.toml`."""
    if user is None:
        return
    for file in sorted(user.rglob("*.toml")):
        name = file.relative_to(user)
        own = _OWN_NAMES.get(name.parent.as_posix())
        if (BUILT_IN / name).is_file() or name.as_posix() == f"{phrases.FOLDER}/{TEAM}":
            continue
        if own is None or not re.fullmatch(own, name.stem):
            yield Problem(str(file), 0, Told(_UNREAD))
