"""The parts of a message (RFC 2045, 2046), cut from its bytes. Broken structure gives what is there and a note."""

from __future__ import annotations

import binascii
import re

import msgspec

from agent_tui.domain.messages import N_, Told
from agent_tui.intake import headers
from agent_tui.intake.headers import Fields

_DEPTH = 40  # multiparts inside multiparts; deeper ones come as files
_PARTS = 2000  # parts of one message that are looked at
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_BOUNDARY_END = re.compile(rb"(--)?[ \t]*(?=\r?\n|\Z)")
_BOUNDARY_LINE = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?$", re.MULTILINE)


class Part(msgspec.Struct):
    """A leaf or a branch of the tree; `body` is still transfer-encoded."""

    fields: Fields
    media_type: str
    parameters: dict[str, str]
    disposition: str
    name: str  # file name as the sender gave it, maybe empty
    body: bytes
    children: list[Part] = []
    problems: list[Told] = []

    @property
    def is_text(self) -> bool:
        """A part people read: text, with no file name, not marked as an attachment."""
        return self.media_type in ("text/plain", "text/html", "text/enriched") and not self.is_file

    @property
    def is_file(self) -> bool:
        """Marked as an attachment or named like one."""
        return self.disposition == "attachment" or bool(self.name)


def parse(fields: Fields, body: bytes, hints: tuple[str, ...] = ()) -> Part:
    """The tree of a message. Never raises: what makes no sense becomes text or a file."""
    return _part(fields, body, hints, 0, [0], "text/plain")


def _part(
    fields: Fields, body: bytes, hints: tuple[str, ...], depth: int, count: list[int], default: str
) -> Part:
    media_type, parameters = headers.parameters(fields.raw("content-type"), hints)
    if "/" not in media_type:
        media_type = default if not media_type or media_type != "text" else "text/plain"
    disposition = ""
    given: dict[str, str] = {}
    if "content-disposition" in fields:
        disposition, given = headers.parameters(fields.raw("content-disposition"), hints)
    name = headers.one_line(given.get("filename") or parameters.get("name") or "")
    part = Part(fields, media_type, parameters, disposition, name, body, [], [])
    count[0] += 1
    if media_type.startswith("multipart/"):
        if depth >= _DEPTH or count[0] > _PARTS:
            part.problems.append(Told(N_("too many parts inside parts")))
        else:
            inner = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
            for piece in _pieces(part):
                if count[0] > _PARTS:
                    part.problems.append(Told(N_("too many parts")))
                    break
                head, content = _split(piece)
                part.children.append(_part(Fields(head), content, hints, depth + 1, count, inner))
    return part


def _split(content: bytes) -> tuple[bytes, bytes]:
    if content[:1] in (b"\n", b"\r"):  # a part without any header field
        return b"", content.removeprefix(b"\r").removeprefix(b"\n")
    return headers.split(content)


def _line_end_before(body: bytes, place: int) -> int:
    """Where the line before `place` ends: its line end belongs to the boundary."""
    if place >= 2 and body[place - 2] == 13:
        return place - 2
    return max(0, place - 1)


def _pieces(part: Part) -> list[bytes]:
    """The bytes between the boundary lines."""
    body = part.body
    boundary = part.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
    if not boundary or b"--" + boundary not in body:
        guess = _BOUNDARY_LINE.search(body)
        if guess is None:
            part.problems.append(Told(N_("parts without a boundary, read as one text")))
            return [b"\n" + body] if body.strip() else []
        part.problems.append(Told(N_("the boundary named in the header is not the one used")))
        boundary = guess[1]
    mark = b"--" + boundary
    pieces: list[bytes] = []
    start = -1
    found = body.find(mark)  # a plain search: an expression that begins with a line's end is ten times slower
    while found >= 0:
        ending = _BOUNDARY_END.match(body, found + len(mark)) if found == 0 or body[found - 1] == 10 else None
        if ending is not None:
            if start >= 0:
                pieces.append(_after_line(body, start, _line_end_before(body, found)))
            start = ending.end()
            if ending[1]:
                return pieces
        found = body.find(mark, found + 1)
    if start >= 0:
        part.problems.append(Told(N_("ends before its closing boundary")))
        pieces.append(_after_line(body, start, len(body)))
    return pieces


def _after_line(body: bytes, start: int, end: int) -> bytes:
    if body.startswith(b"\r\n", start):
        start += 2
    elif body.startswith(b"\n", start):
        start += 1
    return body[start : max(start, end)]


def payload(part: Part) -> tuple[bytes, Told | None]:
    """The bytes of a part without their transfer encoding, and what was wrong with it."""
    encoding = part.fields.ascii("content-transfer-encoding").lower().split(";")[0].strip(" \"'")
    body = part.body
    if encoding == "base64":
        if part.media_type.startswith("text/") and not _is_base64(body):
            return body, Told(N_("{part}: declared base64, but is not"), _named(part))
        return headers.from_base64(body), None
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body), None
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        content, text = _from_uu(body)
        return content, Told(text, _named(part)) if text else None
    known = encoding in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none")
    if known:
        return body, None
    details = {**_named(part), "encoding": encoding}
    return body, Told(N_("{part}: unknown transfer encoding {encoding!r}"), details)


def _named(part: Part) -> dict[str, str]:
    return {"part": part.name or part.media_type}


def _is_base64(body: bytes) -> bool:
    sample = body[:4000].strip()
    foreign = len(_NOT_BASE64.findall(sample))
    blanks = len(re.findall(rb"[^\s] +[^\s]", sample))
    return foreign <= 1 + len(sample) // 20 and blanks <= 2 + len(sample) // 70


def _from_uu(body: bytes) -> tuple[bytes, str]:
    out = bytearray()
    started = False
    for line in body.splitlines():
        if not started:
            started = line.startswith(b"begin ")
        elif line.strip() in (b"end", b"`", b""):
            if line.strip() == b"end":
                return bytes(out), ""
        else:
            try:
                out += binascii.a2b_uu(line)
            except binascii.Error:
                return bytes(out), N_("{part}: broken uuencode")
    if started:
        return bytes(out), N_("{part}: uuencode without an end")
    return body, N_("{part}: uuencode without a beginning")
