"""Files: mailboxes, folders, single mails, what is none of them."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from agent_tui.intake import Contact, IntakeError, Unreadable, mbox, read, size

MAIL = "From: a{0}@m.example\nSubject: no {0}\nDate: Mon, 09 Nov 2026 10:00:00 +0000\nMessage-ID: <{0}@m>\n\nbody {0}\n"
LINE = "From a{0}@m.example Mon Nov  9 10:00:00 2026\n"


def box(count: int) -> str:
    return "".join(LINE.format(i) + MAIL.format(i) + "\n" for i in range(1, count + 1))


def contacts(path: Path) -> list[Contact]:
    found = list(read(path))
    assert not [item for item in found if isinstance(item, Unreadable)], found
    return [item for item in found if isinstance(item, Contact)]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_mbox_with_either_line_end(tmp_path: Path, end: str) -> None:
    found = contacts(write(tmp_path / "in.mbox", box(3).replace("\n", end)))
    assert [(c.source, c.text) for c in found] == [(f"in.mbox#{i}", f"body {i}") for i in (1, 2, 3)]


def test_from_lines_in_the_text_split_nothing_and_lose_one_mark(tmp_path: Path) -> None:
    body = "one\n\nFrom here on it failed.\nOrder: 12\n\n>From me\n>>From quoted\n> From normal\n"
    raw = LINE.format(1) + "From: a@m.example\nSubject: x\n\n" + body + "\n" + box(1)
    first, second = contacts(write(tmp_path / "m", raw))
    assert first.text == "one\n\nFrom here on it failed.\nOrder: 12\n\nFrom me\n>From quoted\n> From normal"
    assert second.text == "body 1"


def test_missing_blank_line_before_a_separator(tmp_path: Path) -> None:
    assert len(contacts(write(tmp_path / "m", box(3).replace("\n\nFrom ", "\nFrom ")))) == 3


def test_junk_before_the_first_message_is_named_and_left_out(tmp_path: Path) -> None:
    found = list(read(write(tmp_path / "m.mbox", "some junk\n\n" + box(2))))
    assert isinstance(found[0], Unreadable)
    assert [item.source for item in found[1:]] == ["m.mbox#1", "m.mbox#2"]


def test_one_broken_message_does_not_stop_the_rest(tmp_path: Path) -> None:
    raw = (
        LINE.format(0)
        + "From: x@m.example\nSubject: x\n\n"
        + "\n"
        + LINE.format(0)
        + "To: \n"
        + "\n\n\n"
        + box(1)
    )
    found = list(read(write(tmp_path / "m", raw)))
    assert isinstance(found[-1], Contact)
    assert len(found) == 3


def test_mbox_is_cut_right_at_every_chunk_size(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = box(40).encode()
    whole = [item.content for item in mbox.split(io.BytesIO(raw))]
    assert len(whole) == 40
    for chunk in (7, 64, 100, 997, 4096):
        monkeypatch.setattr(mbox, "CHUNK", chunk)
        assert [item.content for item in mbox.split(io.BytesIO(raw))] == whole


def test_memory_is_bounded_by_the_largest_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "LARGEST", 50_000)
    monkeypatch.setattr(mbox, "CHUNK", 8_000)
    raw = box(1) + LINE.format(2) + "From: a@m\n\n" + "x" * 79 * 3000 + "\n\n" + box(1)
    items = list(mbox.split(io.BytesIO(raw.encode())))
    assert [bool(item.content) for item in items] == [True, False, True]
    assert items[1].size > 200_000
    assert sum(item.size for item in items) == len(raw)


def test_redelivery_has_the_same_fingerprint_whatever_the_envelope_says(tmp_path: Path) -> None:
    raw = LINE.format(1) + MAIL.format(1) + "\n" + LINE.format(9) + MAIL.format(1)
    one, two = contacts(write(tmp_path / "m", raw))
    assert one.fingerprint == two.fingerprint


def test_maildir_and_folders(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp"):
        (tmp_path / "Maildir" / folder).mkdir(parents=True)
    write(tmp_path / "Maildir/cur/1.host:2,S", MAIL.format(1))
    write(tmp_path / "Maildir/new/2.host", MAIL.format(2))
    write(tmp_path / "Maildir/tmp/3.host", MAIL.format(3))
    assert [c.text for c in contacts(tmp_path / "Maildir")] == ["body 1", "body 2"]
    (tmp_path / "mails/sub").mkdir(parents=True)
    write(tmp_path / "mails/b.eml", MAIL.format(2))
    write(tmp_path / "mails/sub/a.eml", MAIL.format(1))
    write(tmp_path / "mails/notes.bin", b"\x00\x01\x02" * 50)
    found = list(read(tmp_path / "mails"))
    assert [item.source for item in found] == ["b.eml", "notes.bin", "sub/a.eml"]
    assert isinstance(found[1], Unreadable)


def test_single_mail_and_gzip(tmp_path: Path) -> None:
    assert contacts(write(tmp_path / "a.eml", MAIL.format(1)))[0].source == "a.eml"
    assert len(contacts(write(tmp_path / "b.mbox.gz", gzip.compress(box(3).encode())))) == 3
    cut = list(read(write(tmp_path / "c.mbox.gz", gzip.compress(box(300).encode())[:-200])))
    assert isinstance(cut[-1], Unreadable)
    assert len(cut) > 1


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"PK\x03\x04abc", b"\xd0\xcf\x11\xe0" * 9, b"\x00\x01\x02\x03" * 99]
)
def test_what_is_no_mailbox_is_refused_with_a_reason(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path / "thing", content)
    with pytest.raises(IntakeError) as caught:
        list(read(path))
    assert caught.value.path == path
    assert caught.value.reason


def test_missing_file_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="no such file"):
        read(tmp_path / "gone")


def test_progress_reaches_the_size(tmp_path: Path) -> None:
    path = write(tmp_path / "m.mbox", box(500))
    seen: list[int] = []
    list(read(path, progress=seen.append))
    assert seen == sorted(seen)
    assert seen[-1] == size(path) == path.stat().st_size
