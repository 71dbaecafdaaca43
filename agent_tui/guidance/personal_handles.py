"""Names in messengers and social networks, and those under which people are paid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent_tui.domain.personal_data import Kind, Role
from agent_tui.guidance.personal_numbers import Found
from agent_tui.guidance.personal_text import Label, Reading

_NAME = re.compile(
    r"(?<![A-Za-z0-9_@.\-/])(?:@[A-Za-z0-9_][\w.\-]{1,31}|[A-Za-z](?:[\w.\-]{2,31})(?:[:#][A-Za-z\d][\w.\-]{1,31})?|\d{5,12})"
    r"(?![@\w])",
    re.ASCII,
)
_AT_NAME = re.compile(r"(?<![\w.@/+-])@(?=[\d.]{0,3}[A-Za-z_])\w(?:[\w.]{1,29}\w)(?![\w@-]|\.\w)", re.ASCII)
_NAME_BEHIND = 24  # characters between a name with @ and the messenger's
_VERSION = re.compile(r"v?\d+(?:\.\d+)+", re.IGNORECASE)
_OWN_SIGNS = re.compile(r"@|\w_|#\d{4}$|[a-z]\d|\d[a-z]|[a-z]\.[a-z]", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[\"'”」)]?[ ]?(?:[,.;!?\n)，。、；]|$|[^\x00-\x7f])")
_NAME_AHEAD = 36  # characters after the word within which the name begins
_HOSTS = re.compile(r".*\.(?:com|net|org|io|me|ru|cn|de|pdf|png|jpe?g|html?)", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


def handles(reading: Reading) -> Iterator[Found]:
    """Names in messengers behind the messenger's: such as have signs of their own, or that are plainly told."""
    told = [label for label in reading.labels if Role.HANDLE in label.roles]
    if told and "@" in reading.plain:
        for match in _AT_NAME.finditer(reading.plain):
            if any(
                max(label.start - match.end(), match.start() - label.end) <= _NAME_BEHIND for label in told
            ):
                yield Found(Kind.HANDLE, *match.span(), 64, sure=False)
    if "@" in reading.plain:
        for match in reading.rules.payments.finditer(reading.plain):
            yield Found(Kind.HANDLE, *match.span(), 64)
    for place, label in enumerate(reading.labels):
        if Role.HANDLE in label.roles:
            found = _handle(reading, label, reading.labels[place + 1 :])
            if found is not None:
                yield Found(Kind.HANDLE, *found, 64, sure=False)


def _handle(reading: Reading, label: Label, following: Sequence[Label]) -> tuple[int, int] | None:
    plain = reading.plain
    end = min(len(plain), label.end + _NAME_AHEAD)
    for other in following:
        whole = (
            plain[other.end : other.end + 1] not in ("_", ".", "-")
            or not plain[other.end + 1 : other.end + 2].isalnum()
        )
        if other.start >= label.end and whole and not other.roles & {Role.HANDLE, Role.ID}:
            end = min(end, other.start)
            break
    for match in _NAME.finditer(plain, label.end, min(len(plain), end + 32)):
        if match.start() >= end or "\n" in plain[label.end : match.start()].strip(" :：\n"):
            return None
        name = match[0].rstrip(".-")
        if len(name) < 3 or _HOSTS.fullmatch(name) or _VERSION.fullmatch(name):
            continue
        own = bool(_OWN_SIGNS.search(name)) and not (name[0].isdigit() and not name.isdigit())
        told = reading.rules.telling.named.search(reading.low, label.start, match.start()) is not None or (
            name.isdigit() and not _LETTER.search(plain, label.end, match.start())
        )
        if own or (
            told
            and (name.isdigit() or (len(name) > 3 and _CLAUSE_END.match(plain, match.start() + len(name))))
        ):
            return match.start(), match.start() + len(name)
    return None
