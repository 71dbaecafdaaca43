"""The tables of the settings that the user names: keys by command, and views by name. What is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from agent_tui.domain.filters import BadCondition, parse_conditions
from agent_tui.domain.messages import N_
from agent_tui.domain.text import is_safe
from agent_tui.i18n import _

KEYS_ALLOWED = N_("a list of keys, such as “r”, “ctrl+r” or “f5”")


class OwnView(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A view of the user's own: `[views.NAME]`."""

    where: tuple[str, ...]
    title: str = ""  # empty: the view's name


def wrong_keys(table: dict[str, object]) -> Iterator[tuple[str, str]]:
    """What is wrong with `[keys]`: the name of a key, and why."""
    for command, keys in table.items():
        if not _are_texts(keys):
            name = f"keys.{command}"
            yield name, _("{key} must be {allowed}").format(key=name, allowed=_(KEYS_ALLOWED))


def wrong_views(table: dict[str, object]) -> Iterator[tuple[str, str]]:
    """What is wrong with `[views.NAME]`: the name of a key, and why."""
    for view, content in table.items():
        name = f"views.{view}"
        if not re.fullmatch(r"[\w-]{1,40}", view):
            yield name, _("a view's name is made of letters, digits, “-” and “_”")
        elif not isinstance(content, dict):
            yield name, _("{key} must be a table").format(key=name)
        else:
            yield from _wrong_view(name, content)


def _wrong_view(name: str, content: dict[str, object]) -> Iterator[tuple[str, str]]:
    for field in content:
        if field not in OwnView.__struct_fields__:
            yield f"{name}.{field}", unknown(field, OwnView.__struct_fields__)
    title, where = content.get("title", ""), content.get("where")
    if not isinstance(title, str) or not is_safe(title) or "\n" in title:
        yield (
            f"{name}.title",
            _("{key} must be {allowed}").format(key="title", allowed=_("a text of one line")),
        )
    if not isinstance(where, list) or not where or not _are_texts(where):
        allowed = _("a list of conditions, such as “level>=3”, “market=JP” or “tags has vip”")
        place = f"{name}.where" if "where" in content else name
        yield place, _("{key} must be {allowed}").format(key="where", allowed=allowed)
        return
    try:
        parse_conditions(tuple(where))
    except BadCondition as error:
        yield f"{name}.where", _(error.why.text).format(**error.why.details)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and is_safe(each) for each in value)


def unknown(name: str, known: tuple[str, ...]) -> str:
    """Say that there is no setting `name`, and which one was meant."""
    nearest = close_to(name, known)
    if nearest:
        return _("there is no setting {key}; did you mean {nearest}?").format(key=name, nearest=nearest[0])
    return _("there is no setting {key}; there are {known}").format(key=name, known=", ".join(sorted(known)))


def close_to(word: str, known: Iterable[str]) -> list[str]:
    """The known word that somebody meant, if any."""
    from difflib import get_close_matches  # only for mistakes

    return get_close_matches(word, known, 1, 0.6)
