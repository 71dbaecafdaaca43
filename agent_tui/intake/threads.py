"""What ties a mail to others: message ids, ticket numbers in the subject, and the subject without its prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ID = re.compile(r"<([^<>\s]{1,900})>")
# Bounded, and only from where a word begins, so that a long run without an @ is read once.
_BARE_ID = re.compile(r"(?<![^\s<>,;()\"])[^\s<>,;()\"@]{1,600}@[^\s<>,;()\"]{1,300}")
_COMMENT = re.compile(r"\([^()]*\)")
_FOLDED = re.compile(r"\s+")
_TICKET = re.compile(
    r"""[\[［【]\s*(?:(?P<name>[\w .&'-]{1,40}?)[\s:]*)?\#\s?(?P<a>\d{1,12})\s*[\]］】]
      | [(（]\s*(?:(?:ticket|case|request|issue|vorgang|dossier|caso|工单|工單|票号|問い合わせ番号|문의)[\s:]*)?
        \#\s?(?P<b>\d{1,12})\s*[)）]""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_TICKET = re.compile(
    r"order|invoice|bestell|rechnung|commande|facture|pedido|factura|ordine|注文|订单|訂單|주문",
    re.IGNORECASE,
)
_MOST = 200  # references kept: the newest, plus the first

_PREFIX = re.compile(
    r"""\s*(?:
        (?:re|r|aw|antw(?:ort)?|sv|vs|rif|res|odp|ynt|cevap|bls|balas|tr|rv|fwd?|wg|i|pd|doorst|vb|vl|enc|reply|
           回复|回覆|答复|答覆|转发|轉寄|轉發|返信|転送|답장|회신|전달|ответ|отв|пересл|تر|رد|
           إعادة\ توجيه|תגובה|השב|ตอบ|ตอบกลับ|ส่งต่อ|trả\ lời|trl|chuyển\ tiếp|απ|σχετ|πρθ)
        \s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:：﹕]
        | \[\s*(?:ext|extern(?:al|e)?|external\ e?-?mail|spam\??|suspected\ spam|fwd?)\s*:?\s*\]
        | \[\s*[\w .&'-]{0,40}?\#\s?\d{1,12}\s*\]
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)


def message_id(raw: str) -> str:
    """The id of a Message-ID field without angle brackets; empty when there is none."""
    found = ids((raw,))
    return found[0] if found else ""


def ids(fields: Iterable[str]) -> tuple[str, ...]:
    """All message ids of References and In-Reply-To values, each once, in order (oldest first).

    Tolerates comments, folding inside an id, missing brackets and the prose of old In-Reply-To fields.
    """
    found: dict[str, None] = {}
    for field in fields:
        bracketed = _ID.findall(field)
        if not bracketed and "<" in field:  # folded inside the brackets
            bracketed = _ID.findall(_FOLDED.sub("", field))
        for value in bracketed or _BARE_ID.findall(_COMMENT.sub(" ", field)):
            found.setdefault(value)
    everything = tuple(found)
    return everything if len(everything) <= _MOST else (everything[0], *everything[1 - _MOST :])


def ticket_ids(subject: str) -> tuple[int, ...]:
    """Ticket numbers in brackets: `[#123]`, `[Ticket #123]`, `(#123)`. A bare `#123` is an order as often as not."""
    found: dict[int, None] = {}
    for match in _TICKET.finditer(subject[:2000]):
        if not _NO_TICKET.search(match["name"] or ""):
            found.setdefault(int(match["a"] or match["b"]))
    return tuple(found)


def base_subject(subject: str) -> str:
    """The subject without reply, forward and warning prefixes, in any of some thirty languages."""
    position = 0
    while (match := _PREFIX.match(subject, position)) is not None and match.end() > position:
        position = match.end()
    return subject[position:].strip()
