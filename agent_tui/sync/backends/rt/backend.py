"""Request Tracker 5 as a helpdesk behind the desk (`base.Backend`), over REST2 and `initialdata`'s fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET

from agent_tui.domain.messages import N_, Told
from agent_tui.sync.backends import base
from agent_tui.sync.backends.base import Ask, Changes, Fetched, Opening, Page, Push, Remote
from agent_tui.sync.backends.rt import errors, mapping, values
from agent_tui.sync.backends.rt.fields import STATE
from agent_tui.sync.backends.rt.freshness import Freshness
from agent_tui.sync.backends.rt.http import CONNECTIONS, Client
from agent_tui.sync.backends.rt.identity import identify
from agent_tui.sync.backends.rt.reading import Reader
from agent_tui.sync.backends.rt.values import Cursor, Fate, Message, Spoken, Ticket, Which
from agent_tui.sync.backends.rt.writing import Edit, Writer, sendable
from agent_tui.sync.facts import Facts

_FATES = {
    Fate.DELETED: base.Fate.DELETED,
    Fate.HIDDEN: base.Fate.HIDDEN,
    Fate.MISSING: base.Fate.MISSING,
    Fate.OTHER: base.Fate.HIDDEN,
}
_LATE = timedelta(minutes=1)
"""How long a transaction may take until others see it: the mark stays so far behind the newest entry."""

_LINKS = ("AddLink", "DeleteLink")
_MOVES = ("Set", "Queue")
_ITSELF = "RT_System"
"""Whose name RT writes beside what its own rules do."""

_SPOKEN = frozenset(Spoken)


class RtBackend:
    """One agent's Request Tracker. `me` is the agent's login there."""

    capabilities = base.Capabilities(
        name="Request Tracker",
        keeps_actions=True,
        counts_changes=True,
        page=100,
        workers=CONNECTIONS - 1,  # one is left for reading
    )

    def __init__(self, client: Client, me: str = "") -> None:
        self._client = client
        self._me = me
        self._reader = Reader(client)
        self._writer = Writer(self._reader)
        self._freshness = Freshness()

    def identify(self) -> base.Identity:
        found = identify(self._client, self._me)
        self._me = found.user.name
        return base.Identity(
            login=found.user.name,
            name=found.user.real_name or found.user.name,
            version=found.version,
            clock=found.server_time,
            queues=tuple(queue.name for queue in found.queues if queue.create),
            problems=(*_problems(found), *found.flaws),
            account=self._client.user_id or 0,
            fatal=not found.staff or not found.queues or any(queue.lacking for queue in found.queues),
        )

    # Reading

    def cursor(self) -> str:
        return _cursor(self._reader.highest_transaction())

    def changes(self, cursor: str) -> Iterator[Changes]:
        start = msgspec.json.decode(cursor, type=Cursor)
        ripe = self._freshness.ripe(self._client.clock())
        if ripe:
            yield Changes({each: Ask(ticket=each, entries=ids) for each, ids in ripe.items()}, cursor)
        for page in self._reader.transactions_after(start):
            spoken: dict[int, list[int]] = {}
            linked: set[int] = set()
            moved: set[int] = set()
            for change in page.changes:
                spoken.setdefault(change.ticket, [])
                if change.type in _SPOKEN:
                    spoken[change.ticket].append(change.id)
                elif change.type in _LINKS and change.into is None:
                    linked.add(change.ticket)
                elif (change.type, change.field) == _MOVES:  # what was said out of sight was not told
                    moved.add(change.ticket)
            yield Changes(
                {
                    number: Ask(ticket=number, links=True)
                    if number in moved
                    else Ask(ticket=number, entries=tuple(ids), links=number in linked)
                    for number, ids in spoken.items()
                },
                _cursor(page.cursor),
            )

    def load(self, after: str) -> Iterator[Page]:
        stage, _colon, last = after.partition(":")
        which = Which(stage) if stage else Which.ACTIVE
        while True:
            for tickets in self._reader.initial(int(last or 0), which):
                # A page of reminders alone has no ticket, and is not the end.
                last = str(tickets[-1].id) if tickets else last
                yield Page(self._with_everything(tickets), f"{which}:{last}")
            if which is Which.INACTIVE:
                return
            which, last = Which.INACTIVE, "0"

    def _with_everything(self, tickets: Sequence[Ticket]) -> tuple[Remote, ...]:
        sources = self._reader.sources([ticket.id for ticket in tickets])
        said = self._reader.messages_on([*(ticket.id for ticket in tickets), *sources])
        of: dict[int, list[Message]] = {}
        for message in said:
            of.setdefault(sources.get(message.ticket, message.ticket), []).append(message)
        links = self._reader.all_links([ticket.id for ticket in tickets])
        return tuple(
            msgspec.structs.replace(
                _remote(ticket, of.get(ticket.id, [])), links=tuple(sorted(links.get(ticket.id, ())))
            )
            for ticket in tickets
        )

    def survey(self) -> Iterator[Mapping[int, datetime]]:
        return self._reader.active()

    def fetch(self, asked: Collection[Ask]) -> Fetched:
        asks = {ask.ticket: ask for ask in asked}
        found = self._reader.tickets(asks)
        tickets = [ticket for ticket in found.tickets if ticket.id in asks]
        wanted = [each for ask in asks.values() for each in ask.entries or ()]
        named: dict[int, list[Message]] = {}
        for message in self._reader.messages_of(wanted) if wanted else ():
            named.setdefault(message.ticket, []).append(message)
        everything = [t for t in tickets if asks[t.id].entries is None and not asks[t.id].mark]
        # Of one alone its own history tells as much, in fewer requests.
        remotes = list(self._with_everything(everything)) if len(everything) > 1 else []
        done = {remote.id for remote in remotes}
        for ticket in tickets:
            ask = asks[ticket.id]
            if ticket.id in done:
                continue
            if ask.entries is None:
                said = self._reader.messages(ticket.id, ask.mark, seen=True)
                # What was said since its facts were read may have changed them.
                remotes.append(
                    _remote(ticket, [each for each in said if each.op or each.at <= ticket.updated], ask.mark)
                )
            else:
                some = _remote(ticket, named.get(ticket.id, []))
                some = msgspec.structs.replace(some, mark=ask.mark)
                remotes.append(self._freshness.without(some, self._client.clock()))
        linked = [
            msgspec.structs.replace(each, links=self._links(each.id))
            if asks[each.id].links and each.links is None
            else each
            for each in remotes
        ]
        gone = {number: _FATES[fate] for number, fate in found.gone.items() if number in asks}
        merged = {n: to for n, to in found.merged.items() if n in asks}
        return Fetched(tuple(linked), merged, gone, more=self._freshness.holds_back)

    def _links(self, ticket: int) -> tuple[int, ...]:
        return tuple(sorted({link.other for link in self._reader.links(ticket)}))

    def file(self, id: int) -> bytes:
        return self._reader.file(id)

    def find_opened(self, opening: Opening) -> Sequence[int]:
        return self._reader.find_client(opening.op)

    def presence(self, ticket: int) -> Sequence[str]:  # RT does not tell
        return ()

    # Writing

    def open(self, opening: Opening) -> int:
        facts = msgspec.structs.replace(opening.facts, status=UNSET, owner=UNSET)
        fields = mapping.texts(mapping.edit(facts).fields) | {STATE: sendable(opening.action)}
        subject = opening.facts.subject if isinstance(opening.facts.subject, str) else ""
        made = self._writer.create(
            opening.queue,
            subject,
            opening.requestor,
            opening.text,
            fields,
            opening.op,
            files=opening.files,
        )
        return made.id

    def push(self, push: Push) -> None:
        owner = push.facts.owner
        if owner == self._me and push.owner != owner:
            self._win(push.ticket, push.owner)
        self._tie(push)
        edit = mapping.edit(msgspec.structs.replace(push.facts, subject=UNSET))
        verb = "correspond" if push.public else "comment"
        self._writer.send(
            verb, push.ticket, push.text, push.op, action=push.action, files=push.files, edit=edit
        )
        with _said():
            if owner is not UNSET and owner != self._me:
                self._give(push.ticket, owner, push.owner)

    def _tie(self, push: Push) -> None:
        """What ties the ticket to others comes before the words: whoever finds these knows that it was done."""
        said: tuple[str, ...] = ()
        done = True
        if push.link is not None:
            done = self._writer.link(push.ticket, push.link)
        if push.unlink is not None:
            done = self._untie(push.ticket, push.unlink)
        if push.merge_into is not None:
            merged = self._writer.merge(push.ticket, push.merge_into)
            done, said = merged.id == push.merge_into, merged.said
        if not done:
            raise errors.Denied(self._client.host, "; ".join(said))

    def _win(self, ticket: int, expected: str | None) -> None:
        """Become the owner, or raise `OwnedBy` with nothing written."""
        if expected is None:
            result = self._writer.take(ticket, self._me)
        else:
            result = self._writer.steal(ticket, self._me, expected)
        if result.done:
            return
        if result.owner is not None and result.owner != expected:
            raise base.OwnedBy(result.owner)
        raise errors.Denied(self._client.host, "; ".join(result.said))

    def _give(self, ticket: int, owner: str | None, held_by: str | None) -> None:
        if owner is None and held_by == self._me:
            self._writer.untake(ticket, self._me)
        else:
            self._writer.put(ticket, Edit(owner=owner))

    def _untie(self, ticket: int, other: int) -> bool:
        """Every way in which the two are tied: RT's users may have tied them otherwise than the desk does."""
        ties = [link.kind for link in self._reader.links(ticket) if link.other == other]
        return all(self._writer.unlink(ticket, other, kind) for kind in ties)

    def mend(self, ticket: int, facts: Facts) -> None:
        edit = mapping.edit(facts)
        if facts.owner is not UNSET:
            edit = msgspec.structs.replace(edit, owner=facts.owner)
        self._writer.put(ticket, edit)

    def close(self) -> None:
        self._client.close()


