"""Writes to a Request Tracker, each judged by reading back: RT reports success for what it drops.

An error after the request went out is doubtful, even one of the reading back: look by `Reader.find_op` or
`Reader.find_client` before sending again. RT itself keeps nothing from being done twice, and a request that timed out
may still be at work there: the look is worth something once the server had time to finish.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec
from msgspec import UNSET, UnsetType

from agent_tui.sync.backends.base import Upload
from agent_tui.sync.backends.rt import errors, wire
from agent_tui.sync.backends.rt.fields import CLIENT_ACTION, CLIENT_ID, CLIENT_OP
from agent_tui.sync.backends.rt.http import Client, Reply, file_name
from agent_tui.sync.backends.rt.reading import Reader
from agent_tui.sync.backends.rt.values import (
    NOBODY,
    Dropped,
    Link,
    LinkKind,
    Message,
    Ownership,
    Posted,
    Ticket,
    Written,
)

SUBJECT_BYTES = 200
"""RT cuts a longer subject, between two characters and without a word."""


class Edit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to change of a ticket; what is not given stays. A field that is None is emptied."""

    subject: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    queue: str | UnsetType = UNSET
    owner: str | UnsetType | None = UNSET  # a login; None: nobody
    requestors: tuple[str, ...] | UnsetType = UNSET  # addresses
    fields: Mapping[str, str | None] = {}


NOTHING = Edit()


