"""Whether a message greets and takes leave (POLICY E1): the place of a word decides where it may do either."""

from __future__ import annotations

import re
import tomllib

import pytest

from agent_tui.packs.loader import BUILT_IN
from agent_tui.packs.scoring import load_scoring
from agent_tui.practice.manners import acts

MANNERS = load_scoring(None, []).manners
BODY = " 20417." * 40
"""What stands between greeting and farewell: as long as a letter, and polite in no language."""


def of_the_handbook(kind: str) -> list[tuple[str, str]]:
    """The handbook's own greetings or closings, with their languages."""
    forms = tomllib.loads((BUILT_IN / "culture" / "forms.toml").read_text("utf-8"))
    return [
        (language, re.sub(r"\{[^}]*\}", "Kim", text))
        for language, form in forms.items()
        for text in form.get(kind, {}).values()
        if not text.startswith("{customer.name:address},")  # the name alone, whose title comes with it
    ]


@pytest.mark.parametrize(("language", "text"), of_the_handbook("greeting"))
def test_E1_every_greeting_of_the_handbook_greets_and_takes_no_leave(language: str, text: str) -> None:
    assert acts(text + BODY, language, MANNERS) == {"greeting"}
    assert acts(f"{text} 20417 20417 20417?", language, MANNERS) == {"greeting"}


@pytest.mark.parametrize(("language", "text"), of_the_handbook("closing"))
def test_E1_every_closing_of_the_handbook_takes_leave_and_does_not_greet(language: str, text: str) -> None:
    assert acts(f"{BODY}\n{text}", language, MANNERS) == {"farewell"}
    assert acts(f"20417. {text}\nAlex", language, MANNERS) == {"farewell"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "Ibu Sri, paketnya sudah dikirim tadi pagi dari gudang kami."),
        ("id", "Selamat pagi, boleh saya minta nomor pesanannya?"),
        ("id", "Terima kasih sudah menghubungi kami. Boleh saya minta nomor pesanannya?"),
        ("pt-BR", "Bom dia, Ana. Qual é o número do pedido?"),
        ("pt-BR", "Prezada Ana, o pedido saiu hoje cedo do depósito."),
        ("es", "Buen día, señor Sosa, le habla Alex. ¿Cuál es su número de pedido?"),
        ("es", "Sra. Ruiz, gracias por escribirnos. ¿Cuál es el número de pedido?"),
        ("tr", "İyi günler, ben Alex. Sipariş numaranız nedir?"),
        ("tr", "Elif Hanım, paketiniz bu akşam kapınızda olacak."),
        ("ar", "السيد خالد، وصلتنا رسالتكم ونراجع الآن سجل الشركة."),
        ("ja", "佐藤様、倉庫から本日発送いたしました。明日の午前に届きます。"),
        ("zh-Hans", "王先生，您的订单今天已经从仓库发出，明天上午送达。"),
        ("ko", "문태식 님, 새 배터리를 오늘 보내 드렸고 내일 도착합니다."),
        ("vi", "Xin chào chị Thảo, chị cho em xin mã đơn hàng được không ạ?"),
        ("th", "สวัสดีค่ะ รบกวนขอทราบหมายเลขคำสั่งซื้อค่ะ"),
        ("fr", "Chère Madame, votre colis est parti ce matin de notre dépôt."),
        ("nl", "Beste Emma, uw pakket is vanochtend vertrokken."),
        ("en", "Thank you for calling, this is Alex. May I have your order number?"),
    ],
)
def test_E1_what_opens_a_message_greets_and_takes_no_leave(language: str, text: str) -> None:
    assert acts(text, language, MANNERS) == {"greeting"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "Paket Ibu sudah dikirim, nanti sore sampai di rumah."),
        ("id", "Barangnya sampai dengan selamat dan utuh di gudang kami."),
        ("ar", "لقد قدمت طلبكم إلى قسم خدمتكم وسيصل الرد غدا"),
        ("zh-Hans", "这位先生的订单已经从仓库发出，明天上午送达。"),
        ("ja", "いつも使っている充電台の型番を、本体の裏で確かめております。"),
        ("ko", "다른 고객님들의 기록과 함께 처음부터 다시 살펴보고 있습니다."),
        ("th", "คุณสามารถตรวจสอบสถานะได้ที่หน้าเว็บ"),
        ("fr", "Le modèle le plus cher, Madame Petit le connaît, part demain."),
        ("it", "Il modello è troppo caro per questo rimborso."),
        ("nl", "Op de dag van levering belt de chauffeur."),
        ("ru", "Эта модель дорого стоит, поэтому мы проверяем её дважды."),
        ("en", "If you have a question, the manual is on page 4."),
        ("es", "Cuando tenga el número, lo buscamos en el almacén."),
        ("pt-BR", "Se desejar, o pedido sai amanhã."),
        ("tr", "Gecikme için özür dileriz, paketi arıyoruz."),
        ("en", "Thank you, Emma. My supervisor is looking at the order now and I will write by noon."),
    ],
)
def test_E1_the_same_words_elsewhere_do_neither(language: str, text: str) -> None:
    assert acts(text, language, MANNERS) == set()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt-BR", "De nada, Ana. Tenha um bom dia!"),
        ("es", "Con gusto. Que tenga un buen día."),
        ("id", "Sama-sama, Bu Sri. Selamat beristirahat."),
        ("tr", "Rica ederiz. İyi günler dileriz."),
        ("ar", "سعدنا بخدمتكم. ودُمتم بخير."),
        ("ar", "وصل الطقم سليمًا. شكرًا لكم ونتمنى لكم يومًا سعيدًا."),
        ("de", "Liebe Grüße, Alex"),
        ("nl", "Beste groeten, Alex"),
        ("zh-Hant", "不客氣。祝您生活愉快。"),
        ("th", "ยินดีค่ะ ขอบคุณมากค่ะ"),
        ("en", "With pleasure. Goodbye."),
    ],
)
def test_E1_what_ends_a_message_takes_leave_and_does_not_greet(language: str, text: str) -> None:
    assert acts(text, language, MANNERS) == {"farewell"}


def test_a_language_that_nobody_described_has_neither() -> None:
    assert acts("Hello, thank you, goodbye.", "tlh", MANNERS) == set()