def _remote(ticket: Ticket, said: Sequence[Message], mark: int = 0) -> Remote:
    entries = tuple(mapping.entry(message, ticket) for message in said)
    newest = max((message.at for message in said), default=None)
    old = [message.id for message in said if newest is not None and message.at < newest - _LATE]
    return Remote(
        id=ticket.id,
        facts=mapping.facts(ticket),
        customer=mapping.customer(ticket.requestors),
        created=ticket.created,
        updated=ticket.updated,
        updated_by=ticket.updated_by,
        by_itself=ticket.updated_by == _ITSELF,
        entries=entries,
        mark=max([mark, *old]),
        opened=ticket.fields.get(STATE, ""),
    )


def _cursor(cursor: Cursor) -> str:
    return msgspec.json.encode(cursor).decode()


def _problems(found: values.Identity) -> tuple[Told, ...]:
    """What is missing, in the order in which it matters."""
    problems: list[Told] = []
    if not found.staff:
        problems.append(
            Told(
                N_(
                    "{login} is a customer there, not staff. Ask the administrator to let this user be granted rights."
                ),
                {"login": found.user.name},
            )
        )
    if not found.queues:
        problems.append(Told(N_("No queue is visible. Ask the administrator for the right SeeQueue."), {}))
    lacking: dict[tuple[str, ...], list[str]] = {}
    for queue in found.queues:
        if queue.lacking:
            lacking.setdefault(queue.lacking, []).append(queue.name)
        problems += (
            Told(N_("Queue {queue}: the right {right} is missing."), {"queue": queue.name, "right": right})
            for right in _missing_rights(queue)
        )
    problems += (
        Told(
            N_(
                "Queues {queues}: the custom fields {fields} are missing. The administrator adds them with the file "
                "that `agent-tui rt initialdata` prints."
            ),
            {"queues": ", ".join(queues), "fields": ", ".join(fields)},
        )
        for fields, queues in lacking.items()
    )
    return tuple(problems)


def _missing_rights(queue: values.Queue) -> list[str]:
    """Rights that RT says are not there; None is not known yet."""
    told = (
        (queue.create, "CreateTicket"),
        (queue.reply, "ReplyToTicket"),
        (queue.comment, "CommentOnTicket"),
        (queue.modify, "ModifyTicket"),
    )
    return [right for there, right in told if there is False]


@contextmanager
def _said() -> Iterator[None]:
    """Inside, the text is there already: whatever fails now, it must not be sent again unseen."""
    try:
        yield
    except errors.RtError as error:
        error.doubtful = True
        raise
