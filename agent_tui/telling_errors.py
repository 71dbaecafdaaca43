"""Refusals and errors as sentences in the language in use: the same words on the screen and the command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Protocol

from agent_tui.desk.errors import BadField, MissingField, UnknownField
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.policy import Policy, UnknownWord
from agent_tui.domain.privacy_actions import ANYTHING
from agent_tui.domain.refusals import (
    ConsentFirst,
    FieldRequired,
    NeededHere,
    NotForYou,
    NotThisStage,
    NotYourRegion,
    NotYourRole,
    OutOfRange,
    PromiseRequired,
    Refusal,
    SummaryRequired,
)
from agent_tui.domain.text import safe
from agent_tui.domain.undo import NotUndoable
from agent_tui.i18n import _
from agent_tui.system_errors import reason_of
from agent_tui.wording import (
    action_title,
    field_title,
    name_of,
    recipient_name,
    region_name,
    role_name,
    stage_name,
)
from agent_tui.wording_privacy import KIND

Named = Callable[[str], str]
"""How a field is called, by its id."""

_ABOUT_ACTIONS = (MissingField, UnknownField, FieldRequired, NotUndoable)
_ABOUT_FIELDS: dict[type, str] = {
    BadField: "field",
    MissingField: "field",
    FieldRequired: "field",
    NeededHere: "field",
    PromiseRequired: "missing",
    SummaryRequired: "missing",
}
"""The errors that tell of fields, and the detail that holds their ids."""


def _part_name(word: str, policy: Policy) -> str:
    """A section of the quality card, or a field."""
    section = policy.casework.card.get(word)
    return safe(name_of(section.name)) if section else field_title(word)


_ABOUT_POLICY: dict[type, dict[str, Callable[[str, Policy], str]]] = {
    NotThisStage: {"now": stage_name},
    NotYourRole: {"roles": role_name, "yours": role_name},
    NotYourRegion: {"region": region_name},
    NotForYou: {"to": recipient_name},
    OutOfRange: {"field": _part_name},
}
"""The errors that tell of words of the policy, and how each detail that holds their ids is told."""

_BY_TEXT: dict[str, type] = {
    each.text: each
    for each in (*_ABOUT_ACTIONS, *_ABOUT_FIELDS, *_ABOUT_POLICY, ConsentFirst)
    if issubclass(each, Refusal)
}
"""The refusals among them by their sentences: of one that was kept nothing else is left."""


class _Where:
    """Whose time and whose names sentences are told in; like the language, one for the process."""

    zone: tzinfo | None = None  # None: that of the machine
    policy: Policy | None = None  # None: its words are told by their ids


def use_zone(zone: tzinfo) -> None:
    """Tell moments in this zone from now on."""
    _Where.zone = zone


def use_policy(policy: Policy) -> None:
    """Call stages, roles, regions and shifts as this policy does from now on."""
    _Where.policy = policy


class Telling(Protocol):
    """An error that keeps its English sentence apart from what fills it."""

    @property
    def text(self) -> str: ...
    @property
    def details(self) -> Mapping[str, object]: ...


def sentence(error: Telling, named: Named = field_title) -> str:
    """What happened and what can be done, safe for a terminal; a refusal names its rule."""
    told = filled(error.text, {**error.details, **_names(type(error), error.details, named)})
    return f"{told} ({error.rule})" if isinstance(error, Refusal) and error.rule else told


def told(message: Told) -> str:
    """A sentence that was kept, such as what was broken in a mail, in the language in use and safe for a terminal."""
    kind = _BY_TEXT.get(message.text)
    names = {} if kind is None else _names(kind, message.details, field_title)
    return filled(message.text, {**message.details, **names})


def refused(error: OSError) -> str:
    """Why the operating system refused something, in the language in use and safe for a terminal."""
    return told(reason_of(error))


def filled(text: str, details: Mapping[str, object]) -> str:
    """A template in the language in use, with its details, safe for a terminal."""
    return _(text).format(**{name: _plain(value) for name, value in details.items()})


def kinds_named(kinds: Iterable[str]) -> str:
    """Kinds of personal data as people call them; one that is none keeps its word."""
    names = {each.value: name for each, name in KIND.items()} | {ANYTHING: N_("everything")}
    return _(", ").join(_(names[each]) if each in names else safe(each) for each in kinds)


def template(text: str) -> str:
    """A sentence in the language in use with a sign for each of its details, which are not known."""
    return re.sub(r"\{[^{}]*\}", "…", _(text))


def _names(kind: type, details: Mapping[str, object], named: Named) -> dict[str, str]:
    """The details that are ids of actions and fields, as people call them."""
    names: dict[str, str] = {}
    if issubclass(kind, _ABOUT_ACTIONS):
        names["action"] = action_title(str(details["action"]))
    if issubclass(kind, UnknownWord):
        names["what"] = field_title(str(details["what"]))
    if issubclass(kind, ConsentFirst):
        names["kinds"] = kinds_named(str(details["kinds"]).split(", "))
    if (policy := _Where.policy) is not None:
        for which, name in _ABOUT_POLICY.get(kind, {}).items():
            words = str(details[which]).split(", ")
            names[which] = _(", ").join(name(word, policy) for word in words)
    if (detail := _ABOUT_FIELDS.get(kind)) is not None:
        names[detail] = _(", ").join(
            " / ".join(map(named, each.split(" / "))) for each in str(details[detail]).split(", ")
        )
    return names


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.astimezone(_Where.zone):%Y-%m-%d %H:%M}"
    if isinstance(value, Told):
        return told(value)
    return value if isinstance(value, int) else safe(str(value))
