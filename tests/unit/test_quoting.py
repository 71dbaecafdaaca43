"""Quoted history, as mail programs of many languages mark it."""

from __future__ import annotations

import time

import pytest

from agent_tui.domain.quoting import fold, preview

ATTRIBUTIONS = [
    "On Mon, 9 Nov 2026 at 10:31, Desk <d@shop.example> wrote:",
    "Am 09.11.2026 um 10:31 schrieb Desk <d@shop.example>:",
    "Le lun. 9 nov. 2026 à 10:31, Desk <d@shop.example> a écrit :",
    "El lun, 9 nov 2026 a las 10:31, Desk (<d@shop.example>) escribió:",
    "Em seg., 9 de nov. de 2026 às 10:31, Desk <d@shop.example> escreveu:",
    "Il giorno lun 9 nov 2026 alle ore 10:31 Desk <d@shop.example> ha scritto:",
    "Op ma 9 nov 2026 om 10:31 schreef Desk <d@shop.example>:",
    "pon., 9 lis 2026 o 10:31 Desk <d@shop.example> napisał(a):",
    "пн, 9 нояб. 2026 г. в 10:31, Desk <d@shop.example>:",
    "9 ноября 2026 г. 10:31 пользователь Desk <d@shop.example> написал:",
    "пн, 9 лист. 2026 р. о 10:31 Desk <d@shop.example> пише:",
    "po 9. 11. 2026 v 10:31 odesílatel Desk <d@shop.example> napsal:",
    "Den mån 9 nov. 2026 kl 10:31 skrev Desk <d@shop.example>:",
    "ma 9. marrask. 2026 klo 10.31 Desk (d@shop.example) kirjoitti:",
    "Desk <d@shop.example> ezt írta (időpont: 2026. nov. 9., H, 10:31):",
    "În lun., 9 nov. 2026 la 10:31, Desk <d@shop.example> a scris:",
    "Desk <d@shop.example>, 9 Kas 2026 Pzt, 10:31 tarihinde şunu yazdı:",
    "Στις Δευ 9 Νοε 2026 στις 10:31, ο χρήστης Desk <d@shop.example> έγραψε:",
    "Vào Th 2, 9 thg 11, 2026 vào lúc 10:31 Desk <d@shop.example> đã viết:",
    "Pada Sen, 9 Nov 2026 pukul 10.31 Desk <d@shop.example> menulis:",
    "เมื่อ จ. 9 พ.ย. 2026 เวลา 10:31 Desk <d@shop.example> เขียนว่า:",
    "2026年11月9日(月) 10:31 Desk <d@shop.example>:",
    "2026년 11월 9일 (월) 오전 10:31, Desk <d@shop.example>님이 작성:",
    "Desk <d@shop.example> 于2026年11月9日周一 10:31写道：",
    "Desk <d@shop.example> 於 2026年11月9日 週一 上午10:31寫道：",
    "في الاثنين، 9 نوفمبر 2026 في 10:31 ص تمت كتابة ما يلي بواسطة Desk <d@shop.example>:",
    "\u202bבתאריך יום ב׳, 9 בנוב׳ 2026 ב-10:31 מאת \u202aDesk\u202c\u200f <\u202ad@shop.example\u202c\u200f>:\u202c",
]
OUTLOOK = [
    "From: Desk\nSent: Monday, 9 November 2026 10:31\nTo: Ann\nSubject: Order",
    "Von: Desk <d@shop.example>\nGesendet: Montag, 9. November 2026 10:31\nAn: Ann\nBetreff: AW: Bestellung",
    "De : Desk\nEnvoyé : lundi 9 novembre 2026\nÀ : Ann\nObjet : commande",
    "De: Desk\nEnviado el: lunes\nPara: Ann\nAsunto: pedido",
    "Da: Desk\nInviato: lunedì\nA: Ann\nOggetto: ordine",
    "发件人: Desk\n发送时间: 2026年11月9日\n收件人: Ann\n主题: 订单",
    "寄件者: Desk\n寄件日期: 2026年11月9日\n收件者: Ann\n主旨: 訂單",
    "差出人: Desk\n送信日時: 2026年11月9日\n宛先: Ann\n件名: 注文",
    "보낸 사람: Desk\n보낸 날짜: 2026년\n받는 사람: Ann\n제목: 주문",
    "От: Desk\nОтправлено: 9 ноября\nКому: Ann\nТема: заказ",
    "Kimden: Desk\nGönderildi: Pazartesi\nKime: Ann\nKonu: sipariş",
    "*From:* Desk\n*Sent:* Monday\n*To:* Ann\n*Subject:* Order",
    "________________________________\nFrom: Desk\nSent: Monday\nTo: Ann\nSubject: Order",
    "-----Original Message-----\nFrom: Desk\nSent: Monday\nTo: Ann\nSubject: Order",
    "-----Ursprüngliche Nachricht-----\nVon: Desk\nGesendet: Montag\nAn: Ann\nBetreff: x",
    "-------- Message transféré --------\nSujet : x\nDate : lundi\nDe : Desk\nPour : Ann",
    "------------------ 原始邮件 ------------------\n发件人: Desk\n发送时间: 2026\n收件人: Ann\n主题: x",
    "-----元のメッセージ-----",
]


