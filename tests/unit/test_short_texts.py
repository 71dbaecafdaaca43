"""The language of a few words (POLICY E6)."""

from __future__ import annotations

import pytest

from agent_tui.guidance.language import likeliest
from tests.bench.language import pieces


def test_the_language_of_24_characters_is_told() -> None:
    found = list(pieces(seed=2))
    among = {language.partition("-")[0] for _piece, language in found}
    right = [
        piece
        for piece, language in found
        if (guess := likeliest(piece, among=among)) and guess.value == language
    ]
    assert len(found) > 3_000
    assert len(right) >= 0.97 * len(found)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Calm down! Send me your password.", "en"),
        ("Wo ist mein Paket?", "de"),
        ("¿Dónde está mi pedido?", "es"),
        ("Onde está o meu pedido?", "pt"),
        ("Waar blijft mijn bestelling?", "nl"),
        ("Di mana pesanan saya?", "id"),
        ("ありがとう", "ja"),
        ("您好，请问", "zh-Hans"),
        ("您好，請問", "zh-Hant"),
    ],
)
@pytest.mark.parametrize("hint", [None, "ja", "fr"])
def test_what_is_expected_does_not_outweigh_what_is_there(text: str, language: str, hint: str | None) -> None:
    guess = likeliest(text, hint=hint)
    assert guess is not None
    assert guess.value == language


@pytest.mark.parametrize("text", ["", "12345", "!!!", "\n"])
def test_a_text_without_letters_is_in_no_language(text: str) -> None:
    assert likeliest(text) is None
