"""Conditions as people write them for a view of their own: `level>=3`, `market=JP`, `tags has vip`, `due<$now+2h`."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum

from agent_tui.domain.durations import parse_duration
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.ticket import Status
from agent_tui.domain.views import LIVE, Condition, Is, Symbol


class Kind(StrEnum):
    """What a field of the queue holds."""

    NUMBER = "number"
    WORD = "word"
    FLAG = "flag"
    MOMENT = "moment"
    TAGS = "tags"


FIELDS: dict[str, Kind] = {
    "id": Kind.NUMBER,
    "level": Kind.NUMBER,
    "live": Kind.FLAG,
    "urgent": Kind.FLAG,
    "solved": Kind.FLAG,
    "status": Kind.WORD,
    "timer": Kind.WORD,
    "owner": Kind.WORD,
    "type": Kind.WORD,
    "channel": Kind.WORD,
    "customer": Kind.WORD,
    "market": Kind.WORD,
    "language": Kind.WORD,
    "subject": Kind.WORD,
    "step": Kind.WORD,
    "wakes": Kind.MOMENT,
    "due": Kind.MOMENT,
    "risk": Kind.MOMENT,
    "created": Kind.MOMENT,
    "changed": Kind.MOMENT,
    "tags": Kind.TAGS,
    "stage": Kind.WORD,
    "turn": Kind.WORD,
    "region": Kind.WORD,
    "product": Kind.WORD,
    "handed": Kind.WORD,
}
_ALSO = {"tag": "tags"}
_COMPARES: dict[Kind, tuple[Is, ...]] = {
    Kind.NUMBER: (Is.EQUAL, Is.NOT, Is.LESS, Is.MORE, Is.AT_MOST, Is.AT_LEAST),
    Kind.WORD: (Is.EQUAL, Is.NOT, Is.IN),
    Kind.FLAG: (Is.EQUAL,),
    Kind.MOMENT: (Is.EQUAL, Is.NOT, Is.LESS, Is.MORE, Is.AT_MOST, Is.AT_LEAST),
    Kind.TAGS: (Is.HAS,),
}
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}
_NONE = "none"
_SHAPE = re.compile(r"\s*([a-z]+)\s*(?:(>=|<=|!=|=|<|>)|\s(in|has)\s)\s*(.+?)\s*")
_MOMENT = re.compile(r"\$now(?:\s*([+-])\s*(.+))?")


class BadCondition(ValueError):
    """A condition that cannot be read; `why` says what is wrong with it."""

    def __init__(self, text: str, **details: str) -> None:
        self.why = Told(text, details)
        super().__init__(str(self.why))


def parse_condition(text: str) -> Condition:
    """Read one condition. Raises BadCondition."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise BadCondition(
            N_("“{value}” is no condition; write one like level>=3, market=JP or tags has vip"), value=text
        )
    name = _ALSO.get(shape[1], shape[1])
    if name not in FIELDS:
        raise _unknown(name)
    compare = Is(shape[2] or shape[3])
    kind = FIELDS[name]
    if compare not in _COMPARES[kind]:
        raise BadCondition(
            N_("{field} can't be compared with {sign}; it takes {known}"),
            field=name,
            sign=compare.value,
            known=" ".join(_COMPARES[kind]),
        )
    return Condition(name, compare, _value(name, kind, compare, shape[4]))


def parse_conditions(texts: tuple[str, ...]) -> tuple[Condition, ...]:
    """Read a view's conditions; unless they speak of it themselves, only tickets that are not finished are meant."""
    found = tuple(map(parse_condition, texts))
    return found if any(map(_is_about_finished, found)) else (LIVE, *found)


def _is_about_finished(condition: Condition) -> bool:
    if condition.field == "status":
        named = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        return condition.compare is Is.NOT or not {Status.RESOLVED.value, Status.MERGED.value}.isdisjoint(
            named
        )
    return condition.field in ("live", "solved")


def _unknown(name: str) -> BadCondition:
    from difflib import get_close_matches  # only for mistakes

    nearest = get_close_matches(name, FIELDS, 1, 0.6)
    if nearest:
        return BadCondition(
            N_("there is no field {field}; did you mean {nearest}?"), field=name, nearest=nearest[0]
        )
    return BadCondition(
        N_("there is no field {field}; there are {known}"), field=name, known=", ".join(FIELDS)
    )


def _value(
    name: str, kind: Kind, compare: Is, text: str
) -> str | int | bool | timedelta | tuple[str, ...] | None:
    if compare is Is.IN:
        return tuple(_word(name, part) for part in text.split(",") if part.strip())
    if text == _NONE and compare in (Is.EQUAL, Is.NOT) and kind is not Kind.FLAG:
        return None
    match kind:
        case Kind.NUMBER if text.isdecimal() and len(text) < 12:
            return int(text)
        case Kind.FLAG if text in _FLAGS:
            return _FLAGS[text]
        case Kind.MOMENT:
            return _moment(name, text)
        case Kind.WORD | Kind.TAGS:
            return _word(name, text)
    raise BadCondition(
        N_("{field} is compared with {kind}, not with “{value}”"), field=name, kind=_KINDS[kind], value=text
    )


_KINDS = {Kind.NUMBER: "1, 2, 3 …", Kind.FLAG: "yes, no", Kind.MOMENT: "$now, $now+2h, $now-1d"}


def _word(name: str, text: str) -> str:
    word = text.strip()
    if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'":
        word = word[1:-1]
    if word.startswith("$") and (word != Symbol.ME or name != "owner"):
        raise BadCondition(N_("{field} can't be compared with {value}"), field=name, value=word)
    if name == "status" and word not in list(Status):
        raise BadCondition(
            N_("there is no status {value}; there are {known}"), value=word, known=", ".join(Status)
        )
    return word


def _moment(name: str, text: str) -> timedelta | str:
    """How far from now."""
    shape = _MOMENT.fullmatch(text)
    if shape is not None:
        if shape[2] is None:
            return Symbol.NOW
        try:
            length = parse_duration(shape[2])
        except (ValueError, OverflowError):
            pass
        else:
            return length if shape[1] == "+" else -length
    raise BadCondition(
        N_("{field} is compared with {kind}, not with “{value}”"),
        field=name,
        kind=_KINDS[Kind.MOMENT],
        value=text,
    )
