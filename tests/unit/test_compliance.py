"""Findings on a text being written: what is forbidden, and what the policy wants in it (T2, C1, C10, H3, E6)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from agent_tui.domain.ticket import Customer
from agent_tui.guidance.compliance import findings
from agent_tui.guidance.register import Formality
from agent_tui.guidance.situation import Finding, Severity, Situation
from agent_tui.packs.compliance import Packs

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


def at(outcome: str = "solves", market: str = "", language: str = "", **fields: object) -> Situation:
    return Situation(
        now=NOW,
        customer=Customer(market=market or None, language=language or None),
        outcome=outcome,
        **fields,  # type: ignore[arg-type]
    )


def codes(text: str, situation: Situation, language: str = "en") -> list[str]:
    return [each.code for each in findings(text, situation, language)]


def one(text: str, situation: Situation, language: str = "en") -> Finding:
    (finding,) = findings(text, situation, language)
    return finding


def test_T2_a_promise_is_found_at_its_place_with_reason_and_phrase() -> None:
    text = "Dear Emma, we guarantee that your parcel will arrive on Friday."
    finding = one(text, at())
    assert finding.code == "guarantee"
    assert finding.rule == "T2"
    assert text[finding.start : finding.end].startswith("we guarantee that your parcel")
    assert finding.why["zh_CN"]
    assert finding.phrase


def test_places_hold_where_characters_are_left_out() -> None:
    text = "De\u0301tails:\u200b we guarantee that your parcel will arrive."
    finding = one(text, at())
    assert text[finding.start :].startswith("we guarantee")


def test_quoted_lines_and_quotation_marks_are_the_customer_s() -> None:
    said = "you are an idiot"
    assert codes(said, at()) == ["insult"]
    assert codes(f"> {said}\nWe read that.", at()) == []
    assert codes(f"  > {said}\nWe read that.", at()) == []
    assert codes(f"You wrote “{said}” to us.", at()) == []
    assert codes(f'You wrote "{said}" to us.', at()) == []
    assert codes("您说“你是不是傻”。", at(), "zh") == []


def test_a_sentence_goes_on_in_the_next_line() -> None:
    text = "Thank you very much for your letter of the fourth of May, we guarantee\nthat your parcel will arrive."
    assert text[one(text, at()).start :].startswith("we guarantee\nthat")


def test_a_rule_can_be_for_some_channels_and_markets_alone(tmp_path: Path) -> None:
    file = tmp_path / "compliance" / "en.toml"
    file.parent.mkdir()
    file.write_text(
        '[absolute]\npatterns = ["never"]\ncaught = ["never", "Never", "NEVER"]\nfine = ["a", "b", "c"]\n'
        'channels = ["chat"]\nmarkets = ["GB"]\nseverity = "hint"\n'
    )
    packs = Packs(tmp_path)
    (finding,) = findings("Never.", at(market="GB", channel="chat"), "en", packs)
    assert finding.severity is Severity.HINT
    assert findings("Never.", at(market="GB", channel="email"), "en", packs) == ()
    assert findings("Never.", at(market="US", channel="chat"), "en", packs) == ()


def test_findings_stand_in_order_and_the_severest_of_overlapping_ones_stays() -> None:
    found = findings("Calm down. Please send us your card number and CVV. You are an idiot.", at(), "en")
    assert [each.code for each in found] == ["dismissive", "asks_secret", "insult"]
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert [each.severity for each in found] == [Severity.WARN, Severity.BLOCK, Severity.BLOCK]


def test_a_note_is_searched_for_insults_alone() -> None:
    note = at(outcome="")
    assert codes("The customer is an idiot. Ticket escalated to L2, not our problem.", note) == ["insult"]


# T6: the law of the market.


@pytest.mark.parametrize("market", ["AU", "GB", "DE", "FR", "NZ"])
def test_T6_no_refunds_blocks_where_the_law_says_so(market: str) -> None:
    finding = one("Sorry, no refunds.", at(market=market))
    assert finding.severity is Severity.BLOCK
    assert "(" in finding.why["en"]


def test_T6_no_refunds_is_no_matter_where_no_law_is_known_to_forbid_it() -> None:
    assert codes("Sorry, no refunds.", at(market="US")) == []


def test_T6_no_refunds_is_a_hint_while_nobody_knows_the_market() -> None:
    assert one("Sorry, no refunds.", at()).severity is Severity.HINT


def test_T6_a_warranty_of_one_year_is_wrong_in_the_union_and_fine_in_canada() -> None:
    assert codes("The warranty is only 1 year.", at(market="DE")) == ["short_warranty"]
    assert codes("The warranty is only 1 year.", at(market="CA")) == []


# C1 and C10: the first answer to a complaint.

SORRY = "We are very sorry for the delay."
DOING = "We are checking with the warehouse and will send a replacement."


def test_C1_the_first_answer_to_a_complaint_needs_an_apology() -> None:
    complaint = at(complaint=True, first=True, outcome="solves", market="DE")
    assert codes(DOING, complaint) == ["missing_apology"]
    assert one(DOING, complaint).severity is Severity.BLOCK
    assert one(DOING, complaint).phrase
    assert codes(f"{SORRY} {DOING}", complaint) == []


def test_C1_later_answers_need_none() -> None:
    assert codes(DOING, at(complaint=True, first=False)) == []
    assert codes(DOING, at(complaint=False, first=True)) == []


def test_C1_an_answer_that_is_to_apologise_apologises() -> None:
    assert codes(DOING, at(outcome="apologises", first=False)) == ["missing_apology"]


@pytest.mark.parametrize(
    ("market", "severity"), [("JP", Severity.WARN), ("KR", Severity.WARN), ("DE", Severity.HINT)]
)
def test_C10_the_direction_of_the_solution_is_warned_of_in_east_asia(market: str, severity: Severity) -> None:
    finding = one(SORRY, at(outcome="apologises", complaint=True, market=market))
    assert (finding.code, finding.rule, finding.severity) == ("missing_direction", "C10", severity)
    assert finding.start == finding.end


def test_H3_what_is_not_solved_has_a_deadline_and_a_follow_up() -> None:
    unsolved = at(outcome="unsolved")
    assert codes("The part is out of stock.", unsolved) == ["missing_deadline", "missing_follow_up"]
    assert codes("We will write to you by Friday.", unsolved) == []


def test_what_a_language_without_packs_lacks_is_not_guessed() -> None:
    assert codes("Vi har mottatt meldingen.", at(outcome="unsolved"), "nb") == []


# E6 and E2.


def test_E6_another_language_than_the_customer_s_is_warned_of() -> None:
    text = "Thank you for your message. Your order was sent this morning and is on its way to you."
    assert [each.code for each in findings(text, at(language="de", first=False))] == ["wrong_language"]
    assert findings(text, at(language="en-GB", first=False)) == ()
    assert findings("OK!", at(language="de")) == ()


def test_E6_the_language_that_the_customer_wished_for_is_the_right_one() -> None:
    text = "Thank you for your message. Your order was sent this morning and is on its way to you."
    wishing = Situation(
        now=NOW,
        customer=Customer(language="ru", wishes="Пишите мне по-английски"),
        outcome="solves",
        first=False,
    )
    assert findings(text, wishing) == ()
    russian = "Спасибо за сообщение. Ваш заказ отправлен сегодня утром и уже в пути."
    assert [each.code for each in findings(russian, wishing)] == ["wrong_language"]


def test_E6_simplified_characters_are_not_a_traditional_reader_s() -> None:
    text = "您好，您的订单已经发货，请查收。"
    assert [each.code for each in findings(text, at(language="zh-Hant"))] == ["wrong_language"]
    assert findings(text, at(language="zh-Hans")) == ()


def test_E2_familiar_words_are_found_unless_the_customer_wants_them() -> None:
    text = "Hast du deine Bestellnummer?"
    found = findings(text, at(language="de"), "de")
    assert {each.code for each in found} == {"wrong_register"}
    assert text[found[0].start : found[0].end] == "Hast"
    assert findings(text, at(language="de"), "de", expected=Formality.INFORMAL) == ()
    assert findings(text, at(language="de"), "de", expected=None) == ()
    assert findings("Haben Sie Ihre Bestellnummer?", at(language="de"), "de") == ()


# T4: personal data.


def digits(text: str) -> Sequence[tuple[int, int, str]]:
    place = text.find("4111")
    return [(place, place + 16, "card")] if place >= 0 else []


def test_T4_personal_data_is_told_where_somebody_can_find_it() -> None:
    text = "Your card 4111111111111111 is valid."
    (finding,) = findings(text, at(), "en", personal=digits)
    assert (finding.code, finding.rule) == ("personal_data.card", "T4")
    assert text[finding.start : finding.end] == "4111111111111111"
    assert findings("> 4111111111111111", at(), "en", personal=digits) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We guarantee it will never break again, just pay me in cash.", "offline_payment"),
        ("It will not take long, just send the money to my account.", "offline_payment"),
        ("I can't find it in the system, so just read me the code you got.", "asks_secret"),
        ("Don't worry, just transfer it to my private account.", "offline_payment"),
    ],
)
def test_T2_a_negation_excuses_nothing_that_the_next_clause_says(text: str, code: str) -> None:
    told = {each.code: each.severity for each in findings(text, at(), "en")}
    assert told[code] is Severity.BLOCK


def test_T2_what_may_be_excused_warns() -> None:
    text = "您别急，直接转到我的个人账户就行。"
    told = {each.code: each.severity for each in findings(text, at(), "zh")}
    assert told["offline_payment"] is Severity.WARN


def test_T2_a_negation_excuses_what_it_denies() -> None:
    assert codes("Never pay with gift cards, PayPal friends and family or cash.", at()) == []
    assert codes("We never ask for your password, PIN or one-time code.", at()) == []


# Ordinary sentences, and hostile ones.


@pytest.mark.parametrize(
    "text",
    [
        "We will look into it first thing tomorrow.",
        "The shirt is 100 % cotton.",
        "I can guarantee that we received your form.",
        "Your points never expire.",
        "Best regards, Emma",
        "What is the best way to reach you?",
        "We are always happy to help.",
        "Please send us a picture of the warranty card.",
        "Merry Christmas to you and your family!",
        "On religious holidays our opening hours are different.",
    ],
)
def test_ordinary_sentences_are_left_alone(text: str) -> None:
    assert codes(text, at(market="GB")) == []


@pytest.mark.parametrize(
    "text",
    [
        "guarantee " * 10_000,
        "we guarantee you " * 6_000,
        "a" * 100_000,
        "you have " * 11_000,
        " " * 100_000,
        "“" * 100_000,
        '"' * 100_000,
        "> " * 50_000,
        "send us the the the the the card " * 3_000,
        "review discount if " * 5_000,
        "we will now already also " * 4_000,
    ],
)
def test_no_text_makes_a_search_slow(text: str) -> None:
    def needed(part: str) -> float:
        began = process_time()
        findings(part, at(outcome="unsolved", complaint=True, market="DE", language="en"), "en")
        return process_time() - began

    needed(text[:100])  # the pack is read
    assert needed(text) < 30 * max(needed(text[: len(text) // 8]), 0.02)  # a square would be 64


def test_what_only_a_model_tells_is_a_guess() -> None:
    ruled, guessed = (
        findings(text, at(), "en")
        for text in (
            "Ours is the best network in the world.",
            "Honestly mate there isn't a network anywhere on the planet that comes close to ours.",
        )
    )
    assert [(each.code, each.guessed) for each in ruled] == [("superlative", False)]
    assert [(each.code, each.guessed) for each in guessed] == [("superlative", True)]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "You want to know which bulb fits your lamp."), ("zh", "这款水壶容量为 750 毫升。")],
)
def test_a_sentence_that_is_of_no_kind_is_not_told(language: str, text: str) -> None:
    assert findings(text, at(), language) == ()
