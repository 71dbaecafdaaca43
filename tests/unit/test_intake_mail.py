"""Mails as they really are: charsets, headers, structure, kinds."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from agent_tui.intake import ContactKind, Unreadable
from agent_tui.intake.contact import Contact
from agent_tui.intake.headers import mailboxes, parameters, text, words
from agent_tui.intake.mail import Reader

DESK = "help@shop.example"
RUSSIAN = "Здравствуйте, посылка так и не пришла. Где мой заказ? Жду ответа уже вторую неделю."


def mail(
    head: str, body: bytes | str = "Hello\n", *, own: tuple[str, ...] = (DESK,), reader: Reader | None = None
) -> Contact:
    defaults = {
        "From": "Ann <ann@mail.example>",
        "Subject": "Order",
        "Date": "Mon, 09 Nov 2026 10:00:00 +0100",
        "Message-ID": "<1@mail.example>",
    }
    given = head.strip("\n")
    named = {line.partition(":")[0].lower() for line in given.split("\n")}
    lines = [f"{name}: {value}" for name, value in defaults.items() if name.lower() not in named]
    content = "\n".join([*lines, given]).strip("\n").encode("utf-8", "surrogateescape")
    raw = content + b"\n\n" + (body if isinstance(body, bytes) else body.encode())
    found = (reader or Reader(own)).read("x", raw)
    assert isinstance(found, Contact)
    return found


def part(kind: str, body: str, extra: str = "") -> str:
    return f"--b\nContent-Type: {kind}\n{extra}\n{body}\n"


@pytest.mark.parametrize(
    ("label", "codec", "said"),
    [
        ("windows-874", "cp874", "สวัสดีครับ สินค้าที่สั่งยังไม่มาถึงเลยครับ"),
        ("x-sjis", "cp932", "商品がまだ届きません。①番の注文です。"),
        ("shift_jis", "cp932", "髙橋です。㈱まで送ってください"),
        ("ks_c_5601-1987", "cp949", "주문한 상품이 아직 도착하지 않았습니다. 똠방각하"),
        ("euc-kr", "cp949", "배송이 너무 늦어요 펲"),
        ("gb2312", "gb18030", "你好，我的订单还没有收到，请帮我查一下。㐂镕"),
        ("big5", "big5hkscs", "我啲貨仲未收到，嘅喺咗"),
        ("x-mac-roman", "mac_roman", "J’ai reçu un colis abîmé, c’est très gênant"),
        ("unicode-1-1-utf-7", "utf_7", "Größe Übergabe"),
        ("cp-850", "cp850", "Die Lieferung war beschädigt"),
        ("iso-8859-8-i", "iso8859_8", "שלום, ההזמנה לא הגיעה"),
        ("utf8mb4", "utf_8", "Ça va 🙂"),
        ("iso-8859-1", "cp1252", "It’s “late” – 20 €"),
        ("iso-2022-jp", "iso2022_jp", "お問い合わせです"),
        ("hz-gb-2312", "hz", "你好世界"),
        ("KOI8-R", "koi8_r", RUSSIAN),
    ],
)
def test_charset_names_python_lacks_or_reads_too_narrowly(label: str, codec: str, said: str) -> None:
    found = mail(f"Content-Type: text/plain; charset={label}", said.encode(codec))
    assert found.text == said
    assert not [p for p in found.problems if "valid" in p.text or "unknown" in p.text]


@pytest.mark.parametrize(
    ("label", "codec", "said"),
    [
        ("us-ascii", "koi8_r", RUSSIAN),
        ("utf-8", "cp1251", RUSSIAN),
        ("iso-8859-1", "koi8_r", RUSSIAN),
        ("iso-8859-1", "utf_8", "Die Mühle läuft nicht"),
        ("utf-8", "cp1252", "Bonjour, le colis a été livré à la mauvaise adresse, c'est très gênant"),
        ("utf-8", "cp932", "注文した商品がまだ届いていません。確認をお願いいたします。"),
        ("us-ascii", "gb18030", "你好，我的订单还没有收到，请帮我查一下物流信息。"),
        ("us-ascii", "cp949", "안녕하세요 주문한 상품이 아직 도착하지 않았습니다. 확인 부탁드립니다."),
        ("utf-8", "cp1250", "Dzień dobry, zamówienie jeszcze nie dotarło, proszę o odpowiedź"),
        ("us-ascii", "cp1256", "السلام عليكم لم يصل الطلب حتى الآن أرجو الرد"),
        ("us-ascii", "cp874", "สวัสดีครับ สินค้าที่สั่งยังไม่มาถึงเลยครับ"),
        ("us-ascii", "big5", "您好，我訂購的商品到現在還沒有收到，請幫我查一下。"),
        ("", "cp1253", "Καλησπέρα, η παραγγελία μου δεν έχει έρθει ακόμα"),
        ("", "cp1255", "שלום, ההזמנה שלי עדיין לא הגיעה"),
        ("iso-8859-1", "cp932", "注文した商品がまだ届いていません。確認をお願いいたします。"),
    ],
)
def test_wrong_charset_label(label: str, codec: str, said: str) -> None:
    head = f"Content-Type: text/plain; charset={label}" if label else "X-Nothing: 1"
    found = mail(head, said.encode(codec))
    assert found.text == said
    assert any("read as" in problem.text for problem in found.problems) or label == ""


def test_c1_controls_in_real_latin_1_stay_data_and_typography_becomes_text() -> None:
    hostile = mail("Content-Type: text/plain; charset=iso-8859-1", b"caf\xe9 \x9b31mred\x9d0;x\x9c")
    assert hostile.text == "café \x9b31mred\x9d0;x\x9c"
    assert mail("Content-Type: text/plain; charset=iso-8859-1", b"it\x92s caf\xe9").text == "it’s café"


def test_charset_of_the_thread_decides_for_a_short_mislabelled_mail() -> None:
    reader = Reader()
    mail(
        "Message-ID: <a@x.example>\nContent-Type: text/plain; charset=koi8-r",
        RUSSIAN.encode("koi8_r"),
        reader=reader,
    )
    found = mail(
        "References: <a@x.example>\nContent-Type: text/plain", "Ну что там?".encode("koi8_r"), reader=reader
    )
    assert found.text == "Ну что там?"


def test_encoded_words_cut_inside_a_character_and_raw_eight_bit_headers() -> None:
    cut = base64.b64encode("件名です".encode())
    raw = "件名です".encode()
    first, second = base64.b64encode(raw[:4]).decode(), base64.b64encode(raw[4:]).decode()
    assert words(f"=?utf-8?B?{first}?=\n =?UTF-8?B?{second}?=") == "件名です"
    assert words(f"Re: =?utf-8?B?{cut.decode()}?= (1)") == "Re: 件名です (1)"
    assert text("Grüße aus Köln".encode()) == "Grüße aus Köln"
    assert text("Grüße aus Köln".encode("latin-1")) == "Grüße aus Köln"
    assert text(RUSSIAN.encode("cp1251")) == RUSSIAN
    assert words("=?no-such?Q?abc?= x") == "abc x"


def test_line_breaks_in_encoded_words_make_no_header() -> None:
    evil = base64.b64encode(b"Status\r\nBcc: all@victims.example\r\n\r\nbody").decode()
    found = mail(
        f"Subject: =?utf-8?B?{evil}?=\nFrom: =?utf-8?Q?Al=0D=0ABcc:_b@v.example?= <al@m.example>\n"
        "Reply-To: =?utf-8?Q?Al=0A?= <al@m.example>, list@victims.example"
    )
    assert found.subject == "Status Bcc: all@victims.example body"
    assert (found.name, found.email) == ("Al Bcc: b@v.example", "al@m.example")
    assert any("several addresses" in problem.text for problem in found.problems)


def test_reply_to_on_another_domain_is_noted_and_not_followed() -> None:
    found = mail("Reply-To: ann@evil.example")
    assert found.email == "ann@mail.example"
    assert any("another domain" in problem.text for problem in found.problems)


@pytest.mark.parametrize("sender", ["no-reply@shop.example", "help@shop.example", "noreply@forms.example"])
def test_web_form_is_a_request_of_the_customer(sender: str) -> None:
    found = mail(
        f"From: Web form <{sender}>\nReply-To: Bo Li <bo@mail.example>\nAuto-Submitted: auto-generated"
    )
    assert (found.kind, found.email, found.name) == (ContactKind.REQUEST, "bo@mail.example", "Bo Li")


def test_addresses() -> None:
    assert mailboxes(b'"Doe, Jane" <JANE@X.example>, b@y.example (Bob)')[0].name == "Doe, Jane"
    assert [box.email for box in mailboxes(b"a@b.example; c@d.example")] == ["a@b.example", "c@d.example"]
    assert mailboxes(b"ann@mail.example (Ann B)")[0].name == "Ann B"
    assert mailboxes(b"undisclosed-recipients:;") == ()
    evil = base64.b64encode(b"Al, <x@evil.example>").decode()
    assert [box.email for box in mailboxes(f"=?utf-8?B?{evil}?= <al@m.example>".encode())] == ["al@m.example"]


def test_parameters_rfc_2231_and_2047() -> None:
    _, split = parameters(b"attachment; filename*0*=utf-8''%E5%A0; filename*1*=%B1; filename*2=.pdf")
    assert split["filename"] == "報.pdf"
    assert parameters(b'attachment; filename="=?utf-8?B?w6QucGRm?="')[1]["filename"] == "ä.pdf"
    assert parameters(b'text/plain; charset="utf-8"; name="a;b.txt"')[1]["name"] == "a;b.txt"


def test_alternative_prefers_plain_text_unless_it_is_a_placeholder() -> None:
    head = "Content-Type: multipart/alternative; boundary=b"
    both = part("text/plain", "plain words") + part("text/html", "<p>rich words</p>") + "--b--\n"
    empty = part("text/plain", "  ") + part("text/html", "<p>rich words</p>") + "--b--\n"
    holder = (
        part("text/plain", "This message is in HTML format.")
        + part("text/html", "<p>rich words</p>")
        + "--b--\n"
    )
    assert [mail(head, body).text for body in (both, empty, holder)] == [
        "plain words",
        "rich words",
        "rich words",
    ]


def test_truncated_mime_keeps_the_whole_text_and_the_rest_of_the_file() -> None:
    body = part("text/plain", "whole text") + part(
        "image/png; name=a.png", "iVBORw0KGgoAAAANS", "Content-Transfer-Encoding: base64\n"
    )
    found = mail("Content-Type: multipart/mixed; boundary=b", body)
    assert found.text == "whole text"
    assert found.files[0].name == "a.png"
    assert found.files[0].content.startswith(b"\x89PNG")
    assert any("closing boundary" in problem.text for problem in found.problems)


def test_several_texts_are_joined_and_attached_mails_are_files() -> None:
    body = (
        part("text/plain", "first")
        + part("text/plain", "second")
        + part("message/rfc822", "Subject: inner\nFrom: x@y.example\n\nhi")
        + part("text/plain; name=log.txt", "a log")
        + "--b--\n"
    )
    found = mail("Content-Type: multipart/mixed; boundary=b", body)
    assert found.text == "first\n\nsecond"
    assert [file.name for file in found.files] == ["inner.eml", "log.txt"]


def test_format_flowed() -> None:
    body = "> a quote that \n> goes on\nmy answer \ncontinues\n-- \nAnn\n  stuffed\n"
    flowed = mail("Content-Type: text/plain; format=flowed", body)
    assert flowed.text == "> a quote that goes on\nmy answer continues\n-- \nAnn\n stuffed"
    delsp = mail("Content-Type: text/plain; format=flowed; delsp=yes", "日本 \n語\n")
    assert delsp.text == "日本語"


@pytest.mark.parametrize(
    ("encoding", "body", "said"),
    [
        ("base64", "SGVsbG8gd29ybGQ", "Hello world"),
        ("base64", "SGVs!bG8gd2==9ybGQ=", "Hello w"),
        (
            "base64",
            "This is plainly not base64, it is a sentence.",
            "This is plainly not base64, it is a sentence.",
        ),
        ("quoted-printable", "caf=C3=A9 =ZZ 50=\n%", "café =ZZ 50%"),
        ("x-uuencode", "begin 644 a\n%2&5L;&\\\n`\nend\n", "Hello"),
        ("8bit", "a\x00b", "a\x00b"),
    ],
)
def test_transfer_encodings_whole_and_broken(encoding: str, body: str, said: str) -> None:
    found = mail(f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}", body)
    assert found.text.startswith(said)


@pytest.mark.parametrize(
    ("stated", "at"),
    [
        ("11 Nov 2026 08:17:22 EST", datetime(2026, 11, 11, 13, 17, 22, tzinfo=UTC)),
        ("Thu, 12 Nov 26 17:49:03 +1100", datetime(2026, 11, 12, 6, 49, 3, tzinfo=UTC)),
        ("Mon, 9 Nov 2026 10:00:00 GMT+2 (CEST)", datetime(2026, 11, 9, 8, 0, tzinfo=UTC)),
        ("Fri, 13 Nov 2026 12:59:28 +1345", datetime(2026, 11, 12, 23, 14, 28, tzinfo=UTC)),
    ],
)
def test_obsolete_dates(stated: str, at: datetime) -> None:
    assert mail(f"Date: {stated}").at == at


@pytest.mark.parametrize(
    "stated", ["Thu, 1 Jan 1970 00:00:00 +0000", "Fri, 1 Jan 2099 00:00:00 +0000", "yesterday"]
)
def test_absurd_dates_give_way_to_the_arrival(stated: str) -> None:
    found = mail(f"Date: {stated}\nReceived: from a by b; Mon, 9 Nov 2026 10:00:00 +0000")
    assert found.at == datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
    assert any("date" in problem.text for problem in found.problems)
    assert mail(f"Date: {stated}").at is None


def test_no_date_falls_back_to_the_envelope() -> None:
    raw = b"From: a@b.example\nSubject: x\n\nhi\n"
    found = Reader().read("x", raw, b"From a@b.example Wed Nov 18 05:08:07 2026")
    assert isinstance(found, Contact)
    assert found.at == datetime(2026, 11, 18, 5, 8, 7, tzinfo=UTC)


def test_empty_body_and_long_subject() -> None:
    found = mail("Subject: " + "x" * 1000, b"\n \n")
    assert (found.text, len(found.subject)) == ("", 1000)


AWAY = {
    "ja": "自動返信: 不在のお知らせ",
    "de": "Abwesenheitsnotiz: Bestellung",
    "fr": "Réponse automatique : commande",
    "ko": "자동 회신: 주문",
    "zh": "自动回复: 订单",
    "en": "Out of Office: order",
    "es": "Respuesta automática: pedido",
    "pl": "Odpowiedź automatyczna: zamówienie",
    "ru": "Автоответ: заказ",
    "tr": "Otomatik yanıt: sipariş",
}


@pytest.mark.parametrize("subject", AWAY.values(), ids=AWAY.keys())
def test_out_of_office_subject_needs_further_evidence(subject: str) -> None:
    assert mail(f"Subject: {subject}\nX-Auto-Response-Suppress: All").kind is ContactKind.AUTOMATIC
    assert mail(f"Subject: {subject}").kind is ContactKind.REQUEST


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Auto-Submitted: auto-replied", ContactKind.AUTOMATIC),
        ("Auto-Submitted: no", ContactKind.REQUEST),
        ("Precedence: bulk", ContactKind.AUTOMATIC),
        ("Precedence: normal", ContactKind.REQUEST),
        ("List-Unsubscribe: <mailto:x@y.example>", ContactKind.AUTOMATIC),
        ("X-Autoreply: yes", ContactKind.AUTOMATIC),
        ("From: no-reply@news.example", ContactKind.AUTOMATIC),
        ("From: Noreen Reply <noreen.reply@mail.example>", ContactKind.REQUEST),
        ("Subject: Why do I get an automatic reply each time?", ContactKind.REQUEST),
        ("From: Help <HELP@shop.example>", ContactKind.OWN),
        ("From: Help <help+4711@shop.example>", ContactKind.OWN),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
            ContactKind.AUTOMATIC,
        ),
        ("Content-Type: text/calendar; method=REQUEST", ContactKind.REQUEST),
    ],
)
def test_kinds(head: str, kind: ContactKind) -> None:
    assert mail(head).kind is kind


def test_standard_bounce_names_who_was_not_reached_and_our_mail() -> None:
    status = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; gone@mail.example\nAction: failed\nStatus: 5.1.1\n"
    body = (
        part("text/plain", "Sorry")
        + part("message/delivery-status", status)
        + part("message/rfc822", "Message-ID: <r-1@shop.example>\nReferences: <c-1@mail.example>\n\nDear …")
        + "--b--\n"
    )
    found = mail(
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nReturn-Path: <>\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        body,
    )
    assert found.kind is ContactKind.BOUNCE
    assert found.bounced == ("gone@mail.example",)
    assert found.references == ("c-1@mail.example", "r-1@shop.example")


def test_qmail_bounce_and_delayed_recipient() -> None:
    body = (
        "Hi. This is the qmail-send program. I'm afraid I wasn't able to deliver your message.\n\n"
        "<gone@mail.example>:\nno such user (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n"
        "Message-ID: <r-2@shop.example>\nSubject: Re: order\n"
    )
    found = mail("From: MAILER-DAEMON@mx.example\nSubject: failure notice\nReturn-Path: <>", body)
    assert (found.kind, found.bounced, found.references) == (
        ContactKind.BOUNCE,
        ("gone@mail.example",),
        ("r-2@shop.example",),
    )
    status = "Final-Recipient: rfc822; a@x.example\nAction: relayed\n\nFinal-Recipient: rfc822; b@x.example\nAction: failed\n"  # noqa: E501
    report = part("text/plain", "x") + part("message/delivery-status", status) + "--b--\n"
    again = mail("Content-Type: multipart/report; report-type=delivery-status; boundary=b", report)
    assert again.bounced == ("b@x.example",)


def test_references_are_joined_in_order_without_brackets_or_comments() -> None:
    found = mail(
        "References: <a@x.example>\n <b@x.example> (old) <a@x.example>\nIn-Reply-To: message of Monday <c@x.example>"
    )
    assert found.references == ("a@x.example", "b@x.example", "c@x.example")
    assert mail("References: a@x.example").references == ("a@x.example",)


def test_same_message_id_of_two_customers_differs_in_fingerprint() -> None:
    one, two = (
        mail("Message-ID: <f@w.example>", "a"),
        mail("Message-ID: <f@w.example>\nFrom: b@m.example", "b"),
    )
    assert one.message_id == two.message_id
    assert one.fingerprint != two.fingerprint


def test_hostile_structure_is_survived_quickly() -> None:
    deep = "".join(f"--{i}\nContent-Type: multipart/mixed; boundary={i + 1}\n\n" for i in range(500))
    assert mail("Content-Type: multipart/mixed; boundary=0", deep).problems
    assert mail("Content-Type: multipart/mixed", "just text").text == "just text"
    assert mail('Content-Type: ;;;="\nContent-Disposition: =?', "x").kind is ContactKind.REQUEST
    assert isinstance(Reader().read("x", b"\n\n"), Unreadable)
    assert isinstance(Reader().read("x", b"no header here\n\nat all"), Unreadable)


def test_language_and_market_are_guessed_with_evidence() -> None:
    found = mail(
        "From: Jan <jan@firma.pl>\nDate: Mon, 09 Nov 2026 10:00:00 +0100",
        "Dzień dobry, moja przesyłka nadal nie dotarła. Proszę o pilną odpowiedź w tej sprawie.",
    )
    assert found.language is not None
    assert found.market is not None
    assert (found.language.value, found.market.value) == ("pl", "PL")
    assert "domain:.pl" in found.market.because


@pytest.mark.parametrize("field", ["From", "Reply-To", "In-Reply-To", "Message-ID", "References"])
def test_a_header_of_one_endless_word_is_read_once(field: str) -> None:
    """Expressions that try such a word from each of its letters would hold an import up for minutes."""
    message = f"{field}: {'y' * 60_000}\r\nSubject: hello\r\n\r\nbody\r\n".encode()
    found = Reader().read("x", message)
    assert isinstance(found, Contact)
    assert (found.subject, found.email, found.references) == ("hello", "", ())
