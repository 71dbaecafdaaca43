"""Phrases at the desk: which ones fit now, filled with the ticket's facts, and what the team uses (POLICY T1, T3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from agent_tui.desk.errors import DeskError
from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_
from agent_tui.domain.ticket import MessageKind, Ticket
from agent_tui.guidance.phrasebook import Filled, Value, filled, gaps_in
from agent_tui.guidance.recommending import Proposal, Uses, kind_of, recommend
from agent_tui.guidance.situation import situation
from agent_tui.guidance.wishes import reply_language
from agent_tui.packs.phrases import Form, Phrase, Register

if TYPE_CHECKING:
    from agent_tui.desk.core import Case, Desk

_TABLE = "phrase_uses"
_READ = 4_000  # characters of the customer's words
_FALLBACK = "en"


class NoSuchPhrase(DeskError):
    text = N_("The phrase book has no phrase {phrase} in {language}.")


def language_of(ticket: Ticket) -> str:
    """The language to answer in (BCP 47): what the customer wishes, of their market's script where there are two."""
    language = reply_language(ticket.customer) or _FALLBACK
    if language == "zh" and ticket.customer.market in ("TW", "HK", "MO"):
        return "zh-Hant"
    return language


def proposals(
    desk: Desk, case: Case, now: datetime, *, outcome: str = "solves", typed: str = "", limit: int = 3
) -> tuple[Proposal, ...]:
    """The phrases that fit best, with their reasons. Raises PackError when a shipped pack is bad."""
    ticket = case.ticket
    here = situation(ticket, desk.policy, now, outcome)
    pack = desk.guidance.culture.market(here.market)
    return recommend(
        _asked(case),
        here,
        language_of(ticket),
        desk.guidance.books,
        uses(desk),
        limit,
        typed=typed,
        register=Register(pack.register) if pack is not None else None,
    )


def _asked(case: Case) -> str:
    """What the customer wrote since anybody answered, the newest last; with it what the ticket is about."""
    words: list[str] = []
    for message in reversed(case.ticket.messages):
        if message.kind is MessageKind.REPLY and words:
            break
        if message.kind is MessageKind.CUSTOMER:
            words.append(case.texts.get(message.id) or "")
    return "\n".join([case.ticket.subject, *reversed(words)])[-_READ:]


def ready(desk: Desk, ticket: Ticket, phrase: Phrase, now: datetime) -> Filled:
    """A phrase for the composer, with what the ticket tells in it; the rest is left as gaps.

    Dates and names are written as in the customer's language, or in the phrase's where that is another one.
    """
    guidance = desk.guidance
    language, market = language_of(ticket), ticket.customer.market
    if language.partition("-")[0] != phrase.language.partition("-")[0]:
        language = phrase.language
    address = guidance.address(ticket.customer, language)
    local = guidance.local(ticket.customer, now)
    locale = f"{language}-{market}" if market and not phrase.language.startswith("pt-") else language
    return filled(
        phrase,
        _values(desk, ticket, now, language),
        locale,
        local.zone if local is not None else desk.zone,
        lambda name: address.address or name,
    )


def _values(desk: Desk, ticket: Ticket, now: datetime, language: str) -> Mapping[str, Value]:
    complaint = ticket.complaint
    steps = [step.due for step in ticket.steps if step.ended is None and step.due is not None]
    values: dict[str, Value | None] = {
        "customer.name": ticket.customer.name,
        "agent": desk.agent,
        "product": ticket.product,
        "deadline": min(steps, default=ticket.deadline),
        "plan": complaint.plan if complaint is not None else None,
        "result": ticket.resolution.result if ticket.resolution is not None else None,
        "festival": desk.guidance.greeted_festival(ticket.customer, now, language),
    }
    return {name: value for name, value in values.items() if value}


def find(desk: Desk, ticket: Ticket, phrase: str) -> Phrase:
    """A phrase of the customer's language by its id. Raises NoSuchPhrase."""
    language = language_of(ticket)
    known = {each.id: each for each in desk.guidance.books.book(language).phrases}
    if phrase not in known:
        raise NoSuchPhrase(phrase=phrase, language=language)
    return known[phrase]


def has_gaps(text: str) -> bool:
    """Whether a text holds a placeholder that nobody has filled in."""
    return bool(gaps_in(text))


# What the team uses


class _Use(msgspec.Struct, frozen=True):
    kind: str
    phrase: str
    count: int


def uses(desk: Desk) -> Uses:
    """How often each phrase went out, by the kind of situation."""
    found = [msgspec.convert(dict(each), _Use) for each in desk.repository.database.table(_TABLE)]
    return {(each.kind, each.phrase): each.count for each in found}


def count(desk: Desk, reply: do.Reply, before: Ticket) -> None:
    """Count the phrases of a reply, inside its transaction."""
    table = desk.repository.database.table(_TABLE)
    outcome = str(reply.outcome.__struct_config__.tag)
    kind = kind_of(situation(before, desk.policy, reply.at, outcome))
    for phrase in dict.fromkeys(reply.phrases):
        known = next((each for each in table if each["kind"] == kind and each["phrase"] == phrase), None)
        if known is None:
            table.insert(msgspec.to_builtins(_Use(kind, phrase, 1)))
        else:
            table.update({"count": known["count"] + 1}, doc_ids=[known.doc_id])


__all__ = [
    "Filled",
    "Form",
    "NoSuchPhrase",
    "Phrase",
    "Proposal",
    "count",
    "find",
    "has_gaps",
    "language_of",
    "proposals",
    "ready",
    "uses",
]
