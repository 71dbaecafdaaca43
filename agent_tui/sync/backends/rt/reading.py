"""What is read from a Request Tracker: the stream of changes, tickets, links, traces of what was sent before."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from agent_tui.sync.backends.rt import errors, wire
from agent_tui.sync.backends.rt.fields import CLIENT_ID, CLIENT_OP
from agent_tui.sync.backends.rt.lists import FAR, PER_PAGE, HasId, Limits, Listed, Params, chunks, walk
from agent_tui.sync.backends.rt.messages import MessageReader
from agent_tui.sync.backends.rt.values import (
    Cursor,
    Fate,
    Fetched,
    Link,
    LinkKind,
    Mark,
    Page,
    Ticket,
    Which,
)

WINDOW = 200
"""Ids that are looked at again behind the cursor: a transaction may become visible after one with a higher id."""

_ID = re.compile(r"[A-Za-z0-9_.:-]{1,200}")
_ZONES = timedelta(hours=15)  # RT reads times in a query in the user's time zone, which nobody tells
_STREAM = "ObjectType='RT::Ticket' AND Type != 'EmailRecord' AND Type != 'CommentEmailRecord'"
_LINKS = {
    "refers-to": LinkKind.REFERS_TO,
    "referred-to-by": LinkKind.REFERRED_TO_BY,
    "depends-on": LinkKind.DEPENDS_ON,
    "depended-on-by": LinkKind.DEPENDED_ON_BY,
    "parent": LinkKind.PARENT,
    "child": LinkKind.CHILD,
}

T = TypeVar("T")
R = TypeVar("R", bound=HasId)


class Reader(MessageReader):
    """Reads for the user of one client. Every function raises the errors of `http`; none changes anything."""

    # The stream of changes

    def highest_transaction(self) -> Cursor:
        """Where the stream stands now. Ask before the first load: what changes meanwhile is in the stream."""
        found: list[int] = []
        for page in range(1, FAR + 1):
            rows = self._stream(wire.Rows, _STREAM, {}, page, newest=True).items
            found += [row.id for row in rows]
            if found and (page > 1 or min(found) <= max(found) - WINDOW):
                break
        last = max(found, default=0)
        return Cursor(last, _window(found, last))

    def transactions_after(self, cursor: Cursor, *, stragglers: bool = True) -> Iterator[Page]:
        """What happened since, in pages; the last page's cursor is the next one to ask with.

        Without `stragglers` what became visible late, behind the cursor, is not looked for: two requests less.
        """
        last, seen = cursor.last, set(cursor.seen)
        if stragglers and last:
            late = [number for number in self._behind(last) if number not in seen]
            for some in chunks(late, PER_PAGE):
                limits: Limits = [
                    {"field": "id", "operator": "IN", "value": some},
                    {"field": "ObjectType", "value": "RT::Ticket"},
                ]
                found = self.select("/transactions", wire.Changes, limits, wire.CHANGE_FIELDS).items
                seen.update(some)
                yield Page(tuple(map(wire.change, found)), Cursor(last, _window(seen, last)))

        def ask(after: int, page: int, newest: bool) -> Sequence[wire.ChangeRow]:
            where = f"{_STREAM} AND id > {after}"
            return self._stream(wire.Changes, where, wire.CHANGE_FIELDS, page, newest=newest).items

        for rows in walk(ask, last):
            last = rows[-1].id
            seen.update(row.id for row in rows)
            yield Page(tuple(map(wire.change, rows)), Cursor(last, _window(seen, last)))

    def _behind(self, last: int) -> list[int]:
        """The ids of the window behind the cursor."""
        found: list[int] = []
        for page in range(1, WINDOW // PER_PAGE + 1):
            where = f"{_STREAM} AND id > {last - WINDOW} AND id <= {last}"
            found += [row.id for row in self._stream(wire.Rows, where, {}, page, newest=False).items]
            if last in found:
                break
        return found

    def _stream(self, kind: type[T], where: str, fields: Mapping[str, str], page: int, *, newest: bool) -> T:
        order = "DESC" if newest else "ASC"
        ordered: Params = {"orderby": "id", "order": order, "per_page": PER_PAGE, "page": page}
        return self.client.get("/transactions", kind, {"query": where, **fields, **ordered})

    # Tickets

    def tickets(self, ids: Collection[int]) -> Fetched:
        """The tickets with these ids as they are now, and where those are that can't be had."""
        found: dict[int, Ticket] = {}
        merged: dict[int, int] = {}
        gone: dict[int, Fate] = {}
        self._find(ids, found, merged, gone)
        for number in set(ids) - found.keys() - merged.keys() - gone.keys():
            reason = self._fate(number)
            if isinstance(reason, Fate):
                gone[number] = reason
            elif reason != number:
                merged[number] = reason
        # The goals of merges, and what came to be between the search and the closer look.
        self._find(
            set(merged.values()) - found.keys() | set(ids) - gone.keys() - merged.keys() - found.keys(),
            found,
            merged,
            gone,
        )
        unseen = set(ids) - found.keys() - merged.keys()
        return Fetched(
            tuple(found.values()), merged, {number: gone.get(number, Fate.HIDDEN) for number in unseen}
        )

    def _find(
        self, ids: Collection[int], found: dict[int, Ticket], merged: dict[int, int], gone: dict[int, Fate]
    ) -> None:
        for some in chunks(sorted(set(ids)), PER_PAGE):
            # With a word about the effective id a search shows merged tickets too, which it otherwise leaves out.
            query = f"({wire.any_of(some)}) AND EffectiveId > 0"
            form: Params = {"query": query, **wire.TICKET_FIELDS, "per_page": PER_PAGE}
            for row in self.client.search("/tickets", wire.Tickets, form).items:
                if row.kind != "ticket":
                    gone[row.id] = Fate.OTHER
                elif row.effective_id != row.id:
                    merged[row.id] = row.effective_id
                else:
                    found[row.id] = wire.ticket(row)

    def _fate(self, number: int) -> Fate | int:
        """Why a search does not find the ticket; else the id under which it stands."""
        try:
            state = self.client.get(f"/ticket/{number}", wire.TicketState)
        except errors.Missing:
            return Fate.MISSING
        except errors.Denied as error:
            if isinstance(error, errors.TokenRefused):
                raise
            return Fate.HIDDEN
        return wire.fate(state) or state.id

    def initial(self, after: int = 0, which: Which = Which.ACTIVE) -> Iterator[tuple[Ticket, ...]]:
        """All tickets with ids above `after` in pages, oldest first; to resume, ask with the last id that came."""
        status = "__Active__" if which is Which.ACTIVE else "__Inactive__"
        for rows in self._tickets(f"Status='{status}'", wire.Tickets, wire.TICKET_FIELDS, after):
            yield tuple(wire.ticket(row) for row in rows if row.kind == "ticket")

    def active(self) -> Iterator[dict[int, datetime]]:
        """The tickets that are being worked on, with when they were changed last. Cheap, in pages."""
        for rows in self._tickets("Status='__Active__'", wire.Heads, {"fields": "LastUpdated"}, 0):
            yield {row.id: row.last_updated for row in rows}

    def updated_since(self, moment: datetime) -> Iterator[dict[int, datetime]]:
        """The ids of tickets changed since, with when: to find what the stream did not show. Cheap, in pages."""
        since = f"{moment.astimezone(UTC) - _ZONES:%Y-%m-%d %H:%M:%S}"
        fields = {"fields": "LastUpdated"}
        for rows in self._tickets(f"LastUpdated > '{since}'", wire.Heads, fields, 0):
            yield {row.id: row.last_updated for row in rows if row.last_updated >= moment}

    def _tickets(
        self, where: str, kind: type[Listed[R]], fields: Mapping[str, str], after: int
    ) -> Iterator[Sequence[R]]:
        total: int | None = None

        def ask(last: int, page: int, newest: bool) -> Sequence[R]:
            nonlocal total
            if total == 0:
                return []
            order = "DESC" if newest else "ASC"
            form = {"query": f"({where}) AND id > {last}", "orderby": "id", "order": order, **fields}
            answer = self.client.search("/tickets", kind, {**form, "per_page": PER_PAGE, "page": page})
            # RT counts what is left when it hides by searching, and says nothing when it hides row by row.
            total = None if answer.total is None else answer.total - len(answer.items)
            return answer.items

        return walk(ask, after)

    def newest(self, number: int) -> int | None:
        """The newest transaction of a ticket that the user sees, for `Writer.put`. Raises `Missing` or `Denied`.

        The stream does not tell it: mails that RT sent count here, and are left out there.
        """
        return self.client.ask(f"/ticket/{number}").etag

    def sources(self, ids: Collection[int]) -> dict[int, int]:
        """The tickets that were merged into these, with where each went."""
        found: dict[int, int] = {}
        for some in chunks(sorted(set(ids)), PER_PAGE):
            within = " OR ".join(f"EffectiveId={number}" for number in some)
            last = 0
            while True:
                query = f"({within}) AND id > {last}"
                form: Params = {
                    "query": query,
                    "orderby": "id",
                    "fields": "EffectiveId",
                    "per_page": PER_PAGE,
                }
                rows = self.client.search("/tickets", wire.Effectives, form).items
                found |= {row.id: row.effective_id for row in rows if row.id != row.effective_id}
                if len(rows) < PER_PAGE:
                    break
                last = rows[-1].id
        return found

    def all_links(self, ids: Collection[int]) -> dict[int, set[int]]:
        """The tickets that each of these is tied to, as the stream tells; those that have none are left out."""
        found: dict[int, set[int]] = {}
        for some in chunks(sorted(set(ids)), PER_PAGE):
            limits: Limits = [
                {"field": "ObjectId", "operator": "IN", "value": some},
                {"field": "ObjectType", "value": "RT::Ticket"},
                {"field": "Type", "operator": "IN", "value": ["AddLink", "DeleteLink"]},
            ]

            def ask(after: int, page: int, newest: bool, limits: Limits = limits) -> Sequence[wire.ChangeRow]:
                order = {"order": "DESC" if newest else "ASC", "page": page}
                above: Limits = [*limits, {"field": "id", "operator": ">", "value": after}]
                return self.select(
                    "/transactions", wire.Changes, above, {**wire.CHANGE_FIELDS, **order}
                ).items

            for rows in walk(ask, 0):
                for row in rows:
                    other = wire.other_end(row)
                    if other is None:
                        continue
                    ties = found.setdefault(row.object_id, set())
                    (ties.add if row.kind == "AddLink" else ties.discard)(other)
        return found

    def links(self, number: int) -> tuple[Link, ...]:
        """The ties of a ticket to other tickets of the same RT. Raises `Missing` or `Denied`."""
        state = self.client.get(f"/ticket/{number}", wire.TicketState)
        return tuple(
            sorted(
                Link(int(row.id), _LINKS[row.ref])
                for row in state.links
                if row.ref in _LINKS and row.type == "ticket"
            )
        )

    # What was sent before

    def find_op(self, op: str) -> tuple[Mark, ...]:
        """The transactions that carry this action's id. More than one: the action was done twice.

        None does not mean that it was not done while its ticket is hidden from the user: look at the ticket too.
        """
        where = f"ObjectType='RT::Ticket' AND 'CF.{{{CLIENT_OP}}}'={_id(op)}"
        rows = self._stream(wire.Spokens, where, wire.SPOKEN_FIELDS, 1, newest=False).items
        # On PostgreSQL RT compares without regard to case, and takes `_` and `%` for any letters.
        return tuple(
            Mark(row.id, row.object_id, row.kind)
            for row in rows
            if wire.held(row.custom_fields).get(CLIENT_OP) == op
        )

    def find_client(self, client_id: str) -> tuple[int, ...]:
        """The tickets that this action opened, those merged since included; deleted ones can't be searched."""
        query = f"CF.{{{CLIENT_ID}}}={_id(client_id)} AND EffectiveId > 0"
        form: Params = {"query": query, "orderby": "id", **wire.TICKET_FIELDS, "per_page": PER_PAGE}
        rows = self.client.search("/tickets", wire.Tickets, form).items
        return tuple(row.id for row in rows if wire.held(row.custom_fields).get(CLIENT_ID) == client_id)


def _id(text: str) -> str:
    """An action's id in a query. PostgreSQL would not find one with a backslash in it, so there is none."""
    if not _ID.fullmatch(text):
        raise ValueError("an action's id consists of letters, digits and -_.:")
    return f"'{text}'"


def _window(ids: Iterable[int], last: int) -> tuple[int, ...]:
    return tuple(sorted(number for number in ids if number > last - WINDOW))
