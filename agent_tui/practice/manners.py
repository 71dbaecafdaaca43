"""Whether a message greets and takes leave (POLICY E1).

Many words do both, `bom dia` and `selamat siang` among them, and thanks stand at either end: so the place decides. A
greeting opens a message; leave is taken after it, after the last question, and not in the first of several sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent_tui.packs.scoring import Manners, plain

_BEGINNING = 60  # characters in which a greeting stands
_END = 160  # characters in which a farewell stands
_ADDRESS = 32  # characters of an address, such as `Ibu Sri,`
_NAMES = 3  # words of one
_MORE = 24  # bytes of a text that goes on after its first sentence, where fewer are a name below it
_STOP = re.compile(r"(?<!\b\w)(?<!\b\w\w)(?<!\b\w\w\w)\.(?=\s)|[!?。！？؟।\n]")  # `Sra. Ruiz` goes on
_QUESTION = re.compile("[?？؟]")
_PAUSE = re.compile("[,，、،:：;!！\n]")


def acts(text: str, language: str, manners: Mapping[str, Manners]) -> frozenset[str]:
    """`greeting` and `farewell`, where the text (in `language`, BCP 47) has them."""
    known = manners.get(language.partition("-")[0].lower())
    if known is None:
        return frozenset()
    told = plain(text)
    greeted = _greeted(told, known)
    found = {"greeting"} if greeted else set()
    if known.farewell.search(told, _closing(told, greeted)):
        found.add("farewell")
    return frozenset(found)


def _greeted(text: str, known: Manners) -> int:
    """Where the greeting ends that opens a text; 0 when none does."""
    stops = [0, *(stop.end() for stop in _STOP.finditer(text, 0, _BEGINNING))]
    for hit in known.greeting.finditer(text, 0, _BEGINNING):
        sentence = max(stop for stop in stops if stop <= hit.start())
        leave = known.farewell.search(text, sentence)
        parting = leave is not None and (leave.start(), -leave.end()) < (hit.start(), -hit.end())
        both = known.farewell.match(text, hit.start()) is not None
        if not parting and (not both or sentence == 0):
            return hit.end()
    return _addressed(text, known)


def _addressed(text: str, known: Manners) -> int:
    """Where the address ends that opens a text, as `Ibu Sri,` and `佐藤様、` do; 0 when none does."""
    pause = _PAUSE.search(text)
    words = text[: pause.start()].rstrip() if pause is not None else ""
    if not words or len(words) > _ADDRESS or len(words.split()) > _NAMES or known.farewell.search(words):
        return 0
    opens = known.address.match(words) is not None
    return len(words) if opens or any(hit.end() == len(words) for hit in known.address.finditer(words)) else 0


def _closing(text: str, greeted: int) -> int:
    """From where on leave may be taken."""
    asked = max((question.end() for question in _QUESTION.finditer(text)), default=0)
    start = max(greeted, asked, len(text) - _END)
    stop = _STOP.search(text)
    if stop is None or start >= stop.end() or len(text[stop.end() :].strip().encode()) < _MORE:
        return start
    return stop.end()
