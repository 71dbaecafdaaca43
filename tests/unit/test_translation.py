"""Translation: personal data stays here, and what comes back is whole or nothing (POLICY E6, T5)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.translation.deepl import from_environment
from agent_tui.translation.provider import (
    LONGEST,
    Answer,
    Garbled,
    NoProvider,
    NotThisLanguage,
    Refused,
    TooLong,
    TranslationError,
    UsedUp,
    cut_out,
    put_back,
    translate,
)
from tests.deepl import Served, serving

SECRET = "ana@example.com"


def secrets(text: str) -> list[tuple[int, int]]:
    place = text.find(SECRET)
    return [(place, place + len(SECRET))] if place >= 0 else []


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with serving(monkeypatch) as found:
        yield found


def test_E6_a_text_is_translated_without_the_personal_data_in_it(served: Served) -> None:
    done = translate(from_environment(), f"Your address & name: {SECRET}", "de", "en", secrets)
    assert done.text == f"Ihre Adresse & Name: {SECRET}"
    assert (done.source, done.target, done.by, done.masked) == ("en", "de", "DeepL", 1)
    [asked] = served.asked
    assert SECRET not in json.dumps(asked)
    assert asked["text"] == ['Your address &amp; name: <x id="0"/>']
    assert served.keys == ["DeepL-Auth-Key key-of-the-company"]


@pytest.mark.parametrize("says", ["Ihre Adresse", '<x id="0"/> und <x id="0"/>', '<x id="7"/>'])
def test_what_lost_its_place_is_no_translation(served: Served, says: str) -> None:
    served.says = says
    with pytest.raises(Garbled):
        translate(from_environment(), f"Your address: {SECRET}", "de", "en", secrets)


@pytest.mark.parametrize(
    ("code", "error"), [(403, Refused), (456, UsedUp), (400, NotThisLanguage), (500, TranslationError)]
)
def test_what_the_service_refuses_is_told_without_key_and_text(
    served: Served, code: int, error: type[TranslationError]
) -> None:
    served.code = code
    with pytest.raises(error) as caught:
        translate(from_environment(), f"Hello {SECRET}", "xx", "en", secrets)
    assert "key-of-the-company" not in str(caught.value)
    assert "Hello" not in str(caught.value)
    assert caught.value.told.text == error.text


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("de-AT", "DE"),
        ("ja-JP", "JA"),
        ("en-US", "EN-US"),
        ("en-IE", "EN-GB"),
        ("zh-Hans", "ZH-HANS"),
        ("zh-TW", "ZH-HANT"),
        ("pt-BR", "PT-BR"),
    ],
)
def test_a_language_is_called_as_the_service_calls_it(served: Served, language: str, asked: str) -> None:
    served.says = "Guten Morgen."
    translate(from_environment(), "Good morning.", language, "", lambda _text: [])
    assert served.asked[-1]["target_lang"] == asked


def test_without_a_key_the_desk_says_what_to_do() -> None:
    with pytest.raises(NoProvider, match=r"agent-tui\[deepl\].*DEEPL_AUTH_KEY"):
        from_environment({})


def test_a_whole_novel_is_not_sent() -> None:
    class Never:
        name = "Never"

        def translate(self, xml: str, target: str, source: str = "") -> Answer:
            raise AssertionError(xml[:10])

    with pytest.raises(TooLong):
        translate(Never(), "x" * (LONGEST + 1), "de", "en", secrets)


@given(st.lists(st.text(max_size=8), min_size=1, max_size=9))
def test_cutting_out_and_putting_back_loses_nothing(parts: list[str]) -> None:
    text = "".join(parts)
    ends = [sum(map(len, parts[: number + 1])) for number in range(len(parts))]
    spans = [
        (end - len(part), end)
        for number, (part, end) in enumerate(zip(parts, ends, strict=True))
        if number % 2
    ]
    xml, kept = cut_out(text, lambda _text: spans)
    assert put_back(xml, kept) == text
