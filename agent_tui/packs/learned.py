"""What was learned from examples: linear models of what a sentence does, one a language (POLICY T2, C1, C10, H3).

Expressions say what is certain; the models know how people put the same thing in other words. `.ci/learn` makes the
files in `compliance/learned/` of the sentences in `.ci/sentences/`. A model sees a sentence as the set of its parts of
1 to 4 letters, its words and pairs of words, and what the expressions found in it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

import ahocorasick
import msgspec

from agent_tui.packs.loader import BUILT_IN

FOLDER = BUILT_IN / "compliance" / "learned"
WRONG = "wrong"
"""The output that says that a sentence breaks some rule; which, the kinds' own outputs say."""

_FINDING = "§"
_UNSPACED = frozenset({"zh", "ja", "th"})
_LONGEST = 4  # letters of a part
_BYTES = 3  # of one sum: more than the longest sentence fills
_FIELD = 8 * _BYTES
_MASK = (1 << _FIELD) - 1
_ZERO = 128  # what stands for 0 in a byte
_NORM = 16.0  # what the squares are multiplied with in the file
_DIGITS = re.compile(r"\d+")
_SIGNS = re.compile(r"[^\w%€$£¥?!]+")


class Stored(msgspec.Struct, frozen=True):
    """A model as its file has it: of each feature the square of its weight, and a byte for each output."""

    outputs: tuple[str, ...]
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    features: tuple[str, ...]
    squares: tuple[int, ...]
    weights: bytes


class Model:
    """A model that is ready. What is known of a feature is one number, so that a feature costs one addition.

    In its fields of 24 bits stand the square of the weight, a 1 to count it, and the weight of each output. Every
    feature but the findings is a part of the text, so that all of a text's are found in one pass.
    """

    def __init__(self, stored: Stored) -> None:
        self.outputs = stored.outputs
        count = len(stored.outputs)
        self._fields = {
            name: (_FIELD * place, scale, bias)
            for place, (name, scale, bias) in enumerate(
                zip(stored.outputs, stored.scales, stored.biases, strict=True), 2
            )
        }
        weighing: dict[str, int] = {}
        for place, (feature, square) in enumerate(zip(stored.features, stored.squares, strict=True)):
            row = bytearray(_BYTES * (count + 2))
            row[:_BYTES] = square.to_bytes(_BYTES, "little")
            row[_BYTES] = 1
            row[2 * _BYTES :: _BYTES] = stored.weights[place * count : (place + 1) * count]
            part = _part(feature)  # `=of` and the letters ` of ` are the same one
            weighing[part] = weighing.get(part, 0) + int.from_bytes(row, "little")
        self._weights = list(weighing.values())
        self._findings = {part: place for place, part in enumerate(weighing) if part.startswith(_FINDING)}
        self._parts = ahocorasick.Automaton()
        for place, part in enumerate(weighing):
            if not part.startswith(_FINDING):
                self._parts.add_word(part, place)
        self._parts.make_automaton()

    def known(self, text: str, found: Collection[str] = ()) -> frozenset[int]:
        """What the model knows of a folded sentence, in which the expressions found `found`."""
        places = (
            {place for _last, place in self._parts.iter(_plain(text))} if len(self._parts) else set[int]()
        )
        for name in found:
            if (place := self._findings.get(f"{_FINDING}{name}")) is not None:
                places.add(place)
        return frozenset(places)

    def margins(self, *seen: Collection[int]) -> Margins:
        """What is thought of what is known of a sentence; of several views of it, the mean."""
        return Margins(self._fields, self._weights, seen)


class Margins(Mapping[str, float]):
    """By output how much speaks for it; what speaks against it is below 0. Worked out when somebody asks."""

    def __init__(
        self,
        fields: Mapping[str, tuple[int, float, float]],
        weights: Sequence[int],
        seen: Sequence[Collection[int]],
    ) -> None:
        self._fields = fields
        self._weights = weights
        self._seen = seen

    @cached_property
    def _sums(self) -> tuple[int, ...]:
        return tuple(sum(map(self._weights.__getitem__, each)) for each in self._seen)

    def __getitem__(self, output: str) -> float:
        shift, scale, bias = self._fields[output]
        value = 0.0
        for total in self._sums:
            norm = ((total & _MASK) / _NORM) ** 0.5 or 1.0
            zero = _ZERO * ((total >> _FIELD) & _MASK)
            value += (((total >> shift) & _MASK) - zero) / norm
        return value * scale / len(self._sums) + bias

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


def _part(feature: str) -> str:
    """A feature as it stands in a sentence: a word has blanks around it, and so have two."""
    if feature.startswith(_FINDING):
        return feature
    if feature.startswith("=") and len(feature) > 1:
        return f" {feature[1:]} "
    one, between, two = feature.partition("_")
    return f" {one} {two} " if between and one and two else feature


def _plain(text: str) -> str:
    return f" {_SIGNS.sub(' ', _DIGITS.sub('0', text)).strip()} "


def features(text: str, language: str, found: Collection[str] = ()) -> set[str]:
    """What a model sees of a folded sentence; `found` are the names of the expressions' findings in it."""
    plain = _plain(text)
    size = len(plain)
    shortest = 1 if language in _UNSPACED or language == "ko" else 2
    seen = {f"{_FINDING}{name}" for name in found}
    for length in range(shortest, _LONGEST + 1):
        seen.update([plain[at : at + length] for at in range(size - length + 1)])
    if language not in _UNSPACED:
        words = plain.split()
        seen.update([f"={word}" for word in words])
        seen.update([f"{one}_{two}" for one, two in pairwise(words)])
    return seen


@lru_cache(maxsize=4)
def model(language: str) -> Model | None:
    """The model of a language (two letters); None where nothing was learned."""
    file = FOLDER / f"{language}.bin"
    if not file.is_file():
        return None
    return Model(msgspec.msgpack.decode(zlib.decompress(file.read_bytes()), type=Stored))


def stored(model: Stored) -> bytes:
    """A model as it is written into its file."""
    return zlib.compress(msgspec.msgpack.encode(model), 9)
