"""Numbers in a text that belong to a person: cards, bank accounts, and what states give out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from agent_tui.domain.personal_data import Bare, CardRule, IdRule, Kind, Role
from agent_tui.guidance.personal_checks import check_of, is_iban, luhn
from agent_tui.guidance.personal_text import Beside, Reading

_TOKEN = re.compile("[A-Za-z0-9]+")
_TIGHT = frozenset("-./()")
_LOOSE = re.compile(r" {1,2}| - | ?-?\n[> ]{0,6}| ?№ ?|, ?№ ?")
_MOST_UNITS = 9  # groups between spaces in one number
_MOST_BROKEN = 7  # in one that goes on in the next line
_LONGEST = 26
_FOURS = (4, 4, 4, 4)
_CARD_AHEAD = 30  # characters from a word for a card to a valid one, whatever word stands between
_SHORT_CARD = 14  # digits; what is shorter may be a part of a mistyped number
_IBAN = re.compile(r"[A-Za-z](?<![A-Za-z0-9].)[A-Za-z](?=([ -]?\d{2}(?:[ \-.\n]{0,2}[A-Za-z0-9]){11,30}))")
_TYPED_IBAN = re.compile(r"[A-Za-z]{2}[ -]?\d{2}(?:[ \-.\n]{0,2}(?=[A-Z0-9 ]{0,3}\d)[A-Z0-9]){11,30}")
_MRZ = re.compile(
    r"[PIACV][A-Z<](?=[A-Z<]{0,3}[A-Z<])[A-Z]{3}[A-Z0-9<]{25,39}(?:\s{1,2}[A-Z0-9<]{30,44}){0,2}"
)
_DIGITS = re.compile("[0-9]")
_CODES = re.compile(r"(?=[A-Z]{0,7}\d)[A-Z\d]{3,8}")
_VALUES: dict[Role, tuple[Kind, re.Pattern[str], int]] = {
    Role.PASSPORT: (Kind.PASSPORT, re.compile(r"[A-Z\d]{6,12}"), 5),
    Role.ID: (Kind.NATIONAL_ID, re.compile(r"[A-Z\d]{6,20}"), 5),
    Role.TAX: (Kind.TAX_ID, re.compile(r"[A-Z\d]{8,18}"), 7),
    Role.BANK: (Kind.BANK, re.compile(r"[A-Z]{0,4}\d{4,26}"), 4),
    Role.BANK_NAME: (Kind.BANK, re.compile(r"\d{8,26}"), 8),
    Role.CODE: (Kind.SECRET, _CODES, 3),
}
"""What is taken at its word: the shape and the fewest digits of what a word announces."""
_AS_A_CARD, _LONGEST_CARD = 16, 19  # digits
_PAPERS, _FEWEST = range(8, 11), 2  # signs of a paper with letters among its digits, and its fewest digits
_CHECK_DIGITS = (
    3  # of a card; as few stand for a page or a number of pieces when the word is not right beside
)
_MISTYPED = 12  # signs of a number with letters that is known by its form and a word, though a sign of it may be wrong
_WHOLE_BANK = 6  # digits; a branch may have fewer, right beside a word that is longer than `rib`
_GENERAL = {
    Kind.NATIONAL_ID: (Role.ID, Role.TAX),
    Kind.TAX_ID: (Role.TAX, Role.ID),
    Kind.PASSPORT: (Role.PASSPORT, Role.ID),
    Kind.BANK: (Role.BANK,),
}


class Found(msgspec.Struct, frozen=True):
    """A piece of personal data in the folded text; where two overlap, the higher `score` counts."""

    kind: Kind
    start: int
    end: int
    score: int
    sure: bool = True
    region: str = ""


class Unit(msgspec.Struct, frozen=True):
    """Tokens that hang together by hyphens, dots and the like."""

    start: int
    end: int
    text: str  # without separators, in capitals
    sizes: tuple[int, ...]
    dotted: bool = False


class Candidate(msgspec.Struct, frozen=True):
    """Units that could be one number."""

    start: int
    end: int
    text: str
    sizes: tuple[int, ...]
    broken: bool  # over a line's end
    crowded: bool  # more short groups of digits stand around it
    thousands: bool  # 1.234.567


def runs(reading: Reading) -> Iterator[list[Unit]]:
    """The units with digits that spaces or a line's end join, in order."""
    plain = reading.plain
    current: list[Unit] = []
    tokens: list[tuple[int, int]] = []
    dotted = True

    def unit() -> Unit:
        start, end = tokens[0][0], tokens[-1][1]
        if plain[end : end + 1] == ")" and plain[tokens[-1][0] - 1] == "(":
            end += 1  # A123456(7)
        text = "".join(plain[a:b] for a, b in tokens).upper()
        return Unit(start, end, text, tuple(b - a for a, b in tokens), dotted and len(tokens) > 1)

    for match in _TOKEN.finditer(plain):
        start, end = match.span()
        word = match[0]
        if word.isalpha() and (end - start > 4 or not word.isupper()):
            continue
        if tokens:
            gap = plain[tokens[-1][1] : start]
            if len(gap) == 1 and gap in _TIGHT:
                tokens.append((start, end))
                dotted = dotted and gap == "."
                continue
            current.append(unit())
            tokens = []
            gap = gap.lstrip(")")
            if not _LOOSE.fullmatch(gap):
                yield current
                current = []
        tokens.append((start, end))
        dotted = True
    if tokens:
        current.append(unit())
    if current:
        yield current


