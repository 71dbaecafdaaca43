"""Which language a customer writes. Scripts decide where they can, a small model where they can't, nobody if unsure.

The model is fastText's lid.176 (`packs/language`), loaded on first use: about 25 ms and 2 MB.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from functools import lru_cache
from typing import Protocol

import msgspec

from agent_tui.domain import quoting
from agent_tui.domain.ticket import Guess
from agent_tui.packs.loader import BUILT_IN

LANGUAGES: frozenset[str] = frozenset(
    [
        "en",
        "zh",
        "ja",
        "ko",
        "de",
        "fr",
        "es",
        "pt",
        "it",
        "nl",
        "pl",
        "ru",
        "uk",
        "ar",
        "he",
        "tr",
        "th",
        "vi",
        "id",
        "ms",
        "hi",
        "bn",
        "sv",
        "da",
        "nb",
        "fi",
        "cs",
        "el",
        "ro",
        "hu",
    ]
)
_LOOKED_AT = 6000  # characters from the beginning: a log pasted below says nothing about the writer
_ENOUGH = 400  # characters of prose are enough to judge
_MODEL_SEES = 160  # of them by the model, whose time grows with the length and whose certainty does not
_SURE = 0.55  # the share of the probability among our languages that the best one needs
_FEW_LETTERS = 12
_SHORT = 40  # letters below which capitals only mislead the model
_FLOOR = 0.01  # the probability of a language of which the model thinks nothing
_TELLING = 4.0  # what a small word adds to the likelihood of its language
_EXPECTED = 3.0  # how many times likelier the language is that is expected anyway
_FOREIGN = 0.85  # a language outside our set that is that certain leaves the question open

# A word with any of these is an address, a number, an order code or markup.
_ODD = r"\d_#/\\|=~^{}\[\]$§%@<>\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_ODD_ONE = re.compile(f"[{_ODD}]")
_NO_WORD = re.compile(rf"(?<!\S)[^\s{_ODD}]*+[{_ODD}]\S*")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_CJK_NOISE = re.compile(r"https?://[\x21-\x7e]+|[\x21-\x7e]+@[\x21-\x7e]+|[\x00-\x40\x5b-\x60\x7b-\x7f]+")
_LETTERS = re.compile(r"[^\W\d_]")
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SCRIPTS: tuple[tuple[str, re.Pattern[str], int], ...] = (
    ("kana", re.compile("[\u3041-\u30ff\uff66-\uff9f]"), 3),
    ("hangul", re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]"), 3),
    ("han", re.compile("[\u3400-\u9fff\U00020000-\U0002ffff]"), 3),
    ("thai", re.compile("[\u0e01-\u0e4e]"), 1),
    ("arabic", re.compile("[\u0620-\u06d3\ufb50-\ufdff\ufe70-\ufefc]"), 1),
    ("hebrew", re.compile("[\u05d0-\u05ea]"), 1),
    ("cyrillic", re.compile("[\u0400-\u04ff]"), 1),
    ("greek", re.compile("[\u0370-\u03ff\u1f00-\u1fff]"), 1),
    ("devanagari", re.compile("[\u0904-\u0939\u093e-\u094d]"), 1),
    ("bengali", re.compile("[\u0985-\u09cd]"), 1),
    ("latin", re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"), 1),
)
_NOT_LATIN = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u3041-\ud7a3\uf900-\ufaff\ufb1d-\ufefc\uff66-\uff9f]")
_SCRIPT_LANGUAGE = {
    "kana": "ja",
    "hangul": "ko",
    "thai": "th",
    "hebrew": "he",
    "greek": "el",
    "bengali": "bn",
}

_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_RUSSIAN = re.compile("[ыэъёЫЭЪЁ]")
_NO_SLAV = re.compile("[әғқңөұүһӘҒҚҢӨҰҮҺ]")
_PERSIAN = re.compile("[پچژگکیں]")

_LABELS = {"no": "nb", "nn": "nb", "yue": "zh", "wuu": "zh", "iw": "he"}


class _Words(msgspec.Struct, frozen=True):
    """`packs/language/words.toml`, as sets."""

    simplified: frozenset[str]
    traditional: frozenset[str]
    cantonese: frozenset[str]
    common: dict[str, tuple[str, ...]]  # a word: the languages in which it is one of the commonest
    sisters: tuple[dict[str, frozenset[str]], ...]  # the words of each that no sister has
    hinglish: frozenset[str]


class _WordsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    characters: dict[str, str]
    common: dict[str, str]
    sisters: dict[str, dict[str, str]]
    romanised: dict[str, str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    tables = tomllib.loads((BUILT_IN / "language" / "words.toml").read_text(encoding="utf-8"))
    file = msgspec.convert(tables, _WordsFile)
    common: dict[str, tuple[str, ...]] = {}
    for name, words in file.common.items():
        for word in set(words.split()):
            common[word] = (*common.get(word, ()), name)
    return _Words(
        simplified=frozenset(file.characters["simplified"]) - {"\n"},
        traditional=frozenset(file.characters["traditional"]) - {"\n"},
        cantonese=frozenset(file.characters["cantonese"]),
        common=common,
        sisters=tuple(_apart(family) for family in file.sisters.values()),
        hinglish=frozenset(file.romanised["hi"].split()),
    )


def _apart(family: dict[str, str]) -> dict[str, frozenset[str]]:
    words = {name: frozenset(listed.split()) for name, listed in family.items()}
    return {
        name: mine.difference(*(others for other, others in words.items() if other != name))
        for name, mine in words.items()
    }


class _Predictor(Protocol):
    def predict(self, text: str, k: int, threshold: float, errors: str, /) -> list[tuple[float, str]]: ...


@lru_cache(maxsize=1)
def _model() -> _Predictor | None:
    try:
        import fasttext
    except ImportError:  # no wheel for this platform: scripts still decide for half of the languages
        return None
    loaded: _Predictor = fasttext.load_model(str(BUILT_IN / "language" / "lid.176.ftz")).f
    return loaded


def identify(text: str, *, hint: str | None = None, among: Collection[str] = LANGUAGES) -> Guess | None:
    """The language of what the writer wrote now, as BCP 47 (`zh-Hans` and `zh-Hant` apart), or None when unsure.

    `hint` is what is known otherwise, such as the language of earlier mails: it decides between close candidates.
    """
    prose = _prose(text)
    if not prose:
        return None
    script = _script(prose)
    if script is None:
        return None
    found = _by_script(prose, script, hint)
    if found is None and script in ("latin", "cyrillic", "arabic", "devanagari"):
        found = _by_model(prose, script, hint, among)
    return found if found is not None and found.value.partition("-")[0] in among else None


def likeliest(text: str, *, hint: str | None = None, among: Collection[str] = LANGUAGES) -> Guess | None:
    """The likeliest of these languages for a text that may be short, however unsure; None for one without letters.

    For what is being written now, where nobody asks whether it is a language at all.
    """
    sure = identify(text, hint=hint, among=among)
    if sure is not None and len(text) > _SHORT:
        return sure
    plain = " ".join(text[:_ENOUGH].split())
    script = _script(plain)
    if script is None:
        return None
    found = _by_script(plain, script, hint)
    if found is not None and found.value.partition("-")[0] in among:
        return found
    ranked = _ranked(plain, among)[0]
    if not ranked:
        return Guess(hint, ("hint",)) if hint is not None else None
    words = [word.lower() for word in _WORDS.findall(plain)] if script == "latin" else []
    ranked = _by_small_words(_sisters(ranked, words), words, among)
    if hint is not None and hint in ranked:
        ranked[hint] *= _EXPECTED
    best = max(ranked, key=ranked.__getitem__)
    return Guess(best, (f"model:{ranked[best] / sum(ranked.values()):.2f}",))


def certainty(text: str) -> float:
    """How sure the model is that `text` is in some language at all, 0 to 1: compares readings of unknown bytes."""
    model = _model()
    plain = " ".join(text[:_ENOUGH].split())
    if model is None or not plain:
        return 0.0
    ranked = model.predict(plain, 1, 0.0, "strict")
    return ranked[0][0] if ranked else 0.0


def _prose(text: str) -> str:
    """The writer's own words from the beginning, without addresses, numbers and lines that are no sentences."""
    head = text[:_LOOKED_AT]
    own = [segment.text for segment in quoting.recent(head) if not segment.quoted and not segment.signature]
    kept: list[str] = []
    length = odd = 0
    for line in "".join(own).splitlines():
        bare = line.strip()
        if line.isascii():
            plain = bare
            if _ODD_ONE.search(bare) or "\t" in bare or "www." in bare:
                plain = _without_www(_NO_WORD.sub("", bare))
        elif _NOT_LATIN.search(line):
            plain = " ".join(_CJK_NOISE.sub(" ", _INVISIBLE.sub("", line)).split())
        else:
            plain = _without_www(_NO_WORD.sub("", _INVISIBLE.sub("", line)))
        if len(plain) * 2 < len(bare):
            odd += 1
            if odd >= 4 and length >= 60:
                break  # from here on it is a log or a table
            if len(plain) < 20:
                continue
        elif plain:
            odd = 0
        kept.append(plain)
        length += len(plain)
        if length > _ENOUGH:
            break
    return " ".join(filter(None, kept))[:_ENOUGH]


