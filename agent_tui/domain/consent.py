"""Consent (POLICY T5, T6): which purposes a customer has to be asked about, under which law, and what they answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from unicodedata import digit

import msgspec

from agent_tui.domain.casework_rules import Names
from agent_tui.domain.personal_data import Kind
from agent_tui.domain.ticket import ConsentAnswer, ConsentState, Customer


class Needs(StrEnum):
    """What has to come before personal data of a market's customers is recorded."""

    CONSENT = "consent"
    NOTICE = "notice"  # telling them is enough


class LawRule(msgspec.Struct, frozen=True):
    """A law on personal data, where it holds (ISO 3166-1 alpha-2), and what the company asks for there."""

    id: str
    name: Names  # by language tag; the languages of the faces are there always
    markets: tuple[str, ...]
    needs: Needs
    source: str

    def called(self, language: str) -> str:
        """Its name in a language (BCP 47), in English where it has none."""
        tags = (language, language.partition("-")[0], "zh_CN" if language == "zh-Hans" else "en", "en")
        return next(self.name[tag] for tag in tags if tag in self.name)


class PurposeRule(msgspec.Struct, frozen=True):
    """What personal data is wanted for, which kinds of it, and in which markets one asks (all, where empty)."""

    id: str
    name: Names
    scope: tuple[str, ...]
    required: bool
    markets: tuple[str, ...]
    source: str


class ConsentRule(msgspec.Struct, frozen=True):
    """Laws, purposes, and the reasons for which data is erased, each by its id.

    `asks` are the kinds of personal data before whose writing an agent is asked for consent.
    """

    laws: Mapping[str, LawRule]
    purposes: Mapping[str, PurposeRule]
    reasons: Mapping[str, Names] = {}
    asks: frozenset[Kind] = frozenset(Kind)

    def laws_of(self, market: str | None) -> tuple[LawRule, ...]:
        """The laws of a market; those without a market, where none has it."""
        own = tuple(law for law in self.laws.values() if market and market in law.markets)
        return own or tuple(law for law in self.laws.values() if not law.markets)

    def purposes_of(self, market: str | None) -> tuple[PurposeRule, ...]:
        """The purposes that customers of a market are asked about."""
        return tuple(
            each for each in self.purposes.values() if not each.markets or (market or "") in each.markets
        )


class Standing(msgspec.Struct, frozen=True):
    """Where a customer stands on one purpose; without `state` nobody asked yet."""

    purpose: PurposeRule
    state: ConsentState | None = None

    @property
    def given(self) -> bool:
        """Whether the customer agreed, and has not taken it back."""
        return self.state is not None and self.state.answer is ConsentAnswer.GIVEN


def newest(states: Iterable[ConsentState]) -> dict[str, ConsentState]:
    """The newest answer for each purpose; of two at one moment the later in order."""
    found: dict[str, ConsentState] = {}
    for state in states:
        known = found.get(state.purpose)
        if known is None or state.at >= known.at:
            found[state.purpose] = state
    return found


def standing(states: Iterable[ConsentState], market: str | None, rule: ConsentRule) -> tuple[Standing, ...]:
    """Where a customer of a market stands, purpose by purpose."""
    known = newest(states)
    return tuple(Standing(each, known.get(each.id)) for each in rule.purposes_of(market))


def needed(states: Sequence[ConsentState], market: str | None, rule: ConsentRule) -> tuple[str, ...]:
    """The required purposes without consent: while there are any, no personal data is recorded (POLICY T5).

    Where a notice is enough, only those that the customer refused or took back.
    """
    asks = any(law.needs is Needs.CONSENT for law in rule.laws_of(market))
    return tuple(
        each.purpose.id
        for each in standing(states, market, rule)
        if each.purpose.required and not each.given and (asks or each.state is not None)
    )


def unasked(
    kinds: Iterable[Kind], states: Sequence[ConsentState], market: str | None, rule: ConsentRule
) -> tuple[Kind, ...]:
    """Which of the kinds that an agent is about to write down nobody was asked about (POLICY T5)."""
    asked = tuple(kind for kind in dict.fromkeys(kinds) if kind in rule.asks)
    return asked if asked and needed(states, market, rule) else ()


def is_known(piece: str, customer: Customer) -> bool:
    """Whether an address or number is one that is recorded of the customer already, however it is written."""
    known = (*customer.emails, *customer.phones, *customer.handles)
    if piece.strip().casefold() in {each.strip().casefold() for each in known}:
        return True
    digits = _digits(piece)
    return len(digits) >= _TELLING and any(
        _digits(each).endswith(digits[-_TELLING:]) for each in customer.phones
    )


_TELLING = 7  # digits at the end of a telephone number by which it is known, with or without its country's


def _digits(text: str) -> str:
    return "".join(str(digit(sign)) for sign in text if sign.isdecimal())


class Notice(msgspec.Struct, frozen=True):
    """How a customer is told, in one language: the text with its fields, and the names that fill them."""

    language: str  # BCP 47
    text: str  # with {purpose}, {scope}, {law} and {days}
    purposes: Mapping[str, str]
    scopes: Mapping[str, str]
    comma: str = ", "

    def told(self, purpose: PurposeRule, laws: Sequence[LawRule], days: int) -> str:
        """The notice for one purpose; `days` is how long the data is kept at most."""
        return self.text.format(
            purpose=self.purposes[purpose.id],
            scope=self.comma.join(self.scopes[each] for each in purpose.scope),
            law=self.comma.join(law.called(self.language) for law in laws),
            days=days,
        )


def notice_for(notices: Mapping[str, Notice], language: str | None) -> Notice | None:
    """The notice in a customer's language or its nearest form; None where a person has to translate (POLICY E6)."""
    tag = _WRITTEN.get(language or "", language or "")
    while tag:
        if tag in notices:
            return notices[tag]
        tag = tag.rpartition("-")[0]
    main = (language or "").partition("-")[0].lower()
    return next((each for key, each in notices.items() if key.partition("-")[0] == main and main), None)


_WRITTEN = {
    **dict.fromkeys(("zh", "zh-CN", "zh-SG", "zh-MY", "zh-Hans-CN"), "zh-Hans"),
    **dict.fromkeys(("zh-TW", "zh-HK", "zh-MO", "zh-Hant-TW", "zh-Hant-HK"), "zh-Hant"),
}
"""Chinese by its script, where the tag names a place."""
