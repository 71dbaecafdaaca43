"""The language of the faces: which one, and its translations.

Catalogues are ordinary gettext files made by `.ci/catalogues`; reading them needs the standard library alone.
A language is found by its folder in `locale/`: a new one needs no line of code.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = [
    "AUTO",
    "SOURCE",
    "UnknownLanguageError",
    "_",
    "available",
    "format_locale",
    "language",
    "language_in",
    "ngettext",
    "pgettext",
    "use",
]

AUTO = "auto"
SOURCE = "en"  # the language of the texts in the code
DOMAIN = "agent_tui"
LOCALE_DIR = Path(__file__).parent / "locale"

_MESSAGE_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_FORMAT_VARIABLES = ("LC_ALL", "LC_TIME", "LANG")
# English without a place: day before month, by name, and 24 hours a day, so that nobody misreads a deadline.
_PLACELESS = {"en": "en_GB"}
_NAME = re.compile(r"([A-Za-z]{2,3})(?:[_-]([A-Za-z]{4}))?(?:[_-]([A-Za-z]{2}|\d{3}))?(?:[.@].*)?")


class UnknownLanguageError(ValueError):
    """Somebody asked for a language that has no catalogue. `name` is what was asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no catalogue for language {name!r}")
        self.name = name


class _Current:
    """The language in use: the one piece of state here, since every face speaks one language at a time."""

    language = SOURCE
    format_locale = "en_GB"
    catalogue = gettext.NullTranslations()


def available() -> tuple[str, ...]:
    """Return the languages that the faces speak, such as `en` and `zh_CN`."""
    found = {path.parent.parent.name for path in LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return tuple(sorted(found | {SOURCE}))


def match(name: str) -> str | None:
    """Return the available language nearest to `name` (`zh-SG` → `zh_CN`), or None."""
    if name.partition(".")[0] in ("C", "POSIX"):
        return SOURCE
    parts = _NAME.fullmatch(name)
    if parts is None:
        return None
    code, _script, region = parts.groups()
    code = code.lower()
    names = available()
    exact = f"{code}_{region.upper()}" if region else code
    if exact in names:
        return exact
    # Another region's catalogue is read with less effort than a foreign language.
    return next((other for other in names if other.partition("_")[0] == code), None)


def use(requested: str | None = None, *, setting: str = AUTO, environ: Mapping[str, str] = os.environ) -> str:
    """Switch this process to a language and return its name.

    `requested` (`--lang`) goes before `setting` (`language` in the settings), and that before the
    environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG). Raises `UnknownLanguageError` for a name that was
    asked for and is not there; a language of the environment that is not there becomes English.
    """
    asked = requested or setting
    if asked != AUTO:
        chosen = match(asked)
        if chosen is None:
            raise UnknownLanguageError(asked)
    else:
        chosen = _from_environment(environ)
    if chosen == SOURCE:
        _Current.catalogue = gettext.NullTranslations()  # the texts in the code as they are
    else:
        _Current.catalogue = gettext.translation(DOMAIN, LOCALE_DIR, [chosen])
    _Current.language = chosen
    _Current.format_locale = _regional(chosen, environ)
    _translate_argparse()
    return chosen


def language() -> str:
    """Return the language in use, such as `zh_CN`."""
    return _Current.language


def format_locale() -> str:
    """Return the CLDR locale for dates and numbers: the user's region, if it speaks the language in use."""
    return _Current.format_locale


def language_in(arguments: Sequence[str]) -> str | None:
    """Return what `--lang` says: help and errors need the language before arguments are parsed."""
    for index, argument in enumerate(arguments):
        if argument == "--":
            return None
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return None


def _(text: str) -> str:
    """Return `text` in the language in use."""
    # gettext answers an empty text with the catalogue's header.
    return _Current.catalogue.gettext(text) if text else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form for `number` things in the language in use."""
    return _Current.catalogue.ngettext(singular, plural, number)


def pgettext(context: str, text: str) -> str:
    """Return `text` in the language in use, as it is said in `context`."""
    return _Current.catalogue.pgettext(context, text)


def _from_environment(environ: Mapping[str, str]) -> str:
    for variable in _MESSAGE_VARIABLES:
        if value := environ.get(variable, ""):
            names = value.split(":") if variable == "LANGUAGE" else [value]
            matches = (match(name) for name in names)
            return next((found for found in matches if found), SOURCE)
    return SOURCE


def _regional(chosen: str, environ: Mapping[str, str]) -> str:
    for variable in _FORMAT_VARIABLES:
        if value := environ.get(variable, ""):
            parts = _NAME.fullmatch(value)
            if parts and parts[3] and parts[1].lower() == chosen.partition("_")[0]:
                return "_".join(part for part in (parts[1].lower(), parts[2], parts[3].upper()) if part)
            break
    return _PLACELESS.get(chosen, chosen)


def _translate_argparse() -> None:
    """Let argparse's own messages come from our catalogue.

    argparse asks gettext's default domain, whose language is the environment's alone; `--lang` and the
    settings would not reach it, and changing the environment would reach the editor and other children.
    """
    import argparse

    vars(argparse).update(_=_, ngettext=ngettext)
