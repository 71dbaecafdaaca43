"""Translation for the desk: the company's service, and what of a text stays here (POLICY E6, T5)."""

from __future__ import annotations

from agent_tui.desk.core import Case, Desk
from agent_tui.desk.phrasing import language_of
from agent_tui.domain.ticket import MessageKind, Ticket
from agent_tui.translation.provider import LONGEST, Provider, Translated, translate


def provider() -> Provider:
    """The service that is set up. Raises NoProvider."""
    from agent_tui.translation.deepl import from_environment

    return from_environment()


def to_agent(desk: Desk, case: Case, language: str) -> Translated:
    """The customer's newest message in the language of the interface. Raises TranslationError."""
    newest = next(
        (message for message in reversed(case.ticket.messages) if message.kind is MessageKind.CUSTOMER), None
    )
    text = (case.texts.get(newest.id) or "") if newest is not None else ""
    return _translated(desk, case.ticket, text[:LONGEST], language, case.ticket.customer.language or "")


def to_customer(desk: Desk, ticket: Ticket, text: str) -> Translated:
    """A text in the customer's language. Raises TranslationError."""
    return _translated(desk, ticket, text, language_of(ticket), "")


def _translated(desk: Desk, ticket: Ticket, text: str, target: str, source: str) -> Translated:
    return translate(
        provider(), text, target, source, lambda each: desk.guidance.personal_in(each, ticket.customer)
    )
