"""Which phrases to offer now, and why (POLICY T3): from the customer's words, the ticket and what the team uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from agent_tui.domain.messages import N_, Told
from agent_tui.domain.next_step import STEPS
from agent_tui.guidance.ranking import Match, Recommender
from agent_tui.guidance.situation import Situation
from agent_tui.guidance.wordforms import is_unspaced, plain, words
from agent_tui.packs.bcp47 import closest
from agent_tui.packs.phrases import Book, Library, Phrase, Register, Scene
from agent_tui.packs.thesaurus import load_thesaurus

# What speaks for a phrase, beside the score of its scene by the customer's words (0 to about 1).
_SURE = 0.12  # a scene below that is no more than noise
_STEP = 0.45
_OUTCOME = 0.45
_MOMENTS = (0.25, 0.15, 0.1)  # by how pressing the moment is
_TYPE = 0.2
_FIRST = 0.4  # an apology with direction in markets that expect it (POLICY C10)
_CHANNEL = 0.04
_TYPED = 0.6  # the draft's own words, which say what the agent is about to write
_USED = 0.5  # the share of a phrase among what the team used in such situations
_DOUBT = 5  # uses before that share counts for half
_SAID = 0.7  # of a phrase's words stand in the draft: it has been said
_BEGINS = 1.2  # the draft ends as the phrase begins: nothing tells more of what comes next
_LAST = 60  # words of the draft, or characters where there are no words, that are looked at for it
_BEGUN = 3  # so many words, or
_BEGUN_CHARACTERS = 5  # characters, one after the other are no chance,
_SURELY = 6  # and so many are certainty

Uses = Mapping[tuple[str, str], int]
"""How often the team used a phrase (its id) in situations of one `kind_of`."""


class Proposal(msgspec.Struct, frozen=True):
    """A phrase with its score and the reasons for it, the weightiest first."""

    phrase: Phrase
    scene: Scene
    score: float
    reasons: tuple[Told, ...]


class Books:
    """The phrase books with a recommender for each language, made when a language is first asked for.

    `user` is the folder of the user's own packs.
    """

    def __init__(self, user: Path | None) -> None:
        self._user = user
        self.library = Library(user)
        self._rankers: dict[str, Recommender] = {}

    def book(self, language: str) -> Book:
        """The book in a language (BCP 47) or the closest one. Raises PackError when a shipped file is bad."""
        return self.library.book(language)

    def ranker(self, language: str) -> Recommender:
        """What ranks the scenes for a text in a language. Raises PackError when a shipped file is bad."""
        name = closest(language, self.library.languages())
        if name not in self._rankers:
            meanings = load_thesaurus(name, self._user, self.library.problems)
            self._rankers[name] = Recommender(self.library.book(name).requests, meanings)
        return self._rankers[name]


def kind_of(situation: Situation) -> str:
    """The kind of a situation, under which uses are counted: type, step and market."""
    return f"{situation.type or ''}/{situation.step}/{situation.market}"


def recommend(
    text: str,
    situation: Situation,
    language: str,
    books: Books,
    uses: Uses,
    limit: int = 3,
    *,
    typed: str = "",
    written_in: str = "",
    register: Register | None = None,
) -> tuple[Proposal, ...]:
    """The phrases in `language` that fit best, at most one of a scene, best first.

    `text` is what the customer wrote, in `written_in` (the customer's language unless told otherwise); `typed` is the
    draft so far. Phrases that nobody approved, or of another channel, are left out; of the register that the market
    asks for comes first. Raises PackError when a shipped file is bad.
    """
    book = books.book(language)
    asked = {
        match.scene: match for match in _asked(text, written_in or situation.language or language, books)
    }
    begun = {match.scene: match for match in _asked(typed, language, books)}
    judged = {
        scene.id: _judged(scene, situation, asked.get(scene.id), begun.get(scene.id))
        for scene in book.scenes.values()
    }
    kind = kind_of(situation)
    total = sum(count for (each, _phrase), count in uses.items() if each == kind)
    draft = words(plain(typed))
    best: dict[str, Proposal] = {}
    for phrase in book.phrases:
        if not _fits(phrase, situation):
            continue
        score, reasons = judged[phrase.scene]
        count = uses.get((kind, phrase.id), 0)
        if count:
            score += _USED * count / (total + _DOUBT)
            reasons = (
                *reasons,
                Told(N_("the team used it {count} times in such tickets"), {"count": str(count)}),
            )
        if draft:
            share = _being_written(phrase, draft)
            if share is None:
                continue
            score += _BEGINS * share
            if share:
                reasons = (Told(N_("it goes on from what you wrote")), *reasons)
        if not reasons:
            continue
        score += _CHANNEL * (situation.channel in phrase.channels) + _liking(phrase.register, register)
        known = best.get(phrase.scene)
        if known is None or score > known.score:
            best[phrase.scene] = Proposal(phrase, book.scenes[phrase.scene], score, reasons)
    ranked = sorted(best.values(), key=lambda proposal: (-proposal.score, proposal.phrase.id))
    return tuple(ranked[:limit])


def _asked(text: str, language: str, books: Books) -> list[Match]:
    if not text.strip():
        return []
    return [match for match in books.ranker(language).ranked(text, limit=5) if match.score >= _SURE]


def _fits(phrase: Phrase, situation: Situation) -> bool:
    return (
        phrase.is_approved
        and (not phrase.channels or situation.channel in phrase.channels)
        and (not phrase.steps or situation.step in phrase.steps)
        and (not phrase.moments or any(moment in phrase.moments for moment in situation.moments))
    )


def _judged(
    scene: Scene, situation: Situation, asked: Match | None, begun: Match | None
) -> tuple[float, tuple[Told, ...]]:
    """What speaks for a scene, and why, the weightiest first."""
    found: list[tuple[float, Told]] = []
    if asked is not None:
        said = Told(N_("the customer wrote “{word}”"), {"word": asked.word})
        found.append((asked.score, said if asked.word else Told(N_("it fits the customer's words"))))
    if begun is not None:
        said = Told(N_("you wrote “{word}”"), {"word": begun.word})
        found.append((_TYPED * begun.score, said if begun.word else Told(N_("it fits what you wrote"))))
    if situation.step in scene.steps:
        step = STEPS.get(situation.step)
        name: str | Told = Told(step.text) if step is not None else situation.step
        found.append((_STEP, Told(N_("next step: {step}"), {"step": name})))
    if situation.outcome in scene.outcomes:
        found.append((_OUTCOME, Told(N_("it suits the kind of reply that you chose"))))
    if situation.first and situation.complaint and situation.market in scene.first_in:
        market = Told(N_("belongs into the first answer in {market}"), {"market": situation.market})
        found.append((_FIRST, market))
    for moment, weight in zip(situation.moments, _MOMENTS, strict=False):
        if moment in scene.moments:
            found.append((weight, _MOMENT[moment.value]))
            break
    if situation.type in scene.types:
        found.append((_TYPE, Told(N_("the type of the ticket"))))
    found.sort(key=lambda each: -each[0])
    return sum(weight for weight, _reason in found), tuple(reason for _weight, reason in found)


_MOMENT = {
    "greeting": Told(N_("nobody has greeted the customer yet")),
    "first_answer": Told(N_("it is the first answer")),
    "progress": Told(N_("the customer waits for news")),
    "bad_news": Told(N_("the issue is not solved yet")),
    "complaint": Told(N_("it is a complaint")),
    "call": Told(N_("the customer waits on the line")),
    "closing": Told(N_("the conversation ends")),
    "revisit": Told(N_("a revisit is due")),
    "festival": Told(N_("there is a festival")),
}


def _liking(register: Register, wanted: Register | None) -> float:
    """Where nobody says, the more formal tone comes first: it is easier to relax than to take back."""
    if wanted is not None:
        return 0.1 if register is wanted else 0.0
    return {Register.FORMAL: 0.02, Register.NEUTRAL: 0.01, Register.INFORMAL: 0.0}[register]


def _being_written(phrase: Phrase, draft: Sequence[str]) -> float | None:
    """How much of the draft's end is the beginning of the phrase, 0 to 1; None when the phrase has been written."""
    end = 0
    parts: list[str] = []
    for slot in phrase.slots:
        parts.append(phrase.text[end : slot.start])
        end = slot.end
    own = words(plain(" ".join((*parts, phrase.text[end:]))))
    unspaced = any(is_unspaced(word) for word in own)
    if unspaced:
        own, draft = list("".join(own)), list("".join(draft))
    if not own:
        return 0.0
    there = set(draft)
    if len(draft) >= len(own) * _SAID and sum(word in there for word in own) >= _SAID * len(own):
        return None
    least = _BEGUN_CHARACTERS if unspaced else _BEGUN
    tail = list(draft[-_LAST:])
    for at, word in enumerate(tail):
        length = len(tail) - at
        if length < least:
            break
        if word != own[0] or length > len(own) or tail[at:-1] != own[: length - 1]:
            continue
        if own[length - 1].startswith(tail[-1]):  # the last word may not be written to its end
            return min(1.0, length / _SURELY)
    return 0.0
