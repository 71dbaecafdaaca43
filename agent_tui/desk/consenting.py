"""What a recorded consent says that its form left out: the notice in the customer's language, scope and channel."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from agent_tui.domain import actions as do
from agent_tui.domain.consent import ConsentRule, Notice, PurposeRule, notice_for
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.privacy_actions import Scope
from agent_tui.domain.refusals import FieldRequired
from agent_tui.domain.retention import RetentionRule
from agent_tui.domain.ticket import ConsentAnswer, Customer, Ticket
from agent_tui.packs.loader import Problem
from agent_tui.packs.privacy_rules import load_privacy
from agent_tui.packs.retention import load_retention


class Rules(msgspec.Struct, frozen=True):
    """The packs of personal data, and what of the user's own had to be left out."""

    consents: ConsentRule
    notices: dict[str, Notice]
    retention: RetentionRule
    problems: tuple[Problem, ...] = ()


@lru_cache(maxsize=4)
def load(packs: Path | None) -> Rules:
    """The packs, read once. Raises PackError when a shipped file is bad."""
    problems: list[Problem] = []
    consents, notices = load_privacy(packs, problems)
    return Rules(consents, notices, load_retention(packs, problems), tuple(problems))


def purpose_of(rules: Rules, word: str) -> PurposeRule:
    """Raises UnknownWord."""
    if word not in rules.consents.purposes:
        raise UnknownWord(what="purpose", word=word, known=", ".join(rules.consents.purposes))
    return rules.consents.purposes[word]


def told(rules: Rules, customer: Customer, purpose: str, language: str = "") -> tuple[str, str] | None:
    """How to tell this customer about a purpose, and in which language; None where a person has to translate it.

    `language` (BCP 47) goes before the customer's own. Raises UnknownWord.
    """
    wanted = purpose_of(rules, purpose)
    template = notice_for(rules.notices, language or customer.language)
    if template is None:
        return None
    kept = rules.retention.periods[Scope.TICKETS].of(customer.market)
    return template.told(wanted, rules.consents.laws_of(customer.market), kept.days), template.language


def completed(rules: Rules, ticket: Ticket, action: do.Consent) -> do.Consent:
    """The action with what follows from the packs and the ticket. A withdrawal needs no notice.

    Raises UnknownWord for a purpose or kind of data that no pack has, FieldRequired when nobody says what was told.
    """
    purpose = purpose_of(rules, action.purpose)
    known = tuple(dict.fromkeys(kind for each in rules.consents.purposes.values() for kind in each.scope))
    for kind in action.scope:
        if kind not in known:
            raise UnknownWord(what="scope", word=kind, known=", ".join(known))
    text, language = action.text, action.language or ticket.customer.language or ""
    if not text.strip() and action.answer is not ConsentAnswer.WITHDRAWN:
        found = told(rules, ticket.customer, action.purpose, action.language)
        if found is None:
            raise FieldRequired("T5", action="consent", field="text")
        text, language = found
    return msgspec.structs.replace(
        action,
        scope=action.scope or purpose.scope,
        channel=action.channel or ticket.channel,
        language=language,
        text=text,
    )
