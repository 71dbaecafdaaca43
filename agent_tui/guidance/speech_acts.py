"""Whether a text apologises, says where the solution goes, by when, and how it will be followed up (C1, C10, H3).

The words are `packs/compliance/acts/<language>.toml`. A language that no pack speaks holds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from agent_tui.guidance.learned import Judged, in_context, judged
from agent_tui.packs.compliance import Packs, shipped
from agent_tui.packs.expressions import fold
from agent_tui.packs.searching import matches

_DOUBTED, _SURE = -2.0, 0.75
"""Margins of a model: below which what an expression found does not count, and above which none is needed."""
_DIRECTION = (-1.0, 0.75)
"""The same of a direction, which is said in more ways than expressions know."""


def has_apology(text: str, language: str, packs: Packs | None = None) -> bool:
    """Whether the text (in `language`, BCP 47) apologises for something. So few words do that expressions know them."""
    return _told("apology", text, language, packs if packs is not None else shipped())


def has_direction(text: str, language: str, packs: Packs | None = None) -> bool:
    """Whether the text says what is being done, or has been done, about the matter."""
    packs = packs if packs is not None else shipped()
    found = in_context(text, language, packs)
    if found is None:
        return _told("direction", text, language, packs)
    return _judged("direction", found, *_DIRECTION)


def has_deadline(text: str, language: str, packs: Packs | None = None) -> bool:
    """Whether the text says by when."""
    return _holds("deadline", text, language, packs)


def has_follow_up(text: str, language: str, packs: Packs | None = None) -> bool:
    """Whether the text says that, or how, the customer will hear again."""
    return _holds("follow_up", text, language, packs)


def spans(act: str, text: str, language: str, packs: Packs | None = None) -> tuple[tuple[int, int], ...]:
    """Where an act (`apology`, `direction`, `deadline`, `follow_up`) stands in the text."""
    pack = (packs if packs is not None else shipped()).acts(language)
    rule = pack.rules.get(act) if pack is not None else None
    if pack is None or rule is None:
        return ()
    folded = fold(text, pack.letters)
    return tuple((folded.place(start), folded.place(end)) for start, end in matches(rule, folded.text))


def _holds(act: str, text: str, language: str, packs: Packs | None) -> bool:
    packs = packs if packs is not None else shipped()
    found = judged(text, language, packs)
    return _told(act, text, language, packs) if found is None else _judged(act, found, _DOUBTED, _SURE)


def _judged(act: str, found: Iterable[Judged], doubted: float, sure: float) -> bool:
    """What the expressions say of some sentence, unless the model thinks otherwise; or what the model is sure of."""
    return any(
        (act in each.found and each.margins[act] > doubted) or each.margins[act] > sure for each in found
    )


def _told(act: str, text: str, language: str, packs: Packs) -> bool:
    """What the expressions say."""
    pack = packs.acts(language)
    if pack is None:
        return False
    found = packs.found(pack, fold(text, pack.letters).text)
    return any(not each.excused for each in found.get(act, ()))
