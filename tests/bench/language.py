"""How often the language of 24 characters is told right: `python -m tests.bench.language`.

The pieces are of the phrase book's phrases, in 18 languages, each from the beginning of a word.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

from agent_tui.guidance.language import identify, likeliest
from agent_tui.packs.phrases import Library

LENGTH = 24  # characters
_EACH = 4  # pieces of one phrase
_LEAST = 14  # letters of a piece that is worth asking about
_NO_SPACES = ("ja", "th", "zh-Hans", "zh-Hant")


def pieces(seed: int = 1) -> Iterator[tuple[str, str]]:
    """Pieces of text, each with its language."""
    dice = random.Random(seed)  # noqa: S311
    library = Library(None)
    for language in library.languages():
        for phrase in library.book(language).phrases:
            text = " ".join(re.sub(r"\{[^}]*\}", "", phrase.text).split())
            places = [match.start() for match in re.finditer(r"(?<!\S)\S", text)]
            if language in _NO_SPACES:
                places = list(range(max(1, len(text) - LENGTH)))
            for _piece in range(_EACH):
                start = dice.choice(places)
                piece = text[start : start + LENGTH]
                if sum(map(str.isalpha, piece)) >= _LEAST:
                    yield piece, "pt" if language.startswith("pt") else language


def main() -> int:
    """Print the share that is right, of those that are sure and of all, by language."""
    asked: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    right: Counter[str] = Counter()
    found = list(pieces())
    among = {language.partition("-")[0] for _piece, language in found}
    for piece, language in found:
        asked[language] += 1
        guess = identify(piece, among=among)
        sure[language] += guess is not None and guess.value == language
        guess = likeliest(piece, among=among)
        right[language] += guess is not None and guess.value == language
    rows = [(name, asked[name], sure[name], right[name]) for name in sorted(asked)]
    for name, count, certain, good in [*rows, ("all", asked.total(), sure.total(), right.total())]:
        print(f"{name:8} {count:5}  {certain / count:.3f}  {good / count:.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
