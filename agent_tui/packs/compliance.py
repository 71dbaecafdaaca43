"""What may not be written, and how speech acts and register are told, put together from the packs in `compliance/`.

`kinds.toml` says why each kind of finding matters, `<language>.toml` how it sounds, `law.toml` where the law
forbids it, `acts/` how people apologise and promise, `register/` how they are formal. All are read on first use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.packs.expressions import LONG, Letters, fold, one_of, read_expressions
from agent_tui.packs.loader import BUILT_IN, PackError, Place, Problem, override, pick, pick_any, read_entries
from agent_tui.packs.registers import Register, read_register
from agent_tui.packs.searching import Language, Rule, Search, Span, matches

T = TypeVar("T")

FOLDER = "compliance"
ACTS = f"{FOLDER}/acts"
REGISTERS = f"{FOLDER}/register"
SEVERITIES = ("block", "warn", "hint")
STRUCTURAL = frozenset(
    {
        "missing_apology",
        "missing_direction",
        "missing_deadline",
        "missing_follow_up",
        "wrong_language",
        "wrong_register",
        "personal_data",
    }
)
"""Kinds that no expression finds: `guidance.compliance` looks for them itself."""
_EXAMPLES = 3
_SENTENCES = 2048  # whose findings are remembered
# Where a sentence ends; a stop before a number may be an abbreviation's.
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'»”’)]*\s+(?=\D)|[。！？]+|\n\s*\n")
_INTERFACE = ("en", "zh_CN")


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of finding. `markets` are those where it is as severe as `severity`; elsewhere it is `elsewhere`.

    `audience` says where it is looked for: in a `reply`, or in a `note` too (`both`). A kind of the `law` is told where
    `law.toml` names it for the market.
    """

    rule: str
    severity: str
    why: Names
    better: Names
    markets: tuple[str, ...] = ()
    elsewhere: str = ""
    audience: str = "reply"
    law: bool = False


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a market's law says against some kinds."""

    markets: tuple[str, ...]
    kinds: tuple[str, ...]
    law: str
    source: str
    why: Names


class Examples(msgspec.Struct, frozen=True):
    """Sentences in which a kind is found, and sentences in which it is not."""

    caught: tuple[str, ...]
    fine: tuple[str, ...]


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    patterns: tuple[str, ...]
    caught: tuple[str, ...]
    fine: tuple[str, ...]
    unless: tuple[str, ...] = ()
    phrase: str = ""
    severity: str = ""
    channels: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()


class _Letters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    written: str
    read: str


