"""The sentences that `tests.bench.personal` puts made numbers into, from `personal_texts.toml`."""

from __future__ import annotations

from pathlib import Path
from tomllib import loads

_TEXTS = loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

REGION_OF: dict[str, str] = _TEXTS["regions"]
MONTHS: dict[str, list[str]] = _TEXTS["months"]
ANNOUNCED: dict[str, dict[str, str]] = _TEXTS["announced"]
BARE: dict[str, list[str]] = _TEXTS["bare"]
OTHERS: dict[str, dict[str, list[str]]] = {
    sort: {
        language: [sentence.format(shape) for shape in shapes] for language, sentence in _TEXTS[sort].items()
    }
    for sort, shapes in _TEXTS["shapes"].items()
} | {sort: dict.fromkeys(REGION_OF, sentences) for sort, sentences in _TEXTS["others"].items()}
"""What is not personal: sort, language, sentences."""
