"""How formal a text addresses the customer, with the words that show it (E1, E2): Sie or du, です・ます or plain.

The signs of a language are `packs/compliance/register/<language>.toml`: pronouns, verb forms and endings with weights.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from agent_tui.packs.compliance import Packs, shipped
from agent_tui.packs.expressions import Folded, Letters, fold
from agent_tui.packs.registers import Register as Signs
from agent_tui.packs.registers import Sign


class Formality(StrEnum):
    """How a text addresses its reader; `mixed` when both are as strong, `unknown` when nothing shows it."""

    FORMAL = "formal"
    INFORMAL = "informal"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Register(msgspec.Struct, frozen=True):
    """The formality of a text and its evidence: first and last place, and weight (2 and more: nearly certain)."""

    formality: Formality
    formal: tuple[tuple[int, int, float], ...] = ()
    informal: tuple[tuple[int, int, float], ...] = ()


_PLAIN = Letters("vi", {})  # small letters that keep their accents
_WORD = re.compile(r"[^\W\d_][\w\u0900-\u0963']*")
_STARTS = frozenset('.!?;:,¿¡\n\u2026(-"“«。！？、')
_ENDS = re.compile(r"[.!?。\n]|$")
_CLAUSE_ENDS = re.compile(r"[.!?;:,。\n]|$")
_HYPHENATED = re.compile(r"\w-$")
_VERB_LAST = frozenset({"ja", "ko"})  # where the form of address shows at the end of a sentence
_FULL_STOP = re.compile(r"[。！？]|[.!?](?=\s|$)")
_BARE_END = re.compile(r"(?<=[^\W\d_])[ \u3000]*\n\s*")
_REPEATED = 2  # a sign that comes again says little more
_ENCLITICS = 2  # pronouns at the end of one verb


def register(text: str, language: str, packs: Packs | None = None) -> Formality:
    """How formal the text (in `language`, BCP 47) is; `unknown` in a language that no pack speaks."""
    return judge(text, language, packs).formality


def judge(text: str, language: str, packs: Packs | None = None) -> Register:
    """How formal the text is, and by which of its words."""
    signs = (packs if packs is not None else shipped()).register(language)
    if signs is None:
        return Register(Formality.UNKNOWN)
    if language.partition("-")[0] in _VERB_LAST:
        text = _sentences_joined(text)
    folded = fold(text, _PLAIN)
    best: dict[str, dict[tuple[int, int], float]] = {"formal": {}, "informal": {}}
    seen: Counter[int] = Counter()
    for number, start, end in sorted(_evidence(folded, text, signs), key=lambda each: each[1:]):
        sign = signs.signs[number]
        seen[number] += 1
        if seen[number] <= _REPEATED:
            place = (folded.place(start), folded.place(end))
            spans = best[sign.formality]
            spans[place] = max(spans.get(place, 0.0), sign.weight)
    return Register(
        _formality(sum(best["formal"].values()), sum(best["informal"].values())),
        tuple((*place, weight) for place, weight in best["formal"].items()),
        tuple((*place, weight) for place, weight in best["informal"].items()),
    )


def _sentences_joined(text: str) -> str:
    """The text with lines that end no sentence joined to the next one, every character at its place.

    Who writes full stops breaks lines within sentences (“ご不便をおかけして / 申し訳ございません。”), and writes
    lists and names that are no sentences; who writes none ends each sentence with the line.
    """
    if "\n" not in text or not _FULL_STOP.search(text):
        return text
    last = text.rstrip()
    tail = (
        "" if _FULL_STOP.search(last[-1:]) or "\n" not in last else "・"
    )  # a last line that ends no sentence
    return _BARE_END.sub(lambda match: " " * len(match[0]), last) + tail


def _formality(formal: float, informal: float) -> Formality:
    if formal == informal:
        return Formality.MIXED if formal else Formality.UNKNOWN
    return Formality.FORMAL if formal > informal else Formality.INFORMAL


def _evidence(folded: Folded, text: str, signs: Signs) -> Iterator[tuple[int, int, int]]:
    """Each sign by its number, with first and last place in the folded text."""
    written = text if folded.places is None else "".join(text[place] for place in folded.places[:-1])
    for number, sign in enumerate(signs.signs):
        read = written if sign.cased else folded.text
        spans = [match.span() for each in sign.found for match in each.matches(read)]
        if not spans:
            continue
        innocent = [match.span() for each in sign.unless for match in each.matches(read)]
        for start, end in spans:
            if not any(low < end and start < high for low, high in innocent):
                yield number, start, end
    if signs.words:
        excused = [
            (number, *match.span())
            for number, sign in enumerate(signs.signs)
            if not sign.found
            for each in sign.unless
            for match in each.matches(folded.text)
        ]
        for number, start, end in _words(folded.text, signs):
            if not any(each == number and low < end and start < high for each, low, high in excused):
                yield number, start, end


def _words(text: str, signs: Signs) -> Iterator[tuple[int, int, int]]:
    for match in _WORD.finditer(text):
        word = match[0].rstrip("'")
        elided = word.rpartition("'")[2]  # the `hai` of `l'hai`
        for number in signs.words.get(word) or signs.words.get(elided, ()):
            if _stands(signs.signs[number], text, match.start()):
                yield number, match.start(), match.start() + len(word)
        if signs.enclitics and word not in signs.words:
            for number in _with_enclitics(word, signs):
                yield number, match.start(), match.end()


def _with_enclitics(word: str, signs: Signs) -> tuple[int, ...]:
    """The signs of an imperative that pronouns are glued to: `llámeme`, `dímelo`."""
    rest = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    for _ in range(_ENCLITICS):
        ending = next((each for each in signs.enclitics if rest.endswith(each)), None)
        if ending is None or len(rest) - len(ending) < 2:
            return ()
        rest = rest[: -len(ending)]
        found = tuple(number for number in signs.words.get(rest, ()) if signs.signs[number].where == "start")
        if found:
            return found
    return ()


def _stands(sign: Sign, text: str, start: int) -> bool:
    """Whether a word stands where its sign wants it."""
    if not sign.where:
        return True
    if sign.where != "start":
        end = _ENDS.search(text, start)
        asks = end is not None and end[0] == "?"
        return asks == (sign.where == "question")
    clause = _CLAUSE_ENDS.search(text, start)
    if clause is not None and clause[0] == "?":
        return False  # nobody asks in the imperative
    before = text[:start].rstrip(" ")
    if not before or (before[-1] in _STARTS and not _HYPHENATED.search(before)):
        return True
    return before[before.rfind(" ") + 1 :].strip(".,;:!?¿¡\n") in sign.after