class Packs:
    """The compliance packs, the user's own before the shipped ones; what was left out stands in `problems`."""

    def __init__(self, user: Path | None = None) -> None:
        self.problems: list[Problem] = []
        self._user = user
        self._languages: dict[tuple[str, str], Language | None] = {}
        self._registers: dict[str, Register | None] = {}
        self._kinds: dict[str, Kind] | None = None
        self._laws: tuple[Law, ...] | None = None
        self._letters: dict[str, Letters] | None = None
        self._searches: dict[int, Search] = {}  # by the id of a language's rules, kept as long as this
        self._found: dict[tuple[int, str], dict[str, list[Span]]] = {}
        self._newest: dict[int, tuple[str, dict[str, list[Span]]]] = {}

    @property
    def kinds(self) -> dict[str, Kind]:
        """Every kind by its id. Raises PackError when the shipped file is bad."""
        if self._kinds is None:
            self._kinds = pick(FOLDER, "kinds.toml", self._user, read_kinds, self.problems)
        return self._kinds

    @property
    def laws(self) -> tuple[Law, ...]:
        """What markets' laws say. Raises PackError when the shipped file is bad."""
        if self._laws is None:
            self._laws = pick(
                FOLDER, "law.toml", self._user, lambda file: read_laws(file, self.kinds), self.problems
            )
        return self._laws

    def is_own(self, language: str) -> bool:
        """Whether the company has a file of its own for what is forbidden in a language (BCP 47)."""
        return not override(FOLDER, f"{base(language)}.toml", self._user)[0].is_relative_to(BUILT_IN)

    def letters(self, language: str) -> Letters:
        """How the letters of a language (two letters) are read. Raises PackError when the shipped file is bad."""
        if self._letters is None:
            self._letters = pick(FOLDER, "letters.toml", self._user, read_letters, self.problems)
        return self._letters.get(language, Letters(language, {}))

    def rules(self, language: str) -> Language | None:
        """What is forbidden in a language (BCP 47), or None where no pack speaks it."""
        kinds = self.kinds
        return self._language(
            FOLDER, language, lambda file: read_rules(file, kinds, self.letters(base(language)))
        )

    def examples(self, language: str) -> dict[str, Examples]:
        """The examples of each kind in a language (BCP 47); none where no pack speaks it."""
        return self._read(FOLDER, base(language), read_examples) or {}

    def acts(self, language: str) -> Language | None:
        """How apologies and promises sound in a language (BCP 47), or None where no pack speaks it."""
        return self._language(ACTS, language, lambda file: read_acts(file, self.letters(base(language))))

    def found(self, pack: Language, text: str) -> Mapping[str, list[Span]]:
        """By rule what it finds in a folded text (see `spans`), sentence by sentence.

        What was found in the newest text and sentences is remembered: while one writes, the others stay as they are.
        """
        known = self._newest.get(id(pack))
        if known is not None and known[0] == text:
            return known[1]
        found: dict[str, list[Span]] = {}
        start = 0
        for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
            for name, here in self._found_in(pack, text[start:end]).items():
                moved = (Span(start + low, start + high, excused) for low, high, excused in here)
                found.setdefault(name, []).extend(moved)
            start = end
        self._newest[id(pack)] = (text, found)
        return found

    def _found_in(self, pack: Language, sentence: str) -> dict[str, list[Span]]:
        key = (id(pack), sentence)
        found = self._found.pop(key, None)
        if found is None:
            found = self._search(pack, sentence)
            if len(self._found) >= _SENTENCES:
                del self._found[next(iter(self._found))]
        self._found[key] = found  # the newest last
        return found

    def _search(self, pack: Language, text: str) -> dict[str, list[Span]]:
        search = self._searches.get(id(pack))
        if search is None:
            search = self._searches[id(pack)] = Search(pack)
        return search.found(text)

    def register(self, language: str) -> Register | None:
        """How a language (BCP 47) shows formality, or None where no pack speaks it."""
        name = base(language)
        if name not in self._registers:
            self._registers[name] = self._read(REGISTERS, name, read_register)
        return self._registers[name]

    def _language(self, folder: str, language: str, read: Callable[[Path], Language]) -> Language | None:
        key = (folder, base(language))
        if key not in self._languages:
            self._languages[key] = self._read(*key, read)
        return self._languages[key]

    def _read(self, folder: str, name: str, read: Callable[[Path], T]) -> T | None:
        if not re.fullmatch("[a-z]{2,3}", name):
            return None
        return pick_any(folder, f"{name}.toml", self._user, read, self.problems)


@lru_cache(maxsize=1)
def shipped() -> Packs:
    """The packs as shipped."""
    return Packs()


def base(language: str) -> str:
    """The language without script and region: `zh` of `zh-Hant`."""
    return language.replace("_", "-").partition("-")[0].lower()


def read_letters(file: Path) -> dict[str, Letters]:
    """How letters are read, by language (two letters). Raises PackError."""
    letters: dict[str, Letters] = {}
    for language, (entry, place) in read_entries(file, _Letters).items():
        if len(entry.written) != len(entry.read):
            raise place.error("read", f"{len(entry.written)} letters are read as {len(entry.read)}")
        letters[language] = Letters(language, dict(zip(entry.written, entry.read, strict=True)))
    return letters


