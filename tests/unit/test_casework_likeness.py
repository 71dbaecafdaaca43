"""Which tickets tell of one problem (POLICY C9): what two have in common, and when it is worth a word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest
from msgspec.structs import replace

from agent_tui.domain.casework_rules import LikenessRule
from agent_tui.domain.likeness import Facts, Sign, alike, codes_of, facts_of
from agent_tui.domain.ticket import Customer, Relation
from tests.factories import CUSTOMER, DAY, SEC, Story, at, opening, shipped

RULES = shipped().casework
NOW = at("09:00")


def facts(
    number: int,
    who: str = "",
    *,
    when: datetime = NOW,
    type: str | None = None,
    product: str = "",
    codes: tuple[str, ...] = (),
) -> Facts:
    return Facts(number, when, frozenset(who.split()), type, product, frozenset(codes))


def found(
    of: Facts, *others: Facts, linked: Mapping[int, Relation] | None = None
) -> list[tuple[int, Relation]]:
    return [(each.ticket, each.relation) for each in alike(of, others, linked or {}, RULES)]


ANA = facts(1, "ana@x", product="k2")


# Repeats.


def test_C9_a_repeat_is_the_same_customer_with_the_same_type_product_or_code() -> None:
    one = facts(1, "ana@x +44", type="logistics", product="k2", codes=("LOT7A",))
    for other in (
        facts(2, "ana@x", type="logistics"),
        facts(2, "+44", product="k2"),
        facts(2, "ana@x other@x", codes=("LOT7A", "B99X")),
    ):
        assert found(one, other) == [(2, Relation.REPEAT)]
    assert found(one, facts(2, "ana@x", type="billing_doubt", product="k3")) == []


def test_C9_the_signs_say_what_is_shared() -> None:
    one = facts(1, "ana@x", type="logistics", product="k2", codes=("A1B2", "A1B3", "A1B4", "A1B5"))
    (likeness,) = alike(one, [replace(one, ticket=2)], {}, RULES)
    assert likeness.signs == (
        (Sign.PRODUCT, "k2"),
        (Sign.CODE, "A1B2"),
        (Sign.CODE, "A1B3"),
        (Sign.CODE, "A1B4"),
        (Sign.TYPE, "logistics"),
    )


@pytest.mark.parametrize(("days", "known"), [(90, True), (-90, True), (91, False), (-91, False)])
def test_C9_a_repeat_lies_within_90_days(days: int, known: bool) -> None:
    assert RULES.repeat.within == 90 * DAY
    assert bool(found(ANA, replace(ANA, ticket=2, at=NOW + days * DAY))) is known


# Groups.


def test_C9_a_group_is_three_customers_with_one_product_or_code() -> None:
    two, three = facts(2, "ben@x", product="k2"), facts(3, "cho@x", product="k2")
    assert (RULES.group.least, RULES.group.within) == (3, 14 * DAY)
    assert found(ANA, two) == []
    assert found(ANA, two, three) == [(2, Relation.GROUP), (3, Relation.GROUP)]


@pytest.mark.parametrize(("late", "known"), [(14 * DAY, True), (14 * DAY + SEC, False)])
def test_C9_a_group_lies_within_14_days(late: object, known: bool) -> None:
    others = [facts(number, f"{number}@x", product="k2", when=NOW - late) for number in (2, 3)]  # type: ignore[operator]
    assert bool(found(ANA, *others)) is known


def test_C9_the_same_type_alone_says_little_of_strangers() -> None:
    one = facts(1, "ana@x", type="logistics")
    others = [facts(number, f"{number}@x", type="logistics") for number in range(2, 9)]
    assert found(one, *others) == []


def test_C9_one_customer_with_many_tickets_is_no_group() -> None:
    ben = [
        facts(2, "ben@x", product="k2"),
        facts(3, "ben@x +44", product="k2"),
        facts(4, "+44", product="k2"),
    ]
    assert found(ANA, *ben) == []
    assert len(found(ANA, *ben, facts(5, "cho@x", product="k2"))) == 4


def test_C9_customers_of_whom_nothing_is_known_count_as_one() -> None:
    unknown = [facts(number, product="k2") for number in (2, 3, 4)]
    assert found(ANA, *unknown) == []
    assert len(found(ANA, *unknown, facts(5, "cho@x", product="k2"))) == 4
    assert found(facts(1, product="k2"), *unknown) == []


def test_C9_customers_who_are_linked_as_a_group_count_whatever_they_wrote() -> None:
    ben, cho = facts(2, "ben@x"), facts(3, "cho@x", product="k2")
    assert found(ANA, ben, cho) == []
    assert found(ANA, ben, cho, linked={2: Relation.GROUP}) == [(3, Relation.GROUP)]


def test_C9_a_company_decides_how_many_make_a_group() -> None:
    rules = replace(RULES, group=LikenessRule(DAY, 2))
    assert [each.ticket for each in alike(ANA, [facts(2, "ben@x", product="k2")], {}, rules)] == [2]


def test_C9_repeats_come_first() -> None:
    others = [facts(number, f"{number}@x", product="k2") for number in (2, 3)]
    assert found(ANA, *others, replace(ANA, ticket=4))[0] == (4, Relation.REPEAT)


# What is settled already.


@pytest.mark.parametrize("relation", [Relation.REPEAT, Relation.GROUP, Relation.DUPLICATE])
def test_C9_what_somebody_has_linked_is_not_proposed_again(relation: Relation) -> None:
    assert found(ANA, replace(ANA, ticket=2), linked={2: relation}) == []


@pytest.mark.parametrize("relation", [Relation.RELATED, Relation.CASE])
def test_C9_a_loose_link_may_become_a_repeat(relation: Relation) -> None:
    assert found(ANA, replace(ANA, ticket=2), linked={2: relation}) == [(2, Relation.REPEAT)]


def test_C9_a_ticket_is_not_like_itself() -> None:
    assert found(ANA, ANA, ANA) == []


def test_C9_nothing_in_common_is_nothing_alike() -> None:
    assert found(facts(1), facts(2)) == []
    assert found(facts(1, "ana@x"), facts(2, "ana@x")) == []


# Facts.


def test_C9_the_facts_of_a_ticket_are_compared_alike_however_they_are_written() -> None:
    customer = Customer(name="Ana", emails=("ANA@X.example", ""), phones=("+44 1",), handles=("@Ana",))
    story = Story(opening(at("09:00"), customer=customer)).classify(at("09:05"), product=" Ｋｅｔｔｌｅ K2 ")
    facts = facts_of(story.ticket, ["My kettle kt-200 from lot 7a31 leaks", "again KT-200"])
    assert (facts.ticket, facts.at, facts.type, facts.product) == (1, at("09:00"), "logistics", "kettle k2")
    assert facts.people == {"ana@x.example", "+44 1", "@ana"}
    assert facts.codes == {"KT-200", "7A31"}


def test_C9_a_subject_counts_as_words_of_the_customer() -> None:
    story = Story(opening(at("09:00"), customer=CUSTOMER))
    assert facts_of(replace(story.ticket, subject="KT-200 leaks")).codes == {"KT-200"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("The KT-200 leaks.", {"KT-200"}),
        ("kt-200", {"KT-200"}),
        ("Lot 7A31-B2-99", {"7A31-B2-99"}),
        ("我的KT-200坏了", {"KT-200"}),
        ("型号AB12坏了，批次7A31。", {"AB12", "7A31"}),
        ("ＫＴ-２００が壊れました", {"KT-200"}),
        ("KT-200을 샀어요", {"KT-200"}),
        ("กาKT200รั่ว", {"KT200"}),
        ("(KT-200)", {"KT-200"}),
        ("KT-200/KT-300", {"KT-200"}),
        ("ordered on 2026-03-02 for 129.90, call +49 30 1234567", set()),
        ("just words and WORDS-IN-CAPITALS", set()),
        ("A1 is too short, AB-1 too", set()),
        ("write to kt200@example.com or me@kt200.example", set()),
        ("https://shop.example/kt200x", set()),
        ("ÄKT200 and KT200Ж are other words", set()),
        ("__KT200__", set()),
        ("", set()),
    ],
)
def test_C9_codes_are_found_in_the_words_of_any_language(text: str, codes: set[str]) -> None:
    assert codes_of(text) == codes


def test_C9_a_text_without_end_takes_no_time() -> None:
    for text in ("A" * 400_000, "A-" * 200_000, "1A-" * 200_000, "A1 " * 200_000):
        assert len(codes_of(text)) <= 1