class Writer:
    """Writes for the user of one reader's client. Every function raises the errors of `http`."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.client: Client = reader.client

    # Tickets

    def create(
        self,
        queue: str,
        subject: str,
        requestor: str,
        content: str,
        fields: Mapping[str, str],
        client_id: str,
        *,
        files: Sequence[Upload] = (),
    ) -> Written:
        """Open a ticket with its first message. `requestor` is an address; `client_id` finds the ticket again.

        Raises `Denied` for a queue that is not there or not open to the user, `EmptyFile` before sending.
        """
        edit = Edit(
            subject=one_line(subject),
            queue=queue,
            requestors=(requestor,),
            fields={**fields, CLIENT_ID: client_id},
        )
        values = {
            "Queue": queue,
            "Subject": edit.subject,
            "Requestor": requestor,
            "Content": sendable(content),
            "ContentType": "text/plain",
            "CustomFields": _fields(edit),
        }
        reply = self.client.post("/ticket", values, files)
        with _acted():
            number = _number(reply) or next(iter(self.reader.find_client(client_id)), 0)
            if not number:
                raise errors.Malformed(self.client.host, reply.status, "Location", doubtful=True)
            written = self._read(number, edit, ())
            if written.ticket is None:
                return written
            said = self.reader.messages(number)
        first = next((message for message in said if message.ticket == number), None)
        dropped = _dropped_text(first, content) + _dropped_files(first, files)
        return msgspec.structs.replace(written, dropped=written.dropped + dropped)

    def put(self, ticket: int, edit: Edit, if_match: int | None = None) -> Written:
        """Change a ticket; with `if_match` only if that is its newest transaction: else `Changed`.

        RT compares before it writes and not while it does: of two at once both may pass. A ticket that was merged is
        changed where it went; `Written.id` tells. Raises `Missing`, `Denied`.
        """
        reply = self.client.put(f"/ticket/{ticket}", _values(edit), if_match)
        with _acted():
            written = self._read(ticket, edit, _sentences(reply))
            if written.ticket is None:
                return written
            # A value of more than 255 bytes is not emptied by null, which is what empties the others in full.
            stubborn = {
                name: ""
                for name, value in edit.fields.items()
                if value is None and name in written.ticket.fields
            }
            if not stubborn:
                return written
            again = self.client.put(f"/ticket/{ticket}", {"CustomFields": stubborn})
            return self._read(ticket, edit, written.said + _sentences(again))

    def delete(self, ticket: int) -> bool:
        """Delete a ticket, which few may; whether it is deleted now. Raises `Missing`, `Denied`."""
        self.client.put(f"/ticket/{ticket}", {"Status": "deleted"})
        with _acted():
            state = self.client.get(f"/ticket/{ticket}", wire.TicketState)
        return state.id == ticket and state.status == "deleted"

    def merge(self, ticket: int, into: int) -> Written:
        """Move a ticket's conversation into another, where it goes on; done if `Written.id` is that one's."""
        reply = self.client.put(f"/ticket/{ticket}", {"MergeInto": into})
        with _acted():
            return self._read(ticket, Edit(), _sentences(reply))

    def link(self, ticket: int, other: int, kind: LinkKind = LinkKind.REFERS_TO) -> bool:
        """Tie a ticket to another; whether it is tied now."""
        return self._tie("Add", ticket, Link(other, kind))

    def unlink(self, ticket: int, other: int, kind: LinkKind = LinkKind.REFERS_TO) -> bool:
        """Undo a tie; whether it is gone now."""
        return not self._tie("Delete", ticket, Link(other, kind))

    def _tie(self, verb: str, ticket: int, link: Link) -> bool:
        self.client.put(f"/ticket/{ticket}", {f"{verb}{link.kind}": link.other})
        with _acted():
            return link in self.reader.links(ticket)

    # Ownership

    def take(self, ticket: int, me: str) -> Ownership:
        """Take a ticket that nobody has. Of several who try at once RT lets one win; `done` says whether it is `me`."""
        reply = self.client.put(f"/ticket/{ticket}/take", {})
        with _acted():
            return self._ownership(ticket, me, _sentences(reply))

    def steal(self, ticket: int, me: str, from_owner: str) -> Ownership:
        """Take a ticket over from its owner; nothing is done if that is somebody else by now."""
        return self._from(ticket, "steal", from_owner, me)

    def untake(self, ticket: int, me: str) -> Ownership:
        """Give a ticket back. Some rights let RT do so with a colleague's ticket too: it is left alone here."""
        return self._from(ticket, "untake", me, None)

    def _from(self, ticket: int, verb: str, expected: str, wanted: str | None) -> Ownership:
        head = self.client.ask(f"/ticket/{ticket}")
        owner = wire.owner(self.client.read(head, wire.TicketState).owner)
        if owner != expected:
            return Ownership(owner == wanted, owner)
        reply = self.client.put(f"/ticket/{ticket}/{verb}", {}, head.etag)
        with _acted():
            return self._ownership(ticket, wanted, _sentences(reply))

    def _ownership(self, ticket: int, wanted: str | None, said: tuple[str, ...]) -> Ownership:
        owner = wire.owner(self.client.get(f"/ticket/{ticket}", wire.TicketState).owner)
        return Ownership(owner == wanted, owner, said)

    # Messages

    def correspond(
        self,
        ticket: int,
        text: str,
        op: str,
        *,
        action: str = "",
        files: Sequence[Upload] = (),
    ) -> Posted:
        """Answer the customer. `op` is the action's id, by which it is found again, `action` the action as JSON.

        RT tells nobody apart who is not there and who may not: both are `Refused`. It may accept an answer on a
        ticket that the user does not see any more; then there is nothing to read back.
        """
        return self._say("correspond", ticket, text, op, action, files)

    def comment(
        self,
        ticket: int,
        text: str,
        op: str,
        *,
        action: str = "",
        files: Sequence[Upload] = (),
    ) -> Posted:
        """Leave an internal note; otherwise as `correspond`."""
        return self._say("comment", ticket, text, op, action, files)

    def send(
        self,
        verb: str,
        ticket: int,
        text: str,
        op: str,
        *,
        action: str = "",
        files: Sequence[Upload] = (),
        edit: Edit = NOTHING,
    ) -> Reply:
        """`correspond` or `comment`, and change status and fields in the same request; nothing is read back."""
        content = sendable(text)
        marks = {CLIENT_OP: op, CLIENT_ACTION: sendable(action)} if action else {CLIENT_OP: op}
        values = {
            # RT, being Perl, takes "0" for no text.
            "Content": "0\n" if content == "0" else content,
            "ContentType": "text/plain",
            "TxnCustomFields": marks,
            **_values(edit),
        }
        return self.client.post(f"/ticket/{ticket}/{verb}", values, files)

    def _say(
        self, verb: str, ticket: int, text: str, op: str, action: str, files: Sequence[Upload]
    ) -> Posted:
        reply = self.send(verb, ticket, text, op, action=action, files=files)
        content = sendable(text)
        marks = {CLIENT_OP: op, CLIENT_ACTION: action} if action else {CLIENT_OP: op}
        with _acted():
            number = _number(reply)
            if not number:
                raise errors.Malformed(self.client.host, reply.status, "Location", doubtful=True)
            message = next(iter(self.reader.messages_of([number])), None)
        if message is None:
            return Posted(number, None, said=_sentences(reply))
        dropped = _dropped_text(message, content) + _dropped_files(message, files)
        got = {CLIENT_OP: message.op, CLIENT_ACTION: message.action}
        lost = tuple(Dropped(name, value, got[name]) for name, value in marks.items() if got[name] != value)
        return Posted(number, message, lost + dropped, _sentences(reply))

    def _read(self, ticket: int, edit: Edit, said: tuple[str, ...]) -> Written:
        """What holds after a write, and what of `edit` does not."""
        fetched = self.reader.tickets([ticket])
        number = fetched.merged.get(ticket, ticket)
        held = next((each for each in fetched.tickets if each.id == number), None)
        return Written(number, held, () if held is None else dropped(edit, held), said)


