"""Which scenes a request belongs to, from a few example requests for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt

import msgspec

from agent_tui.guidance.meanings import Analyser, Features
from agent_tui.guidance.wordforms import is_unspaced, plain, words
from agent_tui.packs.phrases import Requests
from agent_tui.packs.thesaurus import Meaning

_CLOSEST = 0.5  # the share of the closest example in the score; the rest is that of the scene as a whole


class Match(msgspec.Struct, frozen=True):
    """A scene with its score, 0 to about 1, and the word of the customer that speaks most for it."""

    scene: str
    score: float
    word: str = ""


class Recommender:
    """Ranks scenes for requests in one language; built once, asked while somebody types."""

    def __init__(self, scenes: Mapping[str, Requests], meanings: Mapping[str, Meaning] = {}) -> None:
        self._names = tuple(scenes)
        self._analyser = Analyser(meanings, (text for each in scenes.values() for text in each.examples))
        raw = [[self._analyser.features(text) for text in each.examples] for each in scenes.values()]
        self._idf = _rarity(raw)
        self._postings: dict[str, list[tuple[int, float]]] = {}
        self._scene_of: list[int] = []
        self._whole: list[int] = []
        for number, vectors in enumerate(raw):
            weighted = [self._weighted(vector) for vector in vectors]
            for vector in weighted:
                self._file(vector, number)
            self._file(_together(weighted), number)
            self._whole.append(len(self._scene_of) - 1)

    def ranked(self, text: str, limit: int = 3) -> list[Match]:
        """The scenes that fit best, best first; those without any sign are left out."""
        query = self._weighted(self._analyser.features(text))
        norm = _norm(query)
        if not norm:
            return []
        scores = [0.0] * len(self._scene_of)
        for name, weight in query.items():
            for place, other in self._postings.get(name, ()):
                scores[place] += weight * other
        closest = [0.0] * len(self._names)
        whole = set(self._whole)
        for place, score in enumerate(scores):
            number = self._scene_of[place]
            if place not in whole and score > closest[number]:
                closest[number] = score
        found = [
            Match(name, (_CLOSEST * closest[number] + (1 - _CLOSEST) * scores[self._whole[number]]) / norm)
            for number, name in enumerate(self._names)
        ]
        found.sort(key=lambda match: -match.score)
        return [match for match in found[:limit] if match.score > 0]

    def _weighted(self, features: Features) -> Features:
        return {name: weight * self._idf.get(name, self._idf[""]) for name, weight in features.items()}

    def _file(self, vector: Features, number: int) -> None:
        norm = _norm(vector)
        place = len(self._scene_of)
        self._scene_of.append(number)
        for name, weight in vector.items():
            self._postings.setdefault(name, []).append((place, weight / norm))


def _rarity(scenes: Sequence[Sequence[Features]]) -> dict[str, float]:
    """How much a feature tells scenes apart: those that few scenes have tell more."""
    counts: dict[str, float] = {}
    for vectors in scenes:
        best: Features = {}
        for vector in vectors:
            for name, weight in vector.items():
                best[name] = max(best.get(name, 0.0), 1.0)
        for name in best:
            counts[name] = counts.get(name, 0.0) + best[name]
    total = len(scenes)
    idf = {name: log(1 + (total + 1) / (count + 0.5)) for name, count in counts.items()}
    idf[""] = log(1 + (total + 1) / 0.5) if total else 1.0
    return idf


def _together(vectors: Iterable[Features]) -> Features:
    """The scene as a whole: what several examples say counts more than what one says."""
    whole: Features = {}
    for vector in vectors:
        norm = _norm(vector) or 1.0
        for name, weight in vector.items():
            whole[name] = whole.get(name, 0.0) + weight / norm
    return whole


def _norm(vector: Features) -> float:
    return sqrt(sum(weight * weight for weight in vector.values())) or 0.0
