"""The culture packs (POLICY E1–E6): what is shipped is whole, and what is said of a bad file of a company's own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from agent_tui.guidance.situation import Moment
from agent_tui.packs.culture import (
    FOLDER,
    CultureBook,
    MarketPack,
    MomentName,
    NameOrder,
    Section,
    shipped_markets,
)
from agent_tui.packs.loader import BUILT_IN, Problem

MARKETS = sorted(
    {
        "AE",
        "AT",
        "AU",
        "BR",
        "CA",
        "DE",
        "EG",
        "ES",
        "FR",
        "GB",
        "ID",
        "IE",
        "IL",
        "IN",
        "IT",
        "JP",
        "KR",
        "MX",
    }
    | {"MY", "NG", "NL", "NZ", "PH", "PL", "RU", "SA", "SE", "SG", "TH", "TR", "US", "VN", "ZA"}
)
BOOK = CultureBook()


def shipped(market: str) -> MarketPack:
    pack = BOOK.market(market)
    assert pack is not None
    return pack


# What is shipped.


def test_all_markets_of_the_fact_sheet_are_there() -> None:
    assert list(shipped_markets()) == MARKETS


def test_E5_the_moments_of_the_packs_are_those_of_the_situation() -> None:
    assert set(get_args(MomentName)) == {moment.value for moment in Moment}


@pytest.mark.parametrize("market", MARKETS)
def test_E5_every_page_has_all_sections_and_every_moment_has_hints(market: str) -> None:
    entries = shipped(market).entries.values()
    assert {entry.section for entry in entries} == set(Section)
    for moment in Moment:
        assert sum(moment.value in entry.moments for entry in entries) >= 2, moment
    assert sum(entry.section is Section.FESTIVALS for entry in entries) >= 2


@pytest.mark.parametrize("market", MARKETS)
def test_every_sentence_is_worded_with_care_has_both_languages_and_a_source(market: str) -> None:
    pack = shipped(market)
    assert set(pack.name) >= {"en", "zh_CN"}
    for entry in pack.entries.values():
        english, chinese = entry.text["en"], entry.text["zh_CN"]
        assert re.match("Many customers ", english), entry.id
        assert re.match("许多.{1,16}客户", chinese), entry.id
        assert english.endswith((".", '."', '?".')), entry.id
        assert chinese.endswith("。"), entry.id
        assert re.search("[\u4e00-\u9fff]{6}", chinese), entry.id
        unquoted = re.sub("“[^”]*”", "", chinese)
        assert not re.search("[a-z]{3,} [a-z]{3,} [a-z]{3,} [a-z]{3,}", unquoted), entry.id
        assert not re.search(r"\s\s|\{|\}|~", english + chinese), entry.id
        assert len(entry.source) > 3
        assert entry.moments or entry.section in (Section.LAW, Section.PRIVACY)


@pytest.mark.parametrize("market", MARKETS)
def test_texts_differ_from_market_to_market(market: str) -> None:
    mine = {entry.text["en"] for entry in shipped(market).entries.values()}
    assert len(mine) == len(shipped(market).entries)
    others = {
        entry.text["en"] for other in MARKETS if other != market for entry in shipped(other).entries.values()
    }
    assert not mine & others


@pytest.mark.parametrize("market", MARKETS)
def test_forms_fill_the_placeholder_for_every_language_of_the_market(market: str) -> None:
    pack = shipped(market)
    known = [language for language in pack.languages if language in pack.forms]
    assert known, pack.languages
    for language in known:
        forms = pack.forms[language]
        assert forms.closing.formal
        assert forms.greeting.nobody
        assert "{" not in forms.greeting.nobody + forms.greeting.company
        assert re.search(r"\{(full|family|given)\}", forms.address.neutral)


def test_german_is_written_with_umlauts() -> None:
    text = "\n".join(file.read_text("utf-8") for file in (BUILT_IN / FOLDER).glob("*.toml"))
    assert "Mit freundlichen Grüßen" in text
    assert not re.search(r"Gruessen|Fraeulein|Dzien |Vanliga|Sayin |Tran trong|Estimada Senora", text)


def test_each_law_says_whether_somebody_checked_it() -> None:
    for market in MARKETS:
        for entry in shipped(market).entries.values():
            if entry.section in (Section.LAW, Section.PRIVACY):
                assert entry.confidence.value == ("high" if entry.checked else "medium")
    assert shipped("JP").entries["law"].checked
    assert not shipped("US").entries["law"].checked


def test_E2_both_policies_stand_with_their_source() -> None:
    def policies(market: str) -> set[str]:
        return {rule.policy for rule in BOOK.regions if market in rule.markets and rule.rule == "E2"}

    assert policies("US") == policies("DE") == policies("JP") == policies("KR") == {"A", "B"}
    for rule in BOOK.regions:
        assert rule.text["en"].startswith("Many customers")
        assert rule.text["zh_CN"].startswith("许多")


def test_E4_high_context_markets_are_marked_alike() -> None:
    listed = next(rule.markets for rule in BOOK.regions if rule.rule == "E4")
    assert set(listed) == {market for market in MARKETS if shipped(market).high_context}


def test_weekends_come_from_data_with_subdivisions() -> None:
    assert BOOK.weekend("AE") == BOOK.weekend("US") == frozenset({5, 6})
    assert BOOK.weekend("SA") == BOOK.weekend("EG") == BOOK.weekend("IL") == frozenset({4, 5})
    assert BOOK.weekend("IN") == frozenset({6})
    assert BOOK.weekend("MY", "03") == BOOK.weekend("MY", "KTN") == frozenset({4, 5})
    assert BOOK.weekend("MY", "14") == BOOK.weekend("XX") == frozenset({5, 6})
    assert BOOK.weekend("AE", "SH") == frozenset({4, 5, 6})


def test_festivals_are_complete_and_every_word_of_theirs_is_explained() -> None:
    book = BOOK.festivals
    assert len(book.rules) > 80
    for rule in book.rules.values():
        assert set(rule.name) >= {"en", "zh_CN"}, rule.id
        assert rule.source.strip()
    assert all(set(text) >= {"en", "zh_CN"} for text in book.words.values())
    assert not BOOK.problems


def test_there_is_no_pack_for_a_market_that_has_none() -> None:
    assert BOOK.market("ZZ") is None
    assert BOOK.market("../JP") is None
    assert BOOK.market("") is None


def test_one_market_is_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    original = Path.read_text

    def note(self: Path, *args: str, **kwargs: str) -> str:
        read.append(self.name)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", note)
    assert CultureBook().market("JP") is not None
    assert [name for name in read if re.fullmatch(r"[A-Z]{2}\.toml", name)] == ["JP.toml"]


# A company's own files.


def own(user: Path, name: str, change: Callable[[str], str]) -> Path:
    """A copy of a shipped file in the company's folder, changed."""
    folder = user / FOLDER
    folder.mkdir(exist_ok=True)
    text = (BUILT_IN / FOLDER / name).read_text("utf-8")
    changed = change(text)
    assert changed != text
    (folder / name).write_text(changed, "utf-8")
    return folder / name


def swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def test_a_company_changes_a_sentence(tmp_path: Path) -> None:
    own(
        tmp_path,
        "JP.toml",
        swap("Many customers in Japan are addressed", "Many customers in Japan like being"),
    )
    book = CultureBook(tmp_path)
    pack = book.market("JP")
    assert pack is not None
    assert pack.entries["address"].text["en"].startswith("Many customers in Japan like being")
    assert book.problems == []


def test_a_company_adds_a_market_and_changes_a_weekend(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    shutil.copy(BUILT_IN / FOLDER / "SG.toml", tmp_path / FOLDER / "HK.toml")
    own(tmp_path, "weekends.toml", swap('[IN]\ndays = ["sun"]', '[IN]\ndays = ["sat", "sun"]'))
    book = CultureBook(tmp_path)
    pack = book.market("HK")
    assert pack is not None
    assert (pack.market, pack.order) == ("HK", NameOrder.MIXED)
    assert book.weekend("IN") == frozenset({5, 6})


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("JP.toml", swap('section = "address"', 'section = "adress"'), "Invalid enum value 'adress'"),
        (
            "JP.toml",
            swap('moments = ["greeting", "call"]', 'moments = ["hello"]'),
            "Invalid enum value 'hello'",
        ),
        ("JP.toml", swap("weight = 80", "weight = 101"), "a number from 0 to 100"),
        ("JP.toml", swap("weight = 80", 'colour = "red"\nweight = 80'), "unknown field `colour`"),
        ("JP.toml", swap("Asia/Tokyo", "Asia/Edo"), "there is no time zone 'Asia/Edo'"),
        ("JP.toml", swap('"10:00-12:00"', '"10-12"'), "is no opening time"),
        ("JP.toml", swap("mon-fri", "weekdays"), "is no day or range of days"),
        ("JP.toml", swap('festival = "obon"', 'festival = "oban"'), "festivals.toml has no 'oban'"),
        ("JP.toml", swap('festival = "obon"\n', ""), "an entry names its festival"),
        ("JP.toml", swap("text.en = ", "text.fr = "), "the English text is missing"),
        ("JP.toml", swap("[forms.en.address]", "[forms.xx.address]"), "forms.toml has no language 'xx'"),
        ("JP.toml", swap("{family}", "{surname}"), "{surname} is no placeholder here"),
        ("JP.toml", swap("family_ja_latin", "family_ja_latn"), "names.toml has no 'family_ja_latn'"),
        ("JP.toml", lambda text: text[text.index("[address]") :], "[market] is missing"),
        (
            "forms.toml",
            swap('"Dear {customer.name:address},"', '"Dear {name},"'),
            "{name} is no placeholder here",
        ),
        ("festivals.toml", swap('"12-25 -1"', '"25.12."'), "is no date"),
        ("festivals.toml", swap('"12-25 -1"', '"13-25"'), "is no date"),
        ("festivals.toml", swap("days = 3", "days = 0"), "at least one day"),
        ("festivals.toml", swap('"CA-QC"', '"Quebec"'), "is no market or subdivision"),
        ("festival_words.toml", swap("[moon]", "[mood]"), "[moon] is missing"),
        ("weekends.toml", swap('"fri", "sat"', '"friday", "sat"'), "is no day of the week"),
        ("titles.toml", swap('"Ms"', '" "'), "a word is empty"),
        ("names.toml", swap("[family_vi]", "[family_viet]"), "[family_vi] is missing"),
    ],
)
def test_a_bad_file_is_named_with_its_line_and_reason(
    tmp_path: Path, name: str, change: Callable[[str], str], reason: str
) -> None:
    file = own(tmp_path, name, change)
    book = CultureBook(tmp_path)
    assert book.market("JP") == shipped("JP")
    assert book.names == BOOK.names
    assert book.weekend("SA") == frozenset({4, 5})
    problem = only(book.problems, file)
    assert reason in str(problem.reason)
    if "is missing" not in reason:
        assert problem.line > 0


def only(problems: list[Problem], file: Path) -> Problem:
    assert [problem.file for problem in problems] == [str(file)]
    return problems[0]


def test_the_line_of_a_mistake_is_that_of_its_field(tmp_path: Path) -> None:
    file = own(tmp_path, "DE.toml", swap("weight = 80", "weight = -1"))
    book = CultureBook(tmp_path)
    assert book.market("DE") == shipped("DE")
    lines = file.read_text("utf-8").splitlines()
    assert lines[only(book.problems, file).line - 1] == "weight = -1"


def test_a_bad_market_of_the_company_alone_is_left_out(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "HK.toml").write_text("[market", "utf-8")
    book = CultureBook(tmp_path)
    assert book.market("HK") is None
    assert len(book.problems) == 1


def test_tables_are_tidy() -> None:
    for file in sorted((BUILT_IN / FOLDER).glob("*.toml")):
        text = file.read_text("utf-8")
        assert text.endswith("\n"), file
        assert not re.search(r"[ \t]+$", text, re.MULTILINE), file
        assert text.startswith("# "), file
