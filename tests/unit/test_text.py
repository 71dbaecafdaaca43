"""Text of strangers is harmless and still readable."""

from __future__ import annotations

import time
import unicodedata

import pytest

from agent_tui.domain.cells import graphemes
from agent_tui.domain.text import MAX_MARKS, SafeText, fit, is_safe, safe, width

HOSTILE = {
    "\x1b[2J\x1b]52;c;ZWNobyBwd25k\x07": "␛[2J␛]52;c;ZWNobyBwd25k␇",
    "a\x00b\x7fc": "a␀b␡c",
    "\x9b31mred\x9d0;title\x9c": "�31mred�0;title�",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "\u2066\u2067isolates\u2069": "isolates",
    "pass\u200bword\ufeff\u2060 soft\u00adhyphen": "password softhyphen",
    "\U000e0001\U000e0041\U000e0042hidden": "hidden",
    "x\ufff9annotation\ufffabelow\ufffb": "xannotationbelow",
    "lone \ud800 surrogate \udfff": "lone � surrogate �",
    "non\ufffecharacter\U0010ffff\ufdd0": "non�character��",
    "\u3164blank\uffa0name\u115f": "blank name",
    "a\u200db\u200cc": "abc",
    "A\ufe0f\ufe0f\ufe00\U000e0100B": "AB",
    "👍\u200d\u200d\u200d!": "👍!",
    "\u0301accent first": "◌\u0301accent first",
    "🏽": "�",
    "🇯": "J",
    "🇯🇵🇰": "🇯🇵K",
    "c\u034fg": "cg",
}

UNHARMED = [
    "Grüße aus Köln – 10 000 €",
    "佐藤　健一 様、届いた商品が壊れています。",
    "辻\U000e0100さん",  # an ideographic variation in a Japanese name
    "배송이 언제 오나요?",
    "น้ำใจ ที่นี่ สวัสดีครับ",
    "می‌خواهم",  # Persian needs its ZWNJ
    "नमस्ते क्‍ष र्‍य",
    "ශ්‍රී ලංකා",
    "র‍্যাব",
    "ന്‍ അവന്‍",
    "שָׁלוֹם",
    "السَّلامُ عليكم",
    "Tiếng Việt: Đặng Thị Hường",
    "👨‍👩‍👧‍👦 👩🏽‍💻 ❤️ 🏳️‍🌈 🏴‍☠️ 👩🏻‍❤️‍💋‍👨🏿",
    "🇯🇵🇩🇪",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "1️⃣ #️⃣ ©️ ™️ ☎️ ☝🏽 👍🏿",
    "㍻ ﬁ Ａ ½ ①",
    "ᠮᠣᠩᠭᠣᠯ",
]


@pytest.mark.parametrize(("raw", "shown"), HOSTILE.items())
def test_hostile_text_is_disarmed(raw: str, shown: str) -> None:
    assert safe(raw) == shown
    assert is_safe(shown)


@pytest.mark.parametrize("raw", HOSTILE)
def test_hostile_text_is_not_safe(raw: str) -> None:
    assert not is_safe(raw)


@pytest.mark.parametrize("text", UNHARMED)
def test_text_that_people_write_is_unharmed(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert safe(text) == text
    assert is_safe(text)


def test_decomposed_text_is_composed() -> None:
    assert safe("Cafe\u0301") == "Café"
    assert safe("\u1112\u1161\u11ab") == "한"


def test_towers_of_marks_are_cut() -> None:
    assert safe("Z" + "\u0335" * 50 + "!") == "Z" + "\u0335" * MAX_MARKS + "!"


def test_long_chains_of_emoji_are_cut_apart() -> None:
    assert safe("\u200d".join("👩" * 6)) == "\u200d".join("👩" * 4) + "👩\u200d👩"


def test_one_line() -> None:
    assert safe("  Re:\r\n\tyour   order \u2028 4471\n") == "Re: your order 4471"


def test_many_lines() -> None:
    assert safe("a\r\nb\rc\x85d\u2028e\u2029f\tg\n", lines=True) == "a\nb\nc\nd\ne\nf       g\n"
    assert safe("line\n\u0301mark", lines=True) == "line\n◌\u0301mark"
    assert is_safe("a\nb")
    assert not is_safe("a\tb")
    assert not is_safe("a\r\nb")


@pytest.mark.parametrize(
    ("raw", "limit", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("ab cdef", 4, "ab…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("x👨‍👩‍👧y", 4, "x…"),
        ("ab🇯🇵🇩🇪", 5, "ab🇯🇵…"),
        ("q\u0307\u0323zz", 3, "…"),
    ],
)
def test_limit_cuts_between_characters(raw: str, limit: int, shown: str) -> None:
    assert safe(raw, limit=limit) == shown
    assert safe(shown, limit=limit) == shown


def test_result_is_a_type_of_its_own() -> None:
    assert type(safe("x")) is SafeText
    assert type(safe("\x1b")) is SafeText
    assert type(safe("long text", limit=3)) is SafeText


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("abc", 3),
        ("佐藤", 4),
        ("한국", 4),
        ("👨‍👩‍👧", 2),
        ("❤️", 2),
        ("☝🏽", 2),
        ("🇯🇵", 2),
        ("é", 1),
        ("ක්‍ර", 2),
        ("می‌خواهم", 7),
        ("", 0),
    ],
)
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells


@pytest.mark.parametrize(
    ("text", "cells", "shown"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 4, "abc…"),
        ("佐藤健一", 8, "佐藤健一"),
        ("佐藤健一", 7, "佐藤健…"),
        ("佐藤健一", 6, "佐藤… "),
        ("👨‍👩‍👧👨‍👩‍👧", 3, "👨‍👩‍👧…"),
        ("🇯🇵🇩🇪", 3, "🇯🇵…"),
        ("佐藤", 1, "…"),
        ("佐藤", 0, ""),
        ("佐藤", -3, ""),
    ],
)
def test_fit(text: str, cells: int, shown: str) -> None:
    assert fit(text, cells) == shown


def test_fit_for_plain_terminals_and_numbers() -> None:
    assert fit("abcdef", 5, ellipsis="...") == "ab..."
    assert fit("abcdef", 2, ellipsis="...") == "ab"
    assert fit("42", 5, align="right") == "   42"


def test_graphemes() -> None:
    assert list(graphemes("e\u0323👩🏽‍💻🇯🇵🇩🇪한")) == ["e\u0323", "👩🏽‍💻", "🇯🇵", "🇩🇪", "한"]
    assert list(graphemes("")) == []


@pytest.mark.bench
@pytest.mark.parametrize(
    "sample",
    [
        "plain ASCII, as most mail is. ",
        "佐藤健一様、届いた商品が👩🏽‍💻壊れています。",
        "नमस्ते क्‍ष",
        "a\u0335\u0336",
        "\x1b[31m\u202e",
        "\U0001f1ef",
        "e" + "\u0301\u0323" * 1000,
    ],
)
def test_hostile_floods_take_linear_time(sample: str) -> None:
    def needed(length: int) -> float:
        text = (sample * (length // len(sample) + 1))[:length]
        started = time.process_time()
        safe(text, lines=True)
        return time.process_time() - started

    needed(1_000)
    assert needed(200_000) < 40 * max(needed(20_000), 0.01)  # a square would be 100


def test_what_stood_on_what_goes_goes_with_it() -> None:
    once = safe("\u09be\u200c\u180b")
    assert safe(once) == once
