"""Personal data of any shape that only a word announces: expiry dates of cards, vehicle plates, names in messengers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent_tui.domain.personal_data import Kind, Role
from agent_tui.guidance.personal_numbers import Found
from agent_tui.guidance.personal_text import Label, Reading

_EXPIRY = re.compile(
    r"(?<![\d/.\-])(?:(?:0?[1-9]|1[0-2]) ?[/\-.] ?(?:20)?\d{2}|"
    r"20\d{2} ?[/\-.年] ?(?:0?[1-9]|1[0-2])月?|(?:0[1-9]|1[0-2]) ?\d{2})"
    r"(?![\d]|[/\-.]\d)(?:[ ,/]{1,3}\d{3,4}(?![\d\-/]))?"
)
_AFTER_CARD = re.compile(r"[\s,;/|(]{0,3}(?:[^\W\d]{1,12}[.:]?[\s:]{0,2}){0,2}")
_CARD_NEAR = 80  # characters from an expiry date back to the word for a card
_EXPIRY_NEAR = 16  # between a word for expiry and the date

_PLATE = re.compile(
    r"[\u4e00-\u9fff][A-Z][ .\-]?[A-Z\d]{4,6}"  # China
    r"|[\u4e00-\u9fff]{1,4} ?\d{2,3} ?[ぁ-んA-Z] ?[.\d]{1,2}-?[.\d]{2}"  # Japan
    r"|\d{2,3}[가-힣] ?\d{4}|[가-힣]{2} ?\d{1,2} ?[가-힣] ?\d{4}"
    r"|\d?[ก-ฮ]{2} ?\d{1,4}"
    r"|(?:[ء-ي] ?){1,4}\d{1,6}|\d{1,4} ?(?:[ء-ي] ?){1,4}(?![ء-ي])"
    r"|(?=[^\n,;]{0,9}\d)(?:[A-ZА-ЯІЇЄΑ-Ω]{1,4}|\d{1,5})"
    r"(?:[ .\-]{0,3}(?:[A-ZА-ЯІЇЄΑ-Ω]{1,5}|\d{1,5})(?![a-zа-яії])){1,4}"
    r"|(?=[a-z\d \-]{0,6}\d)(?:[a-z]{1,3}[ \-]?\d{1,4}(?:[ \-]?[a-z]{1,3})?|"
    r"\d{1,4}[ \-]?[a-z]{2,3}[ \-]?\d{1,4})(?![\w])"
)
_OWN_FORM = re.compile(
    r"(?<![\w-])(?:[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2} ?\d{2,3}"  # Russia
    r")(?![\w-])"
    r"|(?<![A-Za-z0-9-])"
    r"(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][ .·•・]?(?=[A-Z]{0,3}\d)[A-Z\d]{5,6})"
    r"(?![\w-])"
)
_JAPAN = re.compile(r"[\u4e00-\u9fff]{1,4} ?\d{2,3} ?[ぁ-ん] ?\d{2}-\d{2}(?!\d)")
_INDIA = re.compile(r"[A-DGHJ-PRTUW][A-Z][ -]\d{1,2}[ -][A-Z]{1,3}[ -]\d{4}(?![\w-])")
_STATES = re.compile(  # of India, as they open a plate
    "A[NPRS]|BR|C[GH]|D[DL]|G[AJ]|H[PR]|J[HK]|K[AL]|L[AD]|M[HLNPZ]|NL|O[DR]|P[BY]|RJ|SK|T[NRS]|U[KP]|WB"
)
_NEAR_VEHICLES = re.compile(
    r"(?<![\w-])(?:[A-Z]{2}\d{2} [A-Z]{3}"  # United Kingdom
    r"|[A-Z]{2}[ -]\d{3}[ -][A-Z]{2}|\d-[A-Z]{3}-\d{3}|[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]{3}[ -]\d{4}|[BCDFGHJKLPRSTVWXYZ]{4}-\d{2}"
    r"|\d{4}[ -][BCDFGHJKLMNPRSTVWXYZ]{3}|[A-Z]{3}\d[A-Z]\d{2}"
    r"|[A-Z]{1,3}-[A-Z]{1,2} ?\d{1,4}|(?:0[1-9]|[1-7]\d|8[01]) [A-Z]{1,3} \d{2,4}"
    r"|\d{2}[A-Z]\d?-\d{3}\.?\d{2}|\d{2}-[A-Z]{2,3}-\d{1,2}|[A-Z]{1,2}[ -]\d{2,3}[ -][A-Z]{2,3}|[A-Z]{2} \d{5}"
    r"|[A-Z]{2}[ -]\d{3,4}-[A-Z]{1,2}|[A-Z]{2} (?=[A-Z\d-]{0,4}\d)[A-Z\d]{2,3}-[A-Z\d]{3,4}|\d{2}-[A-Z]{1,3}-\d{4}"
    r"|(?:A[GIR]|B[ELS]|FR|G[ELR]|JU|LU|N[EW]|OW|S[GHOZ]|T[GI]|UR|V[DS]|Z[GH])[ ·•.]\d{1,3}[ '’.]?\d{3}"  # Switzerland
    r"|[A-Z]{2} \d[A-Z]{3}\d{3}|\d[A-Z]{3} \d{3}|\d{2}[- ][A-Z]{2}[- ]\d{3}"
    r"|[A-Z]{2} \d{4}[A-Z]|[A-Z]{2} ?\d{4} ?[A-Z]{2}|[A-Z]{2,3} \d{2,3}[A-Z]{2}"
    r"|[АВЕІКМНОРСТХ]{2} ?\d{4} ?[АВЕІКМНОРСТХ]{2})(?![\w-])"
)
_WEAK = re.compile(r"[^\n.;!?,\d]{0,8}?(?:[:=#]|\b(?:is|to|jest|ist|es|est|e|hai|no)\b)?[\s\"'(]{0,2}")
_WEAK_PLATE = re.compile(
    r"(?=[A-Z\d -]{0,6}\d)(?=[A-Z\d -]{0,8}[A-Z])(?:[A-Z]{1,4}|\d{1,4})(?:[ -]?(?:[A-Z]{1,4}|\d{1,4})){1,3}(?![\w-])"
)
_BEHIND_PLATE = re.compile(r"[ (\[\-]{0,3}(?:[^\W\d_]{1,14} ){0,2}")  # `NKD 7714 (Ohio tags)`
_BEFORE_WORD = 30  # characters before a word for a plate in which one may stand
_AFTER_VEHICLE = re.compile(
    r" (?:is |on |ist |est |es )?(?:(\d{3} ?(?!USD|EUR|GBP|PLN|CZK|HUF|SEK|NOK|DKK|RON|CHF|TRY|UAH|RUB|KZT|RSD|KWH)"
    r"[A-Z]{3})|([A-Z]{3}[ -]\d{3,4}))(?![\w-])"
)
_LETTERS_FIRST = frozenset(
    ("SE", "FI", "LT", "HU", "CO", "PK", "MY", "PH", "AR", "PE", "EC", "TW", "KE", "NG")
)  # where plates are like `ABC 123`
_GULF = re.compile(
    r"(?:Dubai|Abu ?Dhabi|Sharjah|Ajman|Ras Al Khaimah|RAK|"
    r"Fujairah|Umm Al Quwain|UAQ|DXB|AUH|SHJ|Doha|Qatar|Kuwait|Bahrain)"
    r"[ :]{1,2}(?:[A-Z]{1,2} ?|\d{1,2} ?[/-] ?)?(\d{3,6})(?![\w-])"
)
_DIGITS_ALONE = re.compile(r"(?:\d{1,2} ?[-/] ?)?\d{4,6}(?![\w.,/-]*\d)")
_OF_DIGITS = frozenset(("AE", "QA", "KW", "BH", "OM"))
_LETTER = re.compile(r"[^\W\d_]")
_GROUPS = re.compile(r"\d{1,3}[ \-]\d{2,3}[ \-]\d{2,3}")  # Israel has plates of digits alone
_PLATE_SIGNS = range(4, 11)
_NOT_PLATES = re.compile(r"(?:19|20)\d{2}|\d+ ?(?:cm|mm|kg|km|pm|am|x|pcs|eur|usd)\b.*", re.IGNORECASE)

_NAME = re.compile(
    r"(?<![A-Za-z0-9_@.\-/])(?:@[A-Za-z0-9_][\w.\-]{1,31}|[A-Za-z](?:[\w.\-]{2,31})(?:[:#][A-Za-z\d][\w.\-]{1,31})?|\d{5,12})"
    r"(?![@\w])",
    re.ASCII,
)
_AT_NAME = re.compile(r"(?<![\w.@/+-])@(?=[\d.]{0,3}[A-Za-z_])\w(?:[\w.]{1,29}\w)(?![\w@-]|\.\w)", re.ASCII)
_NAME_BEHIND = 24  # characters between a name with @ and the messenger's
_VERSION = re.compile(r"v?\d+(?:\.\d+)+", re.IGNORECASE)
_OWN_SIGNS = re.compile(r"@|\w_|#\d{4}$|[a-z]\d|\d[a-z]|[a-z]\.[a-z]", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[\"'”」)]?[ ]?(?:[,.;!?\n)，。、；]|$|[^\x00-\x7f])")
_NAME_AHEAD = 36  # characters after the word within which the name begins
_HOSTS = re.compile(r".*\.(?:com|net|org|io|me|ru|cn|de|pdf|png|jpe?g|html?)", re.IGNORECASE)


def expiries(reading: Reading, cards: Sequence[Found]) -> Iterator[Found]:
    """Expiry dates of cards, with the check digits behind them: right after a card, or beside a word for expiry."""
    plain = reading.plain
    for card in cards:
        gap = _AFTER_CARD.match(plain, card.end)
        place = gap.end() if gap is not None else card.end
        match = _EXPIRY.match(plain, place)
        if match is not None and not match[0].isdigit():
            yield Found(Kind.SECRET, *match.span(), 85)
        code = reading.rules.telling.check_digits.match(reading.low, card.end)
        if code is not None:
            yield Found(Kind.SECRET, *code.span(1), 85)
    for label in reading.labels:
        if Role.EXPIRY not in label.roles:
            continue
        match = _EXPIRY.search(plain, label.end, label.end + _EXPIRY_NEAR + 9)
        if match is None or match.start() - label.end > _EXPIRY_NEAR:
            continue
        if any(0 <= label.start - card.end <= _CARD_NEAR for card in cards) or any(
            Role.CARD in other.roles and -_CARD_NEAR <= other.end - label.start <= 0
            for other in reading.labels
        ):
            yield Found(Kind.SECRET, *match.span(), 85)


def plates(reading: Reading) -> Iterator[Found]:
    """Vehicle plates right behind a word for one."""
    for label in reading.labels:
        if Role.PLATE not in label.roles:
            continue
        said = reading.rules.telling.plate.match(reading.low, label.end)
        if said is None:
            continue
        gulf = _GULF.match(reading.plain, said.end())
        if gulf is None and not _OF_DIGITS.isdisjoint(reading.regions):
            gulf = _DIGITS_ALONE.match(reading.plain, said.end())
        if gulf is not None:
            yield Found(Kind.PLATE, *gulf.span(), 62, sure=False)
            continue
        for place in range(said.end(), label.end - 1, -1):
            match = (
                _PLATE.match(reading.plain, place)
                if place == label.end or _is_start(reading.plain, place)
                else None
            )
            if match is not None and _is_plate(match[0]):
                yield Found(Kind.PLATE, *match.span(), 76, sure=False)
                break
        else:
            match = _PLATE.search(reading.plain, label.end, label.end + 28)
            if (
                match is not None
                and _is_start(reading.plain, match.start())
                and _is_plate(match[0])
                and ("\n" not in reading.plain[label.end : match.start()])
            ):
                yield Found(Kind.PLATE, *match.span(), 62, sure=False)
            else:
                yield from _plate_before(reading, label)


def _plate_before(reading: Reading, label: Label) -> Iterator[Found]:
    """The plate that ends right before a word for one."""
    for match in _WEAK_PLATE.finditer(reading.plain, max(0, label.start - _BEFORE_WORD), label.start):
        gap = _BEHIND_PLATE.match(reading.plain, match.end(), label.start)
        if (
            gap is not None
            and gap.end() == label.start
            and _is_start(reading.plain, match.start())
            and _is_plate(match[0])
            and reading.beside(match.start(), match.end()).other < 3
        ):
            yield Found(Kind.PLATE, *match.span(), 61, sure=False)


def vehicles(reading: Reading) -> Iterator[Found]:
    """Plates by their own form: some anywhere, others in a text about a vehicle, or behind `reg is` in one."""
    plain = reading.plain
    about = [label for label in reading.labels if Role.VEHICLE in label.roles]
    forms = [] if reading.low.isascii() else [_OWN_FORM]
    if "JP" in reading.regions:
        forms.append(_JAPAN)
    for form in [*forms, _NEAR_VEHICLES] if about else forms:
        for match in form.finditer(plain):
            inside = reading.labels_from(match.start())[:1]  # `RO 55208` is a repair order
            named = any(Role.OTHER in label.roles and label.end <= match.end() for label in inside)
            if not named and not reading.beside(*match.span()).other:
                yield Found(Kind.PLATE, *match.span(), 61, sure=False)
    for match in _INDIA.finditer(plain):
        if (
            _STATES.match(match[0])
            and _is_start(plain, match.start())
            and not reading.beside(*match.span()).other
        ):
            yield Found(Kind.PLATE, *match.span(), 61, sure=False)
    for label in about:
        behind = _AFTER_VEHICLE.match(plain, label.end)
        if behind is not None and (behind[1] or not _LETTERS_FIRST.isdisjoint(reading.regions)):
            yield Found(Kind.PLATE, *behind.span(behind.lastindex or 0), 60, sure=False)
    if len(about) > 1:
        for label in about:
            said = _WEAK.match(plain, label.end)
            plate = _WEAK_PLATE.match(plain, said.end()) if said is not None else None
            if plate is not None and _is_plate(plate[0]):
                yield Found(Kind.PLATE, *plate.span(), 61, sure=False)


def _is_start(plain: str, place: int) -> bool:
    return place == 0 or not (
        plain[place - 1].isalnum() and plain[place - 1].isascii() and plain[place : place + 1].isascii()
    )


def _is_plate(text: str) -> bool:
    signs = sum(sign.isalnum() for sign in text)
    return (
        signs in _PLATE_SIGNS
        and any(sign.isdigit() for sign in text)
        and (_LETTER.search(text) is not None or _GROUPS.fullmatch(text) is not None)
        and not _NOT_PLATES.fullmatch(text)
    )


def handles(reading: Reading) -> Iterator[Found]:
    """Names in messengers behind the messenger's: such as have signs of their own, or that are plainly told."""
    told = [label for label in reading.labels if Role.HANDLE in label.roles]
    if told and "@" in reading.plain:
        for match in _AT_NAME.finditer(reading.plain):
            if any(
                max(label.start - match.end(), match.start() - label.end) <= _NAME_BEHIND for label in told
            ):
                yield Found(Kind.HANDLE, *match.span(), 64, sure=False)
    if "@" in reading.plain:
        for match in _UPI.finditer(reading.plain):
            yield Found(Kind.HANDLE, *match.span(), 64)
    for place, label in enumerate(reading.labels):
        if Role.HANDLE in label.roles:
            found = _handle(reading, label, reading.labels[place + 1 :])
            if found is not None:
                yield Found(Kind.HANDLE, *found, 64, sure=False)


