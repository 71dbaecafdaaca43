"""Destroying personal data for good, with a record (POLICY T5): one customer's on request, or what is past its time.

The record is written before anything goes. Whatever interrupts the rest - a crash, a power cut, another program that
holds the file - `resume` does it again at the next start, until the record has its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from agent_tui.desk.core import Desk
from agent_tui.desk.errors import DeskError
from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_
from agent_tui.domain.privacy_actions import NO_TICKET, Scope
from agent_tui.domain.retention import Hold, RetentionRule, holds_on, merges, together
from agent_tui.domain.ticket import Customer, Ticket
from agent_tui.store.erasure import destroy_file, is_as_written, leftovers, spared
from agent_tui.store.errors import StoreBusy

_LEAST_NAME = 2  # words, or characters of a script without spaces: fewer would be found everywhere


class NoSuchCustomer(DeskError):
    text = N_(
        "Nobody here is {customer}. Name an address, a telephone number, an account, or a ticket as #12."
    )


class HeldByLaw(DeskError):
    text = N_("Tickets under a legal hold are not erased: {tickets}. Nothing was changed.")


class Plan(msgspec.Struct, frozen=True):
    """What an erasure would take away, and what stays for people to do.

    `mentioned` are tickets of others that speak of the customer; `remote` has the numbers to erase on the helpdesk;
    `copies` are recovered copies of the store, `exports` files that hold these tickets.
    """

    tickets: tuple[int, ...]
    addresses: tuple[str, ...]
    names: tuple[str, ...]
    markets: tuple[str, ...]
    counts: dict[str, int]
    mentioned: tuple[int, ...] = ()
    open: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    remote: tuple[int, ...] = ()
    copies: tuple[Path, ...] = ()
    exports: tuple[Path, ...] = ()


class Destruction(msgspec.Struct, frozen=True):
    """A record, and its end; None while something of it is still to be done."""

    record: do.Destroy
    ended: do.Destroyed | None = None


def tickets_of(desk: Desk, customer: str) -> tuple[int, ...]:
    """Every ticket of a customer, named by an address, a telephone number, an account or one of the tickets.

    Addresses that a ticket adds are followed, and so are merges: one person, whatever they wrote from. Raises
    NoSuchCustomer.
    """
    word = customer.strip()
    first = desk.repository.with_address(word)
    number = word.removeprefix("#")
    if not first and number.isdecimal() and desk.repository.get(int(number)) is not None:
        first = (int(number),)
    if not first:
        raise NoSuchCustomer(customer=word)
    near = merges(desk.repository.all())
    found: dict[int, Ticket] = {}
    waiting = list(first)
    while waiting:
        for each in together(near, waiting.pop()):
            ticket = desk.repository.get(each) if each not in found else None
            if ticket is not None:
                found[each] = ticket
                waiting += desk.tickets_of(ticket.customer)
    return tuple(sorted(found))


def plan(desk: Desk, tickets: Sequence[int], rule: RetentionRule) -> Plan:
    """What erasing these tickets would take away. Nothing is changed."""
    store = desk.repository
    known = [ticket for number in tickets if (ticket := store.get(number)) is not None]
    customers = [ticket.customer for ticket in known]
    unsent = {each.ticket for each in store.outbox.waiting()}
    return Plan(
        tickets=tuple(tickets),
        addresses=_distinct(each for one in customers for each in (*one.emails, *one.phones, *one.handles)),
        names=_distinct(one.name for one in customers),
        markets=_distinct(one.market for one in customers if one.market),
        counts=store.erasure.counts(tickets),
        mentioned=_mentioned(desk, customers, tickets),
        open=tuple(ticket.id for ticket in known if ticket.id in set(store.live())),
        held=tuple(ticket.id for ticket in known if Hold.LEGAL in holds_on(ticket, rule, unsent)),
        remote=store.erasure.remote(tickets),
        copies=tuple(leftovers(store.database.path)),
        exports=tuple(each.path for each in store.erasure.exports_of(tickets)),
    )


def erase(
    desk: Desk, tickets: Sequence[int], rule: RetentionRule, reason: str, laws: Sequence[str], now: datetime
) -> Destruction:
    """Destroy everything about these tickets. Raises HeldByLaw; StoreBusy when it will go on at the next start."""
    held = plan(desk, tickets, rule).held
    if held:
        raise HeldByLaw(tickets=", ".join(f"#{number}" for number in held))
    return destroy(desk, Scope.TICKETS, tickets, (), reason, laws, now)


def destroy(
    desk: Desk,
    scope: Scope,
    tickets: Sequence[int],
    exports: Sequence[int],
    reason: str,
    laws: Sequence[str],
    now: datetime,
) -> Destruction:
    """Record a destruction and carry it out. `reason` and `laws` are ids of the packs: no record holds free text."""
    store = desk.repository
    with store.transaction():
        found = store.erasure.counts(tickets)
        whole = scope is Scope.TICKETS
        counts = found if whole else {name: count for name, count in found.items() if name == scope.value}
        if exports:
            counts = {Scope.EXPORTS.value: len(exports)}
        if whole and (copies := leftovers(store.database.path)):
            counts = counts | {"copies": len(copies)}
        header = desk.header(NO_TICKET, now)
        record = do.Destroy(
            id=header.id,
            ticket=header.ticket,
            at=header.at,
            by=header.by,
            scope=scope,
            reason=reason,
            laws=tuple(laws),
            tickets=tuple(tickets),
            exports=tuple(exports),
            counts=counts,
            digest=store.erasure.fingerprint(tickets) if whole else "",
            remote=store.erasure.remote(tickets) if whole else (),
        )
        store.record([record], now)
    return _finish(desk, record, now)


def resume(desk: Desk, now: datetime) -> list[Destruction]:
    """Carry out what was recorded and did not come to its end. What another program still holds stays for later."""
    done: list[Destruction] = []
    for each in destructions(desk):
        if each.ended is None:
            try:
                done.append(_finish(desk, each.record, now))
            except (StoreBusy, OSError):  # `doctor` and the list of records say that it is not at its end
                done.append(each)
    return done


def destructions(desk: Desk) -> list[Destruction]:
    """Every record, the oldest first."""
    return [Destruction(record, ended) for record, ended in desk.repository.erasure.records()]


def _finish(desk: Desk, record: do.Destroy, now: datetime) -> Destruction:
    store = desk.repository
    gone, kept = _destroy_files(desk, record)
    with store.transaction():
        match record.scope:
            case Scope.TICKETS:
                store.erasure.wipe(record.tickets, now)
            case Scope.ATTACHMENTS:
                store.erasure.drop_files(record.tickets)
            case Scope.DRAFTS:
                store.erasure.drop_drafts(record.tickets)
            case Scope.EXPORTS:
                pass
    store.database.compact()
    with store.transaction():
        ended = next((each.ended for each in destructions(desk) if each.record.id == record.id), None)
        if ended is None:  # another program may have come to the end first
            header = desk.header(NO_TICKET, now)
            ended = do.Destroyed(
                id=header.id,
                ticket=header.ticket,
                at=header.at,
                by=header.by,
                of=record.id,
                files=gone,
                kept=kept,
            )
            store.record([ended], now)
    desk.changed_here()
    return Destruction(record, ended)


def _destroy_files(desk: Desk, record: do.Destroy) -> tuple[int, int]:
    """Destroy exported files and, for whole tickets, copies of the store; how many went, and how many were changed."""
    store = desk.repository
    exports = store.erasure.exports_of(record.tickets) if record.scope is Scope.TICKETS else []
    exports += [each for each in store.erasure.exports() if each.id in record.exports]
    spare = spared(store.database.path)
    gone = kept = 0
    for each in exports:
        as_written = is_as_written(each)
        if as_written:
            gone += destroy_file(each.path, spare=spare)
        elif as_written is not None:
            kept += 1
    if record.scope is Scope.TICKETS:
        gone += sum(destroy_file(each, spare=spare) for each in leftovers(store.database.path))
    with store.transaction():
        store.erasure.forget_exports([each.id for each in exports])
    return gone, kept


def _mentioned(desk: Desk, customers: Sequence[Customer], tickets: Sequence[int]) -> tuple[int, ...]:
    """Tickets of others in which one of the customer's addresses or whole names stands."""
    words = [each for one in customers for each in (*one.emails, *one.phones, *one.handles)]
    words += [one.name for one in customers if _is_telling(one.name)]
    found: set[int] = set()
    for word in _distinct(words):
        likely = [row.id for row in desk.search(word) if row.id not in tickets]
        found |= {number for number in likely if _says(desk, number, word)}
    return tuple(sorted(found))


def _says(desk: Desk, number: int, word: str) -> bool:
    ticket = desk.ticket(number)
    texts = (*desk.repository.texts(ticket).values(), *strings(msgspec.to_builtins(ticket)))
    return any(word.casefold() in text.casefold() for text in texts)


def strings(value: object) -> Iterator[str]:
    """Every text inside a plain value."""
    match value:
        case str():
            yield value
        case dict():
            yield from (text for each in value.values() for text in strings(each))
        case list() | tuple():
            yield from (text for each in value for text in strings(each))
        case _:
            pass


def _is_telling(name: str) -> bool:
    return len(name.split()) >= _LEAST_NAME or (not name.isascii() and len(name) >= _LEAST_NAME)


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))
