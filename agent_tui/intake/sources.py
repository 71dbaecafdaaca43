"""Which kind of file is it, and the items in it: mbox, Maildir, folders of mails, single mails, tables; gzip too."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from agent_tui.domain.messages import N_, Told
from agent_tui.intake import mbox
from agent_tui.intake.contact import Contact, Unreadable
from agent_tui.intake.errors import IntakeError
from agent_tui.intake.headers import Fields, split
from agent_tui.intake.mail import Reader
from agent_tui.system_errors import reason_of

Progress = Callable[[int], None]

_HEAD = 65_536  # bytes looked at to recognise a file
_FOREIGN = (
    (b"PK\x03\x04", N_("a zip archive or a spreadsheet: unpack it, or save the sheet as CSV")),
    (b"\xd0\xcf\x11\xe0", N_("an Outlook or old Excel file: save it as .eml or CSV")),
    (b"!BDN", N_("an Outlook folder (.pst): export it as mbox or .eml")),
    (b"%PDF", N_("a PDF document")),
    (b"SQLite format 3", N_("a database")),
)
_MAIL_SUFFIXES = frozenset({".eml", ".email", ".mail", ".mht", ".mhtml", ".msg", ".emlx", ""})
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson"})
_KNOWN = (b"from", b"to", b"subject", b"date", b"message-id", b"received", b"return-path", b"mime-version",
          b"content-type", b"delivered-to", b"reply-to", b"x-mozilla-status")  # fmt: skip


def files(path: Path) -> list[Path]:
    """The files that `read` would open, sorted; one for a file. Raises `IntakeError` if there is nothing."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise IntakeError(path, Told(N_("there is no such file or folder")))
    if (path / "cur").is_dir() or (path / "new").is_dir():
        found = [file for name in ("cur", "new") for file in sorted((path / name).glob("*"))]
    else:
        found = sorted(path.rglob("*"))
    kept = [file for file in found if file.is_file() and not file.name.startswith(".")]
    if not kept:
        raise IntakeError(path, Told(N_("the folder holds no files")))
    return kept


def size(path: Path) -> int:
    """Bytes that `read` will go through, for a progress display. Raises `IntakeError`."""
    try:
        return sum(file.stat().st_size for file in files(path))
    except OSError as error:
        raise _refused(path, error) from error


def read(path: Path, own: Collection[str], progress: Progress | None) -> Iterator[Contact | Unreadable]:
    """Everything in a file or folder, in order."""
    reader = Reader(own)
    if path.is_file():
        yield from _file(path, path.name, reader, progress, 0)
        return
    maildir = (path / "cur").is_dir() or (path / "new").is_dir()
    done = 0
    for file in files(path):
        shown = str(file.relative_to(path))
        try:
            if maildir or file.suffix.lower() in _MAIL_SUFFIXES or file.name.isdigit():
                yield reader.read(shown, _whole(file))
            else:
                yield from _file(file, shown, reader, progress, done)
        except IntakeError as error:
            yield Unreadable(shown, error.reason)
        done += file.stat().st_size if file.exists() else 0
        if progress is not None:
            progress(done)


def _refused(path: Path, error: OSError) -> IntakeError:
    return IntakeError(path, reason_of(error))


def _too_large() -> Told:
    return Told(N_("larger than {limit} MiB"), {"limit": str(mbox.LARGEST >> 20)})


def _whole(file: Path) -> bytes:
    try:
        if file.stat().st_size > mbox.LARGEST:
            raise IntakeError(file, _too_large())
        content = file.read_bytes()
    except OSError as error:
        raise _refused(file, error) from error
    if (
        content[:10].strip().isdigit() and file.suffix.lower() == ".emlx"
    ):  # Apple Mail writes the length first
        content = content.partition(b"\n")[2]
    return content