_UPI = re.compile(  # India
    r"(?<![\w.@-])[A-Za-z\d][\w.-]{1,40}@(?:ok(?:axis|sbi|icici|hdfcbank)|ybl|ibl|axl|upi|paytm|ptyes|ptsbi|pthdfc|apl|yapl|"
    r"sbi|hdfcbank|icici|axisbank|kotak|barodampay|jio|freecharge|fbl)(?![\w.@-])"
)


def _handle(reading: Reading, label: Label, following: Sequence[Label]) -> tuple[int, int] | None:
    plain = reading.plain
    end = min(len(plain), label.end + _NAME_AHEAD)
    for other in following:
        whole = (
            plain[other.end : other.end + 1] not in ("_", ".", "-")
            or not plain[other.end + 1 : other.end + 2].isalnum()
        )
        if other.start >= label.end and whole and not other.roles & {Role.HANDLE, Role.ID}:
            end = min(end, other.start)
            break
    for match in _NAME.finditer(plain, label.end, min(len(plain), end + 32)):
        if match.start() >= end or "\n" in plain[label.end : match.start()].strip(" :：\n"):
            return None
        name = match[0].rstrip(".-")
        if len(name) < 3 or _HOSTS.fullmatch(name) or _VERSION.fullmatch(name):
            continue
        own = bool(_OWN_SIGNS.search(name)) and not (name[0].isdigit() and not name.isdigit())
        told = reading.rules.telling.named.search(reading.low, label.start, match.start()) is not None or (
            name.isdigit() and not _LETTER.search(plain, label.end, match.start())
        )
        if own or (
            told
            and (name.isdigit() or (len(name) > 3 and _CLAUSE_END.match(plain, match.start() + len(name))))
        ):
            return match.start(), match.start() + len(name)
    return None