def _without_www(line: str) -> str:
    words = line.split()
    return " ".join([word for word in words if "www." not in word] if "www." in line else words)


def _script(prose: str) -> str | None:
    """The script most of the text is in; an East Asian character weighs as much as three letters."""
    if prose.isascii() or _NOT_LATIN.search(prose) is None:
        return "latin" if _LETTERS.search(prose) else None
    counts = {name: len(pattern.findall(prose)) * weight for name, pattern, weight in _SCRIPTS}
    # A few kana among kanji make Japanese; Chinese has none, save for a brand name.
    if counts["kana"] * 6 >= counts["han"] and counts["kana"] >= 6:
        counts["kana"] += counts["han"]
        counts["han"] = 0
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= 2 else None


def _by_script(prose: str, script: str, hint: str | None) -> Guess | None:
    evidence = f"script:{script}"
    if script in _SCRIPT_LANGUAGE:
        return Guess(_SCRIPT_LANGUAGE[script], (evidence,))
    if script == "han":
        data = _words()
        simplified = sum(map(data.simplified.__contains__, prose))
        traditional = sum(map(data.traditional.__contains__, prose))
        if simplified == traditional:
            if hint in ("zh-Hans", "zh-Hant", "ja"):
                return Guess(hint, (evidence, "hint"))
            return Guess("zh-Hans", (evidence,)) if len(prose) >= 4 else None
        because = "script:hans" if simplified > traditional else "script:hant"
        if traditional > simplified and any(char in data.cantonese for char in prose):
            return Guess("zh-Hant", (because, "words:yue"))
        return Guess("zh-Hans" if simplified > traditional else "zh-Hant", (because,))
    if script == "cyrillic" and not _NO_SLAV.search(prose):
        ukrainian, russian = len(_UKRAINIAN.findall(prose)), len(_RUSSIAN.findall(prose))
        if ukrainian >= 2 and not russian:
            return Guess("uk", ("script:cyrillic", "letters:uk"))
        if russian >= 2 and not ukrainian:
            return Guess("ru", ("script:cyrillic", "letters:ru"))
    if script == "arabic" and len(prose) < 30 and not _PERSIAN.search(prose):
        return Guess("ar", (evidence,))
    return None