def read_kinds(file: Path) -> dict[str, Kind]:
    """The kinds of findings. Raises PackError."""
    kinds: dict[str, Kind] = {}
    for key, (kind, place) in read_entries(file, Kind).items():
        one_of(place, "severity", kind.severity, SEVERITIES)
        if kind.elsewhere or kind.markets:
            one_of(place, "elsewhere", kind.elsewhere, SEVERITIES)
        one_of(place, "audience", kind.audience, ("reply", "both"))
        _two_languages(place, why=kind.why, better=kind.better)
        kinds[key] = kind
    if missing := sorted(STRUCTURAL - kinds.keys()):
        raise PackError(file, 0, f"[{missing[0]}] is missing")
    return kinds


def read_laws(file: Path, kinds: Mapping[str, Kind]) -> tuple[Law, ...]:
    """The laws by market. Raises PackError."""
    laws: list[Law] = []
    for law, place in read_entries(file, Law).values():
        for kind in law.kinds:
            if kind not in kinds or not kinds[kind].law:
                raise place.error("kinds", f"{kind!r} is no kind of the law in kinds.toml")
        for market in law.markets:
            if not re.fullmatch("[A-Z]{2}", market):
                raise place.error(
                    "markets", f"{market!r} is no market; write two capital letters, such as JP"
                )
        if not law.source.strip():
            raise place.error("source", "a fact of law needs its source")
        _two_languages(place, why=law.why)
        laws.append(law)
    return tuple(laws)


def read_rules(file: Path, kinds: Mapping[str, Kind], letters: Letters) -> Language:
    """What is forbidden in the language that the file is named after. Raises PackError."""
    known = tuple(sorted(kinds.keys() - STRUCTURAL))
    return _read_language(file, known, letters)


def read_examples(file: Path) -> dict[str, Examples]:
    """The examples of each kind. Raises PackError."""
    return {kind: examples for kind, (examples, _place) in read_entries(file, Examples).items()}


def read_acts(file: Path, letters: Letters) -> Language:
    """How speech acts sound in the language that the file is named after. Raises PackError."""
    return _read_language(file, ("apology", "direction", "deadline", "follow_up"), letters)


def _read_language(file: Path, known: tuple[str, ...], letters: Letters) -> Language:
    rules: dict[str, Rule] = {}
    own = not file.is_relative_to(BUILT_IN)  # what is shipped is tried by the tests, not at every start
    for key, (entry, place) in read_entries(file, _Rule).items():
        one_of(place, "", key, known)
        if entry.severity:
            one_of(place, "severity", entry.severity, SEVERITIES)
        for field, examples in (("caught", entry.caught), ("fine", entry.fine)):
            if len(examples) < _EXAMPLES:
                raise place.error(field, f"{field} has fewer than {_EXAMPLES} examples")
        rule = Rule(
            kind=key,
            found=read_expressions(place, "patterns", entry.patterns, file.stem, letters),
            unless=read_expressions(place, "unless", entry.unless, file.stem, letters, LONG),
            phrase=entry.phrase,
            severity=entry.severity,
            channels=entry.channels,
            markets=entry.markets,
        )
        if own and (wrong := wrong_example(rule, entry.caught, entry.fine, letters)) is not None:
            raise place.error(*wrong)
        rules[key] = rule
    return Language(letters, rules)


def wrong_example(
    rule: Rule, caught: tuple[str, ...], fine: tuple[str, ...], letters: Letters
) -> tuple[str, str] | None:
    """The field and what is wrong with the first example that does not do what the pack says of it."""
    for text in caught:
        if not matches(rule, fold(text, letters).text):
            return "caught", f"no pattern finds {text!r}"
    for text in fine:
        if matches(rule, fold(text, letters).text):
            return "fine", f"a pattern finds something in {text!r}"
    return None


def _two_languages(place: Place, **texts: Names) -> None:
    for field, names in texts.items():
        for language in _INTERFACE:
            if not names.get(language, "").strip():
                raise place.error(field, f"{field} is missing in {language}")
