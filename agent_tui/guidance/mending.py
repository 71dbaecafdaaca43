"""Where the phrase of a finding goes, so that what stands around it still reads as it should (POLICY T2, C1, C10, H3).

What is wrong gives way with the sentence it stands in; what is missing comes after the salutation or before the
closing, with the space or the line that the script wants.
"""

from __future__ import annotations

import re

import msgspec

from agent_tui.guidance.learned import sentences
from agent_tui.guidance.situation import Finding

_ENDS = ".!?。！？…؟۔।፧"  # of sentences, in the scripts that the packs have
_UNSPACED = re.compile(
    "[\u3000-\u30ff\u3400-\u9fff\uff01-\uff5e]"
)  # scripts that put no space between sentences
_SPACED_ENDS = re.compile("[\u0e00-\u0e7f]")  # Thai ends its sentences with a space
_OPENING_WORDS = re.compile(
    r"[^\n,，、،!！.。]{1,24}[,，、،!！]"
)  # “Hello Harriet,” at the beginning of a line
_SALUTATION, _SIGNATURE = 60, 40  # the most characters of a line that greets, and of one that takes leave
_GAP = re.compile("…+")


class Mended(msgspec.Struct, frozen=True):
    """What takes the place of `start` to `end`; `gap` is what is still to be filled in, once it stands there."""

    start: int
    end: int
    put: str
    gap: tuple[int, int] | None = None


def mended(text: str, finding: Finding) -> Mended:
    """Where the phrase of a finding goes into the text, and with what around it."""
    if finding.start < finding.end:
        return _instead(text, finding)
    place = _after_salutation(text) if finding.start == 0 else _before_closing(text)
    after = text[place:]
    trail = "\n" if after[:1].islower() else _space(finding.phrase, after)
    return _with_gap(place, place, _space(text[:place], finding.phrase), finding.phrase, trail)


def _instead(text: str, finding: Finding) -> Mended:
    """The whole sentence gives way, or the words would stand in the middle of another one."""
    start, end = finding.start, finding.end
    for low, high in sentences(text):
        if low < finding.end and finding.start < high:
            start, end = min(start, low), max(end, high)
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    lead, trail = _space(text[:start], finding.phrase), _space(finding.phrase, text[end:])
    return _with_gap(start, end, lead, finding.phrase, trail)


def _with_gap(start: int, end: int, lead: str, phrase: str, trail: str) -> Mended:
    found = _GAP.search(phrase)
    here = start + len(lead)
    gap = (here + found.start(), here + found.end()) if found is not None else None
    return Mended(start, end, lead + phrase + trail, gap)


def _space(before: str, after: str) -> str:
    """What stands between two texts: nothing where there is a space or a line already, or the script has none."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    if before[-1].isalnum() and not _SPACED_ENDS.match(before[-1]):
        return "\n"  # nothing ends the sentence before it
    return "" if _UNSPACED.match(before[-1]) or _UNSPACED.match(after[0]) else " "


def _after_salutation(text: str) -> int:
    """After a first line that greets, or after a first sentence that begins so; else the beginning."""
    begin = len(text) - len(text.lstrip())
    line = text[begin:].partition("\n")[0].rstrip()
    rest = text[begin + len(line) :]
    if rest.strip() and len(line) <= _SALUTATION and not line.endswith(tuple(_ENDS.replace("!", ""))):
        following = rest.removeprefix("\n")
        return begin + len(line) + len(rest) - len(rest.lstrip()) if following else begin
    if _OPENING_WORDS.match(line):
        for start, end in sentences(text):
            if end > begin:
                return start + len(text[start:end].rstrip())
    return begin


def _before_closing(text: str) -> int:
    """Before the short last lines that end no sentence, such as “Kind regards” and a name; else the end."""
    whole = text.rstrip()
    place = len(whole)
    lines = whole.split("\n")
    while len(lines) > 1:
        line = lines[-1].strip()
        if len(line) > _SIGNATURE or line.endswith(tuple(_ENDS)):
            return place
        lines.pop()
        place = len("\n".join(lines).rstrip())
    return len(whole)
