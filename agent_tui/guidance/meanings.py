"""What a request speaks of, as weighted features: meanings, pairs of them, words, and letters of words nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from agent_tui.guidance.wordforms import distance, grams, is_unspaced, plain, stem, words
from agent_tui.packs.thesaurus import LONGEST, Meaning

Features = dict[str, float]

# How much each kind of evidence weighs. Measured by tests/bench/phrases.py on half of its scenes.
_INSIDE = 0.45  # a word that is part of a longer expression
_NEAR = 0.4  # a meaning that often stands for the one that was written
_WORD = 0.35  # the word itself, beside what it means
_STRANGER = 0.6  # a word that no thesaurus knows
_PAIR = 0.5  # two meanings side by side, such as cancel and order
_LETTERS = 0.45  # all the letters of a word together, where there are no endings to strip
_REACH = 4  # words between a verb and its particle, and between two meanings that make a pair
_WIDE = 6  # words between two meanings that make a third
_MADE = 0.7  # such a meaning, against one that was written
_WEAK = 0.2  # meanings that weigh no more make no pairs
_SHORT = 4  # shorter words are not corrected
_LONG = 9  # longer ones may have two slips


class Analyser:
    """Turns texts of one language into features. `known` are further words that may be misspelt."""

    def __init__(self, meanings: Mapping[str, Meaning], known: Iterable[str] = ()) -> None:
        self._meanings = meanings
        self._stems = bool(meanings)  # endings are stripped where a thesaurus says what the stems mean
        self._index: dict[tuple[str, ...], list[str]] = {}
        self._listed: dict[str, list[str]] = {}  # `please` is no form of `pleased`: both are listed
        self._split: dict[tuple[str, ...], list[str]] = {}
        self._together: dict[tuple[str, str], list[str]] = {}
        for meaning in meanings.values():
            for one, other in meaning.when:
                self._together.setdefault((min(one, other), max(one, other)), []).append(meaning.id)
        particles = set(meanings["particle"].words) if "particle" in meanings else set()
        for meaning in meanings.values():
            # All expressions are made plain at once: there are thousands, and a language is read while somebody waits.
            for written in map(words, plain("\n".join(meaning.words)).split("\n")):
                key = tuple(map(stem, written))
                _put(self._index, key, meaning.id)
                if len(written) == 1:
                    self._listed.setdefault(written[0], []).append(meaning.id)
                if len(key) == 2 and key[1] in particles:
                    _put(self._split, key, meaning.id)
        self._longest = max(map(len, self._index), default=1)
        self._vocabulary = {word for key in self._index for word in key}
        self._vocabulary.update(self._stem(word) for text in known for word in words(plain(text)))
        self._slips: dict[str, list[str]] | None = None
        self._corrected = lru_cache(maxsize=4096)(self._correct)

    def features(self, text: str) -> Features:
        """What `text` speaks of; the numbers are weights before anything is known of the scenes."""
        return self.features_of(words(plain(text)))

    def features_of(self, prose: Sequence[str]) -> Features:
        """The same, of a text that is cut into `wordforms.words` already."""
        found: Features = {}
        if not self._stems:
            for word in prose:
                _add_letters(found, word)
            return found
        stems = [self._corrected(self._stem(word)) for word in prose]
        written, stems = self._joined(prose, stems)
        self._add_meanings(found, written, stems)
        return found

    def _stem(self, word: str) -> str:
        return stem(word) if self._stems else word

    def _joined(self, prose: Sequence[str], stems: Sequence[str]) -> tuple[list[str], list[str]]:
        """The words and their stems, with one that was written as two put together: `pass word`."""
        written: list[str] = []
        joined: list[str] = []
        for word, each in zip(prose, stems, strict=True):
            if joined and (joined[-1], each) not in self._index and (joined[-1] + each,) in self._index:
                joined[-1] += each
                written[-1] += word
            else:
                joined.append(each)
                written.append(word)
        return written, joined

    def _of_word(self, written: str, stem: str) -> list[str] | None:
        """The meanings of a word: of its very form where the thesaurus lists it, else of all its forms."""
        return self._listed.get(written) or self._index.get((stem,))

    def _add_meanings(self, found: Features, written: Sequence[str], stems: Sequence[str]) -> None:
        taken = [False] * len(stems)
        spots: list[tuple[int, str, float]] = []
        for length in range(min(self._longest, LONGEST, len(stems)), 0, -1):
            for at in range(len(stems) - length + 1):
                if length > 1:
                    ids = self._index.get(tuple(stems[at : at + length]))
                else:
                    ids = self._of_word(written[at], stems[at])
                if ids is None:
                    continue
                inside = any(taken[at : at + length])
                if length > 1 and not inside:
                    taken[at : at + length] = [True] * length
                share = (_INSIDE if inside else 1.0) / len(ids) ** 0.5
                spots += [(at, each, share) for each in ids]
        spots += self._particles(stems)
        near: list[tuple[int, str, float]] = []
        strong: list[tuple[int, str, float]] = []
        for at, each, share in spots:
            meaning = self._meanings[each]
            if meaning.weight <= 0:
                continue
            weight = meaning.weight * share
            _raise(found, f"m:{each}", weight)
            for other in meaning.near:
                _raise(found, f"m:{other}", weight * _NEAR)
            if share > _INSIDE:
                near.append((at, each, weight))
                if meaning.weight > _WEAK:
                    strong.append((at, each, weight))
        self._add_pairs(found, strong)
        self._add_together(found, near)
        for as_written, word in zip(written, stems, strict=True):
            if word.isdigit():
                continue
            ids = self._of_word(as_written, word)
            weight = _STRANGER if ids is None else _WORD * max(self._meanings[each].weight for each in ids)
            if weight > 0:
                _raise(found, f"w:{word}", weight)
            if ids is None:
                pieces = grams(word)
                for piece in pieces:
                    _raise(found, f"g:{piece}", _LETTERS / len(pieces) ** 0.5)

    def _particles(self, stems: Sequence[str]) -> list[tuple[int, str, float]]:
        """Expressions that something stands in between of, as `send the dress back`."""
        found: list[tuple[int, str, float]] = []
        if self._split:
            for at, word in enumerate(stems):
                for gap in range(2, _REACH + 1):
                    if at + gap < len(stems):
                        found += [(at, each, 1.0) for each in self._split.get((word, stems[at + gap]), ())]
        return found

    @staticmethod
    def _add_pairs(found: Features, strong: list[tuple[int, str, float]]) -> None:
        strong.sort()
        for place, (at, one, weight) in enumerate(strong):
            for to, other, heavy in strong[place + 1 :]:
                if to - at > _REACH:
                    break
                if one != other and to != at:
                    first, second = sorted((one, other))
                    _raise(found, f"p:{first}|{second}", _PAIR * (weight * heavy) ** 0.5)

    def _add_together(self, found: Features, near: list[tuple[int, str, float]]) -> None:
        """Meanings that two others make: the pack says which."""
        for place, (at, one, _weight) in enumerate(near):
            for to, other, _heavy in near[place + 1 :]:
                if abs(to - at) <= _WIDE:
                    for each in self._together.get((min(one, other), max(one, other)), ()):
                        _raise(found, f"m:{each}", _MADE * self._meanings[each].weight)

    def _correct(self, word: str) -> str:
        """The word that was meant, or the word itself."""
        if word in self._vocabulary or len(word) < _SHORT or not word.isalpha():
            return word
        if self._slips is None:
            self._slips = {}
            for each in self._vocabulary:
                if len(each) >= _SHORT:
                    for piece in _without_one(each):
                        self._slips.setdefault(piece, []).append(each)
        most = 2 if len(word) >= _LONG else 1
        candidates = {each for piece in _without_one(word) for each in self._slips.get(piece, ())}
        best, least = word, most + 1
        for each in sorted(candidates):
            if each[0] != word[0] and len(word) < 6:
                continue
            away = distance(word, each, most)
            if away < least:
                best, least = each, away
        return best


def _without_one(word: str) -> list[str]:
    return [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]


def _put(index: dict[tuple[str, ...], list[str]], key: tuple[str, ...], id: str) -> None:
    ids = index.setdefault(key, [])
    if id not in ids:
        ids.append(id)


def _raise(found: Features, name: str, weight: float) -> None:
    if weight > found.get(name, 0.0):
        found[name] = weight


def _add_letters(found: Features, word: str) -> None:
    if word.isdigit():
        return
    pieces = grams(word)
    if is_unspaced(word):
        for piece in pieces:
            _raise(found, f"g:{piece}", 0.6 if len(piece) < 3 else 0.8)
        return
    _raise(found, f"w:{word}", 0.7)
    for piece in pieces:
        _raise(found, f"g:{piece}", _LETTERS / len(pieces) ** 0.5)
