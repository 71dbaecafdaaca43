"""Which market a customer writes from, from what the mail shows. Strong evidence wins; without it, no guess.

Every market gets a score: how likely this evidence is from there. A guess is made only when one market has nearly all
of the likelihood, places outside the list included. The data are `packs/markets/markets.toml`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache

import msgspec

from agent_tui.domain import quoting
from agent_tui.domain.ticket import Guess
from agent_tui.packs.loader import BUILT_IN, read_entries

_LOOKED_AT = 6000  # characters of the text
_NEEDED = 0.85  # of the likelihood must lie with one market
_OTHER = "--"  # everywhere that is not in the list
_OTHER_SHARE = 14.0
_OTHER_LANGUAGES = {"en": 0.25, "es": 0.2, "fr": 0.12, "ar": 0.14, "ru": 0.05, "pt": 0.02, "de": 0.01, "zh-Hant": 0.002,
                    "zh-Hans": 0.004, "nl": 0.004, "tr": 0.004, "it": 0.002, "ms": 0.004, "hi": 0.002,
                    "id": 0.001, "ko": 0.001, "ja": 0.0005, "th": 0.0005, "vi": 0.0005, "pl": 0.001, "he": 0.0005,
                    "sv": 0.06, "bn": 0.5, "uk": 1.0, "da": 1.0, "nb": 1.0, "fi": 1.0, "cs": 1.0, "el": 1.0, "ro": 1.0,
                    "hu": 1.0}  # fmt: skip
_RARE = 0.0015  # a language nobody is expected to write there
_OTHER_OFFSET = 0.06
_WRONG_OFFSET = 0.008  # travellers, servers, clocks that were never set

# Natural logarithms: how many times likelier the evidence is from there than from anywhere else.
_PHONE, _DOMAIN, _IBAN, _ADDRESS, _PLACE, _NAME, _WORD, _LABEL, _NATIONAL = (
    7.0,
    6.0,
    4.5,
    4.0,
    4.0,
    2.6,
    1.8,
    1.6,
    1.0,
)
_SIGNED_NAME = 5.0  # the market named in the signature: `Penang Rd, Singapore`
_MOST_FROM_TEXT = 7.0  # many words add up to no more than a telephone number

_PLUS_NUMBER = re.compile(r"(?<![\w+])[+＋]\s?\(?(\d[\d\s().\-−‐/]{6,20}\d)")
# What stands before is looked at after the first character, by which the search goes fast.
_NUMBER = re.compile(r"[(\d](?<![\w#.@/+-].)(?:(?<=\()\d|(?<=\d))[\d ().\-−‐]{6,17}\d(?![\w@-])")
_IBAN_START = re.compile(r"([A-Z](?<!\w.)[A-Z])\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}\b")
_NO_DIGITS = re.compile("[^0-9]+")
_WORD_SPLIT = re.compile(r"[^\W_]+|[$₱₦₹₫฿₪₸£]")
_NO_SPACES = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0590-\u06ff]")
# Country codes that are also endings anybody can have, or everyday words inside domain names.
_FREE_ENDINGS = frozenset({"us", "in", "re", "su", "me"})
_LABEL_WORDS = {"uk": "GB", "qc": "CA", "usa": "US", "ksa": "SA", "uae": "AE"}
_NO_LABELS = frozenset(
    {"CA", "ID", "IT", "PH", "SE", "AE", "CH"}
)  # ca-, id-, it- mean other things in host names


class _Market(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    share: float
    languages: dict[str, float]
    offsets: tuple[int, ...]
    domains: tuple[str, ...]
    calling: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[str, ...]
    words: tuple[str, ...]
    national: str = ""
    areas: tuple[str, ...] = ()
    address: str = ""


class _Tables(msgspec.Struct, frozen=True):
    """The market data turned round, for look-up by evidence."""

    markets: dict[str, _Market]
    domains: dict[str, str]
    calling: dict[str, tuple[str, ...]]
    terms: dict[str, tuple[tuple[str, str, float, str], ...]]  # first word -> (term, market, weight, code)
    glued: dict[str, tuple[tuple[str, str, float, str], ...]]  # terms of scripts without spaces
    glued_pattern: re.Pattern[str]
    national: dict[str, re.Pattern[str]]
    address: dict[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    markets = {
        code: entry
        for code, (entry, _) in read_entries(BUILT_IN / "markets" / "markets.toml", _Market).items()
    }
    calling: dict[str, list[str]] = {}
    terms: dict[str, list[tuple[str, str, float, str]]] = {}
    glued: dict[str, list[tuple[str, str, float, str]]] = {}
    for code, market in markets.items():
        for number in market.calling:
            calling.setdefault(number, []).append(code)
        for values, weight, kind in ((market.names, _NAME, "text"), (market.places, _PLACE, "address"),
                                     (market.words, _WORD, "text")):  # fmt: skip
            for term in values:
                if _NO_SPACES.search(term):
                    glued.setdefault(term, []).append((term, code, weight, kind))
                    continue
                first = _WORD_SPLIT.search(term)
                if first is not None:
                    terms.setdefault(first[0], []).append((term, code, weight, kind))
    return _Tables(
        markets=markets,
        domains={ending: code for code, market in markets.items() for ending in market.domains},
        calling={number: tuple(codes) for number, codes in calling.items()},
        terms={
            first: tuple(sorted(found, key=lambda entry: -len(entry[0]))) for first, found in terms.items()
        },
        glued={term: tuple(found) for term, found in glued.items()},
        glued_pattern=re.compile("|".join(map(re.escape, sorted(glued, key=len, reverse=True)))),
        national={code: re.compile(market.national) for code, market in markets.items() if market.national},
        address={
            code: re.compile(market.address, re.MULTILINE)
            for code, market in markets.items()
            if market.address
        },
    )


def markets() -> tuple[str, ...]:
    """The markets that can be guessed, ISO 3166-1 alpha-2."""
    return tuple(_tables().markets)


def guess(
    *,
    email: str = "",
    name: str = "",
    text: str = "",
    phone: str = "",
    offset: int | None = None,
    language: str | None = None,
) -> Guess | None:
    """The market (ISO 3166-1 alpha-2) with the evidence for it, strongest first; None when it is not safely known.

    `offset`: minutes east of UTC of the writer's clock. `language`: BCP 47, as `language.identify` gives it.
    """
    tables = _tables()
    evidence: dict[str, dict[str, float]] = {}
    for market, code, weight in _of_domain(email.rpartition("@")[2]):
        _add(evidence, market, code, weight)
    base = _base(offset, language)
    own = _own_words(text)
    for numbers in filter(None, (phone, own)):
        _from_numbers(tables, numbers, base, evidence)
    if own or name:
        _from_words(tables, f"{name}\n{own}" if name else own, base, evidence)
    if not evidence and language is None and offset is None:
        return None
    return _decide(tables, evidence, base, offset, language)


class _Base(msgspec.Struct, frozen=True):
    """What clock and language alone say: the scores, and the markets that are not out of the question."""

    scores: dict[str, float]
    likely: tuple[str, ...]
    best: str
    total: float  # of all the likelihoods


@lru_cache(maxsize=2000)
def _base(offset: int | None, language: str | None) -> _Base:
    scores: dict[str, float] = {_OTHER: math.log(_OTHER_SHARE)}
    if language is not None:
        scores[_OTHER] += math.log(_OTHER_LANGUAGES.get(language, 0.3))
    if offset is not None:
        scores[_OTHER] += math.log(_OTHER_OFFSET)
    for code, market in _tables().markets.items():
        score = math.log(market.share)
        if language is not None:
            score += math.log(market.languages.get(language, _RARE))
        if offset is not None:
            score += math.log(0.95 / len(market.offsets) if offset in market.offsets else _WRONG_OFFSET)
        scores[code] = score
    best = max(scores, key=scores.__getitem__)
    likely = (code for code, score in scores.items() if score > scores[best] - 4.5 and code != _OTHER)
    return _Base(scores, tuple(likely), best, sum(map(math.exp, scores.values())))


def _last_lines(text: str) -> str:
    """The short lines at the end, where people put where they are; a question about delivery abroad is none."""
    lines = [line for line in text[-400:].splitlines() if line.strip()][-5:]
    return (
        "\n".join([line for line in lines if len(line) <= 60 and "?" not in line]) if len(lines) > 1 else ""
    )


def _stands(term: str, text: str) -> bool:
    """Whether the term stands in the text as a word of its own."""
    position = text.find(term)
    while position >= 0:
        before = text[position - 1 : position]
        after = text[position + len(term) : position + len(term) + 1]
        if not before.isalnum() and not (after.isalnum() and term[-1].isalnum()):
            return True
        position = text.find(term, position + 1)
    return False


def _own_words(text: str) -> str:
    head = text[:_LOOKED_AT]
    return "".join(segment.text for segment in quoting.recent(head) if not segment.quoted)


def _add(evidence: dict[str, dict[str, float]], market: str, code: str, weight: float) -> None:
    found = evidence.setdefault(market, {})
    found[code] = max(found.get(code, 0.0), weight)


@lru_cache(maxsize=4096)
def _of_domain(domain: str) -> tuple[tuple[str, str, float], ...]:
    """What a mail domain says: market, evidence and its weight."""
    tables = _tables()
    labels = domain.split(".")
    market = tables.domains.get(labels[-1])
    if market is not None:
        weight = _DOMAIN if labels[-1] not in _FREE_ENDINGS else _DOMAIN / 2
        return ((market, f"domain:.{labels[-1]}", weight),)
    found: list[tuple[str, str, float]] = []
    # `uk.example.com` and `example-uk.com`: companies name their branches so. A hint, no more.
    for label in labels[:-1]:
        for piece in dict.fromkeys((label, label.rpartition("-")[2])):
            code = _LABEL_WORDS.get(piece, piece.upper())
            if code in tables.markets and (piece == label or code not in _NO_LABELS or len(piece) > 2):
                found.append((code, f"domain:{piece}", _LABEL))
    return tuple(found)


def _digits(text: str) -> str:
    if text.isascii():
        return _NO_DIGITS.sub("", text)
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdecimal())


def _from_numbers(tables: _Tables, text: str, base: _Base, evidence: dict[str, dict[str, float]]) -> None:
    if "+" in text or "＋" in text:
        for match in _PLUS_NUMBER.finditer(text):
            _international(tables, _digits(match[1]), evidence)
    seen: set[str] = set()
    for match in _NUMBER.finditer(text):
        digits = _digits(match[0])
        if not 8 <= len(digits) <= 12 or digits in seen or len(seen) >= 5:
            continue
        seen.add(digits)
        for code in base.likely:
            if code in tables.national and tables.national[code].fullmatch(digits):
                _add(evidence, code, "phone:national", _NATIONAL)
    for match in _IBAN_START.finditer(text):
        if match[1] in tables.markets:
            _add(evidence, match[1], f"iban:{match[1]}", _IBAN)


def _international(tables: _Tables, digits: str, evidence: dict[str, dict[str, float]]) -> None:
    if not 8 <= len(digits) <= 15:
        return
    for length in (3, 2, 1):
        candidates = tables.calling.get(digits[:length])
        if candidates is None:
            continue
        rest = digits[length:].lstrip("0")
        narrowed = [
            code for code in candidates if any(rest.startswith(area) for area in tables.markets[code].areas)
        ]
        market = (
            narrowed[0] if narrowed else next((c for c in candidates if not tables.markets[c].areas), None)
        )
        if market is not None:
            _add(evidence, market, f"phone:+{digits[:length]}", _PHONE)
        return
    _add(evidence, _OTHER, f"phone:+{digits[:3]}", _PHONE)


def _from_words(tables: _Tables, text: str, base: _Base, evidence: dict[str, dict[str, float]]) -> None:
    for first in sorted(tables.terms.keys() & set(_WORD_SPLIT.findall(text))):
        for term, market, weight, kind in tables.terms[first]:
            if _stands(term, text):
                signed = weight == _NAME and _stands(term, _last_lines(text))
                _add(evidence, market, f"{kind}:{term}", _SIGNED_NAME if signed else weight)
    if not text.isascii() and _NO_SPACES.search(text):
        for match in tables.glued_pattern.finditer(text):
            for term, market, weight, kind in tables.glued[match[0]]:
                _add(evidence, market, f"{kind}:{term}", weight)
    ends = text if len(text) < 2000 else f"{text[:1000]}\n{text[-1000:]}"  # where people put their address
    for code in base.likely:  # the others would need much more than a postal code
        if code in tables.address and (found := tables.address[code].search(ends)) is not None:
            _add(evidence, code, f"address:{' '.join(found[0].split())[:40]}", _ADDRESS)


def _decide(
    tables: _Tables,
    evidence: dict[str, dict[str, float]],
    base: _Base,
    offset: int | None,
    language: str | None,
) -> Guess | None:
    best, highest, total = base.best, base.scores[base.best], base.total
    for code, found in evidence.items():
        score = base.scores[code] + _sum(found)
        total += math.exp(score) - math.exp(base.scores[code])
        if score > highest:
            best, highest = code, score
    if best == _OTHER or math.exp(highest) < _NEEDED * total:
        return None
    because = [code for code, _ in sorted(evidence.get(best, {}).items(), key=lambda item: -item[1])][:4]
    if offset is not None and offset in tables.markets[best].offsets:
        because.append(f"zone:{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}{abs(offset) % 60:02d}")
    if language is not None and tables.markets[best].languages.get(language, 0.0) >= 0.05:
        because.append(f"language:{language}")
    return Guess(best, tuple(because))


def _sum(found: dict[str, float]) -> float:
    """Strong marks count in full; what the text mentions is capped, as one topic brings many words."""
    strong = sum(weight for code, weight in found.items() if code.startswith(("phone:+", "domain:")))
    weak = sorted(
        (weight for code, weight in found.items() if not code.startswith(("phone:+", "domain:"))),
        reverse=True,
    )
    return min(strong, 9.0) + min(
        sum(weight * 0.7**index for index, weight in enumerate(weak)), _MOST_FROM_TEXT
    )


@lru_cache(maxsize=512)
def named(value: str) -> str | None:
    """The market that a country column names: an ISO 3166-1 code or a name in one of several languages."""
    tables = _tables()
    plain = value.strip()
    upper = {"UK": "GB"}.get(plain.upper(), plain.upper())
    if upper in tables.markets:
        return upper
    for code, market in tables.markets.items():
        if any(plain.casefold() == name.casefold() for name in market.names):
            return code
    return upper if len(upper) == 2 and upper.isascii() and upper.isalpha() else None
