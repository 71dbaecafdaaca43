"""Language and market of a customer."""

from __future__ import annotations

import random
import time

import pytest

from agent_tui.guidance import language, market
from agent_tui.guidance.language import identify

SAID = {
    "en": "Hello, my order has not arrived yet. Could you please check where it is?",
    "de": "Guten Tag, meine Bestellung ist noch nicht angekommen. Bitte prüfen Sie das.",
    "fr": "Bonjour, ma commande n'est toujours pas arrivée, pouvez-vous vérifier ?",
    "es": "Hola, mi pedido todavía no ha llegado. ¿Pueden comprobar dónde está?",
    "pt": "Olá, a minha encomenda ainda não chegou. Podem verificar, por favor?",
    "it": "Buongiorno, il mio ordine non è ancora arrivato. Potete controllare?",
    "nl": "Goedendag, mijn bestelling is nog niet aangekomen. Kunt u dit nakijken?",
    "pl": "Dzień dobry, moje zamówienie jeszcze nie dotarło. Proszę o sprawdzenie.",
    "ru": "Здравствуйте, мой заказ до сих пор не пришёл. Проверьте, пожалуйста.",
    "uk": "Доброго дня, моє замовлення ще не прийшло. Перевірте, будь ласка.",
    "ar": "مرحبا، طلبي لم يصل حتى الآن. هل يمكنكم التحقق من ذلك؟",
    "he": "שלום, ההזמנה שלי עדיין לא הגיעה. אפשר לבדוק?",
    "tr": "Merhaba, siparişim hâlâ gelmedi. Kontrol edebilir misiniz?",
    "th": "สวัสดีค่ะ สินค้าที่สั่งยังไม่มาถึงเลยค่ะ",
    "vi": "Xin chào, đơn hàng của tôi vẫn chưa đến. Nhờ shop kiểm tra giúp.",
    "id": "Halo, pesanan saya belum sampai juga. Tolong dicek ya kak, terima kasih.",
    "ms": "Hai, pesanan saya masih belum sampai. Boleh tolong semak? Saya nak bayaran balik.",
    "hi": "नमस्ते, मेरा ऑर्डर अभी तक नहीं आया है। कृपया जाँच करें।",
    "ja": "注文した商品がまだ届きません。確認をお願いします。",
    "ko": "주문한 상품이 아직 도착하지 않았습니다.",
    "zh-Hans": "你好，我的订单还没有收到，请帮我查一下。",
    "zh-Hant": "您好，我的訂單還沒有收到，請幫我查一下。",
    "sv": "Hej, min beställning har fortfarande inte kommit. Kan ni kontrollera?",
    "fi": "Hei, tilaukseni ei ole vieläkään saapunut. Voitteko tarkistaa asian?",
    "cs": "Dobrý den, moje objednávka stále nedorazila. Můžete to prosím ověřit?",
    "el": "Καλησπέρα, η παραγγελία μου δεν έχει έρθει ακόμα.",
    "hu": "Jó napot, a rendelésem még mindig nem érkezett meg. Kérem, ellenőrizzék.",
}


@pytest.mark.parametrize(("tag", "said"), SAID.items(), ids=SAID.keys())
def test_languages(tag: str, said: str) -> None:
    found = identify(said)
    assert found is not None
    assert found.value == tag
    assert found.because


def test_cantonese_is_traditional_chinese_and_a_brand_in_kana_makes_no_japanese() -> None:
    assert getattr(identify("我喺你哋網店買咗部機，但係壞咗，唔該跟進"), "value", "") == "zh-Hant"
    assert (
        getattr(identify("我买的スマ灯坏了，请帮我换一个新的，订单还在保修期内，谢谢你们的帮助"), "value", "")
        == "zh-Hans"
    )


def test_unsure_is_none() -> None:
    for said in ("", "?", "12345 #4471", "ok", "https://x.example/de/seite", "Ann Lee", "a@b.example 0049"):
        assert identify(said) is None, said


