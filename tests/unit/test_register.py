"""Sie or du, vous or tu, です・ます or plain: how a text addresses its reader, and by which words (E1, E2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_tui.guidance.register import Formality, judge, register
from agent_tui.packs.compliance import Packs

PAIRS = {
    "de": [
        ("Haben Sie es schon bekommen?", "Hast du es schon bekommen?"),
        ("Warten Sie bitte kurz.", "Warte bitte kurz."),
        ("Ich schicke Ihnen den Link.", "Ich schicke dir den Link."),
        ("Wissen Sie, wann Ihr Flug geht?", "Weißt du, wann dein Flug geht?"),
    ],
    "es": [
        ("¿Lo ha recibido ya?", "¿Lo has recibido ya?"),
        ("Dígame su número.", "Dime tu número."),
        ("No se preocupe, vuelva a intentarlo.", "No te preocupes, vuelve a intentarlo."),
        ("¿Compró las entradas?", "¿Compraste las entradas?"),
    ],
    "fr": [
        ("Vous l'avez reçu ?", "Tu l'as reçu ?"),
        ("Appuyez sur le bouton.", "Appuie sur le bouton."),
        ("Dites-moi votre nom.", "Dis-moi ton nom."),
    ],
    "hi": [
        ("आपको यह मिल गया?", "तुम्हें यह मिल गया?"),
        ("अपना नंबर बताइए।", "अपना नंबर बताओ।"),
        ("आप कहाँ रहते हैं?", "तुम कहाँ रहते हो?"),
    ],
    "it": [
        ("L'ha ricevuto?", "L'hai ricevuto?"),
        ("Mi dica il Suo nome.", "Dimmi il tuo nome."),
        ("Non si preoccupi.", "Non preoccuparti."),
        ("Ha visto la partita?", "Hai visto la partita?"),
    ],
    "ja": [
        ("それを受け取りましたか。", "それ、受け取った？"),
        ("少々お待ちください。", "ちょっと待って。"),
        ("そう思います。", "そう思うよ。"),
        ("日本に行ったことがありますか？", "日本に行ったことある？"),
    ],
    "ko": [
        ("그거 받으셨어요?", "그거 받았어?"),
        ("잠시만 기다려 주세요.", "잠깐만 기다려."),
        ("제가 확인하겠습니다.", "내가 확인할게."),
    ],
    "nl": [("Heeft u het ontvangen?", "Heb je het ontvangen?"), ("Wat is uw naam?", "Wat is jouw naam?")],
    "pl": [("Czy może Pan podać numer?", "Możesz podać numer?"), ("Otrzyma Pani maila.", "Dostaniesz maila.")],
    "pt": [
        ("Recebeu a encomenda?", "Recebeste a encomenda?"),
        ("Diga-me o seu nome.", "Diz-me o teu nome."),
        ("Você gosta de futebol?", "Tu gostas de futebol?"),
    ],
    "ru": [
        ("Вы это получили?", "Ты это получил?"),
        ("Подождите минутку.", "Подожди минутку."),
        ("Если хотите, я перезвоню.", "Если хочешь, я перезвоню."),
    ],
    "tr": [("Siparişinizi aldınız mı?", "Siparişini aldın mı?"), ("Size yardım edebilirim.", "Sana yardım ederim.")],
    "vi": [
        ("Anh đã nhận được chưa ạ?", "Cậu đã nhận được chưa?"),
        ("Quý khách vui lòng chờ một chút.", "Mày chờ một chút nhé."),
    ],
    "id": [("Apakah Anda sudah menerimanya?", "Kamu sudah terima?")],
    "zh-Hans": [("您收到了吗？", "你收到了吗？")],
    "th": [("ได้รับแล้วหรือยังคะ", "แกได้รับยังวะ")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "formal", "informal"),
    [(language, *pair) for language, pairs in PAIRS.items() for pair in pairs],
)
def test_E2_each_of_a_pair_is_told_from_the_other(language: str, formal: str, informal: str) -> None:
    assert register(formal, language) is Formality.FORMAL
    assert register(informal, language) is Formality.INFORMAL


def test_the_words_that_show_it_are_told() -> None:
    text = "Hallo, hast du deine Nummer?"
    found = judge(text, "de")
    assert [text[start:end] for start, end, _ in found.informal] == ["hast", "du", "deine"]
    assert found.formal == ()


def test_places_survive_decomposed_letters() -> None:
    text = "De\u0301jà vu : tu viens ?"
    assert next(text[start:end] for start, end, _ in judge(text, "fr").informal) == "tu"


def test_both_as_strong_is_mixed_and_neither_is_unknown() -> None:
    assert register("Hast du Ihre Nummer?", "de") in (Formality.MIXED, Formality.INFORMAL)
    assert register("Danke.", "de") is Formality.UNKNOWN
    assert register("Hello you", "en") is Formality.UNKNOWN
    assert register("Merci.", "") is Formality.UNKNOWN


def test_a_word_counts_where_it_stands() -> None:
    assert register("Habla con el banco.", "es") is Formality.INFORMAL
    assert register("¿Habla español?", "es") is Formality.FORMAL
    assert register("Che lingua parli?", "it") is Formality.INFORMAL
    assert register("Parli con il negozio.", "it") is Formality.FORMAL


def test_a_company_s_own_pack_is_heard(tmp_path: Path) -> None:
    file = tmp_path / "compliance" / "register" / "sv.toml"
    file.parent.mkdir(parents=True)
    file.write_text(
        '[ni]\nformality = "formal"\nwords = "ni er"\n\n[du]\nformality = "informal"\nwords = "du dig"\n'
    )
    packs = Packs(tmp_path)
    assert register("Vill ni ha det?", "sv", packs) is Formality.FORMAL
    assert register("Vill du ha det?", "sv", packs) is Formality.INFORMAL
    assert packs.problems == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ich frage beim Lager nach und melde mich morgen."),
        ("de", "Ich leite das weiter, prüfe die Rechnung und sende Ihnen eine Kopie."),
        ("de", "Schicke Ihnen gleich den Link."),
        ("fr", "Je regarde et reviens vers vous."),
        ("fr", "J'appelle le dépôt et reviens vers vous."),
    ],
)
def test_what_the_agent_does_is_no_order(language: str, text: str) -> None:
    assert judge(text, language).informal == ()


@pytest.mark.parametrize(
    ("language", "text", "order"),
    [
        ("de", "Frage beim Lager nach und melde dich.", "melde"),
        ("de", "Ich verstehe. Schicke mir bitte ein Foto.", "Schicke"),
        ("fr", "Regarde et reviens vers moi.", "reviens"),
    ],
)
def test_an_order_to_a_friend_is_too_familiar(language: str, text: str, order: str) -> None:
    assert order in {text[start:end] for start, end, _weight in judge(text, language).informal}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "ja",
            "この度はご不便をおかけして\n大変申し訳ございません。\n状況を確認して\nおりますので、お待ちください。",
        ),
        (
            "ja",
            "下記よりお選びください。\n・交換する\n・返金を受ける\n・修理に出す\n\nよろしくお願いいたします。",
        ),
        ("ja", "ご注文の商品は\n明日発送いたします。\n\nサポート\n林 みのる"),
        ("ja", "ご質問の件：はい\nご利用いただけます。"),
        ("ja", "はい。\n可能です。"),
        ("ja", "件名：ご返金について\nお支払い方法：代引き"),
        ("ko", "불편을 드려\n죄송합니다.\n내일까지 확인해\n알려드리겠습니다."),
    ],
)
def test_E2_a_line_that_ends_no_sentence_says_nothing_about_the_form_of_address(
    language: str, text: str
) -> None:
    assert judge(text, language).informal == ()


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("ja", "ありがとうございます。\n確認するね。", "るね。"),
        ("ja", "明日送るね\n待ってて", "るね"),
        ("ko", "죄송합니다.\n내일 확인할게.", "확인할게."),
        ("ko", "죄송해\n내일 볼게", "죄송해\n"),
    ],
)
def test_E2_a_familiar_sentence_is_found_at_the_end_of_its_line(language: str, text: str, words: str) -> None:
    assert words in [text[start:end] for start, end, _weight in judge(text, language).informal]
