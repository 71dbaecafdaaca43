"""CSV and JSON as helpdesks and spreadsheets write them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_tui.domain.messages import Told
from agent_tui.intake import Contact, ContactKind, IntakeError, Unreadable, read
from agent_tui.intake.columns import channel, field_of
from agent_tui.intake.when import day_first, parse


def table(tmp_path: Path, content: str | bytes, name: str = "t.csv") -> list[Contact | Unreadable]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(path, own={"help@shop.example"}))


def only(found: list[Contact | Unreadable]) -> Contact:
    assert len(found) == 1
    assert isinstance(found[0], Contact), found
    return found[0]


ZENDESK = '''\
Id,Subject,Description,Requester,Requester email,Via,Created at,Status,Locale,Product
7,"Late, very","First line
second ""line""",Ann Lee,ann@mail.example,web,2026-11-09T10:31:00Z,open,en-GB,Lamp
'''


def test_zendesk_export_with_quoted_line_breaks(tmp_path: Path) -> None:
    found = only(table(tmp_path, ZENDESK))
    assert (found.subject, found.name, found.email, found.channel) == (
        "Late, very",
        "Ann Lee",
        "ann@mail.example",
        "email",
    )
    assert found.text == 'First line\nsecond "line"\n\nProduct: Lamp'
    assert found.at == datetime(2026, 11, 9, 10, 31, tzinfo=UTC)
    assert found.language is not None
    assert found.language.value == "en"
    assert found.source == "t.csv#1"


@pytest.mark.parametrize(
    ("codec", "separator", "row", "name"),
    [
        (
            "utf-8-sig",
            ";",
            (
                "Betreff;Nachricht;Kunde;E-Mail;Erstellt am",
                "Mühle;Geht nicht;Jörg Süß;j@m.example;09.11.2026 10:31",
            ),
            "Jörg Süß",
        ),
        (
            "utf-16",
            "\t",
            (
                "件名\t本文\tお客様名\tメールアドレス\t受付日時",
                "遅延\tまだ届きません\t佐藤 健\tj@m.example\t2026/11/09 10:31",
            ),
            "佐藤 健",
        ),
        (
            "cp932",
            ",",
            (
                "件名,お問い合わせ内容,氏名,メール,受付日時",
                "遅延,注文した商品がまだ届きません,佐藤 健,j@m.example,2026年11月9日 10:31",
            ),
            "佐藤 健",
        ),
        (
            "gb18030",
            ",",
            (
                "主题,内容,客户,邮箱,创建时间",
                "物流,我的订单还没有收到请帮我查一下,王小明,j@m.example,2026-11-09 10:31:00",
            ),
            "王小明",
        ),
        (
            "cp1251",
            ";",
            (
                "Тема;Сообщение;Клиент;E-mail;Дата",
                "Посылка;Где мой заказ, жду уже две недели;Иван Петров;j@m.example;09.11.2026 10:31",
            ),
            "Иван Петров",
        ),
        (
            "cp1252",
            "|",
            (
                "sujet|contenu|nom|courriel|date",
                "Colis|Le colis n’est pas arrivé|Zoé Bérard|j@m.example|2026-11-09 10:31",
            ),
            "Zoé Bérard",
        ),
        (
            "utf-16-le",
            ",",
            ("제목,내용,고객명,이메일,등록일", "배송,아직 안 왔어요,박서연,j@m.example,2026-11-09 10:31"),
            "박서연",
        ),
    ],
)
def test_charsets_separators_and_headers_of_many_countries(
    tmp_path: Path, codec: str, separator: str, row: tuple[str, str], name: str
) -> None:
    found = only(table(tmp_path, ("\r\n".join(row) + "\r\n").encode(codec)))
    assert (found.name, found.email) == (name, "j@m.example")
    assert found.at == datetime(2026, 11, 9, 10, 31, tzinfo=UTC)
    assert separator not in found.subject


def test_excel_separator_line_formula_cells_and_first_and_last_name(tmp_path: Path) -> None:
    found = only(
        table(
            tmp_path,
            'sep=;\r\nFirst name;Last name;Phone;Message;Date\r\nAnn;Lee;"=""0049301234567""";Hello there;46335.5\r\n',
        )
    )
    assert (found.name, found.phone) == ("Ann Lee", "0049301234567")
    assert found.at == datetime(2026, 11, 9, 12, 0, tzinfo=UTC)


def test_a_stray_byte_in_a_utf_8_table_is_read_as_windows_1252(tmp_path: Path) -> None:
    raw = "subject,message,name\nx,schön schön schön schön,a\n".encode() + b"y,it\x92s,b\n"
    assert [item.text for item in table(tmp_path, raw) if isinstance(item, Contact)] == [
        "schön schön schön schön",
        "it’s",
    ]


def test_the_whole_column_decides_between_day_and_month(tmp_path: Path) -> None:
    rows = "".join(f"m{i},{date}\n" for i, date in enumerate(("04/05/2026", "11/13/2026", "1/2/26 3:04 PM")))
    found = table(tmp_path, "message,date\n" + rows)
    assert [item.at for item in found if isinstance(item, Contact)] == [
        datetime(2026, 4, 5, tzinfo=UTC),
        datetime(2026, 11, 13, tzinfo=UTC),
        datetime(2026, 1, 2, 15, 4, tzinfo=UTC),
    ]
    assert day_first(["04/05/2026", "13/05/2026"]) is True
    assert day_first(["01/11/2026", "02/11/2026", "05/11/2026", "01/12/2026"]) is True
    assert day_first(["04/05/2026"]) is None


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-09T10:31:00Z",
        "2026-11-09 12:31:00 +0200",
        "1794220260",
        "1794220260000",
        "2026/11/09 10:31",
        "9 Nov 2026 10:31",
        "Nov 9, 2026 10:31 AM",
        "2026年11月9日 10:31",
        "2026년 11월 9일 오전 10:31",
        "09.11.2026 10:31",
        "2026/11/9 上午 10:31",
        "9. November 2026, 10:31",
        "Mon, 09 Nov 2026 11:31:00 +0100",
        "20261109103100",
        "٢٠٢٦-١١-٠٩ ١٠:٣١",
    ],
)
def test_date_forms(value: str) -> None:
    assert parse(value) == datetime(2026, 11, 9, 10, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["", "soon", "30/02/2026", "2026-13-01", "99999999999999999999", "2026-11-09 25:00"]
)
def test_dates_that_are_none(value: str) -> None:
    assert parse(value) is None


def test_bad_rows_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        "subject,message,email\na,b,a@m.example\nlonely\n,,x@m.example\n1,2,3,4,5,6,7\nc,d,not an address\n",
    )
    assert [type(item) for item in found] == [Contact, Unreadable, Unreadable, Unreadable, Contact]
    assert isinstance(found[1], Unreadable)
    assert found[1].source == "t.csv#2"
    assert "line 3" in str(found[1].reason)
    last = found[-1]
    assert isinstance(last, Contact)
    assert last.problems == (Told("no address: {address!r}", {"address": "not an address"}),)


def test_a_table_without_a_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="colour, size"):
        table(tmp_path, "colour,size\nred,5\n")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("whatsapp", "messenger"),
        ("LINE", "messenger"),
        ("카카오톡", "messenger"),
        ("Zalo", "messenger"),
        ("微信", "messenger"),
        ("Telegram", "messenger"),
        ("twitter", "social"),
        ("Facebook", "social"),
        ("微博", "social"),
        ("Instagram", "social"),
        ("Voice call", "phone"),
        ("hotline", "phone"),
        ("电话", "phone"),
        ("web form", "email"),
        ("portal", "email"),
        ("Facebook Messenger", "messenger"),
        ("Live chat", "chat"),
        ("在线客服", "chat"),
        ("carrier pigeon", None),
    ],
)
def test_channels(said: str, meant: str | None) -> None:
    assert channel(said) == meant


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Ticket Subject", "subject"),
        ("createdAt", "at"),
        ("requester.email", "email"),
        ("customer.name", "name"),
        ("标题", "subject"),
        ("Created (UTC)", "at"),
        ("via.channel", "channel"),
        ("E-Mail", "email"),
        ("お問い合わせ内容", "text"),
        ("assignee.email", None),
    ],
)
def test_names(name: str, field: str | None) -> None:
    assert field_of(name) == field


def test_rows_of_one_ticket_follow_each_other(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        "ticket id,from,message\n5,ann@m.example,one\n6,bo@m.example,x\n5,ann@m.example,two\n5,help@shop.example,three\n",  # noqa: E501
    )
    one, _, two, three = (item for item in found if isinstance(item, Contact))
    assert two.references == three.references == (one.message_id,)
    assert len({one.message_id, two.message_id, three.message_id}) == 3
    assert three.kind is ContactKind.OWN


def test_json_lines_nested_with_comments(tmp_path: Path) -> None:
    ticket = {
        "id": 9,
        "subject": "Lamp",
        "created_at": 1794220260,
        "via": {"channel": "whatsapp"},
        "requester": {"name": "Ann", "email": "Ann@M.example", "phone": "+49 30 1234567"},
        "comments": [
            {"body": "It is broken"},
            {"body": "secret", "public": False},
            {"body": "We are sorry", "author": {"name": "Desk", "email": "help@shop.example"}},
        ],
    }
    found = table(
        tmp_path,
        json.dumps(ticket) + "\n{broken\n\n" + json.dumps({"message": "hi", "email": "b@m.example"}),
        "t.jsonl",
    )
    first, reply, bad, last = found
    assert isinstance(first, Contact)
    assert isinstance(reply, Contact)
    assert isinstance(bad, Unreadable)
    assert isinstance(last, Contact)
    assert (first.text, first.email, first.name, first.channel) == (
        "It is broken",
        "ann@m.example",
        "Ann",
        "messenger",
    )
    assert first.market is not None
    assert first.market.value == "DE"
    assert any("internal" in problem.text for problem in first.problems)
    assert (reply.text, reply.kind, reply.references) == (
        "We are sorry",
        ContactKind.OWN,
        (first.message_id,),
    )
    assert "line 2" in str(bad.reason)
    assert last.text == "hi"


@pytest.mark.parametrize(
    "text",
    [
        '[{"message": "a"}, {"message": "b"}]',
        '{"message": "a"}\n{"message": "b"}',
        '{"tickets": [{"message": "a"}, {"message": "b"}]}',
        '{\n "message": "a"\n}\n{\n "message": "b"\n}\n',
        '\ufeff[\n{"message":"a"},\n{"message":"b"}\n]\n',
    ],
)
def test_json_shapes(tmp_path: Path, text: str) -> None:
    assert [item.text for item in table(tmp_path, text, "t.json") if isinstance(item, Contact)] == ["a", "b"]


def test_json_values_without_meaning_are_survived(tmp_path: Path) -> None:
    lines = [
        '{"message": "\\ud800 x"}',
        '{"message": null, "subject": 5}',
        "[" * 5000,
        '"text"',
        '{"message": {"a": 1}}',
    ]
    found = table(tmp_path, "\n".join(['{"message": "ok"}', *lines]), "t.ndjson")
    assert [type(item) for item in found] == [Contact, Contact, Contact, Unreadable, Unreadable, Unreadable]
    odd = found[1]
    assert isinstance(odd, Contact)
    assert odd.text == "\ufffd x"