def _by_words(words: list[str], among: Collection[str]) -> Guess | None:
    """Plain English, German or French, by their commonest words: spares most mails the model."""
    if len(words) < 6:
        return None
    words = words[:60]
    common = _words().common
    counts = {"": 0}
    for word in words:
        for name in common.get(word, ()):
            counts[name] = counts.get(name, 0) + 1
    best = max(counts, key=counts.__getitem__)
    most = counts.pop(best)
    second = max(counts.values(), default=0)
    if best in among and most >= 4 and most * 10 >= len(words) * 3 and most >= 4 * second:
        return Guess(best, (f"words:{best}",))
    return None


def _by_model(prose: str, script: str, hint: str | None, among: Collection[str]) -> Guess | None:
    words: list[str] = []
    if script == "latin" and prose.isascii():
        words = _WORDS.findall(prose.lower())
    elif script == "latin":
        words = [word.lower() for word in _WORDS.findall(prose)]
    if script == "latin" and (plain := _by_words(words, among) or _hinglish(words, among)) is not None:
        return plain
    letters = sum(map(str.isalpha, prose[:_MODEL_SEES]))
    if letters <= 60:  # more change nothing below
        letters += sum(map(str.isalpha, prose[_MODEL_SEES:]))
    if letters < (_FEW_LETTERS if hint is None else 4):
        return None
    ranked, foreign = _ranked(prose, among, letters)
    if not ranked or (foreign > _FOREIGN and letters > 60):
        return None
    ranked = _sisters(ranked, words)
    total = sum(ranked.values())
    best = max(ranked, key=lambda name: ranked[name])
    share = ranked[best] / total
    because = (f"model:{share:.2f}",)
    if hint is not None and hint != best and ranked.get(hint, 0.0) * 3 >= ranked[best]:
        return Guess(hint, (*because, "hint"))
    # Few letters need more certainty; with a hint that agrees, less.
    needed = 0.3 if hint == best else _SURE + max(0.0, (50 - letters) / 200)
    if share < needed or total < (0.15 if letters > 40 else 0.3):
        return None
    return Guess(best, because if hint != best else (*because, "hint"))


