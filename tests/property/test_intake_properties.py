"""Whatever bytes come in, the room hands out clean contacts and loses nothing."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_tui.domain.quoting import fold, preview
from agent_tui.intake import charset, headers, mbox
from agent_tui.intake.contact import Contact
from agent_tui.intake.html import to_text
from agent_tui.intake.mail import Reader
from agent_tui.intake.threads import base_subject, ids, ticket_ids
from agent_tui.intake.when import parse

LINES = st.sampled_from(
    [
        "> quoted",
        ">> deep",
        "",
        "  ",
        "My words",
        "-- ",
        "On 9 Nov 2026 at 10:31, D <d@x.example> wrote:",
        "From: D",
        "Sent: Mon",
        "To: A",
        "Subject: x",
        "-----Original Message-----",
        "_____________",
        "发件人: D",
        "主题: x",
        "\u2028",
        "\x0c",
        "a:",
    ]
)
TEXTS = st.lists(st.tuples(LINES | st.text(max_size=20), st.sampled_from(["\n", "\r\n", "\r", ""]))).map(
    lambda pairs: "".join(line + end for line, end in pairs)
)
HEADERS = st.sampled_from(
    [
        b"From: a@b.example",
        b"Subject: =?utf-8?B?4piD?=",
        b"Content-Type: multipart/mixed; boundary=b",
        b"--b",
        b"--b--",
        b"",
        b"Content-Type: text/html; charset=shift_jis",
        b"Content-Transfer-Encoding: base64",
        b"From x Mon Nov  9 10:00:00 2026",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        b"Reply-To: <",
        b"Date: 99 Xxx 0000",
        b"=?x?q?",
        b"Content-Type: text/plain; charset=utf-7; format=flowed",
        b"Content-Transfer-Encoding: quoted-printable",
        b"+2AA-",
    ]
)
MAILS = st.lists(HEADERS | st.binary(max_size=40), max_size=30).map(b"\n".join)


@given(TEXTS)
def test_folding_loses_and_adds_nothing(text: str) -> None:
    segments = fold(text)
    assert "".join(segment.text for segment in segments) == text
    assert all(segment.text for segment in segments)
    assert not text.strip() or any(not s.quoted and s.text.strip() for s in segments)


@given(TEXTS, st.integers(0, 60))
def test_preview_is_one_line_of_the_length_asked_for(text: str, length: int) -> None:
    found = preview(text, length)
    assert len(found) <= length
    assert len(found.splitlines()) <= 1
    assert found or length == 0 or not text.strip()


@settings(max_examples=300)
@given(MAILS)
def test_any_mail_gives_valid_unicode_on_one_line_headers(raw: bytes) -> None:
    found = Reader().read("x", raw)
    if isinstance(found, Contact):
        for value in (
            found.text,
            found.subject,
            found.name,
            found.email,
            *map(str, found.problems),
            *(f.name for f in found.files),
        ):
            value.encode("utf-8")
        for value in (found.subject, found.name, found.email, found.message_id):
            assert "\n" not in value
            assert "\r" not in value
        assert found.email == found.email.lower()
        assert Reader().read("x", raw) == found


@given(st.lists(MAILS, max_size=6), st.integers(1, 300))
def test_mbox_splitting_accounts_for_every_byte(mails: list[bytes], chunk: int) -> None:
    raw = b"".join(b"From a@b.example Mon Nov  9 10:00:00 2026\nX: 1\n" + mail + b"\n\n" for mail in mails)
    before = mbox.CHUNK
    mbox.CHUNK = chunk
    try:
        items = list(mbox.split(io.BytesIO(raw)))
    finally:
        mbox.CHUNK = before
    assert sum(item.size for item in items) == len(raw)
    assert len(items) >= len(mails)
    assert items == list(mbox.split(io.BytesIO(raw)))


LABELS = st.sampled_from(
    [
        "",
        "utf-8",
        "us-ascii",
        "iso-8859-1",
        "gb2312",
        "shift_jis",
        "big5",
        "euc-kr",
        "utf-16",
        "utf-7",
        "hz",
        "iso-2022-jp",
        "iso-2022-kr",
        "koi8-r",
        "nonsense",
        "rot13",
        "base64",
        "idna",
        "unicode_escape",
    ]
)


@settings(max_examples=300)
@given(st.binary(max_size=300), LABELS)
def test_any_bytes_decode_to_valid_unicode(data: bytes, label: str) -> None:
    charset.decode(data, label).text.encode("utf-8")


@given(st.text(max_size=200), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_what_is_labelled_truly_comes_back(text: str, codec: str) -> None:
    data = text.encode(codec, "replace")
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) and len(data) < 12:
        return
    if codec == "gb18030" or data.startswith((b"\xef\xbb\xbf", b"\x00\x00\xfe\xff")) or b"\x1b" in data:
        return  # short words can be valid in both, byte order marks are not text
    assert charset.decode(data, codec).text == data.decode(codec)


@given(st.text(alphabet="<>/=\"' abdivpre-!&;#x0\n", max_size=300))
def test_any_html_becomes_text(html: str) -> None:
    to_text(html).encode("utf-8")


@given(st.text(max_size=200))
def test_small_parsers_never_raise(text: str) -> None:
    raw = text.encode("utf-8", "replace")
    headers.mailboxes(raw)
    headers.parameters(raw)
    assert "\n" not in headers.one_line(headers.text(raw))
    ids([text])
    ticket_ids(text)
    parse(text)
    assert text.strip().endswith(base_subject(text))
