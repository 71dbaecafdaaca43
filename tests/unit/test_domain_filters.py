"""Conditions as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent_tui.domain.filters import FIELDS, BadCondition, parse_condition, parse_conditions
from agent_tui.domain.views import LIVE, Condition, Is, Row, Symbol


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("level>=3", Condition("level", Is.AT_LEAST, 3)),
        (" level != 2 ", Condition("level", Is.NOT, 2)),
        ("level=none", Condition("level", Is.EQUAL, None)),
        ("market=JP", Condition("market", Is.EQUAL, "JP")),
        ("customer='none'", Condition("customer", Is.EQUAL, "none")),
        ("owner=$me", Condition("owner", Is.EQUAL, Symbol.ME)),
        ("owner!=none", Condition("owner", Is.NOT, None)),
        ("urgent=yes", Condition("urgent", Is.EQUAL, True)),
        ("channel in chat, phone", Condition("channel", Is.IN, ("chat", "phone"))),
        ("tags has vip", Condition("tags", Is.HAS, "vip")),
        ("tag has 大客户", Condition("tags", Is.HAS, "大客户")),
        ("due<$now", Condition("due", Is.LESS, Symbol.NOW)),
        ("due<$now+2h", Condition("due", Is.LESS, timedelta(hours=2))),
        ("created > $now - 1d 2h", Condition("created", Is.MORE, -timedelta(hours=26))),
    ],
)
def test_a_condition_is_read(text: str, expected: Condition) -> None:
    assert parse_condition(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "level",
            "level=",
            "=3",
            "level>three",
            "level in 1,2",
            "level>=99999999999999999999",
            "Level=3",
        ),
        *("urgent=maybe", "due=now", "due<$now+soon", "tags=vip", "market<JP", "owner=$now", "market=$me"),
        *("subject=$x", "nosuch=1"),
    ],
)
def test_what_makes_no_sense_is_named(text: str) -> None:
    with pytest.raises(BadCondition) as raised:
        parse_condition(text)
    assert str(raised.value)


def test_only_what_is_not_finished_is_meant_unless_said() -> None:
    assert parse_conditions(("level>3",))[0] == LIVE
    assert LIVE in parse_conditions(("status=waiting",))
    assert LIVE in parse_conditions(("status in open,snoozed",))
    for text in ("live=no", "solved=yes", "status=resolved", "status!=open", "status in open,resolved"):
        assert LIVE not in parse_conditions((text,))


def test_every_field_of_a_row_can_be_asked_for() -> None:
    outside = {"held"}  # the outbox's own, which lists what is held
    assert set(FIELDS) == set(Row.__struct_fields__) - outside
