"""Which scenes a request belongs to, from a few example requests for each.

Every text becomes weighted features (`guidance.meanings`); a scene is as close as its closest example and as the sum of
them, by the cosine, with features that few scenes have counting more. Trigger words of the packs come on top.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import log, sqrt

import msgspec

from agent_tui.guidance.meanings import Analyser, Features
from agent_tui.guidance.wordforms import is_unspaced, plain, words
from agent_tui.packs.phrases import Requests
from agent_tui.packs.thesaurus import Meaning

# Measured by tests/bench/phrases.py.
_CLOSEST = 0.1  # the share of the closest example in the score; the rest is that of the scene as a whole
_TRIGGER = 0.6  # the most that trigger words add
_ANYWHERE = (
    6  # a trigger of that many letters may stand inside a word, as in compounds; a shorter one begins it
)
_SHORT = 3  # a trigger of so few letters of an alphabet is a whole word
_RUN = re.compile(r"\w[\w'’-]*")
_LONGEST = 2000  # characters that are looked at: what a request is about stands at its beginning


class Match(msgspec.Struct, frozen=True):
    """A scene with its score, 0 to about 1.6, and the word of the customer that speaks most for it."""

    scene: str
    score: float
    word: str = ""


class _Trigger(msgspec.Struct, frozen=True):
    sought: str  # with a space where a word begins or ends
    scenes: tuple[int, ...]


class Recommender:
    """Ranks scenes for requests in one language; built once, asked while somebody types."""

    def __init__(self, scenes: Mapping[str, Requests], meanings: Mapping[str, Meaning] = {}) -> None:
        """`meanings` are the thesaurus of the language; without one, words are compared by their letters."""
        self._names = tuple(scenes)
        self._analyser = Analyser(meanings, (text for each in scenes.values() for text in each.examples))
        raw = [[self._analyser.features(text) for text in each.examples] for each in scenes.values()]
        self._rarity = _rarity(raw)
        self._examples: dict[str, list[tuple[int, float]]] = {}
        self._whole: dict[str, list[tuple[int, float]]] = {}
        self._scene_of: list[int] = []
        for number, vectors in enumerate(raw):
            weighted = [_unit(self._weighted(vector)) for vector in vectors]
            for vector in weighted:
                _file(self._examples, len(self._scene_of), vector)
                self._scene_of.append(number)
            _file(self._whole, number, _unit(_together(weighted)))
        self._triggers = _triggers(scenes.values())
        self._of_word = lru_cache(maxsize=2048)(lambda word: self._weighted(self._analyser.features(word)))

    def ranked(self, text: str, limit: int = 3) -> list[Match]:
        """The scenes that fit best, best first; those without any sign are left out."""
        prose = words(plain(text[:_LONGEST]))
        scores = self._scores(self._analyser.features_of(prose))
        triggered = self._add_triggers(scores, prose)
        best = sorted(range(len(scores)), key=lambda number: -scores[number])[:limit]
        found: list[Match] = []
        for number in best:
            if scores[number] > 0:
                word = triggered.get(number) or self._word(prose, number)
                found.append(Match(self._names[number], scores[number], _as_written(word, text)))
        return found

    def _scores(self, features: Features) -> list[float]:
        query = _unit(self._weighted(features))
        closest = [0.0] * len(self._names)
        whole = [0.0] * len(self._names)
        by_example = [0.0] * len(self._scene_of)
        for name, weight in query.items():
            for place, other in self._examples.get(name, ()):
                by_example[place] += weight * other
            for place, other in self._whole.get(name, ()):
                whole[place] += weight * other
        for place, score in enumerate(by_example):
            number = self._scene_of[place]
            closest[number] = max(closest[number], score)
        return [
            _CLOSEST * near + (1 - _CLOSEST) * all_in_all
            for near, all_in_all in zip(closest, whole, strict=True)
        ]

    def _add_triggers(self, scores: list[float], prose: Sequence[str]) -> dict[int, str]:
        """Adds what trigger words tell to `scores`; returns the longest such word of each scene."""
        joined = f" {' '.join(prose)} "
        told: dict[int, float] = {}
        longest: dict[int, str] = {}
        for trigger in self._triggers:
            if trigger.sought in joined:
                for number in trigger.scenes:
                    told[number] = told.get(number, 0.0) + 1 / len(trigger.scenes)
                    longest[number] = max(
                        longest.get(number, ""), _whole_words(joined, trigger.sought), key=len
                    )
        for number, weight in told.items():
            scores[number] += _TRIGGER * (1 - 0.5**weight)
        return longest

    def _word(self, prose: Sequence[str], number: int) -> str:
        """The word that brought a scene up, empty where none stands out."""
        best, most = "", 0.0
        for word in dict.fromkeys(prose):
            told = sum(
                weight * other
                for name, weight in self._of_word(word).items()
                for place, other in self._whole.get(name, ())
                if place == number
            )
            if told > most and not is_unspaced(word):
                best, most = word, told
        return best

    def _weighted(self, features: Features) -> Features:
        unseen = self._rarity[""]
        return {name: weight * self._rarity.get(name, unseen) for name, weight in features.items()}


def _rarity(scenes: Sequence[Sequence[Features]]) -> dict[str, float]:
    """How much a feature tells scenes apart: those that few scenes have tell more. `""` is that of an unseen one."""
    counts: dict[str, int] = {}
    for vectors in scenes:
        for name in {name for vector in vectors for name in vector}:
            counts[name] = counts.get(name, 0) + 1
    total = len(scenes)
    rarity = {name: log(1 + (total + 1) / (count + 0.5)) for name, count in counts.items()}
    rarity[""] = log(1 + (total + 1) / 0.5)
    return rarity


def _triggers(scenes: Iterable[Requests]) -> tuple[_Trigger, ...]:
    found: dict[str, list[int]] = {}
    for number, requests in enumerate(scenes):
        for word in requests.words:
            if key := " ".join(words(plain(word))):
                found.setdefault(_sought(key), []).append(number)
    return tuple(_Trigger(sought, tuple(numbers)) for sought, numbers in found.items())


def _sought(key: str) -> str:
    """How a trigger is looked for among words that single spaces divide."""
    if is_unspaced(key) or "\uac00" <= key[0] <= "\ud7a3":
        return key
    if len(key) >= _ANYWHERE:
        return key
    return f" {key} " if len(key) <= _SHORT and key.isascii() else f" {key}"


def _whole_words(joined: str, sought: str) -> str:
    """The words that a trigger was found in; the trigger itself where words are not divided."""
    if is_unspaced(sought):
        return sought
    at = joined.index(sought)
    begin = joined.rindex(" ", 0, at + 1) + 1
    end = joined.index(" ", at + len(sought.rstrip()))
    return joined[begin:end].strip()


def _as_written(word: str, text: str) -> str:
    """The word with its capitals and accents, as the customer wrote it."""
    if not word or word in text:
        return word
    for run in _RUN.finditer(text[:_LONGEST]):
        if plain(run[0]) == word:
            return run[0]
    return word


def _together(vectors: Iterable[Features]) -> Features:
    """The scene as a whole: what several examples say counts more than what one says."""
    whole: Features = {}
    for vector in vectors:
        for name, weight in vector.items():
            whole[name] = whole.get(name, 0.0) + weight
    return whole


def _unit(vector: Features) -> Features:
    norm = sqrt(sum(weight * weight for weight in vector.values()))
    return {name: weight / norm for name, weight in vector.items()} if norm else {}


def _file(postings: dict[str, list[tuple[int, float]]], place: int, vector: Features) -> None:
    for name, weight in vector.items():
        postings.setdefault(name, []).append((place, weight))
