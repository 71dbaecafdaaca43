"""Apologies, the direction of the solution, deadlines and follow-up, as people write them (C1, C10, H3)."""

from __future__ import annotations

import pytest

from agent_tui.guidance.speech_acts import has_apology, has_deadline, has_direction, has_follow_up, spans

WHOLE = {
    "en": "So sorry this happened. I've already asked the carrier to trace it and we'll update you by Thursday.",
    "zh-Hans": "真的很抱歉让您久等。我们已经联系物流核查，明天下午6点前给您答复。",
    "zh-Hant": "讓您久等，實在對不起。我們已聯絡物流公司查詢，明天下午六點前給您回覆。",
    "ja": "お待たせしてしまい申し訳ございません。配送会社に確認しており、明日17時までにご連絡いたします。",
    "ko": "오래 기다리시게 해서 정말 죄송합니다. 택배사에 확인하고 있으며 내일 오후 6시까지 연락드리겠습니다.",
    "de": "Das tut uns wirklich leid. Wir haben beim Paketdienst nachgefragt und melden uns bis Donnerstagabend.",
    "fr": "Toutes nos excuses. Nous avons contacté le transporteur et reviendrons vers vous avant jeudi.",
    "es": "Sentimos mucho la espera. Hemos contactado con el transportista y le informaremos antes del jueves.",
    "pt": "Lamentamos muito a espera. Já contatamos a transportadora e daremos notícias até quinta-feira.",
    "it": "Ci dispiace molto per l'attesa. Abbiamo contattato il corriere e La informeremo entro giovedì.",
    "nl": "Het spijt ons. We hebben contact opgenomen met de vervoerder en laten u voor donderdag iets weten.",
    "pl": "Bardzo nam przykro. Sprawdzamy przesyłkę u przewoźnika i odezwiemy się do czwartku.",
    "ru": "Нам очень жаль, что пришлось ждать. Мы уже проверяем заказ и напишем вам до четверга.",
    "ar": "نأسف كثيرا على الانتظار. نحن نتحقق من الشحنة وسنتواصل معك قبل يوم الخميس.",
    "tr": "Beklettiğimiz için üzgünüz. Kargoyu araştırıyoruz ve perşembe gününe kadar size dönüş yapacağız.",
    "th": "ต้องขออภัยที่ให้รอค่ะ ทางเรากำลังตรวจสอบกับขนส่ง และจะแจ้งให้ทราบภายในพรุ่งนี้ค่ะ",
    "vi": "Rất xin lỗi vì để chị phải chờ. Bên em đang kiểm tra với đơn vị vận chuyển và sẽ báo chị trước thứ năm.",
    "id": "Mohon maaf sudah menunggu. Kami sedang mengecek ke pihak kurir dan akan mengabari Ibu sebelum hari Kamis.",
}  # fmt: skip
NOTHING = {
    "en": "Thank you for writing. Could you tell us your order number, please?",
    "zh-Hans": "感谢您的来信。请问您的订单号是多少？",
    "zh-Hant": "感謝您的來信。請問您的訂單編號是多少？",
    "ja": "お問い合わせいただきありがとうございます。ご注文番号をお教えください。",
    "ko": "문의해 주셔서 감사합니다. 주문 번호를 알려 주시겠어요?",
    "de": "Vielen Dank für Ihre Nachricht. Wie lautet bitte Ihre Bestellnummer?",
    "fr": "Merci de votre message. Quel est votre numéro de commande ?",
    "es": "Gracias por su mensaje. ¿Cuál es su número de pedido?",
    "pt": "Obrigado pela mensagem. Qual é o número do pedido?",
    "it": "Grazie del messaggio. Qual è il numero dell'ordine?",
    "nl": "Bedankt voor uw bericht. Wat is uw bestelnummer?",
    "pl": "Dziękujemy za wiadomość. Jaki jest numer zamówienia?",
    "ru": "Спасибо за ваше письмо. Какой у вас номер заказа?",
    "ar": "شكرا على رسالتك. ما هو رقم طلبك؟",
    "tr": "Mesajınız için teşekkür ederiz. Sipariş numaranız nedir?",
    "th": "ขอบคุณสำหรับข้อความค่ะ หมายเลขคำสั่งซื้ออะไรคะ",
    "vi": "Cảm ơn chị đã nhắn tin. Mã đơn hàng của chị là gì ạ?",
    "id": "Terima kasih atas pesannya. Berapa nomor pesanannya?",
}


@pytest.mark.parametrize("language", WHOLE)
def test_C1_C10_H3_a_whole_answer_holds_every_act(language: str) -> None:
    text = WHOLE[language]
    assert has_apology(text, language)
    assert has_direction(text, language)
    assert has_deadline(text, language)
    assert has_follow_up(text, language)


@pytest.mark.parametrize("language", NOTHING)
def test_a_question_holds_none(language: str) -> None:
    text = NOTHING[language]
    assert not has_apology(text, language)
    assert not has_direction(text, language)
    assert not has_deadline(text, language)
    assert not has_follow_up(text, language)


def test_who_need_not_apologise_is_not_apologised_to() -> None:
    assert not has_apology("There's really no need to apologize.", "en")
    assert not has_apology("您不用道歉。", "zh")
    assert not has_apology("Sie brauchen sich nicht zu entschuldigen.", "de")


def test_places_are_told() -> None:
    text = "Hello. We are sorry."
    assert [text[start:end] for start, end in spans("apology", text, "en")] == ["sorry"]


def test_a_language_without_a_pack_holds_nothing() -> None:
    assert not has_apology("sorry", "tlh")
    assert spans("apology", "sorry", "") == ()
