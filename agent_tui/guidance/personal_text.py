"""A text as the search for personal data reads it: folded, with the words that tell what stands beside them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import msgspec

from agent_tui.domain.folding import Folded, fold
from agent_tui.domain.personal_data import Kind, PersonalRules, Role, Words
from agent_tui.packs.word_tries import bare, spaced

_TAIL = re.compile("[a-z\u0370-\u052f]*")
_MASKED = re.compile(rf"\[(?:{'|'.join(kind.value for kind in Kind)})\]")
_SENTENCE = re.compile(r"[.!?]\s+[A-ZА-ЯІЄ]|[。！？!?।]|\n\s*\n")
_DIGITS = re.compile("[0-9]+")
_ALNUM = re.compile(r"[^\W_]")
_IS = re.compile(
    r"[\s:=(\"'「]{0,3}(?:は|が|是|为|為|係|は、|는|은|이|가|号|號|号码|號碼|番号|is|ist|est|es|e|jest|er|ar|la|on|это|é)[\s:=(\"'「]{0,3}"
)
_BREAK = re.compile(r"[,;，；、|\d]")
_LETTERS = re.compile(r"[^\W\d_]")
_APART = re.compile(r", ?(?:[^\W\d_]{1,10} ){0,2}")  # `533401829, my passport`
_OTHERS_OWN = re.compile(r"[^\n.;,。；，、]{0,16}?(?:\d{3}|¤|\*\*)")
_ROLES = frozenset(Role)
_BANK_NEAR = 60  # characters between a word for a bank and one for an account
_FAR, _BEHIND = 60, 26  # characters before and after a number in which a word may tell what it is
_CLOSE = 16  # letters between them
_RENAMED = frozenset((Role.ID, Role.BANK, Role.CODE))  # `order id` is no identity card
_URL = re.compile(r"(?:://|www\.)\S{0,300}$")
_CODE_BEFORE = frozenset("_#*@\\№")


class Label(msgspec.Struct, frozen=True):
    """A word that tells something, and what: roles, `id:` rules and `in:` regions."""

    start: int
    end: int
    roles: frozenset[str]


class Beside(msgspec.Struct, frozen=True):
    """What the nearest word says. `near`: 3 right beside, 2 a few words away, 1 in the same sentence, 0 nothing."""

    roles: frozenset[str] = frozenset()
    near: int = 0
    length: int = 0  # characters of the word

    def says(self, *roles: str, near: int = 1) -> bool:
        """Whether it tells one of the roles from that near."""
        return self.near >= near and not self.roles.isdisjoint(roles)

    @property
    def other(self) -> int:
        """How near a word is that makes the number something else, such as an order's."""
        return self.near if Role.OTHER in self.roles else 0


NOTHING = Beside()


