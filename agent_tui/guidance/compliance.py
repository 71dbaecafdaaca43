"""What is wrong with a text that is being written: forbidden words, and what is missing (T2, C1, C10, H3, E6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from agent_tui.domain.permit import Apology
from agent_tui.guidance import speech_acts
from agent_tui.guidance.language import likeliest
from agent_tui.guidance.learned import judged
from agent_tui.guidance.register import Formality, judge
from agent_tui.guidance.situation import Finding, Severity, Situation
from agent_tui.guidance.wishes import reply_language
from agent_tui.packs.compliance import Kind, Law, Packs, base, shipped
from agent_tui.packs.expressions import Folded, fold
from agent_tui.packs.learned import WRONG
from agent_tui.packs.searching import Language, Rule

Personal = Callable[[str], Sequence[tuple[int, int, str]]]
"""Finds personal data in a text: first and last place of each, and what it is."""

_RANK = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.HINT: 2}
_QUOTED_LINE = re.compile(r"^[ \t]*[>＞|].*$", re.MULTILINE)
_MARKS = re.compile(
    r"“[^”\n]{1,300}”|„[^“”\n]{1,300}[“”]|«[^»\n]{1,300}»|「[^」\n]{1,300}」|『[^』\n]{1,300}』"
    r"|(?<![^\s(])\"[^\"\n]{1,300}\"(?!\w)"
)
_WRAPPED = re.compile(r"([^\n]{50}[\w,])\n(?=\w)")  # the sentence goes on in the next line
_OPENING = '“„«「『"'
_WORDS, _SIGNS = 6, 8  # words, or characters of a script without blanks, from which on a model is asked
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff]")
_DOUBTED, _DENIED = 0.0, -2.0  # margins below which a finding blocks no more, and is none any more
SURE = 1.0
"""The margin of a model from which on a sentence is told that no expression finds."""
_EXCUSED, _CERTAIN = 2.0, 3.25  # from which on one is told that an expression excuses, and blocks
_LIKELY = -1.5  # the margin of a kind: a sentence that is none of them is not told, wrong as it may look
_TELLING = 20  # letters from which on the language of a text can be judged
_LETTERS = re.compile(r"[^\W\d_]")


def findings(
    text: str,
    situation: Situation,
    language: str = "",
    packs: Packs | None = None,
    *,
    personal: Personal | None = None,
    expected: Formality | None = Formality.FORMAL,
) -> tuple[Finding, ...]:
    """What is wrong with a reply or, where the situation has no outcome, a note; in the order of the text.

    `language` (BCP 47) is the text's, found out when empty. `expected` is the form of address that the market or the
    customer wants; None takes any. Quoted lines and words in quotation marks are the customer's and left alone. Raises
    PackError when a shipped pack is bad.
    """
    packs = packs if packs is not None else shipped()
    own = _own_words(text)
    written = language or _language_of(own, situation)
    reply = bool(situation.outcome)
    found = list(_doubted(_forbidden(own, situation, written, packs, reply=reply), own, written, packs))
    found += _learned(own, situation, written, packs, found, reply=reply)
    if reply and own.strip():
        found += _missing(own, situation, written, packs)
        found += _wrong_language(own, situation, language, packs)
        if expected is not None:
            found += _wrong_register(own, written, packs, expected)
    if reply and personal is not None:
        kind = packs.kinds["personal_data"]
        for start, end, what in personal(own):
            found.append(_finding(f"personal_data.{what}", kind, start, end))
    return _severest(found)


def _own_words(text: str) -> str:
    """The text with what others said blanked out and hard-wrapped lines joined, every character at its place."""

    def blank(match: re.Match[str]) -> str:
        return " " * len(match[0])

    if ">" in text or "＞" in text or "|" in text:
        text = _QUOTED_LINE.sub(blank, text)
    text = _WRAPPED.sub(r"\1 ", text)
    return _MARKS.sub(blank, text) if any(mark in text for mark in _OPENING) else text


def _language_of(text: str, situation: Situation) -> str:
    wanted = reply_language(situation.customer)
    guess = likeliest(text, hint=wanted or None)
    return guess.value if guess is not None else wanted


def _forbidden(
    text: str, situation: Situation, language: str, packs: Packs, *, reply: bool
) -> Iterator[tuple[Finding, bool]]:
    """What the expressions find, and whether something near excuses it."""
    pack = packs.rules(language)
    if pack is None:
        return
    folded = fold(text, pack.letters)
    for name, spans in packs.found(pack, folded.text).items():
        rule = pack.rules[name]
        kind = packs.kinds[rule.kind]
        if not _counts(rule, kind, situation, packs, reply=reply):
            continue
        law = _law_against(rule.kind, situation.market, packs) if kind.law else None
        for start, end, excused in spans:
            yield _of_rule(rule, kind, law, situation.market, folded, start, end), excused


def _doubted(
    found: Iterator[tuple[Finding, bool]], text: str, language: str, packs: Packs
) -> Iterator[Finding]:
    """What expressions found, less severe or not at all where the model is sure of the contrary.

    What they excuse counts where the model is sure: “it never breaks again, just pay me in cash” holds a “never”, and
    excuses nothing. What a company's own file says stands as it is.
    """
    sentences = judged(text, language, packs) or () if not packs.is_own(language) else ()
    for each, excused in found:
        here = [one.margins[WRONG] for one in sentences if one.start < each.end and each.start < one.end]
        margin = max(here, default=0.0)
        if margin < (_EXCUSED if excused else _DENIED):
            continue
        doubt = margin < (_CERTAIN if excused else _DOUBTED) and each.severity is Severity.BLOCK
        yield replace(each, severity=Severity.WARN) if doubt else each


def _learned(
    text: str,
    situation: Situation,
    language: str,
    packs: Packs,
    found: Sequence[Finding],
    *,
    reply: bool,
) -> Iterator[Finding]:
    """Sentences that do what is forbidden in words that no expression knows; what is so told never blocks."""
    own = packs.rules(language)
    for sentence in (judged(text, language, packs) or ()) if own is not None else ():
        start, end = sentence.start, sentence.end
        enough = _EXCUSED if any(name.endswith("?") for name in sentence.found) else SURE
        if sentence.margins[WRONG] <= enough or not _says_much(text[start:end]):
            continue
        if any(each.start < end and start < each.end for each in found):
            continue
        code = max(
            (name for name in sentence.margins if name in packs.kinds), key=sentence.margins.__getitem__
        )
        if sentence.margins[code] <= _LIKELY:
            continue
        kind, rule = packs.kinds[code], own.rules.get(code) if own is not None else None
        if rule is None or not _counts(rule, kind, situation, packs, reply=reply):
            continue  # a company that has no rule for it does not want it told
        words = text[start:end]
        soft = kind.law or Severity.HINT in (rule.severity, _severity(kind, situation.market))
        yield _finding(
            code,
            kind,
            start + len(words) - len(words.lstrip()),
            start + len(words.rstrip()),
            severity=Severity.HINT if soft else Severity.WARN,
            phrase=rule.phrase,
            guessed=True,
        )


def _says_much(sentence: str) -> bool:
    """Whether a model can judge a sentence at all: of “Wonderful, Emma.” it knows too little."""
    return len(sentence.split()) >= _WORDS or len(_UNSPACED.findall(sentence)) >= _SIGNS


def _counts(rule: Rule, kind: Kind, situation: Situation, packs: Packs, *, reply: bool) -> bool:
    """Whether a rule is looked for here: in notes, on this channel, in this market, by its law."""
    if (not reply and kind.audience != "both") or (rule.channels and situation.channel not in rule.channels):
        return False
    if rule.markets and situation.market not in rule.markets:
        return False
    return not (kind.law and situation.market and _law_against(rule.kind, situation.market, packs) is None)


def _law_against(kind: str, market: str, packs: Packs) -> Law | None:
    return next((law for law in packs.laws if kind in law.kinds and market in law.markets), None)


def _of_rule(
    rule: Rule, kind: Kind, law: Law | None, market: str, folded: Folded, start: int, end: int
) -> Finding:
    severity = Severity(rule.severity) if rule.severity else _severity(kind, market)
    why = kind.why
    if law is not None:
        why = {name: f"{each} {law.why.get(name, law.why['en'])} ({law.law})" for name, each in why.items()}
    elif kind.law:
        severity = Severity.HINT  # nobody knows the market: most have such a law
    return Finding(
        code=rule.kind,
        rule=kind.rule,
        severity=severity,
        start=folded.place(start),
        end=folded.place(end),
        why=why,
        better=kind.better,
        phrase=rule.phrase,
    )


def _severity(kind: Kind, market: str) -> Severity:
    here = not kind.markets or market in kind.markets
    return Severity(kind.severity if here else kind.elsewhere)


def _finding(
    code: str,
    kind: Kind,
    start: int,
    end: int,
    *,
    severity: Severity | None = None,
    market: str = "",
    phrase: str = "",
    guessed: bool = False,
) -> Finding:
    return Finding(
        code=code,
        rule=kind.rule,
        severity=severity or _severity(kind, market),
        start=start,
        end=end,
        why=kind.why,
        better=kind.better,
        phrase=phrase,
        guessed=guessed,
    )


def apology(text: str, language: str, packs: Packs | None = None) -> Apology | None:
    """What a reply to a customer of a language (BCP 47) holds of an apology; None where no pack knows how one sounds.

    The language it is written in counts, the customer's, and English: "sorry" is said in many.
    """
    packs = packs if packs is not None else shipped()
    own = _own_words(text)
    guess = likeliest(own, hint=language or None)
    return _apology(own, guess.value if guess is not None else language, language, packs)


def _apology(own: str, written: str, language: str, packs: Packs) -> Apology | None:
    tried = [each for each in dict.fromkeys((written, language, "en")) if each]
    found = any(speech_acts.has_apology(own, each, packs) for each in tried)
    acts = packs.acts(written)
    known = acts is not None and "apology" in acts.rules
    return Apology(found, _phrase(acts, "apology") if acts is not None else "") if found or known else None


def _missing(text: str, situation: Situation, language: str, packs: Packs) -> Iterator[Finding]:
    """What the policy wants in a reply and is not there; nothing is missed in a language that no pack speaks."""
    acts = packs.acts(language)
    if acts is None:
        return
    lacking: list[str] = []
    answers_complaint = situation.complaint and situation.first
    if situation.outcome == "apologises" or answers_complaint:
        sorry = _apology(text, language, situation.language, packs)
        if sorry is not None and not sorry.found:
            lacking.append("missing_apology")
        if not speech_acts.has_direction(text, language, packs):
            lacking.append("missing_direction")
    if situation.outcome == "unsolved":
        if not speech_acts.has_deadline(text, language, packs):
            lacking.append("missing_deadline")
        if not speech_acts.has_follow_up(text, language, packs):
            lacking.append("missing_follow_up")
    end = len(text.rstrip())
    for code in lacking:
        place = 0 if code == "missing_apology" else end
        yield _finding(
            code, packs.kinds[code], place, place, market=situation.market, phrase=_phrase(acts, code)
        )


def _phrase(acts: Language, code: str) -> str:
    rule = acts.rules.get(code.removeprefix("missing_"))
    return rule.phrase if rule is not None else ""


def _wrong_language(text: str, situation: Situation, language: str, packs: Packs) -> Iterator[Finding]:
    """The text's language against the one the customer wants; of Chinese, the characters count too (POLICY E6)."""
    wanted = reply_language(situation.customer)
    if not wanted or len(_LETTERS.findall(text[:400])) < (_TELLING if text.isascii() else _TELLING // 2):
        return
    guess = language or (found.value if (found := likeliest(text, hint=wanted)) is not None else "")
    if not guess or (base(guess) == base(wanted) and _script(guess) == _script(wanted)):
        return
    yield _finding("wrong_language", packs.kinds["wrong_language"], 0, len(text.rstrip()))


def _script(language: str) -> str:
    if base(language) != "zh":
        return ""
    traditional = any(each in language for each in ("Hant", "TW", "HK", "MO"))
    return "Hant" if traditional else "Hans"


def _wrong_register(text: str, language: str, packs: Packs, expected: Formality) -> Iterator[Finding]:
    """Words that are more, or less, familiar than they should be (POLICY E1, E2)."""
    found = judge(text, language, packs)
    wrong = found.informal if expected is Formality.FORMAL else found.formal
    kind = packs.kinds["wrong_register"]
    for start, end, weight in wrong:
        if weight >= 2:
            yield _finding("wrong_register", kind, start, end)


def _severest(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Of findings that overlap, the severest stays, of equals the longest; the language as a whole overlaps nothing."""
    kept: list[Finding] = []
    for each in sorted(found, key=lambda one: (_RANK[one.severity], one.start - one.end, one.start)):
        apart = each.start == each.end or each.code == "wrong_language"
        if apart or not any(
            each.start < other.end and other.start < each.end
            for other in kept
            if other.code != "wrong_language"
        ):
            kept.append(each)
    return tuple(sorted(kept, key=lambda one: (one.start, one.end, one.code)))
