"""Bringing contacts in: which ticket a message belongs to, and what is new, known already, or nobody's request.

A message joins a ticket when it names one (its subject's `[#12]`, or the mails it answers) *and* comes from that
ticket's customer; a stranger who quotes somebody else's mail gets a ticket of their own, linked and marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import msgspec

from agent_tui.desk.core import Desk
from agent_tui.desk.errors import DeskError
from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.ticket import Attachment, Customer, MessageKind, Status, Ticket
from agent_tui.intake.contact import Contact, ContactKind, Unreadable
from agent_tui.intake.threads import base_subject
from agent_tui.packs.mail_domains import public_domains

BATCH = 100
"""Contacts written in one transaction: few enough that an interrupted import loses little time."""

STRANGER = "check-sender"
"""The tag of a ticket whose sender quotes a mail of another customer."""

_KINDS = {
    ContactKind.REQUEST: MessageKind.CUSTOMER,
    ContactKind.AUTOMATIC: MessageKind.AUTOMATIC,
    ContactKind.BOUNCE: MessageKind.BOUNCE,
    ContactKind.OWN: MessageKind.REPLY,
}
_CLOCK_SKEW = timedelta(minutes=5)


class Doubt(msgspec.Struct, frozen=True):
    """A contact that was read all the same, and what was wrong with it."""

    source: str
    ticket: int
    problems: tuple[Told, ...]


class Report(msgspec.Struct):
    """What an import did, in numbers that add up to what was read."""

    read: int = 0
    opened: int = 0  # new tickets in the queue
    added: int = 0  # messages on tickets that were there, or on new ones
    known: int = 0  # seen before
    aside: int = 0  # automatic mail and bounces of no ticket: kept, but not in the queue
    own: int = 0  # our own mail that belongs to no ticket
    unreadable: list[Unreadable] = []
    doubts: list[Doubt] = []
    tickets: list[int] = []  # the numbers of the opened ones


class MailComesThere(DeskError):
    text = N_("Mail reaches this profile through {url}. Import into another one, with --profile.")


class Receiver:
    """One import. Feed it with `take_in`; the report grows as it goes."""

    def __init__(self, desk: Desk, now: datetime) -> None:
        self._desk = desk
        self._store = desk.repository
        self._now = now
        self.report = Report()

    def take_in(self, contacts: Iterable[Contact | Unreadable], progress: Callable[[Report], None]) -> Report:
        """File every contact, a batch to a transaction; what was reported as done is on disk. Raises MailComesThere."""
        if (helpdesk := self._store.remotes.connection) is not None:
            raise MailComesThere(url=helpdesk.url)
        batch: list[Contact | Unreadable] = []
        for contact in contacts:
            batch.append(contact)
            if len(batch) == BATCH:
                self._file_all(batch)
                progress(self.report)
                batch.clear()
        self._file_all(batch)
        progress(self.report)
        self._store.settle_search()  # now, while there is a progress bar, and not when somebody searches
        return self.report

    def _file_all(self, batch: list[Contact | Unreadable]) -> None:
        before = msgspec.structs.replace(
            self.report,
            unreadable=list(self.report.unreadable),
            doubts=list(self.report.doubts),
            tickets=list(self.report.tickets),
        )
        try:
            with self._store.transaction():
                for contact in batch:
                    self._file(contact)
        except BaseException:  # whatever it was, the batch was rolled back, and the report must not count it
            self.report = before
            raise

    def _file(self, contact: Contact | Unreadable) -> None:
        self.report.read += 1
        if isinstance(contact, Unreadable):
            self.report.unreadable.append(contact)
            return
        if self._is_known(contact):
            self.report.known += 1
            return
        ticket, strangers = self._thread(contact)
        if ticket is not None:
            self._add(contact, ticket)
        elif contact.kind is ContactKind.OWN:
            self.report.own += 1
        else:
            self._open(contact, strangers)

    def _is_known(self, contact: Contact) -> bool:
        if self._store.seen(contact.fingerprint) is not None:
            return True
        # The same mail by another road: its Message-ID again, from the same sender. Another sender may have used it.
        return bool(contact.message_id) and any(
            message.message_id == contact.message_id and message.author == _author(contact)
            for number in self._store.with_mail(contact.message_id)
            for message in self._desk.ticket(number).messages
        )

    def _thread(self, contact: Contact) -> tuple[Ticket | None, tuple[int, ...]]:
        """The ticket that a contact goes on, or the tickets it quotes although their customer is somebody else."""
        named = [
            *(number for number in contact.ticket_ids if self._store.get(number) is not None),
            *(number for each in reversed(contact.references) for number in self._store.with_mail(each)),
        ]
        strangers: list[int] = []
        for number in named:
            ticket = self._living(number)
            if contact.kind in (ContactKind.OWN, ContactKind.BOUNCE) or _is_from(contact, ticket.customer):
                return ticket, ()
            strangers.append(ticket.id)
        if not strangers and contact.kind is ContactKind.BOUNCE:
            for address in contact.bounced:
                for number in self._store.with_address(address)[:1]:
                    return self._living(number), ()
        if not strangers and contact.kind is ContactKind.REQUEST and contact.email:
            return self._same_subject(contact), ()
        return None, tuple(dict.fromkeys(strangers))

    def _same_subject(self, contact: Contact) -> Ticket | None:
        """For answers from programs that lose the References: the sender's newest ticket with this subject."""
        subject = base_subject(contact.subject)
        if not subject or subject.casefold() == contact.subject.strip().casefold():
            return None  # no "Re:", so this begins something new
        for number in self._store.with_address(contact.email):
            ticket = self._living(number)
            if base_subject(ticket.subject).casefold() == subject.casefold():
                return ticket
        return None

    def _living(self, number: int) -> Ticket:
        """The ticket, or the one it was merged into."""
        ticket = self._desk.ticket(number)
        while ticket.status is Status.MERGED and ticket.merged_into is not None:
            ticket = self._desk.ticket(ticket.merged_into)
        return ticket

    def _add(self, contact: Contact, ticket: Ticket) -> None:
        header = self._desk.header(ticket.id, self._now)
        action = do.Receive(
            id=header.id,
            ticket=ticket.id,
            at=self._at(contact),
            by=_author(contact),
            content=self._content(contact),
        )
        changed = self._desk.perform(action, self._now)
        self._store.remember(changed, contact.fingerprint, contact.message_id)
        self.report.added += 1
        self._doubt(contact, ticket.id)

    def _open(self, contact: Contact, strangers: tuple[int, ...]) -> None:
        ticket = self._desk.open_ticket(
            channel=contact.channel,
            subject=contact.subject or _first_line(contact.text),
            customer=_customer(contact),
            content=self._content(contact),
            at=self._at(contact),
            now=self._now,
            by=_author(contact),
        )
        self._store.remember(ticket, contact.fingerprint, contact.message_id)
        for number in strangers:
            header = self._desk.header(ticket.id, self._now)
            link = do.Link(id=header.id, ticket=ticket.id, at=self._now, by=header.by, other=number)
            self._desk.perform(link, self._now)
        if strangers:
            header = self._desk.header(ticket.id, self._now)
            tag = do.Tag(id=header.id, ticket=ticket.id, at=self._now, by=header.by, add=(STRANGER,))
            self._desk.perform(tag, self._now)
        if contact.kind is ContactKind.REQUEST:
            self.report.opened += 1
            self.report.tickets.append(ticket.id)
        else:
            self.report.aside += 1
        self._doubt(contact, ticket.id)

    def _doubt(self, contact: Contact, ticket: int) -> None:
        if contact.problems:
            self.report.doubts.append(Doubt(contact.source, ticket, contact.problems))

    def _at(self, contact: Contact) -> datetime:
        """When the customer wrote; a mail from the future was written now, by a wrong clock."""
        if contact.at is None or contact.at > self._now + _CLOCK_SKEW:
            return self._now
        return contact.at

    def _content(self, contact: Contact) -> do.Content:
        return do.Content(
            text=contact.text,
            author=_author(contact),
            kind=_KINDS[contact.kind],
            message_id=contact.message_id,
            references=contact.references,
            attachments=tuple(
                Attachment(file.name, file.media_type, len(file.content), self._store.put_blob(file.content))
                for file in contact.files
            ),
            problems=contact.problems,
        )


def _author(contact: Contact) -> str:
    return contact.email or contact.phone or contact.handle or contact.name or "?"


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:200]


def _is_from(contact: Contact, customer: Customer) -> bool:
    """Whether the customer wrote, or a colleague of theirs, whose mail domain is the same and not everybody's."""
    known = {each.casefold() for each in (*customer.emails, *customer.phones, *customer.handles)}
    if any(each and each.casefold() in known for each in (contact.email, contact.phone, contact.handle)):
        return True
    domain = contact.email.casefold().rpartition("@")[2]
    return (
        bool(domain) and domain not in public_domains() and any(each.endswith(f"@{domain}") for each in known)
    )


def _customer(contact: Contact) -> Customer:
    guesses = [f"market {reason}" for reason in (contact.market.because if contact.market else ())]
    guesses += [f"language {reason}" for reason in (contact.language.because if contact.language else ())]
    return Customer(
        name=contact.name,
        emails=(contact.email,) if contact.email else (),
        phones=(contact.phone,) if contact.phone else (),
        handles=(contact.handle,) if contact.handle else (),
        market=contact.market.value if contact.market else None,
        language=contact.language.value if contact.language else None,
        guesses=tuple(guesses),
    )