def shown(text: str) -> str:
    assert "".join(segment.text for segment in fold(text)) == text
    return "".join(segment.text for segment in fold(text) if not segment.quoted)


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_attribution_with_marked_quote(line: str) -> None:
    assert shown(f"My answer.\n\n{line}\n\n> old words\n> more\n") == "My answer.\n\n"


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_attribution_with_unmarked_history(line: str) -> None:
    assert shown(f"My answer.\n\n{line}\nold words\nmore\n") == "My answer.\n\n"


@pytest.mark.parametrize("block", OUTLOOK)
def test_outlook_history_reaches_to_the_end(block: str) -> None:
    assert shown(f"My answer.\n\n{block}\n\nold words\n\nmore old words\n") == "My answer.\n\n"


def test_wrapped_attribution() -> None:
    text = "Yes.\n\nOn Mon, 9 Nov 2026 at 10:31, A Very Long Desk Name\n<d@shop.example> wrote:\n> old\n"
    assert shown(text) == "Yes.\n\n"


def test_reply_below_and_between_quotes_is_never_hidden() -> None:
    text = "On 9 Nov 2026, Desk <d@shop.example> wrote:\n> Did it arrive?\n\nNo.\n\n> Which order?\n5512\n> Bye\n\nThanks, Ann\n"  # noqa: E501
    assert shown(text) == "\nNo.\n\n5512\n\nThanks, Ann\n"
    block = f"{OUTLOOK[0]}\n\n> Did it arrive?\n\nNo, it did not.\n"
    assert "No, it did not." in shown("Hello\n\n" + block)
    assert shown(f"{OUTLOOK[1]}\n\nforwarded words\n") == f"{OUTLOOK[1]}\n\nforwarded words\n"


@pytest.mark.parametrize(
    "text",
    [
        "On Monday your colleague wrote:\nWe will refund you.\nThat never happened.\n",
        "From: the kitchen\nthe smoke came out.\nPlease help.\n",
        "I need two things:\n- a label\n- a refund\n",
        "Products ordered:\n-----------------\nLamp\n-----------------\nWhere is it?\n",
        "Only > one sign\n",
        "a\r\nb\r\n",
        "x",
        "\n\n",
    ],
)
def test_own_words_stay(text: str) -> None:
    assert shown(text) == text


def test_signature() -> None:
    segments = fold("Where is it?\n-- \nAnn Lee\nParis\n\n> old\n")
    assert [(s.quoted, s.signature, s.text) for s in segments] == [
        (False, False, "Where is it?\n"),
        (False, True, "-- \nAnn Lee\nParis\n\n"),
        (True, False, "> old\n"),
    ]


def test_preview() -> None:
    assert (
        preview("On 9 Nov 2026 at 10:31, D <d@s.example> wrote:\n> old\n\nNo,  it did\nnot arrive.\n-- \nAnn")
        == "No, it did not arrive."
    )
    assert preview("> only\n> quotes") == "> only > quotes"
    assert preview("") == ""
    cut = preview("word " * 100, 30)
    assert cut == "word word word word word word…"
    assert len(preview("字" * 500, 50)) == 50


def test_long_mails_are_folded_in_linear_time() -> None:
    for text in (
        "> a\nb:\n" * 50_000,
        "From: a\n" * 50_000,
        "-----\n" * 50_000,
        "a: " * 100_000 + ":",
        "On 2026 10:31 a@b wrote\n" * 40_000,
        ">" * 400_000,
        "-- \n" * 50_000,
    ):
        begin = time.perf_counter()
        fold(text)
        assert time.perf_counter() - begin < 5
