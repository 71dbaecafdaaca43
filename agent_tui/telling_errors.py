"""Refusals and errors as sentences in the language in use: the same words on the screen and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Protocol

from agent_tui.domain.messages import Told
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.text import safe
from agent_tui.i18n import _


class _Where:
    """Whose time sentences are told in; like the language, one for the process."""

    zone: tzinfo | None = None  # None: that of the machine


def use_zone(zone: tzinfo) -> None:
    """Tell moments in this zone from now on."""
    _Where.zone = zone


class Telling(Protocol):
    """An error that keeps its English sentence apart from what fills it."""

    @property
    def text(self) -> str: ...
    @property
    def details(self) -> Mapping[str, object]: ...


def sentence(error: Telling) -> str:
    """What happened and what can be done, safe for a terminal; a refusal names its rule."""
    filled = _filled(error.text, error.details)
    return f"{filled} ({error.rule})" if isinstance(error, Refusal) and error.rule else filled


def told(message: Told) -> str:
    """A sentence that was kept, such as what was broken in a mail, in the language in use and safe for a terminal."""
    return _filled(message.text, message.details)


def _filled(text: str, details: Mapping[str, object]) -> str:
    return _(text).format(**{name: _plain(value) for name, value in details.items()})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.astimezone(_Where.zone):%Y-%m-%d %H:%M}"
    if isinstance(value, Told):
        return told(value)
    return value if isinstance(value, int) else safe(str(value))
