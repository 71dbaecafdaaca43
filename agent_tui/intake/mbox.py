"""Mail folders in one file (RFC 4155), read as a stream: no more than one message is held in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

import msgspec

CHUNK = 1 << 20  # bytes read at once
LARGEST = 256 << 20  # bytes of one message; beyond, it is passed over and named

_DATED = re.compile(
    rb"From .*?\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .{0,30}?\b\d{1,2}:\d\d(?::\d\d)?\b.*?\b\d{4}\b"
    rb"|From \S+ +\d{4}-\d\d-\d\d"
)
_SHORT = re.compile(rb"From (?:\S*[@-]\S*|MAILER-DAEMON|MAILER_DAEMON|nobody|root|\?\?\?)\s*\Z")
_HEADER = re.compile(rb"(?:>?[A-Za-z][A-Za-z0-9-]*[ \t]*:|>From )")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_LOOK_AHEAD = 2100  # bytes after a candidate that decide about it: the line itself and the start of the next


class Stream(Protocol):
    """What is read from: an open binary file, maybe through gzip."""

    def read(self, size: int, /) -> bytes: ...


class Item(msgspec.Struct, frozen=True):
    """A message between two separators; `envelope` is the `From ` line. `content` is empty when it was too large."""

    envelope: bytes
    content: bytes
    size: int


def is_separator(buffer: bytes | bytearray, start: int) -> bool:
    """Whether the `From ` line at `start` begins a message, and is no sentence that begins with From.

    It needs a date as mail programs write it, or an envelope address; and a header field on the next line.
    """
    end = buffer.find(b"\n", start, start + 1000)
    if end < 0:
        return False
    line = bytes(buffer[start:end]).rstrip(b"\r")
    if _HEADER.match(buffer, end + 1) is None:
        return False
    if _DATED.match(line):
        return True
    blank_before = start == 0 or bytes(buffer[max(0, start - 2) : start]).replace(b"\r", b"").endswith(b"\n")
    return blank_before and _SHORT.match(line) is not None


def first_separator(head: bytes) -> int:
    """Where the first message of an mbox begins in its first bytes, -1 when it is no mbox."""
    start = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    if head.startswith(b"From ", start) and is_separator(head, start):
        return start
    position = head.find(b"\nFrom ", start)
    while position >= 0:
        if is_separator(head, position + 1):
            return position + 1
        position = head.find(b"\nFrom ", position + 1)
    return -1


def split(stream: Stream) -> Iterator[Item]:
    """The messages of an mbox. Bytes before the first separator come as an item without an envelope."""
    buffer = bytearray()
    begin = 0  # of the current message, in the buffer
    look = 0  # where to look for the next separator
    dropped = 0  # bytes of an oversized message already thrown away
    first = True
    ended = False
    while not ended:
        piece = stream.read(CHUNK)
        ended = not piece
        buffer += piece
        while True:
            found = _next(buffer, look, ended, first and look == 0)
            if found < 0:
                break
            if found + _LOOK_AHEAD > len(buffer) and not ended:
                look = found - 1 if found > 3 else 0
                break
            if is_separator(buffer, found):
                if found > begin or dropped:
                    yield _item(buffer, begin, found, dropped)
                    dropped = 0
                begin = found
            look = found + 5
            first = False
        if not ended and found < 0:
            look = max(look, len(buffer) - 6)
        if begin:
            del buffer[:begin]
            look = max(0, look - begin)
            begin = 0
        elif len(buffer) > LARGEST:
            dropped += len(buffer) - 1006
            del buffer[1000:-6]  # the envelope stays, and what may be the start of a separator
            look = max(0, len(buffer) - 6)
    if len(buffer) > begin or dropped:
        yield _item(buffer, begin, len(buffer), dropped)


def _next(buffer: bytearray, look: int, ended: bool, at_start: bool) -> int:
    if at_start:
        start = 3 if buffer.startswith(b"\xef\xbb\xbf") else 0
        if buffer.startswith(b"From ", start) and (start or look == 0):
            return start
    found = buffer.find(b"\nFrom ", look)
    return found + 1 if found >= 0 else -1


def _item(buffer: bytearray, begin: int, end: int, dropped: int) -> Item:
    size = end - begin + dropped
    line_end = buffer.find(b"\n", begin, end)
    if not buffer.startswith(b"From ", begin) or line_end < 0:
        return Item(b"", b"" if dropped else bytes(buffer[begin:end]), size)
    envelope = bytes(buffer[begin:line_end]).rstrip(b"\r")
    if dropped:
        return Item(envelope, b"", size)
    if (
        end - begin >= 2 and buffer[end - 2 : end] == b"\n\n"
    ):  # the blank line before a separator is the folder's
        end -= 1
    elif buffer[max(begin, end - 4) : end] == b"\r\n\r\n":
        end -= 2
    return Item(envelope, unescape(bytes(buffer[line_end + 1 : end])), size)


def unescape(content: bytes) -> bytes:
    """Undo the `>From ` of mboxo and mboxrd."""
    return _ESCAPED.sub(rb"\1", content) if b">From " in content else content
