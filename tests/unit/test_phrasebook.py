"""Phrases with a ticket's facts in them, written as the customer's language and time zone write them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agent_tui.guidance.phrasebook import Filled, Gap, Money, Value, filled, gaps_in, moment, money
from agent_tui.packs.phrases import Form, Library, Phrase, slots_of

AT = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
VALUES: dict[str, Value] = {
    "customer.name": "Satō Ken'ichi",
    "agent": "Mia",
    "company": "Nordlicht",
    "department": "Lager",
    "order": "4471",
    "product": "Lampe",
    "tracking": "00340",
    "deadline": AT,
    "date": AT,
    "amount": Money(Decimal("1234.5"), "EUR"),
    "festival": "Obon",
    "reason": "…",
    "plan": "…",
    "progress": "…",
    "result": "…",
    "details": "…",
    "link": "https://example.com",
}


def phrase(text: str) -> Phrase:
    return Phrase(id="x", language="en", scene="greeting", text=text, slots=slots_of(text))


def fill(text: str, values: dict[str, Value], locale: str = "en-GB", zone: str = "Europe/London") -> Filled:
    return filled(phrase(text), values, locale, zone, lambda name: f"Dr {name}")


def test_values_stand_where_their_placeholders_stood() -> None:
    found = fill("Dear {customer.name:address}, order {order}.", {"customer.name": "Ana", "order": " 12 "})
    assert found == Filled("Dear Dr Ana, order 12.")


def test_the_plain_name_is_left_alone() -> None:
    assert fill("{customer.name:text}", {"customer.name": "Ana"}).text == "Ana"


def test_what_is_missing_is_a_gap_that_tab_can_find() -> None:
    found = fill("Order {order} by {deadline:date}: {plan}", {"order": "12"})
    assert found.text == "Order 12 by {deadline}: {plan}"
    assert [found.text[gap.start : gap.end] for gap in found.gaps] == ["{deadline}", "{plan}"]
    assert [gap.name for gap in found.gaps] == ["deadline", "plan"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{order}", ""),
        ("{order}", "  "),
        ("{order}", AT),
        ("{customer.name}", " "),
        ("{deadline}", "tomorrow"),
        ("{amount}", "12 €"),
        ("{amount}", AT),
        ("{deadline}", Money(Decimal(1), "EUR")),
    ],
)
def test_a_value_that_is_empty_or_of_another_kind_leaves_a_gap(text: str, value: Value) -> None:
    name = text.strip("{}")
    found = fill(text, {name: value})
    assert found == Filled(text, (Gap(name, 0, len(text)),))


def test_gaps_are_found_again_in_what_the_agent_made_of_it() -> None:
    text = "Well, {deadline} it is. A {bracket} of the customer's, and {plan}."
    assert [(gap.name, text[gap.start : gap.end]) for gap in gaps_in(text)] == [
        ("deadline", "{deadline}"),
        ("plan", "{plan}"),
    ]
    assert gaps_in(fill("{order}", {"order": "1"}).text) == ()


def test_braces_in_a_value_are_no_gaps() -> None:
    assert fill("{reason} {order}", {"reason": "{plan}", "order": "1"}) == Filled("{plan} 1")


@pytest.mark.parametrize(
    ("locale", "zone", "written"),
    [
        ("en-GB", "Europe/London", "24 November 2026, 14:05 (GMT)"),
        ("en-US", "America/New_York", "November 24, 2026, 9:05\u00a0AM (EST)"),
        ("de", "Europe/Berlin", "24. November 2026, 15:05 (MEZ)"),
        ("ja", "Asia/Tokyo", "2026年11月24日 23:05 (JST)"),
        ("zh-Hans", "Asia/Shanghai", "2026年11月24日 22:05 (GMT+8)"),
        ("ko", "Asia/Seoul", "2026년 11월 24일 오후 11:05 (GMT+9)"),
        ("ru", "Europe/Moscow", "24 ноября 2026\u00a0г., 17:05 (GMT+3)"),
        ("pl", "Europe/Warsaw", "24 listopada 2026, 15:05 (CET)"),
        ("hi-IN", "Asia/Kolkata", "24 नवंबर 2026, 7:35 pm (GMT+5:30)"),
        ("en-NP", "Asia/Kathmandu", "November 24, 2026, 7:50\u00a0PM (GMT+5:45)"),
        ("en-GB", "America/St_Johns", "24 November 2026, 10:35 (GMT-3:30)"),
    ],
)
def test_H3_a_deadline_is_in_the_customers_own_time(locale: str, zone: str, written: str) -> None:
    assert moment(AT, Form.DATETIME, locale, zone) == written


def test_a_date_is_that_of_the_customers_zone() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert moment(late, Form.DATE, "fr", "Europe/Paris") == "25 novembre 2026"
    assert moment(late, Form.DATE, "fr-CA", "America/Toronto") == "24 novembre 2026"
    assert moment(late, Form.TIME, "de-DE", "Europe/Berlin") == "00:30 (MEZ)"


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en-US", "€1,234.50"),
        ("de", "1.234,50\u00a0€"),
        ("fr", "1\u00a0234,50\u00a0€"),
        ("zh-Hant-TW", "€1,234.50"),
        ("zh_Hans_CN", "€1,234.50"),
        ("xx", "€1,234.50"),
        ("", "€1,234.50"),
        ("de-QQ", "1.234,50\u00a0€"),
    ],
)
def test_money_is_written_as_the_customers_language_writes_it(locale: str, written: str) -> None:
    assert money(Money(Decimal("1234.5"), "EUR"), locale) == written


def test_yen_have_no_decimals() -> None:
    assert money(Money(Decimal(1200), "JPY"), "ja") == "￥1,200"


@pytest.mark.parametrize("language", Library(None).languages())
def test_every_shipped_phrase_can_be_filled_and_shows_no_brace_and_no_mark(language: str) -> None:
    for each in Library(None).book(language).phrases:
        found = filled(each, VALUES, language, "Asia/Tokyo")
        assert found.gaps == (), each.id
        assert not set(found.text) & set("{}\u200e\u200f\u061c\u202f"), each.id
        empty = filled(each, {}, language, "Asia/Tokyo")
        assert len(empty.gaps) == len(each.slots), each.id
        assert all(empty.text[gap.start : gap.end] == f"{{{gap.name}}}" for gap in empty.gaps), each.id
