"""What was learned from examples: linear models of what a sentence does, one a language (POLICY T2, C1, C10, H3).

Expressions say what is certain; the models know how people put the same thing in other words. `.ci/learn` makes the
files in `compliance/learned/` of the sentences in `.ci/sentences/`. A model sees a sentence as the set of its parts of
1 to 4 letters, its words and pairs of words, and what the expressions found in it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise

import msgspec

from agent_tui.packs.loader import BUILT_IN

FOLDER = BUILT_IN / "compliance" / "learned"
WRONG = "wrong"
"""The output that says that a sentence breaks some rule; which, the kinds' own outputs say."""

_UNSPACED = frozenset({"zh", "ja", "th"})
_LONGEST = 4  # letters of a part
_FIELD = 24  # bits of one sum: more than the longest sentence fills
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
    """A model that is ready. The sums of all outputs are one number, so that a feature costs one addition."""

    def __init__(self, stored: Stored) -> None:
        self.outputs = stored.outputs
        self._scales = stored.scales
        self._biases = stored.biases
        count = len(stored.outputs)
        self._table: dict[str, int] = {}
        for place, (feature, square) in enumerate(zip(stored.features, stored.squares, strict=True)):
            row = stored.weights[place * count : (place + 1) * count]
            packed = square
            for index, weight in enumerate(row, 1):
                packed |= weight << (_FIELD * index)
            self._table[feature] = packed

    def margins(self, features: Collection[str]) -> dict[str, float]:
        """By output how much speaks for it; what speaks against it is below 0."""
        known = self._table.keys() & features
        total = sum(map(self._table.__getitem__, known))
        norm = ((total & _MASK) / _NORM) ** 0.5 or 1.0
        zero = _ZERO * len(known)
        found: dict[str, float] = {}
        for index, (name, scale, bias) in enumerate(
            zip(self.outputs, self._scales, self._biases, strict=True), 1
        ):
            value = ((total >> (_FIELD * index)) & _MASK) - zero
            found[name] = value * scale / norm + bias
        return found


def features(text: str, language: str, found: Collection[str] = ()) -> set[str]:
    """What a model sees of a folded sentence; `found` are the names of the expressions' findings in it."""
    plain = f" {_SIGNS.sub(' ', _DIGITS.sub('0', text)).strip()} "
    size = len(plain)
    shortest = 1 if language in _UNSPACED or language == "ko" else 2
    seen = {f"§{name}" for name in found}
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
