"""Consent (POLICY T5, T6): told in the customer's language under their law, recorded, and asked for where it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent_tui.desk import privacy
from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.consent import ConsentRule, Needs, Notice, needed, newest, notice_for, standing
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.refusals import FieldRequired
from agent_tui.domain.ticket import ConsentAnswer, ConsentState, Customer
from agent_tui.packs.loader import BUILT_IN, Problem
from agent_tui.packs.privacy_rules import load_privacy

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LANGUAGES = (
    *("en", "zh-Hans", "zh-Hant", "ja", "ko", "de", "fr", "es", "pt-BR", "it", "nl", "pl", "ru", "ar", "tr"),
    *("th", "vi", "id"),
)
MARKETS = (
    *(
        "US",
        "CA",
        "GB",
        "IE",
        "AU",
        "NZ",
        "DE",
        "AT",
        "FR",
        "IT",
        "ES",
        "NL",
        "SE",
        "PL",
        "RU",
        "JP",
        "KR",
        "SG",
    ),
    *("MY", "ID", "TH", "VN", "PH", "IN", "SA", "AE", "EG", "TR", "IL", "BR", "MX", "NG", "ZA", "CN"),
)


@pytest.fixture(scope="module")
def packs() -> tuple[ConsentRule, dict[str, Notice]]:
    problems: list[Problem] = []
    found = load_privacy(None, problems)
    assert not problems
    return found


def said(purpose: str, answer: ConsentAnswer, at: datetime = NOW) -> ConsentState:
    return ConsentState(purpose, answer, at)


GIVEN, REFUSED, WITHDRAWN = ConsentAnswer


def test_T6_every_market_has_its_law_and_a_source(packs: tuple[ConsentRule, dict[str, Notice]]) -> None:
    rule, _notices = packs
    for market in MARKETS:
        (law,) = rule.laws_of(market)
        assert law.markets, market
        assert law.source
    assert [law.id for law in rule.laws_of("XX")] == [law.id for law in rule.laws_of(None)] == ["elsewhere"]
    ids = {rule.laws_of(market)[0].id for market in ("CN", "DE", "US")}
    assert ids == {"pipl", "gdpr", "ccpa"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_T5_every_language_tells_purpose_scope_law_and_time(
    packs: tuple[ConsentRule, dict[str, Notice]], language: str
) -> None:
    rule, notices = packs
    notice = notices[language]
    for purpose in rule.purposes.values():
        told = notice.told(purpose, rule.laws_of("DE"), 1095)
        assert notice.purposes[purpose.id] in told
        assert all(notice.scopes[kind] in told for kind in purpose.scope)
        assert rule.laws["gdpr"].called(language) in told
        assert "1095" in told
        assert "{" not in told
    others = [each.text for each in notices.values() if each is not notice]
    assert notice.text not in others


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        *(
            ("de-AT", "de"),
            ("de", "de"),
            ("pt", "pt-BR"),
            ("pt-PT", "pt-BR"),
            ("zh", "zh-Hans"),
            ("en-GB", "en"),
        ),
        *(
            ("zh-TW", "zh-Hant"),
            ("zh-Hant-HK", "zh-Hant"),
            ("zh-Hans-SG", "zh-Hans"),
            ("sw", None),
            (None, None),
        ),
        ("", None),
    ],
)
def test_a_notice_is_found_by_the_nearest_tag(
    packs: tuple[ConsentRule, dict[str, Notice]], wanted: str | None, found: str | None
) -> None:
    notice = notice_for(packs[1], wanted)
    assert (notice.language if notice else None) == found


def test_a_law_is_called_as_the_customer_knows_it(packs: tuple[ConsentRule, dict[str, Notice]]) -> None:
    laws = packs[0].laws
    assert laws["gdpr"].called("de") == "Datenschutz-Grundverordnung (DSGVO)"
    assert laws["lgpd"].called("pt-BR").startswith("Lei Geral")
    assert laws["kvkk"].called("zh-Hans") == laws["kvkk"].name["zh_CN"]
    assert laws["kvkk"].called("th") == laws["kvkk"].name["en"]


def test_T5_consent_is_needed_until_it_is_given(packs: tuple[ConsentRule, dict[str, Notice]]) -> None:
    rule, _notices = packs
    assert needed((), "DE", rule) == ("service",)
    assert needed((said("service", GIVEN),), "DE", rule) == ()
    assert needed((said("service", REFUSED),), "DE", rule) == ("service",)
    assert needed((said("service", GIVEN), said("service", WITHDRAWN, NOW + timedelta(1))), "DE", rule) == (
        "service",
    )
    assert needed((said("service", GIVEN),), "CN", rule) == ("transfer",)  # PIPL 39: separately
    assert needed((said("recording", REFUSED), said("service", GIVEN)), "DE", rule) == ()


def test_where_a_notice_is_enough_only_a_refusal_counts(packs: tuple[ConsentRule, dict[str, Notice]]) -> None:
    rule, _notices = packs
    law = replace(rule.laws["ccpa"], needs=Needs.NOTICE)
    rule = replace(rule, laws={**rule.laws, "ccpa": law})
    assert needed((), "US", rule) == ()
    assert needed((said("service", WITHDRAWN),), "US", rule) == ("service",)
    assert needed((), "DE", rule) == ("service",)


def test_the_newest_answer_counts_wherever_it_stands(packs: tuple[ConsentRule, dict[str, Notice]]) -> None:
    late = said("service", GIVEN, NOW + timedelta(1))
    assert newest((late, said("service", REFUSED)))["service"] == late
    assert [each.given for each in standing((late,), "DE", packs[0])] == [True, False, False]


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    place = Place("default", home / "data" / "default" / "store.db", home / "config", home / "packs")
    found = open_desk(place, "li.wei", "UTC", create=True)
    yield found
    found.close()


def begin(desk: Desk, **facts: object) -> int:
    customer = Customer(name="Sato", emails=("sato@example.jp",), market="JP", language="ja")
    customer = replace(customer, **facts)
    return desk.open_ticket("chat", "x", customer, do.Content(text="x"), NOW, NOW).id


def test_T5_what_was_told_is_recorded_word_for_word_with_the_answer(desk: Desk) -> None:
    number = begin(desk)
    assert privacy.consent_needed(desk, desk.ticket(number).customer) == ("service",)
    notice = privacy.notice(desk, desk.ticket(number).customer, "service")
    assert notice is not None
    assert "個人情報の保護に関する法律" in notice[0]
    ticket = desk.act(number, "consent", {"purpose": "service", "answer": "given"}, NOW)
    (state,) = ticket.customer.consents
    assert state == ConsentState("service", GIVEN, NOW, ("contact", "order", "conversation"), "chat")
    assert desk.repository.texts(ticket)[ticket.messages[-1].id] == notice[0]
    assert privacy.consent_needed(desk, ticket.customer) == ()
    assert list(desk.verify()) == []
    entry = list(desk.journal(number))[-1].action
    assert isinstance(entry, do.Consent)
    assert (entry.by, entry.language) == ("li.wei", "ja")


def test_T5_an_answer_holds_for_all_tickets_of_the_customer(desk: Desk) -> None:
    first = begin(desk)
    desk.act(first, "consent", {"purpose": "service", "answer": "given"}, NOW)
    second = begin(desk)
    assert privacy.consent_needed(desk, desk.ticket(second).customer) == ()
    desk.act(
        second,
        "consent",
        {"purpose": "service", "answer": "withdrawn", "channel": "hotline"},
        NOW + timedelta(1),
    )
    assert privacy.consent_needed(desk, desk.ticket(first).customer) == ("service",)
    assert desk.ticket(second).customer.consents[0].channel == "hotline"
    assert len(desk.ticket(second).messages) == 1  # a withdrawal tells nothing


def test_consent_can_be_recorded_after_the_ticket_was_solved_and_taken_back(desk: Desk) -> None:
    number = begin(desk)
    answers = {"verified": "yes", "type": "product_question", "level": "1"}
    desk.act(number, "classify", answers, NOW)
    desk.act(number, "reply", {"text": "Here."}, NOW)
    care = {"result": "r", "satisfaction": "satisfied", "summary": "s"}
    desk.act(number, "resolve", care, NOW)
    before = desk.ticket(number)
    after = desk.act(number, "consent", {"purpose": "survey", "answer": "refused"}, NOW)
    assert after.resolution == before.resolution
    desk.undo(number, NOW)
    assert desk.ticket(number).customer.consents == ()
    assert list(desk.verify()) == []


@pytest.mark.parametrize(
    ("fields", "error", "part"),
    [
        ({"purpose": "marketing", "answer": "given"}, UnknownWord, "service, transfer"),
        ({"purpose": "service", "answer": "given", "scope": "blood"}, UnknownWord, "contact, order"),
        ({"purpose": "service"}, FieldRequired, "answer"),
        ({"answer": "given"}, FieldRequired, "purpose"),
    ],
)
def test_a_consent_that_says_too_little_is_refused(
    desk: Desk, fields: dict[str, str], error: type[Exception], part: str
) -> None:
    with pytest.raises(error, match=part):
        desk.act(begin(desk), "consent", fields, NOW)


def test_E6_without_a_notice_in_the_language_a_person_says_what_was_told(desk: Desk) -> None:
    number = begin(desk, language="sw", emails=("x@x.example",))
    fields = {"purpose": "service", "answer": "given"}
    with pytest.raises(FieldRequired) as told:
        desk.act(number, "consent", fields, NOW)
    assert told.value.details["field"] == "text"
    ticket = desk.act(number, "consent", fields | {"text": "Tunahifadhi jina lako."}, NOW)
    assert desk.repository.texts(ticket)[ticket.messages[-1].id] == "Tunahifadhi jina lako."
    other = begin(desk, language="sw", emails=("y@x.example",))
    assert desk.act(other, "consent", fields | {"language": "en"}, NOW).customer.consents


BAD = (
    ("consent.toml", "at most {days}", "at most", 6, "not: {days}"),
    ("consent.toml", "at most {days}", "at most {0} {days}", 6, "not: {0}"),
    ("consent.toml", "for {purpose}", "for {purpose", 6, "text: "),
    ("consent.toml", 'survey = "asking', 'surveys = "asking', 7, "purposes lacks survey"),
    ("consent.toml", "[en]", "[English]", 5, "is no language tag"),
    ("laws.toml", 'markets = ["CN"]', 'markets = ["CN", "DE"]', 13, "DE stands in [pipl] too"),
    ("laws.toml", 'markets = ["CN"]', 'markets = ["China"]', 7, "no country code"),
    ("laws.toml", 'needs = "consent"', 'needs = "hope"', 8, "hope"),
    ("purposes.toml", 'scope = ["contact"]', "scope = []", 26, "scope names no kind"),
    ("reasons.toml", "[retention]", "[time]", 0, "has no [retention]"),
    ("asking.toml", '"card"', '"cards"', 7, "cards"),
    ("asking.toml", "[before_writing]", "[before]", 6, "the only table is [before_writing]"),
)


@pytest.mark.parametrize(("name", "old", "new", "line", "reason"), BAD)
def test_a_bad_pack_is_told_with_line_and_reason_and_left_out(
    tmp_path: Path,
    packs: tuple[ConsentRule, dict[str, Notice]],
    name: str,
    old: str,
    new: str,
    line: int,
    reason: str,
) -> None:
    source = (BUILT_IN / "privacy" / name).read_text()
    assert old in source
    (tmp_path / "privacy").mkdir()
    (tmp_path / "privacy" / name).write_text(source.replace(old, new, 1))
    problems: list[Problem] = []
    assert load_privacy(tmp_path, problems) == packs
    assert (problems[0].line, reason in str(problems[0].reason)) == (line, True), problems


def test_a_purpose_of_ones_own_needs_its_words_in_every_language(
    tmp_path: Path, packs: tuple[ConsentRule, dict[str, Notice]]
) -> None:
    source = (BUILT_IN / "privacy" / "purposes.toml").read_text()
    own = (
        '\n[lottery]\nname = { en = "a", zh_CN = "b" }\nscope = ["contact"]\nrequired = false\nsource = "c"\n'
    )
    (tmp_path / "privacy").mkdir()
    (tmp_path / "privacy" / "purposes.toml").write_text(source + own)
    problems: list[Problem] = []
    assert load_privacy(tmp_path, problems) == packs
    assert "does not fit consent.toml" in str(problems[0].reason)
    assert "lottery" in str(problems[0].reason)
