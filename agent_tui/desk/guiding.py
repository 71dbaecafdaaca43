"""Guidance at one desk: the company's packs, and what they say of a ticket and of a text that is being written."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from agent_tui.desk.errors import DeskError
from agent_tui.domain import actions as do
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.messages import N_
from agent_tui.domain.policy import Policy
from agent_tui.domain.refusals import HeldBack
from agent_tui.domain.ticket import Customer, Ticket
from agent_tui.guidance.situation import Finding, Severity, situation

if TYPE_CHECKING:
    from agent_tui.domain.permit import Apology
    from agent_tui.domain.personal_data import Kind, Personal, PersonalRules
    from agent_tui.guidance.addressing import FormOfAddress
    from agent_tui.guidance.etiquette import Hint, Page
    from agent_tui.guidance.festivals import Festival
    from agent_tui.guidance.hours import LocalTime
    from agent_tui.guidance.recommending import Books
    from agent_tui.guidance.register import Formality
    from agent_tui.packs.compliance import Packs
    from agent_tui.packs.culture import CultureBook
    from agent_tui.packs.loader import Problem

_EXCERPT = 40  # characters of a place that a sentence quotes
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_SHORTEST = 2  # letters of a part of a name that is kept here: a single one would be found everywhere


class NoSuchPage(DeskError):
    text = N_("The handbook has no page for {market}; it has: {known}.")


class Guidance:
    """The packs of one desk, each read when it is first asked: a start waits for none of them."""

    def __init__(self, packs: Path | None, policy: Policy) -> None:
        self._user = packs
        self._policy = policy
        self._problems: list[Problem] = []

    @cached_property
    def compliance(self) -> Packs:
        """What may not be written, and what must be (POLICY T2, C1, C10, H3)."""
        from agent_tui.packs.compliance import Packs, shipped

        return shipped() if self._user is None else Packs(self._user)

    @cached_property
    def culture(self) -> CultureBook:
        """The handbook of etiquette (POLICY E5)."""
        from agent_tui.packs.culture import CultureBook

        return CultureBook(self._user)

    @cached_property
    def _personal(self) -> PersonalRules:
        from agent_tui.packs.personal_rules import load_personal_rules, shipped_rules

        return shipped_rules() if self._user is None else load_personal_rules(self._user, self._problems)

    def read_personal(self) -> None:
        """Read the rules of personal data now, to know what is wrong with them."""
        _rules = self._personal

    @cached_property
    def books(self) -> Books:
        """The phrase book in every language (POLICY T1)."""
        from agent_tui.guidance.recommending import Books

        return Books(self._user)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The pack files that were left out so far, each with line and reason."""
        found = [*self._problems]
        read = self.__dict__  # what nobody has asked for is not read for this
        found += self.compliance.problems if "compliance" in read else ()
        found += self.culture.problems if "culture" in read else ()
        found += self.books.library.problems if "books" in read else ()
        return tuple(dict.fromkeys(found))

    # The customer

    def hints(self, ticket: Ticket, now: datetime, outcome: str = "", limit: int = 3) -> tuple[Hint, ...]:
        """What matters now of what the handbook says, the customer's own wish first (POLICY E1-E6)."""
        from agent_tui.guidance.etiquette import hints

        here = situation(ticket, self._policy, now, outcome)
        pack = self.culture.market(here.market)
        festive = self.festivals(ticket.customer, now)
        book = self.culture
        return hints(here, pack, festive, limit, regions=book.regions, words=book.wishes)

    def festivals(self, customer: Customer, now: datetime) -> tuple[Festival, ...]:
        """The customer's festivals of this week and the next."""
        from agent_tui.guidance.festivals import festivals

        market = customer.market or ""
        pack = self.culture.market(market)
        if pack is None:
            return ()
        today = now.astimezone(ZoneInfo(customer.time_zone or pack.zones[0])).date()
        return festivals(market, today, pack=pack, book=self.culture.festivals)

    def greeted_festival(self, customer: Customer, now: datetime, language: str) -> str:
        """What the nearest festival that customers are greeted on is called, in their language if it is known."""
        found = [each for each in self.festivals(customer, now) if each.greeting is not None]
        names = found[0].name if found else {}
        return names.get(language) or names.get("zh_CN" if language.startswith("zh") else "en", "")

    def page(self, market: str, now: datetime) -> Page | None:
        """The handbook page of a market; None when there is none. Raises PackError when a shipped file is bad."""
        from agent_tui.guidance.etiquette import page

        pack = self.culture.market(market.upper())
        if pack is None:
            return None
        return page(pack, self.culture.regions, self.festivals(Customer(market=pack.market), now))

    def markets(self) -> tuple[str, ...]:
        """The markets that have a page, by code: the shipped ones and the company's own."""
        from agent_tui.packs.culture import FOLDER, shipped_markets

        own = () if self._user is None else (self._user / FOLDER).glob("[A-Z][A-Z].toml")
        found = {*shipped_markets(), *(file.stem for file in own)}
        return tuple(sorted(market for market in found if self.culture.market(market) is not None))

    def market_name(self, market: str) -> Names:
        """What a market is called; its code for one without a pack."""
        pack = self.culture.market(market)
        return pack.name if pack is not None else {"en": market}

    def local(self, customer: Customer, now: datetime) -> LocalTime | None:
        """The customer's clock, and whether it is a decent hour to call; None when nobody knows where they are."""
        from agent_tui.guidance.hours import local

        return local(customer, self.culture.market(customer.market or ""), now, book=self.culture)

    def address(self, customer: Customer, language: str = "") -> FormOfAddress:
        """How the customer is addressed, greeted and taken leave of."""
        from agent_tui.guidance.addressing import form_of_address

        pack = self.culture.market(customer.market or "")
        return form_of_address(customer, pack, language, book=self.culture)

    # Texts

    def findings(self, ticket: Ticket, text: str, now: datetime, outcome: str = "") -> tuple[Finding, ...]:
        """What is wrong with a reply, or with a note where there is no outcome, in the order of the text."""
        from agent_tui.guidance.compliance import findings

        def personal(text: str) -> list[tuple[int, int, str]]:
            known = {*ticket.customer.emails, *ticket.customer.phones}
            return [
                (each.start, each.end, each.kind.value)
                for each in self._found(text, ticket.customer)
                if text[each.start : each.end] not in known  # the customer knows what the customer told
            ]

        here = situation(ticket, self._policy, now, outcome)
        return findings(text, here, packs=self.compliance, personal=personal, expected=self._tone(ticket))

    def _tone(self, ticket: Ticket) -> Formality | None:
        """How the market wants to be addressed; None where nobody knows."""
        from agent_tui.guidance.register import Formality

        pack = self.culture.market(ticket.customer.market or "")
        return None if pack is None or pack.register != "formal" else Formality.FORMAL

    def apology(self, action: do.Action, ticket: Ticket | None) -> Apology | None:
        """What of an apology stands in a reply that has to hold one (POLICY C1); None where no pack can tell."""
        if not isinstance(action, do.Reply) or not isinstance(action.outcome, do.Apologises):
            return None
        from agent_tui.guidance.compliance import apology

        language = ticket.customer.language if ticket is not None else None
        return apology(action.text, language or "", self.compliance)

    def held(self, reply: do.Reply, ticket: Ticket) -> list[Finding]:
        """What keeps a reply back, in the order of the text."""
        outcome = str(reply.outcome.__struct_config__.tag)
        found = self.findings(ticket, reply.text, reply.at, outcome)
        return [each for each in found if each.severity is Severity.BLOCK]

    def permitted(self, reply: do.Reply, ticket: Ticket) -> do.Reply:
        """The reply with what would have kept it back and goes out with a reason (POLICY T2).

        Raises HeldBack when there is no reason.
        """
        serious = self.held(reply, ticket)
        codes = tuple(dict.fromkeys(each.code for each in serious))
        if serious and not reply.because.strip():
            raise HeldBack(serious[0].rule, codes, places(serious, reply.text))
        return reply if codes == reply.despite else replace(reply, despite=codes)

    def personal_in(self, text: str, customer: Customer) -> list[tuple[int, int]]:
        """Where personal data stands in a text, the customer's name included: none of it leaves the machine."""
        found = [(each.start, each.end) for each in self._found(text, customer)]
        for match in _names_of(customer).finditer(text):
            if not any(start < match.end() and match.start() < end for start, end in found):
                found.append(match.span())
        return sorted(found)

    def kinds_in(self, text: str, customer: Customer) -> tuple[Kind, ...]:
        """Which kinds of personal data stand in a text about a customer, each once, in the order of the text."""
        return tuple(dict.fromkeys(each.kind for each in self._found(text, customer)))

    def pieces_in(self, text: str, customer: Customer) -> list[tuple[Kind, str]]:
        """The personal data in a text about a customer of which there is no doubt, each with its kind."""
        found = self._found(text, customer)
        return [(each.kind, text[each.start : each.end]) for each in found if each.sure]

    def _found(self, text: str, customer: Customer) -> tuple[Personal, ...]:
        """The personal data in a text about a customer."""
        from agent_tui.guidance.personal import find, may_hold

        return find(text, regions_of(customer), self._personal) if may_hold(text) else ()

    def forget_phrases(self) -> None:
        """Read the phrase book anew when it is next asked: the team's own file was changed."""
        self.__dict__.pop("books", None)

    def mask_for(self, customer: Customer) -> Callable[[str], str]:
        """What hides personal data in what is recorded about a customer (POLICY T4)."""

        def mask(text: str) -> str:
            from agent_tui.guidance.personal import masked, may_hold

            return masked(text, regions_of(customer), self._personal) if may_hold(text) else text

        return mask


def _names_of(customer: Customer) -> re.Pattern[str]:
    """What finds a customer's name in a text, whole or in part; particles such as `van` are words like others."""
    name = customer.name.strip()
    parts = [part for part in name.split() if not part[0].islower()]
    whole = sorted({each for each in (name, *parts) if len(each) >= _SHORTEST}, key=len, reverse=True)
    spelled = (
        re.escape(each) if _UNSPACED.search(each) else rf"(?<!\w){re.escape(each)}(?!\w)" for each in whole
    )
    return re.compile("|".join(spelled) or "(?!)")


def regions_of(customer: Customer) -> tuple[str, ...]:
    """Where numbers without a country code are likely from."""
    return (customer.market,) if customer.market else ()


def places(found: list[Finding], text: str) -> str:
    """The places of findings as they read, for a sentence; one that is about something missing is told by its rule."""
    told = [
        f"“{text[each.start : each.end].strip()[:_EXCERPT]}”" if each.end > each.start else each.rule
        for each in found
    ]
    return ", ".join(dict.fromkeys(told))
