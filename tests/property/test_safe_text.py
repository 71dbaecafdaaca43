"""Whatever Unicode holds, what `safe` returns can't harm a terminal."""

from __future__ import annotations

import sys
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent_tui.domain.cells import graphemes
from agent_tui.domain.characters import Kind, kind_of
from agent_tui.domain.text import MAX_MARKS, fit, is_safe, safe, width

# Format characters that can be seen, or that stand inside checked sequences.
VISIBLE_FORMATS = set(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
JOINERS = {"\u200c", "\u200d"}
FLAG_TAGS = {chr(0xE0000 + ord(letter)) for letter in "gbengsctwls"} | {"\U000e007f"}
FORMATS = VISIBLE_FORMATS | JOINERS | FLAG_TAGS

# Neighbours decide about these, so they are put beside each other far more often than chance would.
TRICKY = st.sampled_from(
    [
        *"\u200c\u200d\ufe0f\ufe0e\ufe00\U000e0100\U0001f3fd\U0001f1ef\U0001f1f5\u20e3\u0301\u0323\u0344\u0958",
        *"\u09be\u09c7\u094d\u0915\u0627\u0654\u1100\u1161\u11a8\u180b\u1820\u25cc\u2764\u261d👩💻🏴aA1#漢辻",
        *" \t\n\r\u3000\u00a0\x1b\x85\u2028\U000e0067\ud83d\u3164\u115f",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ]
)
PIECES = st.one_of(TRICKY, st.characters(exclude_categories=[]))
ANY = st.lists(PIECES, max_size=40).map("".join) | st.lists(TRICKY, max_size=40).map("".join)


@settings(max_examples=400)
@given(ANY, st.booleans())
def test_nothing_dangerous_is_left(text: str, lines: bool) -> None:
    result = safe(text, lines=lines)
    for character in result:
        category = unicodedata.category(character)
        assert category not in ("Cs", "Zl", "Zp")
        assert category != "Cc" or (lines and character == "\n")
        assert category != "Cf" or character in FORMATS
    assert unicodedata.is_normalized("NFC", result)
    assert is_safe(result)


@settings(max_examples=400)
@given(ANY, st.booleans(), st.none() | st.integers(0, 20))
@example("\u0344" * 5, False, None)
@example("\u200d \u0301", False, None)
def test_safe_twice_is_safe_once(text: str, lines: bool, limit: int | None) -> None:
    once = safe(text, lines=lines, limit=limit)
    assert safe(once, lines=lines, limit=limit) == once
    assert limit is None or len(once) <= limit


@settings(max_examples=400)
@given(ANY)
def test_marks_are_few(text: str) -> None:
    row = 0
    for character in safe(text, lines=True):
        selector = kind_of(character) is Kind.SPECIAL
        if unicodedata.category(character)[0] == "M" and not selector:
            row += 1
        elif character not in JOINERS and not selector:
            row = 0
        assert row <= MAX_MARKS


@settings(max_examples=400)
@given(ANY, st.integers(0, 30))
def test_columns_never_shift(text: str, cells: int) -> None:
    line = safe(text)
    shown = fit(line, cells)
    assert width(shown) == cells
    assert is_safe(shown)
    if width(line) <= cells:
        assert shown.startswith(line)


@settings(max_examples=400)
@given(ANY)
def test_a_line_is_as_wide_as_its_characters(text: str) -> None:
    line = safe(text)
    pieces = list(graphemes(line))
    assert "".join(pieces) == line
    assert sum(map(width, pieces)) == width(line)


def test_every_character_of_unicode() -> None:
    """No table in the code is missing a character that this Python's Unicode calls a control or a format."""
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    odd = [c for c in every if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Mn", "Mc", "Me")]
    assert len(odd) > 4000
    texts = [shape.format(c) for c in odd for shape in ("{}", "a{}b", "ش{}ش", "👩{}👩")]
    texts += ["".join(every[start : start + 4096]) for start in range(0, len(every), 4096)]
    for text in texts:
        result = safe(text)
        assert is_safe(result), ascii(text)
        for found in set(result):
            category = unicodedata.category(found)
            assert category not in ("Cc", "Cs", "Zl", "Zp"), ascii(text)
            assert category != "Cf" or found in FORMATS, ascii(text)