def candidates(reading: Reading, run: list[Unit]) -> Iterator[Candidate]:
    """The numbers that a run can hold, the longest first from each unit on."""
    for first, unit in enumerate(run):
        last = min(len(run), first + _MOST_UNITS)
        length = 0
        for place in range(first, last):
            length += len(run[place].text)
            if length > _LONGEST:
                last = place
                break
        for after in range(last, first, -1):
            units = run[first:after]
            text = "".join([part.text for part in units]) if after > first + 1 else unit.text
            if len(text) < 3 or (not text.isdigit() and not _DIGITS.search(text)):
                continue
            around = (run[first - 1 : first] if first else []) + run[after : after + 1]
            yield Candidate(
                start=unit.start,
                end=units[-1].end,
                text=text,
                sizes=unit.sizes
                if after == first + 1
                else tuple([size for part in units for size in part.sizes]),
                broken=1 < len(units) < _MOST_BROKEN
                and reading.plain.count("\n", unit.start, units[-1].end) == 1,
                crowded=any(near.sizes == (4,) and near.text.isdigit() for near in around),
                thousands=unit.dotted
                and after == first + 1
                and unit.sizes[0] <= 3
                and set(unit.sizes[1:]) == {3},
            )


def numbers(reading: Reading) -> Iterator[Found]:
    """Every number that may be personal; the best of those that overlap counts."""
    yield from _ibans(reading)
    if "<" in reading.plain:
        for match in _MRZ.finditer(reading.plain):
            if match[0].count("<") >= 4:
                yield Found(Kind.PASSPORT, *match.span(), 99)
    for run in runs(reading):
        for candidate in candidates(reading, run):
            rules = reading.rules.ids_by_length.get(len(candidate.text), ())
            beside = reading.beside(candidate.start, candidate.end)
            fitting = [
                rule
                for rule in rules
                if (beside.near or rule.bare is not Bare.WORD)
                and rule.form.compiled.fullmatch(candidate.text)
            ]
            digits = candidate.text.isdigit()
            card = digits and 12 <= len(candidate.text) <= 19
            if not fitting and not card and not reading.labels:
                continue
            announced = beside.near >= 2 or (beside.near == 1 and Role.PASSPORT in beside.roles)
            if not (fitting or card or announced) or reading.is_left_over(candidate.start):
                continue
            if beside.near < 2 and reading.is_amount(candidate.start, candidate.end):
                continue
            code = reading.is_code(candidate.start, candidate.end)
            for rule in fitting:
                yield from _id(reading, candidate, rule, beside, code=code)
            if card:
                yield from _card(reading, candidate, beside, code=code)
            if announced and not code:
                yield from _told(candidate, beside)


