"""Which of the languages that are there serves a reader of another one."""

from __future__ import annotations

from collections.abc import Collection

FALLBACK = "en"


def closest(language: str, among: Collection[str]) -> str:
    """The language of `among` that a speaker of `language` (BCP 47) reads best; English where there is none.

    Chinese goes by its script: `zh-TW` reads `zh-Hant`, `zh` and `zh-CN` read `zh-Hans`.
    """
    tag = language.replace("_", "-")
    parts = tag.split("-")
    if parts[0].lower() == "zh":
        traditional = any(part.upper() in ("HANT", "TW", "HK", "MO") for part in parts[1:])
        tag = "zh-Hant" if traditional else "zh-Hans"
    exact = {each.lower(): each for each in among}
    if tag.lower() in exact:
        return exact[tag.lower()]
    family = parts[0].lower()
    return next((each for each in sorted(among) if each.split("-")[0].lower() == family), FALLBACK)
