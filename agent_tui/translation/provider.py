"""What a translation service must be able to do, and how a text goes there and comes back.

Personal data does not leave the machine: it is cut out before and put back after (POLICY T5). What comes back was made
by a machine, and stays marked as such until a person has read it (POLICY E6).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Protocol

import msgspec

from agent_tui.domain.messages import N_, Told, told

Find = Callable[[str], Iterable[tuple[int, int]]]
"""Where in a text personal data stands: from and to, in order, not overlapping."""

LONGEST = 20_000
"""Characters of one text that are sent: a service charges by them."""

_CUT = re.compile(r'<x id="(\d+)"\s*(?:/>|>\s*</x>)')


class TranslationError(Exception):
    """A text that could not be translated; nothing of it was changed."""

    text: ClassVar[str] = N_("The translation service could not be used: {reason}")

    def __init__(self, **details: str | Told) -> None:
        self.details = details
        super().__init__(self.text.format(**details))

    @property
    def told(self) -> Told:
        """The sentence to keep and to translate."""
        return told(self.text, self.details)


class NoProvider(TranslationError):
    text = N_(
        "No translation service is set up. Install `agent-tui[deepl]` and put its key into {variable}; until then a "
        "colleague has to translate."
    )


class NotThisLanguage(TranslationError):
    text = N_("{provider} does not translate into {language}.")


class Refused(TranslationError):
    text = N_("{provider} refused the key in {variable}.")


class UsedUp(TranslationError):
    text = N_("The company's allowance at {provider} is used up.")


class Garbled(TranslationError):
    text = N_("{provider} lost a place where personal data belongs. Translate that part by hand.")


class TooLong(TranslationError):
    text = N_("The text is longer than {most} characters. Translate a part of it.")


class Answer(msgspec.Struct, frozen=True):
    """What a service made of a text, and which language it took that for (BCP 47)."""

    text: str
    source: str


class Provider(Protocol):
    """A translation service. Text goes out as XML whose `x` elements it has to leave as they are."""

    @property
    def name(self) -> str:
        """The service's own name, as people know it."""
        ...

    def translate(self, xml: str, target: str, source: str = "") -> Answer:
        """Translate into `target`; both languages are BCP 47, an unknown source is "". Raises TranslationError."""
        ...


class Translated(msgspec.Struct, frozen=True):
    """A text that a machine translated."""

    text: str
    source: str  # BCP 47
    target: str  # BCP 47
    by: str  # the service
    masked: int  # how many pieces of personal data were kept back


def translate(provider: Provider, text: str, target: str, source: str, find: Find) -> Translated:
    """Translate a text without the personal data in it, which comes back where it was.

    Raises TranslationError; then nothing may be shown as a translation.
    """
    if len(text) > LONGEST:
        raise TooLong(most=str(LONGEST))
    cut, kept = cut_out(text, find)
    answer = provider.translate(cut, target, source)
    whole = put_back(answer.text, kept)
    if whole is None:
        raise Garbled(provider=provider.name)
    return Translated(whole, answer.source or source, target, provider.name, len(kept))


def cut_out(text: str, find: Find) -> tuple[str, tuple[str, ...]]:
    """The text as XML with an empty element in place of each piece of personal data, and the pieces."""
    parts: list[str] = []
    kept: list[str] = []
    place = 0
    for start, end in find(text):
        parts.append(html.escape(text[place:start], quote=False))
        parts.append(f'<x id="{len(kept)}"/>')
        kept.append(text[start:end])
        place = end
    parts.append(html.escape(text[place:], quote=False))
    return "".join(parts), tuple(kept)


def put_back(xml: str, kept: Sequence[str]) -> str | None:
    """The text with the pieces where their elements are; None if one is missing, there twice, or unknown."""
    pieces = _CUT.split(xml)
    numbers = [int(each) for each in pieces[1::2]]
    if sorted(numbers) != list(range(len(kept))):
        return None
    plain = [html.unescape(each) for each in pieces[::2]]
    found = [kept[number] for number in numbers]
    return "".join(one + other for one, other in zip(plain, (*found, ""), strict=True))
