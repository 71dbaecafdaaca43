"""Fields among the words of a search (POLICY H4: the archive is searched by type, market, product and level, too)."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_tui.desk.core import Desk
from agent_tui.domain.sought import narrowed
from agent_tui.domain.views import Condition, Is
from tests.factories import at
from tests.tui.desks import MORNING, desk_at


def equal(field: str, value: str | int) -> Condition:
    return Condition(field, Is.EQUAL, value)


@pytest.mark.parametrize(
    ("text", "words", "fields"),
    [
        ("refund", "refund", ()),
        ("market:jp 破損 level:3", "破損", (equal("market", "JP"), equal("level", 3))),
        ("Type：billing_doubt", "", (equal("type", "billing_doubt"),)),
        ("level:high colour:red", "level:high colour:red", ()),
        ("https://market:80/x", "https://market:80/x", ()),
    ],
)
def test_H4_fields_are_told_from_words(text: str, words: str, fields: tuple[Condition, ...]) -> None:
    assert narrowed(text) == (words, fields)


@pytest.fixture
def solved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Five tickets; the first is solved, of a product and a type."""
    monkeypatch.setenv("AGENT_TUI_KEY", "6265" * 16)
    desk = desk_at(tmp_path / "desk")
    given = {"verified": "yes", "type": "billing_doubt", "level": "2", "product": "PB-20K"}
    desk.act(1, "classify", given, MORNING)
    desk.act(1, "reply", {"text": "Refunded."}, MORNING)
    desk.act(1, "resolve", {"result": "r", "satisfaction": "satisfied", "summary": "bank error"}, MORNING)
    return desk


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("product:pb-20k", [1]),
        ("type:billing_doubt bank", [1]),
        ("level:2 market:JP", []),
        ("level:2", [1]),
        ("bank", [1]),
        ("nobody", []),
        ("type:logistics", []),
    ],
)
def test_H4_the_archive_is_searched_by_words_and_fields(solved: Desk, search: str, found: list[int]) -> None:
    assert list(solved.numbers("open", at("10:00"), search)) == found
    assert [row.id for row in solved.search(search)] == found
    assert [row.id for row in solved.rows("archive", at("10:00"), search)] == found
    solved.close()