class Reading:
    """A folded text, its labels and the regions that it is probably from; places are those of the folded text."""

    def __init__(self, text: str, regions: Sequence[str], rules: PersonalRules) -> None:
        self.folded: Folded = fold(text)
        plain, low = self.folded.plain, self.folded.low
        if "[" in plain:  # what was masked already tells nothing
            plain = _MASKED.sub(lambda match: "¤" * len(match[0]), plain)
            low = _MASKED.sub(lambda match: "¤" * len(match[0]), low)
        self.plain, self.low, self.rules = plain, low, rules
        self.labels: list[Label] = _labels(low, rules.labels)
        self._ends = [label.end for label in self.labels]
        self._starts = [label.start for label in self.labels]
        self._told_before: dict[int, Beside] = {}
        self._told_after: dict[int, Beside] = {}
        self._urls = "://" in low or "www." in low
        lower = text.lower()
        told = [region for label in self.labels for region in sorted(label.roles) if region.startswith("in:")]
        letters = () if text.isascii() else rules.phones
        self.given = tuple(dict.fromkeys(region.upper() for region in regions if region))
        self.regions: dict[str, None] = dict.fromkeys(self.given)
        self.regions |= dict.fromkeys(region.removeprefix("in:") for region in told)
        written = {
            sign for sign in {phone.letters for phone in letters} if sign is not None and sign.search(lower)
        }
        self.regions |= dict.fromkeys(phone.region for phone in letters if phone.letters in written)

    def around_digits(self, reach: int) -> list[tuple[int, int]]:
        """The stretches of the text that lie at most `reach` characters from a digit."""
        found: list[tuple[int, int]] = []
        for match in _DIGITS.finditer(self.plain):
            start, end = max(0, match.start() - reach), min(len(self.plain), match.end() + reach)
            if found and start <= found[-1][1]:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found

    def labels_from(self, place: int) -> list[Label]:
        """The words that begin at a place or behind it."""
        return self.labels[bisect_left(self._starts, place) :]

    def beside(self, start: int, end: int) -> Beside:
        """What the words beside a part of the text say of it."""
        before = self._told_before.get(start)
        if before is None:
            before = self._told_before[start] = self._before(start)
        if before.near == 3:
            return before
        after = self._told_after.get(end)
        if after is None:
            after = self._told_after[end] = self._after(end)
        return after if after.near > before.near or (after.near == 2 and before.near == 1) else before

    def _before(self, start: int) -> Beside:
        place = bisect_right(self._ends, start) - 1
        if place < 0:
            return NOTHING
        label = self.labels[place]
        if start - label.end > _FAR:
            return NOTHING
        gap = self.plain[label.end : start]
        length = self._length(label)
        if not _ALNUM.search(gap) or _IS.fullmatch(gap.lower()):
            return Beside(label.roles, 3 if gap.count("\n") <= 1 else 0, length)
        if _SENTENCE.search(gap):
            return NOTHING
        letters = len(_LETTERS.findall(gap))
        broken = _BREAK.search(gap) is not None
        if "\n" in gap and (letters > _CLOSE or broken):
            return NOTHING
        return Beside(label.roles, 2 if letters <= _CLOSE and not broken else 1, length)

    def _after(self, end: int) -> Beside:
        place = bisect_left(self._starts, end)
        if place >= len(self.labels):
            return NOTHING
        label = self.labels[place]
        if label.start - end > _BEHIND:
            return NOTHING
        gap = self.plain[end : label.start]
        if "\n" in gap or _SENTENCE.search(gap) or _OTHERS_OWN.match(self.plain, label.end):
            return NOTHING
        if _BREAK.search(gap):
            apart = _APART.fullmatch(gap) is None or Role.PASSPORT not in label.roles
            return NOTHING if apart else Beside(label.roles, 1, self._length(label))
        return Beside(label.roles, 2, self._length(label))

    def _length(self, label: Label) -> int:
        """Characters of a word, those that stand for a syllable or more counted twice."""
        length = label.end - label.start
        return length if self.low[label.start : label.end].isascii() else 2 * length

    def is_amount(self, start: int, end: int) -> bool:
        """Whether money, a share or a measure is what the number tells."""
        return bool(
            self.rules.amounts.before.search(self.plain, max(0, start - 5), start)
            or self.rules.amounts.after.match(self.plain, end)
        )

    def is_code(self, start: int, end: int) -> bool:
        """Whether the number is a part of something longer: of a code with letters or of an address on the web."""
        plain = self.plain
        before = plain[max(0, start - 2) : start]
        if before[-1:] in _CODE_BEFORE or (before[-1:] in "-/.&=" and before[:1].isalnum() and before[1:]):
            place = bisect_right(self._ends, start) - 1  # `CPF-529…` is one that is named
            if place < 0 or self.labels[place].end != start - 1 or before[-1:] in "*@_":
                return True
        after = plain[end : end + 2]
        if after[:1] in ("_", "*", "@") or (after[:1] in ("-", "/") and after[1:].isalpha()):
            return True
        return self._urls and bool(_URL.search(plain, max(0, start - 300), start))

    def is_left_over(self, start: int) -> bool:
        """Whether the number is what masking left of a longer one."""
        return self.plain[max(0, start - 2) : start].rstrip(" -.\n")[-1:] == "*"


def _labels(low: str, words: Words) -> list[Label]:
    found: list[Label] = []
    for match in spaced(words, low, 0, len(low)):
        tail = _TAIL.match(low, match.end())
        found.append(
            Label(
                match.start(),
                tail.end() if tail else match.end(),
                words.told[bare(match[0].replace("\n", ""))],
            )
        )
    if not low.isascii():
        found += [
            Label(*match.span(), words.told[bare(match[0])]) for match in words.glued.compiled.finditer(low)
        ]
        found.sort(key=lambda label: label.start)
    for place in range(1, len(found)):
        last, label = found[place - 1], found[place]
        if (
            Role.OTHER in last.roles
            and not label.roles.isdisjoint(_RENAMED)
            and not low[last.end : label.start].strip(" -_'s")
        ):
            found[place] = Label(label.start, label.end, frozenset((Role.OTHER,)))
    return _accounts(found) if any(Role.ACCOUNT in label.roles for label in found) else found


def _accounts(labels: list[Label]) -> list[Label]:
    """The same with each word for an account that a bank's can be told from a customer's, and without the others."""
    banks = [label for label in labels if label.roles & {Role.BANK, Role.BANK_NAME}]
    kept: list[Label] = []
    for label in labels:
        if Role.ACCOUNT not in label.roles or any(role in _ROLES for role in label.roles - {Role.ACCOUNT}):
            kept.append(label)
        elif any(-_BANK_NEAR <= bank.start - label.start <= _BANK_NEAR for bank in banks):
            kept.append(Label(label.start, label.end, label.roles | {Role.BANK}))
    return kept