def _ibans(reading: Reading) -> Iterator[Found]:
    for match in _IBAN.finditer(reading.plain):
        ends = [place for place in range(match.start(), match.end(1)) if reading.plain[place].isalnum()]
        compact = "".join(reading.plain[place] for place in ends).upper()
        found = False
        for length in range(min(34, len(compact)), 14, -1):
            following = reading.plain[ends[length - 1] + 1 : ends[length - 1] + 2]
            if following.isascii() and following.isalnum():
                continue  # a word or number goes on
            if is_iban(compact[:length]):
                yield Found(Kind.IBAN, match.start(), ends[length - 1] + 1, 101, region=compact[:2])
                found = True
                break
        label = reading.beside(match.start(), match.end(1))
        if not found and label.says(Role.BANK, near=2):
            typed = _TYPED_IBAN.match(reading.plain, match.start())
            if typed is not None:
                yield Found(Kind.IBAN, *typed.span(), 80, sure=False, region=compact[:2])


def _fits(candidate: Candidate, groups: frozenset[tuple[int, ...]]) -> bool:
    return len(candidate.sizes) == 1 or candidate.sizes in groups or candidate.broken


def _id(
    reading: Reading, candidate: Candidate, rule: IdRule, beside: Beside, *, code: bool
) -> Iterator[Found]:
    """A number of a state or bank, by its name, by a general word, or by its form alone."""
    named = beside.says(f"id:{rule.id}")
    general = beside.says(*_GENERAL[rule.kind])
    place = (rule.kind, candidate.start, candidate.end)
    fits = _fits(candidate, rule.groups)
    if (
        rule.bare is Bare.ALWAYS
        and len(candidate.text) >= _MISTYPED
        and not candidate.text.isdigit()
        and any(f"id:{rule.id}" in label.roles for label in reading.labels)
    ):
        yield Found(*place, 58, sure=False, region=rule.region)
    if not (named or general) and (not fits or code or beside.other >= 2 or candidate.thousands):
        return
    here = rule.region in reading.regions
    if not (named or _counts(candidate, rule, general=general, here=here)):
        return
    valid = not rule.check or check_of(rule.check)(candidate.text)
    if named:
        if valid:
            yield Found(*place, 100 if fits else 92, region=rule.region)
        elif beside.near >= 2 and fits:
            yield Found(*place, 60, sure=False, region=rule.region)
        return
    if not valid:
        return
    if general and fits:
        first = beside.says(
            _GENERAL[rule.kind][0]
        )  # `ID number` is sooner an identity card than a tax number
        yield Found(
            *place, (90 if rule.check else 62) if here and first else 66 if first else 57, region=rule.region
        )
    if general or (beside.other and candidate.text.isdigit()):
        return
    if len(candidate.sizes) > 1 and candidate.crowded:
        return
    if rule.bare is Bare.ALWAYS or (rule.bare is Bare.GROUPS and candidate.sizes in rule.groups):
        yield Found(*place, 70 + here, region=rule.region)
    else:
        yield Found(*place, 50, sure=False, region=rule.region)


def _counts(candidate: Candidate, rule: IdRule, *, general: bool, here: bool) -> bool:
    """Whether a number that is not named can count, before its digits are checked."""
    if rule.bare is Bare.WORD:
        return general and here
    if general:
        return here or bool(rule.check)
    return here or rule.bare is Bare.ALWAYS or (rule.bare is Bare.GROUPS and candidate.sizes in rule.groups)


