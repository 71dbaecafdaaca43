"""Header fields: finding, unfolding and decoding them (RFC 5322, 2047, 2231), whatever state they are in."""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

import msgspec

from agent_tui.intake import charset

_FIELD = re.compile(rb"^([\x21-\x39\x3b-\x7e]+)[ \t]*:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.MULTILINE)
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n|\A[ \t]*\r?\n")
# The length is bounded, so a header full of word openings that never close stays cheap.
_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?(.{0,4000}?)\?=")
_GAP = re.compile(r"\?=[ \t\r\n]+=\?(?=[^?\s]{1,100}\?[bBqQ]\?)")
_LINE_CONTROLS = re.compile("[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
# Bounded, and only from where a word begins: a long run of letters without an @ must not be tried from each of them.
_ATOM = r"[^\s<>()\[\]\\,;:\"@\x00-\x1f]"
_ADDRESS = re.compile(rf"(?<!{_ATOM}){_ATOM}{{1,256}}@{_ATOM}{{1,255}}")
_PARAMETER = re.compile(
    r';\s*([^\s=;*]{1,80})(?:\*(\d{1,3}))?(\*)?\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL
)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_LIMIT = 65_536  # bytes of one field that are looked at: real ones are under 2,000


class Mailbox(msgspec.Struct, frozen=True):
    """One address of From or Reply-To; `email` in lower case, `name` on one line and maybe empty."""

    name: str
    email: str


class Fields:
    """The header of one message or part: names in lower case, raw values, first occurrence first."""

    __slots__ = ("_fields",)

    def __init__(self, head: bytes) -> None:
        self._fields: dict[str, list[bytes]] = {}
        for name, value in _FIELD.findall(head):
            self._fields.setdefault(name.decode("ascii").lower(), []).append(value)

    def __bool__(self) -> bool:
        return bool(self._fields)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether there is a field of one of these names."""
        return not names.isdisjoint(self._fields)

    def raw(self, name: str) -> bytes:
        """The first field of that name, unfolded; empty when there is none."""
        values = self._fields.get(name)
        return _unfold(values[0]) if values else b""

    def all(self, name: str) -> list[bytes]:
        """Every field of that name, unfolded."""
        return [_unfold(value) for value in self._fields.get(name, ())]

    def ascii(self, name: str) -> str:
        """A structured field that holds no free text; other bytes show as U+FFFD."""
        return self.raw(name).decode("ascii", "replace").strip()


def _unfold(value: bytes) -> bytes:
    value = value[:_LIMIT]
    return (_FOLD.sub(b"", value) if b"\n" in value else value).rstrip(b"\r\n")


def split(message: bytes) -> tuple[bytes, bytes]:
    """Header bytes and body bytes; a message without a blank line is all header, or all body if it has no field."""
    match = _BLANK_LINE.search(message)
    if match is None:
        return (message, b"") if _FIELD.match(message) else (b"", message)
    return message[: match.start() + 1], message[match.end() :]


def one_line(text: str) -> str:
    """Line breaks, tabs and their Unicode kin become one space: a header field is one line. The rest stays data."""
    return _LINE_CONTROLS.sub(" ", text).strip()


def text(raw: bytes, hints: Sequence[str] = ()) -> str:
    """A free-text field such as Subject, decoded (RFC 2047) but not yet put on one line."""
    plain = charset.decode(raw, "", hints).text if not raw.isascii() else raw.decode("ascii")
    return words(plain, hints)


def words(plain: str, hints: Sequence[str] = ()) -> str:
    """Decode the encoded words in a field.

    Neighbours of one charset are joined first: many mailers cut them inside a character.
    """
    if "=?" not in plain:
        return plain
    plain = _GAP.sub("?==?", plain)
    out: list[str] = []
    pending: tuple[str, bytes] | None = None
    position = 0
    for match in _WORD.finditer(plain):
        between = plain[position : match.start()]
        position = match.end()
        name, data = match[1], _word_bytes(match[2], match[3], hints)
        if pending is not None and not between and pending[0].lower() == name.lower():
            pending = (name, pending[1] + data)
            continue
        if pending is not None:
            out.append(charset.decode(pending[1], pending[0], hints).text)
        out.append(between)
        pending = (name, data)
    if pending is None:
        return plain
    out.append(charset.decode(pending[1], pending[0], hints).text)
    out.append(plain[position:])
    return "".join(out)


def _word_bytes(encoding: str, encoded: str, hints: Sequence[str]) -> bytes:
    raw = encoded.encode("utf-8")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"_", b"=20"), header=False)
    return from_base64(raw)


def from_base64(data: bytes) -> bytes:
    """Base64 as found: foreign characters skipped, padding missing or in the middle, the end cut off."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    out = bytearray()
    for piece in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]", b"", data)):
        whole = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
        out += binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    return bytes(out)


def mailboxes(raw: bytes, hints: Sequence[str] = ()) -> tuple[Mailbox, ...]:
    """The addresses of a From-like field. Split first, decoded after: an encoded comma or line break adds none."""
    if not raw:
        return ()
    plain = raw.decode("ascii") if raw.isascii() else charset.decode(raw, "", hints).text
    found = [box for piece in _pieces(plain) if (box := _mailbox(piece, hints)) is not None]
    if not found and "=?" in plain:  # some programs encode the whole field, address and all
        found = [Mailbox("", match[0].lower()) for match in _ADDRESS.finditer(one_line(words(plain, hints)))][
            :1
        ]
    return tuple(found)


def _pieces(plain: str) -> list[str]:
    """Cut at commas and semicolons outside quotes, comments and angle brackets."""
    if "," not in plain and ";" not in plain:
        return [plain]
    pieces: list[str] = []
    start = 0
    quoted = angle = False
    depth = 0
    skip = False
    for index, char in enumerate(plain):
        if skip:
            skip = False
        elif char == "\\" and (quoted or depth):
            skip = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif quoted:
            continue
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif char == "<":
            angle = True
        elif char == ">":
            angle = False
        elif char in ",;" and not angle and not depth:
            pieces.append(plain[start:index])
            start = index + 1
    pieces.append(plain[start:])
    return pieces


def _mailbox(piece: str, hints: Sequence[str]) -> Mailbox | None:
    opening = piece.rfind("<")
    inside = piece[opening + 1 :].partition(">")[0] if opening >= 0 else piece
    address = _ADDRESS.search(inside.replace("mailto:", "")) or _ADDRESS.search(piece)
    if opening >= 0:
        name = piece[:opening]
    else:
        comment = re.search(r"\(([^()]*)\)", piece)
        name = comment[1] if comment else "" if address else piece
    if address is None:
        name = one_line(words(name.strip(), hints)).strip('" ')
        return Mailbox(name, "") if name and not name.endswith(":") else None
    return Mailbox(_name(name, hints), address[0].lower().rstrip("."))


def _name(raw: str, hints: Sequence[str]) -> str:
    name = raw.strip()
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = _QUOTED_PAIR.sub(r"\1", name[1:-1])
    name = one_line(words(name, hints)).strip()
    if len(name) >= 2 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name


def parameters(raw: bytes, hints: Sequence[str] = ()) -> tuple[str, dict[str, str]]:
    """A field such as Content-Type: its value in lower case and its parameters, RFC 2231 and 2047 decoded."""
    plain = raw.decode("ascii") if raw.isascii() else charset.decode(raw, "", hints).text
    value, _, _ = plain.partition(";")
    found: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(plain[len(value) : _LIMIT]):
        name, content = match[1].lower(), match[4].strip()
        if content.startswith('"'):
            content = _QUOTED_PAIR.sub(r"\1", content[1:].removesuffix('"'))
        if match[2] is not None or match[3]:
            extended.setdefault(name, []).append((int(match[2] or 0), bool(match[3]), content))
        else:
            found.setdefault(name, words(content, hints))
    for name, pieces in extended.items():
        found[name] = _rfc_2231(sorted(pieces), hints)
    return value.strip().lower(), found


def _rfc_2231(pieces: list[tuple[int, bool, str]], hints: Sequence[str]) -> str:
    label = ""
    data = b""
    for order, (_, escaped, content) in enumerate(pieces):
        if not escaped:
            data += content.encode("utf-8")
        elif order == 0 and content.count("'") >= 2:
            label, _, value = content.split("'", 2)
            data += unquote_to_bytes(value)
        else:
            data += unquote_to_bytes(content)
    return charset.decode(data, label, hints).text
