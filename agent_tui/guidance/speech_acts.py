"""Whether a text apologises, says where the solution goes, by when, and how it will be followed up (C1, C10, H3).

The words are `packs/compliance/acts/<language>.toml`. A language that no pack speaks holds nothing.
"""

from __future__ import annotations

from agent_tui.guidance.learned import judged
from agent_tui.packs.compliance import Packs, holds, matches, shipped
from agent_tui.packs.expressions import fold


def has_apology(text: str, language: str, packs: Packs | None = None) -> bool:
    """Whether the text (in `language`, BCP 47) apologises for something."""
    return _holds("apology", text, language, packs)


def has_direction(text: str, language: str, packs: Packs | None = None) -> bool:
    """Whether the text says what is being done, or has been done, about the matter."""
    return _holds("direction", text, language, packs)


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
    """What the model says of some sentence; what the expressions say where nothing was learned."""
    packs = packs if packs is not None else shipped()
    found = judged(text, language, packs)
    if found is not None:
        return any(each.margins[act] > 0 for each in found)
    pack = packs.acts(language)
    rule = pack.rules.get(act) if pack is not None else None
    return pack is not None and rule is not None and holds(rule, fold(text, pack.letters).text)
