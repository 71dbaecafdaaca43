"""One row of a table, or one object of a JSON export, into a `Contact`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec

from agent_tui.domain.messages import N_, Told
from agent_tui.domain.ticket import Guess
from agent_tui.guidance import language, market
from agent_tui.intake import charset, columns, headers, html, threads, when
from agent_tui.intake.contact import Contact, ContactKind, Unreadable
from agent_tui.intake.mail import Reader

_TAG = re.compile(r"<(?:br|p|div|span|html|body|table|a|ul|li|b|i|blockquote)\b[^>]*>", re.IGNORECASE)
_FORMULA = re.compile(r'="(.*)"\Z', re.DOTALL)
_OUR_WORDS = (
    "agent|out|outgoing|outbound|sent|staff|admin|operator|reply|support|bot|true|team member|teammate|"
    "客服|坐席|担当者|상담원|operador|mitarbeiter|ausgehend"
)
_OURS = frozenset(_OUR_WORDS.split("|"))
_SLUG = re.compile(r"[^\w.-]+")
_MOST_EXTRAS = 20
_LONGEST_EXTRA = 500
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class Row(msgspec.Struct, frozen=True):
    """A row as read: its cells by column, in the order of the file. `raw` is what the fingerprint is made of."""

    source: str
    raw: str
    cells: Mapping[str, str]
    reply_to: str = ""  # message id of the conversation's first message, for the ones that follow
    message_id: str = ""
    problems: tuple[Told, ...] = ()


class Rows:
    """Turns rows into contacts; remembers which ticket ids came before, as exports have one row for each message."""

    def __init__(self, reader: Reader, name: str) -> None:
        self._reader = reader
        self._host = f"{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}.import.invalid"
        self._seen: dict[str, int] = {}

    def identity(self, number: str) -> tuple[str, str]:
        """The message id for the next message of ticket `number`, and that of its first message (or empty)."""
        if not number:
            return "", ""
        count = self._seen.get(number, 0)
        if len(self._seen) < 500_000 or number in self._seen:
            self._seen[number] = count + 1
        slug = _SLUG.sub("-", number)[:100]
        first = f"{slug}@{self._host}"
        return (first, "") if count == 0 else (f"{slug}.{count}@{self._host}", first)

    def contact(self, row: Row, *, days_first: bool = True) -> Contact | Unreadable:
        """The contact in a row; `Unreadable` when it says nothing."""
        values, extras = _sorted_cells(row.cells)
        problems = list(row.problems)
        subject = headers.one_line(values.get("subject", ""))
        text = values.get("text", "").replace("\r\n", "\n").strip("\n")
        if _TAG.search(text[:5000]) and text.count("<") >= 2:
            text = html.to_text(text)
        if not subject and not text.strip():
            return Unreadable(row.source, Told(N_("neither a subject nor a text")))
        boxes = headers.mailboxes(values.get("email", "").encode("utf-8")[:2000])
        named = (
            headers.mailboxes(values.get("name", "").encode("utf-8")[:2000])
            if "@" in values.get("name", "")
            else ()
        )
        box = next((box for box in (*boxes, *named) if box.email), None)
        if values.get("email", "").strip() and box is None:
            problems.append(Told(N_("no address: {address!r}"), {"address": values["email"][:60]}))
        name = "" if named and named[0].email else headers.one_line(values.get("name", ""))
        name = (
            name
            or " ".join(filter(None, (values.get("first", ""), values.get("last", ""))))
            or (box.name if box else "")
        )
        if not name and named:
            name = named[0].name
        email = box.email if box else ""
        at = _moment(values.get("at", ""), days_first, problems)
        channel = "email"
        if stated := values.get("channel", "").strip():
            known = columns.channel(stated)
            if known is None:
                text_of = N_("unknown channel {channel!r}, taken as e-mail")
                problems.append(Told(text_of, {"channel": stated[:40]}))
            channel = known or "email"
        phone = _phone(values.get("phone", ""), problems)
        said = text or subject
        tongue = _stated(values.get("language", ""), columns.language, "language") or language.identify(said)
        place = _stated(values.get("country", ""), market.named, "country") or market.guess(
            email=email, name=name, text=said, phone=phone, language=tongue.value if tongue else None
        )
        ours = self._reader.is_own(email) or values.get("direction", "").strip().lower() in _OURS
        lines = [f"{column}: {value}" for column, value in extras]
        return Contact(
            source=row.source,
            fingerprint=hashlib.sha256(row.raw.encode("utf-8", "surrogatepass")).hexdigest(),
            kind=ContactKind.OWN if ours else ContactKind.REQUEST,
            channel=channel,
            at=at,
            name=name,
            email=email,
            phone=phone,
            handle=values.get("handle", ""),
            subject=subject,
            text="\n\n".join(filter(None, (text, "\n".join(lines)))),
            message_id=threads.message_id(values.get("message_id", "")) or row.message_id,
            references=threads.ids((values.get("references", ""),))
            or ((row.reply_to,) if row.reply_to else ()),
            ticket_ids=threads.ticket_ids(subject),
            market=place,
            language=tongue,
            problems=tuple(dict.fromkeys(problems)),
        )


def _sorted_cells(cells: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Cells by our fields, the first filled one each; the rest that is worth showing."""
    values: dict[str, str] = {}
    extras: list[tuple[str, str]] = []
    for column, raw in cells.items():
        value = charset.clean(raw)
        if (formula := _FORMULA.match(value)) is not None:  # Excel's way to keep leading zeros
            value = formula[1]
        if not value.strip():
            continue
        field = columns.field_of(column)
        if field is not None and not values.get(field):
            values[field] = value
        elif field not in (None, "text", "subject") or columns.is_dull(column) or not column.strip():
            continue
        elif len(extras) < _MOST_EXTRAS and len(value) <= _LONGEST_EXTRA:
            extras.append((headers.one_line(charset.clean(column)), headers.one_line(value)))
    return values, extras


def _moment(value: str, days_first: bool, problems: list[Told]) -> datetime | None:
    if not value.strip():
        return None
    at = when.parse(value, days_first=days_first)
    if at is None:
        problems.append(Told(N_("unreadable date {date!r}"), {"date": value[:60]}))
    elif at < _EARLIEST or at.year >= 2060:
        problems.append(Told(N_("absurd date {date!r}"), {"date": value[:60]}))
        return None
    return at


def _phone(value: str, problems: list[Told]) -> str:
    phone = headers.one_line(value)
    if re.fullmatch(r"\d(?:[.,]\d+)?E\+?\d+", phone, re.IGNORECASE):
        problems.append(Told(N_("a spreadsheet rounded the telephone number {phone}"), {"phone": phone}))
        return ""
    return phone.removeprefix("'")


def _stated(value: str, look_up: Callable[[str], str | None], column: str) -> Guess | None:
    found = look_up(value.strip()) if value.strip() else None
    return Guess(found, (f"column:{column}",)) if found else None
