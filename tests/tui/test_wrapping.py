"""Where a line may end: at spaces, between wide characters, and never so that a mark stands alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.domain.cells import width
from agent_tui.tui.widgets.pager import wrap


@pytest.mark.parametrize(
    ("text", "across", "lines"),
    [
        ("麻烦快点告诉我。", 14, ["麻烦快点告诉", "我。"]),
        ("他说：“可以。”谢谢", 14, ["他说：“可", "以。”谢谢"]),
        ("按键（见下表）", 6, ["按键", "（见下", "表）"]),
        ("one two three", 8, ["one two", "three"]),
        ("ボールペーパー", 6, ["ボール", "ペー", "パー"]),
    ],
)
def test_no_line_begins_or_ends_with_the_wrong_mark(text: str, across: int, lines: list[str]) -> None:
    assert list(wrap(text, across)) == lines


@given(st.text(alphabet="我们 ab。，（）“”ー", max_size=60), st.integers(min_value=8, max_value=20))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, across: int) -> None:
    lines = list(wrap(text, across))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line.rstrip()) <= across for line in lines)
