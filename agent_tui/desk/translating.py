"""Translation for the desk: the company's service, and what of a text stays here (POLICY E6, T5)."""

from __future__ import annotations

from agent_tui.desk.core import Case, Desk
from agent_tui.desk.phrasing import language_of
from agent_tui.domain import quoting
from agent_tui.domain.messages import N_
from agent_tui.domain.ticket import MessageKind, Ticket
from agent_tui.translation.provider import LONGEST, Provider, Translated, TranslationError, translate

_WRITTEN = {"zh_CN": "zh-Hans"}  # a language of the faces as BCP 47, where that is another word


class NothingWritten(TranslationError):
    text = N_("The customer has written nothing on ticket {ticket} that could be translated.")


class LanguageUnknown(TranslationError):
    text = N_("Nobody knows which language the customer of ticket {ticket} reads. Name one, or record it.")


def provider() -> Provider:
    """The service that is set up. Raises NoProvider."""
    from agent_tui.translation.deepl import from_environment

    return from_environment()


def to_agent(desk: Desk, case: Case, language: str) -> Translated:
    """The customer's newest message, without the history it quotes, in a language of the faces or another (BCP 47).

    Raises NothingWritten, and TranslationError; then nothing may be shown as a translation.
    """
    ticket = case.ticket
    newest = next(
        (message for message in reversed(ticket.messages) if message.kind is MessageKind.CUSTOMER), None
    )
    whole = (case.texts.get(newest.id) or "") if newest is not None else ""
    text = "".join(segment.text for segment in quoting.recent(whole) if not segment.quoted).strip()
    if not text:
        raise NothingWritten(ticket=str(ticket.id))
    return _translated(desk, ticket, text[:LONGEST], _WRITTEN.get(language, language), "")


def to_customer(desk: Desk, ticket: Ticket, text: str, language: str = "") -> Translated:
    """A text in the customer's language, or in another one (BCP 47).

    Raises LanguageUnknown where neither is known, and TranslationError.
    """
    if not language and not ticket.customer.language:
        raise LanguageUnknown(ticket=str(ticket.id))
    return _translated(desk, ticket, text, language or language_of(ticket), "")


def _translated(desk: Desk, ticket: Ticket, text: str, target: str, source: str) -> Translated:
    return translate(
        provider(), text, target, source, lambda each: desk.guidance.personal_in(each, ticket.customer)
    )
