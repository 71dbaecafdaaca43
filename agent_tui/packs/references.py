"""Placeholders for values of the company's policy, `{channel:chat.limit}`, as the texts of question banks have them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from agent_tui.domain.casework_rules import Names

LOCAL = ("because",)
"""Placeholders that a question of a level fills itself."""
FIELDS: dict[str, tuple[str, ...]] = {
    "channel": ("name", "limit"),
    "level": ("name", "leader", "limit", "progress"),
    "stage": ("name", "owner", "limit", "days"),
    "department": ("name", "limit"),
    "role": ("name",),
    "type": ("name", "limit"),
    "legal": ("law", "limit", "days"),
    "likeness": ("within", "least"),
    "region": ("name",),
    "card": ("name", "points"),
    "retraining": ("least", "quarters"),
    "key": ("keys",),
}
"""What a placeholder can ask for: `{family:id.field}`."""
CONDITIONS: dict[str, tuple[str, ...]] = {
    "clock": ("waiting", "snoozed", "resolved"),
    "stage": ("from_taking",),
    "role": ("support",),
    "proposal": ("forced",),
    "demand": (),
    "leader": (),
}
"""What a question can depend on: `clock:resolution.waiting` holds where that status pauses that clock. `demand` takes
any market (`demand:apologise.JP`) and `leader` any role (`leader:2.agent`)."""
CULTURE = "culture"
"""`{culture:JP.apology}` is a sentence of a market's handbook: its field is the name of the entry."""

_REFERENCE = re.compile(r"(\w+):(\w+)\.(\w+)")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Reference(msgspec.Struct, frozen=True):
    """A value of the policy that a text asks for."""

    family: str
    id: str
    field: str


def references(names: Names) -> Iterator[Reference]:
    """The values of the policy that a text asks for."""
    for text in names.values():
        for found in _PLACEHOLDER.findall(text):
            if found not in LOCAL:
                yield reference(found)


def reference(text: str) -> Reference:
    """What `family:id.field` asks for. Raises ValueError."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} asks for no value; write {{channel:chat.limit}}")
    family, id_, field = match.groups()
    if family == CULTURE:
        if not re.fullmatch("[A-Z]{2}", id_):
            raise ValueError(f"{id_!r} is no market; write two capital letters, such as JP")
        return Reference(family, id_, field)
    if family not in FIELDS:
        raise ValueError(f"there is no {family!r} to ask for; there are: {', '.join((*FIELDS, CULTURE))}")
    if field not in FIELDS[family]:
        raise ValueError(f"a {family} has no {field!r}; it has: {', '.join(FIELDS[family])}")
    return Reference(family, id_, field)


def check(names: Names, local: tuple[str, ...] = ()) -> None:
    """Raise ValueError for a text whose placeholders ask for nothing there is, or differ from language to language."""
    found = {language: sorted(_PLACEHOLDER.findall(text)) for language, text in names.items()}
    for language, asked in found.items():
        bare = _PLACEHOLDER.sub("", names[language])
        if "{" in bare or "}" in bare:
            raise ValueError(f"a brace stands alone in {language}")
        for text in asked:
            if text not in local:
                reference(text)
    if found["en"] != found["zh_CN"]:
        raise ValueError("the two languages ask for different values")


class Condition(msgspec.Struct, frozen=True):
    """What must hold, or with `!` before it must not, for a question to be true under a policy."""

    asked: Reference
    holds: bool = True


def condition(text: str) -> Condition:
    """What `family:id.field` or `!family:id.field` depends on. Raises ValueError."""
    match = _REFERENCE.fullmatch(text.removeprefix("!"))
    if match is None:
        raise ValueError(f"{text!r} is no condition; write stage:report.from_taking")
    family, id_, field = match.groups()
    if family not in CONDITIONS:
        raise ValueError(f"nothing depends on a {family!r}; there are: {', '.join(CONDITIONS)}")
    if CONDITIONS[family] and field not in CONDITIONS[family]:
        raise ValueError(f"a {family} has no {field!r}; it has: {', '.join(CONDITIONS[family])}")
    return Condition(Reference(family, id_, field), not text.startswith("!"))
