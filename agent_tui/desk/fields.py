"""The fields of forms: what each takes, and how the typed words become values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from agent_tui.desk.errors import BadField
from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_, NotUnderstood, Told
from agent_tui.domain.moments import parse_moment

A = TypeVar("A", bound=do.Base)
E = TypeVar("E", bound=StrEnum)


class Header(msgspec.Struct, frozen=True):
    """What is the same for every action: its id, the ticket, the moment, the agent and the agent's time zone."""

    id: str
    ticket: int
    at: datetime
    by: str
    zone: str


class Field(msgspec.Struct, frozen=True):
    """One thing to fill in. `hint` tells what it takes; an empty `default` of a field not required leaves it out."""

    name: str
    hint: str
    required: bool = False
    default: str = ""
    title: str = ""  # in words; the name itself where empty
    rule: str = ""  # the policy rule that requires it
    choices: tuple[str, ...] = ()  # the only words it takes, if there are few


class Form(msgspec.Struct, frozen=True):
    """An action's fields; `main` is the one a longer text goes into."""

    action: str
    title: str
    fields: tuple[Field, ...]
    kind: type[do.Base]
    build: Callable[[Header, Mapping[str, str]], do.Action]
    main: str = ""


def make(kind: type[A], header: Header, **fields: object) -> A:
    """An action of that kind with the header's values; checked, since `fields` are not typed."""
    header_fields = {"id": header.id, "ticket": header.ticket, "at": header.at, "by": header.by}
    return msgspec.convert(header_fields | fields, kind)


def yes(field: str, text: str) -> bool:
    """Yes or no. Raises BadField."""
    word = text.strip().casefold()
    if word in ("yes", "y", "true", "1", "on", "是"):
        return True
    if word in ("no", "n", "false", "0", "off", "否", ""):
        return False
    raise BadField(field=field, reason=Told(N_("{text!r} is neither yes nor no"), {"text": text}))


def number(field: str, text: str) -> int:
    """A whole number, `#` allowed before it. Raises BadField."""
    try:
        return int(text.strip().lstrip("#"))
    except ValueError:
        raise BadField(field=field, reason=Told(N_("{text!r} is not a number"), {"text": text})) from None


def moment(field: str, text: str, header: Header) -> datetime:
    """A moment still to come, in the agent's zone. Raises BadField."""
    try:
        return parse_moment(text, header.at, header.zone)
    except NotUnderstood as error:
        raise BadField(field=field, reason=error.told) from None
    except (ValueError, OverflowError):
        raise BadField(
            field=field, reason=Told(N_("{text!r} is no day of the calendar"), {"text": text})
        ) from None


def word(field: str, text: str, words: type[E]) -> E:
    """One of the words of an enumeration, by its value. Raises BadField."""
    try:
        return words(text.strip().casefold().replace("-", "_").replace(" ", "_"))
    except ValueError:
        known = ", ".join(word.value for word in words)
        raise BadField(
            field=field, reason=Told(N_("{text!r} is none of: {known}"), {"text": text, "known": known})
        ) from None


def words_of(text: str) -> tuple[str, ...]:
    """Words with commas between them."""
    return tuple(word.strip() for word in text.replace("，", ",").split(",") if word.strip())


def check_market(field: str, text: str) -> str:
    """An ISO 3166-1 alpha-2 code. Raises BadField."""
    code = text.strip().upper()
    if not re.fullmatch("[A-Z]{2}", code):
        raise BadField(
            field=field, reason=Told(N_("{text!r} is not a country code such as JP"), {"text": text})
        )
    return code


def check_language(field: str, text: str) -> str:
    """A BCP 47 tag. Raises BadField."""
    tag = text.strip()
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
        raise BadField(
            field=field,
            reason=Told(N_("{text!r} is not a language tag such as ja or zh-Hant"), {"text": text}),
        )
    return tag


def check_zone(field: str, text: str) -> str:
    """An IANA time zone. Raises BadField."""
    try:
        return ZoneInfo(text.strip()).key
    except (KeyError, ValueError, OSError):
        raise BadField(
            field=field, reason=Told(N_("{text!r} is not a time zone such as Asia/Tokyo"), {"text": text})
        ) from None
