"""The hints that matter now, and the handbook page (POLICY E1–E6)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from agent_tui.domain.ticket import Customer
from agent_tui.guidance.etiquette import REGION, WISH, Hint, hints, page
from agent_tui.guidance.festivals import festivals
from agent_tui.guidance.situation import Moment, Situation
from agent_tui.packs.culture import CultureBook, MarketPack, Section, shipped_markets
from tests.factories import at

BOOK = CultureBook()
NOW = at("2026-06-09 06:00")


def pack(market: str) -> MarketPack:
    found = BOOK.market(market)
    assert found is not None
    return found


def shown(
    market: str,
    *moments: Moment,
    wishes: str = "",
    now: datetime = NOW,
    channel: str = "email",
    outcome: str = "",
    limit: int = 3,
) -> tuple[Hint, ...]:
    situation = Situation(
        now=now,
        customer=Customer(market=market, wishes=wishes),
        channel=channel,
        moments=moments,
        outcome=outcome,
    )
    kept = festivals(market, now.date(), pack=pack(market))
    return hints(situation, pack(market), kept, limit, regions=BOOK.regions)


def ids(found: tuple[Hint, ...]) -> list[str]:
    return [hint.id for hint in found]


@pytest.mark.parametrize("market", shipped_markets())
@pytest.mark.parametrize("moment", Moment)
def test_E5_two_or_three_hints_of_different_kinds_at_every_moment(market: str, moment: Moment) -> None:
    found = shown(market, moment)
    assert 2 <= len(found) <= 3
    assert len({hint.kind for hint in found}) == len(found)


def test_what_is_pressing_comes_first() -> None:
    complaint = shown("JP", Moment.COMPLAINT, Moment.BAD_NEWS)
    assert complaint[0].id == "apology"
    assert "apology first" in complaint[0].text["en"]
    assert shown("JP", Moment.CLOSING)[0].id == "closing"
    assert shown("DE", Moment.GREETING, Moment.FIRST_ANSWER)[0].id == "address"
    assert "directness_refusal" in ids(shown("DE", Moment.PROGRESS, outcome="unsolved"))
    assert "hours" in ids(shown("RU", Moment.CALL))
    assert "hours" in ids(shown("RU", Moment.PROGRESS, channel="phone"))


def test_E3_this_weeks_festival_is_told_and_another_one_is_not() -> None:
    obon = shown("JP", Moment.PROGRESS, now=at("2026-08-13 06:00"))
    assert obon[0].id == "festival_obon"
    assert all("festival" not in each for each in ids(shown("JP", Moment.PROGRESS)))
    soon = shown("JP", Moment.CLOSING, now=at("2026-08-10 06:00"))
    assert "festival_obon" in ids(soon)


def test_E6_the_wish_comes_first_and_wins_over_hints_about_the_same() -> None:
    found = shown("DE", Moment.GREETING, wishes="call me Ana, write English", limit=20)
    assert [(hint.kind, hint.text["en"]) for hint in found[:2]] == [
        (WISH, "call me Ana"),
        (WISH, "write English"),
    ]
    assert not {"address", "formality", "greeting"} & set(ids(found))
    assert "address" in ids(shown("DE", Moment.GREETING, wishes="write English", limit=20))
    evening = shown("DE", Moment.CALL, wishes="no calls before noon", limit=20)
    assert "hours" not in ids(evening)
    assert "channels" in ids(evening)
    nobody = shown("DE", Moment.CALL, wishes="keine Anrufe", limit=20)
    assert "small_talk" not in ids(nobody)


def test_E6_a_wish_that_nobody_understands_is_shown_as_it_is() -> None:
    found = shown("DE", Moment.PROGRESS, wishes="leaves parcels with Mrs Hill")
    assert (found[0].kind, found[0].text) == (WISH, {"en": "leaves parcels with Mrs Hill"})
    assert len(found) == 3


def test_several_wishes_in_one_clause_are_one_line() -> None:
    found = shown("DE", Moment.PROGRESS, wishes="email instead of phone")
    assert [hint.kind for hint in found].count(WISH) == 1


def test_wishes_alone_are_shown_where_there_is_no_pack() -> None:
    situation = Situation(now=NOW, customer=Customer(market="ZZ", wishes="call me Ana"))
    assert ids(hints(situation, None)) == ["wish.0"]
    assert hints(Situation(now=NOW), None) == ()


def test_E2_policies_that_differ_are_both_among_the_hints() -> None:
    found = [hint for hint in shown("JP", Moment.FIRST_ANSWER, limit=30) if hint.kind == REGION]
    assert {hint.source for hint in found} == {"POLICY A", "POLICY B"}


def test_hints_are_the_same_every_time_and_the_limit_holds() -> None:
    first = shown("BR", Moment.COMPLAINT, Moment.BAD_NEWS, limit=5)
    assert first == shown("BR", Moment.COMPLAINT, Moment.BAD_NEWS, limit=5)
    assert len(first) == 5
    assert shown("BR", Moment.COMPLAINT, limit=0) == ()
    assert len(shown("BR", Moment.COMPLAINT, wishes="call me Ana. write English. no calls. x", limit=3)) == 3


def test_a_law_that_nobody_checked_ranks_lower_and_says_so() -> None:
    found = {hint.id: hint for hint in shown("US", Moment.COMPLAINT, limit=30)}
    assert found["law"].checked is False
    assert all(hint.source for hint in found.values())


@pytest.mark.parametrize("market", shipped_markets())
def test_E5_the_page_has_every_section_in_order(market: str) -> None:
    found = page(pack(market), BOOK.regions, festivals(market, date(2026, 6, 9)))
    assert [section.section for section in found.sections] == list(Section)
    assert sum(len(section.entries) for section in found.sections) == len(pack(market).entries)
    assert found.greetings
    for greeting, closing in found.greetings.values():
        assert greeting
        assert closing


def test_E2_the_page_shows_what_the_policies_ask_for() -> None:
    assert {rule.policy for rule in page(pack("KR"), BOOK.regions).policies} == {"A", "B"}
    assert page(pack("ZA"), BOOK.regions).policies == ()