def _card(reading: Reading, candidate: Candidate, beside: Beside, *, code: bool) -> Iterator[Found]:
    """A card, by its issuer and check digit; a word can make up for either."""
    text = candidate.text
    rules = [rule for rule in reading.rules.cards if len(text) in rule.lengths and rule.begin.match(text)]
    said = beside.says(Role.CARD) or (
        candidate.sizes == _FOURS
        and any(
            Role.CARD in label.roles and 0 <= candidate.start - label.end <= _CARD_AHEAD
            for label in reading.labels
        )
    )
    valid = luhn(text)
    place = (Kind.CARD, candidate.start, candidate.end)
    if said and (valid or beside.near >= 2):
        if valid and not (candidate.crowded and len(text) < _SHORT_CARD):
            yield Found(*place, 96 if rules else 80)
        elif (len(text) == sum(_FOURS) and (rules or candidate.sizes == _FOURS)) or (
            rules and len(text) >= 15
        ):
            yield Found(*place, 58, sure=False)
        return
    if not valid or code or not any(rule.bare and _is_written(candidate, rule) for rule in rules):
        return
    if beside.says(Role.BANK_NAME, near=3) and Role.BANK not in beside.roles:
        yield Found(*place, 84)  # `招行6228 4838 …`: more digits than an account has
        return
    written = len(candidate.sizes) > 1
    if candidate.crowded or beside.other >= (3 if written else 2) or (beside.other and len(text) != 16):
        return
    yield Found(*place, 72, sure=not beside.other)


def _is_written(candidate: Candidate, rule: CardRule) -> bool:
    """Whether the groups are those of a card: of four, or the issuer's own."""
    sizes = candidate.sizes
    return _fits(candidate, rule.groups) or (set(sizes[:-1]) == {4} and sizes[-1] <= 4)


def _told(candidate: Candidate, beside: Beside) -> Iterator[Found]:
    """What a general word announces and no rule knows."""
    if beside.other or _is_date(candidate) or (beside.length <= 2 and beside.near < 3):
        return
    for role, (kind, shape, least) in _VALUES.items():
        digits = sum(map(str.isdigit, candidate.text))
        if (
            beside.says(role, near=3 if role is Role.BANK_NAME else 1)
            and shape.fullmatch(candidate.text)
            and (kind is not Kind.SECRET or beside.near == 3 or len(candidate.text) > _CHECK_DIGITS)
            and not (kind is Kind.SECRET and candidate.crowded)
            and digits >= (_FEWEST if _is_mixed(candidate, kind) and beside.near == 3 else least)
            and (
                kind is not Kind.BANK
                or digits >= _WHOLE_BANK
                or (beside.near == 3 and (beside.length > 3 or Role.ACCOUNT in beside.roles))
            )
            and len(candidate.sizes) <= (7 if beside.near >= 2 else 1)
        ):
            whole = len(candidate.sizes) == 1 and (digits >= _WHOLE_BANK or kind is not Kind.BANK)
            long = kind is Kind.BANK and beside.near == 3 and digits >= _AS_A_CARD
            score = (
                82 + (digits > _LONGEST_CARD)
                if long
                else 55 + beside.near + (whole or (kind is Kind.SECRET and candidate.sizes == (3, 3)))
            )
            yield Found(kind, candidate.start, candidate.end, score, sure=beside.near == 3)


def _is_mixed(candidate: Candidate, kind: Kind) -> bool:
    """Whether it has letters among its digits, as papers of some countries do."""
    return (
        kind in (Kind.PASSPORT, Kind.NATIONAL_ID)
        and len(candidate.sizes) == 1
        and len(candidate.text) in _PAPERS
    )


def _is_date(candidate: Candidate) -> bool:
    """Whether the groups are those of a date: year, month and day in some order."""
    sizes = candidate.sizes
    if sizes == (2, 2, 2) and min(candidate.text[:2], candidate.text[2:4], candidate.text[4:]) > "12":
        return False
    return (
        candidate.text.isdigit()
        and len(sizes) == 3
        and (
            (sizes[0] == 4 and max(sizes[1:3]) <= 2)
            or (max(sizes[:2]) <= 2 and sizes[2] in (2, 4) and sizes[0] <= 2)
        )
    )