def test_quoted_text_signature_and_links_do_not_count() -> None:
    quoted = "\n".join("> " + SAID["en"] for _ in range(20))
    text = f"{SAID['pl']}\n\n{quoted}\n-- \nThe Very English Trading Company of London and the World\n"
    assert getattr(identify(text), "value", "") == "pl"
    assert (
        getattr(identify("https://www.example.com/this/is/all/english/words " * 3 + SAID["de"]), "value", "")
        == "de"
    )


def test_a_long_log_below_a_short_text_does_not_count() -> None:
    lines = [
        f"2026-11-18T22:{i % 60:02d}:01 INFO navigation: the robot could not reach the station, retry {i}"
        for i in range(3000)
    ]
    log = "\n".join(lines)
    assert (
        getattr(
            identify(
                f"Cześć, mój odkurzacz od tygodnia pokazuje błąd i nie trafia do stacji. Wklejam logi.\n\n{log}"
            ),
            "value",
            "",
        )
        == "pl"
    )


def test_hint_decides_only_between_close_candidates() -> None:
    assert getattr(identify("Pesanan saya belum sampai", hint="ms"), "value", "") in ("ms", "id")
    assert getattr(identify(SAID["de"], hint="fr"), "value", "") == "de"


def test_identify_is_quick_on_hostile_text() -> None:
    letters = random.Random(1)  # noqa: S311 - the same letters each time
    for text in (
        "a" * 200_000,
        "a b" * 100_000,
        "/" * 200_000,
        "".join(letters.choices("aé字ก \n", k=200_000)),
    ):
        begin = time.perf_counter()
        identify(text)
        market.guess(text=text, language="en")
        assert time.perf_counter() - begin < 1


@pytest.mark.parametrize(
    ("given", "country", "code"),
    [
        ({"text": "Rufen Sie mich an: +49 30 23125 100"}, "DE", "phone:+49"),
        ({"text": "+1 514 555 0134"}, "CA", "phone:+1"),
        ({"text": "call +1 212 555 0134"}, "US", "phone:+1"),
        ({"text": "+7 771 000 9998", "language": "ru"}, "KZ", "phone:+7"),
        ({"text": "+7 912 000 99 98", "language": "ru"}, "RU", "phone:+7"),
        ({"text": "٠٠ هاتفي +٢٠١٠١٢٣٤٥٦٧٨", "language": "ar"}, "EG", "phone:+20"),
        ({"email": "a@firma.de"}, "DE", "domain:.de"),
        ({"email": "a@firm.co.uk"}, "GB", "domain:.uk"),
        ({"language": "ja"}, "JP", "language:ja"),
        ({"language": "en", "offset": 330}, "IN", "zone:+0530"),
        ({"language": "pt", "offset": -180}, "BR", "zone:-0300"),
        ({"language": "de", "text": "Grüße aus Salzburg", "offset": 60}, "AT", "address:Salzburg"),
        ({"language": "en", "text": "Please send it to Cairns QLD"}, "AU", "address:Cairns"),
        ({"language": "zh-Hant", "text": "我住台北", "offset": 480}, "TW", "address:台北"),
        ({"language": "fr", "text": "septante-neuf euros, Liège", "offset": 60}, "BE", "text:septante"),
    ],
)
def test_market(given: dict[str, object], country: str, code: str) -> None:
    found = market.guess(**given)  # type: ignore[arg-type]
    assert found is not None
    assert found.value == country
    assert code in found.because


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"offset": 60},
        {"offset": 60, "language": "en"},
        {"language": "en"},
        {"language": "es"},
        {"language": "ar"},
        {"email": "a@gmail.com", "language": "en"},
        {"text": "+995 32 212 3456", "language": "en"},
        {"offset": 480, "language": "en"},
        {"text": "Do you deliver to Canada or Germany?", "language": "en", "offset": 60},
        {"language": "cs", "offset": 60},
    ],
)
def test_weak_evidence_gives_no_market(given: dict[str, object]) -> None:
    assert market.guess(**given) is None  # type: ignore[arg-type]


def test_named_markets_and_data() -> None:
    assert [market.named(value) for value in ("Deutschland", "de", "UK", "日本", "Narnia", "FI")] == [
        "DE",
        "DE",
        "GB",
        "JP",
        None,
        "FI",
    ]
    assert len(market.markets()) >= 34
    assert "zh" in language.LANGUAGES
