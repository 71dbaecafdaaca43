"""One mail as bytes into a `Contact`."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Collection

from agent_tui.domain.messages import N_, Told
from agent_tui.guidance import language, market
from agent_tui.intake import body, dates, headers, kinds, mime, threads
from agent_tui.intake.contact import Contact, ContactKind, Unreadable
from agent_tui.intake.headers import Fields, Mailbox

_MOST_PROBLEMS = 20
_REMEMBERED = 20_000  # mails and domains whose charset is kept for later mislabelled ones
_PLUS = re.compile(r"\+[^@]*@")
_ID_BYTES = 200


class Reader:
    """Reads mails one after the other; remembers which charset a thread or a domain used."""

    def __init__(self, own: Collection[str] = ()) -> None:
        lowered = [address.strip().lower() for address in own]
        self._own = frozenset(address for address in lowered if not address.startswith("@"))
        self._own_domains = frozenset(address[1:] for address in lowered if address.startswith("@"))
        self._charsets: OrderedDict[str, str] = OrderedDict()

    def read(self, source: str, message: bytes, envelope: bytes = b"") -> Contact | Unreadable:
        """The contact in `message` (RFC 5322 bytes); `envelope` is the `From ` line of an mbox."""
        if not message.strip():
            return Unreadable(source, Told(N_("an empty message")))
        head, rest = headers.split(message)
        fields = Fields(head)
        if not fields:
            return Unreadable(source, Told(N_("no header fields: this is no mail")))
        references = threads.ids(_shown(fields, "references") + _shown(fields, "in-reply-to"))
        hints = self._hints(fields, references)
        root = mime.parse(fields, rest, hints)
        content = body.read(root, hints)
        problems: list[Told] = []
        sender, form = self._sender(fields, hints, problems)
        subject = self._subject(fields, hints, problems)
        moment = dates.of_message(fields, envelope)
        problems += moment.problems
        problems += content.problems
        message_id = threads.message_id(fields.ascii("message-id"))
        if not message_id:
            problems.append(Told(N_("no Message-ID")))
        own = self.is_own(sender.email) and not form
        bounced: tuple[str, ...] = ()
        kind = ContactKind.OWN
        if not own:
            kind = kinds.kind(fields, root, sender.email, subject, content.text, form=form)
        if kind is ContactKind.BOUNCE:
            report = kinds.read_report(root, fields, content.text, content.reports)
            bounced = tuple(report.bounced)
            references = tuple(dict.fromkeys((*references, *report.references)))
        self._remember(message_id, sender.email, content.codec)
        said = content.text or subject
        tongue = language.identify(said)
        place = None
        if kind in (ContactKind.REQUEST, ContactKind.AUTOMATIC):
            place = market.guess(email=sender.email, name=sender.name, text=said, offset=moment.offset,
                                 language=tongue.value if tongue else None)  # fmt: skip
        return Contact(
            source=source,
            fingerprint=hashlib.sha256(message).hexdigest(),
            kind=kind,
            at=moment.at,
            name=sender.name,
            email=sender.email,
            subject=subject,
            text=content.text,
            files=tuple(content.files),
            message_id=message_id,
            references=references,
            ticket_ids=threads.ticket_ids(subject),
            bounced=bounced,
            market=place,
            language=tongue,
            problems=tuple(dict.fromkeys(problems))[:_MOST_PROBLEMS],
        )

    def is_own(self, email: str) -> bool:
        """Whether an address is the desk's, sub-addresses (`support+4711@`) included."""
        if not email:
            return False
        plain = _PLUS.sub("@", email)
        return email in self._own or plain in self._own or email.rpartition("@")[2] in self._own_domains

    def _subject(self, fields: Fields, hints: tuple[str, ...], problems: list[Told]) -> str:
        decoded = headers.text(fields.raw("subject"), hints)
        if "\n" in decoded or "\r" in decoded:
            problems.append(Told(N_("line breaks inside the subject, shown as spaces")))
        return headers.one_line(decoded)

    def _sender(self, fields: Fields, hints: tuple[str, ...], problems: list[Told]) -> tuple[Mailbox, bool]:
        """Whom to answer, and whether a program (a web form) wrote in that person's name.

        Another address in Reply-To is followed only when a program sent the mail, or within the sender's own
        domain: anybody can write a Reply-To.
        """
        raw_from = fields.raw("from")
        boxes = headers.mailboxes(raw_from, hints) or headers.mailboxes(fields.raw("sender"), hints)
        sender = next((box for box in boxes if box.email), boxes[0] if boxes else Mailbox("", ""))
        if b"=0d" in raw_from.lower() or b"=0a" in raw_from.lower():
            problems.append(Told(N_("line breaks inside the sender's name, shown as spaces")))
        if not sender.email:
            path = headers.mailboxes(fields.raw("return-path"), hints)
            if sender.name.lower() == "mailer-daemon":
                sender = Mailbox("", "mailer-daemon")
            elif path and path[0].email:
                sender = Mailbox(sender.name, path[0].email)
            text = N_("no sender address, the return path is used") if path else N_("no sender address")
            problems.append(Told(text))
        replies = [box for box in headers.mailboxes(fields.raw("reply-to"), hints) if box.email]
        others = [box for box in replies if box.email != sender.email]
        if not others:
            return sender, False
        program = self.is_own(sender.email) or kinds.NO_REPLY.search(sender.email) is not None
        if program and len(replies) == 1 and not self.is_own(replies[0].email):
            name = replies[0].name or ("" if self.is_own(sender.email) else sender.name)
            return Mailbox(name, replies[0].email), True
        shown = {"addresses": ", ".join(box.email for box in others[:3])}
        domain = sender.email.rpartition("@")[2]
        if len(replies) > 1:
            text = N_("Reply-To names several addresses ({addresses}); the answer goes to the sender")
            problems.append(Told(text, shown))
        elif replies[0].email.rpartition("@")[2] != domain:
            text = N_("Reply-To is on another domain ({addresses}); the answer goes to the sender")
            problems.append(Told(text, shown))
        else:
            return Mailbox(sender.name or replies[0].name, replies[0].email), False
        return sender, False

    def _hints(self, fields: Fields, references: tuple[str, ...]) -> tuple[str, ...]:
        """Codecs that the thread and the sender's domain used before, the nearest first."""
        if not self._charsets:
            return ()
        raw = fields.raw("from").decode("ascii", "replace").lower()
        domain = re.search(r"@([^\s<>\"]+)", raw)
        keys = [*reversed(references[-5:]), f"@{domain[1]}" if domain else ""]
        return tuple(dict.fromkeys(self._charsets[key] for key in keys if key in self._charsets))

    def _remember(self, message_id: str, email: str, codec: str) -> None:
        if codec in ("", "ascii", "utf_8"):
            return
        for key in (message_id[:_ID_BYTES], "@" + email.rpartition("@")[2]):
            if len(key) > 1:
                self._charsets[key] = codec
                self._charsets.move_to_end(key)
        while len(self._charsets) > _REMEMBERED:
            self._charsets.popitem(last=False)


def _shown(fields: Fields, name: str) -> list[str]:
    return [value.decode("ascii", "replace") for value in fields.all(name)]
