"""Actions as people read them: what the journal says of each, in the language in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from agent_tui.domain import actions as do
from agent_tui.domain.casework import AGENT, RevisitResult
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.telling_errors import kinds_named
from agent_tui.wording import (
    CHOICES,
    REVISIT,
    department_name,
    field_title,
    moment,
    name_of,
    recipient_name,
    role_name,
)

_OF_EVERY_ACTION = frozenset(do.Base.__struct_fields__)
_TITLES = {"from_owner": "from"}  # fields of actions that are called otherwise in forms


def account(action: do.Action, policy: Policy, zone: ZoneInfo) -> str:
    """What an action's own fields say, on one line: each by its name, a text of a message by itself."""
    role = _("as {role}").format(role=role_name(action.role, policy)) if action.role != AGENT else ""
    return " · ".join(filter(None, (role, *_Teller(policy, zone).parts(action))))


class _Teller:
    """Tells values by the words of a policy and in somebody's time."""

    def __init__(self, policy: Policy, zone: ZoneInfo) -> None:
        self._policy = policy
        self._zone = zone

    def parts(self, value: msgspec.Struct) -> Iterator[str]:
        """`field: value` for each field that holds something; what stands inside a field follows it."""
        for field in value.__struct_fields__:
            found = getattr(value, field)
            if field in _OF_EVERY_ACTION or found is None or found in ("", (), {}):
                continue
            if isinstance(found, do.Content):
                yield safe(found.text, limit=500)
            elif field == "text":
                yield safe(str(found), limit=500)
            elif isinstance(found, do.CustomerFacts):
                yield from self._facts(found)
            elif isinstance(found, do.Outcome):
                yield self._part(field, str(found.__struct_config__.tag))
                yield from self.parts(found)
            elif not isinstance(found, msgspec.Struct):
                yield self._part(field, found)

    def _facts(self, facts: do.CustomerFacts) -> Iterator[str]:
        """The facts that were set; one that was cleared, too."""
        for field in facts.__struct_fields__:
            if (found := getattr(facts, field)) is not msgspec.UNSET:
                yield self._part(field, found)

    def _part(self, field: str, value: object) -> str:
        title = field_title(_TITLES.get(field, field))
        return _("{field}: {reason}").format(field=title, reason=safe(self._told(field, value), limit=500))

    def _told(self, field: str, value: object) -> str:
        match field, value:
            case _, bool():
                return _("yes") if value else _("no")
            case _, datetime():
                return moment(value, self._zone)
            case "level", int() if value in self._policy.levels:
                return name_of(self._policy.levels[value].name)
            case "to", str() if value in self._policy.casework.roles:
                return role_name(value, self._policy)
            case "to", str():
                return recipient_name(value, self._policy)
            case "department", str():
                return department_name(value, self._policy)
            case "other" | "into", int():
                return f"#{value}"
            case "channel", str():
                known = self._policy.channels.get(value) or self._policy.former_channels.get(value)
                return name_of(known.name) if known else value
            case "type", str():
                return name_of(self._policy.type_of(value).name)
            case "result", RevisitResult():
                return _(REVISIT[value])
            case "departments", tuple():
                return _(", ").join(department_name(each, self._policy) for each in value)
            case "kinds", tuple():
                return kinds_named(map(str, value))
            case "points", Mapping():
                card = self._policy.casework.card
                names = {each: name_of(card[each].name) if each in card else each for each in value}
                return _(", ").join(f"{names[each]} {points}" for each, points in value.items())
            case _, str() if value in CHOICES.get(field, {}):
                return _(CHOICES[field][value])
            case _, tuple():
                return _(", ").join(map(str, value)) or "–"
            case _, Mapping():
                return _(", ").join(f"{name} {each}" for name, each in value.items())
            case _, None | "":
                return "–"
            case _:
                return str(value)