@contextmanager
def _opened(path: Path, progress: Progress | None, before: int) -> Iterator[Tracked]:
    """The file, unpacked if it is gzip; reads report how much of the file itself is done."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            yield Tracked(raw, Unpacked(raw) if packed else raw, progress, before)
    except OSError as error:
        raise _refused(path, error) from error


class Unpacked:
    """A gzip file as a stream. Unlike `gzip.GzipFile` it hands out all that came before the damage."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._packed = b""
        self.broken: Told | None = None

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; empty at the end or at the damage."""
        while not self.broken:
            if self._unpacker.eof:  # another member may follow
                self._packed = self._unpacker.unused_data or self._raw.read(_HEAD)
                if not self._packed.strip(b"\0"):
                    return b""
                self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            packed = self._packed or self._raw.read(_HEAD)
            if not packed:
                self.broken = Told(N_("the packed file ends early"))
                return b""
            try:
                out = self._unpacker.decompress(packed, size)
            except zlib.error:
                self.broken = Told(N_("the packed file is damaged"))
                return b""
            self._packed = self._unpacker.unconsumed_tail
            if out:
                return out
        return b""


class Tracked:
    """A binary stream with a look ahead; `broken` tells after the end that packed data stopped short."""

    def __init__(
        self, raw: IO[bytes], stream: IO[bytes] | Unpacked, progress: Progress | None, before: int
    ) -> None:
        self._raw = raw
        self._stream = stream
        self._progress = progress
        self._before = before
        self._ahead = b""

    @property
    def broken(self) -> Told | None:
        """Why packed data stopped short; None when it did not."""
        return self._stream.broken if isinstance(self._stream, Unpacked) else None

    def peek(self, size: int) -> bytes:
        """The next bytes, without taking them."""
        pieces = [self._ahead]
        length = len(self._ahead)
        while length < size and (more := self._take(size - length)):
            pieces.append(more)
            length += len(more)
        self._ahead = b"".join(pieces)
        return self._ahead[:size]

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; empty at the end."""
        if self._ahead:
            out, self._ahead = self._ahead[:size], self._ahead[size:]
            return out
        return self._take(size)

    def _take(self, size: int) -> bytes:
        out = self._stream.read(size)
        if self._progress is not None:
            self._progress(self._before + self._raw.tell())
        return out


def _file(
    path: Path, shown: str, reader: Reader, progress: Progress | None, before: int
) -> Iterator[Contact | Unreadable]:
    with _opened(path, progress, before) as stream:
        head = stream.peek(_HEAD)
        if not head.strip():
            raise IntakeError(path, Told(N_("the file is empty")))
        for mark, what in _FOREIGN:
            if head.startswith(mark):
                raise IntakeError(path, Told(what))
        suffix = path.with_suffix("").suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
        if suffix not in _TABLE_SUFFIXES - {".txt"} and mbox.first_separator(head) >= 0:
            yield from _mbox(stream, shown, reader)
        elif suffix not in _TABLE_SUFFIXES - {".txt"} and looks_like_mail(head):
            content = b"".join(iter(lambda: stream.read(mbox.CHUNK), b""))
            yield reader.read(shown, content)
        else:
            # Imported here: mail is the common case and needs no csv, json and date tables.
            from agent_tui.intake import tables

            yield from tables.read(stream, path, shown, head, reader)
        if stream.broken:
            yield Unreadable(shown, stream.broken)


def looks_like_mail(head: bytes) -> bool:
    """Whether a file starts like one mail: header fields, two of them well known."""
    fields = Fields(split(head.lstrip(b"\xef\xbb\xbf"))[0])
    return sum(name.decode() in fields for name in _KNOWN) >= 2


def _mbox(stream: Tracked, shown: str, reader: Reader) -> Iterator[Contact | Unreadable]:
    number = 0
    for item in mbox.split(stream):
        if not item.envelope:
            if item.content.strip(b"\xef\xbb\xbf \t\r\n\0"):
                text = N_("{count} bytes before the first message are no mail")
                yield Unreadable(shown, Told(text, {"count": str(item.size)}))
            continue
        number += 1
        source = f"{shown}#{number}"
        if not item.content and item.size > mbox.LARGEST // 2:
            yield Unreadable(source, _too_large())
            continue
        yield reader.read(source, item.content, item.envelope)