def dropped(edit: Edit, held: Ticket) -> tuple[Dropped, ...]:
    """What of an edit does not hold."""
    pairs: list[tuple[str, str, str]] = []
    if edit.subject is not UNSET:
        pairs.append(("Subject", one_line(edit.subject), held.subject))
    if edit.status is not UNSET:
        pairs.append(("Status", edit.status, held.status))
    if edit.queue is not UNSET:
        pairs.append(("Queue", edit.queue, held.queue))
    if edit.owner is not UNSET:
        pairs.append(("Owner", edit.owner or "", held.owner or ""))
    if edit.requestors is not UNSET:
        there = sorted((person.email or person.name).casefold() for person in held.requestors)
        pairs.append(("Requestor", ", ".join(sorted(map(str.casefold, edit.requestors))), ", ".join(there)))
    pairs += ((name, value or "", held.fields.get(name, "")) for name, value in _fields(edit).items())
    return tuple(Dropped(*pair) for pair in pairs if pair[1] != pair[2])


def one_line(subject: str) -> str:
    """A subject as RT keeps it but for its length: it removes line ends, and two words become one."""
    return " ".join(sendable(subject).splitlines())


def sendable(text: str) -> str:
    """A text with the line ends that RT keeps, and without halves of characters, which no encoding has."""
    return text.replace("\r\n", "\n").encode(errors="replace").decode()


def _values(edit: Edit) -> dict[str, object]:
    given: dict[str, object | UnsetType] = {
        "Subject": edit.subject if edit.subject is UNSET else one_line(edit.subject),
        "Status": edit.status,
        "Queue": edit.queue,
        "Owner": NOBODY if edit.owner is None else edit.owner,
        "Requestor": edit.requestors,
        "CustomFields": _fields(edit) or UNSET,
    }
    return {name: value for name, value in given.items() if value is not UNSET}


def _fields(edit: Edit) -> dict[str, str | None]:
    return {name: value and sendable(value) for name, value in edit.fields.items()}


def _dropped_text(message: Message | None, sent: str) -> tuple[Dropped, ...]:
    """A text that came out differently; a line end more is none."""
    wanted, got = sendable(sent), message.text if message else ""
    return () if got in (wanted, f"{wanted}\n") else (Dropped("Content", wanted, got),)


def _dropped_files(message: Message | None, sent: Sequence[Upload]) -> tuple[Dropped, ...]:
    """Files that are not there. Sizes tell nothing: RT recodes text files."""
    there = [file.name for file in message.files] if message else []
    missing: list[Dropped] = []
    for file in sent:
        name = file_name(file.name)
        if name in there:
            there.remove(name)
        else:
            missing.append(Dropped("Attachments", name, ""))
    return tuple(missing)


def _number(reply: Reply) -> int:
    """The id of what was made, by the address that RT names; 0 if it names none."""
    number = reply.location.rstrip("/").rpartition("/")[2]
    return int(number) if number.isdecimal() else 0


def _sentences(reply: Reply) -> tuple[str, ...]:
    """What RT said, in English: for people to read, never to judge by."""
    try:
        return tuple(text for text in msgspec.json.decode(reply.body, type=list[str | None]) if text)
    except msgspec.DecodeError:
        return ()


@contextmanager
def _acted() -> Iterator[None]:
    """Inside, the server has been told already: an error leaves in doubt what came of it."""
    try:
        yield
    except errors.RtError as error:
        error.doubtful = True
        raise
