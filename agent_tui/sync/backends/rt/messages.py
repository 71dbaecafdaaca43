"""What people wrote on tickets, and the files that came with it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from agent_tui.sync.backends.rt import bodies, errors, wire
from agent_tui.sync.backends.rt.http import Client
from agent_tui.sync.backends.rt.lists import FAR, PER_PAGE, Limits, chunks, walk
from agent_tui.sync.backends.rt.values import Batch, Message, Spoken

_BODIES = 4 * 2**20  # bytes of text that are asked for at once

T = TypeVar("T")


class MessageReader:
    """Reads messages for the user of one client. Every function raises the errors of `http`."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def messages(self, ticket: int, after: int = 0, *, seen: bool = False) -> tuple[Message, ...]:
        """What was said on a ticket and on those merged into it, after a transaction, oldest first.

        Raises `Missing` or `Denied`; `seen` says that the ticket was read a moment ago, so that this is not asked.
        """
        rows: list[wire.SpokenRow] = []
        while True:
            limits: Limits = [
                {"field": "id", "operator": ">", "value": rows[-1].id if rows else after},
                {"field": "Type", "operator": "IN", "value": list(Spoken)},
            ]
            page = self.select(f"/ticket/{ticket}/history", wire.Spokens, limits, wire.SPOKEN_FIELDS).items
            rows += page
            # A ticket's own history leaves comments out by searching, so a short page is the end here.
            if len(page) < PER_PAGE:
                break
        if not rows and not seen:
            self.client.get(
                f"/ticket/{ticket}", wire.Row
            )  # an empty list is also the answer for one that is hidden
        return self._messages(rows)

    def find_words(self, ticket: int, text: str, by: str, after: int) -> tuple[int, ...]:
        """Transactions after `after` in which the user `by` wrote just this and that carry no action's id.

        RT writes that id after the message, and may be stopped in between. Raises `Missing` or `Denied`.
        """
        return tuple(
            message.id
            for message in self.messages(ticket, after)
            if not message.op and message.by.name == by and message.text == text
        )

    def messages_of(self, transactions: Iterable[int]) -> tuple[Message, ...]:
        """What was said in these transactions, oldest first; those that are no words of people are left out."""
        rows: list[wire.SpokenRow] = []
        for some in chunks(sorted(set(transactions)), PER_PAGE):
            limits: Limits = [
                {"field": "id", "operator": "IN", "value": some},
                {"field": "ObjectType", "value": "RT::Ticket"},
                {"field": "Type", "operator": "IN", "value": list(Spoken)},
            ]
            rows += self.select("/transactions", wire.Spokens, limits, wire.SPOKEN_FIELDS).items
        return self._messages(rows)

    def messages_on(self, tickets: Collection[int]) -> tuple[Message, ...]:
        """Everything that was said on these tickets, oldest first; not what was said on others merged into them."""
        rows: list[wire.SpokenRow] = []
        for some in chunks(sorted(tickets), PER_PAGE):
            limits: Limits = [
                {"field": "ObjectId", "operator": "IN", "value": some},
                {"field": "ObjectType", "value": "RT::Ticket"},
                {"field": "Type", "operator": "IN", "value": list(Spoken)},
            ]

            def ask(after: int, page: int, newest: bool, limits: Limits = limits) -> Sequence[wire.SpokenRow]:
                order = {"order": "DESC" if newest else "ASC", "page": page}
                above: Limits = [*limits, {"field": "id", "operator": ">", "value": after}]
                return self.select(
                    "/transactions", wire.Spokens, above, {**wire.SPOKEN_FIELDS, **order}
                ).items

            for found in walk(ask, 0):
                rows += found
        return self._messages(rows)

    def messages_after(self, attachment: int) -> Iterator[Batch]:
        """What was said since an attachment, in batches; a message whose parts straddle two comes in both."""

        def ask(after: int, page: int, newest: bool) -> Sequence[wire.PartRow]:
            limits: Limits = [{"field": "id", "operator": ">", "value": after}]
            params = {"fields": "TransactionId", "order": "DESC" if newest else "ASC", "page": page}
            return self.select("/attachments", wire.PartRows, limits, params).items

        for rows in walk(ask, attachment):
            yield Batch(self.messages_of(row.transaction_id for row in rows), rows[-1].id)

    def highest_attachment(self) -> int:
        """The newest attachment that the user sees; 0 if there is none."""
        limits: Limits = [{"field": "id", "operator": ">", "value": 0}]
        for page in range(1, FAR + 1):
            rows = self.select("/attachments", wire.Rows, limits, {"order": "DESC", "page": page}).items
            if rows:
                return rows[0].id
        return 0

    def file(self, attachment: int) -> bytes:
        """The bytes of an attachment. RT keeps text files in UTF-8, whatever they were sent in."""
        try:
            body = self.client.get(f"/attachment/{attachment}", wire.FileBody)
        except errors.ServerFault:
            limits: Limits = [{"field": "id", "value": attachment}]
            if self.select("/attachments", wire.Rows, limits, {}).items:
                raise
            body = None  # RT fails on an id that it does not have
        if body is None:
            raise errors.Missing(self.client.host, f"/attachment/{attachment}")
        try:
            return base64.b64decode(body.content)
        except binascii.Error:
            pass
        raise errors.Malformed(self.client.host, 200, "base64", doubtful=False)

    def _messages(self, rows: Sequence[wire.SpokenRow]) -> tuple[Message, ...]:
        parts: dict[int, list[wire.Part]] = {row.id: [] for row in rows}
        for some in chunks(sorted(parts), PER_PAGE):
            for part in self._parts(some):
                parts[part.transaction_id].append(part)
        texts = self._bodies([part for each in parts.values() for part in bodies.layout(each).texts])
        return tuple(
            bodies.message(row, parts[row.id], texts)
            for row in sorted(rows, key=lambda row: row.id)
            if parts[row.id]
        )

    def _parts(self, transactions: Sequence[int]) -> Iterator[wire.Part]:
        last = 0
        while True:
            limits: Limits = [
                {"field": "TransactionId", "operator": "IN", "value": transactions},
                {"field": "id", "operator": ">", "value": last},
            ]
            page = self.select("/attachments", wire.Parts, limits, wire.PART_FIELDS).items
            yield from page
            # They belong to transactions that the user sees: none is hidden, and a short page is the end.
            if len(page) < PER_PAGE:
                return
            last = page[-1].id

    def _bodies(self, parts: Sequence[wire.Part]) -> dict[int, str]:
        """The contents of text parts, in portions of bounded size."""
        found: dict[int, str] = {}
        portion: list[int] = []
        weight = 0
        for part in parts:
            if portion and (weight + wire.size(part) > _BODIES or len(portion) == PER_PAGE):
                found |= self._contents(portion)
                portion, weight = [], 0
            portion.append(part.id)
            weight += wire.size(part)
        return found | self._contents(portion) if portion else found

    def _contents(self, ids: Sequence[int]) -> dict[int, str]:
        limits: Limits = [{"field": "id", "operator": "IN", "value": ids}]
        rows = self.select("/attachments", wire.Bodies, limits, {"fields": "Content"}).items
        return {row.id: row.content for row in rows}

    def select(self, path: str, kind: type[T], limits: Limits, params: Mapping[str, str | int]) -> T:
        """The answer to JSON conditions, by id."""
        return self.client.select(path, kind, limits, {"orderby": "id", "per_page": PER_PAGE, **params})
