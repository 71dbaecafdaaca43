"""Masking is stable and leaves nothing; pieces lie in order and inside the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_tui.domain.personal_data import Kind
from agent_tui.guidance.personal import find, mask, masked
from agent_tui.packs.personal_rules import shipped_rules
from tests.bench.personal import written_cases

WORDS = sorted(shipped_rules().labels.told)
PIECES = sorted({part for case in written_cases() for _kind, part in case[2]})
REGIONS = st.lists(st.sampled_from(["DE", "US", "CN", "JP", "KR", "BR", "RU", "SA", "IN"]), max_size=2)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.sampled_from(WORDS),
        st.sampled_from([" ", ", ", ": ", "\n", ". ", " is ", "、", "-", "/", "#", "+", "(", ")", "@"]),
        st.text("0123456789", min_size=1, max_size=16),
        st.text(max_size=6),
    ),
    max_size=12,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS, REGIONS)
def test_pieces_lie_in_order_and_inside(text: str, regions: list[str]) -> None:
    place = 0
    for each in find(text, regions):
        assert place <= each.start < each.end <= len(text)
        place = each.end


@settings(max_examples=300, deadline=None)
@given(TEXTS, REGIONS)
def test_masking_twice_changes_nothing(text: str, regions: list[str]) -> None:
    safe = masked(text, regions)
    assert masked(safe, regions) == safe


@settings(max_examples=200, deadline=None)
@given(TEXTS, REGIONS)
def test_a_mask_leaves_no_more_digits_than_it_says(text: str, regions: list[str]) -> None:
    for each in find(text, regions):
        part = text[each.start : each.end]
        left = sum(map(str.isdecimal, mask(part, [type(each)(each.kind, 0, len(part))])))
        if each.kind is not Kind.EMAIL:
            assert left <= {Kind.CARD: 4, Kind.PHONE: 2}.get(each.kind, 0)