def _ranked(prose: str, among: Collection[str], letters: int = 0) -> tuple[dict[str, float], float]:
    """The model's probability for each of these languages, and for the best of all others."""
    model = _model()
    if model is None:
        return {}, 0.0
    lowered = prose.lower() if prose.isupper() or letters < _SHORT else prose
    ranked: dict[str, float] = {}
    foreign = 0.0
    for probability, label in model.predict(lowered[:_MODEL_SEES], 30, 0.001, "strict"):
        raw = label.removeprefix("__label__")
        name = _LABELS.get(raw, raw)
        if name in among:
            ranked[name] = ranked.get(name, 0.0) + probability
        else:
            foreign = max(foreign, probability)
    return ranked, foreign


@lru_cache(maxsize=1)
def _small_words() -> dict[str, frozenset[str]]:
    file = BUILT_IN / "language" / "function_words.toml"
    return {name: frozenset(words.split()) for name, words in tomllib.loads(file.read_text("utf-8")).items()}


def _by_small_words(ranked: dict[str, float], words: list[str], among: Collection[str]) -> dict[str, float]:
    """The probabilities with what the small words say: of a few words they are most of the evidence."""
    found = {name: value + _FLOOR for name, value in ranked.items()}
    for name in _small_words().keys() & among:
        found.setdefault(name, _FLOOR)
    for word in words:
        speakers = [name for name, known in _small_words().items() if name in found and word in known]
        for name in speakers:
            found[name] *= 1 + _TELLING / len(speakers)
    return found


def _hinglish(words: list[str], among: Collection[str]) -> Guess | None:
    if "hi" not in among or len(words) < 4:
        return None
    # Each of these words alone is also English or Indonesian now and then: several different ones are needed.
    known = _words().hinglish.intersection(words)
    if len(known) >= 5 and sum(map(known.__contains__, words)) * 4 >= len(words):
        return Guess("hi", ("words:hi-Latn",))
    return None


def _sisters(ranked: dict[str, float], words: list[str]) -> dict[str, float]:
    """Share the probability of sister languages anew, by the words that only one of them has."""
    leader = max(ranked, key=lambda name: ranked[name])
    for family in _words().sisters:
        if leader not in family:
            continue
        own = {name: sum(map(mine.__contains__, words)) for name, mine in family.items()}
        together = sum(ranked.get(name, 0.0) for name in family)
        best = max(own, key=lambda name: own[name])
        lead = own[best] - max(count for name, count in own.items() if name != best)
        if lead > 0:
            rest = 0.5 ** (lead + 1)
            for name in family:
                ranked[name] = together * ((1 - rest) if name == best else rest)
    return ranked
